// Whom a search finds, by the words that `index-people.ts` writes. The rarest word is looked for by the index, and the lists of whom it
// finds say whether they have the others; where even that one is frequent, lists are walked in the order of ids, and a page is soon full.
// Whoever was made or renamed a moment ago is found by beginnings of names and addresses as well. Where people of before are still to be
// filled in, rows say it themselves.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import {
  isFoundIn,
  readSearchText,
  toBeginning,
  toSearchText,
  toSearchWords,
  toWantedWords,
} from '../mapping/search-words.ts'
import { toEmailKey, toUserNameKey } from '../mapping/user-columns.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { type Dialect, organizationQuery } from '../store/statement.ts'
import { toSearchable } from './index-people.ts'

/** After every text that begins with the same prefix, in the order of bytes. */
const last = '\u{10ffff}'
/** So many are found by beginnings of names. */
const fewFound = 1_000
/** So many who have the rarest word are found by it. */
const mostCandidates = 5_000
/** Lists that one statement walks through: few at first, which is a page where the words are frequent. */
const fewLists = 500
const mostLists = 20_000

/**
 * Whom a search finds. `some`: these ids, in their order. `many`: whose lists have the words, and these ids. `unfilled`: whose row
 * `isFound` says so.
 */
export type Found =
  | { readonly kind: 'some'; readonly ids: readonly string[] }
  | { readonly kind: 'many'; readonly words: readonly string[]; readonly ids: readonly string[] }
  | { readonly kind: 'unfilled'; readonly isFound: (row: SearchedRow) => boolean }

/** A person of whom it may not be written yet by which words they are found. */
export interface SearchedRow {
  readonly id: string
  readonly user_name: string
  readonly external_id: string | null
  readonly resource: string
  readonly search_words?: string | null
}

/** Beginnings of names and addresses as they are kept, and a whole externalId. */
function selectByBeginnings(text: string) {
  const [name, address] = [toUserNameKey(text), toEmailKey(text)]
  return organizationQuery(({ db, organizationId }) => {
    const own = () =>
      db
        .selectFrom('user')
        .select('id')
        .where('organization_id', '=', organizationId)
        .limit(fewFound + 1)
    const byName = own()
      .where('user_name_key', '>=', name)
      .where('user_name_key', '<', name + last)
    const byDisplayName = own()
      .where('display_name_key', '>=', address)
      .where('display_name_key', '<', address + last)
    const byAddress = db
      .selectFrom('user_email')
      .select('user_id as id')
      .where('organization_id', '=', organizationId)
      .where('value_key', '>=', address)
      .where('value_key', '<', address + last)
      .limit(fewFound + 1)
    const byExternalId = own().where('external_id', '=', text)
    return db
      .selectFrom(byName.as('by_name'))
      .select('id')
      .unionAll(db.selectFrom(byDisplayName.as('by_display_name')).select('id'))
      .unionAll(db.selectFrom(byAddress.as('by_address')).select('id'))
      .unionAll(db.selectFrom(byExternalId.as('by_external_id')).select('id'))
  })
}

const entriesOf = (organizationId: string, word: string): RawBuilder<unknown> =>
  sql`user_search_word WHERE organization_id = ${organizationId} AND word >= ${word} AND word < ${word + last}`

/** How many have each of the words, as far as it matters; whether people are still to be filled in, as the place of no word. */
function countWords(words: readonly string[]) {
  return organizationQuery<{ place: number; people: number }>(({ db, organizationId, dialect }) => {
    const counts = words.map(
      (word, place) => sql`SELECT ${dialect.integer(place)} AS place, count(*) AS people
        FROM (SELECT 1 FROM ${entriesOf(organizationId, word)} LIMIT ${sql.lit(mostCandidates + 1)}) AS entry`,
    )
    const filling = sql`SELECT -1 AS place, count(*) AS people FROM user_search_fill WHERE organization_id = ${organizationId}`
    const statement = sql<{
      place: number
      people: number
    }>`${sql.join([filling, ...counts], sql` UNION ALL `)}`
    return { compile: () => statement.compile(db) }
  })
}

