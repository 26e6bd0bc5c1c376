// Every form that the tables ever had becomes today's, and works whole.
// Judges: server/store/migrations.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { migrations, sqliteWords } from '../../packages/server/src/store/migrations/index.ts'
import { migratePostgres } from '../../packages/server/src/store/postgres-migrate.ts'
import { contractPostgres } from '../../packages/server/src/store/postgres-upgrade.ts'
import { migrateSqlite } from '../../packages/server/src/store/sqlite-migrate.ts'
import { exercise } from '../harness/exercise.ts'
import {
  forms,
  readDatabaseSchema,
  readFileSchema,
  readForm,
  restoreDatabase,
  restoreFile,
} from '../harness/forms.ts'
import { draw, isWhole } from '../harness/sample.ts'
import { forEachStore } from '../harness/service.ts'
import { createDatabaseAt, createMigratedAt } from '../postgres/server.ts'

const options = { isMigrating: true, now: Date.now }
/** One of each form that later commits edited, and the newest. */
const edited = ['01', '02', '04', '08', '09', '10', '17']
const sampled = isWhole ? forms : forms.filter((form) => edited.some((number) => form.startsWith(number)))
/** The one in which most operations failed. */
const exercised = isWhole ? forms : ['08-f12ca24']

function open(sql: string): DatabaseSync {
  const store = new DatabaseSync(':memory:')
  store.exec(sql)
  return store
}

/** What was applied just now contracts in a minute: other nodes may be starting. */
async function makeOld(client: Client): Promise<void> {
  await client.connect()
  await client.query('UPDATE migration SET applied_at = 0 WHERE number > 0')
  await client.end()
}

function schemaAfter(store: DatabaseSync): unknown {
  migrateSqlite(store, options)
  return readFileSchema(store)
}

/** What each edit of a committed migration took out or put in another way: today's words, those of before. */
const edits: readonly (readonly [string, string])[] = [
  ['(organization_id, external_id, id)', '(organization_id, external_id)'],
  [', acs_path text)', ')'],
  ['(target_id, subject_id, number)', '(target_id, number)'],
  ['(target_id, next_at, number)', '(target_id, next_at)'],
]
const later = [
  /connection_place_acs_path_unique/,
  /application_use/,
  /deleted_user ADD COLUMN (?:role|blocked|group)/,
]

/** The first six migrations as some earlier commits had them: bit by bit, whether an edit had been made. */
function mixtureOf(bits: number): string {
  const isMade = (at: number): boolean => (bits & (1 << at)) !== 0
  const toEarlier = (text: string): string =>
    edits.reduce((left, [now, before], at) => (isMade(at) ? left : left.replace(now, before)), text)
  const isThere = (text: string): boolean =>
    later.every((what, at) => isMade(at === 0 ? 1 : at + 3) || !what.test(text))
  const ledger =
    'CREATE TABLE migration (number integer PRIMARY KEY, name text NOT NULL, applied_at integer NOT NULL)'
  const statements = migrations
    .slice(0, 6)
    .flatMap(({ number, name, statements: write }) => [
      ...write(sqliteWords).filter(isThere).map(toEarlier),
      `INSERT INTO migration VALUES (${number}, '${name}', 0)`,
    ])
  return [ledger, ...statements, ''].join(';\n')
}

describe('F3: the schema of every form ever committed', () => {
  const fresh = schemaAfter(open(''))

  it.each(forms)('of %s becomes that of a new store, on the embedded store', (form) => {
    expect(schemaAfter(open(readForm(form, 'sqlite')))).toEqual(fresh)
  })

  const mixtures = Array.from({ length: 1 << 6 }, (_, bits) => bits)
  it.each(draw('mixtures of earlier migrations', mixtures, 8))(
    'becomes that of a new store where commits of different ages made it one after another: %i',
    (bits) => {
      expect(schemaAfter(open(mixtureOf(bits)))).toEqual(fresh)
    },
  )

  it.each(draw('forms on PostgreSQL', sampled, 3))(
    'of %s becomes that of a new database on PostgreSQL',
    async (form) => {
      const wanted = await readDatabaseSchema(await createMigratedAt(inject('postgresUrl')))
      const url = await createDatabaseAt(inject('postgresUrl'))
      await restoreDatabase(form, url, 'tables')
      const create = (): Client => new Client({ connectionString: url })
      await migratePostgres({ ...options, create })
      await makeOld(create())
      expect(await contractPostgres({ ...options, create })).toEqual([])
      expect(await readDatabaseSchema(url)).toEqual(wanted)
    },
  )
})

forEachStore((start, store) => {
  it.each(exercised)('F3: a store of %s works whole', async (form) => {
    const folder = mkdtempSync(join(tmpdir(), 'rollcall-form-'))
    try {
      if (store === 'embedded') restoreFile(form, join(folder, 'rollcall.db'))
      const databaseUrl = store === 'postgres' ? await createDatabaseAt(inject('postgresUrl')) : undefined
      if (databaseUrl !== undefined) await restoreDatabase(form, databaseUrl, 'rows')
      const service = await start({
        folder,
        ...(databaseUrl === undefined ? {} : { beside: { databaseUrl } }),
      })
      const answers = await exercise(service)
      await service.stop()
      expect(answers.filter((answer) => !/ 2\d\d$/.test(answer))).toEqual([])
      expect(answers.length).toBeGreaterThan(35)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
