// RFC 7644 §2, §3.1-§3.3: who may ask, what messages are, endpoints, and POST.

import { errorUrn, groupUrn, listResponseUrn, userUrn } from '../urn.ts'
import { pick, pickText } from './answer.ts'
import { readResourceTypes, readSchemas } from './discovered.ts'
import {
  expectError,
  expectRefusal,
  expectSame,
  expectStatus,
  expectThat,
  readObject,
} from './expectation.ts'
import { must, mustNot, section, should, unjudged } from './requirement.ts'
import { groupBody, makeUser, plainUser, populatedGroup, read, userBody } from './samples.ts'

const messagePrefix = 'urn:ietf:params:scim:api:'

const baseUrl = section('RFC 7644 §1.3', [
  mustNot(
    'base-url',
    'users',
    'URIs of resources are made of the base URL and have no query.',
    async (server) => {
      const location = pickText((await plainUser(server)).body, 'meta', 'location')
      expectThat(location !== undefined && !location.includes('?'), 'a location without a query', location)
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
      expectStatus(answer, 401)
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
        const isMessage =
          Array.isArray(schemas) && schemas.every((urn) => String(urn).startsWith(messagePrefix))
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
      const { path, body } = await makeUser(server, { name: { givenName: 'Ada' }, active: true })
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
    expectRefusal(await server.put(path, userBody(server)), 'there is no such resource')
    expectStatus(await server.get(path), 404)
  }),
  must('json', 'users', 'Answers are JSON.', async (server) => {
    const answer = await server.get((await plainUser(server)).path)
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
      userBody(server, { id: 'mine', meta: { version: 'mine' }, groups: [{ value: 'mine' }] }),
    )
    const body = readObject(answer, 201)
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
    expectStatus(await server.post('/Users', userBody(server)), 201)
  }),
  must('created-group', 'groups', 'A successful create of a group answers 201.', async (server) => {
    expectStatus(await server.post('/Groups', groupBody(server)), 201)
  }),
  should(
    'representation',
    'users',
    'The answer has the representation of the new resource.',
    async (server) => {
      const body = userBody(server)
      expectSame(readObject(await server.post('/Users', body), 201).userName, body.userName, 'userName')
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
      expectSame((await read(server, location)).id, id, 'the id behind Location')
    },
  ),
  must(
    'location-in-body',
    'users',
    'The Location header and "meta.location" are the same.',
    async (server) => {
      const { answer } = await plainUser(server)
      expectSame(pick(answer.body, 'meta', 'location'), answer.header('location'), 'meta.location', answer)
    },
  ),
  must('conflict', 'users', 'A create that conflicts answers 409.', async (server) => {
    const { name } = await plainUser(server)
    expectStatus(await server.post('/Users', { schemas: [userUrn], userName: name }), 409)
  }),
  must('conflict-type', 'users', 'A conflict has the scimType "uniqueness".', async (server) => {
    const { name } = await plainUser(server)
    expectError(await server.post('/Users', { schemas: [userUrn], userName: name }), 409, 'uniqueness')
  }),
])

const types = section('RFC 7644 §3.3.1', [
  must('user-type', 'users', 'POST to /Users sets "meta.resourceType" to "User".', async (server) => {
    expectSame(pick((await plainUser(server)).body, 'meta', 'resourceType'), 'User', 'meta.resourceType')
  }),
  must('group-type', 'groups', 'POST to /Groups sets "meta.resourceType" to "Group".', async (server) => {
    const { group } = await populatedGroup(server)
    expectSame(pick(group.body, 'meta', 'resourceType'), 'Group', 'meta.resourceType')
    expectSame(group.body.schemas, [groupUrn], 'schemas')
  }),
])

export const createRequirements = [...baseUrl, ...access, ...messages, ...endpoints, ...creating, ...types]
