// The rows of what applications hold: codes, tokens, grants and sessions of the OpenID Connect provider, and which application somebody
// signed in to. Ids and payloads come hashed and sealed; what the library wants of them, openid-provider/adapter.ts knows.
import { type RawBuilder, sql } from 'kysely'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { OidcRecordTable } from '../store/schema.ts'
import { type Dialect, installationStatement, organizationStatement } from '../store/statement.ts'
import { isOfPresent, presentOf } from './generations.ts'

const insertPlace = organizationStatement<{ userId: string }>('insert_oidc_account')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('oidc_account')
      .values({ user_id: place('userId'), organization_id: organizationId })
      .onConflict((on) => on.column('user_id').doNothing()),
)

/** Remembers whose subject it is; in the transaction of nothing else. */
export async function placeAccount(
  database: Database,
  scope: OrganizationScope,
  userId: string,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => tx.write(insertPlace, { userId }))
}

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

export const upsertRecord = installationStatement<NewRow>('upsert_oidc_record')(({ db, place, dialect }) =>
  db
    .insertInto('oidc_record')
    .values({
      id: place('id'),
      model: place('model'),
      payload: place('payload'),
      grant_id: place('grant_id'),
      uid: place('uid'),
      organization_id: (on) =>
        on.selectFrom('oidc_account').select('organization_id').where('user_id', '=', place('user_id')),
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
export const insertOnce = installationStatement<
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
export const insertUse = installationStatement<{
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
export const insertSignIn = installationStatement<{
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
    WHERE g.id = ${place('grantKey')} AND g.user_id = ${place('userId')}
      AND g.client_id = ${place('clientId')} AND g.organization_id IS NOT NULL
    ON CONFLICT DO NOTHING`
  return { compile: () => statement.compile(db) }
})
export const selectRecord = installationStatement<{ id: string }>('oidc_record')(({ db, place }) =>
  db.selectFrom('oidc_record').selectAll().where('id', '=', place('id')).where(isOfPresent('oidc_record')),
)
export const selectRecordByUid = installationStatement<{ uid: string; model: string }>('oidc_record_by_uid')(
  ({ db, place }) =>
    db
      .selectFrom('oidc_record')
      .selectAll()
      .where('uid', '=', place('uid'))
      .where('model', '=', place('model'))
      .where(isOfPresent('oidc_record'))
      .limit(1),
)
export const consumeRecord = installationStatement<{ id: string; at: number }>('consume_oidc_record')(
  ({ db, place }) =>
    db
      .updateTable('oidc_record')
      .set({ consumed_at: place('at') })
      .where('id', '=', place('id'))
      .where('consumed_at', 'is', null)
      .returning('id'),
)
export const deleteRecord = installationStatement<{ id: string }>('delete_oidc_record')(({ db, place }) =>
  db.deleteFrom('oidc_record').where('id', '=', place('id')),
)
export const deleteRecordsOfGrant = installationStatement<{ grantId: string; model: string }>(
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

/** Rows past their end, a slice at a time; each was refused from that moment on anyway. */
export async function pruneProviderRecords(
  database: Database,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  for (let ended = rowsPerSlice; ended === rowsPerSlice && !isStopping(); )
    ended = (await database.inInstallation('jobs', (tx) => tx.change(deleteExpired, { before: now }))).length
}
