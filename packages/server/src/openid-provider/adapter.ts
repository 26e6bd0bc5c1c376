// Where the OpenID Connect provider keeps codes, tokens, grants and sessions: rows of the store on both dialects. Ids are kept as
// SHA-256 and payloads sealed, so that a copy of the store holds no token. Applications are its clients.

import { type RawBuilder, sql } from 'kysely'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import { findClientMetadata } from '../applications/applications.ts'
import type { Envelope } from '../base/envelope.ts'
import { hashSecret } from '../base/secret.ts'
import { isOfPresent, presentOf } from '../sessions/generations.ts'
import type { Database } from '../store/database.ts'
import type { OidcRecordTable } from '../store/schema.ts'
import { type Dialect, installationStatement } from '../store/statement.ts'
import { makeRoom } from './bounds.ts'
import type { Library } from './library.ts'
import { sourceOf } from './source.ts'
import { endOf, isStanding } from './standing.ts'

type NewRow = Omit<OidcRecordTable, 'organization_id' | 'consumed_at' | 'generation'> & {
  /** Key of the grant that it belongs to, which knows by which session it came. */
  readonly grant_key: string
}

function orOfGrant<C extends 'session_id' | 'connection_id' | 'anchor_number'>(
  dialect: Dialect,
  column: C,
  own: unknown,
  grantKey: unknown,
): RawBuilder<OidcRecordTable[C]> {
  const ofGrant = sql`SELECT g.${sql.ref(column)} FROM oidc_record AS g WHERE g.id = ${grantKey}`
  const value = column === 'anchor_number' ? dialect.bigint(own) : dialect.text(own)
  return sql`coalesce(${value}, (${ofGrant}))`
}

const organizationOf = (userId: unknown): RawBuilder<string | null> =>
  sql`(SELECT a.organization_id FROM oidc_account AS a WHERE a.user_id = ${userId})`

const upsert = installationStatement<NewRow>('upsert_oidc_record')(({ db, place, dialect }) =>
  db
    .insertInto('oidc_record')
    .values({
      id: place('id'),
      model: place('model'),
      payload: place('payload'),
      grant_id: place('grant_id'),
      uid: place('uid'),
      organization_id: (on) =>
        on
          .selectFrom('oidc_account')
          .select('organization_id')
          .where('user_id', '=', place('user_id') as string),
      user_id: place('user_id'),
      client_id: place('client_id'),
      session_id: orOfGrant(dialect, 'session_id', place('session_id'), place('grant_key')),
      connection_id: orOfGrant(dialect, 'connection_id', place('connection_id'), place('grant_key')),
      anchor_number: orOfGrant(dialect, 'anchor_number', place('anchor_number'), place('grant_key')),
      created_at: place('created_at'),
      expires_at: place('expires_at'),
      consumed_at: null,
      generation: presentOf('oidc_record', organizationOf(place('user_id')), dialect.text(place('user_id'))),
    })
    .onConflict((on) =>
      on.column('id').doUpdateSet((set) => ({
        payload: set.ref('excluded.payload'),
        grant_id: set.ref('excluded.grant_id'),
        uid: set.ref('excluded.uid'),
        organization_id: set.ref('excluded.organization_id'),
        user_id: set.ref('excluded.user_id'),
        client_id: set.ref('excluded.client_id'),
        session_id: set.ref('excluded.session_id'),
        connection_id: set.ref('excluded.connection_id'),
        anchor_number: set.ref('excluded.anchor_number'),
        expires_at: set.ref('excluded.expires_at'),
        generation: set.ref('excluded.generation'),
      })),
    ),
)
// Of two that come at once one is first, on whichever node. What is over may be said again.
const insertOnce = installationStatement<
  Pick<NewRow, 'id' | 'model' | 'payload' | 'created_at' | 'expires_at'>
