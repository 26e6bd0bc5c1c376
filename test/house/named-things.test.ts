// What documents and prints name beside commands and links is there: settings, variables, addresses of the service, files, words of our
// own scripts.
// Judges: the house.
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { operations } from '@rollcall/api'
import { secretSettings } from '@rollcall/server'
import { describe, expect, it } from 'vitest'
import { splitFences } from '../../docs/site/make/markdown.ts'
import { commands } from '../../packages/cli/src/commands.ts'
import { doorRows } from '../security/ladder-rows.ts'

const root = resolve(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const list = (...patterns: readonly string[]): readonly string[] =>
  globSync(patterns, {
    cwd: root,
    exclude: (path) => /(?:^|\/)(?:node_modules|dist|data|coverage)$|^docs\/site\/(?:src|public)$/.test(path),
  }).filter((file) => statSync(join(root, file)).isFile())

/** Decisions and the changelog say what was; everything else says what is. */
const documents = list('*.md', 'docs/**/*.md', 'packages/*/README.md', 'examples/**/*.md', 'deploy/**/*.md')
  .filter((file) => file !== 'CHANGELOG.md' && !file.startsWith('docs/decisions/'))
  .toSorted()
const deployed = list('deploy/**/*').filter((file) => !file.endsWith('.md'))
/** Whose strings people read: what the command, the service and the console say. */
const speaking = list('packages/{cli,server,console,simulator}/src/**/*.{ts,tsx}', 'packages/*/bin/*').filter(
  (file) => !/\.test\.tsx?$|\/migrations\//.test(file),
)

interface Found {
  readonly file: string
  readonly text: string
}
const find = (files: readonly string[], pattern: RegExp): readonly Found[] =>
  files.flatMap((file) => [...read(file).matchAll(pattern)].map(([, text = '']) => ({ file, text })))
const tell = ({ file, text }: Found): string => `${file}: ${text}`

/** Code of documents: what stands between backticks in a sentence, and blocks of the shell. */
const spans = documents.flatMap((file) =>
  splitFences(read(file)).flatMap((piece) => {
    if (piece.isCode)
      return /^\s*```sh/.test(piece.text) ? [{ file, text: piece.text.replaceAll('\\\n', ' ') }] : []
    return [...piece.text.matchAll(/`([^`]+)`/g)].map(([, text = '']) => ({ file, text }))
  }),
)
const findInSpans = (pattern: RegExp): readonly Found[] =>
  spans.flatMap(({ file, text: span }) =>
    [...span.matchAll(pattern)].map(([, text = '']) => ({ file, text: text.trim() })),
  )

/** Which test or script runs the shell blocks of a page as they stand there; where none does, why. */
const runBy: Readonly<Record<string, string>> = {
  'README.md': 'test/endurance/quick-start.test.ts',
  'docs/quick-start.md': 'test/endurance/quick-start.test.ts',
  'docs/production.md': 'scripts/try-production.ts',
  'docs/upgrade.md': 'test/endurance/upgrade.test.ts',
  'docs/backup.md': 'test/endurance/upgrade.test.ts',
  'docs/configuration.md': 'test/endurance/pages.test.ts',
  'docs/doctor.md': 'test/endurance/pages.test.ts',
  'docs/branding.md': 'test/endurance/pages.test.ts',
  'docs/embedding.md': 'test/endurance/pages.test.ts',
  'docs/tour.md': 'test/browser/demo.test.ts',
  'docs/packages.md': 'scripts/try-packages.ts',
  'packages/cli/README.md': 'scripts/try-packages.ts',
  'docs/deploy.md': 'no: it takes a container engine, systemd, or a cluster',
  'docs/postgresql.md': 'no: it names a database of somebody else',
  'docs/poolers.md': 'no: it names a database of somebody else',
  'docs/tls.md': 'no: settings of a start',
  'docs/proxy.md': 'no: one setting of a start, whose proxies test/proxy runs',
  'docs/conformance.md': 'no: software of others, whose run the page tells of',
  'docs/benchmarks.md': 'no: it measures for as long as it takes',
  'docs/peers.md': 'no: it brings software of others from registries',
  'docs/scim-check.md': 'no: it names a server of somebody else',
}
const isListed = (file: string): boolean =>
  !/^docs\/(?:contributing|hand-off)\/|^(?:CONTRIBUTING|deploy)/.test(file)

describe('commands of pages', () => {
  const pages = documents.filter((file) =>
    splitFences(read(file)).some(({ isCode, text }) => isCode && /^\s*```sh/.test(text)),
  )

  it('are run as they stand there, or it is said why not', () => {
    expect(Object.keys(runBy).toSorted()).toEqual(pages.filter(isListed).toSorted())
  })

  it('are run by what reads the page', () => {
    const runs = Object.entries(runBy).filter(([, by]) => !by.startsWith('no: '))
    expect(runs.filter(([, by]) => !existsSync(join(root, by)))).toEqual([])
    // The demo and the packages are started and tried as a whole; of the README's first screen the quick start has the command.
    const strangers = runs.filter(
      ([page, by]) => !/demo|try-packages/.test(by) && page !== 'README.md' && !read(by).includes(page),
    )
    expect(strangers).toEqual([])
  })
})

describe('settings and variables', () => {
  const config = read('packages/server/src/config.ts')
  const known = new Set(config.match(/(?<=')ROLLCALL_[A-Z_]+(?=')/g))
  for (const name of ['DATABASE_URL', ...known])
    if (secretSettings.some((one) => one === name)) known.add(`${name}_FILE`)
  const readByTools = new Set(
    list('scripts/*', 'test/**/*', 'bench/**/*', 'vitest.*.ts', 'docs/site/*', 'docs/site/make/*')
      .filter((file) => /\.[cm]?[jt]s$/.test(file))
      .flatMap((file) =>
        [...read(file).matchAll(/env(?:\.|\[')([A-Z][A-Z0-9_]+)/g)].map(([, name = '']) => name),
      ),
  )

  it('of ours that documents name are read by the service, or by our own tests and scripts', () => {
    const named = find(documents, /(?<![A-Z_])(ROLLCALL_[A-Z]+(?:_[A-Z]+)*)/g)
    // Of compose, and what Kubernetes makes of a Service of our name.
    const ofOthers = /^ROLLCALL_(?:IMAGE|PORT|SERVICE_HOST)$/
    expect(named.length).toBeGreaterThan(100)
    expect(
      named
        .filter(({ text }) => !known.has(text) && !readByTools.has(text) && !ofOthers.test(text))
        .map(tell),
    ).toEqual([])
  })

  it('of ours that files of deployment set, or that we print, are read by the service', () => {
    const named = [
      ...find(deployed, /(?<![A-Z_])(ROLLCALL_[A-Z]+(?:_[A-Z]+)*)/g),
      ...find(speaking, /(?<![A-Z_])(ROLLCALL_[A-Z]+(?:_[A-Z]+)*)/g),
    ]
    // Of compose, of Kubernetes, and of products that sign people in by the lines that the console shows.
    const ofOthers = /^ROLLCALL_(?:IMAGE|PORT|SERVICE_HOST|CLIENT_SECRET)$/
    expect(named.length).toBeGreaterThan(50)
    expect(named.filter(({ text }) => !known.has(text) && !ofOthers.test(text)).map(tell)).toEqual([])
  })

  it('that stand before a command are known to what they are for', () => {
    const set = findInSpans(/(?:^|[\n;(] *|export |[A-Z"'] )([A-Z][A-Z0-9_]{2,})=(?=\S)/g)
    const others = new Set(
      'DATABASE_URL PORT HOST NODE_EXTRA_CA_CERTS DOMAIN MALLOC_ARENA_MAX SCIM_CLI_HEADERS'.split(' '),
    )
    /** Of the block itself, which goes on with them. */
    const isOwn = ({ file, text }: Found): boolean =>
      spans.some((span) => span.file === file && span.text.includes(`$${text}`)) ||
      read(file).includes(`env:${text}`)
    expect(set.length).toBeGreaterThan(20)
    expect(
      set
        .filter((one) => ![known, readByTools, others].some((names) => names.has(one.text)) && !isOwn(one))
        .map(tell),
    ).toEqual([])
  })
})

describe('addresses of the service', () => {
  const open = (path: string): string => path.replaceAll(/\{[^}]*\}|<[^>]*>|\$\w+/g, '{}')
  const routes = [
    ...Object.values(operations).map(({ method, path }) => `${method.toUpperCase()} /api/v1${path}`),
    ...Object.keys(doorRows),
  ].map((route) => {
    const [method = '', path = ''] = route.split(' ')
    return { method, path: open(path) }
  })
  /** Whether a path as a document writes it is this one: a part that is filled in may be named. */
  const fits = (said: string, path: string): boolean => {
    const [own, theirs] = [said.split('/'), path.split('/')]
    return own.length === theirs.length && own.every((part, at) => part === theirs[at] || theirs[at] === '{}')
  }
  const isServed = (method: string | undefined, written: string): boolean => {
    const [said = ''] = open(written).replace(/^…/, '').split(/[?#]/)
    return routes.some(
      (route) =>
        (method === undefined || route.method === method) &&
        (written.startsWith('…')
          ? route.path.endsWith(said)
          : [said, `/api/v1${said}`, `/scim/v2${said}`].some((one) => fits(one, route.path))),
    )
  }

  it('that documents name with a method are operations', () => {
    const named = findInSpans(/^((?:GET|POST|PUT|PATCH|DELETE) [/…]\S+)/g).filter(
      ({ file, text }) => !text.endsWith('…') && !file.startsWith('docs/hand-off/'),
    )
    expect(named.length).toBeGreaterThan(25)
    expect(
      named
        .filter(({ text }) => {
          const [method, path = ''] = text.split(' ')
          return !isServed(method, path)
        })
        .map(tell),
    ).toEqual([])
  })

  it('that documents and prints name without one are served', () => {
    const path =
      '(/(?:api/v1|scim/v2|scim/oauth|oidc|saml|sso|healthz|readyz|metrics|portal)(?:/[\\w{}$.-]*[\\w}])*)'
    const named = [
      ...findInSpans(
        new RegExp(
          `(?:^|\\{ROLLCALL_URL\\}|localhost:\\d+|id\\.(?:acme\\.test|example\\.com))${path}(?=$|[ ?"'#,;\\n])`,
          'g',
        ),
      ),
      ...find(documents, /http:\/\/localhost:4000(\/[\w{}$./-]*[\w}])/g),
      ...find(speaking, new RegExp(`\\$\\{(?:config\\.)?url\\}${path}(?=[\`\\n ?#])`, 'g')),
    ].filter(({ text }) => !/^\/(?:api\/v1|scim\/v2|oidc|saml|sso|saml\/\$\{id\})$/.test(text))
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter(({ text }) => !isServed(undefined, text)).map(tell)).toEqual([])
  })
})

