// What one transaction writes of activity: notes of one organization, packed, and what they say of its provisioning and of its keys.
import type { Sentence } from '@rollcall/api/sentences'
import { toEnglish } from '../base/english.ts'
import { type DayCount, sumCounts, toDayCount } from './day-counts.ts'
import { classOf, type Entry, type EntryClass, groupByClass, readClass } from './entry.ts'
import { countBodies, listStretches, packHeads, packTexts } from './pack.ts'
import { redactBody, redactResponse } from './redact.ts'
import { listServed, type Served, toOutcome } from './served.ts'

/** What a door says of one request or sign-in that it answered. */
export interface ActivityNote {
  readonly organizationId: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly method: string
  readonly path: string
  readonly status: number
  readonly durationUs: number
  readonly explanation: readonly Sentence[]
  readonly requestId: string
  readonly keyId: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  /** As sent: it is redacted before it is written. */
  readonly requestBody: string | null
  /** As keepResponse left it. */
  readonly responseBody: string | null
  /** Unsaid: a request of a provisioning client. */
  readonly kind?: 'scim' | 'sign_in'
  /** Of a refused sign-in. */
  readonly code?: string | null
  readonly connectionId?: string | null
}

/** With the id that its entry has. */
export interface Noted extends ActivityNote {
  readonly id: string
}

/** What is written in one transaction; written once, however often it is tried. */
export interface Batch {
  readonly organizationId: string
  readonly flushes: readonly Flush[]
  readonly entries: number
  readonly newest: number
  readonly served: readonly Served[]
  /** When each key was used last. */
  readonly uses: ReadonlyMap<string, number>
  readonly counts: readonly DayCount[]
}

/** A row of entries of one class. */
interface Flush {
  readonly class: EntryClass
  readonly lastId: string
  readonly firstId: string
  readonly entries: number
  readonly bodies: number
  readonly heads: Uint8Array
  readonly texts: Uint8Array | null
}

/** Packs notes of one organization, a stretch after the other, so that nobody waits for a long one. */
export async function packNotes(notes: readonly Noted[], takeTurn: () => Promise<void>): Promise<Batch> {
  const [first] = notes
  if (first === undefined) throw new Error('nothing to pack')
  const { organizationId } = first
  const flushes: Flush[] = []
  for (const [name, own] of groupByClass(notes, toClass)) {
    const ordered = own.toSorted((left, right) => (left.id < right.id ? -1 : 1))
    for (const stretch of listStretches(ordered)) {
      flushes.push(packStretch(name, stretch))
      await takeTurn()
    }
  }
  return {
    organizationId,
    flushes,
    entries: notes.length,
    newest: notes.at(-1)?.at ?? 0,
    served: listServed(notes),
    uses: lastUses(notes),
    counts: sumCounts(notes.flatMap(countNote)),
  }
}

/** Of an organization of which nothing was noted: counts alone. */
export function batchOf(organizationId: string, counts: readonly DayCount[]): Batch {
  return { organizationId, flushes: [], entries: 0, newest: 0, served: [], uses: new Map(), counts }
}

function countNote(note: Noted): readonly DayCount[] {
  const { kind = 'scim', code = null, at, method, path, status, explanation: sentences } = note
  const count = toDayCount(at, {
    kind,
    code,
    method,
    path,
    sentences,
    outcome: toOutcome(method, status),
  })
  return count === undefined ? [] : [count]
}

/** The class that a note's entry is of. */
export function toClass({ kind = 'scim', code = null, method, status }: ActivityNote): EntryClass {
  return classOf({ kind, code, outcome: toOutcome(method, status) })
}

function packStretch(name: EntryClass, notes: readonly Noted[]): Flush {
  const [first] = notes
  const last = notes.at(-1)
  if (first === undefined || last === undefined) throw new Error('nothing to pack')
  const texts = notes.map((note) => ({
    request: redactBody(note.requestBody),
    response: redactResponse(note.responseBody),
  }))
  return {
    class: name,
    lastId: last.id,
    firstId: first.id,
    entries: notes.length,
    bodies: countBodies(texts),
    heads: packHeads(notes.map(toEntry)),
    texts: packTexts(texts) ?? null,
  }
}

// Written out: taking a note apart and putting it together again takes longer than packing it.
function toEntry(note: Noted): Entry {
  return {
    id: note.id,
    method: note.method,
    path: note.path,
    status: note.status,
    durationUs: note.durationUs,
    explanation: toEnglish(note.explanation),
    requestId: note.requestId,
    keyId: note.keyId,
    ip: note.ip,
    userAgent: note.userAgent,
    code: note.code ?? null,
    connectionId: note.connectionId ?? null,
    sentences: note.explanation,
  }
}

/** One of each organization, which says what all of its say, in their order. */
export function mergeBatches(batches: readonly Batch[]): readonly Batch[] {
  return [...Map.groupBy(batches, (batch) => batch.organizationId).values()].map(mergeOwn)
}

function mergeOwn(batches: readonly Batch[]): Batch {
  const [first] = batches
  if (first === undefined) throw new Error('nothing to merge')
  if (batches.length === 1) return first
  return {
    organizationId: first.organizationId,
    flushes: batches.flatMap(({ flushes }) => flushes),
    entries: countEntries(batches),
    newest: Math.max(...batches.map(({ newest }) => newest)),
    served: batches.flatMap(({ served }) => served),
    uses: new Map(batches.flatMap(({ uses }) => [...uses])),
    counts: sumCounts(batches.flatMap(({ counts }) => counts)),
  }
}

/** How many lie in all of them. */
export function countEntries(batches: readonly Batch[]): number {
  return batches.reduce((entries, batch) => entries + batch.entries, 0)
}

/** Those that are kept of batches where there is room for so many entries: what strangers sent goes first, then the oldest. */
export function dropBatches(batches: readonly Batch[], most: number): readonly Batch[] {
  const known = batches
    .map((batch) => {
      const flushes = batch.flushes.filter((one) => !readClass(one.class).isTurnedAway)
      return { ...batch, flushes, entries: flushes.reduce((entries, one) => entries + one.entries, 0) }
    })
    .filter(({ entries }) => entries > 0)
  let first = known.length
  for (let room = most; first > 0; first -= 1) {
    room -= known[first - 1]?.entries ?? 0
    if (room < 0) break
  }
  return known.slice(first)
}

function lastUses(notes: readonly ActivityNote[]): Map<string, number> {
  const uses = new Map<string, number>()
  for (const note of notes) if (note.keyId !== null && note.status !== 401) uses.set(note.keyId, note.at)
  return uses
}
