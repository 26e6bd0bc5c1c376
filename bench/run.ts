// `npm run bench`: measures the floor and the service on each store and size, keeps the figures and renews docs/benchmarks.md.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type PostgresServer, startPostgres } from '../test/postgres/server.ts'
import {
  describeMachine,
  type FloorLine,
  keepRun,
  type Run,
  renewPage,
  type Store,
  watchMachine,
} from './figures.ts'
import { costOf, type Figures, measure, quietest } from './measure.ts'
import { createAsk, type Scenario, scenarios, withEveryone } from './requests.ts'
import {
  createDirectory,
  type Directory,
  loadByBulk,
  loadEveryone,
  loadGroups,
  renderPerson,
  serviceSettings,
} from './service.ts'
import { startTarget, type Target } from './target.ts'

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000,100000' },
    stores: { type: 'string', default: 'embedded,postgres' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    lines: { type: 'string', default: scenarios.join(',') },
    /** Threads of the service; with more than one nothing is kept. */
    workers: { type: 'string', default: '1' },
    /** Only prints the figures. */
    'dry-run': { type: 'boolean', default: false },
    /** Only writes the page from the figures that are kept. */
    page: { type: 'boolean', default: false },
  },
})
const seconds = Number(values.seconds)
const rounds = Number(values.rounds)
const lines = scenarios.filter((one) => values.lines.split(',').includes(one))
const floorLines = ['select', 'insert', 'group'] as const

if (values.page) renewPage()
else
  for (const store of values.stores.split(',') as Store[])
    for (const people of values.people.split(',').map(Number)) await measureApart(store, people)

async function measureApart(store: Store, people: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const postgres = store === 'postgres' ? await startPostgres() : undefined
  try {
    const run = await measureRun(store, people, folder, postgres)
    if (!values['dry-run'] && values.workers === '1' && lines.length === scenarios.length) keepRun(run)
  } finally {
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureRun(
  store: Store,
  people: number,
  folder: string,
  postgres: PostgresServer | undefined,
): Promise<Run> {
  const database = async (): Promise<Record<string, string>> =>
    postgres === undefined ? {} : { DATABASE_URL: await postgres.createDatabase() }
  const floor = await startTarget(
    [join(root, 'bench/floor.ts')],
    { ...(await database()), FLOOR_FOLDER: folder },
    '/select',
    postgres,
  )
  const target = await startTarget(
    ['--max-semi-space-size=8', join(root, 'packages/cli/dist/main.js'), 'serve'],
    {
      ...serviceSettings,
      ...(await database()),
      ROLLCALL_DATA: join(folder, 'data'),
      ROLLCALL_WORKERS: values.workers,
    },
    '/readyz',
    postgres,
  )
  try {
    const others = watchMachine()
    const directory = await createDirectory(target)
    const loaded = await loadAll(target, directory, people)
    const seen = await measureRounds(floor, target, directory, `${store} ${people}`)
    const { serverMs, databaseMs } = await target.usage()
    const otherLoad = others(serverMs + databaseMs + (await floor.usage()).serverMs)
    return { ...describeMachine(), rounds, seconds, otherLoad, store, people, ...loaded, ...seen }
  } finally {
    await Promise.all([floor.stop(), target.stop()])
  }
}

async function loadAll(
  target: Target,
  directory: Directory,
  people: number,
): Promise<Pick<Run, 'loadSeconds' | 'loadBlockMs' | 'listedMb'>> {
  await target.longestBlockMs()
  const startedAt = performance.now()
  await loadByBulk(target, directory, people)
  const loadSeconds = (performance.now() - startedAt) / 1_000
  await loadGroups(target, directory)
  await listAll(target, directory)
  const loaded = { loadSeconds, loadBlockMs: await target.longestBlockMs(), listedMb: target.residentMb() }
  console.error(`${people} people by Bulk in ${loadSeconds.toFixed(1)} s`, loaded)
  return loaded
}

/** A listing of everybody, in pages of 1,000 that follow each other by cursor. */
async function listAll(target: Target, { base, headers }: Directory): Promise<void> {
  let cursor: string | undefined = ''
  while (cursor !== undefined) {
    const path: string = `${base}/Users?cursor=${encodeURIComponent(cursor)}&count=1000`
    const { body } = await target.pool.request({ method: 'GET', path, headers })
    cursor = ((await body.json()) as { nextCursor?: string }).nextCursor
  }
}

/** Floors and lines in turn, so that what else the machine does meets both; floors as often as lines. */
async function measureRounds(
  floor: Target,
  target: Target,
  directory: Directory,
  where: string,
): Promise<Pick<Run, 'floor' | 'lines'>> {
  const seen = new Map<string, Figures[]>()
  const note = (what: string, figures: Figures): void => {
    seen.set(what, [...(seen.get(what) ?? []), figures])
    say(where, what, figures)
  }
  const measureLines = async (floors: readonly FloorLine[], some: readonly Scenario[]): Promise<void> => {
    for (let round = 0; round < rounds; round += 1) {
      for (const line of floors) note(line, await measureFloor(floor, line))
      for (const line of some) note(line, await measure(target, seconds, createAsk(line, directory)))
    }
  }
  await measureLines(
    floorLines,
    lines.filter((line) => !withEveryone.has(line)),
  )
  const late = lines.filter((line) => withEveryone.has(line))
  if (late.length > 0) {
    await loadEveryone(target, directory)
    await measureLines([], late)
  }
  const best = Object.fromEntries([...seen].map(([what, figures]) => [what, quietest(figures)]))
  return {
    floor: Object.fromEntries(floorLines.map((line) => [line, best[line]])) as Record<FloorLine, Figures>,
    lines: Object.fromEntries(lines.map((line) => [line, best[line]])),
  }
}

/** A floor that refuses is none. */
async function measureFloor(floor: Target, line: FloorLine): Promise<Figures> {
  const figures = await measure(floor, seconds, createFloorAsk(line))
  if (figures.refused > 0) throw new Error(`the floor ${line} refused ${figures.refused} requests`)
  return figures
}

function createFloorAsk(line: FloorLine) {
  const headers = { 'content-type': 'application/json' }
  return () =>
    line === 'select'
      ? ({ method: 'GET', path: '/select' } as const)
      : ({ method: 'POST', path: `/${line}`, headers, body: renderPerson(1) } as const)
}

function say(where: string, what: string, figures: Figures): void {
  const { perSecond, p99Ms, serverMs, databaseMs, writtenKb, blockMs, refused } = figures
  const cost = `CPU ${costOf(figures).toFixed(3)} ms (${serverMs.toFixed(3)} + ${databaseMs.toFixed(3)})`
  const rest = `p99 ${p99Ms.toFixed(1)} ms  block ${blockMs.toFixed(0)} ms  ${writtenKb?.toFixed(1)} KB`
  console.error(
    `${where.padEnd(18)} ${what.padEnd(17)} ${perSecond.toFixed(0).padStart(6)}/s  ${cost}  ${rest}${refused > 0 ? `  ${refused} refused` : ''}`,
  )
}
