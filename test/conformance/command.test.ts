// `rollcall scim-check` as a person types it, over sockets.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConformanceReport } from '@rollcall/scim/conformance'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDirectoryAt, runCommand, type ServiceProcess, startProcess } from '../harness/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-check-'))
let service: ServiceProcess
let key: string
let wrong: Server

beforeAll(async () => {
  service = await startProcess({ ROLLCALL_DATA: folder })
  key = await createDirectoryAt(service.admin, 'acme')
  wrong = createServer((_request, response) => response.end('{}'))
  await new Promise<void>((done) => wrong.listen(0, '127.0.0.1', done))
})
afterAll(async () => {
  wrong.close()
  await service.end('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

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
    const { code, output } = await runCommand(['scim-check', `http://127.0.0.1:${port}`, '--key', 'x'], {})
    expect(code).toBe(1)
    expect(output).toMatch(/^FAILED/m)
    expect(output).toMatch(/expected {2}status 201\n {4}came {6}200\n {4}request {3}POST \/Users/)
    expect(output).toMatch(/\d+ failed/)
  }, 60_000)

  it('says in a line that a server does not answer, or not to this key', async () => {
    const refused = await runCommand(['scim-check', `${service.url}/scim/v2`, '--key', `${key}x`], {})
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('refuses the key (401)') })
    const nobody = await runCommand(['scim-check', 'http://127.0.0.1:1', '--key', 'x'], {})
    expect(nobody).toMatchObject({ code: 1, output: expect.stringContaining('does not answer') })
    expect(nobody.output).not.toMatch(/\n\s+at /)
  }, 60_000)

  it('says how it is used when it is called wrongly', async () => {
    for (const words of [
      [],
      ['x', '--key', 'k'],
      ['http://127.0.0.1:1'],
      ['http://a', '--key', 'k', '--profile', 'lax'],
    ])
      expect(await runCommand(['scim-check', ...words], {})).toMatchObject({
        code: 2,
        output: expect.stringContaining('Usage: rollcall scim-check'),
      })
  }, 60_000)
})