describe('files', () => {
  it('of this repository that documents name are there', () => {
    const named = findInSpans(
      /(?:^|[\s('"=])((?:packages|docs|test|scripts|deploy|examples|bench)\/[\w./{},*-]*[\w*}])(?=$|[\s)'":,;])/g,
    ).filter(({ text }) => !/\/(?:dist|node_modules)(?:\/|$)|[{*]/.test(text))
    expect(named.length).toBeGreaterThan(60)
    expect(named.filter(({ text }) => !existsSync(join(root, text))).map(tell)).toEqual([])
  })
})

describe('commands', () => {
  it('that we print are commands that there are, with options that they take', () => {
    const usages = new Map(commands.map(({ name, usage }) => [name, usage]))
    const printed = [
      ...find(
        speaking,
        /(?:\brollcall|[oO]wnCommand\(\)\}|\$\{[\w.]*[cC]ommand\}) ([a-z][a-z-]+[^`'\n;,.:()]*)/g,
      ),
    ].filter(({ text }) => !/^(?:envelope|demo file)/.test(text))
    expect(printed.length).toBeGreaterThan(20)
    const faults = printed.filter(({ text }) => {
      const [, name = '', behind = ''] = /^([a-z-]+)(.*)$/.exec(text) ?? []
      const usage = usages.get(name)
      return (
        usage === undefined ||
        (behind.match(/(?<=\s)--[a-z][a-z-]*/g) ?? []).some((one) => !usage.includes(one))
      )
    })
    expect(faults.map(tell)).toEqual([])
  })

  it('of npm are given only words that their script reads', () => {
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> }
    const given = findInSpans(/\bnpm (?:run )?([\w:]+ -- [^#\n]*)/g)
    expect(given.length).toBeGreaterThan(3)
    const faults = given.filter(({ text }) => {
      const [name = '', words = ''] = text.split(' -- ')
      const [file] = /[\w/-]+\.[jt]s\b/.exec(scripts[name] ?? '') ?? []
      const source =
        name === 'start' ? (commands.find((one) => one.name === 'serve')?.usage ?? '') : read(file ?? '')
      return (words.match(/--[a-z][a-z-]*/g) ?? []).some((one) => !source.includes(one.replace(/^--/, '')))
    })
    expect(faults.map(tell)).toEqual([])
  })
})
