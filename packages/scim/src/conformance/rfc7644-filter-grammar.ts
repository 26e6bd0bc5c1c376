// RFC 7644 §3.4.2.2: the grammar of a filter.
import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { pick } from './answer.ts'
import { ids, isDeclined } from './crowd-search.ts'
import { expectError, expectSame, expectSet, Inapplicable } from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, mustNot, resting, section } from './requirement.ts'
import { declined, finds, found, id, refused } from './rfc7644-filter-kit.ts'
import { crowd, enterpriseUser, makeUser, plainUser } from './samples.ts'

export const grammar = section('RFC 7644 §3.4.2.2', [
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
