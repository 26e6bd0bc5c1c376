// A store of before each way into an application was kept: what applications hold by an earlier connection is found when it is brought up.
// Judges: server/store/migrations.
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { migrations, postgresWords, sqliteWords } from '../../packages/server/src/store/migrations/index.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const before = migrations.findIndex(({ name }) => name === 'application-sign-ins')

const record = (id: string, connection: string | null, number: number | null, client: string | null) =>
  `INSERT INTO oidc_record (id, model, payload, organization_id, user_id, client_id, connection_id, anchor_number, expires_at)
    VALUES ('${id}', 'Grant', '', 'org', 'ann', ${quote(client)}, ${quote(connection)}, ${number ?? 'NULL'}, 1)`
const quote = (text: string | null): string => (text === null ? 'NULL' : `'${text}'`)

const statements = [
  record('one', 'A', 1, 'app'),
  record('its token', 'A', 1, 'app'),
  record('another version', 'A', 2, 'app'),
  record('of another', 'B', null, 'app'),
  record('a session', 'A', 1, null),
  // Every connection's that knows the person, as before: it has its row of application_use.
  record('of before', null, null, 'app'),
]
const columns = 'SELECT user_id, application_id, connection_id, anchor_number, sid FROM application_sign_in'

async function upgrade(
  run: (statement: string) => Promise<readonly unknown[]>,
  words: typeof sqliteWords,
): Promise<readonly unknown[]> {
  for (const migration of migrations.slice(0, before))
    for (const statement of migration.statements(words)) await run(statement)
  for (const statement of statements) await run(statement)
  for (const migration of migrations.slice(before))
    for (const statement of migration.statements(words)) await run(statement)
  return run(`${columns} ORDER BY connection_id, anchor_number`)
}

const own = { user_id: 'ann', application_id: 'app', sid: '' }
const found = [
  { ...own, connection_id: 'A', anchor_number: 1 },
  { ...own, connection_id: 'A', anchor_number: 2 },
  { ...own, connection_id: 'B', anchor_number: 0 },
]

describe('L8, L9: the upgrade finds by which connections applications hold something', () => {
  it('on the embedded store', async () => {
    const database = new DatabaseSync(':memory:')
    const run = async (statement: string) => {
      if (statement.startsWith(columns)) return database.prepare(statement).all()
      database.exec(statement)
      return []
    }
    expect(await upgrade(run, sqliteWords)).toEqual(found)
    database.close()
  })

  it('on PostgreSQL', async () => {
    const client = new Client({ connectionString: await createDatabaseAt(inject('postgresUrl')) })
    await client.connect()
    try {
      expect(await upgrade(async (statement) => (await client.query(statement)).rows, postgresWords)).toEqual(
        found,
      )
    } finally {
      await client.end()
    }
  })
})
