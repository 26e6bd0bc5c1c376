// Entries of the form "a user, one operation, what the user is then like", and what users are like.

import type { JsonObject, JsonValue } from '../json.ts'
import { userUrn } from '../urn.ts'
import { isUnassigned, pick, pickValues } from './answer.ts'
import { requireChangeable } from './discovered.ts'
import { expectSame, expectSet, expectThat, Inapplicable } from './expectation.ts'
import { requireValuePaths } from './foundations.ts'
import { requireKept } from './kept.ts'
import { type Draft, must } from './requirement.ts'
import { freshMail, type Mail, makeUser, readAfter, requireClearable } from './samples.ts'
import type { Server } from './server.ts'
import { isObligatory } from './shape.ts'

/** What a judge sees: the user before and after the operation, and the addresses of this check. */
export interface Change {
  readonly before: JsonObject
  readonly after: JsonObject
  readonly mail: Mail
}

/** Throws Mismatch when the user is not what it must be after the operation. */
export type Judge = (change: Change) => void

type Build = JsonObject | ((mail: Mail) => JsonObject)

const built = (build: Build, mail: Mail): JsonObject => (typeof build === 'function' ? build(mail) : build)

/** What a path of an operation, or the value of one without a path, touches. */
function touched({ path, value }: JsonObject): JsonObject {
  if (typeof path !== 'string') return value as JsonObject
  const [head = '', part] = path.replace(/\[.*\]/, '').split('.')
  const isWhole = part === undefined || head === 'emails'
  return { [head]: isWhole ? (value ?? 'x') : { [part]: value ?? 'x' } } as JsonObject
}

/** A user, one operation and what the user must then be like. */
export function changes(
  slug: string,
  sentence: string,
  before: Build,
  operation: Build,
  judge: Judge,
): Draft {
  return must(slug, 'patch', sentence, async (server) => {
    const mail = freshMail(server)
    const wanted = built(operation, mail)
    await requireKept(server, touched(wanted))
    for (const name of Object.keys(touched(wanted))) await requireChangeable(server, userUrn, name)
    if (String(wanted.path).includes('[')) await requireValuePaths(server)
    if (wanted.op === 'remove') await requireRemovable(server, String(wanted.path))
    const { path, body } = await makeUser(server, built(before, mail))
    judge({ before: body, after: await readAfter(server, path, server.patch(path, wanted)), mail })
  })
}

/** Throws Inapplicable where this server does not let users be without what an operation takes away. */
async function requireRemovable(server: Server, path: string): Promise<void> {
  const name = path.replace(/\[.*\]/, '')
  if (path.includes('[')) {
    if (await isObligatory(server, name)) throw new Inapplicable(`this server needs users to have "${name}"`)
  } else await requireClearable(server, name)
}

type MailName = 'work' | 'home' | 'other'

/** These are the addresses, in any order. */
export const emailsAre =
  (...wanted: readonly MailName[]): Judge =>
  ({ after, mail }) =>
    expectSet(
      pickValues(after, 'emails'),
      wanted.map((one) => mail[one]),
      'emails.value',
    )

/** The addresses from before, among them any that the server gave itself, and one more. */
export const emailsGain =
  (gained: MailName): Judge =>
  ({ before, after, mail }) =>
    expectSet(
      pickValues(after, 'emails'),
      [...pickValues(before, 'emails').map(String), mail[gained]],
      'emails.value',
    )

/** The name has these parts; others are not looked at. */
export const nameIs =
  (wanted: JsonObject): Judge =>
  ({ after }) => {
    for (const [part, value] of Object.entries(wanted))
      expectSame(pick(after, 'name', part), value, `name.${part}`)
  }

/** Undefined: it is unassigned. */
export const titleIs =
  (wanted: string | undefined): Judge =>
  ({ after }) => {
    const title: JsonValue | undefined = pick(after, 'title')
    return wanted === undefined
      ? expectThat(isUnassigned(title), 'no title', title)
      : expectSame(title, wanted, 'title')
  }

/** A name of two parts. */
export const name = { givenName: 'Ada', familyName: 'King' }
