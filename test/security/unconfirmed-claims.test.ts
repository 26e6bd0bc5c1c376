// What a key that nobody has confirmed writes on people whom it did not make: nobody is called otherwise, nobody is found by it, and nobody
// loses anything to it.
// Judges: server/provisioning, server/directory.
import { beforeAll, expect, it } from 'vitest'
import { openCaller } from '../harness/callers.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'
import { groupUrn, type Json, patchOp, userUrn } from '../scim/client.ts'

const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const replace = (value: object): Json => ({ schemas: [patchOp], Operations: [{ op: 'replace', value }] })

forEachStore((start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const build = async () => {
    const company = await createCompany(service)
    const params = { slug: company.organization.slug }
    const body = { mode: 'scim' as const, unknownSignIns: 'create' as const }
    await service.admin.call('updateProvisioning', { params, body })
    const { client } = await openCaller(service, params.slug, 'contact')
    const key = { body: { name: 'directory' }, params }
    const [made, own] = [await client.call('createKey', key), await service.admin.call('createKey', key)]
    const scimOf = (token: string) => async (method: string, path: string, sent?: object) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
      const init = { method, headers, ...(sent === undefined ? {} : { body: JSON.stringify(sent) }) }
      const response = await service.send(new Request(`${service.url}/scim/v2${path}`, init))
      const text = await response.text()
      return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json & { id: string } }
    }
    const getUser = (id: string) => service.admin.call('getUser', { params: { ...params, id } })
    const users = async () => (await service.admin.call('listUsers', { params })).items
    return {
      company,
      params,
      users,
      getUser,
      keyId: made.key.id,
      /** By a key of a contact, and by one of the operator. */
      contact: scimOf(made.token),
      directory: scimOf(own.token),
      at: (name: string) => `${name}@${company.domain}`,
      async come(nameId: string, attributes: Record<string, string[]>) {
        return (await company.signIn({ nameId, attributes })).status
      },
      /** Signs in; the session in a browser of its own. */
      async enter(nameId: string, attributes: Record<string, string[]>) {
        return (await company.signIn({ nameId, attributes })).browser
      },
      /** Whose account an identity is. */
      async holderOf(stableId: string) {
        for (const { id } of await users())
          if ((await getUser(id)).identities.some((one) => one.stableId === stableId)) return getUser(id)
        return undefined
      },
      /** People whom an administrator imported. */
      async importUsers(...csv: string[]) {
        const lines = ['userName,email', ...csv].join('\n')
        await service.admin.call('importUsers', {
          params,
          body: { format: 'csv', csv: lines, dryRun: false },
        })
      },
      async confirm() {
        await service.admin.call('confirmKey', { params: { ...params, id: made.key.id } })
        // A key is looked up anew after half a second.
        service.advance(1_000)
      },
    }
  }
  type Stage = Awaited<ReturnType<typeof build>>

  const user = (userName: string, more: object = {}) => ({ schemas: [userUrn], userName, ...more })
  const claims: Readonly<Record<string, (stage: Stage, id: string, body: Json) => Promise<unknown>>> = {
    POST: ({ contact }, _, body) => contact('POST', '/Users', body),
    PUT: ({ contact }, id, body) => contact('PUT', `/Users/${id}`, body),
    PATCH: ({ contact }, id, { schemas: _, ...body }) => contact('PATCH', `/Users/${id}`, replace(body)),
    'a POST in Bulk': ({ contact }, _, data) =>
      contact('POST', '/Bulk', {
        schemas: [bulkUrn],
        Operations: [{ method: 'POST', path: '/Users', bulkId: 'a', data }],
      }),
  }
  const ids = {
    no: () => undefined,
    "that person's": () => 'employee',
    "the holder's": () => 'soon',
  } as const
  const softly = Object.keys(claims).flatMap((by) => Object.keys(ids).map((id) => [by, id] as const))

  it.each(deal('claims of an unconfirmed key', softly, store))(
    'F4: an address that was only found stays so where an unconfirmed key claims the account by %s with %s externalId',
    async (by, id) => {
      const stage = await build()
      const { at, come, users, holderOf } = stage
      expect(await come('employee', { preferred_username: [at('soon')] })).toBe(200)
      const [squatter] = await users()
      const externalId = ids[id as keyof typeof ids]()
      const body = user(at('soon'), {
        emails: [{ value: at('soon') }],
        ...(externalId === undefined ? {} : { externalId }),
      })
      await claims[by]?.(stage, squatter?.id ?? '', body)
      expect((await stage.getUser(squatter?.id ?? '')).managedBy).toBe('scim')
      expect(await come('employee', { preferred_username: [at('soon')] })).toBe(200)
      expect(await come('soon', { email: [at('soon')] })).toBe(200)
      expect(await holderOf('soon')).toMatchObject({ userName: at('soon'), email: at('soon') })
      expect((await holderOf('soon'))?.id).not.toBe(squatter?.id)
      expect(await come('employee', { preferred_username: [at('soon')] })).toBe(200)
      const left = { id: squatter?.id, userName: `${at('soon')} (2)`, externalId: null, managedBy: null }
      expect(await holderOf('employee')).toMatchObject(left)
      // Sent again, the name is the one of whoever it is.
      const again = await stage.contact('POST', '/Users', body)
      expect([again.status, again.body.id]).toEqual([201, (await holderOf('soon'))?.id])
    },
  )

  it('F4: nobody loses their sign-in to its claim; confirmed, the directory has the account, as if it claimed it then', async () => {
    const { at, come, enter, users, contact, confirm, holderOf, params, getUser } = await build()
    const browser = await enter('employee', { preferred_username: [at('soon')] })
    expect(await come('ada', { email: [at('ada')] })).toBe(200)
    const [squatter] = (await users()).filter(({ userName }) => userName === at('soon'))
    expect((await contact('POST', '/Users', user(at('soon'), { externalId: 'e-1' }))).status).toBe(201)
    expect((await contact('POST', '/Users', user(at('ada'), { externalId: 'e-2' }))).status).toBe(201)
    expect((await browser.call('GET', '/session')).status).toBe(200)
    const dropped = async () => {
      const query = { type: 'user.identity_dropped' } as never
      const { items } = await service.admin.call('listEvents', { params, query })
      return items.map(({ subject }) => subject.id)
    }
    expect(await dropped()).toEqual([])
    expect((await getUser(squatter?.id ?? '')).isAddressOnlyFound).toBe(true)
    await confirm()
    expect((await getUser(squatter?.id ?? '')).isAddressOnlyFound).toBe(false)
    expect(await dropped()).toEqual([squatter?.id])
    expect((await browser.call('GET', '/session')).status).toBe(401)
    expect(await come('employee', { preferred_username: [at('soon')] })).toBe(403)
    expect(await come('soon', { email: [at('soon')] })).toBe(200)
    expect((await holderOf('soon'))?.id).toBe(squatter?.id)
    expect(await come('ada', { email: [at('ada')] })).toBe(200)
  })

  it('F4: an externalId that it gave somebody finds them for nobody, until it is confirmed', async () => {
    const { at, come, users, contact, confirm, holderOf, importUsers } = await build()
    await importUsers(`${at('vic')},${at('vic')}`)
    const [vic] = await users()
    expect((await contact('POST', '/Users', user(at('vic'), { externalId: 'employee' }))).body.id).toBe(
      vic?.id,
    )
    expect(await come('employee', { email: [at('employee')] })).toBe(200)
    expect((await holderOf('employee'))?.userName).toBe(at('employee'))
    expect(await come('nobody', {})).toBe(403)
    expect((await contact('POST', '/Users', user(at('other'), { externalId: 'other' }))).status).toBe(201)
    // Nor does it make their address one of two.
    const twin = user('twin', { emails: [{ value: at('vic') }] })
    expect((await contact('POST', '/Users', twin)).status).toBe(201)
    expect(await come('vic', { email: [at('vic')] })).toBe(200)
    expect((await holderOf('vic'))?.id).toBe(vic?.id)
    await importUsers(`${at('eve')},${at('eve')}`)
    expect((await contact('POST', '/Users', user(at('eve'), { externalId: 'eve-1' }))).status).toBe(201)
    expect(await come('eve-1', {})).toBe(403)
    await confirm()
    expect(await come('eve-1', {})).toBe(200)
    expect((await holderOf('eve-1'))?.userName).toBe(at('eve'))
  })

  it('K1: an externalId that it gave somebody makes nobody else of them: their block holds, however they come again', async () => {
    const { at, users, contact, directory, importUsers, getUser, params, confirm } = await build()
    const names = ['removed', 'there', 'lifted', 'later'] as const
    await importUsers(...names.map((name) => `${at(name)},${at(name)}`))
    const ids = new Map<string, string>()
    for (const { id, userName } of await users()) ids.set(userName, id)
    const idOf = (name: string) => ids.get(at(name)) ?? ''
    for (const name of names) {
      const given = user(at(name), { externalId: `theirs-${name}` })
      expect((await contact('POST', '/Users', given)).body.id).toBe(idOf(name))
      await service.admin.call('deactivateUser', { params: { ...params, id: idOf(name) } })
    }
    const remove = async (name: string) =>
      expect((await directory('DELETE', `/Users/${idOf(name)}`)).status).toBe(204)
    const comes = async (name: string, userName = at(name)) => {
      const body = user(userName, { externalId: `own-${name}`, emails: [{ value: at(name) }] })
      const made = await directory('POST', '/Users', body)
      expect(made.status).toBe(201)
      return (await getUser(made.body.id)).blockedAt !== null
    }
    await remove('removed')
    expect(await comes('removed')).toBe(true)
    expect(await comes('there', 'another name')).toBe(true)
    // Lifted for the person, it is lifted of what the key had called otherwise.
    await remove('lifted')
    const { body } = await directory('POST', '/Users', user(at('lifted'), { externalId: 'own-lifted' }))
    await service.admin.call('reactivateUser', { params: { ...params, id: body.id } })
    expect((await directory('DELETE', `/Users/${body.id}`)).status).toBe(204)
    expect(await comes('lifted')).toBe(false)
    // What a confirmed key has said is believed.
    await confirm()
    await remove('later')
    expect(await comes('later')).toBe(false)
  })

  const block = async ({ params }: Stage, id: string) => {
    await service.admin.call('deactivateUser', { params: { ...params, id } })
  }
  const isBlocked = async ({ getUser }: Stage, id: string) => (await getUser(id)).blockedAt !== null

  it('G5: what an unconfirmed key made and an administrator blocked keeps nobody out whom the directory makes', async () => {
    const stage = await build()
    const { at, contact, directory, come } = stage
    const theirs = { externalId: 'e-next', emails: [{ value: at('next') }] }
    const made = await contact('POST', '/Users', user('decoy', theirs))
    await block(stage, made.body.id)
    const real = await directory('POST', '/Users', user(at('next'), theirs))
    expect([made.status, real.status, await isBlocked(stage, real.body.id)]).toEqual([201, 201, false])
    expect([await come('next', { email: [at('next')] }), await isBlocked(stage, made.body.id)]).toEqual([
      200,
      true,
    ])
  })

  it('G5: nor where it gave its own account the externalId that is another person’s, whom the directory makes', async () => {
    const stage = await build()
    const { at, users, contact, directory, importUsers } = stage
    await importUsers(`${at('own')},${at('own')}`)
    const [own] = await users()
    const claimed = await contact('POST', '/Users', user(at('own'), { externalId: 'e-next' }))
    expect(claimed.body.id).toBe(own?.id)
    await block(stage, claimed.body.id)
    const real = await directory('POST', '/Users', user(at('next'), { externalId: 'e-next' }))
    expect([real.status, await isBlocked(stage, real.body.id)]).toEqual([201, false])
    // Of the name that the account had before it holds.
    const back = await directory('POST', '/Users', user('anew', { emails: [{ value: at('own') }] }))
    expect(await isBlocked(stage, back.body.id)).toBe(true)
  })

  it('G5b: nor whom the directory lets in again', async () => {
    const stage = await build()
    const { at, contact, directory, come } = stage
    const emails = [{ value: at('next') }]
    const { id } = (await directory('POST', '/Users', user(at('next'), { externalId: 'e-next', emails })))
      .body
    await directory('PATCH', `/Users/${id}`, replace({ active: false }))
    service.advance(1_000)
    const made = await contact('POST', '/Users', user('decoy', { emails }))
    await block(stage, made.body.id)
    expect((await directory('PATCH', `/Users/${id}`, replace({ active: true }))).body.active).toBe(true)
    expect([await isBlocked(stage, id), await come('next', { email: [at('next')] })]).toEqual([false, 200])
  })

  it('G5c: one account with many addresses keeps out none whom the directory makes, or an administrator imports', async () => {
    const stage = await build()
    const { at, contact, directory, importUsers, users, come } = stage
    const names = ['n1', 'n2', 'n3'].map(at)
    const made = await contact('POST', '/Users', user('spam', { emails: names.map((value) => ({ value })) }))
    await block(stage, made.body.id)
    for (const [n, name] of names.slice(0, 2).entries())
      await directory('POST', '/Users', user(name, { externalId: `e-${n}`, emails: [{ value: name }] }))
    await importUsers(`${names[2]},${names[2]}`)
    const blocked = []
    for (const { id, userName } of await users()) if (await isBlocked(stage, id)) blocked.push(userName)
    expect(blocked).toEqual(['spam'])
    const seen = []
    for (const name of names) seen.push(await come(name, { email: [name] }))
    expect(seen).toEqual([200, 200, 200])
  })

  it.each(['blocked', 'deactivated by the key', 'held by somebody else'] as const)(
    'R13-b4: nor a newcomer of whom nobody else has said anything, where that account is %s',
    async (how) => {
      const stage = await build()
      const { at, contact, come, holderOf, getUser } = stage
      const names = ['first', 'n1', 'n2'].map(at)
      const emails = names.map((value) => ({ value }))
      const { id } = (await contact('POST', '/Users', user('spam', { externalId: 'e-spam', emails }))).body
      if (how === 'held by somebody else') expect(await come('first', { email: [at('first')] })).toBe(200)
      else if (how === 'blocked') await block(stage, id)
      else await contact('PATCH', `/Users/${id}`, replace({ active: false }))
      for (const name of ['n1', 'n2']) {
        expect(await come(name, { email: [at(name)] })).toBe(200)
        expect(await holderOf(name)).toMatchObject({ email: at(name), blockedAt: null })
        expect((await holderOf(name))?.id).not.toBe(id)
      }
      const spam = await getUser(id)
      expect([spam.userName, spam.blockedAt !== null, spam.isActive]).toEqual([
        'spam',
        how === 'blocked',
        how === 'held by somebody else',
      ])
    },
  )

  it('R13-b4: whom such an account is called like, or who signed in to it, is refused as before', async () => {
    const stage = await build()
    const { at, contact, come, users } = stage
    const named = (await contact('POST', '/Users', user(at('named'), { emails: [{ value: at('named') }] })))
      .body
    const proved = (await contact('POST', '/Users', user('ada', { emails: [{ value: at('proved') }] }))).body
    expect(await come('proved', { email: [at('proved')] })).toBe(200)
    for (const { id } of [named, proved]) await block(stage, id)
    expect(await come('named', { email: [at('named')] })).toBe(403)
    expect(await come('proved', { email: [at('proved')] })).toBe(403)
    expect(await come('another id', { email: [at('proved')] })).toBe(403)
    expect((await users()).map(({ id }) => id).sort()).toEqual([named.id, proved.id].sort())
  })

  it('G5d: nor once the key has removed it, and was revoked', async () => {
    const stage = await build()
    const { at, contact, directory, come, params, keyId } = stage
    const emails = [{ value: at('next') }]
    const made = await contact('POST', '/Users', user('spam', { externalId: 'e-next', emails }))
    await block(stage, made.body.id)
    expect((await contact('DELETE', `/Users/${made.body.id}`)).status).toBe(204)
    // By the key that made it, it is the same account once more.
    const again = await contact('POST', '/Users', user('spam', { externalId: 'e-next', emails }))
    expect(await isBlocked(stage, again.body.id)).toBe(true)
    expect((await contact('DELETE', `/Users/${again.body.id}`)).status).toBe(204)
    await service.admin.call('revokeKey', { params: { ...params, id: keyId } })
    const real = await directory('POST', '/Users', user(at('next'), { externalId: 'e-next', emails }))
    expect([real.status, await isBlocked(stage, real.body.id)]).toEqual([201, false])
    expect(await come('next', { email: [at('next')] })).toBe(200)
  })

  const renames = (at: Stage['at']): Readonly<Record<string, readonly [string, Json]>> => ({
    'PATCH of the userName': ['PATCH', replace({ userName: at('mal') })],
    'PATCH of another address': ['PATCH', replace({ emails: [{ value: at('mal') }] })],
    'PATCH of one more address': [
      'PATCH',
      { schemas: [patchOp], Operations: [{ op: 'add', path: 'emails', value: [{ value: at('mal') }] }] },
    ],
    'PATCH that removes the addresses': [
      'PATCH',
      { schemas: [patchOp], Operations: [{ op: 'remove', path: 'emails' }] },
    ],
    'PATCH of all at once': ['PATCH', replace({ userName: 'x', emails: [], externalId: 'y' })],
    'PUT of another userName': ['PUT', user('x', { emails: [{ value: at('ada') }] })],
    'PUT of another address': ['PUT', user(at('ada'), { emails: [{ value: at('mal') }] })],
    'PUT with one more address, the main one': [
      'PUT',
      user(at('ada'), { emails: [{ value: at('ada') }, { value: at('mal'), primary: true }] }),
    ],
  })

  it('C4: it calls nobody otherwise whom it did not make, by whatever method, and everything else is applied', async () => {
    const stage = await build()
    const { at, come, enter, users, contact, getUser, holderOf } = stage
    const browser = await enter('ada', { email: [at('ada')] })
    const [ada] = await users()
    const id = ada?.id ?? ''
    const attempt = async () => {
      for (const [name, [method, body]] of Object.entries(renames(at))) {
        const refused = await contact(method, `/Users/${id}`, body)
        expect([refused.status, refused.body.detail], name).toEqual([
          403,
          expect.stringContaining('provisional'),
        ])
        const Operations = [{ method, path: `/Users/${id}`, data: body }]
        const bulk = await contact('POST', '/Bulk', { schemas: [bulkUrn], Operations })
        expect(bulk.body.Operations, name).toMatchObject([{ status: '403' }])
      }
      const taken = await contact('POST', '/Users', user(at('ada'), { emails: [{ value: at('mal') }] }))
      expect([taken.status, taken.body.detail]).toEqual([409, expect.stringContaining('provisional')])
      const { userName, email } = await getUser(id)
      expect([userName.toLowerCase(), email]).toEqual([at('ada'), at('ada')])
      expect((await browser.call('GET', '/session')).status).toBe(200)
    }
    await attempt()
    expect((await getUser(id)).managedBy).toBe(null)
    // As a directory posts people who were there before it.
    const posted = user(at('Ada'), { externalId: 'e-1', emails: [{ value: at('ada'), primary: true }] })
    const linked = await contact('POST', '/Users', posted)
    expect([linked.status, linked.body.id, linked.body.externalId]).toEqual([201, id, 'e-1'])
    expect((await contact('PATCH', `/Users/${id}`, replace({ title: 'Chief' }))).body.title).toBe('Chief')
    await attempt()
    expect((await contact('PATCH', `/Users/${id}`, replace({ externalId: 'e-2' }))).status).toBe(403)
    // What is left unsaid of the names stays.
    const put = await contact('PUT', `/Users/${id}`, user(at('ada'), { displayName: 'Ada' }))
    expect(put.body).toMatchObject({ displayName: 'Ada', externalId: 'e-1', emails: [{ value: at('ada') }] })
    expect(await come('mal', { email: [at('mal')] })).toBe(200)
    expect((await holderOf('mal'))?.id).not.toBe(id)
    expect(await come('ada', { email: [at('ada')] })).toBe(200)
    expect((await holderOf('ada'))?.id).toBe(id)
  })

  it('C4: the address that somebody is called by may be written down as one, and no other', async () => {
    const { at, come, users, contact, holderOf, importUsers } = await build()
    await importUsers(`${at('vic')},`)
    const [vic] = await users()
    const post = (...emails: string[]) =>
      contact('POST', '/Users', user(at('vic'), { emails: emails.map((value) => ({ value })) }))
    expect((await post(at('mal'))).status).toBe(409)
    expect((await post(at('vic'), at('mal'))).status).toBe(409)
    expect((await post(at('vic'))).body.id).toBe(vic?.id)
    expect(await come('vic', { email: [at('vic')] })).toBe(200)
    expect((await holderOf('vic'))?.id).toBe(vic?.id)
  })

  it('C4: whom it made it calls as it likes, and confirmed everybody', async () => {
    const { at, come, users, contact, confirm } = await build()
    expect(await come('ada', { email: [at('ada')] })).toBe(200)
    const [ada] = await users()
    const { body } = await contact('POST', '/Users', user('mine'))
    const renamed = replace({ userName: 'renamed', externalId: 'r', emails: [{ value: at('renamed') }] })
    expect((await contact('PATCH', `/Users/${body.id}`, renamed)).status).toBe(200)
    const married = replace({ userName: at('lovelace'), emails: [{ value: at('lovelace') }] })
    expect((await contact('PATCH', `/Users/${ada?.id}`, married)).status).toBe(403)
    await confirm()
    expect((await contact('PATCH', `/Users/${ada?.id}`, married)).body.userName).toBe(at('lovelace'))
  })

  const named = encodeURIComponent('displayName eq "Admins"')
  const admins = async ({ params }: Stage) => {
    const mappings = [{ group: 'Admins', role: 'admin' as const }]
    await service.admin.call('putRoleMappings', { params, body: { mappings } })
  }
  const roleOf = async (stage: Stage, id: string) => (await stage.getUser(id)).role
  const group = (displayName: string, members: readonly string[] = []) => ({
    schemas: [groupUrn],
    displayName,
    members: members.map((value) => ({ value })),
  })
  const search = (filter: string) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    filter,
  })

  it('N1: a confirmed key neither finds, reads nor changes a group that an unconfirmed one made', async () => {
    const stage = await build()
    const { contact, directory, at, come, users, confirm } = stage
    await admins(stage)
    expect(await come('friend', { email: [at('friend')] })).toBe(200)
    const [friend] = await users()
    await contact('POST', '/Users', user(at('friend')))
    const its = await contact('POST', '/Groups', {
      ...group('Admins', [friend?.id ?? '']),
      externalId: 'adm',
    })
    expect(its.status).toBe(201)
    const lists = [
      () => directory('GET', `/Groups?filter=${named}`),
      () => directory('GET', `/Groups?filter=${named}&count=0`),
      () => directory('GET', `/Groups?filter=${encodeURIComponent('externalId eq "adm"')}`),
      () => directory('GET', `/Groups?filter=${encodeURIComponent('displayName sw "Adm"')}`),
      () => directory('GET', '/Groups'),
      () => directory('GET', '/Groups?sortBy=displayName'),
      () => directory('GET', `?filter=${named}`),
      () => directory('POST', '/Groups/.search', search('displayName eq "Admins"')),
    ]
    for (const [at, list] of lists.entries())
      expect((await list()).body, `${at}`).toMatchObject({ totalResults: 0 })
    const add = { op: 'add', path: 'members', value: [{ value: friend?.id }] }
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', group('Admins')],
      ['PATCH', { schemas: [patchOp], Operations: [add] }],
      ['DELETE', undefined],
    ] as const)
      expect((await directory(method, `/Groups/${its.body.id}`, body)).status, method).toBe(404)
    // As a directory goes about it.
    const boss = await directory('POST', '/Users', user(at('boss')))
    const own = await directory('POST', '/Groups', group('Admins', [boss.body.id]))
    const found = await directory('GET', `/Groups?filter=${named}`)
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ id: own.body.id }] })
    expect((await directory('GET', '/Groups')).body).toMatchObject({ totalResults: 1 })
    expect([await roleOf(stage, boss.body.id), await roleOf(stage, friend?.id ?? '')]).toEqual([
      'admin',
      'member',
    ])
    expect((await contact('DELETE', `/Groups/${own.body.id}`)).status).toBe(403)
    await confirm()
    expect((await directory('GET', `/Groups?filter=${named}`)).body).toMatchObject({ totalResults: 2 })
    expect((await directory('GET', `/Groups/${its.body.id}`)).status).toBe(200)
    expect(await roleOf(stage, friend?.id ?? '')).toBe('admin')
  })

  const traps: Readonly<
    Record<string, (at: Stage['at']) => [Json, () => [string, Record<string, string[]>]]>
  > = {
    externalId: (at) => [{ externalId: 'mallory' }, () => ['mallory', { email: [at('mallory')] }]],
    'second address': (at) => [
      { emails: [{ value: at('boss') }, { value: at('mallory') }] },
      () => ['mallory', { email: [at('mallory')] }],
    ],
  }
  it.each(deal('accounts that an unconfirmed key prepares', Object.keys(traps), store))(
    'N1: a directory makes whom it means of an account that an unconfirmed key prepared with another %s',
    async (name) => {
      const stage = await build()
      const { contact, directory, at, come, holderOf } = stage
      await admins(stage)
      const [more, person] = (traps[name] as (typeof traps)[string])(at)
      const its = await contact('POST', '/Users', user(at('boss'), more))
      expect(its.status).toBe(201)
      expect(await come(...person())).toBe(200)
      const match = `/Users?filter=${encodeURIComponent(`userName eq "${at('boss')}"`)}`
      expect((await directory('GET', match)).body).toMatchObject({ totalResults: 0 })
      expect((await directory('GET', '/Users')).body).toMatchObject({ totalResults: 0 })
      const posted = await directory('POST', '/Users', user(at('boss'), { emails: [{ value: at('boss') }] }))
      expect([posted.status, posted.body.id, posted.body.externalId]).toEqual([201, its.body.id, undefined])
      await directory('POST', '/Groups', group('Admins', [posted.body.id]))
      expect(await roleOf(stage, posted.body.id)).toBe('admin')
      expect((await directory('GET', match)).body).toMatchObject({ totalResults: 1 })
      // It is the unconfirmed key's no longer.
      for (const [method, body] of [
        ['PATCH', replace({ userName: 'x' })],
        ['PATCH', replace({ active: false })],
        ['DELETE', undefined],
      ] as const)
        expect((await contact(method, `/Users/${its.body.id}`, body)).status, method).toBe(403)
      await come(...person())
      expect((await holderOf('mallory'))?.id).not.toBe(its.body.id)
      expect(await come('boss', { email: [at('boss')] })).toBe(200)
      expect((await holderOf('boss'))?.id).toBe(its.body.id)
    },
  )

  it('N1: nobody is an administrator by a confirmed group whom an unconfirmed key alone has made', async () => {
    const stage = await build()
    const { contact, directory, at, come, confirm } = stage
    await admins(stage)
    const its = await contact('POST', '/Users', user(at('boss'), { externalId: 'mallory' }))
    const { id } = its.body
    await directory('POST', '/Groups', group('Admins', [id]))
    expect(await roleOf(stage, id)).toBe('member')
    expect(await come('mallory', { email: [at('mallory')] })).toBe(200)
    expect(await roleOf(stage, id)).toBe('member')
    // A PATCH of something else does not say who it is; a PUT, or who lets them in or out, does.
    expect((await directory('PATCH', `/Users/${id}`, replace({ title: 'Chief' }))).status).toBe(200)
    expect(await roleOf(stage, id)).toBe('member')
    expect((await directory('PUT', `/Users/${id}`, user(at('boss')))).status).toBe(200)
    expect(await roleOf(stage, id)).toBe('admin')
    expect((await stage.getUser(id)).identities).toEqual([])
    const other = await contact('POST', '/Users', user('other'))
    await directory('POST', '/Groups', group('Admins', [other.body.id]))
    expect(await roleOf(stage, other.body.id)).toBe('member')
    await confirm()
    expect(await roleOf(stage, other.body.id)).toBe('admin')
  })

  it('N1: whom a directory lets go an unconfirmed key brings back to nobody', async () => {
    const { contact, directory, at } = await build()
    const its = await contact('POST', '/Users', user(at('ada')))
    expect((await directory('PATCH', `/Users/${its.body.id}`, replace({ active: false }))).status).toBe(200)
    expect((await contact('PATCH', `/Users/${its.body.id}`, replace({ active: true }))).status).toBe(403)
    expect((await contact('POST', '/Users', user(at('ada')))).status).toBe(409)
  })

  it('N1: whom an unconfirmed key claimed a directory finds and claims, and no externalId of that key leads to them', async () => {
    const stage = await build()
    const { contact, directory, at, come, users, holderOf, importUsers, getUser } = stage
    await admins(stage)
    await importUsers(`${at('vic')},${at('vic')}`, `${at('eve')},${at('eve')}`)
    const [vic, eve] = await users()
    await contact('POST', '/Users', user(at('vic'), { externalId: 'mal-vic' }))
    await contact('POST', '/Users', user(at('eve'), { externalId: 'mal-eve' }))
    const match = `/Users?filter=${encodeURIComponent(`userName eq "${at('vic')}"`)}`
    expect((await directory('GET', match)).body).toMatchObject({ Resources: [{ id: vic?.id }] })
    const id = vic?.id ?? ''
    expect((await directory('PATCH', `/Users/${id}`, replace({ title: 'Chief' }))).status).toBe(200)
    expect((await getUser(id)).externalId).toBe(null)
    const posted = await directory('POST', '/Users', user(at('eve'), { externalId: 'eve-1' }))
    expect([posted.status, posted.body.id]).toEqual([201, eve?.id])
    await directory('POST', '/Groups', group('Admins', [id, posted.body.id]))
    expect([await roleOf(stage, id), await roleOf(stage, posted.body.id)]).toEqual(['admin', 'admin'])
    expect([await come('mal-vic', {}), await come('mal-eve', {})]).toEqual([403, 403])
    expect((await contact('PATCH', `/Users/${id}`, replace({ title: 'x' }))).status).toBe(403)
    expect(await come('eve-1', {})).toBe(200)
    expect((await holderOf('eve-1'))?.id).toBe(eve?.id)
  })
})
