// A unit of work that was given up ends in the database as well, with what it holds: whoever comes next finds the way free.
// Judges: server/store.
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterEach, expect, inject, it } from 'vitest'
import { createId } from '../../packages/server/src/base/id.ts'
import { createScope, type OrganizationTx } from '../../packages/server/src/store/database.ts'
import { StoreUnavailable } from '../../packages/server/src/store/errors.ts'
import { withPatience } from '../../packages/server/src/store/patience.ts'
import { openPostgres } from '../../packages/server/src/store/postgres.ts'
import { readPostgresUrl } from '../../packages/server/src/store/postgres-url.ts'
import { organizationStatement } from '../../packages/server/src/store/statement.ts'
import { createMigratedAt } from '../postgres/server.ts'

const insertEmail = organizationStatement<{ key: string }>('given_up_insert_email')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('user_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: 'u' }),
)
const selectEmails = organizationStatement('given_up_select_emails')(({ db, organizationId }) =>
  db.selectFrom('user_email').select('value_key').where('organization_id', '=', organizationId),
)
const takeTurn = organizationStatement('given_up_turn')(({ db, organizationId }) => ({
  compile: () =>
    sql<{ held: string }>`SELECT pg_advisory_xact_lock(hashtext(${organizationId})) AS held`.compile(db),
}))
const work = organizationStatement('given_up_work')(({ db }) => ({
  compile: () => sql<{ done: string }>`SELECT pg_sleep(0.5) AS done`.compile(db),
}))

const opened: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function open() {
  const url = await createMigratedAt(inject('postgresUrl'))
  const serve = readPostgresUrl(url, {})
  if (typeof serve === 'string') throw new Error(serve)
  const store = await openPostgres({
    serve,
    waitMs: 0,
    isMigrating: true,
    observe: () => undefined,
    onConnectionLoss: () => undefined,
    tell: () => undefined,
    now: Date.now,
  })
  opened.push(store)
  const client = new Client({ connectionString: url })
  await client.connect()
  opened.push({ close: () => client.end() })
  const listWorking = async () => {
    const { rows } = await client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
        AND query LIKE '%pg_sleep(0.5)%' AND pid <> pg_backend_pid()`,
    )
    return rows
  }
  return { store, scope: createScope(createId('org', Date.now())), listWorking }
}

/** Waits for the database no longer than this. */
const hurried = <T>(milliseconds: number, ask: () => T): T =>
  withPatience({ isLong: false, left: () => milliseconds, spend: () => undefined }, ask)

it.each([
  ['read first', async (tx: OrganizationTx) => void (await tx.all(takeTurn, {}))],
  ['only wrote', async (tx: OrganizationTx) => tx.write(takeTurn, {})],
])(
  'F2: a unit that %s and was not answered in time ends, gives its turn to the next, leaves nothing half',
  async (_, begin) => {
    const { store, scope, listWorking } = await open()
    const given = hurried(1_500, () =>
      store.inOrganization(scope, async (tx) => {
        await begin(tx)
        tx.write(insertEmail, { key: 'half' })
        // None is so long that the server would end it by itself.
        for (let at = 0; at < 70; at += 1) tx.write(work, {})
      }),
    )
    await expect(given).rejects.toBeInstanceOf(StoreUnavailable)
    // The next waits five seconds at most for a lock, and half a minute of work was asked for.
    await store.inOrganization(scope, async (tx) => {
      await tx.all(takeTurn, {})
      tx.write(insertEmail, { key: 'next' })
    })
    expect(await listWorking()).toEqual([])
    const rows = await store.readOrganization(scope, selectEmails, {})
    expect(rows.map((row) => row.value_key)).toEqual(['next'])
  },
)
