// The same meaning by the same reading, whatever the method: in a POST, a PUT and a PATCH.
import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../json.ts'
import { parseJson } from '../parse-json.ts'
import { applyPatch } from '../patch/apply-patch.ts'
import { readPatch } from '../patch/read-patch.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { extendResourceType, readExtensionSchema } from '../schema/extension.ts'
import { groupResourceType, userResourceType } from '../schema/resource-types.ts'
import { refusal } from '../testing/users.ts'
import { type ProfileName, profiles, type Reading, startReading } from '../tolerance.ts'
import { enterpriseUserUrn, groupUrn, patchOpUrn, userUrn } from '../urn.ts'
import { readResource } from './read.ts'
import { replaceResource } from './replace.ts'

const hr = 'urn:acme:params:scim:schemas:extension:hr:2.0:User'
const people = extendResourceType(userResourceType, [
  readExtensionSchema({
    id: hr,
    attributes: [
      { name: 'devices', multiValued: true },
      { name: 'grade', type: 'integer' },
      { name: 'rate', type: 'decimal' },
      { name: 'remote', type: 'boolean' },
      { name: 'joined', type: 'dateTime' },
      { name: 'photo', type: 'binary' },
    ],
  }),
])
const user: JsonObject = { schemas: [userUrn], userName: 'a@acme.test' }
const group: JsonObject = { schemas: [groupUrn], displayName: 'G' }

interface Read {
  readonly resource: JsonObject
  readonly reading: Reading
}

type Method = 'POST' | 'PUT' | 'PATCH'
const methods: readonly Method[] = ['POST', 'PUT', 'PATCH']

function readBy(
  method: Method,
  values: JsonObject,
  profile: ProfileName = 'auto',
  type: ResourceType = people,
): Read {
  const before = type === groupResourceType ? group : user
  const reading = startReading(profiles[profile])
  const body = { ...before, ...values }
  if (method === 'POST')
    return { resource: readResource(type, body, reading.profile, reading).resource, reading }
  if (method === 'PUT')
    return { resource: replaceResource(type, before, body, reading.profile, reading).resource, reading }
  // What has a name of its own is a path for those that want one.
  const [name = ''] = Object.keys(values)
  const operation =
    profile === 'strict' && /^\w+$/.test(name)
      ? { op: 'replace', path: name, value: values[name]! }
      : { op: 'replace', value: values }
  const message = { schemas: [patchOpUrn], Operations: [operation] }
  const patch = readPatch(type, message, reading.profile, undefined, reading)
  return { resource: applyPatch(type, before, patch, reading.profile, reading).resource, reading }
}

function patchBy(operations: JsonValue, before: JsonObject, profile: ProfileName = 'auto'): Read {
  const reading = startReading(profiles[profile])
  const type = before.displayName === 'G' ? groupResourceType : people
  const message = { schemas: [patchOpUrn], Operations: operations }
  const patch = readPatch(type, message, reading.profile, undefined, reading)
  return { resource: applyPatch(type, before, patch, reading.profile, reading).resource, reading }
}

const tellsOf = ({ reading }: Read): readonly string[] =>
  [...reading.notes].flatMap(([kind, names]) => [...names].map((name) => `${kind}: ${name}`))

