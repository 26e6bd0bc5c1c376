// RFC 7644 §3.5.2.2: the operation "remove", rule by rule.

import { isUnassigned, pick, pickValues } from './answer.ts'
import { expectError, expectRefusal, expectSame, expectSet, expectThat } from './expectation.ts'
import { changes, emailsAre, name, nameIs, titleIs } from './patch-change.ts'
import { must, section, should } from './requirement.ts'
import { makeGroup, makeUser, membersOf, read, readAfter } from './samples.ts'

const removing = section('RFC 7644 §3.5.2.2', [
  must('path', 'patch', 'A "remove" without a path is refused with 400 "noTarget".', async (server) => {
    const { path } = await makeUser(server)
    expectError(await server.patch(path, { op: 'remove' }), 400, 'noTarget')
  }),
  changes(
    'single-valued',
    'A single-valued attribute is unassigned.',
    { title: 'Old' },
    { op: 'remove', path: 'title' },
    titleIs(undefined),
  ),
  changes(
    'sub-attribute',
    'A sub-attribute is unassigned and leaves the others.',
    { name },
    { op: 'remove', path: 'name.familyName' },
    (change) => {
      const { after } = change
      expectThat(isUnassigned(pick(after, 'name', 'familyName')), 'no name.familyName', after.name)
      nameIs({ givenName: 'Ada' })(change)
    },
  ),
  changes(
    'multi-valued',
    'A multi-valued attribute without a filter loses all values.',
    ({ two }) => ({ emails: two }),
    { op: 'remove', path: 'emails' },
    ({ after }) => expectThat(isUnassigned(after.emails), 'no emails', after.emails),
  ),
  changes(
    'filter',
    'Values that a filter selects are removed.',
    ({ two }) => ({ emails: two }),
    ({ work }) => ({ op: 'remove', path: `emails[value eq "${work}"]` }),
    emailsAre('home'),
  ),
  changes(
    'filter-sub-attributes',
    'Values are selected by any of their sub-attributes.',
    ({ two }) => ({ emails: two }),
    { op: 'remove', path: 'emails[type eq "home" and value ew "net"]' },
    emailsAre('work'),
  ),
  changes(
    'filter-last',
    'An attribute that loses its last value is unassigned.',
    ({ third }) => ({ emails: [third] }),
    { op: 'remove', path: 'emails[type eq "other"]' },
    ({ after }) => expectThat(isUnassigned(after.emails), 'no emails', after.emails),
  ),
  must('required', 'patch', 'Removing a required attribute is refused with "mutability".', async (server) => {
    const { path, name: userName } = await makeUser(server)
    expectError(await server.patch(path, { op: 'remove', path: 'userName' }), 400, 'mutability')
    expectSame((await read(server, path)).userName, userName, 'userName')
  }),
  must(
    'read-only',
    'patch',
    'Removing a read-only attribute is refused with "mutability".',
    async (server) => {
      const { path } = await makeUser(server)
      const answer = await server.patch(path, { op: 'remove', path: 'id' })
      expectRefusal(answer, '"id" is read-only')
      expectError(answer, 400, 'mutability')
    },
  ),
  must('member', ['patch', 'groups'], 'One member is removed from a group.', async (server) => {
    const [one, two] = [await makeUser(server), await makeUser(server)]
    const { path } = await makeGroup(server, [one.id, two.id])
    expectSet(await membersOf(server, path), [one.id, two.id], 'members before')
    const after = await readAfter(
      server,
      path,
      server.patch(path, { op: 'remove', path: `members[value eq "${one.id}"]` }),
    )
    expectSet(pickValues(after, 'members'), [two.id], 'members')
  }),
  must('members', ['patch', 'groups'], 'All members are removed from a group.', async (server) => {
    const { path } = await makeGroup(server, [(await makeUser(server)).id])
    const after = await readAfter(server, path, server.patch(path, { op: 'remove', path: 'members' }))
    expectThat(isUnassigned(after.members), 'no members', after.members)
  }),
  should(
    'no-member',
    ['patch', 'groups'],
    'Removing one who is no member changes nothing and succeeds.',
    async (server) => {
      const [one, two] = [await makeUser(server), await makeUser(server)]
      const { path } = await makeGroup(server, [one.id])
      const after = await readAfter(
        server,
        path,
        server.patch(path, { op: 'remove', path: `members[value eq "${two.id}"]` }),
      )
      expectSet(pickValues(after, 'members'), [one.id], 'members')
    },
  ),
])

export const removeRequirements = [...removing]
