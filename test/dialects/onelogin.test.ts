// dialects.md §3: OneLogin, whose administrators write the JSON themselves: match, create, PUT and deprovisioning of users.
// Judges: server/scim, scim.

import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore } from '../harness/service.ts'
import { type Client, E, expectError, expectOnly, fresh, type Json, speakAs, U } from './client.ts'

const template = (userName: string, more: Json = {}): Json => ({
  [E]: { department: 'Eng', manager: { managerId: '', displayName: ' ' } },
  active: 'true',
  emails: [{ value: userName, type: 'work', primary: true }],
  meta: { resourceType: 'User' },
  name: { familyName: 'Doe', givenName: 'Alice', formatted: 'Alice Doe' },
  userName,
  id: null,
  schemas: [U],
  ...more,
})

const scim1Urns = ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0']
const newName = (): string => fresh('alice@example.com')

forOneStore(import.meta.filename, (start) => {
  let oneLogin: Client
  beforeAll(async () => {
    const service = await start()
    oneLogin = speakAs(await service.createOrganization(), 'other')
  })

  describe('§3 OneLogin', () => {
    it('OneLogin matches with a trailing &', async () => {
      const userName = newName()
      const { id } = await oneLogin.create(template(userName))
      expectOnly(await oneLogin.get(`/Users?filter=userName+eq+%22${encodeURIComponent(userName)}%22&`), id)
    })

    it('OneLogin creates with active "true", id null, an unlisted extension and a SCIM 1.1 managerId', async () => {
      const userName = newName()
      const created = await oneLogin.create(template(userName))
      expect(await oneLogin.read(created.id)).toMatchObject({
        userName,
        active: true,
        name: { familyName: 'Doe', givenName: 'Alice', formatted: 'Alice Doe' },
        emails: [{ value: userName, type: 'work', primary: true }],
        [E]: { department: 'Eng' },
      })
      expect(created.schemas).toEqual(expect.arrayContaining([U, E]))
    })

    it('OneLogin: the empty manager of the template assigns none', async () => {
      const created = await oneLogin.create(template(newName()))
      expect(created[E]).not.toHaveProperty('manager.value')
    })

    it('OneLogin sends e-mails without primary (simstudioai/sim#7567)', async () => {
      const userName = newName()
      const { id } = await oneLogin.create(
        template(userName, { emails: [{ value: userName, type: 'work' }] }),
      )
      expect(await oneLogin.read(id)).toMatchObject({ emails: [{ value: userName, type: 'work' }] })
    })

    it('OneLogin needs 409 for a duplicate', async () => {
      const body = template(newName())
      await oneLogin.create(body)
      expectError(await oneLogin.ask('POST', '/Users', body), 409, 'uniqueness')
    })

    it('OneLogin updates by PUT /Users/{id}? with SCIM 1 style URNs', async () => {
      const userName = newName()
      const { id } = await oneLogin.create(template(userName))
      const changed = template(userName, {
        schemas: scim1Urns,
        name: { familyName: 'Roe', givenName: 'Alice' },
      })
      const reply = await oneLogin.put(`${id}?`, changed)
      expect(reply.status, reply.text).toBe(200)
      expect(reply.body).toMatchObject({
        id,
        active: true,
        name: { familyName: 'Roe' },
        [E]: { department: 'Eng' },
      })
      expect(reply.body.schemas).toEqual(expect.arrayContaining([U, E]))
    })

    it('OneLogin "Delete": DELETE is 204', async () => {
      const { id } = await oneLogin.create(template(newName()))
      expect((await oneLogin.ask('DELETE', `/Users/${id}`)).status).toBe(204)
      expectError(await oneLogin.get(`/Users/${id}`), 404)
    })

    it('OneLogin "Suspend": PUT with active "false" deactivates', async () => {
      const userName = newName()
      const { id } = await oneLogin.create(template(userName))
      const reply = await oneLogin.put(`${id}?`, template(userName, { schemas: scim1Urns, active: 'false' }))
      expect(reply.status, reply.text).toBe(200)
      expect(await oneLogin.read(id)).toMatchObject({ active: false })
    })

    it('OneLogin "Suspend": PATCH with active false deactivates', async () => {
      const { id } = await oneLogin.create(template(newName()))
      expect(await oneLogin.change(id, { op: 'replace', path: 'active', value: false })).toMatchObject({
        active: false,
      })
    })
  })
})
