// RFC 7644 §3.5.1 and §3.6: PUT and DELETE.

import type { JsonObject } from '../json.ts'
import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { isUnassigned, pick, pickValues } from './answer.ts'
import { isDeclined } from './crowd-search.ts'
import { requireChangeable } from './discovered.ts'
import {
  Blocked,
  expectError,
  expectRefusal,
  expectSame,
  expectSet,
  expectStatus,
  expectSuccess,
  expectThat,
  Inapplicable,
  isSuccess,
  readList,
  readObject,
} from './expectation.ts'
import { must, mustNot, section, should, shouldNot, unjudged } from './requirement.ts'
import {
  freshMail,
  learnPut,
  makeGroup,
  makeUser,
  onlyKept,
  read,
  readAfter,
  rebody,
  replaced,
  requireClearable,
  userBody,
} from './samples.ts'
import type { Server } from './server.ts'

const modifying = section('RFC 7644 §3.5', [
  must('put', 'users', 'PUT is supported.', async (server) => {
    await learnPut(server)
  }),
  must('put-group', 'groups', 'PUT of groups is supported.', async (server) => {
    const group = await makeGroup(server)
    const { path } = group
    const displayName = server.unique('renamed')
    const body = await rebody(server, group, { displayName })
    const changed = await readAfter(server, path, server.put(path, body))
    expectSame(changed.displayName, displayName, 'displayName')
  }),
  should('patch', 'discovery', 'PATCH is supported.', async (server) => {
    expectSame(pick(server.config, 'patch', 'supported'), true, 'patch.supported')
  }),
])

const replacing = section('RFC 7644 §3.5.1', [
  mustNot('put-creates', 'users', 'PUT to an id that is not there creates nothing.', async (server) => {
    const body = await userBody(server)
    const { needsId } = await learnPut(server)
    const id = server.unique('none')
    const answer = await server.put(`/Users/${id}`, needsId ? { id, ...body } : body)
    expectRefusal(answer, 'there is no such resource')
    expectSuccess(await server.post('/Users', body), 'the name is free, for nothing was created')
    expectStatus(answer, 404)
  }),
  must('values-replaced', 'users', 'Values in a PUT replace those that are there.', async (server) => {
    const mail = freshMail(server)
    await requireChangeable(server, userUrn, 'emails')
    const before = await onlyKept(server, [{ name: { givenName: 'Ada' } }, { emails: mail.two }])
    const after = await onlyKept(server, [{ name: { givenName: 'Eve' } }, { emails: [mail.third] }])
    const user = await makeUser(server, before)
    const body = await replaced(server, user, after)
    if ('name' in after) expectSame(pick(body, 'name', 'givenName'), 'Eve', 'name.givenName')
    if ('emails' in after) expectSet(pickValues(body, 'emails'), [mail.other], 'emails.value')
  }),
  must('members-replaced', 'groups', 'Members in a PUT replace those that are there.', async (server) => {
    const [one, two] = [await makeUser(server), await makeUser(server)]
    const group = await makeGroup(server, [one.id])
    const { path } = group
    const body = await rebody(server, group, { members: [{ value: two.id }] })
    const changed = await readAfter(server, path, server.put(path, body))
    expectSet(pickValues(changed, 'members'), [two.id], 'members')
  }),
  must('null-clears', 'users', 'null clears a single-valued attribute.', async (server) => {
    const user = await makeUser(server, { title: 'Engineer' })
    await requireClearable(server, 'title')
    const { title } = await replaced(server, user, { title: null })
    expectThat(isUnassigned(title), 'no title', title)
  }),
  must('empty-list-clears', 'users', 'An empty list clears a multi-valued attribute.', async (server) => {
    const user = await makeUser(server, { emails: freshMail(server).two })
    await requireClearable(server, 'emails')
    const { emails } = await replaced(server, user, { emails: [] })
    expectThat(isUnassigned(emails), 'no emails', emails)
  }),
  must(
    'extension-replaced',
    'enterprise',
    'Values of an extension in a PUT replace those that are there.',
    async (server) => {
      const user = await makeUser(server, { [enterpriseUserUrn]: { department: 'Tours' } })
      const body = await replaced(server, user, { [enterpriseUserUrn]: { department: 'Parks' } })
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
    const user = await makeUser(server)
    const meta = { resourceType: 'Robot', created: '1999-01-01T00:00:00Z' }
    const changed = await replaced(server, user, { id: user.id, meta, groups: [{ value: 'mine' }] })
    for (const name of ['created', 'resourceType'])
      expectSame(pick(changed, 'meta', name), pick(user.body, 'meta', name), `meta.${name}`)
    expectThat(
      !JSON.stringify(pick(changed, 'groups') ?? []).includes('mine'),
      'no such group',
      changed.groups,
    )
  }),
  must(
    'without-id',
    'users',
    'A PUT needs no "id" in its body: it is read-only, and the URI has it.',
    async (server) => {
      const { needsId, refusal } = await learnPut(server)
      if (needsId && refusal !== undefined) throw refusal
    },
  ),
  must('as-read', 'users', 'What was read can be put back as it is.', async (server) => {
    await learnPut(server)
    const wanted = [{ name: { givenName: 'Ada' } }, { emails: freshMail(server).two }]
    const { path } = await makeUser(server, await onlyKept(server, wanted))
    const before = await read(server, path)
    const after = await readAfter(server, path, server.put(path, before))
    for (const name of ['userName', 'name', 'emails']) expectSame(pick(after, name), pick(before, name), name)
  }),
  must('put-answer', 'users', 'A successful PUT answers 200 and the whole resource.', async (server) => {
    await learnPut(server)
    const user = await makeUser(server)
    const body = await rebody(server, user, await onlyKept(server, [{ name: { givenName: 'Ada' } }]))
    const answer = await server.put(user.path, body)
    const shown = readObject(answer)
    expectSame(shown.id, user.id, 'id', answer)
    expectThat(pick(shown, 'userName') !== undefined, 'the whole resource', shown, answer)
  }),
  must(
    'put-required',
    'users',
    'A PUT without a required attribute does not take it away.',
    async (server) => {
      const user = await makeUser(server)
      const { userName: _, ...body } = await rebody(server, user)
      await server.put(user.path, body as JsonObject)
      expectSame((await read(server, user.path)).userName, pick(user.body, 'userName'), 'userName')
    },
  ),
])

