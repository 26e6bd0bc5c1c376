import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../json.ts'
import { groupResourceType } from '../schema/resource-types.ts'
import { barbara, patched, refusal } from '../testing/users.ts'
import { enterpriseUserUrn, groupUrn } from '../urn.ts'

const okta = (...operations: JsonValue[]) => patched(barbara, operations, 'okta').resource
const entra = (...operations: JsonValue[]) => patched(barbara, operations, 'entra').resource
const [work, home] = barbara.emails as readonly [JsonObject, JsonObject]

describe('Okta', () => {
  it('deactivates and reactivates without a path', () => {
    const inactive = okta({ op: 'replace', value: { active: false } })
    expect(inactive).toEqual({ ...barbara, active: false })
    expect(patched(inactive, [{ op: 'replace', value: { active: true } }], 'okta').resource).toEqual(barbara)
  })

  it('pushes a password that leaves no trace', () => {
    expect(okta({ op: 'replace', value: { password: 'verySecure' } })).toBe(barbara)
  })

  it('renames a group with an echo of its id, and replaces its members', () => {
    const group = {
      schemas: [groupUrn],
      id: 'g',
      displayName: 'Old',
      members: [{ value: 'a' }, { value: 'b' }],
    }
    const patch = (...operations: JsonValue[]) =>
      patched(group, operations, 'okta', groupResourceType).resource
    expect(patch({ op: 'replace', value: { id: 'g', displayName: 'New' } })).toEqual({
      ...group,
      displayName: 'New',
    })
    expect(
      patch(
        { op: 'remove', path: 'members[value eq "a"]' },
        { op: 'add', path: 'members', value: [{ value: 'c', display: 'C' }] },
      ).members,
    ).toEqual([{ value: 'b' }, { value: 'c', display: 'C' }])
    expect(patch({ op: 'replace', path: 'members', value: [{ value: 'd' }] }).members).toEqual([
      { value: 'd' },
    ])
  })
})

