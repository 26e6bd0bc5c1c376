// One act on many people: what it would come to is said before, each is done to by the rules of the act on one, and each has its event.
// Judges: server/provisioning, server/users, server/admin.
import type { UserChanges } from '@rollcall/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

type Result = Awaited<ReturnType<typeof resultOf>>
const resultOf = (service: Service, params: { slug: string }, body: UserChanges) =>
  service.admin.call('changeUsers', { params, body })
const outcomes = ({ people }: Pick<Result, 'people'>) =>
  Object.fromEntries(people.map(({ name, outcome, code }) => [name.split('@')[0], code ?? outcome]))

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const build = async () => {
    const company = await createCompany(service)
    const params = company.organization
    const names = ['ann', 'bob', 'cid', 'dan']
    for (const name of names) await company.signIn(company.person(name))
    const list = async () =>
      (await service.admin.call('listUsers', { params, query: { limit: 200 } })).items.toSorted(
        (one, other) => (one.userName < other.userName ? -1 : 1),
      )
    const ids = (await list()).map(({ id }) => id)
    const [ann = '', bob = ''] = ids
    await service.admin.call('updateUser', { params: { ...params, id: ann }, body: { role: 'owner' } })
    await service.admin.call('updateUser', { params: { ...params, id: bob }, body: { role: 'admin' } })
    const state = async () =>
      Object.fromEntries(
        (await list()).map(({ userName, role, blockedAt }) => [
          userName.split('@')[0],
          blockedAt === null ? role : 'blocked',
        ]),
      )
    /** As Bob, an administrator, in a browser. */
    const { browser } = await company.signIn(company.person('bob'))
    const asBob = async (body: object) => {
      const answer = await browser.call('POST', `/organizations/${params.slug}/users/change`, body)
      return { status: answer.status, body: (await answer.json()) as Result }
    }
    return { company, params, ids, state, asBob }
  }

  describe('many users', () => {
    it('whom it cannot be done to is said before and refused alone; the others have an event with what was said', async () => {
      const { params, ids, state, asBob } = await build()
      const wanted = { act: 'deactivate', userIds: [...ids, 'usr_unknown'], note: 'Contract ended' }
      const said = await asBob(wanted)
      const what = {
        ann: 'owner_required',
        bob: 'own_account',
        cid: 'done',
        dan: 'done',
        usr_unknown: 'not_found',
      }
      expect([said.body.isDryRun, outcomes(said.body)]).toEqual([true, what])
      expect(await state()).toEqual({ ann: 'owner', bob: 'admin', cid: 'member', dan: 'member' })
      const done = await asBob({ ...wanted, dryRun: false })
      expect(outcomes(done.body)).toEqual(what)
      expect(done.body).toMatchObject({ isDryRun: false, done: 2, refused: 3, unchanged: 0 })
      expect(await state()).toEqual({ ann: 'owner', bob: 'admin', cid: 'blocked', dan: 'blocked' })
      const { items } = await service.admin.call('listEvents', { params, query: { type: 'user.blocked' } })
      expect(items.map(({ data }) => (data as { note?: string }).note)).toEqual([
        'Contract ended',
        'Contract ended',
      ])
      const undone = await asBob({ act: 'reactivate', userIds: ids, dryRun: false })
      expect(outcomes(undone.body)).toEqual({ ann: 'unchanged', bob: 'unchanged', cid: 'done', dan: 'done' })
    })

    it('everybody whom the list finds is meant by where; the last owner stays one; sessions end', async () => {
      const { company, params, ids, state } = await build()
      const call = (body: UserChanges) => resultOf(service, params, body)
      const role = { act: 'role', role: 'member' } as const
      const dry = await call({ ...role, where: {}, dryRun: true })
      expect(outcomes(dry)).toEqual({ ann: 'last_owner', bob: 'done', cid: 'done', dan: 'done' })
      expect(outcomes(await call({ ...role, where: { role: 'admin' }, dryRun: false }))).toEqual({
        bob: 'done',
      })
      expect(outcomes(await call({ ...role, userIds: [...ids], dryRun: false }))).toEqual({
        ann: 'last_owner',
        bob: 'unchanged',
        cid: 'done',
        dan: 'done',
      })
      expect(await state()).toEqual({ ann: 'owner', bob: 'member', cid: 'member', dan: 'member' })
      await company.signIn(company.person('ann'))
      const ended = await call({ act: 'end_sessions', where: { search: 'ann' }, dryRun: false })
      expect(outcomes(ended)).toEqual({ ann: 'done' })
      const twice = await call({ act: 'end_sessions', where: { search: 'ann' }, dryRun: false })
      expect(outcomes(twice)).toEqual({ ann: 'unchanged' })
      for (const wrong of [
        { act: 'deactivate' },
        { act: 'role', userIds: ids },
        { act: 'deactivate', role: 'member', userIds: ids },
        { act: 'deactivate', where: {}, userIds: ids },
      ])
        await expect(call(wrong as never)).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
      // No id and no word is like these: nobody is found, on any store.
      for (const odd of ['..', '%', '_', "'"]) {
        const byId = await call({ act: 'deactivate', userIds: [odd], dryRun: false })
        expect([byId.done, byId.refused], odd).toEqual([0, 1])
        expect((await call({ act: 'deactivate', where: { search: odd }, dryRun: false })).done, odd).toBe(0)
      }
    })

    it('is told as it goes, and stops with the session that began it', async () => {
      const { params, ids, asBob, state } = await build()
      const [, bob = '', cid = '', dan = ''] = ids
      // Bob takes his own role away: what stands behind it is no longer his to do.
      const stopped = await asBob({ act: 'role', role: 'member', userIds: [bob, cid, dan], dryRun: false })
      expect(outcomes(stopped.body)).toEqual({ bob: 'done', cid: 'unauthorized', dan: 'unauthorized' })
      expect(await state()).toMatchObject({ bob: 'member', cid: 'member' })
      expect((await asBob({ act: 'deactivate', userIds: [cid], dryRun: false })).status).toBe(401)
      const answer = await service.send(
        new Request(`${service.url}/api/v1/organizations/${params.slug}/users/change`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${service.operatorKey}`,
            'content-type': 'application/json',
            accept: 'application/x-ndjson',
          },
          body: JSON.stringify({ act: 'deactivate', userIds: [cid, dan], dryRun: false }),
        }),
      )
      const lines = (await answer.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
      expect(lines.at(-1).result).toMatchObject({ done: 2 })
    })
  })
})
