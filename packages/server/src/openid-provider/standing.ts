// What stands under the records that give access: our own session under OpenID Connect sessions, grants and codes, and the grant under
// tokens. It is locked in the transaction that writes a record. So whoever ends the sessions of a person either waits, and then ends
// the new record too, or was first, and then nothing is written: in no order is anything left that outlives its cause.
import type { AdapterPayload } from 'oidc-provider'
import { memberOf } from '../base/unknown.ts'
import { lockGrant, lockGrantAndSession, lockRecord, lockSessionUnder } from '../sessions/under-records.ts'
import type { InstallationTx } from '../store/database.ts'
import { sourceOf } from './source.ts'

/** What gives nobody anything by itself. The answer in an interaction is held against our session when it is used. */
const bare: ReadonlySet<string> = new Set(['Interaction', 'PushedAuthorizationRequest', 'ReplayDetection'])

/** A record of the library that is about to be kept. */
export interface NewRecord {
  readonly model: string
  readonly id: string
  readonly grantKey: string
  readonly payload: AdapterPayload
}

/** Whether it may be written; what it stands on is locked until COMMIT. */
export async function isStanding(tx: InstallationTx, record: NewRecord, now: number): Promise<boolean> {
  const { model, id, grantKey, payload } = record
  const { accountId: userId, clientId } = payload
  if (userId === undefined || bare.has(model)) return true
  if (model === 'Session' || model === 'Grant') {
    const source = sourceOf(payload)
    const isLive =
      source !== undefined &&
      (await tx.first(lockSessionUnder, { hash: source.hash, sessionId: source.sessionId, userId, now })) !==
        undefined
    // One that is there may be changed: a sign-out writes into it. It signs nobody in, for each request asks for our session.
    return isLive || (model === 'Session' && (await tx.first(lockRecord, { id })) !== undefined)
  }
  const under = model === 'AuthorizationCode' ? lockGrantAndSession : lockGrant
  return (await tx.first(under, { grantKey, userId, clientId: clientId ?? '', now })) !== undefined
}

/** When a record ends: an OpenID Connect session, and a grant without offline_access, no later than our session. */
export function endOf(model: string, payload: AdapterPayload, expiresAt: number): number {
  const source = sourceOf(payload)
  const scope = String(memberOf(memberOf(payload, 'openid'), 'scope') ?? '')
  const isOwn = model === 'Session' || (model === 'Grant' && !scope.split(' ').includes('offline_access'))
  return isOwn && source !== undefined ? Math.min(expiresAt, source.endsAt) : expiresAt
}