describe.each(methods)('%s', (method) => {
  const read = (values: JsonObject, profile?: ProfileName) => readBy(method, values, profile)

  it.each<[string, JsonObject]>([
    ['letter case', { active: false, Active: true }],
    ['its URN', { active: false, [`${userUrn}:active`]: true }],
    ['an object under its URN', { active: false, [userUrn]: { active: true } }],
    ['a sub-attribute as a key', { name: { givenName: 'A' }, 'name.givenName': 'B' }],
    ['the case of a sub-attribute', { name: { givenName: 'A', GivenName: 'B' } }],
    ['the name alone', { [enterpriseUserUrn]: { department: 'A' }, department: 'B' }],
    ['the case in an extension', { [hr]: { grade: 1, Grade: 2 } }],
  ])('N01: refuses an attribute that is named twice, by %s: none is lost without a word', (_what, values) => {
    expect(refusal(() => read(values))).toBe('400 invalidSyntax')
  })

  it.each<[string, JsonObject, JsonObject]>([
    ['a core attribute under the core URN (K6)', { [userUrn]: { active: false } }, { active: false }],
    [
      'a dotted URN (K7)',
      { [`${enterpriseUserUrn}.employeeNumber`]: '2' },
      { [enterpriseUserUrn]: { employeeNumber: '2' } },
    ],
    [
      'a dotted URN of a sub-attribute',
      { [`${enterpriseUserUrn}.manager.value`]: 'm' },
      { [enterpriseUserUrn]: { manager: { value: 'm' } } },
    ],
    ['a lone name of an extension (K7)', { department: 'D' }, { [enterpriseUserUrn]: { department: 'D' } }],
    ['a lone name of one of our own', { grade: 7 }, { [hr]: { grade: 7 } }],
    [
      'a path inside an extension',
      { [enterpriseUserUrn]: { 'manager.value': 'm' } },
      { [enterpriseUserUrn]: { manager: { value: 'm' } } },
    ],
    [
      'a key that chooses a value',
      { 'emails[type eq "work"].value': 'w@acme.test' },
      { emails: [{ type: 'work', value: 'w@acme.test' }] },
    ],
    [
      'a list of one manager (K10)',
      { [enterpriseUserUrn]: { manager: [{ value: 'm' }] } },
      { [enterpriseUserUrn]: { manager: { value: 'm' } } },
    ],
    [
      'a manager as a number',
      { [enterpriseUserUrn]: { manager: 42 } },
      { [enterpriseUserUrn]: { manager: { value: '42' } } },
    ],
    ['a list of one text', { title: ['T'] }, { title: 'T' }],
    ['an object of one text', { title: { value: 'T' } }, { title: 'T' }],
    [
      'a list of one extension',
      { [enterpriseUserUrn]: [{ department: 'D' }] },
      { [enterpriseUserUrn]: { department: 'D' } },
    ],
    ['active as 0', { active: 0 }, { active: false }],
    ['active as the text 0', { active: '0' }, { active: false }],
    ['an integer as text (K11)', { [hr]: { grade: '7' } }, { [hr]: { grade: 7 } }],
    ['a decimal as text', { [hr]: { rate: '-1.50' } }, { [hr]: { rate: -1.5 } }],
    ['a flag as text', { [hr]: { remote: 'True' } }, { [hr]: { remote: true } }],
    ['a date alone', { [hr]: { joined: '2024-02-29' } }, { [hr]: { joined: '2024-02-29T00:00:00Z' } }],
    [
      'a date with a zone',
      { [hr]: { joined: '2024-02-29+0200' } },
      { [hr]: { joined: '2024-02-29T00:00:00+02:00' } },
    ],
    [
      'a time behind a space',
      { [hr]: { joined: '2024-02-29 12:30' } },
      { [hr]: { joined: '2024-02-29T12:30:00Z' } },
    ],
    ['base64 in lines', { [hr]: { photo: 'QUJD\r\nREVG\n' } }, { [hr]: { photo: 'QUJDREVG' } }],
    [
      'simple values as objects (K13)',
      { [hr]: { devices: [{ value: 'a' }, 'b'] } },
      { [hr]: { devices: ['a', 'b'] } },
    ],
    [
      'a mark that is empty (K11)',
      { emails: [{ value: 'a@acme.test', primary: '' }] },
      { emails: [{ value: 'a@acme.test' }] },
    ],
  ])('reads %s, names it, and refuses it in strict', (_name, values, expected) => {
    const result = read(values)
    expect(result.resource).toMatchObject(expected)
    expect(tellsOf(result)).not.toEqual([])
    expect(() => read(values, 'strict')).toThrow()
  })

  it.each<[string, JsonObject, string]>([
    ['an unknown attribute', { jobTitleX: 'x' }, 'ignore-unknown: jobTitleX'],
    ['an unknown sub-attribute', { name: { nick: 'x', givenName: 'G' } }, 'ignore-unknown: name.nick'],
    [
      'an unknown attribute of an extension',
      { [enterpriseUserUrn]: { floor: 1, department: 'D' } },
      `ignore-unknown: ${enterpriseUserUrn}:floor`,
    ],
    ['an unknown schema', { 'urn:acme:other:1.0:User': { a: 1 } }, 'ignore-unknown: urn:acme:other:1.0:User'],
    ['a password', { password: 'x' }, 'not-kept: password'],
    [
      'groups',
      { groups: [{ value: 'g' }] },
      method === 'PATCH' ? 'ignore-read-only' : 'read-only-left: groups',
    ],
    [
      'the display name of a manager',
      { [enterpriseUserUrn]: { manager: { value: 'm', displayName: 'M' } } },
      method === 'PATCH' ? 'ignore-read-only' : `read-only-left: ${enterpriseUserUrn}:manager.displayName`,
    ],
    [
      'another type',
      { meta: { resourceType: 'Group' } },
      method === 'PATCH' ? ': meta' : 'read-only-left: meta',
    ],
    ['an empty value', { emails: [{}, { value: 'a@acme.test' }] }, 'empty-values: emails'],
  ])('names %s, which has no effect', (_name, values, expected) => {
    expect(tellsOf(read(values)).join('; ')).toContain(expected)
  })

  it('takes at most 100 keys that choose, and none of nothing', () => {
    const keys = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_unused, at) => [`emails[type eq "t${at}"].value`, `${at}@acme.test`]),
      )
    expect(read(keys(100)).resource.emails).toHaveLength(100)
    if (method !== 'PATCH') expect(refusal(() => read(keys(101)))).toBe('400 tooMany')
    expect(read({ [`${hr}:devices[value eq "a"].value`]: null }).resource).not.toHaveProperty([hr])
  })

  it('says nothing of what is so already', () => {
    const values = { id: '', groups: [], meta: { resourceType: 'User' } }
    if (method !== 'PATCH') expect(tellsOf(read(values))).toEqual([])
  })

  it('V03, V10: keeps every digit of a number that is a text', () => {
    for (const digits of ['1043123456789123456789', '1e400', '1.50', '-0', '0.1000', '12345678901234567']) {
      const values = parseJson(`{"externalId":${digits}}`, 8) as JsonObject
      expect(read(values).resource.externalId).toBe(digits)
      expect(refusal(() => read(values, 'strict'))).toBe('400 invalidValue')
      expect(
        String(refusal(() => read({ [hr]: { grade: (values.externalId as JsonValue) ?? 0 } }, 'strict'))),
      ).toMatch(digits === '-0' ? /undefined|400/ : /400/)
    }
    expect(read({ externalId: 7 }).resource.externalId).toBe('7')
  })

  it('V08: stores each type and value once, whatever the case of their letters', () => {
    const emails = [
      { value: 'd@acme.test', type: 'work' },
      { value: 'D@acme.test', type: 'Work', primary: true, display: 'D' },
      { value: 'd@acme.test' },
    ]
    expect(read({ emails }).resource.emails).toEqual([
      { value: 'd@acme.test', type: 'work', primary: true, display: 'D' },
      { value: 'd@acme.test' },
    ])
    expect(read({ emails, [hr]: { devices: ['a', 'A', 'a'] } }).resource[hr]).toEqual({ devices: ['a'] })
  })
})

