// RFC 7644 §3.5.2.3: the operation "replace", rule by rule.

import { pickObjects, pickValues } from './answer.ts'
import { expectError, expectSame, expectSet, expectSuccess } from './expectation.ts'
import { requireValuePaths } from './foundations.ts'
import { changes, emailsAre, name, nameIs, titleIs } from './patch-change.ts'
import { must, section, tolerated } from './requirement.ts'
import { freshMail, makeGroup, makeUser, membersOf, readAfter } from './samples.ts'

const replacing = section('RFC 7644 §3.5.2.3', [
  changes(
    'no-path',
    'Without a path the value is a set of attributes that are replaced; others stay.',
    ({ two }) => ({ title: 'Old', emails: two }),
    { op: 'replace', value: { title: 'New' } },
    (change) => {
      titleIs('New')(change)
      emailsAre('work', 'home')(change)
    },
  ),
  changes(
    'single-valued',
    'The value of a single-valued attribute is replaced.',
    { title: 'Old' },
    { op: 'replace', path: 'title', value: 'New' },
    titleIs('New'),
  ),
  changes(
    'multi-valued',
    'All values of a multi-valued attribute are replaced.',
    ({ two }) => ({ emails: two }),
    ({ third }) => ({ op: 'replace', path: 'emails', value: [third] }),
    emailsAre('other'),
  ),
  changes(
    'multi-valued-no-path',
    'Without a path, too, all values of a multi-valued attribute are replaced.',
    ({ two }) => ({ emails: two }),
    ({ third }) => ({ op: 'replace', value: { emails: [third] } }),
    emailsAre('other'),
  ),
  changes(
    'absent',
    'An attribute that does not exist is added.',
    {},
    { op: 'replace', path: 'title', value: 'New' },
    titleIs('New'),
  ),
  changes(
    'absent-sub-attribute',
    'A sub-attribute that does not exist is added.',
    { name: { givenName: 'Ada' } },
    { op: 'replace', path: 'name.familyName', value: 'King' },
    nameIs(name),
  ),
  changes(
    'complex',
    'Of a complex attribute the given sub-attributes are replaced or added, the others stay.',
    { name },
    { op: 'replace', path: 'name', value: { familyName: 'Lovelace', middleName: 'B.' } },
    nameIs({ givenName: 'Ada', familyName: 'Lovelace', middleName: 'B.' }),
  ),
  changes(
    'filter',
    'All values that a filter selects are replaced.',
    ({ two }) => ({ emails: two }),
    ({ other }) => ({ op: 'replace', path: 'emails[type eq "home"]', value: { value: other, type: 'home' } }),
    emailsAre('work', 'other'),
  ),
  changes(
    'filter-sub-attribute',
    'The named sub-attribute of all values that a filter selects is replaced.',
    ({ two }) => ({ emails: two }),
    { op: 'replace', path: 'emails[value pr].display', value: 'Mail' },
    ({ after }) =>
      expectSet(
        pickObjects(after, 'emails').map((one) => one.display),
        ['Mail', 'Mail'],
        'emails.display',
      ),
  ),
  tolerated(
    must(
      'no-match',
      'patch',
      'A filter that selects nothing is refused with 400 "noTarget".',
      async (server) => {
        await requireValuePaths(server)
        const { third, work } = freshMail(server)
        const { path } = await makeUser(server, { emails: [third] })
        expectError(
          await server.patch(path, { op: 'replace', path: 'emails[type eq "work"].value', value: work }),
          400,
          'noTarget',
        )
      },
    ),
    'Entra: sends the first value of a type in this form',
  ),
  must('members', ['patch', 'groups'], 'All members of a group are replaced.', async (server) => {
    const [one, two] = [await makeUser(server), await makeUser(server)]
    const { path } = await makeGroup(server, [one.id])
    const answer = await server.patch(path, { op: 'replace', path: 'members', value: [{ value: two.id }] })
    expectSuccess(answer, 'members are replaced')
    expectSet(await membersOf(server, path), [two.id], 'members')
  }),
  must(
    'group-name',
    ['patch', 'groups'],
    'The name of a group is replaced and its members stay.',
    async (server) => {
      const user = await makeUser(server)
      const { path } = await makeGroup(server, [user.id])
      const displayName = server.unique('renamed')
      const after = await readAfter(
        server,
        path,
        server.patch(path, { op: 'replace', path: 'displayName', value: displayName }),
      )
      expectSame(after.displayName, displayName, 'displayName')
      expectSet(pickValues(after, 'members'), [user.id], 'members')
    },
  ),
])

export const replaceOperationRequirements = [...replacing]
