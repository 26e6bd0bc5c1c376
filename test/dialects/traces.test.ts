// dialects.md §11: other traces worth a vector, the parts about users, and how profile strict answers them.
// Judges: server/scim, scim.

import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore } from '../harness/service.ts'
import { type Client, expectError, expectOnly, fresh, type Json, speakAs, U } from './client.ts'

const newUser = (more: Json = {}): Json => ({ schemas: [U], userName: fresh('trace@acme.test'), ...more })
const filter = (text: string): string => `/Users?filter=${encodeURIComponent(text)}`
const operations = { Operations: [{ op: 'replace', path: 'title', value: 'x' }] }

forOneStore(import.meta.filename, (start) => {
  let client: Client
  let strict: Client
  beforeAll(async () => {
    const service = await start()
    client = speakAs(await service.createOrganization(), 'other')
    strict = speakAs(await service.createOrganization({ profile: 'strict' }), 'other')
  })

  describe('§11 other traces', () => {
    it('ory/polis: a PATCH body without schemas is accepted', async () => {
      const { id } = await client.create(newUser())
      expect((await client.ask('PATCH', `/Users/${id}`, operations)).status).toBe(200)
      expect(await client.read(id)).toMatchObject({ title: 'x' })
    })

    it('ory/polis: profile strict refuses a PATCH body without schemas with 400', async () => {
      const { id } = await strict.create(newUser())
      const reply = await strict.ask('PATCH', `/Users/${id}`, operations)
      expect(reply.status, reply.text).toBe(400)
      expect(await strict.read(id)).not.toHaveProperty('title')
    })

    it('Remove with a value but without a path is 400 noTarget', async () => {
      const { id } = await client.create(newUser({ title: 'kept' }))
      expectError(await client.patch(id, [{ op: 'Remove', value: { title: 'kept' } }]), 400, 'noTarget')
      expect(await client.read(id)).toMatchObject({ title: 'kept' })
    })

    it('roles[primary eq "true"] in a filter compares a boolean written as a string', async () => {
      const value = fresh('Admin')
      const { id } = await client.create(newUser({ roles: [{ value, primary: true }] }))
      await client.create(newUser({ roles: [{ value, primary: false }] }))
      expectOnly(await client.get(filter(`roles[primary eq "true" and value eq "${value}"]`)), id)
    })

    it.each(['"True"', '"true"', 'true'])('active eq %s in a filter compares a boolean', async (text) => {
      const title = fresh('Boolean')
      const { id } = await client.create(newUser({ title, active: true }))
      await client.create(newUser({ title, active: false }))
      expectOnly(await client.get(filter(`title eq "${title}" and active eq ${text}`)), id)
    })

    it('escapes in a filter are those of JSON: displayName eq "R & D - \\"Admins\\""', async () => {
      const { id } = await client.create(newUser({ displayName: 'R & D - "Admins"' }))
      expectOnly(await client.get(filter('displayName eq "R & D - \\"Admins\\""')), id)
    })

    it('interop draft: profile strict answers an unknown attribute with 400 invalidSyntax', async () => {
      expectError(await strict.ask('POST', '/Users', newUser({ hockeyTeam: 'Leafs' })), 400, 'invalidSyntax')
    })

    it.each(['strict', 'auto'])(
      'interop draft: profile %s answers an unknown filter attribute with 400 invalidFilter',
      async (profile) => {
        const asker = profile === 'strict' ? strict : client
        expectError(await asker.get(filter('hockeyTeam eq "Leafs"')), 400, 'invalidFilter')
      },
    )
  })
})
