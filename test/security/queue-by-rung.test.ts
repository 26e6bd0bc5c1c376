// The queue of requests before the store: who stands above is served while somebody below has filled all that they may.
// Judges: server/store.
import { type Client, ProblemError } from '@rollcall/api'
import { beforeAll, expect, it } from 'vitest'
import { type Comer, readComer, withComer } from '../../packages/server/src/store/comer.ts'
import { createScope, type Line } from '../../packages/server/src/store/database.ts'
import { organizationStatement } from '../../packages/server/src/store/statement.ts'
import { openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createClient } from '../scim/client.ts'

const selectOwn = organizationStatement('test_own')(({ db, organizationId }) =>
  db.selectFrom('organization').select('id').where('id', '=', organizationId),
)

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  /** Takes every place that comers of a rung may have, as requests do that are not answered yet. */
  const fill = (line: Line, rung: Comer['rung'], names: readonly string[]) => {
    const leave: (() => void)[] = []
    const counts = names.map((by) => {
      const before = leave.length
      for (let place = 0; place !== -1; ) {
        const one = service.database.enter(line, { rung, by })
        if (one === undefined) place = -1
        else leave.push(one)
      }
      return leave.length - before
    })
    const empty = () => {
      for (const one of leave.splice(0)) one()
    }
    return { counts, empty }
  }
  const outcome = (asked: Promise<unknown>) =>
    asked.then(
      () => 'served',
      (error: unknown) => {
        if (error instanceof ProblemError) return error.problem.code
        throw error
      },
    )

  it('G7: an owner’s block and the operator’s reads are served while administrators and links have filled their places', async () => {
    const directory = await service.createOrganization()
    const { id: organizationId, slug } = directory.organization
    const at = { params: { slug } }
    const id = await createClient(directory).user('somebody')
    const [owner, admin, contact] = [
      await openCaller(service, slug, 'owner'),
      await openCaller(service, slug, 'administrator'),
      await openCaller(service, slug, 'contact'),
    ]
    const read = ({ client }: { client: Client }) => outcome(client.call('listConnections', at))
    const line = { organizationId, name: 'console' } as const
    const links = fill(line, 'contact', ['a link', 'another link', 'a third'])
    expect(links.counts).toEqual([175, 175, 0])
    expect([await read(contact), await read(admin)]).toEqual(['too_many_requests', 'served'])
    const administrators = fill(line, 'administrator', ['ada', 'bob'])
    expect(administrators.counts).toEqual([50, 0])
    expect(await read(admin)).toBe('too_many_requests')
    expect(await outcome(owner.client.call('deactivateUser', { params: { slug, id } }))).toBe('served')
    const owners = fill(line, 'owner', ['eve'])
    expect(owners.counts).toEqual([50])
    expect([await read(owner), await read({ client: service.admin })]).toEqual([
      'too_many_requests',
      'served',
    ])
    for (const { empty } of [links, administrators, owners]) empty()
    expect([await read(owner), await read(contact)]).toEqual(['served', 'served'])
  })

  it('G7: one administrator leaves places for another, whatever sessions they have', async () => {
    const { id: organizationId, slug } = (await service.createOrganization()).organization
    const [one, other] = [
      await openCaller(service, slug, 'administrator'),
      await openCaller(service, slug, 'administrator'),
    ]
    const read = ({ client }: { client: Client }) => outcome(client.call('listUsers', { params: { slug } }))
    const links = (await service.admin.call('listPortalLinks', { params: { slug } })).items
    const first = links.toSorted((a, b) => (a.id < b.id ? -1 : 1))[0]?.id ?? ''
    const { counts } = fill({ organizationId, name: 'console' }, 'administrator', [first])
    expect(counts).toEqual([200])
    expect([await read(one), await read(other)]).toEqual(['too_many_requests', 'served'])
  })

  it('R13-b1: units of one organization enter the store by rung, and none waits for all of another’s', async () => {
    const { id } = (await service.createOrganization()).organization
    const order = async (flood: Comer, others: readonly Comer[]): Promise<string[]> => {
      const done: string[] = []
      const ask = async (comer: Comer): Promise<void> => {
        const unit = () => service.database.inOrganization(createScope(id), (tx) => tx.first(selectOwn, {}))
        await withComer(comer, unit)
        done.push(comer.by)
      }
      await Promise.all([...Array.from({ length: 300 }, () => ask(flood)), ...others.map(ask)])
      return done
    }
    const [owner, admin, key] = [
      { rung: 'owner', by: 'owner' },
      { rung: 'administrator', by: 'admin' },
      { rung: 'directory', by: 'key' },
    ] as const
    // 72 are in the store when it is full.
    const behindAdmin = await order(admin, [key, owner])
    expect(behindAdmin.indexOf('owner')).toBeLessThan(90)
    expect(behindAdmin.indexOf('key')).toBeLessThan(110)
    const behindOwner = await order(owner, [{ rung: 'person', by: 'somebody' }])
    expect(behindOwner.indexOf('somebody')).toBeLessThan(180)
  })

  it('R13-b1: every request says who asks before it comes to the store', async () => {
    const seen: Comer[] = []
    const watched = await start({ beforeStore: async () => void seen.push(readComer()) })
    const { organization, key, keyId } = await watched.createOrganization()
    const { slug } = organization
    const contact = await openCaller(watched, slug, 'contact')
    const made = await contact.client.call('createKey', { params: { slug }, body: { name: 'unconfirmed' } })
    const scim = (secret: string, path: string, init: RequestInit = {}) =>
      watched.send(
        new Request(`${watched.url}/scim/v2/Users${path}`, {
          ...init,
          headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/scim+json' },
        }),
      )
    const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada' })
    const comersOf = async (ask: () => Promise<unknown>): Promise<string[]> => {
      seen.length = 0
      const answer = await ask()
      if (answer instanceof Response) await answer.text()
      return [...new Set(seen.map(({ rung, by }) => `${rung} ${by}`))]
    }
    const links = async () => (await watched.admin.call('listPortalLinks', { params: { slug } })).items
    const callers = { contact, owner: await openCaller(watched, slug, 'owner') }
    const admin = await openCaller(watched, slug, 'administrator')
    const idOf = async (role: string, isSetUp: boolean) =>
      (await links()).find((one) => one.role === role && (one.kind === 'setup') === isSetUp)?.id
    for (const [rung, { client }, id] of [
      ['contact', callers.contact, await idOf('admin', true)],
      ['administrator', admin, await idOf('admin', false)],
      ['owner', callers.owner, await idOf('owner', false)],
    ] as const)
      expect(await comersOf(() => client.call('listConnections', { params: { slug } }))).toEqual([
        `${rung} ${id}`,
      ])
    expect(await comersOf(() => watched.admin.call('listConnections', { params: { slug } }))).toEqual([
      'operator operator',
    ])
    for (const ask of [
      (secret: string) => scim(secret, '?count=1'),
      (secret: string) => scim(secret, '', { method: 'POST', body }),
    ]) {
      expect(await comersOf(() => ask(key))).toEqual([`directory ${keyId}`])
      expect(await comersOf(() => ask(made.token))).toEqual(['person unconfirmed keys'])
    }
  })

  it('R13-b2: neither unconfirmed keys nor another key use up the requests a second that the directory needs', async () => {
    const limited = await start({ scimRate: 10 })
    const ask = async (secret: string) => {
      const headers = { authorization: `Bearer ${secret}` }
      return (await limited.send(new Request(`${limited.url}/scim/v2/Users?count=0`, { headers }))).status
    }
    const many = (count: number, secret: string) =>
      Promise.all(Array.from({ length: count }, () => ask(secret)))
    for (const rung of ['contact', 'administrator'] as const) {
      const { organization, key } = await limited.createOrganization()
      const { slug } = organization
      const { client } = await openCaller(limited, slug, rung)
      const made = await client.call('createKey', { params: { slug }, body: { name: 'another' } })
      const flood = await many(100, made.token)
      expect(flood.filter((status) => status === 429).length).toBeGreaterThan(20)
      expect(await many(15, key)).toEqual(Array(15).fill(200))
    }
  })

  it('G7: unconfirmed keys never use up the directory’s places', async () => {
    const { organization, key } = await service.createOrganization()
    const { id: organizationId, slug } = organization
    const contact = await openCaller(service, slug, 'contact')
    const made = await contact.client.call('createKey', { params: { slug }, body: { name: 'unconfirmed' } })
    const ask = async (secret: string) => {
      const headers = { authorization: `Bearer ${secret}` }
      return (await service.send(new Request(`${service.url}/scim/v2/Users?count=1`, { headers }))).status
    }
    const line = { organizationId, name: 'directory' } as const
    const { counts, empty } = fill(line, 'contact', [made.key.id, 'another key'])
    expect(counts).toEqual([175, 175])
    expect([await ask(made.token), await ask(key)]).toEqual([429, 200])
    empty()
    expect(await ask(made.token)).toBe(200)
  })
})
