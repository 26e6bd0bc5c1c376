// An organization whose batches of departures open an alert, to be restored, and who may have somebody's name by then.
import type { SamlPerson } from '@rollcall/simulator'
import { expect } from 'vitest'
import { checkGuards } from '../../packages/server/src/notices/guard.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { createBrowser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import type { Service } from '../harness/service.ts'
import { createCompany, setConnection } from '../harness/sso.ts'
import { createClient } from '../scim/client.ts'

const selectUser = (id: string) =>
  organizationQuery(({ db, organizationId }) =>
    db.selectFrom('user').selectAll().where('organization_id', '=', organizationId).where('id', '=', id),
  )

export type Stage = Awaited<ReturnType<typeof createStage>>

export async function createStage(service: Service) {
  const company = await createCompany(service)
  const { slug, id: organizationId } = company.organization
  const params = { slug }
  const deprovisionGuard = { people: 1, percent: 1, windowSeconds: 600 }
  const body = { mode: 'scim', unknownSignIns: 'create', deprovisionGuard } as const
  await service.admin.call('updateProvisioning', { params, body })
  await setConnection(service, organizationId, company.connection.id, {
    follows_directory: 1,
    anchor_rung: 'owner',
  })
  const contact = await openCaller(service, slug, 'contact')
  const made = await contact.browser.call('POST', `/organizations/${slug}/provisioning/keys`, { name: 'c' })
  const { token, key } = (await made.json()) as { token: string; key: { id: string } }
  const confirmed = await service.admin.call('createKey', { params, body: { name: 'directory' } })
  const clientOf = (one: string) =>
    createClient({ scimUrl: `${service.url}/scim/v2`, send: service.send, key: one } as never)
  const administrator = await openCaller(service, slug, 'administrator')
  const directory = clientOf(confirmed.token)
  const look = () =>
    checkGuards(service.database, { url: service.url, operatorMail: undefined }, service.now(), () => false)
  // Somebody goes with them, so that it is a batch.
  const beside = await directory.user('beside@acme.test')
  return {
    company,
    slug,
    directory,
    unconfirmed: clientOf(token),
    confirmKey: () => service.admin.call('confirmKey', { params: { slug, id: key.id } }),
    async letGo(id: string) {
      for (const one of [id, beside])
        expect((await directory.send('DELETE', `/Users/${one}`)).status).toBe(204)
    },
    url: service.url,
    send: service.send,
    look,
    async restore() {
      await look()
      const { alert } = await service.admin.call('getProvisioning', { params })
      return administrator.client.call('restoreAlert', { params: { slug, id: alert?.id ?? '' } })
    },
    administrator: administrator.client,
    anchor: (anchor_rung: 'contact' | 'owner') =>
      setConnection(service, organizationId, company.connection.id, { anchor_rung }),
    give: (id: string, role: 'owner' | 'admin') =>
      service.admin.call('updateUser', { params: { slug, id }, body: { role } }),
    read: async (id: string) =>
      (await service.database.readOrganization(createScope(organizationId), selectUser(id), {}))[0],
    async findNamed(userName: string) {
      const { items } = await service.admin.call('listUsers', { params, query: { search: userName } })
      return items.find((one) => one.userName === userName)?.id ?? ''
    },
    async eventsOf<T extends 'user.name_yielded' | 'user.blocked' | 'user.role_changed'>(type: T) {
      return (await service.admin.call('listEvents', { params, query: { type, limit: 200 } })).items
    },
    async signIn(
      person: { nameId: string; attributes?: SamlPerson['attributes'] },
      how: { readonly login?: string } = {},
    ) {
      const { browser } = await company.signIn({ attributes: {}, ...person }, how)
      const session = await browser.call('GET', '/session')
      if (session.status !== 200) return session.status
      return (await session.json()) as { role: string; userId: string } satisfies object
    },
  }
}

