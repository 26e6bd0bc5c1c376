// What is published, put together in folders as npm packs them: five libraries, and `rollcall`, which holds service, console,
// command, simulator and example product in one package that needs nothing of this workspace. Reads what the build made.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, resolve } from 'node:path'
import { type Lock, lockFor } from './shrinkwrap.ts'

const root = resolve(import.meta.dirname, '..')

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly description: string
  readonly engines?: { readonly node: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly bin?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

export interface StagedPackage {
  readonly folder: string
  readonly manifest: Manifest
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(join(root, file), 'utf8')) as T
const readManifest = (folder: string): Manifest => readJson(`${folder}/package.json`)

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}
const writeJson = (folder: string, name: string, value: unknown): void =>
  write(folder, name, `${JSON.stringify(value, null, 2)}\n`)

/** Files of a folder by their paths in it; tests and what only they use are of no use to anybody else. */
function listFiles(folder: string, under = ''): string[] {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(under, entry.name)
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : listFiles(folder, path)
    return /\.test\.|\.tsbuildinfo$/.test(entry.name) ? [] : [path]
  })
}

/** A build in a working copy may still hold files whose sources are gone. */
const hasSource = (folder: string, path: string): boolean =>
  existsSync(join(folder, 'src', path.replace(/(\.d\.ts|\.js|\.js\.map)$/, '.ts')))

/** Where the sources came from, told by the workflow that publishes: npm wants it for provenance. */
function repository(): object {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  return server === undefined || name === undefined
    ? {}
    : { repository: { type: 'git', url: `git+${server}/${name}.git` } }
}

/** The strictest of what the dependencies want of Node, for a package that asks for nothing more itself. */
function enginesOf(own: Manifest): { readonly node: string } {
  if (own.engines !== undefined) return own.engines
  const oldest = Object.keys(own.dependencies ?? {})
    .filter((name) => !name.startsWith('@rollcall/'))
    .map((name) => /^>= ?([\d.]+)$/.exec(readManifest(`node_modules/${name}`).engines?.node ?? '')?.[1])
    .filter((version) => version !== undefined)
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  return { node: `>=${oldest.at(-1) ?? '20'}` }
}

function addPapers(folder: string, from: string): void {
  write(folder, 'README.md', readFileSync(join(root, from, 'README.md'), 'utf8'))
  write(folder, 'LICENSE', readFileSync(join(root, 'LICENSE'), 'utf8'))
}

/** The condition `source` names files that Node runs in this workspace and nowhere else. */
function withoutSource(exported: Manifest['exports']): NonNullable<Manifest['exports']> {
  const entries = Object.entries(exported ?? {}).map(([path, target]) => {
    if (typeof target === 'string') return [path, target] as const
    const { source: _, ...rest } = target
    return [path, rest] as const
  })
  return Object.fromEntries(entries)
}

