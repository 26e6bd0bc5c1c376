import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScimError } from '../error.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { readResource } from '../resource/read.ts'
import { attribute, type ResourceType } from '../schema/attribute.ts'
import { groupResourceType, userResourceType } from '../schema/resource-types.ts'
import { patchBody } from '../testing/arbitrary.ts'
import { countSteps } from '../testing/count-steps.ts'
import { barbara, canonical, patched, refusal } from '../testing/users.ts'
import { profiles } from '../tolerance.ts'
import { enterpriseUserUrn, groupUrn, patchOpUrn, userUrn } from '../urn.ts'
import { applyPatch } from './apply-patch.ts'
import { readPatch } from './read-patch.ts'

const strict = (operation: JsonValue, current = barbara) => patched(current, [operation], 'strict').resource
const strictGroup = (operation: JsonValue, current: JsonObject) =>
  patched(current, [operation], 'strict', groupResourceType).resource

const [work, home] = barbara.emails as readonly [JsonObject, JsonObject]
const addresses = [
  { type: 'work', streetAddress: '1 A St', locality: 'Town', primary: true },
  { type: 'home', streetAddress: '2 B St' },
]
const group: JsonObject = {
  schemas: [groupUrn],
  id: 'g1',
  displayName: 'Tour Guides',
  members: [
    { value: '2819c223', display: 'Babs' },
    { value: '902c246b', display: 'James' },
  ],
}

describe('add (RFC 7644 §3.5.2.1)', () => {
  it('adds members to a group, and none that is there', () => {
    const added = { display: 'Mandy', $ref: 'https://example.com/v2/Users/08e1d05d', value: '08e1d05d' }
    const operation = { op: 'add', path: 'members', value: [added] }
    const once = strictGroup(operation, group)
    expect(once.members).toEqual([...(group.members as JsonValue[]), added])
    expect(patched(once, [operation], 'strict', groupResourceType)).toMatchObject({
      isChanged: false,
      resource: once,
    })
    expect(strictGroup({ op: 'add', path: 'members', value: [added, added] }, group).members).toHaveLength(3)
  })

  it('adds the attributes of a value without path', () => {
    const value = { emails: [{ value: 'b@example.org', type: 'other' }], nickName: 'Babs' }
    expect(patched(barbara, [{ op: 'add', value }]).resource).toMatchObject({
      emails: [work, home, { value: 'b@example.org', type: 'other' }],
      nickName: 'Babs',
    })
  })

  it('keeps each combination of type and value once (RFC 7643 §2.4)', () => {
    const add = (value: JsonObject) => strict({ op: 'add', path: 'emails', value: [value] }).emails
    expect(add({ value: 'BABS@jensen.org' })).toEqual([work, home])
    expect(add({ value: 'babs@jensen.org', type: 'HOME', display: 'B' })).toEqual([
      work,
      { ...home, display: 'B', type: 'HOME' },
    ])
    expect(add({ value: 'babs@jensen.org', type: 'other' })).toHaveLength(3)
  })

  it('replaces a single value and completes a single complex one', () => {
    expect(strict({ op: 'add', path: 'displayName', value: 'B' }).displayName).toBe('B')
    expect(strict({ op: 'add', path: 'name', value: { middleName: 'J' } }).name).toEqual({
      givenName: 'Barbara',
      familyName: 'Jensen',
      middleName: 'J',
    })
    expect(strict({ op: 'add', path: 'name', value: {} })).toBe(barbara)
    expect(strict({ op: 'add', path: 'emails', value: [] })).toBe(barbara)
  })

  it('adds to the values that a filter chooses', () => {
    expect(strict({ op: 'add', path: 'emails[type eq "home"]', value: { display: 'B' } }).emails).toEqual([
      work,
      { ...home, display: 'B' },
    ])
  })

  it('adds an extension by its URN, whole and in part', () => {
    const { [enterpriseUserUrn]: _extension, ...plain } = { ...barbara, schemas: [userUrn] } as JsonObject
    const whole = { op: 'add', path: enterpriseUserUrn, value: { department: 'D' } }
    const part = { op: 'add', path: `${enterpriseUserUrn}:department`, value: 'D' }
    for (const operation of [whole, part])
      expect(strict(operation, plain)).toEqual({
        ...plain,
        schemas: [userUrn, enterpriseUserUrn],
        [enterpriseUserUrn]: { department: 'D' },
      })
  })
})

