// Which connection speaks for a domain and for the directory, who says so, and what a set-up link may still do after hand-over.
// Judges: server/connections, server/organizations.
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createClient } from '../scim/client.ts'

const key = createSamlKey()
const refusal = (status: number, code: string) => ({ problem: { status, code } })

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let count = 0
  beforeAll(async () => {
    service = await start()
  })

  const createOrganization = async () => {
    count += 1
    const slug = `ties-${count}`
    await service.admin.call('createOrganization', { body: { name: 'Acme', slug } })
    return { slug }
  }
  const prove = async (params: { slug: string }, name: string) => {
    const { id } = await service.admin.call('createDomain', { params, body: { name } })
    return service.admin.call('updateDomain', { params: { ...params, id }, body: { isVerified: true } })
  }
  const connect = (params: { slug: string }, host: string, active = true) =>
    service.admin.call('createConnection', {
      params,
      body: {
        name: host,
        identityProvider: 'okta',
        metadataXml: createSamlProvider({ baseUrl: `https://${host}`, key }).metadata(),
        isActive: active,
      },
    })
  const tiesOf = async (params: { slug: string }) =>
    Object.fromEntries(
      (await service.admin.call('listDomains', { params })).items.map(({ name, connectionIds }) => [
        name,
        connectionIds,
      ]),
    )
  const events = async (params: { slug: string }, type: string) =>
    (await service.admin.call('listEvents', { params, query: { limit: 200 } })).items.filter(
      (one) => one.type === type,
    )
  /** As when an anchor first has administrator rung; null: as before that. */
  const setHandOver = async (params: { slug: string }, at: number | null) => {
    const { id } = await service.admin.call('getOrganization', { params })
    const statement = organizationQuery(({ db, organizationId }) =>
      db.updateTable('organization').set({ handed_over_at: at }).where('id', '=', organizationId),
    )
    await service.database.inOrganization(createScope(id), async (tx) => tx.write(statement, {}))
  }

  describe('a tie', () => {
    it('the connection that is enabled first takes the domains proved so far, and the directory', async () => {
      const params = await createOrganization()
      await prove(params, 'one.test')
      await prove(params, 'two.test')
      await service.admin.call('createDomain', { params, body: { name: 'open.test' } })
      const waiting = await connect(params, 'idp.waiting.test', false)
      expect(await tiesOf(params)).toEqual({ 'one.test': [], 'two.test': [], 'open.test': [] })
      const first = await connect(params, 'idp.first.test')
      expect(first.followsDirectory).toBe(true)
      expect(await tiesOf(params)).toEqual({
        'one.test': [first.id],
        'two.test': [first.id],
        'open.test': [],
      })
      const at = { params: { ...params, id: waiting.id } }
      const second = await service.admin.call('updateConnection', { ...at, body: { isActive: true } })
      expect(second).toMatchObject({ followsDirectory: false })
      expect(await tiesOf(params)).toMatchObject({ 'one.test': [first.id], 'two.test': [first.id] })
      expect(await events(params, 'domain.tied')).toHaveLength(2)
    })

    it('a domain proved while exactly one connection is active is tied to it, with two to none', async () => {
      const params = await createOrganization()
      const first = await connect(params, 'idp.first.test')
      await prove(params, 'alone.test')
      await connect(params, 'idp.second.test')
      await prove(params, 'late.test')
      expect(await tiesOf(params)).toEqual({ 'alone.test': [first.id], 'late.test': [] })
    })

    it('is not made by itself again: not when a connection goes, not when one is left, not by proving anew', async () => {
      const params = await createOrganization()
      const domain = await prove(params, 'acme.test')
      const first = await connect(params, 'idp.first.test')
      const second = await connect(params, 'idp.second.test')
      await service.admin.call('deleteConnection', { params: { ...params, id: first.id } })
      expect(await tiesOf(params)).toEqual({ 'acme.test': [] })
      expect(await events(params, 'domain.untied')).toHaveLength(1)
      const at = { params: { ...params, id: domain.id } }
      await service.admin.call('updateDomain', { ...at, body: { connectionIds: [second.id] } })
      await service.admin.call('updateDomain', { ...at, body: { isVerified: false } })
      expect(await tiesOf(params)).toEqual({ 'acme.test': [] })
      const third = await connect(params, 'idp.third.test')
      await service.admin.call('updateDomain', { ...at, body: { isVerified: true } })
      expect(await tiesOf(params)).toEqual({ 'acme.test': [] })
      expect(third.followsDirectory).toBe(false)
    })

    it('counts whom it concerns by the domain as a sign-in reads it, whatever its spelling', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      const domain = await prove(params, 'bücher.test')
      expect(domain.name).toBe('xn--bcher-kva.test')
      const emails = [
        'ada@bücher.test',
        'bob@xn--bcher-kva.test',
        'eve@BÜCHER。test',
        'fay@bu\u0308cher.test',
        'gus@bucher.test',
        'hal@sub.bücher.test',
      ]
      // A directory's spelling is kept as it is.
      const directory = createClient(own)
      for (const [place, value] of emails.entries())
        await directory.user(`person-${place}`, { emails: [{ value, primary: true }] })
      const at = { params: { ...params, id: domain.id } }
      const body = { connectionIds: [], dryRun: true }
      expect(await service.admin.call('updateDomain', { ...at, body })).toMatchObject({ people: 4 })
    })

    it('is changed as a whole, says first whom it concerns, and is an event for each connection', async () => {
      const params = await createOrganization()
      const domain = await prove(params, 'acme.test')
      const [first, second] = [await connect(params, 'idp.a.test'), await connect(params, 'idp.b.test')]
      const rows = ['ada@acme.test', 'bob@acme.test', 'eve@sub.acme.test', 'x@notacme.test'].map((email) => ({
        userName: email,
        email,
      }))
      await service.admin.call('importUsers', { params, body: { users: rows, dryRun: false } })
      const at = { params: { ...params, id: domain.id } }
      const preview = await service.admin.call('updateDomain', {
        ...at,
        body: { connectionIds: [second.id], dryRun: true },
      })
      expect(preview).toMatchObject({ people: 2, connectionIds: [first.id] })
      expect(await tiesOf(params)).toEqual({ 'acme.test': [first.id] })
      const changed = await service.admin.call('updateDomain', {
        ...at,
        body: { connectionIds: [second.id] },
      })
      expect(changed.connectionIds).toEqual([second.id])
      const told = (await events(params, 'domain.tied')).map(({ data }) => data)
      expect(told).toContainEqual({ name: 'acme.test', connectionId: second.id, rung: 'operator' })
      expect((await events(params, 'domain.untied')).map(({ data }) => data)).toEqual([
        { name: 'acme.test', connectionId: first.id, rung: 'operator' },
      ])
    })

    it('is refused for a connection of somebody else, and for a domain that is not proved', async () => {
      const [params, other] = [await createOrganization(), await createOrganization()]
      const [own, foreign] = [await connect(params, 'idp.a.test'), await connect(other, 'idp.b.test')]
      const domain = await prove(params, 'acme.test')
      const open = await service.admin.call('createDomain', { params, body: { name: 'open.test' } })
      const change = (id: string, body: object) =>
        service.admin.call('updateDomain', { params: { ...params, id }, body })
      await expect(change(domain.id, { connectionIds: [own.id, foreign.id] })).rejects.toMatchObject(
        refusal(404, 'not_found'),
      )
      await expect(change(open.id, { connectionIds: [own.id] })).rejects.toMatchObject(
        refusal(409, 'domain_not_verified'),
      )
      for (const body of [{}, { dryRun: true }, { isVerified: true, connectionIds: [] }])
        await expect(change(domain.id, body)).rejects.toMatchObject(refusal(400, 'invalid_request'))
      expect(await tiesOf(params)).toEqual({ 'acme.test': [own.id], 'open.test': [] })
    })
  })

  describe('after hand-over', () => {
    it.each(['contact', 'administrator', 'owner'] as const)('what a %s may', async (rung) => {
      const params = await createOrganization()
      const domain = await prove(params, 'acme.test')
      const connection = await connect(params, 'idp.a.test')
      await setHandOver(params, service.now())
      const { client } = await openCaller(service, params.slug, rung)
      const isContact = rung === 'contact'
      const ask = async (act: () => Promise<unknown>) => {
        const wanted = expect(act())
        if (isContact) await wanted.rejects.toMatchObject(refusal(403, 'administrator_required'))
        else await wanted.resolves.not.toThrow()
      }
      const own = { ...params, id: domain.id }
      await ask(() => client.call('updateDomain', { params: own, body: { connectionIds: [] } }))
      await ask(() =>
        client.call('updateConnection', {
          params: { ...params, id: connection.id },
          body: { followsDirectory: false },
        }),
      )
      await ask(() => client.call('createServiceKey', { params }))
      await ask(() => client.call('updateProvisioning', { params, body: { deprovisionGuard: null } }))
      await ask(() => client.call('updateProvisioning', { params, body: { unknownSignIns: 'refuse' } }))
      const scim = await client.call('updateProvisioning', { params, body: { mode: 'scim' } })
      expect(scim.mode).toBe('scim')
      await ask(() => client.call('updateProvisioning', { params, body: { mode: 'manual' } }))
      await ask(() => client.call('deleteDomain', { params: own }))
      await expect(
        client.call('updateDomain', { params: own, body: { isVerified: true } }),
      ).rejects.toMatchObject(refusal(403, 'forbidden'))
      const added = await client.call('createDomain', { params, body: { name: 'new.test' } })
      await client.call('deleteDomain', { params: { ...params, id: added.id } })
    })

    it('a set-up link proves a domain and ties it to no connection of its own', async () => {
      const params = await createOrganization()
      const real = await connect(params, 'idp.real.test', false)
      const { client } = await openCaller(service, params.slug, 'contact')
      const own = await client.call('createConnection', {
        params,
        body: {
          name: 'Own',
          identityProvider: 'okta',
          metadataXml: createSamlProvider({ baseUrl: 'https://idp.own.test', key }).metadata(),
          isActive: true,
        },
      })
      const verify = async (name: string, by: typeof client) => {
        const { id, txtRecord } = await service.admin.call('createDomain', { params, body: { name } })
        service.txtRecords.set(txtRecord.name, [txtRecord.value])
        return (await by.call('verifyDomain', { params: { ...params, id } })).connectionIds
      }
      expect(await verify('one.test', client)).toEqual([])
      const administrator = await openCaller(service, params.slug, 'administrator')
      expect(await verify('two.test', administrator.client)).toEqual([own.id])
      // Once an administrator vouches for it, whoever proves the domain.
      const at = { params: { ...params, id: own.id } }
      const { present } = await administrator.client.call('getAnchor', at)
      await administrator.client.call('confirmAnchor', { ...at, body: { digest: present?.digest ?? '' } })
      expect(await verify('three.test', client)).toEqual([own.id])
      expect(real.isActive).toBe(false)
    })

    it('before it a set-up link does all of that: it is a set-up', async () => {
      const params = await createOrganization()
      const domain = await prove(params, 'acme.test')
      await setHandOver(params, null)
      const { client } = await openCaller(service, params.slug, 'contact')
      await client.call('createServiceKey', { params })
      await client.call('updateProvisioning', { params, body: { deprovisionGuard: null } })
      await client.call('deleteDomain', { params: { ...params, id: domain.id } })
      expect(await tiesOf(params)).toEqual({})
    })
  })
})
