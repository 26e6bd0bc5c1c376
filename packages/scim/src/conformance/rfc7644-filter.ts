// RFC 7644 §3.4.2.2: filters. Each check asks for a part of one crowd of three and compares who is found.

import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { isUnassigned, pick, pickText } from './answer.ts'
import { expectFound, expectFoundByName, ids, isDeclined, type Person, type Variant } from './crowd-search.ts'
import { requireAttributes } from './discovered.ts'
import {
  Blocked,
  expectError,
  expectSame,
  expectSet,
  expectStatus,
  Inapplicable,
  Mismatch,
} from './expectation.ts'
import { requireKept } from './kept.ts'
import { type Draft, must, mustNot, resting, section } from './requirement.ts'
import {
  type Crowd,
  crowd,
  enterpriseUser,
  makeUser,
  onlyMember,
  plainUser,
  populatedGroup,
} from './samples.ts'
import type { Server } from './server.ts'

const declined =
  'the server declines this attribute in filters with 400 "invalidFilter", which Table 9 of RFC 7644 lets it'
const id = (name: string) => `RFC7644-3.4.2.2-${name}`

/** A filter of Table 3 or 4, or of the grammar: one of the variants must work. */
function finds(slug: string, sentence: string, ...variants: readonly Variant[]): Draft {
  return must(slug, 'filter', `${sentence}.`, (server) => expectFound(server, variants))
}

/** A filter on an attribute that the server may decline. */
function findsBy(slug: string, sentence: string, ...variants: readonly Variant[]): Draft {
  return must(slug, 'filter', `${sentence}.`, (server) => expectFound(server, variants, declined))
}

const everybody = ['ada', 'bob', 'cy'] as const

/** Those who have a value: a server may need, or give, one that the catalogue did not set. */
function having(people: Crowd, ...names: readonly string[]): readonly Person[] {
  return everybody.filter((one) => !isUnassigned(pick(people[one].body, ...names)))
}

function comparing(people: Crowd, isWanted: (name: string) => boolean): readonly Person[] {
  const nameOf = (one: Person) => pickText(people[one].body, 'name', 'familyName')?.toLowerCase()
  return everybody.filter((one) => isWanted(nameOf(one) ?? '') && nameOf(one) !== undefined)
}

/** Whether the server refuses an operator that it does not know as it must. */
async function hasInvalidFilter(server: Server): Promise<boolean> {
  return server.once('invalidFilter', async () => {
    const { status, body } = await server.query('/Users', { filter: 'userName regex "a.*"' })
    return status === 400 && pick(body, 'scimType') === 'invalidFilter'
  })
}

/** A refusal of a filter; that the server has no "invalidFilter" at all is the matter of one requirement. */
async function expectRefused(server: Server, filter: string): Promise<void> {
  const answer = expectStatus(await server.query('/Users', { filter }), 400)
  try {
    expectError(answer, 400, 'invalidFilter')
  } catch (error) {
    if (!(error instanceof Mismatch) || (await hasInvalidFilter(server))) throw error
    throw new Blocked(id('invalid-filter'), error)
  }
}

/** A filter that is refused with 400 invalidFilter. */
function refused(slug: string, sentence: string, filter: string): Draft {
  return must(slug, 'filter', `${sentence}: \`${filter}\`.`, async (server) => {
    await expectRefused(server, filter)
  })
}

/** The ids that a filter finds; Inapplicable where the server declines it. */
async function found(server: Server, path: string, filter: string): Promise<readonly string[]> {
  const answer = await server.query(path, { filter })
  if (isDeclined(answer)) throw new Inapplicable(declined)
  return ids(answer)
}

const selection = section('RFC 7644 §3.4.2.2', [
  must('only-matches', 'filter', 'Only resources that match are returned: `userName eq`.', async (server) => {
    const { id: wanted, name } = await plainUser(server)
    await expectFoundByName(server, name, wanted)
  }),
  must('groups', ['filter', 'groups'], 'Groups are filtered too, by "displayName".', async (server) => {
    const { group } = await populatedGroup(server)
    expectSet(await found(server, '/Groups', `displayName eq "${group.name}"`), [group.id], 'ids')
  }),
  must(
    'group-members',
    ['filter', 'groups'],
    'Groups are filtered by the value of a member.',
    async (server) => {
      await onlyMember(server)
      const { group, user } = await populatedGroup(server)
      expectSet(await found(server, '/Groups', `members.value eq "${user.id}"`), [group.id], 'ids')
    },
  ),
  findsBy('external-id', 'Resources are found by "externalId"', ({ mark }) => [
    `externalId eq "${mark}-C"`,
    'bob',
  ]),
  finds('attribute-case', 'Names of attributes are case insensitive: `USERNAME eq "bob"`', ({ bob }) => [
    `USERNAME eq "${bob.name}"`,
    'bob',
  ]),
  finds('operator-case', 'Operators are case insensitive: `userName EQ "bob"`', ({ bob }) => [
    `userName EQ "${bob.name}"`,
    'bob',
  ]),
])

