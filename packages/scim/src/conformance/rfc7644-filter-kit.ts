// How requirements on filters are written: which people a filter finds, and how one is refused.
import { isUnassigned, pick, pickText } from './answer.ts'
import { expectFound, ids, isDeclined, type Person, type Variant } from './crowd-search.ts'
import { Blocked, expectError, expectStatus, Inapplicable, Mismatch } from './expectation.ts'
import { type Draft, must } from './requirement.ts'
import type { Crowd } from './samples.ts'
import type { Server } from './server.ts'

export const declined =
  'the server declines this attribute in filters with 400 "invalidFilter", which Table 9 of RFC 7644 lets it'

export const id = (name: string) => `RFC7644-3.4.2.2-${name}`

/** A filter of Table 3 or 4, or of the grammar: one of the variants must work. */
export function finds(slug: string, sentence: string, ...variants: readonly Variant[]): Draft {
  return must(slug, 'filter', `${sentence}.`, (server) => expectFound(server, variants))
}

/** A filter on an attribute that the server may decline. */
export function findsBy(slug: string, sentence: string, ...variants: readonly Variant[]): Draft {
  return must(slug, 'filter', `${sentence}.`, (server) => expectFound(server, variants, declined))
}

const everybody = ['ada', 'bob', 'cy'] as const

/** Those who have a value: a server may need, or give, one that the catalogue did not set. */
export function having(people: Crowd, ...names: readonly string[]): readonly Person[] {
  return everybody.filter((one) => !isUnassigned(pick(people[one].body, ...names)))
}

export function comparing(people: Crowd, isWanted: (name: string) => boolean): readonly Person[] {
  const nameOf = (one: Person) => pickText(people[one].body, 'name', 'familyName')?.toLowerCase()
  return everybody.filter((one) => isWanted(nameOf(one) ?? '') && nameOf(one) !== undefined)
}

/** Whether the server refuses an operator that it does not know as it must. */
async function hasInvalidFilter(server: Server): Promise<boolean> {
  return server.once('invalidFilter', async () => {
    const { status, body } = await server.query('/Users', { filter: 'userName regex "a.*"' })
    return status === 400 && pick(body, 'scimType') === 'invalidFilter'
  })
}

/** A refusal of a filter; that the server has no "invalidFilter" at all is the matter of one requirement. */
export async function expectRefused(server: Server, filter: string): Promise<void> {
  const answer = expectStatus(await server.query('/Users', { filter }), 400)
  try {
    expectError(answer, 400, 'invalidFilter')
  } catch (error) {
    if (!(error instanceof Mismatch) || (await hasInvalidFilter(server))) throw error
    throw new Blocked(id('invalid-filter'), error)
  }
}

/** A filter that is refused with 400 invalidFilter. */
export function refused(slug: string, sentence: string, filter: string): Draft {
  return must(slug, 'filter', `${sentence}: \`${filter}\`.`, async (server) => {
    await expectRefused(server, filter)
  })
}

/** The ids that a filter finds; Inapplicable where the server declines it. */
export async function found(server: Server, path: string, filter: string): Promise<readonly string[]> {
  const answer = await server.query(path, { filter })
  if (isDeclined(answer)) throw new Inapplicable(declined)
  return ids(answer)
}
