// A metadata URL and an issuer are addresses that a customer types and the service calls; webhook endpoints are the operator's.
// Typed into a running service, none of these reaches a listener on this machine. Advisories: CVE-2026-53513, CVE-2025-67494, CVE-2026-5469, CVE-2024-46990.
// Judges: server/outbound.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDirectoryAt, operatorKey, type ServiceProcess, startProcess } from '../harness/process.ts'

let service: ServiceProcess
let canary: Server
let port = 0
const slug = 'acme'
let connections = 0
const folder = mkdtempSync(join(tmpdir(), 'rollcall-ssrf-'))

beforeAll(async () => {
  canary = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((done) => canary.listen(0, '::', done))
  const address = canary.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  service = await startProcess({ ROLLCALL_DATA: folder })
  await createDirectoryAt(service.admin, slug)
}, 30_000)
afterAll(async () => {
  await service?.end('SIGTERM')
  canary?.close()
  rmSync(folder, { recursive: true, force: true })
})

const hosts = [
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '127.255.255.254',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0x7f.0.0.1',
  '017700000001',
  '0177.0.0.1',
  '0177.1',
  '00000177.0.0.1',
  '0',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fe80::1]',
  '[fd00::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[100::1]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '169.254.169.254',
  '168.63.129.16',
  '100.64.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '１２７.0.0.1',
  '127。0。0。1',
  '①②⑦.0.0.1',
] as const

const urls = [
  ...hosts.map((host) => (at: number) => `https://${host}:${at}/metadata`),
  (at: number) => `http://127.0.0.1:${at}/metadata`,
  (at: number) => `http://localhost:${at}/metadata`,
  (at: number) => `https://idp.example.com@127.0.0.1:${at}/`,
  (at: number) => `https://127.0.0.1:${at}\\@idp.example.com/`,
  (at: number) => `https://user:pass@localhost:${at}/`,
  () => 'https://localhost/',
  () => 'https://127.0.0.1:22/',
  () => 'https://[::1]:5432/',
  () => 'file:///etc/passwd',
  () => 'gopher://127.0.0.1:25/x',
  () => 'data:text/xml,<x/>',
  (at: number) => `ftp://127.0.0.1:${at}/`,
  (at: number) => `https:127.0.0.1:${at}/`,
]

describe('a metadata URL', () => {
  it('there are at least 60', () => {
    expect(urls.length).toBeGreaterThanOrEqual(60)
  })

  it.each(urls)('%#: is refused with a sentence that tells nothing of the network', async (make) => {
    const metadataUrl = make(port)
    const response = await fetch(`${service.url}/api/v1/organizations/${slug}/connections`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Probe', identityProvider: 'generic', metadataUrl }),
    })
    const problem = (await response.json()) as { code: string; detail: string }
    expect({ metadataUrl, status: response.status }).toEqual({ metadataUrl, status: 400 })
    expect(['metadata_unreachable', 'invalid_request']).toContain(problem.code)
  })

  it.each(urls)('%#: is no webhook endpoint and no issuer either', async (make) => {
    const url = make(port)
    const ask = async (path: string, body: unknown): Promise<{ status: number; code: string }> => {
      const response = await fetch(`${service.url}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: response.status, code: ((await response.json()) as { code: string }).code }
    }
    const endpoint = await ask('/webhook-endpoints', { url })
    expect({ url, status: endpoint.status }).toEqual({ url, status: 400 })
    expect(['url_refused', 'invalid_request']).toContain(endpoint.code)
    const connection = await ask(`/organizations/${slug}/connections`, {
      name: 'Probe',
      identityProvider: 'generic',
      protocol: 'oidc',
      oidc: { issuer: url, clientId: 'x' },
    })
    expect({ url, status: connection.status }).toEqual({ url, status: 400 })
  })

  it('no connection was seen', () => {
    expect(connections).toBe(0)
  })
})
