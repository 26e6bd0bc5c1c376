// What a user has to have on this server: what its schema requires, what it requires without saying so, and what the caller
// of the run says. Learned once, so that a server with requirements of its own is judged by all the others as well.

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts'
import { userUrn } from '../urn.ts'
import { type Answer, isUnassigned, pick, pickObjects, pickText } from './answer.ts'
import { extensionsOf, findAttributes, findResourceType } from './discovered.ts'
import { Blocked, expectThat, isSuccess, Mismatch } from './expectation.ts'
import type { Server } from './server.ts'

/** What a plain user is made with, and the first user that was made so. */
export interface Shape {
  /** Attributes beyond "userName" that no user can be made without, though the schema does not say so. */
  readonly needed: readonly string[]
  /** The refusal of a user with what the schema requires alone. */
  readonly refusal: Mismatch | undefined
}

/** Addresses that no other resource has. */
export interface Mail {
  readonly work: string
  readonly home: string
  readonly other: string
  /** The first two, the one at work primary. */
  readonly two: JsonValue
  readonly third: JsonObject
}

/** Servers may hold addresses unique, so every resource has its own; they begin with `first`. */
export function freshMail(server: Server, first = 'm'): Mail {
  const tag = `${first}-${server.unique('mail')}`
  const [work, home, other] = [`${tag}.w@example.com`, `${tag}.h@example.net`, `${tag}.o@example.org`]
  return {
    work,
    home,
    other,
    two: [
      { value: work, type: 'work', primary: true },
      { value: home, type: 'home' },
    ],
    third: { value: other, type: 'other' },
  }
}

// In the order in which servers are likely to need them.
const guesses: Readonly<Record<string, (server: Server) => JsonValue>> = {
  name: () => ({ givenName: 'Ada', familyName: 'Lovelace' }),
  emails: (server) => [{ value: freshMail(server).work, type: 'work', primary: true }],
  displayName: () => 'Ada Lovelace',
  active: () => true,
  externalId: (server) => server.unique('external'),
}

const known: Readonly<Record<string, (server: Server) => JsonValue>> = {
  ...guesses,
  locale: () => 'en-US',
  preferredLanguage: () => 'en',
  timezone: () => 'Europe/Berlin',
}

function simpleValue(server: Server, attribute: JsonObject): JsonValue {
  const canonical = attribute.canonicalValues
  if (Array.isArray(canonical) && canonical[0] !== undefined) return canonical[0]
  switch (attribute.type) {
    case 'boolean':
      return true
    case 'integer':
      return 1
    case 'decimal':
      return 1.5
    case 'dateTime':
      return '2020-01-01T00:00:00Z'
    case 'reference':
      return `https://example.com/${server.unique('reference')}`
    case 'binary':
      return 'TUlJ'
    default:
      return server.unique('text')
  }
}

/** A value that an attribute may have, as its schema describes it. */
function sampleOf(server: Server, attribute: JsonObject): JsonValue {
  const make = known[pickText(attribute, 'name') ?? '']
  if (make !== undefined) return make(server)
  const parts = pickObjects(attribute, 'subAttributes')
  const required = parts.filter((part) => part.required === true)
  const wanted = required.length > 0 ? required : parts.slice(0, 1)
  const one =
    attribute.type === 'complex'
      ? Object.fromEntries(wanted.map((part) => [String(part.name), sampleOf(server, part)]))
      : simpleValue(server, attribute)
  return attribute.multiValued === true ? [one] : one
}

function requiredOf(server: Server, attributes: readonly JsonObject[]): JsonObject {
  const wanted = attributes.filter((one) => one.required === true && one.mutability !== 'readOnly')
  return Object.fromEntries(wanted.map((one) => [String(one.name), sampleOf(server, one)]))
}

/** Values for what the schemas of a resource type require, extensions included. */
export async function announced(server: Server, endpoint: string, urn: string): Promise<JsonObject> {
  const { userName: _, displayName, ...own } = requiredOf(server, (await findAttributes(server, urn)) ?? [])
  const type = await findResourceType(server, endpoint)
  const extended: Record<string, JsonValue> = {}
  for (const extension of extensionsOf(type)) {
    const isRequired = pickObjects(type, 'schemaExtensions').some(
      (one) => one.schema === extension && one.required === true,
    )
    const values = requiredOf(server, (await findAttributes(server, extension)) ?? [])
    if (isRequired && Object.keys(values).length > 0) extended[extension] = values
  }
  // A group has a name of its own anyway.
  return { ...(urn === userUrn && displayName !== undefined ? { displayName } : {}), ...own, ...extended }
}

