// Ways in which a SCIM server can be wrong, each as a layer between a client and a server that is right.
import type { Send, SentAnswer } from '@rollcall/scim/conformance'

type Init = Parameters<Send>[1]
type Json = Readonly<Record<string, unknown>>
type Mutant = (send: Send, baseUrl: string) => Send

interface Shown {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

const headerNames = ['content-type', 'etag', 'location', 'www-authenticate']
const bulkResponse = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'
const emptySearch = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"]}'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

async function show(answer: SentAnswer): Promise<Shown> {
  const text = await answer.text()
  const headers = headerNames.flatMap((name) => {
    const value = answer.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  const body = text === '' ? undefined : (JSON.parse(text) as unknown)
  return { status: answer.status, headers: Object.fromEntries(headers), body }
}

function toAnswer({ status, headers, body }: Shown): SentAnswer {
  const get = (name: string) => headers[name.toLowerCase()] ?? null
  return { status, headers: { get }, text: async () => (body === undefined ? '' : JSON.stringify(body)) }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const pathOf = (url: string, baseUrl: string) => url.slice(baseUrl.length).split('?')[0] ?? ''
const isResource = (path: string) => /^\/(Users|Groups)(\/|$)/.test(path)
const plain = (status: number, body?: unknown): Shown => ({ status, headers: {}, body })

/** Changes every answer. */
const answering =
  (change: (shown: Shown, init: Init, path: string) => Shown): Mutant =>
  (send, baseUrl) =>
  async (url, init) =>
    toAnswer(change(await show(await send(url, init)), init, pathOf(url, baseUrl)))

/** Changes every resource and message in an answer. */
const showing = (change: (one: Json, path: string) => Json): Mutant =>
  answering((shown, _init, path) => {
    if (!isObject(shown.body)) return shown
    const { Resources } = shown.body
    if (!Array.isArray(Resources)) return { ...shown, body: change(shown.body, path) }
    return { ...shown, body: { ...shown.body, Resources: Resources.map((one: Json) => change(one, path)) } }
  })

/** Changes every request. */
const asking =
  (change: (url: string, init: Init, path: string) => readonly [string, Init]): Mutant =>
  (send, baseUrl) =>
  (url, init) =>
    send(...change(url, init, pathOf(url, baseUrl)))

/** Answers some requests itself. */
const instead =
  (answer: (init: Init, path: string, url: string) => Shown | undefined): Mutant =>
  (send, baseUrl) =>
  async (url, init) => {
    const own = answer(init, pathOf(url, baseUrl), url)
    return own === undefined ? send(url, init) : toAnswer(own)
  }

const swallowing: Mutant = (send, baseUrl) => async (url, init) => {
  const { body, ...rest } = init
  if (pathOf(url, baseUrl) === '/Bulk') {
    const operations = listOf((JSON.parse(body ?? '{}') as Json).Operations) as readonly Json[]
    const Operations = operations.map((one) => ({ ...one, status: '200', location: `${baseUrl}/Users/none` }))
    return toAnswer(plain(200, { schemas: [bulkResponse], Operations }))
  }
  if (init.method === 'DELETE') return toAnswer(plain(204))
  if (init.method !== 'PUT' && init.method !== 'PATCH') return send(url, init)
  return toAnswer({ ...(await show(await send(url, { ...rest, method: 'GET' }))), status: 200 })
}

function garbleAttribute({ name, type }: Json): Json {
  if (name === 'name') return { name, type: 'complex' }
  const mutability = name === 'value' ? 'readWrite' : 'often'
  const described = { multiValued: 'no', mutability, uniqueness: 'rather', returned: 'later' }
  const subAttributes = [{ name: 'part one', type: 'complex' }, { name: 'value' }]
  return { name, type: type === 'complex' ? 'reference' : 'letters', ...described, subAttributes }
}

function garbleDiscovery(one: Json, path: string): Json {
  if (path.startsWith('/Schemas') && one.attributes !== undefined) {
    const attributes = listOf(one.attributes).map((attribute) => garbleAttribute(attribute as Json))
    return { schemas: ['x'], id: one.id, attributes: [...attributes, { name: 'userName' }] }
  }
  if (!path.startsWith('/ResourceTypes') || one.endpoint === undefined) return one
  return {
    endpoint: one.endpoint,
    schema: 'x',
    schemas: [],
    schemaExtensions: [{ schema: enterprise }, { schema: 'y' }],
  }
}

function garbleResource(one: Json): Json {
  return {
    ...one,
    schemas: [...listOf(one.schemas), 'urn:wrong', 'urn:wrong'].slice(1),
    active: String(one.active),
    name: 'Ada',
    emails: { value: 'x' },
    nickName: one.userName,
    password: 'shown',
    externalId: 'invented',
    groups: [{ value: 'none', $ref: 'not a uri' }],
    members: [{ value: 'none', $ref: 'not a uri' }],
    x509Certificates: [{ value: '*' }],
    title: 'Unasked',
  }
}

const wrongMeta = () => ({
  resourceType: 'Thing',
  created: `${Math.random()}`,
  lastModified: '2001-01-01',
  location: 'x?y',
  version: 'x',
})

const wrongConfig: Json = {
  bulk: { supported: true, maxOperations: 3.5, maxPayloadSize: 0 },
  pagination: { cursor: true, index: true, defaultPaginationMethod: 'x', maxPageSize: 1.5 },
}

const wrongPage = (Resources: readonly unknown[]): Json => ({
  schemas: [],
  Resources: [...Resources].reverse().concat({ id: 'intruder', password: 'x', emails: [], name: {} }),
  totalResults: 7.5,
  startIndex: Math.random(),
  itemsPerPage: -1,
  nextCursor: 'a b',
})

const isOptional = (init: Init, path: string, url: string) =>
  init.method === 'PATCH' ||
  path === '/Bulk' ||
  /[?&](filter|cursor|attributes|excluded|flavour)/.test(url) ||
  init.headers['content-type'] === 'application/json'

const isPaged = (url: string) => /[?&](startIndex|count=[12]\b)/.test(url)
const hasCursor = (init: Init, url: string) =>
  /[?&]cursor/.test(url) || (init.body ?? '').includes('"cursor"')

/** Changes the lists that some requests are answered with. */
const listing =
  (isWrong: (init: Init, url: string) => boolean): Mutant =>
  (send) =>
  async (url, init) => {
    const answer = await send(url, init)
    if (!isWrong(init, url)) return answer
    const shown = await show(answer)
    if (!isObject(shown.body) || !Array.isArray(shown.body.Resources)) return toAnswer(shown)
    return toAnswer({ ...shown, body: { ...shown.body, ...wrongPage(shown.body.Resources) } })
  }

const isRead = (init: Init, path: string) =>
  (init.method === 'GET' || path.endsWith('/.search')) && !['/ServiceProviderConfig', '/Users'].includes(path)

/** Those whose fault shows in a part of the catalogue alone, by the beginnings of its ids. */
export const partial: Readonly<Record<string, readonly string[]>> = {
  'pages wrongly': ['RFC7644-3.4.2', 'RFC9865-2.3'],
  'pages by cursors wrongly': ['RFC9865-2', 'RFC9865-3'],
  'refuses cursors': ['RFC9865-2', 'RFC9865-3', 'RFC9865-5'],
  'names messages wrongly': ['RFC7644-3.1-'],
  'lists nobody': ['RFC7644-3.4.2-'],
  'needs more than it says': ['RFC7643-7-required'],
}

/** By what is wrong. Creating users and groups answers 201 with an id in all of them. */
export const mutants: Readonly<Record<string, Mutant>> = {
  'changes nothing and says it did': swallowing,
  'ignores what a query asks': asking((url, init, path) =>
    path.endsWith('/.search') ? [url, { ...init, body: emptySearch }] : [url.split('?')[0] ?? '', init],
  ),
  'refuses nothing': answering((shown) => (shown.status < 400 ? shown : plain(200, {}))),
  'refuses without a word': answering((shown) => (shown.status < 400 ? shown : plain(shown.status))),
  'refuses with the wrong word': answering((shown) =>
    shown.status < 400 || !isObject(shown.body)
      ? shown
      : plain(422, { ...shown.body, status: 422, scimType: 'wrong', detail: '' }),
  ),
  'refuses what is optional': instead((...asked) =>
    isOptional(...asked) ? plain(400, { detail: `${Math.random()}` }) : undefined,
  ),
  'refuses reading and replacing': instead((init, path) =>
    isRead(init, path) || ['PUT', 'DELETE'].includes(init.method) ? plain(500, {}) : undefined,
  ),
  'echoes what it was sent': answering((shown, init) =>
    shown.status === 201 && isObject(shown.body)
      ? { ...shown, body: { ...shown.body, ...(JSON.parse(init.body ?? '{}') as Json) } }
      : shown,
  ),
  'returns resources in a wrong shape': showing((one, path) =>
    isResource(path) && one.id !== undefined ? garbleResource(one) : one,
  ),
  'forgets what it was told': showing((one, path) =>
    isResource(path) && one.id !== undefined ? { schemas: one.schemas, id: one.id, meta: one.meta } : one,
  ),
  'has wrong metadata': showing((one) => (isObject(one.meta) ? { ...one, meta: wrongMeta() } : one)),
  'has no metadata': showing(({ meta: _, ...one }) => one),
  'has no headers': answering((shown) => ({ ...shown, headers: {} })),
  'has wrong headers': answering((shown) => ({
    ...shown,
    headers: {
      'content-type': 'text/html; charset=latin1',
      etag: `"${Math.random()}"`,
      location: 'x',
      'content-location': 'y',
    },
  })),
  'describes itself wrongly': showing(garbleDiscovery),
  'has a wrong configuration': showing((one, path) =>
    path === '/ServiceProviderConfig' ? wrongConfig : one,
  ),
  'pages wrongly': listing((_init, url) => isPaged(url) && !/[?&]cursor/.test(url)),
  'pages by cursors wrongly': listing(hasCursor),
  'refuses cursors': instead((init, _path, url) =>
    hasCursor(init, url) ? plain(400, { detail: `${Math.random()}` }) : undefined,
  ),
  'names messages wrongly': answering((shown) =>
    isObject(shown.body) ? { ...shown, body: { ...shown.body, schemas: ['urn:wrong'] } } : shown,
  ),
  'lists nobody': answering((shown, _init, path) =>
    isObject(shown.body) && path === '/Users' && shown.status === 200
      ? plain(200, { totalResults: 0 })
      : shown,
  ),
  'needs more than it says': instead((init, path) =>
    init.method === 'POST' && path === '/Users' && !(init.body ?? '').includes('"displayName"')
      ? plain(400, {})
      : undefined,
  ),
  'lists wrongly': answering((shown, _init, path) =>
    isObject(shown.body) && Array.isArray(shown.body.Resources) && isResource(path)
      ? { ...shown, body: { ...shown.body, ...wrongPage(shown.body.Resources) } }
      : shown,
  ),
}
