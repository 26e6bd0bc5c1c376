// RFC 7644 §3.7 and §3.7.1: bulk requests.

import { bulkRequestUrn, errorUrn, patchOpUrn, userUrn } from '../urn.ts'
import { pick, pickText, pickValues } from './answer.ts'
import { ask, outcomes, pathOf, post, statusOf, withFailure } from './bulk-exchange.ts'
import {
  expectErrorBody,
  expectRefusal,
  expectSame,
  expectSet,
  expectStatus,
  expectThat,
  Inapplicable,
} from './expectation.ts'
import { must, section } from './requirement.ts'
import { groupBody, makeUser, read, userBody } from './samples.ts'

const requests = section('RFC 7644 §3.7', [
  must(
    'response',
    'bulk',
    'A bulk request that was processed answers 200 and the message BulkResponse.',
    async (server) => {
      expectSame(
        outcomes(await ask(server, [post('/Users', 'a', userBody(server))])).length,
        1,
        'the number of operations',
      )
    },
  ),
  must('methods', 'bulk', 'Operations are POST, PUT, PATCH and DELETE of resources.', async (server) => {
    const [one, two, three] = [await makeUser(server), await makeUser(server), await makeUser(server)]
    const patch = {
      schemas: [patchOpUrn],
      Operations: [{ op: 'replace', path: 'displayName', value: 'Ada' }],
    }
    const answer = await ask(server, [
      post('/Users', 'a', userBody(server)),
      { method: 'PUT', path: one.path, data: { schemas: [userUrn], userName: one.name, displayName: 'Eve' } },
      { method: 'PATCH', path: two.path, data: patch },
      { method: 'DELETE', path: three.path },
    ])
    const codes = outcomes(answer).map((outcome) => statusOf(outcome).slice(0, 1))
    expectSame(codes, ['2', '2', '2', '2'], 'the classes of status', answer)
    expectSame((await read(server, one.path)).displayName, 'Eve', 'displayName')
    expectSame((await read(server, two.path)).displayName, 'Ada', 'displayName')
    expectStatus(await server.get(three.path), 404)
  }),
  must('bulk-id', 'bulk', 'The bulkId of a create comes back with the new resource.', async (server) => {
    const answer = await ask(server, [post('/Users', 'qwerty', userBody(server))])
    const [outcome] = outcomes(answer)
    expectSame(outcome?.bulkId, 'qwerty', 'bulkId', answer)
    await read(server, pathOf(server, outcome))
  }),
  must('continue', 'bulk', 'What can be done is done, whatever fails.', async (server) => {
    const answer = await ask(server, await withFailure(server))
    expectSame(outcomes(answer).map(statusOf), ['201', '409', '201'], 'the statuses', answer)
  }),
  must(
    'fail-on-errors',
    'bulk',
    'After as many failures as "failOnErrors" says, nothing more is done.',
    async (server) => {
      const answer = await ask(server, await withFailure(server), { failOnErrors: 1 })
      expectSame(outcomes(answer).map(statusOf), ['201', '409'], 'the statuses', answer)
    },
  ),
  must('error-response', 'bulk', 'A failed operation has its error in "response".', async (server) => {
    const answer = await ask(server, await withFailure(server))
    const schemas = pick(outcomes(answer)[1], 'response', 'schemas')
    expectThat(
      Array.isArray(schemas) && schemas.includes(errorUrn),
      `a response with ${errorUrn}`,
      schemas,
      answer,
    )
  }),
  must(
    'version',
    ['bulk', 'etag'],
    'An operation with the version of an older state is refused with 412.',
    async (server) => {
      const { path, name, body } = await makeUser(server)
      const version = pickText(body, 'meta', 'version')
      if (version === undefined) throw new Inapplicable('resources have no "meta.version", which is optional')
      const data = { schemas: [userUrn], userName: name, displayName: 'Ada' }
      expectStatus(await server.put(path, data), 200)
      const answer = await ask(server, [
        { method: 'PUT', path, version, data: { ...data, displayName: 'Eve' } },
      ])
      const status = statusOf(outcomes(answer)[0])
      expectThat(
        status === '412' || status === '409',
        'status 412 (or 409, RFC 7644 Table 8)',
        status,
        answer,
      )
    },
  ),
  must('malformed', 'bulk', 'A body that is no bulk request is answered with an error.', async (server) => {
    const answer = await server.post('/Bulk', { schemas: [bulkRequestUrn] })
    expectRefusal(answer, '"Operations" is missing')
    expectErrorBody(answer)
  }),
  must(
    'one-malformed',
    'bulk',
    'An operation that is none fails alone, or the request is refused.',
    async (server) => {
      const operations = [
        { method: 'BREW', path: '/Users', bulkId: 'x' },
        post('/Users', 'a', userBody(server)),
      ]
      const answer = await ask(server, operations)
      if (answer.status >= 400) return
      expectThat(
        statusOf(outcomes(answer)[0]).startsWith('4'),
        'a status of 4xx for BREW',
        outcomes(answer),
        answer,
      )
    },
  ),
  must(
    'out-of-order',
    ['bulk', 'groups'],
    'A reference to a resource that a later operation makes has the same result as in order.',
    async (server) => {
      const group = groupBody(server, ['bulkId:later'])
      const answer = await ask(server, [
        post('/Groups', 'group', group),
        post('/Users', 'later', userBody(server)),
      ])
      const made = outcomes(answer)
      const group1 = made.find((one) => one.bulkId === 'group')
      const user = made.find((one) => one.bulkId === 'later')
      const members = pickValues(await read(server, pathOf(server, group1)), 'members')
      expectSet(members, [String((await read(server, pathOf(server, user))).id)], 'members')
    },
  ),
])

const circles = section('RFC 7644 §3.7.1', [
  must(
    'circular',
    ['bulk', 'groups'],
    'Circular references are resolved, or refused with 409.',
    async (server) => {
      const [a, b] = [groupBody(server, ['bulkId:b']), groupBody(server, ['bulkId:a'])]
      const answer = await ask(server, [post('/Groups', 'a', a), post('/Groups', 'b', b)])
      if (answer.status === 409) return
      const made = outcomes(answer)
      if (made.some((one) => statusOf(one) === '409')) return
      expectSame(made.map(statusOf), ['201', '201'], 'the statuses', answer)
      const [first, second] = [
        await read(server, pathOf(server, made[0])),
        await read(server, pathOf(server, made[1])),
      ]
      expectSet(
        [...pickValues(first, 'members'), ...pickValues(second, 'members')],
        [String(first.id), String(second.id)],
        'members',
      )
    },
  ),
])

export const bulkRequirements = [...requests, ...circles]