/** Who has the name of whoever was removed, by the time that they are brought back. */
const holders = {
  'a sign-in by a connection of a contact': async (stage: Stage, name: string) => {
    await stage.anchor('contact')
    expect(await stage.signIn({ nameId: 'mallory', attributes: { email: [name] } })).toMatchObject({
      role: 'member',
    })
    await stage.anchor('owner')
  },
  'a sign-in by a connection of an owner': async (stage: Stage, name: string) => {
    expect(await stage.signIn({ nameId: 'mallory', attributes: { email: [name] } })).toMatchObject({
      role: 'member',
    })
  },
  'a sign-in, claimed by the directory': async (stage: Stage, name: string) => {
    expect(await stage.signIn({ nameId: 'mallory', attributes: { email: [name] } })).toMatchObject({
      role: 'member',
    })
    await stage.directory.user(name, { externalId: 'e-another' })
  },
  'a sign-in, claimed by an unconfirmed key': async (stage: Stage, name: string) => {
    expect(await stage.signIn({ nameId: 'mallory', attributes: { email: [name] } })).toMatchObject({
      role: 'member',
    })
    await stage.unconfirmed.user(name, { externalId: 'e-another' })
  },
  'an unconfirmed key': async (stage: Stage, name: string) => {
    await stage.unconfirmed.user(name)
  },
  'the directory': async (stage: Stage, name: string) => {
    await stage.directory.user(name, { externalId: 'e-another' })
  },
  'an import': async (stage: Stage, name: string) => {
    const params = { slug: stage.slug }
    await stage.administrator.call('importUsers', {
      params,
      body: { dryRun: false, users: [{ userName: name }] },
    })
  },
  'an invitation': async (stage: Stage, name: string) => {
    const params = { slug: stage.slug }
    const body = { email: name, role: 'member', days: 7 } as const
    const { url } = await stage.administrator.call('createInvitation', { params, body })
    const browser = createBrowser(stage.url, stage.send)
    const token = url?.split('token=')[1]
    expect((await browser.call('POST', '/invitation-acceptances', { token })).status).toBe(200)
  },
} as const

/** What whoever was removed had been. */
const standings = {
  'a member': async () => {},
  'an administrator by hand': (stage: Stage, id: string) => stage.give(id, 'admin'),
  'an administrator by a rule': async (stage: Stage, id: string) => {
    const params = { slug: stage.slug }
    const mappings = [{ group: 'Admins', role: 'admin' as const }]
    await stage.administrator.call('putRoleMappings', { params, body: { mappings } })
    await stage.directory.group('Admins', [id])
  },
  'an owner': (stage: Stage, id: string) => stage.give(id, 'owner'),
} as const

export interface Case {
  readonly holder: keyof typeof holders
  readonly standing: keyof typeof standings
}

export function listCases(): readonly Case[] {
  const all = Object.keys(holders) as Case['holder'][]
  return (Object.keys(standings) as Case['standing'][]).flatMap((standing) =>
    all.map((holder) => ({ holder, standing })),
  )
}

/** Who has the name after a restoration, as what. */
export async function run(service: Service, { holder, standing }: Case) {
  const stage = await createStage(service)
  const person = stage.company.person('boss')
  const name = person.nameId
  const id = await stage.directory.user(name, { externalId: 'e-boss', emails: [{ value: name }] })
  await stage.signIn(person)
  await standings[standing](stage, id)
  await stage.letGo(id)
  await holders[holder](stage, name)
  const namesake = await stage.findNamed(name)
  const { skipped } = await stage.restore()
  const restored = await stage.read(id)
  const other = await stage.read(namesake)
  const yielded = (await stage.eventsOf('user.name_yielded')).map(({ subject, data }) => [subject.id, data])
  const comes = await stage.signIn(person)
  return {
    skipped,
    restored: restored === undefined ? undefined : [restored.user_name, restored.role],
    other: [other?.user_name, other?.role],
    yielded,
    comes: typeof comes === 'number' ? comes : [comes.userId, comes.role],
    ids: { id, namesake, name },
  }
}

/** Nobody above an identity provider, or a key that nobody has confirmed, said that the name is theirs. */
export function wantedOf(
  { holder, standing }: Case,
  { id, namesake, name }: Awaited<ReturnType<typeof run>>['ids'],
) {
  const role = standing === 'a member' ? 'member' : standing === 'an owner' ? 'owner' : 'admin'
  const isBySignIn = holder.startsWith('a sign-in') && holder !== 'a sign-in, claimed by the directory'
  const yields = holder === 'an unconfirmed key' || (role !== 'member' && isBySignIn)
  const ids = { id, namesake, name }
  const after = `${name} (2)`
  if (yields)
    return {
      skipped: 0,
      restored: [name, role],
      other: [after, 'member'],
      yielded: [[namesake, { before: name, after, restoredId: id }]],
      comes: [id, role],
      ids,
    }
  return { skipped: 1, restored: undefined, other: [name, 'member'], yielded: [], ids }
}

