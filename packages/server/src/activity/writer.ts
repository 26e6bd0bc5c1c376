// The room `server/activity`: what provisioning clients and people asked, and what they were told. It explains and proves nothing: that is
// `events`.
//
// 1. A door notes an entry behind its answer; `redact` takes out what nobody may read.
// 2. `writer` gathers entries, and `pack` puts those of one class into one row.
// 3. `query` reads pages, the newest first, and streams what comes in.
// 4. `compact` puts small rows together; `prune` keeps 30 days.
// 5. With its entries a batch adds to the counts of their days (`day-counts`, `days`), which `statistics` reads; what is there from before
//    is counted by `count-earlier`.
// What versions before wrote is read by `earlier` until its time is over.
//
// Writes what provisioning clients asked behind the answers, in batches: what was noted in one moment is packed together. Also keeps
// each key's time of last use. A request never waits for its entry; an entry is readable within a second.

import type { Sentence } from '@rollcall/api/sentences'
import type { Clock } from '../base/clock.ts'
import { toEnglish } from '../base/english.ts'
import { createId } from '../base/id.ts'
import type { Log } from '../base/log.ts'
import { createTurns } from '../base/turns.ts'
import { touchHealth } from '../organizations/health.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { markDue } from '../store/due.ts'
import { StoreConflict, StoreUnavailable } from '../store/errors.ts'
import { type DayCount, sumCounts, toDay, toDayCount } from './day-counts.ts'
import { writeCounts } from './days.ts'
import { classOf, type Entry, type EntryClass, groupByClass, readClass } from './entry.ts'
import { addToTotal, insertFlush } from './flushes.ts'
import { countBodies, listStretches, packHeads, packTexts } from './pack.ts'
import { redactBody, redactResponse } from './redact.ts'
import { listServed, type Served, toOutcome, toServedRequests } from './served.ts'

const flushMs = 300
/** How long after something was written it is looked whether there is too much. */
const pruneAfterMs = 300_000
/** More than this many entries waiting (the store is away) and the oldest are dropped, with a line in the log. */
const maxWaiting = 20_000
const retryMs = 1_000
/** Organizations whose batches are written at once. */
const atOnce = 8
/** So long packing goes on; then others have their turn. */
const turnMs = 5
const keyUseAccuracyMs = 60_000

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

/** Gathers notes and writes them in batches; what cannot be written is counted and given up. */
export interface ActivityWriter {
  note(note: ActivityNote): void
  /** Counts an attempt to deliver something about an organization; it leaves no entry. */
  noteDelivery(organizationId: string, at: number, isTaken: boolean): void
  /** Resolves when everything noted so far is written, or could not be. */
  flush(): Promise<void>
  /** The last flush; nothing is noted after it. */
  close(): Promise<void>
}

/** With the id that its entry has. */
interface Noted extends ActivityNote {
  readonly id: string
}

/** What is written in one transaction; written once, however often it is tried. */
interface Batch {
  readonly organizationId: string
  readonly flushes: readonly Flush[]
  readonly entries: number
  readonly newest: number
  readonly served: readonly Served[]
  /** When each key was used last. */
  readonly uses: ReadonlyMap<string, number>
  readonly counts: readonly DayCount[]
}

interface Flush {
  readonly class: EntryClass
  readonly lastId: string
  readonly firstId: string
  readonly entries: number
  readonly bodies: number
  readonly heads: Uint8Array
  readonly texts: Uint8Array | null
}

/** Keys whose requests say nothing of how the directory fares, of whoever has keys. */
export type ListUnheard = (tx: OrganizationTx, at: number) => Promise<ReadonlySet<string>>

/** Writes when a key was used last, of whoever has keys. */
export type NoteKeyUse = (tx: OrganizationTx, keyId: string, at: number) => void

interface WriterOptions {
  readonly database: Database
  readonly noteKeyUse: NoteKeyUse
  readonly listUnheard: ListUnheard
  readonly clock: Clock
  readonly log: Log
}

