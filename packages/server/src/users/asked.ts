// What rooms above ask of people inside a unit of work: a few columns each, by the index that is there for them.

import { type SqlBool, sql } from 'kysely'
import type { Role } from '../base/rung.ts'
import { eventRows } from '../events/joined.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { UserTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement, type RowOf } from '../store/statement.ts'
import { isInRange, type KeyRange, listKeyRanges } from './linked-people.ts'
import { saidColumns } from './said.ts'
import type { UserRow } from './user-row.ts'

/** Of somebody who holds a name. */
export const holderColumns = ['id', 'user_name', 'active', 'blocked_at', 'source', 'managed_by'] as const

/** So many are named. */
export const maxAlike = 3

/** What somebody is called. */
export const selectUserName = organizationStatement<{ id: string }>('name_of_word')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('user_name')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** Whether anybody is linked to a connection. */
export const selectAnyIdentity = organizationStatement<{ id: string }>('connection_has_identity')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('identity')
      .select('user_id')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('id'))
      .limit(1),
)

/** Addresses in their order, some at a time. */
export const selectAddressSlice = organizationStatement<{ after: string; afterUser: string; limit: number }>(
  'addresses_in_order',
)(({ db, place, organizationId }) => {
  const statement = sql<{ value_key: string; user_id: string }>`SELECT value_key, user_id FROM user_email
      WHERE organization_id = ${organizationId} AND (value_key, user_id) > (${place('after')}, ${place('afterUser')})
      ORDER BY value_key, user_id LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

/** Of these people, those who may act. */
export const selectWorking = organizationStatement<{ ids: string }>('makers')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{ id: string; role: Role }>`SELECT id, role FROM "user"
    WHERE organization_id = ${organizationId} AND ${dialect.isIn('id', place('ids'))}
      AND active = 1 AND blocked_at IS NULL`
    return { compile: () => statement.compile(db) }
  },
)

/** A millisecond of the index. */
export const unclaimedPerSlice = 10_000

/** People of whom no directory has said anything, a slice of them after an id: how many, and the last. */
export const countUnclaimedAfter = organizationStatement<{ after: string }>('count_unclaimed_after')(
  ({ db, place, organizationId, dialect }) => {
    // Else SQLite takes the index of all people, and reads everybody where nobody is unclaimed.
    const statement = sql<{
      users: number | string
      last: string | null
    }>`SELECT count(*) AS users, max(id) AS last
      FROM (SELECT id FROM ${dialect.byIndex('user', 'user_unclaimed')} WHERE organization_id = ${organizationId}
        AND managed_by IS NULL AND id > ${place('after')} ORDER BY id LIMIT ${sql.lit(unclaimedPerSlice)}) AS slice`
    return { compile: () => statement.compile(db) }
  },
)

/** Somebody else who may act and has the address. */
export const selectOtherHolder = organizationStatement<{
  userId: string
  emailKey: string
  otherKey: string
}>('another_holder_of_address')(({ db, place, organizationId }) =>
  db
    .selectFrom('user_email')
    .innerJoin('user', (join) =>
      join
        .onRef('user.organization_id', '=', 'user_email.organization_id')
        .onRef('user.id', '=', 'user_email.user_id'),
    )
    .select('user.id')
    .where('user_email.organization_id', '=', organizationId)
    .where('user_email.value_key', 'in', [place('emailKey'), place('otherKey')])
    .where('user.id', '!=', place('userId'))
    .where('user.active', '=', 1)
    .where('user.blocked_at', 'is', null)
    .limit(1),
)

/** What is kept of somebody who was removed. */
export const selectDeleted = organizationStatement<{ id: string }>('deleted_user')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('deleted_user')
      .select(['resource', 'role', 'role_origin', 'blocked_at', 'recovery_address', 'deleted_at'])
      .select(['deactivated_at', 'source', 'provisional_key_id', 'directory_decides', 'id_by_claim'])
      .select(['given_external_id', 'given_name_key'])
      .select(saidColumns)
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** Somebody who was deleted, as they are remembered. */
export type DeletedUser = RowOf<typeof selectDeleted>

/** The people of a key whose ids are behind `after`, up to `until`. */
export interface PeopleOfKey {
  readonly keyId: string
  readonly after: string
  readonly until: string
}

/** Of those alone of whom there is something to be looked at: most came by the address that they are called by. */
export const selectClaimed = organizationStatement<PeopleOfKey>('linked_users_of_key')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('provisional_key_id', '=', place('keyId'))
      .where('source', '=', 'sso')
      .where('managed_by', '=', 'scim')
      .where('role', 'not in', ['owner', 'admin'])
      .where('id', '>', place('after'))
      .where('id', '<=', place('until'))
      .where(({ or, exists, selectFrom }) =>
        or([
          exists(
            selectFrom('identity')
              .select('identity.user_id')
              .where('identity.organization_id', '=', organizationId)
              .whereRef('identity.user_id', '=', 'user.id')
              .where((on) =>
                on.or([
                  on('identity.proved_key', 'is', null),
                  on('identity.proved_key', '<>', on.ref('user.user_name_key')),
                ]),
              ),
          ),
          exists(
            selectFrom('withdrawn_identity')
              .select('withdrawn_identity.user_id')
              .where('withdrawn_identity.organization_id', '=', organizationId)
              .whereRef('withdrawn_identity.user_id', '=', 'user.id'),
          ),
        ]),
      )
      .orderBy('id'),
)

/** People of a key whose role is another one than the default. */
export const selectWithoutDefault = organizationStatement<{
  keyId: string
  role: Role
  limit: number
}>('users_without_default_role')(({ db, place, organizationId }) =>
  db
    .selectFrom('user')
    .select(['id', 'role'])
    .where('organization_id', '=', organizationId)
    .where('provisional_key_id', '=', place('keyId'))
    .where('source', '=', 'scim')
    .where('role_origin', '=', 'default')
    .where('role', '<>', place('role'))
    .orderBy('id')
    .limit(place('limit')),
)

/** Somebody as the directory wrote them. */
export const selectResource = organizationStatement<{ id: string }>('resource_of_user')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('resource')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const keepMaker = (name: string, purpose: 'to keep' | 'to keep the key') =>
  organizationStatement<{ id: string }>(name)(({ db, place, organizationId, dialect }) => {
    const maker = db
      .selectFrom('user')
      .select(['role', 'active', 'blocked_at'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(maker, purpose)
  })

/** Whoever made a link, kept until COMMIT. */
export const keepMakerOfLink = keepMaker('maker_of_link', 'to keep')

/** Whoever acts; their key is kept until COMMIT. */
export const keepMakerOfAct = keepMaker('maker_of_act', 'to keep the key')

export const selectByName = organizationStatement<{ userNameKey: string }>('holder_of_name')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select(holderColumns)
      .where('organization_id', '=', organizationId)
      .where('user_name_key', '=', place('userNameKey')),
)

export const selectUnclaimed = organizationStatement('some_unclaimed')(({ db, organizationId }) =>
  db
    .selectFrom('user')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('managed_by', 'is', null)
    .limit(1),
)

/** The account that has a name. */
export type Holder = Pick<UserRow, 'id' | 'user_name' | 'active' | 'blocked_at' | 'source' | 'managed_by'>

/** Somebody with the same address or externalId as one who is new. */
export interface Likeness extends Holder {
  readonly role: UserRow['role']
  readonly external_id: string | null
}

/** People who have one of these addresses, or the external id. */
export const selectAlike = organizationStatement<{
  emails: string
  externalId: string | null
  userNameKey: string
}>('alike_users')(({ db, place, organizationId, dialect }) => {
  const columns = sql.join([...holderColumns, 'role', 'external_id'].map((name) => sql.ref(name)))
  const own = sql<SqlBool>`organization_id = ${organizationId} AND user_name_key <> ${place('userNameKey')}`
  const statement = sql<Likeness>`SELECT ${columns} FROM "user" WHERE ${own} AND id IN (
      SELECT id FROM "user" WHERE organization_id = ${organizationId} AND external_id = ${dialect.text(place('externalId'))}
      UNION SELECT user_id FROM user_email
        WHERE organization_id = ${organizationId} AND ${dialect.isIn('value_key', place('emails'))})
    ORDER BY id LIMIT ${sql.lit(maxAlike)}`
  return { compile: () => statement.compile(db) }
})

/**
 * Owners, and with them administrators, who may act and are linked to a connection: owners first, and how many there are. From the few who
 * run the settings to their identities, never the other way round.
 */
export const selectPeopleAsleep = organizationStatement<{
  connectionId: string
  withAdmins: 0 | 1
  limit: number
}>('asleep_people')(({ db, place, organizationId, dialect }) => {
  const isTheirs = sql<SqlBool>`linked.organization_id = ${organizationId} AND linked.user_id = "user".id
    AND linked.connection_id = ${place('connectionId')}`
  const statement = sql<
    Pick<UserRow, 'id' | 'user_name'> & { readonly role: 'owner' | 'admin'; readonly found: number }
  >`SELECT "user".id, "user".user_name, "user".role, count(*) OVER () AS found
    FROM ${dialect.byIndex('user', 'user_privileged')} ${dialect.beside('identity', 'linked', isTheirs)}
    WHERE "user".organization_id = ${organizationId} AND "user".role IN ('owner', 'admin')
      AND ("user".role = 'owner' OR ${dialect.integer(place('withAdmins'))} = 1)
      AND "user".active = 1 AND "user".blocked_at IS NULL
    ORDER BY "user".role DESC, "user".user_name_key LIMIT ${place('limit')}`
  return { compile: () => statement.compile(db) }
})

const selectLinkedSince = organizationStatement<KeyRange & { since: number }>('linked_since')(
  ({ db, place, organizationId, dialect }) => {
    const isTheirs = sql<SqlBool>`u.organization_id = ${organizationId} AND u.id = i.user_id`
    const statement = sql<
      Pick<UserTable, 'id' | 'user_name' | 'source' | 'created_at'>
    >`SELECT u.id, u.user_name, u.source, u.created_at
      FROM (SELECT user_id FROM identity WHERE organization_id = ${organizationId} AND connection_id = ${place('connectionId')}
        AND ${isInRange(place)} AND created_at >= ${dialect.bigint(place('since'))}) AS i ${dialect.beside('user', 'u', isTheirs)}`
    return { compile: () => statement.compile(db) }
  },
)

/** People who were linked to a connection since, in the order of their ids. */
export async function listLinkedSince(tx: OrganizationTx, connectionId: string, since: number) {
  const linked = []
  for (const range of await listKeyRanges(tx, 'identity', { connectionId }))
    linked.push(...(await tx.all(selectLinkedSince, { ...range, since })))
  return linked.sort((one, other) => (one.id < other.id ? -1 : 1))
}

/** Keys that were made since by people whom the connection knows: who made a key stands in its event. */
export async function listKeysMadeBy(
  tx: OrganizationTx,
  connectionId: string,
  since: number,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  const made = ['api_key', 'oauth_client'] as const
  const rows = await Promise.all(
    made.map((table) =>
      tx.all(
        organizationQuery(({ db, organizationId }) =>
          db
            .selectFrom(table)
            .select([`${table}.id`, `${table}.name`])
            .where(`${table}.organization_id`, '=', organizationId)
            .where(`${table}.created_at`, '>=', since)
            .where(`${table}.revoked_at`, 'is', null)
            .where((on) =>
              on.exists(
                on
                  .selectFrom(eventRows)
                  .innerJoin('identity', (join) =>
                    join
                      .onRef('identity.organization_id', '=', 'event.organization_id')
                      .onRef('identity.user_id', '=', 'event.actor_id')
                      .on('identity.connection_id', '=', connectionId),
                  )
                  .select('event.id')
                  .where('event.organization_id', '=', organizationId)
                  .whereRef('event.subject_id', '=', `${table}.id`)
                  .where('event.type', '=', `${table}.created`)
                  .where('event.actor_kind', '=', 'user'),
              ),
            )
            .orderBy(`${table}.id`),
        ),
        {},
      ),
    ),
  )
  return rows.flat()
}

/** Ids of the people of a key, from one on. */
export const selectIdsOfKey = organizationStatement<{
  readonly keyId: string
  readonly after: string
  readonly limit: number
}>('people_of_confirmed_key')(({ db, place, organizationId }) =>
  db
    .selectFrom('user')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('provisional_key_id', '=', place('keyId'))
    .where('id', '>', place('after'))
    .orderBy('id')
    .limit(place('limit')),
)

/** Which of these names somebody has. */
export async function listTakenNames(
  tx: OrganizationTx,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const taken = await tx.all(
    organizationQuery(({ db, organizationId }) =>
      db
        .selectFrom('user')
        .select('user_name_key')
        .where('organization_id', '=', organizationId)
        .where('user_name_key', 'in', keys),
    ),
    {},
  )
  return new Set(taken.map((row) => row.user_name_key))
}
