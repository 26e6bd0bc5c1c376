// Acts, sign-ins and mended links of one organization at once, on PostgreSQL: none waits for one that waits for it, and no connection of the
// pool is held by whoever only waits for a turn.
// Judges: server/store, server/sessions.
import { ProblemError } from '@rollcall/api'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { Client } from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Comer } from '../../packages/server/src/store/comer.ts'
import { createTurnsOfActs } from '../../packages/server/src/store/turns-of-acts.ts'
import { createBrowser } from '../harness/browser.ts'
import { clientOf } from '../harness/callers.ts'
import { createMender } from '../harness/mending.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createCompany, readForm } from '../harness/sso.ts'

async function build(service: Service) {
  const company = await createCompany(service)
  const { slug } = company.organization
  const settle = async (name: string, role: 'owner' | 'admin') => {
    const person = company.person(name)
    await company.signIn(person)
    const { items } = await service.admin.call('listUsers', { params: { slug }, query: { search: name } })
    const [{ id, userName } = { id: '', userName: '' }] = items
    await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
    const { browser } = await company.signIn(person)
    return { id, email: userName, person, client: clientOf(service, browser) }
  }
  return { company, slug, owner: await settle('owner', 'owner'), admin: await settle('admin', 'admin') }
}

const toStatus = (error: unknown): number => {
  if (error instanceof ProblemError) return error.problem.status
  throw error
}

/** What the database had to break off since it was made; of connections that have ended. */
async function countDeadlocks(url: string): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      'SELECT deadlocks::int AS deadlocks FROM pg_stat_database WHERE datname = current_database()',
    )
    return rows[0].deadlocks
  } finally {
    await client.end()
  }
}

/**
 * A transaction of somebody else: takes its first locks, lets `meanwhile` begin and come to wait, and takes its last. Throws where the two
 * wait for each other: it looks first whether they do.
 */
