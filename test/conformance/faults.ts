// Servers that are wrong in one way, and what the catalogue should say of each: one fault, one finding. Each is our own service,
// which is right, behind a layer that has the fault, so that whatever else is blamed is blamed wrongly.
import type { JsonObject } from '@rollcall/scim'
import type { Send, SentAnswer } from '@rollcall/scim/conformance'

type Init = Parameters<Send>[1]
type Json = Readonly<Record<string, unknown>>

interface Shown {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

interface Exchange {
  readonly method: string
  /** Below the base URL, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly sent: Json
  readonly init: Init
}

export interface Fault {
  /** The finding about the catalogue that it is the test of; S4, "each check depends on what it asks alone", unless said. */
  readonly of?: string
  /** Ids of the findings that the fault deserves, and no others. */
  readonly findings: readonly string[]
  /** What every user is made with, as `--user` gives it. */
  readonly user?: JsonObject
  /** The request as the server behind takes it, or an answer of the layer's own. */
  readonly before?: (asked: Exchange) => Partial<Init & { readonly url: string }> | Shown | undefined
  /** The answer as the client gets it. */
  readonly after?: (shown: Shown, asked: Exchange) => Shown
}

const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error'
const headerNames = ['content-type', 'etag', 'location', 'www-authenticate']

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : [])

