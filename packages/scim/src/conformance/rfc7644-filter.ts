// RFC 7644 §3.4.2.2: filters. Each check asks for a part of one crowd of three and compares who is found.

import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { pick, pickText } from './answer.ts'
import { requireAttributes } from './discovered.ts'
import { expectError, expectSame, expectSet, readList } from './expectation.ts'
import { type Draft, must, mustNot, section } from './requirement.ts'
import { crowd, enterpriseUser, findInCrowd, makeUser, plainUser, populatedGroup } from './samples.ts'

type Person = 'ada' | 'bob' | 'cy'

/** A filter and who of the crowd it selects. */
function finds(slug: string, sentence: string, filter: string, ...wanted: readonly Person[]): Draft {
  return must(slug, 'filter', `${sentence}: \`${filter}\`.`, async (server) => {
    const people = await crowd(server)
    expectSet(
      await findInCrowd(server, filter),
      wanted.map((name) => people[name].id),
      `for ${filter} the ids`,
    )
  })
}

/** A filter that is refused with 400 invalidFilter. */
function refused(slug: string, sentence: string, filter: string): Draft {
  return must(slug, 'filter', `${sentence}: \`${filter}\`.`, async (server) => {
    expectError(await server.query('/Users', { filter }), 400, 'invalidFilter')
  })
}

const selection = section('RFC 7644 §3.4.2.2', [
  must('only-matches', 'filter', 'Only resources that match are returned.', async (server) => {
    const { id, name } = await plainUser(server)
    const found = readList(await server.query('/Users', { filter: `userName eq "${name}"` }))
    expectSet(
      found.map((one) => one.id),
      [id],
      'ids',
    )
  }),
  must('groups', ['filter', 'groups'], 'Groups are filtered too, by "displayName".', async (server) => {
    const { group } = await populatedGroup(server)
    const found = readList(await server.query('/Groups', { filter: `displayName eq "${group.name}"` }))
    expectSet(
      found.map((one) => one.id),
      [group.id],
      'ids',
    )
  }),
  must(
    'group-members',
    ['filter', 'groups'],
    'Groups are filtered by the value of a member.',
    async (server) => {
      const { group, user } = await populatedGroup(server)
      const found = readList(await server.query('/Groups', { filter: `members.value eq "${user.id}"` }))
      expectSet(
        found.map((one) => one.id),
        [group.id],
        'ids',
      )
    },
  ),
  must('external-id', 'filter', 'Resources are found by "externalId".', async (server) => {
    const { bob, mark } = await crowd(server)
    const found = readList(await server.query('/Users', { filter: `externalId eq "${mark}-C"` }))
    expectSet(
      found.map((one) => one.id),
      [bob.id],
      'ids',
    )
  }),
  finds('attribute-case', 'Names of attributes are case insensitive', 'NAME.GivenName eq "bob"', 'bob'),
  finds(
    'operator-case',
    'Operators are case insensitive',
    'name.givenName Eq "bob" OR name.givenName EQ "cy"',
    'bob',
    'cy',
  ),
])

const operators = section('RFC 7644 §3.4.2.2', [
  finds('eq', '"eq" selects equal values', 'name.familyName eq "Marley"', 'bob'),
  finds('ne', '"ne" selects values that differ', 'name.givenName ne "Bob"', 'ada', 'cy'),
  finds('co', '"co" selects values that contain', 'name.familyName co "\'Mal"', 'ada'),
  finds('sw', '"sw" selects values that begin with', 'name.familyName sw "Mar"', 'bob'),
  finds('sw-equal', '"sw" selects equal values as well', 'name.familyName sw "Marley"', 'bob'),
  finds('ew', '"ew" selects values that end with', 'name.familyName ew "ley"', 'ada', 'bob'),
  finds('pr', '"pr" selects resources that have a value', 'title pr', 'ada'),
  finds(
    'pr-complex',
    '"pr" of a complex attribute selects those with a part that has a value',
    'emails pr',
    'ada',
    'bob',
  ),
  finds('gt', '"gt" selects greater values', 'name.givenName gt "Bob"', 'cy'),
  finds('ge', '"ge" selects greater or equal values', 'name.givenName ge "Bob"', 'bob', 'cy'),
  finds('lt', '"lt" selects lesser values', 'name.givenName lt "Bob"', 'ada'),
  finds('le', '"le" selects lesser or equal values', 'name.givenName le "Bob"', 'ada', 'bob'),
  finds('boolean', 'Booleans are compared as such', 'active eq false', 'ada'),
  must('date-time', 'filter', 'Times are compared by time, however they are written.', async (server) => {
    const { ada, bob, cy } = await crowd(server)
    const everybody = [ada.id, bob.id, cy.id]
    expectSet(
      await findInCrowd(server, 'meta.created gt "2001-01-01T00:00:00+14:00"'),
      everybody,
      'since 2001 the ids',
    )
    expectSet(
      await findInCrowd(server, 'meta.lastModified lt "2001-01-01T00:00:00Z"'),
      [],
      'before 2001 the ids',
    )
  }),
  must('date-time-exact', 'filter', 'A time that was returned is equal to itself.', async (server) => {
    const { bob } = await crowd(server)
    const created = pickText(bob.body, 'meta', 'created')
    const found = await findInCrowd(
      server,
      `meta.created ge "${created}" and meta.created le "${created}" and name.givenName eq "Bob"`,
    )
    expectSet(found, [bob.id], 'the ids')
  }),
  refused('boolean-order', 'Booleans have no order', 'active gt true'),
  refused('boolean-order-le', 'Booleans have no order', 'active le false'),
  must(
    'binary-order',
    'filter',
    'Binary values have no order: `x509Certificates.value gt "TUlJ"`.',
    async (server) => {
      await requireAttributes(server, userUrn, ['x509Certificates'])
      expectError(
        await server.query('/Users', { filter: 'x509Certificates.value gt "TUlJ"' }),
        400,
        'invalidFilter',
      )
    },
  ),
])