describe('remove (RFC 7644 §3.5.2.2)', () => {
  it('removes one member, all members, and what a filter chooses', () => {
    const remaining = (path: string) => strictGroup({ op: 'remove', path }, group).members
    expect(remaining('members[value eq "2819c223"]')).toEqual([{ value: '902c246b', display: 'James' }])
    expect(remaining('members')).toBeUndefined()
    expect(
      strict({ op: 'remove', path: 'emails[type eq "work" and value ew "example.com"]' }).emails,
    ).toEqual([home])
  })

  it('removes sub-attributes, and what is empty then', () => {
    expect(strict({ op: 'remove', path: 'name.givenName' }).name).toEqual({ familyName: 'Jensen' })
    expect(strict({ op: 'remove', path: 'emails[type eq "home"].value' }).emails).toEqual([work])
    expect(strict({ op: 'remove', path: 'emails.type' }).emails).toEqual([
      { value: work.value, primary: true },
      { value: home.value },
    ])
    const inEnterprise = (name: string) => ({ op: 'remove', path: `${enterpriseUserUrn}:${name}` })
    const { resource } = patched(
      barbara,
      [inEnterprise('department'), inEnterprise('manager.value')],
      'strict',
    )
    expect(resource).not.toHaveProperty([enterpriseUserUrn])
    expect(resource.schemas).toEqual([userUrn])
    expect(strict({ op: 'remove', path: enterpriseUserUrn })).toEqual(resource)
  })

  it('succeeds where there is nothing to remove', () => {
    for (const path of [
      'title',
      'name.middleName',
      'photos',
      'emails[type eq "other"]',
      'photos[value pr].value',
    ])
      expect(patched(barbara, [{ op: 'remove', path }], 'strict')).toEqual({
        resource: barbara,
        isChanged: false,
        tolerated: [],
      })
  })

  it('removes only the values that it lists', () => {
    const remove = (value: JsonValue) => strictGroup({ op: 'remove', path: 'members', value }, group).members
    expect(remove([{ $ref: null, value: '2819c223' }])).toEqual([{ value: '902c246b', display: 'James' }])
    expect(remove([{ value: 'nobody' }])).toEqual(group.members)
    expect(strict({ op: 'remove', path: 'emails', value: [{ value: work.value!, type: 'home' }] })).toBe(
      barbara,
    )
    const rest = strict(
      { op: 'remove', path: 'addresses', value: [addresses[0]!] },
      { ...barbara, addresses },
    ).addresses
    expect(rest).toEqual([addresses[1]])
  })

  it('refuses to remove what is required, or what has only other values', () => {
    const refused = (operation: JsonValue) => refusal(() => patched(barbara, [operation]))
    expect(refused({ op: 'remove', path: 'userName' })).toBe('400 mutability')
    expect(refused({ op: 'replace', path: 'userName', value: null })).toBe('400 mutability')
    expect(refused({ op: 'replace', path: 'userName', value: ' ' })).toBe('400 invalidValue')
    expect(refused({ op: 'remove', path: 'active' })).toBe('400 mutability')
    expect(refused({ op: 'replace', path: 'active', value: null })).toBe('400 mutability')
  })
})

