// Stretches of statements on one connection to PostgreSQL: one Sync, one answer, one transaction.
// Judges: server/store.
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Answer, type Step, sendStretch } from '../../packages/server/src/store/postgres-flush.ts'
import { createDatabaseAt } from '../postgres/server.ts'

let client: Client

beforeAll(async () => {
  const url = await createDatabaseAt(inject('postgresUrl'))
  client = new Client({ connectionString: url, pipeline: true } as never)
  client.on('error', () => undefined)
  await client.connect()
  await client.query('CREATE TABLE thing (name text PRIMARY KEY, size bigint, at timestamptz DEFAULT now())')
})
afterAll(() => client.end().catch(() => undefined))

function toStep(sql: string, values: Step['values'] = [], isNamed = true): Step {
  return {
    statement: statements[sql] ?? keep(sql),
    name: isNamed ? `named_${sql.length}_${sql.slice(0, 40)}` : undefined,
    values,
  }
}
const statements: Record<string, Step['statement']> = {}
function keep(sql: string): Step['statement'] {
  const statement = { name: sql, sql, slots: [] }
  statements[sql] = statement
  return statement
}

function send(...steps: Step[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    sendStretch(client, steps, (error, answer) => (error === undefined ? resolve(answer) : reject(error)))
  })
}

const insert = 'INSERT INTO thing (name, size) VALUES ($1, $2)'
const select = 'SELECT name, size, $1::text AS word FROM thing ORDER BY name'

it('gives the rows of the last statement, by their types, as often as they are asked for', async () => {
  await send(toStep(insert, ['a', 1]), toStep(insert, ['ä', null]))
  for (const isNamed of [true, true, false]) {
    const [first, second] = await Promise.all([
      send(toStep('SELECT 1 AS one', [], isNamed), toStep(select, ['x'], isNamed)),
      send(toStep(select, [null], isNamed)),
    ])
    expect(first?.rows).toEqual([
      { name: 'a', size: '1', word: 'x' },
      { name: 'ä', size: null, word: 'x' },
    ])
    expect(second?.rows[0]).toEqual({ name: 'a', size: '1', word: null })
  }
})

it('carries bytes both ways, whatever they are', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_unused, at) => at).subarray(0, 255)
  const { rows } = await send(toStep('SELECT $1::bytea AS one, $2::bytea AS none', [bytes, null]))
  expect(rows).toEqual([{ one: Buffer.from(bytes), none: null }])
})

it('is undone as a whole where one of it fails, and what stands behind goes on', async () => {
  const failing = send(toStep(insert, ['b', 2]), toStep(insert, ['a', 2]), toStep(insert, ['c', 3]))
  const behind = send(toStep('SELECT count(*)::int AS count FROM thing'))
  await expect(failing).rejects.toMatchObject({ code: '23505' })
  expect((await behind).rows).toEqual([{ count: 2 }])
})

it('knows a statement by its name: two that are written alike are one to the server', async () => {
  const alike = () => ({ ...toStep('SELECT 7 AS alike'), statement: keep('SELECT 7 AS alike') })
  for (const stretch of [[alike()], [alike()], [alike(), alike()]])
    expect((await send(...stretch)).rows).toEqual([{ alike: 7 }])
})

it('leaves nothing in the session', async () => {
  const { rows } = await send(
    toStep("SELECT set_config('app.org', 'org_x', true)"),
    toStep("SELECT current_setting('app.org', true) AS org"),
  )
  expect(rows).toEqual([{ org: 'org_x' }])
  expect((await send(toStep("SELECT current_setting('app.org', true) AS org"))).rows).toEqual([{ org: '' }])
})

it('asks again by a name whose first stretch failed, whether it had come to be known or not', async () => {
  const fresh = 'SELECT 41 + $1::int AS sum'
  const other = 'SELECT 41 - $1::int AS sum'
  // The one was parsed before the fault, the other was passed over.
  await expect(send(toStep(fresh, [1]), toStep('SELECT 1 / 0'), toStep(other, [1]))).rejects.toMatchObject({
    code: '22012',
  })
  expect((await send(toStep(fresh, [1]))).rows).toEqual([{ sum: 42 }])
  expect((await send(toStep(other, [1]))).rows).toEqual([{ sum: 40 }])
})

it('says what came of a COMMIT behind a failed transaction', async () => {
  await send(toStep('BEGIN'), toStep(insert, ['d', 4]))
  await expect(send(toStep('SELECT 1 / 0'), toStep('COMMIT'))).rejects.toMatchObject({ code: '22012' })
  expect((await send(toStep('COMMIT'))).tag).toBe('ROLLBACK')
  await send(toStep('BEGIN'), toStep(insert, ['d', 4]))
  expect((await send(toStep('COMMIT'))).tag).toBe('COMMIT')
})

it('fails once where the connection is lost', async () => {
  const waiting = send(toStep('SELECT pg_sleep(60)'))
  const behind = send(toStep('SELECT 1 AS one'))
  const outcomes = Promise.allSettled([waiting, behind])
  ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
  for (const outcome of await outcomes) expect(outcome.status).toBe('rejected')
})
