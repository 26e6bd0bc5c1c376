// RFC 9865 §2.3-§5: methods of pagination, /.search, configuration, security.

import { pick } from './answer.ts'
import { crowdAlone } from './crowd-search.ts'
import { ids, nextOf, page, search, secondPage } from './cursor-pages.ts'
import { expectError, expectSame, expectSet, expectStatus, expectThat, Inapplicable } from './expectation.ts'
import { must, mustNot, section, should, unjudged } from './requirement.ts'
import { crowd } from './samples.ts'

const methods = section('RFC 9865 §2.3', [
  mustNot(
    'unspecified',
    ['cursor', 'filter'],
    'A query that names no method of pagination is no error.',
    async (server) => {
      const answer = await server.query('/Users', { ...(await crowdAlone(server)), count: '1' })
      expectSame(ids(answer).length, 1, 'the number of resources', answer)
    },
  ),
  must(
    'chosen',
    ['cursor', 'filter'],
    'A query that names no method can be continued by the default one.',
    async (server) => {
      const alone = await crowdAlone(server)
      const first = await server.query('/Users', { ...alone, count: '2' })
      const cursor = nextOf(first)
      const second = await server.query(
        '/Users',
        cursor === undefined ? { ...alone, count: '2', startIndex: '3' } : { ...alone, count: '2', cursor },
      )
      expectSame(new Set([...ids(first), ...ids(second)]).size, 3, 'the number of different resources')
    },
  ),
  must(
    'index',
    ['cursor', 'filter'],
    'Where index pagination is supported as well, "startIndex" asks for it.',
    async (server) => {
      if (pick(server.config, 'pagination', 'index') !== true)
        throw new Inapplicable('index pagination is not supported')
      const answer = await server.query('/Users', {
        ...(await crowdAlone(server)),
        count: '1',
        startIndex: '2',
      })
      expectSame(pick(answer.body, 'startIndex'), 2, 'startIndex', answer)
    },
  ),
  unjudged(
    'SHOULD',
    'impact',
    'cursor',
    'A server that adds cursors considers the clients that it has.',
    'a matter of history',
  ),
])

const searching = section('RFC 9865 §3', [
  must('search', 'cursor', '/.search takes a cursor and answers a "nextCursor".', async (server) => {
    const first = await search(server, { cursor: '' })
    expectThat(nextOf(first) !== undefined, 'a nextCursor', undefined, first)
  }),
  must('search-next', 'cursor', '/.search goes on with the cursor that it gave.', async (server) => {
    const { ada, bob, cy } = await crowd(server)
    const first = await search(server, { cursor: '' })
    const second = await search(server, { cursor: nextOf(first) ?? null })
    expectSet([...ids(first), ...ids(second)], [ada.id, bob.id, cy.id], 'ids')
  }),
  should(
    'search-invalid',
    'cursor',
    '/.search refuses an invalid cursor with 400 "invalidCursor".',
    async (server) => {
      expectError(await search(server, { cursor: 'no-cursor-of-yours' }), 400, 'invalidCursor')
    },
  ),
])

const config = section('RFC 9865 §4', [
  should(
    'config',
    'discovery',
    'A server with cursors has "pagination" in its configuration.',
    async (server) => {
      const answer = await server.get('/Users?cursor=&count=1')
      if (answer.status !== 200 || nextOf(answer) === undefined) throw new Inapplicable('no sign of cursors')
      expectThat(
        pick(server.config, 'pagination') !== undefined,
        '"pagination" in /ServiceProviderConfig',
        undefined,
      )
    },
  ),
  must('config-methods', 'cursor', '"pagination" has "cursor" and "index" as booleans.', async (server) => {
    for (const name of ['cursor', 'index']) {
      const value = pick(server.config, 'pagination', name)
      expectThat(typeof value === 'boolean', `pagination.${name} as a boolean`, value)
    }
  }),
  must(
    'config-default',
    'cursor',
    '"defaultPaginationMethod", where it is given, is "cursor" or "index".',
    async (server) => {
      const value = pick(server.config, 'pagination', 'defaultPaginationMethod')
      expectThat([undefined, 'cursor', 'index'].includes(value as string), '"cursor" or "index"', value)
    },
  ),
  must(
    'config-numbers',
    'cursor',
    '"defaultPageSize", "maxPageSize" and "cursorTimeout", where they are given, are positive integers.',
    async (server) => {
      for (const name of ['defaultPageSize', 'maxPageSize', 'cursorTimeout']) {
        const value = pick(server.config, 'pagination', name)
        expectThat(
          value === undefined || (Number.isInteger(value) && Number(value) > 0),
          `pagination.${name} as a positive integer`,
          value,
        )
      }
    },
  ),
  must('config-max', 'cursor', 'A page has no more results than "maxPageSize".', async (server) => {
    const most = pick(server.config, 'pagination', 'maxPageSize')
    if (typeof most !== 'number') throw new Inapplicable('there is no maxPageSize, which is optional')
    const answer = await server.get(`/Users?cursor=&count=${most}&attributes=id`)
    expectThat(ids(answer).length <= most, `at most ${most} resources`, ids(answer).length, answer)
  }),
  unjudged(
    'SHOULD',
    'misuse',
    'cursor',
    'Misuse of pagination does not exhaust the server.',
    'an attack would be needed',
  ),
])

const security = section('RFC 9865 §5', [
  must(
    'authorized',
    ['cursor', 'access'],
    'A cursor gives no right: without a key it is refused.',
    async (server) => {
      const { cursor } = await secondPage(server)
      const answer = await server.ask('GET', `/Users?count=2&cursor=${cursor}`, { isAnonymous: true })
      expectStatus(answer, 401)
    },
  ),
  unjudged(
    'MUST',
    'confined',
    'cursor',
    'Pages stay within what the actor may see, also with the cursor of another.',
    'it takes a second actor to see',
  ),
  unjudged(
    'MUST',
    'continuous',
    'cursor',
    'Authorization is checked again for every page.',
    'it takes a change of rights to see',
  ),
  should('uniform', 'cursor', 'Errors of cursors are the same whatever is behind them.', async (server) => {
    const [one, two] = [await page(server, 'no-cursor-of-yours'), await page(server, 'nor-this-one')]
    expectSame(pick(one.body, 'detail'), pick(two.body, 'detail'), 'the detail', two)
  }),
  unjudged(
    'SHOULD',
    'invalidated',
    'cursor',
    'Cursors end when the rights of the actor change.',
    'it takes a change of rights to see',
  ),
])

export const cursorServiceRequirements = [...methods, ...searching, ...config, ...security]