const logic = section('RFC 7644 §3.4.2.2', [
  finds('and', '"and" needs both', 'active eq true and emails pr', 'bob'),
  finds('or', '"or" needs either', 'title pr or name.givenName eq "Cy"', 'ada', 'cy'),
  finds('not', '"not" needs the contrary', 'not (name.givenName eq "Bob")', 'ada', 'cy'),
  finds(
    'precedence',
    '"and" binds closer than "or"',
    'name.givenName eq "Bob" or active eq false and name.givenName eq "Cy"',
    'bob',
  ),
  finds('not-precedence', '"not" binds closer than "and"', 'not (active eq true) and title pr', 'ada'),
  finds(
    'grouping',
    'Brackets change the order of evaluation',
    '(name.givenName eq "Bob" or active eq false) and emails.type eq "work"',
    'ada',
  ),
  finds(
    'any-value',
    'One matching value of a multi-valued attribute is enough',
    'emails.value eq "ada@home.example.net"',
    'ada',
  ),
  finds(
    'value-path',
    'What is in square brackets applies to one and the same value',
    'emails[type eq "home" and value co "example.com"]',
    'bob',
  ),
  finds(
    'value-path-not',
    'Square brackets take whole filters',
    'emails[not (type eq "work") and (value ew "net" or value ew "org")]',
    'ada',
  ),
  refused('value-path-inner', 'What is in square brackets must be a filter', 'emails[type eq]'),
])

const grammar = section('RFC 7644 §3.4.2.2', [
  refused('no-operator', 'A filter without an operator is none', 'userName'),
  refused('no-value', 'A comparison without a value is none', 'userName eq'),
  refused('unknown-operator', 'An unknown operator is refused', 'userName regex "a.*"'),
  refused('unbalanced', 'Brackets must be balanced', '(userName eq "a"'),
  refused('trailing', 'A filter must end after its last expression', 'userName eq "a" and'),
  refused('no-spaces', 'Words are separated by spaces', 'userNameeq"a"'),
  must('escapes', 'filter', 'Strings in filters are JSON strings, with its escapes.', async (server) => {
    const { id } = await server.once('quoted', () =>
      makeUser(server, { displayName: `${server.unique('q')} "x" \\ é` }),
    )
    const known = readList(
      await server.query('/Users', { filter: `id eq "${id}" and displayName co "\\"x\\" \\\\ \\u00e9"` }),
    )
    expectSet(
      known.map((one) => one.id),
      [id],
      'ids',
    )
  }),
  finds(
    'qualified',
    'Attributes may be named with their schema',
    'urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq "Cy"',
    'cy',
  ),
  must(
    'extension',
    ['filter', 'enterprise'],
    'Attributes of extensions are named with their schema.',
    async (server) => {
      const { id } = await enterpriseUser(server)
      const filter = `${enterpriseUserUrn}:employeeNumber eq "701984" and id eq "${id}"`
      expectSet(
        readList(await server.query('/Users', { filter })).map((one) => one.id),
        [id],
        'ids',
      )
    },
  ),
  must(
    'schemas',
    ['filter', 'enterprise'],
    'Resources are found by a schema that they use.',
    async (server) => {
      const { id } = await enterpriseUser(server)
      const other = (await plainUser(server)).id
      const filter = `schemas eq "${enterpriseUserUrn}" and (id eq "${id}" or id eq "${other}")`
      expectSet(
        readList(await server.query('/Users', { filter })).map((one) => one.id),
        [id],
        'ids',
      )
    },
  ),
  must(
    'defaulted',
    'filter',
    'A value that the server chose itself is found as it was returned.',
    async (server) => {
      const { id, body } = await plainUser(server)
      const active = pick(body, 'active')
      if (typeof active !== 'boolean') return
      const found = readList(
        await server.query('/Users', { filter: `active eq ${active} and id eq "${id}"` }),
      )
      expectSet(
        found.map((one) => one.id),
        [id],
        'ids',
      )
    },
  ),
  finds(
    'case-insensitive',
    'Case-insensitive attributes are compared without regard to case',
    'name.familyName eq "MARLEY"',
    'bob',
  ),
  mustNot('case-exact', 'filter', 'Case-exact attributes are not equal in another case.', async (server) => {
    const { mark } = await crowd(server)
    const answer = await server.query('/Users', { filter: `externalId eq "${mark}-c"` })
    expectSame(readList(answer).length, 0, 'the number of resources', answer)
  }),
])

export const filterRequirements = [...selection, ...operators, ...logic, ...grammar]
