// What an administrator said of somebody whom the directory then removes and makes anew: how the account was made, what was said of it,
// and the door by which the person comes back, each with each.
import { expect } from 'vitest'
import { openCaller } from '../harness/callers.ts'
import type { Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'
import { createClient, groupUrn, patchOp, type ScimClient, userUrn } from '../scim/client.ts'

/** Somebody, by whatever they are called. */
export interface Somebody {
  readonly n: number
  readonly address: string
  readonly externalId: string
}

export type Stage = Awaited<ReturnType<typeof createStage>>

/** How the account came to be that is removed. */
const origins = {
  provisioned: (stage: Stage, { address, externalId }: Somebody) =>
    stage.directory.user(address, { externalId, emails: [{ value: address }] }),
  'provisioned without an externalId': (stage: Stage, { address, n }: Somebody) =>
    stage.directory.user(`p-${n}`, { emails: [{ value: address }] }),
  'claimed after a sign-in': async (stage: Stage, { address, externalId, n }: Somebody) => {
    expect((await stage.signIn(`first-${n}`, address)).role).toBe('member')
    return stage.directory.user(address, { externalId, emails: [{ value: address }] })
  },
}

/** By which the person comes back; returns the account. Undefined: the origin leaves nothing that the door asks for. */
const doors = {
  'a POST with the externalId': (stage: Stage, { address, externalId }: Somebody) =>
    stage.directory.user(address, { externalId, emails: [{ value: address }] }),
  'a POST with the externalId and all else another': (stage: Stage, { externalId, n }: Somebody) =>
    stage.directory.user(`else-${n}@${stage.company.domain}`, {
      externalId,
      emails: [{ value: `else-${n}@${stage.company.domain}` }],
    }),
  'a POST of the name alone': (stage: Stage, { address }: Somebody) => stage.directory.user(address),
  'a POST of the address under another name': (stage: Stage, { address, n }: Somebody) =>
    stage.directory.user(`q-${n}`, { emails: [{ value: address.toUpperCase() }] }),
  Bulk: async (stage: Stage, { address, externalId }: Somebody) => {
    const data = { schemas: [userUrn], userName: address, externalId, emails: [{ value: address }] }
    const { body } = await stage.directory.send('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [{ method: 'POST', path: '/Users', bulkId: 'one', data }],
    })
    const [done] = body.Operations as { status: string; location: string }[]
    expect(done?.status).toBe('201')
    return done?.location.split('/').at(-1) ?? ''
  },
  'an unconfirmed key that says another externalId': (stage: Stage, { address, n }: Somebody) =>
    stage.unconfirmed.user(address, { externalId: `other-${n}`, emails: [{ value: address }] }),
  'a first sign-in': async (stage: Stage, { address, n }: Somebody) => {
    await stage.signIn(`after-${n}`, address)
    return stage.idOf(address)
  },
  'an import': async (stage: Stage, { address, n }: Somebody) => {
    const users = [{ userName: `i-${n}`, email: address }]
    await stage.administrator.call('importUsers', { params: stage.params, body: { dryRun: false, users } })
    return stage.idOf(`i-${n}`)
  },
} as const

export type Origin = keyof typeof origins
export type Door = keyof typeof doors

/** Before the removal; the last one is said of nobody. */
const words = {
  'blocked as a member': async (stage: Stage, id: string) => {
    await stage.administrator.call('deactivateUser', { params: { ...stage.params, id } })
  },
  'blocked as an administrator': async (stage: Stage, id: string) => {
    await stage.give(id, 'admin')
    await stage.administrator.call('deactivateUser', { params: { ...stage.params, id } })
  },
  'given a lower role by hand': async (stage: Stage, id: string) => {
    await stage.give(id, 'admin')
    await stage.administrator.call('updateUser', {
      params: { ...stage.params, id },
      body: { role: 'member' },
    })
  },
  'blocked, and unblocked': async (stage: Stage, id: string) => {
    const of = { params: { ...stage.params, id } }
    await stage.administrator.call('deactivateUser', of)
    await stage.administrator.call('reactivateUser', of)
  },
  'of whom nothing was said': async () => {},
} as const

