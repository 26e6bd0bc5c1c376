// The floor: the same HTTP stack with nothing behind it but one statement. What the service costs is told against it.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { getRequestListener } from '@hono/node-server'

const [folder = '', port = '0'] = process.argv.slice(2)
const connection = new DatabaseSync(join(folder, 'floor.db'))
connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
connection.exec(
  'CREATE TABLE person (id text PRIMARY KEY, body text NOT NULL); CREATE TABLE happening (id text PRIMARY KEY, body text NOT NULL)',
)
const body = JSON.stringify({ filler: 'x'.repeat(1_500 - 13) })
connection.prepare('INSERT INTO person VALUES (?, ?)').run('one', body)

const select = connection.prepare('SELECT body FROM person WHERE id = ?')
const insertPerson = connection.prepare('INSERT INTO person VALUES (?, ?)')
const insertHappening = connection.prepare('INSERT INTO happening VALUES (?, ?)')
const headers = { 'content-type': 'application/json' }
let made = 0

async function answer(request: Request): Promise<Response> {
  if (request.method === 'GET') {
    const row = select.get('one') as { body: string }
    return new Response(row.body, { headers })
  }
  await request.json()
  made += 1
  connection.exec('BEGIN IMMEDIATE')
  insertPerson.run(`p${made}`, body)
  insertHappening.run(`h${made}`, '{"type":"made"}')
  connection.exec('COMMIT')
  return new Response(body, { status: 201, headers })
}

const server = createServer(getRequestListener(answer, { overrideGlobalObjects: false }))
server.listen(Number(port), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
