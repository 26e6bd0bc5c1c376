// RFC 7644 §3.4.2.3, §3.4.2.4 and §3.4.3: order, pages and /.search.

import type { JsonObject } from '../json.ts'
import { searchRequestUrn, userUrn } from '../urn.ts'
import { type Answer, isUnassigned, pick, pickObjects } from './answer.ts'
import { crowdAlone, isDeclined, narrowing, orderOfCrowd, type Parameters, walk } from './crowd-search.ts'
import { findAttributes } from './discovered.ts'
import { expectError, expectSame, expectSet, expectThat, Inapplicable, readList } from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, mustNot, section, unjudged } from './requirement.ts'
import { crowd, fullUserWith, plainUser, populatedGroup } from './samples.ts'
import type { Server } from './server.ts'

const ids = (resources: readonly JsonObject[]) => resources.map((one) => String(one.id))

/** A list of at least three: the crowd where the server has a filter for it, else all users. */
async function someList(server: Server): Promise<Parameters> {
  await crowd(server)
  const filter = await narrowing(server)
  return filter === undefined ? {} : { filter }
}

async function askPart(server: Server, parameters: Parameters): Promise<Answer> {
  return server.query('/Users', { ...(await someList(server)), ...parameters })
}

/** How many there are in all, of which a page is a part. */
async function totalOf(server: Server): Promise<number> {
  if ((await narrowing(server)) !== undefined) return 3
  const answer = await server.query('/Users', {})
  return Number(pick(answer.body, 'totalResults'))
}

async function search(server: Server, path: string, parameters: JsonObject): Promise<Answer> {
  return server.post(`${path}/.search`, { schemas: [searchRequestUrn], ...parameters })
}

type Order = readonly ('ada' | 'bob' | 'cy')[]

const samples: JsonObject = {
  displayName: 'x',
  externalId: 'x',
  name: { givenName: 'x', familyName: 'y' },
  emails: [
    { value: 'x', type: 'work' },
    { value: 'y', type: 'home' },
  ],
}

/** One of the orders is right. */
async function expectOrder(
  server: Server,
  parameters: Parameters & { readonly sortBy: string },
  ...right: readonly Order[]
): Promise<void> {
  const [head = ''] = parameters.sortBy.split('.')
  await requireKept(server, { [head]: samples[head] ?? null })
  const { order, answer } = await orderOfCrowd(server, parameters)
  const isRight = right.some((one) => one.join() === order.join())
  expectThat(isRight, `the order ${right.map((one) => one.join(', ')).join('; or ')}`, order, answer)
}

/** Throws Inapplicable where cy has what the catalogue did not give: the server needs it, or gives one of its own. */
async function requireWithout(server: Server, ...names: readonly string[]): Promise<void> {
  const { cy } = await crowd(server)
  if (!isUnassigned(pick(cy.body, ...names)))
    throw new Inapplicable(`this server has no user without "${names.join('.')}"`)
}

async function expectMultiValuedOrder(server: Server): Promise<void> {
  await requireKept(server, { emails: samples.emails ?? null })
  await requireWithout(server, 'emails')
  const wanted: Order = ['ada', 'bob', 'cy']
  const { order } = await orderOfCrowd(server, { sortBy: 'emails' })
  // Both the attribute and its "value" name what is sorted by.
  if (order.join() !== wanted.join()) await expectOrder(server, { sortBy: 'emails.value' }, wanted)
}

const sorting = section('RFC 7644 §3.4.2.3', [
  must('sort-singular', 'sort', 'Results are sorted by the value of "sortBy".', (server) =>
    expectOrder(server, { sortBy: 'displayName', sortOrder: 'ascending' }, ['ada', 'bob', 'cy']),
  ),
  must('sort-default', 'sort', 'Without "sortOrder" the order is ascending.', (server) =>
    expectOrder(server, { sortBy: 'displayName' }, ['ada', 'bob', 'cy']),
  ),
  must('sort-descending', 'sort', 'With "descending" the order is turned round.', (server) =>
    expectOrder(server, { sortBy: 'displayName', sortOrder: 'descending' }, ['cy', 'bob', 'ada']),
  ),
  must(
    'sort-multi-valued',
    'sort',
    'A multi-valued attribute sorts by its primary, else its first value.',
    expectMultiValuedOrder,
  ),
  must('sort-missing-last', 'sort', 'Ascending, resources without a value come last.', async (server) => {
    await requireWithout(server, 'name', 'familyName')
    await expectOrder(server, { sortBy: 'name.familyName' }, ['bob', 'ada', 'cy'])
  }),
  must('sort-missing-first', 'sort', 'Descending, resources without a value come first.', async (server) => {
    await requireWithout(server, 'name', 'familyName')
    await expectOrder(server, { sortBy: 'name.familyName', sortOrder: 'descending' }, ['cy', 'ada', 'bob'])
  }),
  must(
    'sort-case-insensitive',
    'sort',
    'Case-insensitive attributes sort without regard to case.',
    async (server) => {
      const name = (await findAttributes(server, userUrn))?.find((one) => one.name === 'name')
      const isExact = pickObjects(name, 'subAttributes').some(
        (one) => one.name === 'givenName' && one.caseExact === true,
      )
      if (isExact) throw new Inapplicable('"name.givenName" is case exact in the server\'s schema')
      await expectOrder(server, { sortBy: 'name.givenName' }, ['ada', 'bob', 'cy'])
    },
  ),
  // By code points "C" comes before "a"; by the rules of a language after "b". No RFC says which.
  must('sort-case-exact', 'sort', 'Case-exact attributes sort by their value.', (server) =>
    expectOrder(server, { sortBy: 'externalId' }, ['bob', 'cy', 'ada'], ['cy', 'ada', 'bob']),
  ),
])

