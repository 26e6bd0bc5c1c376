// SCIMMY with its routers on Express. It leaves storing to whoever uses it: a Map, and where DATABASE_URL is set two tables
// with the resource as JSON and its name in a column, which a match by userName finds.
import { randomUUID } from 'node:crypto'
import express from 'express'
import pg from 'pg'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'

const { DATABASE_URL: url, PORT: port } = process.env
const stores = {
  users: url === undefined ? createMap('userName') : await createTable('person', 'userName'),
  groups: url === undefined ? createMap('displayName') : await createTable('crowd', 'displayName'),
}

function createMap(unique) {
  const rows = new Map()
  const names = new Map()
  return {
    get: async (id) => rows.get(id),
    named: async (name) => (names.has(name) ? [rows.get(names.get(name))] : []),
    all: async () => [...rows.values()],
    async put(row) {
      if ((names.get(row[unique]) ?? row.id) !== row.id)
        throw new SCIMMY.Types.Error(409, 'uniqueness', unique)
      rows.set(row.id, row)
      names.set(row[unique], row.id)
    },
    delete: async (id) => void rows.delete(id),
  }
}

async function createTable(table, unique) {
  const pool = new pg.Pool({ connectionString: url, max: 8 })
  await pool.query(
    `CREATE TABLE ${table} (id uuid PRIMARY KEY, name text UNIQUE NOT NULL, body json NOT NULL)`,
  )
  const bodies = async (name, text, values) =>
    (
      await pool.query({ name: `${table} ${name}`, text: `SELECT body FROM ${table} ${text}`, values })
    ).rows.map(({ body }) => body)
  return {
    get: async (id) => (await bodies('get', 'WHERE id = $1', [id]))[0],
    named: (name) => bodies('named', 'WHERE name = $1', [name]),
    all: () => bodies('all', 'ORDER BY id', []),
    async put(row) {
      const text = `INSERT INTO ${table} VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET name = $2, body = $3`
      await pool.query({ name: `${table} put`, text, values: [row.id, row[unique], JSON.stringify(row)] })
    },
    delete: (id) => pool.query(`DELETE FROM ${table} WHERE id = $1`, [id]),
  }
}

function declare(type, store, unique) {
  SCIMMY.Resources.declare(type)
    .ingress(async (resource, data) => {
      const before = resource.id === undefined ? undefined : await store.get(resource.id)
      if (resource.id !== undefined && before === undefined)
        throw new SCIMMY.Types.Error(404, null, 'not found')
      const now = new Date().toISOString()
      const created = before?.meta.created ?? now
      const id = before?.id ?? randomUUID()
      const row = { ...JSON.parse(JSON.stringify(data)), id, meta: { created, lastModified: now } }
      await store.put(row)
      return row
    })
    .egress(async (resource) => {
      if (resource.id !== undefined) {
        const row = await store.get(resource.id)
        if (row === undefined) throw new SCIMMY.Types.Error(404, null, 'not found')
        return row
      }
      const name = resource.filter?.length === 1 ? resource.filter[0][unique] : undefined
      return name?.[0] === 'eq' ? store.named(name[1]) : store.all()
    })
    .degress((resource) => store.delete(resource.id))
}

declare(SCIMMY.Resources.User, stores.users, 'userName')
declare(SCIMMY.Resources.Group, stores.groups, 'displayName')

const token = 'token-of-the-benchmark'
const app = express()
app.get('/ready', (_request, response) => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' }
  response.json({ base: '/scim/v2', headers })
})
const authenticate = (request) => {
  if (request.header('authorization') !== `Bearer ${token}`) throw new Error('no token')
  return 'benchmark'
}
app.use('/scim/v2', new SCIMMYRouters({ type: 'bearer', handler: authenticate }))
app.listen(Number(port), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
