// dialects.md §2: the PATCH forms of Microsoft Entra ID for users, one vector each.
// Judges: scim/patch, server/scim.

import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore } from '../harness/service.ts'
import { type Client, E, fresh, type Json, speakAs, U } from './client.ts'

const newUser = (more: Json = {}): Json => ({
  schemas: [U, E],
  externalId: fresh('8a7b'),
  userName: fresh('Test_User_fd0ea19b@testuser.com'),
  active: true,
  emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@testuser.com' }],
  name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
  ...more,
})

forOneStore(import.meta.filename, (start) => {
  let entra: Client
  beforeAll(async () => {
    const service = await start()
    entra = speakAs(await service.createOrganization(), 'entra')
  })

  const newId = async (more: Json = {}): Promise<string> => (await entra.create(newUser(more))).id

  describe('§2 Entra: update', () => {
    it('Entra needs emails[type eq "work"].value and name.familyName in one PATCH to be 200 or 204', async () => {
      const changed = await entra.change(
        await newId(),
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updatedEmail@microsoft.com' },
        { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
      )
      expect(changed).toMatchObject({
        emails: [{ primary: true, type: 'work', value: 'updatedEmail@microsoft.com' }],
        name: { familyName: 'updatedFamilyName', givenName: 'givenName' },
      })
    })

    it('Entra: the answer to a PATCH in profile auto is the whole user', async () => {
      const id = await newId()
      const reply = await entra.patch(id, [{ op: 'Replace', path: 'title', value: 'Engineer' }])
      expect(reply.status).toBe(200)
      expect(reply.body).toEqual(await entra.read(id))
    })
  })

  describe('§2 Entra: a missing target is created, never noTarget', () => {
    it('Entra replaces phoneNumbers[type eq "work"].value where there is none', async () => {
      const operation = { op: 'Replace', path: 'phoneNumbers[type eq "work"].value', value: '+1-555-0100' }
      expect(await entra.change(await newId(), operation)).toMatchObject({
        phoneNumbers: [{ type: 'work', value: '+1-555-0100' }],
      })
    })

    it('Entra adds addresses[type eq "work"].postalCode where there is none', async () => {
      const operation = { op: 'Add', path: 'addresses[type eq "work"].postalCode', value: '94105' }
      expect(await entra.change(await newId(), operation)).toMatchObject({
        addresses: [{ type: 'work', postalCode: '94105' }],
      })
    })

    it('Entra replaces emails[type eq "other"].value where there is none, which must not move primary', async () => {
      const operation = { op: 'Replace', path: 'emails[type eq "other"].value', value: 'o@x.com' }
      const { emails } = (await entra.change(await newId(), operation)) as { emails: Json[] }
      expect(emails).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ type: 'work', value: 'Test_User_fd0ea19b@testuser.com', primary: true }),
          expect.objectContaining({ type: 'other', value: 'o@x.com' }),
        ]),
      )
      expect(emails).toHaveLength(2)
      expect(emails.filter(({ primary }) => primary === true)).toHaveLength(1)
    })

    it('Entra: a second PATCH of the created target changes it and adds no other', async () => {
      const id = await newId()
      const path = 'phoneNumbers[type eq "work"].value'
      await entra.change(id, { op: 'Replace', path, value: '+1-555-0100' })
      const { phoneNumbers } = await entra.change(id, { op: 'Replace', path, value: '+1-555-0101' })
      expect(phoneNumbers).toEqual([expect.objectContaining({ type: 'work', value: '+1-555-0101' })])
    })
  })

  describe('§2 Entra: enterprise extension', () => {
    it('Entra adds the department under its full URN', async () => {
      const changed = await entra.change(await newId(), { op: 'Add', path: `${E}:department`, value: 'R&D' })
      expect(changed).toMatchObject({ [E]: { department: 'R&D' } })
      expect(changed.schemas).toContain(E)
    })

    it.each([
      ['a plain string', '2b5f9d1e'],
      ['an object', { value: '2b5f9d1e' }],
    ])('Entra adds the manager as %s', async (_, value) => {
      expect(await entra.change(await newId(), { op: 'Add', path: `${E}:manager`, value })).toMatchObject({
        [E]: { manager: { value: '2b5f9d1e' } },
      })
    })

    it.each([
      ['Replace with ""', { op: 'Replace', path: `${E}:manager`, value: '' }],
      ['Remove', { op: 'Remove', path: `${E}:manager` }],
    ])('Entra removes the manager by %s', async (_, operation) => {
      const id = await newId({ [E]: { department: 'R&D', manager: { value: '2b5f9d1e' } } })
      const extension = (await entra.change(id, operation))[E]
      expect(extension).toEqual({ department: 'R&D' })
    })

    it('Entra removes a manager where there is none', async () => {
      expect(await entra.change(await newId(), { op: 'Remove', path: `${E}:manager` })).not.toHaveProperty([
        E,
      ])
    })
  })

  describe('§2 Entra: roles', () => {
    it('Entra adds roles[primary eq "True"].value where there is none', async () => {
      const operation = { op: 'Add', path: 'roles[primary eq "True"].value', value: 'Admin' }
      expect(await entra.change(await newId(), operation)).toMatchObject({
        roles: [{ primary: true, value: 'Admin' }],
      })
    })

    it('Entra changes roles[primary eq "True"].value where there is one', async () => {
      const id = await newId({ roles: [{ primary: true, value: 'Reader' }] })
      const { roles } = await entra.change(id, {
        op: 'Add',
        path: 'roles[primary eq "True"].value',
        value: 'Admin',
      })
      expect(roles).toEqual([expect.objectContaining({ primary: true, value: 'Admin' })])
    })

    it('Entra adds a role as JSON in a string (AppRoleAssignmentsComplex)', async () => {
      const json = '{"id":"06b07648-ecfe-589f-9d2f-6325724a46ee","value":"25","displayName":"Role1234"}'
      const { roles } = await entra.change(await newId(), {
        op: 'Add',
        path: 'roles',
        value: [{ value: json }],
      })
      expect(roles).toEqual([{ value: '25', display: 'Role1234' }])
    })
  })

  describe('§2 Entra: flag aadOptscim062020', () => {
    it('Entra replaces without a path, by dotted and URN keys', async () => {
      const value = {
        displayName: 'Bjfe',
        'name.givenName': 'Kkom',
        'name.familyName': 'Unua',
        [`${E}:employeeNumber`]: 'Aklq',
      }
      expect(await entra.change(await newId(), { op: 'replace', value })).toMatchObject({
        displayName: 'Bjfe',
        name: { givenName: 'Kkom', familyName: 'Unua', formatted: 'givenName familyName' },
        [E]: { employeeNumber: 'Aklq' },
      })
    })
  })

  describe('§2 Entra: userName', () => {
    it('Entra changes userName: the id stays and the user is not deactivated (ssoready#164)', async () => {
      const id = await newId()
      const value = fresh('5b50642d-79fc-4410-9e90-4c077cdd1a59@testuser.com')
      expect(await entra.change(id, { op: 'Replace', path: 'userName', value })).toMatchObject({
        id,
        userName: value,
        active: true,
      })
    })

    it('Entra: a userName that somebody else has is 409 and changes nothing', async () => {
      const taken = newUser()
      await entra.create(taken)
      const id = await newId()
      const before = await entra.read(id)
      const reply = await entra.patch(id, [{ op: 'Replace', path: 'userName', value: taken.userName }])
      expect(reply.status, reply.text).toBe(409)
      expect(reply.body).toMatchObject({ scimType: 'uniqueness', status: '409' })
      expect(await entra.read(id)).toEqual(before)
    })
  })

  describe('§2 Entra: validator', () => {
    it('Entra replaces displayName with "" and then with null: 200 or 204, and GET shows none', async () => {
      const id = await newId({ displayName: 'somebody' })
      await entra.change(id, { op: 'Replace', path: 'displayName', value: '' })
      const { displayName } = await entra.change(id, { op: 'Replace', path: 'displayName', value: null })
      expect(displayName ?? '').toBe('')
    })

    it('Entra sends an empty Operations: 200 or 204, nothing changes, the version neither (scimmy#59,#90)', async () => {
      const id = await newId()
      const before = await entra.read(id)
      expect(await entra.change(id)).toEqual(before)
    })
  })
})
