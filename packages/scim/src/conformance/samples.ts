// Users and groups that checks work on. Those made once are shared, so checks only read them; the others are one check's own.
// What goes wrong while they are made is never the finding of the check that needs them.

import type { JsonObject, JsonValue } from '../json.ts'
import { enterpriseUserUrn, groupUrn, userUrn } from '../urn.ts'
import { type Answer, isUnassigned, pick, pickObjects, pickText, pickValues } from './answer.ts'
import { describedAs, findAttributes } from './discovered.ts'
import {
  Blocked,
  expectSuccess,
  expectThat,
  Inapplicable,
  isSuccess,
  Mismatch,
  readObject,
  restingOn,
} from './expectation.ts'
import { requireKept } from './kept.ts'
import { toPath } from './reference.ts'
import type { Server } from './server.ts'
import { announced, freshMail, freshUser, isObligatory, type Mail, merge, schemasOf } from './shape.ts'

/** A resource of this run, and how it was answered when it was made. */
export interface Made {
  readonly id: string
  /** Below the base URL. */
  readonly path: string
  /** userName or displayName. */
  readonly name: string
  readonly answer: Answer
  readonly body: JsonObject
  /** What this server needs of such a resource, as a PUT has to repeat it. */
  readonly base: JsonObject
}

/** The body of a user that this server takes, with a name of its own. */
export async function userBody(
  server: Server,
  more: JsonObject = {},
): Promise<JsonObject & { readonly userName: string }> {
  const body = merge(await freshUser(server), more)
  return { ...body, schemas: schemasOf(userUrn, body) } as unknown as JsonObject & {
    readonly userName: string
  }
}

/** The body of a user of another name; a server may need an address where the name is none. */
export async function userNamed(server: Server, userName: string): Promise<JsonObject> {
  const body = await userBody(server, { userName })
  const attributes = await findAttributes(server, userUrn)
  const isOffered = attributes !== undefined && describedAs(attributes, 'emails') !== undefined
  if (!isOffered || body.emails !== undefined) return body
  return { ...body, emails: [{ value: freshMail(server).work, type: 'work', primary: true }] }
}

/** The body of a user without what is in `names`. */
export async function userWithout(server: Server, ...names: readonly string[]): Promise<JsonObject> {
  const body = await userBody(server)
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))
}

/** The body of a group with a name of its own. */
export async function groupBody(
  server: Server,
  memberIds: readonly string[] = [],
): Promise<JsonObject & { readonly displayName: string }> {
  const members = memberIds.length === 0 ? {} : { members: memberIds.map((value) => ({ value })) }
  const base = await announced(server, '/Groups', groupUrn)
  return {
    ...base,
    schemas: schemasOf(groupUrn, base),
    displayName: server.unique('group'),
    ...members,
  } as unknown as JsonObject & { readonly displayName: string }
}

/** A body for PUT of what was made: what the server needs of it, and what is to change. Blocks where no PUT is taken. */
export async function rebody(
  server: Server,
  made: Pick<Made, 'base' | 'id'>,
  more: JsonObject = {},
): Promise<JsonObject> {
  const { needsId } = await learnPut(server)
  return composePut(made, needsId, more)
}

function composePut({ base, id }: Pick<Made, 'base' | 'id'>, needsId: boolean, more: JsonObject): JsonObject {
  const urn = base.userName === undefined ? groupUrn : userUrn
  const body = merge(needsId ? { id, ...base } : base, more)
  return { ...body, schemas: schemasOf(urn, body) }
}

/** How this server takes a PUT of a user; blocks where it takes none. */
export function learnPut(
  server: Server,
): Promise<{ readonly needsId: boolean; readonly refusal: Mismatch | undefined }> {
  return server.once('put', async () => {
    const user = await makeUser(server)
    const first = await server.put(user.path, composePut(user, false, {}))
    if (isSuccess(first)) return { needsId: false, refusal: undefined }
    const refusal = new Mismatch('a success (2xx): PUT is supported', String(first.status), first)
    if (isSuccess(await server.put(user.path, composePut(user, true, {})))) return { needsId: true, refusal }
    throw new Blocked('RFC7644-3.5-put', refusal)
  })
}

