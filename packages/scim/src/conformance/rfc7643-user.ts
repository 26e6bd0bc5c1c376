// RFC 7643 §4.1: the attributes of users.

import { userUrn } from '../urn.ts'
import { type Answer, pickObjects, pickText } from './answer.ts'
import { findAttributes } from './discovered.ts'
import {
  Blocked,
  expectRefusal,
  expectSame,
  expectSet,
  expectSuccess,
  expectThat,
  Inapplicable,
} from './expectation.ts'
import { must, mustNot, section, should, shouldNot, unjudged } from './requirement.ts'
import {
  freshMail,
  learnPut,
  makeUser,
  membersOf,
  onlyMember,
  plainUser,
  populatedGroup,
  read,
  rebody,
  userBody,
  userNamed,
  userWithout,
} from './samples.ts'
import type { Server } from './server.ts'

const secret = 'c0rrect-H0rse-battery-$taple'

async function userWithPassword(server: Server): Promise<Answer> {
  return server.once('userWithPassword', async () => {
    const answer = await server.post('/Users', await userBody(server, { password: secret }))
    if (answer.status >= 400) throw new Inapplicable('the server takes no password')
    return answer
  })
}

function expectNoPassword(answer: Answer): void {
  expectThat(
    !/"password"\s*:/i.test(answer.text),
    'no attribute "password"',
    { password: '[hidden]' },
    answer,
  )
  expectThat(!answer.text.includes(secret), 'no word of the password', 'the password', answer)
}

/** The groups of a member as its user shows them, which is optional. */
async function shownGroups(server: Server) {
  await onlyMember(server)
  const { group, user } = await populatedGroup(server)
  const attributes = (await findAttributes(server, userUrn)) ?? []
  const isOnRequest = attributes.some((one) => one.name === 'groups' && one.returned === 'request')
  const body = await read(server, isOnRequest ? `${user.path}?attributes=groups` : user.path)
  const groups = pickObjects(body, 'groups')
  if (groups.length === 0) throw new Inapplicable('users do not show their groups, which is optional')
  return { group, groups }
}

const singular = section('RFC 7643 §4.1.1', [
  must('user-name-required', 'users', 'A user without "userName" is refused.', async (server) => {
    expectRefusal(await server.post('/Users', await userWithout(server, 'userName')), 'userName is required')
  }),
  must('user-name-non-empty', 'users', 'A user with an empty "userName" is refused.', async (server) => {
    expectRefusal(await server.post('/Users', await userNamed(server, '')), 'userName is empty')
  }),
  must('user-name-unique', 'users', 'Two users do not have the same "userName".', async (server) => {
    const { name } = await plainUser(server)
    expectRefusal(await server.post('/Users', await userNamed(server, name)), 'userName is taken')
  }),
  must('user-name-case', 'users', '"userName" is case insensitive.', async (server) => {
    const userName = (await plainUser(server)).name.toUpperCase()
    const answer = await server.post('/Users', await userNamed(server, userName))
    expectRefusal(answer, 'userName is taken in another case')
  }),
  unjudged(
    'SHOULD',
    'name-formatted',
    'users',
    '"name.formatted" and the parts of the name describe the same name.',
    "the values are the client's",
  ),
  unjudged(
    'SHOULD',
    'display-name-full',
    'users',
    '"displayName" is the full name where that is known.',
    "the value is the client's",
  ),
  unjudged(
    'SHOULD',
    'display-name-label',
    'users',
    '"displayName" is the label by which the server shows the user.',
    "it shows in the server's own pages",
  ),
  shouldNot('nick-name', 'users', '"nickName" does not stand for the userName.', async (server) => {
    const { nickName, userName } = await read(server, (await plainUser(server)).path)
    expectThat(nickName === undefined || nickName !== userName, 'no nickName made of the userName', nickName)
  }),
  must(
    'password-not-returned',
    'users',
    'A password is not in the answer to the request that set it.',
    async (server) => {
      expectNoPassword(await userWithPassword(server))
    },
  ),
  mustNot(
    'password-never',
    ['users', 'lists'],
    'A password is returned in no form, not even when it is asked for.',
    async (server) => {
      const id = pickText((await userWithPassword(server)).body, 'id')
      if (id === undefined) throw new Blocked('RFC7644-3.3-created')
      const path = `/Users/${encodeURIComponent(id)}`
      for (const one of [path, `${path}?attributes=password`, '/Users?attributes=password&count=5'])
        expectNoPassword(await server.get(one))
    },
  ),
  unjudged(
    'SHOULD',
    'password-hashed',
    'password',
    'A password that is kept is hashed.',
    'storage cannot be seen',
  ),
  unjudged(
    'SHOULD',
    'password-processed',
    'password',
    'A password is prepared, checked against the policy and encrypted when it is set.',
    'processing cannot be seen',
  ),
  unjudged(
    'MUST',
    'password-passed-on',
    'password',
    'A password that is passed on goes over a secured connection.',
    'another connection cannot be seen',
  ),
  unjudged(
    'MUST',
    'password-waiting',
    'password',
    'A password that waits for provisioning is protected.',
    'storage cannot be seen',
  ),
])

