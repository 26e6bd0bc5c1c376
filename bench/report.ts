// The figures as tables, for the terminal and for docs/benchmarks.md.
import { availableParallelism, cpus } from 'node:os'
import type { Figures } from './measure.ts'
import { type Scenario, scenarios } from './service.ts'

export interface Run {
  readonly store: string
  readonly users: number
  readonly scenario: Scenario
  readonly figures: Figures
}

export interface Floor {
  readonly select: Figures
  readonly insert: Figures
}

/** Ratio of server CPU to the floor that each scenario is held against, and how much it may be on the embedded store. */
const goals: Readonly<
  Record<
    Scenario,
    {
      readonly floor: keyof Floor
      readonly most: number | undefined
      readonly growth: number | undefined
    }
  >
> = {
  get: { floor: 'select', most: 3, growth: 1.3 },
  filter: { floor: 'select', most: 3, growth: 1.3 },
  create: { floor: 'insert', most: 3, growth: 1.3 },
  PATCH: { floor: 'insert', most: 3, growth: 1.3 },
  PUT: { floor: 'insert', most: 3, growth: undefined },
  'list of 100': { floor: 'select', most: 25, growth: 1.5 },
  'cursor of 100': { floor: 'select', most: 25, growth: 1.5 },
  member: { floor: 'insert', most: 3, growth: 1.5 },
  'bulk of 100': { floor: 'insert', most: 100, growth: undefined },
  'Okta mix': { floor: 'insert', most: undefined, growth: 1.3 },
  'Entra mix': { floor: 'insert', most: undefined, growth: 1.3 },
}

export function renderReport(
  floor: Floor,
  runs: readonly Run[],
  listing: { readonly users: number; readonly residentMb: number } | undefined,
): string {
  const stores = [...new Set(runs.map(({ store }) => store))]
  const memory =
    listing === undefined
      ? ''
      : `\n## Memory\n\nEmbedded store, ${listing.users.toLocaleString('en')} users, after a full listing in pages of 1,000: **${listing.residentMb.toFixed(0)} MB** resident (goal: at most 250).\n`
  return `${intro()}\n## The floor\n\n${renderFloor(floor)}\n${stores.map((store) => renderStore(store, floor, runs)).join('\n')}\n## Growth of server CPU\n\n${renderGrowth(runs)}\n${memory}`
}

function intro(): string {
  return `# Benchmarks

Made by \`npm run bench\` (options \`--users 1000,10000\`, \`--stores embedded,postgres\`, \`--seconds 3\`) on ${availableParallelism()} cores
(${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}; client and server share them, over loopback, 16 connections. Compare ratios rather than
absolute figures: the floor is measured in the same run.

*CPU* is user and system time of the server for one request. *Ratio* is that against the floor: \`get\`, \`filter\` and \`list\` against the same
HTTP stack answering 1.5 KB after one primary-key SELECT; \`create\`, \`PATCH\` and \`PUT\` against the same stack after one transaction of two
INSERTs, committed by itself to disk. \`member\` adds or removes one member of a group, \`bulk of 100\` creates a hundred people in one
request; the mixes are what Okta (match, read, PUT, create, member) and Entra (60 % match, 25 % PATCH, 10 % create, 5 % member) send. PostgreSQL's own CPU is not in the service's. Each PATCH and PUT changes something and writes its event.
`
}

function renderFloor(floor: Floor): string {
  const row = (name: string, one: Figures): string => `| ${name} | ${cells(one)} |`
  return `| | requests/s | p50 ms | p99 ms | CPU ms |\n|---|---|---|---|---|\n${row('one SELECT', floor.select)}\n${row('two INSERTs, one COMMIT', floor.insert)}\n`
}

function cells(one: Figures): string {
  return [one.perSecond.toFixed(0), one.p50Ms.toFixed(1), one.p99Ms.toFixed(1), one.cpuMs.toFixed(3)].join(
    ' | ',
  )
}

function renderStore(store: string, floor: Floor, runs: readonly Run[]): string {
  const rows = runs
    .filter((run) => run.store === store)
    .map(({ users, scenario, figures }) => {
      const goal = goals[scenario]
      const ratio = figures.cpuMs / floor[goal.floor].cpuMs
      const aim =
        store === 'embedded' && goal.most !== undefined
          ? `${goal.most}x${ratio > goal.most ? ' **missed**' : ''}`
          : ''
      const refused = figures.refused > 0 ? ` (${figures.refused} refused)` : ''
      return `| ${users.toLocaleString('en')} | ${scenario}${refused} | ${cells(figures)} | ${ratio.toFixed(2)}x | ${aim} | ${figures.residentMb.toFixed(0)} |`
    })
  return `## On the ${store} store\n\n| users | | requests/s | p50 ms | p99 ms | CPU ms | ratio | goal | MB |\n|---|---|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`
}

function renderGrowth(runs: readonly Run[]): string {
  const sizes = [...new Set(runs.map(({ users }) => users))].sort((left, right) => left - right)
  const [least, most] = [sizes[0], sizes.at(-1)]
  const stores = [...new Set(runs.map(({ store }) => store))]
  const find = (store: string, scenario: Scenario, users: number | undefined): Figures | undefined =>
    runs.find((run) => run.store === store && run.scenario === scenario && run.users === users)?.figures
  const rows = scenarios.map((scenario) => {
    const growths = stores.map((store) => {
      const [before, after] = [find(store, scenario, least), find(store, scenario, most)]
      return before === undefined || after === undefined ? '' : `${(after.cpuMs / before.cpuMs).toFixed(2)}x`
    })
    return `| ${scenario} | ${growths.join(' | ')} | ${goals[scenario].growth === undefined ? '' : `${goals[scenario].growth}x`} |`
  })
  return `From ${least?.toLocaleString('en')} to ${most?.toLocaleString('en')} users in one organization:\n\n| | ${stores.join(' | ')} | goal |\n|---|${stores.map(() => '---|').join('')}---|\n${rows.join('\n')}\n`
}
