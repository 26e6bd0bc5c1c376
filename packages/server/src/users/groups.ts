// Groups: rows of the directory without their members. Owns their statements; decides nothing.

import type { JsonObject } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Json } from '../base/json.ts'
import type { GroupColumns } from '../mapping/group-columns.ts'
import { organizationRows } from '../organizations/joined.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreRestart } from '../store/errors.ts'
import { isLocked, mayWaitFor, noteLocked } from '../store/lock-order.ts'
import { organizationStatement, type Words } from '../store/statement.ts'
import { writeCount } from './counts.ts'

/** What a group is to SCIM. Times are milliseconds since 1970. */
export interface GroupRow {
  readonly id: string
  readonly display_name: string
  readonly external_id: string | null
  /** JSON without `id`, `meta` and `members`. */
  readonly resource: Json<JsonObject>
  readonly version: number
  readonly created_at: number
  readonly updated_at: number
  /** The key that made the group while it was provisional. */
  readonly provisional_key_id: string | null
}

/** The columns of a group that are read. */
export const groupColumnNames = [
  'id',
  'display_name',
  'external_id',
  'resource',
  'version',
  'created_at',
  'updated_at',
  'provisional_key_id',
] as const

/** One group by id, for reading. */
export const selectGroup = organizationStatement<{ id: string }>('group')(({ db, place, organizationId }) =>
  db
    .selectFrom('group')
    .select(groupColumnNames)
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** A group that is locked until COMMIT, with the rules that its members' roles follow. */
export type LockedGroup = GroupRow & { readonly role_mappings: string | null }

const lockOne = (isFree: boolean) =>
  organizationStatement<{ id: string }>(`group_to_change${isFree ? '_if_free' : ''}`)(
    ({ db, place, organizationId, dialect }) => {
      const group = db
        .selectFrom('group')
        .select(groupColumnNames)
        .select((on) =>
          on
            .selectFrom(organizationRows)
            .select('role_mappings')
            .where('organization.id', '=', organizationId)
            .$castTo<{ role_mappings: string }>()
            .as('role_mappings'),
        )
        .where('organization_id', '=', organizationId)
        .where('id', '=', place('id'))
      return isFree ? dialect.lockFree(group, 'to change') : dialect.lock(group)
    },
  )
const selectToChange = lockOne(false)
const selectToChangeIfFree = lockOne(true)

const lockByIds = (isFree: boolean) =>
  organizationStatement<{ ids: string }>(`groups_to_change${isFree ? '_if_free' : ''}`)(
    ({ db, place, organizationId, dialect }) => {
      const groups = db
        .selectFrom('group')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('id', place('ids')))
        .orderBy('id')
      return isFree ? dialect.lockFree(groups, 'to change') : dialect.lock(groups)
    },
  )
const selectAllToChange = lockByIds(false)
const selectAllToChangeIfFree = lockByIds(true)

const countThere = organizationStatement<{ ids: string }>('groups_there')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('group')
      .select((on) => on.cast<number>(on.fn.countAll(), 'bigint').as('groups'))
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

/** One group by id, locked until COMMIT, with the rules that its members' roles follow. Throws StoreRestart. */
export async function lockGroup(tx: OrganizationTx, id: string): Promise<LockedGroup | undefined> {
  const mayWait = mayWaitFor(tx, 'group', id)
  const row = await tx.first(mayWait ? selectToChange : selectToChangeIfFree, { id })
  if (row === undefined && !mayWait && (await countGroups(tx, [id])) > 0) throw new StoreRestart()
  noteLocked(tx, 'group', [row?.id])
  return row
}

/** Several, in the order of their ids. Throws StoreRestart. */
export async function lockGroups(tx: OrganizationTx, ids: readonly string[]): Promise<void> {
  const wanted = ids.filter((id) => !isLocked(tx, id)).toSorted()
  const [first] = wanted
  if (first === undefined) return
  const mayWait = mayWaitFor(tx, 'group', first)
  const statement = mayWait ? selectAllToChange : selectAllToChangeIfFree
  const rows = await tx.all(statement, { ids: JSON.stringify(wanted) })
  if (!mayWait && rows.length < (await countGroups(tx, wanted))) throw new StoreRestart()
  noteLocked(
    tx,
    'group',
    rows.map(({ id }) => id),
  )
}

