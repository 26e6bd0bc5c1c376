// The service under measurement: one organization, loaded through SCIM.
import { createClient } from '@rollcall/api'
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

/** What is known of the people and the group behind one SCIM endpoint, so that each request changes something. */
export interface Directory {
  /** Path of the SCIM endpoint. */
  readonly base: string
  readonly headers: Record<string, string>
  readonly ids: string[]
  /** The group that everybody is in; undefined before it is made. */
  everyone: string | undefined
  /** Who has been taken out of that group, by their place among the ids. */
  readonly left: Set<number>
  /** Who has been made inactive. */
  readonly inactive: Set<number>
  /** A number that no request has had. */
  next(): number
}

export function createDirectoryAt(base: string, headers: Record<string, string>): Directory {
  let turn = 0
  const next = (): number => turn++
  return { base, headers, ids: [], everyone: undefined, left: new Set(), inactive: new Set(), next }
}

export async function createDirectory(target: Target, slug = 'acme'): Promise<Directory> {
  const admin = createClient({ baseUrl: target.url, operatorKey, send: (request) => fetch(request) })
  const params = { slug }
  await admin.call('createOrganization', { body: { name: 'Acme', slug, requireSso: false } })
  await admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
  const { token } = await admin.call('createKey', { params, body: { name: 'benchmark', profile: 'okta' } })
  return createDirectoryAt('/scim/v2', {
    authorization: `Bearer ${token}`,
    'content-type': 'application/scim+json',
  })
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

/** Creates people one by one until there are `count`. */
export async function load(target: Target, directory: Directory, count: number): Promise<void> {
  await loadWith(16, directory.ids.length, count, 1, async (at) => {
    const made = await ask(target, directory, 'POST', '/Users', renderPerson(at))
    directory.ids[at] = (made as { id: string }).id
  })
}

const peopleOfBulk = 500

/** Creates people by Bulk, four requests at a time, until there are `count`. */
export async function loadByBulk(target: Target, directory: Directory, count: number): Promise<void> {
  await loadWith(4, directory.ids.length, count, peopleOfBulk, async (from) => {
    const people = Math.min(peopleOfBulk, count - from)
    const done = (await ask(target, directory, 'POST', '/Bulk', renderBulk(from, people))) as {
      Operations: { status: string; location?: string }[]
    }
    for (const [at, operation] of done.Operations.entries()) {
      const { status, location } = operation
      if (status !== '201' || location === undefined)
        throw new Error(`person ${from + at} was not made: ${JSON.stringify(operation)}`)
      directory.ids[from + at] = location.slice(location.lastIndexOf('/') + 1)
    }
  })
}

async function loadWith(
  callers: number,
  from: number,
  to: number,
  step: number,
  create: (at: number) => Promise<void>,
): Promise<void> {
  let next = from
  const caller = async (): Promise<void> => {
    while (next < to) {
      const at = next
      next += step
      await create(at)
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

export function renderBulk(from: number, count: number): string {
  const operations = Array.from({ length: count }, (_unused, at) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${at}`,
    data: JSON.parse(renderPerson(from + at)) as unknown,
  }))
  return JSON.stringify({ schemas: [bulkUrn], Operations: operations })
}

/** Puts every other person into eight groups. */
export async function loadGroups(target: Target, directory: Directory): Promise<void> {
  const half = directory.ids.filter((_id, at) => at % 2 === 0)
  for (let at = 0; at < 8; at += 1) await createGroup(target, directory, `Group ${at}`, half)
}

/** Makes the group that everybody is in, from which requests then take people and to which they give them back. */
export async function loadEveryone(
  target: Target,
  directory: Directory,
  membersOfPatch?: number,
): Promise<void> {
  directory.everyone = await createGroup(target, directory, 'Everyone', directory.ids, membersOfPatch)
}

async function createGroup(
  target: Target,
  directory: Directory,
  displayName: string,
  ids: readonly string[],
  membersOfPatch = 1_000,
): Promise<string> {
  const members = (from: number) => ids.slice(from, from + membersOfPatch).map((value) => ({ value }))
  const body = JSON.stringify({ schemas: [groupUrn], displayName, members: members(0) })
  const { id } = (await ask(target, directory, 'POST', '/Groups', body)) as { id: string }
  for (let from = membersOfPatch; from < ids.length; from += membersOfPatch) {
    const operation = { op: 'add', path: 'members', value: members(from) }
    await ask(target, directory, 'PATCH', `/Groups/${id}`, renderPatch(operation))
  }
  return id
}

export function renderPatch(operation: object): string {
  return JSON.stringify({ schemas: [patchUrn], Operations: [operation] })
}

async function ask(
  target: Target,
  { base, headers }: Directory,
  method: 'POST' | 'PATCH',
  path: string,
  body: string,
): Promise<unknown> {
  const response = await target.pool.request({ method, path: `${base}${path}`, headers, body })
  const text = await response.body.text()
  if (response.statusCode >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}
