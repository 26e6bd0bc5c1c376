// A key of profile auto whose client says who it is: kept once, shown, answered as that client expects, and never read more strictly.
import { type ProfileName, profiles } from '@rollcall/scim'
import { beforeAll, describe, expect, it } from 'vitest'
import { learnedProfiles } from '../../packages/server/src/scim/known-clients.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, patchOp, type ScimClient } from './client.ts'

it('profiles learn: what is learned of a client makes nothing stricter than auto', () => {
  for (const [client, profile] of Object.entries(learnedProfiles)) {
    expect([client, profile.name]).toEqual([client, 'auto'])
    expect([...profile.tolerances]).toEqual([...profiles.auto.tolerances])
    expect([profile.isGroupNameUnique, [...profile.demands]]).toEqual([false, []])
  }
})

describe('okta, onelogin, jumpcloud and ping take what mappings that are written by hand send', () => {
  const vendors = ['okta', 'onelogin', 'jumpcloud', 'ping'] as const
  it.each(vendors)('%s', (vendor) => {
    const missing = [...profiles.auto.tolerances].filter((one) => !profiles[vendor].tolerances.has(one))
    expect(
      missing.filter((one) => !['unquoted-filter-values', 'scim1-urns', 'relink-deactivated'].includes(one)),
    ).toEqual([])
  })
})

forEachStore((start) => {
  let service: Service
  let directory: Directory
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
  })
  const params = () => ({ slug: directory.organization.slug })
  const open = async (profile: ProfileName) => {
    const { key, token } = await service.admin.call('createKey', {
      params: params(),
      body: { name: profile, profile },
    })
    const scim = createClient({ ...directory, key: token })
    const read = async () => {
      const { keys } = await service.admin.call('getProvisioning', { params: params() })
      return keys.find(({ id }) => id === key.id)?.knownClient
    }
    return { scim, read, id: key.id }
  }
  const ask = (scim: ScimClient, agent: string) =>
    scim.send('GET', '/Users?count=0', undefined, { 'user-agent': agent })
  const said = async () => {
    await service.flushActivity()
    const { items } = await service.admin.call('listActivity', { params: params(), query: { limit: 1 } })
    return items[0]?.explanation ?? ''
  }

  it('is learned from the first request that says it, said in activity, kept, and no other replaces it', async () => {
    const { scim, read, id } = await open('auto')
    for (const agent of ['curl/8', 'python-requests', '', 'Oktavia']) await ask(scim, agent)
    expect(await read()).toBeNull()
    await ask(scim, 'Okta SCIM Client 1.0.0')
    expect(await said()).toContain('This client is Okta')
    await expect.poll(read).toBe('okta')
    service.advance(1_000)
    await ask(scim, 'Microsoft Azure AD')
    expect(await said()).not.toContain('This client is')
    expect(await read()).toBe('okta')
    // A rotated key belongs to whom it belonged to.
    const { token } = await service.admin.call('rotateKey', {
      params: { ...params(), id },
      body: { overlapSeconds: 0 },
    })
    const rotated = createClient({ ...directory, key: token })
    const group = await rotated.group('Rotated')
    const patch = {
      schemas: [patchOp],
      Operations: [{ op: 'replace', path: 'displayName', value: 'Renamed' }],
    }
    expect((await rotated.send('PATCH', `/Groups/${group}`, patch)).status).toBe(204)
  })

  it('is answered as that client expects from then on', async () => {
    for (const [agent, client] of [
      ['Okta SCIM Client 1.0.0', 'okta'],
      ['Microsoft Entra ID', 'entra'],
    ] as const) {
      const { scim, read } = await open('auto')
      await ask(scim, agent)
      await expect.poll(read).toBe(client)
      service.advance(1_000)
      const user = await scim.user(`${client}@acme.test`)
      const group = await scim.group(`Of ${client}`, [user])
      const title = { schemas: [patchOp], Operations: [{ op: 'replace', path: 'title', value: 'x' }] }
      expect((await scim.send('PATCH', `/Users/${user}`, title)).status).toBe(client === 'entra' ? 204 : 200)
      const rename = {
        schemas: [patchOp],
        Operations: [{ op: 'replace', path: 'displayName', value: `By ${client}` }],
      }
      expect((await scim.send('PATCH', `/Groups/${group}`, rename)).status).toBe(204)
      await scim.send('PUT', `/Groups/${group}`, { schemas: [groupUrn], displayName: `Put by ${client}` })
      expect(await scim.members(group)).toEqual(client === 'okta' ? [user] : [])
      const unquoted = await scim.send('GET', `/Users?filter=userName%20eq%20${client}@acme.test`)
      expect(unquoted.body.totalResults).toBe(1)
    }
  })

  it('is learned of no key whose profile somebody chose', async () => {
    for (const profile of ['strict', 'interop', 'ping', 'entra'] as const) {
      const { scim, read } = await open(profile)
      await ask(scim, 'Okta SCIM Client 1.0.0')
      expect(await said()).not.toContain('This client is')
      expect([profile, await read()]).toEqual([profile, null])
    }
  })
})
