// Whom a set-up link alone has said is there weighs nothing: not in the guard of an administrator, nor in what is said of the directory.
// Judges: server/notices, server/activity, server/users.
import { beforeAll, describe, expect, it } from 'vitest'
import { reportExceededSeats } from '../../packages/server/src/notices/seats.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { userUrn } from '../scim/client.ts'
import { createStage, type Stage } from './restoring.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ hasMail: true })
  })

  const begin = async () => {
    const stage = await createStage(service)
    const deprovisionGuard = { people: 2, percent: 25, windowSeconds: 600 }
    await stage.administrator.call('updateProvisioning', {
      params: { slug: stage.slug },
      body: { deprovisionGuard },
    })
    const ids: string[] = []
    for (let at = 0; at < 10; at += 1) ids.push(await stage.directory.user(`real-${at}`))
    return { stage, ids }
  }
  const alertsOf = async ({ slug }: Stage) =>
    (await service.admin.call('listAlerts', { params: { slug } })).items
  const makeUnconfirmed = async (
    { unconfirmed }: Stage,
    name: string,
    written: object = { userName: name },
  ) => {
    const made = await unconfirmed.send('POST', '/Users', { schemas: [userUrn], ...written })
    expect(made.status).toBe(201)
    return (made.body as { id: string }).id
  }

  /** So many beside those of the directory that two in five of these are few of all. */
  const many = Array.from({ length: 8 }, (_, at) => `n-${at}`)
  const signInMany = async (stage: Stage) => {
    await stage.anchor('contact')
    for (const name of many)
      await stage.signIn({ nameId: name, attributes: { email: [`${name}@${stage.company.domain}`] } })
  }
  const crowds = {
    'an unconfirmed key': async (stage: Stage) => {
      for (const name of many) await makeUnconfirmed(stage, name)
    },
    'a connection of a contact': signInMany,
    'a connection of a contact, whom its key claimed': async (stage: Stage) => {
      await signInMany(stage)
      for (const name of many) {
        const body = { schemas: [userUrn], userName: `${name}@${stage.company.domain}`, externalId: name }
        expect((await stage.unconfirmed.send('POST', '/Users', body)).status).toBe(201)
      }
    },
    'a connection of a contact that is deleted': async (stage: Stage) => {
      await signInMany(stage)
      const params = { slug: stage.slug, id: stage.company.connection.id }
      await service.admin.call('deleteConnection', { params })
    },
  } as const

  describe('O5: the guard of an administrator', () => {
    it.each(Object.keys(crowds) as (keyof typeof crowds)[])(
      'O5: tells that two in five of the people left, beside many of %s',
      async (by) => {
        const { stage, ids } = await begin()
        await crowds[by](stage)
        const params = { slug: stage.slug }
        const { counts } = await service.admin.call('getProvisioning', { params })
        expect(counts.active).toBe(19)
        for (const id of ids.slice(0, 4)) await stage.directory.send('DELETE', `/Users/${id}`)
        await stage.look()
        expect(await alertsOf(stage)).toMatchObject([{ people: 4 }])
      },
    )

    it('O5: is silent beside those whom a confirmed key has claimed, of a connection of a contact', async () => {
      const { stage, ids } = await begin()
      await crowds['a connection of a contact, whom its key claimed'](stage)
      await stage.confirmKey()
      for (const id of ids.slice(0, 4)) await stage.directory.send('DELETE', `/Users/${id}`)
      await stage.look()
      expect(await alertsOf(stage)).toEqual([])
    })

    it('O5: is silent beside as many whom the directory made, or whose key was confirmed', async () => {
      const { stage, ids } = await begin()
      await crowds['an unconfirmed key'](stage)
      await stage.confirmKey()
      for (const id of ids.slice(0, 4)) await stage.directory.send('DELETE', `/Users/${id}`)
      await stage.look()
      expect(await alertsOf(stage)).toEqual([])
    })

    /** What the key writes on the people whom it makes. */
    const writings = {
      nothing: async () => (name: string) => ({ userName: name }),
      'the address of somebody who is blocked': async (stage: Stage) => {
        const name = `bad@${stage.company.domain}`
        const bad = await stage.directory.user(name, { emails: [{ value: name }] })
        await stage.administrator.call('deactivateUser', { params: { slug: stage.slug, id: bad } })
        await stage.look()
        return (userName: string) => ({ userName, emails: [{ value: name }] })
      },
      'the name of somebody who was blocked, and removed long ago': async (stage: Stage) => {
        const bad = await stage.directory.user('bad')
        await stage.administrator.call('deactivateUser', { params: { slug: stage.slug, id: bad } })
        await stage.directory.send('DELETE', `/Users/${bad}`)
        await stage.look()
        service.advance(1_800_000)
        return () => ({ userName: 'bad' })
      },
    } as const
    const ways = Object.keys(writings) as (keyof typeof writings)[]

    it.each(ways)(
      'O5: an unconfirmed key that makes people with %s and lets them go raises no alert, keeps none open, and is in no batch',
      async (way) => {
        const { stage, ids } = await begin()
        const write = await writings[way](stage)
        const flicker = async (name: string) => {
          const id = await makeUnconfirmed(stage, name, write(name))
          if (way !== 'nothing') expect((await stage.read(id))?.blocked_at).not.toBeNull()
          expect((await stage.unconfirmed.send('DELETE', `/Users/${id}`)).status).toBe(204)
          return id
        }
        for (let at = 0; at < 8; at += 1) await flicker(`f-${at}`)
        await stage.look()
        expect(await alertsOf(stage)).toEqual([])
        const gone: string[] = []
        for (const id of ids.slice(0, 4)) {
          await stage.directory.send('DELETE', `/Users/${id}`)
          gone.push(await flicker(`g-${id}`))
        }
        await stage.look()
        for (let at = 0; at < 3; at += 1) {
          service.advance(540_000)
          await flicker(`k-${at}`)
          await stage.look()
        }
        const later = ids[9] ?? ''
        await stage.directory.send('DELETE', `/Users/${later}`)
        await stage.look()
        expect(await alertsOf(stage)).toMatchObject([{ state: 'open', people: 4 }])
        expect(await stage.restore()).toMatchObject({ restored: 4 })
        expect(await stage.read(later)).toBeUndefined()
        for (const id of gone) expect(await stage.read(id)).toBeUndefined()
      },
    )
  })

  it('O4: what an unconfirmed key is refused says nothing of the directory that works', async () => {
    const { stage } = await begin()
    const params = { slug: stage.slug }
    const statusOf = async () => {
      await service.flushActivity()
      return (await service.admin.call('getProvisioning', { params })).status
    }
    expect(await statusOf()).toBe('active')
    for (let at = 0; at < 25; at += 1)
      await stage.unconfirmed.send('PATCH', `/Users/none-${at}`, { schemas: [], Operations: [] })
    expect(await statusOf()).toBe('active')
    // Nor does it speak well of one that fails.
    for (let at = 0; at < 15; at += 1)
      await stage.directory.send('PATCH', `/Users/none-${at}`, { schemas: [], Operations: [] })
    for (let at = 0; at < 25; at += 1) await stage.unconfirmed.send('GET', '/Users?count=1')
    expect(await statusOf()).toBe('failing')
  })

  it('O4: where no key is confirmed, what the contact’s is refused is shown', async () => {
    const stage = await createStage(service)
    const params = { slug: stage.slug }
    const { keys } = await service.admin.call('getProvisioning', { params })
    for (const { id, isProvisional } of keys)
      if (!isProvisional) await service.admin.call('revokeKey', { params: { ...params, id } })
    for (let at = 0; at < 25; at += 1)
      await stage.unconfirmed.send('PATCH', `/Users/none-${at}`, { schemas: [], Operations: [] })
    await service.flushActivity()
    expect((await service.admin.call('getProvisioning', { params })).status).toBe('failing')
  })

  it('O7: the event of too few seats says how many an unconfirmed key made, and the directory is refused nobody', async () => {
    const { stage } = await begin()
    const params = { slug: stage.slug }
    await service.admin.call('updateOrganization', { params, body: { seatLimit: 15 } })
    await crowds['an unconfirmed key'](stage)
    await reportExceededSeats(service.database, service.now())
    const type = 'organization.seat_limit_exceeded'
    const { items } = await service.admin.call('listEvents', { params, query: { type } })
    expect(items.map(({ data }) => data)).toEqual([{ seatLimit: 15, activeUsers: 19, unconfirmedUsers: 8 }])
    await stage.directory.user('one-more')
  })
})