describe.each(methods)('members by %s', (method) => {
  const read = (members: JsonValue, profile?: ProfileName) =>
    readBy(method, { members }, profile, groupResourceType)
  const idsOf = ({ resource }: Read) =>
    ((resource.members ?? []) as readonly JsonObject[]).map(({ value }) => value)

  it.each([
    'https://id.acme.test/scim/v2/Users/u1',
    'https://id.acme.test/scim/v2/Users/u1/?a=b#c',
    '../Users/u1',
    '/Users/u1',
    'u1',
    'https://id.acme.test/scim/v2/users/u1',
  ])('M01: are read from the $ref %s', ($ref) => {
    const result = read([{ $ref, type: 'User' }])
    expect(idsOf(result)).toEqual(['u1'])
    expect(tellsOf(result)).toContain('members-by-reference: members.$ref')
    expect(refusal(() => read([{ $ref }], 'strict'))).toBe('400 invalidValue')
  })

  it.each<JsonValue>([
    [{}],
    [{ display: 'x' }],
    [null],
    [''],
    {},
    '',
    { display: 'x' },
    [{ $ref: '' }],
    [{ type: 'User' }],
  ])('M07: are refused where nobody is named: %j', (members) => {
    expect(refusal(() => read(members))).toBe('400 invalidValue')
    expect(refusal(() => read(members, 'strict'))).toBe('400 invalidValue')
  })

  it('are read from a "value" that is an address', () => {
    const result = read([{ value: 'https://id.acme.test/scim/v2/Users/u1' }, { value: 'a/b' }])
    expect(idsOf(result)).toEqual(['u1', 'a/b'])
    expect(tellsOf(result)).toEqual(['members-by-reference: members.value'])
  })

  it('M09: are taken where they are named, and the others are told of', () => {
    const result = read([{ value: 'u1', display: 'U' }, {}])
    expect(idsOf(result)).toEqual(['u1'])
    expect(tellsOf(result)).toEqual(['computed-left: members.display', 'unnamed-members: members'])
    expect(refusal(() => read([{ value: 'u1' }, {}], 'strict'))).toBe('400 invalidValue')
  })
})

