// Rung x act x target x anchor x connections x hand-over: who may speak for whom, as a table. Every operation, page and route has a row; every
// operation that touches power has acts, and each square of theirs comes to what the ladder says. All squares run in
// test/endurance/ladder.test.ts; here a sample of them, the same each time.
// Judges: server/admin, server/anchors, server/provisioning, server/base.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { eventCatalog, formerRoutes, operations } from '@rollcall/api'
import { createEnvelope } from '@rollcall/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClash } from '../../packages/server/src/base/base-path.ts'
import { createCookieRules } from '../../packages/server/src/http/cookies.ts'
import { loadLibrary } from '../../packages/server/src/openid-provider/library.ts'
import { createProvider } from '../../packages/server/src/openid-provider/provider.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { closeIssuer } from './ladder-doors.ts'
import { closeFronts } from './ladder-openid.ts'
import { doorRows, operationRows } from './ladder-rows.ts'
import {
  acts,
  createTable,
  listSquares,
  nameOf,
  type Services,
  sampleSquares,
  wantedOf,
} from './ladder-table.ts'

const sampled = { embedded: 150, postgres: 40 } as const
const doors = {
  open: 'open',
  session: 'person',
  self: 'self',
  setup: 'contact',
  administrator: 'administrator',
  operator: 'operator',
} as const

const ladderEvents = [
  'connection.anchor_staged',
  'connection.anchor_applied',
  'connection.anchor_confirmed',
  'connection.anchor_restored',
  'connection.anchor_refreshed',
  'user.identity_dropped',
  'user.role_withheld',
  'user.recovery_address_changed',
  'user.sessions_ended',
  'domain.tied',
  'domain.untied',
  'connection.follows_directory_changed',
  'api_key.confirmed',
  'oauth_client.confirmed',
  'portal_link.ended',
] as const

/** What the library of OpenID Connect has registered with its router for our settings, below /oidc. */
async function listLibraryRoutes(service: Service): Promise<string[]> {
  const folder = dirname(createRequire(import.meta.url).resolve('oidc-provider'))
  const { default: Router } = (await import(pathToFileURL(join(folder, 'helpers/router.js')).href)) as {
    default: { prototype: Record<'get' | 'post' | 'put' | 'delete', Register> }
  }
  const { prototype } = Router
  const found: string[] = []
  const methods = ['get', 'post', 'put', 'delete'] as const
  const before = methods.map((method) => prototype[method])
  methods.forEach((method, at) => {
    prototype[method] = function (...registered) {
      const path = registered[1].replace(/:(\w+)/g, '{$1}')
      found.push(`${method.toUpperCase()} /oidc${path}`)
      return before[at]?.apply(this, registered)
    }
  })
  try {
    const options = {
      database: service.database,
      envelope: createEnvelope(['secret-key-for-tests-0123456789abcdefghij']),
      clock: service.now,
      url: service.url,
      cookies: createCookieRules(service.url, false),
    }
    createProvider(await loadLibrary(), options as never, [])
  } finally {
    methods.forEach((method, at) => {
      prototype[method] = before[at] as Register
    })
  }
  return found
}

type Register = (this: unknown, ...registered: [name: string, path: string, ...unknown[]]) => unknown

describe('every door has a row, and every row a door', () => {
  it('operations of the management API', () => {
    expect(Object.keys(operationRows).sort()).toEqual(Object.keys(operations).sort())
    const asked = Object.entries(operations).map(([id, row]) => [id, doors[row['x-access']]])
    expect(Object.fromEntries(asked)).toEqual(
      Object.fromEntries(Object.entries(operationRows).map(([id, [door]]) => [id, door])),
    )
  })

  it('doors that touch power have acts, and no act is of a door that is not there', () => {
    const rows = { ...operationRows, ...doorRows }
    const touching = Object.entries(rows).filter(([, [, touches]]) => touches !== 'nothing')
    const acted = new Set(acts.map(({ operation }) => operation))
    expect(touching.map(([name]) => name).filter((name) => !acted.has(name))).toEqual([])
    expect([...acted].filter((name) => !Object.hasOwn(rows, name))).toEqual([])
  })

  it('what the ladder does is recorded with the rung of who acted', () => {
    const silent = ladderEvents.filter((type) => !Object.hasOwn(eventCatalog[type].data.shape, 'rung'))
    expect(silent).toEqual([])
  })

  it('each caller of an act meets every value of what matters to it', () => {
    const squares = listSquares()
    const seen = new Set(squares.flatMap(({ cell }) => Object.entries(cell).map((pair) => pair.join(' '))))
    for (const value of ['connections 0', 'hasOwner false', 'hasMail true', 'isMakerIn false'])
      expect(seen).toContain(value)
    expect(new Set(squares.map(nameOf)).size).toBe(squares.length)
  })
})

forEachStore((start, store) => {
  let services: Services
  beforeAll(async () => {
    const quiet = await start({ isDev: true, securityContact: 'mailto:security@example.com' })
    services = { quiet, mail: await start({ hasMail: true, isDev: true }) }
  })
  afterAll(closeIssuer)
  afterAll(closeFronts)

  if (store === 'embedded') {
    it('every route that the doors have registered has a row, and every row a route', async () => {
      const wanted = [
        ...[...Object.values(operations), ...formerRoutes].map(
          ({ method, path }) => `${method.toUpperCase()} /api/v1${path}`,
        ),
        ...Object.keys(doorRows),
      ]
      const registered = [...services.quiet.routes, ...(await listLibraryRoutes(services.quiet))]
      expect(registered.toSorted()).toEqual(wanted.toSorted())
      // The path of the public URL is told from each of them.
      const paths = registered.map((route) => route.split(' ')[1] ?? '').filter((path) => /^\/./.test(path))
      expect(paths.filter((path) => findClash(path) === undefined)).toEqual([])
    })
  }

  it('a sample of the squares comes to what the ladder says', async () => {
    const table = createTable(services)
    const squares = sampleSquares(listSquares(), sampled[store], 20_261_129, store === 'embedded')
    const wrong: unknown[] = []
    for (const square of squares) {
      const found = await table.run(square)
      const wanted = wantedOf(square)
      if (JSON.stringify(found) !== JSON.stringify(wanted))
        wrong.push({ square: nameOf(square), found, wanted })
    }
    expect(wrong).toEqual([])
  }, 120_000)
})