/** The compiler leaves `./file.ts` in declarations, where no such file is. */
const declare = (text: string, path: string): string =>
  path.endsWith('.d.ts')
    ? text.replace(/(\bfrom |\bimport |\bimport\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g, '$1$2$3.js$2')
    : text

function stageLibrary(name: string, to: string): StagedPackage {
  const own = readManifest(`packages/${name}`)
  const from = join(root, 'packages', name)
  const folder = join(to, name)
  for (const part of ['dist', 'src'])
    for (const path of listFiles(join(from, part)))
      if (part === 'src' || hasSource(from, path))
        write(folder, `${part}/${path}`, declare(readFileSync(join(from, part, path), 'utf8'), path))
  addPapers(folder, `packages/${name}`)
  const { description, license, version, dependencies, peerDependencies, peerDependenciesMeta } = own
  const manifest: Manifest = {
    ...{ name: own.name, version, description, license, ...repository() },
    ...{ type: 'module', engines: enginesOf(own), exports: withoutSource(own.exports) },
    ...(own.sideEffects === undefined ? {} : { sideEffects: own.sideEffects }),
    ...{ files: ['dist', 'src'], dependencies: { ...dependencies } },
    ...(peerDependencies === undefined ? {} : { peerDependencies, peerDependenciesMeta }),
  }
  writeJson(folder, 'package.json', manifest)
  return { folder, manifest }
}

interface Inside {
  readonly from: string
  readonly at: string
  /** Built files that nothing in `rollcall` loads. */
  readonly without?: readonly string[]
}

/** Where the workspace's packages lie in `rollcall`, and the file that each of their exports is. */
const inside: Readonly<Record<string, Inside>> = {
  rollcall: { from: 'packages/cli', at: 'dist' },
  '@rollcall/server': { from: 'packages/server', at: 'lib/server' },
  '@rollcall/opentelemetry': { from: 'packages/opentelemetry', at: 'lib/opentelemetry' },
  '@rollcall/api': { from: 'packages/api', at: 'lib/api' },
  '@rollcall/scim': { from: 'packages/scim', at: 'lib/scim' },
  '@rollcall/simulator': { from: 'packages/simulator', at: 'lib/simulator' },
  '@rollcall/client': { from: 'packages/client', at: 'lib/client' },
  '@rollcall/elements': { from: 'packages/elements', at: 'lib/elements', without: ['react.js'] },
  '@rollcall/example-product': { from: 'examples/product', at: 'lib/product' },
}

/** The file in `rollcall` that a specifier of the workspace stands for. */
function findInside(specifier: string): string {
  if (specifier === '@rollcall/console/package.json') return 'lib/console/package.json'
  const [scope, name, ...rest] = specifier.split('/')
  const own = inside[`${scope}/${name}`]
  const target = own && readManifest(own.from).exports?.[rest.length === 0 ? '.' : `./${rest.join('/')}`]
  if (own === undefined || target === undefined || typeof target === 'string')
    throw new Error(`${specifier} is no export of this workspace`)
  return posix.join(own.at, (target.default ?? '').replace(/^\.\/dist\//, ''))
}

/** A built file with the workspace's specifiers as relative paths, and without the name of a map that is not packed. */
function relocate(text: string, path: string): string {
  const toRelative = (specifier: string): string => {
    const found = posix.relative(posix.dirname(path), findInside(specifier))
    return found.startsWith('.') ? found : `./${found}`
  }
  return text
    .replace(
      /(\bfrom |\bimport |\bimport\(|\bresolve\()(['"])(@rollcall\/[^'"]+)\2/g,
      (_, before, quote, name) => [before, quote, toRelative(name), quote].join(''),
    )
    .replace(/^\/\/# sourceMappingURL=.*\n?/m, '')
}

/** Inside, and loaded only when it is asked for: what it needs of others may be left out. */
const optional: ReadonlySet<string> = new Set(['@rollcall/opentelemetry'])

/** What is inside and optional, or not, needs of others, each at one version. */
function gatherDependencies(isOptional: boolean): Record<string, string> {
  const all = new Map<string, string>()
  const parts = Object.entries(inside).filter(([name]) => optional.has(name) === isOptional)
  for (const [, { from }] of parts)
    for (const [name, version] of Object.entries(readManifest(from).dependencies ?? {})) {
      if (name.startsWith('@rollcall/')) continue
      if ((all.get(name) ?? version) !== version) throw new Error(`${name} is wanted in two versions`)
      all.set(name, version)
    }
  return Object.fromEntries([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function stageCommand(to: string): StagedPackage {
  const own = readManifest('packages/cli')
  const folder = join(to, 'rollcall')
  for (const { from, at, without = [] } of Object.values(inside))
    for (const path of listFiles(join(root, from, 'dist')))
      if (path.endsWith('.js') && hasSource(join(root, from), path) && !without.includes(path)) {
        const place = posix.join(at, path)
        write(folder, place, relocate(readFileSync(join(root, from, 'dist', path), 'utf8'), place))
      }
  cpSync(join(root, 'packages/cli/bin'), join(folder, 'bin'), { recursive: true })
  // Without the build's note for itself.
  const filter = (path: string): boolean => !path.endsWith('made-of')
  cpSync(join(root, 'packages/console/dist'), join(folder, 'lib/console/dist'), { recursive: true, filter })
  writeJson(folder, 'lib/console/package.json', { type: 'module' })
  addPapers(folder, 'packages/cli')
  const { description, license, version, engines, exports, bin } = own
  const { optionalDependencies } = readManifest('.')
  const manifest: Manifest = {
    ...{ name: own.name, version, description, license, ...repository() },
    ...{ type: 'module', engines: engines ?? { node: '>=20' }, bin: bin ?? {}, exports: exports ?? {} },
    files: ['bin', 'dist', 'lib', 'npm-shrinkwrap.json'],
    dependencies: gatherDependencies(false),
    optionalDependencies: { ...optionalDependencies, ...gatherDependencies(true) },
  }
  writeJson(folder, 'package.json', manifest)
  writeJson(folder, 'npm-shrinkwrap.json', lockFor(manifest, readJson<Lock>('package-lock.json')))
  return { folder, manifest }
}

/** Puts a folder for each package into `to`, which is empty. */
export function stagePackages(to: string): StagedPackage[] {
  return [
    ...['api', 'client', 'elements', 'scim', 'simulator'].map((name) => stageLibrary(name, to)),
    stageCommand(to),
  ]
}
