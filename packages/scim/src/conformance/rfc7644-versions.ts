// RFC 7644 §3.13 and §3.14: versions of the protocol and of resources.

import { patchOpUrn, userUrn } from '../urn.ts'
import { isUnassigned, pick } from './answer.ts'
import { expectRefusal, expectSame, expectStatus, expectThat, Inapplicable } from './expectation.ts'
import { must, section, should, unjudged } from './requirement.ts'
import { makeUser, plainUser, populatedGroup, read } from './samples.ts'
import type { Server } from './server.ts'

async function etagOf(server: Server, path: string): Promise<string> {
  const answer = await server.get(path)
  const etag = answer.header('etag')
  expectThat(etag !== undefined && /^(W\/)?".*"$/.test(etag), 'an ETag', etag, answer)
  return etag
}

const protocol = section('RFC 7644 §3.13', [
  must(
    'version',
    'users',
    'A request for another protocol version than there is gets refused.',
    async (server) => {
      const other = server.baseUrl.replace(/\/v2$/, '/v99')
      if (other === server.baseUrl) throw new Inapplicable('the base URL names no version')
      expectRefusal(await server.get(`${other}/Users?count=1`), 'there is no protocol version 99')
    },
  ),
  unjudged(
    'SHOULD',
    'newest',
    'users',
    'Where no version is named, the newest is used.',
    'there is one version of the protocol',
  ),
])

const versions = section('RFC 7644 §3.14', [
  must('etag', 'etag', 'Versions are in the ETag header.', async (server) => {
    await etagOf(server, (await plainUser(server)).path)
  }),
  must('etag-on-create', 'etag', 'The answer to POST has the ETag of the new resource.', async (server) => {
    const { path, answer } = await makeUser(server)
    expectSame(answer.header('etag'), await etagOf(server, path), 'ETag', answer)
  }),
  should('meta-version', 'etag', 'Versions are in "meta.version" as well.', async (server) => {
    const { path } = await plainUser(server)
    expectSame(pick(await read(server, path), 'meta', 'version'), await etagOf(server, path), 'meta.version')
  }),
  must('changes', 'etag', 'A change of the resource changes its version.', async (server) => {
    const { path, name } = await makeUser(server)
    const before = await etagOf(server, path)
    await server.put(path, { schemas: [userUrn], userName: name, externalId: server.unique('x') })
    expectThat((await etagOf(server, path)) !== before, 'another ETag', before)
  }),
  must(
    'not-modified',
    'etag',
    'GET with If-None-Match of the current version answers 304 without a body.',
    async (server) => {
      const { path } = await plainUser(server)
      const headers = { 'if-none-match': await etagOf(server, path) }
      const answer = expectStatus(await server.ask('GET', path, { headers }), 304)
      expectSame(answer.text, '', 'the body', answer)
    },
  ),
  must(
    'modified',
    'etag',
    'GET with If-None-Match of another version answers the resource.',
    async (server) => {
      const { path } = await plainUser(server)
      expectStatus(await server.ask('GET', path, { headers: { 'if-none-match': 'W/"other"' } }), 200)
    },
  ),
  must('if-match', 'etag', 'PUT with If-Match of the current version succeeds.', async (server) => {
    const { path, name } = await makeUser(server)
    const headers = { 'if-match': await etagOf(server, path) }
    const body = { schemas: [userUrn], userName: name, externalId: server.unique('x') }
    expectStatus(await server.ask('PUT', path, { headers, body }), 200)
  }),
  must(
    'if-match-stale',
    'etag',
    'PUT with If-Match of another version is refused with 412 and changes nothing.',
    async (server) => {
      const { path, name } = await makeUser(server)
      const body = { schemas: [userUrn], userName: name, externalId: server.unique('x') }
      expectStatus(await server.ask('PUT', path, { headers: { 'if-match': 'W/"other"' }, body }), 412)
      expectThat(isUnassigned((await read(server, path)).externalId), 'no externalId', body.externalId)
    },
  ),
  must(
    'if-match-patch',
    ['etag', 'patch'],
    'PATCH with If-Match of another version is refused with 412.',
    async (server) => {
      const { path } = await makeUser(server)
      const Operations = [{ op: 'replace', path: 'active', value: false }]
      const body = { schemas: [patchOpUrn], Operations }
      expectStatus(await server.ask('PATCH', path, { headers: { 'if-match': 'W/"other"' }, body }), 412)
    },
  ),
  must('group-etag', ['etag', 'groups'], 'Groups have versions too.', async (server) => {
    const { group } = await populatedGroup(server)
    const headers = { 'if-none-match': await etagOf(server, group.path) }
    expectStatus(await server.ask('GET', group.path, { headers }), 304)
  }),
])

export const versionRequirements = [...protocol, ...versions]
