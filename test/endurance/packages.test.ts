// The packages as strangers get them: packed, installed into empty folders, and used. It asks npm's registry for the rest.
// Judges: cli, client, api, scim, simulator.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

it('A1, A8: installs from its archives on the machine’s own Node, and provisions a person', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-archives-'))
  const run = (script: string): string =>
    execFileSync(process.execPath, [join(root, 'scripts', script), folder], { encoding: 'utf8' })
  try {
    run('pack.ts')
    const said = run('try-packages.ts')
    expect(said).toMatch(/libraries run on Node v\d+/)
    expect(said).toContain('first provisioned person')
    expect(said).toContain('its lockfile pins')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