>('insert_oidc_record_once')(({ db, place }) =>
  db
    .insertInto('oidc_record')
    .values({
      id: place('id'),
      model: place('model'),
      payload: place('payload'),
      created_at: place('created_at'),
      expires_at: place('expires_at'),
    })
    .onConflict((on) =>
      on
        .column('id')
        .doUpdateSet((set) => ({
          payload: set.ref('excluded.payload'),
          created_at: set.ref('excluded.created_at'),
          expires_at: set.ref('excluded.expires_at'),
        }))
        .whereRef('oidc_record.expires_at', '<=', 'excluded.created_at'),
    )
    .returning('id'),
)
const insertUse = installationStatement<{
  userId: string
  clientId: string
  connectionId: string | null
  anchorNumber: number | null
}>('insert_application_use')(({ db, place, dialect }) =>
  db
    .insertInto('application_use')
    .columns(['organization_id', 'user_id', 'application_id', 'connection_id', 'anchor_number'])
    .expression((on) =>
      on
        .selectFrom('oidc_account')
        .innerJoin('application', (join) => join.on('application.id', '=', place('clientId')))
        .select([
          'oidc_account.organization_id',
          'oidc_account.user_id',
          'application.id',
          dialect.text(place('connectionId')).as('connection_id'),
          dialect.bigint(place('anchorNumber')).as('anchor_number'),
        ])
        .where('oidc_account.user_id', '=', place('userId')),
    )
    .onConflict((on) =>
      on.columns(['organization_id', 'user_id', 'application_id']).doUpdateSet((set) => ({
        connection_id: set.ref('excluded.connection_id'),
        anchor_number: set.ref('excluded.anchor_number'),
      })),
    ),
)
/** Sessions of one person in one application, by each connection and version of its anchor, of which it is known which they are. */
const maxKnown = 50
// Of the grant, which knows by which session it came. Of one more than those it is known only that it is there.
const insertSignIn = installationStatement<{
  userId: string
  clientId: string
  grantKey: string
  sid: string
}>('insert_application_sign_in')(({ db, place, dialect }) => {
  const isOfGrant = sql`s.organization_id = g.organization_id AND s.user_id = g.user_id AND s.application_id = g.client_id
    AND s.connection_id = coalesce(g.connection_id, '') AND s.anchor_number = coalesce(g.anchor_number, 0)`
  const known = sql`SELECT count(*) FROM application_sign_in AS s WHERE ${isOfGrant} AND s.sid <> ${dialect.text(place('sid'))}`
  const statement = sql`INSERT INTO application_sign_in (organization_id, user_id, application_id, connection_id, anchor_number, sid)
    SELECT g.organization_id, g.user_id, g.client_id, coalesce(g.connection_id, ''), coalesce(g.anchor_number, 0),
      CASE WHEN (${known}) < ${sql.lit(maxKnown)} THEN ${dialect.text(place('sid'))} ELSE '' END
    FROM oidc_record AS g JOIN application AS a ON a.id = g.client_id
    WHERE g.id = ${place('grantKey')} AND g.user_id = ${place('userId')} AND g.client_id = ${place('clientId')} AND g.organization_id IS NOT NULL
    ON CONFLICT DO NOTHING`
  return { compile: () => statement.compile(db) }
})
const selectById = installationStatement<{ id: string }>('oidc_record')(({ db, place }) =>
  db.selectFrom('oidc_record').selectAll().where('id', '=', place('id')).where(isOfPresent('oidc_record')),
)
const selectByUid = installationStatement<{ uid: string; model: string }>('oidc_record_by_uid')(
  ({ db, place }) =>
    db
      .selectFrom('oidc_record')
      .selectAll()
      .where('uid', '=', place('uid'))
      .where('model', '=', place('model'))
      .where(isOfPresent('oidc_record'))
      .limit(1),
)
const consume = installationStatement<{ id: string; at: number }>('consume_oidc_record')(({ db, place }) =>
  db
    .updateTable('oidc_record')
    .set({ consumed_at: place('at') })
    .where('id', '=', place('id'))
    .where('consumed_at', 'is', null)
    .returning('id'),
)
const deleteById = installationStatement<{ id: string }>('delete_oidc_record')(({ db, place }) =>
  db.deleteFrom('oidc_record').where('id', '=', place('id')),
)
const deleteByGrant = installationStatement<{ grantId: string; model: string }>(
  'delete_oidc_records_of_grant',
)(({ db, place }) =>
  db.deleteFrom('oidc_record').where('grant_id', '=', place('grantId')).where('model', '=', place('model')),
)
const rowsPerSlice = 500
const deleteExpired = installationStatement<{ before: number }>('delete_expired_oidc_records')(
  ({ db, place }) =>
    db
      .deleteFrom('oidc_record')
      .where('id', 'in', (on) =>
        on
          .selectFrom('oidc_record')
          .select('id')
          .where('expires_at', '<', place('before'))
          .orderBy('expires_at')
          .limit(sql.lit(rowsPerSlice)),
      )
      .returning('id'),
)

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
    const payload = JSON.parse(envelope.open(row.payload, `oidc/${row.id}`)) as AdapterPayload
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
        tx.write(upsert, {
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
            sid: (payload as { sid?: string }).sid ?? '',
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
      const [row] = await database.readInstallation(purpose, selectById, { id: keyOf(id) })
      return read(row)
    },
    async findByUid(uid) {
      const [row] = await database.readInstallation(purpose, selectByUid, { uid: hashSecret(uid), model })
      return read(row)
    },
    findByUserCode: async () => undefined,
    async destroy(id) {
      await database.inInstallation(purpose, async (tx) => tx.write(deleteById, { id: keyOf(id) }))
    },
    async revokeByGrantId(grantId) {
      await database.inInstallation(purpose, async (tx) =>
        tx.write(deleteByGrant, { grantId: hashSecret(grantId), model }),
      )
    },
    async consume(id) {
      const args = { id: keyOf(id), at: clock() }
      const taken = await database.inInstallation(purpose, (tx) => tx.change(consume, args))
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
    find: async (id) => (await findClientMetadata(database, id)) as AdapterPayload | undefined,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    destroy: never,
    revokeByGrantId: never,
    consume: never,
  }
}

/** Rows past their end, a slice at a time; each was refused from that moment on anyway. */
export async function pruneProviderRecords(
  database: Database,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  for (let ended = rowsPerSlice; ended === rowsPerSlice && !isStopping(); )
    ended = (await database.inInstallation('jobs', (tx) => tx.change(deleteExpired, { before: now }))).length
}
