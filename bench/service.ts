// The service under measurement: one organization, loaded through SCIM, and the requests that identity providers send.
import { createClient } from '@rollcall/api'
import type { Ask } from './measure.ts'
import type { Target } from './target.ts'

export const operatorKey = 'operator-key-for-the-benchmark-0123456789'
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

export const serviceSettings = {
  HOST: '127.0.0.1',
  ROLLCALL_OPERATOR_KEY: operatorKey,
  ROLLCALL_SCIM_RATE: '1000000',
  ROLLCALL_ANONYMOUS_RATE: '1000000',
  ROLLCALL_LOG_LEVEL: 'warn',
  ROLLCALL_SECRET_KEY: 'secret-key-for-benchmarks-0123456789abcdef',
}

export interface Directory {
  readonly headers: Record<string, string>
  readonly ids: string[]
  /** Groups of ten. */
  readonly groups: string[]
}

export async function createDirectory(target: Target): Promise<Directory> {
  const admin = createClient({ baseUrl: target.url, operatorKey, send: (request) => fetch(request) })
  const params = { slug: 'acme' }
  await admin.call('createOrganization', { body: { name: 'Acme', slug: 'acme', requireSso: false } })
  await admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
  const { token } = await admin.call('createKey', { params, body: { name: 'benchmark' } })
  return {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
    ids: [],
    groups: [],
  }
}

/** The body that Okta creates a person with. */
export function renderPerson(at: number, displayName = 'Test User'): string {
  const address = `person-${at}@acme.test`
  return JSON.stringify({
    schemas: [userUrn],
    userName: address,
    name: { givenName: 'Test', familyName: 'User' },
    emails: [{ primary: true, value: address, type: 'work' }],
    displayName,
    locale: 'en-US',
    externalId: `00u${at}`,
    groups: [],
    password: '1mz050nq',
    active: true,
  })
}

/** Creates people until there are `count`. */
export async function load(target: Target, directory: Directory, count: number): Promise<void> {
  let next = directory.ids.length
  const caller = async (): Promise<void> => {
    while (next < count) {
      const at = next
      next += 1
      const { body } = await target.pool.request({
        method: 'POST',
        path: '/scim/v2/Users',
        headers: directory.headers,
        body: renderPerson(at),
      })
      directory.ids[at] = ((await body.json()) as { id: string }).id
    }
  }
  await Promise.all(Array.from({ length: 16 }, caller))
}

/** Creates groups until there are `count`, with ten members each. */
export async function loadGroups(target: Target, directory: Directory, count: number): Promise<void> {
  for (let at = directory.groups.length; at < count; at += 1) {
    const members = directory.ids.slice(at * 10, at * 10 + 10).map((value) => ({ value }))
    const { body } = await target.pool.request({
      method: 'POST',
      path: '/scim/v2/Groups',
      headers: directory.headers,
      body: JSON.stringify({ schemas: [groupUrn], displayName: `Group ${at}`, members }),
    })
    directory.groups.push(((await body.json()) as { id: string }).id)
  }
}

export const scenarios = [
  'get',
  'filter',
  'create',
  'PATCH',
  'PUT',
  'list of 100',
  'cursor of 100',
  'member',
  'bulk of 100',
  'Okta mix',
  'Entra mix',
] as const
export type Scenario = (typeof scenarios)[number]

/** The next request of a scenario, each about another person. */
export function createAsk(scenario: Scenario, directory: Directory, from: number): () => Ask {
  const { headers, ids } = directory
  const count = ids.length
  let turn = 0
  // A stride that is prime to every count visits everybody before anybody twice.
  const next = (): number => {
    turn += 1
    return (turn * 7_919) % count
  }
  switch (scenario) {
    case 'get':
      return () => ({ method: 'GET', path: `/scim/v2/Users/${ids[next()]}`, headers })
    case 'filter':
      return () => ({
        method: 'GET',
        path: `/scim/v2/Users?filter=userName%20eq%20%22person-${next()}%40acme.test%22&startIndex=1&count=100`,
        headers,
      })
    case 'create':
      return () => ({ method: 'POST', path: '/scim/v2/Users', headers, body: renderPerson(from + turn++) })
    case 'PATCH':
      return () => {
        const at = next()
        const isActive = Math.floor(turn / count) % 2 === 1
        const body = JSON.stringify({
          schemas: [patchUrn],
          Operations: [{ op: 'replace', value: { active: isActive } }],
        })
        return { method: 'PATCH', path: `/scim/v2/Users/${ids[at]}`, headers, body }
      }
    case 'PUT':
      return () => {
        const at = next()
        return {
          method: 'PUT',
          path: `/scim/v2/Users/${ids[at]}`,
          headers,
          body: renderPerson(at, `Name ${turn}`),
        }
      }
    case 'list of 100':
      return () => ({ method: 'GET', path: '/scim/v2/Users?startIndex=1&count=100', headers })
    case 'cursor of 100':
      return () => ({ method: 'GET', path: '/scim/v2/Users?cursor=&count=100', headers })
    case 'member':
      return () => createMemberPatch(directory, next(), Math.floor(turn / directory.groups.length) % 2 === 0)
    case 'bulk of 100':
      return () => createBulk(directory, from + 10_000_000 + 100 * turn++)
    case 'Okta mix':
      return createMix(directory, from + 20_000_000, oktaMix)
    case 'Entra mix':
      return createMix(directory, from + 30_000_000, entraMix)
  }
}

function createMemberPatch({ headers, ids, groups }: Directory, at: number, isAdding: boolean): Ask {
  const member = ids[at] as string
  const operation = isAdding
    ? { op: 'add', path: 'members', value: [{ value: member }] }
    : { op: 'remove', path: `members[value eq "${member}"]` }
  const body = JSON.stringify({ schemas: [patchUrn], Operations: [operation] })
  return { method: 'PATCH', path: `/scim/v2/Groups/${groups[at % groups.length]}`, headers, body }
}

function createBulk({ headers }: Directory, from: number): Ask {
  const operations = Array.from({ length: 100 }, (_unused, at) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${at}`,
    data: JSON.parse(renderPerson(from + at)) as unknown,
  }))
  const body = JSON.stringify({ schemas: [bulkUrn], Operations: operations })
  return { method: 'POST', path: '/scim/v2/Bulk', headers, body }
}

type Mix = readonly (readonly [Scenario, number])[]
/** Twentieths. Okta reads before it writes. */
const oktaMix: Mix = [
  ['filter', 5],
  ['get', 6],
  ['PUT', 6],
  ['create', 2],
  ['member', 1],
]
/** 60 % matches, 25 % PATCH, 10 % creates, 5 % members. */
const entraMix: Mix = [
  ['filter', 12],
  ['PATCH', 5],
  ['create', 2],
  ['member', 1],
]

function createMix(directory: Directory, from: number, mix: Mix): () => Ask {
  const asks = mix.map(([scenario, share]) => ({ ask: createAsk(scenario, directory, from), share }))
  const turns = asks.flatMap(({ ask, share }) => Array.from({ length: share }, () => ask))
  let turn = 0
  return () => {
    turn += 1
    // A stride that is prime to twenty takes the kinds in turn rather than one after the other.
    return (turns[(turn * 7) % turns.length] as () => Ask)()
  }
}
