// PgBouncer as it comes, in both modes: started on an empty database, started again, and under load with fewer connections than
// we open.
// Judges: server/store.
import { pino } from 'pino'
import { describe, expect, inject, it } from 'vitest'
import { createId } from '../../packages/server/src/base/id.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { openPostgres } from '../../packages/server/src/store/postgres.ts'
import { readPostgresUrl } from '../../packages/server/src/store/postgres-url.ts'
import { ownedTables } from '../../packages/server/src/store/schema.ts'
import { organizationStatement } from '../../packages/server/src/store/statement.ts'
import { assertRole, startPooler } from '../postgres/pooler.ts'
import { createDatabaseAt, startPostgres } from '../postgres/server.ts'

const insertEmail = organizationStatement<{ key: string }>('pooled_insert_email')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('user_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: 'u' }),
)
const selectEmails = organizationStatement('pooled_select_emails')(({ db, organizationId }) =>
  db.selectFrom('user_email').select('value_key').where('organization_id', '=', organizationId),
)

async function openAt(url: string) {
  const serve = readPostgresUrl(url, {})
  if (typeof serve === 'string') throw new Error(serve)
  const lines: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) })
  const store = await openPostgres({
    serve,
    waitMs: 0,
    isMigrating: true,
    observe: () => undefined,
    onConnectionLoss: (error) => log.warn({ err: error }, 'lost'),
    tell: (what, message) => log.warn(what, message),
    version: '0.0.0',
    now: Date.now,
  })
  return { store, lines }
}

// A session keeps its connection: there the pool must hold what the nodes open, 13 each.
describe.each([
  { mode: 'session', size: 30 },
  { mode: 'transaction', size: 3 },
] as const)('F2, F3: PgBouncer in $mode mode with $size connections', ({ mode, size }) => {
  it('migrates an empty database, starts again, and runs every unit in the role of requests', async () => {
    const server = await startPostgres({ fsync: 'off' })
    const pooler = await startPooler(server.url, { mode, size })
    try {
      const url = await createDatabaseAt(pooler.url)
      const first = await openAt(url)
      await first.store.close()
      // F3b: the URL's user is a superuser, whom no policy would bind.
      await assertRole(`${server.url}${new URL(url).pathname}`, ownedTables)
      const nodes = await Promise.all([openAt(url), openAt(url)])
      const scopes = Array.from({ length: 8 }, (_, at) => createScope(createId('org', Date.now() + at)))
      const units = scopes.flatMap((scope, organization) =>
        Array.from({ length: 120 }, (_, at) => {
          const { store } = nodes[at % 2] ?? first
          return at % 3 === 0
            ? store.inOrganization(scope, async (tx) => {
                await tx.all(selectEmails, {})
                tx.write(insertEmail, { key: `${organization}-${at}` })
              })
            : store.inOrganization(scope, async (tx) =>
                tx.write(insertEmail, { key: `${organization}-${at}` }),
              )
        }),
      )
      await Promise.all(units)
      for (const [organization, scope] of scopes.entries())
        for (const { store } of nodes) {
          const rows = await store.readOrganization(scope, selectEmails, {})
          expect(rows).toHaveLength(120)
          expect(rows.every(({ value_key }) => value_key.startsWith(`${organization}-`))).toBe(true)
          await store.ping()
        }
      // What is said of statements without names is said once a process.
      for (const { lines, store } of nodes) {
        expect(lines.filter((line) => !/without names/.test(line))).toEqual([])
        expect(lines.length).toBeLessThanOrEqual(mode === 'session' ? 0 : 1)
        await store.close()
      }
    } finally {
      await pooler.stop()
      await server.stop()
    }
  })
})

it('the other tests of this run go through a pooler', () => {
  expect(new URL(inject('postgresUrl')).port).not.toBe('')
})