async function cross(
  url: string,
  first: readonly string[],
  meanwhile: () => Promise<unknown>,
  last: string,
): Promise<void> {
  const [client, watch] = [new Client({ connectionString: url }), new Client({ connectionString: url })]
  await Promise.all([client.connect(), watch.connect()])
  try {
    await client.query("SET deadlock_timeout = '50ms'; BEGIN")
    for (const statement of first) await client.query(statement)
    const other = meanwhile()
    const waiting = async () => {
      const { rows } = await watch.query(
        "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      )
      return rows[0].n
    }
    await expect.poll(waiting, { timeout: 5_000 }).toBeGreaterThan(0)
    try {
      await client.query(last)
      await client.query('COMMIT')
    } finally {
      await client.query('ROLLBACK')
      await other
    }
  } finally {
    await Promise.all([client.end(), watch.end()])
  }
}

/** What an act of somebody keeps until COMMIT. */
const locksOfAct = (organizationId: string, userId: string): readonly string[] => [
  `SELECT pg_advisory_xact_lock(hashtextextended('${organizationId} acts', 0))`,
  `SELECT 1 FROM "user" WHERE id = '${userId}' FOR KEY SHARE`,
  `SELECT 1 FROM session WHERE user_id = '${userId}' FOR KEY SHARE`,
]

forEachStore(
  (start) => {
    describe('R13-b6: nobody waits for whoever waits for them:', () => {
      let service: Service
      beforeAll(async () => {
        service = await start({ hasMail: true, isDev: true })
      })
      const lockConnection = (id: string) => `SELECT 1 FROM connection WHERE id = '${id}' FOR UPDATE`
      const idOf = async (slug: string, name: string) =>
        (await service.admin.call('listUsers', { params: { slug } })).items.find(
          ({ userName }) => userName === name,
        )?.id ?? ''

      it('a sign-in that changes a role, and an act of the person on the connection', async () => {
        const company = await createCompany(service)
        const { id: organizationId, slug } = company.organization
        const mappings = [{ group: 'Admins', role: 'admin' as const }]
        await service.admin.call('putRoleMappings', { params: { slug }, body: { mappings } })
        const ada = company.person('ada')
        const withGroups = (groups: string[]) => ({ ...ada, attributes: { ...ada.attributes, groups } })
        const { browser } = await company.signIn(withGroups(['Admins']))
        expect((await browser.call('GET', '/session')).status).toBe(200)
        const id = await idOf(slug, `ada@${company.domain}`)
        const statuses: number[] = []
        const signIn = async () => statuses.push((await company.signIn(withGroups(['Staff']))).status)
        await cross(
          service.databaseUrl as string,
          locksOfAct(organizationId, id),
          signIn,
          lockConnection(company.connection.id),
        )
        const { role } = await service.admin.call('getUser', { params: { slug, id } })
        expect([statuses, role, (await browser.call('GET', '/session')).status]).toEqual([
          [200],
          'member',
          401,
        ])
      })

      it('a sign-in that takes a name back, and an act of whoever has it', async () => {
        const company = await createCompany(service)
        const { id: organizationId, slug } = company.organization
        const name = `soon@${company.domain}`
        const come = async (nameId: string, attributes: Record<string, string[]>) =>
          (await company.signIn({ nameId, attributes })).status
        expect(await come('employee', { preferred_username: [name] })).toBe(200)
        const id = await idOf(slug, name)
        const statuses: number[] = []
        await cross(
          service.databaseUrl as string,
          locksOfAct(organizationId, id),
          async () => statuses.push(await come('soon', { email: [name] })),
          lockConnection(company.connection.id),
        )
        const before = await service.admin.call('getUser', { params: { slug, id } })
        expect([statuses, before.userName]).toEqual([[200], `${name} (2)`])
      })

      it('a link that is mailed waits for no connection that is mended by another one', async () => {
        const company = await createCompany(service)
        const { slug } = company.organization
        const { id: connectionId } = company.connection
        const email = `boss@${company.domain}`
        expect((await company.signIn(company.person('boss'))).status).toBe(200)
        const id = await idOf(slug, email)
        await service.admin.call('updateUser', { params: { slug, id }, body: { role: 'owner' } })
        const browser = createBrowser(service.url, service.send)
        const mailed = async () => {
          const { items } = await service.admin.call('listEvents', { params: { slug }, query: { limit: 50 } })
          return items.filter(({ type }) => type === 'user.recovery_link_mailed').length
        }
        const client = new Client({ connectionString: service.databaseUrl as string })
        await client.connect()
        try {
          await client.query(`BEGIN; ${lockConnection(connectionId)}`)
          expect((await browser.postOwn(`/saml/${connectionId}/mail-link`, { email })).status).toBe(200)
          expect(await mailed()).toBe(1)
        } finally {
          await client.end()
        }
      })
    })
    it('G39: of acts on a connection, own sign-ins and a mended link at once none waits for another in a circle, and others are served', async () => {
      const service = await start({ hasMail: true, isDev: true, anonymousRate: 100_000 })
      const [{ company, slug, owner, admin }, other] = [await build(service), await build(service)]
      const { id } = company.connection
      const browser = await createMender(service).open(company, admin.email)
      const metadataXml = createSamlProvider({
        baseUrl: 'https://idp.acme.test',
        key: createSamlKey(),
      }).metadata()
      const stranger = { ...admin.person, nameId: 'somebody-else' }
      const statuses: number[] = []
      let isOn = true
      const loop = async (work: (count: number) => Promise<number>): Promise<void> => {
        for (let count = 0; isOn || count === 0; count += 1) statuses.push(await work(count))
      }
      const loops = [
        ...Array.from({ length: 8 }, (_, at) =>
          loop(async (count) => {
            const body = { name: `Acme ${at} ${count}` }
            const call = admin.client.call('updateConnection', { params: { slug, id }, body })
            return call.then(() => 200, toStatus)
          }),
        ),
        ...[admin.person, admin.person, admin.person, stranger].map((person) =>
          loop(async () => (await company.signIn(person)).status),
        ),
        ...Array.from({ length: 2 }, () =>
          loop(async () => (await browser.postOwn(`/saml/${id}/mend`, { metadataXml })).status),
        ),
      ]
      // These are answered while the others go on: the loops end behind them.
      try {
        for (let count = 0; count < 4; count += 1) {
          const body = { name: `Globex ${count}` }
          await Promise.all([
            other.owner.client.call('updateOrganization', { params: { slug: other.slug }, body }),
            owner.client.call('updateOrganization', { params: { slug }, body }),
            service.admin.call('updateOrganization', { params: { slug }, body }),
            company.signIn(company.person(`member${count}`)),
          ])
        }
      } finally {
        isOn = false
      }
      await Promise.all(loops)
      expect(statuses.length).toBeGreaterThan(loops.length)
      expect(statuses.filter((status) => status >= 500)).toEqual([])
      await service.stop()
      expect(await countDeadlocks(service.databaseUrl as string)).toBe(0)
    }, 60_000)

    it('R13-b5: a link, and what writes to show something, wait for their turn without a connection of the pool', async () => {
      const service = await start({ isDev: true })
      const company = await createCompany(service)
      const { slug } = company.organization
      const { organization: fresh } = await service.createOrganization()
      const { organization: other } = await service.createOrganization()
      const email = `boss@${company.domain}`
      const portal = await service.admin.call('createPortalLink', {
        params: { slug },
        body: { role: 'owner', email },
      })
      const browser = createBrowser(service.url, service.send)
      await browser.call('POST', '/portal-sessions', { token: portal.url.split('#token=')[1] })
      const { url } = await clientOf(service, browser).call('testConnection', {
        params: { slug, id: company.connection.id },
      })
      const left = await browser.open(url)
      const answer = await company.provider.answer(left.url, {
        nameId: email,
        attributes: { email: [email] },
      })
      const { action, fields } = readForm(await browser.postFromElsewhere(answer.acsUrl, answer.form), 'link')

      const over = Promise.withResolvers<void>()
      const held = [company.organization, fresh].map(({ id }) =>
        service.database.inTurn(id, () => over.promise),
      )
      const done: string[] = []
      const linked = browser.postOwn(action, fields).then(({ text }) => {
        done.push('link')
        return text
      })
      const looked = Array.from({ length: 4 }, async () => {
        await service.admin.call('listServiceKeys', { params: { slug: fresh.slug } })
        done.push('look')
      })
      await expect.poll(() => service.database.stats().waiting, { timeout: 15_000 }).toBe(5)
      await service.admin.call('updateOrganization', {
        params: { slug: other.slug },
        body: { name: 'Globex' },
      })
      expect(done).toEqual([])
      over.resolve()
      expect(await linked).toContain('It is linked')
      await Promise.all([...held, ...looked])
      expect(done).toHaveLength(5)
    })
  },
  ['postgres'],
)

const administrator = (by: string): Comer => ({ rung: 'administrator', by })

it('G39, R13-b1: acts that wait for their turn take it by rung and maker by maker, and other organizations wait for none of them', async () => {
  const turns = createTurnsOfActs()
  const done: string[] = []
  const first = Promise.withResolvers<void>()
  const act = (organization: string, comer: Comer, name: string) =>
    turns.run(organization, comer, async () => {
      done.push(name)
    })
  const held = turns.run('one', administrator('ada'), () => first.promise)
  const waiting = ['a', 'b', 'c'].map((name) => act('one', administrator('ada'), name))
  waiting.push(act('one', administrator('bob'), 'bob'), act('one', { rung: 'owner', by: 'eve' }, 'owner'))
  await act('two', administrator('cleo'), 'elsewhere')
  expect(done).toEqual(['elsewhere'])
  first.resolve()
  await Promise.all([held, ...waiting])
  expect(done).toEqual(['elsewhere', 'owner', 'a', 'bob', 'b', 'c'])
  // One that fails passes its turn on.
  const failed = turns.run('one', administrator('ada'), () => Promise.reject(new Error('no')))
  const behind = act('one', administrator('ada'), 'behind')
  await expect(failed).rejects.toThrow('no')
  await behind
  expect(done.at(-1)).toBe('behind')
})