async function removedUser(server: Server) {
  return server.once('removedUser', async () => {
    const user = await makeUser(server)
    return { user, answer: await server.remove(user.path) }
  })
}

/** The deleted user; blocks where DELETE does not work. */
async function goneUser(server: Server) {
  const { user, answer } = await removedUser(server)
  if (!isSuccess(answer)) throw new Blocked('RFC7644-3.6-no-content')
  return user
}

const deleting = section('RFC 7644 §3.6', [
  must('no-content', 'users', 'A successful DELETE answers 204 without a body.', async (server) => {
    const { answer } = await removedUser(server)
    expectStatus(answer, 204)
    expectSame(answer.text, '', 'the body', answer)
  }),
  must('gone-get', 'users', 'GET of a deleted resource answers 404.', async (server) => {
    expectError(await server.get((await goneUser(server)).path), 404)
  }),
  must('gone-put', 'users', 'PUT of a deleted resource answers 404.', async (server) => {
    const user = await goneUser(server)
    await learnPut(server)
    expectError(await server.put(user.path, await rebody(server, user)), 404)
  }),
  must('gone-patch', 'patch', 'PATCH of a deleted resource answers 404.', async (server) => {
    const user = await goneUser(server)
    expectError(await server.patch(user.path, { op: 'replace', path: 'userName', value: user.name }), 404)
  }),
  must('gone-delete', 'users', 'A second DELETE answers 404.', async (server) => {
    expectError(await server.remove((await goneUser(server)).path), 404)
  }),
  must('gone-from-lists', 'filter', 'A deleted resource is in no list.', async (server) => {
    const user = await goneUser(server)
    const answer = await server.query('/Users', { filter: `userName eq "${user.name}"` })
    if (isDeclined(answer)) throw new Inapplicable('the server declines "userName" in filters')
    expectSame(readList(answer).length, 0, 'the number of resources', answer)
  }),
  must('gone-group', 'groups', 'A deleted group is gone.', async (server) => {
    const { path } = await makeGroup(server)
    expectSuccess(await server.remove(path), 'the group is deleted')
    expectError(await server.get(path), 404)
  }),
  shouldNot('name-free', 'users', 'The userName of a deleted user is no conflict.', async (server) => {
    const user = await goneUser(server)
    const answer = await server.post('/Users', await rebody(server, user))
    expectThat(answer.status !== 409, 'no conflict', answer.status, answer)
  }),
])

export const replaceRequirements = [...modifying, ...replacing, ...deleting]
