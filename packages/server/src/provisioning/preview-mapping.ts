// Tries attribute rules on a person's last sign-in, or on attributes that are given, without changing anything.

import type { MappingPreview, MappingPreviewRequest } from '@rollcall/api'
import { readJson } from '../base/json.ts'
import type { Role } from '../base/rung.ts'
import { Problem } from '../http/problem.ts'
import { areGroupsElsewhere, mapAttributes, type SentAttributes } from '../mapping/attribute-rules.ts'
import { decideRole, type RoleOrigin } from '../mapping/roles.ts'
import { toAttributeRules, toRoleMappings } from '../organizations/mappings.ts'
import type { FoundOrganization } from '../organizations/organizations.ts'
import type { Database } from '../store/database.ts'
import { selectIdentitiesOfUser } from '../users/identities.ts'
import { getUserDetail } from '../users/views.ts'

/** Throws 404 for an unknown user, 400 when there is nothing to try the rules on. */
export async function previewMapping(
  database: Database,
  { scope, row }: FoundOrganization,
  input: MappingPreviewRequest,
): Promise<MappingPreview> {
  const user = input.userId === undefined ? undefined : await getUserDetail(database, scope, input.userId)
  const sent = user === undefined ? toSent(input) : await findSent(database, scope, user.id)
  const { values, groups, sources } = mapAttributes(sent, input.rules ?? toAttributeRules(row))
  const current: { readonly role: Role; readonly origin: RoleOrigin } =
    user === undefined
      ? { role: row.default_role, origin: 'default' }
      : { role: user.role, origin: user.roleOrigin }
  const { role } = decideRole({
    current,
    groups,
    hasSentGroups: groups !== null,
    hasGroupsLink: areGroupsElsewhere(sent.attributes),
    mappings: toRoleMappings(row).mappings,
    defaultRole: row.default_role,
    // What the rules say; a connection that nobody confirmed gives less.
    ceiling: 'administrator',
  })
  return {
    values: { ...values },
    groups: groups === null ? null : [...groups],
    sources: { ...sources },
    role,
  }
}

function toSent(input: MappingPreviewRequest): SentAttributes {
  if (input.nameId === undefined && input.attributes === undefined)
    throw new Problem('invalid_request', 'Send userId, or nameId and attributes')
  return { nameId: input.nameId ?? '', attributes: withoutPrototype(input.attributes ?? {}) }
}

async function findSent(
  database: Database,
  scope: FoundOrganization['scope'],
  userId: string,
): Promise<SentAttributes> {
  const identities = await database.readOrganization(scope, selectIdentitiesOfUser, { userId })
  const newest = identities.toSorted((left, right) => right.last_sign_in_at - left.last_sign_in_at)[0]
  if (newest === undefined)
    throw new Problem('invalid_request', 'This person has not signed in yet: there are no attributes to try')
  return {
    nameId: newest.name_id,
    attributes: withoutPrototype(readJson<Record<string, string[]>>(newest.attributes)),
  }
}

function withoutPrototype(
  attributes: Readonly<Record<string, readonly string[]>>,
): SentAttributes['attributes'] {
  return Object.assign(Object.create(null), attributes)
}
