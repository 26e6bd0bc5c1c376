// When the service starts, what it prints then, and when it refuses to.
// Judges: server.
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runCommand, secretKey, startCommand, startProcess } from '../harness/process.ts'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-start-'))
  folders.push(folder)
  return folder
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

describe('serve', () => {
  it('R14-c2: a signal ends a start that waits for its database', async () => {
    const silent = createServer((socket) => {
      socket.on('error', () => undefined)
      child.kill('SIGTERM')
    })
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done))
    const { port } = silent.address() as AddressInfo
    const child = startCommand(['serve'], {
      DATABASE_URL: `postgres://rollcall@127.0.0.1:${port}/rollcall`,
      ROLLCALL_SECRET_KEY: secretKey,
      ROLLCALL_DATA: newFolder(),
    })
    const end = await new Promise((done) => child.once('exit', (_code, signal) => done(signal)))
    expect(end).toBe('SIGTERM')
    silent.close()
  }, 30_000)

  it('reports all faults of the settings at once and serves on none', async () => {
    const environment = {
      ROLLCALL_DATA: newFolder(),
      PORT: 'many',
      ROLLCALL_URL: 'ftp://x',
      ROLLCALL_SCIM_RATE: '-1',
      ROLLCALL_OPERATOR_KEY: 'short',
      ROLLCALL_TYPO: '1',
    }
    const { code, output } = await runCommand(['serve'], environment)
    expect(code).toBe(1)
    for (const name of [
      'PORT',
      'ROLLCALL_URL',
      'ROLLCALL_SCIM_RATE',
      'ROLLCALL_OPERATOR_KEY',
      'ROLLCALL_TYPO',
    ])
      expect(output).toContain(name)
    expect(output).not.toContain('short')
  }, 30_000)

  it('prints the operator key at the first start that serves, where the port was taken before, and never again; a folder is served once', async () => {
    const folder = newFolder()
    const taken = createServer()
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
    const { port } = taken.address() as AddressInfo
    const failed = await runCommand(['serve'], {
      ...{ ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: secretKey, ROLLCALL_LOG_LEVEL: 'warn' },
      ...{ PORT: String(port), HOST: '127.0.0.1' },
    })
    taken.close()
    expect([failed.code, failed.output]).toEqual([1, expect.stringContaining('something else on port')])
    expect(failed.output).not.toMatch(/rc_operator_/)

    const environment = { ROLLCALL_DATA: folder, ROLLCALL_OPERATOR_KEY: '' }
    const first = await startProcess(environment)
    const [key = ''] = /rc_operator_[0-9A-Za-z]{43}/.exec(first.output()) ?? []
    const log = await fetch(`${first.url}/api/v1/operator-events`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect([log.status, await log.text()]).toEqual([200, expect.not.stringContaining('key_changed')])

    const beside = await runCommand(['serve'], { ROLLCALL_DATA: folder, PORT: '0' })
    expect(beside.code).toBe(1)
    expect(beside.output).toMatch(/Another process is serving .*ROLLCALL_DATA/)
    await first.end('SIGTERM')

    const second = await startProcess(environment)
    await second.end('SIGTERM')
    expect(second.output()).not.toMatch(/rc_operator_/)
  }, 60_000)
})
