// RFC 9865 §2-§2.2: pages by cursors, errors of cursors, order.

import { pick, pickText } from './answer.ts'
import { allPages, ids, page, secondPage } from './cursor-pages.ts'
import {
  expectError,
  expectRefusal,
  expectSame,
  expectSet,
  expectThat,
  Inapplicable,
  readList,
  requireErrorBody,
} from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, mustNot, section, should, unjudged } from './requirement.ts'
import { crowd } from './samples.ts'

const paging = section('RFC 9865 §2', [
  must('first', 'cursor', 'A query with an empty cursor answers the first page.', async (server) => {
    expectThat(ids(await page(server, '')).length > 0, 'at least one resource', 0)
  }),
  must('valueless', 'cursor', 'The parameter may be without "=".', async (server) => {
    const answer = await server.get('/Users?cursor&count=1')
    expectThat(readList(answer).length <= 1, 'at most one resource', readList(answer).length, answer)
  }),
  mustNot('count', 'cursor', 'A page has no more results than "count".', async (server) => {
    for (const answer of await allPages(server, { count: '1' }))
      expectThat(ids(answer).length <= 1, 'at most one resource', ids(answer).length, answer)
  }),
  must('next', 'cursor', 'Every page but the last has a "nextCursor".', async (server) => {
    const { first, second } = await secondPage(server)
    const again = ids(second).filter((id) => ids(first).includes(id))
    expectThat(
      ids(second).length > 0 && again.length === 0,
      'other resources on the second page',
      again,
      second,
    )
  }),
  must('last', 'cursor', 'The last page has no "nextCursor".', async (server) => {
    const last = (await allPages(server)).at(-1)
    expectThat(
      last !== undefined && pick(last.body, 'nextCursor') === undefined,
      'an end of the pages',
      last?.text.slice(0, 80),
      last,
    )
  }),
  must('unreserved', 'cursor', 'A cursor is made of unreserved characters of URIs.', async (server) => {
    const { cursor } = await secondPage(server)
    expectThat(/^[A-Za-z0-9._~-]+$/.test(cursor), 'letters, digits, "-", ".", "_" and "~"', cursor)
  }),
  must('complete', 'cursor', 'The pages together have every match once.', async (server) => {
    const { ada, bob, cy } = await crowd(server)
    const found = (await allPages(server, { count: '1' })).flatMap(ids)
    expectSet(found, [ada.id, bob.id, cy.id], 'ids')
  }),
  must(
    'previous',
    'cursor',
    'A "previousCursor", where there is one, leads to the page before.',
    async (server) => {
      const { first, second } = await secondPage(server)
      const cursor = pickText(second.body, 'previousCursor')
      if (cursor === undefined) throw new Inapplicable('there is no previousCursor, which is optional')
      const answer = await page(server, cursor)
      expectSame(ids(answer), ids(first), 'ids', answer)
    },
  ),
  should('total', 'cursor', '"totalResults", where it is given, is accurate.', async (server) => {
    for (const answer of await allPages(server)) {
      const total = pick(answer.body, 'totalResults')
      if (total !== undefined) expectSame(total, 3, 'totalResults', answer)
    }
  }),
])

const errors = section('RFC 9865 §2.1', [
  should(
    'error',
    'cursor',
    'Invalid parameters are answered with an error status and an error body.',
    async (server) => {
      const answer = await page(server, 'no-cursor-of-yours')
      expectRefusal(answer, 'the cursor is invalid')
      requireErrorBody(answer)
    },
  ),
  should(
    'invalid-cursor',
    'cursor',
    'An invalid cursor is refused with 400 "invalidCursor".',
    async (server) => {
      expectError(await page(server, 'no-cursor-of-yours'), 400, 'invalidCursor')
    },
  ),
  should(
    'tampered-cursor',
    'cursor',
    'A cursor that was altered is refused, or answers matches of the query only.',
    async (server) => {
      const { cursor } = await secondPage(server)
      const { ada, bob, cy } = await crowd(server)
      const answer = await page(server, `${cursor.slice(0, -2)}AA`)
      if (answer.status === 400) return requireErrorBody(answer)
      const wrong = ids(answer).filter((id) => ![ada.id, bob.id, cy.id].includes(id))
      expectThat(wrong.length === 0, 'matches of the query', wrong, answer)
    },
  ),
  unjudged(
    'SHOULD',
    'expired-cursor',
    'cursor',
    'A cursor that is too old is refused with 400 "expiredCursor".',
    "a run is shorter than a cursor's lifetime",
  ),
  should(
    'invalid-count',
    'cursor',
    'A count that is no number is refused with 400 "invalidCount".',
    async (server) => {
      expectError(await page(server, '', { count: 'many' }), 400, 'invalidCount')
    },
  ),
  should('detail', 'cursor', 'Errors tell the developer of the client what is wrong.', async (server) => {
    const answer = await page(server, 'no-cursor-of-yours')
    expectThat(
      (pickText(answer.body, 'detail') ?? '') !== '',
      'a detail',
      pick(answer.body, 'detail'),
      answer,
    )
  }),
])

const sorting = section('RFC 9865 §2.2', [
  should('sorted', ['cursor', 'sort'], 'Pages by cursors are sorted.', async (server) => {
    await requireKept(server, { displayName: 'x' })
    const { ada, bob, cy } = await crowd(server)
    for (const [sortOrder, order] of [
      ['ascending', [ada, bob, cy]],
      ['descending', [cy, bob, ada]],
    ] as const) {
      const found = (await allPages(server, { count: '1', sortBy: 'displayName', sortOrder })).flatMap(ids)
      expectSame(
        found,
        order.map((one) => one.id),
        `the order, ${sortOrder},`,
      )
    }
  }),
  should(
    'sorted-missing',
    ['cursor', 'sort'],
    'Resources without a value keep their place in sorted pages.',
    async (server) => {
      await requireKept(server, { name: { familyName: 'x' } })
      const { ada, bob, cy } = await crowd(server)
      if (pickText(cy.body, 'name', 'familyName') !== undefined)
        throw new Inapplicable('this server has no user without "name.familyName"')
      const found = (await allPages(server, { count: '1', sortBy: 'name.familyName' })).flatMap(ids)
      expectSame(found, [bob.id, ada.id, cy.id], 'the order')
    },
  ),
])

export const cursorRequirements = [...paging, ...errors, ...sorting]
