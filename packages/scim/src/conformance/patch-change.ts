// Entries of the form "a user, one operation, what the user is then like", and what users are like.

import type { JsonObject } from '../json.ts'
import { isUnassigned, pick, pickValues } from './answer.ts'
import { expectSame, expectSet, expectThat } from './expectation.ts'
import { type Draft, must } from './requirement.ts'
import { makeUser, readAfter } from './samples.ts'

/** Throws Mismatch when the user is not what it must be after the operation. */
export type Judge = (after: JsonObject) => void

/** A user, one operation and what the user must then be like. */
export function changes(
  slug: string,
  sentence: string,
  before: JsonObject,
  operation: JsonObject,
  judge: Judge,
): Draft {
  return must(slug, 'patch', sentence, async (server) => {
    const { path } = await makeUser(server, before)
    judge(await readAfter(server, path, server.patch(path, operation)))
  })
}

/** These are the addresses, in any order. */
export const emailsAre =
  (...wanted: readonly string[]): Judge =>
  (after) =>
    expectSet(pickValues(after, 'emails'), wanted, 'emails.value')

/** The name has these parts; others are not looked at. */
export const nameIs =
  (wanted: JsonObject): Judge =>
  (after) => {
    for (const [part, value] of Object.entries(wanted))
      expectSame(pick(after, 'name', part), value, `name.${part}`)
  }

/** Undefined: it is unassigned. */
export const titleIs =
  (wanted: string | undefined): Judge =>
  ({ title }) =>
    wanted === undefined
      ? expectThat(isUnassigned(title), 'no title', title)
      : expectSame(title, wanted, 'title')

/** A name of two parts. */
export const name = { givenName: 'Ada', familyName: 'King' }
/** An address beside those of `twoEmails`. */
export const third = { value: 'other@example.org', type: 'other' }
/** The addresses of `twoEmails`. */
export const [work, home] = ['work@example.com', 'home@example.net'] as const
