// `npm run bench:webhooks`: what a change costs when two webhook endpoints are subscribed. Once with receivers that are away, so
// that the figure is what the request itself pays for, and once with receivers that answer, sending included.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createClient } from '@rollcall/api'
import { startPostgres } from '../test/postgres/server.ts'
import { type Figures, measure } from './measure.ts'
import { createAsk, type Scenario } from './requests.ts'
import { createDirectory, load, operatorKey, serviceSettings } from './service.ts'
import { startTarget, type Target } from './target.ts'

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: 'embedded,postgres' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
  },
})
const seconds = Number(values.seconds)
const users = 1_000

const receiver = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(204).end())
})
await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
const address = receiver.address()
const alive = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
const away = 'http://127.0.0.1:9/'

for (const store of values.stores.split(',')) await measureStore(store)
receiver.closeAllConnections()
receiver.close()

async function measureStore(store: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const postgres = store === 'postgres' ? await startPostgres() : undefined
  try {
    const database = postgres === undefined ? {} : { DATABASE_URL: await postgres.createDatabase() }
    const settings = { ...serviceSettings, ...database, ROLLCALL_DATA: folder, ROLLCALL_DEV: '1' }
    const words = ['--conditions=source', join(root, 'packages/cli/src/main.ts'), 'serve']
    const target = await startTarget(words, settings, '/readyz')
    const directory = await createDirectory(target)
    await load(target, directory, users)
    for (const scenario of ['create', 'PATCH active'] as const) {
      const runs: Record<'none' | 'away' | 'alive', number[]> = { none: [], away: [], alive: [] }
      for (let round = 0; round < Number(values.rounds); round += 1)
        for (const kind of ['none', 'away', 'alive'] as const) {
          await place(target, kind)
          runs[kind].push((await run(target, scenario, directory)).serverMs)
        }
      say(store, scenario, runs)
    }
    await target.stop()
  } finally {
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(
  target: Target,
  scenario: Scenario,
  directory: Parameters<typeof createAsk>[1],
): Promise<Figures> {
  return measure(target, seconds, createAsk(scenario, directory))
}

async function place(target: Target, kind: 'none' | 'away' | 'alive'): Promise<void> {
  const admin = createClient({ baseUrl: target.url, operatorKey, send: (request) => fetch(request) })
  for (const { id } of (await admin.call('listWebhookEndpoints', {})).items)
    await admin.call('deleteWebhookEndpoint', { params: { id } })
  if (kind === 'none') return
  for (let at = 0; at < 2; at += 1)
    await admin.call('createWebhookEndpoint', { body: { url: kind === 'away' ? away : alive } })
}

function say(store: string, scenario: string, runs: Record<'none' | 'away' | 'alive', number[]>): void {
  const median = (list: number[]): number => list.toSorted((one, two) => one - two)[list.length >> 1] ?? 0
  const [none, request, sent] = [median(runs.none), median(runs.away), median(runs.alive)]
  console.log(
    `${store} ${scenario}: ${none.toFixed(3)} ms of CPU; subscribed ${(request / none).toFixed(2)}x; with sending ${(sent / none).toFixed(2)}x`,
  )
}
