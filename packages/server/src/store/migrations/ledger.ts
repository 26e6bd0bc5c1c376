// The ledger: which migrations a store has, by their checksums, and what follows from it. A store whose migrations are others than
// ours is refused in words; one from before there were checksums is brought to today's form by the migrations that repair.
import { hash } from 'node:crypto'
import { StoreRefusal } from '../errors.ts'
import type { Catalogue, DdlWords, Migration } from './migration.ts'

/** A row of the table `migration`. Number 0 is the lock; a negative number is a migration under way (see postgres-upgrade.ts). */
export interface LedgerRow {
  readonly number: number
  readonly name: string
  readonly checksum: string | null
  /** When its contraction ran; null where it has none, or where that still waits. */
  readonly contracted_at: number | null
}

export interface Plan {
  /** Nothing has been made yet. */
  readonly isFresh: boolean
  readonly applied: ReadonlySet<number>
  /** In the order in which they run: those that repair first. */
  readonly missing: readonly Migration[]
  /** Applied before there were checksums. */
  readonly unsealed: readonly Migration[]
  /** Applied, and to be contracted once no older version serves. */
  readonly uncontracted: readonly Migration[]
}

const nothing: Catalogue = { columns: () => new Set(), index: () => undefined }

/** SHA-256 over everything that a migration may run in this dialect. */
export function checksumOf(migration: Migration, words: DdlWords, all: readonly Migration[]): string {
  const everything = new Set(all.map(({ number }) => number))
  const parts = [
    migration.statements(words),
    migration.repair?.(nothing, everything, words),
    migration.fill?.(words),
    migration.contract?.(words),
  ]
  return hash(
    'sha256',
    JSON.stringify([migration.number, migration.name, ...parts.map((part) => part ?? [])]),
    'hex',
  )
}

export interface PlanOptions {
  readonly isMigrating: boolean
  /** Where nodes of two versions serve beside each other: what a newer one has only added to is served as well. */
  readonly mayBeAhead?: boolean
}

/** Throws StoreRefusal when the store is too new for this version, when its migrations are not ours, or when some are missing and may not run. */
export function planUpgrade(
  rows: readonly LedgerRow[],
  words: DdlWords,
  migrations: readonly Migration[],
  { isMigrating, mayBeAhead = false }: PlanOptions,
): Plan {
  const found = new Map(rows.map((row) => [row.number, row]))
  if (mayBeAhead) refuseContracted(rows, migrations.length)
  else refuseNewer(Math.max(0, ...found.keys()), migrations.length)
  const missing = migrations.filter(({ number }) => !found.has(number))
  if (missing.length > 0 && !isMigrating) throw refuseUnmigrated(missing.length)
  const applied = migrations.filter(({ number }) => found.has(number))
  const isRepaired = missing.some(({ repair }) => repair !== undefined)
  const unsealed = applied.filter(({ number }) => found.get(number)?.checksum == null)
  const other = applied.find((migration) => {
    const checksum = found.get(migration.number)?.checksum ?? null
    return checksum === null ? !isRepaired : checksum !== checksumOf(migration, words, migrations)
  })
  if (other !== undefined) throw refuseOther(other)
  const isRepair = ({ repair }: Migration): boolean => repair !== undefined
  return {
    isFresh: applied.length === 0,
    applied: new Set(applied.map(({ number }) => number)),
    missing: [...missing.filter(isRepair), ...missing.filter((one) => !isRepair(one))],
    unsealed,
    uncontracted: applied.filter(
      ({ number, contract }) => contract !== undefined && found.get(number)?.contracted_at == null,
    ),
  }
}

/** Throws when the store was written by a later version than this one. */
export function refuseNewer(newest: number, known: number): void {
  if (newest > known) {
    throw new StoreRefusal(
      `The store is at migration ${newest}, this version of Rollcall knows ${known}: it was written by a newer version. Start that one, or restore a backup.`,
    )
  }
}

/** Where a migration's contraction that is under way stands in the ledger. */
export function contractionOf(number: number): number {
  return -number - 1_000_000
}

/**
 * Throws when a later version than this one has taken away, or is taking away, what versions before it use. What it has only added
 * (migration.ts: `statements`) is in nobody's way.
 */
export function refuseContracted(
  rows: readonly Pick<LedgerRow, 'number' | 'name' | 'contracted_at'>[],
  known: number,
): void {
  const taken = rows.find(
    ({ number, contracted_at }) =>
      (number > known && contracted_at != null) || number <= contractionOf(known + 1),
  )
  if (taken === undefined) return
  throw new StoreRefusal(
    `This version of Rollcall is too old for the store: it knows ${known} migrations, and a newer version has taken away what it needs (${taken.name}). Start the newer one, or restore a backup.`,
  )
}

function refuseUnmigrated(missing: number): StoreRefusal {
  return new StoreRefusal(
    `The store lacks ${missing} migration(s) and ROLLCALL_MIGRATE is off. Run: rollcall migrate`,
  )
}

/** Of a migration that the store has in another form. */
export function refuseOther({
  number,
  name,
}: {
  readonly number: number
  readonly name: string
}): StoreRefusal {
  return new StoreRefusal(
    `Migration ${number} (${name}) of this store is not the one that this version of Rollcall knows, so its tables may have another form: another build made or changed them. Start the build that did, or restore a backup of a released version.`,
  )
}
