// Puts together what was written in small rows: an organization that is asked something now and then has a row for each request, and
// many of them packed together take a tenth of the place and of the time to look through.
import { firstIdAt, timeOfId } from '../base/id.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { hasUncounted } from './count-earlier.ts'
import { deleteFlush, insertFlush, selectWhole, type WholeFlush } from './flushes.ts'
import {
  countBodies,
  maxEntries,
  maxSpanMs,
  minPackedBytes,
  packHeads,
  packTexts,
  type Texts,
  unpackHeads,
  unpackTexts,
} from './pack.ts'

/** Younger rows wait: another node may still write one before them. */
const settledMs = 60_000
const rowsPerLook = 300
/** What is unpacked and packed at once stays small: that takes some milliseconds. */
const maxTextBytes = 262_144
/** Texts that are packed already are at most about that many times as long. */
const textRatio = 8

interface Small {
  readonly last_id: string
  readonly first_id: string
  readonly entries: number
  readonly text_bytes: number | null
}

/** Changes whenever rows were put together. */
export const selectPacked = organizationStatement('activity_packed')(({ db, organizationId }) =>
  db
    .selectFrom('activity_total')
    .select(['class', 'packed_to'])
    .where('organization_id', '=', organizationId),
)

const selectSmall = organizationStatement<{ class: string; after: string; before: string }>(
  'small_activity_flushes',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('activity_flush')
    .select(['last_id', 'first_id', 'entries'])
    .select((on) => on.fn<number | null>('octet_length', ['texts']).as('text_bytes'))
    .where('organization_id', '=', organizationId)
    .where('class', '=', place('class'))
    .where('last_id', '>', place('after'))
    .where('last_id', '<', place('before'))
    .orderBy('last_id')
    .limit(rowsPerLook),
)

const notePacked = organizationStatement<{ class: string; lastId: string }>('activity_packed_to')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('activity_total')
      .set({ packed_to: place('lastId') })
      .where('organization_id', '=', organizationId)
      .where('class', '=', place('class')),
)

/** One row out of several, of one class; true where there may be more to do. */
export async function packTogether(tx: OrganizationTx, now: number): Promise<boolean> {
  // What was put together would count as counted.
  if (await hasUncounted(tx)) return false
  for (const { class: name, packed_to } of await tx.all(selectPacked, {})) {
    const before = firstIdAt('act', now - settledMs)
    const rows = await tx.all(selectSmall, { class: name, after: packed_to, before })
    const { passed, group } = findGroup(rows, now)
    const last = group.at(-1) ?? passed
    if (last === undefined) continue
    if (group.length > 0) await mergeRows(tx, name, group)
    tx.write(notePacked, { class: name, lastId: last.last_id })
    return true
  }
  return false
}

/** The first rows that belong together, and what stands before them and stays as it is. */
function findGroup(
  rows: readonly Small[],
  now: number,
): { readonly passed: Small | undefined; readonly group: readonly Small[] } {
  let group: Small[] = []
  let passed: Small | undefined
  for (const row of rows) {
    if (fits(group, row)) {
      group.push(row)
      continue
    }
    if (group.length > 1) return { passed, group }
    passed = group[0]
    group = [row]
  }
  // The last ones wait for more, but not for ever.
  const first = group[0]
  const isOver = first !== undefined && now - timeOf(first.first_id) > maxSpanMs + settledMs
  if (group.length > 1 && isOver) return { passed, group }
  return { passed: isOver && group.length === 1 ? first : passed, group: [] }
}

function fits(group: readonly Small[], row: Small): boolean {
  const sum = (of: (one: Small) => number): number => group.reduce((whole, one) => whole + of(one), of(row))
  const first = group.reduce((least, one) => (one.first_id < least ? one.first_id : least), row.first_id)
  return (
    group.length === 0 ||
    (sum(({ entries }) => entries) <= maxEntries &&
      sum(estimateTexts) <= maxTextBytes &&
      timeOf(row.last_id) - timeOf(first) <= maxSpanMs)
  )
}

function estimateTexts({ text_bytes }: Small): number {
  const bytes = Number(text_bytes ?? 0)
  return bytes < minPackedBytes ? bytes : bytes * textRatio
}

function timeOf(id: string): number {
  return timeOfId('act', id) ?? 0
}

async function mergeRows(tx: OrganizationTx, name: string, group: readonly Small[]): Promise<void> {
  const ids = JSON.stringify(group.map(({ last_id }) => last_id))
  const rows = await tx.all(selectWhole, { classes: JSON.stringify([name]), ids })
  const merged = rows
    .flatMap(unpackWhole)
    .toSorted((left, right) => (left.entry.id < right.entry.id ? -1 : 1))
  const [first] = merged
  const last = merged.at(-1)
  if (first === undefined || last === undefined) return
  for (const { last_id } of group) tx.write(deleteFlush, { class: name, lastId: last_id })
  const texts = merged.map((one) => one.texts)
  tx.write(insertFlush, {
    class: name,
    lastId: last.entry.id,
    firstId: first.entry.id,
    entries: merged.length,
    bodies: countBodies(texts),
    heads: packHeads(merged.map(({ entry }) => entry)),
    texts: packTexts(texts) ?? null,
  })
}

const none: Texts = { request: null, response: null }

/** The entries of a row, each with its texts. */
export function unpackWhole({ heads, texts }: WholeFlush) {
  const all = texts === null ? [] : unpackTexts(texts)
  return unpackHeads(heads).map((entry, at) => ({ entry, texts: all[at] ?? none }))
}
