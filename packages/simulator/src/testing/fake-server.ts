// The other side of the network in the simulator's tests: a SCIM server of a hundred lines that answers right,
// and whose answers a test may spoil one by one. Not an example of how to write one.

import type { Send } from '../base/http-send.ts'
import { enterpriseUserUrn, errorUrn, listResponseUrn, userUrn } from '../base/urn.ts'

type Json = Record<string, unknown>

/** What a test sees of the fake: `send` to talk to it and every request that it was sent. */
export interface FakeServer {
  readonly send: Send
  readonly requests: { method: string; url: string; headers: Headers; body: string }[]
}

/** Changes one answer on its way out; returning it as it is leaves it right. */
export type Spoil = (answer: { status: number; body: unknown }, request: Request) => Response | undefined

const scimJson = { 'content-type': 'application/scim+json' }
const isTrue = (value: unknown): boolean => value === true || String(value).toLowerCase() === 'true'

function childOf<T>(parent: Json, name: string, empty: T): T {
  parent[name] ??= empty
  return parent[name] as T
}

function setInExtension(user: Json, name: string, value: unknown): void {
  const extension = childOf<Json>(user, enterpriseUserUrn, {})
  extension[name] = name === 'manager' && typeof value === 'string' ? { value } : value
}

function setAt(user: Json, path: string, value: unknown): void {
  if (path.startsWith(`${enterpriseUserUrn}:`)) {
    setInExtension(user, path.slice(enterpriseUserUrn.length + 1), value)
    return
  }
  const filtered = /^(\w+)\[(\w+) eq "(\w+)"\]\.(\w+)$/.exec(path)
  if (filtered) {
    const [, attribute, sub, wanted, target] = filtered as unknown as [string, string, string, string, string]
    const values = childOf<Json[]>(user, attribute, [])
    const found = values.find((one) => String(one[sub]) === wanted)
    if (found) found[target] = value
    else values.push({ [sub]: wanted, [target]: value })
    return
  }
  const [name, sub] = path.split('.') as [string, string | undefined]
  if (sub !== undefined) childOf<Json>(user, name, {})[sub] = value
  else user[name] = name === 'active' ? isTrue(value) : value
}

function patch(user: Json, body: Json): void {
  for (const { op, path, value } of body.Operations as { op: string; path?: string; value?: unknown }[]) {
    if (op.toLowerCase() === 'remove') setAt(user, path!, undefined)
    else if (path !== undefined) setAt(user, path, value)
    else for (const [name, one] of Object.entries(value as Json)) setAt(user, name, one)
  }
  delete user.password
}

function matches(user: Json, filter: string): boolean {
  const [, path, value] = /^(\S+(?: eq "work"\]\.value)?) eq "(.*)"$/.exec(filter) as unknown as string[]
  if (path === 'userName') return String(user.userName).toLowerCase() === value!.toLowerCase()
  if (path === 'externalId') return user.externalId === value
  return (user.emails as Json[]).some((email) => email.type === 'work' && email.value === value)
}

const fail = (status: number, scimType?: string) => ({
  status,
  body: { schemas: [errorUrn], status: String(status), ...(scimType && { scimType }), detail: 'because' },
})

function createUsers() {
  const users = new Map<string, Json>()
  let lastId = 0
  const list = (url: URL) => {
    const filter = url.searchParams.get('filter')
    const found = [...users.values()].filter((user) => filter === null || matches(user, filter))
    const Resources = found.slice(0, Number(url.searchParams.get('count') ?? 100))
    return {
      status: 200,
      body: {
        schemas: [listResponseUrn],
        totalResults: found.length,
        startIndex: 1,
        itemsPerPage: Resources.length,
        Resources,
      },
    }
  }
  const create = (sent: Json) => {
    const twin = [...users.values()].find(({ userName }) => userName === sent.userName)
    if (twin?.active) return fail(409, 'uniqueness')
    const id = String(twin?.id ?? `u${++lastId}`)
    const { password: _, ...user } = {
      ...sent,
      schemas: [userUrn],
      id,
      active: isTrue(sent.active),
    } as Json
    users.set(id, user)
    return { status: 201, body: user }
  }
  const one = (method: string, id: string, sent: Json) => {
    const user = users.get(id)
    if (!user) return fail(404)
    if (method === 'DELETE') return users.delete(id) && { status: 204, body: undefined }
    if (method === 'PUT') users.set(id, { ...sent, schemas: [userUrn], id, active: isTrue(sent.active) })
    if (method === 'PATCH') patch(user, sent)
    return { status: 200, body: users.get(id) }
  }
  return { list, create, one }
}

/** Starts a fake that takes the key `right-key` at http://scim.test/scim/v2. */
export function createFakeServer(spoil: Spoil = () => undefined): FakeServer {
  const users = createUsers()
  const requests: FakeServer['requests'] = []
  const answer = (request: Request, text: string) => {
    const url = new URL(request.url)
    const [, , , room, id] = url.pathname.split('/')
    if (request.headers.get('authorization') !== 'Bearer right-key') return fail(401)
    if (room === 'ServiceProviderConfig' || room === 'ResourceTypes') return { status: 200, body: {} }
    if (room === 'Schemas') return { status: 200, body: { schemas: [listResponseUrn], Resources: [] } }
    const sent = text === '' ? {} : (JSON.parse(text) as Json)
    if (id !== undefined) return users.one(request.method, id, sent) || fail(404)
    return request.method === 'POST' ? users.create(sent) : users.list(url)
  }
  const send: Send = async (request) => {
    const body = await request.text()
    requests.push({ method: request.method, url: request.url, headers: request.headers, body })
    const { status, body: answered } = answer(request, body)
    const spoiled = spoil({ status, body: answered }, request)
    if (spoiled) return spoiled
    return new Response(answered === undefined ? null : JSON.stringify(answered), {
      status,
      headers: scimJson,
    })
  }
  return { send, requests }
}
