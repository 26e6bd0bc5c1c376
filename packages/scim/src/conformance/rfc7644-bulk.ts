// RFC 7644 §3.7 and §3.7.1: bulk requests.

import { bulkRequestUrn, bulkResponseUrn, errorUrn, patchOpUrn } from '../urn.ts'
import { pick, pickText, pickValues } from './answer.ts'
import { ask, classesOf, outcomes, pathOf, post, statusOf, withFailure } from './bulk-exchange.ts'
import {
  expectRefusal,
  expectSame,
  expectSet,
  expectStatus,
  expectSuccess,
  expectThat,
  Inapplicable,
  readObject,
  requireErrorBody,
} from './expectation.ts'
import { expectPatch } from './foundations.ts'
import { namesIn } from './kept.ts'
import { must, section } from './requirement.ts'
import {
  groupBody,
  learnPut,
  makeUser,
  membersOf,
  onlyKept,
  read,
  readGroup,
  rebody,
  userBody,
} from './samples.ts'

const requests = section('RFC 7644 §3.7', [
  must(
    'response',
    'bulk',
    'A bulk request that was processed answers 200 and the message BulkResponse.',
    async (server) => {
      const answer = await ask(server, [post('/Users', 'a', await userBody(server))])
      const { schemas } = readObject(expectStatus(answer, 200))
      const isBulk = Array.isArray(schemas) && schemas.includes(bulkResponseUrn)
      expectThat(isBulk, `schemas that name ${bulkResponseUrn}`, schemas, answer)
      expectSame(outcomes(answer).length, 1, 'the number of operations', answer)
    },
  ),
  must('methods', 'bulk', 'Operations are POST, PUT, PATCH and DELETE of resources.', async (server) => {
    const [one, two, three] = [await makeUser(server), await makeUser(server), await makeUser(server)]
    const [name] = namesIn(await onlyKept(server, [{ displayName: 'x' }, { title: 'x' }]))
    if (name === undefined) throw new Inapplicable('the server keeps neither "displayName" nor "title"')
    await learnPut(server)
    const patch = { schemas: [patchOpUrn], Operations: [{ op: 'replace', path: name, value: 'Ada' }] }
    // PATCH is asked for where it is offered and works alone.
    const hasPatch = await expectPatch(server).then(
      () => pick(server.config, 'patch', 'supported') !== false,
      () => false,
    )
    const answer = await ask(server, [
      post('/Users', 'a', await userBody(server)),
      { method: 'PUT', path: one.path, data: await rebody(server, one, { [name]: 'Eve' }) },
      { method: 'DELETE', path: three.path },
      ...(hasPatch ? [{ method: 'PATCH', path: two.path, data: patch }] : []),
    ])
    const classes = classesOf(outcomes(answer))
    expectSame(
      [...classes],
      classes.map(() => '2'),
      'the classes of status',
      answer,
    )
    expectSame((await read(server, one.path))[name], 'Eve', name)
    if (hasPatch) expectSame((await read(server, two.path))[name], 'Ada', name)
    expectRefusal(await server.get(three.path), 'it was deleted')
  }),
  must('bulk-id', 'bulk', 'The bulkId of a create comes back with the new resource.', async (server) => {
    const answer = await ask(server, [post('/Users', 'qwerty', await userBody(server))])
    const [outcome] = outcomes(answer)
    expectSame(outcome?.bulkId, 'qwerty', 'bulkId', answer)
    await read(server, pathOf(server, outcome))
  }),
  must('continue', 'bulk', 'What can be done is done, whatever fails.', async (server) => {
    const answer = await ask(server, await withFailure(server))
    expectSame([...classesOf(outcomes(answer))], ['2', '4', '2'], 'the classes of status', answer)
  }),
  must(
    'fail-on-errors',
    'bulk',
    'After as many failures as "failOnErrors" says, nothing more is done.',
    async (server) => {
      const answer = await ask(server, await withFailure(server), { failOnErrors: 1 })
      expectSame([...classesOf(outcomes(answer))], ['2', '4'], 'the classes of status', answer)
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
      const user = await makeUser(server)
      const { path, body } = user
      await learnPut(server)
      const version = pickText(body, 'meta', 'version')
      if (version === undefined) throw new Inapplicable('resources have no "meta.version", which is optional')
      const [name] = namesIn(await onlyKept(server, [{ displayName: 'x' }, { title: 'x' }]))
      if (name === undefined) throw new Inapplicable('the server keeps neither "displayName" nor "title"')
      expectSuccess(
        await server.put(path, await rebody(server, user, { [name]: 'Ada' })),
        'the user is changed',
      )
      const data = await rebody(server, user, { [name]: 'Eve' })
      const answer = await ask(server, [{ method: 'PUT', path, version, data }])
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
    requireErrorBody(answer)
  }),
  must(
    'one-malformed',
    'bulk',
    'An operation that is none fails alone, or the request is refused.',
    async (server) => {
      const operations = [
        { method: 'BREW', path: '/Users', bulkId: 'x' },
        post('/Users', 'a', await userBody(server)),
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
      const group = await groupBody(server, ['bulkId:later'])
      const answer = await ask(server, [
        post('/Groups', 'group', group),
        post('/Users', 'later', await userBody(server)),
      ])
      const made = outcomes(answer)
      const made1 = made.find((one) => one.bulkId === 'group')
      const user = made.find((one) => one.bulkId === 'later')
      expectSame([...classesOf(made)], ['2', '2'], 'the classes of status', answer)
      const members = await membersOf(server, pathOf(server, made1))
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
      const [a, b] = [await groupBody(server, ['bulkId:b']), await groupBody(server, ['bulkId:a'])]
      const answer = await ask(server, [post('/Groups', 'a', a), post('/Groups', 'b', b)])
      if (answer.status === 409) return
      const made = outcomes(answer)
      if (made.some((one) => statusOf(one) === '409')) return
      expectSame([...classesOf(made)], ['2', '2'], 'success, or 409: the classes of status', answer)
      const [first, second] = [
        await readGroup(server, pathOf(server, made[0])),
        await readGroup(server, pathOf(server, made[1])),
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
