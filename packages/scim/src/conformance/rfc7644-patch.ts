// RFC 7644 §3.5.2: the message of a PATCH, its paths.

import { patchOpUrn, userUrn } from '../urn.ts'
import { pick, pickValues } from './answer.ts'
import { expectRefusal, expectSame, expectSet } from './expectation.ts'
import { requireValuePaths } from './foundations.ts'
import { requireKept } from './kept.ts'
import { must, section, should, tolerated } from './requirement.ts'
import { freshMail, makeUser, readAfter } from './samples.ts'
import type { Server } from './server.ts'

/** A user whose displayName a PATCH changes to "Ada" by this path. */
async function renamedBy(server: Server, target: string): Promise<void> {
  await requireKept(server, { displayName: 'Ada' })
  const { path } = await makeUser(server)
  const change = server.patch(path, { op: 'replace', path: target, value: 'Ada' })
  expectSame((await readAfter(server, path, change)).displayName, 'Ada', 'displayName')
}

const message = section('RFC 7644 §3.5.2', [
  should('operations', 'patch', 'A body without a list of operations is refused.', async (server) => {
    const { path } = await makeUser(server)
    const body = { schemas: [patchOpUrn] }
    expectRefusal(await server.ask('PATCH', path, { body }), '"Operations" is missing')
  }),
  tolerated(
    should(
      'operations-empty',
      'patch',
      'A body with an empty list of operations is refused.',
      async (server) => {
        expectRefusal(await server.patch((await makeUser(server)).path), 'there is no operation')
      },
    ),
    'Entra: its validator sends such a request',
  ),
  tolerated(
    should(
      'schemas',
      'patch',
      'A body that does not name the message PatchOp is refused.',
      async (server) => {
        const { path } = await makeUser(server)
        const Operations = [{ op: 'replace', path: 'active', value: false }]
        expectRefusal(await server.ask('PATCH', path, { body: { Operations } }), '"schemas" is missing')
      },
    ),
    'clients of several vendors leave it out',
  ),
  must('op', 'patch', 'An operation other than "add", "remove" and "replace" is refused.', async (server) => {
    await requireKept(server, { active: true })
    const { path } = await makeUser(server)
    for (const op of ['move', 'test', ''])
      expectRefusal(await server.patch(path, { op, path: 'active', value: false }), `"op" is "${op}"`)
  }),
  must('op-missing', 'patch', 'An operation without "op" is refused.', async (server) => {
    await requireKept(server, { active: true })
    const { path } = await makeUser(server)
    expectRefusal(await server.patch(path, { path: 'active', value: false }), '"op" is missing')
  }),
])

const paths = section('RFC 7644 §3.5.2', [
  must('path', 'patch', 'A path may name an attribute.', async (server) => {
    await renamedBy(server, 'displayName')
  }),
  must('path-sub-attribute', 'patch', 'A path may name a sub-attribute.', async (server) => {
    const { path } = await makeUser(server, { name: { givenName: 'Ada', familyName: 'King' } })
    const change = server.patch(path, { op: 'replace', path: 'name.familyName', value: 'Lovelace' })
    const { name } = await readAfter(server, path, change)
    expectSame(pick(name, 'familyName'), 'Lovelace', 'name.familyName')
    expectSame(pick(name, 'givenName'), 'Ada', 'name.givenName')
  }),
  must('path-values', 'patch', 'A path may select values by a filter.', async (server) => {
    const mail = freshMail(server)
    const { path } = await makeUser(server, { emails: mail.two })
    const value = { value: mail.other, type: 'work' }
    const change = server.patch(path, { op: 'replace', path: 'emails[type eq "work"]', value })
    const values = pickValues(await readAfter(server, path, change), 'emails')
    expectSet(values, [mail.other, mail.home], 'emails.value')
  }),
  must(
    'path-value-sub-attribute',
    'patch',
    'A path may name a sub-attribute of values that a filter selects.',
    async (server) => {
      await requireValuePaths(server)
      const mail = freshMail(server)
      const { path } = await makeUser(server, { emails: mail.two })
      const target = 'emails[type eq "home"].value'
      const change = server.patch(path, { op: 'replace', path: target, value: mail.other })
      const values = pickValues(await readAfter(server, path, change), 'emails')
      expectSet(values, [mail.work, mail.other], 'emails.value')
    },
  ),
  must('path-case', 'patch', 'Names in a path are case insensitive.', async (server) => {
    await renamedBy(server, 'DISPLAYNAME')
  }),
  must('path-qualified', 'patch', 'A path may be qualified with the schema.', async (server) => {
    await renamedBy(server, `${userUrn}:displayName`)
  }),
  tolerated(
    must('path-unknown', 'patch', 'A path that names no attribute is refused.', async (server) => {
      const { path } = await makeUser(server)
      expectRefusal(
        await server.patch(path, { op: 'replace', path: 'flavour', value: 'x' }),
        'there is no such attribute',
      )
    }),
    'clients of several vendors send what a server does not have, and the rest must not be lost',
  ),
  must('path-malformed', 'patch', 'A path that keeps not to the grammar is refused.', async (server) => {
    const { path } = await makeUser(server, { emails: freshMail(server).two })
    for (const target of ['emails[type eq', 'emails[', '.value', 'name..givenName'])
      expectRefusal(await server.patch(path, { op: 'remove', path: target }), `the path is ${target}`)
  }),
])

export const patchRequirements = [...message, ...paths]