/** Of those who have one word, whose lists have the others. */
function selectCandidates(word: string, others: readonly string[]) {
  return organizationQuery<{ id: string }>(({ db, organizationId, dialect }) => {
    const candidates = sql`(SELECT user_id FROM ${entriesOf(organizationId, word)} LIMIT ${sql.lit(mostCandidates)}) AS candidate`
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.user_id = candidate.user_id`
    const statement =
      others.length === 0
        ? sql<{ id: string }>`SELECT user_id AS id FROM ${candidates}`
        : sql<{
            id: string
          }>`SELECT one.user_id AS id FROM ${dialect.lookUpEach(candidates, 'user_search', isKey)}
            WHERE ${hasWords(dialect, 'one.words', others)}`
    return { compile: () => statement.compile(db) }
  })
}

/** Whom a search finds; undefined where it is empty. */
export async function searchPeople(
  database: Database,
  scope: OrganizationScope,
  search: string | undefined,
): Promise<Found | undefined> {
  const text = search?.trim() ?? ''
  if (text === '') return undefined
  const wanted = toWantedWords(text)
  const [counted, begun] = await Promise.all([
    database.readOrganization(scope, countWords(wanted), {}),
    database.readOrganization(scope, selectByBeginnings(text), {}),
  ])
  const counts = counted
    .map(({ place, people }) => ({ place: Number(place), people: Number(people) }))
    .toSorted((one, other) => one.people - other.people || one.place - other.place)
  const isFilling = counts.some(({ place, people }) => place === -1 && people > 0)
  const ids = [...new Set(begun.map(({ id }) => id))]
  const byRow: Found = { kind: 'unfilled', isFound: (row) => isFoundByRow(row, text, wanted) }
  // What has no word is found by its beginning alone.
  if (wanted.length === 0 ? ids.length > fewFound : isFilling) return byRow
  const rarest = counts.find(({ place }) => place >= 0)
  if (rarest === undefined) return { kind: 'some', ids: ids.toSorted() }
  if (rarest.people > mostCandidates) return { kind: 'many', words: wanted, ids }
  const word = wanted[rarest.place] ?? ''
  const others = wanted.filter((other) => other !== word)
  const found = await database.readOrganization(scope, selectCandidates(word, others), {})
  const all = new Set(found.map(({ id }) => id))
  // So many were made a moment ago.
  if (ids.length > fewFound && ids.some((id) => !all.has(id))) return byRow
  return { kind: 'some', ids: [...new Set([...all, ...ids])].sort() }
}

function isFoundByRow(row: SearchedRow, text: string, wanted: readonly string[]): boolean {
  if (wanted.length > 0 && row.search_words != null) return isFoundIn(row.search_words, wanted)
  const user = toSearchable(row)
  if (wanted.length > 0) return isFoundIn(toSearchText(toSearchWords(user)), wanted)
  const { displayName } = user.resource
  const names = [row.user_name, typeof displayName === 'string' ? displayName : '', row.external_id ?? '']
  return names.some((name) => toUserNameKey(name).startsWith(toUserNameKey(text)))
}

/** Whether a list has all of the words; `words` is its column, as it is called there. */
export function hasWords(dialect: Dialect, words: string, wanted: readonly string[]): RawBuilder<SqlBool> {
  const has = wanted.map((word) => dialect.contains(sql.ref(words), toBeginning(word)))
  return sql<SqlBool>`${sql.join(has, sql` AND `)}`
}

interface SliceOfLists {
  /** Ids of those that have the words, each behind a space. */
  readonly found: string | null
  readonly until: string | null
  readonly lists: number
}

function selectLists(words: readonly string[], after: string, limit: number) {
  return organizationQuery(({ db, organizationId, dialect }) => {
    const lists = sql`SELECT user_id, words FROM user_search
      WHERE organization_id = ${organizationId} AND user_id > ${after} ORDER BY user_id LIMIT ${sql.lit(limit)}`
    const judged = sql`SELECT user_id, CASE WHEN ${hasWords(dialect, 'words', words)} THEN ' ' || user_id END AS found
      FROM (${lists}) AS list`
    const statement = sql<SliceOfLists>`SELECT ${dialect.joinTexts('found')} AS found, max(user_id) AS until, count(*) AS lists
      FROM (${judged}) AS judged`
    return { compile: () => statement.compile(db) }
  })
}

/** Goes through the many whom a search finds, in the order of their ids; one such walk for each page. */
export function walkFound(
  database: Database,
  scope: OrganizationScope,
  { words, ids }: Extract<Found, { kind: 'many' }>,
) {
  let size = fewLists
  /** Whom it finds in a slice behind an id, up to `until`; undefined where nobody is left. */
  return async (after: string): Promise<{ ids: readonly string[]; until: string | undefined }> => {
    const limit = size
    size = Math.min(mostLists, size * 5)
    const [slice] = await database.readOrganization(scope, selectLists(words, after, limit), {})
    const isOver = slice === undefined || slice.until === null || Number(slice.lists) < limit
    const until = isOver ? afterEveryId : (slice.until ?? afterEveryId)
    const also = ids.filter((id) => id > after && id <= until)
    const found = [...new Set([...readSearchText(slice?.found ?? ''), ...also])]
    return { ids: found, until: isOver ? undefined : until }
  }
}

/** Ids are ASCII. */
export const afterEveryId = '~'
