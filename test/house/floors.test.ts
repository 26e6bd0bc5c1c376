// The house's plan, held against its imports: packages import only what they may, rooms only rooms on lower floors,
// and nothing imports in a circle.
// Judges: the house.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

/** Package -> what its sources may import beside their own files. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  scim: [],
  api: ['zod', '@hono/zod-openapi'],
  client: ['@rollcall/api'],
  elements: ['react'],
  simulator: [
    '@rollcall/scim',
    'undici',
    'xml-crypto',
    'xml-encryption',
    '@xmldom/xmldom',
    'node-forge',
    'node:',
  ],
  opentelemetry: ['@opentelemetry/', 'node:'],
  server: [
    '@rollcall/opentelemetry',
    '@rollcall/scim',
    '@rollcall/api',
    '@hono/',
    'hono',
    'kysely',
    'pg',
    'pino',
    'pino-pretty',
    'prom-client',
    'ipaddr.js',
    '@node-saml/node-saml',
    'saxes',
    'node-forge',
    'email-providers',
    'tldts',
    'csv-parse',
    'undici',
    'nodemailer',
    'jose',
    'oidc-provider',
    'node:',
  ],
  console: [
    '@rollcall/api',
    'react',
    'react-dom',
    'react-router',
    '@mantine/',
    '@tanstack/react-query',
    '@tabler/icons-react',
  ],
  cli: [
    '@rollcall/server',
    '@rollcall/api',
    '@rollcall/client',
    '@rollcall/simulator',
    '@rollcall/scim',
    'undici',
    'yaml',
    'node:',
  ],
}

/** Rooms of the server from the ground up; rooms on one floor do not import each other. */
const floors: readonly (readonly string[])[] = [
  ['base'],
  ['mapping', 'store'],
  ['http', 'config.ts', 'saml', 'outbound'],
  ['pages', 'deliveries', 'sign-ins', 'id-tokens', 'secret-key'],
  ['events'],
  ['holdings', 'brand'],
  ['organizations'],
  ['users'],
  ['sessions', 'activity'],
  ['connections'],
  ['invitations', 'home-realm'],
  ['directory', 'webhooks', 'applications'],
  ['notices'],
  ['provisioning'],
  ['anchors', 'resources'],
  ['scim', 'oauth', 'sso', 'openid-provider', 'portal', 'console', 'admin'],
  ['job-leases.ts'],
  ['jobs.ts'],
  ['run-jobs.ts'],
  ['doors.ts', 'control.ts', 'sealed-columns.ts'],
  ['places.ts'],
  ['probes.ts'],
  ['app.ts'],
  ['telemetry.ts'],
  ['wire.ts', 'worker-messages.ts'],
  ['node.ts', 'workers.ts'],
  ['main.ts', 'worker.ts'],
  ['index.ts', 'looks.ts', 'offline.ts'],
]

/** The rooms of each package, likewise. */
const floorsOf: Readonly<Record<string, readonly (readonly string[])[]>> = {
  server: floors,
  console: [
    ['base', 'i18n'],
    ['ui'],
    ['frame', 'guides', 'charts'],
    ['record'],
    ['people'],
    ['general', 'security'],
    ['operator'],
    ['router.tsx'],
    ['main.tsx'],
  ],
  scim: [
    ['urn.ts', 'json.ts'],
    ['error.ts', 'tolerance.ts'],
    ['refusals.ts'],
    ['message.ts', 'parse-json.ts', 'schema'],
    ['filter', 'discovery'],
    ['resource'],
    ['patch', 'list'],
    ['bulk'],
    ['index.ts', 'conformance'],
  ],
  simulator: [['base', 'web'], ['vendors', 'directory'], ['run', 'saml'], ['index.ts']],
  cli: [
    ['arguments.ts', 'days.ts', 'own-command.ts', 'stop.ts', 'version.ts'],
    ['reach.ts'],
    ['configuration', 'doctor'],
    ['commands'],
    ['commands.ts'],
    ['main.ts'],
  ],
}

interface Import {
  readonly from: string
  readonly to: string
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.test.ts') && !name.includes(`testing${sep}`))
    .map((name) => join(folder, name))
}