const operators = section('RFC 7644 §3.4.2.2', [
  finds(
    'eq',
    '"eq" selects equal values: `name.familyName eq "Marley"`',
    () => ['name.familyName eq "Marley"', 'bob'],
    ({ bob }) => [`userName eq "${bob.name}"`, 'bob'],
  ),
  finds(
    'ne',
    '"ne" selects values that differ: `userName ne "bob"`',
    ({ bob }) => [`userName ne "${bob.name}"`, 'ada', 'cy'],
    () => ['displayName ne "Beta"', 'ada', 'cy'],
  ),
  finds(
    'co',
    '"co" selects values that contain: `name.familyName co "\'Mal"`',
    () => ['name.familyName co "\'Mal"', 'ada'],
    () => ['displayName co "lph"', 'ada'],
    ({ bob }) => [`userName co "${bob.name.slice(1, -1)}"`, 'bob'],
  ),
  finds(
    'sw',
    '"sw" selects values that begin with: `name.familyName sw "Mar"`',
    () => ['name.familyName sw "Mar"', 'bob'],
    () => ['displayName sw "Be"', 'bob'],
    ({ bob }) => [`userName sw "${bob.name.slice(0, -1)}"`, 'bob'],
  ),
  resting(
    finds(
      'sw-equal',
      '"sw" selects equal values as well: `name.familyName sw "Marley"`',
      () => ['name.familyName sw "Marley"', 'bob'],
      ({ bob }) => [`userName sw "${bob.name}"`, 'bob'],
    ),
    id('sw'),
  ),
  finds(
    'ew',
    '"ew" selects values that end with: `name.familyName ew "ley"`',
    () => ['name.familyName ew "ley"', 'ada', 'bob'],
    () => ['displayName ew "eta"', 'bob'],
    ({ bob }) => [`userName ew "${bob.name.slice(1)}"`, 'bob'],
  ),
  finds(
    'pr',
    '"pr" selects resources that have a value: `title pr`',
    (people) => ['title pr', ...having(people, 'title')],
    (people) => ['name.familyName pr', ...having(people, 'name', 'familyName')],
    () => ['userName pr', 'ada', 'bob', 'cy'],
  ),
  resting(
    findsBy(
      'pr-complex',
      '"pr" of a complex attribute selects those with a part that has a value: `emails pr`',
      (people) => ['emails pr', ...having(people, 'emails')],
    ),
    id('pr'),
  ),
  finds(
    'gt',
    '"gt" selects greater values: `displayName gt "Beta"`',
    () => ['displayName gt "Beta"', 'cy'],
    (people) => ['name.familyName gt "Marley"', ...comparing(people, (name) => name > 'marley')],
  ),
  finds(
    'ge',
    '"ge" selects greater or equal values: `displayName ge "Beta"`',
    () => ['displayName ge "Beta"', 'bob', 'cy'],
    (people) => ['name.familyName ge "Marley"', ...comparing(people, (name) => name >= 'marley')],
  ),
  finds(
    'lt',
    '"lt" selects lesser values: `displayName lt "Beta"`',
    () => ['displayName lt "Beta"', 'ada'],
    (people) => ['name.familyName lt "O\'Malley"', ...comparing(people, (name) => name < "o'malley")],
  ),
  finds(
    'le',
    '"le" selects lesser or equal values: `displayName le "Beta"`',
    () => ['displayName le "Beta"', 'ada', 'bob'],
    (people) => ['name.familyName le "Marley"', ...comparing(people, (name) => name <= 'marley')],
  ),
  findsBy('boolean', 'Booleans are compared as such: `active eq false`', () => ['active eq false', 'ada']),
  resting(
    findsBy('date-time', 'Times are compared by time, however they are written', ({ ada }) => [
      `meta.created gt "2001-01-01T00:00:00+14:00" and userName eq "${ada.name}"`,
      'ada',
    ]),
    id('and'),
  ),
  resting(
    must('date-time-exact', 'filter', 'A time that was returned is equal to itself.', async (server) => {
      const { bob } = await crowd(server)
      const created = pickText(bob.body, 'meta', 'created')
      if (created === undefined) throw new Blocked('RFC7643-3.1-common-in-users')
      await expectFound(
        server,
        [
          () => [
            `meta.created ge "${created}" and meta.created le "${created}" and userName eq "${bob.name}"`,
            'bob',
          ],
        ],
        declined,
      )
    }),
    id('date-time'),
  ),
  must('boolean-order', 'filter', 'Booleans have no order: `active gt true`.', async (server) => {
    await requireKept(server, { active: false })
    await expectRefused(server, 'active gt true')
  }),
  resting(
    must('boolean-order-le', 'filter', 'Booleans have no order: `active le false`.', async (server) => {
      await requireKept(server, { active: false })
      await expectRefused(server, 'active le false')
    }),
    id('boolean-order'),
  ),
  must(
    'binary-order',
    'filter',
    'Binary values have no order: `x509Certificates.value gt "TUlJ"`.',
    async (server) => {
      await requireAttributes(server, userUrn, ['x509Certificates'])
      await expectRefused(server, 'x509Certificates.value gt "TUlJ"')
    },
  ),
])

