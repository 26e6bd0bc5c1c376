// How checks ask for the crowd: by whatever filter the server has for it, else by walking all resources. So a check of one
// operator, of pages or of an order fails by that alone.

import type { JsonObject } from '../json.ts'
import { errorUrn } from '../urn.ts'
import { type Answer, pick } from './answer.ts'
import {
  Blocked,
  expectSet,
  expectThat,
  Inapplicable,
  Mismatch,
  pickListIds,
  readList,
  restingOn,
} from './expectation.ts'
import { namesIn, requireKept } from './kept.ts'
import { type Crowd, crowd } from './samples.ts'
import type { Server } from './server.ts'

export type Person = 'ada' | 'bob' | 'cy'
/** Query parameters. */
export type Parameters = Readonly<Record<string, string>>

const pageSize = 100
const maxPages = 20

/** Of the resources of a list, in its order. */
export const ids = pickListIds

const isSameSet = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((one) => right.includes(one))

/** Ids of a list; undefined where the answer is none. */
function tryIds(answer: Answer): readonly string[] | undefined {
  try {
    return ids(answer)
  } catch {
    return undefined
  }
}

/** A filter that selects the crowd and takes "and" beside it; undefined where the server has none. */
export function narrowing(server: Server): Promise<string | undefined> {
  return server.once('narrowing', async () => {
    if (pick(server.config, 'filter', 'supported') === false) return undefined
    const people = await crowd(server)
    const all = [people.ada, people.bob, people.cy]
    const candidates = [
      ...(namesIn(people.ada.body).includes('externalId') ? [`externalId sw "${people.mark}"`] : []),
      `(${all.map((one) => `id eq "${one.id}"`).join(' or ')})`,
      `(${all.map((one) => `userName eq "${one.name}"`).join(' or ')})`,
    ]
    for (const filter of candidates) {
      const whole = tryIds(await server.query('/Users', { filter }))
      if (
        whole === undefined ||
        !isSameSet(
          whole,
          all.map((one) => one.id),
        )
      )
        continue
      const part = tryIds(
        await server.query('/Users', { filter: `${filter} and userName eq "${people.ada.name}"` }),
      )
      if (part !== undefined && isSameSet(part, [people.ada.id])) return filter
    }
    return undefined
  })
}

/** The parameters by which the crowd is asked for alone; throws Inapplicable where the server has no filter for it. */
export async function crowdAlone(server: Server): Promise<Parameters> {
  const filter = await narrowing(server)
  if (filter === undefined) throw new Inapplicable('no filter of the server selects three resources alone')
  return { filter }
}

/** The crowd with more parameters; throws Inapplicable where the server has no filter for it. */
export async function askCrowd(server: Server, parameters: Parameters): Promise<Answer> {
  return server.query('/Users', { ...(await crowdAlone(server)), ...parameters })
}

interface Walk {
  readonly first: Answer
  readonly ids: readonly string[]
  /** `stuck`: further pages bring nothing new though there is more; `long`: there is more than is walked. */
  readonly end: 'whole' | 'stuck' | 'long'
}

/** Throws where a walk did not come to its end, so that nothing can be said of what it did not see. */
function requireWhole({ end, first, ids: found }: Walk): void {
  if (end === 'long') throw new Inapplicable('there are too many resources to find the crowd among them')
  const came = `${found.length} of ${String(pick(first.body, 'totalResults'))}`
  if (end === 'stuck')
    throw new Blocked('RFC7644-3.4.2.4-pages', new Mismatch('every resource once in its pages', came, first))
}

/** All pages of a query, as far as the server goes on; an answer that is no list ends it. */
export async function walk(server: Server, parameters: Parameters): Promise<Walk> {
  const found: string[] = []
  let first: Answer | undefined
  for (let page = 0; page < maxPages; page += 1) {
    const startIndex = String(found.length + 1)
    const paging = page === 0 ? { count: String(pageSize) } : { count: String(pageSize), startIndex }
    const answer = await server.query('/Users', { ...parameters, ...paging })
    first ??= answer
    const fresh = (tryIds(answer) ?? []).filter((id) => !found.includes(id))
    found.push(...fresh)
    const total = pick(answer.body, 'totalResults')
    const isWhole = typeof total !== 'number' || found.length >= total
    if (fresh.length === 0) return { first, ids: found, end: isWhole ? 'whole' : 'stuck' }
    if (typeof total === 'number' && isWhole) return { first, ids: found, end: 'whole' }
  }
  return { first: first as Answer, ids: found, end: 'long' }
}

