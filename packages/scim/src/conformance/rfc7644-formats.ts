// RFC 7644 §3.8-§3.11: media types, partial answers, names of attributes, /Me.

import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { isUnassigned, pick } from './answer.ts'
import { expectSame, expectStatus, expectThat, Inapplicable, readObject } from './expectation.ts'
import { must, section, should } from './requirement.ts'
import { enterpriseUser, fullUser, makeUser, plainUser, populatedGroup, read, userBody } from './samples.ts'
import type { Server } from './server.ts'

async function mediaTypeFor(server: Server, headers: Readonly<Record<string, string>>): Promise<string> {
  const answer = await server.ask('GET', (await plainUser(server)).path, { headers })
  readObject(answer)
  return answer.header('content-type') ?? ''
}

async function askMe(server: Server) {
  const answer = await server.once('me', () => server.get('/Me'))
  if ([404, 501].includes(answer.status))
    throw new Inapplicable('the server does not offer /Me, which is optional')
  return answer
}

const formats = section('RFC 7644 §3.8', [
  must('utf-8', 'users', 'JSON in UTF-8 is taken and given.', async (server) => {
    const givenName = 'Zoë 李 Ἀθηνᾶ 😀'
    const { path } = await makeUser(server, { name: { givenName } })
    expectSame(pick(await read(server, path), 'name', 'givenName'), givenName, 'name.givenName')
  }),
  must('utf-8-default', 'users', 'UTF-8 is the encoding where none is named.', async (server) => {
    const body = userBody(server, { externalId: server.unique('Zoë') })
    const answer = await server.ask('POST', '/Users', {
      body,
      headers: { 'content-type': 'application/scim+json' },
    })
    expectSame(readObject(answer, 201).externalId, body.externalId, 'externalId', answer)
    const type = answer.header('content-type') ?? ''
    expectThat(!/charset=(?!"?utf-8)/i.test(type), 'no other charset than utf-8', type, answer)
  }),
  must('accept-scim', 'users', '"Accept: application/scim+json" is supported.', async (server) => {
    const type = await mediaTypeFor(server, { accept: 'application/scim+json' })
    expectThat(/^application\/scim\+json\b/.test(type), 'application/scim+json', type)
  }),
  should('accept-json', 'users', '"Accept: application/json" is supported.', async (server) => {
    const type = await mediaTypeFor(server, { accept: 'application/json' })
    expectThat(/^application\/(scim\+)?json\b/.test(type), 'a JSON media type', type)
  }),
  must(
    'default-format',
    'users',
    'Where no format is asked for it is application/scim+json.',
    async (server) => {
      const type = await mediaTypeFor(server, { accept: '*/*' })
      expectThat(/^application\/scim\+json\b/.test(type), 'application/scim+json', type)
    },
  ),
  must('content-json', 'users', 'A body of "application/json" is taken.', async (server) => {
    const headers = { 'content-type': 'application/json' }
    expectStatus(await server.ask('POST', '/Users', { body: userBody(server), headers }), 201)
  }),
  must(
    'lists-as-arrays',
    'users',
    'Multi-valued attributes are JSON arrays, complex ones JSON objects.',
    async (server) => {
      const { emails, name } = await read(server, (await fullUser(server)).path)
      expectThat(
        Array.isArray(emails) && typeof emails[0] === 'object',
        'emails as an array of objects',
        emails,
      )
      expectThat(typeof name === 'object' && !Array.isArray(name), 'name as an object', name)
    },
  ),
])

const parameters = section('RFC 7644 §3.9', [
  must(
    'default-set',
    'users',
    'Without parameters the attributes that are returned always and by default come.',
    async (server) => {
      const body = await read(server, (await fullUser(server)).path)
      for (const name of ['id', 'schemas', 'meta', 'userName', 'name', 'emails', 'externalId'])
        expectThat(pick(body, name) !== undefined, `"${name}"`, body)
    },
  ),
  must(
    'attributes',
    'users',
    '"attributes" overrides the default set; what is always returned stays.',
    async (server) => {
      const body = await read(server, `${(await fullUser(server)).path}?attributes=userName,emails`)
      for (const name of ['id', 'userName', 'emails'])
        expectThat(pick(body, name) !== undefined, `"${name}"`, body)
      for (const name of ['name', 'externalId'])
        expectThat(pick(body, name) === undefined, `no "${name}"`, body)
    },
  ),
  must(
    'attributes-sub',
    'users',
    '"attributes" may name a sub-attribute; its siblings do not come.',
    async (server) => {
      const body = await read(server, `${(await fullUser(server)).path}?attributes=name.givenName`)
      expectSame(pick(body, 'name', 'givenName'), 'Ada', 'name.givenName')
      expectThat(pick(body, 'name', 'familyName') === undefined, 'no name.familyName', body.name)
    },
  ),
  must(
    'excluded',
    'users',
    '"excludedAttributes" takes from the default set; what is always returned stays.',
    async (server) => {
      const body = await read(server, `${(await fullUser(server)).path}?excludedAttributes=id,emails`)
      expectThat(
        pick(body, 'id') !== undefined && pick(body, 'userName') !== undefined,
        'id and userName',
        body,
      )
      expectThat(isUnassigned(body.emails), 'no emails', body.emails)
    },
  ),
  must('on-create', 'users', '"attributes" is heeded in the answer to POST.', async (server) => {
    const body = userBody(server, { name: { givenName: 'Ada' } })
    const answer = readObject(await server.post('/Users?attributes=userName', body), 201)
    expectThat(
      pick(answer, 'id') !== undefined && pick(answer, 'userName') === body.userName,
      'id and userName',
      answer,
    )
    expectThat(pick(answer, 'name') === undefined, 'no name', answer)
  }),
  must('on-replace', 'users', '"excludedAttributes" is heeded in the answer to PUT.', async (server) => {
    const { path, name } = await makeUser(server)
    const body = { schemas: [userUrn], userName: name, name: { givenName: 'Ada' } }
    const answer = readObject(await server.put(`${path}?excludedAttributes=name`, body))
    expectThat(
      pick(answer, 'id') !== undefined && pick(answer, 'name') === undefined,
      'id without name',
      answer,
    )
  }),
  must(
    'of-groups',
    'groups',
    '"excludedAttributes" can leave the members of a group out.',
    async (server) => {
      const { group } = await populatedGroup(server)
      const body = await read(server, `${group.path}?excludedAttributes=members`)
      expectSame(body.displayName, group.name, 'displayName')
      expectThat(isUnassigned(body.members), 'no members', body.members)
    },
  ),
])

const notation = section('RFC 7644 §3.10', [
  must('qualified', 'users', 'Attributes may be named with their schema.', async (server) => {
    const body = await read(server, `${(await fullUser(server)).path}?attributes=${userUrn}:name.givenName`)
    expectSame(pick(body, 'name', 'givenName'), 'Ada', 'name.givenName')
    expectThat(pick(body, 'emails') === undefined, 'no emails', body)
  }),
  must('extension', 'enterprise', 'Attributes of an extension are named with its schema.', async (server) => {
    const body = await read(
      server,
      `${(await enterpriseUser(server)).path}?attributes=${enterpriseUserUrn}:department`,
    )
    expectSame(pick(body, enterpriseUserUrn, 'department'), 'Tours', 'department')
    expectThat(pick(body, enterpriseUserUrn, 'employeeNumber') === undefined, 'no employeeNumber', body)
  }),
  must('case', 'users', 'Schema, attribute and sub-attribute are case insensitive.', async (server) => {
    const named = `${userUrn}:NAME.GIVENname`.replace('core', 'CORE')
    const body = await read(server, `${(await fullUser(server)).path}?attributes=${named}`)
    expectSame(pick(body, 'name', 'givenName'), 'Ada', 'name.givenName')
  }),
])

const me = section('RFC 7644 §3.11', [
  should(
    'not-implemented',
    'me',
    'A server that does not offer /Me answers 501; others redirect with 308 or answer.',
    async (server) => {
      expectStatus(await server.get('/Me'), 501, 308, 200)
    },
  ),
  must('redirect', 'me', 'A redirect of /Me leads to the resource of the subject.', async (server) => {
    const answer = await askMe(server)
    if (answer.status !== 308) throw new Inapplicable('the server answers /Me itself')
    readObject(await server.get(answer.header('location') ?? ''))
  }),
  must(
    'location',
    'me',
    'An answer to /Me has the permanent location of the resource in Location.',
    async (server) => {
      const answer = await askMe(server)
      if (answer.status === 308) throw new Inapplicable('the server redirects /Me')
      const location = answer.header('location')
      expectThat(location !== undefined, 'the header Location', location, answer)
      expectSame(pick(answer.body, 'meta', 'location'), location, 'meta.location', answer)
    },
  ),
])

export const formatRequirements = [...formats, ...parameters, ...notation, ...me]
