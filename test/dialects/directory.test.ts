// The pretend identity provider's directory against the service: what an administrator does there is what the service then knows.
// Judges: simulator/directory, server/scim.
import { createDirectory, type PretendDirectory } from '@rollcall/simulator'
import { beforeEach, describe, expect, it } from 'vitest'
import { forOneStore, type Service, type Directory as Tenant } from '../harness/service.ts'
import { createClient, type Json, type ScimClient } from '../scim/client.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let tenant: Tenant
  let scim: ScimClient
  let directory: PretendDirectory

  beforeEach(async () => {
    service ??= await start()
    tenant = await service.createOrganization()
    scim = createClient(tenant)
    directory = createDirectory({ send: service.send, wait: async () => {} })
    directory.configure({
      baseUrl: tenant.scimUrl,
      token: tenant.key,
      creates: true,
      updates: true,
      deactivates: true,
    })
  })

  const make = (name: string): string =>
    directory.savePerson({ userName: `${name}@acme.test`, givenName: name, familyName: 'Test' })
  const known = async (): Promise<Record<string, boolean>> => {
    await directory.settled()
    const { body } = await scim.send('GET', '/Users?count=100')
    return Object.fromEntries(
      (body.Resources as { userName: string; active: boolean }[]).map(({ userName, active }) => [
        userName,
        active,
      ]),
    )
  }
  const statusOf = (id: string): string | undefined => directory.state().links.get(id)?.status

  describe.each(['okta', 'okta-put', 'entra'] as const)('as %s', (flavour) => {
    beforeEach(() => directory.configure({ flavour }))

    it('creates who is assigned, updates, deactivates who is unassigned and brings them back under the same id', async () => {
      const [ada, ben] = [make('ada'), make('ben')]
      directory.assign(ada, true)
      expect(await known()).toEqual({ 'ada@acme.test': true })
      const id = directory.state().links.get(ada)?.remoteId
      directory.savePerson({ userName: 'ada.new@acme.test', givenName: 'Ada', familyName: 'New' }, ada)
      directory.assign(ben, true)
      expect(await known()).toEqual({ 'ada.new@acme.test': true, 'ben@acme.test': true })
      directory.assign(ada, false)
      directory.setActive(ben, false)
      expect(await known()).toEqual({ 'ada.new@acme.test': false, 'ben@acme.test': false })
      expect([statusOf(ada), statusOf(ben)]).toEqual(['deactivated', 'deactivated'])
      directory.assign(ada, true)
      expect(await known()).toMatchObject({ 'ada.new@acme.test': true })
      expect(directory.state().links.get(ada)?.remoteId).toBe(id)
    })

    it('assigns a group’s people, pushes the group, and follows its changes', async () => {
      const [ada, ben] = [make('ada'), make('ben')]
      const group = directory.saveGroup('Engineering', [ada, ben])
      directory.assign(group, true)
      directory.push(group, true)
      await directory.settled()
      const read = async (): Promise<Json & { members: { display: string }[] }> => {
        await directory.settled()
        const remoteId = directory.state().links.get(group)?.remoteId
        return (await scim.send('GET', `/Groups/${remoteId}`)).body as never
      }
      expect((await read()).members.map(({ display }) => display).sort()).toEqual(['ada Test', 'ben Test'])
      directory.saveGroup('Builders', [ben], group)
      const after = await read()
      expect(after.displayName).toBe('Builders')
      expect(after.members.map(({ display }) => display)).toEqual(['ben Test'])
      expect((await known())['ada@acme.test']).toBe(false)
      directory.push(group, false)
      await directory.settled()
      expect(await scim.find('Groups', 'displayName pr')).toEqual([])
    })
  })

  it('takes over who is there already, by userName', async () => {
    const id = await scim.user('ada@acme.test')
    const ada = make('ada')
    directory.assign(ada, true)
    await directory.settled()
    expect(directory.state().links.get(ada)).toMatchObject({ remoteId: id, status: 'provisioned' })
  })

  it('does nothing that its switches do not allow', async () => {
    directory.configure({ creates: false })
    const ada = make('ada')
    directory.assign(ada, true)
    expect(await known()).toEqual({})
    directory.configure({ creates: true, updates: false, deactivates: false })
    directory.retry(ada)
    await directory.settled()
    directory.savePerson({ userName: 'other@acme.test', givenName: 'x', familyName: 'y' }, ada)
    directory.assign(ada, false)
    expect(await known()).toEqual({ 'ada@acme.test': true })
  })

  it('shows the server’s own words when it is refused, and mends it on a retry', async () => {
    directory.configure({ token: 'wrong' })
    await directory.testCredentials()
    expect(directory.state().test).toMatchObject({
      isFine: false,
      detail: expect.stringContaining('API key'),
    })
    const ada = make('ada')
    directory.assign(ada, true)
    await directory.settled()
    expect(directory.state().links.get(ada)).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('401'),
    })
    directory.configure({ token: tenant.key })
    await directory.testCredentials()
    expect(directory.state().test?.isFine).toBe(true)
    directory.retry(ada)
    expect(await known()).toEqual({ 'ada@acme.test': true })
  })
})
