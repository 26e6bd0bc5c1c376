// RFC 7644 §3.12: the body of errors, the HTTP statuses of Table 8 and the scimTypes of Table 9.

import { patchOpUrn, userUrn } from '../urn.ts'
import { type Answer, pick } from './answer.ts'
import {
  Blocked,
  expectError,
  expectErrorAs,
  expectErrorBody,
  expectSame,
  expectStatus,
  expectThat,
  Inapplicable,
  isSuccess,
} from './expectation.ts'
import { requireValuePaths } from './foundations.ts'
import { requireKept } from './kept.ts'
import { must, section, should, unjudged } from './requirement.ts'
import {
  freshMail,
  learnPut,
  makeUser,
  plainUser,
  rebody,
  userBody,
  userNamed,
  userWithout,
} from './samples.ts'
import type { Server } from './server.ts'

const scimTypes = [
  ...['invalidFilter', 'tooMany', 'uniqueness', 'mutability', 'invalidSyntax', 'invalidPath', 'noTarget'],
  ...['invalidValue', 'invalidVers', 'sensitive', 'invalidCursor', 'expiredCursor', 'invalidCount'],
]

/** Refusals of many kinds. */
async function refusals(server: Server): Promise<readonly Answer[]> {
  return server.once('refusals', async () => {
    const { path, name } = await plainUser(server)
    const answers = [
      await server.get(`/Users/${server.unique('none')}`),
      await server.post('/Users', await userNamed(server, name)),
      await server.post('/Users', await userWithout(server, 'userName')),
      await server.ask('POST', '/Users', { text: '{"schemas":' }),
      await server.ask('GET', path, { isAnonymous: true }),
    ]
    // Whether these are refused, and how, is the matter of other requirements.
    return answers.filter(({ status }) => status >= 400)
  })
}

const bodies = section('RFC 7644 §3.12', [
  must('body', 'errors', 'Errors have a JSON body with the schema of the message Error.', async (server) => {
    for (const answer of await refusals(server)) expectErrorBody(answer)
  }),
  must('status', 'errors', '"status" in the body is the HTTP status as a string.', async (server) => {
    for (const answer of await refusals(server))
      expectSame(pick(answer.body, 'status'), String(answer.status), 'status in the body', answer)
  }),
  must('scim-type', 'errors', '"scimType" in the body is one of the defined keywords.', async (server) => {
    for (const answer of await refusals(server)) {
      const type = pick(answer.body, 'scimType')
      expectThat(type === undefined || scimTypes.includes(String(type)), 'a defined scimType', type, answer)
    }
  }),
  should('detail', 'errors', 'Errors explain themselves to people in "detail".', async (server) => {
    for (const answer of await refusals(server)) {
      const detail = pick(answer.body, 'detail')
      expectThat(typeof detail === 'string' && detail !== '', 'a detail', detail, answer)
    }
  }),
  should('media-type', 'errors', 'Errors are of the media type application/scim+json.', async (server) => {
    for (const answer of await refusals(server)) {
      const type = answer.header('content-type') ?? ''
      expectThat(/^application\/scim\+json\b/.test(type), 'application/scim+json', type, answer)
    }
  }),
])

