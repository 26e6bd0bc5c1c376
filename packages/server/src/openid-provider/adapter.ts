// Where the OpenID Connect provider keeps codes, tokens, grants and sessions: rows of the store on both dialects. Ids are kept as
// SHA-256 and payloads sealed, so that a copy of the store holds no token. Applications are its clients.

import type { Adapter, AdapterPayload } from 'oidc-provider'
import { findClientMetadata } from '../applications/client-metadata.ts'
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
import type { Database, InstallationTx } from '../store/database.ts'
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
  const records = new Records({ database, envelope, clock, model, errors })
  return {
    upsert: (id, payload, expiresIn) => records.upsert(id, payload, expiresIn),
    find: (id) => records.find(id),
    findByUid: (uid) => records.findByUid(uid),
    findByUserCode: async () => undefined,
    destroy: (id) => records.destroy(id),
    revokeByGrantId: (grantId) => records.revokeByGrantId(grantId),
    consume: (id) => records.consume(id),
  }
}

interface RecordsOptions {
  readonly database: Database
  readonly envelope: Envelope
  readonly clock: () => number
  readonly model: string
  readonly errors: Library['errors']
}

const hashOf = (id: string | undefined): string | null => (id === undefined ? null : hashSecret(id))

/** The rows of one model. */
class Records {
  readonly #options: RecordsOptions

  constructor(options: RecordsOptions) {
    this.#options = options
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number | undefined): Promise<void> {
    const { database, model, clock } = this.#options
    const now = clock()
    const key = this.#keyOf(id)
    const endsAt = endOf(model, payload, until(now, expiresIn))
    const row = { id: key, model, payload: this.#seal(key, payload), created_at: now, expires_at: endsAt }
    if (model === 'ReplayDetection') {
      const taken = await database.inInstallation(purpose, (tx) => tx.change(insertOnce, row))
      if (taken.length === 0) throw new UsedBefore()
      return
    }
    const isWritten = await database.inInstallation(purpose, (tx) => this.#write(tx, row, payload))
    if (!isWritten) this.#refuseOver()
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const { database } = this.#options
    const [row] = await database.readInstallation(purpose, selectRecord, { id: this.#keyOf(id) })
    return this.#open(row)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const { database, model } = this.#options
    const args = { uid: hashSecret(uid), model }
    const [row] = await database.readInstallation(purpose, selectRecordByUid, args)
    return this.#open(row)
  }

  async destroy(id: string): Promise<void> {
    const args = { id: this.#keyOf(id) }
    await this.#options.database.inInstallation(purpose, async (tx) => tx.write(deleteRecord, args))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    const args = { grantId: hashSecret(grantId), model: this.#options.model }
    await this.#options.database.inInstallation(purpose, async (tx) => tx.write(deleteRecordsOfGrant, args))
  }

  async consume(id: string): Promise<void> {
    const { database, clock, errors } = this.#options
    const args = { id: this.#keyOf(id), at: clock() }
    const taken = await database.inInstallation(purpose, (tx) => tx.change(consumeRecord, args))
    // Two that redeem one code at once: one of them was first.
    if (taken.length === 0) throw new errors.InvalidGrant('used before')
  }

  /** False where what it stands on is over. */
  async #write(tx: InstallationTx, row: NewRow, payload: AdapterPayload): Promise<boolean> {
    const { model } = this.#options
    const { accountId, clientId } = payload
    const source = sourceOf(payload)
    const grantKey = payload.grantId === undefined ? '' : `Grant:${hashSecret(payload.grantId)}`
    if (!(await isStanding(tx, { model, id: row.id, grantKey, payload }, row.created_at))) return false
    const grantId = hashOf(payload.grantId)
    makeRoom(tx, { model, id: row.id, grantId, userId: accountId, clientId })
    tx.write(upsertRecord, {
      ...row,
      grant_id: grantId,
      uid: hashOf(payload.uid),
      user_id: accountId ?? null,
      client_id: clientId ?? null,
      session_id: source?.sessionId ?? null,
      connection_id: source?.connectionId ?? null,
      anchor_number: source?.anchorNumber ?? null,
      grant_key: grantKey,
    })
    if (accountId === undefined || clientId === undefined) return true
    const use = { userId: accountId, clientId }
    // With each code, also under a grant that was there: what is over by then was told of, and this begins anew.
    if (model === 'AuthorizationCode') tx.write(insertSignIn, { ...use, grantKey, sid: payload.sid ?? '' })
    // As versions of before read it.
    if (model === 'Grant')
      tx.write(insertUse, {
        ...use,
        connectionId: source?.connectionId ?? null,
        anchorNumber: source?.anchorNumber ?? null,
      })
    return true
  }

  // Of an OpenID Connect session nobody is told: it is as if it had ended right after.
  #refuseOver(): void {
    const { model, errors } = this.#options
    if (model === 'Session') return
    const isAsked = model === 'Grant' || model === 'AuthorizationCode'
    throw isAsked
      ? new errors.LoginRequired('the session that this came by is over')
      : new errors.InvalidGrant('the sign-in that this came by is over')
  }

  #keyOf(id: string): string {
    return `${this.#options.model}:${hashSecret(id)}`
  }

  #seal(key: string, payload: AdapterPayload): string {
    return this.#options.envelope.seal(JSON.stringify(payload), `oidc/${key}`)
  }

  #open(row: OidcRecordTable | undefined): AdapterPayload | undefined {
    const { envelope, clock } = this.#options
    if (row === undefined || Number(row.expires_at) <= clock()) return undefined
    const payload = readJson<AdapterPayload>(envelope.open(row.payload, `oidc/${row.id}`))
    return row.consumed_at === null
      ? payload
      : { ...payload, consumed: Math.floor(Number(row.consumed_at) / 1_000) }
  }
}

/** What every record has. */
type NewRow = Pick<OidcRecordTable, 'id' | 'model' | 'payload' | 'expires_at'> & {
  readonly created_at: number
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
