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

import type { Clock } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import type { Log } from '../base/log.ts'
import { createTurns } from '../base/turns.ts'
import { touchHealth } from '../organizations/health.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { markDue } from '../store/due.ts'
import { StoreConflict, StoreUnavailable } from '../store/errors.ts'
import {
  type ActivityNote,
  type Batch,
  batchOf,
  countEntries,
  dropBatches,
  mergeBatches,
  type Noted,
  packNotes,
} from './batch.ts'
import { type DayCount, sumCounts, toDay } from './day-counts.ts'
import { writeCounts } from './days.ts'
import { groupByClass } from './entry.ts'
import { addToTotal, insertFlush } from './flushes.ts'
import { Gathered } from './gathered.ts'
import { toServedRequests } from './served.ts'

export type { ActivityNote } from './batch.ts'

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
  readonly #gathered = new Gathered()
  /** Enough for a row each, of one organization and class. */
  #full: (readonly Noted[])[] = []
  #packing: Promise<void> | undefined
  /** Packed, and not tried to be written yet. */
  #packed: readonly Batch[] = []
  /** Packed, while the store was away. */
  #unsent: readonly Batch[] = []
  /** In both of these. */
  #packedEntries = 0
  /** By organization, what was counted of deliveries since the last flush. */
  #deliveries = new Map<string, readonly DayCount[]>()
  #isClosed = false
  #timer: NodeJS.Timeout | undefined
  #writing = Promise.resolve()

  constructor(options: WriterOptions) {
    this.#options = options
  }

  note(note: ActivityNote): void {
    if (this.#count() >= maxWaiting) this.#makeRoom()
    const full = this.#gathered.add({ ...note, id: createId('act', note.at) })
    if (full !== undefined) this.#packSoon(full)
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
    if (this.#count() > 0 || this.#deliveries.size > 0) this.#writing = this.#writing.then(() => this.#send())
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

  #count(): number {
    const full = this.#full.reduce((sum, { length }) => sum + length, 0)
    return this.#gathered.count + full + this.#packedEntries
  }

  /** Behind the answer. */
  #packSoon(full: readonly Noted[]): void {
    this.#full.push(full)
    this.#packing ??= new Promise(setImmediate)
      .then(() => this.#packFull())
      .finally(() => {
        this.#packing = undefined
      })
  }

  async #packFull(): Promise<void> {
    const takeTurn = createTurns(turnMs)
    for (let notes = this.#full.shift(); notes !== undefined; notes = this.#full.shift())
      await this.#pack(notes, takeTurn)
  }

  /** Notes of one organization. */
  async #pack(notes: readonly Noted[], takeTurn: () => Promise<void>): Promise<void> {
    try {
      const batch = await packNotes(notes, takeTurn)
      this.#keep([...this.#packed, batch], this.#unsent)
    } catch (error) {
      this.#warnOfLoss(error, notes.length)
    }
  }

  async #send(): Promise<void> {
    await this.#packing
    const takeTurn = createTurns(turnMs)
    for (const own of this.#gathered.takeAll()) await this.#pack(own, takeTurn)
    const deliveries = [...this.#deliveries].map(([organizationId, counts]) =>
      batchOf(organizationId, counts),
    )
    this.#deliveries = new Map()
    const organizations = [
      ...Map.groupBy(
        [...this.#unsent, ...mergeBatches([...this.#packed, ...deliveries])],
        (batch) => batch.organizationId,
      ).values(),
    ]
    this.#keep([], [])
    const kept: Batch[] = []
    const sendSome = async (): Promise<void> => {
      for (let own = organizations.shift(); own !== undefined; own = organizations.shift())
        kept.push(...(await this.#sendInOrder(own)))
    }
    // Those that are written at once share a COMMIT.
    await Promise.all(Array.from({ length: atOnce }, sendSome))
    if (kept.length === 0) return
    // The store is away: they are written when it is back. Those whose COMMIT was not answered may be there already.
    this.#keep(this.#packed, kept)
    this.#flushIn(retryMs)
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

  #keep(packed: readonly Batch[], unsent: readonly Batch[]): void {
    this.#packed = packed
    this.#unsent = unsent
    this.#packedEntries = countEntries(packed) + countEntries(unsent)
  }

  #makeRoom(): void {
    const before = this.#count()
    // Half of the room is left, so that there is some for what comes.
    this.#keep([], dropBatches([...this.#unsent, ...this.#packed], maxWaiting / 2))
    this.#gathered.drop(maxWaiting / 2 - this.#packedEntries)
    this.#options.log.warn(
      { rows: before - this.#count() },
      'activity was dropped: the store does not keep up',
    )
  }
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
