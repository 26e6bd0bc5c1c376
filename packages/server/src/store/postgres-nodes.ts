// The nodes that serve on one PostgreSQL: each says every ten seconds that it is there, and what it knows. So what only an older
// version uses is taken away once none of it is left, and a node that was taken for gone meanwhile learns it when it comes back.

import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { dayMs } from '../base/clock.ts'
import type { InstallationTx } from './database.ts'
import { contractionOf, type LedgerRow, refuseContracted } from './migrations/index.ts'
import { installationStatement } from './statement.ts'

const beatMs = 10_000
const contractMs = 15_000
/** A row of a node that was killed stays this long, for whoever wants to know what ran here. */
const rememberedMs = dayMs
/** Those are looked for at the start and once in so many beats. */
const beatsBetweenForgetting = 360
const now = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`

interface NodeFacts {
  readonly id: string
  readonly version: string
  readonly migration: number
}

const insertNode = installationStatement<NodeFacts>('insert_node')(({ db, place }) =>
  db.insertInto('node').values({
    id: place('id'),
    version: place('version'),
    migration: place('migration'),
    started_at: now,
    seen_at: now,
  }),
)
const beatNode = installationStatement<{ id: string }>('beat_node')(({ db, place }) =>
  db.updateTable('node').set({ seen_at: now }).where('id', '=', place('id')).returning('id'),
)
const deleteNode = installationStatement<{ id: string }>('delete_node')(({ db, place }) =>
  db.deleteFrom('node').where('id', '=', place('id')),
)
const forgetNodes = installationStatement('forget_nodes')(({ db }) =>
  db.deleteFrom('node').where('seen_at', '<', sql<number>`${now} - ${sql.lit(rememberedMs)}`),
)

const selectTaken = installationStatement<{ known: number; under: number }>('contractions_of_newer')(
  ({ db, place, dialect }) => {
    const statement = sql<
      Pick<LedgerRow, 'number' | 'name' | 'contracted_at'>
    >`SELECT number, name, contracted_at FROM migration
      WHERE (number > ${dialect.bigint(place('known'))} AND contracted_at IS NOT NULL) OR number <= ${dialect.bigint(place('under'))}`
    return { compile: () => statement.compile(db) }
  },
)

/** What a node says of itself. */
export interface NodeOptions {
  /** A unit of work outside any organization. */
  readonly run: <T>(work: (tx: InstallationTx) => Promise<T>) => Promise<T>
  readonly version: string
  /** The newest migration that this version knows. */
  readonly migration: number
  /** Runs what contracts, and says whom it waits for; absent: somebody else migrates. */
  readonly contract?: () => Promise<readonly string[]>
  readonly tell: (what: Readonly<Record<string, unknown>>, message: string) => void
  readonly beatMs?: number
  readonly contractMs?: number
}

/** A node that says that it is there. */
export interface NodeLife {
  /** A newer version took this node for gone and has changed what it needs. */
  isGivenUp(): boolean
  stop(): Promise<void>
}

/**
 * Says that this node is there, and goes on saying so; rejects when the database does not take it. Throws StoreRefusal when a newer version
 * takes away what this one needs.
 */
export async function startNode(options: NodeOptions): Promise<NodeLife> {
  const { run, version, migration, tell } = options
  const id = randomUUID()
  let isGivenUp = false
  await run(async (tx) => tx.write(insertNode, { id, version, migration }))
  // From here on a newer version waits for this node; what it had begun before is seen now.
  const under = contractionOf(migration + 1)
  const taken = await run((tx) => tx.all(selectTaken, { known: migration, under }))
  try {
    refuseContracted(taken, migration)
  } catch (error) {
    await run(async (tx) => tx.write(deleteNode, { id }))
    throw error
  }
  let beats = 0
  const beat = async (): Promise<void> => {
    const isForgetting = beats % beatsBetweenForgetting === 0
    beats += 1
    const rows = await run(async (tx) => {
      if (isForgetting) tx.write(forgetNodes, {})
      return tx.change(beatNode, { id })
    })
    if (rows.length > 0 || isGivenUp) return
    isGivenUp = true
    tell(
      { version },
      'a newer version has taken this node for gone: it is not ready any more and must be replaced',
    )
  }
  const contract = createContraction(options)
  const beating = repeat(beat, options.beatMs ?? beatMs)
  const contracting = repeat(contract, options.contractMs ?? contractMs)
  return {
    isGivenUp: () => isGivenUp,
    async stop() {
      await Promise.all([beating.stop(), contracting.stop()])
      await run(async (tx) => tx.write(deleteNode, { id })).catch(() => undefined)
    },
  }
}

/** Until nothing is left to contract; whom it waits for is told when that changes. */
function createContraction({ contract, tell }: NodeOptions): () => Promise<void> {
  let isDone = contract === undefined
  let told = ''
  let isFailing = false
  return async () => {
    if (isDone || contract === undefined) return
    const waitedFor = await contract().catch((err: unknown) => {
      // Said once, not each time: the database may be away for long.
      if (!isFailing) tell({ err }, 'a contraction failed and will be tried again')
      return undefined
    })
    isFailing = waitedFor === undefined
    if (waitedFor === undefined) return
    isDone = waitedFor.length === 0
    const text = waitedFor.join('; ')
    if (text !== told && !isDone)
      tell({ waitsFor: waitedFor }, 'a contraction waits until no older node serves')
    told = text
  }
}

/** One run after another. What fails, because the database is away, is tried again with the next. */
function repeat(work: () => Promise<void>, everyMs: number): { stop(): Promise<void> } {
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= work()
      .catch(() => undefined)
      .finally(() => {
        running = undefined
      })
  }, everyMs).unref()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
