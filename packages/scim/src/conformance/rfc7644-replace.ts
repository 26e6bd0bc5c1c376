// RFC 7644 §3.5.1 and §3.6: PUT and DELETE.

import { enterpriseUserUrn, groupUrn, userUrn } from '../urn.ts'
import { isUnassigned, pick, pickValues } from './answer.ts'
import {
  expectError,
  expectSame,
  expectSet,
  expectStatus,
  expectThat,
  readList,
  readObject,
} from './expectation.ts'
import { must, mustNot, section, should, shouldNot, unjudged } from './requirement.ts'
import { makeGroup, makeUser, read, readAfter, twoEmails, userBody } from './samples.ts'
import type { Server } from './server.ts'

/** PUT of a user under its own name; the user as it is read back. */
async function replaced(server: Server, path: string, userName: string, more = {}) {
  return readAfter(server, path, server.put(path, { schemas: [userUrn], userName, ...more }))
}

const modifying = section('RFC 7644 §3.5', [
  must('put', 'users', 'PUT is supported.', async (server) => {
    const { path, name } = await makeUser(server)
    await replaced(server, path, name)
  }),
  must('put-group', 'groups', 'PUT of groups is supported.', async (server) => {
    const user = await makeUser(server)
    const { path, name } = await makeGroup(server)
    const body = { schemas: [groupUrn], displayName: name, members: [{ value: user.id }] }
    const changed = await readAfter(server, path, server.put(path, body))
    expectSet(pickValues(changed, 'members'), [user.id], 'members')
  }),
  should('patch', 'discovery', 'PATCH is supported.', async (server) => {
    expectSame(pick(server.config, 'patch', 'supported'), true, 'patch.supported')
  }),
])

const replacing = section('RFC 7644 §3.5.1', [
  mustNot('put-creates', 'users', 'PUT to an id that is not there creates nothing.', async (server) => {
    const body = userBody(server)
    expectStatus(await server.put(`/Users/${server.unique('none')}`, body), 404)
    expectStatus(await server.post('/Users', body), 201)
  }),
  must('values-replaced', 'users', 'Values in a PUT replace those that are there.', async (server) => {
    const { path, name } = await makeUser(server, { name: { givenName: 'Ada' }, emails: twoEmails })
    const more = { name: { givenName: 'Eve' }, emails: [{ value: 'eve@example.org', type: 'other' }] }
    const body = await replaced(server, path, name, more)
    expectSame(pick(body, 'name', 'givenName'), 'Eve', 'name.givenName')
    expectSet(pickValues(body, 'emails'), ['eve@example.org'], 'emails.value')
  }),
  must('members-replaced', 'groups', 'Members in a PUT replace those that are there.', async (server) => {
    const [one, two] = [await makeUser(server), await makeUser(server)]
    const { path, name } = await makeGroup(server, [one.id])
    const body = { schemas: [groupUrn], displayName: name, members: [{ value: two.id }] }
    const changed = await readAfter(server, path, server.put(path, body))
    expectSet(pickValues(changed, 'members'), [two.id], 'members')
  }),
  must('null-clears', 'users', 'null clears a single-valued attribute.', async (server) => {
    const { path, name } = await makeUser(server, { title: 'Engineer' })
    const { title } = await replaced(server, path, name, { title: null })
    expectThat(isUnassigned(title), 'no title', title)
  }),
  must('empty-list-clears', 'users', 'An empty list clears a multi-valued attribute.', async (server) => {
    const { path, name } = await makeUser(server, { emails: twoEmails })
    const { emails } = await replaced(server, path, name, { emails: [] })
    expectThat(isUnassigned(emails), 'no emails', emails)
  }),
  must(
    'extension-replaced',
    'enterprise',
    'Values of an extension in a PUT replace those that are there.',
    async (server) => {
      const { path, name } = await makeUser(server, { [enterpriseUserUrn]: { department: 'Tours' } })
      const more = { schemas: [userUrn, enterpriseUserUrn], [enterpriseUserUrn]: { department: 'Parks' } }
      const body = await replaced(server, path, name, more)
      expectSame(pick(body, enterpriseUserUrn, 'department'), 'Parks', 'department')
    },
  ),
  unjudged(
    'MUST',
    'write-only-replaced',
    'password',
    'A write-only value in a PUT replaces the one that is there.',
    'it is never returned',
  ),
  unjudged(
    'MUST',
    'immutable-match',
    'users',
    'A value of an immutable attribute matches the one that is there, or the PUT is refused.',
    'no attribute of the core schemas is immutable at the top level',
  ),
  unjudged(
    'SHOULD',
    'immutable-refused',
    'users',
    'A PUT with another value of an immutable attribute is refused with 400 "mutability".',
    'no attribute of the core schemas is immutable at the top level',
  ),
  unjudged(
    'MUST',
    'immutable-new',
    'users',
    'A first value of an immutable attribute in a PUT is applied.',
    'no attribute of the core schemas is immutable at the top level',
  ),
  must('read-only-ignored', 'users', 'Read-only attributes in a PUT are ignored.', async (server) => {
    const { id, path, name, body } = await makeUser(server)
    const meta = { resourceType: 'Robot', created: '1999-01-01T00:00:00Z' }
    const changed = await replaced(server, path, name, { id, meta, groups: [{ value: 'mine' }] })
    expectSame(pick(changed, 'meta', 'created'), pick(body, 'meta', 'created'), 'meta.created')
    expectSame(pick(changed, 'meta', 'resourceType'), 'User', 'meta.resourceType')
    expectThat(isUnassigned(pick(changed, 'groups')), 'no groups', changed.groups)
  }),
  must('as-read', 'users', 'What was read can be put back as it is.', async (server) => {
    const { path } = await makeUser(server, { name: { givenName: 'Ada' }, emails: twoEmails })
    const before = await read(server, path)
    const after = await readAfter(server, path, server.put(path, before))
    for (const name of ['userName', 'name', 'emails']) expectSame(pick(after, name), pick(before, name), name)
  }),
  must('put-answer', 'users', 'A successful PUT answers 200 and the whole resource.', async (server) => {
    const { id, path, name } = await makeUser(server)
    const answer = await server.put(path, { schemas: [userUrn], userName: name, name: { givenName: 'Ada' } })
    const body = readObject(answer)
    expectSame(body.id, id, 'id', answer)
    expectSame(pick(body, 'name', 'givenName'), 'Ada', 'name.givenName', answer)
  }),
  must(
    'put-required',
    'users',
    'A PUT without a required attribute does not take it away.',
    async (server) => {
      const { path, name } = await makeUser(server)
      await server.put(path, { schemas: [userUrn], name: { givenName: 'Ada' } })
      expectSame((await read(server, path)).userName, name, 'userName')
    },
  ),
])

