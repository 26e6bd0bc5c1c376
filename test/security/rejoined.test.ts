// What is left of a restoration that failed is its alert's, and what the directory says of a group meanwhile wins over it.
// Judges: server/provisioning, server/users.
import { beforeAll, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '../../packages/server/src/store/errors.ts'
import { draw } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { groupUrn, patchOp } from '../scim/client.ts'
import { createStage } from './restoring.ts'

/** What is true of somebody who was brought back, and whose groups failed. */
interface State {
  /** They are there. */
  isThere: boolean
  /** In the group; of whoever was removed: when they were. */
  isIn: boolean
  /** Their alert has them to come into it still. */
  isPending: boolean
  /** Whether each alert is open: the first, which failed, and the one of a second removal. */
  first: boolean
  second: boolean
}

const acts = [
  'taken out',
  'emptied',
  'put in',
  'removed',
  'dismissed',
  'restored again',
  'others restored',
] as const
type What = (typeof acts)[number]

/** The rule: the directory's word on a group counts from when they are back; an alert speaks for its own people, while it is open. */
const model: Record<What, (state: State) => void> = {
  'taken out': (state) => {
    if (state.isThere) Object.assign(state, { isIn: false, isPending: false })
  },
  emptied: (state) => {
    if (state.isThere) Object.assign(state, { isIn: false, isPending: false })
  },
  'put in': (state) => {
    if (state.isThere) state.isIn = true
  },
  removed: (state) => {
    if (!state.isThere) return
    Object.assign(state, {
      isThere: false,
      isIn: state.isIn || state.isPending,
      isPending: false,
      second: true,
    })
  },
  dismissed: (state) => {
    if (state.second) state.second = false
    else if (state.first) Object.assign(state, { first: false, isPending: false })
  },
  'restored again': (state) => {
    if (state.second) Object.assign(state, { second: false, isThere: true })
    else if (state.first)
      Object.assign(state, { first: false, isIn: state.isIn || state.isPending, isPending: false })
  },
  'others restored': () => {},
}

const orders: readonly (readonly What[])[] = acts.flatMap((one) =>
  acts.flatMap((other) => acts.map((last) => [one, other, last])),
)

forEachStore((start, store) => {
  let service: Service
  let units = 0
  let most = Number.POSITIVE_INFINITY
  beforeAll(async () => {
    service = await start({
      hasMail: true,
      beforeStore: async (what) => {
        if (what !== 'unit') return
        units += 1
        if (units > most) throw new StoreUnavailable('gone for a moment', undefined as never)
      },
    })
  })

  const begin = async () => {
    const stage = await createStage(service)
    const params = { slug: stage.slug }
    const mappings = [{ group: 'Admins', role: 'admin' as const }]
    await stage.administrator.call('putRoleMappings', { params, body: { mappings } })
    const person = await stage.directory.user('p', { externalId: 'e-p' })
    const group = await stage.directory.group('Admins', [person])
    await stage.letGo(person)
    await stage.look()
    const findAlert = async () => (await service.admin.call('getProvisioning', { params })).alert
    const decide = async (how: 'restoreAlert' | 'dismissAlert') => {
      await stage.look()
      const alert = await findAlert()
      if (alert !== null) await stage.administrator.call(how, { params: { ...params, id: alert.id } })
    }
    // Each time one unit more is carried out, until they are back; nothing behind it is.
    for (let allowed = 1; (await stage.read(person)) === undefined; allowed += 1) {
      most = units + allowed
      await decide('restoreAlert').catch(() => undefined)
      most = Number.POSITIVE_INFINITY
    }
    const members = async () => {
      const { body } = await stage.directory.send('GET', `/Groups/${group}`)
      return ((body as { members?: { value: string }[] }).members ?? []).map(({ value }) => value)
    }
    return { stage, person, group, decide, members }
  }
  type Begun = Awaited<ReturnType<typeof begin>>

  let others = 0
  const newPerson = (stage: Begun['stage']) => {
    others += 1
    return stage.directory.user(`other-${others}`)
  }
  const carryOut: Record<What, (begun: Begun) => Promise<unknown>> = {
    'taken out': ({ stage, person, group }) =>
      stage.directory.send('PATCH', `/Groups/${group}`, {
        schemas: [patchOp],
        Operations: [{ op: 'remove', path: `members[value eq "${person}"]` }],
      }),
    emptied: ({ stage, group }) =>
      stage.directory.send('PUT', `/Groups/${group}`, {
        schemas: [groupUrn],
        displayName: 'Admins',
        members: [],
      }),
    'put in': ({ stage, person, group }) =>
      stage.directory.send('PATCH', `/Groups/${group}`, {
        schemas: [patchOp],
        Operations: [{ op: 'add', path: 'members', value: [{ value: person }] }],
      }),
    removed: async ({ stage, person }) => {
      service.advance(700_000)
      if ((await stage.read(person)) === undefined) return
      // The first alert, while it is open, has them on its list: it takes two others, around them, to raise another one.
      const ids = [await newPerson(stage), person, await newPerson(stage)]
      for (const id of ids) await stage.directory.send('DELETE', `/Users/${id}`)
      await stage.look()
    },
    dismissed: ({ decide }) => decide('dismissAlert'),
    'restored again': ({ decide }) => decide('restoreAlert'),
    'others restored': async ({ stage, decide }) => {
      service.advance(700_000)
      const params = { slug: stage.slug }
      const open = (await service.admin.call('listAlerts', { params })).items.filter(
        ({ state }) => state === 'open',
      )
      for (const id of [await newPerson(stage), await newPerson(stage)])
        await stage.directory.send('DELETE', `/Users/${id}`)
      await stage.look()
      const all = (await service.admin.call('listAlerts', { params })).items.filter(
        ({ state }) => state === 'open',
      )
      expect(all).toHaveLength(open.length + 1)
      await decide('restoreAlert')
    },
  }

  describe('O6: after a restoration whose groups failed', () => {
    it.each(draw(`orders after a restoration that failed, on the ${store} store`, orders, 8))(
      'O6: %s, %s, %s',
      async (...order) => {
        const begun = await begin()
        const { stage, person, members } = begun
        const state: State = { isThere: true, isIn: false, isPending: true, first: true, second: false }
        expect(await members()).toEqual([])
        for (const what of order) {
          await carryOut[what](begun)
          model[what](state)
          const row = await stage.read(person)
          expect([what, row !== undefined]).toEqual([what, state.isThere])
          if (!state.isThere) continue
          expect([what, await members()]).toEqual([what, state.isIn ? [person] : []])
          expect([what, row?.role]).toEqual([what, state.isIn ? 'admin' : 'member'])
        }
      },
    )

    it('O6: somebody whom the directory took out, and whose alert was dismissed, does not come back with others', async () => {
      const begun = await begin()
      for (const what of ['taken out', 'emptied', 'dismissed', 'others restored'] as const)
        await carryOut[what](begun)
      expect(await begun.members()).toEqual([])
      expect((await begun.stage.read(begun.person))?.role).toBe('member')
    })
  })
})
