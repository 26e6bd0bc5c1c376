// RFC 7644 §2, §3.1-§3.3: who may ask, what messages are, endpoints, and POST.

import { errorUrn, groupUrn, listResponseUrn } from '../urn.ts'
import { pick, pickText } from './answer.ts'
import { readResourceTypes, readSchemas } from './discovered.ts'
import {
  Blocked,
  expectError,
  expectRefusal,
  expectSame,
  expectStatus,
  expectSuccess,
  expectThat,
  Inapplicable,
  isSuccess,
  readObject,
} from './expectation.ts'
import { must, mustNot, section, should, unjudged } from './requirement.ts'
import { groupBody, makeUser, onlyKept, plainGroup, plainUser, read, userBody, userNamed } from './samples.ts'
import type { Server } from './server.ts'

const messagePrefix = 'urn:ietf:params:scim:api:'

/** "meta.location" of a user; blocks where there is none. */
async function locationOf(server: Server): Promise<string> {
  const location = pickText((await plainUser(server)).body, 'meta', 'location')
  if (location === undefined) throw new Blocked('RFC7643-3.1-common-in-users')
  return location
}

/** The answer to a second user of one name; blocks where it is made. */
async function conflict(server: Server) {
  const { name } = await plainUser(server)
  const answer = await server.post('/Users', await userNamed(server, name))
  if (isSuccess(answer)) throw new Blocked('RFC7643-4.1.1-user-name-unique')
  return answer
}

const baseUrl = section('RFC 7644 §1.3', [
  mustNot(
    'base-url',
    'users',
    'URIs of resources are made of the base URL and have no query.',
    async (server) => {
      const location = await locationOf(server)
      expectThat(!location.includes('?'), 'a location without a query', location)
    },
  ),
])

const access = section('RFC 7644 §2', [
  must(
    'challenge',
    'access',
    'The server names its authentication schemes in WWW-Authenticate.',
    async (server) => {
      const answer = await server.ask('GET', '/Users?count=1', { isAnonymous: true })
      if (answer.status !== 401)
        throw new Inapplicable(`a request without a key is answered with ${answer.status}, not with 401`)
      expectThat(
        answer.header('www-authenticate') !== undefined,
        'the header WWW-Authenticate',
        undefined,
        answer,
      )
    },
  ),
  unjudged(
    'MUST',
    'policy',
    'access',
    'An authenticated client is mapped to an access control policy.',
    'a policy cannot be seen',
  ),
  unjudged(
    'MUST',
    'subject',
    'access',
    'Clients in a browser session or with a certificate are mapped to a security subject.',
    'the catalogue has a bearer key only',
  ),
  unjudged(
    'SHOULD',
    'appropriate',
    'access',
    'The server considers whether the subject may do what it asks.',
    'it takes a second subject to see',
  ),
  unjudged(
    'SHOULD NOT',
    'weak-tokens',
    'access',
    'Tokens that were issued on weak authentication are not used.',
    'how a token was issued cannot be seen',
  ),
  unjudged(
    'SHOULD',
    'basic',
    'access',
    'Basic authentication is combined with other factors.',
    'the catalogue has a bearer key only',
  ),
])

const messages = section('RFC 7644 §3.1', [
  must(
    'message-urns',
    ['lists', 'errors'],
    'Schemas of messages begin with "urn:ietf:params:scim:api:".',
    async (server) => {
      for (const path of ['/Users?count=1', '/Users/none']) {
        const answer = await server.get(path)
        const schemas = pick(answer.body, 'schemas')
        // A message without any is the matter of its own requirement.
        if (!Array.isArray(schemas)) continue
        const isMessage = schemas.every((urn) => String(urn).startsWith(messagePrefix))
        expectThat(isMessage, `schemas that begin with ${messagePrefix}`, schemas, answer)
      }
    },
  ),
  mustNot('messages-hidden', 'discovery', 'Schemas of messages are not discoverable.', async (server) => {
    const ids = (await readSchemas(server)).map((schema) => String(schema.id))
    const wrong = ids.filter((id) => id.startsWith(messagePrefix))
    expectThat(wrong.length === 0, 'no message among the schemas', wrong)
    for (const urn of [listResponseUrn, errorUrn]) expectStatus(await server.get(`/Schemas/${urn}`), 404)
  }),
  must(
    'state',
    'users',
    'Answers reflect the state of the resource: POST and a following GET say the same.',
    async (server) => {
      const wanted = [{ name: { givenName: 'Ada' } }, { active: true }]
      const { path, body } = await makeUser(server, await onlyKept(server, wanted))
      const later = await read(server, path)
      for (const name of ['id', 'userName', 'name', 'active', 'meta'])
        expectSame(pick(later, name), pick(body, name), name)
    },
  ),
])

