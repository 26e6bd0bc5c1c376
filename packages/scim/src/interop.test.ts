// What draft-zollner-scim-interop-profile demands where the RFCs leave a choice: in profile `interop`, and in no other.
import { describe, expect, it } from 'vitest'
import { declaresEveryType, renderSchemas } from './discovery/schemas.ts'
import type { JsonObject, JsonValue } from './json.ts'
import { readPatch } from './patch/read-patch.ts'
import { readResource } from './resource/read.ts'
import { replaceResource } from './resource/replace.ts'
import { extendResourceType, readExtensionSchema } from './schema/extension.ts'
import { groupResourceType, userResourceType } from './schema/resource-types.ts'
import { barbara, patched, refusal } from './testing/users.ts'
import { type Demand, demands, type ProfileName, profiles } from './tolerance.ts'
import { enterpriseUserUrn, patchOpUrn, userUrn } from './urn.ts'

const others = (Object.keys(profiles) as ProfileName[]).filter((name) => name !== 'interop')

const byPatch =
  (...operations: JsonObject[]) =>
  (profile: ProfileName): unknown =>
    patched(barbara, operations, profile)
const byCreate =
  (values: JsonObject) =>
  (profile: ProfileName): unknown =>
    readResource(userResourceType, { schemas: [userUrn], userName: 'a', ...values }, profiles[profile])

/** The refusal of each demand that refuses; the others are looked at by themselves, here or where requests come in. */
const refused: readonly (readonly [Demand, string, string, (profile: ProfileName) => unknown])[] = [
  ['path-required', 'replace', '400 invalidSyntax', byPatch({ op: 'replace', value: { title: 'T' } })],
  ['path-required', 'add', '400 invalidSyntax', byPatch({ op: 'add', value: { title: 'T' } })],
  ['path-required', 'null', '400 invalidSyntax', byPatch({ op: 'add', path: null, value: { title: 'T' } })],
  [
    'attribute-paths',
    'core',
    '400 invalidPath',
    byPatch({ op: 'replace', path: userUrn, value: { title: 'T' } }),
  ],
  [
    'attribute-paths',
    'extension',
    '400 invalidPath',
    byPatch({ op: 'add', path: enterpriseUserUrn, value: { division: 'D' } }),
  ],
  ...['add', 'replace'].map(
    (op) =>
      [
        'sub-attribute-paths',
        op,
        '400 invalidPath',
        byPatch({ op, path: 'emails[type eq "work"]', value: { value: 'n@example.com' } }),
      ] as const,
  ),
  ...['add', 'replace', 'remove'].map(
    (op) =>
      [
        'one-match',
        op,
        '400 invalidFilter',
        byPatch({ op, path: 'emails[value pr].display', value: 'x' }),
      ] as const,
  ),
  ['one-match', 'whole', '400 invalidFilter', byPatch({ op: 'remove', path: 'emails[value pr]' })],
  ['listed-only', 'password', '400 invalidSyntax', byCreate({ password: 's3cret' })],
  [
    'listed-only',
    'path password',
    '400 invalidSyntax',
    byPatch({ op: 'replace', path: 'password', value: 's3cret' }),
  ],
  ['listed-only', 'no password', '400 invalidSyntax', byPatch({ op: 'remove', path: 'password' })],
]

