// A fact stands in one place. What has to repeat one, because it cannot import it, is held against it here.
// Judges: the house.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { defaultDeprovisionGuard, profileNames } from '@rollcall/api'
import { profiles } from '@rollcall/scim'
import { vendorNames } from '@rollcall/simulator'
import { describe, expect, it } from 'vitest'
import { commands } from '../../packages/cli/src/commands.ts'

const root = resolve(import.meta.dirname, '../..')

/** Sources of a package without its tests, and without migrations, which never change. */
function listSources(name: string): string[] {
  const folder = join(root, 'packages', name, 'src')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) => /\.tsx?$/.test(file) && !file.endsWith('.test.ts') && !file.includes(`migrations${sep}`),
    )
    .map((file) => join('packages', name, 'src', file))
}
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const saying = (pattern: RegExp, ...names: readonly string[]): string[] =>
  names.flatMap(listSources).filter((file) => pattern.test(read(file)))

describe('H14: facts', () => {
  it('how long an hour and a day are stands with the clock', () => {
    const clocks = ['packages/server/src/base/clock.ts', 'packages/console/src/base/days.ts'].map((file) =>
      join(file),
    )
    expect(
      saying(/\b(?:3_600_000|86_400_000)\b|\bconst (?:minute|hour|day)Ms\b/, 'server', 'console'),
    ).toEqual(clocks)
  })

  it('the URNs of SCIM stand in the engine', () => {
    expect(saying(/['"`]urn:ietf:params:scim:/, 'server', 'simulator', 'cli', 'console')).toEqual([])
  })

  it('the profiles that the contract offers are those that the engine has', () => {
    expect([...profileNames].sort()).toEqual(Object.keys(profiles).sort())
  })

  it('the deprovision guard of organizations from before it is that of a new one', () => {
    expect(read('packages/server/src/store/migrations/006-product.ts')).toContain(
      `DEFAULT '${JSON.stringify(defaultDeprovisionGuard)}'`,
    )
  })

  it('the command and its documentation name every vendor that can be played, in the same order', () => {
    const usage = commands.find(({ name }) => name === 'simulate')?.usage ?? ''
    expect(usage.split(' ')[1]?.split('|')).toEqual(vendorNames)
    const [, listed = ''] =
      /`simulate` plays an identity provider \(([^)]*)\)/.exec(read('docs/operations.md')) ?? []
    expect([...listed.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(vendorNames)
  })
})
