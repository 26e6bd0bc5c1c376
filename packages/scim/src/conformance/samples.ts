// Users and groups that checks work on. Those made once are shared, so checks only read them; the others are one check's own.

import type { JsonObject, JsonValue } from '../json.ts'
import { enterpriseUserUrn, groupUrn, userUrn } from '../urn.ts'
import { type Answer, pickText } from './answer.ts'
import { requireAttributes } from './discovered.ts'
import { expectThat, readList, readObject } from './expectation.ts'
import type { Server } from './server.ts'

/** A resource of this run, and how it was answered when it was made. */
export interface Made {
  readonly id: string
  /** Below the base URL. */
  readonly path: string
  /** userName or displayName. */
  readonly name: string
  readonly answer: Answer
  readonly body: JsonObject
}

/** The body of a user with a name of its own. */
export function userBody(server: Server, more: JsonObject = {}): JsonObject & { readonly userName: string } {
  const schemas = Object.hasOwn(more, enterpriseUserUrn) ? [userUrn, enterpriseUserUrn] : [userUrn]
  const userName = `${server.unique('user')}@example.com`
  return { schemas, userName, ...more } as JsonObject & { readonly userName: string }
}

/** The body of a group with a name of its own. */
export function groupBody(
  server: Server,
  memberIds: readonly string[] = [],
): JsonObject & { readonly displayName: string } {
  const members = memberIds.length === 0 ? {} : { members: memberIds.map((value) => ({ value })) }
  return { schemas: [groupUrn], displayName: server.unique('group'), ...members }
}

async function make(endpoint: string, name: string, asked: Promise<Answer>): Promise<Made> {
  const answer = await asked
  const body = readObject(answer, 201)
  const id = pickText(body, 'id')
  expectThat(id !== undefined && id !== '', 'an id in the answer to POST', body.id, answer)
  return { id, path: `${endpoint}/${encodeURIComponent(id)}`, name, answer, body }
}

/** POST /Users, which must be 201. Throws Inapplicable for an attribute that the server's schema does not have. */
export async function makeUser(server: Server, more: JsonObject = {}): Promise<Made> {
  await requireAttributes(server, userUrn, Object.keys(more))
  const body = userBody(server, more)
  return make('/Users', body.userName, server.post('/Users', body))
}

/** POST /Groups, which must be 201. */
export async function makeGroup(server: Server, memberIds: readonly string[] = []): Promise<Made> {
  const body = groupBody(server, memberIds)
  return make('/Groups', body.displayName, server.post('/Groups', body))
}

/** GET, which must be 200 with an object. */
export async function read(server: Server, path: string): Promise<JsonObject> {
  return readObject(await server.get(path))
}

/** Whether the answer of a change was a success; the resource as it is read back. */
export async function readAfter(server: Server, path: string, change: Promise<Answer>): Promise<JsonObject> {
  const answer = await change
  expectThat(answer.status === 200 || answer.status === 204, 'status 200 or 204', answer.status, answer)
  return read(server, path)
}

/** Two e-mail addresses, the first of them primary. */
export const twoEmails: JsonValue = [
  { value: 'work@example.com', type: 'work', primary: true },
  { value: 'home@example.net', type: 'home' },
]

/** Shared: a user without anything but a name. */
export function plainUser(server: Server): Promise<Made> {
  return server.once('plainUser', () => makeUser(server))
}

/** Shared: a user with names, addresses and an externalId. */
export function fullUser(server: Server): Promise<Made> {
  return server.once('fullUser', () =>
    makeUser(server, {
      externalId: server.unique('External'),
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      emails: twoEmails,
      active: true,
    }),
  )
}

/** Shared: a user with the enterprise extension. */
export function enterpriseUser(server: Server): Promise<Made> {
  return server.once('enterpriseUser', () =>
    makeUser(server, { [enterpriseUserUrn]: { employeeNumber: '701984', department: 'Tours' } }),
  )
}

/** Shared: a group whose one member is `user`. */
export function populatedGroup(server: Server): Promise<{ readonly group: Made; readonly user: Made }> {
  return server.once('populatedGroup', async () => {
    const user = await makeUser(server)
    return { user, group: await makeGroup(server, [user.id]) }
  })
}

/** Three users for filters, orders and pages, made in another order than their names have. */
export interface Crowd {
  readonly ada: Made
  readonly bob: Made
  readonly cy: Made
  /** What their externalIds begin with, and nobody else's; they end with -b, -C and -a. */
  readonly mark: string
}

/** Shared: `ada` has two addresses and is inactive, `bob` has one and no title, `cy` has neither address nor title. */
export function crowd(server: Server): Promise<Crowd> {
  return server.once('crowd', async () => {
    const mark = server.unique('crowd')
    // Sorted with regard to case: C, a, b.
    const person = (letter: string, more: JsonObject) =>
      makeUser(server, { externalId: `${mark}-${letter}`, ...more })
    const cy = await person('a', { displayName: 'Gamma', name: { givenName: 'Cy' }, active: true })
    const ada = await person('b', {
      displayName: 'Alpha',
      name: { givenName: 'ada', familyName: "O'Malley" },
      title: 'Engineer',
      active: false,
      emails: [
        { value: 'ada@work.example.com', type: 'work' },
        { value: 'ada@home.example.net', type: 'home' },
      ],
    })
    const bob = await person('C', {
      displayName: 'Beta',
      name: { givenName: 'Bob', familyName: 'Marley' },
      active: true,
      emails: [{ value: 'bob@home.example.com', type: 'home' }],
    })
    return { ada, bob, cy, mark }
  })
}

/** Ids that a filter finds among the crowd. */
export async function findInCrowd(server: Server, filter: string): Promise<readonly string[]> {
  const { mark } = await crowd(server)
  const answer = await server.query('/Users', { filter: `externalId sw "${mark}" and (${filter})` })
  return readList(answer).map((one) => String(one.id))
}
