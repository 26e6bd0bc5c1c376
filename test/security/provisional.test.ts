// M3: a key that a set-up contact made is provisional until an administrator confirms it. It sees whom it made or claimed, learns who
// somebody is by an exact match and nothing more, and gives and takes nothing of whoever stands above it.
// Judges: server/directory, server/scim.
import { beforeAll, describe, expect, it } from 'vitest'
import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { carryOutRoleChanges } from '../../packages/server/src/provisioning/group-roles.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { addMembers } from '../../packages/server/src/users/members.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, type Json, patchOp, type ScimClient, userUrn } from '../scim/client.ts'

interface Stage {
  readonly own: Directory
  readonly slug: string
  /** By a key of the operator. */
  readonly directory: ScimClient
  /** By a key of a contact. */
  readonly contact: ScimClient
  readonly keyId: string
  readonly browser: Browser
}

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const openSetUp = async (slug: string) => {
    const link = await service.admin.call('createPortalLink', {
      params: { slug },
      body: { role: 'admin', days: 3 },
    })
    const browser = createBrowser(service.url, service.send)
    await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
    return browser
  }
  const createStage = async (): Promise<Stage> => {
    const own = await service.createOrganization()
    const { slug } = own.organization
    const browser = await openSetUp(slug)
    const response = await browser.call('POST', `/organizations/${slug}/provisioning/keys`, {
      name: 'contact',
    })
    expect(response.status).toBe(201)
    const { token, key } = (await response.json()) as { token: string; key: { id: string } }
    return {
      own,
      slug,
      directory: createClient(own),
      contact: createClient({ ...own, key: token }),
      keyId: key.id,
      browser,
    }
  }
  const confirm = async ({ slug, keyId }: Stage) => {
    const key = await service.admin.call('confirmKey', { params: { slug, id: keyId } })
    // A key is looked up anew after half a second.
    service.advance(1_000)
    return key
  }
  const change = (active: boolean): Json => ({
    schemas: [patchOp],
    Operations: [{ op: 'replace', path: 'active', value: active }],
  })
  const roleOf = async ({ slug }: Stage, id: string) =>
    (await service.admin.call('getUser', { params: { slug, id } })).role
  /** As an administrator sees them. */
  const membersOf = async ({ slug }: Stage, id: string) =>
    (await service.admin.call('listMembers', { params: { slug, id } })).items.map((one) => one.id).sort()
  const setRole = ({ slug }: Stage, id: string, role: 'owner' | 'admin' | 'member') =>
    service.admin.call('updateUser', { params: { slug, id }, body: { role } })
  const provisional = { detail: expect.stringContaining('provisional') }
  const namesIn = (body: Json) => (body.Resources as { userName?: string }[]).map(({ userName }) => userName)
  const listOf = async (client: ScimClient, query: string) => {
    const reply = await client.send('GET', `/Users?${query}`)
    expect(reply.status, JSON.stringify(reply.body)).toBe(200)
    return {
      names: namesIn(reply.body),
      total: reply.body.totalResults,
      items: reply.body.Resources as Json[],
    }
  }
  /** People whom no provisioning client manages. */
  const importPeople = ({ slug }: Stage, ...users: { userName: string; displayName?: string }[]) =>
    service.admin.call('importUsers', { params: { slug }, body: { dryRun: false, users } })
  const idOf = async ({ slug }: Stage, search: string) =>
    (await service.admin.call('listUsers', { params: { slug }, query: { search } })).items[0]?.id as string

  it('its maker reads what it was refused for, and what they set up, in words that name no account', async () => {
    const stage = await createStage()
    const { slug, browser, contact, directory } = stage
    const refusalsOf = async (who: Browser) => {
      const response = await who.call('GET', `/organizations/${slug}/set-up/refusals`)
      expect(response.status).toBe(200)
      const { items } = (await response.json()) as { items: Json[] }
      return items
    }
    const codesOf = (items: readonly Json[]) =>
      items.map(({ sentences }) => (sentences as Json[]).map((one) => one.code))
    expect(await refusalsOf(browser)).toEqual([])
    const taken = { schemas: [userUrn], userName: 'taken@globex.test' }
    expect((await directory.send('POST', '/Users', taken)).status).toBe(201)
    await contact.send('POST', '/Users', { schemas: [userUrn] })
    await contact.send('POST', '/Users', taken)
    await directory.send('POST', '/Users', taken)
    const made = await browser.call('POST', `/organizations/${slug}/connections`, {
      name: 'Okta',
      identityProvider: 'okta',
    })
    const { id } = (await made.json()) as { id: string }
    await service.send(new Request(`${service.url}/saml/${id}/login`))
    await service.flushActivity()
    const seen = await refusalsOf(browser)
    expect(seen.map(({ kind, keyId, connectionId }) => [kind, keyId, connectionId])).toEqual([
      ['sign_in', null, id],
      ['scim', stage.keyId, null],
      ['scim', stage.keyId, null],
    ])
    expect(codesOf(seen)).toEqual([
      ['connection_incomplete'],
      expect.arrayContaining(['provisional']),
      expect.arrayContaining(['value_required']),
    ])
    expect(JSON.stringify(seen)).not.toContain('taken@')
    // Another contact reads of none of it; once it is confirmed it is the administrators' affair.
    expect(await refusalsOf(await openSetUp(slug))).toEqual([])
    await confirm(stage)
    expect(codesOf(await refusalsOf(browser))).toEqual([['connection_incomplete']])
  })

  it('is what every key and client made by a set-up link is, and no other', async () => {
    const stage = await createStage()
    const { slug, browser } = stage
    const made = await browser.call('POST', `/organizations/${slug}/provisioning/clients`, {
      name: 'contact',
      method: 'client_secret',
    })
    expect(await made.json()).toMatchObject({ client: { isProvisional: true } })
    const { keys } = await service.admin.call('getProvisioning', { params: { slug } })
    expect(keys.map(({ name, isProvisional, maker }) => [name, isProvisional, maker.rung])).toEqual([
      ['contact', true, 'contact'],
      ['test', false, 'operator'],
    ])
    const rotated = await browser.call(
      'POST',
      `/organizations/${slug}/provisioning/keys/${stage.keyId}/rotate`,
      {},
    )
    const { token } = (await rotated.json()) as { token: string }
    await stage.directory.user('ada@acme.test')
    expect((await listOf(createClient({ ...stage.own, key: token }), '')).names).toEqual([])
  })

  it('a contact does not learn who made the keys of others', async () => {
    const stage = await createStage()
    const other = await openSetUp(stage.slug)
    const read = async (browser: Browser) =>
      (
        (await (await browser.call('GET', `/organizations/${stage.slug}/provisioning`)).json()) as {
          keys: Json[]
        }
      ).keys
    expect((await read(stage.browser))[0]?.maker).toMatchObject({ name: 'set-up link', rung: 'contact' })
    for (const { maker } of await read(other)) expect(maker).toMatchObject({ id: null, name: null })
    const made = await stage.browser.call('POST', `/organizations/${stage.slug}/provisioning/clients`, {
      name: 'c',
      method: 'client_secret',
    })
    expect(made.status).toBe(201)
    const listed = await other.call('GET', `/organizations/${stage.slug}/provisioning/clients`)
    const { items } = (await listed.json()) as { items: Json[] }
    expect(items).toMatchObject([{ maker: { id: null, name: null } }])
    // An administrator sees whose link it was, and that it was revoked.
    const links = (await service.admin.call('listPortalLinks', { params: { slug: stage.slug } })).items
    for (const { id } of links)
      await service.admin.call('revokePortalLink', { params: { slug: stage.slug, id } })
    const { keys } = await service.admin.call('getProvisioning', { params: { slug: stage.slug } })
    expect(keys.map(({ maker }) => maker.isOut)).toEqual([true, false])
  })

  it('a contact neither renames, rotates nor revokes what somebody else made, or what is confirmed', async () => {
    const stage = await createStage()
    const path = `/organizations/${stage.slug}/provisioning/keys`
    const attempt = async (browser: Browser, id: string) => {
      const seen = [
        await browser.call('PATCH', `${path}/${id}`, { name: 'mine' }),
        await browser.call('POST', `${path}/${id}/rotate`, {}),
        await browser.call('DELETE', `${path}/${id}`),
      ]
      return seen.map(({ status }) => status)
    }
    expect(await attempt(stage.browser, stage.own.keyId)).toEqual([403, 403, 403])
    expect(await attempt(await openSetUp(stage.slug), stage.keyId)).toEqual([403, 403, 403])
    expect((await stage.browser.call('POST', `${path}/${stage.keyId}/confirm`)).status).toBe(403)
    await confirm(stage)
    expect(await attempt(stage.browser, stage.keyId)).toEqual([403, 403, 403])
  })

  describe('M3 what it reads', () => {
    let stage: Stage
    let adaId: string
    let groupId: string
    beforeAll(async () => {
      stage = await createStage()
      const { directory } = stage
      adaId = await directory.user('ada@acme.test', {
        externalId: 'e-1',
        title: 'Chief',
        displayName: 'Ada',
        emails: [{ value: 'ada@acme.test' }],
      })
      await directory.user('grace@acme.test', { externalId: 'e-1', title: 'Astronaut' })
      groupId = await directory.group('Admins', [adaId], { externalId: 'g-1' })
      await stage.contact.user('mine@acme.test', { title: 'Clerk' })
      await stage.contact.group('Mine')
    })

    it('lists only what it made, and counts no more', async () => {
      for (const query of [
        '',
        'count=1',
        'startIndex=1&count=0',
        'cursor',
        'sortBy=userName',
        'sortBy=title',
        'startIndex=2',
      ])
        expect((await listOf(stage.contact, query)).total, query).toBe(1)
      expect((await listOf(stage.contact, 'cursor&count=1')).names).toEqual(['mine@acme.test'])
      expect((await listOf(stage.contact, 'count=0')).names).toEqual([])
      expect((await stage.contact.send('GET', '/Groups')).body).toMatchObject({ totalResults: 1 })
      expect((await stage.contact.send('GET', '')).body).toMatchObject({ totalResults: 2 })
      expect((await stage.contact.send('GET', '?sortBy=id')).body).toMatchObject({ totalResults: 2 })
      // Nor does a confirmed key find what nobody has confirmed.
      expect((await stage.directory.send('GET', '')).body).toMatchObject({ totalResults: 3 })
    })

    it('a match by eq shows who it is, and nothing more', async () => {
      const shown = {
        schemas: [userUrn],
        userName: 'ada@acme.test',
        externalId: 'e-1',
        active: true,
        id: adaId,
      }
      const found = await listOf(stage.contact, 'filter=userName eq "ADA@acme.test"')
      expect([found.total, found.items]).toEqual([1, [shown]])
      expect((await stage.contact.send('GET', `/Users/${adaId}`)).body).toEqual(shown)
      const both = await listOf(stage.contact, 'filter=externalId eq "e-1"&sortBy=title&sortOrder=descending')
      expect(both.names).toEqual(['ada@acme.test', 'grace@acme.test'])
      const asked = await listOf(
        stage.contact,
        'filter=userName eq "ada@acme.test"&attributes=title,groups,meta',
      )
      expect(asked.items).toEqual([{ schemas: [userUrn], id: adaId }])
      const one = await stage.contact.send('GET', `/Users/${adaId}?attributes=emails,meta`)
      expect([one.body, one.headers.get('etag')]).toEqual([{ schemas: [userUrn], id: adaId }, null])
      const group = { schemas: [groupUrn], displayName: 'Admins', externalId: 'g-1', id: groupId }
      expect((await stage.contact.send('GET', `/Groups/${groupId}`)).body).toEqual(group)
      const groups = await stage.contact.send('GET', '/Groups?filter=displayName eq "admins"')
      expect(groups.body).toMatchObject({ totalResults: 1, Resources: [group] })
      const root = await stage.contact.send('POST', '/.search', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        filter: 'externalId eq "g-1"',
        sortBy: 'displayName',
      })
      expect(root.body.Resources).toEqual([group])
    })

    const oracles = [
      'userName sw "ada"',
      'userName co "ada"',
      'userName ew "acme.test"',
      'userName pr',
      'userName ne "mine@acme.test"',
      'userName gt "a"',
      'userName le "z"',
      'not (userName eq "mine@acme.test")',
      'userName eq "ada@acme.test" and title eq "Chief"',
      'userName eq "ada@acme.test" and title sw "C"',
      'userName eq "ada@acme.test" or title eq "Chief"',
      'title eq "Chief"',
      'active eq true',
      'displayName eq "Ada"',
      'emails.value eq "ada@acme.test"',
      'emails[value eq "ada@acme.test"]',
      'externalId pr',
      'meta.lastModified gt "2000-01-01T00:00:00Z"',
      'groups.display co "Adm"',
      'id pr',
    ]
    it.each(oracles)('a filter is no oracle: %s', async (filter) => {
      const query = `filter=${encodeURIComponent(filter)}`
      for (const path of [
        `/Users?${query}`,
        `/Users?${query}&cursor`,
        `/Users?${query}&sortBy=title`,
        `?${query}`,
      ]) {
        const { status, body } = await stage.contact.send('GET', path)
        expect(status, path).toBe(200)
        const ids = (body.Resources as { id: string }[]).map(({ id }) => id)
        expect(ids).not.toContain(adaId)
        if (body.totalResults !== undefined) expect(body.totalResults).toBe(ids.length)
      }
      const searched = await stage.contact.send('POST', '/Users/.search', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
        filter,
      })
      expect((searched.body.Resources as { id: string }[]).map(({ id }) => id)).not.toContain(adaId)
    })

    it('a cursor of another key shows no more than its own', async () => {
      const { body } = await stage.directory.send('GET', '/Users?cursor&count=1')
      const next = await listOf(stage.contact, `cursor=${body.nextCursor as string}`)
      expect(next.names).toEqual(['mine@acme.test'])
    })

    it('the groups of its own people that others made are not told', async () => {
      const mine = (await listOf(stage.contact, '')).items[0]?.id as string
      await stage.directory.patch(groupId, { op: 'add', path: 'members', value: [{ value: mine }] })
      const read = await stage.contact.send('GET', `/Users/${mine}`)
      expect(read.body.groups).toBeUndefined()
      for (const filter of [`groups.value eq "${groupId}"`, 'groups.display eq "Admins"', 'groups pr'])
        expect((await listOf(stage.contact, `filter=${encodeURIComponent(filter)}`)).names).toEqual([])
      expect((await stage.directory.send('GET', `/Users/${mine}`)).body.groups).toHaveLength(1)
    })

    it('members of its own group whom others put in are not told', async () => {
      const [own] = await stage.contact.find('Groups', 'displayName eq "Mine"')
      await service.database.inOrganization(createScope(stage.own.organization.id), (tx) =>
        addMembers(tx, own as string, [adaId]),
      )
      expect((await stage.contact.send('GET', `/Groups/${own}`)).body.members).toEqual([])
      const { Resources } = (await stage.contact.send('GET', '/Groups')).body as { Resources: Json[] }
      expect(Resources[0]?.members).toEqual([])
      expect(await membersOf(stage, own as string)).toEqual([adaId])
    })
  })

  describe('M3 whom it changes', () => {
    const rename: Json = {
      schemas: [patchOp],
      Operations: [{ op: 'replace', path: 'displayName', value: 'Changed' }],
    }
    const body = (userName: string, more: Json = {}): Json => ({ schemas: [userUrn], userName, ...more })

    it.each(['owner', 'admin'] as const)('never an %s: 409 to a POST of the name, else 403', async (role) => {
      const stage = await createStage()
      await importPeople(stage, { userName: 'ada@acme.test', displayName: 'Ada' })
      const id = await idOf(stage, 'ada')
      await setRole(stage, id, role)
      const { contact } = stage
      const before = (await stage.directory.send('GET', `/Users/${id}`)).body
      const post = await contact.send('POST', '/Users', body('Ada@acme.test', { active: false }))
      expect(post).toMatchObject({ status: 409, body: provisional })
      const stale = { 'if-match': 'W/"999"' }
      for (const [method, sent] of [
        ['PUT', body('ada@acme.test')],
        ['PATCH', rename],
        ['PATCH', change(false)],
        ['DELETE', undefined],
      ] as const) {
        expect(await contact.send(method, `/Users/${id}`, sent)).toMatchObject({
          status: 403,
          body: provisional,
        })
        expect((await contact.send(method, `/Users/${id}`, sent, stale)).status).toBe(403)
      }
      const bulk = await contact.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          { method: 'DELETE', path: `/Users/${id}` },
          { method: 'PATCH', path: `/Users/${id}`, data: change(false) },
          { method: 'POST', path: '/Users', bulkId: 'a', data: body('ada@acme.test') },
        ],
      })
      const statuses = (bulk.body.Operations as { status: string }[]).map(({ status }) => status)
      expect(statuses).toEqual(['403', '403', '409'])
      expect((await stage.directory.send('GET', `/Users/${id}`)).body).toEqual(before)
      expect(await roleOf(stage, id)).toBe(role)
    })

    it('never whom it made and who became privileged since', async () => {
      const stage = await createStage()
      const id = await stage.contact.user('ada@acme.test')
      await setRole(stage, id, 'admin')
      expect((await stage.contact.send('PATCH', `/Users/${id}`, change(false))).status).toBe(403)
      expect((await stage.contact.send('DELETE', `/Users/${id}`)).status).toBe(403)
      expect((await stage.contact.send('POST', '/Users', body('ada@acme.test'))).status).toBe(409)
      const group = await stage.contact.group('Readers')
      const join = { op: 'add', path: 'members', value: [{ value: id }] }
      const patched = await stage.contact.send('PATCH', `/Groups/${group}`, {
        schemas: [patchOp],
        Operations: [join],
      })
      expect(patched).toMatchObject({ status: 403, body: provisional })
      const made = { schemas: [groupUrn], displayName: 'Writers', members: [{ value: id }] }
      expect((await stage.contact.send('POST', '/Groups', made)).status).toBe(403)
      expect((await stage.contact.send('PUT', `/Groups/${group}`, made)).status).toBe(403)
    })

    it('nor takes them out of a group in which they were before', async () => {
      const stage = await createStage()
      const { contact } = stage
      const [id, other] = [await contact.user('ada@acme.test'), await contact.user('grace@acme.test')]
      const group = await contact.group('Readers', [id, other])
      await setRole(stage, id, 'admin')
      const members = (...ids: string[]) => ids.map((value) => ({ value }))
      const put = (...ids: string[]) => ({
        schemas: [groupUrn],
        displayName: 'Readers',
        members: members(...ids),
      })
      const patch = (...Operations: object[]) => ({ schemas: [patchOp], Operations })
      for (const [method, sent] of [
        ['PATCH', patch({ op: 'remove', path: `members[value eq "${id}"]` })],
        ['PATCH', patch({ op: 'remove', path: 'members', value: members(id) })],
        ['PATCH', patch({ op: 'remove', path: 'members' })],
        ['PATCH', patch({ op: 'replace', path: 'members', value: members(other) })],
        ['PATCH', patch({ op: 'replace', value: { members: [] } })],
        ['PUT', put(other)],
        ['PUT', put()],
        ['DELETE', undefined],
      ] as const)
        expect(
          await contact.send(method, `/Groups/${group}`, sent),
          JSON.stringify([method, sent]),
        ).toMatchObject({ status: 403, body: provisional })
      expect(await membersOf(stage, group)).toEqual([id, other].sort())
      // Others go and come, and whoever is above them stays.
      expect((await contact.send('PUT', `/Groups/${group}`, put(id))).status).toBe(200)
      expect((await contact.send('PUT', `/Groups/${group}`, put(id, other))).status).toBe(200)
      await contact.patch(group, { op: 'remove', path: `members[value eq "${other}"]` })
      expect(await membersOf(stage, group)).toEqual([id])
      await setRole(stage, id, 'member')
      expect((await contact.send('DELETE', `/Groups/${group}`)).status).toBe(204)
    })

    it('whom it made: everything', async () => {
      const { contact } = await createStage()
      const id = await contact.user('ada@acme.test')
      expect((await contact.send('PATCH', `/Users/${id}`, rename)).body.displayName).toBe('Changed')
      expect((await contact.send('PATCH', `/Users/${id}`, change(false))).body.active).toBe(false)
      expect((await contact.send('PATCH', `/Users/${id}`, change(true))).body.active).toBe(true)
      expect((await contact.send('DELETE', `/Users/${id}`)).status).toBe(204)
    })

    it('whom it claims: not whether they are in', async () => {
      const stage = await createStage()
      const { contact } = stage
      await importPeople(stage, { userName: 'ada@acme.test' }, { userName: 'grace@acme.test' })
      const refused = await contact.send('POST', '/Users', body('ada@acme.test', { active: false }))
      expect(refused).toMatchObject({ status: 403, body: provisional })
      const id = await contact.user('ada@acme.test', { title: 'Clerk' })
      const grace = await idOf(stage, 'grace')
      expect((await contact.send('PATCH', `/Users/${grace}`, change(false))).status).toBe(403)
      expect((await contact.send('PATCH', `/Users/${grace}`, rename)).body.displayName).toBe('Changed')
      expect((await listOf(contact, '')).names).toEqual(['ada@acme.test', 'grace@acme.test'])
      for (const one of [id, grace]) {
        expect((await contact.send('PATCH', `/Users/${one}`, change(false))).status).toBe(403)
        expect(
          (await contact.send('PUT', `/Users/${one}`, body('ada@acme.test', { active: false }))).status,
        ).toBe(403)
        expect((await contact.send('DELETE', `/Users/${one}`)).status).toBe(403)
        expect((await stage.directory.send('GET', `/Users/${one}`)).body.active).toBe(true)
      }
    })

    it('whom an alert brings back it still made or claimed, and no more', async () => {
      const stage = await createStage()
      const { contact, slug } = stage
      await importPeople(stage, { userName: 'claimed@acme.test' })
      const claimed = await contact.user('claimed@acme.test')
      const made = [await contact.user('ada@acme.test'), await contact.user('grace@acme.test')]
      const deprovisionGuard = { people: 1, percent: 1, windowSeconds: 600 }
      await service.admin.call('updateProvisioning', { params: { slug }, body: { deprovisionGuard } })
      const other = await stage.directory.user('other@acme.test')
      expect((await contact.send('DELETE', `/Users/${made[1]}`)).status).toBe(204)
      for (const id of [claimed, other])
        expect((await stage.directory.send('DELETE', `/Users/${id}`)).status).toBe(204)
      const links = { url: service.url, operatorMail: undefined }
      await checkGuards(service.database, links, service.now(), () => false)
      const { alert } = await service.admin.call('getProvisioning', { params: { slug } })
      await service.admin.call('restoreAlert', { params: { slug, id: alert?.id ?? '' } })
      // Whom it let go itself is no part of what the alert is about.
      expect((await listOf(contact, '')).total).toBe(2)
      expect((await contact.send('PATCH', `/Users/${claimed}`, rename)).status).toBe(200)
      // Nobody whom it did not make goes by it, also not after they came back.
      expect((await contact.send('DELETE', `/Users/${claimed}`)).status).toBe(403)
    })

    it('nobody and no group of another key', async () => {
      const stage = await createStage()
      const { contact, directory } = stage
      const ada = await directory.user('ada@acme.test', { externalId: 'e-1' })
      const gone = await directory.user('gone@acme.test', { externalId: 'e-2', active: false })
      const group = await directory.group('Admins', [ada])
      const mine = await contact.group('Mine')
      for (const [method, path, sent] of [
        ['PATCH', `/Users/${ada}`, rename],
        ['PUT', `/Users/${ada}`, body('ada@acme.test')],
        ['DELETE', `/Users/${ada}`, undefined],
        ['PATCH', `/Users/${gone}`, change(true)],
        [
          'PATCH',
          `/Groups/${group}`,
          { schemas: [patchOp], Operations: [{ op: 'remove', path: 'members' }] },
        ],
        ['PUT', `/Groups/${group}`, { schemas: [groupUrn], displayName: 'Admins' }],
        ['DELETE', `/Groups/${group}`, undefined],
        ['POST', '/Groups', { schemas: [groupUrn], displayName: 'Others', members: [{ value: ada }] }],
        ['PUT', `/Groups/${mine}`, { schemas: [groupUrn], displayName: 'Mine', members: [{ value: group }] }],
        [
          'PATCH',
          `/Groups/${mine}`,
          { schemas: [patchOp], Operations: [{ op: 'add', path: 'members', value: [{ value: ada }] }] },
        ],
      ] as const)
        expect(await contact.send(method, path, sent), `${method} ${path}`).toMatchObject({
          status: 403,
          body: provisional,
        })
      // Not brought back either, as the key that let them go could.
      const back = await contact.send('POST', '/Users', body('gone@acme.test', { externalId: 'e-2' }))
      expect(back).toMatchObject({ status: 409, body: provisional })
      expect((await directory.send('GET', `/Users/${gone}`)).body.active).toBe(false)
      expect(await directory.members(group)).toEqual([ada])
      expect(await membersOf(stage, mine)).toEqual([])
    })
  })

  describe('M3 roles', () => {
    const rules = [
      { group: 'Readers', role: 'member' },
      { group: 'Admins', role: 'admin' },
    ] as const
    const setRules = (
      { slug }: Stage,
      mappings: readonly { group: string; role: 'member' | 'admin' }[] = rules,
    ) => service.admin.call('putRoleMappings', { params: { slug }, body: { mappings: [...mappings] } })

    it('its groups give no privileged role, until it is confirmed: then roles are recomputed', async () => {
      const stage = await createStage()
      await setRules(stage)
      const id = await stage.contact.user('mallory@acme.test')
      const group = await stage.contact.group('Admins', [id])
      const inner = await stage.contact.user('inner@acme.test')
      await stage.contact.group('Around', [])
      const nested = await stage.contact.group('Nested', [inner])
      await stage.contact.patch(group, { op: 'add', path: 'members', value: [{ value: nested }] })
      expect([await roleOf(stage, id), await roleOf(stage, inner)]).toEqual(['member', 'member'])
      // Neither by renaming, nor when the rules are written anew.
      const other = await stage.contact.group('Other', [id])
      await stage.contact.patch(other, { op: 'replace', path: 'displayName', value: 'Admins' })
      await setRules(stage)
      expect(await roleOf(stage, id)).toBe('member')
      // Nor from inside a group that counts.
      const whole = await stage.directory.group('Wheel')
      await setRules(stage, [{ group: 'Wheel', role: 'admin' }, ...rules])
      await stage.directory.patch(whole, { op: 'add', path: 'members', value: [{ value: nested }] })
      expect(await roleOf(stage, inner)).toBe('member')
      expect(await confirm(stage)).toMatchObject({ isProvisional: false })
      expect([await roleOf(stage, id), await roleOf(stage, inner)]).toEqual(['admin', 'admin'])
    })

    it('D2: a group that it made first is none that a confirmed key brings: neither is linked to the other', async () => {
      const stage = await createStage()
      await setRules(stage)
      const mallory = await stage.contact.user('mallory@acme.test')
      const boss = await stage.directory.user('boss@acme.test')
      const post = async (client: ScimClient, member: string) => {
        const members = [{ value: member }]
        const body = { schemas: [groupUrn], displayName: 'Admins', externalId: 'adm', members }
        const reply = await client.send('POST', '/Groups', body)
        expect(reply.status).toBe(201)
        return reply.body.id as string
      }
      const its = await post(stage.contact, mallory)
      const own = await post(stage.directory, boss)
      expect(own).not.toBe(its)
      expect([await post(stage.contact, mallory), await post(stage.directory, boss)]).toEqual([its, own])
      expect([await roleOf(stage, mallory), await roleOf(stage, boss)]).toEqual(['member', 'admin'])
      expect((await stage.contact.send('DELETE', `/Groups/${own}`)).status).toBe(403)
    })

    it('D3: where names of groups are unique, it keeps none from a confirmed key', async () => {
      const stage = await createStage()
      const { slug, browser } = stage
      const body = { name: 'entra', profile: 'entra' } as const
      const made = await browser.call('POST', `/organizations/${slug}/provisioning/keys`, body)
      const its = createClient({ ...stage.own, key: ((await made.json()) as { token: string }).token })
      const { token } = await service.admin.call('createKey', { params: { slug }, body })
      const confirmed = createClient({ ...stage.own, key: token })
      const post = async (client: ScimClient) =>
        (await client.send('POST', '/Groups', { schemas: [groupUrn], displayName: 'Admins' })).status
      expect([await post(its), await post(its), await post(confirmed), await post(confirmed)]).toEqual([
        201, 409, 201, 409,
      ])
    })

    it('its groups take no privileged role away', async () => {
      const stage = await createStage()
      await setRules(stage)
      await importPeople(stage, { userName: 'ada@acme.test' })
      const id = await idOf(stage, 'ada')
      const claimed = await stage.contact.user('ada@acme.test')
      expect(claimed).toBe(id)
      // Readers comes first in the rules.
      await stage.contact.group('Readers', [id])
      await stage.directory.group('Admins', [id])
      expect(await roleOf(stage, id)).toBe('admin')
      await stage.contact.send(
        'DELETE',
        `/Groups/${(await stage.contact.find('Groups', 'displayName eq "Readers"'))[0]}`,
      )
      expect(await roleOf(stage, id)).toBe('admin')
    })

    it('a default role that opens the console is withheld as well', async () => {
      const stage = await createStage()
      await service.admin.call('updateOrganization', {
        params: { slug: stage.slug },
        body: { defaultRole: 'admin' },
      })
      const id = await stage.contact.user('mallory@acme.test')
      expect(await roleOf(stage, id)).toBe('member')
      await confirm(stage)
      expect(await roleOf(stage, id)).toBe('admin')
      expect(await roleOf(stage, await stage.contact.user('after@acme.test'))).toBe('admin')
    })
  })

  describe('confirming a key that made more people than are judged at once', () => {
    const people = 620
    const fill = async (stage: Stage) => {
      const users = Array.from({ length: people }, (_, at) => ({ userName: `person-${at}` }))
      await importPeople(stage, ...users)
      // As if the key had made them.
      await service.database.inOrganization(createScope(stage.own.organization.id), async (tx) => {
        const made = organizationQuery(({ db, organizationId }) =>
          db
            .updateTable('user')
            .set({ source: 'scim', provisional_key_id: stage.keyId })
            .where('organization_id', '=', organizationId),
        )
        tx.write(made, {})
      })
      await service.admin.call('updateOrganization', {
        params: { slug: stage.slug },
        body: { defaultRole: 'admin' },
      })
    }
    const countAdmins = async ({ own }: Stage) => {
      const statement = organizationQuery(({ db, organizationId }) =>
        db
          .selectFrom('user')
          .select((on) => on.fn.countAll().as('found'))
          .where('organization_id', '=', organizationId)
          .where('role', '=', 'admin'),
      )
      const [row] = await service.database.readOrganization(createScope(own.organization.id), statement, {})
      return Number(row?.found)
    }
    const waiting = async ({ slug }: Stage) =>
      (await service.admin.call('getProvisioning', { params: { slug } })).rolesUnderWay
    const carryOut = (slices = Number.POSITIVE_INFINITY) => {
      let left = slices
      return carryOutRoleChanges(service.database, service.now, () => left-- <= 0)
    }

    it('gives the default role in slices, also where a rule is looked at on the way', async () => {
      const stage = await createStage()
      await fill(stage)
      await confirm(stage)
      expect([await countAdmins(stage), await waiting(stage)]).toEqual([0, people])
      // First what they are known by, a hundred at once.
      await carryOut(7)
      expect([await countAdmins(stage), await waiting(stage)]).toEqual([0, people])
      await carryOut(2)
      const after = await countAdmins(stage)
      expect(after).toBeGreaterThan(0)
      expect(after + (await waiting(stage))).toBe(people)
      // The rest is noted once more, by another act, and keeps what it was promised.
      const { body } = await stage.directory.send('GET', '/Users?count=1000&attributes=id')
      const ids = (body.Resources as { id: string }[]).map(({ id }) => id)
      await stage.directory.group('Everybody', ids)
      await service.admin.call('putRoleMappings', {
        params: { slug: stage.slug },
        body: { mappings: [{ group: 'Nobody', role: 'member' }] },
      })
      const [everybody] = await stage.directory.find('Groups', 'displayName eq "Everybody"')
      await stage.directory.patch(everybody ?? '', { op: 'replace', path: 'displayName', value: 'Nobody' })
      await stage.directory.patch(everybody ?? '', { op: 'replace', path: 'displayName', value: 'Else' })
      await Promise.all([carryOut(), carryOut()])
      await carryOut()
      expect([await countAdmins(stage), await waiting(stage)]).toEqual([people, 0])
    })

    it('gives none where the default opens nothing any more when their turn comes', async () => {
      const stage = await createStage()
      await fill(stage)
      await confirm(stage)
      await service.admin.call('updateOrganization', {
        params: { slug: stage.slug },
        body: { defaultRole: 'member' },
      })
      await carryOut()
      expect([await countAdmins(stage), await waiting(stage)]).toEqual([0, 0])
    })
  })

  describe('confirming', () => {
    it('counts from now on, once, with an event that says who made it', async () => {
      const stage = await createStage()
      const ada = await stage.directory.user('ada@acme.test', { title: 'Chief' })
      expect((await listOf(stage.contact, '')).names).toEqual([])
      expect(await confirm(stage)).toMatchObject({ isProvisional: false, confirmedAt: expect.any(String) })
      await confirm(stage)
      expect((await listOf(stage.contact, '')).names).toEqual(['ada@acme.test'])
      expect((await stage.contact.send('GET', `/Users/${ada}`)).body.title).toBe('Chief')
      const { items } = await service.admin.call('listEvents', { params: { slug: stage.slug }, query: {} })
      expect(items.filter(({ type }) => type === 'api_key.confirmed')).toMatchObject([
        { subject: { id: stage.keyId }, data: { name: 'contact', maker: 'set-up link', rung: 'operator' } },
      ])
    })

    it('ends what the operator was asked for, as does the leave of whoever was to go', async () => {
      const stage = await createStage()
      const { slug, contact, directory } = stage
      const ada = await directory.user('ada@acme.test')
      const needs = async () =>
        (await service.admin.call('listOperatorNeeds', {})).items
          .filter(({ organization }) => organization.slug === slug)
          .map(({ kind }) => kind)
      const leave = () => contact.send('PATCH', `/Users/${ada}`, change(false))
      expect(await leave()).toMatchObject({ status: 403, body: provisional })
      expect(await needs()).toEqual(['deactivation_refused'])
      await directory.send('PATCH', `/Users/${ada}`, change(false))
      expect(await needs()).toEqual([])
      await directory.send('PATCH', `/Users/${ada}`, change(true))
      expect(await leave()).toMatchObject({ status: 403, body: provisional })
      expect(await needs()).toEqual(['deactivation_refused'])
      // The door still remembers that it was provisional: refused once more, and nobody is asked to confirm it again.
      await service.admin.call('confirmKey', { params: { slug, id: stage.keyId } })
      expect(await leave()).toMatchObject({ status: 403, body: provisional })
      expect(await needs()).toEqual([])
    })

    it('ends it for a client, too, which the operator hears of after three days', async () => {
      const stage = await createStage()
      const { slug, directory } = stage
      const ada = await directory.user('ada@acme.test')
      await service.admin.call('confirmKey', { params: { slug, id: stage.keyId } })
      const path = `/organizations/${slug}/provisioning/clients`
      const needs = async () =>
        (await service.admin.call('listOperatorNeeds', {})).items
          .filter(({ organization }) => organization.slug === slug)
          .map(({ kind, detail }) => [kind, detail.key ?? detail.userName])
          // Some begin at the same moment.
          .sort()
      const end = {
        confirm: (id: string) => service.admin.call('confirmOAuthClient', { params: { slug, id } }),
        revoke: (id: string) => service.admin.call('revokeOAuthClient', { params: { slug, id } }),
      }
      for (const act of Object.values(end)) {
        const browser = await openSetUp(slug)
        const made = await browser.call('POST', path, { name: 'c', method: 'client_secret' })
        const { secret, client } = (await made.json()) as { secret: string; client: { id: string } }
        const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: secret }
        const response = await service.send(
          new Request(`${service.url}/scim/oauth/token`, { method: 'POST', body: new URLSearchParams(form) }),
        )
        const { access_token: key } = (await response.json()) as { access_token: string }
        const refused = await createClient({ ...stage.own, key }).send(
          'PATCH',
          `/Users/${ada}`,
          change(false),
        )
        expect(refused).toMatchObject({ status: 403, body: provisional })
        service.advance(3 * 86_400_000 + 1_000)
        expect(await needs()).toEqual([
          ['deactivation_refused', 'ada@acme.test'],
          ['provisional', 'c'],
        ])
        await act(client.id)
        expect(await needs()).toEqual([])
      }
    })

    it('counts for the tokens of a client that were given before', async () => {
      const stage = await createStage()
      await stage.directory.user('ada@acme.test')
      const path = `/organizations/${stage.slug}/provisioning/clients`
      const made = await stage.browser.call('POST', path, { name: 'c', method: 'client_secret' })
      const { secret, client } = (await made.json()) as { secret: string; client: { id: string } }
      const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: secret }
      const token = async () => {
        const response = await service.send(
          new Request(`${service.url}/scim/oauth/token`, { method: 'POST', body: new URLSearchParams(form) }),
        )
        return ((await response.json()) as { access_token: string }).access_token
      }
      const byToken = createClient({ ...stage.own, key: await token() })
      expect((await listOf(byToken, '')).names).toEqual([])
      await byToken.user('mine@acme.test')
      const params = { slug: stage.slug, id: client.id }
      expect(await service.admin.call('confirmOAuthClient', { params })).toMatchObject({
        isProvisional: false,
      })
      service.advance(1_000)
      expect((await listOf(byToken, '')).names).toEqual(['ada@acme.test', 'mine@acme.test'])
      expect((await listOf(createClient({ ...stage.own, key: await token() }), '')).total).toBe(2)
    })

    it('keys from before are confirmed', async () => {
      const own = await service.createOrganization()
      const { keys } = await service.admin.call('getProvisioning', { params: own.organization })
      expect(keys).toMatchObject([{ isProvisional: false, confirmedAt: null }])
    })
  })
})
