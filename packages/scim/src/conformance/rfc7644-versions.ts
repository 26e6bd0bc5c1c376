// RFC 7644 §3.13 and §3.14: versions of the protocol and of resources.

import { patchOpUrn } from '../urn.ts'
import { pick } from './answer.ts'
import {
  expectRefusal,
  expectSame,
  expectStatus,
  expectSuccess,
  expectThat,
  Inapplicable,
} from './expectation.ts'
import { namesIn } from './kept.ts'
import { must, section, should, unjudged } from './requirement.ts'
import { learnPut, makeUser, onlyKept, plainGroup, plainUser, read, rebody } from './samples.ts'
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
    await learnPut(server)
    const user = await makeUser(server)
    const { path } = user
    const before = await etagOf(server, path)
    const change = await onlyKept(server, [{ externalId: server.unique('x') }, { displayName: 'Eve' }])
    if (Object.keys(change).length === 0)
      throw new Inapplicable('the server keeps nothing that could be changed')
    expectSuccess(await server.put(path, await rebody(server, user, change)), 'the user is changed')
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
    await learnPut(server)
    const user = await makeUser(server)
    const headers = { 'if-match': await etagOf(server, user.path) }
    const answer = await server.ask('PUT', user.path, { headers, body: await rebody(server, user) })
    expectSuccess(answer, 'the version is the current one')
  }),
  must(
    'if-match-stale',
    'etag',
    'PUT with If-Match of another version is refused with 412 and changes nothing.',
    async (server) => {
      await learnPut(server)
      const user = await makeUser(server)
      const { path } = user
      const change = await onlyKept(server, [{ displayName: server.unique('x') }])
      const before = await read(server, path)
      const body = await rebody(server, user, change)
      const answer = await server.ask('PUT', path, { headers: { 'if-match': 'W/"other"' }, body })
      expectStatus(answer, 412)
      expectSame((await read(server, path)).displayName, before.displayName, 'displayName')
    },
  ),
  must(
    'if-match-patch',
    ['etag', 'patch'],
    'PATCH with If-Match of another version is refused with 412.',
    async (server) => {
      const { path } = await makeUser(server)
      const [attribute] = namesIn(await onlyKept(server, [{ displayName: 'x' }, { title: 'x' }]))
      const Operations = [{ op: 'replace', path: attribute ?? 'userName', value: server.unique('x') }]
      const body = { schemas: [patchOpUrn], Operations }
      expectStatus(await server.ask('PATCH', path, { headers: { 'if-match': 'W/"other"' }, body }), 412)
    },
  ),
  must('group-etag', ['etag', 'groups'], 'Groups have versions too.', async (server) => {
    const group = await plainGroup(server)
    const headers = { 'if-none-match': await etagOf(server, group.path) }
    expectStatus(await server.ask('GET', group.path, { headers }), 304)
  }),
])

export const versionRequirements = [...protocol, ...versions]
