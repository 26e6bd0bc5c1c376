// A client that does not say who it is, because a gateway stands between or its name is a library's, may still be told by habits that
// no other known client has. One habit is an accident; several different ones, in several requests, and none of another client, are not.

import { enterpriseUserUrn, isJsonObject, type JsonObject, type JsonValue } from '@rollcall/scim'
import { makeRoom } from '../base/bounded.ts'
import type { HeaderReader } from '../http/asked.ts'
import type { KnownClient } from '../store/schema.ts'

/** A request as far as a client can be told by it. */
export interface Formed {
  readonly requestId: string
  readonly method: string
  /** From the base URL on, without the query: `Users/usr_1`. */
  readonly path: string
  /** From its question mark on, as it was sent; empty without one. */
  readonly query: string
  readonly headers: HeaderReader
  readonly body: JsonValue | undefined
}

interface Habit {
  readonly name: string
  readonly client: KnownClient
  readonly shows: (request: Formed) => boolean
}

const value = '%22[^&]*%22'
const oktaMatch = new RegExp(`^\\?filter=(?:userName|displayName)%20eq%20${value}&startIndex=1&count=100$`)
const entraMatch = new RegExp(`^\\?excludedAttributes=members&filter=displayName\\+eq\\+${value}$`)
const oneLoginMatch = new RegExp(`^\\?filter=userName\\+eq\\+${value}&$`)
const entraGroup = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'
const oneLoginUrns = ['urn:scim:schemas:core:2.0', 'urn:scim:schemas:extension:enterprise:2.0']

const habits: readonly Habit[] = [
  {
    name: 'its search for one',
    client: 'okta',
    shows: ({ method, query }) => method === 'GET' && oktaMatch.test(query),
  },
  {
    name: 'its test of the connection',
    client: 'okta',
    shows: ({ method, path, query }) =>
      method === 'GET' && path === 'Users' && query === '?startIndex=1&count=2',
  },
  {
    name: 'its headers',
    client: 'okta',
    shows: ({ headers }) =>
      headers.get('accept-charset') === 'utf-8' && headers.get('accept') === 'application/scim+json',
  },
  {
    name: 'its ids',
    client: 'okta',
    shows: ({ path, body }) => isOfUsers(path) && /^00u[0-9A-Za-z]{17}$/.test(textOf(body, 'externalId')),
  },
  {
    name: 'a rename of a group that repeats its id',
    client: 'okta',
    shows: ({ method, path, body }) =>
      method === 'PATCH' &&
      path.startsWith('Groups/') &&
      operationsOf(body).some(
        ({ path: target, value: sent }) =>
          target === undefined && isJsonObject(sent) && Object.keys(sent).join() === 'id,displayName',
      ),
  },
  {
    name: 'operations with a capital letter',
    client: 'entra',
    shows: ({ body }) => operationsOf(body).some(({ op }) => /^(?:Add|Replace|Remove)$/.test(String(op))),
  },
  {
    name: 'the schema of its groups',
    client: 'entra',
    shows: ({ body }) => listOf(body, 'schemas').includes(entraGroup),
  },
  {
    name: 'members with an empty reference',
    client: 'entra',
    shows: ({ body }) => operationsOf(body).some(({ value: sent }) => hasEmptyReference(sent)),
  },
  {
    name: 'its search for a group',
    client: 'entra',
    shows: ({ method, path, query }) => method === 'GET' && path === 'Groups' && entraMatch.test(query),
  },
  {
    name: 'its roles',
    client: 'entra',
    shows: ({ body }) =>
      listOf(body, 'roles').some((role) => textOf(role, 'type') === 'WindowsAzureActiveDirectoryRole'),
  },
  {
    name: 'its search for one',
    client: 'onelogin',
    shows: ({ method, path, query }) => method === 'GET' && path === 'Users' && oneLoginMatch.test(query),
  },
  {
    name: 'an empty query behind a change',
    client: 'onelogin',
    shows: ({ method, path, query }) => method === 'PUT' && isOfUsers(path) && query === '?',
  },
  {
    name: 'an id of null',
    client: 'onelogin',
    shows: ({ method, path, body }) =>
      method === 'POST' && path === 'Users' && isJsonObject(body) && body.id === null,
  },
  {
    name: 'its URNs',
    client: 'onelogin',
    shows: ({ body }) => listOf(body, 'schemas').some((urn) => oneLoginUrns.includes(String(urn))),
  },
  {
    name: 'the id of a manager',
    client: 'onelogin',
    shows: ({ body }) => {
      const extension = isJsonObject(body) ? body[enterpriseUserUrn] : undefined
      const manager = isJsonObject(extension) ? extension.manager : undefined
      return isJsonObject(manager) && Object.hasOwn(manager, 'managerId')
    },
  },
]

function isOfUsers(path: string): boolean {
  return path === 'Users' || path.startsWith('Users/')
}

function textOf(of: JsonValue | undefined, name: string): string {
  const found = isJsonObject(of) && Object.hasOwn(of, name) ? of[name] : undefined
  return typeof found === 'string' ? found : ''
}

/** So many of a list are looked at: a list of ten thousand members says what its first ones say. */
const maxLooked = 10

function listOf(of: JsonValue | undefined, name: string): readonly JsonValue[] {
  const found = isJsonObject(of) && Object.hasOwn(of, name) ? of[name] : undefined
  return Array.isArray(found) ? found.slice(0, maxLooked) : []
}

function operationsOf(body: JsonValue | undefined): readonly JsonObject[] {
  return listOf(body, 'Operations').filter(isJsonObject)
}

function hasEmptyReference(sent: JsonValue | undefined): boolean {
  return Array.isArray(sent) && sent.slice(0, maxLooked).some((one) => isJsonObject(one) && one.$ref === null)
}

interface Shown {
  readonly client: KnownClient
  readonly habits: Set<string>
  readonly requestIds: Set<string>
}

const enough = 3
const maxKeys = 1_000
/** By key. Undefined of one that has shown habits of two clients: that is a tool, and nobody's client. */
const shownByKey = new Map<string, Shown | undefined>()

/** Whom the requests of this key, this one among them, have shown to be its client. Undefined while that is not certain. */
export function findClientByForm(keyId: string, request: Formed): KnownClient | undefined {
  const now = habits.filter(({ shows }) => shows(request))
  if (now.length === 0 && !shownByKey.has(keyId)) return undefined
  let shown = shownByKey.get(keyId)
  if (!shownByKey.has(keyId)) {
    makeRoom(shownByKey, maxKeys)
    shown = { client: now[0]!.client, habits: new Set(), requestIds: new Set() }
    shownByKey.set(keyId, shown)
  }
  if (shown === undefined) return undefined
  if (now.some(({ client }) => client !== shown.client)) {
    shownByKey.set(keyId, undefined)
    return undefined
  }
  for (const { name } of now) shown.habits.add(name)
  if (now.length > 0 && shown.requestIds.size < 2) shown.requestIds.add(request.requestId)
  return shown.habits.size >= enough && shown.requestIds.size >= 2 ? shown.client : undefined
}
