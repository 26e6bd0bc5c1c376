import { bulkRequestUrn, enterpriseUserUrn, patchOpUrn } from '../urn.ts'
import { type Answer, pick, pickText } from './answer.ts'
import {
  ask,
  classesOf,
  largestPayload,
  mostOperations,
  outcomes,
  pathOf,
  post,
  statusOf,
  withFailure,
} from './bulk-exchange.ts'
import {
  expectSame,
  expectSet,
  expectStatus,
  expectThat,
  Inapplicable,
  Mismatch,
  requireErrorBody,
} from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, mustNot, section, unjudged } from './requirement.ts'
import { groupBody, makeGroup, makeUser, membersOf, read, userBody } from './samples.ts'
import type { Server } from './server.ts'

const identifiers = section('RFC 7644 §3.7.2', [
  must(
    'reference',
    ['bulk', 'groups'],
    '"bulkId:x" is replaced by the id of the resource that x became.',
    async (server) => {
      const answer = await ask(server, [
        post('/Users', 'qwerty', await userBody(server)),
        post('/Groups', 'ytrewq', await groupBody(server, ['bulkId:qwerty'])),
      ])
      const [user, group] = outcomes(answer)
      expectSame([...classesOf(outcomes(answer))], ['2', '2'], 'the classes of status', answer)
      const { id } = await read(server, pathOf(server, user))
      expectSet(await membersOf(server, pathOf(server, group)), [String(id)], 'members')
    },
  ),
  must(
    'reference-extension',
    ['bulk', 'enterprise'],
    'References in extensions are replaced too: the manager.',
    async (server) => {
      await requireKept(server, { [enterpriseUserUrn]: { department: 'Tours' } })
      const report = await userBody(server, { [enterpriseUserUrn]: { manager: { value: 'bulkId:boss' } } })
      const answer = await ask(server, [
        post('/Users', 'boss', await userBody(server)),
        post('/Users', 'report', report),
      ])
      const [boss, other] = outcomes(answer)
      expectSame([...classesOf(outcomes(answer))], ['2', '2'], 'the classes of status', answer)
      const { id } = await read(server, pathOf(server, boss))
      const manager = pick(await read(server, pathOf(server, other)), enterpriseUserUrn, 'manager', 'value')
      expectSame(manager, id, 'manager.value')
    },
  ),
  must(
    'reference-patch',
    ['bulk', 'groups', 'patch'],
    'References in a PATCH are replaced too.',
    async (server) => {
      const { path } = await makeGroup(server)
      const data = {
        schemas: [patchOpUrn],
        Operations: [{ op: 'add', path: 'members', value: [{ value: 'bulkId:new' }] }],
      }
      const answer = await ask(server, [
        post('/Users', 'new', await userBody(server)),
        { method: 'PATCH', path, data },
      ])
      const { id } = await read(server, pathOf(server, outcomes(answer)[0]))
      expectSet(await membersOf(server, path), [String(id)], 'members')
    },
  ),
  mustNot(
    'reference-unknown',
    ['bulk', 'groups'],
    'A reference to a bulkId that nothing has does not become a member.',
    async (server) => {
      const answer = await ask(server, [post('/Groups', 'g', await groupBody(server, ['bulkId:nobody']))])
      const [outcome] = answer.status === 200 ? outcomes(answer) : []
      if (outcome === undefined || !statusOf(outcome).startsWith('2')) return
      expectSet(await membersOf(server, pathOf(server, outcome)), [], 'members')
    },
  ),
])

