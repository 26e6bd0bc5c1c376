// Administrators are who somebody said they were: what a directory writes to their account afterwards brings nobody else into it. How they
// became one, what is written since, and by which connection somebody comes with it, each with each.
import type { Client } from '@rollcall/api'
import { createSamlKey, createSamlProvider, type SamlProvider } from '@rollcall/simulator'
import { expect } from 'vitest'
import { createBrowser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import type { Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'
import { createClient, groupUrn, patchOp, userUrn } from '../scim/client.ts'

const key = createSamlKey()
let people = 0
let stages = 0

export type Stage = Awaited<ReturnType<typeof createStage>>

/** What an account is called, and what somebody says who signs in as it. */
interface Names {
  readonly userName: string
  readonly externalId: string
  readonly address: string
}

/** Two connections that speak for the domain; the first follows the directory. */
export async function createStage(service: Service) {
  const company = await createCompany(service)
  const { slug } = company.organization
  const params = { slug }
  const call = service.admin
  await call.call('updateProvisioning', { params, body: { mode: 'scim', unknownSignIns: 'create' } })
  const mappings = [{ group: 'Admins', role: 'admin' as const }]
  await call.call('putRoleMappings', { params, body: { mappings } })
  const { token } = await call.call('createKey', { params, body: { name: 'directory' } })
  const directory = createClient({
    scimUrl: `${service.url}/scim/v2`,
    send: service.send,
    key: token,
  } as never)
  stages += 1
  const second = createSamlProvider({ baseUrl: `https://second-${stages}.test`, key, now: service.now })
  const made = await call.call('createConnection', {
    params,
    body: { name: 'Second', identityProvider: 'okta', metadataXml: second.metadata(), isActive: true },
  })
  const [domain] = (await call.call('listDomains', { params })).items
  await call.call('updateDomain', {
    params: { slug, id: domain?.id ?? '' },
    body: { connectionIds: [company.connection.id, made.id] },
  })
  const administrator = (await openCaller(service, slug, 'administrator')).client
  const group = (await directory.send('POST', '/Groups', { schemas: [groupUrn], displayName: 'Admins' })).body
    .id
  const give = (client: Client, id: string, role: 'admin' | 'member') =>
    client.call('updateUser', { params: { slug, id }, body: { role } })
  return {
    service,
    company,
    params,
    administrator,
    directory,
    connections: {
      first: { id: company.connection.id, provider: company.provider },
      second: { id: made.id, provider: second },
    } as const,
    give,
    toNames(): Names {
      people += 1
      const n = people
      return { userName: `boss-${n}`, externalId: `e-${n}`, address: `boss-${n}@${company.domain}` }
    },
    provision: ({ userName, externalId, address }: Names) =>
      directory.user(userName, { externalId, emails: [{ value: address, primary: true }] }),
    async write(id: string, value: object) {
      const change = { schemas: [patchOp], Operations: [{ op: 'replace', value }] }
      expect((await directory.send('PATCH', `/Users/${id}`, change)).status).toBe(200)
    },
    async join(id: string) {
      const Operations = [{ op: 'add', path: 'members', value: [{ value: id }] }]
      await directory.send('PATCH', `/Groups/${group}`, { schemas: [patchOp], Operations })
    },
    /** Who they come in as, or why they do not. */
    async come(
      nameId: string,
      address: string,
      by: { readonly id: string; readonly provider: SamlProvider },
      browser = createBrowser(service.url, service.send),
    ) {
      const left = await browser.open(`/saml/${by.id}/login`)
      const answer = await by.provider.answer(left.url, { nameId, attributes: { email: [address] } })
      const page = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      const session = await browser.call('GET', '/session')
      if (session.status === 200) {
        const { role, userId } = (await session.json()) as { role: string; userId: string }
        return { role, userId, page, browser }
      }
      await service.flushActivity()
      const { items } = await call.call('listActivity', { params, query: { kind: 'sign_in', limit: 1 } })
      return { code: items[0]?.code ?? '', explanation: items[0]?.explanation ?? '', page, browser }
    },
    async needsOf(id: string) {
      const { items } = await call.call('listOperatorNeeds', {})
      return items.filter(({ subjectId }) => subjectId === id).map(({ kind }) => kind)
    },
  }
}

/** How they became an administrator; returns the account. */
const origins = {
  'by hand, by an administrator': async (stage: Stage, names: Names) => {
    const id = await stage.provision(names)
    await stage.give(stage.administrator, id, 'admin')
    return id
  },
  'by hand, over a rule that made them one': async (stage: Stage, names: Names) => {
    const id = await stage.provision(names)
    await stage.give(stage.service.admin, id, 'admin')
    await stage.join(id)
    return id
  },
  'by an invitation, claimed since': async (stage: Stage, names: Names) => {
    const body = { email: names.address, role: 'admin', days: 7 } as const
    const { url } = await stage.administrator.call('createInvitation', { params: stage.params, body })
    const browser = createBrowser(stage.service.url, stage.service.send)
    const accepted = await browser.call('POST', '/invitation-acceptances', { token: url?.split('token=')[1] })
    expect(accepted.status).toBe(200)
    const claim = { schemas: [userUrn], userName: names.address, emails: [{ value: names.address }] }
    return (await stage.directory.send('POST', '/Users', claim)).body.id as string
  },
  'by hand, imported and claimed since': async (stage: Stage, names: Names) => {
    const users = [{ userName: names.userName, email: names.address }]
    await stage.administrator.call('importUsers', { params: stage.params, body: { dryRun: false, users } })
    const { items } = await stage.administrator.call('listUsers', {
      params: stage.params,
      query: { search: names.userName },
    })
    const id = items[0]?.id ?? ''
    await stage.give(stage.administrator, id, 'admin')
    const claim = { schemas: [userUrn], userName: names.userName, emails: [{ value: names.address }] }
    expect((await stage.directory.send('POST', '/Users', claim)).status).toBe(201)
    return id
  },
  'by a rule': async (stage: Stage, names: Names) => {
    const id = await stage.provision(names)
    await stage.join(id)
    return id
  },
  'not at all': (stage: Stage, names: Names) => stage.provision(names),
} as const

/** What the directory writes afterwards, and how whoever comes with it is called. */
const written = {
  'the address': async (stage: Stage, id: string, n: string) => {
    const address = `mallory-${n}@${stage.company.domain}`
    await stage.write(id, { emails: [{ value: address, primary: true }] })
    return { nameId: `opaque-${n}`, address }
  },
  'the externalId': async (stage: Stage, id: string, n: string) => {
    await stage.write(id, { externalId: `mallory-${n}` })
    return { nameId: `mallory-${n}`, address: `mallory-${n}@elsewhere.test` }
  },
  'the userName': async (stage: Stage, id: string, n: string) => {
    await stage.write(id, { userName: `mallory-${n}` })
    return { nameId: `mallory-${n}`, address: `mallory-${n}@elsewhere.test` }
  },
  'all of it': async (stage: Stage, id: string, n: string) => {
    const address = `mallory-${n}@${stage.company.domain}`
    await stage.write(id, { userName: address, externalId: `mallory-${n}`, emails: [{ value: address }] })
    return { nameId: `mallory-${n}`, address }
  },
} as const

export interface Case {
  readonly origin: keyof typeof origins
  readonly write: keyof typeof written
  /** `second, afterwards`: the person has signed in by the first one before. */
  readonly by: 'first' | 'second' | 'second, afterwards'
}

export function listCases(): readonly Case[] {
  const of = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[]
  return of(origins).flatMap((origin) =>
    of(written).flatMap((write) =>
      (['first', 'second', 'second, afterwards'] as const)
        // Only the first one follows the directory: by the other one nobody is found but by an address.
        .filter((by) => by === 'first' || write === 'the address' || write === 'all of it')
        .map((by) => ({ origin, write, by })),
    ),
  )
}

/** Somebody comes with what was written, and then the person with what was theirs. */
export async function run(stage: Stage, { origin, write, by }: Case) {
  const names = stage.toNames()
  const id = await origins[origin](stage, names)
  const n = id.slice(-8)
  const { first, second } = stage.connections
  if (by === 'second, afterwards') {
    const own = await stage.come(`own-${n}`, names.address, first)
    expect(own.userId).toBe(id)
  }
  const other = await written[write](stage, id, n)
  const comes = await stage.come(other.nameId, other.address, by === 'first' ? first : second)
  const account = await stage.service.admin.call('getUser', { params: { ...stage.params, id } })
  return {
    isTheirs: comes.userId === id,
    role: comes.role ?? comes.code,
    identities: account.identities.length,
    needs: await stage.needsOf(id),
  }
}

/** By hand somebody was meant; a rule says what the directory says. */
export function wantedOf({ origin, by }: Case) {
  const before = by === 'second, afterwards' ? 1 : 0
  if (origin !== 'by a rule' && origin !== 'not at all')
    return {
      isTheirs: false,
      role: 'administrator_must_link',
      identities: before,
      needs: ['administrator_unlinked'],
    }
  const role = origin === 'by a rule' ? 'admin' : 'member'
  return { isTheirs: true, role, identities: before + 1, needs: [] }
}