/** What is imported for its types is gone when the file runs. */
const withoutTypes = /(?:^|\n)(?:import|export)\s+type\s[^'";]*?from\s+'[^']+'/g

function readImports(file: string, without = /(?!)/g): Import[] {
  const source = readFileSync(file, 'utf8')
    .replace(/^\s*(?:\/\/|\*).*$/gm, '')
    .replace(without, '')
  const found = source.matchAll(
    /(?:^|\n)(?:import|export)\s[^'";]*?from\s+'([^']+)'|(?:^|\n)import\s+'([^']+)'|import\('([^']+)'\)/g,
  )
  return [...found].map((match) => ({ from: file, to: (match[1] ?? match[2] ?? match[3]) as string }))
}

const listImports = (file: string): Import[] => readImports(file)

const packages = Object.keys(mayImport)
const sources = new Map(packages.map((name) => [name, listSources(join(root, 'packages', name, 'src'))]))

describe('the house', () => {
  it.each(packages)('package %s imports only what its row allows', (name) => {
    const allowed = mayImport[name] as readonly string[]
    const foreign = (sources.get(name) ?? [])
      .flatMap(listImports)
      .filter(({ to }) => !to.startsWith('.'))
      .filter(
        ({ to }) =>
          !allowed.some(
            (prefix) =>
              to === prefix ||
              to.startsWith(prefix.endsWith(':') || prefix.endsWith('/') ? prefix : `${prefix}/`),
          ),
      )
    expect(foreign.map(({ from, to }) => `${relative(root, from)} -> ${to}`)).toEqual([])
  })

  it('no import leaves its package by a path', () => {
    const leaving = packages.flatMap((name) =>
      (sources.get(name) ?? [])
        .flatMap(listImports)
        .filter(
          ({ from, to }) =>
            to.startsWith('.') && !resolve(dirname(from), to).startsWith(join(root, 'packages', name, 'src')),
        ),
    )
    expect(leaving).toEqual([])
  })

  it.each(Object.entries(floorsOf))(
    'H9: in package %s every import goes down a floor, or stays in its room',
    (name, own) => {
      const base = join(root, 'packages', name, 'src')
      const roomOf = (file: string): string => relative(base, file).split(sep)[0] as string
      const floorOf = (room: string): number => own.findIndex((floor) => floor.includes(room))
      const wrong = (sources.get(name) ?? []).flatMap(listImports).flatMap(({ from, to }) => {
        if (!/^\.[^']*\.tsx?$/.test(to)) return []
        const [here, there] = [roomOf(from), roomOf(resolve(dirname(from), to))]
        const isFine = here === there || floorOf(there) < floorOf(here)
        return isFine && floorOf(here) >= 0 && floorOf(there) >= 0 ? [] : [`${relative(base, from)} -> ${to}`]
      })
      expect(wrong).toEqual([])
    },
  )

  it('H9: what a screen imports is seen', () => {
    const seen = (sources.get('console') ?? []).filter((file) => file.endsWith('.tsx'))
    expect(seen.length).toBeGreaterThan(50)
  })

  it.each(packages)('package %s has no circle of imports', (name) => {
    const graph = new Map(
      (sources.get(name) ?? []).map((file) => [
        file,
        listImports(file)
          .filter(({ to }) => to.startsWith('.'))
          .map(({ to }) => resolve(dirname(file), to)),
      ]),
    )
    expect(findCircle(graph)).toBeUndefined()
  })

  it('a command that starts no service loads next to nothing of others, and the one that is only misspelt nothing at all', () => {
    const seen = new Set<string>()
    const foreign: string[] = []
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      for (const { to } of readImports(file, withoutTypes))
        if (to.startsWith('.')) visit(resolve(dirname(file), to))
        else if (!to.startsWith('node:')) foreign.push(`${relative(root, file)} -> ${to}`)
    }
    visit(join(root, 'packages/server/src/offline.ts'))
    expect(foreign).toEqual(['packages/server/src/config.ts -> ipaddr.js'])
    const main = join(root, 'packages/cli/src/main.ts')
    expect(listImports(main).map(({ to }) => to)).toEqual(['./arguments.ts', './commands.ts'])
  })

  it('a scope of an organization is made only where a credential or a permission was checked, or by a job', () => {
    const makers = (sources.get('server') ?? [])
      .filter((file) => /\bcreateScope\(/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(join(root, 'packages/server/src'), file))
    expect(makers.sort()).toEqual([
      'activity/count-earlier.ts',
      'activity/installation-statistics.ts',
      'activity/writer.ts',
      'brand/organization-logo.ts',
      'brand/places.ts',
      'connections/find.ts',
      'directory/access-tokens.ts',
      'directory/set-ups.ts',
      'events/seal.ts',
      'holdings/generations.ts',
      'invitations/settle.ts',
      'notices/endings.ts',
      'notices/expiry.ts',
      'notices/failing.ts',
      'notices/gathered.ts',
      'notices/guard.ts',
      'notices/makers.ts',
      'notices/ownership.ts',
      'notices/seats.ts',
      'openid-provider/accounts.ts',
      'organizations/domain-holders.ts',
      'organizations/domain-rechecks.ts',
      'organizations/domains.ts',
      'organizations/organizations.ts',
      'organizations/purge.ts',
      'provisioning/role-changes.ts',
      'scim/authenticate.ts',
      'sessions/ended-many.ts',
      'sessions/links.ts',
      'sessions/sessions.ts',
      'sessions/settle-links.ts',
      'store/database.ts',
      'store/due.ts',
      'store/visit.ts',
      'users/index-people.ts',
    ])
  })

  it('events have one writer', () => {
    const writers = (sources.get('server') ?? []).filter((file) =>
      /insertInto\('event'\)/.test(readFileSync(file, 'utf8')),
    )
    expect(writers.map((file) => relative(root, file))).toEqual(['packages/server/src/events/record.ts'])
  })

  it('deliveries are queued by one statement', () => {
    const writers = (sources.get('server') ?? []).filter((file) =>
      /insert into delivery\b|insertInto\('delivery'\)/i.test(readFileSync(file, 'utf8')),
    )
    expect(writers.map((file) => relative(root, file))).toEqual(['packages/server/src/deliveries/enqueue.ts'])
  })
})

/** The first circle, as its files in order; undefined when there is none. */
function findCircle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file))
      return [...path.slice(path.indexOf(file)), file].map((one) => relative(root, one))
    if (done.has(file)) return undefined
    done.add(file)
    for (const next of graph.get(file) ?? []) {
      const circle = visit(next, [...path, file])
      if (circle !== undefined) return circle
    }
    return undefined
  }
  for (const file of graph.keys()) {
    const circle = visit(file, [])
    if (circle !== undefined) return circle
  }
  return undefined
}
