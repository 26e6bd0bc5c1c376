import { describe, expect, it } from 'vitest'
import { errorUrn } from '../urn.ts'
import { catalogue } from './catalogue.ts'
import type { Send } from './connection.ts'
import { expectStatus, expectThat, Inapplicable } from './expectation.ts'
import { renderConformanceReport } from './render-report.ts'
import type { ConformanceReport, Outcome } from './report.ts'
import { type Draft, must, section, should, tolerated, unjudged } from './requirement.ts'
import { type ConformanceOptions, runConformance } from './run.ts'
import { makeUser } from './samples.ts'
import {
  baseUrl,
  createSloppyServer,
  endless,
  instant,
  monotonous,
  oddDiscovery,
  type Request,
  refusing,
  serveWith,
  silentDiscovery,
  unfriendly,
} from './testing/wrong-servers.ts'

const key = 'the-secret-key'

function run(send: Send, drafts: readonly Draft[], more: Partial<ConformanceOptions> = {}) {
  const requirements = section('RFC 7644 §3.3', drafts)
  return runConformance({ baseUrl, key, send, startTimer: endless, prefix: 'test', requirements, ...more })
}

const kindsOf = ({ results }: ConformanceReport) => results.map(({ outcome }) => outcome.kind)

/** Keeps users, deletes them, and writes down what it was asked. */
function createPlainServer(status = 204) {
  const requests: Request[] = []
  const users = new Map<string, string>()
  const send = serveWith((request) => {
    requests.push(request)
    const { method, path } = request
    if (path === '/ServiceProviderConfig') return { status: 200, body: { patch: { supported: false } } }
    if (method === 'POST') {
      const id = `u${users.size + 1}`
      users.set(`/Users/${id}`, id)
      return { status: 201, body: { id } }
    }
    if (method === 'DELETE') return { status: status === 204 && !users.delete(path) ? 404 : status }
    return { status: 200, body: {} }
  })
  return { send, users, requests }
}

const ask = must('ask', 'users', 'Asked.', async (server) => {
  expectStatus(await server.get('/Users/1'), 200)
})