const results = section('RFC 7644 §3.7.3', [
  must(
    'all-results',
    'bulk',
    'The response has the result of every operation that was processed.',
    async (server) => {
      const answer = await ask(server, await withFailure(server))
      expectSame(
        outcomes(answer).map((one) => one.bulkId ?? null),
        ['a', 'b', 'c'],
        'bulkIds',
        answer,
      )
    },
  ),
  must('location', 'bulk', 'Every operation but a failed POST has a location.', async (server) => {
    const { path } = await makeUser(server)
    const missing = `/Users/${server.unique('none')}`
    const operations = [
      post('/Users', 'a', await userBody(server)),
      { method: 'DELETE', path },
      { method: 'DELETE', path: missing },
    ]
    const answer = await ask(server, operations)
    for (const one of outcomes(answer))
      expectThat(pickText(one, 'location') !== undefined, 'a location', one, answer)
  }),
  must('location-failed-post', 'bulk', 'A failed POST has no location.', async (server) => {
    const answer = await ask(server, await withFailure(server))
    const failed = outcomes(answer).find((one) => one.bulkId === 'b')
    expectThat(failed !== undefined && pick(failed, 'location') === undefined, 'no location', failed, answer)
  }),
  must(
    'status',
    'bulk',
    'The status of an operation is the code that a single request would have had.',
    async (server) => {
      const { path } = await makeUser(server)
      const operations = [
        post('/Users', 'a', await userBody(server)),
        { method: 'DELETE', path },
        { method: 'DELETE', path },
      ]
      const answer = await ask(server, operations)
      const wanted = [
        String((await server.post('/Users', await userBody(server))).status),
        String((await server.remove((await makeUser(server)).path)).status),
        String((await server.remove(path)).status),
      ]
      expectSame(outcomes(answer).map(statusOf), wanted, 'the statuses', answer)
    },
  ),
  must('description', 'bulk', 'A failed operation explains its error for people.', async (server) => {
    const answer = await ask(server, await withFailure(server))
    const failed = outcomes(answer)[1]
    const text = pickText(failed, 'response', 'detail') ?? pickText(failed, 'status', 'description')
    expectThat(text !== undefined && text !== '', 'a detail', failed, answer)
  }),
])

// RFC 9110 §15.5.14 lets a server close the connection on a body that is too large, which can cost the client the answer.
async function postLarge(server: Server, text: string): Promise<Answer> {
  for (let attempt = 1; attempt <= 5; attempt += 1)
    try {
      return await server.ask('POST', '/Bulk', { text })
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error
    }
  throw new Inapplicable('the server closed the connection over the large body before its answer was read')
}

const limits = section('RFC 7644 §3.7.4', [
  must(
    'limits',
    'bulk',
    'The server defines how many operations and how many bytes it takes.',
    async (server) => {
      for (const name of ['maxOperations', 'maxPayloadSize'])
        expectThat(
          Number(pick(server.config, 'bulk', name)) > 0,
          `bulk.${name} above 0`,
          pick(server.config, 'bulk'),
        )
    },
  ),
  must(
    'max-operations',
    'bulk',
    'More operations than that are refused with 413, and the limit is named.',
    async (server) => {
      const most = Number(pick(server.config, 'bulk', 'maxOperations'))
      if (!(most > 0 && most <= mostOperations)) throw new Inapplicable(`maxOperations is ${most}`)
      const none = { method: 'DELETE', path: `/Users/${server.unique('none')}` }
      const answer = expectStatus(
        await ask(
          server,
          Array.from({ length: most + 1 }, () => none),
        ),
        413,
      )
      requireErrorBody(answer)
      expectThat(
        answer.text.replaceAll(/[,. ]/g, '').includes(String(most)),
        `the limit ${most} in the body`,
        answer.text,
        answer,
      )
    },
  ),
  must('max-payload', 'bulk', 'A larger body than that is refused with 413.', async (server) => {
    const most = Number(pick(server.config, 'bulk', 'maxPayloadSize'))
    if (!(most > 0 && most <= largestPayload)) throw new Inapplicable(`maxPayloadSize is ${most}`)
    const text = `{"schemas":["${bulkRequestUrn}"],"Operations":[],"padding":"${' '.repeat(most)}"}`
    const answer = await postLarge(server, text)
    expectStatus(answer, 413)
    requireErrorBody(answer)
  }),
  unjudged(
    'MUST',
    'max-payload-named',
    'bulk',
    'The refusal of a larger body names the limit.',
    "in bytes or in a unit of the server's choice",
  ),
])

export const bulkResultRequirements = [...identifiers, ...results, ...limits]
