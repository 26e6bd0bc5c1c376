// `rollcall scim-check` as a person types it, over sockets.
// Judges: cli/commands, scim/conformance.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConformanceReport } from '@rollcall/scim/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createDirectoryAt,
  runCommand,
  runCommands,
  type ServiceProcess,
  startProcess,
} from '../harness/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-check-'))
let service: ServiceProcess
let key: string
let wrong: Server

beforeAll(async () => {
  service = await startProcess({ ROLLCALL_DATA: folder })
  key = await createDirectoryAt(service.admin, 'acme')
  // A proxy before the service that is wrong in one way: a create answers 200.
  wrong = createServer((request, response) => {
    passOn(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((done) => wrong.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  wrong.close()
  await service.end('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

/** To the service, except that a create of a user answers 200. */
async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { connection: _, host: __, 'content-length': ___, ...headers } = request.headers
  const answer = await fetch(`${service.url}/scim/v2${request.url}`, {
    method: request.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  })
  const isCreated = answer.status === 201 && request.url === '/Users'
  const shown = ['content-type', 'etag', 'location', 'www-authenticate'].flatMap((name) => {
    const value = answer.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  response.writeHead(isCreated ? 200 : answer.status, Object.fromEntries(shown))
  response.end(await answer.text())
}

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('rollcall scim-check', () => {
  it('judges a running service and leaves nothing behind', async () => {
    const words = ['scim-check', `${service.url}/scim/v2/`, '--key', key, '--profile', 'auto', '--json']
    const { code, output } = await runCommand(words, {})
    const report = JSON.parse(output) as ConformanceReport
    const failed = report.results.filter(({ outcome }) => outcome.kind === 'fail')
    expect(failed).toEqual([])
    expect(code).toBe(0)
    expect(report.totals.pass).toBeGreaterThan(400)
    expect(report.leftovers).toEqual([])
    expect(output).not.toContain(key)
  }, 60_000)

  it('ends with 1 and says what is broken when a MUST fails', async () => {
    const { port } = wrong.address() as AddressInfo
    const html = join(folder, 'report.html')
    const words = [
      'scim-check',
      `http://127.0.0.1:${port}`,
      '--key',
      key,
      '--profile',
      'auto',
      '--html',
      html,
    ]
    const { code, output } = await runCommand(words, {})
    expect(code).toBe(1)
    expect(output).toMatch(/^FAILED/m)
    expect(output).toMatch(/expected {2}status 201\n {4}came {6}200\n {4}request {3}POST \/Users/)
    expect(output).toContain('do        Answer a create with 201.')
    expect(output).toMatch(/, 1 failed/)
    const page = readFileSync(html, 'utf8')
    expect(page).toContain('A successful create answers 201.')
    expect(page).not.toContain(key)
    expect(output).not.toContain(key)
  }, 60_000)

  it('S8: says in a line that a base URL is none, after two requests', async () => {
    const { code, output } = await runCommand(['scim-check', service.url, '--key', key], {})
    expect(code).toBe(1)
    expect(output).toContain('is not the base URL of a SCIM service: GET /ServiceProviderConfig answers 404')
    expect(output).not.toMatch(/FAILED/)
  }, 60_000)

  it('says in a line that a server does not answer, or not to this key', async () => {
    const [refused, nobody] = await runCommands([
      [['scim-check', `${service.url}/scim/v2`, '--key', `${key}x`]],
      [['scim-check', 'http://127.0.0.1:1', '--key', 'x']],
    ])
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('refuses the key (401)') })
    expect(nobody).toMatchObject({ code: 1, output: expect.stringContaining('does not answer') })
    expect(nobody.output).not.toMatch(/\n\s+at /)
  }, 60_000)

  it('says how it is used when it is called wrongly', async () => {
    const wrong = [
      [],
      ['x', '--key', 'k'],
      ['http://127.0.0.1:1'],
      ['http://a', '--key', 'k', '--profile', 'lax'],
      ['http://a', '--key', 'k', '--user', join(folder, 'none.json')],
      ['http://a', '--key', 'k', '--user', written('list.json', '[]')],
      ['http://a', '--key', 'k', '--user', written('broken.json', '{')],
      ['http://a', '--key', 'k', '--user', written('id.json', '{"id":"1"}')],
      ['http://a', '--key', 'k', '--html', join(folder, 'no/such/folder.html')],
    ]
    const outcomes = await runCommands(wrong.map((words) => [['scim-check', ...words]]))
    for (const [at, outcome] of outcomes.entries())
      expect(outcome, wrong[at]?.join(' ')).toMatchObject({
        code: 2,
        output: expect.stringContaining('Usage: rollcall scim-check'),
      })
  }, 60_000)
})