describe('the runner', () => {
  it('tells passing, failing, warning, skipping and what nobody can judge apart', async () => {
    const drafts = [
      ask,
      must('fail', 'users', 'Fails.', async (server) => void expectStatus(await server.get('/Users/1'), 404)),
      should('warn', 'users', 'Warns.', async () => expectThat(false, 'this', 'that')),
      must('skip', 'users', 'Skips.', () => Promise.reject(new Inapplicable('no such thing here'))),
      must('feature', 'patch', 'Needs PATCH.', async () => {}),
      unjudged('MUST', 'unjudged', 'users', 'Nobody sees.', 'it is dark'),
    ]
    const report = await run(createPlainServer().send, drafts)
    expect(kindsOf(report)).toEqual(['pass', 'fail', 'warn', 'skip', 'skip', 'unjudged'])
    expect(report.totals).toEqual({ pass: 1, fail: 1, warn: 1, skip: 2, unjudged: 1 })
    expect(report.results[1]?.outcome).toMatchObject({
      expected: 'status 404',
      came: '200',
      evidence: { request: { method: 'GET', path: '/Users/1' }, status: 200 },
    })
    expect(report.results[4]?.outcome).toMatchObject({ why: 'the server does not support patch' })
  })

  it('makes a tolerated MUST a warning in profile auto only', async () => {
    const entry = tolerated(
      must('let-go', 'users', 'Let go.', async () => expectThat(false, 'this', 'that')),
      'Entra: needs it',
    )
    expect(kindsOf(await run(createPlainServer().send, [entry]))).toEqual(['fail'])
    expect(kindsOf(await run(createPlainServer().send, [entry], { profile: 'auto' }))).toEqual(['warn'])
  })

  it('asks only what begins with one of the ids', async () => {
    const more = { only: ['RFC7644-3.3-o'] }
    const report = await run(createPlainServer().send, [ask, { ...ask, slug: 'other' }], more)
    expect(report.results.map(({ id }) => id)).toEqual(['RFC7644-3.3-other'])
  })

  it('removes what it made, the newest first, also after failures', async () => {
    const server = createPlainServer()
    const drafts = [
      must('fail', 'users', 'Fails.', async (one) => {
        await makeUser(one)
        await makeUser(one)
        expectThat(false, 'this', 'that')
      }),
    ]
    const report = await run(server.send, drafts)
    expect(server.users.size).toBe(0)
    expect(report.leftovers).toEqual([])
    const removed = server.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path)
    expect(removed).toEqual(['/Users/u3', '/Users/u2', '/Users/u1'])
  })

  it('removes what it made even when a check throws what it should not', async () => {
    const server = createPlainServer()
    const drafts = [
      must('bug', 'users', 'Has a bug.', async (one) => {
        await makeUser(one)
        throw new TypeError('a bug')
      }),
    ]
    await expect(run(server.send, drafts)).rejects.toThrow('a bug')
    expect(server.users.size).toBe(0)
  })

  it('says what could not be removed', async () => {
    const drafts = [must('make', 'users', 'Makes.', async (one) => void (await makeUser(one)))]
    const report = await run(createPlainServer(403).send, drafts)
    expect(report.leftovers).toEqual(['/Users/u2', '/Users/u1'])
    expect(renderConformanceReport(report)).toContain('LEFT BEHIND')
  })

  it('stops asking at its limit of requests and says so, and still cleans up', async () => {
    const server = createPlainServer()
    const make = must('make', 'users', 'Makes.', async (one) => void (await makeUser(one)))
    const report = await run(server.send, [make, { ...make, slug: 'again' }], { maxRequests: 6 })
    expect(kindsOf(report)).toEqual(['pass', 'skip'])
    expect(report.results[1]?.outcome).toMatchObject({ why: expect.stringContaining('6 requests') })
    expect(server.users.size).toBe(0)
  })

  it('gives up on an answer that does not come within 30 s', async () => {
    const waits: number[] = []
    const { send } = createPlainServer()
    const report = await run(
      (url, init) => (url.endsWith('/Users/1') ? new Promise(() => {}) : send(url, init)),
      [ask],
      {
        startTimer: (ms) => {
          waits.push(ms)
          return { done: waits.length === 3 ? Promise.resolve() : new Promise(() => {}), stop: () => {} }
        },
      },
    )
    expect(kindsOf(report)).toEqual(['fail'])
    expect(report.results[0]?.outcome).toMatchObject({ came: 'nothing came within 30 s' })
    expect(waits[2]).toBe(30_000)
  })

  it('waits out a 429 as Retry-After says', async () => {
    const waits: number[] = []
    let refused = 2
    const { send } = createPlainServer()
    const busy: Send = async (url, init) => {
      if (!url.endsWith('/Users/1') || refused === 0) return send(url, init)
      refused -= 1
      const get = (name: string) => (name === 'retry-after' ? '7' : null)
      return { status: 429, headers: { get }, text: async () => '' }
    }
    const startTimer: ConformanceOptions['startTimer'] = (ms) => {
      if (ms !== 30_000) waits.push(ms)
      return ms === 30_000 ? endless(ms) : instant(ms)
    }
    expect(kindsOf(await run(busy, [ask], { startTimer }))).toEqual(['pass'])
    expect(waits).toEqual([7_000, 7_000])
  })

  it('refuses to judge a server that does not answer, or not to this key', async () => {
    await expect(run(() => Promise.reject(new Error('no route')), [ask])).rejects.toThrow(
      'https://scim.test/v2 does not answer: no route',
    )
    await expect(run(monotonous({ status: 401 }), [ask])).rejects.toThrow('refuses the key (401)')
  })

  it('S8: stops after two requests where there is no SCIM service, and says what came', async () => {
    const asked: string[] = []
    const send = serveWith(({ path }) => {
      asked.push(path)
      return { status: 200, body: {}, headers: { 'content-type': 'text/html' } }
    })
    await expect(run(send, [ask])).rejects.toThrow(
      'is not the base URL of a SCIM service: GET /ServiceProviderConfig answers 200 (text/html), GET /Users?count=1 answers 200 (text/html)',
    )
    expect(asked).toEqual(['/ServiceProviderConfig', '/Users'])
  })

  it('S5: says once that there is no configuration', async () => {
    const report = await run(monotonous({ status: 200, body: { Resources: [], totalResults: 0 } }), [ask])
    expect(report.notes).toContain('There is no /ServiceProviderConfig, so every feature counts as offered.')
  })

  it('keeps the key out of its report', async () => {
    const report = await run(monotonous({ status: 200, body: { Resources: [], key } }), [
      ask,
      must('f', 'users', 'F.', async (one) => void expectStatus(await one.get('/x'), 404)),
    ])
    expect(JSON.stringify(report)).not.toContain(key)
    expect(renderConformanceReport(report)).not.toContain(key)
  })
})

