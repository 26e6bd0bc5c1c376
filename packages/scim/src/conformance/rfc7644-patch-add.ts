// RFC 7644 §3.5.2.1: the operation "add", rule by rule.

import { pick, pickObjects, pickValues } from './answer.ts'
import { expectRefusal, expectSame, expectSet } from './expectation.ts'
import { changes, emailsAre, home, name, nameIs, third, titleIs, work } from './patch-change.ts'
import { must, mustNot, section, should } from './requirement.ts'
import { makeGroup, makeUser, read, readAfter, twoEmails } from './samples.ts'

const adding = section('RFC 7644 §3.5.2.1', [
  must('value', 'patch', 'An "add" without a value is refused.', async (server) => {
    const { path } = await makeUser(server)
    expectRefusal(await server.patch(path, { op: 'add', path: 'title' }), '"value" is missing')
  }),
  changes(
    'no-path',
    'Without a path the value is a set of attributes that is added to the resource.',
    { title: 'Old' },
    { op: 'add', value: { title: 'New', emails: [third] } },
    (after) => {
      titleIs('New')(after)
      emailsAre(third.value)(after)
    },
  ),
  changes(
    'new-attribute',
    'An attribute without a value gets it.',
    { title: null },
    { op: 'add', path: 'title', value: 'New' },
    titleIs('New'),
  ),
  changes(
    'complex',
    'Sub-attributes are added to a complex attribute.',
    { name },
    { op: 'add', path: 'name', value: { middleName: 'B.' } },
    nameIs({ ...name, middleName: 'B.' }),
  ),
  changes(
    'multi-valued',
    'A value is added to a multi-valued attribute.',
    { emails: twoEmails },
    { op: 'add', path: 'emails', value: [third] },
    emailsAre(work, home, third.value),
  ),
  changes(
    'single-valued',
    'The value of a single-valued attribute is replaced.',
    { title: 'Old' },
    { op: 'add', path: 'title', value: 'New' },
    titleIs('New'),
  ),
  changes(
    'sub-attribute',
    'A sub-attribute that has no value gets it.',
    { name: { givenName: 'Ada' } },
    { op: 'add', path: 'name.familyName', value: 'King' },
    nameIs(name),
  ),
  should(
    'same-value',
    'patch',
    'Adding what is there already changes nothing and succeeds.',
    async (server) => {
      const { path, body } = await makeUser(server, { emails: twoEmails })
      const email = { value: home, type: 'home' }
      const after = await readAfter(
        server,
        path,
        server.patch(path, { op: 'add', path: 'emails', value: [email] }),
      )
      expectSame(
        pickObjects(after, 'emails').length,
        pickObjects(body, 'emails').length,
        'the number of emails',
      )
    },
  ),
  mustNot(
    'same-time',
    'patch',
    'Adding what is there already leaves "meta.lastModified" as it is.',
    async (server) => {
      const { path } = await makeUser(server, { displayName: 'Ada' })
      const before = await read(server, path)
      const after = await readAfter(
        server,
        path,
        server.patch(path, { op: 'add', path: 'displayName', value: 'Ada' }),
      )
      expectSame(
        pick(after, 'meta', 'lastModified'),
        pick(before, 'meta', 'lastModified'),
        'meta.lastModified',
      )
    },
  ),
  must('member', ['patch', 'groups'], 'Members are added to a group.', async (server) => {
    const [one, two] = [await makeUser(server), await makeUser(server)]
    const { path } = await makeGroup(server, [one.id])
    const after = await readAfter(
      server,
      path,
      server.patch(path, { op: 'add', path: 'members', value: [{ value: two.id }] }),
    )
    expectSet(pickValues(after, 'members'), [one.id, two.id], 'members')
  }),
  should(
    'member-again',
    ['patch', 'groups'],
    'Adding a member twice succeeds and changes nothing.',
    async (server) => {
      const user = await makeUser(server)
      const { path } = await makeGroup(server, [user.id])
      const after = await readAfter(
        server,
        path,
        server.patch(path, { op: 'add', path: 'members', value: [{ value: user.id }] }),
      )
      expectSet(pickValues(after, 'members'), [user.id], 'members')
    },
  ),
])

export const addRequirements = [...adding]
