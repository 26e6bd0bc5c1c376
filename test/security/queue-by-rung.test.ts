// The queue of requests before the store: who stands above is served while somebody below has filled all that they may.
import { type Client, ProblemError } from '@rollcall/api'
import { beforeAll, expect, it } from 'vitest'
import type { Comer, Line } from '../../packages/server/src/store/database.ts'
import { openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createClient } from '../scim/client.ts'

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
