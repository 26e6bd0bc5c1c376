// An account that is called like somebody who administered here and was removed: it takes nothing of theirs that a restoration would not
// give back.
// Judges: server/provisioning, server/users.
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { type RawBuilder, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createStage, type Stage } from './restoring.ts'

type Way = (
  stage: Stage,
  names: { readonly userName: string; readonly externalId: string },
) => Promise<unknown>

const ways: Readonly<Record<string, Way>> = {
  'nothing else': async () => undefined,
  'an import of another name with their externalId': (stage, { externalId }) =>
    importOne(stage, { userName: 'tmp', externalId }),
  'the directory’s POST of another name with their externalId': async (stage, { externalId }) => {
    const id = await stage.directory.user('tmp', { externalId })
    await stage.directory.send('DELETE', `/Users/${id}`)
  },
  'the directory’s POST of their name, removed again': async (stage, { userName, externalId }) => {
    const id = await stage.directory.user(userName, { externalId })
    await stage.directory.send('DELETE', `/Users/${id}`)
  },
  'the confirmation of a key that made another name with their externalId': async (stage, { externalId }) => {
    await stage.unconfirmed.send('POST', '/Users', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'tmp',
      externalId,
    })
    await stage.confirmKey()
  },
}

function importOne(
  stage: Stage,
  user: { readonly userName: string; readonly externalId: string; readonly email?: string },
) {
  const params = { slug: stage.slug }
  return stage.administrator.call('importUsers', { params, body: { dryRun: false, users: [user] } })
}