/** The crowd in the order in which the server gives it with these parameters. */
export async function orderOfCrowd(server: Server, parameters: Parameters) {
  const people = await crowd(server)
  const filter = await narrowing(server)
  const found = await walk(server, { ...(filter === undefined ? {} : { filter }), ...parameters })
  const names = (['ada', 'bob', 'cy'] as const).map((name) => [name, people[name].id] as const)
  readList(found.first)
  const order = found.ids.flatMap((id) => names.find((one) => one[1] === id)?.[0] ?? [])
  requireWhole(found)
  return { order, answer: found.first }
}

/** A filter and who of the crowd it selects. */
export type Variant = (people: Crowd) => readonly [filter: string, ...wanted: Person[]]

const attributeOf =
  /\b(externalId|displayName|title|active|name\.givenName|name\.familyName|emails\.value|emails\.type|emails)\b/gi
const samples: JsonObject = {
  externalId: 'x',
  displayName: 'x',
  title: 'x',
  active: false,
  name: { givenName: 'x', familyName: 'x' },
  emails: [
    { value: 'x', type: 'work' },
    { value: 'y', type: 'home' },
  ],
}

async function requireNamed(server: Server, filter: string): Promise<void> {
  const bare = filter.replaceAll(/"(\\.|[^"\\])*"/g, '""')
  const heads = new Set(
    [...bare.matchAll(attributeOf)].map((match) => String(match[0]).split('.')[0]?.toLowerCase()),
  )
  for (const [name, value] of Object.entries(samples))
    if (heads.has(name.toLowerCase())) await requireKept(server, { [name]: value })
}

/** A refusal that Table 9 of RFC 7644 has a word for: the server does not compare this attribute in this way. */
export function isDeclined(answer: Answer): boolean {
  const schemas = pick(answer.body, 'schemas')
  const type = pick(answer.body, 'scimType')
  const isError = Array.isArray(schemas) && schemas.includes(errorUrn)
  return isError && ((answer.status === 400 && type === 'invalidFilter') || answer.status === 501)
}

/** Judges a filter; resolves with the refusal where the server declines it. */
async function judge(server: Server, variant: Variant): Promise<Answer | undefined> {
  const people = await crowd(server)
  const [filter, ...names] = variant(people)
  const wanted = names.map((name) => people[name].id)
  const narrow = await narrowing(server)
  if (narrow !== undefined) {
    const answer = await server.query('/Users', { filter: `${narrow} and (${filter})` })
    const came = tryIds(answer)
    if (came !== undefined && isSameSet(came, wanted)) return undefined
  }
  // What was wrong may have been what stands beside the filter, so it is judged alone.
  const walked = await walk(server, { filter })
  const { first, ids: found } = walked
  if (isDeclined(first)) return first
  readList(first)
  requireWhole(walked)
  const all = [people.ada.id, people.bob.id, people.cy.id]
  expectSet(
    found.filter((id) => all.includes(id)),
    wanted,
    `for ${filter} of the three ${all.join(', ')}`,
    first,
  )
  return undefined
}

/**
 * Judges the first of the variants that the server does not decline. Throws Mismatch where it declines them all, or Inapplicable
 * with `declining`, where the server may.
 */
export async function expectFound(
  server: Server,
  variants: readonly Variant[],
  declining?: string,
): Promise<void> {
  let declined: Answer | undefined
  let missing: unknown
  for (const variant of variants) {
    const [filter] = variant(await crowd(server))
    try {
      await requireNamed(server, filter)
    } catch (error) {
      missing ??= error
      continue
    }
    const answer = await judge(server, variant)
    if (answer === undefined) return
    declined ??= answer
  }
  if (declined === undefined) throw missing
  if (declining !== undefined) throw new Inapplicable(declining)
  throw new Mismatch('status 200', String(declined.status), declined)
}

/** Blocks where not even a user is found by its userName. */
export function requireFilter(server: Server): Promise<void> {
  return server.once('filter', async () => {
    const { ada } = await crowd(server)
    await restingOn('RFC7644-3.4.2.2-only-matches', () => expectFoundByName(server, ada.name, ada.id))
  })
}

/** `userName eq` finds one user and nobody else. */
export async function expectFoundByName(server: Server, name: string, id: string): Promise<void> {
  const answer = await server.query('/Users', { filter: `userName eq "${name}"` })
  expectSet(ids(answer), [id], 'ids', answer)
  const nobody = await server.query('/Users', { filter: `userName eq "${server.unique('nobody')}"` })
  expectThat(ids(nobody).length === 0, 'no resource for a name that nobody has', ids(nobody).length, nobody)
}
