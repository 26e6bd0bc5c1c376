// The figures that were seen last, in bench/figures.json: one run of each store and size, and one beside the peers. The page
// docs/benchmarks.md is made of them, so that a run renews what it measured and leaves the rest.
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join, resolve } from 'node:path'
import type { Figures } from './measure.ts'
import { renderPage } from './report.ts'
import type { Scenario } from './requests.ts'

export type Store = 'embedded' | 'postgres'
export type FloorLine = 'select' | 'insert' | 'group'

/** Where and how figures were seen. */
export interface Circumstances {
  readonly date: string
  readonly machine: string
  readonly node: string
  readonly rounds: number
  readonly seconds: number
  /** Cores that other processes of the machine used meanwhile, on average. */
  readonly otherLoad: number
}

export interface Run extends Circumstances {
  readonly store: Store
  readonly people: number
  /** By Bulk, with groups. */
  readonly loadSeconds: number
  readonly loadBlockMs: number
  /** After a listing of everybody in pages of 1,000. */
  readonly listedMb: number
  readonly floor: Readonly<Record<FloorLine, Figures>>
  readonly lines: Readonly<Partial<Record<Scenario, Figures>>>
}

export interface PeersRun extends Circumstances {
  readonly people: number
  readonly columns: readonly PeerColumn[]
}

export interface PeerColumn {
  readonly name: string
  /** What was installed; empty for this service. */
  readonly version: string
  /** Why there are no figures. */
  readonly fault?: string
  readonly lines: Readonly<Partial<Record<Scenario, Figures>>>
}

export interface Seen {
  readonly runs: readonly Run[]
  readonly peers: PeersRun | undefined
}

const root = resolve(import.meta.dirname, '..')
const file = join(root, 'bench/figures.json')
const page = join(root, 'docs/benchmarks.md')

export function readSeen(): Seen {
  return JSON.parse(readFileSync(file, 'utf8')) as Seen
}

/** Keeps a run in the place of the last one of that store and size, and writes the page anew. */
export function keepRun(run: Run): void {
  const { runs, peers } = readSeen()
  const others = runs.filter(({ store, people }) => store !== run.store || people !== run.people)
  const all = [...others, run].sort(
    (one, two) => one.store.localeCompare(two.store) || one.people - two.people,
  )
  keep({ runs: all, peers })
}

export function keepPeers(peers: PeersRun): void {
  keep({ runs: readSeen().runs, peers })
}

function keep(seen: Seen): void {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toPrecision(4)) : value
  writeFileSync(file, `${JSON.stringify(seen, rounded, 2)}\n`)
  renewPage()
}

/** Writes docs/benchmarks.md from the figures; what other benches measured stays. */
export function renewPage(): void {
  const apart = /\n## Measured apart\n[\s\S]*/.exec(readFileSync(page, 'utf8'))?.[0] ?? ''
  writeFileSync(page, renderPage(readSeen()) + apart)
}

/** Counts what others use of the machine from now until the result is called with what was measured, in milliseconds of CPU. */
export function watchMachine(): (measuredMs: number) => number {
  const startedAt = performance.now()
  const before = readBusyMs()
  const own = process.cpuUsage()
  return (measuredMs) => {
    const { user, system } = process.cpuUsage(own)
    const others = readBusyMs() - before - measuredMs - (user + system) / 1_000
    return Math.max(0, others / (performance.now() - startedAt))
  }
}

export function describeMachine(): Pick<Circumstances, 'date' | 'machine' | 'node'> {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'})`,
    node: process.versions.node,
  }
}

function readBusyMs(): number {
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number)
  return (user + nice + system + interrupts + soft) * 10
}
