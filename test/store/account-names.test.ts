// A store of before it was told apart: whose names an account had before is still known, and what a directory called an account is a name.
// Judges: server/store/migrations, server/users.
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { createId } from '../../packages/server/src/base/id.ts'
import { migrations, postgresWords, sqliteWords } from '../../packages/server/src/store/migrations/index.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const at = 1_790_000_000_000
const organizationId = createId('org', at)
const [account, another] = [createId('usr', at), createId('usr', at)]

/** What a removed account was called by a version before, its resource, and how it is called from here on. */
const removed = [
  {
    resource: '{}',
    before: [`account ${account}`, 'ann@acme.test'],
    after: [`Account ${account}`, 'ann@acme.test'],
  },
  { resource: '{"userName":"x"}', before: [`account ${account}`], after: [`account ${account}`] },
  {
    resource: '{}',
    before: [`account ${account}`, `account ${another}`],
    after: [`account ${account}`, `account ${another}`],
  },
].map((one, index) => ({ ...one, id: createId('usr', at + index) }))

const rows = removed.flatMap(({ id, resource, before }, index) => [
  `INSERT INTO deleted_user (organization_id, id, user_name_key, resource, created_at, deleted_at)
    VALUES ('${organizationId}', '${id}', 'name-${index}', '${resource}', ${at}, ${at})`,
  ...before.map(
    (key) =>
      `INSERT INTO deleted_email (organization_id, value_key, user_id) VALUES ('${organizationId}', '${key}', '${id}')`,
  ),
])
const select = 'SELECT user_id, value_key FROM deleted_email ORDER BY value_key'

async function upgrade(
  run: (statement: string) => Promise<number>,
  words: typeof sqliteWords,
): Promise<void> {
  for (const migration of migrations)
    for (const statement of migration.statements(words)) await run(statement)
  for (const statement of rows) await run(statement)
  const fill = migrations.find(({ name }) => name === 'account-names')?.fill?.(words) ?? []
  expect(fill.length).toBeGreaterThan(0)
  for (const statement of fill) while ((await run(statement)) > 0);
}

function check(found: readonly unknown[]): void {
  const keysOf = (id: string) =>
    (found as { user_id: string; value_key: string }[]).flatMap((row) =>
      row.user_id === id ? [row.value_key] : [],
    )
  for (const { id, after } of removed) expect(keysOf(id)).toEqual(after.toSorted())
}

describe('H1: the upgrade tells an account by its id from one that is called like it', () => {
  it('on the embedded store', async () => {
    const database = new DatabaseSync(':memory:')
    await upgrade(async (statement) => {
      if (!statement.startsWith('UPDATE deleted_email')) database.exec(statement)
      else return Number(database.prepare(statement).run().changes)
      return 0
    }, sqliteWords)
    check(database.prepare(select).all())
    database.close()
  })

  it('on PostgreSQL', async () => {
    const client = new Client({ connectionString: await createDatabaseAt(inject('postgresUrl')) })
    await client.connect()
    try {
      await upgrade(async (statement) => {
        const { rowCount } = await client.query(statement)
        return statement.startsWith('UPDATE deleted_email') ? (rowCount ?? 0) : 0
      }, postgresWords)
      check((await client.query(select)).rows)
    } finally {
      await client.end()
    }
  })
})
