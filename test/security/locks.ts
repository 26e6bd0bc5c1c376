// An organization, and every kind of unit of work that locks its people, groups and connection, to be played beside each other.
import { type Client, ProblemError } from '@rollcall/api'
import { Client as Pg } from 'pg'
import { createLog } from '../../packages/server/src/base/log.ts'
import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { carryOutRoleChanges } from '../../packages/server/src/provisioning/group-roles.ts'
import { mendCircles } from '../../packages/server/src/provisioning/mend-circles.ts'
import { tellOfEnds } from '../../packages/server/src/sessions/ended-many.ts'
import { fillDisplayNames } from '../../packages/server/src/users/fill-display-names.ts'
import { clientOf } from '../harness/callers.ts'
import { createMender } from '../harness/mending.ts'
import type { Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'
import { signed, write } from '../saml/logout-forge.ts'

const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** What the database had to break off since it was made; of connections that have ended. */
export async function countDeadlocks(url: string): Promise<number> {
  const client = new Pg({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query(
      'SELECT deadlocks::int AS deadlocks FROM pg_stat_database WHERE datname = current_database()',
    )
    return rows[0].deadlocks
  } finally {
    await client.end()
  }
}

export type Stage = Awaited<ReturnType<typeof createStage>>

/** Owners, an administrator and members, a directory whose groups give roles, and two accounts that sign-ins meet in either order. */
export async function createStage(service: Service) {
  const company = await createCompany(service)
  const { slug } = company.organization
  const { admin: operator } = service
  const params = { slug }
  const find = async (search: string) => {
    const { items } = await operator.call('listUsers', { params, query: { search } })
    return items[0]?.id ?? ''
  }
  const settle = async (name: string, role: 'owner' | 'admin' | 'member') => {
    const person = company.person(name)
    const first = await company.signIn(person)
    const id = await find(name)
    await operator.call('updateUser', { params: { slug, id }, body: { role } })
    const { browser } = role === 'member' ? first : await company.signIn(person)
    return { id, person, client: clientOf(service, browser), email: `${name}@${company.domain}` }
  }
  const people = {
    owner: await settle('owner', 'owner'),
    second: await settle('second', 'owner'),
    admin: await settle('admin', 'admin'),
    member: await settle('member', 'member'),
    other: await settle('other', 'member'),
  }
  await operator.call('updateProvisioning', { params, body: { mode: 'scim', unknownSignIns: 'create' } })
  const body = { mappings: [{ group: 'Admins', role: 'admin' as const }] }
  await operator.call('putRoleMappings', { params, body })
  const { token } = await operator.call('createKey', { params, body: { name: 'directory' } })
  const scim = async (method: string, path: string, sent?: object) => {
    const request = new Request(`${service.url}/scim/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    })
    const response = await service.send(request)
    const text = await response.text()
    return {
      status: response.status,
      id: text === '' ? '' : ((JSON.parse(text) as { id?: string }).id ?? ''),
    }
  }
  for (const { id, email } of Object.values(people))
    await scim('POST', '/Users', { schemas: [userUrn], userName: email, externalId: id })
  const members = [people.admin, people.member, people.other, people.second].map(({ id }) => ({ value: id }))
  const groups: string[] = []
  for (let count = 0; count < 3; count += 1) {
    const group = { schemas: [groupUrn], displayName: `G${count}`, members }
    groups.push((await scim('POST', '/Groups', group)).id)
  }
  const emails = ['x1', 'x2'].map((name) => `${name}@${company.domain}`) as [string, string]
  const users = [
    { userName: 'p1', email: emails[0] },
    { userName: 'p2', email: emails[1] },
  ]
  await operator.call('importUsers', { params, body: { dryRun: false, users } })
  const mender = createMender(service)
  const mending = await mender.open(company, people.admin.email)
  const metadataXml = company.provider.metadata()
  return { service, company, slug, people, scim, groups, emails, mending, metadataXml, operator }
}

/** Of an act, its problem's where there is one. */
export async function statusOf(call: Promise<unknown>): Promise<number> {
  try {
    await call
    return 200
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.status
    throw error
  }
}

type Kind = (stage: Stage, round: number) => Promise<number>

const change = (path: string, value: object) => (stage: Stage) =>
  stage
    .scim('PATCH', path, { schemas: [patchUrn], Operations: [{ op: 'replace', value }] })
    .then(({ status }) => status)
const members = (stage: Stage, group: string, op: 'add' | 'remove', id: string) =>
  stage
    .scim('PATCH', `/Groups/${group}`, {
      schemas: [patchUrn],
      Operations: [
        op === 'add'
          ? { op, path: 'members', value: [{ value: id }] }
          : { op, path: `members[value eq "${id}"]` },
      ],
    })
    .then(({ status }) => status)
const rename =
  (at: number): Kind =>
  (stage, round) =>
    change(`/Groups/${stage.groups[at]}`, { displayName: round % 2 === 1 ? `G${at}` : 'Admins' })(stage)
const letIn =
  (who: keyof Stage['people']): Kind =>
  (stage, round) =>
    change(`/Users/${stage.people[who].id}`, { active: round % 2 === 1 })(stage)
const signIn =
  (who: keyof Stage['people']): Kind =>
  async ({ company, people }) =>
    (await company.signIn(people[who].person)).status
const crossing =
  (at: 0 | 1): Kind =>
  async ({ company, emails }) =>
    (await company.signIn({ nameId: `p${at + 1}`, attributes: { email: [emails[1 - at] ?? ''] } })).status
const act =
  (
    by: 'owner' | 'admin' | 'operator',
    call: (client: Client, stage: Stage, round: number) => Promise<unknown>,
  ): Kind =>
  async (stage, round) => {
    const { company, people, operator, service } = stage
    if (by !== 'admin') return statusOf(call(by === 'operator' ? operator : people[by].client, stage, round))
    // Their sessions end all the time.
    const { browser } = await company.signIn(people.admin.person)
    return statusOf(call(clientOf(service, browser), stage, round))
  }
let made = 0

/** By name. Those that take part in a circle that was found once come with its id. */
export const kinds: Readonly<Record<string, Kind>> = {
  'H12: a group is renamed to a name that gives a role': rename(0),
  'H12: another group is': rename(1),
  'H12: an owner blocks an administrator, and lets them in again': act(
    'owner',
    (client, { slug, people }, round) =>
      client.call(round % 2 === 1 ? 'reactivateUser' : 'deactivateUser', {
        params: { slug, id: people.admin.id },
      }),
  ),
  'H11: the identity provider signs somebody out': async ({ company, service, people }, round) => {
    const address = company.connection.acsUrl.replace(/acs$/, 'slo')
    const victim = (round % 2 === 1 ? people.second : people.member).email
    const context = { issuer: company.provider.entityId, address, victim, now: service.now() }
    const request = Buffer.from(signed(write(context), company.provider.key)).toString('base64')
    const form = new URLSearchParams({ SAMLRequest: request })
    return (await service.send(new Request(address, { method: 'POST', body: form }))).status
  },
  'H28: rules of roles are put': act('owner', (client, { slug }, round) => {
    const rule = { group: round % 2 === 1 ? 'Admins' : 'G2', role: 'admin' as const }
    return client.call('putRoleMappings', { params: { slug }, body: { mappings: [rule] } })
  }),
  'H28: the directory lets an owner go, and in': letIn('second'),
  'the directory lets an administrator go, and in': letIn('admin'),
  'H29: the directory removes a member of groups': async (stage) => {
    made += 1
    const { id } = await stage.scim('POST', '/Users', { schemas: [userUrn], userName: `churn${made}` })
    for (const group of stage.groups.slice(0, 2)) await members(stage, group, 'add', id)
    return (await stage.scim('DELETE', `/Users/${id}`)).status
  },
  'H29: the directory removes a group in groups': async (stage) => {
    made += 1
    const { id } = await stage.scim('POST', '/Groups', { schemas: [groupUrn], displayName: `churn${made}` })
    for (const group of stage.groups.toReversed()) await members(stage, group, 'add', id)
    return (await stage.scim('DELETE', `/Groups/${id}`)).status
  },
  'a member comes into a group, and goes': (stage, round) =>
    members(stage, stage.groups[2] ?? '', round % 2 === 1 ? 'add' : 'remove', stage.people.member.id),
  'H31: a sign-in meets one account by its name, and another one by its address': crossing(0),
  'H31: a sign-in meets the same in the other order': crossing(1),
  'an administrator signs in': signIn('admin'),
  'an owner signs in': signIn('second'),
  'somebody signs in for the first time': async ({ company }) => {
    made += 1
    return (await company.signIn(company.person(`new${made}`))).status
  },
  'H32: an administrator changes the connection': act('admin', (client, { slug, company }, round) =>
    client.call('updateConnection', {
      params: { slug, id: company.connection.id },
      body: { name: `C${round}` },
    }),
  ),
  'H32: the operator switches the connection off, and on': act(
    'operator',
    (client, { slug, company }, round) =>
      client.call('updateConnection', {
        params: { slug, id: company.connection.id },
        body: { isActive: round % 2 === 1 },
      }),
  ),
  'a connection is mended by a mailed link': async ({ mending, company, metadataXml }) =>
    (await mending.postOwn(`/saml/${company.connection.id}/mend`, { metadataXml })).status,
  'an owner changes a role': act('owner', (client, { slug, people }, round) =>
    client.call('updateUser', {
      params: { slug, id: people.other.id },
      body: { role: round % 2 === 1 ? 'member' : 'admin' },
    }),
  ),
  'an administrator ends their own sessions': act('admin', (client, { slug, people }) =>
    client.call('endUserSessions', { params: { slug, id: people.admin.id }, body: {} }),
  ),
  'an owner changes the organization': act('owner', (client, { slug }, round) =>
    client.call('updateOrganization', { params: { slug }, body: { name: `N${round}` } }),
  ),
  'people are imported': act('operator', (client, { slug }) => {
    made += 1
    const users = [{ userName: `import${made}`, email: `import${made}@elsewhere.test` }]
    return client.call('importUsers', { params: { slug }, body: { dryRun: false, users } })
  }),
  'somebody is invited': act('owner', (client, { slug }) => {
    made += 1
    const body = { email: `guest${made}@elsewhere.test`, role: 'member' as const, days: 3 }
    return client.call('createInvitation', { params: { slug }, body })
  }),
  'jobs do what waits': async ({ service }) => {
    const { database } = service
    await tellOfEnds(database, service.now, () => false)
    await carryOutRoleChanges(database, service.now, () => false)
    await mendCircles(database, createLog('silent', false), service.now(), () => false)
    await fillDisplayNames(database, service.now(), () => false)
    await checkGuards(database, { url: service.url, operatorMail: undefined }, service.now(), () => false)
    return 200
  },
}