describe('profile interop', () => {
  it('demands everything that there is to demand, tolerates nothing, and is the only one that demands', () => {
    expect([...profiles.interop.demands]).toEqual(Object.keys(demands))
    expect(profiles.interop.tolerances.size).toBe(0)
    for (const name of others) expect(profiles[name].demands.size).toBe(0)
    for (const sentence of Object.values(demands)) expect(sentence).toMatch(/^[A-Z`/][^\n]*\.$/)
  })

  it.each(refused)('%s (%s): %s', (demand, _what, expected, ask) => {
    expect(refusal(() => ask('interop'))).toBe(expected)
    // The RFCs allow it.
    expect([demand, refusal(() => ask('strict'))]).toEqual([demand, undefined])
  })

  it('listed-only: a path that no attribute has is invalidSyntax, and invalidPath in strict', () => {
    for (const path of ['jobTitleX', 'name.nick', 'urn:example:unknown:1.0:User:x']) {
      const ask = byPatch({ op: 'replace', path, value: 'x' })
      expect([path, refusal(() => ask('interop'))]).toEqual([path, '400 invalidSyntax'])
      expect([path, refusal(() => ask('strict'))]).toEqual([path, '400 invalidPath'])
    }
  })

  it('unknown attributes and schema URIs are invalidSyntax wherever they stand', () => {
    const urn = 'urn:example:unknown:1.0:User'
    const bodies: readonly JsonObject[] = [
      { colour: 'red' },
      { name: { nick: 'B' } },
      { [urn]: { colour: 'red' } },
      { [enterpriseUserUrn]: { colour: 'red' } },
      { schemas: [userUrn, urn] },
      { schemas: ['urn:scim:schemas:core:1.0'] },
    ]
    for (const profile of ['interop', 'strict'] as const)
      for (const values of bodies) {
        const body = { schemas: [userUrn], userName: 'bjensen@example.com', ...values }
        const put = () => replaceResource(userResourceType, barbara, body, profiles[profile])
        expect([values, refusal(() => byCreate(values)(profile))]).toEqual([values, '400 invalidSyntax'])
        expect([values, refusal(put)]).toEqual([values, '400 invalidSyntax'])
      }
  })

  it('whole-replace: a "replace" of a complex attribute leaves nothing else of it; "add" merges', () => {
    const name = (op: string, profile: ProfileName) =>
      patched(barbara, [{ op, path: 'name', value: { familyName: 'Smith' } }], profile).resource.name
    expect(name('replace', 'interop')).toEqual({ familyName: 'Smith' })
    expect(name('add', 'interop')).toEqual({ givenName: 'Barbara', familyName: 'Smith' })
    expect(name('replace', 'strict')).toEqual({ givenName: 'Barbara', familyName: 'Smith' })
    const path = `${enterpriseUserUrn}:manager`
    const before = {
      ...barbara,
      [enterpriseUserUrn]: { manager: { value: 'm1', $ref: 'https://example.com/Users/m1' } },
    }
    const { resource } = patched(before, [{ op: 'replace', path, value: { value: 'm1' } }], 'interop')
    expect(resource[enterpriseUserUrn]).toEqual({ manager: { value: 'm1' } })
  })

  it.each<[string, JsonObject, (resource: JsonObject) => JsonValue | undefined, JsonValue | undefined]>([
    ['active', { op: 'add', path: 'active', value: false }, ({ active }) => active, false],
    ['userName', { op: 'replace', path: 'userName', value: 'b' }, ({ userName }) => userName, 'b'],
    [
      'a sub-attribute behind a filter',
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'n@example.com' },
      ({ emails }) => (emails as JsonObject[])[0]?.value,
      'n@example.com',
    ],
    [
      'a list',
      { op: 'replace', path: 'emails', value: [{ value: 'n@example.com' }] },
      ({ emails }) => emails,
      [{ value: 'n@example.com' }],
    ],
    [
      'the removal of one value: there is no other way to take one away',
      { op: 'remove', path: 'emails[type eq "work"]' },
      ({ emails }) => (emails as JsonObject[]).length,
      1,
    ],
    [
      'the removal of an extension',
      { op: 'remove', path: enterpriseUserUrn },
      (resource) => resource[enterpriseUserUrn],
      undefined,
    ],
  ])('what it allows is done: %s', (_what, operation, pick, expected) => {
    expect(pick(patched(barbara, [operation], 'interop').resource)).toEqual(expected)
  })

  it('a list is sent as a list', () => {
    const operation = { op: 'replace', path: 'emails', value: { value: 'n@example.com' } }
    const message = { schemas: [patchOpUrn], Operations: [operation] }
    expect(refusal(() => readPatch(userResourceType, message, profiles.interop))).toBe('400 invalidValue')
  })

  it('every multi-valued attribute with a type declares its types; an operator’s may not', () => {
    expect(declaresEveryType([userResourceType, groupResourceType])).toBe(true)
    const extended = (type: JsonObject) =>
      extendResourceType(userResourceType, [
        readExtensionSchema({
          id: 'urn:acme:params:scim:schemas:extension:hr:2.0:User',
          attributes: [
            { name: 'type' },
            { name: 'badges', type: 'complex', multiValued: true, subAttributes: [{ name: 'value' }, type] },
          ],
        }),
      ])
    expect(declaresEveryType([extended({ name: 'type' })])).toBe(false)
    expect(declaresEveryType([extended({ name: 'type', canonicalValues: ['door'] })])).toBe(true)
    for (const schema of renderSchemas([userResourceType, groupResourceType], 'https://example.com'))
      for (const { multiValued, subAttributes, name } of schema.attributes as JsonObject[])
        for (const sub of (multiValued === true ? (subAttributes ?? []) : []) as JsonObject[])
          if (sub.name === 'type')
            expect([name, sub.canonicalValues]).toEqual([name, expect.arrayContaining([expect.any(String)])])
  })
})
