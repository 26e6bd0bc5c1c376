// All operations of the management API, noun by noun. The server binds each, the client calls each, the OpenAPI document lists each.
import { activityOperations } from './activity.ts'
import { anchorOperations } from './anchors.ts'
import { apiKeyOperations } from './api-keys.ts'
import { applicationOperations } from './applications.ts'
import { brandOperations } from './brand.ts'
import { connectionOperations } from './connections.ts'
import { domainOperations } from './domains.ts'
import { embeddingOperations } from './embedding.ts'
import { feedOperations } from './feed.ts'
import { groupOperations } from './groups.ts'
import { invitationOperations } from './invitations.ts'
import { linkOperations } from './links.ts'
import { mappingOperations } from './mapping.ts'
import { oauthClientOperations } from './oauth-clients.ts'
import type { Method } from './operation.ts'
import { operatorOperations } from './operator.ts'
import { organizationOperations } from './organizations.ts'
import { provisioningOperations } from './provisioning.ts'
import { recordOperations } from './record.ts'
import { recoveryOperations } from './recovery.ts'
import { serviceKeyOperations } from './service-keys.ts'
import { sessionOperations } from './sessions.ts'
import { signingKeyOperations } from './signing-keys.ts'
import { statisticsOperations } from './statistics.ts'
import { userSessionOperations } from './user-sessions.ts'
import { userOperations } from './users.ts'
import { webhookOperations } from './webhooks.ts'

/** Name -> route. Each name stands once, in the file of its noun. */
export const operations: typeof organizationOperations &
  typeof provisioningOperations &
  typeof apiKeyOperations &
  typeof oauthClientOperations &
  typeof domainOperations &
  typeof connectionOperations &
  typeof anchorOperations &
  typeof serviceKeyOperations &
  typeof operatorOperations &
  typeof linkOperations &
  typeof sessionOperations &
  typeof userOperations &
  typeof recoveryOperations &
  typeof userSessionOperations &
  typeof invitationOperations &
  typeof groupOperations &
  typeof mappingOperations &
  typeof recordOperations &
  typeof webhookOperations &
  typeof feedOperations &
  typeof applicationOperations &
  typeof signingKeyOperations &
  typeof activityOperations &
  typeof statisticsOperations &
  typeof brandOperations &
  typeof embeddingOperations = {
  ...organizationOperations,
  ...provisioningOperations,
  ...apiKeyOperations,
  ...oauthClientOperations,
  ...domainOperations,
  ...connectionOperations,
  ...anchorOperations,
  ...serviceKeyOperations,
  ...operatorOperations,
  ...linkOperations,
  ...sessionOperations,
  ...userOperations,
  ...recoveryOperations,
  ...userSessionOperations,
  ...invitationOperations,
  ...groupOperations,
  ...mappingOperations,
  ...recordOperations,
  ...webhookOperations,
  ...feedOperations,
  ...applicationOperations,
  ...signingKeyOperations,
  ...activityOperations,
  ...statisticsOperations,
  ...brandOperations,
  ...embeddingOperations,
}

/** The name of an operation. */
export type OperationId = keyof typeof operations

/** A route that an operation had before: it answers the same until 1.0. */
export interface FormerRoute {
  readonly id: OperationId
  /** Its own `operationId` in the document. */
  readonly formerId: string
  readonly method: Method
  readonly path: `/${string}`
}

const ids = Object.keys(operations) as OperationId[]

/** Every route that an operation had before. */
export const formerRoutes: readonly FormerRoute[] = /* @__PURE__ */ ids.flatMap((id) => {
  const { method: now, path: here, formerly = [] } = operations[id]
  return formerly
    .filter(({ method, path }) => method !== undefined || path !== undefined)
    .map(({ name = `${id}ByOldPath`, method = now, path = here }) => ({ id, formerId: name, method, path }))
})