export type Word = keyof typeof words

export interface Case {
  readonly origin: Origin
  readonly word: Word
  readonly door: Door
}

const isOf = ({ origin, door }: Pick<Case, 'origin' | 'door'>): boolean =>
  !(door === 'a POST with the externalId and all else another' && origin.includes('without')) &&
  // Neither name nor address is the same, nor is there an externalId: nobody can say that it is they.
  !(door === 'a POST of the name alone' && origin.includes('without'))

export function listCases(): readonly Case[] {
  const of = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[]
  return of(origins).flatMap((origin) =>
    of(words).flatMap((word) =>
      of(doors)
        .filter((door) => isOf({ origin, door }))
        .map((door) => ({ origin, word, door })),
    ),
  )
}

type Told =
  | 'user.provisioned'
  | 'user.blocked'
  | 'user.unblocked'
  | 'user.role_confirmed'
  | 'user.role_changed'

let people = 0

/** An organization in SCIM mode with a confirmed key, an unconfirmed one, an administrator, and a rule that makes administrators. */
export async function createStage(service: Service) {
  const company = await createCompany(service)
  const { slug } = company.organization
  const params = { slug }
  const body = { mode: 'scim', unknownSignIns: 'create' } as const
  await service.admin.call('updateProvisioning', { params, body })
  const mappings = [{ group: 'Admins', role: 'admin' as const }]
  await service.admin.call('putRoleMappings', { params, body: { mappings } })
  const contact = await openCaller(service, slug, 'contact')
  const made = await contact.browser.call('POST', `/organizations/${slug}/provisioning/keys`, { name: 'c' })
  const unconfirmed = ((await made.json()) as { token: string }).token
  const { token } = await service.admin.call('createKey', { params, body: { name: 'directory' } })
  const scimOf = (key: string): ScimClient =>
    createClient({ scimUrl: `${service.url}/scim/v2`, send: service.send, key } as never)
  const directory = scimOf(token)
  const administrator = (await openCaller(service, slug, 'administrator')).client
  const group = await directory.send('POST', '/Groups', { schemas: [groupUrn], displayName: 'Admins' })
  const stage = {
    service,
    company,
    params,
    directory,
    unconfirmed: scimOf(unconfirmed),
    administrator,
    give: async (id: string, role: 'admin' | 'member') => {
      await service.admin.call('updateUser', { params: { slug, id }, body: { role } })
    },
    /** Who somebody comes in as, or why they do not. */
    async signIn(nameId: string, address: string) {
      const { browser } = await company.signIn({ nameId, attributes: { email: [address] } })
      const session = await browser.call('GET', '/session')
      if (session.status === 200) return { role: ((await session.json()) as { role: string }).role }
      await service.flushActivity()
      const query = { kind: 'sign_in', limit: 1 } as const
      const { items } = await service.admin.call('listActivity', { params, query })
      return { code: items[0]?.code ?? '', explanation: items[0]?.explanation ?? '' }
    },
    async idOf(search: string) {
      const { items } = await service.admin.call('listUsers', { params, query: { search } })
      expect(items).toHaveLength(1)
      return items[0]?.id ?? ''
    },
    read: (id: string) => service.admin.call('getUser', { params: { slug, id } }),
    async eventsOf(id: string, type: Told) {
      const { items } = await service.admin.call('listEvents', { params, query: { type, limit: 200 } })
      return items
        .filter(({ subject }) => subject.id === id)
        .map(({ data }) => data as Record<string, unknown>)
    },
    toSomebody(): Somebody {
      people += 1
      const n = people
      return { n, address: `p-${n}@${company.domain}`, externalId: `e-${n}` }
    },
    // The tables speak of this type, so it says nothing of their keys.
    begin: (origin: string, somebody: Somebody): Promise<string> =>
      origins[origin as Origin](stage, somebody),
    say: (word: string, id: string): Promise<void> => words[word as Word](stage, id),
    comeBack: (door: string, somebody: Somebody): Promise<string> => doors[door as Door](stage, somebody),
    async remove(id: string) {
      expect((await directory.send('DELETE', `/Users/${id}`)).status).toBe(204)
    },
    async join(id: string, op: 'add' | 'remove' = 'add') {
      const Operations = [{ op, path: 'members', value: [{ value: id }] }]
      const change = { schemas: [patchOp], Operations }
      expect((await directory.send('PATCH', `/Groups/${group.body.id}`, change)).status).toBeLessThan(300)
    },
  }
  return stage
}