const logic = section('RFC 7644 §3.4.2.2', [
  must('and', 'filter', '"and" needs both.', async (server) => {
    await expectFound(server, [
      ({ ada }) => [`userName eq "${ada.name}" and userName eq "${ada.name}"`, 'ada'],
    ])
    await expectFound(server, [({ ada, bob }) => [`userName eq "${ada.name}" and userName eq "${bob.name}"`]])
  }),
  finds('or', '"or" needs either', ({ ada, cy }) => [
    `userName eq "${ada.name}" or userName eq "${cy.name}"`,
    'ada',
    'cy',
  ]),
  finds('not', '"not" needs the contrary: `not (userName eq "bob")`', ({ bob }) => [
    `not (userName eq "${bob.name}")`,
    'ada',
    'cy',
  ]),
  resting(
    finds('precedence', '"and" binds closer than "or"', ({ ada, bob, cy }) => [
      `userName eq "${bob.name}" or userName eq "${ada.name}" and userName eq "${cy.name}"`,
      'bob',
    ]),
    id('and'),
    id('or'),
  ),
  resting(
    finds('not-precedence', '"not" binds closer than "and"', ({ ada, bob }) => [
      `not (userName eq "${bob.name}") and userName eq "${ada.name}"`,
      'ada',
    ]),
    id('and'),
    id('not'),
  ),
  resting(
    finds('grouping', 'Brackets change the order of evaluation', ({ ada, bob }) => [
      `(userName eq "${bob.name}" or userName eq "${ada.name}") and userName eq "${ada.name}"`,
      'ada',
    ]),
    id('and'),
    id('or'),
  ),
  findsBy(
    'any-value',
    'One matching value of a multi-valued attribute is enough: `emails.value eq`',
    ({ mail }) => [`emails.value eq "${mail.ada.home}"`, 'ada'],
  ),
  resting(
    findsBy(
      'value-path',
      'What is in square brackets applies to one and the same value: `emails[type eq "home" and value eq "x"]`',
      ({ mail }) => [`emails[type eq "home" and value eq "${mail.bob.work}"]`, 'bob'],
    ),
    id('and'),
    id('any-value'),
  ),
  resting(
    must(
      'value-path-same',
      'filter',
      'Square brackets do not find a resource whose values match only together.',
      async (server) =>
        expectFound(
          server,
          [({ mail }) => [`emails[type eq "home" and value eq "${mail.ada.work}"]`]],
          declined,
        ),
    ),
    id('value-path'),
  ),
  resting(
    findsBy(
      'value-path-not',
      'Square brackets take whole filters: `emails[not (type eq "work") and (value ew "net" or value ew "org")]`',
      () => ['emails[not (type eq "work") and (value ew "net" or value ew "org")]', 'ada'],
    ),
    ...['value-path', 'not', 'or', 'ew', 'grouping'].map(id),
  ),
  resting(
    refused('value-path-inner', 'What is in square brackets must be a filter', 'emails[type eq]'),
    id('value-path'),
  ),
])

