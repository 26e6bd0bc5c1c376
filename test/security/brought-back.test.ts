// An account that is called like somebody who administered here and was removed: it takes nothing of theirs that a restoration would not
// give back.
import { beforeAll, describe, expect, it } from 'vitest'
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

function importOne(stage: Stage, user: { readonly userName: string; readonly externalId: string }) {
  const params = { slug: stage.slug }
  return stage.administrator.call('importUsers', { params, body: { dryRun: false, users: [user] } })
}

forEachStore((start) => {
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
    it.each(Object.keys(ways))('L4: %s', async (way) => {
      const { stage, id, userName, person } = await leave('owner')
      await ways[way]?.(stage, { userName, externalId: 'e-o' })
      service.advance(1_000)
      await stage.restore()
      expect(await stage.signIn(person)).toMatchObject({ userId: id, role: 'owner' })
    })
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
})
