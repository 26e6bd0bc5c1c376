// RFC 7644 §3.4.2.3, §3.4.2.4 and §3.4.3: order, pages and /.search.

import type { JsonObject } from '../json.ts'
import { searchRequestUrn } from '../urn.ts'
import { type Answer, pick } from './answer.ts'
import { expectError, expectSame, expectSet, expectThat, Inapplicable, readList } from './expectation.ts'
import { must, mustNot, section, unjudged } from './requirement.ts'
import { crowd, fullUser, plainUser, populatedGroup } from './samples.ts'
import type { Server } from './server.ts'

const ids = (resources: readonly JsonObject[]) => resources.map((one) => String(one.id))

async function crowdFilter(server: Server): Promise<string> {
  return `externalId sw "${(await crowd(server)).mark}"`
}

/** The crowd as a query with more parameters answers it. */
async function askCrowd(server: Server, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  return server.query('/Users', { filter: await crowdFilter(server), ...parameters })
}

async function search(server: Server, path: string, parameters: JsonObject): Promise<Answer> {
  return server.post(`${path}/.search`, { schemas: [searchRequestUrn], ...parameters })
}

async function expectOrder(
  server: Server,
  parameters: Readonly<Record<string, string>>,
  order: readonly ('ada' | 'bob' | 'cy')[],
) {
  const people = await crowd(server)
  const answer = await askCrowd(server, parameters)
  const names = ids(readList(answer)).map(
    (id) => (['ada', 'bob', 'cy'] as const).find((name) => people[name].id === id) ?? id,
  )
  expectSame(names, [...order], 'the order', answer)
}

const sorting = section('RFC 7644 §3.4.2.3', [
  must('sort-singular', ['sort', 'filter'], 'Results are sorted by the value of "sortBy".', (server) =>
    expectOrder(server, { sortBy: 'displayName', sortOrder: 'ascending' }, ['ada', 'bob', 'cy']),
  ),
  must('sort-default', ['sort', 'filter'], 'Without "sortOrder" the order is ascending.', (server) =>
    expectOrder(server, { sortBy: 'displayName' }, ['ada', 'bob', 'cy']),
  ),
  must('sort-descending', ['sort', 'filter'], 'With "descending" the order is turned round.', (server) =>
    expectOrder(server, { sortBy: 'displayName', sortOrder: 'descending' }, ['cy', 'bob', 'ada']),
  ),
  must(
    'sort-multi-valued',
    ['sort', 'filter'],
    'A multi-valued attribute sorts by its primary, else its first value.',
    (server) => expectOrder(server, { sortBy: 'emails.value' }, ['ada', 'bob', 'cy']),
  ),
  must('sort-missing-last', ['sort', 'filter'], 'Ascending, resources without a value come last.', (server) =>
    expectOrder(server, { sortBy: 'name.familyName' }, ['bob', 'ada', 'cy']),
  ),
  must(
    'sort-missing-first',
    ['sort', 'filter'],
    'Descending, resources without a value come first.',
    (server) =>
      expectOrder(server, { sortBy: 'name.familyName', sortOrder: 'descending' }, ['cy', 'ada', 'bob']),
  ),
  must(
    'sort-case-insensitive',
    ['sort', 'filter'],
    'Case-insensitive attributes sort without regard to case.',
    (server) => expectOrder(server, { sortBy: 'name.givenName' }, ['ada', 'bob', 'cy']),
  ),
  must('sort-case-exact', ['sort', 'filter'], 'Case-exact attributes sort with regard to case.', (server) =>
    expectOrder(server, { sortBy: 'externalId' }, ['bob', 'cy', 'ada']),
  ),
])

