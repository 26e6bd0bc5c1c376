// RFC 7644 §3.5.2: what an operation may touch, order, atomicity, answers.

import { enterpriseUserUrn, groupUrn } from '../urn.ts'
import { pick, pickObjects, pickText } from './answer.ts'
import { readAttributes } from './discovered.ts'
import {
  Blocked,
  expectRefusal,
  expectSame,
  expectSet,
  expectStatus,
  expectThat,
  Inapplicable,
  isSuccess,
  readObject,
  requireErrorBody,
} from './expectation.ts'
import { expectPatch, requireValuePaths } from './foundations.ts'
import { requireKept } from './kept.ts'
import { must, mustNot, section } from './requirement.ts'
import { freshMail, makeGroup, makeUser, membersOf, onlyKept, read, readAfter } from './samples.ts'
import type { Server } from './server.ts'

/** An attribute that this server keeps, for a change of no particular one. */
async function someAttribute(server: Server): Promise<'displayName' | 'title'> {
  const kept = await onlyKept(server, [{ displayName: 'x' }, { title: 'x' }])
  const name = 'displayName' in kept || !('title' in kept) ? 'displayName' : 'title'
  await requireKept(server, { [name]: 'x' })
  return name
}

const compatibility = section('RFC 7644 §3.5.2', [
  must(
    'read-only',
    'patch',
    'An operation on a read-only attribute is refused with an error.',
    async (server) => {
      const { id, path } = await makeUser(server)
      const answer = await server.patch(path, { op: 'replace', path: 'id', value: 'other' })
      expectSame((await read(server, path)).id, id, 'id')
      expectRefusal(answer, '"id" is read-only')
      requireErrorBody(answer)
    },
  ),
  must(
    'read-only-groups',
    ['patch', 'groups'],
    'An operation on a user\'s "groups" is refused or without effect.',
    async (server) => {
      const { path } = await makeUser(server)
      const group = await makeGroup(server)
      await server.patch(path, { op: 'add', path: 'groups', value: [{ value: group.id }] })
      const shown = pickObjects(await read(server, path), 'groups').map((one) => one.value)
      expectThat(!shown.includes(group.id), 'no such group of the user', shown)
      expectSet(await membersOf(server, group.path), [], 'the members of the group')
    },
  ),
  mustNot(
    'immutable',
    ['patch', 'groups'],
    'An immutable value that is set is not modified: the value of a member.',
    async (server) => {
      const [one, two] = [await makeUser(server), await makeUser(server)]
      const members = (await readAttributes(server, groupUrn)).find(
        (attribute) => attribute.name === 'members',
      )
      const value = pickObjects(members, 'subAttributes').find((attribute) => attribute.name === 'value')
      if (value?.mutability !== 'immutable') throw new Inapplicable('members.value is not immutable here')
      const { path } = await makeGroup(server, [one.id])
      const answer = await server.patch(path, {
        op: 'replace',
        path: `members[value eq "${one.id}"].value`,
        value: two.id,
      })
      expectRefusal(answer, 'members.value is immutable')
      expectSet(await membersOf(server, path), [one.id], 'members')
    },
  ),
  must('schema', 'patch', 'A value of a wrong type is refused with an error.', async (server) => {
    const { path } = await makeUser(server, { active: true })
    const answer = await server.patch(path, { op: 'replace', path: 'active', value: { is: 'wrong' } })
    expectRefusal(answer, '"active" is a boolean')
    requireErrorBody(answer)
  }),
  must(
    'schemas-extended',
    ['patch', 'enterprise'],
    'Adding an attribute of an extension adds its schema to "schemas".',
    async (server) => {
      await requireKept(server, { [enterpriseUserUrn]: { employeeNumber: '7' } })
      const { path } = await makeUser(server)
      const change = server.patch(path, {
        op: 'add',
        path: `${enterpriseUserUrn}:employeeNumber`,
        value: '7',
      })
      const body = await readAfter(server, path, change)
      expectSame(pick(body, enterpriseUserUrn, 'employeeNumber'), '7', 'employeeNumber')
      const { schemas } = body
      expectThat(
        Array.isArray(schemas) && schemas.includes(enterpriseUserUrn),
        `schemas with ${enterpriseUserUrn}`,
        schemas,
      )
    },
  ),
  must(
    'schemas-kept',
    'patch',
    'The schemas of the resource are assumed; a change of an attribute leaves them.',
    async (server) => {
      const name = await someAttribute(server)
      const { path, body } = await makeUser(server)
      const change = server.patch(path, { op: 'replace', path: name, value: 'Ada' })
      expectSame((await readAfter(server, path, change)).schemas, body.schemas, 'schemas')
    },
  ),
])

