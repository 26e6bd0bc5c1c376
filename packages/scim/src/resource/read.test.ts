import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScimError } from '../error.ts'
import type { JsonValue } from '../json.ts'
import { groupResourceType, userResourceType } from '../schema/resource-types.ts'
import { body, userBody } from '../testing/arbitrary.ts'
import { canonical, refusal } from '../testing/users.ts'
import { type ProfileName, profiles } from '../tolerance.ts'
import { enterpriseUserUrn, groupUrn, userUrn } from '../urn.ts'
import { readResource } from './read.ts'

const read = (value: JsonValue, profile: ProfileName = 'auto') =>
  readResource(userResourceType, value, profiles[profile])
const userOf = (values: Record<string, JsonValue>) => ({ schemas: [userUrn], userName: 'x', ...values })
const storedOf = (values: Record<string, JsonValue>) => ({ ...userOf(values), active: true })

describe('readResource', () => {
  it('Okta: reads a create, drops the password and the empty groups, and needs no tolerance', () => {
    const okta = {
      schemas: [userUrn],
      userName: 'test.user@okta.local',
      name: { givenName: 'Test', familyName: 'User' },
      emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
      displayName: 'Test User',
      locale: 'en-US',
      externalId: '00ujl29u0le5T6Aj10h7',
      groups: [],
      password: '1mz050nq',
      active: true,
    }
    const { groups: _groups, password: _password, ...expected } = okta
    expect(read(okta, 'strict')).toEqual({ resource: expected, tolerated: [] })
  })

  it('Entra: reads a create with an empty extension, meta and roles', () => {
    const entra = {
      schemas: [userUrn, enterpriseUserUrn],
      externalId: '0a21f0f2',
      userName: 'Test_User_ab6490ee',
      active: 'True',
      emails: [{ primary: true, type: 'work', value: 'fd0ea19b@testuser.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
      roles: [
        { primary: false, type: 'WindowsAzureActiveDirectoryRole', displayName: 'Admin', value: 'Admin' },
      ],
    }
    expect(read(entra, 'entra')).toEqual({
      resource: {
        schemas: [userUrn],
        externalId: '0a21f0f2',
        userName: 'Test_User_ab6490ee',
        active: true,
        emails: entra.emails,
        name: entra.name,
        roles: [
          { primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'Admin', value: 'Admin' },
        ],
      },
      tolerated: ['boolean-strings', 'other-names'],
    })
  })

  it('OneLogin: reads a create with an unlisted extension, a SCIM 1 manager and a null id', () => {
    const oneLogin = {
      [enterpriseUserUrn]: { department: 'Eng', manager: { managerId: '', displayName: ' ' } },
      active: 'true',
      emails: [{ value: 'alice@example.com', type: 'work', primary: true }],
      meta: { resourceType: 'User' },
      name: { familyName: 'Doe', givenName: 'Alice', formatted: 'Alice Doe' },
      userName: 'alice@example.com',
      id: null,
      schemas: [userUrn],
    }
    const { resource, tolerated } = read(oneLogin)
    expect(resource).toEqual({
      schemas: [userUrn, enterpriseUserUrn],
      [enterpriseUserUrn]: { department: 'Eng' },
      active: true,
      emails: oneLogin.emails,
      name: oneLogin.name,
      userName: 'alice@example.com',
    })
    expect([...tolerated].sort()).toEqual(['boolean-strings', 'ignore-unknown', 'schemas-missing'])
    expect(refusal(() => read(oneLogin, 'strict'))).toMatch(/^400/)
  })

  it('OneLogin: accepts the URNs of SCIM 1 and rebuilds schemas from what is present', () => {
    const schemas = ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0']
    expect(read(userOf({ schemas }))).toEqual({ resource: storedOf({}), tolerated: ['scim1-urns'] })
    expect(read(userOf({ [schemas[1]!]: { department: 'x' } })).resource).toHaveProperty([
      enterpriseUserUrn,
      'department',
    ])
    expect(refusal(() => read(userOf({ schemas }), 'strict'))).toBe('400 invalidSyntax')
  })

  it('puts schemas first and keeps the order of the client', () => {
    const { resource } = read({ title: 't', userName: 'x', NICKNAME: 'n', schemas: [userUrn] })
    expect(Object.keys(resource)).toEqual(['schemas', 'title', 'userName', 'nickName', 'active'])
  })

  it('leaves out null, empty lists and empty objects (RFC 7643 §2.5)', () => {
    const values = { title: null, emails: [], name: {}, photos: [{}], addresses: [null], nickName: null }
    expect(read(userOf(values), 'strict').resource).toEqual(storedOf({}))
    expect(read(userOf({ title: '', manager: '' }), 'auto').resource).toEqual(storedOf({}))
    expect(read(userOf({ title: '' }), 'strict').resource).toEqual(storedOf({ title: '' }))
  })

  it('drops values of which a template left nothing but the label', () => {
    const phoneNumbers = [
      { value: '', type: 'work' },
      { value: '1', type: 'home' },
    ]
    expect(read(userOf({ phoneNumbers })).resource.phoneNumbers).toEqual([{ value: '1', type: 'home' }])
    expect(read(userOf({ phoneNumbers: [{ type: 'work' }] })).resource.phoneNumbers).toEqual([
      { type: 'work' },
    ])
  })

  it('makes a user active unless the body says otherwise', () => {
    expect(read(userOf({ active: false })).resource.active).toBe(false)
    expect(read(userOf({ active: null })).resource.active).toBe(true)
  })

  it.each([[{}], [{ userName: '' }], [{ userName: '  ' }], [{ userName: null }]])(
    'requires a userName that is not blank: %j',
    (value) => {
      for (const profile of ['auto', 'strict'] as const)
        expect(refusal(() => read({ schemas: [userUrn], ...value }, profile))).toBe('400 invalidValue')
    },
  )

  it.each<[string, JsonValue]>([
    ['userName', { value: true }],
    ['userName', ['x', 'y']],
    ['userName', []],
    ['userName', true],
    ['active', 'yes'],
    ['active', ''],
    ['active', 2],
    ['name', 'x'],
    ['name', []],
    ['emails', true],
    ['emails', [1]],
    ['emails', [['x']]],
    ['title', 'a\0b'],
    ['title', '\ud800'],
    ['photos', [{ value: 'http://x\n' }]],
    ['x509Certificates', [{ value: 'not base64!' }]],
    ['x509Certificates', [{ value: 'AAAAA' }]],
  ])('refuses a wrong value of %s: %j', (name, value) => {
    const text = name === 'userName' ? name : `"${name}`
    expect(() => read(userOf({ [name]: value }))).toThrow(text)
    expect(refusal(() => read(userOf({ [name]: value })))).toBe('400 invalidValue')
  })

  it('names the path of a wrong value and never the value', () => {
    expect(() => read(userOf({ name: { givenName: { s3cret: 1 } } }))).toThrow(
      'The attribute "name.givenName" must be a string.',
    )
  })

  it('reads numbers, lone values and strings for complex values only where tolerated', () => {
    const values = {
      title: 42,
      emails: 'a@example.com',
      phoneNumbers: { value: '1' },
      photos: ['http://x/a b'],
    }
    const { resource, tolerated } = read(userOf({ ...values, [enterpriseUserUrn]: { manager: '26' } }))
    expect(resource).toMatchObject({
      title: '42',
      emails: [{ value: 'a@example.com' }],
      phoneNumbers: [{ value: '1' }],
      photos: [{ value: 'http://x/a b' }],
      [enterpriseUserUrn]: { manager: { value: '26' } },
    })
    expect([...tolerated].sort()).toEqual([
      'loose-references',
      'manager-as-string',
      'numbers-as-strings',
      'schemas-missing',
      'wrapped-values',
    ])
    for (const [name, value] of Object.entries(values))
      expect(refusal(() => read(userOf({ [name]: value }), 'strict'))).toBe('400 invalidValue')
  })

  it('Entra: reads a role that is JSON text', () => {
    const text = JSON.stringify({ id: '06b07648', value: '25', displayName: 'Role1234' })
    expect(read(userOf({ roles: [{ value: text }] }), 'entra').resource.roles).toEqual([
      { value: '25', display: 'Role1234' },
    ])
    expect(read(userOf({ roles: [{ value: text }] }), 'strict').resource.roles).toEqual([{ value: text }])
    expect(read(userOf({ roles: ['{"a":1}', '{'] }), 'entra').resource.roles).toEqual([
      { value: '{"a":1}' },
      { value: '{' },
    ])
  })

  it('keeps the first of several primary values, and refuses them in strict (RFC 7643 §2.4)', () => {
    const emails = ['a', 'b', 'c'].map((value) => ({ value, primary: value !== 'a' }))
    expect(read(userOf({ emails })).resource.emails).toEqual([
      { value: 'a', primary: false },
      { value: 'b', primary: true },
      { value: 'c', primary: false },
    ])
    expect(refusal(() => read(userOf({ emails }), 'strict'))).toBe('400 invalidValue')
  })

  it('reads dotted and URN names at the top, beside the object they belong to', () => {
    const values = {
      name: { givenName: 'G' },
      'name.familyName': 'F',
      [`${enterpriseUserUrn}:department`]: 'D',
    }
    expect(read(userOf(values)).resource).toMatchObject({
      schemas: [userUrn, enterpriseUserUrn],
      name: { givenName: 'G', familyName: 'F' },
      [enterpriseUserUrn]: { department: 'D' },
    })
    expect(refusal(() => read(userOf(values), 'strict'))).toBe('400 invalidSyntax')
  })

  it.each([
    { userName: 'a', USERNAME: 'b' },
    { title: 'a', TITLE: null },
    { active: true, Active: false },
    { 'name.givenName': 'a', name: { givenName: 'b' } },
    { name: { givenName: 'a', GivenName: 'b' } },
    { emails: [{ value: 'a' }], 'emails.value': 'b' },
  ])('refuses a name given twice: %j', (values) => {
    expect(refusal(() => read(userOf(values)))).toBe('400 invalidSyntax')
  })

  it('ignores unknown attributes, except in strict', () => {
    const values = { favouriteColour: 'x', name: { givenName: 'G', nick: 'x' } }
    expect(read(userOf(values))).toMatchObject({
      resource: storedOf({ name: { givenName: 'G' } }),
      tolerated: ['ignore-unknown'],
    })
    expect(refusal(() => read(userOf(values), 'strict'))).toBe('400 invalidSyntax')
  })

  it.each([null, [], 'x', 1, { schemas: 'x' }, { schemas: [1], userName: 'x' }])(
    'refuses the body %j',
    (value) => {
      expect(refusal(() => read(value))).toMatch(/^400 invalid(Syntax|Value)$/)
    },
  )

  it('requires schemas in strict only', () => {
    for (const schemas of [null, [], [groupUrn], [userUrn, 'urn:x']]) {
      expect(read({ userName: 'x', schemas }).tolerated).toEqual(['schemas-missing'])
      expect(refusal(() => read({ userName: 'x', schemas }, 'strict'))).toMatch(/^400/)
    }
  })

  it('reads other resource types by the same rules', () => {
    const group = {
      schemas: [groupUrn],
      displayName: 'G',
      members: [{ value: 'u1', $ref: null, display: 'U' }],
    }
    expect(readResource(groupResourceType, group, profiles.strict).resource).toEqual({
      schemas: [groupUrn],
      displayName: 'G',
      members: [{ value: 'u1', display: 'U' }],
    })
    expect(refusal(() => readResource(groupResourceType, { schemas: [groupUrn] }, profiles.auto))).toBe(
      '400 invalidValue',
    )
  })

  it('keeps every name of a prototype out of the result', () => {
    const text =
      '{"userName":"x","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1},' +
      '"name":{"__proto__":{"polluted":1},"givenName":"G"},"emails":[{"__proto__":{"polluted":1},"value":"e"}],' +
      '"__proto__.polluted":1,"constructor.prototype.polluted":1}'
    const { resource } = read(JSON.parse(text))
    expect(resource).toEqual({
      schemas: [userUrn],
      userName: 'x',
      name: { givenName: 'G' },
      emails: [{ value: 'e' }],
      active: true,
    })
    expect(JSON.stringify(resource)).not.toContain('polluted')
    expect(Object.getPrototypeOf(resource.name)).toBe(Object.prototype)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('throws nothing but a ScimError, and reads its own result to the same again', () => {
    let accepted = 0
    fc.assert(
      fc.property(fc.oneof(body, userBody), fc.constantFrom(...Object.values(profiles)), (value, profile) => {
        try {
          const { resource } = readResource(userResourceType, value, profile)
          accepted += 1
          expect(readResource(userResourceType, resource, profile).resource).toEqual(resource)
          expect(readResource(userResourceType, resource, canonical).resource).toEqual(resource)
        } catch (error) {
          if (!(error instanceof ScimError)) throw error
        }
      }),
      { numRuns: 2000 },
    )
    expect(accepted).toBeGreaterThan(100)
  })
})

it('refuses keys that compare kilobytes of text with a hundred values each', () => {
  const any = Array.from({ length: 99 }, (_, index) => `formatted eq "${index}"`).join(' or ')
  const keyed = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`addresses[${any} or type eq "${index}"].locality`, 'x']),
    )
  const addresses = Array.from({ length: 20 }, (_, index) => ({
    type: `${index}`,
    formatted: index === 0 ? '98' : 'é'.repeat(4_000),
  }))
  expect(refusal(() => read(userOf({ addresses, ...keyed(50) })))).toMatch(/^400/)
  expect(read(userOf({ addresses, ...keyed(2) })).resource.addresses).toHaveLength(20)
})