async function make(
  endpoint: string,
  because: string,
  base: JsonObject,
  asked: Promise<Answer>,
): Promise<Made> {
  const answer = await asked
  const made = await restingOn(because, () => {
    const body = readObject(expectSuccess(answer, 'it is created'), answer.status)
    const id = pickText(body, 'id')
    expectThat(id !== undefined && id !== '', 'an id in the answer to POST', pick(body, 'id'), answer)
    return { body, id }
  })
  const name = String(base.userName ?? base.displayName)
  return { ...made, path: `${endpoint}/${encodeURIComponent(made.id)}`, name, answer, base }
}

/** POST /Users. Throws Inapplicable for an attribute that the server's schema does not have. */
export async function makeUser(server: Server, more: JsonObject = {}): Promise<Made> {
  await requireKept(server, more)
  const base = await freshUser(server)
  const body = merge(base, more)
  const asked = server.post('/Users', { ...body, schemas: schemasOf(userUrn, body) })
  return make('/Users', 'RFC7644-3.3-created', base, asked)
}

/** POST /Groups. Members that a create does not take are added afterwards, where the server has a way for that. */
export async function makeGroup(server: Server, memberIds: readonly string[] = []): Promise<Made> {
  const takesMembers = memberIds.length === 0 || (await learnMembers(server)) === undefined
  const body = await groupBody(server, takesMembers ? memberIds : [])
  const { members: _, ...base } = body
  const group = await make(
    '/Groups',
    'RFC7644-3.3-created-group',
    base as JsonObject,
    server.post('/Groups', body),
  )
  if (!takesMembers) await addMembers(server, group, memberIds)
  return group
}

async function addMembers(server: Server, group: Made, memberIds: readonly string[]): Promise<void> {
  const value = memberIds.map((one) => ({ value: one }))
  const answer = await server.patch(group.path, { op: 'add', path: 'members', value })
  if (!isSuccess(answer)) await server.put(group.path, merge(group.base, { id: group.id, members: value }))
}

/** Undefined: a group can be created with members; else how it is not. */
export function learnMembers(server: Server): Promise<Mismatch | undefined> {
  return server.once('members', async () => {
    const plain = await makeGroup(server)
    const user = await plainUser(server)
    const answer = await server.post('/Groups', await groupBody(server, [user.id]))
    const id = pickText(answer.body, 'id')
    if (!isSuccess(answer) || id === undefined)
      return new Mismatch(`a success, as of ${plain.name} without members`, String(answer.status), answer)
    const members = await membersOf(server, `/Groups/${encodeURIComponent(id)}`)
    if (members.includes(user.id)) return undefined
    return new Mismatch(`the member ${user.id}`, JSON.stringify(members), answer)
  })
}

/** Blocks when not even a plain user, or group, can be read. */
async function requireReading(server: Server, path: string): Promise<void> {
  const isGroup = path.startsWith('/Groups')
  const known = isGroup ? 'RFC7644-3.4.1-known-group' : 'RFC7644-3.4.1-known-user'
  await server.once(`reading ${known}`, async () => {
    const made = await (isGroup ? plainGroup(server) : plainUser(server))
    await restingOn(known, async () => readObject(await server.get(made.path)))
  })
}

