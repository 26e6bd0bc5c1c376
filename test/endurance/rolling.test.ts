// R16: two nodes of before are replaced one after another while provisioning clients work and somebody reads the tables; and back again.
// Judges: server/store, server/store/migrations.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, inject, it } from 'vitest'
import { migrations } from '../../packages/server/src/store/migrations/index.ts'
import { checkOut, hasCommit, makeLater } from '../harness/earlier.ts'
import { callScim, createDirectoryAt, type ServiceProcess, startProcess } from '../harness/process.ts'
import { createDatabaseAt } from '../postgres/server.ts'

/** The newest of test/store/forms, and one whose migrations were changed afterwards. */
const commits = ['3b69276', '1a14e4c']
const workers = 8
const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const patch = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']

interface Load {
  /** The nodes that a load balancer would send to. */
  nodes: readonly ServiceProcess[]
  readonly answers: Map<string, number>
  readonly kept: Set<string>
  stop(): Promise<void>
  /** Resolves when every request that is under way now has been answered. */
  settle(): Promise<void>
}

/** Each worker creates a user, changes it, finds it, and deletes every second one, over and over. */
function startLoad(key: string, nodes: readonly ServiceProcess[]): Load {
  let isStopping = false
  let rounds = 0
  const answers = new Map<string, number>()
  const kept = new Set<string>()
  const underWay = new Set<Promise<unknown>>()
  const load: Load = {
    nodes,
    answers,
    kept,
    settle: async () => void (await Promise.allSettled([...underWay])),
    async stop() {
      isStopping = true
      await Promise.all(running)
    },
  }
  const call = async (method: string, path: string, body?: unknown) => {
    const node = load.nodes[rounds % load.nodes.length] as ServiceProcess
    // What is asked to try again does so, as every client of SCIM does.
    for (;;) {
      const asked = callScim(node.url, key, method, path, body)
      underWay.add(asked)
      const answer = await asked.finally(() => underWay.delete(asked))
      const isToRetry = answer.status === 503 && answer.headers.get('retry-after') !== null
      const what = `${method} ${path.replace(/usr_\w+|\?.*/, '')} ${isToRetry ? 'later' : answer.status}`
      answers.set(what, (answers.get(what) ?? 0) + 1)
      if (!isToRetry) return answer
    }
  }
  const work = async (worker: number): Promise<void> => {
    while (!isStopping) {
      rounds += 1
      const userName = `${worker}-${rounds}@acme.test`
      const { body } = await call('POST', '/Users', { schemas, userName, externalId: userName })
      const Operations = [{ op: 'replace', value: { displayName: userName, active: rounds % 3 > 0 } }]
      await call('PATCH', `/Users/${body.id}`, { schemas: patch, Operations })
      await call('GET', `/Users?filter=${encodeURIComponent(`externalId eq "${userName}"`)}`)
      if (rounds % 2 === 0) await call('DELETE', `/Users/${body.id}`)
      else kept.add(userName)
    }
  }
  const running = Array.from({ length: workers }, (_, worker) => work(worker))
  return load
}

