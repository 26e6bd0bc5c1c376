// `npm run bench`: measures the floor, then the service on both stores at several sizes, and writes docs/benchmarks.md.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/postgres/server.ts'
import { type Ask, type Figures, measure, send } from './measure.ts'
import { type Floor, type Run, renderReport } from './report.ts'
import {
  createAsk,
  createDirectory,
  load,
  loadGroups,
  renderPerson,
  scenarios,
  serviceSettings,
} from './service.ts'
import { startTarget, type Target } from './target.ts'

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '1000,10000,100000' },
    stores: { type: 'string', default: 'embedded,postgres' },
    seconds: { type: 'string', default: '3' },
  },
})
const sizes = values.users.split(',').map(Number)
const seconds = Number(values.seconds)
const folders: string[] = []

try {
  const floor = await measureFloor()
  const runs: Run[] = []
  let listing: { users: number; residentMb: number } | undefined
  for (const store of values.stores.split(',')) {
    const measured = await measureStore(store)
    runs.push(...measured.runs)
    if (store === 'embedded') listing = measured.listing
  }
  const report = renderReport(floor, runs, listing)
  const file = join(root, 'docs/benchmarks.md')
  // What other benches measured stays.
  const apart = /\n## Measured apart\n[\s\S]*/.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
  writeFileSync(file, report + apart)
  console.log(`\n${report}`)
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  folders.push(folder)
  return folder
}

async function measureFloor(): Promise<Floor> {
  const target = await startTarget([join(root, 'bench/floor.ts'), newFolder(), '{port}'], {}, '/select')
  const post: Ask = {
    method: 'POST',
    path: '/insert',
    headers: { 'content-type': 'application/json' },
    body: renderPerson(1),
  }
  const select = await measure(target, seconds, () => ({ method: 'GET', path: '/select' }))
  const insert = await measure(target, seconds, () => post)
  say('floor', 'SELECT', select)
  say('floor', 'INSERT', insert)
  await target.stop()
  return { select, insert }
}

async function measureStore(
  store: string,
): Promise<{ runs: Run[]; listing: { users: number; residentMb: number } | undefined }> {
  const postgres = store === 'postgres' ? await startPostgres() : undefined
  try {
    const runs: Run[] = []
    let listing: { users: number; residentMb: number } | undefined
    for (const users of sizes) {
      const database = postgres === undefined ? {} : { DATABASE_URL: await postgres.createDatabase() }
      const settings = { ...serviceSettings, ...database, ROLLCALL_DATA: newFolder() }
      const target = await startTarget(
        [join(root, 'packages/cli/dist/main.js'), 'serve'],
        settings,
        '/readyz',
      )
      const measured = await measureSize(target, store, users)
      runs.push(...measured.runs)
      listing = { users, residentMb: measured.listedMb }
      await target.stop()
    }
    return { runs, listing }
  } finally {
    await postgres?.stop()
  }
}

async function measureSize(
  target: Target,
  store: string,
  users: number,
): Promise<{ runs: Run[]; listedMb: number }> {
  const directory = await createDirectory(target)
  await load(target, directory, users)
  await loadGroups(target, directory, 64)
  for (let startIndex = 1; startIndex <= users; startIndex += 1_000) {
    await send(target, {
      method: 'GET',
      path: `/scim/v2/Users?startIndex=${startIndex}&count=1000`,
      headers: directory.headers,
    })
  }
  const listedMb = target.residentMb()
  const runs: Run[] = []
  for (const scenario of scenarios) {
    const figures = await measure(target, seconds, createAsk(scenario, directory, users))
    say(`${store} ${users}`, scenario, figures)
    runs.push({ store, users, scenario, figures })
  }
  return { runs, listedMb }
}

function say(where: string, what: string, figures: Figures): void {
  const line = `${figures.perSecond.toFixed(0).padStart(7)}/s  p99 ${figures.p99Ms.toFixed(1)} ms  CPU ${figures.cpuMs.toFixed(3)} ms`
  console.error(
    `${where.padEnd(18)} ${what.padEnd(12)} ${line}  ${figures.refused > 0 ? `${figures.refused} refused` : ''}`,
  )
}
