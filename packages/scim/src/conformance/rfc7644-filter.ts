// RFC 7644 §3.4.2.2: filters. Each check asks for a part of one crowd of three and compares who is found.

import { userUrn } from '../urn.ts'
import { pickText } from './answer.ts'
import { expectFound, expectFoundByName } from './crowd-search.ts'
import { requireAttributes } from './discovered.ts'
import { Blocked, expectSet } from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, resting, section } from './requirement.ts'
import { grammar } from './rfc7644-filter-grammar.ts'
import {
  comparing,
  declined,
  expectRefused,
  finds,
  findsBy,
  found,
  having,
  id,
  refused,
} from './rfc7644-filter-kit.ts'
import { crowd, onlyMember, plainUser, populatedGroup } from './samples.ts'

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

export const filterRequirements = [...selection, ...operators, ...logic, ...grammar]
