// What is packed is whole by itself: every export and import is there, every dependency is named, and nothing is inside that
// is nobody's business. `npm run pack:try` installs it besides.
// Judges: the house.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Manifest, type StagedPackage, stagePackages } from '../../scripts/packages.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-packages-'))
let packages: ReadonlyMap<string, StagedPackage>
beforeAll(() => {
  packages = new Map(stagePackages(folder).map((one) => [one.manifest.name, one]))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const names = [
  '@rollcall/api',
  '@rollcall/client',
  '@rollcall/elements',
  '@rollcall/scim',
  '@rollcall/simulator',
  'rollcall',
] as const

function read(name: string): { readonly manifest: Manifest; readonly files: ReadonlyMap<string, string> } {
  const { folder: own, manifest } = packages.get(name) ?? expect.fail(`${name} is not packed`)
  const paths = readdirSync(own, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return {
    manifest,
    files: new Map(paths.map((path) => [path.slice(own.length + 1), readFileSync(path, 'latin1')])),
  }
}

/** What a built file imports; `resolve(` are our own calls of import.meta.resolve. */
const importsOf = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?:^(?:import|export)\b[^'"\n]*? from |^import |\bimport\(|\bmeta\.resolve\()['"]([^'"]+)['"]/gm,
    ),
  ].map(([, name = '']) => name)
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

describe.each(names)('the package %s', (name) => {
  it('has its papers, and says what it is and where it runs', () => {
    const { manifest, files } = read(name)
    expect([...files.keys()]).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
    expect(manifest).toMatchObject({ license: 'Apache-2.0', type: 'module' })
    expect(manifest.engines?.node).toMatch(/^>=\d+/)
    expect(manifest).not.toHaveProperty('private')
    expect(manifest).not.toHaveProperty('scripts')
  })

  it('has every file that it exports or runs, and its types', () => {
    const { manifest, files } = read(name)
    const targets = Object.values(manifest.exports ?? {}).flatMap((one) =>
      typeof one === 'string' ? [one] : Object.values(one),
    )
    const named = [...targets, ...Object.values(manifest.bin ?? {})]
    expect(named.filter((one) => !files.has(posix.normalize(one)))).toEqual([])
    expect(targets.some((one) => one.endsWith('.d.ts'))).toBe(name !== 'rollcall')
    expect(JSON.stringify(manifest.exports)).not.toContain('source')
  })

  it('imports what is in it, or what it names', () => {
    const { manifest, files } = read(name)
    const named = new Set(
      Object.keys({
        ...manifest.dependencies,
        ...manifest.optionalDependencies,
        ...manifest.peerDependencies,
      }),
    )
    const built = [...files].filter(([path]) => /^(bin|dist|lib)\/(?!console).*(\.js|\.d\.ts)$/.test(path))
    expect(built.length).toBeGreaterThan(2)
    const missing = built.flatMap(([path, text]) =>
      importsOf(text)
        .filter((one) =>
          one.startsWith('.')
            ? !files.has(posix.join(posix.dirname(path), one).replace(/\.d\.ts$/, '.js'))
            : !isBuiltin(one) && !named.has(packageOf(one)),
        )
        .map((one) => `${path}: ${one}`),
    )
    expect(missing).toEqual([])
  })

  it('has no test, no secret and no file of somebody’s work in it', () => {
    const { files } = read(name)
    const paths = [...files.keys()]
    expect(
      paths.filter((path) =>
        /\.test\.|(^|\/)(testing|test|data|node_modules)\/|\.env|\.db|\.tsbuildinfo/.test(path),
      ),
    ).toEqual([])
    const telling =
      /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{40}|rc_(operator|scim|app)_\w{30}|_authToken/
    expect(paths.filter((path) => telling.test(files.get(path) ?? ''))).toEqual([])
  })
})

describe('the package rollcall', () => {
  it('needs nothing of the workspace', () => {
    const { manifest, files } = read('rollcall')
    expect(Object.keys(manifest.dependencies ?? {}).filter((one) => one.startsWith('@rollcall/'))).toEqual([])
    const left = [...files].filter(
      ([path, text]) => path.endsWith('.js') && /(from|import\(?|resolve\() ?['"]@rollcall\//.test(text),
    )
    expect(left.map(([path]) => path)).toEqual([])
    expect(files.has('lib/console/dist/index.html')).toBe(true)
    expect(files.get('lib/console/dist/licences.md')).toMatch(/^## react-dom /m)
  })

  it('pins all that is below it, and the Node it runs on, to the bytes of the lockfile', () => {
    const { manifest, files } = read('rollcall')
    const { packages: pinned } = JSON.parse(files.get('npm-shrinkwrap.json') ?? '') as {
      packages: Record<string, { integrity?: string; dev?: boolean }>
    }
    const places = Object.keys(pinned).filter((place) => place !== '')
    const wanted = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
    expect(wanted.filter((one) => pinned[`node_modules/${one}`] === undefined)).toEqual([])
    expect(places.filter((place) => !/^sha512-/.test(pinned[place]?.integrity ?? ''))).toEqual([])
    expect(places.filter((place) => /(vitest|vite|typescript|react)$/.test(place))).toEqual([])
    expect(wanted.filter((one) => /^node-(bin-)?(darwin|linux|win)/.test(one)).length).toBe(5)
  })
})
