// What operators and their proxies see of a node: how it leaves, what it logs of requests, and what its commands say when it is gone.
// Judges: server, server/http.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as ask } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operations } from '@rollcall/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  callScim,
  createDirectoryAt,
  operatorKey,
  runCommands,
  type ServiceProcess,
  startProcess,
} from '../harness/process.ts'

const base = mkdtempSync(join(tmpdir(), 'rollcall-operation-'))
let folders = 0
const newFolder = (): string => {
  folders += 1
  return join(base, `data-${folders}`)
}
afterAll(() => rmSync(base, { recursive: true, force: true }))

interface Line {
  readonly msg: string
  readonly level: number
  readonly requestId?: string
  readonly method?: string
  readonly route?: string
  readonly status?: number
  readonly traceId?: string
}
const linesOf = (service: ServiceProcess): Line[] =>
  service
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

/** By a connection that is kept; what is thrown names how it broke. */
function get(agent: Agent, url: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; connection: string | undefined; isReused: boolean }>(
    (resolve, reject) => {
      const asked = ask(url, { agent, headers }, (answer) => {
        answer.resume()
        answer.once('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            connection: answer.headers.connection,
            isReused: asked.reusedSocket,
          }),
        )
      })
      asked.once('error', reject)
      asked.end()
    },
  )
}

describe('F7: a node that is told to stop', () => {
  it('says that it is not ready and serves on for ROLLCALL_DRAIN seconds, each answer ending its connection; then ends', async () => {
    const service = await startProcess({
      ROLLCALL_DATA: newFolder(),
      ROLLCALL_DRAIN: '1',
      ROLLCALL_LOG_LEVEL: 'info',
    })
    const key = await createDirectoryAt(service.admin, 'acme')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect(await get(agent, `${service.url}/readyz`)).toMatchObject({ status: 200, connection: 'keep-alive' })
    const ended = service.end('SIGTERM')
    await expect.poll(async () => (await get(agent, `${service.url}/readyz`)).status).toBe(503)
    const answer = await get(agent, `${service.url}/scim/v2/Users`, { authorization: `Bearer ${key}` })
    expect(answer).toEqual({ status: 200, connection: 'close', isReused: false })
    expect((await get(agent, `${service.url}/healthz`)).status).toBe(200)
    expect(await ended).toBe(0)
    await expect(get(agent, `${service.url}/healthz`)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    agent.destroy()
  }, 30_000)

  it('resets no connection under a request, with no drain and clients that keep theirs', async () => {
    const service = await startProcess({ ROLLCALL_DATA: newFolder() })
    const key = await createDirectoryAt(service.admin, 'acme')
    const headers = { authorization: `Bearer ${key}` }
    let answered = 0
    const broken: string[] = []
    const worker = async (): Promise<void> => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (;;) {
        try {
          await get(agent, `${service.url}/scim/v2/Users?count=1`, headers)
          answered += 1
        } catch (error) {
          broken.push((error as NodeJS.ErrnoException).code ?? String(error))
          return agent.destroy()
        }
      }
    }
    const workers = Array.from({ length: 12 }, worker)
    await expect.poll(() => answered, { timeout: 20_000 }).toBeGreaterThan(200)
    expect(await service.end('SIGTERM')).toBe(0)
    await Promise.all(workers)
    // Each met the closed port with a new connection, none lost an answer.
    expect(broken).toEqual(workers.map(() => 'ECONNREFUSED'))
  }, 30_000)
})

