// Speaks to one organization's SCIM as a given vendor would: its headers, raw paths, parsed replies. The vectors
// themselves stand in the tests, as the vendors' documentation and traces have them.

import { type VendorName, vendors } from '@rollcall/simulator'
import { expect } from 'vitest'

/** Full URNs for the short names that the vectors use. */
export const PO = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const LR = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
export const ER = 'urn:ietf:params:scim:api:messages:2.0:Error'
export const U = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const E = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

export type Json = Record<string, unknown>

/** The part of the harness's organization that a client needs. */
export interface Directory {
  readonly key: string
  readonly scimUrl: string
  send(request: Request): Promise<Response>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** `{}` when there was no body. */
  readonly body: Json
}

export interface Client {
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Reply>
  get(path: string): Promise<Reply>
  /** GET /Users/{id} that must be 200. */
  read(id: string): Promise<Json>
  /** POST /Users that must be 201; resolves to the body with its id. */
  create(user: Json): Promise<Json & { readonly id: string }>
  put(id: string, user: Json): Promise<Reply>
  patch(id: string, operations: readonly Json[]): Promise<Reply>
  /** PATCH that must be 200 or 204, then GET: what the vendor sees of it. */
  change(id: string, ...operations: readonly Json[]): Promise<Json>
}

/** OneLogin and the other traces say no more of their headers than the media type. */
const plainHeaders = (key: string): Readonly<Record<string, string>> => ({
  Accept: 'application/json',
  'Content-Type': 'application/json',
  Authorization: `Bearer ${key}`,
})

async function toReply(response: Response): Promise<Reply> {
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text === '' ? {} : (JSON.parse(text) as Json),
  }
}

export function speakAs(directory: Directory, vendor: VendorName | 'other'): Client {
  const own = vendor === 'other' ? plainHeaders(directory.key) : vendors[vendor].headers(directory.key)
  const ask: Client['ask'] = async (method, path, body, headers = {}) => {
    const sent = new Headers({ ...own, ...headers })
    if (body === undefined) sent.delete('content-type')
    const init = { method, headers: sent, ...(body !== undefined && { body: JSON.stringify(body) }) }
    return toReply(await directory.send(new Request(directory.scimUrl + path, init)))
  }
  const patch: Client['patch'] = (id, operations) =>
    ask('PATCH', `/Users/${id}`, { schemas: [PO], Operations: operations })
  const read: Client['read'] = async (id) => {
    const reply = await ask('GET', `/Users/${id}`)
    expect(reply.status, reply.text).toBe(200)
    return reply.body
  }
  return {
    ask,
    patch,
    read,
    get: (path) => ask('GET', path),
    put: (id, user) => ask('PUT', `/Users/${id}`, user),
    async create(user) {
      const reply = await ask('POST', '/Users', user)
      expect(reply.status, reply.text).toBe(201)
      expect(reply.body.id).toEqual(expect.stringMatching(/./))
      return { ...reply.body, id: String(reply.body.id) }
    },
    async change(id, ...operations) {
      const reply = await patch(id, operations)
      expect([200, 204], reply.text).toContain(reply.status)
      return read(id)
    },
  }
}

let lastNumber = 0

/** A name that no other test of this file uses: `base` as the vendor's vector has it, with a number before the `@`. */
export function fresh(base: string): string {
  lastNumber++
  return base.includes('@') ? base.replace('@', `.${lastNumber}@`) : `${base}_${lastNumber}`
}

/** The Error body that every vendor reads: schemas, detail, and status as a STRING (RFC 7644 §3.12). */
export function expectError(reply: Reply, status: number, scimType?: string): void {
  expect(reply.status, reply.text).toBe(status)
  expect(reply.headers.get('content-type')).toMatch(/^application\/scim\+json\b/)
  expect(reply.body).toMatchObject({
    schemas: [ER],
    status: String(status),
    detail: expect.stringMatching(/./),
  })
  expect(reply.body.scimType).toBe(scimType)
}

/** 200 with a ListResponse whose only resource has this id. */
export function expectOnly(reply: Reply, id: string): void {
  expect(reply.status, reply.text).toBe(200)
  expect(reply.body).toMatchObject({
    schemas: [LR],
    totalResults: 1,
    startIndex: 1,
    itemsPerPage: 1,
    Resources: [{ id }],
  })
}

/** 200 with totalResults 0, exactly as Okta's documentation prints it. */
export function expectNobody(reply: Reply): void {
  expect(reply.status, reply.text).toBe(200)
  expect(reply.body).toEqual({
    schemas: [LR],
    totalResults: 0,
    startIndex: 1,
    itemsPerPage: 0,
    Resources: [],
  })
}
