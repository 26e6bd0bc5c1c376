// RFC 7643 §4.2, §4.3 and §9: the attributes of groups and of the enterprise extension, and what is stored.

import { enterpriseUserUrn, groupUrn } from '../urn.ts'
import { pick, pickObjects, pickText, pickValues } from './answer.ts'
import { readAttributes } from './discovered.ts'
import {
  expectRefusal,
  expectSame,
  expectSet,
  expectStatus,
  expectThat,
  Inapplicable,
} from './expectation.ts'
import { must, section, should, unjudged } from './requirement.ts'
import { makeUser, plainUser, populatedGroup, read, userBody } from './samples.ts'

const groups = section('RFC 7643 §4.2', [
  must('display-name-required', 'groups', 'A group without "displayName" is refused.', async (server) => {
    expectRefusal(await server.post('/Groups', { schemas: [groupUrn] }), 'displayName is required')
  }),
  must('members-value', 'groups', 'The value of a member is the id of a resource.', async (server) => {
    const { group, user } = await populatedGroup(server)
    const values = pickValues(await read(server, group.path), 'members')
    expectSet(values, [user.id], 'members.value')
  }),
  must(
    'members-reference',
    'groups',
    'The "$ref" of a member is the URI of the resource.',
    async (server) => {
      const { group, user } = await populatedGroup(server)
      const reference = pickText(pickObjects(await read(server, group.path), 'members')[0], '$ref')
      if (reference === undefined) throw new Inapplicable('members have no "$ref", which is optional')
      expectThat(reference.endsWith(user.path), `a reference to ${user.path}`, reference)
    },
  ),
  must(
    'members-immutable',
    ['groups', 'discovery'],
    'Sub-attributes of members are immutable.',
    async (server) => {
      const members = (await readAttributes(server, groupUrn)).find((one) => one.name === 'members')
      const wrong = pickObjects(members, 'subAttributes').filter(
        (one) => one.mutability !== 'immutable' && one.mutability !== 'readOnly',
      )
      expectThat(
        members !== undefined && wrong.length === 0,
        'immutable sub-attributes of "members"',
        wrong.map((one) => one.name),
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
    const manager = { value: (await plainUser(server)).id, displayName: 'Forged' }
    const answer = await server.post('/Users', userBody(server, { [enterpriseUserUrn]: { manager } }))
    expectStatus(answer, 201)
    const shown = pick(answer.body, enterpriseUserUrn, 'manager', 'displayName')
    expectThat(shown !== 'Forged', 'a displayName of the server, or none', shown, answer)
  }),
  should('manager-reference', 'enterprise', 'A manager has "value" and "$ref".', async (server) => {
    const { id } = await plainUser(server)
    const { body } = await makeUser(server, { [enterpriseUserUrn]: { manager: { value: id } } })
    const manager = pick(body, enterpriseUserUrn, 'manager')
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