const pages = section('RFC 7644 §3.4.2.4', [
  must('start-index-below-1', 'filter', 'A "startIndex" below 1 counts as 1.', async (server) => {
    const answer = await askCrowd(server, { startIndex: '-5', count: '1' })
    expectSame(pick(answer.body, 'startIndex'), 1, 'startIndex', answer)
    const first = await askCrowd(server, { startIndex: '1', count: '1' })
    expectSame(ids(readList(answer)), ids(readList(first)), 'the first page', answer)
  }),
  mustNot('count', 'filter', 'A page has no more results than "count".', async (server) => {
    for (const count of [1, 2]) {
      const answer = await askCrowd(server, { count: String(count) })
      expectThat(readList(answer).length <= count, `at most ${count}`, readList(answer).length, answer)
    }
  }),
  must('count-negative', 'filter', 'A negative "count" counts as 0.', async (server) => {
    const answer = await askCrowd(server, { count: '-1' })
    expectSame(readList(answer).length, 0, 'the number of resources', answer)
    expectSame(pick(answer.body, 'totalResults'), 3, 'totalResults', answer)
  }),
  must('count-zero', 'filter', 'A "count" of 0 returns "totalResults" and no resource.', async (server) => {
    const answer = await askCrowd(server, { count: '0' })
    expectSame(readList(answer).length, 0, 'the number of resources', answer)
    expectSame(pick(answer.body, 'totalResults'), 3, 'totalResults', answer)
  }),
  must('total', 'filter', '"totalResults" counts all matches, on every page.', async (server) => {
    for (const startIndex of ['1', '2', '3']) {
      const answer = await askCrowd(server, { startIndex, count: '1' })
      expectSame(pick(answer.body, 'totalResults'), 3, 'totalResults', answer)
    }
  }),
  must('pages', 'filter', 'Pages by "startIndex" give every match once.', async (server) => {
    const { ada, bob, cy } = await crowd(server)
    const found: string[] = []
    for (const startIndex of ['1', '2', '3'])
      found.push(...ids(readList(await askCrowd(server, { startIndex, count: '1' }))))
    expectSet(found, [ada.id, bob.id, cy.id], 'ids')
  }),
])

const searching = section('RFC 7644 §3.4.3', [
  must('search', 'lists', 'POST to /.search below an endpoint is a query, not a create.', async (server) => {
    await plainUser(server)
    expectThat(readList(await search(server, '/Users', { count: 1 })).length === 1, 'one resource', 0)
  }),
  must('search-filter', 'filter', '/.search takes "filter".', async (server) => {
    const { id, name } = await plainUser(server)
    expectSet(ids(readList(await search(server, '/Users', { filter: `userName eq "${name}"` }))), [id], 'ids')
  }),
  must('search-attributes', 'filter', '/.search takes "attributes" as a list.', async (server) => {
    const { name } = await fullUser(server)
    const [one] = readList(
      await search(server, '/Users', { filter: `userName eq "${name}"`, attributes: ['userName'] }),
    )
    expectThat(
      pick(one, 'userName') === name && pick(one, 'emails') === undefined,
      'userName without emails',
      one,
    )
  }),
  must('search-excluded', 'filter', '/.search takes "excludedAttributes" as a list.', async (server) => {
    const { name } = await fullUser(server)
    const [one] = readList(
      await search(server, '/Users', {
        filter: `userName eq "${name}"`,
        excludedAttributes: ['emails', 'id'],
      }),
    )
    expectThat(pick(one, 'id') !== undefined && pick(one, 'emails') === undefined, 'id without emails', one)
  }),
  must('search-sort', ['sort', 'filter'], '/.search takes "sortBy" and "sortOrder".', async (server) => {
    const { ada, bob, cy } = await crowd(server)
    const filter = await crowdFilter(server)
    const answer = await search(server, '/Users', {
      filter,
      sortBy: 'name.givenName',
      sortOrder: 'descending',
    })
    expectSame(ids(readList(answer)), [cy.id, bob.id, ada.id], 'the order', answer)
  }),
  must('search-page', 'filter', '/.search takes "startIndex" and "count".', async (server) => {
    const answer = await search(server, '/Users', {
      filter: await crowdFilter(server),
      startIndex: 3,
      count: 5,
    })
    expectSame(readList(answer).length, 1, 'the number of resources', answer)
    expectSame(pick(answer.body, 'totalResults'), 3, 'totalResults', answer)
  }),
  must('search-invalid', 'filter', '/.search refuses a filter that is none.', async (server) => {
    expectError(await search(server, '/Users', { filter: 'userName eq' }), 400, 'invalidFilter')
  }),
  must('search-groups', ['groups', 'filter'], '/.search works below /Groups.', async (server) => {
    const { group } = await populatedGroup(server)
    const answer = await search(server, '/Groups', { filter: `displayName eq "${group.name}"` })
    expectSet(ids(readList(answer)), [group.id], 'ids')
  }),
  must(
    'search-root',
    ['root', 'filter', 'groups'],
    '/.search at the base URL finds resources of all types.',
    async (server) => {
      const { group, user } = await populatedGroup(server)
      const answer = await search(server, '', { filter: `id eq "${user.id}" or id eq "${group.id}"` })
      if ([403, 404, 405, 501].includes(answer.status))
        throw new Inapplicable('there is no /.search at the base URL')
      expectSet(ids(readList(answer)), [user.id, group.id], 'ids')
    },
  ),
  unjudged(
    'MUST',
    'search-urn',
    'lists',
    'A search names the message SearchRequest.',
    'a duty of clients; no server is told to refuse others',
  ),
])

export const pageRequirements = [...sorting, ...pages, ...searching]