/** The account in which whoever was removed comes back before they are restored; undefined: the name is by right another's. */
const returns = {
  'a sign-in': async (stage: Stage, name: string) => {
    await stage.signIn({ nameId: 'anew', attributes: { email: [name] } })
    return stage.findNamed(name)
  },
  'a sign-in by the externalId': async (stage: Stage) => {
    const address = `other@${stage.company.domain}`
    await stage.signIn({ nameId: 'e-boss', attributes: { email: [address] } })
    return stage.findNamed(address)
  },
  'an import': async (stage: Stage, name: string) => {
    const users = [{ userName: 'anew', email: name }]
    await stage.administrator.call('importUsers', {
      params: { slug: stage.slug },
      body: { dryRun: false, users },
    })
    return stage.findNamed('anew')
  },
  'the directory': (stage: Stage, name: string) =>
    stage.directory.user('anew', { emails: [{ value: 'x@acme.test' }, { value: name.toUpperCase() }] }),
  'the directory, by the externalId': (stage: Stage) =>
    stage.directory.user('anew', { externalId: 'e-boss' }),
  'the directory, as somebody else': (stage: Stage, name: string) =>
    stage.directory.user('anew', { externalId: 'e-other', emails: [{ value: name }] }),
  'an unconfirmed key': (stage: Stage, name: string) =>
    stage.unconfirmed.user(name, { externalId: 'e-other' }),
  'an invitation': async (stage: Stage, name: string) => {
    await holders['an invitation'](stage, name)
    return stage.findNamed(name)
  },
} as const

const words = {
  blocked: (stage: Stage, id: string) =>
    stage.administrator.call('deactivateUser', { params: { slug: stage.slug, id } }),
  'blocked, and removed': async (stage: Stage, id: string) => {
    await words.blocked(stage, id)
    expect((await stage.directory.send('DELETE', `/Users/${id}`)).status).toBe(204)
  },
  'blocked, and unblocked': async (stage: Stage, id: string) => {
    await words.blocked(stage, id)
    return stage.administrator.call('reactivateUser', { params: { slug: stage.slug, id } })
  },
  'given their own role by hand': (stage: Stage, id: string) =>
    stage.administrator.call('updateUser', { params: { slug: stage.slug, id }, body: { role: 'member' } }),
  'of which nothing is said': async () => undefined,
} as const

export interface Return {
  readonly by: keyof typeof returns
  readonly word: keyof typeof words
  readonly standing: 'an administrator by hand' | 'an administrator by a rule'
}

export function listReturns(): readonly Return[] {
  const of = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[]
  const isManaged = (by: Return['by']) => by.startsWith('the directory')
  return (['an administrator by hand', 'an administrator by a rule'] as const).flatMap((standing) =>
    of(returns).flatMap((by) =>
      of(words)
        .filter((word) => word !== 'blocked, and removed' || isManaged(by))
        .map((word) => ({ by, word, standing })),
    ),
  )
}

/** Whether they are in, and as what, once they are restored by their alert. */
export async function runReturn(service: Service, { by, word, standing }: Return) {
  const stage = await createStage(service)
  const name = `boss@${stage.company.domain}`
  const id = await stage.directory.user(name, { externalId: 'e-boss', emails: [{ value: name }] })
  await standings[standing](stage, id)
  await stage.letGo(id)
  service.advance(1_000)
  const other = await returns[by](stage, name)
  await words[word](stage, other)
  await stage.restore()
  const row = await stage.read(id)
  if (row === undefined) return { there: false }
  const reasons = (await stage.eventsOf('user.blocked'))
    .filter(({ subject }) => subject.id === id)
    .map(({ data }) => data.reason)
  return { there: true, isBlocked: row.blocked_at !== null, role: row.role, reasons }
}

export function wantedReturn({ by, word }: Return) {
  // An accepted invitation has the name by a word of its own.
  if (by === 'an invitation') return { there: false }
  const isSame = by !== 'the directory, as somebody else'
  const isBlocked = isSame && (word === 'blocked' || word === 'blocked, and removed')
  const isLowered = isSame && word === 'given their own role by hand'
  const role = isLowered ? 'member' : 'admin'
  return { there: true, isBlocked, role, reasons: isBlocked ? ['came_back'] : [] }
}