const grammar = section('RFC 7644 §3.4.2.2', [
  must(
    'invalid-filter',
    'filter',
    'A filter that the server does not understand is refused with 400 "invalidFilter".',
    async (server) => {
      expectError(await server.query('/Users', { filter: 'userName regex "a.*"' }), 400, 'invalidFilter')
    },
  ),
  refused('no-operator', 'A filter without an operator is none', 'userName'),
  refused('no-value', 'A comparison without a value is none', 'userName eq'),
  resting(
    refused('unknown-operator', 'An unknown operator is refused', 'userName resembles "a.*"'),
    id('invalid-filter'),
  ),
  refused('unbalanced', 'Brackets must be balanced', '(userName eq "a"'),
  refused('trailing', 'A filter must end after its last expression', 'userName eq "a" and'),
  refused('no-spaces', 'Words are separated by spaces', 'userNameeq"a"'),
  must('escapes', 'filter', 'Strings in filters are JSON strings, with its escapes.', async (server) => {
    const word = server.unique('q')
    await requireKept(server, { displayName: 'x' })
    const made = await server.once('quoted', () => makeUser(server, { displayName: `${word} "x" \\ é` }))
    const name = String(pick(made.body, 'displayName'))
    if (name !== `${word} "x" \\ é`) throw new Inapplicable('the server rewrites such a displayName')
    const plain = await found(server, '/Users', `displayName eq "${word}"`)
    expectSet(plain, [], 'ids for a displayName that nobody has')
    const filter = `displayName eq "${word} \\"x\\" \\\\ \\u00e9"`
    const answer = await server.query('/Users', { filter })
    expectSet(ids(answer), [made.id], `ids for ${filter}`, answer)
  }),
  finds('qualified', 'Attributes may be named with their schema', ({ cy }) => [
    `${userUrn}:userName eq "${cy.name}"`,
    'cy',
  ]),
  must(
    'extension',
    ['filter', 'enterprise'],
    'Attributes of extensions are named with their schema.',
    async (server) => {
      const number = server.unique('number')
      const made = await makeUser(server, { [enterpriseUserUrn]: { employeeNumber: number } })
      const filter = `${enterpriseUserUrn}:employeeNumber eq "${number}"`
      expectSet(await found(server, '/Users', filter), [made.id], 'ids')
    },
  ),
  resting(
    must(
      'schemas',
      ['filter', 'enterprise'],
      'Resources are found by a schema that they use.',
      async (server) => {
        const { id: wanted, name } = await enterpriseUser(server)
        const filter = `schemas eq "${enterpriseUserUrn}" and userName eq "${name}"`
        expectSet(await found(server, '/Users', filter), [wanted], 'ids')
      },
    ),
    id('and'),
    'RFC7643-3.3-extension-named',
  ),
  resting(
    must(
      'defaulted',
      'filter',
      'A value that the server chose itself is found as it was returned.',
      async (server) => {
        const { id: wanted, body, name } = await plainUser(server)
        const active = pick(body, 'active')
        if (typeof active !== 'boolean') throw new Inapplicable('the server chooses no value for "active"')
        expectSet(
          await found(server, '/Users', `active eq ${active} and userName eq "${name}"`),
          [wanted],
          'ids',
        )
      },
    ),
    id('and'),
    id('boolean'),
  ),
  finds(
    'case-insensitive',
    'Case-insensitive attributes are compared without regard to case: `userName eq "BOB"`',
    ({ bob }) => [`userName eq "${bob.name.toUpperCase()}"`, 'bob'],
  ),
  resting(
    mustNot(
      'case-exact',
      'filter',
      'Case-exact attributes are not equal in another case.',
      async (server) => {
        await requireKept(server, { externalId: 'x' })
        const { mark } = await crowd(server)
        const answer = await server.query('/Users', { filter: `externalId eq "${mark}-c"` })
        if (isDeclined(answer)) throw new Inapplicable(declined)
        expectSame(ids(answer).length, 0, 'the number of resources', answer)
      },
    ),
    id('external-id'),
  ),
])

export const filterRequirements = [...selection, ...operators, ...logic, ...grammar]