it.runIf(commits.every(hasCommit)).each(commits)(
  'R16: from %s to this version, and no request fails',
  async (commit) => {
    const earlier = checkOut(commit)
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-rolling-'))
    const databaseUrl = await createDatabaseAt(inject('postgresUrl'))
    const settings = {
      ROLLCALL_DATA: folder,
      DATABASE_URL: databaseUrl,
      ROLLCALL_DEV: '1',
    }
    const reader = new Client({ connectionString: databaseUrl })
    const nodes: ServiceProcess[] = []
    const start = async (from?: string) => {
      const node = await startProcess(settings, from)
      nodes.push(node)
      return node
    }
    try {
      const [first, second] = [await start(earlier.command), await start(earlier.command)]
      const key = await createDirectoryAt(first.admin, 'acme')
      const load = startLoad(key, [first, second])
      await reader.connect()
      await reader.query(
        'BEGIN; SELECT count(*) FROM organization; SELECT count(*) FROM "user"; SELECT count(*) FROM delivery',
      )
      const starting = start()
      // The migration has met the reader, and given way.
      const answered = () => [...load.answers.values()].reduce((sum, count) => sum + count, 0)
      const atFirst = answered()
      await expect.poll(() => answered() - atFirst, { timeout: 60_000 }).toBeGreaterThan(150)
      await reader.query('COMMIT')
      const third = await starting
      load.nodes = [third, second]
      await load.settle()
      await first.end('SIGTERM')
      const fourth = await start()
      load.nodes = [third, fourth]
      await load.settle()
      await second.end('SIGTERM')
      const atLast = answered()
      await expect.poll(() => answered() - atLast, { timeout: 60_000 }).toBeGreaterThan(200)
      await load.stop()
      const failed = [...load.answers].filter(([what]) => !/ (?:20\d|later)$/.test(what))
      expect(failed).toEqual([])
      const { body } = await callScim(third.url, key, 'GET', '/Users?count=0')
      expect(body.totalResults).toBe(load.kept.size)
      const alive = await reader.query<{ migration: number }>('SELECT migration FROM node')
      expect(alive.rows).toHaveLength(2)
      // That far back there is no way: it says so, and the others serve on.
      await expect(start(earlier.command)).rejects.toThrow('it was written by a newer version')
      expect((await callScim(third.url, key, 'GET', '/Users?count=0')).status).toBe(200)
    } finally {
      await reader.end().catch(() => undefined)
      for (const node of nodes) if (node.isRunning()) await node.end('SIGKILL')
      earlier.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

const later = `export const later = {
  number: ${migrations.length + 1},
  name: 'later',
  statements: () => ['ALTER TABLE "user" ADD COLUMN later_note text', 'CREATE INDEX user_later ON "user" (organization_id, later_note)'],
  contract: () => ['DROP INDEX user_later'],
}
`

it('R16: from this version to a later one and back, and no request fails; what was taken away is said to whoever is too old', async () => {
  const tree = makeLater(later)
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-rolling-'))
  const databaseUrl = await createDatabaseAt(inject('postgresUrl'))
  const settings = { ROLLCALL_DATA: folder, DATABASE_URL: databaseUrl, ROLLCALL_DRAIN: '0' }
  const reader = new Client({ connectionString: databaseUrl })
  const nodes: ServiceProcess[] = []
  const start = async (from?: string) => {
    const node = await startProcess(settings, from)
    nodes.push(node)
    return node
  }
  try {
    await reader.connect()
    const first = await start()
    const key = await createDirectoryAt(first.admin, 'acme')
    const load = startLoad(key, [first])
    const answered = () => [...load.answers.values()].reduce((sum, count) => sum + count, 0)
    const serveFor = async (count: number) => {
      const from = answered()
      await expect.poll(() => answered() - from, { timeout: 60_000 }).toBeGreaterThan(count)
    }
    /** In the place of all that serve now, one after another. */
    const replaceBy = async (from: string | undefined) => {
      for (let at = 0; at < 2; at += 1) {
        const old = load.nodes[0] as ServiceProcess
        const node = await start(from)
        load.nodes = [...load.nodes.slice(1), node]
        await load.settle()
        await old.end('SIGTERM')
        await serveFor(100)
      }
    }
    load.nodes = [first, await start()]
    await serveFor(200)
    await replaceBy(tree.command)
    const ledger = async () => {
      const { rows } = await reader.query(
        'SELECT contracted_at IS NOT NULL AS is_contracted FROM migration WHERE number = $1',
        [migrations.length + 1],
      )
      return rows[0]
    }
    expect(await ledger()).toEqual({ is_contracted: false })
    const newer = load.nodes
    await replaceBy(undefined)
    expect(newer.map((node) => node.isRunning())).toEqual([false, false])
    await serveFor(300)
    expect(await ledger()).toEqual({ is_contracted: false })
    await replaceBy(tree.command)
    await expect.poll(ledger, { timeout: 180_000, interval: 1_000 }).toEqual({ is_contracted: true })
    await expect(start()).rejects.toThrow('This version of Rollcall is too old for the store')
    await serveFor(100)
    await load.stop()
    console.log(
      JSON.stringify({
        answered: answered(),
        later: [...load.answers].filter(([what]) => what.endsWith('later')),
      }),
    )
    const failed = [...load.answers].filter(([what]) => !/ (?:20\d|later)$/.test(what))
    expect(failed).toEqual([])
    const { body } = await callScim((load.nodes[0] as ServiceProcess).url, key, 'GET', '/Users?count=0')
    expect(body.totalResults).toBe(load.kept.size)
  } finally {
    await reader.end().catch(() => undefined)
    for (const node of nodes) if (node.isRunning()) await node.end('SIGKILL')
    tree.remove()
    rmSync(folder, { recursive: true, force: true })
  }
})
