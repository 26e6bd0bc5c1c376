// Writes the words by which people are searched (`search-people.ts`), behind the change: it follows the feed, so that no request pays for
// it. Whoever was there before is filled in a slice at a time. A look at somebody compares what is written with the row as it is now, so
// that a second one changes nothing.

import type { JsonObject } from '@rollcall/scim'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { readJson } from '../base/json.ts'
import { followEach } from '../events/follow.ts'
import { readSearchText, toSearchText, toSearchWords } from '../mapping/search-words.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import { type Dialect, installationStatement, organizationStatement } from '../store/statement.ts'
import { slicesOfUnread } from './shown-names.ts'

/** Few enough that nobody waits for the writing of them. */
const peoplePerSlice = 50
/** Of one organization, before another one has its turn. */
const slicesPerTurn = 20
/** The others have the store at least as long as a slice takes. */
const pauseMs = 10
const organizationsPerPage = 100

/** After these a person has other words than before, or none. */
const types: ReadonlySet<string> = new Set([
  'user.provisioned',
  'user.linked',
  'user.updated',
  'user.deactivated',
  'user.reactivated',
  'user.reassigned',
  'user.name_yielded',
  'user.deprovisioned',
])

// Each by its key: without statistics PostgreSQL walks through everybody for a list of ids.
const peopleByIds = (dialect: Dialect, organizationId: string, ids: string): RawBuilder<unknown> =>
  dialect.lookUp(ids, 'user', sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`)

const selectSizes = organizationStatement<{ ids: string }>('sizes_of_people')(
  ({ db, place, organizationId, dialect }) => {
    const isTheirs = sql<SqlBool>`list.organization_id = ${organizationId} AND list.user_id = one.id`
    const statement = sql<{ id: string; unread: number; listed: string | null }>`SELECT one.id,
        octet_length(one.resource) AS unread, list.user_id AS listed
      FROM ${peopleByIds(dialect, organizationId, place('ids'))} ${dialect.besideOrNone('user_search', 'list', isTheirs)}`
    return { compile: () => statement.compile(db) }
  },
)

const insertLists = organizationStatement<{ ids: string }>('insert_search_lists')(
  ({ db, place, organizationId, dialect }) => {
    // WHERE: without it SQLite takes what follows for a part of the join.
    const statement = sql`INSERT INTO user_search (organization_id, user_id, words)
      SELECT one.organization_id, one.id, '' FROM ${peopleByIds(dialect, organizationId, place('ids'))} WHERE true
      ON CONFLICT DO NOTHING`
    return { compile: () => statement.compile(db) }
  },
)

// Whoever holds a list reads the row behind it, and is the only one to write the words: the last of several sees the latest row.
const lockLists = organizationStatement<{ ids: string }>('search_lists_for_update')(
  ({ db, place, organizationId, dialect }) =>
    dialect.lock(
      db
        .selectFrom('user_search')
        .select(['user_id', 'words'])
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('user_id', place('ids')))
        .orderBy('user_id'),
    ),
)

const selectPeople = organizationStatement<{ ids: string }>('people_to_index')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<PersonToIndex>`SELECT one.id, one.user_name, one.external_id, one.resource
      FROM ${peopleByIds(dialect, organizationId, place('ids'))}`
    return { compile: () => statement.compile(db) }
  },
)

/** Of all of a slice: JSON of lists of the person and a word. */
const insertWords = organizationStatement<{ words: string }>('insert_search_words')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql`INSERT INTO user_search_word (organization_id, word, user_id)
      SELECT ${dialect.text(organizationId)}, wanted.word, wanted.user_id
      FROM ${dialect.unfoldRows(place('words'), ['user_id', 'word'])} WHERE true ON CONFLICT DO NOTHING`
    return { compile: () => statement.compile(db) }
  },
)

const deleteWords = organizationStatement<{ userId: string; words: string }>('delete_search_words')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('user_search_word')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('word', place('words')))
      .where('user_id', '=', place('userId')),
)

/** The same: JSON of lists of the person and their words. All are there: as rows that are in the way they are found by their keys. */
const writeLists = organizationStatement<{ lists: string }>('write_search_lists')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql`INSERT INTO user_search (organization_id, user_id, words)
      SELECT ${dialect.text(organizationId)}, wanted.user_id, wanted.words
      FROM ${dialect.unfoldRows(place('lists'), ['user_id', 'words'])} WHERE true
      ON CONFLICT (organization_id, user_id) DO UPDATE SET words = excluded.words`
    return { compile: () => statement.compile(db) }
  },
)

const deleteList = organizationStatement<{ userId: string }>('delete_search_list')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('user_search')
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', place('userId')),
)

/** Goes on behind the feed from where it was. */
export async function indexPeople(database: Database, now: number, isStopping: () => boolean): Promise<void> {
  await followEach(database, { name: 'search', types, now }, isStopping, async (id, events) => {
    const ids = [...new Set(events.map(({ subjectId }) => subjectId))]
    for (let at = 0; at < ids.length && !isStopping(); at += peoplePerSlice)
      await indexSome(database, createScope(id), ids.slice(at, at + peoplePerSlice), isStopping)
  })
}

/** So many bytes of them at once. */
async function indexSome(
  database: Database,
  scope: OrganizationScope,
  ids: readonly string[],
  isStopping: () => boolean,
): Promise<void> {
  const rows = await database.readOrganization(scope, selectSizes, { ids: JSON.stringify(ids) })
  const sizes = new Map(rows.map(({ id, unread }) => [id, Number(unread)]))
  const areNew = new Set(rows.filter(({ listed }) => listed === null).map(({ id }) => id))
  const people = ids.toSorted().map((id) => ({ id, unread: sizes.get(id) ?? 0 }))
  for (const slice of slicesOfUnread(people)) {
    if (isStopping()) return
    const unlisted = slice.filter((id) => areNew.has(id))
    await database.inOrganization(scope, (tx) => indexSlice(tx, slice, unlisted))
  }
}

/** `unlisted`: those of the slice who had no list yet. */
async function indexSlice(
  tx: OrganizationTx,
  slice: readonly string[],
  unlisted: readonly string[],
): Promise<void> {
  const ids = JSON.stringify(slice)
  if (unlisted.length > 0) tx.write(insertLists, { ids: JSON.stringify(unlisted) })
  const lists = await tx.all(lockLists, { ids })
  if (lists.length === 0) return
  const people = new Map((await tx.all(selectPeople, { ids })).map((row) => [row.id, row]))
  const written: (readonly [userId: string, words: string])[] = []
  const entries: (readonly [userId: string, word: string])[] = []
  for (const { user_id: userId, words: text } of lists) {
    const row = people.get(userId)
    const words = row === undefined ? [] : toSearchWords(toSearchable(row))
    const after = toSearchText(words)
    if (after === text && row !== undefined) continue
    const before = readSearchText(text)
    const gone = before.filter((word) => !words.includes(word))
    const added = words.filter((word) => !before.includes(word))
    if (gone.length > 0) tx.write(deleteWords, { userId, words: JSON.stringify(gone) })
    for (const word of added) entries.push([userId, word])
    if (row === undefined) tx.write(deleteList, { userId })
    else written.push([userId, after])
  }
  if (entries.length > 0) tx.write(insertWords, { words: JSON.stringify(entries) })
  if (written.length > 0) tx.write(writeLists, { lists: JSON.stringify(written) })
}

interface PersonToIndex {
  readonly id: string
  readonly user_name: string
  readonly external_id: string | null
  readonly resource: string
}

/** A row as its words are made of it. */
export function toSearchable(row: PersonToIndex): Parameters<typeof toSearchWords>[0] {
  const { id, user_name: userName, external_id: externalId } = row
  return { id, userName, externalId, resource: readJson<JsonObject>(row.resource) }
}

const selectFill = installationStatement<{ after: string }>('people_fills')(({ db, place }) =>
  db
    .selectFrom('user_search_fill')
    .select(['organization_id as id', 'after_id'])
    .where('organization_id', '>', place('after'))
    .orderBy('organization_id')
    .limit(organizationsPerPage),
)

const selectNext = organizationStatement<{ after: string; limit: number }>('people_to_fill')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .orderBy('id')
      .limit(place('limit')),
)

const moveFill = organizationStatement<{ after: string }>('move_people_fill')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('user_search_fill')
      .set({ after_id: place('after') })
      .where('organization_id', '=', organizationId),
)

const endFill = organizationStatement('end_people_fill')(({ db, organizationId }) =>
  db.deleteFrom('user_search_fill').where('organization_id', '=', organizationId),
)

/** Whether people of before are still to be filled in. */
export async function hasPeopleToFill(database: Database): Promise<boolean> {
  return (await database.readInstallation('jobs', selectFill, { after: '' })).length > 0
}

/** Fills in whoever was there before, every organization in turns, until all are done. */
export async function fillPeople(database: Database, isStopping: () => boolean): Promise<void> {
  for (let after = ''; !isStopping(); ) {
    const page = await database.readInstallation('jobs', selectFill, { after })
    for (const { id, after_id: from } of page) await fillTurn(database, createScope(id), from, isStopping)
    if (page.length === 0 && after === '') return
    after = page.length < organizationsPerPage ? '' : (page.at(-1)?.id ?? '')
  }
}

async function fillTurn(
  database: Database,
  scope: OrganizationScope,
  from: string,
  isStopping: () => boolean,
): Promise<void> {
  let after = from
  for (let turn = 0; turn < slicesPerTurn && !isStopping(); turn += 1) {
    const page = await database.readOrganization(scope, selectNext, { after, limit: peoplePerSlice })
    const ids = page.map(({ id }) => id)
    if (ids.length > 0) await indexSome(database, scope, ids, isStopping)
    if (isStopping()) return
    after = ids.at(-1) ?? after
    const isDone = ids.length < peoplePerSlice
    await database.inOrganization(scope, async (tx) =>
      isDone ? tx.write(endFill, {}) : tx.write(moveFill, { after }),
    )
    if (isDone) return
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