describe('replace (RFC 7644 §3.5.2.3)', () => {
  it('replaces all members, and of a value that a filter chooses what the object names', () => {
    const members = [{ display: 'James', value: '08e1d05d' }]
    expect(strictGroup({ op: 'replace', path: 'members', value: members }, group).members).toEqual(members)
    const address = { type: 'work', streetAddress: '911 Universal City Plaza', country: 'US', primary: true }
    const current = { ...barbara, addresses }
    const replaced = strict({ op: 'replace', path: 'addresses[type eq "work"]', value: address }, current)
    expect(replaced.addresses).toEqual([{ ...addresses[0], ...address }, addresses[1]])
  })

  it('replaces one sub-attribute of the values that a filter chooses', () => {
    const operation = {
      op: 'replace',
      path: 'addresses[type eq "work"].streetAddress',
      value: '1010 Broadway Ave',
    }
    expect(strict(operation, { ...barbara, addresses }).addresses).toEqual([
      { ...addresses[0], streetAddress: '1010 Broadway Ave' },
      addresses[1],
    ])
  })

  it('replaces the sub-attributes that a complex value names and leaves the others', () => {
    expect(strict({ op: 'replace', path: 'name', value: { givenName: 'B', familyName: null } }).name).toEqual(
      { givenName: 'B' },
    )
    expect(strict({ op: 'replace', path: 'name', value: {} })).not.toHaveProperty('name')
    expect(patched(barbara, [{ op: 'replace', value: { name: { givenName: 'B' } } }]).resource.name).toEqual({
      givenName: 'B',
      familyName: 'Jensen',
    })
  })

  it('refuses a filter that chooses nothing with noTarget, where making the value is not tolerated', () => {
    for (const path of [
      'emails[type eq "other"]',
      'emails[type eq "other"].value',
      'photos[type eq "photo"].value',
    ])
      expect(
        refusal(() => patched(barbara, [{ op: 'replace', path, value: [{ value: 'x' }] }], 'strict')),
      ).toMatch(/^400 (noTarget|invalidValue)$/)
    const operation = { op: 'replace', path: 'emails[type eq "other"].value', value: 'x' }
    expect(refusal(() => strict(operation))).toBe('400 noTarget')
  })

  it('makes no value for a filter that describes none', () => {
    for (const filter of ['type sw "o"', 'type eq "other" or type eq "x"', 'not (type pr)'])
      expect(
        refusal(() => patched(barbara, [{ op: 'replace', path: `emails[${filter}].value`, value: 'x' }])),
      ).toBe('400 noTarget')
  })
})

describe('primary (RFC 7644 §3.5.2)', () => {
  const emailsAfter = (operation: JsonValue) => patched(barbara, [operation]).resource.emails

  it('goes from the other values to the one that an operation marks', () => {
    const demoted = { ...work, primary: false }
    const fresh = { value: 'c@x', primary: true }
    expect(emailsAfter({ op: 'add', path: 'emails', value: [fresh] })).toEqual([demoted, home, fresh])
    expect(emailsAfter({ op: 'replace', path: 'emails[type eq "home"].primary', value: true })).toEqual([
      demoted,
      { ...home, primary: true },
    ])
    expect(emailsAfter({ op: 'add', path: 'emails', value: [{ ...home, primary: 'True' }] })).toEqual([
      demoted,
      { ...home, primary: true },
    ])
  })

  it('stays when an operation marks nothing, and with the first when it marks several', () => {
    expect(emailsAfter({ op: 'replace', path: 'emails[type eq "home"].value', value: 'x' })).toEqual([
      work,
      { ...home, value: 'x' },
    ])
    expect(emailsAfter({ op: 'replace', path: 'emails.primary', value: true })).toEqual([
      work,
      { ...home, primary: false },
    ])
  })

  it('is never taken by a value that was made for a filter', () => {
    const operation = { op: 'replace', path: 'emails[type eq "other" and primary eq true].value', value: 'x' }
    expect(emailsAfter(operation)).toEqual([work, home, { type: 'other', value: 'x' }])
  })
})

describe('immutable attributes', () => {
  const badge: ResourceType = {
    name: 'Badge',
    endpoint: '/Badges',
    description: '',
    schema: {
      id: 'urn:x:Badge',
      name: '',
      description: '',
      attributes: [attribute('serial', '', { mutability: 'immutable' })],
    },
    extensions: [],
  }

  it('can be set once and repeated, not changed or removed', () => {
    const empty = { schemas: ['urn:x:Badge'] }
    const set = patched(empty, [{ op: 'add', path: 'serial', value: '1' }], 'strict', badge).resource
    expect(set).toEqual({ ...empty, serial: '1' })
    expect(patched(set, [{ op: 'replace', path: 'serial', value: '1' }], 'strict', badge).isChanged).toBe(
      false,
    )
    for (const operation of [
      { op: 'replace', path: 'serial', value: '2' },
      { op: 'remove', path: 'serial' },
    ])
      expect(refusal(() => patched(set, [operation], 'strict', badge))).toBe('400 mutability')
  })

  it('stay inside the values of a list too', () => {
    const path = 'members[value eq "2819c223"].value'
    expect(refusal(() => strictGroup({ op: 'replace', path, value: 'x' }, group))).toBe('400 mutability')
    expect(strictGroup({ op: 'replace', path, value: '2819c223' }, group)).toBe(group)
  })
})