/** GET, which must be 200 with an object. */
export async function read(server: Server, path: string): Promise<JsonObject> {
  const answer = await server.get(path)
  const below = path.startsWith('/') ? path : toPath(server.baseUrl, path)
  if (answer.status !== 200 && /^\/(Users|Groups)\//.test(below)) await requireReading(server, below)
  return readObject(answer)
}

/** GET of a group with its members, also where they come on request only. */
export async function readGroup(server: Server, path: string): Promise<JsonObject> {
  const attributes = await findAttributes(server, groupUrn)
  const isOnRequest = attributes && describedAs(attributes, 'members')?.returned === 'request'
  return read(server, isOnRequest === true ? `${path}?attributes=displayName,members` : path)
}

/** Values of the members of a group. */
export async function membersOf(server: Server, path: string): Promise<readonly (JsonValue | undefined)[]> {
  return pickValues(await readGroup(server, path), 'members')
}

/** The resource as it is read back after a change, which must have been a success. */
export async function readAfter(server: Server, path: string, change: Promise<Answer>): Promise<JsonObject> {
  expectSuccess(await change, 'the change is made')
  return path.startsWith('/Groups') ? readGroup(server, path) : read(server, path)
}

/** PUT of a user under its own name; the user as it is read back. */
export async function replaced(server: Server, user: Made, more: JsonObject = {}): Promise<JsonObject> {
  const body = await rebody(server, user, more)
  return readAfter(server, user.path, server.put(user.path, body))
}

/** Shared: a user without anything but what it must have. */
export function plainUser(server: Server): Promise<Made> {
  return server.once('plainUser', () => makeUser(server))
}

/** Shared: a group without members. */
export function plainGroup(server: Server): Promise<Made> {
  return server.once('plainGroup', () => makeGroup(server))
}

/** Shared: a user with names, addresses and an externalId, as far as the server has them. */
export function fullUser(server: Server): Promise<Made> {
  return server.once('fullUser', async () => {
    const wanted: readonly JsonObject[] = [
      { externalId: server.unique('External') },
      { name: { givenName: 'Ada', familyName: 'Lovelace' } },
      { emails: freshMail(server).two },
      { active: true },
    ]
    return makeUser(server, await onlyKept(server, wanted))
  })
}

/** Those of the attributes that this server keeps. */
export async function onlyKept(server: Server, wanted: readonly JsonObject[]): Promise<JsonObject> {
  let body: JsonObject = {}
  for (const one of wanted)
    await requireKept(server, one).then(
      () => {
        body = merge(body, one)
      },
      () => {},
    )
  return body
}

/** The full user, which must have these attributes. */
export async function fullUserWith(server: Server, ...names: readonly string[]): Promise<Made> {
  const samples: JsonObject = {
    externalId: 'x',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    emails: freshMail(server).two,
    active: true,
  }
  for (const name of names) await requireKept(server, { [name]: samples[name] ?? null })
  return fullUser(server)
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

/** The shared group's one member as it is read; blocks where there is none. */
export async function onlyMember(
  server: Server,
): Promise<{ readonly member: JsonObject; readonly user: Made }> {
  const { group, user } = await populatedGroup(server)
  const body = await readGroup(server, group.path)
  const [member] = pickObjects(body, 'members')
  if (member === undefined) throw new Blocked('RFC7643-4.2-members-value', new Mismatch('a member', 'none'))
  return { member, user }
}

/** Three users for filters, orders and pages, made in another order than their names have. */
export interface Crowd {
  readonly ada: Made
  readonly bob: Made
  readonly cy: Made
  /** What their externalIds begin with, and nobody else's; they end with -b, -C and -a. */
  readonly mark: string
  readonly mail: { readonly ada: Mail; readonly bob: Mail }
}

/**
 * Shared: `ada` has two addresses and is inactive, `bob` has one and no title, `cy` has neither address nor title, each as far
 * as the server has such attributes.
 */
export function crowd(server: Server): Promise<Crowd> {
  return server.once('crowd', async () => {
    const mark = server.unique('crowd')
    const mail = { ada: freshMail(server, 'a'), bob: freshMail(server, 'b') }
    // Sorted with regard to case: C, a, b.
    const person = async (letter: string, ...more: readonly JsonObject[]) =>
      makeUser(server, await onlyKept(server, [{ externalId: `${mark}-${letter}` }, ...more]))
    const cy = await person('a', { displayName: 'Gamma' }, { name: { givenName: 'Cy' } }, { active: true })
    const ada = await person(
      'b',
      { displayName: 'Alpha' },
      { name: { givenName: 'ada', familyName: "O'Malley" } },
      { title: 'Engineer' },
      { active: false },
      {
        emails: [
          { value: mail.ada.work, type: 'work' },
          { value: mail.ada.home, type: 'home' },
        ],
      },
    )
    const bob = await person(
      'C',
      { displayName: 'Beta' },
      { name: { givenName: 'Bob', familyName: 'Marley' } },
      { active: true },
      { emails: [{ value: mail.bob.work, type: 'home' }] },
    )
    return { ada, bob, cy, mark, mail }
  })
}

export { freshMail, type Mail } from './shape.ts'

/** Throws Inapplicable where users have the attribute in any case: this server needs it, or gives one of its own. */
export async function requireClearable(server: Server, name: string): Promise<void> {
  const [head = ''] = name.split('.')
  if (await isObligatory(server, name)) throw new Inapplicable(`this server needs users to have "${name}"`)
  const { body } = await plainUser(server)
  if (!isUnassigned(pick(body, head)))
    throw new Inapplicable(`this server gives users without "${head}" one of its own`)
}
