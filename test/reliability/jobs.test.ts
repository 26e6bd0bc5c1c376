// Jobs: never two of one kind at once, taken over from a node that fell, and no work for organizations without news.
// Judges: server, server/store.
import { setTimeout as wait } from 'node:timers/promises'
import { createEnvelope, createLog } from '@rollcall/server'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Job, type JobContext, jobs } from '../../packages/server/src/jobs.ts'
import { startJobs } from '../../packages/server/src/run-jobs.ts'
import { sealedColumns } from '../../packages/server/src/sealed-columns.ts'
import { createRotation } from '../../packages/server/src/secret-key/rotation.ts'
import type { Database } from '../../packages/server/src/store/database.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { markDue, noteDue, visitDue } from '../../packages/server/src/store/due.ts'
import { type News, readNews } from '../../packages/server/src/store/news.ts'
import { installationStatement } from '../../packages/server/src/store/statement.ts'
import { secretKey } from '../harness/process.ts'
import { forEachStore, type Service } from '../harness/service.ts'

const log = createLog('silent', false)
let statements = 0

forEachStore((start, store) => {
  let service: Service
  let database: Database
  beforeAll(async () => {
    service = await start()
    database = service.database
  })
  const context = {
    clock: () => service.now(),
    log,
    get dns() {
      return service.dns
    },
  } as unknown as JobContext
  const begin = (owner: string, table: readonly Job[], own = database) =>
    startJobs({ ...context, database: own, owner } as never, table)
  const change = (text: ReturnType<typeof sql>): Promise<readonly unknown[]> => {
    statements += 1
    const statement = installationStatement(`jobs_test_${statements}`)(({ db }) => ({
      compile: () => text.compile(db),
    }))
    return database.inInstallation('jobs', (tx) => tx.change(statement as never, {}))
  }

  it('F6: two nodes never run one job at once, and an interval passes between two runs', async () => {
    let underWay = 0
    let most = 0
    const runs: string[] = []
    const job = (owner: string): Job => ({
      name: `counted on ${store}`,
      everyMs: 20,
      async run() {
        underWay += 1
        most = Math.max(most, underWay)
        runs.push(owner)
        await wait(30)
        underWay -= 1
      },
    })
    const nodes = ['one', 'two', 'three'].map((owner) => begin(owner, [job(owner)]))
    await expect.poll(() => runs.length).toBeGreaterThan(5)
    await Promise.all(nodes.map((node) => node.stop()))
    expect(most).toBe(1)
    expect(underWay).toBe(0)
  })

  it('P11: what a node that fell held is taken over', async () => {
    const name = `left on ${store}`
    const until = store === 'embedded' ? service.now() + 3_600_000 : service.now() - 1
    await change(
      sql`INSERT INTO job_lease (name, owner, expires_at, next_at) VALUES (${name}, 'gone', ${until}, 0) RETURNING name`,
    )
    let runs = 0
    const node = begin('next', [
      {
        name,
        everyMs: 10,
        run: async () => {
          runs += 1
        },
      },
    ])
    await expect.poll(() => runs).toBeGreaterThan(0)
    await node.stop()
  })

  it('a lease, or a rest, from before the clock was set back holds nobody up', async () => {
    const name = `ahead on ${store}`
    const ahead = Date.now() + 10 * 86_400_000
    await change(
      sql`INSERT INTO job_lease (name, owner, expires_at, next_at) VALUES (${name}, 'gone', ${ahead}, ${ahead}) RETURNING name`,
    )
    let runs = 0
    const node = begin('next', [
      {
        name,
        everyMs: 10,
        run: async () => {
          runs += 1
        },
      },
    ])
    await expect.poll(() => runs).toBeGreaterThan(0)
    await node.stop()
  })

  it('a job that failed runs again', async () => {
    let runs = 0
    const job: Job = {
      name: `failing on ${store}`,
      everyMs: 10,
      async run() {
        runs += 1
        if (runs === 1) throw new Error('once')
      },
    }
    const node = begin('only', [job])
    await expect.poll(() => runs).toBeGreaterThan(1)
    await node.stop()
  })

  describe('with nothing to do', () => {
    it('no job that runs each few minutes visits an organization, however many there are', async () => {
      for (let count = 0; count < 5; count += 1) await service.createOrganization()
      const visited = new Map<string, number>()
      const counting = (name: string): Database => ({
        ...database,
        inOrganization: (scope, work) => {
          visited.set(name, (visited.get(name) ?? 0) + 1)
          return database.inOrganization(scope, work)
        },
        readOrganization: (scope, statement, args) => {
          visited.set(name, (visited.get(name) ?? 0) + 1)
          return database.readOrganization(scope, statement, args)
        },
      })
      const often = jobs.filter(({ everyMs, restMs }) => (restMs ?? everyMs) < 3_600_000)
      const ring = createEnvelope([secretKey])
      const rotation = createRotation({
        database,
        ring,
        log,
        owner: 'only',
        clock: () => performance.now(),
        columns: sealedColumns,
      })
      const run = async (): Promise<void> => {
        for (const job of often) {
          const own = { ...context, rotation, database: counting(job.name), isStopping: () => false }
          if (job.isDue === undefined || (await job.isDue(own as never))) await job.run(own as never)
        }
      }
      await run()
      await service.flushActivity()
      service.advance(700_000)
      await run()
      visited.clear()
      await run()
      expect(Object.fromEntries(visited)).toEqual({})
    })
  })

  describe('what waits', () => {
    it('is one read, and says of each kind whether there is any', async () => {
      const own = await start()
      let reads = 0
      const counting: Database = {
        ...own.database,
        readInstallation: (purpose, statement, args) => {
          reads += 1
          return own.database.readInstallation(purpose, statement, args)
        },
      }
      expect([...(await readNews(counting, 0)).behind]).toEqual([
        'seal',
        'guard',
        'ownership',
        'makers',
        'search',
      ])
      expect(reads).toBe(1)
      const catchUp = async (): Promise<void> => {
        for (const job of jobs.filter(({ name }) =>
          /^(seal events|deprovision guard|tell of ownership|warn of makers who are out|index people)$/.test(
            name,
          ),
        ))
          await job.run({
            ...context,
            clock: own.now,
            database: own.database,
            isStopping: () => false,
          } as never)
      }
      await own.createOrganization()
      // On the embedded store an event has its number from the insert.
      expect(await readNews(own.database, 0)).toMatchObject({ isFeedWaiting: store === 'postgres' })
      await catchUp()
      const nothing = { isFeedWaiting: false, hasRoleChanges: false, hasSessionEnds: false, targets: [] }
      expect(await readNews(own.database, 0)).toMatchObject({ ...nothing, behind: new Set() })
      const { id } = await own.admin.call('createWebhookEndpoint', {
        body: { url: 'http://127.0.0.1:9/' },
      })
      await own.createOrganization()
      expect((await readNews(own.database, 0)).targets).toMatchObject([{ id, kind: 'webhook', failures: 0 }])
    })

    it('for jobs that follow the feed is known without a lease; without any none is taken', async () => {
      let news: News | undefined = {
        now: 0,
        isFeedWaiting: false,
        behind: new Set(),
        hasRoleChanges: false,
        hasSessionEnds: false,
        targets: [],
      }
      const asked: string[] = []
      const ran: string[] = []
      const looks: string[] = []
      const counting: Database = {
        ...database,
        inInstallation: (purpose, work) => {
          asked.push(purpose)
          return database.inInstallation(purpose, work)
        },
        readInstallation: (purpose, statement, args) => {
          asked.push(purpose)
          return database.readInstallation(purpose, statement, args)
        },
      }
      const following = jobs
        .filter(({ name }) =>
          [
            'seal events',
            'deprovision guard',
            'tell of ownership',
            'carry out role changes',
            'tell of ended sessions',
          ].includes(name),
        )
        .map((job) => ({ ...job, everyMs: 10, run: async () => void ran.push(job.name) }))
      expect(following).toHaveLength(5)
      const node = startJobs(
        {
          ...context,
          database: counting,
          owner: 'quiet',
          news: () => news,
          observe: (job: string, seconds: number | undefined) => void (seconds ?? looks.push(job)),
        } as never,
        following,
      )
      await expect.poll(() => new Set(looks).size).toBe(5)
      const [taken, run] = [asked.filter((purpose) => purpose === 'jobs').length, ran.length]
      expect(run).toBe(0)
      expect(taken).toBeLessThanOrEqual(store === 'embedded' ? 1 : 0)
      news = {
        ...news,
        behind: new Set(['seal', 'guard', 'ownership']),
        hasRoleChanges: true,
        hasSessionEnds: true,
      }
      await expect.poll(() => new Set(ran).size).toBe(5)
      await node.stop()
    })

    it('is not looked for after what jobs keep for themselves', async () => {
      let told = 0
      const end = database.watchWrites(() => {
        told += 1
      })
      let runs = 0
      const node = begin('writer', [
        {
          name: `told on ${store}`,
          everyMs: 10,
          run: async () => {
            runs += 1
          },
        },
      ])
      await expect.poll(() => runs).toBeGreaterThan(1)
      await node.stop()
      expect(told).toBe(0)
      await service.createOrganization()
      expect(told).toBeGreaterThan(0)
      end()
    })
  })

  describe('who is due', () => {
    it('is visited once, comes back when they said, and at once where somebody marked them meanwhile', async () => {
      const { organization } = await service.createOrganization()
      const scope = createScope(organization.id)
      const other = (await service.createOrganization()).organization.id
      await noteDue(database)
      const visits = async (
        now: number,
        look: (id: string) => Promise<number | undefined>,
      ): Promise<string[]> => {
        const seen: string[] = []
        await visitDue(
          database,
          'prune activity',
          now,
          () => false,
          (one) => {
            seen.push(one.organizationId)
            return look(one.organizationId)
          },
        )
        return seen.filter((id) => id === organization.id || id === other)
      }
      const now = service.now()
      const first = await visits(now, async (id) => {
        if (id !== organization.id) return now + 5_000
        await database.inOrganization(scope, async (tx) => markDue(tx, 'prune activity', now + 1_000, now))
        return now + 9_000
      })
      expect(first.toSorted()).toEqual([organization.id, other].toSorted())
      expect(await visits(now, async () => undefined)).toEqual([])
      expect(await visits(now + 1_000, async () => undefined)).toEqual([organization.id])
      expect(await visits(now + 5_000, async () => undefined)).toEqual([other])
      expect(await visits(now + 1_000 + 86_400_000, async () => undefined)).toEqual([organization.id])
    })

    it('stays due where the service stops before it came to them', async () => {
      const ids = new Set<string>()
      for (let count = 0; count < 3; count += 1) ids.add((await service.createOrganization()).organization.id)
      await noteDue(database)
      const now = service.now() + 2 * 86_400_000
      let seen = 0
      const stopped = visitDue(
        database,
        'prune activity',
        now,
        () => seen > 0,
        async () => {
          seen += 1
          return undefined
        },
      )
      await stopped
      expect(seen).toBe(1)
      const rest: string[] = []
      await visitDue(
        database,
        'prune activity',
        now,
        () => false,
        async ({ organizationId }) => {
          rest.push(organizationId)
          return undefined
        },
      )
      expect([...ids].filter((id) => rest.includes(id)).length).toBeGreaterThanOrEqual(2)
    })
  })
})