describe('Entra', () => {
  it('updates an address by its type and a name', () => {
    const resource = entra(
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updatedEmail@microsoft.com' },
      { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
    )
    expect(resource).toMatchObject({
      emails: [{ ...work, value: 'updatedEmail@microsoft.com' }, home],
      name: { givenName: 'Barbara', familyName: 'updatedFamilyName' },
    })
  })

  it('makes the values that a path describes and that are not there', () => {
    const resource = entra(
      { op: 'Replace', path: 'phoneNumbers[type eq "work"].value', value: '+1-555-0100' },
      { op: 'Add', path: 'addresses[type eq "work"].postalCode', value: '94105' },
      { op: 'Add', path: 'addresses[type eq "work"].country', value: 'US' },
      { op: 'Replace', path: 'emails[type eq "other"].value', value: 'o@x.com' },
    )
    expect(resource).toMatchObject({
      phoneNumbers: [{ type: 'work', value: '+1-555-0100' }],
      addresses: [{ type: 'work', postalCode: '94105', country: 'US' }],
      emails: [work, home, { type: 'other', value: 'o@x.com' }],
    })
  })

  it('sets and clears the extension, the manager as a string, an object or an empty string', () => {
    const manager = (op: string, value?: JsonValue) =>
      entra({ op, path: `${enterpriseUserUrn}:manager`, ...(value === undefined ? {} : { value }) })[
        enterpriseUserUrn
      ]
    expect(manager('Add', '2b5f9d1e')).toMatchObject({ manager: { value: '2b5f9d1e' } })
    expect(manager('Replace', { value: '2b5f9d1e' })).toMatchObject({ manager: { value: '2b5f9d1e' } })
    for (const cleared of [
      manager('Replace', ''),
      manager('Remove'),
      manager('Replace', null),
      manager('Remove', '26118915'),
    ])
      expect(cleared).toEqual({ department: 'Tour Operations' })
    expect(entra({ op: 'Add', path: `${enterpriseUserUrn}:department`, value: 'R&D' })).toMatchObject({
      [enterpriseUserUrn]: { department: 'R&D' },
    })
  })

  it('adds roles by a boolean string and as JSON text', () => {
    expect(entra({ op: 'Add', path: 'roles[primary eq "True"].value', value: 'Admin' }).roles).toEqual([
      { primary: true, value: 'Admin' },
    ])
    const text = '{"id":"06b07648-ecfe-589f-9d2f-6325724a46ee","value":"25","displayName":"Role1234"}'
    expect(entra({ op: 'Add', path: 'roles', value: [{ value: text }] }).roles).toEqual([
      { value: '25', display: 'Role1234' },
    ])
  })

  it('with aadOptscim062020 names attributes by dotted and URN keys', () => {
    const value = {
      displayName: 'Bjfe',
      'name.givenName': 'Kkom',
      'name.familyName': 'Unua',
      'emails[type eq "work"].value': 'n@x.com',
      [`${enterpriseUserUrn}:employeeNumber`]: 'Aklq',
    }
    expect(entra({ op: 'replace', value })).toEqual({
      ...barbara,
      displayName: 'Bjfe',
      name: { givenName: 'Kkom', familyName: 'Unua' },
      emails: [{ ...work, value: 'n@x.com' }, home],
      [enterpriseUserUrn]: { ...(barbara[enterpriseUserUrn] as JsonObject), employeeNumber: 'Aklq' },
    })
  })

  it.each<JsonValue>([
    { op: 'Replace', path: 'active', value: false },
    { op: 'Replace', path: 'active', value: 'False' },
    { op: 'Add', path: 'active', value: 'False' },
    { op: 'replace', value: { active: false } },
    { op: 'Replace', path: 'active', value: 'False', name: 'odd' },
  ])('disables with %j', (operation) => {
    expect(entra(operation)).toEqual({ ...barbara, active: false })
  })

  it('changes a userName and nothing else', () => {
    expect(entra({ op: 'Replace', path: 'userName', value: '5b50@testuser.com' })).toEqual({
      ...barbara,
      userName: '5b50@testuser.com',
    })
  })

  it('clears with an empty string and with null', () => {
    const { displayName: _displayName, ...rest } = barbara
    expect(entra({ op: 'Replace', path: 'displayName', value: '' })).toEqual(rest)
    expect(
      entra(
        { op: 'Replace', path: 'displayName', value: '' },
        { op: 'Replace', path: 'displayName', value: null },
      ),
    ).toEqual(rest)
    expect(entra({ op: 'Replace', path: 'emails[type eq "home"].value', value: '' }).emails).toEqual([work])
  })

  it('adds and removes only the members that it lists', () => {
    const group = {
      schemas: [groupUrn],
      id: 'g',
      displayName: 'G',
      members: [{ value: 'a' }, { value: 'b' }],
    }
    const patch = (operation: JsonValue) =>
      patched(group, [operation], 'entra', groupResourceType).resource.members
    expect(patch({ op: 'Add', path: 'members', value: [{ $ref: null, value: 'c' }] })).toEqual([
      { value: 'a' },
      { value: 'b' },
      { value: 'c' },
    ])
    expect(patch({ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] })).toEqual([
      { value: 'b' },
    ])
    expect(patch({ op: 'remove', path: 'members[value eq "a"]' })).toEqual([{ value: 'b' }])
    expect(patch({ op: 'remove', path: 'members' })).toBeUndefined()
  })

  it('is refused a removal without a path', () => {
    expect(refusal(() => entra({ op: 'Remove', value: { displayName: 'x' } }))).toBe('400 noTarget')
  })
})

describe('authentik', () => {
  it('repeats schemas in a value without path', () => {
    const group = { schemas: [groupUrn], id: 'g', displayName: 'G' }
    const value = { schemas: [groupUrn], displayName: 'X', externalId: 'uuid' }
    expect(patched(group, [{ op: 'replace', value }], 'auto', groupResourceType).resource).toEqual({
      ...group,
      ...value,
    })
  })
})