const statuses = section('RFC 7644 §3.12', [
  should(
    '400-json',
    'errors',
    'A body that is no JSON is refused with 400 "invalidSyntax".',
    async (server) => {
      expectErrorAs(await server.ask('POST', '/Users', { text: '{"schemas":' }), 400, 'invalidSyntax')
    },
  ),
  should(
    '400-structure',
    'errors',
    'A body that is no object is refused with 400 "invalidSyntax".',
    async (server) => {
      expectErrorAs(await server.post('/Users', [userUrn]), 400, 'invalidSyntax')
    },
  ),
  should(
    '400-missing',
    'errors',
    'A missing required value is refused with 400 "invalidValue".',
    async (server) => {
      expectErrorAs(await server.post('/Users', await userWithout(server, 'userName')), 400, 'invalidValue')
    },
  ),
  should(
    '400-type',
    'errors',
    'A value of a wrong type is refused with 400 "invalidValue".',
    async (server) => {
      await requireKept(server, { name: { givenName: 'Ada' } })
      expectErrorAs(
        await server.post('/Users', await userBody(server, { name: ['Ada'] })),
        400,
        'invalidValue',
      )
    },
  ),
  should(
    '400-filter',
    'filter',
    'A filter that is none is refused with 400 "invalidFilter".',
    async (server) => {
      expectErrorAs(await server.query('/Users', { filter: 'this is no filter' }), 400, 'invalidFilter')
    },
  ),
  should('400-path', 'patch', 'A malformed path is refused with 400 "invalidPath".', async (server) => {
    const { path } = await makeUser(server)
    expectErrorAs(
      await server.patch(path, { op: 'replace', path: 'name..givenName', value: 'x' }),
      400,
      'invalidPath',
    )
  }),
  should('400-path-filter', 'patch', 'A malformed filter in a path is refused with 400.', async (server) => {
    await requireValuePaths(server)
    const { path } = await makeUser(server, { emails: freshMail(server).two })
    const answer = await server.patch(path, { op: 'remove', path: 'emails[type regex "x"]' })
    expectErrorAs(answer, 400, 'invalidFilter', 'invalidPath')
  }),
  should(
    '400-patch-syntax',
    'patch',
    'A PATCH without operations is refused with 400 "invalidSyntax" or "invalidValue".',
    async (server) => {
      const { path } = await makeUser(server)
      const answer = await server.ask('PATCH', path, { body: { schemas: [patchOpUrn] } })
      expectErrorAs(answer, 400, 'invalidSyntax', 'invalidValue')
    },
  ),
  should(
    '400-mutability',
    'patch',
    'A change of a read-only attribute is refused with 400 "mutability".',
    async (server) => {
      const { path } = await makeUser(server)
      expectErrorAs(await server.patch(path, { op: 'replace', path: 'id', value: 'x' }), 400, 'mutability')
    },
  ),
  should(
    '400-no-target',
    'patch',
    'A path without a target is refused with 400 "noTarget".',
    async (server) => {
      const { path } = await makeUser(server)
      expectErrorAs(await server.patch(path, { op: 'remove' }), 400, 'noTarget')
    },
  ),
  should('401-missing', 'access', 'A request without a key is refused with 401.', async (server) => {
    expectError(await server.ask('GET', '/Users?count=1', { isAnonymous: true }), 401)
  }),
  should('401-wrong', 'access', 'A request with a wrong key is refused with 401.', async (server) => {
    const headers = { authorization: `Bearer ${server.unique('wrong')}` }
    expectError(await server.ask('GET', '/Users?count=1', { headers }), 401)
  }),
  should('404-resource', 'errors', 'A resource that does not exist answers 404.', async (server) => {
    expectError(await server.get(`/Users/${server.unique('none')}`), 404)
  }),
  should('404-group', 'groups', 'A group that does not exist answers 404.', async (server) => {
    expectError(await server.get(`/Groups/${server.unique('none')}`), 404)
  }),
  should('404-endpoint', 'errors', 'An endpoint that does not exist answers 404.', async (server) => {
    expectError(await server.get('/Nonsense'), 404)
  }),
  should('409-create', 'errors', 'A duplicate is refused with 409 "uniqueness".', async (server) => {
    const { name } = await plainUser(server)
    expectErrorAs(await server.post('/Users', await userNamed(server, name)), 409, 'uniqueness')
  }),
  should(
    '409-replace',
    'errors',
    'A PUT that takes another one\'s name is refused with 409 "uniqueness".',
    async (server) => {
      const [one, two] = [await plainUser(server), await makeUser(server)]
      await learnPut(server)
      const answer = await server.put(two.path, await rebody(server, two, { userName: one.name }))
      if (isSuccess(answer)) throw new Blocked('RFC7643-7-unique-in-server')
      expectErrorAs(answer, 409, 'uniqueness')
    },
  ),
  should(
    '409-patch',
    'patch',
    'A PATCH that takes another one\'s name is refused with 409 "uniqueness".',
    async (server) => {
      const [one, two] = [await plainUser(server), await makeUser(server)]
      const answer = await server.patch(two.path, { op: 'replace', path: 'userName', value: one.name })
      expectErrorAs(answer, 409, 'uniqueness')
    },
  ),
  should('412', 'etag', 'A version that is not the current one is refused with 412.', async (server) => {
    const user = await makeUser(server)
    const body = await rebody(server, user)
    expectError(await server.ask('PUT', user.path, { headers: { 'if-match': 'W/"other"' }, body }), 412)
  }),
  should(
    '501',
    'errors',
    'What the server does not offer answers 501, or 404 or 405 as of an endpoint that is not there: /Bulk or PATCH.',
    async (server) => {
      const { path } = await plainUser(server)
      const lacks = (name: string) => pick(server.config, name, 'supported') === false
      const answers = [
        ...(lacks('bulk') ? [await server.post('/Bulk', {})] : []),
        ...(lacks('patch') ? [await server.patch(path)] : []),
      ]
      if (answers.length === 0) throw new Inapplicable('the server offers everything')
      for (const answer of answers) expectStatus(answer, 501, 404, 405)
    },
  ),
  unjudged(
    'SHOULD',
    '307',
    'errors',
    'A temporary redirect leaves the URI as it is.',
    'nothing makes a server redirect',
  ),
  unjudged(
    'SHOULD',
    '403',
    'access',
    'What the authorization does not permit is refused with 403.',
    'it takes a key with fewer rights',
  ),
  unjudged(
    'SHOULD',
    '500',
    'errors',
    'An internal error gives advice for debugging.',
    'nothing should make a server fail',
  ),
])

export const errorRequirements = [...bodies, ...statuses]
