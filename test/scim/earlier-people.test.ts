// People who were there before the directory: removed by it, created over, renamed into, met again under another name. Each case says
// what becomes of them, what the product hears and what the administrator reads.
// Judges: server/scim, server/provisioning.
import type { ProfileName } from '@rollcall/scim'
import { profiles } from '@rollcall/scim'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { createBrowser } from '../harness/browser.ts'
import { howMany } from '../harness/sample.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, patchOp, type ScimClient, userUrn } from './client.ts'

const settings = ['deactivate', 'refuse', 'undecided'] as const
const states = ['active', 'deactivated', 'blocked'] as const
const roles = ['member', 'admin', 'owner'] as const

interface Case {
  readonly setting: (typeof settings)[number]
  readonly state: (typeof states)[number]
  readonly role: (typeof roles)[number]
  readonly profile: ProfileName
}

const cases: readonly Case[] = settings.flatMap((setting) =>
  states.flatMap((state) =>
    roles.flatMap((role) =>
      (Object.keys(profiles) as ProfileName[]).map((profile) => ({ setting, state, role, profile })),
    ),
  ),
)

forEachStore((start) => {
  let service: Service
  let serial = 0
  beforeAll(async () => {
    service = await start()
  })
  const fresh = (name = 'jit'): string => {
    serial += 1
    return `${name}${serial}@acme.test`
  }

  const createStage = async (wanted: Parameters<Service['createOrganization']>[0] = {}) => {
    const directory = await service.createOrganization(wanted)
    const params = directory.organization
    const scim = createClient(directory)
    const idOf = async (userName: string) =>
      (await scim.find('Users', `userName eq "${userName}"`))[0] as string
    return {
      directory,
      params,
      scim,
      idOf,
      choose: (body: { unclaimedDelete?: 'deactivate' | 'refuse'; sameAddress?: 'tell' | 'link' }) =>
        service.admin.call('updateProvisioning', { params, body }),
      async imported(userName = fresh(), more: Record<string, unknown> = {}) {
        const users = [{ userName, email: userName, ...more }]
        await service.admin.call('importUsers', { params, body: { dryRun: false, users } } as never)
        return idOf(userName)
      },
      as: async (profile: ProfileName): Promise<ScimClient> =>
        createClient({ ...directory, key: await directory.createKey(profile) }),
      read: (id: string) => service.admin.call('getUser', { params: { slug: params.slug, id } }),
      async said() {
        await service.flushActivity()
        const { items } = await service.admin.call('listActivity', { params, query: { limit: 1 } })
        return items[0]?.explanation ?? ''
      },
      async events(id: string) {
        const { items } = await service.admin.call('listEvents', { params, query: { limit: 50 } })
        return items.filter(({ subject }) => subject.id === id).map(({ type }) => type)
      },
    }
  }
  type Stage = Awaited<ReturnType<typeof createStage>>

  const forget = async ({ id }: Directory['organization']): Promise<void> => {
    const statement = organizationQuery<never>(({ db, organizationId }) => ({
      compile: () =>
        sql`UPDATE organization SET unclaimed_delete = NULL WHERE id = ${organizationId}`.compile(db),
    }))
    await service.database.inOrganization(createScope(id), async (tx) => tx.write(statement, {} as never))
  }

  const bring = async (stage: Stage, { state, role }: Case): Promise<string> => {
    const id = await stage.imported(fresh(), { active: state !== 'deactivated' })
    const params = { slug: stage.params.slug, id }
    if (role !== 'member') await service.admin.call('updateUser', { params, body: { role } })
    if (state === 'blocked') await service.admin.call('deactivateUser', { params })
    return id
  }

  it('K4 L01: a DELETE of somebody whom the directory never wrote, by setting, state, role and profile', async () => {
    const stages = new Map<string, Stage>()
    for (const setting of settings) {
      const stage = await createStage()
      if (setting === 'undecided') await forget(stage.params)
      if (setting === 'refuse') await stage.choose({ unclaimedDelete: 'refuse' })
      stages.set(setting, stage)
    }
    const every = Math.floor(cases.length / howMany({ sample: 27, whole: cases.length }))
    for (const [at, one] of cases.entries()) {
      if (at % every !== 0) continue
      const stage = stages.get(one.setting) as Stage
      const id = await bring(stage, one)
      const scim = await stage.as(one.profile)
      const isOut = one.setting === 'deactivate' && profiles[one.profile].tolerances.size > 0
      const { status } = await scim.send('DELETE', `/Users/${id}`)
      const said = await stage.said()
      const user = await stage.read(id)
      const name = JSON.stringify(one)
      expect([name, status, user.managedBy]).toEqual([name, isOut ? 204 : 403, isOut ? 'scim' : null])
      expect(said, name).toContain(user.userName)
      const events = await stage.events(id)
      expect([name, events.includes('user.deactivated')]).toEqual([
        name,
        isOut && one.state !== 'deactivated',
      ])
      expect(events.includes('user.deprovisioned')).toBe(false)
      if (isOut) {
        expect([name, user.isActive, events.includes('user.linked')]).toEqual([name, false, true])
        expect((await scim.send('GET', `/Users/${id}`)).body).toMatchObject({ active: false })
        expect((await scim.send('DELETE', `/Users/${id}`)).status).toBe(204)
        expect((await scim.send('GET', `/Users/${id}`)).status).toBe(404)
      } else expect(said, name).toMatch(/still has access.*under Users\.$/)
    }
  })

  it('K4: organizations from before the setting keep refusing, see that nobody has chosen, and may', async () => {
    const stage = await createStage()
    await forget(stage.params)
    const read = async () => {
      const { unclaimedDelete, isUnclaimedDeleteChosen } = await service.admin.call('getProvisioning', {
        params: stage.params,
      })
      return [unclaimedDelete, isUnclaimedDeleteChosen]
    }
    expect(await read()).toEqual(['refuse', false])
    const id = await stage.imported()
    expect((await stage.scim.send('DELETE', `/Users/${id}`)).status).toBe(403)
    expect(await stage.said()).toContain('as it was before there was this setting')
    await stage.choose({ sameAddress: 'tell' })
    expect(await read()).toEqual(['refuse', false])
    await stage.choose({ unclaimedDelete: 'refuse' })
    expect(await read()).toEqual(['refuse', true])
    await stage.choose({ unclaimedDelete: 'deactivate' })
    expect((await stage.scim.send('DELETE', `/Users/${id}`)).status).toBe(204)
    const { items } = await service.admin.call('listEvents', { params: stage.params, query: { limit: 50 } })
    const changes = items.filter(({ type }) => type === 'provisioning.settings_changed')
    expect(changes.map(({ data }) => data)).toEqual([
      { changes: [{ attribute: 'unclaimedDelete', before: 'refuse', after: 'deactivate' }] },
      { changes: [{ attribute: 'unclaimedDelete', before: null, after: 'refuse' }] },
    ])
  })

  it('K4: the last owner may be put out so, and is an owner again when the directory takes it back', async () => {
    const stage = await createStage()
    const id = await stage.imported()
    const params = { slug: stage.params.slug, id }
    await service.admin.call('updateUser', { params, body: { role: 'owner' } })
    await stage.scim.send('DELETE', `/Users/${id}`)
    const all = await service.admin.call('listEvents', { params: stage.params, query: { limit: 50 } })
    expect(all.items.map(({ type }) => type)).toContain('organization.ownerless')
    const operations = [{ op: 'replace', path: 'active', value: true }]
    await stage.scim.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: operations })
    expect(await stage.read(id)).toMatchObject({ active: true, role: 'owner' })
  })

  it('K5 L03: a POST that claims an active account and puts it out says so to the product, whatever it is written as', async () => {
    const stage = await createStage()
    for (const active of [false, 'false', 'False'])
      for (const way of ['POST', 'Bulk']) {
        const userName = fresh()
        const id = await stage.imported(userName)
        const data = { schemas: [userUrn], userName, externalId: fresh('ext'), active }
        const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
        const Operations = [{ method: 'POST', path: '/Users', bulkId: 'a', data }]
        if (way === 'POST') expect((await stage.scim.send('POST', '/Users', data)).status).toBe(201)
        else expect((await stage.scim.send('POST', '/Bulk', { schemas, Operations })).status).toBe(200)
        const events = await stage.events(id)
        expect([way, active, events.filter((type) => type === 'user.deactivated')]).toEqual([
          way,
          active,
          ['user.deactivated'],
        ])
        expect(events).toContain('user.linked')
      }
    const out = await stage.imported(fresh(), { active: false })
    const { userName } = await stage.read(out)
    await stage.scim.send('POST', '/Users', { schemas: [userUrn], userName, active: false })
    expect(await stage.events(out)).not.toContain('user.deactivated')
  })

  it('K: a first externalId brings a deactivated person back, another one does not, and neither anybody privileged', async () => {
    const stage = await createStage()
    for (const role of roles)
      for (const had of [undefined, 'one'])
        for (const sent of [undefined, 'one', 'two']) {
          const userName = fresh()
          const id = await stage.scim.user(userName, had === undefined ? {} : { externalId: had })
          const params = { slug: stage.params.slug, id }
          if (role !== 'member') await service.admin.call('updateUser', { params, body: { role } })
          const Operations = [{ op: 'replace', path: 'active', value: false }]
          await stage.scim.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations })
          const again = { schemas: [userUrn], userName, ...(sent === undefined ? {} : { externalId: sent }) }
          const { status, body } = await stage.scim.send('POST', '/Users', again)
          const isSame =
            had === sent ? sent !== undefined || role === 'member' : had === undefined && role === 'member'
          const name = `${role}: had ${had}, sent ${sent}`
          expect([name, status]).toEqual([name, isSame ? 201 : 409])
          if (isSame) expect(body).toMatchObject({ id, active: true })
          else
            expect(await stage.said()).toMatch(
              new RegExp(`${userName}.*deactivated.*managed by the directory`),
            )
        }
  })

  describe('K18 L04 A04: whoever meets a name that is taken', () => {
    it('reads in activity whose it is, where the account came from, its state and what to do; the client learns none of it', async () => {
      const stage = await createStage()
      const own = await stage.scim.user(fresh('own'))
      const holders = {
        imported: () => stage.imported(),
        'imported, out': () => stage.imported(fresh(), { active: false }),
        managed: () => stage.scim.user(fresh()),
        'managed, out': () => stage.scim.user(fresh(), { active: false, externalId: 'x' }),
      }
      for (const [kind, make] of Object.entries(holders)) {
        const { userName, id } = await stage.read(await make())
        const rename = (method: string) =>
          method === 'PUT'
            ? stage.scim.send('PUT', `/Users/${own}`, { schemas: [userUrn], userName })
            : stage.scim.send('PATCH', `/Users/${own}`, {
                schemas: [patchOp],
                Operations: [{ op: 'replace', path: 'userName', value: userName.toUpperCase() }],
              })
        for (const method of ['PUT', 'PATCH', 'POST']) {
          if (method === 'POST' && kind.startsWith('imported')) continue
          const again = { schemas: [userUrn], userName, externalId: 'y' }
          const reply = await (method === 'POST' ? stage.scim.send('POST', '/Users', again) : rename(method))
          expect([kind, method, reply.status, reply.body.scimType]).toEqual([kind, method, 409, 'uniqueness'])
          expect(JSON.stringify(reply.body)).not.toContain(userName)
          const said = await stage.said()
          for (const part of [userName, id, kind.endsWith('out') ? 'deactivated' : 'active'])
            expect(said, `${kind} ${method}`).toContain(part)
          expect(said).toContain(kind.startsWith('imported') ? 'was imported' : 'managed by the directory')
          expect(said).toMatch(/If (?:both|it)/)
        }
      }
    })

    it('with a key that nobody has confirmed: nobody is named, and nobody whom it did not make is put out', async () => {
      const stage = await createStage()
      const body = { role: 'admin', days: 3 } as const
      const link = await service.admin.call('createPortalLink', { params: stage.params, body })
      const contact = createBrowser(service.url, service.send)
      await contact.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      const keys = `/organizations/${stage.params.slug}/provisioning/keys`
      const { token } = (await (await contact.call('POST', keys, { name: 'contact' })).json()) as {
        token: string
      }
      const scim = createClient({ ...stage.directory, key: token })
      const own = await scim.user(fresh('own'))
      const boss = fresh('boss')
      const id = await stage.imported(boss)
      expect((await scim.send('PUT', `/Users/${own}`, { schemas: [userUrn], userName: boss })).status).toBe(
        409,
      )
      expect(await stage.said()).not.toContain(boss)
      const emails = [{ value: boss }]
      expect(
        await scim.send('POST', '/Users', { schemas: [userUrn], userName: fresh(), emails }),
      ).toMatchObject({
        status: 201,
      })
      expect(await stage.said()).not.toContain(boss)
      expect((await scim.send('DELETE', `/Users/${id}`)).status).toBe(403)
      expect(await stage.read(id)).toMatchObject({ active: true, managedBy: null })
    })
  })

  describe('K18 L06: whoever is created with the address or externalId of an earlier account', () => {
    const like = (userName: string, more: object) => ({ schemas: [userUrn], userName, ...more })

    it('is a second account, of which activity tells, or is linked by a setting', async () => {
      for (const sameAddress of ['tell', 'link'] as const) {
        const stage = await createStage()
        await stage.choose({ sameAddress })
        for (const by of ['email', 'EMAIL', 'second email', 'externalId']) {
          const mail = fresh()
          const id = await stage.imported(mail, { externalId: `ext-${mail}` })
          const more = {
            email: { emails: [{ value: mail, type: 'work', primary: true }] },
            EMAIL: { emails: [{ value: mail.toUpperCase() }] },
            'second email': { emails: [{ value: fresh('other') }, { value: mail, type: 'home' }] },
            externalId: { externalId: `ext-${mail}` },
          }[by] as object
          const userName = fresh('sam').split('@')[0] as string
          const reply = await stage.scim.send('POST', '/Users', like(userName, more))
          expect([by, reply.status, reply.body.id === id]).toEqual([by, 201, sameAddress === 'link'])
          const said = await stage.said()
          expect(said, by).toContain(`same ${by === 'externalId' ? 'externalId' : 'e-mail address'}`)
          expect(said).toContain(mail)
          if (sameAddress === 'link')
            expect(await stage.read(id)).toMatchObject({ userName, managedBy: 'scim', source: 'imported' })
        }
      }
    })

    it('links nobody where it is not one unclaimed account without privileges', async () => {
      const stage = await createStage()
      await stage.choose({ sameAddress: 'link' })
      const admin = await stage.imported(fresh('boss'))
      const params = { slug: stage.params.slug, id: admin }
      await service.admin.call('updateUser', { params, body: { role: 'admin' } })
      const [first, second] = [await stage.imported(fresh()), await stage.imported(fresh())]
      const managed = await stage.scim.user(fresh(), { emails: [{ value: 'managed@acme.test' }] })
      const mailOf = async (id: string) => ({ value: (await stage.read(id)).userName })
      for (const emails of [
        [await mailOf(admin)],
        [await mailOf(first), await mailOf(second)],
        [{ value: 'managed@acme.test' }],
        [await mailOf(first), { value: 'managed@acme.test' }],
      ]) {
        const { body, status } = await stage.scim.send('POST', '/Users', like(fresh('new'), { emails }))
        expect(status).toBe(201)
        expect([admin, first, second, managed]).not.toContain(body.id)
        expect(await stage.said()).toContain('Another account has the same e-mail address')
      }
      const free = await stage.scim.send(
        'POST',
        '/Users',
        like(fresh('new'), { emails: [{ value: fresh('free') }] }),
      )
      expect(free.status).toBe(201)
      expect(await stage.said()).not.toContain('Another account')
    })
  })

  it("an administrator's block that stands is said, by whatever way the directory lets the person in", async () => {
    const stage = await createStage()
    for (const way of ['PATCH', 'PUT', 'POST']) {
      const userName = fresh()
      const id = await stage.scim.user(userName, { active: false, externalId: 'x' })
      await service.admin.call('deactivateUser', { params: { slug: stage.params.slug, id } })
      const body = { schemas: [userUrn], userName, externalId: 'x', active: true }
      const Operations = [{ op: 'replace', path: 'active', value: true }]
      if (way === 'PATCH') await stage.scim.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations })
      else await stage.scim.send(way, way === 'PUT' ? `/Users/${id}` : '/Users', body)
      expect([way, await stage.said()]).toEqual([
        way,
        expect.stringContaining('An administrator has blocked this person'),
      ])
    }
  })
})
