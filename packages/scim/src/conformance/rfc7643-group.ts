// RFC 7643 §4.2, §4.3 and §9: the attributes of groups and of the enterprise extension, and what is stored.

import type { JsonObject } from '../json.ts'
import { enterpriseUserUrn, groupUrn } from '../urn.ts'
import { pick, pickObjects, pickText } from './answer.ts'
import { readAttributes } from './discovered.ts'
import {
  expectRefusal,
  expectSame,
  expectSet,
  expectSuccess,
  expectThat,
  Inapplicable,
} from './expectation.ts'
import { requireKept } from './kept.ts'
import { must, section, should, unjudged } from './requirement.ts'
import {
  groupBody,
  learnMembers,
  makeUser,
  membersOf,
  onlyMember,
  plainUser,
  populatedGroup,
  read,
  userBody,
} from './samples.ts'

const groups = section('RFC 7643 §4.2', [
  must('display-name-required', 'groups', 'A group without "displayName" is refused.', async (server) => {
    const { displayName: _, ...body } = await groupBody(server)
    expectRefusal(await server.post('/Groups', body as JsonObject), 'displayName is required')
  }),
  must(
    'members-on-create',
    'groups',
    'Members, which can be written, are taken when a group is created.',
    async (server) => {
      const mismatch = await learnMembers(server)
      if (mismatch !== undefined) throw mismatch
    },
  ),
  must('members-value', 'groups', 'The value of a member is the id of a resource.', async (server) => {
    const { group, user } = await populatedGroup(server)
    expectSet(await membersOf(server, group.path), [user.id], 'members.value')
  }),
  must(
    'members-reference',
    'groups',
    'The "$ref" of a member is the URI of the resource.',
    async (server) => {
      const { member, user } = await onlyMember(server)
      const reference = pickText(member, '$ref')
      if (reference === undefined) throw new Inapplicable('members have no "$ref", which is optional')
      expectThat(reference.endsWith(user.path), `a reference to ${user.path}`, reference)
    },
  ),
  must(
    'members-immutable',
    ['groups', 'discovery'],
    '"value", "$ref" and "type" of members are immutable.',
    async (server) => {
      const members = (await readAttributes(server, groupUrn)).find((one) => one.name === 'members')
      // "display" is no sub-attribute of members in the schema of RFC 7643 §8.7.1.
      const wrong = pickObjects(members, 'subAttributes')
        .filter((one) => ['value', '$ref', 'type'].includes(String(one.name)))
        .filter((one) => one.mutability !== 'immutable' && one.mutability !== 'readOnly')
      if (members === undefined) throw new Inapplicable('the schema of groups has no "members"')
      expectThat(
        wrong.length === 0,
        'immutable "value", "$ref" and "type" of "members"',
        wrong.map((one) => `${String(one.name)} is ${String(one.mutability)}`),
      )
    },
  ),
])

const enterprise = section('RFC 7643 §4.3', [
  must('employee', 'enterprise', 'The attributes of the enterprise extension are kept.', async (server) => {
    const sent = {
      employeeNumber: '7',
      costCenter: '4130',
      organization: 'Universal',
      division: 'Parks',
      department: 'Tours',
    }
    const { path } = await makeUser(server, { [enterpriseUserUrn]: sent })
    const kept = pick(await read(server, path), enterpriseUserUrn)
    for (const [name, value] of Object.entries(sent)) expectSame(pick(kept, name), value, name)
  }),
  must('manager-display-name', 'enterprise', 'The displayName of a manager is read-only.', async (server) => {
    await requireKept(server, { [enterpriseUserUrn]: { department: 'Tours' } })
    const manager = { value: (await plainUser(server)).id, displayName: 'Forged' }
    const answer = await server.post('/Users', await userBody(server, { [enterpriseUserUrn]: { manager } }))
    expectSuccess(answer, 'what is read-only is ignored')
    const shown = pick(answer.body, enterpriseUserUrn, 'manager', 'displayName')
    expectThat(shown !== 'Forged', 'a displayName of the server, or none', shown, answer)
  }),
  should('manager-reference', 'enterprise', 'A manager has "value" and "$ref".', async (server) => {
    const { id } = await plainUser(server)
    await requireKept(server, { [enterpriseUserUrn]: { department: 'Tours' } })
    const { body } = await makeUser(server, { [enterpriseUserUrn]: { manager: { value: id } } })
    const manager = pick(body, enterpriseUserUrn, 'manager')
    if (manager === undefined) throw new Inapplicable('the server keeps no manager')
    expectSame(pick(manager, 'value'), id, 'manager.value')
    expectThat(pickText(manager, '$ref')?.includes(id) === true, 'manager.$ref', manager)
  }),
])

const security = section('RFC 7643 §9.2', [
  unjudged(
    'MUST NOT',
    'clear-text',
    'password',
    'Passwords are not stored in clear text.',
    'storage cannot be seen',
  ),
  unjudged(
    'SHOULD',
    'credentials',
    'password',
    'Stored credentials are protected as RFC 6819 §5.1.4.1 says.',
    'storage cannot be seen',
  ),
])

export const groupRequirements = [...groups, ...enterprise, ...security]
