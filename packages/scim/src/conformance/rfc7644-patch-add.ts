// RFC 7644 §3.5.2.1: the operation "add", rule by rule.

import { pick, pickObjects, pickValues } from './answer.ts'
import { expectRefusal, expectSame, expectSet } from './expectation.ts'
import { requireKept } from './kept.ts'
import { changes, emailsAre, emailsGain, name, nameIs, titleIs } from './patch-change.ts'
import { must, mustNot, section, should } from './requirement.ts'
import { freshMail, makeGroup, makeUser, onlyKept, read, readAfter } from './samples.ts'

const adding = section('RFC 7644 §3.5.2.1', [
  must('value', 'patch', 'An "add" without a value is refused.', async (server) => {
    await requireKept(server, { title: 'x' })
    const { path } = await makeUser(server)
    expectRefusal(await server.patch(path, { op: 'add', path: 'title' }), '"value" is missing')
  }),
  changes(
    'no-path',
    'Without a path the value is a set of attributes that is added to the resource.',
    { title: 'Old' },
    ({ third }) => ({ op: 'add', value: { title: 'New', emails: [third] } }),
    (change) => {
      titleIs('New')(change)
      emailsGain('other')(change)
    },
  ),
  changes(
    'new-attribute',
    'An attribute without a value gets it.',
    {},
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
    ({ two }) => ({ emails: two }),
    ({ third }) => ({ op: 'add', path: 'emails', value: [third] }),
    emailsAre('work', 'home', 'other'),
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
      const mail = freshMail(server)
      const { path, body } = await makeUser(server, { emails: mail.two })
      const email = { value: mail.home, type: 'home' }
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
      const [kept] = Object.keys(await onlyKept(server, [{ displayName: 'Ada' }, { title: 'Ada' }]))
      await requireKept(server, { [kept ?? 'displayName']: 'Ada' })
      const { path } = await makeUser(server, { [kept ?? 'displayName']: 'Ada' })
      const before = await read(server, path)
      const change = server.patch(path, { op: 'add', path: kept ?? 'displayName', value: 'Ada' })
      const after = await readAfter(server, path, change)
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
