// What deploy/ holds names settings, files and versions that there are.
// Judges: the house.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secretSettings } from '../../packages/server/src/config.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const files = readdirSync(join(root, 'deploy'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
const { version } = JSON.parse(read('packages/cli/package.json')) as { version: string }

describe('A2: what deploy/ holds', () => {
  it('names settings that there are, and secrets by their files', () => {
    const settings = read('docs/operations.md')
    const named = files.flatMap((file) =>
      [...read(file).matchAll(/\b(ROLLCALL_[A-Z_]+|DATABASE_URL[A-Z_]*)\b/g)].map(([name]) => name),
    )
    expect(new Set(named).size).toBeGreaterThan(6)
    // Of the compose files, not of the service.
    const known = (name: string): boolean => name === 'ROLLCALL_IMAGE' || settings.includes(`\`${name}\``)
    expect([...new Set(named)].filter((name) => !known(name))).toEqual([])
    expect(named.filter((name) => secretSettings.some((secret) => secret === name))).toEqual([])
  })

  it('names this version', () => {
    const versions = [
      ...files,
      'docs/deploy.md',
      'docs/packages.md',
      'docs/production.md',
      'packages/cli/README.md',
    ].flatMap((file) =>
      [...read(file).matchAll(/rollcall(?:-\w+)?[:-](\d+\.\d+\.\d+)/g)].map(([, found]) => found),
    )
    expect(versions.length).toBeGreaterThan(4)
    expect(new Set(versions)).toEqual(new Set([version]))
  })

  it('names files that are there', () => {
    const mounted = [...read('deploy/compose.yaml').matchAll(/- \.\/([^:]+):/g)].map(([, path]) => path)
    expect(mounted).toEqual(['proxy/Caddyfile'])
    for (const path of mounted) expect(existsSync(join(root, 'deploy', path ?? '')), path).toBe(true)
    const [, started] =
      /^ExecStart=.* \/opt\/rollcall\/dist\/(\w+)\.js /m.exec(read('deploy/systemd/rollcall.service')) ?? []
    expect(existsSync(join(root, `packages/cli/src/${started}.ts`))).toBe(true)
  })
})
