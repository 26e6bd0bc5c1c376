// Requests made by a grammar, then bent, 10,000 in test:endurance, half of them on each store, and 2,500 in npm test: every answer is
// SCIM JSON, none is 5xx, nothing takes long, and the service goes on.
// Judges: server/scim, scim.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { body, patchBody, userBody } from '../../packages/scim/src/testing/arbitrary.ts'
import { howMany } from '../harness/sample.ts'
import { type Directory, forOneStore } from '../harness/service.ts'
import { createClient, groupUrn, patchOp } from './client.ts'

const requestsPerStore = howMany({ sample: 2_500, whole: 5_000 })

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const paths = [
  'userName',
  'USERNAME',
  'emails',
  'emails.value',
  'emails.type',
  'name.familyName',
  'active',
  'meta.created',
  'meta.lastModified',
  'groups.value',
  'groups',
  'displayName',
  'externalId',
  'members',
  'members.value',
  'members.display',
  'id',
  'password',
  'schemas',
  `${enterprise}:department`,
  `${enterprise}:manager.value`,
  'nothing',
  '__proto__',
]
const literal = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    'true',
    'false',
    'null',
    '1',
    '-1.5e3',
    '"2026-01-01T00:00:00Z"',
    '"%_\\\\"',
    '""',
    'bare@x',
    "'x'",
  ),
)
const operator = fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'EQ', 'xx')
const { filter } = fc.letrec<{ filter: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    fc.tuple(fc.constantFrom(...paths), operator, literal).map((parts) => parts.join(' ')),
    fc.constantFrom(...paths).map((path) => `${path} pr`),
    fc
      .tuple(fc.constantFrom('emails', 'members', 'groups', 'roles'), literal)
      .map(([path, value]) => `${path}[type eq "work" and not (value sw ${value})]`),
  ),
  filter: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc
      .tuple(tie('filter'), fc.constantFrom('and', 'or', 'AND'), tie('filter'))
      .map((parts) => parts.join(' ')),
    tie('filter').map((inner) => `not (${inner})`),
    tie('filter').map((inner) => `(${inner})`),
  ),
}))

/** A text with a piece cut out, doubled or replaced. */
const bend = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      text,
      fc.nat(),
      fc.nat(6),
      fc.constantFrom('', '', '', '"', '(', ')', '[', '\\', '\u0000', '🙂', '%'),
    )
    .map(([whole, at, length, piece]) => {
      const start = at % (whole.length + 1)
      return whole.slice(0, start) + piece + whole.slice(start + length)
    })
const someFilter = fc.oneof({ weight: 3, arbitrary: filter }, { weight: 1, arbitrary: bend(filter) })

interface Sent {
  readonly method: string
  readonly path: string
  readonly body?: string
}

const known = { userId: '', groupId: '' }
const id = fc.constantFrom(
  '{user}',
  '{group}',
  'x',
  '%00',
  'usr_00000000000000000000000000',
  '..',
  '{user}%2f',
)
const parameter = fc.oneof(
  someFilter.map((text) => `filter=${encodeURIComponent(text.toWellFormed())}`),
  fc.constantFrom(...paths).map((path) => `sortBy=${path}&sortOrder=descending`),
  fc.constantFrom(
    'count=0',
    'count=-1',
    'count=1e9',
    'count=NaN',
    'count=9007199254740993',
    'count=1;',
    'count=',
  ),
  fc.constantFrom(
    'startIndex=0',
    'startIndex=-5',
    'startIndex=9007199254740992',
    'startIndex=x',
    'cursor=',
    'cursor=eA',
  ),
  fc.constantFrom(
    'attributes=emails',
    'attributes=members.value',
    'excludedAttributes=members',
    'attributes=,',
    'x=y',
  ),
)
const query = fc.array(parameter, { maxLength: 3 }).map((parts) => `?${parts.join('&')}`)
const json = (value: fc.Arbitrary<unknown>): fc.Arbitrary<string> => {
  const text = value.map((one) => JSON.stringify(one) ?? 'null')
  return fc.oneof(
    { weight: 8, arbitrary: text },
    { weight: 1, arbitrary: bend(text) },
    // Names that are there twice (RFC 8259 §4 leaves open what they mean).
    { weight: 1, arbitrary: text.map((one) => one.replace('{', '{"userName":"twice","userName":1,')) },
  )
}
const members = fc.array(
  fc.oneof(
    fc.record({ value: fc.constantFrom<unknown>('{user}', '{group}', 'x', 7, null, ['x']) }),
    body as fc.Arbitrary<unknown>,
  ),
  { maxLength: 4 },
)
const groupBody = fc.record(
  {
    schemas: fc.constant([groupUrn]),
    displayName: fc.string({ unit: 'binary', maxLength: 8 }),
    members,
    externalId: body,
  },
  { requiredKeys: ['displayName'] },
)
const groupPatch = fc
  .array(
    fc.record(
      {
        op: fc.constantFrom('add', 'Remove', 'replace', 'x'),
        path: fc.oneof(
          fc.constantFrom(
            'members',
            'displayName',
            'members.value',
            'members[value eq "{user}"]',
            'externalId',
          ),
          someFilter.map((text) => `members[${text}]`),
        ),
        value: fc.oneof(members, body as fc.Arbitrary<unknown>),
      },
      { requiredKeys: ['op'] },
    ),
    { maxLength: 4 },
  )
  .map((operations) => ({ schemas: [patchOp], Operations: operations }))
