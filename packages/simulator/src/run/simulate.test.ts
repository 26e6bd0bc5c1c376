// The runner against a server in memory: counting and judging.

import { describe, expect, it } from 'vitest'
import { createFakeServer, type Spoil } from '../testing/fake-server.ts'
import { against, json, sentences } from '../testing/play.ts'
import { vendorNames } from '../vendors/vendors.ts'

describe('a server that answers right', () => {
  it.each(vendorNames)('passes every step of %s for 12 people', async (vendor) => {
    const report = await against(undefined, { vendor, users: 12 })
    expect(sentences(report)).toEqual([])
    expect(report).toMatchObject({ failed: 0, skipped: 0, passed: report.asked })
    expect(report.steps.find(({ name }) => name === 'create')).toMatchObject({
      count: 12,
      statuses: { '201': 12 },
    })
  })

  it('is asked for the same people with the same seed, and for others with another', async () => {
    const play = async (seed: number) => {
      const server = createFakeServer()
      await against(undefined, { users: 2, seed, concurrency: 1, send: server.send })
      return server.requests.map(({ method, url, body }) => `${method} ${url} ${body}`)
    }
    expect(await play(1)).toEqual(await play(1))
    expect(await play(2)).not.toEqual(await play(1))
  })

  it('is told of progress once for each person', async () => {
    const seen: string[] = []
    await against(undefined, {
      users: 3,
      concurrency: 1,
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    })
    expect(seen).toEqual(['1/3', '2/3', '3/3'])
  })

  it('has as many people under way as the concurrency says', async () => {
    const server = createFakeServer()
    let open = 0
    let most = 0
    const send = async (request: Request) => {
      most = Math.max(most, ++open)
      await Promise.resolve()
      const response = await server.send(request)
      open--
      return response
    }
    await against(undefined, { vendor: 'entra', users: 9, concurrency: 3, send })
    expect(most).toBe(3)
  })
})

describe('a wrong answer', () => {
  const onlyFor =
    (
      method: string,
      part: string,
      change: (body: Record<string, unknown>, status: number) => Response,
    ): Spoil =>
    ({ status, body }, request) =>
      request.method === method && request.url.includes(part)
        ? change(body as Record<string, unknown>, status)
        : undefined

  it.each([
    [
      'status as a number in an Error',
      onlyFor('GET', '/Users/0101', (body, status) => json(status, { ...body, status })),
      '"status" must be the string "404", got 404',
    ],
    [
      'id as an integer',
      onlyFor('POST', '/Users', (body, status) => json(status, status === 201 ? { ...body, id: 42 } : body)),
      '"id" must be a non-empty string, got 42',
    ],
    [
      'a bare array instead of a ListResponse',
      onlyFor('GET', 'filter=', () => json(200, [])),
      'the body must be a JSON object, got "[]"',
    ],
    [
      'no ListResponse schema',
      onlyFor('GET', 'filter=', ({ schemas: _, ...body }) => json(200, body)),
      '"schemas" must contain urn:ietf:params:scim:api:messages:2.0:ListResponse, got nothing',
    ],
    [
      'totalResults as a string',
      onlyFor('GET', 'filter=', (body) => json(200, { ...body, totalResults: '0' })),
      '"totalResults" must be an integer, got "0"',
    ],
    [
      'itemsPerPage that is not the number of Resources',
      onlyFor('GET', 'filter=', (body) => json(200, { ...body, itemsPerPage: 100 })),
      '"itemsPerPage" is 100 but 0 Resources came',
    ],
    [
      'two users for one userName',
      onlyFor('GET', 'filter=', (body) =>
        json(200, { ...body, totalResults: 2 * Number(body.totalResults) }),
      ),
      '"totalResults" must be 1, got 2',
    ],
    [
      'a match that finds somebody else',
      onlyFor('GET', 'filter=', (body) =>
        json(200, body.totalResults === 0 ? body : { ...body, Resources: [{ id: 'x' }] }),
      ),
      'the filter must find "u1", found "x"',
    ],
    [
      'another Content-Type',
      onlyFor('GET', 'filter=', (body) => json(200, body, { 'content-type': 'text/json' })),
      'Content-Type must be application/scim+json, got "text/json"',
    ],
    [
      'a 404 for a filter that matches nobody',
      onlyFor('GET', 'filter=', () => json(404, { detail: 'nobody' })),
      'answered 404, needs 200: nobody',
    ],
    [
      'an empty 201',
      onlyFor(
        'POST',
        '/Users',
        () => new Response(null, { status: 201, headers: { 'content-type': 'application/scim+json' } }),
      ),
      'the body must be a JSON object, got ""',
    ],
    [
      'a password in the answer',
      onlyFor('POST', '/Users', (body, status) => json(status, { ...body, password: 'x' })),
      '"password" must never be returned',
    ],
    [
      'deactivation that did nothing',
      onlyFor('PATCH', '/Users/', (body) => json(200, { ...body, active: true })),
      '"active" must be false, got true',
    ],
    [
      'a user whose id changes',
      onlyFor('GET', '/Users/u', (body) => json(200, { ...body, id: 'other' })),
      '"id" must stay "u1", got "other"',
    ],
  ] as const)('%s is reported with its sentence', async (_, spoil, sentence) => {
    const report = await against(spoil)
    expect(report.failed).toBeGreaterThan(0)
    expect(sentences(report)).toContainEqual(expect.stringContaining(sentence))
  })

  it('keeps only the first five sentences of a step and counts all', async () => {
    const report = await against(
      onlyFor('POST', '/Users', () => json(500, {})),
      { users: 8 },
    )
    const create = report.steps.find(({ name }) => name === 'create')
    expect(create).toMatchObject({ count: 8, statuses: { '500': 8 } })
    expect(create?.failures).toHaveLength(5)
    expect(create?.failures[0]).toMatch(/^person-\d+-7@acme\.test: answered 500, needs 201$/)
  })

  it('to a create leaves out the steps that need its id, and says how many', async () => {
    const server = createFakeServer(onlyFor('POST', '/Users', () => json(500, {})))
    const report = await against(undefined, { send: server.send })
    expect(report.skipped).toBe(8)
    expect(server.requests.filter(({ url }) => url.includes('{') || url.includes('%7B'))).toEqual([])
  })

  it('Entra: a null in /Schemas is reported', async () => {
    const spoil = onlyFor('GET', '/Schemas', () => json(200, { Resources: [{ description: null }] }))
    const report = await against(spoil, { vendor: 'entra' })
    expect(sentences(report)).toContainEqual(expect.stringContaining('there must be no null anywhere'))
  })
})
