// Who may do what with whose rows on PostgreSQL: row-level security and grants, from the list of tables.
import type { Client } from 'pg'
import { installationTables, tenantTables } from './schema.ts'

/** The role that requests run as: owns nothing, bypasses nothing. */
export const role = 'rollcall_app'

interface TableRights {
  readonly name: string
  readonly isSecured: boolean
  readonly isForced: boolean
  readonly hasPolicy: boolean
  readonly rights: readonly string[]
}

const ledger = 'migration'

/** Events and their seals are never rewritten. */
const rightsOf = (table: string): readonly string[] => {
  // A login that owns nothing reads as this role how far the database is.
  if (table === ledger) return ['SELECT']
  return table === 'event' || table === 'event_seal'
    ? ['SELECT', 'INSERT', 'DELETE']
    : ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
}
const isOwn = "organization_id = current_setting('app.org', true)"

/** Default deny: without SET LOCAL "app.org" a tenant table shows no row and takes none. What of that is missing, as statements. */
export async function listUnprotected(client: Client): Promise<readonly string[]> {
  const tenant = new Set<string>(tenantTables)
  const { rows } = await client.query<TableRights>(
    `SELECT relname AS name, relrowsecurity AS "isSecured", relforcerowsecurity AS "isForced",
        EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'organization_isolation') AS "hasPolicy",
        ARRAY(SELECT word FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS word
          WHERE has_table_privilege($1, pg_class.oid, word)) AS rights
      FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = ANY ($2) ORDER BY relname`,
    [role, [...tenantTables, ...installationTables, ledger]],
  )
  const { rows: schemas } = await client.query<{ name: string; isUsable: boolean }>(
    `SELECT quote_ident(current_schema()) AS name, has_schema_privilege($1, current_schema(), 'USAGE') AS "isUsable"`,
    [role],
  )
  return [
    ...schemas
      .filter(({ isUsable }) => !isUsable)
      .map(({ name }) => `GRANT USAGE ON SCHEMA ${name} TO ${role}`),
    ...rows.flatMap((table) => [...grant(table), ...(tenant.has(table.name) ? secure(table) : [])]),
  ]
}

function grant({ name, rights }: TableRights): readonly string[] {
  const wanted = rightsOf(name)
  return wanted.every((right) => rights.includes(right))
    ? []
    : [`GRANT ${wanted.join(', ')} ON TABLE "${name}" TO ${role}`]
}

function secure({ name, isSecured, isForced, hasPolicy }: TableRights): readonly string[] {
  const table = `TABLE "${name}"`
  return [
    ...(isSecured ? [] : [`ALTER ${table} ENABLE ROW LEVEL SECURITY`]),
    ...(isForced ? [] : [`ALTER ${table} FORCE ROW LEVEL SECURITY`]),
    ...(hasPolicy
      ? []
      : [`CREATE POLICY organization_isolation ON "${name}" USING (${isOwn}) WITH CHECK (${isOwn})`]),
  ]
}
