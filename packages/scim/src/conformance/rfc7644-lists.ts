// RFC 7644 §3.4.1-§3.4.2.1 and §3.4.2.5: GET of one resource, lists, the base URL, attributes.

import type { JsonObject } from '../json.ts'
import { type Answer, pick, pickObjects } from './answer.ts'
import { narrowing, requireFilter } from './crowd-search.ts'
import {
  expectListMessage,
  expectSame,
  expectSet,
  expectStatus,
  expectThat,
  Inapplicable,
  readList,
  readObject,
} from './expectation.ts'
import { type Draft, must, section, should, unjudged } from './requirement.ts'
import { crowd, fullUser, plainGroup, plainUser, populatedGroup } from './samples.ts'
import type { Server } from './server.ts'

const ids = (resources: readonly JsonObject[]) => resources.map((one) => String(one.id))

/** A part of a list of at least three: of the crowd where the server has a filter for it, else of all users. */
async function askPart(server: Server, parameters: Readonly<Record<string, string>>): Promise<Answer> {
  await crowd(server)
  const filter = await narrowing(server)
  return server.query('/Users', { ...(filter === undefined ? {} : { filter }), ...parameters })
}

/** The base URL of the service as an endpoint; Inapplicable where it is not offered, which it need not be. */
async function askRoot(server: Server, filter: string): Promise<Answer> {
  const answer = await server.query('', { filter })
  const isAbsent = [403, 404, 405, 501].includes(answer.status)
  if (isAbsent)
    throw new Inapplicable('the server does not answer queries at its base URL, which is optional')
  return answer
}

const known = section('RFC 7644 §3.4.1', [
  must('known-user', 'users', 'GET of a known user answers 200 and the user.', async (server) => {
    const { id, path } = await plainUser(server)
    expectSame(readObject(await server.get(path)).id, id, 'id')
  }),
  must('known-group', 'groups', 'GET of a known group answers 200 and the group.', async (server) => {
    const group = await plainGroup(server)
    expectSame(readObject(await server.get(group.path)).id, group.id, 'id')
  }),
])

const lists = section('RFC 7644 §3.4.2', [
  should('unknown-parameters', 'lists', 'Query parameters that are unknown are ignored.', async (server) => {
    expectStatus(await server.get('/Users?count=1&flavour=vanilla'), 200)
  }),
  must('list-urn', 'lists', 'A list names the message ListResponse.', async (server) => {
    expectListMessage(await server.get('/Users?count=1'))
  }),
  must(
    'list-urn-groups',
    ['lists', 'groups'],
    'A list of groups names the message ListResponse.',
    async (server) => {
      expectListMessage(await server.get('/Groups?count=1'))
    },
  ),
  must('total-results', 'lists', 'A list has "totalResults".', async (server) => {
    const answer = await server.get('/Users?count=1')
    expectThat(
      Number.isInteger(pick(answer.body, 'totalResults')),
      'totalResults as an integer',
      pick(answer.body, 'totalResults'),
      answer,
    )
  }),
  must('resources', 'lists', 'A list with results has "Resources".', async (server) => {
    await plainUser(server)
    const answer = await server.get('/Users?count=1')
    expectThat(
      pickObjects(answer.body, 'Resources').length > 0,
      'at least one resource',
      pick(answer.body, 'Resources'),
      answer,
    )
  }),
  must('start-index', 'lists', 'A partial list has "startIndex".', async (server) => {
    const answer = await askPart(server, { count: '1', startIndex: '2' })
    readList(answer)
    expectSame(pick(answer.body, 'startIndex'), 2, 'startIndex', answer)
  }),
  must(
    'items-per-page',
    'lists',
    'A partial list has "itemsPerPage", the number of resources in it.',
    async (server) => {
      const answer = await askPart(server, { count: '2' })
      expectSame(pick(answer.body, 'itemsPerPage'), readList(answer).length, 'itemsPerPage', answer)
    },
  ),
  must(
    'nothing-found',
    'filter',
    'A query without a match answers 200 with "totalResults" 0.',
    async (server) => {
      const answer = await server.query('/Users', { filter: `userName eq "${server.unique('nobody')}"` })
      expectSame(readList(answer).length, 0, 'the number of resources', answer)
      expectSame(pick(answer.body, 'totalResults'), 0, 'totalResults', answer)
    },
  ),
])

const root = section('RFC 7644 §3.4.2.1', [
  must(
    'root-all',
    ['root', 'filter', 'groups'],
    'A query at the base URL includes resources of all types.',
    async (server) => {
      const { group, user } = await populatedGroup(server)
      const answer = await askRoot(server, `id eq "${user.id}" or id eq "${group.id}"`)
      expectSet(ids(readList(answer)), [user.id, group.id], 'ids')
    },
  ),
  must(
    'root-resource-type',
    ['root', 'filter', 'groups'],
    'A query at the base URL can be restricted by "meta.resourceType".',
    async (server) => {
      const { group, user } = await populatedGroup(server)
      const either = `(id eq "${user.id}" or id eq "${group.id}")`
      const answer = await askRoot(server, `meta.resourceType eq "Group" and ${either}`)
      expectSet(ids(readList(answer)), [group.id], 'ids')
    },
  ),
  must(
    'root-undefined',
    ['root', 'filter', 'groups'],
    'An attribute that a resource type does not have counts as without a value.',
    async (server) => {
      const { group, user } = await populatedGroup(server)
      const either = await askRoot(server, `userName eq "${user.name}" or displayName eq "${group.name}"`)
      expectSet(ids(readList(either)), [user.id, group.id], 'ids', either)
      const one = await askRoot(server, `userName pr and (id eq "${user.id}" or id eq "${group.id}")`)
      expectSet(ids(readList(one)), [user.id], 'ids', one)
    },
  ),
  unjudged(
    'MUST',
    'too-many',
    'lists',
    'A query with too many results is refused with 400 "tooMany".',
    "how many are too many is the server's to say, and no number of ours is sure to be",
  ),
])

/** A query after which no resource of a list has what is not asked for. */
function leavesOut(slug: string, sentence: string, query: string): Draft {
  return must(slug, 'lists', sentence, async (server) => {
    const { body, name: userName } = await fullUser(server)
    const names = ['emails', 'name', 'externalId'].filter((one) => pick(body, one) !== undefined)
    if (names.length === 0) throw new Inapplicable('users have nothing that could be left out')
    // Among others there may be users without what every user has.
    const alone = await requireFilter(server).then(
      () => `filter=${encodeURIComponent(`userName eq "${userName}"`)}`,
      () => undefined,
    )
    const found = readList(await server.get(`/Users?${alone ?? 'count=5'}&${query}`))
    if (alone !== undefined) expectThat(pick(found[0], 'userName') !== undefined, 'userName', found[0])
    for (const one of found)
      for (const name of names) expectThat(pick(one, name) === undefined, `no "${name}"`, one)
  })
}

const attributes = section('RFC 7644 §3.4.2.5', [
  leavesOut('attributes', '"attributes" is supported in lists.', 'attributes=userName'),
  leavesOut(
    'excluded-attributes',
    '"excludedAttributes" is supported in lists.',
    'excludedAttributes=emails,name,externalId',
  ),
  must(
    'excluded-always',
    'lists',
    '"excludedAttributes" does not take away what is always returned.',
    async (server) => {
      await plainUser(server)
      for (const one of readList(await server.get('/Users?count=5&excludedAttributes=id,userName')))
        expectThat(pick(one, 'id') !== undefined, 'id', one)
    },
  ),
])

export const listRequirements = [...known, ...lists, ...root, ...attributes]