function parse(text: string | undefined): Json {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

/** A refusal as RFC 7644 §3.12 has it. */
const refusal = (status: number, scimType?: string): Shown => ({
  status,
  headers: { 'content-type': 'application/scim+json' },
  body: {
    schemas: [errorUrn],
    status: String(status),
    detail: 'This server does not do that.',
    ...(scimType === undefined ? {} : { scimType }),
  },
})

async function show(answer: SentAnswer): Promise<Shown> {
  const text = await answer.text()
  const headers = headerNames.flatMap((name) => {
    const value = answer.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return {
    status: answer.status,
    headers: Object.fromEntries(headers),
    body: text === '' ? undefined : parse(text),
  }
}

function toAnswer({ status, headers, body }: Shown): SentAnswer {
  const get = (name: string) => headers[name.toLowerCase()] ?? null
  return { status, headers: { get }, text: async () => (body === undefined ? '' : JSON.stringify(body)) }
}

const isShown = (value: object): value is Shown => 'status' in value

/** The service with the fault. */
export function withFault(fault: Fault, send: Send, baseUrl: string): Send {
  return async (url, init) => {
    const [path = '', query = ''] = url.slice(baseUrl.length).split('?')
    const isBelow = url.startsWith(baseUrl)
    const asked = {
      method: init.method,
      path: isBelow ? path : url,
      query: new URLSearchParams(query),
      sent: parse(init.body),
      init,
    }
    const own = fault.before?.(asked)
    if (own !== undefined && isShown(own)) return toAnswer(own)
    const { url: other, ...more } = own ?? {}
    const answer = await send(other === undefined ? url : baseUrl + other, { ...init, ...more } as Init)
    return fault.after === undefined ? answer : toAnswer(fault.after(await show(answer), asked))
  }
}

const isUser = (path: string) => /^\/Users(\/|$)/.test(path) && !path.endsWith('.search')
const isGroup = (path: string) => /^\/Groups(\/|$)/.test(path) && !path.endsWith('.search')
const isResource = (path: string) => isUser(path) || isGroup(path)

/** With a key that is neither missing nor wrong. */
const isKnown = (init: Init): boolean =>
  init.headers.authorization !== undefined && !init.headers.authorization.includes('wrong')

/** Every resource in an answer, changed. */
const shownAs =
  (change: (one: Json) => Json, where: (path: string) => boolean = isResource) =>
  (shown: Shown, { path }: Exchange): Shown => {
    if (!isObject(shown.body) || !(where(path) || path.endsWith('.search'))) return shown
    const { Resources } = shown.body
    if (Array.isArray(Resources))
      return { ...shown, body: { ...shown.body, Resources: listOf(Resources).map(change) } }
    return shown.body.id === undefined ? shown : { ...shown, body: change(shown.body) }
  }

/** The configuration with another option. */
const configured =
  (name: string, option: Json) =>
  (shown: Shown, { path }: Exchange) =>
    path === '/ServiceProviderConfig' && isObject(shown.body)
      ? { ...shown, body: { ...shown.body, [name]: option } }
      : shown

const without = (one: Json, ...names: readonly string[]): Json =>
  Object.fromEntries(Object.entries(one).filter(([name]) => !names.includes(name)))

const filterOf = ({ query, sent }: Exchange): string =>
  query.get('filter') ?? (typeof sent.filter === 'string' ? sent.filter : '')

/** What stands in quotes is no operator. */
const bare = (filter: string): string => filter.replaceAll(/"(\\.|[^"\\])*"/g, '""')

const withQuery = (path: string, query: URLSearchParams) => ({ url: `${path}?${query.toString()}` })

/** A query without some of its parameters. */
const ignoring =
  (...names: readonly string[]) =>
  ({ path, query, sent, method }: Exchange) => {
    if (method === 'POST' && path.endsWith('.search'))
      return { body: JSON.stringify(without(sent, ...names)) }
    const left = new URLSearchParams([...query].filter(([name]) => !names.includes(name)))
    return left.size === query.size ? undefined : withQuery(path, left)
  }

const declining =
  (operator: RegExp) =>
  (asked: Exchange): Shown | undefined =>
    operator.test(bare(filterOf(asked))) ? refusal(400, 'invalidFilter') : undefined

const isGroupType = (one: Json): boolean => one.endpoint === '/Groups' || String(one.id).endsWith(':Group')

function withoutGroups(shown: Shown, { path }: Exchange): Shown {
  if (
    !isObject(shown.body) ||
    !Array.isArray(shown.body.Resources) ||
    !/^\/(ResourceTypes|Schemas)/.test(path)
  )
    return shown
  const Resources = listOf(shown.body.Resources).filter((one) => !isGroupType(one))
  return { ...shown, body: { ...shown.body, Resources, totalResults: Resources.length } }
}

function membersOnRequest(shown: Shown, { path }: Exchange): Shown {
  if (!path.startsWith('/Schemas') || shown.body === undefined) return shown
  const change = (_: string, value: unknown) =>
    isObject(value) && value.name === 'members' ? { ...value, returned: 'request' } : value
  return { ...shown, body: JSON.parse(JSON.stringify(shown.body, change)) }
}

const badgeUrn = 'urn:example:params:scim:schemas:badge'

/** Users without a badge are not made; the service behind knows of none, so it is taken off on the way. */
function needingBadge({ method, path, sent, init }: Exchange) {
  const badge = sent[badgeUrn]
  const hasBadge = isObject(badge) && typeof badge.number === 'string' && !badge.number.includes('{')
  if (method === 'POST' && path === '/Users' && sent.schemas !== undefined && !hasBadge)
    return refusal(400, 'invalidValue')
  if (init.body?.includes(badgeUrn) !== true) return undefined
  return {
    body: JSON.stringify(sent, (name, value: unknown) =>
      name === badgeUrn ? undefined : withoutBadge(value),
    ),
  }
}

const withoutBadge = (value: unknown): unknown =>
  Array.isArray(value) ? value.filter((one) => one !== badgeUrn) : value

function writableDisplay(_: string, value: unknown): unknown {
  return isObject(value) && value.name === 'display' ? { ...value, mutability: 'readWrite' } : value
}

function requireNickName(_: string, value: unknown): unknown {
  return isObject(value) && value.name === 'nickName' ? { ...value, required: true } : value
}

/** Each address once, whoever has it. */
function refusingTwice(): NonNullable<Fault['before']> {
  const owners = new Map<string, string>()
  return ({ method, path, sent }) => {
    if (!isUser(path) || (method !== 'POST' && method !== 'PUT')) return undefined
    const owner = String(sent.userName)
    const values = listOf(sent.emails).map((one) => String(one.value).toLowerCase())
    if (values.some((value) => (owners.get(value) ?? owner) !== owner)) return refusal(409, 'uniqueness')
    for (const value of values) owners.set(value, owner)
    return undefined
  }
}

/** With the key that was seen last, whether or not one was sent. */
function lettingIn(): NonNullable<Fault['before']> {
  let authorization = ''
  return ({ init }) => {
    const own = init.headers.authorization
    if (own !== undefined && !own.includes('wrong')) authorization = own
    return { headers: { ...init.headers, authorization } }
  }
}

/** By what is wrong. */
export const faults: Readonly<Record<string, Fault>> = {
  'nothing is wrong': { findings: [] },
  'there is no PATCH, and it says so': {
    findings: ['RFC7644-3.5-patch'],
    before: ({ method }) => (method === 'PATCH' ? refusal(501) : undefined),
    after: configured('patch', { supported: false }),
  },
  'PATCH is announced and not there': {
    findings: ['RFC7644-3.5.2-success'],
    before: ({ method }) => (method === 'PATCH' ? refusal(501) : undefined),
  },
  'there is no bulk, and it says so': {
    findings: [],
    before: ({ path }) => (path === '/Bulk' ? refusal(404) : undefined),
    after: configured('bulk', { supported: false, maxOperations: 0, maxPayloadSize: 0 }),
  },
  'bulk is announced and not there': {
    findings: ['RFC7644-3.7-response'],
    before: ({ path }) => (path === '/Bulk' ? refusal(404) : undefined),
  },
  'there is no filter, and it says so': {
    findings: [],
    before: (asked) =>
      filterOf(asked) === '' || !isResource(asked.path) ? undefined : refusal(400, 'invalidFilter'),
    after: configured('filter', { supported: false, maxResults: 0 }),
  },
  'a filter is ignored': {
    findings: ['RFC7644-3.4.2.2-only-matches'],
    before: (asked) =>
      isResource(asked.path) || asked.path.endsWith('.search') ? ignoring('filter')(asked) : undefined,
  },
  'only `attribute eq "value"` is read': {
    findings: ['ne', 'co', 'sw', 'ew', 'pr', 'gt', 'ge', 'lt', 'le', 'and', 'or', 'not'].map(
      (one) => `RFC7644-3.4.2.2-${one}`,
    ),
    before: (asked) =>
      isResource(asked.path) && filterOf(asked) !== '' && !/^\S+ eq ""$/i.test(bare(filterOf(asked)))
        ? refusal(400, 'invalidFilter')
        : isResource(asked.path) && /^(active|meta|emails|members)/i.test(filterOf(asked))
          ? refusal(400, 'invalidFilter')
          : undefined,
  },
  'the operator "sw" is not known': {
    findings: ['RFC7644-3.4.2.2-sw'],
    before: declining(/ sw /i),
  },
  'the operator "co" is not known': {
    findings: ['RFC7644-3.4.2.2-co'],
    before: declining(/ co /i),
  },
  '"userName" is compared with regard to case in filters': {
    findings: ['RFC7644-3.4.2.2-case-insensitive'],
    before: (asked) =>
      /userName eq "[^"]*[A-Z]/.test(filterOf(asked)) && /^\/Users/.test(asked.path)
        ? withQuery(asked.path, new URLSearchParams({ filter: 'userName eq "nobody"' }))
        : undefined,
  },
  'a create answers 200': {
    findings: ['RFC7644-3.3-created'],
    after: (shown, { method, path }) =>
      method === 'POST' && path === '/Users' && shown.status === 201 ? { ...shown, status: 200 } : shown,
  },
  'no user can be made': {
    of: 'S1b',
    findings: ['RFC7644-3.3-created'],
    before: ({ method, path, sent }) =>
      method === 'POST' && path === '/Users' && sent.schemas !== undefined
        ? refusal(400, 'invalidValue')
        : undefined,
  },
  'a create has no Location': {
    findings: ['RFC7644-3.3-location-header'],
    after: (shown) => ({ ...shown, headers: without(shown.headers, 'location') as Shown['headers'] }),
  },
  'locations are relative to the host': {
    of: 'S2',
    findings: [],
    after: (shown) => {
      const text = JSON.stringify(shown.body)?.replaceAll(
        /"https?:\/\/[^/"]+(\/scim\/v2\/(?:Users|Groups)\/)/g,
        '"$1',
      )
      const location = shown.headers.location?.replace(/^https?:\/\/[^/]+/, '')
      const headers = location === undefined ? shown.headers : { ...shown.headers, location }
      return { ...shown, headers, body: text === undefined ? undefined : JSON.parse(text) }
    },
  },
  'addresses are unique among users': { of: 'S1', findings: [], before: refusingTwice() },
  'users do not show their groups': {
    of: 'S3',
    findings: [],
    after: shownAs((one) => without(one, 'groups'), isUser),
  },
  'members have no $ref': {
    findings: [],
    after: shownAs(
      (one) => ({ ...one, members: listOf(one.members).map((member) => without(member, '$ref')) }),
      isGroup,
    ),
  },
  'a displayName is needed, and no schema says so': {
    of: 'S1b',
    findings: ['RFC7643-7-required'],
    before: ({ method, path, sent }) =>
      isUser(path) &&
      (method === 'POST' || method === 'PUT') &&
      typeof sent.displayName !== 'string' &&
      sent.userName !== undefined
        ? refusal(400, 'invalidValue')
        : undefined,
  },
  'a title is lost': {
    findings: ['RFC7643-7-read-write'],
    after: shownAs((one) => without(one, 'title'), isUser),
  },
  'there is no ServiceProviderConfig': {
    of: 'S5',
    findings: ['RFC7644-4-config'],
    before: ({ path }) => (path === '/ServiceProviderConfig' ? refusal(404) : undefined),
  },
  'there is no /Schemas': {
    findings: ['RFC7644-4-schemas'],
    before: ({ path }) => (path.startsWith('/Schemas') ? refusal(404) : undefined),
  },
  'there is no /ResourceTypes': {
    findings: ['RFC7644-4-resource-types'],
    before: ({ path }) => (path.startsWith('/ResourceTypes') ? refusal(404) : undefined),
  },
  'errors have no body': {
    findings: ['RFC7644-3.12-body'],
    after: (shown) => (shown.status < 400 ? shown : { ...shown, body: undefined }),
  },
  'members have a "display" that can be written': {
    of: 'S6',
    findings: [],
    after: (shown, { path }) =>
      path.startsWith('/Schemas') && shown.body !== undefined
        ? { ...shown, body: JSON.parse(JSON.stringify(shown.body, writableDisplay)) }
        : shown,
  },
  'Content-Location is another URI': {
    of: 'S7',
    findings: ['RFC7643-3.1-meta-content-location'],
    after: (shown, { method, path }) =>
      method === 'GET' && /^\/Users\/./.test(path) && shown.status === 200
        ? {
            ...shown,
            headers: { ...shown.headers, 'content-location': 'https://example.com/scim/v2/Users/other' },
          }
        : shown,
  },
  'there is no PUT': {
    findings: ['RFC7644-3.5-put'],
    before: ({ method, path }) => (method === 'PUT' && isResource(path) ? refusal(405) : undefined),
  },
  'a PUT needs the id in its body': {
    findings: ['RFC7644-3.5.1-without-id'],
    before: ({ method, path, sent }) =>
      method === 'PUT' && isResource(path) && sent.id === undefined
        ? refusal(400, 'invalidValue')
        : undefined,
  },
  'a DELETE answers 200': {
    findings: ['RFC7644-3.6-no-content'],
    after: (shown, { method }) =>
      method === 'DELETE' && shown.status === 204 ? { ...shown, status: 200 } : shown,
  },
  'what is deleted can still be read': {
    findings: ['RFC7644-3.6-gone-get'],
    before: ({ method, path, init }) =>
      method === 'DELETE' && isResource(path) && init.headers['if-match'] === undefined
        ? { status: 204, headers: {}, body: undefined }
        : undefined,
  },
  '"count" is ignored': {
    findings: ['RFC7644-3.4.2.4-count'],
    before: (asked) =>
      isResource(asked.path) || asked.path.endsWith('.search')
        ? ignoring('count', 'startIndex')(asked)
        : undefined,
  },
  '"attributes" is ignored': {
    findings: ['RFC7644-3.9-attributes'],
    before: ignoring('attributes'),
  },
  '"sortBy" is ignored': {
    findings: ['RFC7644-3.4.2.3-sort-singular'],
    before: ignoring('sortBy', 'sortOrder'),
  },
  'there is no /.search': {
    findings: ['RFC7644-3.4.3-search'],
    before: ({ path }) => (path.endsWith('/.search') ? refusal(404) : undefined),
  },
  'there is no ETag': {
    findings: [],
    after: (shown, asked) => {
      const plain = shownAs((one) => ({
        ...one,
        meta: without(isObject(one.meta) ? one.meta : {}, 'version'),
      }))(shown, asked)
      return configured('etag', { supported: false })(
        { ...plain, headers: without(plain.headers, 'etag') as Shown['headers'] },
        asked,
      )
    },
  },
  'the resource type is not said': {
    findings: ['RFC7643-3.1-common-in-users'],
    after: shownAs((one) => ({ ...one, meta: without(isObject(one.meta) ? one.meta : {}, 'resourceType') })),
  },
  'users do not name their schemas': {
    findings: ['RFC7643-2.1-schemas'],
    after: shownAs((one) => without(one, 'schemas')),
  },
  'groups are created without their members': {
    findings: ['RFC7643-4.2-members-on-create'],
    before: ({ method, path, sent }) =>
      method === 'POST' && path === '/Groups'
        ? { body: JSON.stringify(without(sent, 'members')) }
        : undefined,
  },
  'a conflict is refused with 400': {
    findings: ['RFC7644-3.3-conflict'],
    after: (shown) =>
      shown.status === 409 && isObject(shown.body)
        ? { ...shown, status: 400, body: { ...shown.body, status: '400' } }
        : shown,
  },
  'nobody needs a key': { findings: ['RFC7644-3.12-401-missing'], before: lettingIn() },
  'there is no DELETE': {
    findings: ['RFC7644-3.6-no-content'],
    before: ({ method, path }) => (method === 'DELETE' && isResource(path) ? refusal(405) : undefined),
  },
  'groups are not offered': {
    findings: [],
    before: ({ path }) => (isGroup(path) ? refusal(404) : undefined),
    after: withoutGroups,
  },
  'groups are announced and cannot be made': {
    findings: ['RFC7644-3.3-created-group'],
    before: ({ method, path }) =>
      method === 'POST' && path === '/Groups' ? refusal(400, 'invalidValue') : undefined,
  },
  'members are lost': {
    findings: ['RFC7643-4.2-members-value', 'RFC7643-4.2-members-on-create'],
    after: shownAs((one) => without(one, 'members'), isGroup),
  },
  'users cannot be read': {
    findings: ['RFC7644-3.4.1-known-user'],
    before: ({ method, path }) => (method === 'GET' && /^\/Users\/./.test(path) ? refusal(403) : undefined),
  },
  'users cannot be listed': {
    findings: ['RFC7644-3.4.2-resources'],
    before: ({ method, path, init }) =>
      isKnown(init) && method === 'GET' && path === '/Users' ? refusal(400) : undefined,
  },
  'names of attributes count with regard to case': {
    findings: ['RFC7643-2.1-case-insensitive'],
    before: ({ sent }) => (sent.USERNAME === undefined ? undefined : refusal(400, 'invalidValue')),
  },
  'only one address is kept': {
    findings: ['RFC7643-7-read-write'],
    after: shownAs(
      (one) => (Array.isArray(one.emails) ? { ...one, emails: one.emails.slice(0, 1) } : one),
      isUser,
    ),
  },
  'members come on request only': {
    findings: [],
    before: ({ method, path, query }) =>
      method === 'GET' &&
      /^\/Groups\/./.test(path) &&
      !query.has('attributes') &&
      !query.has('excludedAttributes')
        ? withQuery(path, new URLSearchParams({ excludedAttributes: 'members' }))
        : undefined,
    after: membersOnRequest,
  },
  'the version is lost from "meta"': {
    findings: ['RFC7644-3.14-meta-version'],
    after: shownAs((one) => ({ ...one, meta: without(isObject(one.meta) ? one.meta : {}, 'version') })),
  },
  'lists do not name their message': {
    findings: ['RFC7644-3.4.2-list-urn'],
    after: (shown, { path }) =>
      isObject(shown.body) && Array.isArray(shown.body.Resources) && isResource(path)
        ? { ...shown, body: without(shown.body, 'schemas') }
        : shown,
  },
  'answers are application/json': {
    findings: ['RFC7644-3.8-accept-scim', 'RFC7644-3.12-media-type'],
    after: (shown) =>
      shown.headers['content-type'] === undefined
        ? shown
        : { ...shown, headers: { ...shown.headers, 'content-type': 'application/json' } },
  },
  'the status in errors is a number': {
    findings: ['RFC7644-3.12-status'],
    after: (shown) =>
      shown.status >= 400 && isObject(shown.body) && shown.body.status !== undefined
        ? { ...shown, body: { ...shown.body, status: shown.status } }
        : shown,
  },
  'bad filters have no scimType': {
    findings: ['RFC7644-3.4.2.2-invalid-filter'],
    after: (shown) =>
      shown.status === 400 && isObject(shown.body) && shown.body.scimType === 'invalidFilter'
        ? { ...shown, body: without(shown.body, 'scimType') }
        : shown,
  },
  'a required attribute of its own is announced': {
    of: 'S1b',
    findings: [],
    before: ({ method, path, sent }) =>
      isUser(path) &&
      ['POST', 'PUT'].includes(method) &&
      sent.userName !== undefined &&
      sent.nickName === undefined
        ? refusal(400, 'invalidValue')
        : undefined,
    after: (shown, { path }) =>
      path.startsWith('/Schemas') && shown.body !== undefined
        ? { ...shown, body: JSON.parse(JSON.stringify(shown.body, requireNickName)) }
        : shown,
  },
  'users need what nobody can guess': {
    of: 'S1b',
    findings: ['RFC7644-3.3-created'],
    before: needingBadge,
  },
  'users need what nobody can guess, and the caller says what': {
    of: 'S1b',
    findings: ['RFC7643-7-required'],
    before: needingBadge,
    user: { title: 'Guard {unique}', [badgeUrn]: { number: '{unique}' } },
  },
  'paths of PATCH have no filter': {
    findings: ['RFC7644-3.5.2-path-values'],
    before: ({ method, sent, path }) =>
      method === 'PATCH' &&
      isUser(path) &&
      listOf(sent.Operations).some(
        (one) => /\[.*\]/.test(String(one.path)) && !/regex/.test(String(one.path)),
      )
        ? refusal(400, 'invalidPath')
        : undefined,
  },
}
