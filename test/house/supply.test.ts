// What is installed: pinned to the byte by the lockfile, without a script that nobody looked at, and as little as is needed.
// Judges: the house.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const readText = (file: string): string => readFileSync(join(root, file), 'utf8')

interface Package {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly engines?: { readonly node?: string }
  readonly hasInstallScript?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly allowScripts?: Readonly<Record<string, boolean>>
}
const readPackage = (file: string): Package => JSON.parse(readText(file)) as Package

const workspace = readPackage('package.json')
const { packages } = JSON.parse(readText('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Package>>
}
/** Of the registry: our own are links and folders. */
const installed = Object.entries(packages).filter(
  ([place, one]) => place.includes('node_modules/') && one.link !== true,
)
const nameOf = (place: string): string =>
  place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)

describe('what is installed', () => {
  it('is known to the byte', () => {
    expect(installed.length).toBeGreaterThan(200)
    expect(
      installed.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([place]) => place),
    ).toEqual([])
  })

  it('is known to the byte in docs/site, too, which has a lockfile of its own and exact versions', () => {
    const lock = JSON.parse(readText('docs/site/package-lock.json')) as {
      readonly packages: Readonly<Record<string, Package>>
    }
    const places = Object.entries(lock.packages).filter(([place]) => place !== '')
    expect(places.length).toBeGreaterThan(100)
    expect(
      places.filter(([, { integrity }]) => !/^sha512-/.test(integrity ?? '')).map(([place]) => place),
    ).toEqual([])
    const scripted = places.filter(([, one]) => one.hasInstallScript === true).map(([place]) => nameOf(place))
    const { dependencies = {}, allowScripts = {} } = readPackage('docs/site/package.json')
    expect(scripted.filter((name) => !(name in allowScripts) && name !== 'fsevents')).toEqual([])
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('runs a script while it is installed only where it is on the list, and npm refuses the rest', () => {
    const scripted = installed
      .filter(([, one]) => one.hasInstallScript === true)
      .map(([place]) => nameOf(place))
    expect(scripted.sort()).toEqual(Object.keys(workspace.allowScripts ?? {}).sort())
    expect(readText('.npmrc')).toMatch(/^strict-allow-scripts=true$/m)
  })

  it('is Node, too: one version of it for each platform', () => {
    const nodes = Object.entries(workspace.optionalDependencies ?? {}).filter(([name]) => /^node-/.test(name))
    expect(nodes.length).toBe(5)
    expect(new Set(nodes.map(([, version]) => version)).size).toBe(1)
    for (const [name, version] of nodes)
      expect(packages[`node_modules/${name}`]).toMatchObject({ version, optional: true })
  })

  it('warns of no engines: what npm compares with its own Node is not in the lockfile', () => {
    const places = Object.keys(packages).filter(
      (place) => place !== '' && packages[place]?.engines !== undefined,
    )
    expect(places).toEqual([])
  })

  it('A8: says on which Node what products install runs; what stays here runs on the pinned one', () => {
    const packed = ['api', 'client', 'elements', 'scim', 'cli'].map((one) =>
      readPackage(`packages/${one}/package.json`),
    )
    expect(packed.map(({ engines }) => engines)).toEqual(packed.map(() => ({ node: '>=20' })))
    for (const one of ['packages/server', 'packages/console', 'packages/simulator', 'examples/product'])
      expect(readPackage(`${one}/package.json`).engines, one).toBeUndefined()
  })

  it.each([
    'package.json',
    ...['api', 'cli', 'client', 'console', 'elements', 'opentelemetry', 'scim', 'server', 'simulator'].map(
      (one) => `packages/${one}/package.json`,
    ),
  ])('is named by its exact version in %s', (file) => {
    const { dependencies, devDependencies, optionalDependencies } = readPackage(file)
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })

  it('is little: 19 packages at most that the server names itself, each with its reason in decision 007', () => {
    const names = Object.keys(readPackage('packages/server/package.json').dependencies ?? {}).filter(
      (name) => !name.startsWith('@rollcall/'),
    )
    expect(names.length).toBeLessThanOrEqual(19)
    const rows = readText('docs/decisions/007-dependencies.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    const reasoned = new Set(
      rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name)),
    )
    expect(names.filter((name) => !reasoned.has(name))).toEqual([])
  })
})