describe('PATCH', () => {
  const grouped = { ...group, members: [{ value: 'a' }, { value: 'b' }] }

  it.each<JsonValue>(['', {}, [], [''], [{}], [null], [{ display: 'x' }]])(
    'F3: refuses the removal of %j, which is nobody and not everybody',
    (value) => {
      for (const profile of ['auto', 'okta', 'entra', 'strict', 'interop'] as const)
        expect(refusal(() => patchBy([{ op: 'remove', path: 'members', value }], grouped, profile))).toBe(
          '400 invalidValue',
        )
      const emails = [{ value: 'a@acme.test' }]
      if (!JSON.stringify(value).includes('display'))
        expect(refusal(() => patchBy([{ op: 'remove', path: 'emails', value }], { ...user, emails }))).toBe(
          '400 invalidValue',
        )
    },
  )

  it('removes everybody where nobody is named, and names a value that it has no use for', () => {
    expect(patchBy([{ op: 'remove', path: 'members' }], grouped).resource.members).toBeUndefined()
    expect(
      patchBy([{ op: 'remove', path: 'members', value: null }], grouped).resource.members,
    ).toBeUndefined()
    const removed = patchBy([{ op: 'remove', path: 'title', value: 'old' }], { ...user, title: 'T' })
    expect(removed.resource.title).toBeUndefined()
    expect(tellsOf(removed)).toEqual(['removal-values: title'])
    const extended = { ...user, [enterpriseUserUrn]: { department: 'D' } }
    const whole = patchBy([{ op: 'remove', path: enterpriseUserUrn, value: { department: 'D' } }], extended)
    expect(tellsOf(whole)).toEqual([`removal-values: ${enterpriseUserUrn}`])
    const emails = [{ value: 'a@acme.test', type: 'work' }]
    const labels = { op: 'remove', path: 'emails', value: [{ type: 'work', primary: true }] }
    expect(refusal(() => patchBy([labels], { ...user, emails }))).toBe('400 invalidValue')
  })

  it.each<[string, JsonObject, string]>([
    ['a filter that chooses nothing', { path: 'emails[type eq "home"]' }, 'emails'],
    ['a sub-attribute of no value', { path: 'emails[type eq "home"].display' }, 'emails.display'],
    ['values that are not there', { path: 'emails', value: [{ value: 'b@acme.test' }] }, 'emails'],
    ['simple values', { path: `${hr}:devices`, value: ['x'] }, `${hr}:devices`],
  ])('N02: tells of a removal of what is not there: %s', (_what, operation, path) => {
    const before = { ...user, emails: [{ value: 'a@acme.test', type: 'work' }], [hr]: { devices: ['a'] } }
    const read = patchBy([{ op: 'remove', ...operation }], before)
    expect(read.resource).toEqual(before)
    expect(tellsOf(read)).toContain(`unmatched-removals: ${path}`)
  })

  it('V01: keeps of a chosen value what the object does not name, and clears what it empties', () => {
    const work = { value: 'one@acme.test', type: 'work', primary: true, display: 'One' }
    let current: JsonObject = { ...user, emails: [work] }
    for (const value of ['two@acme.test', 'three@acme.test'])
      current = patchBy(
        [{ op: 'replace', path: 'emails[type eq "work"]', value: { value } }],
        current,
        'strict',
      ).resource
    expect(current.emails).toEqual([{ ...work, value: 'three@acme.test' }])
    const path = 'emails[type eq "work"]'
    const cleared = patchBy([{ op: 'replace', path, value: { display: null, type: 'home' } }], current)
    expect(cleared.resource.emails).toEqual([{ value: 'three@acme.test', type: 'home', primary: true }])
    const emptied = { value: '', display: '' }
    expect(patchBy([{ op: 'replace', path, value: emptied }], current).resource.emails).toBeUndefined()
  })

  it('X01, X03: chooses among simple values, adds them as objects and replaces them', () => {
    const before = { ...user, [hr]: { devices: ['a', 'b'] } }
    const change = (operation: JsonObject) =>
      (patchBy([operation], before).resource[hr] as JsonObject)?.devices
    expect(change({ op: 'remove', path: `${hr}:devices[value eq "a"]` })).toEqual(['b'])
    expect(change({ op: 'remove', path: 'devices[value eq "a"]' })).toEqual(['b'])
    expect(change({ op: 'remove', path: `${hr}:devices`, value: [{ value: 'a' }] })).toEqual(['b'])
    expect(change({ op: 'add', path: `${hr}:devices`, value: [{ value: 'c' }] })).toEqual(['a', 'b', 'c'])
    expect(change({ op: 'replace', path: `${hr}:devices[value eq "a"]`, value: 'z' })).toEqual(['z', 'b'])
    expect(change({ op: 'replace', path: `${hr}:devices[value eq "a"].value`, value: 'z' })).toEqual([
      'z',
      'b',
    ])
    expect(change({ op: 'replace', path: `${hr}:devices[value eq "a"]`, value: 'b' })).toEqual(['b'])
    expect(change({ op: 'add', path: `${hr}:devices[value eq "n"]`, value: 'n' })).toEqual(['a', 'b', 'n'])
    expect(
      refusal(() => patchBy([{ op: 'remove', path: `${hr}:devices[value eq "a"]` }], before, 'strict')),
    ).toBe('400 invalidFilter')
    expect(refusal(() => change({ op: 'remove', path: `${hr}:devices[type eq "a"]` }))).toBe(
      '400 invalidFilter',
    )
  })

  it("drops a manager's $ref that is to somebody else, and keeps one that is to the new one", () => {
    const manager = { value: 'm1', $ref: 'https://id.acme.test/scim/v2/Users/m1' }
    const before = { ...user, [enterpriseUserUrn]: { manager } }
    const after = (operation: JsonObject) =>
      (patchBy([operation], before).resource[enterpriseUserUrn] as JsonObject | undefined)?.manager
    const path = `${enterpriseUserUrn}:manager`
    expect(after({ op: 'replace', path, value: 'm2' })).toEqual({ value: 'm2' })
    expect(after({ op: 'replace', path, value: { value: 'm2' } })).toEqual({ value: 'm2' })
    expect(after({ op: 'add', path: `${path}.value`, value: 'm2' })).toEqual({ value: 'm2' })
    expect(after({ op: 'replace', value: { [enterpriseUserUrn]: { manager: { value: 'm2' } } } })).toEqual({
      value: 'm2',
    })
    expect(after({ op: 'remove', path: `${path}.value` })).toBeUndefined()
    const both = { $ref: '../Users/m2', value: 'm2' }
    for (const value of [both, { value: 'm2', $ref: '../Users/m2' }])
      expect(after({ op: 'replace', path, value })).toEqual(both)
    expect(after({ op: 'replace', path, value: manager })).toEqual(manager)
  })

  it('stores a value once that a change makes the same as another', () => {
    const emails = [
      { value: 'a@acme.test', type: 'work', primary: true },
      { value: 'a@acme.test', type: 'home' },
    ]
    const path = 'emails[type eq "home"].type'
    expect(patchBy([{ op: 'replace', path, value: 'work' }], { ...user, emails }).resource.emails).toEqual([
      { value: 'a@acme.test', type: 'work', primary: true },
    ])
  })

  it.each(['memebers', 'urn:ietf:params:scim:schemas:core:2.0:User:displayName', 'memebers[value eq "x"]'])(
    'P06, P07: names the path %s that no attribute has, and refuses it in strict',
    (path) => {
      const operation = { op: 'replace', path, value: 'x' }
      expect(tellsOf(patchBy([operation], group))).toEqual([`ignore-unknown: ${path}`])
      expect(refusal(() => patchBy([operation], group, 'strict'))).toBe('400 invalidPath')
    },
  )

  it('reads a value that is a list of one object, and one operation that is no list', () => {
    const replace = { op: 'replace', value: [{ active: false }] }
    expect(patchBy([replace], user).resource.active).toBe(false)
    expect(patchBy({ op: 'replace', path: 'title', value: 'T' }, user).resource.title).toBe('T')
    const alone = { op: 'replace', path: 'title', value: 'T' }
    expect(readPatch(people, alone, profiles.auto).operations).toHaveLength(1)
    expect(refusal(() => readPatch(people, alone, profiles.strict))).toBe('400 invalidSyntax')
    expect(readResource(people, [user], profiles.auto).resource.userName).toBe('a@acme.test')
    expect(refusal(() => readResource(people, [user], profiles.strict))).toBe('400 invalidSyntax')
  })
})
