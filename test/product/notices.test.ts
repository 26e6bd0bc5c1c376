// The deprovision guard and the notices: an event and a mail, once; a batch of people restored in one act.
// Judges: server/notices, server/provisioning.
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { readStanding } from '../../packages/server/src/deliveries/standing.ts'
import { warnOfExpiry } from '../../packages/server/src/notices/expiry.ts'
import { warnOfFailing } from '../../packages/server/src/notices/failing.ts'
import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { tellOfOwnership } from '../../packages/server/src/notices/ownership.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { readNews } from '../../packages/server/src/store/news.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { keptMs, purgeDeletedPeople } from '../../packages/server/src/users/purge-deleted.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'

const dayMs = 86_400_000
const isStopping = (): boolean => false

function send(directory: Directory, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  return directory.send(new Request(`${directory.scimUrl}${path}`, init))
}

async function createUsers(directory: Directory, names: readonly string[]): Promise<string[]> {
  return Promise.all(
    names.map(async (name) => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
      const user = { schemas, userName: `${name}@acme.test`, emails: [{ value: `${name}@acme.test` }] }
      return ((await (await send(directory, 'POST', '/Users', user)).json()) as { id: string }).id
    }),
  )
}

const setActive = (directory: Directory, id: string, value: boolean): Promise<Response> =>
  send(directory, 'PATCH', `/Users/${id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'active', value }],
  })
const deactivate = (directory: Directory, id: string): Promise<Response> => setActive(directory, id, false)

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ hasMail: true, hasDeliveries: true })
  })
  const rules = () => ({ url: service.url, operatorMail: 'operator@example.com' })
  const mailsTo = (to: string) => service.mails.filter((mail) => mail.to === to)
  const eventsOf = async (slug: string, type: string) =>
    (await service.admin.call('listEvents', { params: { slug }, query: { type } })).items

  describe('the deprovision guard', () => {
    let acme: Directory
    let params: { slug: string }
    let ids: string[]
    let groupId: string
    const standing = async () => {
      const { items } = await service.admin.call('listOrganizations', { query: { search: params.slug } })
      return items[0]?.health
    }
    const needs = async () =>
      (await service.admin.call('listOperatorNeeds', {})).items
        .filter(({ organization }) => organization.slug === params.slug)
        .map(({ kind }) => kind)
    const countDeleted = async (): Promise<number> => {
      const statement = organizationQuery(({ db, organizationId }) =>
        db.selectFrom('deleted_user').select('id').where('organization_id', '=', organizationId),
      )
      const scope = createScope(acme.organization.id)
      return (await service.database.readOrganization(scope, statement, {})).length
    }
    const look = () => checkGuards(service.database, rules(), service.now(), isStopping)
    beforeAll(async () => {
      acme = await service.createOrganization()
      params = { slug: acme.organization.slug }
      ids = await createUsers(
        acme,
        Array.from({ length: 20 }, (_, at) => `guarded-${at}`),
      )
      await service.admin.call('updateUser', {
        params: { ...params, id: ids[19] as string },
        body: { role: 'owner' },
      })
    })

    it('expects at most 50 people and 10 percent within an hour unless told otherwise', async () => {
      const before = await service.admin.call('getProvisioning', { params })
      expect(before.deprovisionGuard).toEqual({ people: 50, percent: 10, windowSeconds: 3_600 })
      expect(before.alert).toBeNull()
      const changed = await service.admin.call('updateProvisioning', {
        params,
        body: { deprovisionGuard: { people: 5, percent: 20, windowSeconds: 600 } },
      })
      expect(changed.deprovisionGuard?.people).toBe(5)
      await service.admin.call('updateUser', {
        params: { ...params, id: ids[5] as string },
        body: { role: 'admin' },
      })
      const group = {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName: 'Engineering',
        members: [{ value: ids[5] }, { value: ids[18] }],
      }
      groupId = ((await (await send(acme, 'POST', '/Groups', group)).json()) as { id: string }).id
      const [event] = await eventsOf(params.slug, 'provisioning.settings_changed')
      expect(event?.data).toMatchObject({ changes: [{ attribute: 'deprovisionGuard' }] })
    })

    it('lets fewer people go without a word', async () => {
      for (const id of ids.slice(0, 4)) expect((await deactivate(acme, id)).status).toBeLessThan(300)
      await look()
      expect((await service.admin.call('getProvisioning', { params })).alert).toBeNull()
    })

    it('holds nobody back, alerts once by event and mail, and the alert grows with the batch', async () => {
      expect((await deactivate(acme, ids[4] as string)).status).toBeLessThan(300)
      expect((await send(acme, 'DELETE', `/Users/${ids[5]}`)).status).toBe(204)
      await look()
      await look()
      const { alert } = await service.admin.call('getProvisioning', { params })
      expect(alert).toMatchObject({ state: 'open', people: 6, out: 6 })
      const user = await service.admin.call('getUser', { params: { ...params, id: ids[4] as string } })
      expect(user.isActive).toBe(false)
      await deactivate(acme, ids[6] as string)
      await look()
      // B-10: who has come back meanwhile left, and is not out.
      await setActive(acme, ids[0] as string, true)
      const grown = (await service.admin.call('getProvisioning', { params })).alert
      expect(grown).toMatchObject({ people: 7, out: 6 })
      await deactivate(acme, ids[0] as string)
      await look()
      // B-11: the operator sees it, in the list and among what needs them.
      expect(await standing()).toMatchObject({ hasOpenAlert: true })
      expect(await needs()).toEqual(['many_left'])
      const events = await eventsOf(params.slug, 'provisioning.guard_reached')
      expect(events).toMatchObject([{ data: { alertId: alert?.id, people: 6, windowSeconds: 600 } }])
      await expect.poll(() => mailsTo('guarded-19@acme.test').length).toBe(1)
      expect(mailsTo('operator@example.com')).toHaveLength(1)
      const [mail] = mailsTo('guarded-19@acme.test')
      expect(mail?.subject).toContain('6 people were deactivated')
      expect(mail?.text).toContain(
        `${service.url}/organizations/${params.slug}/settings/security/user-provisioning`,
      )
    })

    it('P4: counts whoever is on the list once, also on a list that an earlier version raised', async () => {
      await service.database.inOrganization(createScope(acme.organization.id), async (tx) => {
        const list = organizationQuery(({ db, organizationId }) =>
          db.deleteFrom('departure').where('organization_id', '=', organizationId),
        )
        tx.write(list, {})
      })
      expect((await setActive(acme, ids[6] as string, true)).status).toBeLessThan(300)
      expect((await deactivate(acme, ids[6] as string)).status).toBeLessThan(300)
      expect((await deactivate(acme, ids[7] as string)).status).toBeLessThan(300)
      await look()
      await look()
      const { alert } = await service.admin.call('getProvisioning', { params })
      expect(alert?.people).toBe(8)
    })

    it('holds the final purge of deleted people as long as the alert is open', async () => {
      await purgeDeletedPeople(service.database, service.now() + keptMs + dayMs, isStopping)
      expect((await send(acme, 'GET', `/Users/${ids[5]}`)).status).toBe(404)
      expect(await countDeleted()).toBe(1)
    })

    it('brings the whole batch back in one act, deleted people under their old id, and never one whose name is taken', async () => {
      const [barred] = await createUsers(acme, ['barred'])
      await service.admin.call('deactivateUser', { params: { ...params, id: barred as string } })
      expect((await send(acme, 'DELETE', `/Users/${barred}`)).status).toBe(204)
      const [taken] = await createUsers(acme, ['taken'])
      expect((await send(acme, 'DELETE', `/Users/${taken}`)).status).toBe(204)
      const [other] = await createUsers(acme, ['taken'])
      await look()
      const { alert } = await service.admin.call('getProvisioning', { params })
      const id = alert?.id as string
      const restored = await service.admin.call('restoreAlert', { params: { ...params, id } })
      expect(restored).toMatchObject({ state: 'restored', restored: 9, skipped: 1 })
      expect(await standing()).toMatchObject({ hasOpenAlert: false })
      expect(await needs()).toEqual([])
      for (const userId of ids.slice(0, 7)) {
        const user = await service.admin.call('getUser', { params: { ...params, id: userId } })
        expect([user.id, user.isActive]).toEqual([userId, true])
      }
      expect((await send(acme, 'GET', `/Users/${ids[5]}`)).status).toBe(200)
      // Who was deleted is in the groups again, with the role that was given by hand; who was blocked is.
      const back = await service.admin.call('getUser', { params: { ...params, id: ids[5] as string } })
      expect(back).toMatchObject({ role: 'admin', roleOrigin: 'hand' })
      const group = (await (await send(acme, 'GET', `/Groups/${groupId}`)).json()) as {
        members: { value: string }[]
      }
      expect(group.members.map(({ value }) => value).toSorted()).toEqual([ids[5], ids[18]].toSorted())
      const still = await service.admin.call('getUser', { params: { ...params, id: barred as string } })
      expect(still.blockedAt).not.toBeNull()
      expect((await send(acme, 'GET', `/Users/${other}`)).status).toBe(200)
      await expect(service.admin.call('restoreAlert', { params: { ...params, id } })).rejects.toMatchObject({
        problem: { code: 'alert_closed' },
      })
      expect(await eventsOf(params.slug, 'provisioning.batch_restored')).toMatchObject([
        { data: { alertId: id, restored: 9, skipped: 1 } },
      ])
      const counts = (await service.admin.call('getProvisioning', { params })).counts
      expect(counts).toMatchObject({ users: 22, active: 22 })
    })

    it('M10 brings back the people of its own list alone: whoever is let go later, and after the window, stays out', async () => {
      service.advance(3_600_000)
      const own = await createUsers(
        acme,
        Array.from({ length: 9 }, (_, at) => `batch-${at}`),
      )
      for (const id of own.slice(0, 7)) await deactivate(acme, id)
      await look()
      const { alert } = await service.admin.call('getProvisioning', { params })
      expect(alert).toMatchObject({ state: 'open', people: 7 })
      service.advance(700_000)
      await deactivate(acme, own[7] as string)
      await look()
      expect((await service.admin.call('getProvisioning', { params })).alert?.people).toBe(7)
      await deactivate(acme, own[8] as string)
      const restored = await service.admin.call('restoreAlert', {
        params: { ...params, id: alert?.id as string },
      })
      expect(restored).toMatchObject({ restored: 7, skipped: 0 })
      const active = await Promise.all(
        own.map(async (id) => (await service.admin.call('getUser', { params: { ...params, id } })).isActive),
      )
      expect(active).toEqual([true, true, true, true, true, true, true, false, false])
      for (const id of own) expect((await send(acme, 'DELETE', `/Users/${id}`)).status).toBe(204)
      await look()
      const last = (await service.admin.call('getProvisioning', { params })).alert
      await service.admin.call('dismissAlert', { params: { ...params, id: last?.id as string } })
      await purgeDeletedPeople(service.database, service.now() + keptMs + dayMs, isStopping)
    })

    it('also counts those who left while nobody looked: a node that was down for longer than the window misses none', async () => {
      const late = await service.createOrganization()
      const at = { slug: late.organization.slug }
      const own = await createUsers(
        late,
        Array.from({ length: 12 }, (_, index) => `late-${index}`),
      )
      await service.admin.call('updateProvisioning', {
        params: at,
        body: { deprovisionGuard: { people: 5, percent: 10, windowSeconds: 600 } },
      })
      const alertOf = async () => (await service.admin.call('getProvisioning', { params: at })).alert
      // No more than the guard names within any window, though all of them in one look.
      for (const id of own.slice(0, 4)) {
        await deactivate(late, id)
        service.advance(300_000)
      }
      service.advance(3_600_000)
      await look()
      expect(await alertOf()).toBeNull()
      for (const id of own.slice(4, 10)) await deactivate(late, id)
      service.advance(3_600_000)
      await deactivate(late, own[10] as string)
      service.advance(3_600_000)
      await look()
      expect(await alertOf()).toMatchObject({ state: 'open', people: 6 })
    })

    it('goes on to purge once the people were meant to leave: their data goes, that they were deleted stays', async () => {
      service.advance(3_600_000)
      for (const id of ids.slice(7, 12)) expect((await send(acme, 'DELETE', `/Users/${id}`)).status).toBe(204)
      await look()
      // As many as the guard names are still expected.
      expect((await service.admin.call('getProvisioning', { params })).alert).toBeNull()
      expect((await send(acme, 'DELETE', `/Users/${ids[12]}`)).status).toBe(204)
      await look()
      const { alert } = await service.admin.call('getProvisioning', { params })
      expect(alert).toMatchObject({ state: 'open', people: 6 })
      const closed = await service.admin.call('dismissAlert', {
        params: { ...params, id: alert?.id as string },
      })
      expect(closed.state).toBe('dismissed')
      await purgeDeletedPeople(service.database, service.now() + keptMs + dayMs, isStopping)
      expect(await countDeleted()).toBe(0)
      const { items } = await service.admin.call('listAlerts', { params })
      expect(items.map(({ state }) => state)).toEqual(['dismissed', 'dismissed', 'restored', 'restored'])
    })

    it('is off where the organization says so', async () => {
      await service.admin.call('updateProvisioning', { params, body: { deprovisionGuard: null } })
      for (const id of ids.slice(13, 19)) await deactivate(acme, id)
      await look()
      expect((await service.admin.call('getProvisioning', { params })).alert).toBeNull()
    })
  })

  describe('notices', () => {
    it('an API key that ends: 30, 7 and 1 days before, once each', async () => {
      const acme = await service.createOrganization()
      const { slug } = acme.organization
      const begun = service.now()
      const ends = new Date(begun + 40 * dayMs).toISOString()
      await service.admin.call('createKey', {
        params: { slug },
        body: { name: 'Ending', expiresAt: ends },
      })
      const days: number[] = []
      for (let day = 0; day <= 41; day += 1) {
        const at = begun + day * dayMs
        await warnOfExpiry(service.database, rules(), at, isStopping)
        await warnOfExpiry(service.database, rules(), at, isStopping)
        const told = (await eventsOf(slug, 'api_key.expiring')).length
        if (told > days.length) days.push(day)
      }
      expect(days).toEqual([10, 33, 39])
      const events = await eventsOf(slug, 'api_key.expiring')
      expect(events.map(({ data }) => data.days).sort()).toEqual([1, 30, 7])
    })

    it("an identity provider's last certificate that ends", async () => {
      const key = createSamlKey()
      const provider = createSamlProvider({ baseUrl: 'https://idp.ending.test', key, now: service.now })
      const { slug } = await service.admin.call('createOrganization', {
        body: { name: 'Ending', slug: 'ending' },
      })
      const connection = await service.admin.call('createConnection', {
        params: { slug },
        body: { name: 'Old', identityProvider: 'okta', metadataXml: provider.metadata(), isActive: true },
      })
      const notAfter = Date.parse(connection.identityProviderMetadata?.certificates[0]?.notAfter as string)
      await warnOfExpiry(service.database, rules(), notAfter - 31 * dayMs, isStopping)
      expect(await eventsOf(slug, 'connection.certificate_expiring')).toEqual([])
      await warnOfExpiry(service.database, rules(), notAfter - 6 * dayMs, isStopping)
      expect(await eventsOf(slug, 'connection.certificate_expiring')).toMatchObject([
        { subject: { id: connection.id }, data: { name: 'Old', days: 7 } },
      ])
    })

    it('provisioning that fails for an hour, once until it works again', async () => {
      const acme = await service.createOrganization()
      const { slug } = acme.organization
      const look = (at: number) => warnOfFailing(service.database, rules(), at, isStopping)
      const refuse = async () => {
        for (let turn = 0; turn < 15; turn += 1) await send(acme, 'POST', '/Users', { nothing: true })
        await service.flushActivity()
      }
      const told = async () => (await eventsOf(slug, 'provisioning.failing')).length
      await refuse()
      const now = service.now()
      await look(now)
      await look(now + 30 * 60_000)
      expect(await told()).toBe(0)
      await look(now + 61 * 60_000)
      await look(now + 90 * 60_000)
      expect(await told()).toBe(1)
      await createUsers(
        acme,
        Array.from({ length: 20 }, (_, at) => `works-${slug}-${at}`),
      )
      await service.flushActivity()
      await look(now + 100 * 60_000)
      await refuse()
      await look(now + 101 * 60_000)
      await look(now + 170 * 60_000)
      expect(await told()).toBe(2)
    })
  })

  describe('an owner who is back without ownership', () => {
    it('is told once, to the owners who are there and the operator', async () => {
      const alone = await start({ hasMail: true, hasDeliveries: true })
      const acme = await alone.createOrganization()
      const params = { slug: acme.organization.slug }
      const [leaver = '', stayer = '', helper = ''] = await createUsers(acme, ['leaver', 'stayer', 'helper'])
      for (const [id, role] of [
        [leaver, 'owner'],
        [stayer, 'owner'],
        [helper, 'admin'],
      ] as const)
        await alone.admin.call('updateUser', { params: { ...params, id }, body: { role } })
      await deactivate(acme, leaver)
      alone.advance(8 * dayMs)
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
      const Operations = [{ op: 'replace', path: 'active', value: true }]
      expect((await send(acme, 'PATCH', `/Users/${leaver}`, { schemas, Operations })).status).toBe(200)
      const told = () =>
        alone.mails.filter(({ subject }) => subject === 'Somebody is back, and no longer an owner')
      for (let look = 0; look < 2; look += 1) {
        await tellOfOwnership(alone.database, rules(), alone.now(), isStopping)
        await expect
          .poll(() =>
            told()
              .map(({ to }) => to)
              .sort(),
          )
          .toEqual(['operator@example.com', 'stayer@acme.test'])
      }
      expect(told()[0]?.text).toContain(`/organizations/${params.slug}/settings/people/users/${leaver}`)
      const newest = (
        await alone.admin.call('listEvents', { params, query: { type: 'user.ownership_withheld' } })
      ).items[0]
      expect(newest?.data).toMatchObject({
        userName: 'leaver@acme.test',
        role: 'member',
        reason: 'reactivated',
      })
    })
  })

  it('P7: a look that fails for one organization keeps no other one waiting, and comes again after longer and longer', async () => {
    const [one, two] = [await service.createOrganization(), await service.createOrganization()]
    const leave = async (directory: Directory, names: readonly string[]) => {
      for (const id of await createUsers(directory, names)) await send(directory, 'DELETE', `/Users/${id}`)
    }
    for (const { organization } of [one, two])
      await service.admin.call('updateProvisioning', {
        params: { slug: organization.slug },
        body: { deprovisionGuard: { people: 1, percent: 1, windowSeconds: 3_600 } },
      })
    await leave(one, ['a', 'b'])
    await leave(two, ['c', 'd'])
    const id = one.organization.id
    let visits = 0
    const failing: Database = {
      ...service.database,
      inOrganization: (scope, work) => {
        if (scope.organizationId !== id) return service.database.inOrganization(scope, work)
        visits += 1
        return Promise.reject(new Error('a statement of one'))
      },
    }
    const look = (database: Database, afterMs: number) => {
      service.advance(afterMs)
      return checkGuards(database, rules(), service.now(), isStopping)
    }
    const alertsOf = async ({ organization }: Directory) =>
      (await service.admin.call('listAlerts', { params: { slug: organization.slug } })).items
    const isBehind = async () => (await readNews(service.database, service.now())).behind.has('guard')
    await expect(look(failing, 0)).rejects.toThrow(`guard, organization ${id}: failed for the 1. time`)
    expect([await alertsOf(one), await alertsOf(two)]).toMatchObject([[], [{ people: 2 }]])
    // The alert is an event, too.
    await look(failing, 0)
    expect(await isBehind()).toBe(false)
    expect((await readStanding(service.database, service.now())).putOff).toMatchObject({
      guard: 1,
      makers: 0,
    })
    // What comes meanwhile waits behind it.
    await leave(one, ['e'])
    await leave(two, ['f'])
    await look(failing, 59_000)
    expect(visits).toBe(1)
    expect(await alertsOf(two)).toMatchObject([{ people: 3 }])
    await expect(look(failing, 1_000)).rejects.toThrow('failed for the 2. time')
    await look(failing, 119_000)
    expect(visits).toBe(2)
    await service.database.inInstallation('jobs', async (tx) =>
      tx.write(
        installationStatement('test of retries')(({ db }) =>
          db.updateTable('follower_retry').set({ due_at: 1 }),
        ),
        {},
      ),
    )
    expect(await isBehind()).toBe(true)
    await look(service.database, 0)
    expect(await alertsOf(one)).toMatchObject([{ people: 3 }])
    await look(service.database, 0)
    expect(await isBehind()).toBe(false)
    expect((await readStanding(service.database, service.now())).putOff).toMatchObject({ guard: 0 })
  })
})