async function countGroups(tx: OrganizationTx, ids: readonly string[]): Promise<number> {
  return Number((await tx.first(countThere, { ids: JSON.stringify(ids) }))?.groups ?? 0)
}

// Whether a key that nobody has confirmed made the group.
const isByUnconfirmed = (organizationId: unknown): RawBuilder<SqlBool> => {
  const of = (table: 'api_key' | 'oauth_client') => sql`EXISTS (SELECT 1 FROM ${sql.table(table)} AS k
    WHERE k.organization_id = ${organizationId} AND k.id = "group".provisional_key_id AND k.is_provisional = 1)`
  return sql<SqlBool>`("group".provisional_key_id IS NOT NULL AND (${of('api_key')} OR ${of('oauth_client')}))`
}

/** Of the key that asks: null where it is confirmed. */
interface Asked {
  readonly keyId: string | null
}

/** Another group of the name. What an unconfirmed key made keeps no name from a confirmed one. */
export const selectNamesake = organizationStatement<{ key: string; unique: string; id: string } & Asked>(
  'group_namesake',
)(({ db, place, organizationId, dialect }) =>
  db
    .selectFrom('group')
    .select(['id', 'display_name', 'external_id'])
    .where('organization_id', '=', organizationId)
    .where((on) =>
      on.or([
        on('display_name_key', '=', place('key')),
        on('display_name_key', '=', place('unique')),
        on('unique_name_key', '=', place('unique')),
      ]),
    )
    .where('id', '<>', place('id'))
    .where(
      sql<SqlBool>`(${dialect.text(place('keyId'))} IS NOT NULL OR NOT ${isByUnconfirmed(organizationId)})`,
    )
    .limit(1),
)

/** The group of a name and an externalId, locked until COMMIT; two who bring the same come one after the other. */
export const holdGroupName = organizationStatement<{ name: string }>('hold_group_name')(
  ({ db, place, organizationId, dialect }) => {
    const name = sql`${organizationId} || ' group ' || ${dialect.text(place('name'))}`
    const statement = sql`SELECT ${dialect.hold(name)} AS held`
    return { compile: () => statement.compile(db) }
  },
)
/** One that the key made itself, or, of a confirmed key, one that no unconfirmed key made. */
export const selectSameGroup = organizationStatement<{ key: string; externalId: string } & Asked>(
  'same_group',
)((words) => {
  const { place, organizationId, dialect } = words
  const group = groupsOfName(words)
    .where('external_id', '=', place('externalId'))
    .where(
      sql<SqlBool>`(provisional_key_id = ${dialect.text(place('keyId'))}
          OR (${dialect.text(place('keyId'))} IS NULL AND NOT ${isByUnconfirmed(organizationId)}))`,
    )
  return dialect.lock(group)
})

/** One without an externalId that the key or client made itself. */
export const selectOwnNamesake = organizationStatement<{ key: string; makerId: string }>('own_namesake')(
  (words) =>
    words.dialect.lock(
      groupsOfName(words).where('external_id', 'is', null).where('maker_id', '=', words.place('makerId')),
    ),
)

// The first of a name, with the rules that its members' roles follow.
function groupsOfName({ db, place, organizationId }: Words<'organization', { key: string }>) {
  return db
    .selectFrom('group')
    .select(groupColumnNames)
    .select((on) =>
      on
        .selectFrom(organizationRows)
        .select('role_mappings')
        .where('organization.id', '=', organizationId)
        .$castTo<{ role_mappings: string }>()
        .as('role_mappings'),
    )
    .where('organization_id', '=', organizationId)
    .where('display_name_key', '=', place('key'))
    .orderBy('id')
    .limit(1)
}

/** Whose the group is from its beginning. */
interface Maker {
  /** A key that nobody has confirmed. */
  readonly provisionalKeyId: string | null
  readonly makerId: string | null
}