const plural = section('RFC 7643 §4.1.2', [
  unjudged(
    'SHOULD',
    'emails-format',
    'users',
    'E-mail addresses follow RFC 5321.',
    "the values are the client's",
  ),
  should(
    'emails-canonical',
    'users',
    'E-mail addresses are returned in canonical form, with the domain in lower case.',
    async (server) => {
      const value = freshMail(server).work.replace('@example.com', '@EXAMPLE.COM')
      const { body } = await makeUser(server, { emails: [{ value, type: 'work' }] })
      const email = pickObjects(body, 'emails')[0]
      const shown = [email?.value, email?.display].filter((one) => String(one).endsWith('@example.com'))
      expectThat(shown.length > 0, '"@example.com" in value or display', email)
    },
  ),
  unjudged(
    'SHOULD',
    'phone-numbers-format',
    'users',
    'Telephone numbers follow RFC 3966.',
    "the values are the client's",
  ),
  unjudged(
    'SHOULD',
    'phone-numbers-canonical',
    'users',
    'Telephone numbers are canonicalized where that is appropriate.',
    'what is appropriate is left to the server',
  ),
  unjudged(
    'SHOULD',
    'ims-canonical',
    'users',
    'Instant messaging addresses lose white space and capitals where that is appropriate.',
    'what is appropriate is left to the server',
  ),
  unjudged(
    'SHOULD',
    'ims-types',
    'users',
    'The type of an instant messaging address is one of the canonical ones.',
    "the values are the client's",
  ),
  unjudged(
    'MUST',
    'photos-file',
    'users',
    "A photo's URI leads to an image file.",
    "the values are the client's",
  ),
  unjudged(
    'SHOULD NOT',
    'photos-profile',
    'users',
    'Photos are not arbitrary pictures taken by the user.',
    "the values are the client's",
  ),
  unjudged(
    'MUST',
    'addresses-country',
    'users',
    'A country is an ISO 3166-1 alpha-2 code.',
    "the values are the client's; no server is told to refuse others",
  ),
  must('groups-value', 'groups', 'A value of a user\'s "groups" is the id of the group.', async (server) => {
    const { group, groups } = await shownGroups(server)
    expectSet(
      groups.map((one) => one.value),
      [group.id],
      'groups.value',
    )
  }),
  must(
    'groups-reference',
    'groups',
    'The "$ref" of a user\'s group is the URI of the group.',
    async (server) => {
      const { group, groups } = await shownGroups(server)
      const reference = pickText(groups[0], '$ref')
      if (reference === undefined) throw new Inapplicable('groups have no "$ref", which is optional')
      expectThat(reference.endsWith(group.path), `a reference to ${group.path}`, reference)
    },
  ),
  should('groups-direct', 'groups', 'A direct membership is marked as "direct".', async (server) => {
    const { groups } = await shownGroups(server)
    const [first] = groups
    expectSame(first?.type, 'direct', 'groups.type')
  }),
  must(
    'groups-read-only',
    'groups',
    'Memberships change through groups only: "groups" in a PUT of a user changes nothing.',
    async (server) => {
      await onlyMember(server)
      const { group, user } = await populatedGroup(server)
      await learnPut(server)
      expectSuccess(
        await server.put(user.path, await rebody(server, user, { groups: [] })),
        '"groups" is ignored',
      )
      expectSet(await membersOf(server, group.path), [user.id], 'members')
    },
  ),
  must('certificates', 'users', 'Certificates are returned in base64 as they were sent.', async (server) => {
    const value = 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcN'
    const { path } = await makeUser(server, { x509Certificates: [{ value }] })
    const [first] = pickObjects(await read(server, path), 'x509Certificates')
    expectSame(first?.value, value, 'x509Certificates.value')
  }),
  unjudged(
    'MUST NOT',
    'certificates-single',
    'users',
    'A value holds one certificate, not several.',
    "the values are the client's",
  ),
])

export const userRequirements = [...singular, ...plural]
