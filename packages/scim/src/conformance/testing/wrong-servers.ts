// The room `scim/conformance/testing`: servers that are wrong, each in its own way, for tests of the catalogue. Nothing of it is packed.
//
// Servers for tests of the catalogue that are wrong, each in its way, and a timer that tests turn by hand.

import type { JsonObject, JsonValue } from '../../json.ts'
import {
  bulkResponseUrn,
  enterpriseUserUrn,
  errorUrn,
  groupUrn,
  listResponseUrn,
  userUrn,
} from '../../urn.ts'
import type { Send, SentAnswer, StartTimer } from '../connection.ts'

export const baseUrl = 'https://scim.test/v2'

export interface Request {
  readonly method: string
  /** Below the base URL, without the query. */
  readonly path: string
  readonly query: string
  readonly body: JsonValue | undefined
  readonly headers: Readonly<Record<string, string>>
}

export interface Reply {
  readonly status: number
  readonly body?: JsonValue
  readonly headers?: Readonly<Record<string, string>>
}

/** A `fetch` onto a function. */
export function serveWith(handle: (request: Request) => Reply): Send {
  return async (url, { method, headers, body }) => {
    const [path = '', query = ''] = url.slice(baseUrl.length).split('?')
    const reply = handle({
      method,
      path,
      query,
      headers,
      body: body === undefined ? undefined : tryParse(body),
    })
    return toSent(reply)
  }
}

function tryParse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

function toSent({ status, body, headers = {} }: Reply): SentAnswer {
  const get = (name: string): string | null => headers[name.toLowerCase()] ?? null
  return { status, headers: { get }, text: async () => (body === undefined ? '' : JSON.stringify(body)) }
}

/** Never ends by itself. */
export const endless: StartTimer = () => ({ done: new Promise(() => {}), stop: () => {} })

/** Has ended before it was started. */
export const instant: StartTimer = () => ({ done: Promise.resolve(), stop: () => {} })

/** The same to whatever is asked. */
export function monotonous(reply: Reply): Send {
  return serveWith(() => reply)
}

const attribute = (name: string, more: JsonObject = {}): JsonObject => ({ name, type: 'string', ...more })

const wrongSchema: JsonObject = {
  schemas: ['urn:wrong'],
  attributes: [
    attribute('1 wrong name', {
      type: 'money',
      mutability: 'never',
      returned: 'sometimes',
      uniqueness: 'maybe',
    }),
    attribute('link', { type: 'reference' }),
    attribute('nested', { type: 'complex', subAttributes: [attribute('deeper', { type: 'complex' })] }),
    attribute('empty', { type: 'complex' }),
    attribute('secret', { returned: 'never' }),
    attribute('asked', { returned: 'request' }),
    attribute('sure', { returned: 'always' }),
    attribute('userName'),
  ],
}

const named = ['displayName', 'nickName', 'title', 'name', 'emails', 'active', 'x509Certificates', 'groups']

/** What a wrong server says about itself. */
const wrongDiscovery: Readonly<Record<string, JsonValue>> = {
  '/ServiceProviderConfig': {
    bulk: { supported: true, maxOperations: 2, maxPayloadSize: 9.5 },
    pagination: { cursor: true, index: true, defaultPaginationMethod: 'pages', maxPageSize: -1 },
  },
  '/Schemas': {
    schemas: [listResponseUrn],
    totalResults: 9,
    Resources: [
      {
        ...wrongSchema,
        id: userUrn,
        attributes: [...(wrongSchema.attributes as JsonObject[]), ...named.map((name) => attribute(name))],
      },
      { ...wrongSchema, id: userUrn },
      {
        ...wrongSchema,
        id: groupUrn,
        attributes: [
          attribute('members', {
            subAttributes: [attribute('value', { mutability: 'immutable' }), attribute('display')],
          }),
        ],
      },
      { ...wrongSchema, id: enterpriseUserUrn },
      { ...wrongSchema, id: 'urn:ietf:params:scim:api:messages:2.0:PatchOp' },
    ],
  },
  '/ResourceTypes': {
    schemas: [listResponseUrn],
    Resources: [
      {
        endpoint: '/Users',
        name: 'User',
        schema: 'urn:elsewhere',
        schemaExtensions: [{ schema: enterpriseUserUrn }, { schema: 'urn:nowhere', required: true }],
      },
      { endpoint: '/Groups', name: 'Group' },
      { endpoint: '/Ghosts', name: 'Ghost' },
    ],
  },
}

/** Says of cursors what is no answer. */
export const oddDiscovery = {
  ...wrongDiscovery,
  '/ServiceProviderConfig': { pagination: { cursor: true, index: 'yes' } },
}

/** Says nothing of cursors, and has them. */
export const silentDiscovery = { ...wrongDiscovery, '/ServiceProviderConfig': {} }

/** Takes and gives everything as it comes, mixed up a little: no uniqueness, no filter, no order, no end, no error. */
export function createSloppyServer(discovery = wrongDiscovery): Send {
  const kept = new Map<string, JsonObject>()
  let count = 0
  const create = (path: string, body: JsonObject): JsonObject => {
    count += 1
    const id = body.id ?? `bulkId-${count % 2}`
    const time = count % 2 === 0 ? 'yesterday' : new Date(count * 1_000).toISOString()
    const meta = {
      resourceType: 'Thing',
      created: time,
      lastModified: String(count),
      location: `${baseUrl}${path}/x?y=1`,
    }
    const made = {
      externalId: 'invented',
      nickName: body.userName ?? null,
      ...body,
      id,
      meta: body.meta ?? meta,
      schemas: [userUrn, userUrn, 'urn:wrong'],
      groups: body.groups ?? [{ value: 'none', $ref: 'not a uri' }],
      members: [{ value: 'none', $ref: 'not a uri' }],
      secret: 'shown',
      asked: 'shown',
    }
    kept.set(`${path}/${String(id)}`, made)
    return made
  }
  return serveWith(({ method, path, body }) => {
    const sent = typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as JsonObject) : {}
    if (path in discovery) return { status: 200, body: discovery[path] as JsonValue }
    if (path === '/Bulk') return { status: 200, body: { schemas: [bulkResponseUrn], Operations: [] } }
    if (path === '/Me') return { status: 200, body: { meta: { location: 'elsewhere' } } }
    if (method === 'POST' && !path.endsWith('.search')) return { status: 201, body: create(path, sent) }
    if (method === 'DELETE') return { status: 200, body: {} }
    if (method === 'PUT') return { status: 200, body: create(path, sent) }
    const one = kept.get(path)
    if (one !== undefined) return { status: 200, body: method === 'PATCH' ? {} : one }
    const all = [...kept.values()].slice(0, 50)
    return {
      status: 200,
      body: { schemas: [listResponseUrn], Resources: all, nextCursor: 'a b', totalResults: 1.5 },
    }
  })
}

/** Names no message rightly, and asks for a key without saying of which kind. */
export const unfriendly: Send = serveWith(({ headers }) =>
  headers.authorization === undefined
    ? { status: 401, body: { schemas: ['urn:wrong'] } }
    : { status: 200, body: { schemas: ['urn:wrong'], Resources: [] } },
)

/** Refuses everything with an error that is right but for its status, which is always 418. */
export const refusing: Send = serveWith(({ path }) => {
  const known = wrongDiscovery[path]
  if (known !== undefined) return { status: 200, body: known }
  if (path === '/Me') return { status: 308, headers: { location: `${baseUrl}/Users/none` } }
  return {
    status: 418,
    body: { schemas: [errorUrn], status: '400', scimType: 'teapot' },
    headers: { 'content-type': 'text/plain' },
  }
})
