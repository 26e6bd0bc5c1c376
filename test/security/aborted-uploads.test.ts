// Whoever begins a body and goes away can do so as often as they like: it fills no log.
// Judges: server/http.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDirectoryAt, operatorKey, type ServiceProcess, startProcess } from '../harness/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-aborted-'))
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

/** Sends the beginning of a request, and ends the connection when the service says that it waits for the rest. */
function abort(path: string, headers: readonly string[], start: string): Promise<void> {
  const { hostname, port, host } = new URL(service.url)
  const lines = [`POST ${path} HTTP/1.1`, `host: ${host}`, 'expect: 100-continue', ...headers, '', start]
  return new Promise((done, fail) => {
    const socket = connect(Number(port), hostname, () => socket.write(lines.join('\r\n')))
    socket.once('data', () => socket.destroy())
    socket.once('error', fail).once('close', () => done())
  })
}

it('log: an upload that is aborted leaves no line, whatever it was for', async () => {
  // The library behind it is loaded with the first request.
  const warm = () => fetch(`${service.url}/oidc/.well-known/openid-configuration`)
  expect((await warm()).status).toBe(200)
  const scim = [`authorization: Bearer ${key}`, 'content-type: application/scim+json']
  const admin = [`authorization: Bearer ${operatorKey}`, 'content-type: application/json']
  const form = ['content-type: application/x-www-form-urlencoded']
  const json = ['content-type: application/json']
  for (const [path, headers] of [
    ['/scim/v2/Users', scim],
    ['/scim/v2/Bulk', scim],
    ['/scim/v2/oauth/token', form],
    ['/api/v1/organizations', admin],
    ['/api/v1/portal-sessions', json],
    ['/oidc/token', form],
    ['/oidc/request', form],
    ['/oidc/session/end/confirm', form],
    ['/saml/con_00000000000000000000000000/acs', form],
  ] as const) {
    await abort(path, [...headers, 'content-length: 500'], '{"a":')
    await abort(path, [...headers, 'transfer-encoding: chunked'], '5\r\n{"a":\r\n')
  }
  // Answered behind all of them, on the same loop.
  expect((await warm()).status).toBe(200)
  await service.end('SIGTERM')
  expect(service.output()).toBe('')
}, 60_000)
