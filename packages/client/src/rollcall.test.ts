import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRollcall, type ProblemBody, ProblemError } from './index.ts'

type Reply = Response | Error

function play(replies: readonly (() => Reply)[], url = 'https://id.example.com') {
  const requests: Request[] = []
  const waits: number[] = []
  const rollcall = createRollcall({
    url,
    operatorKey: 'key',
    fetch: async (request) => {
      requests.push(request)
      const reply = replies[requests.length - 1]?.() ?? new Error('nothing more')
      if (reply instanceof Error) throw reply
      return reply
    },
    sleep: async (milliseconds) => void waits.push(milliseconds),
  })
  return { rollcall, requests, waits }
}
const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}) =>
  () =>
    Response.json(value, { status, headers })
const broken = () => new TypeError('fetch failed')
const organization = { body: { name: 'Acme', slug: 'acme' } }

describe('createRollcall', () => {
  it('repeats a read after network failures and 5xx, at most three times', async () => {
    const { rollcall, requests, waits } = play([broken, json({}, 502), json({ slug: 'acme' })])
    expect(await rollcall.call('getOrganization', { params: { slug: 'acme' } })).toEqual({ slug: 'acme' })
    expect(requests.map(({ url }) => url)).toEqual(
      Array(3).fill('https://id.example.com/api/v1/organizations/acme'),
    )
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer key')
    expect(waits.every((ms) => ms > 0 && ms <= 500)).toBe(true)
    const hopeless = play([broken, broken, broken, broken, broken])
    await expect(hopeless.rollcall.call('listWebhookEndpoints', {})).rejects.toThrow('fetch failed')
    expect(hopeless.requests).toHaveLength(4)
  })

  it('H16: answers to the names that operations had before, at their present routes', async () => {
    const { rollcall, requests } = play([json({ id: 'key_1' })])
    const params = { slug: 'acme', id: 'key_1' }
    expect(await rollcall.call('renameKey', { params, body: { name: 'Okta' } })).toEqual({ id: 'key_1' })
    expect(requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      'PATCH /api/v1/organizations/acme/provisioning/keys/key_1',
    ])
  })

  it('F10: asks below the path of the public URL, with a slash at its end or without', async () => {
    for (const url of ['https://acme.test/rollcall', 'https://acme.test/rollcall/']) {
      const { rollcall, requests } = play([json({ slug: 'acme' })], url)
      await rollcall.call('getOrganization', { params: { slug: 'acme' } })
      expect(requests[0]?.url).toBe('https://acme.test/rollcall/api/v1/organizations/acme')
    }
  })

  it('repeats a POST only where nothing was done: 429 and 503, as long as Retry-After says', async () => {
    const busy = play([json({}, 429, { 'retry-after': '7' }), json({ slug: 'acme' }, 201)])
    await busy.rollcall.call('createOrganization', organization)
    expect(busy.waits).toEqual([7_000])
    for (const reply of [broken, json({ detail: 'x' }, 502)]) {
      const lost = play([reply, json({}, 201)])
      await expect(lost.rollcall.call('createOrganization', organization)).rejects.toThrow()
      expect(lost.requests).toHaveLength(1)
    }
  })

  it('throws a refusal as it is and repeats none', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Conflict',
      status: 409,
      code: 'slug_taken',
      detail: 'taken',
    }
    const { rollcall, requests } = play([json(problem, 409)])
    const error = await rollcall.call('createOrganization', organization).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProblemError)
    expect((error as ProblemError).problem.code).toBe('slug_taken')
    expect(requests).toHaveLength(1)
  })

  it('H8: tells refusals apart by their code, for the compiler too, and keeps what a refusal says beside it', async () => {
    const answer = { type: 'about:blank', title: 'Gone', status: 410, code: 'cursor_expired', detail: 'gone' }
    const { rollcall } = play([json({ ...answer, requestId: 'req_1' }, 410), json({ message: 'nginx' }, 404)])
    const refusalOf = async (): Promise<ProblemBody> => {
      const error: unknown = await rollcall
        .call('listWebhookEndpoints', {})
        .catch((thrown: unknown) => thrown)
      if (error instanceof ProblemError) return error.problem
      throw error
    }
    const gone = await refusalOf()
    expect(gone).toEqual({ ...answer, requestId: 'req_1' })
    if (gone.code === 'cursor_expired') expect(gone.status satisfies 410).toBe(410)
    // @ts-expect-error no refusal has this code
    expect(gone.code === 'cursor_expire').toBe(false)
    expect(await refusalOf()).toMatchObject({ status: 404, code: 'unexpected_answer' })
  })

  it('walks a list to its end', async () => {
    const { rollcall, requests } = play([
      json({ items: [{ id: 'usr_1' }, { id: 'usr_2' }], nextCursor: 'usr_2' }),
      json({ items: [{ id: 'usr_3' }], nextCursor: null }),
    ])
    const ids: string[] = []
    for await (const { id } of rollcall.list('listUsers', {
      params: { slug: 'acme' },
      query: { isActive: 'true' },
    }))
      ids.push(id)
    expect(ids).toEqual(['usr_1', 'usr_2', 'usr_3'])
    expect(requests.map(({ url }) => new URL(url).search)).toEqual([
      '?isActive=true',
      '?isActive=true&cursor=usr_2',
    ])
  })

  it('follows events by their cursors through failures, and ends with its signal', async () => {
    const end = new AbortController()
    const { rollcall, requests } = play([
      json({ items: [{ id: 'evt_1' }, { id: 'evt_2' }], nextCursor: '12' }),
      json({}, 500),
      json({ items: [], nextCursor: '15' }),
      json({ items: [{ id: 'evt_3' }], nextCursor: '16' }),
    ])
    const seen: [string, string][] = []
    for await (const { event, cursor } of rollcall.events({
      after: '10',
      types: ['user.blocked'],
      signal: end.signal,
    })) {
      seen.push([event.id, cursor])
      if (event.id === 'evt_3') end.abort()
    }
    expect(seen).toEqual([
      ['evt_1', '10'],
      ['evt_2', '12'],
      ['evt_3', '16'],
    ])
    expect(requests.map(({ url }) => new URL(url).searchParams.get('after'))).toEqual([
      '10',
      '12',
      '12',
      '15',
    ])
    expect(new URL(requests[0]?.url ?? '').searchParams.get('types')).toBe('user.blocked')
  })

  it('throws when the cursor is older than what is kept', async () => {
    const gone = { type: 'about:blank', title: 'Gone', status: 410, code: 'cursor_expired', detail: 'gone' }
    const { rollcall } = play([json(gone, 410)])
    await expect(rollcall.eventPages({ after: '1' }).next()).rejects.toMatchObject({
      problem: { code: 'cursor_expired' },
    })
  })

  it('needs nothing of Node', () => {
    const sources = readdirSync(import.meta.dirname).filter((name) => !name.endsWith('.test.ts'))
    const light = ['client.ts', 'paths.ts'].map((name) => join(import.meta.dirname, '../../api/src', name))
    for (const file of [...sources.map((name) => join(import.meta.dirname, name)), ...light]) {
      const source = readFileSync(file, 'utf8')
      expect(source, file).not.toMatch(/from 'node:|\bprocess\.|\bBuffer\b|require\(/)
      const values = [...source.matchAll(/^import (?!type\b)[^;]*? from '([^']+)'/gm)].map(([, from]) => from)
      expect(
        values.filter((from) => !from?.startsWith('.') && from !== '@rollcall/api/client'),
        file,
      ).toEqual([])
    }
  })
})