/** What becomes of one who comes back; the group's rule says that they administer. */
export async function run(stage: Stage, { origin, word, door }: Case) {
  const somebody = stage.toSomebody()
  const first = await stage.begin(origin, somebody)
  await stage.say(word, first)
  await stage.remove(first)
  const id = await stage.comeBack(door, somebody)
  expect(id).not.toBe(first)
  const made = await stage.read(id)
  const isBlocked = made.blockedAt !== null
  const [provisioned] = await stage.eventsOf(id, 'user.provisioned')
  const blocked = await stage.eventsOf(id, 'user.blocked')
  await stage.join(id)
  // Without an address nobody finds it by a sign-in: what it is says enough.
  const hasAddress = made.email !== null
  const come = () => stage.signIn(`after-${somebody.n}`, (made.email ?? '').toLowerCase())
  const refused = isBlocked && hasAddress ? await come() : undefined
  if (isBlocked) await stage.administrator.call('reactivateUser', { params: { ...stage.params, id } })
  const after = hasAddress ? await come() : { role: (await stage.read(id)).role }
  return {
    isBlocked,
    heardActive: (provisioned?.state as { active: boolean } | undefined)?.active,
    reasons: blocked.map(({ reason }) => reason),
    code: refused?.code,
    role: after.role ?? after.code,
  }
}

/** By the words alone, whatever the door. */
export function wantedOf({ word, door }: Case) {
  const isBlocked = word === 'blocked as a member' || word === 'blocked as an administrator'
  const hasAddress = door !== 'a POST of the name alone'
  return {
    isBlocked,
    heardActive: !isBlocked,
    reasons: isBlocked ? ['came_back'] : [],
    code: isBlocked && hasAddress ? 'user_blocked' : undefined,
    // Whom nobody but an unconfirmed key calls so, no group makes an administrator.
    role: word === 'given a lower role by hand' || door.startsWith('an unconfirmed key') ? 'member' : 'admin',
  }
}

/** An account that is there, or was, beside which the person comes by another one. */
const besides = {
  'who signed in': async (stage: Stage, { address, n }: Somebody) => {
    await stage.signIn(`own-${n}`, address)
    return stage.idOf(address)
  },
  provisioned: (stage: Stage, { address, externalId }: Somebody) =>
    stage.directory.user(address, { externalId, emails: [{ value: address }] }),
  'provisioned without an externalId': (stage: Stage, { address }: Somebody) =>
    stage.directory.user(address, { emails: [{ value: address }] }),
} as const

const call = async (client: ScimClient, id: string, value: object) => {
  const Operations = [{ op: 'replace', value }]
  const { status } = await client.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations })
  expect(status).toBeLessThan(300)
  return id
}
const mailOf = ({ address }: Somebody) => ({ emails: [{ value: address }] })

