// better-auth with its SCIM plugin behind node:http: one connection with a static token, on PostgreSQL.
import { createServer } from 'node:http'
import { scim } from '@better-auth/scim'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'

const { DATABASE_URL: url, PORT: port } = process.env
const token = 'token-of-the-benchmark-0123456789abcdef'
const options = {
  baseURL: `http://127.0.0.1:${port}`,
  secret: 'secret-of-the-benchmark-0123456789abcdef',
  database: new pg.Pool({ connectionString: url, max: 8 }),
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  advanced: { database: { transaction: true } },
  plugins: [scim({ connections: [{ id: 'acme', credentials: [{ id: 'benchmark', token }] }] })],
}
const { runMigrations } = await getMigrations(options)
await runMigrations()
const handle = toNodeHandler(betterAuth(options))

createServer((request, response) => {
  if (request.url !== '/ready') return void handle(request, response)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  response.end(JSON.stringify({ base: '/api/auth/scim/v2', headers }))
}).listen(Number(port), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
