// Reads activity: pages, the newest first, and a stream of what comes in. What versions before wrote is read beside it.
import type { ActivityView, Page } from '@rollcall/api'
import { type Clock, toTime } from '../base/clock.ts'
import { firstIdAt, timeOfId } from '../base/id.ts'
import { pause } from '../base/pause.ts'
import { createGate, createTurns } from '../base/turns.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { ActivityTable } from '../store/schema.ts'
import { selectPacked, unpackWhole } from './compact.ts'
import { listEarlier } from './earlier.ts'
import { type Entry, listClasses, readClass } from './entry.ts'
import { type FlushRow, selectNewest, selectWhole } from './flushes.ts'
import { maxSpanMs, readHeads, type Texts, unpackHeads, unpackHeadsText } from './pack.ts'

/** A row of another node may arrive this much after its time. */
const lateMs = 5_000
const pollMs = 500
const rowsPerPoll = 200
/** Rows that are read at once: few at first, since a busy organization has many entries in each. */
const [firstRead, largestRead] = [8, 128]
/** So long a search goes on; then others have their turn. */
const turnMs = 5
/** Of one organization: it takes no more of the node than so many turns, however much its administrators look for. */
const throughRows = createGate(2)
/** Above every id. */
const aboveAll = 'b'
/** How often a list is read anew because rows were put together meanwhile. */
const maxTries = 5

/** What a page of activity is asked by. */
export interface ActivityQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly outcome?: ActivityTable['outcome'] | undefined
  readonly kind?: ActivityTable['kind'] | undefined
  /** Part of a path or of an explanation; or the id of a credential, a reference, or the code of a refusal. */
  readonly search?: string | undefined
}

/** An entry, and the row that it lies in. */
interface Found {
  readonly entry: Entry
  readonly class: string
  readonly flush: string
}

/** One page, the newest first. */
export async function listActivity(
  database: Database,
  scope: OrganizationScope,
  query: ActivityQuery,
): Promise<Page<ActivityView>> {
  const wanted = { ...query, limit: query.limit + 1 }
  const [found, earlier] = await Promise.all([
    listPacked(database, scope, wanted, () => true),
    listEarlier(database, scope, wanted),
  ])
  const rows = [...found, ...earlier].sort(newestFirst)
  const items = rows.slice(0, query.limit)
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null }
}

/** How the newest requests of the provisioning client ended, the newest first. */
export async function listNewestRequests(
  database: Database,
  scope: OrganizationScope,
  limit: number,
): Promise<readonly Pick<ActivityView, 'occurredAt' | 'outcome' | 'status' | 'sentences'>[]> {
  const query = { kind: 'scim', limit } as const
  const [found, earlier] = await Promise.all([
    find(database, scope, query),
    listEarlier(database, scope, query),
  ])
  const rows = [...found.map((one) => toView(one, undefined)), ...earlier]
  return rows.sort(newestFirst).slice(0, limit)
}

function newestFirst(left: { readonly id: string }, right: { readonly id: string }): number {
  return left.id < right.id ? 1 : left.id > right.id ? -1 : 0
}

/** With the texts of those that `isShown`; the others are left out. */
async function listPacked(
  database: Database,
  scope: OrganizationScope,
  query: ActivityQuery & { readonly after?: string },
  isShown: (id: string) => boolean,
): Promise<ActivityView[]> {
  for (let tries = 1; ; tries += 1) {
    const found = (await find(database, scope, query)).filter(({ entry }) => isShown(entry.id))
    if (found.length === 0) return []
    const rows = await database.readOrganization(scope, selectWhole, {
      classes: JSON.stringify([...new Set(found.map((one) => one.class))]),
      ids: JSON.stringify([...new Set(found.map(({ flush }) => flush))]),
    })
    const texts = new Map(rows.flatMap(unpackWhole).map((one) => [one.entry.id, one.texts]))
    // Where one is missing, its row was put together with others since.
    if (tries === maxTries || found.every(({ entry }) => texts.has(entry.id)))
      return found.map((one) => toView(one, texts.get(one.entry.id)))
  }
}

function find(
  database: Database,
  scope: OrganizationScope,
  query: ActivityQuery & { readonly after?: string },
): Promise<readonly Found[]> {
  return throughRows(scope.organizationId, () => findInTurn(database, scope, query))
}

/** Reads again where rows were put together between two reads: one of them could have passed between. */
async function findInTurn(
  database: Database,
  scope: OrganizationScope,
  query: ActivityQuery & { readonly after?: string },
): Promise<readonly Found[]> {
  const statement = selectNewest(listClasses(query))
  const state = async (): Promise<string> =>
    JSON.stringify(await database.readOrganization(scope, selectPacked, {}))
  for (let tries = 1; ; tries += 1) {
    let reads = 0
    const before = await state()
    const found = await walk(query, (page) => {
      reads += 1
      return database.readOrganization(scope, statement, page)
    })
    if (reads === 1 || tries === maxTries || (await state()) === before) return found
  }
}

