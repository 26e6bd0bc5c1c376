// The room `server/secret-key`: which keys seal what must be read again, and how a new one takes the place of an old one. It knows every
// column that is sealed.
//
// 1. `open` takes the keys from the settings or from `file`; `checks` proves that the store can be opened with them.
// 2. `nodes` writes down which keys each node has.
// 3. Once every node has the new key, it seals.
// 4. `rotation` seals anew, a slice at a time, every column in `columns`.
// 5. When nothing is left under the old key, the service says that it may be forgotten.
//
// A new secret key takes the place of an old one while everything goes on. First every node must have it; then it seals, and what
// the old one sealed is sealed anew, a slice at a time; when nothing is left of the old one, whoever has the new one needs no other.
import { type Keyring, readKeyId } from '../base/envelope.ts'
import { forEachOf } from '../base/few.ts'
import type { Log } from '../base/log.ts'
import { pause } from '../base/pause.ts'
import type { Database, Tx } from '../store/database.ts'
import { StoreUnavailable } from '../store/errors.ts'
import type { Reach } from '../store/statement.ts'
import { visitOrganizations } from '../store/visit.ts'
import { announceKey, canOpen, listChecks, settleKey } from './checks.ts'
import {
  countInstallation,
  countOrganization,
  type From,
  resealRows,
  type SealedColumn,
  type SealedColumns,
  sliceArgs,
} from './columns.ts'
import { createNodes, type Node, type Nodes } from './nodes.ts'

/** Older than any request or transaction can be that still holds what the old key sealed. */
const quietMs = 60_000
/** Others count a node as gone after a minute: one that was not heard for this long seals nothing. */
const staleMs = 45_000
const logEveryRows = 10_000
const untold = new AbortController().signal

/** What a rotation works with. */
export interface RotationOptions {
  readonly database: Database
  readonly ring: Keyring
  readonly log: Log
  /** Names this process among the nodes. */
  readonly owner: string
  /** Milliseconds that are never set back. */
  readonly clock: () => number
  /** What is sealed. */
  readonly columns: SealedColumns
  /** Nothing needs any key but the first. */
  readonly onSettled?: () => void
}

/** How far a rotation is. */
export interface RotationStatus {
  /** The key that is to seal in the end, and the one that seals now. */
  readonly wanted: string
  readonly sealing: string
  /** How many sealed texts there are of each key, by its id. */
  readonly counts: Readonly<Record<string, number>>
  /** Keys whose checks are in the store: nobody starts without them. */
  readonly needed: readonly string[]
  readonly unknown: readonly string[]
  /** Nodes that do not have the wanted key yet. */
  readonly nodesWithout: number
}

/** What one pass came to. */
export type PassOutcome = 'waiting' | 'stopped' | 'resealed' | 'quiet' | 'settled'

/** The rotation of this process. */
export interface Rotation {
  /** Tells the other nodes what this one has, and goes over to the new key as soon as all have it. */
  look(): Promise<void>
  /** A cheap look: whether there may be something to seal anew, and it may be done now. */
  isDue(): boolean
  /** Goes once through the whole store; `settled` once nothing needs the old key. */
  pass(isStopping: () => boolean, onProgress?: (resealed: number) => void): Promise<PassOutcome>
  status(): Promise<RotationStatus>
  /** Begins again; with a key that was put in front while requests were served, there is a pause before the end. */
  restart(isServing: boolean): void
  leave(): Promise<void>
}

/** Begins nothing by itself. */
export function createRotation(options: RotationOptions): Rotation {
  return new Rotating(options)
}

class Rotating implements Rotation {
  readonly #options: RotationOptions
  readonly #nodes: Nodes
  #others: readonly Node[] = []
  #heardAt: number
  /** Since when nothing was seen that the old key had sealed, by anybody. */
  #quietSince: number | undefined
  #isSettled: boolean
  /** Whether requests may hold what the old key sealed: those of other nodes, or of this one if it served before. */
  #mustBeQuiet: boolean
  readonly #told = new Set<string>()
  #isLooking = false