const bulk = fc
  .array(
    fc.record(
      {
        method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'GET'),
        path: fc.constantFrom(
          '/Users',
          '/Groups',
          '/Users/{user}',
          '/Groups/bulkId:a',
          '/Bulk',
          'x',
          '/Users/x',
        ),
        bulkId: fc.constantFrom('a', 'b', 'c'),
        data: fc.oneof(userBody as fc.Arbitrary<unknown>, groupBody, patchBody as fc.Arbitrary<unknown>),
        version: fc.constantFrom('W/"1"', '*', 'x'),
      },
      { requiredKeys: ['method'] },
    ),
    { maxLength: 6 },
  )
  .map((operations) => ({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: operations,
  }))
const search = fc.record(
  {
    filter: fc.oneof(someFilter, body as fc.Arbitrary<unknown>),
    count: body,
    sortBy: body,
    attributes: body,
    cursor: body,
  },
  { requiredKeys: [] },
)

const request: fc.Arbitrary<Sent> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('/Users', '/Groups', '/', '/Schemas'), query)
      .map(([path, text]) => ({ method: 'GET', path: path + text })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('GET', 'DELETE'), fc.constantFrom('Users', 'Groups', 'Schemas', 'x'), id, query)
      .map(([method, endpoint, one, text]) => ({ method, path: `/${endpoint}/${one}${text}` })),
  },
  { weight: 2, arbitrary: json(userBody).map((text) => ({ method: 'POST', path: '/Users', body: text })) },
  { weight: 2, arbitrary: json(groupBody).map((text) => ({ method: 'POST', path: '/Groups', body: text })) },
  {
    weight: 1,
    arbitrary: json(userBody).map((text) => ({ method: 'PUT', path: '/Users/{user}', body: text })),
  },
  {
    weight: 2,
    arbitrary: json(patchBody).map((text) => ({ method: 'PATCH', path: '/Users/{user}', body: text })),
  },
  {
    weight: 1,
    arbitrary: json(groupBody).map((text) => ({ method: 'PUT', path: '/Groups/{group}', body: text })),
  },
  {
    weight: 2,
    arbitrary: json(groupPatch).map((text) => ({ method: 'PATCH', path: '/Groups/{group}', body: text })),
  },
  { weight: 1, arbitrary: json(bulk).map((text) => ({ method: 'POST', path: '/Bulk', body: text })) },
  {
    weight: 1,
    arbitrary: json(search).chain((text) =>
      fc
        .constantFrom('/.search', '/Users/.search', '/Groups/.search')
        .map((path) => ({ method: 'POST', path, body: text })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'binary', maxLength: 40 })
      .map((text) => ({ method: 'POST', path: '/Users', body: text.toWellFormed() })),
  },
)

const fill = (text: string): string =>
  text.replaceAll('{user}', known.userId).replaceAll('{group}', known.groupId)

forOneStore(import.meta.filename, (start, store) => {
  describe('any request', () => {
    it(`is answered in SCIM JSON and never with 5xx: ${requestsPerStore} of a grammar`, async () => {
      const directory: Directory = await (await start()).createOrganization()
      const scim = createClient(directory)
      const times: number[] = []
      let accepted = 0
      const renew = async (): Promise<void> => {
        const names = `${store}-${times.length}`
        if ((await scim.send('GET', `/Users/${known.userId}`)).status !== 200)
          known.userId = await scim.user(names)
        if ((await scim.send('GET', `/Groups/${known.groupId}`)).status !== 200)
          known.groupId = await scim.group(names)
      }
      known.userId = ''
      known.groupId = ''
      await renew()
      await fc.assert(
        fc.asyncProperty(request, async (sent) => {
          if (times.length % 200 === 0) await renew()
          const text = sent.body === undefined ? undefined : fill(sent.body)
          const startedAt = process.cpuUsage()
          // Throws where the answer is not JSON.
          const reply = await scim.send(sent.method, fill(sent.path), text)
          const { user, system } = process.cpuUsage(startedAt)
          times.push((user + system) / 1_000)
          if (reply.status < 300) accepted += 1
          expect(reply.status, JSON.stringify([sent, reply.body])).toBeLessThan(500)
          if (reply.status >= 400)
            expect(reply.body).toMatchObject({
              schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
              status: String(reply.status),
            })
        }),
        { numRuns: requestsPerStore, seed: 20_261_124, endOnFailure: true },
      )
      // A grammar that nothing understands would prove nothing.
      expect(accepted).toBeGreaterThan(requestsPerStore / 5)
      expect(accepted).toBeLessThan((requestsPerStore * 4) / 5)
      times.sort((left, right) => left - right)
      expect(times[Math.floor(times.length * 0.99)]).toBeLessThan(100)
      expect(({} as Record<string, unknown>).polluted).toBeUndefined()
      expect((await scim.send('GET', '/Users?count=1')).status).toBe(200)
    }, 240_000)
  })
})
