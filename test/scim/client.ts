// A SCIM client of one organization for tests of the protocol itself: no vendor's habits.
import { expect } from 'vitest'
import type { Directory } from '../harness/service.ts'

export type Json = Record<string, unknown>

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

export const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'

export interface ScimClient {
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>
  /** Must be 201; the id. */
  user(userName: string, more?: Json): Promise<string>
  /** Must be 201; the id. */
  group(displayName: string, members?: readonly string[], more?: Json): Promise<string>
  /** Of a group; must be 200 or 204. */
  patch(id: string, ...operations: readonly Json[]): Promise<Reply>
  /** Ids of a group's members as they are read back. */
  members(id: string): Promise<readonly string[]>
  /** Ids that a filter finds. */
  find(endpoint: 'Users' | 'Groups', filter: string): Promise<readonly string[]>
}

export function toMembers(ids: readonly string[]): { value: string }[] {
  return ids.map((value) => ({ value }))
}

export function createClient({ key, scimUrl, send: ask }: Directory): ScimClient {
  const send: ScimClient['send'] = async (method, path, body, headers = {}) => {
    const init = {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    }
    const response = await ask(new Request(scimUrl + path, init))
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? {} : (JSON.parse(text) as Json),
    }
  }
  const create = async (endpoint: string, body: Json): Promise<string> => {
    const reply = await send('POST', endpoint, body)
    expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201 })
    return reply.body.id as string
  }
  return {
    send,
    user: (userName, more = {}) => create('/Users', { schemas: [userUrn], userName, ...more }),
    group: (displayName, members = [], more = {}) =>
      create('/Groups', { schemas: [groupUrn], displayName, members: toMembers(members), ...more }),
    async patch(id, ...operations) {
      const reply = await send('PATCH', `/Groups/${id}`, { schemas: [patchOp], Operations: operations })
      expect([200, 204], JSON.stringify(reply.body)).toContain(reply.status)
      return reply
    },
    async members(id) {
      const { body } = await send('GET', `/Groups/${id}`)
      return (body.members as { value: string }[]).map(({ value }) => value).sort()
    },
    async find(endpoint, filter) {
      const reply = await send('GET', `/${endpoint}?count=1000&filter=${encodeURIComponent(filter)}`)
      expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 200 })
      const found = (reply.body.Resources as { id: string }[]).map(({ id }) => id)
      expect(reply.body.totalResults).toBe(found.length)
      return found
    },
  }
}
