// A store of before it was told apart: whose names an account had before, by what an identity provider knew it and which addresses
// it had are still known, and what a directory called an account is a name.
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

const connectionId = createId('conn', at)
const hash = 'a'.repeat(64)
const [oldMark, newMark] = [`identity ${connectionId} ${hash}`, `Identity ${connectionId} ${hash}`]
const toResource = (...emails: string[]) => JSON.stringify({ emails: emails.map((value) => ({ value })) })

/** What was noted of a removed account by a version before, its resource, whether the connection knows it, and what stands there after. */
const marks = [
  {
    resource: toResource('Ann@acme.test'),
    before: ['ann@acme.test', oldMark],
    after: ['ann@acme.test', newMark],
  },
  { resource: '{}', before: [oldMark, 'removed ben@acme.test'], after: [newMark, 'removed ben@acme.test'] },
  // Called so by its directory: a name, and no note, unless the connection knows it, too.
  { resource: toResource(oldMark), before: [oldMark], after: [oldMark] },
  { resource: toResource(oldMark), isKnown: true, before: [oldMark], after: [oldMark, newMark] },
  {
    resource: toResource('Ann@acme.test'),
    before: ['removed ann@acme.test'],
    after: ['Removed ann@acme.test'],
  },
  {
    resource: toResource('removed Cy@acme.test'),
    before: ['removed cy@acme.test'],
    after: ['removed cy@acme.test'],
  },
  // Nobody else is called like what stays.
  {
    resource: toResource('removed Cy@acme.test', 'cy@acme.test'),
    before: ['removed cy@acme.test', 'removed removed cy@acme.test'],
    after: [
      'Removed cy@acme.test',
      'Removed removed cy@acme.test',
      'removed cy@acme.test',
      'removed removed cy@acme.test',
    ],
  },
  // Too short for a note.
  { resource: '{}', before: [`identity ${connectionId}`], after: [`identity ${connectionId}`] },
].map((one, index) => ({ isKnown: false, ...one, id: createId('usr', at + index) }))

const marked = marks.flatMap(({ id, resource, before, isKnown }, index) => [
  `INSERT INTO deleted_user (organization_id, id, user_name_key, resource, created_at, deleted_at)
    VALUES ('${organizationId}', '${id}', 'name-${index}', '${resource}', ${at}, ${at})`,
  ...before.map(
    (key) =>
      `INSERT INTO deleted_email (organization_id, value_key, user_id) VALUES ('${organizationId}', '${key}', '${id}')`,
  ),
  ...(isKnown
    ? [
        `INSERT INTO identity (organization_id, connection_id, idp_entity_id, stable_id, user_id, name_id, attributes, created_at,
          last_sign_in_at) VALUES ('${organizationId}', '${connectionId}', 'https://idp.test', 's', '${id}', 'n', '{}', ${at}, ${at})`,
      ]
    : []),
])

/** What an account was called when somebody blocked it: one by its name, and one that is called like a note. */
const saidOf = ['ann', oldMark].map(
  (name, index) =>
    `INSERT INTO "user" (organization_id, id, user_name, user_name_key, active, role, source, resource, version, created_at, updated_at,
      blocked_at, blocked_as) VALUES ('${organizationId}', '${createId('usr', at + 100 + index)}', '${name}', '${name}', 1, 'member', 'scim',
      '{}', 1, ${at}, ${at}, ${at}, '${JSON.stringify([name, oldMark])}')`,
)
const selectSaid = 'SELECT blocked_as AS said FROM "user" ORDER BY id'

const isChange = (statement: string) => /^(?:INSERT|UPDATE|DELETE)/.test(statement)
type Run = (statement: string) => Promise<number>

/** As a store of before the migration is, with these rows. */
async function begin(run: Run, words: typeof sqliteWords, made: readonly string[]): Promise<void> {
  for (const migration of migrations)
    for (const statement of migration.statements(words)) await run(statement)
  for (const statement of made) await run(statement)
}

async function carryOut(run: Run, words: typeof sqliteWords, name: string, half: 'fill' | 'contract') {
  const statements = migrations.find((one) => one.name === name)?.[half]?.(words) ?? []
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements)
    while ((await run(statement)) > 0 && half === 'fill' && isChange(statement));
}

/** On each store: `run` carries a statement out and says how many rows it changed; `read` answers rows. */
const stores = {
  async 'the embedded store'(
    play: (run: Run, read: (text: string) => Promise<unknown[]>, words: typeof sqliteWords) => Promise<void>,
  ) {
    const database = new DatabaseSync(':memory:')
    const run: Run = async (statement) => {
      if (isChange(statement)) return Number(database.prepare(statement).run().changes)
      database.exec(statement)
      return 0
    }
    await play(run, async (text) => database.prepare(text).all(), sqliteWords)
    database.close()
  },
  async PostgreSQL(
    play: (run: Run, read: (text: string) => Promise<unknown[]>, words: typeof sqliteWords) => Promise<void>,
  ) {
    const client = new Client({ connectionString: await createDatabaseAt(inject('postgresUrl')) })
    await client.connect()
    try {
      const run: Run = async (statement) => {
        const { rowCount } = await client.query(statement)
        return isChange(statement) ? (rowCount ?? 0) : 0
      }
      await play(run, async (text) => (await client.query(text)).rows, postgresWords)
    } finally {
      await client.end()
    }
  },
}

function check(found: readonly unknown[]): void {
  const keysOf = (id: string) =>
    (found as { user_id: string; value_key: string }[]).flatMap((row) =>
      row.user_id === id ? [row.value_key] : [],
    )
  for (const { id, after } of removed) expect(keysOf(id)).toEqual(after.toSorted())
}

describe.each(Object.keys(stores) as (keyof typeof stores)[])('the upgrade, on %s,', (store) => {
  it('H1: tells an account by its id from one that is called like it', () =>
    stores[store](async (run, read, words) => {
      await begin(run, words, rows)
      await carryOut(run, words, 'account-names', 'fill')
      check(await read(select))
    }))

  it('tells what was noted of an account from what it is called', () =>
    stores[store](async (run, read, words) => {
      await begin(run, words, [...marked, ...saidOf])
      const keys = async () => {
        const found = (await read(select)) as { user_id: string; value_key: string }[]
        return marks.map(({ id }) => found.filter((row) => row.user_id === id).map((row) => row.value_key))
      }
      const lists = async () =>
        ((await read(selectSaid)) as { said: string }[]).map(({ said }) => JSON.parse(said))
      await carryOut(run, words, 'own-marks', 'fill')
      // What a version before reads is still there.
      expect(await keys()).toEqual(
        marks.map(({ before, after }) => [...new Set([...before, ...after])].toSorted()),
      )
      expect((await lists()).map((list) => [...new Set(list)].toSorted())).toEqual([
        [newMark, 'ann', oldMark],
        [newMark, oldMark],
      ])
      await carryOut(run, words, 'own-marks', 'fill')
      await carryOut(run, words, 'own-marks', 'contract')
      expect(await keys()).toEqual(marks.map(({ after }) => after.toSorted()))
      const [ann, called] = await lists()
      expect([new Set(ann), new Set(called)]).toEqual([
        new Set(['ann', newMark]),
        new Set([oldMark, newMark]),
      ])
    }))
})
