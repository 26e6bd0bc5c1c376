// Brought back from a deprovision alert, somebody privileged is who they were: nothing that a directory or an unconfirmed key wrote
// while they were out, or before, speaks for them or keeps them out.
import { beforeAll, expect, it } from 'vitest'
import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createCompany, setConnection } from '../harness/sso.ts'
import { createClient, patchOp, userUrn } from '../scim/client.ts'

const selectUser = (id: string) =>
  organizationQuery(({ db, organizationId }) =>
    db.selectFrom('user').selectAll().where('organization_id', '=', organizationId).where('id', '=', id),
  )

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const createStage = async () => {
    const company = await createCompany(service)
    const { slug, id: organizationId } = company.organization
    const params = { slug }
    const deprovisionGuard = { people: 1, percent: 1, windowSeconds: 600 }
    const body = { mode: 'scim', unknownSignIns: 'create', deprovisionGuard } as const
    await service.admin.call('updateProvisioning', { params, body })
    await setConnection(service, organizationId, company.connection.id, {
      follows_directory: 1,
      anchor_rung: 'owner',
    })
    const contact = await openCaller(service, slug, 'contact')
    const made = await contact.browser.call('POST', `/organizations/${slug}/provisioning/keys`, { name: 'c' })
    const { token, key } = (await made.json()) as { token: string; key: { id: string } }
    const confirmed = await service.admin.call('createKey', { params, body: { name: 'directory' } })
    const clientOf = (one: string) =>
      createClient({ scimUrl: `${service.url}/scim/v2`, send: service.send, key: one } as never)
    const administrator = await openCaller(service, slug, 'administrator')
    const directory = clientOf(confirmed.token)
    const look = () =>
      checkGuards(service.database, { url: service.url, operatorMail: undefined }, service.now(), () => false)
    // Somebody goes with them, so that it is a batch.
    const beside = await directory.user('beside@acme.test')
    return {
      company,
      slug,
      directory,
      unconfirmed: clientOf(token),
      confirmKey: () => service.admin.call('confirmKey', { params: { slug, id: key.id } }),
      async letGo(id: string) {
        for (const one of [id, beside])
          expect((await directory.send('DELETE', `/Users/${one}`)).status).toBe(204)
      },
      look,
      async restore() {
        await look()
        const { alert } = await service.admin.call('getProvisioning', { params })
        return administrator.client.call('restoreAlert', { params: { slug, id: alert?.id ?? '' } })
      },
      give: (id: string, role: 'owner' | 'admin') =>
        service.admin.call('updateUser', { params: { slug, id }, body: { role } }),
      read: async (id: string) =>
        (await service.database.readOrganization(createScope(organizationId), selectUser(id), {}))[0],
      async signIn(person: { nameId: string }) {
        const { browser } = await company.signIn({ attributes: {}, ...person })
        const session = await browser.call('GET', '/session')
        if (session.status !== 200) return session.status
        return (await session.json()) as { role: string; userId: string } satisfies object
      },
    }
  }

  it.each(['owner', 'admin'] as const)(
    'recovery: an %s without a recovery address has none after it, whatever the directory says of their address',
    async (role) => {
      const stage = await createStage()
      const id = await stage.directory.user('olaf')
      await stage.give(id, role)
      const emails = [{ value: 'mallory@evil.test', primary: true }]
      const change = { schemas: [patchOp], Operations: [{ op: 'replace', value: { emails } }] }
      expect((await stage.directory.send('PATCH', `/Users/${id}`, change)).status).toBe(200)
      await stage.letGo(id)
      expect(await stage.restore()).toMatchObject({ restored: 2 })
      expect(await stage.read(id)).toMatchObject({ role, active: 1, recovery_address: null })
    },
  )

  it.each([
    ['owner', 'the name'],
    ['admin', 'the name'],
    ['owner', 'the externalId'],
  ] as const)(
    'kept out: an %s whose account is taken by %s, by an unconfirmed key, comes back and signs in',
    async (role, what) => {
      const stage = await createStage()
      const person = stage.company.person('boss')
      const names = { userName: person.nameId, externalId: 'e-boss' }
      const id = await stage.directory.user(names.userName, { ...names, emails: [{ value: person.nameId }] })
      await stage.signIn(person)
      await stage.give(id, role)
      await stage.letGo(id)
      const taken = {
        schemas: [userUrn],
        ...(what === 'the name' ? names : { ...names, userName: 'another' }),
      }
      expect((await stage.unconfirmed.send('POST', '/Users', taken)).status).toBe(201)
      expect(await stage.signIn(person)).toBe(401)
      expect(await stage.restore()).toMatchObject({ restored: 2, skipped: 0 })
      const userName = what === 'the name' ? `${person.nameId} (2)` : person.nameId
      expect(await stage.read(id)).toMatchObject({
        role,
        user_name: userName,
        recovery_address: person.nameId,
      })
      expect(await stage.signIn(person)).toMatchObject({ role, userId: id })
    },
  )

  const setActive = async (stage: Awaited<ReturnType<typeof createStage>>, id: string, active: boolean) => {
    const change = { schemas: [patchOp], Operations: [{ op: 'replace', value: { active } }] }
    expect((await stage.directory.send('PATCH', `/Users/${id}`, change)).status).toBe(200)
  }

  it('batch: who was out before the batch, and only removed in it, is there again and still out', async () => {
    const stage = await createStage()
    const person = stage.company.person('gone')
    const id = await stage.directory.user(person.nameId, { emails: [{ value: person.nameId }] })
    await stage.signIn(person)
    await setActive(stage, id, false)
    const leftAt = (await stage.read(id))?.deactivated_at
    service.advance(1_800_000)
    await stage.letGo(id)
    expect(await stage.restore()).toMatchObject({ restored: 2, skipped: 0 })
    expect(await stage.read(id)).toMatchObject({ active: 0, deactivated_at: leftAt })
    expect(await stage.signIn(person)).toBe(401)
  })

  it('batch: whom a directory deactivates and then removes, as one batch, is in again', async () => {
    const stage = await createStage()
    const id = await stage.directory.user('both')
    await setActive(stage, id, false)
    service.advance(60_000)
    await stage.letGo(id)
    expect(await stage.restore()).toMatchObject({ restored: 2, skipped: 0 })
    expect(await stage.read(id)).toMatchObject({ active: 1, deactivated_at: null })
  })

  it.each(['deactivated', 'removed'] as const)(
    'batch: who was let back in after the batch and is %s since then stays out',
    async (how) => {
      const stage = await createStage()
      const [id, beside] = [await stage.directory.user('anew'), await stage.directory.user('with')]
      for (const one of [id, beside]) await setActive(stage, one, false)
      await stage.look()
      service.advance(700_000)
      await setActive(stage, id, true)
      service.advance(700_000)
      if (how === 'deactivated') await setActive(stage, id, false)
      else expect((await stage.directory.send('DELETE', `/Users/${id}`)).status).toBe(204)
      expect(await stage.restore()).toMatchObject({ restored: 1, skipped: 1 })
      expect((await stage.read(id))?.active).toBe(how === 'deactivated' ? 0 : undefined)
    },
  )

  it('kept out: once the key is confirmed, whom it made takes the place of whoever administered under the name', async () => {
    const stage = await createStage()
    const person = stage.company.person('boss')
    const id = await stage.directory.user(person.nameId, { emails: [{ value: person.nameId }] })
    await stage.signIn(person)
    await stage.give(id, 'admin')
    await stage.letGo(id)
    const anew = await stage.unconfirmed.user(person.nameId)
    expect(await stage.signIn(person)).toBe(401)
    await stage.confirmKey()
    expect(await stage.restore()).toMatchObject({ restored: 1, skipped: 1 })
    expect(await stage.signIn(person)).toMatchObject({ role: 'member', userId: anew })
  })
})
