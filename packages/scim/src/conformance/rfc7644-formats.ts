// RFC 7644 §3.8-§3.11: media types, partial answers, names of attributes, /Me.

import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { isUnassigned, pick } from './answer.ts'
import {
  expectSame,
  expectStatus,
  expectSuccess,
  expectThat,
  Inapplicable,
  isSuccess,
  readObject,
} from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, section, should } from './requirement.ts'
import {
  enterpriseUser,
  fullUser,
  fullUserWith,
  learnPut,
  makeUser,
  plainUser,
  populatedGroup,
  read,
  rebody,
  userBody,
} from './samples.ts'
import type { Server } from './server.ts'

async function mediaTypeFor(server: Server, headers: Readonly<Record<string, string>>): Promise<string> {
  const { path } = await plainUser(server)
  await read(server, path)
  const answer = await server.ask('GET', path, { headers })
  readObject(answer)
  return answer.header('content-type') ?? ''
}

async function askMe(server: Server) {
  const answer = await server.once('me', () => server.get('/Me'))
  if (answer.status >= 400) throw new Inapplicable('the server does not offer /Me, which is optional')
  return answer
}

const formats = section('RFC 7644 §3.8', [
  must('utf-8', 'users', 'JSON in UTF-8 is taken and given.', async (server) => {
    const givenName = 'Zoë 李 Ἀθηνᾶ 😀'
    const { path } = await makeUser(server, { name: { givenName } })
    expectSame(pick(await read(server, path), 'name', 'givenName'), givenName, 'name.givenName')
  }),
  must('utf-8-default', 'users', 'UTF-8 is the encoding where none is named.', async (server) => {
    await requireKept(server, { displayName: 'Zoë' })
    const body = await userBody(server, { displayName: server.unique('Zoë') })
    const answer = await server.ask('POST', '/Users', {
      body,
      headers: { 'content-type': 'application/scim+json' },
    })
    expectSuccess(answer, 'the user is created')
    expectSame(pick(answer.body, 'displayName'), pick(body, 'displayName'), 'displayName', answer)
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
    const answer = await server.ask('POST', '/Users', { body: await userBody(server), headers })
    expectSuccess(answer, 'application/json is taken')
  }),
  must(
    'lists-as-arrays',
    'users',
    'Multi-valued attributes are JSON arrays, complex ones JSON objects.',
    async (server) => {
      const { emails, name } = await read(server, (await fullUserWith(server, 'emails', 'name')).path)
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
      const { path, body: made } = await fullUser(server)
      const body = await read(server, path)
      const given = ['name', 'emails', 'externalId'].filter((name) => pick(made, name) !== undefined)
      for (const name of ['id', 'userName', ...given])
        expectThat(pick(body, name) !== undefined, `"${name}"`, body)
    },
  ),
  must(
    'attributes',
    'users',
    '"attributes" overrides the default set; what is always returned stays.',
    async (server) => {
      const { path, body: made } = await fullUser(server)
      const [asked, others] = [['emails'], ['name', 'externalId', 'active']].map((names) =>
        (names ?? []).filter((name) => pick(made, name) !== undefined),
      )
      if (others?.length === 0) throw new Inapplicable('users have nothing that could be left out')
      const body = await read(server, `${path}?attributes=${['userName', ...(asked ?? [])].join(',')}`)
      for (const name of ['id', 'userName', ...(asked ?? [])])
        expectThat(pick(body, name) !== undefined, `"${name}"`, body)
      for (const name of others ?? []) expectThat(pick(body, name) === undefined, `no "${name}"`, body)
    },
  ),
  must(
    'attributes-sub',
    'users',
    '"attributes" may name a sub-attribute; its siblings do not come.',
    async (server) => {
      const body = await read(
        server,
        `${(await fullUserWith(server, 'name')).path}?attributes=name.givenName`,
      )
      expectSame(pick(body, 'name', 'givenName'), 'Ada', 'name.givenName')
      expectThat(pick(body, 'name', 'familyName') === undefined, 'no name.familyName', body.name)
    },
  ),
  must(
    'excluded',
    'users',
    '"excludedAttributes" takes from the default set; what is always returned stays.',
    async (server) => {
      const { path, body: made } = await fullUser(server)
      const out = ['emails', 'name', 'externalId'].find((name) => pick(made, name) !== undefined)
      if (out === undefined) throw new Inapplicable('users have nothing that could be left out')
      const body = await read(server, `${path}?excludedAttributes=id,${out}`)
      expectThat(
        pick(body, 'id') !== undefined && pick(body, 'userName') !== undefined,
        'id and userName',
        body,
      )
      expectThat(isUnassigned(pick(body, out)), `no ${out}`, pick(body, out))
    },
  ),
  must('on-create', 'users', '"attributes" is heeded in the answer to POST.', async (server) => {
    await requireKept(server, { name: { givenName: 'Ada' } })
    const body = await userBody(server, { name: { givenName: 'Ada' } })
    const asked = expectSuccess(await server.post('/Users?attributes=userName', body), 'the user is created')
    if (asked.text === '') throw new Inapplicable('the answer to POST has no body')
    const answer = readObject(asked, asked.status)
    expectThat(
      pick(answer, 'id') !== undefined && pick(answer, 'userName') === body.userName,
      'id and userName',
      answer,
    )
    expectThat(pick(answer, 'name') === undefined, 'no name', answer)
  }),
  must('on-replace', 'users', '"excludedAttributes" is heeded in the answer to PUT.', async (server) => {
    await requireKept(server, { name: { givenName: 'Ada' } })
    await learnPut(server)
    const user = await makeUser(server)
    const body = await rebody(server, user, { name: { givenName: 'Ada' } })
    const asked = expectSuccess(
      await server.put(`${user.path}?excludedAttributes=name`, body),
      'the user is changed',
    )
    if (asked.text === '') throw new Inapplicable('the answer to PUT has no body')
    const answer = readObject(asked, asked.status)
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
    const { path } = await fullUserWith(server, 'name')
    const body = await read(server, `${path}?attributes=${userUrn}:name.givenName`)
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
    const { path } = await fullUserWith(server, 'name')
    const named = `${userUrn}:NAME.GIVENname`.replace('core', 'CORE')
    const body = await read(server, `${path}?attributes=${named}`)
    expectSame(pick(body, 'name', 'givenName'), 'Ada', 'name.givenName')
  }),
])

const me = section('RFC 7644 §3.11', [
  should(
    'not-implemented',
    'me',
    'A server that does not offer /Me answers 501; others redirect with 308 or answer.',
    async (server) => {
      const answer = await server.get('/Me')
      if (!isSuccess(answer)) expectStatus(answer, 501, 308)
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
