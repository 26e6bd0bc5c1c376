// The amounts of limits in memory that all workers of a process see, so that together they allow what one would.
// A table is a lock and slots in groups: a name's digest says which group, in which whoever has been quiet the longest makes room.
import { hash } from 'node:crypto'
import { threadId } from 'node:worker_threads'
import { makeRoom } from '../base/bounded.ts'
import { type Amounts, type AmountsOf, type LimitName, limitNames } from './amounts.ts'

/** More than twice as many as a table in memory remembers: so hardly any group is ever full before the table is. */
const groups = 16_384
const slotsOfGroup = 16
/** The lock has a cache line of its own. */
const headBytes = 64
const slotBytes = 24
/** The longest that a thread sleeps before it looks at the lock again. */
const lookAgainMs = 1
const maxDigests = 10_000

/** The memory of each limit. */
export type SharedLimits = Readonly<Record<LimitName, SharedArrayBuffer>>

/** Memory for every limit, to be given to all workers. */
export function createSharedLimits(): SharedLimits {
  return Object.fromEntries(limitNames.map((name) => [name, createTable(groups)])) as SharedLimits
}

/** Memory for so many groups of names, which nobody has been counted in. */
export function createTable(count: number): SharedArrayBuffer {
  return new SharedArrayBuffer(headBytes + count * slotsOfGroup * slotBytes)
}

/** For a thread's limits. */
export function openSharedLimits(limits: SharedLimits): AmountsOf {
  return (name) => openSharedAmounts(limits[name])
}

/** A thread that ended in the middle holds a lock that nobody else would open. */
export function releaseSharedLimits(limits: SharedLimits, deadThreadId: number): void {
  for (const memory of Object.values(limits)) {
    const lock = new Int32Array(memory, 0, 1)
    if (Atomics.compareExchange(lock, 0, toHolder(deadThreadId), 0) !== 0) Atomics.notify(lock, 0)
  }
}

/** Runs work while no other thread runs any under the same lock. */
function createExclusively(lock: Int32Array<SharedArrayBuffer>): Amounts['exclusively'] {
  const self = toHolder(threadId)
  return (work) => {
    for (;;) {
      const holder = Atomics.compareExchange(lock, 0, 0, self)
      if (holder === 0) break
      Atomics.wait(lock, 0, holder, lookAgainMs)
    }
    try {
      return work()
    } finally {
      Atomics.store(lock, 0, 0)
      Atomics.notify(lock, 0, 1)
    }
  }
}

/** The amounts that lie in such memory. */
export function openSharedAmounts(memory: SharedArrayBuffer): Amounts {
  const slots = (memory.byteLength - headBytes) / slotBytes
  const values = new Float64Array(memory, headBytes, slots)
  const times = new Float64Array(memory, headBytes + slots * 8, slots)
  const tags = new Int32Array(memory, headBytes + slots * 16, slots * 2)
  const digests = new Map<string, Digest>()

  const digestOf = (name: string): Digest => {
    const known = digests.get(name)
    if (known !== undefined) return known
    const bytes = hash('sha256', name, 'buffer')
    const digest = {
      first: (bytes.readUInt32LE(0) % (slots / slotsOfGroup)) * slotsOfGroup,
      // A tag of two zeros is an empty slot.
      high: bytes.readInt32LE(4) | 1,
      low: bytes.readInt32LE(8),
    }
    makeRoom(digests, maxDigests)
    digests.set(name, digest)
    return digest
  }
  const isAt = (slot: number, { high, low }: Digest): boolean =>
    tags[2 * slot] === high && tags[2 * slot + 1] === low
  const locate = (digest: Digest): number | undefined => {
    for (let slot = digest.first; slot < digest.first + slotsOfGroup; slot += 1)
      if (isAt(slot, digest)) return slot
    return undefined
  }
  const findQuietest = ({ first }: Digest): number => {
    let quietest = first
    for (let slot = first; slot < first + slotsOfGroup; slot += 1) {
      if (tags[2 * slot] === 0) return slot
      if (times[slot]! < times[quietest]!) quietest = slot
    }
    return quietest
  }

  return {
    exclusively: createExclusively(new Int32Array(memory, 0, 1)),
    find(name, fresh) {
      const slot = locate(digestOf(name))
      return slot === undefined ? fresh : { value: values[slot]!, at: times[slot]! }
    },
    keep(name, { value, at }) {
      const digest = digestOf(name)
      const slot = locate(digest) ?? findQuietest(digest)
      tags[2 * slot] = digest.high
      tags[2 * slot + 1] = digest.low
      values[slot] = value
      times[slot] = at
    },
  }
}

/** Where a name is looked for, and what it is known by there. */
interface Digest {
  readonly first: number
  readonly high: number
  readonly low: number
}

/** What the lock says while a thread has it; the main thread's id is 0. */
function toHolder(id: number): number {
  return id + 1
}