function withFreshWords(value: JsonValue, word: string): JsonValue {
  if (typeof value === 'string') return value.replaceAll('{unique}', word)
  if (Array.isArray(value)) return value.map((one: JsonValue) => withFreshWords(one, word))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withFreshWords(one, word)]))
}

/** Objects are merged, everything else is replaced. */
export function merge(base: JsonObject, more: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...base }
  for (const [name, value] of Object.entries(more)) {
    const old = merged[name]
    merged[name] = isJsonObject(old) && isJsonObject(value) ? merge(old, value) : value
  }
  return merged
}

/** "schemas" of a body: the core schema and the extensions that it has. */
export function schemasOf(urn: string, body: JsonObject): readonly string[] {
  return [urn, ...Object.keys(body).filter((name) => name.toLowerCase().startsWith('urn:') && name !== urn)]
}

async function compose(
  server: Server,
  needed: readonly string[],
  given: JsonObject | undefined = server.user,
): Promise<JsonObject> {
  const word = server.unique('user')
  const own = given === undefined ? {} : withFreshWords(given, word)
  const guessed = Object.fromEntries(
    needed.flatMap((name) => {
      const make = guesses[name]
      return make === undefined ? [] : [[name, make(server)] as const]
    }),
  )
  const { schemas: _, ...body } = merge(
    merge({ userName: `${word}@example.com`, ...(await announced(server, '/Users', userUrn)) }, guessed),
    own as JsonObject,
  )
  return { schemas: schemasOf(userUrn, body), ...body }
}

async function accepts(server: Server, needed: readonly string[]): Promise<Answer> {
  return server.post('/Users', await compose(server, needed))
}

const isAnswered = ({ status }: Answer): boolean => status !== 401 && status !== 403 && status !== 404

/** Tries a plain user, then one with what servers are known to need, then which of that it is. */
export function learnShape(server: Server): Promise<Shape> {
  return server.once('shape', async () => {
    const first = await accepts(server, [])
    if (isSuccess(first)) return { needed: [], refusal: undefined }
    const refusal = new Mismatch('status 201', String(first.status), first)
    const attributes = await findAttributes(server, userUrn)
    const names = attributes?.map((one) => String(one.name))
    let needed = Object.keys(guesses).filter(
      (name) => name === 'externalId' || names?.includes(name) !== false,
    )
    if (server.user !== undefined || !isAnswered(first) || !isSuccess(await accepts(server, needed)))
      throw new Blocked('RFC7644-3.3-created', refusal)
    for (const name of [...needed].reverse()) {
      const fewer = needed.filter((one) => one !== name)
      if (isSuccess(await accepts(server, fewer))) needed = fewer
    }
    return { needed, refusal }
  })
}

/** The body of a user as this server takes it, with a name of its own. */
export async function freshUser(server: Server): Promise<JsonObject & { readonly userName: string }> {
  const { needed } = await learnShape(server)
  return (await compose(server, needed)) as JsonObject & { readonly userName: string }
}

/** Whether users of this server have the attribute in any case, so that taking it away tells nothing. */
export async function isObligatory(server: Server, name: string): Promise<boolean> {
  const [head = '', part] = name.split('.')
  const value = pick(await freshUser(server), head)
  return part === undefined ? !isUnassigned(value) : pick(value, part) !== undefined
}

/** Throws Mismatch where the server needs what its schema does not call required. */
export async function expectAnnounced(server: Server): Promise<void> {
  const { needed, refusal } = await learnShape(server)
  const wanted = 'a user with "userName" and what the schema calls required to be taken'
  if (server.user !== undefined) {
    const answer = await server.post('/Users', await compose(server, [], {}))
    expectThat(isSuccess(answer), wanted, answer.status, answer)
  }
  expectThat(
    needed.length === 0,
    wanted,
    `${refusal?.came ?? ''}: without ${needed.map((name) => `"${name}"`).join(', ')} it is refused`,
    refusal?.answer,
  )
}