async function removedUser(server: Server) {
  return server.once('removedUser', async () => {
    const user = await makeUser(server)
    return { user, answer: await server.remove(user.path) }
  })
}

const deleting = section('RFC 7644 §3.6', [
  must('no-content', 'users', 'A successful DELETE answers 204 without a body.', async (server) => {
    const { answer } = await removedUser(server)
    expectStatus(answer, 204)
    expectSame(answer.text, '', 'the body', answer)
  }),
  must('gone-get', 'users', 'GET of a deleted resource answers 404.', async (server) => {
    expectError(await server.get((await removedUser(server)).user.path), 404)
  }),
  must('gone-put', 'users', 'PUT of a deleted resource answers 404.', async (server) => {
    const { user } = await removedUser(server)
    expectError(await server.put(user.path, { schemas: [userUrn], userName: user.name }), 404)
  }),
  must('gone-patch', 'patch', 'PATCH of a deleted resource answers 404.', async (server) => {
    const { user } = await removedUser(server)
    expectError(await server.patch(user.path, { op: 'replace', path: 'active', value: false }), 404)
  }),
  must('gone-delete', 'users', 'A second DELETE answers 404.', async (server) => {
    expectError(await server.remove((await removedUser(server)).user.path), 404)
  }),
  must('gone-from-lists', 'filter', 'A deleted resource is in no list.', async (server) => {
    const { user } = await removedUser(server)
    const answer = await server.query('/Users', {
      filter: `id eq "${user.id}" or userName eq "${user.name}"`,
    })
    expectSame(readList(answer).length, 0, 'the number of resources', answer)
  }),
  must('gone-group', 'groups', 'A deleted group is gone.', async (server) => {
    const { path } = await makeGroup(server)
    expectStatus(await server.remove(path), 204)
    expectError(await server.get(path), 404)
  }),
  shouldNot('name-free', 'users', 'The userName of a deleted user is no conflict.', async (server) => {
    const { path, name } = await makeUser(server)
    await server.remove(path)
    expectStatus(await server.post('/Users', { schemas: [userUrn], userName: name }), 201)
  }),
])

export const replaceRequirements = [...modifying, ...replacing, ...deleting]