interface Way {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly after?: string
  readonly search?: string | undefined
}

type Read = (page: {
  readonly after: string
  readonly before: string
  readonly cursor: string
  readonly count: number
}) => Promise<readonly FlushRow[]>

/**
 * Goes through rows, the newest first, until enough entries are found. Rows of two classes, or of two nodes, may overlap in time: what
 * is found counts once no row that is still to come can have a newer entry.
 */
async function walk({ limit, cursor = aboveAll, after = '', search }: Way, read: Read): Promise<Found[]> {
  const wanted = (search ?? '').trim().toLowerCase()
  const found: Found[] = []
  let before = beforeOf(cursor)
  const takeTurn = createTurns(turnMs)
  for (let count = firstRead; ; count = Math.min(count * 4, largestRead)) {
    const rows = await read({ after, before, cursor, count })
    for (const [at, row] of rows.entries()) {
      for (const entry of unpackMatching(row.heads, wanted))
        if (entry.id < cursor && entry.id > after) found.push({ entry, class: row.class, flush: row.last_id })
      const next = rows[at + 1]?.last_id ?? (rows.length === count ? row.last_id : '')
      if (next === '' || countAbove(found, next) >= limit) return sorted(found, limit)
      await takeTurn()
    }
    const last = rows.at(-1)?.last_id
    if (last === undefined) return sorted(found, limit)
    before = last
  }
}

/** Rows whose newest entry is no newer may have one before the cursor. */
function beforeOf(cursor: string): string {
  const at = timeOfId('act', cursor)
  return at === undefined ? aboveAll : firstIdAt('act', at + maxSpanMs + 1)
}

/** A row in which the text is nowhere is not read further. */
function unpackMatching(heads: Uint8Array, wanted: string): readonly Entry[] {
  if (wanted === '') return unpackHeads(heads)
  const text = unpackHeadsText(heads)
  if (!text.toLowerCase().includes(JSON.stringify(wanted).slice(1, -1))) return []
  return readHeads(text).filter(
    ({ explanation, path, keyId, requestId, code, sentences }) =>
      explanation.toLowerCase().includes(wanted) ||
      path.toLowerCase().includes(wanted) ||
      requestId.toLowerCase() === wanted ||
      keyId === wanted ||
      code === wanted ||
      sentences.some((one) => one.code === wanted),
  )
}

function countAbove(found: readonly Found[], id: string): number {
  return id === '' ? found.length : found.filter(({ entry }) => entry.id > id).length
}

function sorted(found: Found[], limit: number): Found[] {
  return found.sort((left, right) => newestFirst(left.entry, right.entry)).slice(0, limit)
}

function toView({ entry, class: name }: Found, texts: Texts | undefined): ActivityView {
  const { id, durationUs, ...rest } = entry
  const { kind, outcome } = readClass(name)
  return {
    ...rest,
    id,
    occurredAt: toTime(timeOfId('act', id) ?? 0),
    durationMs: durationUs / 1_000,
    kind,
    outcome,
    requestBody: texts?.request ?? null,
    responseBody: texts?.response ?? null,
  }
}

/** Yields each row that is written from now on, the oldest first, until `signal` aborts. */
export async function* followActivity(
  database: Database,
  scope: OrganizationScope,
  options: {
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly outcome?: ActivityTable['outcome'] | undefined
    readonly kind?: ActivityTable['kind'] | undefined
  },
): AsyncGenerator<ActivityView | 'idle'> {
  const { outcome, kind } = options
  const seen = new Map<string, number>()
  const poll = async (from: number): Promise<readonly ActivityView[]> => {
    const query = { limit: rowsPerPoll, outcome, kind, after: firstIdAt('act', from) }
    const isFresh = (id: string): boolean => !seen.has(id)
    const [found, earlier] = await Promise.all([
      listPacked(database, scope, query, isFresh),
      listEarlier(database, scope, query),
    ])
    const rows = [...found, ...earlier.filter(({ id }) => isFresh(id))]
    const newest = rows.sort(newestFirst).slice(0, rowsPerPoll).reverse()
    for (const { id, occurredAt } of newest) seen.set(id, Date.parse(occurredAt))
    return newest
  }
  // What is there already was read by whoever opens the stream; what was answered just before and is written just after was not.
  await poll(options.clock() - lateMs)
  while (!options.signal.aborted) {
    const from = options.clock() - lateMs
    const fresh = await poll(from)
    for (const row of fresh) yield row
    for (const [id, at] of seen) if (at < from) seen.delete(id)
    if (fresh.length === 0) yield 'idle'
    await pause(pollMs, options.signal)
  }
}