describe('applyPatch', () => {
  it('applies in order, all or nothing, on a copy', () => {
    const before = JSON.stringify(barbara)
    const operations = [
      { op: 'add', path: 'title', value: 'a' },
      { op: 'add', path: 'title', value: 'b' },
      { op: 'remove', path: 'emails[type eq "home"]' },
    ]
    expect(patched(barbara, operations).resource).toMatchObject({ title: 'b', emails: [work] })
    expect(refusal(() => patched(barbara, [...operations, { op: 'remove', path: 'userName' }]))).toBe(
      '400 mutability',
    )
    expect(JSON.stringify(barbara)).toBe(before)
  })

  it('says what it took, reading and applying together', () => {
    const operations = [{ op: 'Replace', path: 'photos[type eq "photo"].value', value: 'http://x' }]
    expect(patched(barbara, operations).tolerated).toEqual(['op-any-case', 'create-missing-target'])
  })

  it('gives the current resource back when nothing changed', () => {
    const operations = [
      { op: 'replace', value: { active: true, password: 'verySecure', displayName: 'Barbara Jensen' } },
    ]
    const { resource, isChanged } = patched(barbara, operations)
    expect(isChanged).toBe(false)
    expect(resource).toBe(barbara)
    expect(patched(barbara, [{ op: 'remove', path: 'password' }], 'strict').isChanged).toBe(false)
  })

  it('takes no more steps than members times operations, for additions and removals', () => {
    const stepsOf = (scale: number) => {
      const members = Array.from({ length: 1_000 * scale }, (_, index) => ({
        value: `u${index}`,
        type: `${index % 7}`,
      }))
      const added = Array.from({ length: 100 * scale }, (_, index) => ({
        op: 'add',
        path: 'members',
        value: [{ value: `u${index * 11}` }],
      }))
      const removed = Array.from({ length: 10 * scale }, (_, index) => ({
        op: 'remove',
        path: 'members',
        value: [{ value: `u${index}` }],
      }))
      const patch = (operations: JsonValue) =>
        patched({ ...group, members }, operations, 'auto', groupResourceType).resource.members as JsonValue[]
      return countSteps(() => {
        expect(patch(added)).toHaveLength(1_009 * scale)
        expect(patch(removed)).toHaveLength(990 * scale)
      })
    }
    expect(stepsOf(4)).toBeLessThan(6 * stepsOf(2))
  })

  it.each<[string, JsonValue]>([
    [
      'filters of many terms',
      Array.from({ length: 1000 }, () => ({
        op: 'remove',
        path: `emails[${Array.from({ length: 60 }, (_, index) => `value eq "q${index}"`).join(' or ')}]`,
      })),
    ],
    [
      'marks that move',
      Array.from({ length: 1000 }, (_, index) => ({
        op: 'add',
        path: 'emails',
        value: [{ value: `n${index}`, primary: true }],
      })),
    ],
    [
      'paths in one object',
      [
        {
          op: 'replace',
          value: Object.fromEntries(
            Array.from({ length: 20_000 }, (_, index) => [`emails[type eq "t${index}"].value`, 'x']),
          ),
        },
      ],
    ],
  ])('refuses %s over tens of thousands of values after a bounded number of steps', (_name, operations) => {
    const emails = Array.from({ length: 50_000 }, (_, index) => ({ value: `v${index}` }))
    const steps = countSteps(
      () => expect(refusal(() => patched({ ...barbara, emails }, operations))).toBe('400 tooMany'),
      1,
    )
    // To the end it would be thousands of millions.
    expect(steps).toBeLessThan(300_000_000)
  })

  it.each([
    ['eq', Array.from({ length: 100 }, (_, index) => `formatted eq "${index}"`).join(' or ')],
    ['co', `formatted co "${'a'.repeat(1950)}b${'a'.repeat(1950)}"`],
  ])('refuses texts of kilobytes that hundreds of operations compare by %s', (_, filter) => {
    const addresses = Array.from({ length: 8 }, (_one, index) => ({
      type: `${index}`,
      formatted: 'a'.repeat(8_000),
    }))
    const operations = Array.from({ length: 230 }, () => ({ op: 'remove', path: `addresses[${filter}]` }))
    expect(refusal(() => patched({ ...barbara, addresses }, operations))).toBe('400 tooMany')
    expect(patched({ ...barbara, addresses }, operations.slice(0, 4)).isChanged).toBe(false)
  })

  it('takes as many steps as there are values that differ only in type', () => {
    const stepsOf = (count: number) => {
      const value = Array.from({ length: count }, (_, index) => ({ value: 'x', type: `${index}` }))
      return countSteps(() => {
        const { resource } = patched({ ...barbara, emails: value }, [
          { op: 'add', path: 'emails', value },
          { op: 'remove', path: 'emails', value },
        ])
        expect(resource).not.toHaveProperty('emails')
      })
    }
    expect(stepsOf(4_000)).toBeLessThan(3 * stepsOf(2_000))
  })

  it('throws nothing but a ScimError, never changes its input and gives a valid resource', () => {
    let changed = 0
    fc.assert(
      fc.property(patchBody, fc.constantFrom(...Object.values(profiles)), (body, profile) => {
        const before = JSON.stringify(barbara)
        const nothing = readPatch(userResourceType, { schemas: [patchOpUrn], Operations: [] }, profile)
        try {
          const patch = readPatch(userResourceType, body, profile)
          const { resource, isChanged } = applyPatch(userResourceType, barbara, patch, profile)
          const { id: _id, meta: _meta, ...stored } = resource
          expect(readResource(userResourceType, stored, canonical).resource).toEqual(stored)
          expect(applyPatch(userResourceType, resource, nothing, profile).resource).toBe(resource)
          if (isChanged) changed += 1
        } catch (error) {
          if (!(error instanceof ScimError)) throw error
        }
        expect(JSON.stringify(barbara)).toBe(before)
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      }),
      { numRuns: 3000 },
    )
    expect(changed).toBeGreaterThan(50)
  })
})