const endpoints = section('RFC 7644 §3.2', [
  should(
    'endpoint-names',
    'discovery',
    'Endpoints are the plural of the resource name, with "s".',
    async (server) => {
      const wrong = (await readResourceTypes(server)).filter(
        (type) => pickText(type, 'endpoint')?.replace(/^\//, '') !== `${pickText(type, 'name')}s`,
      )
      expectThat(
        wrong.length === 0,
        'endpoints such as /Users',
        wrong.map((type) => type.endpoint),
      )
    },
  ),
  mustNot('put-creates', 'users', 'PUT creates no resource.', async (server) => {
    const path = `/Users/${server.unique('none')}`
    expectRefusal(await server.put(path, await userBody(server)), 'there is no such resource')
    expectRefusal(await server.get(path), 'there is no such resource')
  }),
  must('json', 'users', 'Answers are JSON.', async (server) => {
    const { path } = await plainUser(server)
    await read(server, path)
    const answer = await server.get(path)
    readObject(answer)
    expectThat(
      /^application\/(scim\+)?json\b/.test(answer.header('content-type') ?? ''),
      'a JSON media type',
      answer.header('content-type'),
      answer,
    )
  }),
  should('error-status', 'errors', 'Errors are transmitted by the HTTP status.', async (server) => {
    expectStatus(await server.get(`/Users/${server.unique('none')}`), 404)
  }),
  should('error-status-in-body', 'errors', 'Errors have their status in the body too.', async (server) => {
    const answer = await server.get(`/Users/${server.unique('none')}`)
    expectSame(pick(answer.body, 'status'), String(answer.status), 'status in the body', answer)
  }),
])

const creating = section('RFC 7644 §3.3', [
  must('read-only-ignored', 'users', 'Read-only attributes in a POST are ignored.', async (server) => {
    const answer = await server.post(
      '/Users',
      await userBody(server, { id: 'mine', meta: { version: 'mine' }, groups: [{ value: 'mine' }] }),
    )
    const body = readObject(expectSuccess(answer, 'what is read-only is ignored'), answer.status)
    expectThat(
      body.id !== 'mine' && pick(body, 'meta', 'version') !== 'mine',
      'id and meta of the server',
      body,
      answer,
    )
    expectThat(
      !JSON.stringify(body.groups ?? []).includes('mine'),
      'no groups from the client',
      body.groups,
      answer,
    )
  }),
  must('created', 'users', 'A successful create answers 201.', async (server) => {
    expectStatus(await server.post('/Users', await userBody(server)), 201)
  }),
  must('created-group', 'groups', 'A successful create of a group answers 201.', async (server) => {
    expectStatus(await server.post('/Groups', await groupBody(server)), 201)
  }),
  should(
    'representation',
    'users',
    'The answer has the representation of the new resource.',
    async (server) => {
      const body = await userBody(server)
      const answer = expectSuccess(await server.post('/Users', body), 'the user is created')
      expectSame(readObject(answer, answer.status).userName, body.userName, 'userName', answer)
    },
  ),
  must(
    'location-header',
    'users',
    'The answer has the URI of the new resource in the Location header.',
    async (server) => {
      const { id, answer } = await plainUser(server)
      const location = answer.header('location')
      expectThat(location !== undefined, 'the header Location', location, answer)
      expectSame((await read(server, server.resolve(location))).id, id, 'the id behind Location')
    },
  ),
  must(
    'location-in-body',
    'users',
    'The Location header and "meta.location" are the same.',
    async (server) => {
      const { answer } = await plainUser(server)
      expectSame(await locationOf(server), answer.header('location'), 'meta.location', answer)
    },
  ),
  must('conflict', 'users', 'A create that conflicts answers 409.', async (server) => {
    expectStatus(await conflict(server), 409)
  }),
  must('conflict-type', 'users', 'A conflict has the scimType "uniqueness".', async (server) => {
    const answer = await conflict(server)
    expectError(answer, answer.status, 'uniqueness')
  }),
])

const types = section('RFC 7644 §3.3.1', [
  must('user-type', 'users', 'POST to /Users sets "meta.resourceType" to "User".', async (server) => {
    const type = pick((await plainUser(server)).body, 'meta', 'resourceType')
    if (type === undefined) throw new Blocked('RFC7643-3.1-common-in-users')
    expectSame(type, 'User', 'meta.resourceType')
  }),
  must('group-type', 'groups', 'POST to /Groups sets "meta.resourceType" to "Group".', async (server) => {
    const { body } = await plainGroup(server)
    const type = pick(body, 'meta', 'resourceType')
    if (type === undefined) throw new Blocked('RFC7643-3.1-common-in-groups')
    expectSame(type, 'Group', 'meta.resourceType')
    const { schemas } = body
    expectThat(Array.isArray(schemas) && schemas.includes(groupUrn), `schemas with ${groupUrn}`, schemas)
  }),
])

export const createRequirements = [...baseUrl, ...access, ...messages, ...endpoints, ...creating, ...types]
