// Where the OpenID Connect provider keeps codes, tokens, grants and sessions: rows of the store on both dialects. Ids are kept as
// SHA-256 and payloads sealed, so that a copy of the store holds no token. Applications are its clients.

import type { Adapter, AdapterPayload } from 'oidc-provider'
import { findClientMetadata } from '../applications/applications.ts'
import type { Envelope } from '../base/envelope.ts'
import { readJson } from '../base/json.ts'
import { hashSecret } from '../base/secret.ts'
import { makeRoom } from '../holdings/bounds.ts'
import {
  consumeRecord,
  deleteRecord,
  deleteRecordsOfGrant,
  insertOnce,
  insertSignIn,
  insertUse,
  selectRecord,
  selectRecordByUid,
  upsertRecord,
} from '../holdings/records.ts'
import type { Database } from '../store/database.ts'
import type { OidcRecordTable } from '../store/schema.ts'
import type { Library } from './library.ts'
import { sourceOf } from './source.ts'
import { endOf, isStanding } from './standing.ts'

/** Models whose rows are looked for by who they are about. */
const purpose = 'applications'

/** What may come once (an assertion, a proof) came again. */
export class UsedBefore extends Error {}

/** The provider's factory of adapters, one a model. */
export function createAdapterFactory(
  { errors }: Library,
  database: Database,
  envelope: Envelope,
  clock: () => number,
): (model: string) => Adapter {
  return (model) =>
    model === 'Client'
      ? createClientAdapter(database)
      : createRecords(database, envelope, clock, model, errors)
}

function createRecords(
  database: Database,
  envelope: Envelope,
  clock: () => number,
  model: string,
  errors: Library['errors'],
): Adapter {
  const keyOf = (id: string): string => `${model}:${hashSecret(id)}`
  const hashOf = (id: string | undefined): string | null => (id === undefined ? null : hashSecret(id))
  const read = (row: OidcRecordTable | undefined): AdapterPayload | undefined => {
    if (row === undefined || Number(row.expires_at) <= clock()) return undefined
    const payload = readJson<AdapterPayload>(envelope.open(row.payload, `oidc/${row.id}`))
    return row.consumed_at === null
      ? payload
      : { ...payload, consumed: Math.floor(Number(row.consumed_at) / 1_000) }
  }
  // Of an OpenID Connect session nobody is told: it is as if it had ended right after.
  const refuseOver = (of: string): void => {
    if (of === 'Session') return
    const isAsked = of === 'Grant' || of === 'AuthorizationCode'
    throw isAsked
      ? new errors.LoginRequired('the session that this came by is over')
      : new errors.InvalidGrant('the sign-in that this came by is over')
  }
  return {
    async upsert(id, payload, expiresIn) {
      const key = keyOf(id)
      const { accountId, clientId } = payload
      const source = sourceOf(payload)
      const now = clock()
      if (model === 'ReplayDetection') {
        const sealed = envelope.seal(JSON.stringify(payload), `oidc/${key}`)
        const row = {
          id: key,
          model,
          payload: sealed,
          created_at: now,
          expires_at: endOf(model, payload, until(now, expiresIn)),
        }
        const taken = await database.inInstallation(purpose, (tx) => tx.change(insertOnce, row))
        if (taken.length === 0) throw new UsedBefore()
        return
      }
      const grantKey = payload.grantId === undefined ? '' : `Grant:${hashSecret(payload.grantId)}`
      const isWritten = await database.inInstallation(purpose, async (tx) => {
        if (!(await isStanding(tx, { model, id: key, grantKey, payload }, now))) return false
        makeRoom(tx, { model, id: key, grantId: hashOf(payload.grantId), userId: accountId, clientId })
        tx.write(upsertRecord, {
          id: key,
          model,
          payload: envelope.seal(JSON.stringify(payload), `oidc/${key}`),
          grant_id: hashOf(payload.grantId),
          uid: hashOf(payload.uid),
          user_id: accountId ?? null,
          client_id: clientId ?? null,
          session_id: source?.sessionId ?? null,
          connection_id: source?.connectionId ?? null,
          anchor_number: source?.anchorNumber ?? null,
          grant_key: grantKey,
          created_at: now,
          expires_at: endOf(model, payload, until(now, expiresIn)),
        })
        if (accountId === undefined || clientId === undefined) return true
        // With each code, also under a grant that was there: what is over by then was told of, and this begins anew.
        if (model === 'AuthorizationCode')
          tx.write(insertSignIn, {
            userId: accountId,
            clientId,
            grantKey,
            sid: payload.sid ?? '',
          })
        // As versions of before read it.
        if (model === 'Grant')
          tx.write(insertUse, {
            userId: accountId,
            clientId,
            connectionId: source?.connectionId ?? null,
            anchorNumber: source?.anchorNumber ?? null,
          })
        return true
      })
      if (!isWritten) refuseOver(model)
    },
    async find(id) {
      const [row] = await database.readInstallation(purpose, selectRecord, { id: keyOf(id) })
      return read(row)
    },
    async findByUid(uid) {
      const [row] = await database.readInstallation(purpose, selectRecordByUid, {
        uid: hashSecret(uid),
        model,
      })
      return read(row)
    },
    findByUserCode: async () => undefined,
    async destroy(id) {
      await database.inInstallation(purpose, async (tx) => tx.write(deleteRecord, { id: keyOf(id) }))
    },
    async revokeByGrantId(grantId) {
      await database.inInstallation(purpose, async (tx) =>
        tx.write(deleteRecordsOfGrant, { grantId: hashSecret(grantId), model }),
      )
    },
    async consume(id) {
      const args = { id: keyOf(id), at: clock() }
      const taken = await database.inInstallation(purpose, (tx) => tx.change(consumeRecord, args))
      // Two that redeem one code at once: one of them was first.
      if (taken.length === 0) throw new errors.InvalidGrant('used before')
    },
  }
}

const until = (now: number, seconds: number | undefined): number => now + (seconds ?? 86_400) * 1_000

function createClientAdapter(database: Database): Adapter {
  const never = (): Promise<never> => Promise.reject(new Error('clients are applications'))
  return {
    upsert: never,
    find: async (id) => await findClientMetadata(database, id),
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    destroy: never,
    revokeByGrantId: never,
    consume: never,
  }
}
