// The floor: the same HTTP stack with nothing behind it but one statement. What the service costs is told against it.
// GET /select reads a row by its key; POST /insert makes two rows and commits them by themselves; POST /group makes them as
// cheaply as the store can: in one transaction for all that came in one turn of the event loop, or as one statement.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { getRequestListener } from '@hono/node-server'
import { Pool } from 'pg'

interface Store {
  select(): Promise<string>
  insert(): Promise<void>
  group(): Promise<void>
}

const body = JSON.stringify({ filler: 'x'.repeat(1_500 - 13) })
const event = '{"type":"made"}'
const headers = { 'content-type': 'application/json' }
const tables = [
  'CREATE TABLE person (id text PRIMARY KEY, body text NOT NULL)',
  'CREATE TABLE happening (id text PRIMARY KEY, body text NOT NULL)',
]

const { DATABASE_URL: url, FLOOR_FOLDER: folder = '', PORT: port } = process.env
const store = url === undefined ? openEmbedded(join(folder, 'floor.db')) : await openPostgres(url)

function openEmbedded(file: string): Store {
  const connection = new DatabaseSync(file)
  connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  for (const table of tables) connection.exec(table)
  connection.prepare('INSERT INTO person VALUES (?, ?)').run('one', body)
  const select = connection.prepare('SELECT body FROM person WHERE id = ?')
  const insertPerson = connection.prepare('INSERT INTO person VALUES (?, ?)')
  const insertHappening = connection.prepare('INSERT INTO happening VALUES (?, ?)')
  const [begin, commit] = [connection.prepare('BEGIN IMMEDIATE'), connection.prepare('COMMIT')]
  let made = 0
  const insertBoth = (): void => {
    made += 1
    insertPerson.run(`p${made}`, body)
    insertHappening.run(`h${made}`, event)
  }
  let waiting: (() => void)[] = []
  const commitGroup = (): void => {
    const group = waiting
    waiting = []
    begin.run()
    for (const _ of group) insertBoth()
    commit.run()
    for (const done of group) done()
  }
  return {
    select: async () => (select.get('one') as { body: string }).body,
    insert: async () => {
      begin.run()
      insertBoth()
      commit.run()
    },
    group: () =>
      new Promise((resolve) => {
        if (waiting.length === 0) setImmediate(commitGroup)
        waiting.push(resolve)
      }),
  }
}

async function openPostgres(connectionString: string): Promise<Store> {
  const pool = new Pool({ connectionString, max: 8 })
  for (const table of tables) await pool.query(table)
  await pool.query('INSERT INTO person VALUES ($1, $2)', ['one', body])
  let made = 0
  return {
    async select() {
      const query = { name: 'select', text: 'SELECT body FROM person WHERE id = $1', values: ['one'] }
      return ((await pool.query(query)).rows[0] as { body: string }).body
    },
    async insert() {
      made += 1
      const at = made
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        await client.query({
          name: 'person',
          text: 'INSERT INTO person VALUES ($1, $2)',
          values: [`p${at}`, body],
        })
        await client.query({
          name: 'happening',
          text: 'INSERT INTO happening VALUES ($1, $2)',
          values: [`h${at}`, event],
        })
        await client.query('COMMIT')
      } finally {
        client.release()
      }
    },
    async group() {
      made += 1
      await pool.query({
        name: 'both',
        text: 'WITH made AS (INSERT INTO person VALUES ($1, $2)) INSERT INTO happening VALUES ($3, $4)',
        values: [`p${made}`, body, `h${made}`, event],
      })
    },
  }
}

async function answer(request: Request): Promise<Response> {
  if (request.method === 'GET') return new Response(await store.select(), { headers })
  await request.json()
  await (request.url.endsWith('/group') ? store.group() : store.insert())
  return new Response(body, { status: 201, headers })
}

// With the library's own light Response: the least that the stack can cost.
const server = createServer(getRequestListener(answer))
server.listen(Number(port), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
