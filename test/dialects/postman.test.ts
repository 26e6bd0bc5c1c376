// dialects.md §2, last line: the oddities of Microsoft's own Postman collection, the parts about users.
// Judges: server/scim, scim/patch.

import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore } from '../harness/service.ts'
import { type Client, E, expectError, fresh, type Json, speakAs, U } from './client.ts'

const newUser = (more: Json = {}): Json => ({
  schemas: [U],
  userName: fresh('UserName123'),
  active: true,
  ...more,
})
const query = (filter: string): string => `filter=${encodeURIComponent(filter)}`

forOneStore(import.meta.filename, (start) => {
  let postman: Client
  let omalley: string
  let employee: string
  beforeAll(async () => {
    const service = await start()
    postman = speakAs(await service.createOrganization(), 'other')
    omalley = (await postman.create(newUser({ userName: 'OMalley', displayName: 'BobIsAmazing' }))).id
    const emails = [{ value: 'anything@example.org', type: 'work', primary: true }]
    employee = (await postman.create(newUser({ name: { familyName: 'Employee' }, emails }))).id
    await postman.create(newUser({ userName: 'Somebody', name: { familyName: 'Employee' } }))
  })

  const find = async (path: string): Promise<readonly unknown[]> => {
    const { status, body, text } = await postman.get(path)
    expect(status, text).toBe(200)
    return (body.Resources as Json[]).map(({ id }) => id)
  }

  describe('§2 AzureAD Postman', () => {
    it('GET /serviceConfiguration, which no RFC has, is answered in SCIM: 200 or a 404 Error', async () => {
      const reply = await postman.get('/serviceConfiguration')
      if (reply.status === 200) expect(reply.body).toMatchObject({ patch: { supported: true } })
      else expectError(reply, 404)
    })

    it('userName sw O, unquoted', async () => {
      expect(await find(`/Users?${query('userName sw O')}`)).toEqual([omalley])
    })

    it('name.FamilyName eq Employee and (emails.Value co example.com or emails.Value co example.org), unquoted', async () => {
      const filter =
        'name.FamilyName eq Employee and (emails.Value co example.com or emails.Value co example.org)'
      expect(await find(`/Users?${query(filter)}`)).toEqual([employee])
    })

    it('meta.Created gt "2015-10-10T14:38:21.8617979-07:00" finds everybody', async () => {
      expect(await find(`/Users?${query('meta.Created gt "2015-10-10T14:38:21.8617979-07:00"')}`)).toEqual(
        expect.arrayContaining([omalley, employee]),
      )
    })

    it("the same date unquoted is 200, or 400 invalidFilter as Microsoft's later tests allow", async () => {
      const reply = await postman.get(`/Users?${query('meta.Created gt 2015-10-10T14:38:21.8617979-07:00')}`)
      if (reply.status === 200) expect(Number(reply.body.totalResults)).toBeGreaterThan(1)
      else expectError(reply, 400, 'invalidFilter')
    })

    it('/Users/?filter=DisplayName+eq+…, with a slash before the question mark', async () => {
      expect(await find('/Users/?filter=DisplayName+eq+%22BobIsAmazing%22')).toEqual([omalley])
    })

    it('attributes=userName,emails returns these, id and schemas, and nothing else', async () => {
      const { body } = await postman.get(`/Users/${employee}?attributes=userName,emails`)
      expect(Object.keys(body).sort()).toEqual(['emails', 'id', 'schemas', 'userName'])
    })

    it('attributes=emails[type eq "work"] returns the e-mails', async () => {
      const { status, body } = await postman.get(`/Users/${employee}?attributes=emails[type+eq+%22work%22]`)
      expect(status).toBe(200)
      expect(body).toMatchObject({ id: employee, emails: [{ value: 'anything@example.org' }] })
      expect(body).not.toHaveProperty('userName')
    })

    it('an operation may have the extra key "name"', async () => {
      const { id } = await postman.create(newUser())
      const operation = { name: 'addMember', op: 'replace', path: 'displayName', value: 'ryan3' }
      expect(await postman.change(id, operation)).toMatchObject({ displayName: 'ryan3' })
    })

    it('sub-attributes and extension attributes with capitals: Primary, Department, Manager.Value', async () => {
      const { id } = await postman.create(
        newUser({
          schemas: [E, U],
          emails: [{ Primary: true, type: 'work', value: 'testing@bob2.com' }],
          [E]: { Department: 'bob', Manager: { Value: 'SuzzyQ' } },
        }),
      )
      expect(await postman.read(id)).toMatchObject({
        emails: [{ primary: true, type: 'work', value: 'testing@bob2.com' }],
        [E]: { department: 'bob', manager: { value: 'SuzzyQ' } },
      })
    })

    it('PUT with an attribute that no schema has is 200, and the attribute is not kept', async () => {
      const user = newUser()
      const { id } = await postman.create(user)
      const reply = await postman.put(id, { ...user, hockeyTeam: 'Leafs', displayName: 'put' })
      expect(reply.status, reply.text).toBe(200)
      expect(reply.body).toMatchObject({ displayName: 'put' })
      expect(await postman.read(id)).not.toHaveProperty('hockeyTeam')
    })

    it('POST without userName is 400 invalidValue', async () => {
      expectError(
        await postman.ask('POST', '/Users', { schemas: [U], displayName: 'nobody' }),
        400,
        'invalidValue',
      )
    })

    it('PUT without userName is 400 invalidValue and changes nothing', async () => {
      const { id } = await postman.create(newUser({ displayName: 'kept' }))
      expectError(await postman.put(id, { schemas: [U], displayName: 'nobody' }), 400, 'invalidValue')
      expect(await postman.read(id)).toMatchObject({ displayName: 'kept' })
    })
  })
})