const processing = section('RFC 7644 §3.5.2', [
  must(
    'order',
    'patch',
    'Operations are applied in their order, each to the result of the one before.',
    async (server) => {
      const name = await someAttribute(server)
      const { path } = await makeUser(server)
      const change = server.patch(
        path,
        { op: 'add', path: name, value: 'First' },
        { op: 'replace', path: name, value: 'Last' },
      )
      expectSame((await readAfter(server, path, change))[name], 'Last', name)
    },
  ),
  must('primary', 'patch', 'A value that becomes primary takes the mark from the others.', async (server) => {
    await requireValuePaths(server)
    const { path } = await makeUser(server, { emails: freshMail(server).two })
    const change = server.patch(path, { op: 'replace', path: 'emails[type eq "home"].primary', value: true })
    const primaries = pickObjects(await readAfter(server, path, change), 'emails').filter(
      (one) => one.primary === true,
    )
    expectSet(
      primaries.map((one) => one.type),
      ['home'],
      'the types of primary values',
    )
  }),
  must('primary-added', 'patch', 'An added primary value takes the mark from the others.', async (server) => {
    const mail = freshMail(server)
    const { path } = await makeUser(server, { emails: mail.two })
    const value = [{ ...mail.third, primary: true }]
    const emails = pickObjects(
      await readAfter(server, path, server.patch(path, { op: 'add', path: 'emails', value })),
      'emails',
    )
    expectSet(
      emails.filter((one) => one.primary === true).map((one) => one.type),
      ['other'],
      'the types of primary values',
    )
  }),
  must('atomic', 'patch', 'A request of which one operation fails changes nothing.', async (server) => {
    const name = await someAttribute(server)
    const { path, body } = await makeUser(server, { [name]: 'Before' })
    const answer = await server.patch(
      path,
      { op: 'replace', path: name, value: 'After' },
      { op: 'remove', path: 'userName' },
    )
    if (isSuccess(answer)) throw new Blocked('RFC7644-3.5.2.2-required')
    const after = await read(server, path)
    expectSame(after[name], 'Before', name)
    expectSame(
      pickText(after, 'meta', 'lastModified'),
      pickText(body, 'meta', 'lastModified'),
      'meta.lastModified',
    )
  }),
  must(
    'failure',
    'patch',
    'A request that fails answers an error status and an error body.',
    async (server) => {
      const { path } = await makeUser(server)
      const answer = await server.patch(path, { op: 'remove', path: 'userName' })
      if (isSuccess(answer)) throw new Blocked('RFC7644-3.5.2.2-required')
      expectRefusal(answer, 'userName is required')
      requireErrorBody(answer)
    },
  ),
  must(
    'success',
    'patch',
    'A successful request answers 200 with the whole resource, or 204.',
    async (server) => {
      await expectPatch(server)
      const name = await someAttribute(server)
      const { id, path } = await makeUser(server)
      const answer = await server.patch(path, { op: 'replace', path: name, value: 'Ada' })
      if (!isSuccess(answer)) throw new Blocked('RFC7644-3.5.2-path')
      expectStatus(answer, 200, 204)
      if (answer.status === 200) {
        expectSame(pick(answer.body, 'id'), id, 'id', answer)
        expectThat(pick(answer.body, 'userName') !== undefined, 'the whole resource', answer.body, answer)
      } else expectSame(answer.text, '', 'the body', answer)
    },
  ),
  must('attributes', 'patch', 'A request with the parameter "attributes" answers 200.', async (server) => {
    const name = await someAttribute(server)
    const { path } = await makeUser(server)
    const answer = await server.patch(`${path}?attributes=${name}`, {
      op: 'replace',
      path: name,
      value: 'Ada',
    })
    const body = readObject(answer)
    expectSame(body[name], 'Ada', name, answer)
    expectThat(pick(body, 'userName') === undefined, 'no userName', body, answer)
  }),
])

export const patchProcessingRequirements = [...compatibility, ...processing]
