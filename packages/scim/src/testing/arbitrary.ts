// Random bodies for property tests: JSON whose names are often attributes, paths or attempts at prototypes.

import fc from 'fast-check'
import type { JsonValue } from '../json.ts'
import { enterpriseUserUrn, userUrn } from '../urn.ts'

const names = [
  'schemas',
  'id',
  'meta',
  'userName',
  'USERNAME',
  'name',
  'name.givenName',
  'givenName',
  'emails',
  'emails.value',
  'value',
  'type',
  'primary',
  'active',
  'externalId',
  'password',
  'photos',
  'x509Certificates',
  'roles',
  'groups',
  'manager',
  'department',
  'displayName',
  enterpriseUserUrn,
  `${enterpriseUserUrn}:manager`,
  `${userUrn}:title`,
  '__proto__',
  'constructor',
  'prototype',
]

const leaves = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(
    '',
    ' ',
    'true',
    'False',
    'work',
    'a@example.com',
    userUrn,
    '{"value":"x"}',
    '\ud800',
    '\0',
  ),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
)

/** Objects are made as JSON.parse makes them, so that `__proto__` is a name like any other. */
export const body: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaves as fc.Arbitrary<JsonValue>,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 6 })
      .map((entries) => Object.fromEntries(entries) as JsonValue),
  ),
})).value

/** Bodies that are mostly accepted. */
export const userBody: fc.Arbitrary<JsonValue> = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...names), body), { maxLength: 5 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
    fc.array(fc.record({ value: fc.string({ maxLength: 4 }), type: fc.constantFrom('work', 'home', null) }), {
      maxLength: 4,
    }),
  )
  .map(([entries, userName, emails]) => ({ ...Object.fromEntries(entries), userName, emails }))

const patchPath = fc.oneof(
  fc.constantFrom(
    ...names,
    'emails[type eq "work"]',
    'emails[type eq "work"].value',
    'emails[type eq "work"].primary',
    'roles[primary eq "True"].value',
    'emails[not (value pr)]',
    `${enterpriseUserUrn}:manager.value`,
    'emails[__proto__ eq "x"]',
    'constructor.prototype.polluted',
  ),
  fc.string({ maxLength: 12 }),
)

const patchValue = fc.oneof(
  body,
  fc.constantFrom<JsonValue>(
    'x',
    'False',
    true,
    '',
    null,
    { givenName: 'G', familyName: null },
    { value: 'm', displayName: 'M' },
    [{ value: 'n@example.com', type: 'home', primary: true }],
    [{ value: 'babs@jensen.org' }, { type: 'work' }],
    { active: 'False', title: 't', emails: [] },
  ),
)

const likelyOperation = fc.oneof(
  fc.record({
    op: fc.constantFrom('add', 'Replace'),
    path: fc.constantFrom('title', 'emails', 'name', 'active', 'photos', 'emails[type eq "work"].value'),
    value: patchValue,
  }),
  fc.record({ op: fc.constantFrom('add', 'replace'), value: userBody }),
  fc.record({ op: fc.constant('remove'), path: fc.constantFrom('title', 'emails[primary eq true]', 'name') }),
)

const anyOperation = fc.record(
  { op: fc.constantFrom('add', 'Replace', 'remove', 'Remove', 'x'), path: patchPath, value: patchValue },
  { requiredKeys: ['op'] },
)

/** Bodies of a PATCH, about half of them with operations that are likely to be accepted. */
export const patchBody: fc.Arbitrary<JsonValue> = fc
  .oneof(fc.array(likelyOperation, { maxLength: 3 }), fc.array(anyOperation, { maxLength: 4 }))
  .map((operations) => ({ Operations: operations as JsonValue }))
