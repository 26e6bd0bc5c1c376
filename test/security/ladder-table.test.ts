// Rung x act x target x anchor x connections x hand-over: who may speak for whom, as a table. Every operation, page and route has a row; every
// operation that touches power has acts, and each square of theirs comes to what the ladder says. All squares run in
// test/endurance/ladder.test.ts; here a sample of them, the same each time.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type OperationId, operations } from '@rollcall/api'
import { createEnvelope } from '@rollcall/server'
import { beforeAll, describe, expect, it } from 'vitest'
import { access } from '../../packages/server/src/admin/permissions.ts'
import { createCookieRules } from '../../packages/server/src/http/cookies.ts'
import { loadLibrary } from '../../packages/server/src/oidc/library.ts'
import { createProvider } from '../../packages/server/src/oidc/provider.ts'
import { portalPages } from '../../packages/server/src/portal/routes.ts'
import { scimRoutes } from '../../packages/server/src/scim/routes.ts'
import { connectionRoutes, pageRoutes } from '../../packages/server/src/sso/routes.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { acts } from './ladder-acts.ts'
import { openIdRows, operationRows, portalRows, scimRows, signInRows } from './ladder-rows.ts'
import { createTable, listSquares, nameOf, sampleSquares, wantedOf } from './ladder-table.ts'

const sampled = { embedded: 160, postgres: 80 } as const
const doors = {
  open: 'open',
  session: 'person',
  self: 'self',
  setup: 'contact',
  administrator: 'administrator',
  operator: 'operator',
} as const

describe('every door has a row, and every row a door', () => {
  it('operations of the management API', () => {
    expect(Object.keys(operationRows).sort()).toEqual(Object.keys(operations).sort())
    const asked = Object.entries(access).map(([id, wanted]) => [id, doors[wanted]])
    expect(Object.fromEntries(asked)).toEqual(
      Object.fromEntries(Object.entries(operationRows).map(([id, [door]]) => [id, door])),
    )
  })

  it('operations that touch power, below the operator: each has acts', () => {
    const touching = Object.entries(operationRows).filter(
      ([, [door, touches]]) => touches !== 'nothing' && !['open', 'person', 'operator'].includes(door),
    )
    const acted = new Set<OperationId>(acts.map(({ operation }) => operation))
    expect(touching.map(([id]) => id).filter((id) => !acted.has(id as OperationId))).toEqual([])
  })

  it('pages and routes of the single sign-on', () => {
    const routes = Object.entries({ ...connectionRoutes, ...pageRoutes }).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(Object.keys(signInRows).sort()).toEqual(routes.sort())
  })

  it('pages where links are redeemed', () => {
    expect(Object.keys(portalRows).sort()).toEqual(Object.keys(portalPages).sort())
  })

  it('routes of SCIM', () => {
    const routes = scimRoutes.flatMap(({ path, methods }) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(Object.keys(scimRows).sort()).toEqual(routes.sort())
  })
})

forEachStore((start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  if (store === 'embedded')
    it('routes of OpenID Connect have rows: all that the library knows, and serves here', async () => {
      const rules = createCookieRules(service.url, false)
      const library = await loadLibrary()
      const provider = createProvider(
        library,
        {
          database: service.database,
          envelope: createEnvelope(['secret-key-for-tests-0123456789abcdefghij']),
          clock: service.now,
          url: service.url,
          cookies: rules,
        } as never,
        [],
      )
      const folder = dirname(createRequire(import.meta.url).resolve('oidc-provider'))
      const source = readFileSync(join(folder, 'helpers/initialize_app.js'), 'utf8')
      const known = [...source.matchAll(/^\s*(get|post|put|del)\('([a-z_]+)',/gm)].map(
        ([, method, name]) => ({ method, name }),
      )
      expect(known.length).toBeGreaterThan(20)
      const served = known.filter(({ name = '' }) => {
        try {
          return provider.pathFor(name, { uid: 'x', clientId: 'x' } as never) !== ''
        } catch {
          return false
        }
      })
      const routes = new Set(served.map(({ method, name }) => `${method} ${name}`))
      expect(Object.keys(openIdRows).sort()).toEqual([...routes].sort())
    })

  it('a sample of the squares comes to what the ladder says', async () => {
    const table = createTable(service)
    const squares = sampleSquares(listSquares(), sampled[store], 20_261_129)
    const wrong: unknown[] = []
    for (const square of squares) {
      const found = await table.run(square)
      const wanted = wantedOf(square)
      if (JSON.stringify(found) !== JSON.stringify(wanted))
        wrong.push({ square: nameOf(square), found, wanted })
    }
    expect(wrong).toEqual([])
  }, 60_000)
})