  constructor(options: RotationOptions) {
    const { database, ring, owner, clock } = options
    this.#options = options
    this.#nodes = createNodes(database, owner, clock)
    this.#heardAt = clock()
    this.#mustBeQuiet = database.isShared
    // With one key there is nothing to seal anew, unless the store says otherwise: then it refused to open.
    this.#isSettled = ring.keyIds.length === 1
    if (database.isShared)
      ring.guard = () => {
        if (clock() - this.#heardAt <= staleMs) return
        void this.#lookNow()
        throw new StoreUnavailable('this node has not said for a while which keys it has', undefined)
      }
  }

  async look(): Promise<void> {
    const { database, ring, clock } = this.#options
    if (database.isShared) {
      const at = clock()
      this.#others = await this.#nodes.look(this.#own())
      this.#heardAt = at
      await this.#tellOfLost()
    }
    if (!this.#isWanted()) await this.#goOver()
    // What was sealed with the old key meanwhile may not be committed yet.
    if (this.#others.some(({ seals }) => seals !== ring.wanted)) this.#quietSince = undefined
  }

  isDue(): boolean {
    const { ring, clock } = this.#options
    if (this.#isSettled || !this.#isWanted()) return false
    if (this.#others.some(({ seals }) => seals !== ring.wanted)) return false
    return this.#quietSince === undefined || !this.#mustBeQuiet || clock() - this.#quietSince >= quietMs
  }

  async pass(isStopping: () => boolean, onProgress?: (resealed: number) => void): Promise<PassOutcome> {
    if (!this.isDue()) return 'waiting'
    const { database, columns, ring, log, clock } = this.#options
    this.#quietSince ??= clock()
    const begunAt = clock()
    let logged = 0
    const walk = await reseal(database, columns, ring, isStopping, (resealed) => {
      if (resealed - logged >= logEveryRows)
        log.info({ keyId: ring.wanted, resealed }, 'secrets are being sealed anew')
      if (resealed - logged >= logEveryRows) logged = resealed
      onProgress?.(resealed)
    })
    if (walk.resealed > 0) this.#quietSince = clock()
    if (walk.isStopped) return 'stopped'
    if (walk.resealed > 0) {
      log.info({ keyId: ring.wanted, resealed: walk.resealed }, 'secrets were sealed anew')
      return 'resealed'
    }
    if (this.#mustBeQuiet && begunAt - this.#quietSince < quietMs) return 'quiet'
    await this.#settle(walk)
    return 'settled'
  }

  async status(): Promise<RotationStatus> {
    const { database, columns, ring } = this.#options
    const counts = new Map<string, number>()
    await countInstallation(database, columns, counts)
    for await (const scope of visitOrganizations(database, 'all', () => false))
      await countOrganization(database, scope, columns, counts)
    const checks = await listChecks(database)
    if (database.isShared) this.#others = await this.#nodes.look(undefined)
    const lacking = this.#others.filter(({ knows }) => !knows.includes(ring.wanted))
    return {
      wanted: ring.wanted,
      sealing: ring.keyIds[0]!,
      counts: Object.fromEntries(counts),
      needed: checks.map(({ value }) => readKeyId(value)),
      unknown: [...counts.keys()].filter((id) => !ring.knows(id)),
      nodesWithout: lacking.length,
    }
  }

  restart(isServing: boolean): void {
    this.#mustBeQuiet ||= isServing
    this.#isSettled = false
    this.#quietSince = undefined
    this.#told.clear()
  }

  leave(): Promise<void> {
    return this.#nodes.leave()
  }

  #own(): Omit<Node, 'owner'> {
    const { keyIds } = this.#options.ring
    return { knows: keyIds, seals: keyIds[0]! }
  }

  #isWanted(): boolean {
    const { ring } = this.#options
    return ring.keyIds[0] === ring.wanted
  }

  #once(what: string, tell: () => void): void {
    if (this.#told.has(what)) return
    this.#told.add(what)
    tell()
  }

  async #lookNow(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    await this.look().catch(() => undefined)
    this.#isLooking = false
  }

  async #tellOfLost(): Promise<void> {
    const { database, ring, log } = this.#options
    const lost = (await listChecks(database)).filter((check) => !canOpen(ring, check))
    for (const { keyId } of lost)
      this.#once(keyId, () =>
        log.error(
          { keyId },
          'the store is being sealed with a secret key that this node lacks: start it again with ROLLCALL_SECRET_KEY=new,old',
        ),
      )
  }

  async #goOver(): Promise<void> {
    const { database, ring, log } = this.#options
    const lacking = this.#others.filter(({ knows }) => !knows.includes(ring.wanted))
    if (lacking.length > 0)
      return this.#once('waiting', () =>
        log.info(
          { keyId: ring.wanted, nodes: lacking.length },
          'the new secret key seals nothing until every node has it',
        ),
      )
    await announceKey(database, ring)
    // Whoever said before the announcement that they lack it may have started meanwhile; who starts later is refused.
    if (database.isShared) this.#others = await this.#nodes.look(undefined)
    if (!this.#others.every(({ knows }) => knows.includes(ring.wanted))) return
    ring.sealWith(ring.wanted)
    log.info({ keyId: ring.wanted }, 'the new secret key seals from now on')
    if (database.isShared) this.#others = await this.#nodes.look(this.#own())
  }

