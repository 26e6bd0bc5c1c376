// Brought back from a deprovision alert, somebody privileged is who they were: nothing that a directory or an unconfirmed key wrote
// while they were out, or before, speaks for them or keeps them out.
// Judges: server/provisioning.
import { beforeAll, expect, it } from 'vitest'
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

forEachStore((start) => {
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
  it.each(sample)(
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
  it.each(returns)('F5: $standing, back by $by, $word, and restored', async (one) => {
    expect(await runReturn(service, one)).toEqual(wantedReturn(one))
  })

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
})
