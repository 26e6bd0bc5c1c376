// Brought back from a deprovision alert, somebody privileged is who they were: nothing that a directory or an unconfirmed key wrote
// while they were out, or before, speaks for them or keeps them out.
// Judges: server/provisioning.
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { restoreAlert } from '../../packages/server/src/provisioning/restore-batch.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { StoreUnavailable } from '../../packages/server/src/store/errors.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { patchOp, userUrn } from '../scim/client.ts'
import {
  createStage,
  listCases,
  listReturns,
  run,
  runReturn,
  type Stage,
  wantedOf,
  wantedReturn,
} from './restoring.ts'

forEachStore((start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  it.each(['owner', 'admin'] as const)(
    'recovery: an %s without a recovery address has none after it, whatever the directory says of their address',
    async (role) => {
      const stage = await createStage(service)
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
      const stage = await createStage(service)
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
      expect(await stage.read(id)).toMatchObject({
        role,
        user_name: person.nameId,
        recovery_address: person.nameId,
      })
      expect(await stage.signIn(person)).toMatchObject({ role, userId: id })
    },
  )

  const setActive = async (stage: Stage, id: string, active: boolean) => {
    const change = { schemas: [patchOp], Operations: [{ op: 'replace', value: { active } }] }
    expect((await stage.directory.send('PATCH', `/Users/${id}`, change)).status).toBe(200)
  }

  it('batch: who was out before the batch, and only removed in it, is there again and still out', async () => {
    const stage = await createStage(service)
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
    const stage = await createStage(service)
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
      const stage = await createStage(service)
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
    const stage = await createStage(service)
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

  // Each holder once, and whom it keeps out or not, in turn.
  const cases = listCases()
  const sample = cases.filter(({ holder, standing }) => {
    const holders = [...new Set(cases.map((one) => one.holder))]
    const standings = [...new Set(cases.map((one) => one.standing))]
    const isFirst = holder === 'a sign-in by a connection of a contact'
    return isFirst || standings.indexOf(standing) === (1 + holders.indexOf(holder)) % standings.length
  })
  it.each(deal('accounts that keep out who is brought back', sample, store))(
    'kept out: $standing, by $holder under their name, is who they were where it yields',
    async (one) => {
      const { comes, ...found } = await run(service, one)
      const { comes: wanted, ...rest } = wantedOf(one, found.ids)
      expect(found).toEqual(rest)
      if (wanted !== undefined) expect(comes).toEqual(wanted)
    },
  )

  // Each way with a block and with a lower role, what they had been in turn; and once what says nothing of them.
  const returns = listReturns().filter(({ by, word, standing }, _, all) => {
    const turn = [...new Set(all.map((one) => one.by))].indexOf(by) + word.length
    const isTurn = standing.endsWith(turn % 2 === 0 ? 'hand' : 'rule')
    if (word === 'blocked, and unblocked' || word === 'of which nothing is said')
      return isTurn && by === 'a sign-in'
    return isTurn
  })
  it.each(deal('ways back before a restoration', returns, store))(
    'F5: $standing, back by $by, $word, and restored',
    async (one) => {
      expect(await runReturn(service, one)).toEqual(wantedReturn(one))
    },
  )

  it.each(['an administrator', 'the operator'] as const)(
    'G4: an owner whose other account %s blocked is restored as an owner, blocked where the operator said it',
    async (who) => {
      const stage = await createStage(service)
      const person = stage.company.person('boss')
      const id = await stage.directory.user(person.nameId, { emails: [{ value: person.nameId }] })
      await stage.give(id, 'owner')
      await stage.letGo(id)
      expect(await stage.signIn({ nameId: 'anew', attributes: { email: [person.nameId] } })).toMatchObject({
        role: 'member',
      })
      const at = (one: string) => ({ params: { slug: stage.slug, id: one } })
      const caller = who === 'the operator' ? service.admin : stage.administrator
      await caller.call('deactivateUser', at(await stage.findNamed(person.nameId)))
      expect(await stage.restore()).toMatchObject({ restored: 2 })
      const blockedAt = who === 'the operator' ? expect.anything() : null
      const back = { role: 'owner', user_name: person.nameId, blocked_at: blockedAt }
      expect(await stage.read(id)).toMatchObject(back)
      if (who === 'an administrator') return
      expect(await stage.signIn(person)).not.toHaveProperty('role')
      // Lifted by an administrator, it would take the role.
      const lift = stage.administrator.call('reactivateUser', at(id))
      await expect(lift).rejects.toMatchObject({ problem: { code: 'owner_required' } })
      await service.admin.call('reactivateUser', at(id))
      expect(await stage.read(id)).toMatchObject({ role: 'owner', blocked_at: null })
    },
  )

  it('F5: who was deactivated in the batch is let in blocked, where another account of theirs was blocked while they were out', async () => {
    const stage = await createStage(service)
    const name = `boss@${stage.company.domain}`
    const at = (id: string) => ({ params: { slug: stage.slug, id } })
    const [id, beside] = [await stage.directory.user(name), await stage.directory.user('with')]
    for (const one of [id, beside]) await setActive(stage, one, false)
    service.advance(1_000)
    const users = [{ userName: 'anew', email: name }]
    const body = { dryRun: false, users }
    await stage.administrator.call('importUsers', { params: { slug: stage.slug }, body })
    await stage.administrator.call('deactivateUser', at(await stage.findNamed('anew')))
    expect(await stage.restore()).toMatchObject({ restored: 2 })
    expect((await stage.read(id))?.blocked_at).not.toBeNull()
    expect((await stage.read(beside))?.blocked_at).toBeNull()
  })

  const copies = 300
  /** A group `copies` times more, with its members. */
  const multiply = async (stage: Stage, id: string) => {
    const at = sql`(WITH RECURSIVE counted AS (SELECT 1 AS at UNION ALL SELECT at + 1 FROM counted WHERE at < ${sql.lit(copies)})
      SELECT at FROM counted) AS copy`
    const write = (render: (own: string) => ReturnType<typeof sql>) =>
      service.database.inOrganization(createScope(stage.company.organization.id), async (tx) =>
        tx.write(
          organizationQuery(({ db, organizationId }) => ({
            compile: () => render(organizationId).compile(db),
          })),
          {},
        ),
      )
    await write(
      (
        own,
      ) => sql`INSERT INTO "group" (organization_id, id, display_name, display_name_key, resource, version, created_at, updated_at)
        SELECT organization_id, id || '-' || at, display_name, display_name_key, resource, version, created_at, updated_at
        FROM "group" CROSS JOIN ${at} WHERE organization_id = ${own} AND id = ${id}`,
    )
    await write(
      (own) => sql`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
        SELECT organization_id, group_id || '-' || at, member_id, member_type FROM group_member CROSS JOIN ${at}
        WHERE organization_id = ${own} AND group_id = ${id}`,
    )
  }
  /** How often who is in a group. */
  const countGroups = async (stage: Stage, ids: readonly string[]) => {
    const scope = createScope(stage.company.organization.id)
    const rows = await service.database.readOrganization(
      scope,
      organizationQuery(({ db, organizationId }) =>
        db.selectFrom('group_member').select('member_id').where('organization_id', '=', organizationId),
      ),
      {},
    )
    return ids.map((id) => rows.filter(({ member_id }) => member_id === id).length)
  }

  const openAlert = async ({ slug }: Stage) => {
    const { alert } = await service.admin.call('getProvisioning', { params: { slug } })
    return alert?.id ?? ''
  }
  /** Restores an alert; `before` is told of each unit of work before it begins, the first of which reads the alert. */
  const restoreThrough = (stage: Stage, alertId: string, before: (unit: number) => Promise<void>) => {
    let units = 0
    const { database } = service
    const slow = new Proxy(database, {
      get(target, key) {
        const own = Reflect.get(target, key, target) as unknown
        if (typeof own !== 'function' || key !== 'inOrganization')
          return typeof own === 'function' ? own.bind(target) : own
        return async (...args: Parameters<typeof database.inOrganization>) => {
          units += 1
          await before(units)
          return target.inOrganization(...args)
        }
      },
    })
    const act = { actor: { kind: 'operator' }, rung: 'operator', at: service.now(), context: null } as const
    return restoreAlert({ database: slow, scope: createScope(stage.company.organization.id), act }, alertId)
  }

  it('N1: who was in very many groups is brought back with everybody else, in slices, and what a failure left follows', async () => {
    const stage = await createStage(service)
    const people = [await stage.directory.user('one'), await stage.directory.user('two')]
    await multiply(stage, await stage.directory.group('of many', people))
    const admins = await stage.directory.group('Admins', people.slice(0, 1))
    const mappings = [{ group: 'Admins', role: 'admin' as const }]
    await stage.administrator.call('putRoleMappings', { params: { slug: stage.slug }, body: { mappings } })
    const owner = await stage.directory.user('olaf')
    await stage.give(owner, 'owner')
    for (const id of people) expect((await stage.directory.send('DELETE', `/Users/${id}`)).status).toBe(204)
    await stage.letGo(owner)
    await stage.look()
    const failing = restoreThrough(stage, await openAlert(stage), async (unit) => {
      if (unit === 7) throw new StoreUnavailable('a test', undefined)
    })
    await expect(failing).rejects.toThrow()
    // Everybody is in again, and in no group yet but some.
    expect(await stage.read(owner)).toMatchObject({ role: 'owner', active: 1 })
    const [some = 0] = await countGroups(stage, people)
    expect(some).toBeGreaterThan(0)
    expect(some).toBeLessThan(copies)
    expect(await stage.restore()).toMatchObject({ state: 'restored' })
    expect(await countGroups(stage, people)).toEqual([copies + 2, copies + 1])
    expect((await stage.read(people[0] ?? ''))?.role).toBe('admin')
    expect((await stage.directory.send('GET', `/Groups/${admins}`)).body).toMatchObject({
      members: [{ value: people[0] }],
    })
  })

  /** More than are brought back at once. */
  const letMany = async () => {
    const stage = await createStage(service)
    const ids: string[] = []
    for (let at = 0; at < 18; at += 1) ids.push(await stage.directory.user(`many-${at}`))
    for (const id of ids) expect((await stage.directory.send('DELETE', `/Users/${id}`)).status).toBe(204)
    await stage.look()
    return { stage, ids, alertId: await openAlert(stage) }
  }
  /** The first unit of somebody of the second slice. */
  const unitBehind = 18
  const listBack = async (stage: Stage, ids: readonly string[]) => {
    const rows = await Promise.all(ids.map((id) => stage.read(id)))
    return ids.filter((_, at) => rows[at] !== undefined)
  }

  it.each([10, unitBehind])(
    'P1: an alert that is dismissed while it is restored, before unit %i, brings nobody back from then on, and says how many it did',
    async (unit) => {
      const { stage, ids, alertId } = await letMany()
      const params = { slug: stage.slug, id: alertId }
      const restoring = restoreThrough(stage, alertId, async (at) => {
        if (at === unit) await stage.administrator.call('dismissAlert', { params })
      })
      await expect(restoring).rejects.toMatchObject({ code: 'alert_closed' })
      const back = await listBack(stage, ids)
      expect(back.length).toBeLessThan(ids.length)
      const { items } = await service.admin.call('listAlerts', { params })
      expect(items).toMatchObject([{ state: 'dismissed', restored: back.length, skipped: 0 }])
      const type = 'provisioning.alert_dismissed'
      const { items: events } = await service.admin.call('listEvents', { params, query: { type } })
      expect(events).toMatchObject([{ data: { people: ids.length, restored: back.length } }])
    },
  )

  it('P2: who is let go anew after one restoration has brought them back is not brought back by another of the same alert', async () => {
    const { stage, ids, alertId } = await letMany()
    const other = Promise.withResolvers<void>()
    const first = Promise.withResolvers<void>()
    const restoring = restoreThrough(stage, alertId, async (at) => {
      if (at !== unitBehind) return
      first.resolve()
      await other.promise
    })
    await first.promise
    const [anew = ''] = await listBack(stage, ids)
    expect((await stage.directory.send('DELETE', `/Users/${anew}`)).status).toBe(204)
    const params = { slug: stage.slug, id: alertId }
    const wanted = { state: 'restored', restored: ids.length, skipped: 0 }
    expect(await stage.administrator.call('restoreAlert', { params })).toMatchObject(wanted)
    other.resolve()
    await expect(restoring).rejects.toMatchObject({ code: 'alert_closed' })
    expect(await stage.read(anew)).toBeUndefined()
    expect((await listBack(stage, ids)).length).toBe(ids.length - 1)
  })

  it('P2: so it is where the first restoration failed, and goes on', async () => {
    const { stage, ids, alertId } = await letMany()
    const failing = restoreThrough(stage, alertId, async (at) => {
      if (at >= unitBehind) throw new StoreUnavailable('a test', undefined)
    })
    await expect(failing).rejects.toThrow()
    const [anew = ''] = await listBack(stage, ids)
    expect((await stage.directory.send('DELETE', `/Users/${anew}`)).status).toBe(204)
    expect(await stage.restore()).toMatchObject({ restored: ids.length, skipped: 0 })
    expect(await stage.read(anew)).toBeUndefined()
  })
})
