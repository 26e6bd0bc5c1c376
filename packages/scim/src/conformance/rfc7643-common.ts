// RFC 7643 §3.1: the common attributes "id", "externalId" and "meta".

import type { JsonObject } from '../json.ts'
import { userUrn } from '../urn.ts'
import { pick, pickText } from './answer.ts'
import { findResourceType } from './discovered.ts'
import { expectRefusal, expectSame, expectStatus, expectThat, Inapplicable, readList } from './expectation.ts'
import { must, mustNot, section, unjudged } from './requirement.ts'
import { fullUser, makeUser, plainUser, populatedGroup, read, readAfter, userBody } from './samples.ts'

function expectCommon(body: JsonObject): void {
  expectThat(typeof body.id === 'string' && body.id !== '', 'a non-empty id', body.id)
  for (const name of ['resourceType', 'created', 'lastModified', 'location'])
    expectThat(pickText(body, 'meta', name) !== undefined, `meta.${name}`, body.meta)
}

const common = section('RFC 7643 §3.1', [
  must('common-in-users', 'users', 'Users have "id" and "meta", given by the server.', async (server) => {
    const { path, body } = await plainUser(server)
    for (const one of [body, await read(server, path)]) expectCommon(one)
  }),
  must('common-in-groups', 'groups', 'Groups have "id" and "meta", given by the server.', async (server) => {
    const { group } = await populatedGroup(server)
    for (const one of [group.body, await read(server, group.path)]) expectCommon(one)
  }),
  must(
    'id-everywhere',
    ['users', 'lists'],
    'Every representation has a non-empty "id": in answers to POST, GET, PUT and in lists.',
    async (server) => {
      const { id, path, name } = await makeUser(server)
      const answers = [await server.get(path), await server.put(path, { schemas: [userUrn], userName: name })]
      for (const one of answers) expectSame(pick(one.body, 'id'), id, 'id', one)
      for (const one of readList(await server.get('/Users?count=5')))
        expectThat(typeof one.id === 'string' && one.id !== '', 'a non-empty id in a list', one.id)
    },
  ),
  must('id-unique', ['users', 'groups'], 'No two resources have the same "id".', async (server) => {
    const { group, user } = await populatedGroup(server)
    const ids = [group.id, user.id, (await plainUser(server)).id, (await fullUser(server)).id]
    expectThat(new Set(ids).size === ids.length, 'different ids', ids)
  }),
  must('id-stable', 'users', '"id" stays the same for the same resource.', async (server) => {
    const { id, path } = await makeUser(server)
    const userName = `${server.unique('renamed')}@example.com`
    const body = await readAfter(server, path, server.put(path, { schemas: [userUrn], userName }))
    expectSame(body.id, id, 'id after a change of the name')
    expectSame((await read(server, path)).id, id, 'id at the second reading')
  }),
  mustNot('id-reassigned', 'users', 'The id of a deleted resource is not given again.', async (server) => {
    const { id, path, name } = await makeUser(server)
    await server.remove(path)
    const answer = await server.post('/Users', { schemas: [userUrn], userName: name })
    expectThat(pick(answer.body, 'id') !== id, 'another id', id, answer)
    expectRefusal(await server.get(path), 'the resource was deleted')
  }),
  mustNot('id-of-client', 'users', 'An "id" that a client gives is not taken.', async (server) => {
    const wish = server.unique('id')
    const answer = await server.post('/Users', userBody(server, { id: wish }))
    expectStatus(answer, 201)
    expectThat(pick(answer.body, 'id') !== wish, 'an id of the server', pick(answer.body, 'id'), answer)
  }),
  mustNot('id-reserved', 'users', 'The word "bulkId" is in no "id".', async (server) => {
    const { id } = await plainUser(server)
    expectThat(!id.includes('bulkId'), 'an id without "bulkId"', id)
  }),
  must('id-case-exact', 'users', '"id" is case exact.', async (server) => {
    const { id } = await plainUser(server)
    const other = id === id.toUpperCase() ? id.toLowerCase() : id.toUpperCase()
    if (other === id) throw new Inapplicable('ids have no letters')
    expectStatus(await server.get(`/Users/${encodeURIComponent(other)}`), 404)
  }),
  mustNot('external-id-invented', 'users', 'The server gives no "externalId" of its own.', async (server) => {
    const { path } = await plainUser(server)
    const { externalId } = await read(server, path)
    expectThat(externalId === undefined || externalId === null, 'no externalId', externalId)
  }),
  unjudged(
    'MUST',
    'external-id-scope',
    'users',
    '"externalId" is scoped to the provisioning domain.',
    'it takes two provisioning domains to see',
  ),
  must('external-id-case-exact', 'filter', '"externalId" is case exact.', async (server) => {
    const { externalId } = (await fullUser(server)).body
    const filter = `externalId eq "${String(externalId).toLowerCase()}"`
    const found = readList(await server.query('/Users', { filter }))
    expectThat(
      found.length === 0,
      `nothing for ${filter}`,
      found.map((one) => one.externalId),
    )
  }),
  must(
    'external-id-kept',
    'users',
    '"externalId" can be written and is returned as it was sent.',
    async (server) => {
      const { path, name } = await makeUser(server, { externalId: server.unique('One') })
      const externalId = server.unique('Two')
      const body = await readAfter(
        server,
        path,
        server.put(path, { schemas: [userUrn], userName: name, externalId }),
      )
      expectSame(body.externalId, externalId, 'externalId')
    },
  ),
  must('meta-ignored', 'users', '"meta" from a client is ignored.', async (server) => {
    const meta = { resourceType: 'Robot', created: '1999-01-01T00:00:00Z', location: 'https://example.com/x' }
    const answer = await server.post('/Users', userBody(server, { meta }))
    expectStatus(answer, 201)
    for (const name of ['resourceType', 'created', 'location'] as const)
      expectThat(
        pick(answer.body, 'meta', name) !== meta[name],
        `meta.${name} of the server`,
        meta[name],
        answer,
      )
  }),
  must(
    'meta-times-equal',
    'users',
    '"lastModified" equals "created" until the first change.',
    async (server) => {
      const { body } = await makeUser(server)
      expectSame(pick(body, 'meta', 'lastModified'), pick(body, 'meta', 'created'), 'meta.lastModified')
    },
  ),
  must(
    'meta-last-modified',
    'users',
    '"lastModified" is the time of the last change; "created" stays.',
    async (server) => {
      const { path, name, body } = await makeUser(server)
      const change = server.put(path, { schemas: [userUrn], userName: name, externalId: server.unique('x') })
      const changed = await readAfter(server, path, change)
      const time = (one: JsonObject, what: string) => Date.parse(pickText(one, 'meta', what) ?? '')
      expectThat(
        time(changed, 'lastModified') >= time(body, 'lastModified'),
        'a later lastModified',
        changed.meta,
      )
      expectThat(time(changed, 'created') === time(body, 'created'), 'the same created', changed.meta)
    },
  ),
  must('meta-location', 'users', '"location" is the URI of the resource.', async (server) => {
    const { id, body } = await plainUser(server)
    const location = pickText(body, 'meta', 'location')
    expectThat(location !== undefined, 'meta.location', body.meta)
    expectSame((await read(server, location)).id, id, 'the id behind meta.location')
  }),
  must('meta-content-location', 'users', '"location" equals the Content-Location header.', async (server) => {
    const answer = await server.get((await plainUser(server)).path)
    const header = answer.header('content-location')
    if (header !== undefined)
      expectSame(pick(answer.body, 'meta', 'location'), header, 'meta.location', answer)
  }),
  must('meta-version', ['users', 'etag'], '"version" equals the ETag header.', async (server) => {
    const answer = await server.get((await plainUser(server)).path)
    const version = pick(answer.body, 'meta', 'version')
    if (version !== undefined) expectSame(answer.header('etag'), version, 'the ETag header', answer)
  }),
  unjudged(
    'MUST',
    'weak-version',
    'etag',
    'A version that is no strong validator is marked with W/.',
    "whether it changes with every byte is the server's to know",
  ),
  must(
    'meta-resource-type',
    ['users', 'discovery'],
    '"resourceType" is the name of the resource type.',
    async (server) => {
      const name = pick(await findResourceType(server, '/Users'), 'name')
      expectSame(pick((await plainUser(server)).body, 'meta', 'resourceType'), name, 'meta.resourceType')
    },
  ),
])

export const commonRequirements = [...common]