describe('requests', () => {
  let service: ServiceProcess
  let key: string
  beforeAll(async () => {
    service = await startProcess({
      ROLLCALL_DATA: newFolder(),
      ROLLCALL_REQUEST_LOG: 'all',
      ROLLCALL_LOG_LEVEL: 'info',
    })
    key = await createDirectoryAt(service.admin, 'acme')
  })
  afterAll(async () => void (await service.end('SIGTERM')))
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${service.url}${path}`, { redirect: 'manual', ...init })

  it('F17: keep the id that they came with, in answers, activity, events and the log, with their trace; a strange one is replaced', async () => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/scim+json',
      'x-request-id': 'edge-7f3a.0001',
      traceparent,
    }
    const body = JSON.stringify({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada' })
    const made = await send('/scim/v2/Users', { method: 'POST', headers, body })
    expect(made.headers.get('x-request-id')).toBe('edge-7f3a.0001')
    const { id } = (await made.json()) as { id: string }
    await send(`/scim/v2/Users/${id}?attributes=userName`, { headers })
    const params = { slug: 'acme' }
    await expect
      .poll(async () =>
        (await service.admin.call('listActivity', { params })).items.map(({ requestId }) => requestId),
      )
      .toEqual(expect.arrayContaining(['edge-7f3a.0001']))
    const events = await service.admin.call('listEvents', { params, query: { limit: 200 } })
    expect(events.items.find(({ type }) => type === 'user.provisioned')?.requestId).toBe('edge-7f3a.0001')
    const own = () =>
      linesOf(service).filter(({ msg, requestId }) => msg === 'request' && requestId === 'edge-7f3a.0001')
    await expect
      .poll(own)
      .toEqual([
        expect.objectContaining({ method: 'POST', route: '/scim/v2/Users', status: 201, traceId }),
        expect.objectContaining({ method: 'GET', route: '/scim/v2/Users/{id}', status: 200, traceId }),
      ])
    for (const strange of [
      'short',
      'a'.repeat(101),
      'has spaces in it',
      '<script>alert(1)</script>',
      '\u00e4hnlich-0001',
    ]) {
      const answer = await send('/healthz', {
        headers: { 'x-request-id': encodeURI(strange) === strange ? strange : encodeURI(strange) },
      })
      expect(answer.headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/)
    }
    const strangeTraces = [
      '00-0-0-0',
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `ff-${traceId}-00f067aa0ba902b7-01`,
    ]
    for (const [at, strange] of strangeTraces.entries())
      await send('/healthz', { headers: { traceparent: strange, 'x-request-id': `strange-trace-${at}` } })
    const untraced = () => linesOf(service).filter(({ requestId }) => requestId?.startsWith('strange-trace-'))
    await expect
      .poll(() => untraced().map((line) => line.traceId))
      .toEqual(strangeTraces.map(() => undefined))
  })

  it('F13: of every door have a line with their route, and nothing of what they carry', async () => {
    const secrets = ['canary-query', 'canary-header', 'canary-body']
    const paths = [
      '/healthz',
      '/api/v1/organizations/acme/users/usr_00000000000000000000000000?search=canary-query',
      '/sso/acme?return_to=canary-query',
      '/saml/conn_00000000000000000000000000/login?RelayState=canary-query',
      '/oidc/.well-known/openid-configuration?x=canary-query',
      '/nothing/here?x=canary-query',
    ]
    for (const [at, path] of paths.entries())
      await send(path, {
        headers: { authorization: 'Bearer canary-header', 'x-request-id': `door-number-${at}` },
      })
    await send('/scim/oauth/token', {
      method: 'POST',
      body: 'client_secret=canary-body',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-request-id': 'door-number-6' },
    })
    const doors = () => linesOf(service).filter(({ requestId }) => requestId?.startsWith('door-number-'))
    await expect
      .poll(() => doors().map(({ route, status }) => [route, status]))
      .toEqual([
        ['/healthz', 200],
        ['/api/v1/organizations/acme/users/{id}', 401],
        ['/sso/acme', expect.any(Number)],
        ['/saml/{id}/login', 404],
        ['/oidc/.well-known/openid-configuration', 200],
        ['/nothing/here', 404],
        ['/scim/oauth/token', 400],
      ])
    for (const secret of secrets) expect(service.output()).not.toContain(secret)
  })

  it('with a URL of more than 8 KB are 414 at every door, with 16 KB of headers 431', async () => {
    const doors = [
      '/healthz',
      '/healthz/',
      '/readyz',
      '/metrics',
      '/',
      '/assets/x.js',
      '/portal/setup',
      '/scim/v2/Users',
      '/Users',
      '/api/v1/organizations',
      '/sso/acme',
      '/saml/conn_00000000000000000000000000/login',
      '/oidc/auth',
      '/oidc/.well-known/openid-configuration',
      '/nothing/here',
    ]
    const statusesOf = async (ask: (path: string) => Promise<Response>) =>
      Object.fromEntries(
        await Promise.all(doors.map(async (path) => [path, (await ask(path)).status] as const)),
      )
    const all = (status: number) => Object.fromEntries(doors.map((path) => [path, status]))
    const authorization = `Bearer ${operatorKey}`
    const long = `?x=${'y'.repeat(9_000)}`
    expect(await statusesOf((path) => send(path + long, { headers: { authorization } }))).toEqual(all(414))
    const headers = { authorization, 'x-long': 'y'.repeat(17_000) }
    expect(await statusesOf((path) => send(path, { headers }))).toEqual(all(431))
  })

  it('F16: of every operation with a body are answered 4xx where they come without one, and change nothing', async () => {
    const params: Record<string, string> = { slug: 'acme', id: 'usr_00000000000000000000000000' }
    const answers: Record<string, number> = {}
    for (const [id, operation] of Object.entries(operations)) {
      const { method, path } = operation
      if (!('request' in operation) || !('body' in (operation.request as object))) continue
      const url = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? params.id ?? '')
      const answer = await send(`/api/v1${url}`, {
        method: method.toUpperCase(),
        headers: { authorization: `Bearer ${operatorKey}` },
      })
      answers[`${method} ${path} (${id})`] = answer.status
    }
    expect(Object.keys(answers).length).toBeGreaterThan(40)
    expect(Object.entries(answers).filter(([, status]) => status >= 500)).toEqual([])
    const removal = await send('/api/v1/organizations/acme', {
      method: 'DELETE',
      headers: { authorization: `Bearer ${operatorKey}` },
    })
    expect(removal.status).toBe(400)
    expect(await removal.json()).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('confirm'),
    })
    expect((await callScim(service.url, key, 'GET', '/Users')).status).toBe(200)
    for (const [method, path] of [
      ['POST', '/Users'],
      ['PUT', '/Users/x'],
      ['PATCH', '/Users/x'],
      ['POST', '/Bulk'],
      ['POST', '/.search'],
    ] as const) {
      const answer = await send(`/scim/v2${path}`, { method, headers: { authorization: `Bearer ${key}` } })
      expect({ method, path, status: answer.status }).toMatchObject({
        status: expect.toSatisfy((one: number) => one < 500),
      })
    }
  })
})

describe('F20: a command whose service is not there', () => {
  it('says that the socket was left by one that was killed, that a path is too long for one, or that nothing answers', async () => {
    const folder = newFolder()
    const service = await startProcess({ ROLLCALL_DATA: folder, ROLLCALL_URL: 'http://rollcall.example.com' })
    expect(service.output()).toContain('ROLLCALL_URL is http')
    await service.end('SIGKILL')
    const list = ['organization', 'list']
    const [stale, gone] = await runCommands([
      [list, { ROLLCALL_DATA: folder }],
      [[...list, '--url', service.url], { ROLLCALL_OPERATOR_KEY: operatorKey }],
    ])
    expect(stale).toMatchObject({ code: 1, output: expect.stringContaining('left by one that was killed') })
    expect(gone).toMatchObject({
      code: 1,
      output: expect.stringContaining(`nothing answers at ${service.url}`),
    })

    const deep = join(base, 'deep'.repeat(30))
    mkdirSync(deep)
    const served = await startProcess({ ROLLCALL_DATA: deep })
    const file = join(base, 'operator.key')
    writeFileSync(file, operatorKey)
    const [far, byFile] = await runCommands([
      [list, { ROLLCALL_DATA: deep }],
      [[...list, '--url', served.url], { ROLLCALL_OPERATOR_KEY_FILE: file }],
    ])
    expect(far).toMatchObject({ code: 2, output: expect.stringMatching(/bytes, and the system takes 10\d/) })
    expect(served.output()).toMatch(/The control socket cannot be at/)
    expect(byFile).toMatchObject({ code: 0 })
    await served.end('SIGTERM')
    for (const one of [stale, gone, far]) expect(one.output).not.toMatch(/\n\s+at |fetch failed/)
  }, 60_000)
})