describe('the report as text', () => {
  it('shows failures with request and answer before warnings and skips, and ends with the totals', async () => {
    const drafts = [
      should('warn', 'users', 'Warns.', async () => expectThat(false, 'this', 'that')),
      must('skip', 'users', 'Skips.', () => Promise.reject(new Inapplicable('no such thing here'))),
      must(
        'fail',
        'users',
        'Fails.',
        async (one) => void expectStatus(await one.post('/Nothing', { a: 1 }), 404),
      ),
    ]
    const text = renderConformanceReport(await run(createPlainServer().send, drafts))
    expect(text.indexOf('FAILED')).toBeGreaterThan(0)
    expect(text.indexOf('WARNINGS')).toBeGreaterThan(text.indexOf('FAILED'))
    expect(text.indexOf('SKIPPED')).toBeGreaterThan(text.indexOf('WARNINGS'))
    expect(text).toContain('request   POST /Nothing {"a":1}\n    answer    201 {"id":"u1"}')
    expect(text).toContain('RFC7644-3.3-skip: no such thing here')
    expect(text.trimEnd()).toMatch(
      /0 passed, 1 failed, 1 warnings, 1 skipped; 0 more cannot be judged from outside\.$/,
    )
  })
})

/** A check has seen something wrong, be the finding its own or another's. */
const isSeen = (outcome: Outcome): boolean =>
  outcome.kind === 'fail' ||
  outcome.kind === 'warn' ||
  (outcome.kind === 'skip' && outcome.because !== undefined)

describe('the catalogue', () => {
  it('names every requirement once, with a sentence and either a check or a reason', () => {
    const ids = catalogue.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const one of catalogue) {
      expect(one.id).toMatch(/^RFC(7643|7644|9865)-[\d.]+-[a-z0-9-]+$/)
      expect(one.sentence).toMatch(/\.$/)
      expect((one.check === undefined) === (one.unjudged !== undefined), one.id).toBe(true)
    }
  })

  it('has no check that every wrong server passes', async () => {
    const servers = [
      monotonous({ status: 200, body: { totalResults: 'many' } }),
      monotonous({ status: 400, body: { schemas: [errorUrn] } }),
      monotonous({ status: 500, body: { schemas: [errorUrn], status: 500 } }),
      refusing,
      unfriendly,
      createSloppyServer(),
      createSloppyServer(silentDiscovery),
      createSloppyServer(oddDiscovery),
    ]
    const broken = new Set<string>()
    for (const send of servers) {
      const report = await runConformance({
        baseUrl,
        key,
        send,
        startTimer: endless,
        prefix: 'test',
        repeats: true,
      })
      for (const { id, outcome } of report.results) if (isSeen(outcome)) broken.add(id)
    }
    const never = catalogue.filter(({ id, check }) => check !== undefined && !broken.has(id))
    expect(never.map(({ id }) => id)).toEqual([])
  })
})