const pages = section('RFC 7644 §3.4.2.4', [
  must('start-index-below-1', 'lists', 'A "startIndex" below 1 counts as 1.', async (server) => {
    const answer = await askPart(server, { startIndex: '-5', count: '1' })
    const first = await askPart(server, { startIndex: '1', count: '1' })
    expectSame(ids(readList(answer)), ids(readList(first)), 'the first page', answer)
    expectSame(pick(answer.body, 'startIndex'), pick(first.body, 'startIndex'), 'startIndex', answer)
  }),
  mustNot('count', 'lists', 'A page has no more results than "count".', async (server) => {
    for (const count of [1, 2]) {
      const answer = await askPart(server, { count: String(count) })
      expectThat(readList(answer).length <= count, `at most ${count}`, readList(answer).length, answer)
    }
  }),
  must('count-negative', 'lists', 'A negative "count" counts as 0.', async (server) => {
    const answer = await askPart(server, { count: '-1' })
    expectSame(readList(answer).length, 0, 'the number of resources', answer)
  }),
  must('count-zero', 'lists', 'A "count" of 0 returns "totalResults" and no resource.', async (server) => {
    const answer = await askPart(server, { count: '0' })
    expectSame(readList(answer).length, 0, 'the number of resources', answer)
    const total = pick(answer.body, 'totalResults')
    expectThat(typeof total === 'number' && total >= 3, 'totalResults of 3 or more', total, answer)
  }),
  must('total', 'lists', '"totalResults" counts all matches, on every page.', async (server) => {
    const total = await totalOf(server)
    for (const startIndex of ['1', '2', '3']) {
      const answer = await askPart(server, { startIndex, count: '1' })
      expectSame(pick(answer.body, 'totalResults'), total, 'totalResults', answer)
    }
  }),
  must('pages', 'lists', 'Pages by "startIndex" give every match once.', async (server) => {
    const { ada, bob, cy } = await crowd(server)
    const total = await totalOf(server)
    if (total > 200) throw new Inapplicable('there are too many resources to ask for them one by one')
    const found: string[] = []
    for (let startIndex = 1; startIndex <= total; startIndex += 1)
      found.push(...ids(readList(await askPart(server, { startIndex: String(startIndex), count: '1' }))))
    const wanted = [ada.id, bob.id, cy.id]
    expectSet(
      found.filter((id) => wanted.includes(id)),
      wanted,
      'ids',
    )
  }),
])

const searching = section('RFC 7644 §3.4.3', [
  must('search', 'lists', 'POST to /.search below an endpoint is a query, not a create.', async (server) => {
    await plainUser(server)
    const answer = await search(server, '/Users', { count: 1 })
    expectThat(readList(answer).length > 0, 'at least one resource', 0, answer)
  }),
  must('search-filter', 'filter', '/.search takes "filter".', async (server) => {
    const { id, name } = await plainUser(server)
    expectSet(ids(readList(await search(server, '/Users', { filter: `userName eq "${name}"` }))), [id], 'ids')
  }),
  must('search-attributes', 'filter', '/.search takes "attributes" as a list.', async (server) => {
    const { name } = await fullUserWith(server, 'emails')
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
    const { name } = await fullUserWith(server, 'emails')
    const [one] = readList(
      await search(server, '/Users', {
        filter: `userName eq "${name}"`,
        excludedAttributes: ['emails', 'id'],
      }),
    )
    expectThat(pick(one, 'id') !== undefined && pick(one, 'emails') === undefined, 'id without emails', one)
  }),
  must('search-sort', ['sort', 'filter'], '/.search takes "sortBy" and "sortOrder".', async (server) => {
    const parameters = { ...(await crowdAlone(server)), sortBy: 'userName', sortOrder: 'descending' }
    const { ids: wanted } = await walk(server, parameters)
    const answer = await search(server, '/Users', parameters)
    expectSame(ids(readList(answer)), [...wanted], 'the order', answer)
  }),
  must('search-page', 'filter', '/.search takes "startIndex" and "count".', async (server) => {
    const answer = await search(server, '/Users', { ...(await crowdAlone(server)), startIndex: 3, count: 5 })
    expectSame(readList(answer).length, 1, 'the number of resources', answer)
    expectSame(pick(answer.body, 'totalResults'), 3, 'totalResults', answer)
  }),
  must('search-invalid', 'filter', '/.search refuses a filter that is none.', async (server) => {
    expectError(await search(server, '/Users', { filter: 'userName eq' }), 400, 'invalidFilter')
  }),
  must('search-groups', ['groups', 'filter'], '/.search works below /Groups.', async (server) => {
    const { group } = await populatedGroup(server)
    const answer = await search(server, '/Groups', { filter: `displayName eq "${group.name}"` })
    if (isDeclined(answer)) throw new Inapplicable('the server declines "displayName" in filters')
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