  /** Everything is sealed with the key that is wanted. */
  async #settle(walk: Walk): Promise<void> {
    const { database, ring, log, onSettled } = this.#options
    const left = new Set(ring.keyIds.slice(1))
    const needed = (await listChecks(database)).map(({ keyId }) => keyId)
    if (needed.some((id) => left.has(id))) {
      await settleKey(database, ring, left)
      log.info({ keyId: ring.wanted }, 'every secret is sealed with the new key: the old one may go')
    }
    if (walk.unreadable > 0)
      log.warn({ rows: walk.unreadable }, 'secrets are sealed with a key that nobody gave: they are lost')
    this.#isSettled = true
    onSettled?.()
  }
}

interface Walk {
  readonly resealed: number
  readonly unreadable: number
  readonly isStopped: boolean
}

async function reseal(
  database: Database,
  { installation, organization }: SealedColumns,
  ring: Keyring,
  isStopping: () => boolean,
  onSlice: (resealed: number) => void,
): Promise<Walk> {
  let resealed = 0
  let unreadable = 0
  const walk = async <R extends Reach>(
    column: SealedColumn<R>,
    organizationId: string,
    read: (args: ReturnType<typeof sliceArgs>) => Promise<Parameters<typeof resealRows>[0]>,
    inUnit: (work: (tx: Tx<R>) => Promise<void>) => Promise<void>,
  ): Promise<void> => {
    let from: From | undefined = { after: '', afterNumber: 0 }
    while (from !== undefined && !isStopping()) {
      const slice = resealRows(await read(sliceArgs(ring, from)), column.placeOf, ring, organizationId)
      const { swaps } = slice
      const begunAt = performance.now()
      if (swaps.length > 0)
        await inUnit(async (tx) => {
          for (const swap of swaps) tx.write(column.swap, swap)
        })
      resealed += swaps.length
      unreadable += slice.unreadable
      from = slice.next
      if (swaps.length === 0) continue
      onSlice(resealed)
      // Whoever is served meanwhile has half of the time at least.
      await pause(performance.now() - begunAt, untold)
    }
  }
  for (const column of installation)
    await walk(
      column,
      '',
      (args) => database.readInstallation('settings', column.slice, args),
      (work) => database.inInstallation('settings', work),
    )
  await forEachOf(visitOrganizations(database, 'all', isStopping), 1, async (scope) => {
    for (const column of organization)
      await walk(
        column,
        scope.organizationId,
        (args) => database.readOrganization(scope, column.slice, args),
        (work) => database.inOrganization(scope, work),
      )
  })
  return { resealed, unreadable, isStopped: isStopping() }
}