/** `says`: what the account has as externalId by then, by a word that counts. */
const ways = {
  'a POST of the address': {
    says: undefined,
    go: (stage: Stage, one: Somebody) => stage.directory.user(`w-${one.n}`, mailOf(one)),
  },
  'a POST of the address, with another externalId': {
    says: 'another',
    go: (stage: Stage, one: Somebody) =>
      stage.directory.user(`w-${one.n}`, { ...mailOf(one), externalId: `x-${one.n}` }),
  },
  'a POST of the externalId': {
    says: 'the same',
    go: (stage: Stage, one: Somebody) => stage.directory.user(`w-${one.n}`, { externalId: one.externalId }),
  },
  'an unconfirmed key that says another externalId': {
    says: undefined,
    go: (stage: Stage, one: Somebody) =>
      stage.unconfirmed.user(`w-${one.n}`, { ...mailOf(one), externalId: `x-${one.n}` }),
  },
  'an import': {
    says: undefined,
    go: async (stage: Stage, { address, n }: Somebody) => {
      const users = [{ userName: `w-${n}`, email: address }]
      await stage.administrator.call('importUsers', { params: stage.params, body: { dryRun: false, users } })
      return stage.idOf(`w-${n}`)
    },
  },
  'a PATCH of the address': {
    says: undefined,
    go: async (stage: Stage, one: Somebody) =>
      call(stage.directory, await stage.directory.user(`w-${one.n}`), mailOf(one)),
  },
  'a PATCH of the address, of an account with another externalId': {
    says: 'another',
    go: async (stage: Stage, one: Somebody) =>
      call(
        stage.directory,
        await stage.directory.user(`w-${one.n}`, { externalId: `x-${one.n}` }),
        mailOf(one),
      ),
  },
  'a PATCH of the externalId': {
    says: 'the same',
    go: async (stage: Stage, one: Somebody) =>
      call(stage.directory, await stage.directory.user(`w-${one.n}`), { externalId: one.externalId }),
  },
  'a PATCH of the address by an unconfirmed key': {
    says: undefined,
    go: async (stage: Stage, one: Somebody) =>
      call(
        stage.unconfirmed,
        await stage.unconfirmed.user(`w-${one.n}`, { externalId: `x-${one.n}` }),
        mailOf(one),
      ),
  },
  'a claim that brings the address': {
    says: undefined,
    go: async (stage: Stage, one: Somebody) => {
      const users = [{ userName: `w-${one.n}` }]
      await stage.administrator.call('importUsers', { params: stage.params, body: { dryRun: false, users } })
      return stage.directory.user(`w-${one.n}`, mailOf(one))
    },
  },
} as const

const saids = {
  blocked: words['blocked as a member'],
  'given their own role by hand': async (stage: Stage, id: string) => {
    await stage.administrator.call('updateUser', {
      params: { ...stage.params, id },
      body: { role: 'member' },
    })
  },
  'blocked, and unblocked': words['blocked, and unblocked'],
} as const

export interface Beside {
  readonly beside: keyof typeof besides
  readonly said: keyof typeof saids
  readonly way: keyof typeof ways
  readonly isRemoved: boolean
}

export function listBesides(): readonly Beside[] {
  const of = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[]
  return of(besides).flatMap((beside) =>
    of(saids).flatMap((said) =>
      of(ways)
        .filter((way) => ways[way].says !== 'the same' || beside === 'provisioned')
        .flatMap((way) =>
          [false, true]
            .filter((isRemoved) => !isRemoved || beside !== 'who signed in')
            .map((isRemoved) => ({ beside, said, way, isRemoved })),
        ),
    ),
  )
}

/** What became of the other account; the group's rule says that it administers. */
export async function runBeside(stage: Stage, { beside, said, way, isRemoved }: Beside) {
  const somebody = stage.toSomebody()
  const first = await besides[beside](stage, somebody)
  await saids[said](stage, first)
  if (isRemoved) await stage.remove(first)
  const id = await ways[way].go(stage, somebody)
  expect(id).not.toBe(first)
  await stage.join(id)
  const { blockedAt, role } = await stage.read(id)
  const reasons = (await stage.eventsOf(id, 'user.blocked')).map(({ reason }) => reason)
  return { isBlocked: blockedAt !== null, reasons, role }
}

export function wantedBeside({ beside, said, way }: Beside) {
  const isSame = ways[way].says !== 'another' || beside !== 'provisioned'
  const isBlocked = isSame && said === 'blocked'
  const isLowered = isSame && said === 'given their own role by hand'
  // Whom an unconfirmed key has made no group makes an administrator.
  const isPlain = isLowered || way.includes('unconfirmed key')
  return { isBlocked, reasons: isBlocked ? ['came_back'] : [], role: isPlain ? 'member' : 'admin' }
}