/** Begins to gather; nothing is written until something was noted. */
export function createActivityWriter(options: WriterOptions): ActivityWriter {
  return new Writer(options)
}

class Writer implements ActivityWriter {
  readonly #options: WriterOptions
  readonly #keyUse = new Map<string, number>()
  #waiting: Noted[] = []
  /** By organization, what was counted of deliveries since the last flush. */
  #deliveries = new Map<string, readonly DayCount[]>()
  /** Packed, while the store was away. */
  #unsent: readonly Batch[] = []
  #unsentEntries = 0
  #isClosed = false
  #timer: NodeJS.Timeout | undefined
  #writing = Promise.resolve()

  constructor(options: WriterOptions) {
    this.#options = options
  }

  note(note: ActivityNote): void {
    if (this.#waiting.length + this.#unsentEntries >= maxWaiting) this.#makeRoom()
    this.#waiting.push({ ...note, id: createId('act', note.at) })
    this.#flushIn(flushMs)
  }

  noteDelivery(organizationId: string, at: number, isTaken: boolean): void {
    const kind = isTaken ? 'delivered' : 'attempt_failed'
    const count = { day: toDay(at), kind, code: '', count: 1, sentences: null } as const
    this.#deliveries.set(organizationId, sumCounts([...(this.#deliveries.get(organizationId) ?? []), count]))
    this.#flushIn(flushMs)
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.length > 0 || this.#unsent.length > 0 || this.#deliveries.size > 0)
      this.#writing = this.#writing.then(() => this.#send())
    return this.#writing
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.flush()
    // What a flush that was under way had to keep.
    await this.flush()
  }

  #flushIn(ms: number): void {
    this.#timer ??= setTimeout(() => void this.flush(), ms).unref()
  }

