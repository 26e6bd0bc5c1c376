// What only a socket shows: a whole service, and bytes that no client library would send.
// Judges: server/http, server/scim.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDirectoryAt, type ServiceProcess, startProcess } from '../harness/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-wire-'))
let service: ServiceProcess
let key: string

beforeAll(async () => {
  service = await startProcess({ ROLLCALL_DATA: folder })
  key = await createDirectoryAt(service.admin, 'acme')
})
afterAll(async () => {
  if (service.isRunning()) await service.end('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

/** All that comes back until the service ends the connection. */
function talk(text: string): Promise<string> {
  const { hostname, port } = new URL(service.url)
  return new Promise((done) => {
    const socket = connect(Number(port), hostname, () => socket.write(text))
    let got = ''
    socket.on('data', (part) => {
      got += part.toString()
    })
    socket.once('error', () => undefined).once('close', () => done(got))
  })
}

it('H02: load balancers ask by HTTP/1.0 without Host, and old clients too', async () => {
  const authorization = `Authorization: Bearer ${key}\r\n`
  for (const [path, headers, type] of [
    ['/healthz', '', 'text/plain'],
    ['/readyz', '', 'text/plain'],
    ['/scim/v2/Users', authorization, 'application/scim+json'],
    ['/scim/v2/%55sers?count=0', authorization, 'application/scim+json'],
    ['/scim/v2/Schemas', '', 'application/scim+json'],
    ['/oidc/.well-known/openid-configuration', '', 'application/json'],
    ['/', '', 'text/html'],
  ] as const)
    for (const method of ['GET', 'HEAD']) {
      const got = await talk(`${method} ${path} HTTP/1.0\r\n${headers}\r\n`)
      expect([path, method, got.split(' ')[1]]).toEqual([path, method, '200'])
      expect(got.toLowerCase()).toContain(`content-type: ${type}`)
    }
})

it('H07: the address of every door may be written with its unreserved characters encoded', async () => {
  for (const [path, status] of [
    ['/%68ealthz', '200'],
    ['/scim/%762/Users', '200'],
    ['/%73cim/v2/%55sers', '200'],
    ['/api/v1/organiz%61tions', '401'],
    ['/%6fidc/.well-known/openid-configuration', '200'],
    ['/scim/v2/%2e%2e/%2E%2E/healthz', '200'],
  ] as const) {
    const authorization = path.includes('cim') ? `Authorization: Bearer ${key}\r\n` : ''
    const got = await talk(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${authorization}\r\n`)
    expect([path, got.split(' ')[1]]).toEqual([path, status])
  }
})

it('A10: a client that breaks off is told of in activity as that, and is no fault of ours', async () => {
  const { hostname, port } = new URL(service.url)
  const breakOff = (path: string, length: string): Promise<void> =>
    new Promise((done) => {
      const head = `PATCH ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nExpect: 100-continue\r\n`
      const socket = connect(Number(port), hostname, () => socket.write(`${head}${length}\r\n\r\n{"a":`))
      socket.once('data', () => socket.destroy()).once('close', () => done())
    })
  const paths = [
    '/scim/v2/Users/usr_1',
    '/scim/v2/Groups/grp_1',
    '/scim/v2/Users/usr%5F2',
    '/scim/v2/users/usr_3',
  ]
  for (const path of paths) await breakOff(path, 'Content-Length: 500')
  for (const path of paths) await breakOff(path, 'Transfer-Encoding: gzip, chunked')
  const broken = async () => {
    const { items } = await service.admin.call('listActivity', { params: { slug: 'acme' }, query: {} })
    return items.filter(({ method }) => method === 'PATCH')
  }
  await expect.poll(async () => (await broken()).length).toBeGreaterThanOrEqual(paths.length)
  for (const { status, explanation } of await broken()) {
    expect(status).toBe(400)
    expect(explanation).toMatch(/cut off in the middle of the body.*nothing was done/)
  }
  expect(service.output()).toBe('')
})
