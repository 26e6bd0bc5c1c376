// The same filter, asked of the columns and of the matcher in memory, selects the same users, on both stores.
// Judges: server/resources, scim/filter, server/mapping.
import { matchFilter, parseFilter, profiles, resolveFilter, userResourceType } from '@rollcall/scim'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { howMany } from '../harness/sample.ts'
import { type Directory, forEachStore } from '../harness/service.ts'

const filters = howMany({ sample: 1_000, whole: 5_000 })

const words = ['a', 'ab', 'Ab', 'B', 'ß', 'ＡＢ', 'é', 'e\u0301', '%', '_', "'", '\u{1F600}', 'x y', 'zz']

/** Deterministic people: every combination of having and lacking what filters ask for. */
const people = Array.from({ length: 60 }, (_, at) => {
  const pick = (step: number) => words[(at * step) % words.length] as string
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: `${pick(1)}${at}`,
    ...(at % 3 === 0 ? {} : { externalId: pick(5) }),
    ...(at % 4 === 0 ? {} : { displayName: pick(3) }),
    ...(at % 5 === 0 ? {} : { name: { familyName: pick(2), givenName: pick(7) } }),
    ...(at % 2 === 0 ? {} : { title: pick(11) }),
    active: at % 7 !== 0,
    emails: Array.from({ length: at % 3 }, (_unused, mail) => ({
      value: `${pick(mail + 2)}${mail}@x.test`,
      type: mail === 0 ? 'work' : 'home',
      primary: mail === 0,
    })),
  }
})

const texts = [
  'userName',
  'externalId',
  'displayName',
  'emails.value',
  'emails',
  'name.familyName',
  'title',
  'id',
  'emails.type',
]
const operators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
const value = fc.oneof(
  fc.constantFrom(...words, '', '@x.test', '1', 'work'),
  fc.constantFrom(...people.map(({ userName }) => userName)),
)
const compareText = fc
  .tuple(fc.constantFrom(...texts), fc.constantFrom(...operators), value)
  .map(([path, operator, text]) => `${path} ${operator} ${JSON.stringify(text)}`)
const present = fc.constantFrom(...texts, 'active', 'name', 'meta.created').map((path) => `${path} pr`)
const others = fc.constantFrom(
  'active eq true',
  'active eq false',
  'active ne true',
  'externalId eq null',
  'displayName ne null',
  'meta.created gt "2020-01-01T00:00:00Z"',
  'meta.lastModified lt "2020-01-01T00:00:00Z"',
  'meta.created ge "2999-01-01T00:00:00+02:00"',
  'emails[type eq "work" and value co "a"]',
  'emails[type eq "home" or primary eq true]',
  'emails[not (type eq "work")]',
)
const { filter } = fc.letrec<{ filter: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(compareText, present, others),
  filter: fc.oneof(
    { maxDepth: 3 },
    tie('leaf'),
    fc.tuple(tie('filter'), tie('filter')).map(([left, right]) => `(${left}) and (${right})`),
    fc.tuple(tie('filter'), tie('filter')).map(([left, right]) => `(${left}) or (${right})`),
    tie('filter').map((inner) => `not (${inner})`),
  ),
}))

forEachStore((start) => {
  describe('a filter', () => {
    let directory: Directory
    let resources: { id: string }[]

    const search = async (body: object): Promise<{ totalResults: number; Resources: { id: string }[] }> => {
      const headers = { authorization: `Bearer ${directory.key}`, 'content-type': 'application/scim+json' }
      const url = `${directory.scimUrl}/Users/.search`
      const response = await directory.send(
        new Request(url, { method: 'POST', headers, body: JSON.stringify(body) }),
      )
      const answer = await response.json()
      expect({ status: response.status, answer }).toMatchObject({ status: 200 })
      return answer as never
    }

    beforeAll(async () => {
      const service = await start()
      directory = await service.createOrganization()
      const other = await service.createOrganization()
      for (const { key, send, scimUrl } of [directory, other]) {
        for (const person of people) {
          const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }
          const response = await send(
            new Request(`${scimUrl}/Users`, { method: 'POST', headers, body: JSON.stringify(person) }),
          )
          expect(response.status).toBe(201)
        }
      }
      resources = (await search({ count: 1000 })).Resources
      expect(resources).toHaveLength(people.length)
    })

    it(`selects by columns the very users that it selects in memory, for ${filters} random filters`, async () => {
      await fc.assert(
        fc.asyncProperty(filter, async (text) => {
          const resolved = resolveFilter(
            userResourceType,
            parseFilter(text, { allowUnquoted: false }),
            profiles.auto,
          )
          const expected = resources.filter((resource) => matchFilter(resolved, resource)).map(({ id }) => id)
          const found = await search({ filter: text, count: 1000 })
          expect({ text, ids: found.Resources.map(({ id }) => id) }).toEqual({ text, ids: expected })
          expect(found.totalResults).toBe(expected.length)
        }),
        { numRuns: filters, seed: 20_260_101 },
      )
    }, 120_000)

    it.each(['userName', 'displayName', 'externalId', 'title', 'emails', 'meta.created', 'name.familyName'])(
      'sorts by %s the same by column and in memory, forwards and backwards, and pages without gaps',
      async (sortBy) => {
        for (const sortOrder of ['ascending', 'descending']) {
          const whole = await search({ sortBy, sortOrder, count: 1000 })
          const inMemory = await search({
            sortBy,
            sortOrder,
            count: 1000,
            filter: 'not (title eq "nobody has this") or active pr',
          })
          const pages = []
          for (let startIndex = 1; startIndex <= people.length; startIndex += 17) {
            pages.push(...(await search({ sortBy, sortOrder, startIndex, count: 17 })).Resources)
          }
          expect(whole.Resources.map(({ id }) => id)).toHaveLength(people.length)
          expect(inMemory.Resources.map(({ id }) => id)).toEqual(whole.Resources.map(({ id }) => id))
          expect(pages.map(({ id }) => id)).toEqual(whole.Resources.map(({ id }) => id))
        }
      },
    )
  })
})
