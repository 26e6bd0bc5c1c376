// What each intent of a frame, or of a set-up link, reaches: an authority bound beside the rung, which says what the caller may do at all.
// An operation that stands under no intent is refused to every frame but those for all settings.
import type { EmbedIntent, OperationId } from '@rollcall/api'
import { Problem } from '../http/problem.ts'
import type { Caller } from './permissions.ts'

/** What every frame asks before it shows anything, and how it ends. */
const always: readonly OperationId[] = ['getSession', 'endSession', 'getOrganization']

const connectionReads: readonly OperationId[] = ['listConnections', 'getConnection', 'getAnchor']

/** Nobody's frame reaches these: they are about what the person has elsewhere, or let somebody in who was not asked for. */
const never: readonly OperationId[] = [
  'endOwnSessions',
  'createPortalLink',
  'resendPortalLink',
  'revokePortalLink',
]

const reached: Readonly<Record<Exclude<EmbedIntent, 'settings'>, readonly OperationId[]>> = {
  'single-sign-on': [
    ...connectionReads,
    'createConnection',
    'updateConnection',
    'deleteConnection',
    'refreshConnection',
    'testConnection',
    'relinkConnection',
    'previewConnection',
    'getIdentityProviderMetadata',
    'confirmAnchor',
    'restoreAnchor',
    'stageAnchor',
    'getStagedAnchor',
    'discardStagedAnchor',
    'applyStagedAnchor',
    'listServiceKeys',
    'createServiceKey',
    'activateServiceKey',
    'listDomains',
    'getProvisioning',
    'listSetUpRefusals',
  ],
  domains: ['listDomains', 'createDomain', 'verifyDomain', 'updateDomain', 'deleteDomain', 'listConnections'],
  provisioning: [
    'getProvisioning',
    'updateProvisioning',
    'previewProvisioning',
    'streamProvisioning',
    'getStatistics',
    'listSetUpRefusals',
    'listUnclaimed',
    'createKey',
    'updateKey',
    'rotateKey',
    'endEarlierToken',
    'revokeKey',
    'confirmKey',
    'listOAuthClients',
    'createOAuthClient',
    'updateOAuthClient',
    'rotateOAuthClient',
    'revokeOAuthClient',
    'confirmOAuthClient',

    'listAlerts',
    'restoreAlert',
    'dismissAlert',
    'listConnections',
    'listDomains',
  ],
  activity: [
    'listActivity',
    'getStatistics',
    'listEvents',
    'verifyEvents',
    'exportEvents',
    'exportEventLines',
  ],
}

/** Throws 403 where a frame asks for something that it is not for. `subjectId`: whom the path names, as the handler will read it. */
export function assertIntended(
  id: OperationId,
  caller: Caller,
  { url, subjectId }: { readonly url: string; readonly subjectId: string | undefined },
): void {
  if (caller.kind !== 'session' || caller.session.intents === null) return
  const { intents, frame } = caller.session
  // One's own sessions elsewhere, by the way of somebody else's.
  if (id === 'endUserSessions' && subjectId === caller.session.userId)
    throw new Problem('forbidden', 'A frame ends nobody’s own sessions elsewhere')
  if (!intents.some((intent) => isReached(id, intent, url)))
    throw new Problem(
      'forbidden',
      `This ${frame === null ? 'link' : 'frame'} is for ${intents.join(', ')}, and not for that`,
    )
}

function isReached(id: OperationId, intent: EmbedIntent, url: string): boolean {
  if (always.includes(id)) return true
  if (intent === 'settings') return !never.includes(id)
  // What became of a test is shown beside the connection.
  if (intent === 'single-sign-on' && id === 'listActivity')
    return new URL(url).searchParams.getAll('kind').join() === 'sign_in'
  return reached[intent].includes(id)
}

/** Of what a session hears that it was refused: a frame, or a link, for a part of the settings hears of that part. */
export function listRefusedKinds(caller: Caller): ReadonlySet<'scim' | 'sign_in'> {
  const intents = caller.kind === 'session' ? caller.session.intents : null
  const has = (intent: EmbedIntent) =>
    intents === null || intents.some((one) => one === intent || one === 'settings')
  const kinds = [has('single-sign-on') ? 'sign_in' : null, has('provisioning') ? 'scim' : null] as const
  return new Set(kinds.filter((kind) => kind !== null))
}
