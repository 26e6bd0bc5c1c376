// Ownership that comes back, generated: every way out, followed by a removal or not, against every way back. What counts is since when the
// person really could not sign in any more, whatever was done to their account since.
// Judges: server/provisioning.
import { beforeAll, expect, it } from 'vitest'
import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { openCaller } from '../harness/callers.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createClient, patchOp, userUrn } from '../scim/client.ts'

const dayMs = 86_400_000

/** By whom, and whether it is the directory's own deactivation. */
const ways = {
  'deactivated by the directory': { isDirectorys: true },
  'replaced as inactive by the directory': { isDirectorys: true },
  'removed by the directory': { isDirectorys: true },
  'blocked by an owner': { isDirectorys: false },
  'imported inactive and claimed': { isDirectorys: false },
} as const
type WayOut = keyof typeof ways

const backs = ['active:true', 'PUT', 'POST again', 'import', "an administrator's reactivation"] as const
const restorers = ['administrator', 'owner'] as const

/** Days until the account is removed, and from then until the way back; no removal where it says so. */
const courses = [
  { removedAfter: undefined, later: 6 },
  { removedAfter: undefined, later: 8 },
  { removedAfter: 0, later: 6 },
  { removedAfter: 5, later: 1 },
  { removedAfter: 5, later: 3 },
  { removedAfter: 30, later: 0 },
] as const