interface GroupValues {
  readonly id: string
  readonly displayName: string
  readonly displayNameKey: string
  readonly uniqueNameKey: string | null
  readonly externalId: string | null
  readonly resource: Json<JsonObject>
  readonly at: number
}

const insertGroup = organizationStatement<GroupValues & Maker>('insert_group')(
  ({ db, place, organizationId }) =>
    db.insertInto('group').values({
      organization_id: organizationId,
      id: place('id'),
      display_name: place('displayName'),
      display_name_key: place('displayNameKey'),
      unique_name_key: place('uniqueNameKey'),
      external_id: place('externalId'),
      resource: place('resource'),
      version: 1,
      created_at: place('at'),
      updated_at: place('at'),
      provisional_key_id: place('provisionalKeyId'),
      maker_id: place('makerId'),
    }),
)

const updateGroup = organizationStatement<GroupValues>('update_group')(({ db, place, organizationId }) =>
  db
    .updateTable('group')
    .set((on) => ({
      display_name: place('displayName'),
      display_name_key: place('displayNameKey'),
      unique_name_key: place('uniqueNameKey'),
      external_id: place('externalId'),
      resource: place('resource'),
      version: on('version', '+', 1),
      updated_at: place('at'),
    }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

// A name that stays is judged by nobody anew.
const updateNamedGroup = organizationStatement<Pick<GroupValues, 'id' | 'externalId' | 'resource' | 'at'>>(
  'update_named_group',
)(({ db, place, organizationId }) =>
  db
    .updateTable('group')
    .set((on) => ({
      external_id: place('externalId'),
      resource: place('resource'),
      version: on('version', '+', 1),
      updated_at: place('at'),
    }))
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

// The usual change of a group is its members alone: no index is touched.
const touchGroup = organizationStatement<{ id: string; at: number }>('touch_group')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('group')
      .set((on) => ({ version: on('version', '+', 1), updated_at: place('at') }))
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const touchGroups = organizationStatement<{ ids: string; at: number }>('touch_groups')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('group')
      .set((on) => ({ version: on('version', '+', 1), updated_at: place('at') }))
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

const deleteGroup = organizationStatement<{ id: string }>('delete_group')(({ db, place, organizationId }) =>
  db.deleteFrom('group').where('organization_id', '=', organizationId).where('id', '=', place('id')),
)

/** A group as it is written. */
export interface GroupToWrite {
  readonly id: string
  readonly columns: GroupColumns
  readonly resource: Json<JsonObject>
  readonly at: number
  /** Whether the store refuses the name where another group holds it by the same claim. */
  readonly isNameUnique: boolean
}

function toValues({ id, columns, resource, at, isNameUnique }: GroupToWrite): GroupValues {
  return { id, ...columns, uniqueNameKey: isNameUnique ? columns.uniqueNameKey : null, resource, at }
}

/** The row of a new group, without members. */
export function writeNewGroup(
  tx: OrganizationTx,
  { provisionalKeyId, makerId, ...group }: GroupToWrite & Maker,
): void {
  tx.write(insertGroup, { ...toValues(group), provisionalKeyId, makerId })
  writeCount(tx, { groups: 1 })
}

/** Writes a group that is there; its name only where it is another one. */
export function writeGroup(tx: OrganizationTx, group: GroupToWrite, isRenamed: boolean): void {
  const { externalId, id, resource, at, ...name } = toValues(group)
  if (isRenamed) tx.write(updateGroup, { externalId, id, resource, at, ...name })
  else tx.write(updateNamedGroup, { externalId, id, resource, at })
}

/** A new version, for a change of members alone. */
export function writeGroupTouch(tx: OrganizationTx, id: string, at: number): void {
  tx.write(touchGroup, { id, at })
}

/** The same of several, which are locked. */
export function writeGroupTouches(tx: OrganizationTx, ids: readonly string[], at: number): void {
  tx.write(touchGroups, { ids: JSON.stringify(ids), at })
}

/** Removes a group and counts it out. */
export function writeDeletedGroup(tx: OrganizationTx, id: string): void {
  tx.write(deleteGroup, { id })
  writeCount(tx, { groups: -1 })
}
