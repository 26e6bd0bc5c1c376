// Whatever a set-up link's key and connection do, and in whatever order, an alert is of the people whom the directory let go: it is raised,
// it counts and brings back them alone.
// Judges: server/notices, server/provisioning, server/users.
import { beforeAll, describe, expect, it } from 'vitest'
import { draw } from '../harness/sample.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { userUrn } from '../scim/client.ts'
import { createStage, type Stage } from './restoring.ts'

/** What is there: whom the link's key or connection made, and who has been blocked. */
interface Ground {
  readonly stage: Stage
  /** The address of somebody whom an administrator has blocked. */
  readonly blocked: string
  /** Of accounts that came by the connection: their addresses. */
  readonly came: string[]
  /** Made by the key, and there. */
  readonly made: string[]
  /** An administrator has blocked it, and the key removed it: it may be brought back with a batch. */
  readonly spoken: Set<string>
  at: number
}

const makeOne = async (ground: Ground, more: object = {}) => {
  ground.at += 1
  const body = { schemas: [userUrn], userName: `made-${ground.at}`, ...more }
  const answer = await ground.stage.unconfirmed.send('POST', '/Users', body)
  expect(answer.status).toBe(201)
  const { id } = answer.body as { id: string }
  ground.made.push(id)
  return id
}

/** Three at once, which is more than the guard lets go without a word. */
const three = async (act: () => Promise<unknown>) => {
  for (let at = 0; at < 3; at += 1) await act()
}

const acts = {
  'the key makes people': (ground: Ground) => three(() => makeOne(ground)),
  'the key makes people with a blocked address': (ground: Ground) =>
    three(() => makeOne(ground, { emails: [{ value: ground.blocked }] })),
  'the key removes its people': async ({ stage, made }: Ground) => {
    for (const id of made.splice(0)) await stage.unconfirmed.send('DELETE', `/Users/${id}`)
  },
  'an administrator blocks one of its people': async ({ stage, made, spoken }: Ground) => {
    const id = made.at(-1)
    if (id === undefined) return
    await stage.administrator.call('deactivateUser', { params: { slug: stage.slug, id } })
    spoken.add(id)
  },
  'people come by its connection': async (ground: Ground) => {
    const { stage, came } = ground
    await stage.anchor('contact')
    await three(async () => {
      ground.at += 1
      const name = `came-${ground.at}@${stage.company.domain}`
      await stage.signIn({ nameId: name, attributes: { email: [name] } })
      came.push(name)
    })
  },
  'the key claims them': async ({ stage, came }: Ground) => {
    for (const userName of came.splice(0))
      await stage.unconfirmed.send('POST', '/Users', { schemas: [userUrn], userName, externalId: userName })
  },
  'the connection is deleted': async ({ stage }: Ground) => {
    const params = { slug: stage.slug, id: stage.company.connection.id }
    await stage.administrator.call('deleteConnection', { params }).catch(() => undefined)
  },
} as const

type ActName = keyof typeof acts
const names = Object.keys(acts) as ActName[]
const ends = ['restored', 'dismissed', 'restored, and one let go anew'] as const

/** Each order of two acts before the batch, and one between it and its end. */
const orders = names
  .flatMap((first) => names.flatMap((second) => names.map((between) => ({ first, second, between }))))
  .map((order, at) => ({ ...order, end: ends[at % ends.length] }))

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const begin = async (): Promise<Ground & { readonly ids: readonly string[] }> => {
    const stage = await createStage(service)
    const deprovisionGuard = { people: 2, percent: 25, windowSeconds: 600 }
    const params = { slug: stage.slug }
    await stage.administrator.call('updateProvisioning', { params, body: { deprovisionGuard } })
    const ids: string[] = []
    for (let at = 0; at < 6; at += 1) ids.push(await stage.directory.user(`real-${at}`))
    const blocked = `bad@${stage.company.domain}`
    const bad = await stage.directory.user(blocked, { emails: [{ value: blocked }] })
    await stage.administrator.call('deactivateUser', { params: { ...params, id: bad } })
    return { stage, ids, blocked, came: [], made: [], spoken: new Set(), at: 0 }
  }
  const alertsOf = async ({ stage }: Ground) =>
    (await service.admin.call('listAlerts', { params: { slug: stage.slug } })).items

  describe('O8: orders of acts around a batch', () => {
    it.each(draw(`orders around a batch, on the ${store} store`, orders, 2))(
      'O8: $first; $second; a batch; $between; $end',
      async ({ first, second, between, end }) => {
        const ground = await begin()
        const { stage, ids } = ground
        for (const name of [first, second]) {
          await acts[name](ground)
          await stage.look()
        }
        expect(await alertsOf(ground)).toEqual([])
        const gone = ids.slice(0, 3)
        for (const id of gone) expect((await stage.directory.send('DELETE', `/Users/${id}`)).status).toBe(204)
        await stage.look()
        await acts[between](ground)
        await stage.look()
        const [alert, ...more] = await alertsOf(ground)
        expect([alert?.state, alert?.people, more]).toEqual(['open', 3, []])
        const params = { slug: stage.slug, id: alert?.id ?? '' }
        const listMade = async () =>
          (
            await service.admin.call('listUsers', { params: { slug: stage.slug }, query: { limit: 100 } })
          ).items
            .filter(({ userName }) => userName.startsWith('made-'))
            .map(({ id }) => id)
        const before = await listMade()
        const closed =
          end === 'dismissed'
            ? await stage.administrator.call('dismissAlert', { params })
            : await stage.administrator.call('restoreAlert', { params })
        const back = await Promise.all(gone.map((id) => stage.read(id)))
        expect(back.map((one) => one !== undefined)).toEqual(gone.map(() => end !== 'dismissed'))
        // Of the key's people those alone of whom an administrator said that they are kept out.
        const others = (await listMade()).filter((id) => !before.includes(id))
        for (const id of others) expect(ground.spoken).toContain(id)
        expect(closed.restored).toBe(end === 'dismissed' ? 0 : 3 + others.length)
        if (end !== 'restored, and one let go anew') return
        expect((await stage.directory.send('DELETE', `/Users/${gone[0]}`)).status).toBe(204)
        await stage.look()
        const again = stage.administrator.call('restoreAlert', { params })
        await expect(again).rejects.toMatchObject({ problem: { code: 'alert_closed' } })
        expect(await stage.read(gone[0] ?? '')).toBeUndefined()
      },
    )
  })
})
