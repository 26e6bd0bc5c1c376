// Which groups lie around people and groups, and which below them: walked from whom it is about, each step by an index, within a bound.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Dialect, organizationStatement } from '../store/statement.ts'
import { isByUnconfirmed } from './met.ts'
import { unconfirmedKeys } from './unconfirmed-keys.ts'

interface Around {
  /** JSON: ids of people, or of groups. */
  readonly ids: string
  /** JSON: names in rules. */
  readonly names: string
  readonly limit: number
}

const isByProvisionalKey = (organizationId: string, group: string) => {
  const keyId = sql.ref(`${group}.provisional_key_id`)
  return sql`CASE WHEN ${keyId} IS NULL THEN 0 WHEN ${keyId} IN (${unconfirmedKeys(organizationId)}) THEN 1 ELSE 0 END`
}

const isNamed = (dialect: Dialect, group: string, names: unknown) =>
  sql`(${dialect.isIn(`${group}.display_name`, names)} OR ${dialect.isIn(`${group}.external_id`, names)})`

// From whom it is about outwards, never from the named groups down: what an organization holds besides costs nothing. Each step is a
// look by an index, and all of them together have a bound. Whatever lies on the way and was made by a provisional key makes what is
// said by it so.
const createAround = (name: string, from: 'people' | 'groups') =>
  organizationStatement<Around>(name)(({ db, place, organizationId, dialect }) => {
    const limit = place('limit')
    const groupsOf = (member: string) => sql`SELECT m.group_id FROM group_member AS m
      WHERE m.organization_id = ${organizationId} AND m.member_id = ${sql.ref(member)} ORDER BY m.group_id LIMIT ${limit}`
    const group = (as: string, isKey: RawBuilder<SqlBool>) =>
      dialect.beside(
        'group',
        as,
        sql<SqlBool>`${sql.ref(`${as}.organization_id`)} = ${organizationId} AND ${isKey}`,
      )
    const isFirst =
      from === 'groups'
        ? sql<SqlBool>`g.id = wanted.value`
        : dialect.isAmong('g.id', groupsOf('wanted.value'))
    const isUnconfirmed = sql`(SELECT ${isByUnconfirmed(organizationId)} FROM "user"
      WHERE "user".organization_id = ${organizationId} AND "user".id = reached.root AND "user".source = 'scim')`
    const statement = sql<{
      root: string
      is_provisional: number
      display_name: string
      external_id: string | null
      /** Whoever is known by an unconfirmed key's word alone has no role by it that opens the console, whose groups they ever are in. */
      is_unconfirmed: number | null
    }>`WITH RECURSIVE around(root, id, is_provisional) AS (
        SELECT * FROM (SELECT wanted.value AS root, g.id AS id, ${isByProvisionalKey(organizationId, 'g')} AS is_provisional
          FROM ${dialect.unfold(place('ids'))} ${group('g', isFirst)} LIMIT ${limit}) AS nearest
        UNION
        SELECT around.root, g.id, CASE WHEN around.is_provisional = 1 THEN 1 ELSE ${isByProvisionalKey(organizationId, 'g')} END
          FROM around ${group('g', dialect.isAmong('g.id', groupsOf('around.id')))}
        ${dialect.stopAt(limit)}
      ), reached AS (SELECT root, id, is_provisional FROM around LIMIT ${limit})
      SELECT reached.root, reached.is_provisional, g.display_name, g.external_id, ${isUnconfirmed} AS is_unconfirmed
        FROM reached ${group('g', sql<SqlBool>`g.id = reached.id`)} WHERE ${isNamed(dialect, 'g', place('names'))}
      UNION ALL SELECT '', count(*), '', NULL, 0 FROM reached`
    return { compile: () => statement.compile(db) }
  })
/** The named groups that people are in, also by groups inside them; the last row says how many were looked at. */
export const selectAroundPeople = createAround('groups_around_people', 'people')
/** The same of groups. */
export const selectAroundGroups = createAround('groups_around_groups', 'groups')

/** A group that is found by what a rule calls it. */
export interface NamedGroup {
  readonly id: string
  readonly display_name: string
  readonly external_id: string | null
}

// By the name as it is compared, which has an index; what a provisional key made may be passed over.
const createNamed = (name: string, isFirmAlone: boolean) =>
  organizationStatement<{ names: string; keys: string; limit: number }>(name)(
    ({ db, place, organizationId, dialect }) => {
      const isFirm = isFirmAlone ? sql`AND ${isByProvisionalKey(organizationId, 'g')} = 0` : sql``
      const by = (
        is: RawBuilder<unknown>,
      ) => sql`SELECT * FROM (SELECT g.id, g.display_name, g.external_id FROM "group" AS g
        WHERE g.organization_id = ${organizationId} AND ${is} ${isFirm} LIMIT ${place('limit')}) AS found`
      const isName = sql`${dialect.isIn('g.display_name_key', place('keys'))} AND ${dialect.isIn('g.display_name', place('names'))}`
      const statement = sql<NamedGroup>`${by(isName)} UNION ALL ${by(dialect.isIn('g.external_id', place('names')))}`
      return { compile: () => statement.compile(db) }
    },
  )
/** Groups by display name or external id. */
export const selectNamed = createNamed('named_groups', false)
/** The same but for what a provisional key made. */
export const selectNamedFirm = createNamed('named_groups_that_count', true)

/** Groups, and those inside them. */
export const selectBelow = organizationStatement<{ ids: string; limit: number }>('groups_below')(
  ({ db, place, organizationId, dialect }) => {
    const isInner = sql<SqlBool>`m.organization_id = ${organizationId} AND m.group_id = below.id
      AND m.member_id >= 'grp_' AND m.member_id < 'grp\`'`
    const statement = sql<{ id: string }>`WITH RECURSIVE below(id) AS (
        SELECT wanted.value FROM ${dialect.unfold(place('ids'))}
        UNION SELECT m.member_id FROM below ${dialect.beside('group_member', 'm', isInner)} ${dialect.stopAt(place('limit'))}
      ) SELECT id FROM below LIMIT ${place('limit')}`
    return { compile: () => statement.compile(db) }
  },
)
