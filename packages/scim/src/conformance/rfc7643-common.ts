// RFC 7643 §3.1: the common attributes "id", "externalId" and "meta".

import type { JsonObject } from '../json.ts'
import { userUrn } from '../urn.ts'
import { pick, pickText } from './answer.ts'
import { isDeclined } from './crowd-search.ts'
import { findResourceType, requireChangeable } from './discovered.ts'
import {
  Blocked,
  expectRefusal,
  expectSame,
  expectSuccess,
  expectThat,
  Inapplicable,
  isSuccess,
  readList,
} from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, mustNot, section, unjudged } from './requirement.ts'
import {
  fullUser,
  fullUserWith,
  learnPut,
  makeUser,
  plainGroup,
  plainUser,
  read,
  rebody,
  replaced,
  userBody,
} from './samples.ts'
import type { Server } from './server.ts'

/** Of the server, whose resources have it; blocks where they have not. */
function metaOf(body: JsonObject, name: string): string {
  const value = pickText(body, 'meta', name)
  if (value === undefined) throw new Blocked('RFC7643-3.1-common-in-users')
  return value
}

/** A deleted resource; blocks where none can be deleted. */
async function removed(server: Server) {
  const user = await makeUser(server)
  const answer = await server.remove(user.path)
  if (!isSuccess(answer)) throw new Blocked('RFC7644-3.6-no-content')
  return user
}

/** A change of a user that this server can make: of another attribute if there is one, else of the name. */
async function someChange(server: Server): Promise<JsonObject> {
  const wanted: readonly JsonObject[] = [{ displayName: server.unique('x') }, { title: server.unique('x') }]
  for (const one of wanted) if (await isKept(server, one)) return one
  return { userName: `${server.unique('renamed')}@example.com` }
}

const isKept = (server: Server, one: JsonObject) =>
  requireKept(server, one).then(
    () => true,
    () => false,
  )

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
    const group = await plainGroup(server)
    for (const one of [group.body, await read(server, group.path)]) expectCommon(one)
  }),
  must(
    'id-everywhere',
    ['users', 'lists'],
    'Every representation has a non-empty "id": in answers to POST, GET, PUT and in lists.',
    async (server) => {
      const user = await makeUser(server)
      const { id, path } = user
      await learnPut(server)
      const answers = [await server.get(path), await server.put(path, await rebody(server, user))].filter(
        ({ status }) => status === 200,
      )
      for (const one of answers) expectSame(pick(one.body, 'id'), id, 'id', one)
      for (const one of readList(await server.get('/Users?count=5')))
        expectThat(typeof one.id === 'string' && one.id !== '', 'a non-empty id in a list', one.id)
    },
  ),
  must('id-unique', ['users', 'groups'], 'No two resources have the same "id".', async (server) => {
    const [group, one, two] = [await plainGroup(server), await plainUser(server), await fullUser(server)]
    const ids = [group.id, one.id, two.id, (await makeUser(server)).id]
    expectThat(new Set(ids).size === ids.length, 'different ids', ids)
  }),
  must('id-stable', 'users', '"id" stays the same for the same resource.', async (server) => {
    const user = await makeUser(server)
    const { id, path } = user
    const body = await replaced(server, user, await someChange(server))
    expectSame(body.id, id, 'id after a change')
    expectSame((await read(server, path)).id, id, 'id at the second reading')
  }),
  mustNot('id-reassigned', 'users', 'The id of a deleted resource is not given again.', async (server) => {
    const user = await removed(server)
    const answer = await server.post('/Users', await rebody(server, user))
    if (!isSuccess(answer)) throw new Inapplicable('the name of a deleted user is not free')
    expectThat(pick(answer.body, 'id') !== user.id, 'another id', user.id, answer)
  }),
  mustNot('id-of-client', 'users', 'An "id" that a client gives is not taken.', async (server) => {
    const wish = server.unique('id')
    const answer = await server.post('/Users', await userBody(server, { id: wish }))
    // Whether it may be refused is the matter of RFC 7644 §3.3.
    if (!isSuccess(answer)) return
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
    expectRefusal(await server.get(`/Users/${encodeURIComponent(other)}`), 'there is no such id')
  }),
  mustNot('external-id-invented', 'users', 'The server gives no "externalId" of its own.', async (server) => {
    const { path, base } = await plainUser(server)
    if (base.externalId !== undefined)
      throw new Inapplicable('this server needs users to have an "externalId"')
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
    const { externalId } = (await fullUserWith(server, 'externalId')).body
    const filter = `externalId eq "${String(externalId).toLowerCase()}"`
    const answer = await server.query('/Users', { filter })
    if (isDeclined(answer)) throw new Inapplicable('the server declines "externalId" in filters')
    const found = readList(answer)
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
      await requireChangeable(server, userUrn, 'externalId')
      const user = await makeUser(server, { externalId: server.unique('One') })
      const externalId = server.unique('Two')
      const body = await replaced(server, user, { externalId })
      expectSame(body.externalId, externalId, 'externalId')
    },
  ),
  must('meta-ignored', 'users', '"meta" from a client is ignored.', async (server) => {
    const meta = { resourceType: 'Robot', created: '1999-01-01T00:00:00Z', location: 'https://example.com/x' }
    const answer = await server.post('/Users', await userBody(server, { meta }))
    expectSuccess(answer, '"meta" is read-only, and ignored')
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
      expectSame(metaOf(body, 'lastModified'), metaOf(body, 'created'), 'meta.lastModified')
    },
  ),
  must(
    'meta-last-modified',
    'users',
    '"lastModified" is the time of the last change; "created" stays.',
    async (server) => {
      const user = await makeUser(server)
      const { body } = user
      const changed = await replaced(server, user, await someChange(server))
      const time = (one: JsonObject, what: string) => Date.parse(metaOf(one, what))
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
    const location = metaOf(body, 'location')
    const shown = await read(server, server.resolve(location))
    expectSame(shown.id, id, 'the id behind meta.location')
  }),
  must('meta-content-location', 'users', '"location" equals the Content-Location header.', async (server) => {
    const answer = await server.get((await plainUser(server)).path)
    const header = answer.header('content-location')
    if (header === undefined) throw new Inapplicable('answers have no Content-Location, which is optional')
    expectSame(pick(answer.body, 'meta', 'location'), header, 'meta.location', answer)
  }),
  must('meta-version', ['users', 'etag'], '"version" equals the ETag header.', async (server) => {
    const answer = await server.get((await plainUser(server)).path)
    const version = pick(answer.body, 'meta', 'version')
    if (version === undefined) throw new Inapplicable('resources have no "meta.version", which is optional')
    expectSame(answer.header('etag'), version, 'the ETag header', answer)
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
      if (name === undefined) throw new Inapplicable('no resource type is described for /Users')
      expectSame(metaOf((await plainUser(server)).body, 'resourceType'), name, 'meta.resourceType')
    },
  ),
])

export const commonRequirements = [...common]