  #warnOfLoss(error: unknown, rows: number): void {
    this.#options.log.warn({ err: error, rows }, 'activity could not be written')
  }

  async #send(): Promise<void> {
    const packed = await this.#pack()
    const organizations = [
      ...Map.groupBy([...this.#unsent, ...packed], (batch) => batch.organizationId).values(),
    ]
    this.#keep([])
    const kept: Batch[] = []
    const sendSome = async (): Promise<void> => {
      for (let own = organizations.shift(); own !== undefined; own = organizations.shift())
        kept.push(...(await this.#sendInOrder(own)))
    }
    // Those that are written at once share a COMMIT.
    await Promise.all(Array.from({ length: atOnce }, sendSome))
    if (kept.length === 0) return
    // The store is away: they are written when it is back. Those whose COMMIT was not answered may be there already.
    this.#keep(kept)
    this.#flushIn(retryMs)
  }

  async #pack(): Promise<readonly Batch[]> {
    const notes = Map.groupBy(this.#waiting, (note) => note.organizationId)
    const deliveries = this.#deliveries
    this.#waiting = []
    this.#deliveries = new Map()
    const takeTurn = createTurns(turnMs)
    const packed: Batch[] = []
    for (const organizationId of new Set([...notes.keys(), ...deliveries.keys()])) {
      const own = notes.get(organizationId) ?? []
      await packNotes(organizationId, own, deliveries.get(organizationId) ?? [], takeTurn).then(
        (batch) => packed.push(batch),
        (error: unknown) => this.#warnOfLoss(error, own.length),
      )
    }
    return packed
  }

  /** Those of one organization; returns what has to wait. */
  async #sendInOrder(batches: readonly Batch[]): Promise<readonly Batch[]> {
    const { database, ...ofKeys } = this.#options
    for (const [at, batch] of batches.entries()) {
      try {
        await writeBatch(database, ofKeys, batch, this.#keyUse)
      } catch (error) {
        // What has no entry cannot be told from what was written already, and is rather counted not at all than twice.
        if (error instanceof StoreUnavailable && !this.#isClosed)
          return batches.slice(at).filter(({ flushes }) => flushes.length > 0)
        this.#warnOfLoss(error, batch.entries)
      }
    }
    return []
  }

  #keep(batches: readonly Batch[]): void {
    this.#unsent = batches
    this.#unsentEntries = countEntries(batches)
  }

  #makeRoom(): void {
    const before = this.#waiting.length + this.#unsentEntries
    this.#keep(dropBatches(this.#unsent))
    this.#waiting = dropSome(this.#waiting, maxWaiting / 2 - this.#unsentEntries)
    const dropped = before - this.#waiting.length - this.#unsentEntries
    this.#options.log.warn({ rows: dropped }, 'activity was dropped: the store does not keep up')
  }
}

function countEntries(batches: readonly Batch[]): number {
  return batches.reduce((entries, batch) => entries + batch.entries, 0)
}

// What strangers sent goes first, then the oldest.
function dropSome(notes: readonly Noted[], most: number): Noted[] {
  const known = notes.filter(({ kind, code = null }) => kind !== 'sign_in' || code === null)
  return known.length <= most ? known : known.slice(known.length - most)
}

/** The same of what is packed: as it leaves half of the room at most, there is some for what comes. */
function dropBatches(batches: readonly Batch[]): readonly Batch[] {
  const known = batches
    .map((batch) => {
      const flushes = batch.flushes.filter((one) => !readClass(one.class).isTurnedAway)
      return { ...batch, flushes, entries: flushes.reduce((entries, one) => entries + one.entries, 0) }
    })
    .filter(({ entries }) => entries > 0)
  let first = known.length
  for (let room = maxWaiting / 2; first > 0; first -= 1) {
    room -= known[first - 1]?.entries ?? 0
    if (room < 0) break
  }
  return known.slice(first)
}

/** A stretch after the other, so that nobody waits for a long one. */
async function packNotes(
  organizationId: string,
  notes: readonly Noted[],
  deliveries: readonly DayCount[],
  takeTurn: () => Promise<void>,
): Promise<Batch> {
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
    counts: sumCounts([...notes.flatMap(countNote), ...deliveries]),
  }
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

function toClass({ kind = 'scim', code = null, method, status }: ActivityNote): EntryClass {
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

function toEntry({ explanation: sentences, ...note }: Noted): Entry {
  return { code: null, connectionId: null, ...note, explanation: toEnglish(sentences), sentences }
}

async function writeBatch(
  database: Database,
  { noteKeyUse, listUnheard }: Pick<WriterOptions, 'noteKeyUse' | 'listUnheard'>,
  batch: Batch,
  keyUse: Map<string, number>,
): Promise<void> {
  const { flushes, newest, served, counts } = batch
  const uses = [...batch.uses].filter(([keyId, at]) => at - (keyUse.get(keyId) ?? 0) >= keyUseAccuracyMs)
  const work = database.inOrganization(createScope(batch.organizationId), async (tx) => {
    for (const flush of flushes) tx.write(insertFlush, flush)
    for (const [name, own] of groupByClass(flushes, (flush) => flush.class)) {
      const count = (what: 'entries' | 'bodies') => own.reduce((sum, flush) => sum + flush[what], 0)
      tx.write(addToTotal, { class: name, entries: count('entries'), bodies: count('bodies') })
    }
    if (flushes.length > 0) markDue(tx, 'prune activity', newest + pruneAfterMs, newest)
    if (served.length > 0) {
      const unheard = await listUnheard(tx, newest)
      const health = toServedRequests(served, unheard)
      if (health !== undefined) tx.write(touchHealth, health)
    }
    for (const [keyId, at] of uses) noteKeyUse(tx, keyId, at)
    writeCounts(tx, counts)
  })
  await work.catch((error: unknown) => {
    // It is one batch however often it is tried: it was written before, and only the answer was lost.
    if (!(error instanceof StoreConflict)) throw error
  })
  for (const [keyId, at] of uses) keyUse.set(keyId, at)
}

function lastUses(notes: readonly ActivityNote[]): Map<string, number> {
  const uses = new Map<string, number>()
  for (const note of notes) if (note.keyId !== null && note.status !== 401) uses.set(note.keyId, note.at)
  return uses
}
