// A key of profile auto whose client says who it is: kept once, shown, answered as that client expects, and never read more strictly.
// Judges: server/scim.
import { type ProfileName, profiles } from '@rollcall/scim'
import { beforeAll, describe, expect, it } from 'vitest'
import { findKnownClient, learnedProfiles } from '../../packages/server/src/scim/known-clients.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient, userUrn } from './client.ts'
import { enterprise } from './kinds.ts'

it('profiles learn: what is learned of a client makes nothing stricter than auto', () => {
  for (const [client, profile] of Object.entries(learnedProfiles)) {
    expect([client, profile.name]).toEqual([client, 'auto'])
    expect([...profile.tolerances]).toEqual([...profiles.auto.tolerances])
    expect([profile.isGroupNameUnique, [...profile.demands]]).toEqual([false, []])
  }
})

it('profiles learn: a client is known by what it calls itself, and no other that speaks of its vendor', () => {
  for (const [agent, client] of [
    ['Okta SCIM Client 1.0.0', 'okta'],
    ['Microsoft Azure AD SCIM provisioning 1.0.0', 'entra'],
    ['Microsoft Entra ID', 'entra'],
    ['OneLogin SCIM', 'onelogin'],
    ['Google-Auto-Provisioning', 'google'],
    ['Apache-HttpClient/4.5.13 (Java/11)', undefined],
    ['Go-http-client/2.0', undefined],
    ['Mozilla/5.0 (Windows NT; Microsoft Windows 10.0.22631; en-US) PowerShell/7.4.0', undefined],
    ['azure-logic-apps/1.0', undefined],
    ['Mozilla/5.0 (compatible; not Google-Auto-Provisioning)', undefined],
  ] as const)
    expect([agent, findKnownClient(agent)]).toEqual([agent, client])
})

