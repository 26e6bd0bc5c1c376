// The runner against trouble: ending early with a sentence, obeying 429, keeping a pace.

import { describe, expect, it } from 'vitest'
import { createFakeServer, type Spoil } from '../testing/fake-server.ts'
import { against, json, sentences } from '../testing/play.ts'

describe('a simulation that cannot go on', () => {
  it('ends with a sentence when nobody answers', async () => {
    const send = () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))
    await expect(against(undefined, { send })).rejects.toThrow(
      'http://scim.test does not answer: the connection was refused.',
    )
  })

  it('ends with a sentence when the key is refused', async () => {
    await expect(against(undefined, { key: 'wrong' })).rejects.toThrow(
      'The key was refused: GET /Users?startIndex=1&count=2 answered 401, needs 200: because.',
    )
  })

  it('ends with a sentence when a web page answers', async () => {
    const send = async () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })
    await expect(against(undefined, { send })).rejects.toThrow(
      'http://scim.test/scim/v2 is not a SCIM server: GET /Users?startIndex=1&count=2 answered 200 with "<!doctype html>".',
    )
  })

  it('repeats what the server says when it refuses the connection test', async () => {
    const send = async () => json(403, { detail: 'Provisioning is off.' })
    await expect(against(undefined, { send })).rejects.toThrow(
      'Okta would not go beyond its connection test: GET /Users?startIndex=1&count=2 answered 403, needs 200: Provisioning is off.',
    )
  })

  it('stops asking for everybody once the key is refused in the middle', async () => {
    let posts = 0
    const server = createFakeServer((_, request) =>
      request.method === 'POST' && ++posts === 1 ? json(401, {}) : undefined,
    )
    await expect(against(undefined, { users: 500, send: server.send })).rejects.toThrow('The key was refused')
    // The others' requests are under way: whatever they would still ask, they have asked by the next turn.
    await new Promise((resolve) => setImmediate(resolve))
    expect(server.requests.length).toBeLessThan(30)
  })

  it.each([
    [{ users: 0 }, 'The number of users must be 1 or more.'],
    [{ baseUrl: 'scim.test' }, '"scim.test" is not an http or https URL.'],
    [{ concurrency: 0 }, 'The concurrency must be 1 or more.'],
    [{ ratePerSecond: 0 }, 'The rate must be above 0.'],
  ])('is refused before the first request: %j', async (options, sentence) => {
    await expect(against(undefined, options)).rejects.toThrow(sentence)
  })
})

describe('a server under load', () => {
  const busyUntil = (
    times: number,
    retryAfter: string,
    date?: string,
  ): { spoil: Spoil; refused: () => number } => {
    let refused = 0
    const headers = { 'retry-after': retryAfter, ...(date && { date }) }
    const spoil: Spoil = (_, { method }) =>
      method === 'PATCH' && ++refused <= times ? json(429, {}, headers) : undefined
    return { spoil, refused: () => refused }
  }

  it('is given the seconds that Retry-After asks for, and then asked again', async () => {
    const waits: number[] = []
    const { spoil, refused } = busyUntil(3, '2')
    const report = await against(spoil, { wait: async (ms) => void waits.push(ms) })
    expect(waits).toEqual([2000, 2000, 2000])
    expect(refused()).toBeGreaterThan(3)
    expect(report.failed).toBe(0)
  })

  it('may name a date in Retry-After, measured by its own Date', async () => {
    const waits: number[] = []
    const { spoil } = busyUntil(1, 'Tue, 10 Sep 2019 01:49:49 GMT', 'Tue, 10 Sep 2019 01:49:39 GMT')
    await against(spoil, { wait: async (ms) => void waits.push(ms) })
    expect(waits).toEqual([10_000])
  })

  it('is not waited for longer than a minute at a time, nor asked more than 6 times', async () => {
    const waits: number[] = []
    const { spoil } = busyUntil(6, '86400')
    const report = await against(spoil, { wait: async (ms) => void waits.push(ms) })
    expect(waits).toEqual([60_000, 60_000, 60_000, 60_000, 60_000])
    expect(sentences(report)).toEqual(['person-1-7@acme.test: answered 429, needs 200 or 204'])
  })

  it('is asked at an even pace when a rate is given', async () => {
    let time = 0
    const sentAt: number[] = []
    const server = createFakeServer()
    await against(undefined, {
      ratePerSecond: 10,
      now: () => time,
      wait: async (ms) => {
        time += ms
      },
      send: (request) => {
        sentAt.push(time)
        return server.send(request)
      },
    })
    expect(sentAt).toEqual(sentAt.map((_, index) => index * 100))
  })
})
