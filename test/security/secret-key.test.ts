// Secrets at rest (bar S19): private keys are sealed and bound to their row; the wrong key, or none, does not start.
// Judges: server/secret-key, server/base.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createEnvelope } from '../../packages/server/src/base/envelope.ts'
import { createDirectoryAt, runCommand, runCommands, secretKey, startProcess } from '../harness/process.ts'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-key-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('the envelope', () => {
  const envelope = createEnvelope([secretKey])

  it('opens what it sealed, at its place only', () => {
    const sealed = envelope.seal('private', 'service_key/a/1')
    expect(sealed).not.toContain('private')
    expect(envelope.open(sealed, 'service_key/a/1')).toBe('private')
    expect(() => envelope.open(sealed, 'service_key/b/1')).toThrow()
  })

  it('never seals the same text the same way twice', () => {
    expect(envelope.seal('x', 'y')).not.toBe(envelope.seal('x', 'y'))
  })

  it.each([0, 1, 2, 3])('refuses a sealed text whose part %i was changed', (part) => {
    const parts = envelope.seal('private', 'place').split('.')
    parts[part] = `${parts[part]?.startsWith('A') ? 'B' : 'A'}${parts[part]?.slice(1)}`
    expect(() => envelope.open(parts.join('.'), 'place')).toThrow()
  })

  it('rotates: the new key in front seals, the old one still opens; without it nothing does', () => {
    const sealed = envelope.seal('private', 'place')
    const fresh = 'another-secret-key-0123456789-abcdefghijkl'
    const rotated = createEnvelope([fresh, secretKey])
    expect(rotated.open(sealed, 'place')).toBe('private')
    expect(createEnvelope([fresh]).open(rotated.seal('new', 'place'), 'place')).toBe('new')
    expect(() => createEnvelope([fresh]).open(sealed, 'place')).toThrow()
  })
})

describe('a service', () => {
  it('R14-d3: makes its key in the data folder (0600), keeps private keys sealed, and starts again with them', async () => {
    const folder = newFolder()
    const settings = { ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: '' }
    const service = await startProcess(settings)
    const slug = 'acme'
    await createDirectoryAt(service.admin, slug)
    const made = await service.admin.call('createConnection', {
      params: { slug },
      body: { name: 'Test', identityProvider: 'generic' },
    })
    expect(await (await fetch(`${service.url}/saml/${made.id}/metadata`)).text()).toContain('X509Certificate')
    await service.end('SIGTERM')
    const file = join(folder, 'secret.key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const dump = readFileSync(join(folder, 'rollcall.db')).toString('latin1')
    expect(dump).toContain('BEGIN CERTIFICATE')
    expect(dump).not.toMatch(/PRIVATE KEY|MIIE[vw]/)
    const again = await startProcess(settings)
    expect((await fetch(`${again.url}/saml/${made.id}/metadata`)).status).toBe(200)
    await again.end('SIGTERM')

    const copy = join(newFolder(), 'copy.db')
    const backup = await runCommand(['backup', copy, '--with-secret-key'], settings)
    expect(backup).toMatchObject({ code: 0 })
    expect(statSync(`${copy}.key`).mode & 0o777).toBe(0o600)
    const restored = join(newFolder(), 'restored')
    expect(await runCommand(['restore', copy], { ROLLCALL_DATA: restored })).toMatchObject({ code: 0 })
    const third = await startProcess({ ROLLCALL_DATA: restored, ROLLCALL_SECRET_KEY: '' })
    expect((await fetch(`${third.url}/saml/${made.id}/metadata`)).status).toBe(200)
    await third.end('SIGTERM')

    rmSync(file)
    await expect(startProcess(settings)).rejects.toThrow('sealed with another secret key')
    expect(existsSync(file)).toBe(false)
    await expect(startProcess({ ROLLCALL_DATA: folder })).rejects.toThrow('sealed with another secret key')
    // R14-d3: nor is anything said of a key that the store has never had.
    const status = await runCommand(['secret-key', 'status'], {
      ROLLCALL_DATA: folder,
      ROLLCALL_SECRET_KEY: secretKey,
    })
    expect(status).toMatchObject({
      code: 1,
      output: expect.stringContaining('sealed with another secret key'),
    })
  }, 60_000)

  it('refuses a key that is short or no random one (CVE-2026-30823)', async () => {
    const keys = [
      ['short', 'at least 32 characters'],
      ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'random'],
    ] as const
    const runs = await runCommands(
      keys.map(([key]) => [['serve'], { ROLLCALL_DATA: newFolder(), ROLLCALL_SECRET_KEY: key }]),
    )
    for (const [at, [key, sentence]] of keys.entries()) {
      const run = runs[at]
      expect(run?.code, key).not.toBe(0)
      expect(run?.output).toContain(sentence)
      expect(run?.output).not.toContain(key)
    }
  })

  it('refuses PostgreSQL without a key that all nodes share', async () => {
    const run = await runCommand(['serve'], {
      DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x',
      ROLLCALL_SECRET_KEY: '',
    })
    expect(run.code).not.toBe(0)
    expect(run.output).toContain('ROLLCALL_SECRET_KEY is needed with PostgreSQL')
    // R14-d4: what there is no need of it for says what to do instead.
    const environment = { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x' }
    const [backup, check] = await runCommands([
      [['backup', 'x.db'], environment],
      [['check'], environment],
    ])
    expect(backup.output).toContain('use pg_dump')
    expect(check.output).toContain('use pg_amcheck')
  })
})
