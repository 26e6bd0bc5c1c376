// Which attributes of users this server keeps. Learned once: one that is refused or lost is one finding, however many checks
// would need it.

import { isJsonEqual, isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { enterpriseUserUrn, userUrn } from '../urn.ts'
import { type Answer, pick, pickObjects, pickText } from './answer.ts'
import { describedAs, findAttributes, requireAttributes } from './discovered.ts'
import { Blocked, expectThat, Inapplicable, isSuccess, Mismatch } from './expectation.ts'
import type { Server } from './server.ts'
import { freshMail, freshUser, merge, schemasOf } from './shape.ts'

/** Values that are tried together, and apart where they are refused together. */
async function candidates(server: Server): Promise<readonly JsonObject[]> {
  const mail = freshMail(server)
  const all: readonly JsonObject[] = [
    { externalId: server.unique('External') },
    { name: { givenName: 'Ada', familyName: 'Lovelace', middleName: 'B.' } },
    { displayName: 'Ada' },
    { nickName: 'Nick' },
    { title: 'Engineer' },
    { active: false },
    { emails: [{ value: mail.other, type: 'work', primary: true, display: 'Mail' }] },
    { emails: mail.two },
    { x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcN' }] },
    ...['employeeNumber', 'costCenter', 'organization', 'division', 'department'].map((name) => ({
      [enterpriseUserUrn]: { [name]: 'Tours' },
    })),
  ]
  const offered: JsonObject[] = []
  for (const one of all) offered.push(await onlyOffered(server, one))
  return offered.filter((one) => Object.keys(one).length > 0)
}

async function isOffered(server: Server, name: string): Promise<boolean> {
  return requireAttributes(server, userUrn, [name]).then(
    () => true,
    () => false,
  )
}

async function onlyOffered(server: Server, one: JsonObject): Promise<JsonObject> {
  const kept: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(one)) {
    if (!(await isOffered(server, name))) continue
    if (!isJsonObject(value) || name.startsWith('urn:')) kept[name] = value
    else {
      const parts: [string, JsonValue][] = []
      for (const part of Object.entries(value))
        if (await isOffered(server, `${name}.${part[0]}`)) parts.push(part)
      if (parts.length > 0) kept[name] = Object.fromEntries(parts)
    }
  }
  return kept
}

/** The attributes and sub-attributes that a body sets; `emails+` where it sets several values. */
export function namesIn(body: JsonObject): readonly string[] {
  return Object.entries(body).flatMap(([name, value]) => {
    if (['id', 'meta', 'groups', 'schemas', 'password', 'userName'].includes(name)) return []
    const separator = name.startsWith('urn:') ? ':' : '.'
    if (isJsonObject(value)) return Object.keys(value).map((part) => `${name}${separator}${part}`)
    if (!Array.isArray(value)) return [name]
    const parts = value.filter(isJsonObject).flatMap((one) => Object.keys(one))
    return [
      ...(value.length > 1 ? [`${name}+`] : []),
      ...[...new Set(parts)].map((part) => `${name}.${part}`),
    ]
  })
}

function valueAt(body: JsonObject, name: string): JsonValue | undefined {
  if (name.startsWith('urn:')) {
    const at = name.lastIndexOf(':')
    return pick(body, name.slice(0, at), name.slice(at + 1))
  }
  const [head = '', part] = name.replace('+', '').split('.')
  if (name.endsWith('+')) return pickObjects(body, head).length
  if (part === undefined) return pick(body, head)
  const value = pick(body, head)
  return Array.isArray(value)
    ? pickObjects(body, head).flatMap((one) => (one[part] === undefined ? [] : [one[part]]))
    : pick(value, part)
}

// Of several values any order and more are fine, and so are defaults: what was sent has to be among them.
function isKept(sent: JsonValue | undefined, came: JsonValue | undefined): boolean {
  if (Array.isArray(sent))
    return Array.isArray(came) && sent.every((one) => came.some((other) => isSame(one, other)))
  if (typeof sent === 'number' && typeof came === 'number') return came >= sent
  return isSame(sent, came)
}

// How texts are written is not the matter here: servers may canonicalize them.
function isSame(sent: JsonValue | undefined, came: JsonValue | undefined): boolean {
  return typeof sent === 'string' && typeof came === 'string'
    ? sent.toLowerCase() === came.toLowerCase()
    : isJsonEqual(sent, came)
}

interface Kept {
  readonly usable: ReadonlySet<string>
  readonly broken: ReadonlyMap<string, Mismatch>
}

async function tryOut(server: Server, more: JsonObject): Promise<Kept | Answer> {
  const body = merge(await freshUser(server), more)
  const answer = await server.post('/Users', { ...body, schemas: schemasOf(userUrn, body) })
  const id = pickText(answer.body, 'id')
  if (!isSuccess(answer) || id === undefined) return answer
  const shown = await server.get(`/Users/${encodeURIComponent(id)}`)
  if (shown.status !== 200)
    throw new Blocked('RFC7644-3.4.1-known-user', new Mismatch('status 200', String(shown.status), shown))
  const came = isJsonObject(shown.body) ? shown.body : {}
  const attributes = (await findAttributes(server, userUrn)) ?? []
  const usable = new Set<string>()
  const broken = new Map<string, Mismatch>()
  for (const name of namesIn(more)) {
    const sent = valueAt(more, name)
    const returned = describedAs(attributes, name)?.returned
    const isHidden = returned === 'never' || returned === 'request'
    if (isHidden || isKept(sent, valueAt(came, name))) usable.add(name)
    else broken.set(name, new Mismatch(`"${name}" as it was sent`, toText(valueAt(came, name)), shown))
  }
  return { usable, broken }
}

const toText = (value: JsonValue | undefined): string => JSON.stringify(value) ?? 'nothing'

/** What users of this server keep of what the catalogue sets. */
export function learnKept(server: Server): Promise<Kept> {
  return server.once('kept', async () => {
    const all = await candidates(server)
    const whole = all.reduce<JsonObject>((body, one) => merge(body, one), {})
    const together = await tryOut(server, whole)
    if ('usable' in together && together.broken.size === 0) return together
    const usable = new Set<string>()
    const broken = new Map<string, Mismatch>()
    for (const one of all) {
      const apart = await tryOut(server, one)
      if ('usable' in apart) {
        for (const name of apart.usable) usable.add(name)
        for (const [name, mismatch] of apart.broken) broken.set(name, mismatch)
      } else
        for (const name of namesIn(one))
          if (!usable.has(name))
            broken.set(name, new Mismatch(`"${name}" to be taken`, String(apart.status), apart))
    }
    // A value that is kept alone and lost beside others is not the attribute's.
    for (const name of usable) broken.delete(name)
    return { usable, broken }
  })
}

/** Throws Inapplicable for attributes that the server does not have, Blocked for those that it says it has and does not keep. */
export async function requireKept(server: Server, body: JsonObject): Promise<void> {
  const names = namesIn(body)
  await requireAttributes(
    server,
    userUrn,
    names.map((name) => name.replace('+', '')),
  )
  if (names.length === 0) return
  const { broken } = await learnKept(server)
  for (const name of names) {
    const mismatch = broken.get(name)
    if (mismatch === undefined) continue
    if ((await findAttributes(server, userUrn)) === undefined)
      throw new Inapplicable(`the server does not keep "${name}", and no schema says that it does`)
    throw new Blocked('RFC7643-7-read-write', mismatch)
  }
}

/** Throws Mismatch where the server refuses or loses what its schema calls writable. */
export async function expectKept(server: Server): Promise<void> {
  const { broken } = await learnKept(server)
  const described = await findAttributes(server, userUrn)
  if (described === undefined) throw new Inapplicable('no schema says what can be written')
  const [first] = broken.values()
  expectThat(
    first === undefined,
    'every attribute that the schema calls writable to be taken and returned',
    [...broken].map(([name, { came }]) => `${name.replace('+', ' (several values)')}: ${came}`),
    first?.answer,
  )
}