forEachStore((start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const createStage = async () => {
    const directory = await service.createOrganization({ profile: 'okta' })
    const { slug } = directory.organization
    const params = { slug }
    const deprovisionGuard = { people: 1, percent: 1, windowSeconds: 600 }
    await service.admin.call('updateProvisioning', { params, body: { deprovisionGuard } })
    const scim = createClient(directory)
    // Somebody is there all the time, so that nobody is the last owner.
    const other = await scim.user('other@acme.test')
    await service.admin.call('updateUser', { params: { slug, id: other }, body: { role: 'owner' } })
    return { slug, scim, read: (id: string) => service.admin.call('getUser', { params: { slug, id } }) }
  }
  type Stage = Awaited<ReturnType<typeof createStage>>
  const own = ({ slug }: Stage, id: string) =>
    service.admin.call('updateUser', { params: { slug, id }, body: { role: 'owner' } })
  const body = (userName: string, active: boolean) => ({
    schemas: [userUrn],
    userName,
    externalId: userName,
    emails: [{ value: userName, primary: true }],
    active,
  })
  const setActive = (active: boolean) => ({
    schemas: [patchOp],
    Operations: [{ op: 'replace', path: 'active', value: active }],
  })
  const remove = async ({ scim }: Stage, id: string) =>
    expect([204, 404]).toContain((await scim.send('DELETE', `/Users/${id}`)).status)

  const leave = async (stage: Stage, way: WayOut, userName: string): Promise<string> => {
    const { slug, scim } = stage
    if (way === 'imported inactive and claimed') {
      const users = [{ userName, email: userName, externalId: userName, active: 'false' }]
      await service.admin.call('importUsers', { params: { slug }, body: { dryRun: false, users } } as never)
      const { items } = await service.admin.call('listUsers', {
        params: { slug },
        query: { search: userName },
      })
      const id = items[0]?.id ?? ''
      await own(stage, id)
      expect((await scim.send('PUT', `/Users/${id}`, body(userName, false))).status).toBe(200)
      return id
    }
    const id = await scim.user(userName, body(userName, true))
    await own(stage, id)
    if (way === 'blocked by an owner') await service.admin.call('deactivateUser', { params: { slug, id } })
    else if (way === 'removed by the directory') await remove(stage, id)
    else if (way === 'deactivated by the directory')
      await scim.send('PATCH', `/Users/${id}`, setActive(false))
    else expect((await scim.send('PUT', `/Users/${id}`, body(userName, false))).status).toBe(200)
    return id
  }
  const comeBack = async ({ slug, scim }: Stage, back: (typeof backs)[number], id: string, name: string) => {
    const params = { slug, id }
    if (back === 'active:true') await scim.send('PATCH', `/Users/${id}`, setActive(true))
    else if (back === 'PUT') await scim.send('PUT', `/Users/${id}`, body(name, true))
    else if (back === 'POST again') await scim.send('POST', '/Users', body(name, true))
    else if (back === 'import') {
      const users = [{ userName: name, email: name, externalId: name }]
      await service.admin.call('importUsers', { params, body: { dryRun: false, users } } as never)
    } else {
      const { client } = await openCaller(service, slug, 'administrator')
      await client.call('reactivateUser', { params }).catch(() => undefined)
    }
  }
  const owns = async ({ slug }: Stage, userName: string) => {
    const { items } = await service.admin.call('listUsers', { params: { slug }, query: { search: userName } })
    expect(items.length).toBeLessThan(2)
    return items.some(({ role, isActive: active }) => role === 'owner' && active)
  }
  const look = () =>
    checkGuards(service.database, { url: service.url, operatorMail: undefined }, service.now(), () => false)

  it.each(courses)(
    'A5: removed after $removedAfter days, and $later more, by the directory and by hand',
    async (course) => {
      const { removedAfter, later } = course
      const stage = await createStage()
      const people = Object.keys(ways).flatMap((way) => backs.map((back) => ({ way: way as WayOut, back })))
      const ids: string[] = []
      const nameOf = (at: number) => `person-${at}-@acme.test`
      for (const [at, { way }] of people.entries()) ids.push(await leave(stage, way, nameOf(at)))
      service.advance((removedAfter ?? 0) * dayMs)
      if (removedAfter !== undefined) for (const id of ids) await remove(stage, id)
      service.advance(later * dayMs)
      for (const [at, { way, back }] of people.entries()) {
        await comeBack(stage, back, ids[at] ?? '', nameOf(at))
        const isThere = removedAfter === undefined && way !== 'removed by the directory'
        const isSoon = (removedAfter ?? 0) + later <= 7
        const isBack = ['active:true', 'PUT', 'POST again'].includes(back)
        const expected = isThere && isSoon && isBack && ways[way].isDirectorys
        expect([way, back, await owns(stage, nameOf(at))]).toEqual([way, back, expected])
      }
    },
  )

  const restored = courses.flatMap((course) => restorers.map((by) => ({ ...course, by })))
  it.each(deal('courses of removal and restoration', restored, store))(
    'A5: removed after $removedAfter days, and $later more, by an alert that the $by restores',
    async (course) => {
      const { removedAfter, later, by } = course
      const stage = await createStage()
      const { slug } = stage
      const all = Object.keys(ways) as WayOut[]
      const ids: string[] = []
      // Of others, who leave before and after them: the alert is of all who left between.
      const [first, last] = [
        await stage.scim.user('first@acme.test'),
        await stage.scim.user('last@acme.test'),
      ]
      const isAtOnce = removedAfter === undefined
      if (isAtOnce) await remove(stage, first)
      for (const way of all) ids.push(await leave(stage, way, `${all.indexOf(way)}-@acme.test`))
      service.advance((removedAfter ?? 0) * dayMs)
      if (!isAtOnce) for (const id of [first, ...ids]) await remove(stage, id)
      await remove(stage, last)
      await look()
      const { alert } = await service.admin.call('getProvisioning', { params: { slug } })
      service.advance(later * dayMs)
      const { browser } = await openCaller(service, slug, by)
      const path = `/organizations/${slug}/provisioning/alerts/${alert?.id}/restore`
      expect((await browser.call('POST', path)).status).toBe(200)
      const { client } = await openCaller(service, slug, 'administrator')
      for (const [at, way] of all.entries()) {
        const name = `${at}-@acme.test`
        const isBlocked = way === 'blocked by an owner'
        // What was restored as blocked is let in by an administrator, who gives no ownership.
        if (isBlocked)
          await client.call('reactivateUser', { params: { slug, id: ids[at] ?? '' } }).catch(() => undefined)
        const isInAlert = isAtOnce ? ways[way].isDirectorys : true
        const wasRemovedBefore = way === 'removed by the directory' && (removedAfter ?? 0) > 0
        // Who was out for days was only cleared away by the batch: they are there again, and out as before.
        const wasOutBefore = way !== 'removed by the directory' && (removedAfter ?? 0) > 0
        const isSoon = (removedAfter ?? 0) + later <= 7 && ways[way].isDirectorys
        const isGiven = isSoon || by === 'owner'
        const expected = isInAlert && !isBlocked && !wasRemovedBefore && !wasOutBefore && isGiven
        expect([way, await owns(stage, name)]).toEqual([way, expected])
      }
      // It is told who comes back without it.
      const query = { type: 'user.ownership_withheld', limit: 200 }
      const { items } = await service.admin.call('listEvents', { params: { slug }, query })
      expect(items.length > 0).toBe(true)
    },
  )
})