forOneStore(import.meta.filename, (start) => {
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
  const columnsOf = (id: string) => {
    const statement = organizationQuery(({ db, organizationId }) =>
      db
        .selectFrom('api_key_secret')
        .select(['known_client', 'other_client'])
        .where('organization_id', '=', organizationId)
        .where('key_id', '=', id),
    )
    return service.database.readOrganization(createScope(directory.organization.id), statement, {})
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

  it('OneLogin and Google Workspace are known by name too, and answered as any client is', async () => {
    for (const [agent, client] of [
      ['OneLogin SCIM', 'onelogin'],
      ['Google-Auto-Provisioning', 'google'],
    ] as const) {
      const { scim, read, id } = await open('auto')
      await ask(scim, agent)
      expect(await said()).toContain('it goes on being answered as any client is')
      await expect.poll(read).toBe(client)
      // A version that knows only the older column finds nothing there that it has no answers for.
      expect(await columnsOf(id)).toEqual([{ known_client: null, other_client: client }])
      service.advance(1_000)
      await ask(scim, 'Okta SCIM Client 1.0.0')
      expect([await said(), await read()]).toEqual([expect.not.stringContaining('This client is'), client])
      const group = await scim.group(`Of ${client}`)
      expect(
        (await scim.patch(group, { op: 'replace', path: 'displayName', value: `By ${client}` })).status,
      ).toBe(200)
    }
  })

  describe('by the form of its requests', () => {
    type Send = (scim: ScimClient) => Promise<unknown>
    let serial = 0
    const next = () => {
      serial += 1
      return serial
    }
    const patch = (...operations: readonly Json[]) => ({ schemas: [patchOp], Operations: operations })
    const create = (scim: ScimClient, more: Json) => {
      const userName = `form${next()}@acme.test`
      return scim.send('POST', '/Users', { schemas: [userUrn], userName, ...more })
    }
    const ofOkta: readonly Send[] = [
      (scim) => scim.send('GET', '/Users?startIndex=1&count=2'),
      (scim) => scim.send('GET', '/Users?filter=userName%20eq%20%22a%40acme.test%22&startIndex=1&count=100'),
      (scim) => create(scim, { externalId: `00u${String(next()).padStart(17, 'a')}`, groups: [] }),
      async (scim) => {
        const id = await scim.group(`Form ${next()}`)
        return scim.send(
          'PATCH',
          `/Groups/${id}`,
          patch({ op: 'replace', value: { id, displayName: `N${serial}` } }),
        )
      },
      (scim) =>
        scim.send('GET', '/Groups?startIndex=1&count=100', undefined, {
          accept: 'application/scim+json',
          'accept-charset': 'utf-8',
        }),
    ]
    const ofEntra: readonly Send[] = [
      (scim) => scim.send('GET', '/Groups?excludedAttributes=members&filter=displayName+eq+%22Eng%22'),
      (scim) =>
        scim.send('POST', '/Groups', {
          schemas: [groupUrn, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
          displayName: `Form ${next()}`,
        }),
      async (scim) => {
        const { body } = await create(scim, {})
        const rename = patch({ op: 'Replace', path: 'displayName', value: 'D' })
        return scim.send('PATCH', `/Users/${String(body.id)}`, rename)
      },
      async (scim) => {
        const [user, group] = [(await create(scim, {})).body.id, await scim.group(`Form ${next()}`)]
        const add = { op: 'add', path: 'members', value: [{ $ref: null, value: user }] }
        return scim.send('PATCH', `/Groups/${group}`, patch(add))
      },
    ]
    const ofOneLogin: readonly Send[] = [
      (scim) => scim.send('GET', '/Users?filter=userName+eq+%22a%40acme.test%22&'),
      (scim) => create(scim, { id: null, active: 'true' }),
      (scim) =>
        create(scim, { [enterprise]: { department: 'Eng', manager: { managerId: '', displayName: ' ' } } }),
      async (scim) => {
        const { body } = await create(scim, {})
        const schemas = ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0']
        return scim.send('PUT', `/Users/${String(body.id)}?`, { schemas, userName: body.userName })
      },
    ]
    const forms = { okta: ofOkta, entra: ofEntra, onelogin: ofOneLogin }

    it.each(Object.keys(forms) as (keyof typeof forms)[])(
      'profiles learn: %s is known by three habits that no other has, and not by fewer',
      async (client) => {
        for (let first = 0; first < forms[client].length; first += 1) {
          const sends = [...forms[client].slice(first), ...forms[client].slice(0, first)]
          const { scim, read } = await open('auto')
          // The change of OneLogin shows two.
          const [one, two, ...others] = sends.filter(
            (send) => client !== 'onelogin' || send !== ofOneLogin[3],
          )
          for (const send of [one, one, two, two]) await send?.(scim)
          expect(await said()).not.toContain('have the form of')
          expect(await read()).toBeNull()
          await others[0]?.(scim)
          await expect.poll(read).toBe(client)
        }
      },
    )

    it('is said in activity with what it changes', async () => {
      const { scim, read } = await open('auto')
      for (const send of ofOkta.slice(0, 3)) await send(scim)
      expect(await said()).toContain(
        "This client's requests have the form of Okta's: its requests are answered as those are",
      )
      await expect.poll(read).toBe('okta')
      service.advance(1_000)
      const group = await scim.group('Quiet')
      expect((await scim.patch(group, { op: 'replace', path: 'displayName', value: 'Quieter' })).status).toBe(
        204,
      )
    })

    it('is learned of no key that shows habits of two, nor of one request, nor where a profile was chosen', async () => {
      const mixed = await open('auto')
      for (const send of [ofOneLogin[0], ...ofOkta, ...ofEntra, ...ofOneLogin]) await send?.(mixed.scim)
      const single = await open('auto')
      for (let count = 0; count < 3; count += 1)
        await single.scim.send('GET', '/Users?startIndex=1&count=2', undefined, {
          accept: 'application/scim+json',
          'accept-charset': 'utf-8',
        })
      const chosen = await open('ping')
      for (const send of ofOkta) await send(chosen.scim)
      expect(await said()).not.toContain('have the form of')
      for (const { read } of [mixed, single, chosen]) expect(await read()).toBeNull()
    })
  })
})