describe('prototypes', () => {
  const evil = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"prototype":{"polluted":1}}',
  )
  const paths = [
    '__proto__',
    '__proto__.polluted',
    'constructor',
    'constructor.prototype',
    'constructor.prototype.polluted',
    'name.__proto__',
    'name.constructor',
    'emails.__proto__',
    'emails[type eq "work"].__proto__',
    'emails[type eq "work"].constructor',
    'emails[__proto__ eq "x"].value',
    'emails[constructor eq "x"].value',
    '__proto__[type eq "x"].polluted',
    'constructor[type eq "x"].prototype',
    `${userUrn}:__proto__`,
    `${enterpriseUserUrn}:__proto__`,
    `${enterpriseUserUrn}:constructor.prototype`,
    `${enterpriseUserUrn}:manager.__proto__`,
  ]
  const values: readonly JsonValue[] = [
    'x',
    evil,
    [evil],
    { name: evil, emails: [evil], [enterpriseUserUrn]: evil },
  ]

  it.each(['add', 'replace', 'remove'])('are out of reach of %s in every position', (op) => {
    const attempts: JsonValue[] = []
    for (const value of values) {
      for (const path of [...paths, 'name', 'emails', 'emails[type eq "work"]', enterpriseUserUrn, userUrn])
        attempts.push({ op, path, value })
      attempts.push({ op, value }, { op, value: Object.fromEntries(paths.map((path) => [path, value])) })
      for (const path of paths) attempts.push({ op, value: { [path]: value } })
    }
    for (const profile of ['auto', 'okta', 'entra', 'strict', 'interop'] as const) {
      for (const attempt of attempts) {
        const refused = refusal(() => {
          const { resource } = patched(barbara, [attempt], profile)
          expect(JSON.stringify(resource)).not.toContain('polluted')
          expect(Object.getPrototypeOf(resource)).toBe(Object.prototype)
        })
        expect(refused ?? '400 ').toMatch(/^400 /)
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      }
    }
  })
})