forEachStore((start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const leave = async (role: 'owner' | 'admin') => {
    const stage = await createStage(service)
    const userName = `o@${stage.company.domain}`
    const person = { nameId: 'nid', attributes: { email: [userName] } }
    const id = await stage.directory.user(userName, { externalId: 'e-o', emails: [{ value: userName }] })
    await stage.signIn(person)
    await stage.give(id, role)
    service.advance(1_000)
    await stage.letGo(id)
    service.advance(1_000)
    return { stage, id, userName, person }
  }

  describe('L4: an owner who was removed and is brought back signs in as before, whatever came in between', () => {
    it.each(deal('what comes between a removal and its end', Object.keys(ways), store))(
      'L4: %s',
      async (way) => {
        const { stage, id, userName, person } = await leave('owner')
        await ways[way]?.(stage, { userName, externalId: 'e-o' })
        service.advance(1_000)
        await stage.restore()
        expect(await stage.signIn(person)).toMatchObject({ userId: id, role: 'owner' })
      },
    )
  })

  it('L4: also where they came to the other account meanwhile, and so does an administrator', async () => {
    const { stage, id, person } = await leave('admin')
    await importOne(stage, { userName: 'tmp', externalId: 'e-o' })
    service.advance(1_000)
    const came = await stage.signIn(person)
    service.advance(1_000)
    await stage.restore()
    expect(await stage.signIn(person)).toMatchObject({ userId: id, role: 'admin' })
    expect(came).not.toMatchObject({ userId: id })
  })

  /** They are in the other account by the time that they are brought back. */
  const comeMeanwhile = async ({ stage, userName: email, person }: Awaited<ReturnType<typeof leave>>) => {
    await importOne(stage, { userName: 'tmp', externalId: 'e-o', email })
    service.advance(1_000)
    const came = await stage.signIn(person)
    service.advance(1_000)
    return typeof came === 'number' ? '' : came.userId
  }
  const droppedOf = async (stage: Stage) => {
    const query = { type: 'user.identity_dropped', limit: 50 } as const
    const { items } = await service.admin.call('listEvents', { params: { slug: stage.slug }, query })
    return items.map(({ subject }) => subject.id)
  }

  it.each(['a member', 'an owner'] as const)(
    'M3: where the entity ID was changed in between, everybody comes back, and the one of before may be brought back: the other is %s',
    async (role) => {
      const left = await leave('owner')
      const { stage, id, person } = left
      const other = await comeMeanwhile(left)
      if (role === 'an owner') await stage.give(other, 'owner')
      const params = { slug: stage.slug, id: stage.company.connection.id }
      const moved = createSamlProvider({
        baseUrl: 'https://moved.test',
        key: createSamlKey(),
        now: service.now,
      })
      const metadataXml = moved.metadata()
      const { digest } = await service.admin.call('stageAnchor', { params, body: { metadataXml } })
      await service.admin.call('applyStagedAnchor', { params, body: { digest: digest ?? '' } })
      service.advance(1_000)
      expect(await stage.restore()).toMatchObject({ state: 'restored', restored: 2, skipped: 0 })
      expect(await stage.read(id)).toMatchObject({ role: 'owner' })
      expect(await stage.findNamed('beside@acme.test')).not.toBe('')
      await service.admin.call('restoreAnchor', { params })
      const [own, dropped] = role === 'an owner' ? [other, []] : [id, [other]]
      expect(await stage.signIn(person)).toMatchObject({ userId: own, role: 'owner' })
      expect(await droppedOf(stage)).toEqual(dropped)
    },
  )

  it('M3: one person who cannot be brought back keeps nobody else out, and the alert is open until they are', async () => {
    const stage = await createStage(service)
    const beside = await stage.findNamed('beside@acme.test')
    const many: string[] = []
    for (let at = 0; at < 18; at += 1) many.push(await stage.directory.user(`many-${at}`))
    const last = many.pop() ?? ''
    for (const id of many) await stage.directory.send('DELETE', `/Users/${id}`)
    await stage.letGo(last)
    service.advance(1_000)
    const write = (change: RawBuilder<unknown>) =>
      service.database.inOrganization(createScope(stage.company.organization.id), async (tx) =>
        tx.write(
          organizationQuery(({ db, organizationId }) => ({
            compile: () =>
              sql`UPDATE deleted_user SET resource = ${change} WHERE organization_id = ${organizationId} AND id = ${beside}`.compile(
                db,
              ),
          })),
          {},
        ),
      )
    await write(sql`'?' || resource`)
    await expect(stage.restore()).rejects.toMatchObject({ problem: { status: 500 } })
    expect(await stage.read(last)).toMatchObject({ active: 1 })
    expect(await stage.read(beside)).toBeUndefined()
    await write(sql`substr(resource, 2)`)
    // By both restorations: who was only removed, whom the alert is about, and who stood beside them.
    expect(await stage.restore()).toMatchObject({ state: 'restored', restored: many.length + 2 })
    expect(await stage.read(beside)).toMatchObject({ active: 1 })
  })

  describe('N7: nobody below an owner takes the way in of one who is out for now', () => {
    const states: Readonly<Record<string, (stage: Stage, id: string) => Promise<() => Promise<unknown>>>> = {
      'who is there': async () => async () => undefined,
      'whom the operator blocked': async ({ slug }, id) => {
        await service.admin.call('deactivateUser', { params: { slug, id } })
        return () => service.admin.call('reactivateUser', { params: { slug, id } })
      },
      'whom the directory deactivated': async ({ directory }, id) => {
        await say(directory, id, false)
        return () => say(directory, id, true)
      },
      'whom the directory removed': async (stage, id) => {
        await stage.letGo(id)
        return () => stage.restore()
      },
      'whom the directory deactivated and removed': async (stage, id) => {
        await say(stage.directory, id, false)
        await stage.letGo(id)
        return () => stage.restore()
      },
    }
    const say = (directory: Stage['directory'], id: string, value: boolean) =>
      directory.send('PATCH', `/Users/${id}`, {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'replace', path: 'active', value }],
      })
    const acts = {
      'deletes the connection': ['deleteConnection', undefined],
      'switches it off': ['updateConnection', { active: false }],
      'has it ask for a sign-in each time': ['updateConnection', { options: { forceAuthn: true } }],
      'has its requests signed': ['updateConnection', { options: { signRequests: true } }],
    } as const
    const tryAll = async (stage: Stage) => {
      const at = { slug: stage.slug, id: stage.company.connection.id }
      const said: Record<string, string> = {}
      for (const [name, [operation, body]] of Object.entries(acts))
        said[name] = await codeOf(stage.administrator.call(operation, { params: at, body } as never))
      const { id } = await service.admin.call('createServiceKey', { params: { slug: stage.slug } })
      const key = { params: { slug: stage.slug, id }, body: { overlapDays: 0 } }
      said['activates another key at once'] = await codeOf(
        stage.administrator.call('activateServiceKey', key),
      )
      const { refusals } = await stage.administrator.call('getAnchor', { params: at })
      return { said, refusals }
    }
    const codeOf = (act: Promise<unknown>) =>
      act.then(
        () => 'done',
        (error: { readonly problem?: { readonly code: string } }) => error.problem?.code ?? String(error),
      )

    it.each(deal('owners who are out for now', Object.keys(states), store))('N7: %s', async (state) => {
      const stage = await createStage(service)
      const userName = `o@${stage.company.domain}`
      const person = { nameId: 'nid', attributes: { email: [userName] } }
      const id = await stage.directory.user(userName, { externalId: 'e-o', emails: [{ value: userName }] })
      await stage.signIn(person)
      await stage.give(id, 'owner')
      service.advance(1_000)
      const comesBack = await states[state]?.(stage, id)
      service.advance(1_000)
      const { said, refusals } = await tryAll(stage)
      expect(Object.entries(said).filter(([, code]) => code !== 'owner_required')).toEqual([])
      expect(refusals).toMatchObject({ switchOff: 'owner_required', delete: 'owner_required' })
      await comesBack?.()
      expect(await stage.signIn(person)).toMatchObject({ userId: id, role: 'owner' })
    })

    it('N7: who was no owner, is removed, and comes back takes no connection', async () => {
      const { stage } = await leave('admin')
      const at = { slug: stage.slug, id: stage.company.connection.id }
      expect(await codeOf(stage.administrator.call('deleteConnection', { params: at }))).toBe('done')
    })
  })

  it.each([
    { was: 'owner', role: 'admin', isTheirs: true },
    { was: 'owner', role: 'owner', isTheirs: false },
    { was: 'admin', role: 'admin', isTheirs: false },
  ] as const)(
    'M4: a removed $was has their sign-in back from whoever stands below, and from nobody else: the other is $role',
    async ({ was, role, isTheirs }) => {
      const left = await leave(was)
      const { stage, id, person } = left
      const other = await comeMeanwhile(left)
      await stage.give(other, role)
      service.advance(1_000)
      expect(await stage.restore()).toMatchObject({ restored: 2, skipped: 0 })
      const came = isTheirs ? { userId: id, role: was } : { userId: other, role }
      expect(await stage.signIn(person)).toMatchObject(came)
      expect(await droppedOf(stage)).toEqual(isTheirs ? [other] : [])
    },
  )

  it('M4: an owner has also the name back of an account that a sign-in made, and that was made an administrator', async () => {
    const { stage, id, userName, person } = await leave('owner')
    const came = await stage.signIn({ ...person, nameId: 'anew' })
    const other = typeof came === 'number' ? '' : came.userId
    await stage.give(other, 'admin')
    service.advance(1_000)
    expect(await stage.restore()).toMatchObject({ restored: 2, skipped: 0 })
    expect(await stage.signIn(person)).toMatchObject({ userId: id, role: 'owner' })
    expect((await stage.read(other))?.user_name).toBe(`${userName} (2)`)
  })
})
