// Who may do what with whose rows on PostgreSQL: row-level security and grants, from the list of tables.
import type { Client } from 'pg'
import { installationTables, ownedTables } from './schema.ts'

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
  if (table === 'operator_event') return ['SELECT', 'INSERT']
  return table === 'event' || table === 'event_seal'
    ? ['SELECT', 'INSERT', 'DELETE']
    : ['SELECT', 'INSERT', 'UPDATE', 'DELETE']
}
const isOwn = "organization_id = current_setting('app.org', true)"

/** Default deny: without SET LOCAL "app.org" a table of organizations' rows shows none and takes none. What is missing, as statements. */
export async function listUnprotected(client: Client): Promise<readonly string[]> {
  const owned = new Set<string>(ownedTables)
  const { rows } = await client.query<TableRights>(
    `SELECT relname AS name, relrowsecurity AS "isSecured", relforcerowsecurity AS "isForced",
        EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'organization_isolation') AS "hasPolicy",
        ARRAY(SELECT word FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS word
          WHERE has_table_privilege($1, pg_class.oid, word)) AS rights
      FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relname = ANY ($2) ORDER BY relname`,
    [role, [...ownedTables, ...installationTables, ledger]],
  )
  const { rows: schemas } = await client.query<{ name: string; isUsable: boolean }>(
    `SELECT quote_ident(current_schema()) AS name, has_schema_privilege($1, current_schema(), 'USAGE') AS "isUsable"`,
    [role],
  )
  return [
    ...(await listUnkept(client)),
    ...schemas
      .filter(({ isUsable }) => !isUsable)
      .map(({ name }) => `GRANT USAGE ON SCHEMA ${name} TO ${role}`),
    ...rows.flatMap((table) => [...grant(table), ...(owned.has(table.name) ? secure(table) : [])]),
  ]
}

/** What keeps the audit log (migrations 29 and 38): triggers, whose functions name the schema that the tables are in. */
const keepers = [
  ['event', 'event_kept', 'event_kept'],
  ['event_seal', 'event_seal_kept', 'event_seal_kept'],
  ['event_archive', 'event_archive_kept', 'event_archive_kept'],
  ['organization', 'organization_deleted', 'organization_kept'],
  ['organization', 'organization_kept', 'organization_kept'],
  ['organization', 'organization_known', 'organization_known'],
] as const

// A schema that was renamed, or restored under another name, leaves functions that look where the tables were; who loads rows may switch triggers off.
async function listUnkept(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `SELECT DISTINCT statement FROM unnest($1::text[], $2::text[], $3::text[]) AS keeper(of, named, calls)
      JOIN pg_class ON relname = keeper.of AND relnamespace = quote_ident(current_schema())::regnamespace
      JOIN pg_trigger ON tgrelid = pg_class.oid AND tgname = keeper.named JOIN pg_proc ON pg_proc.oid = tgfoid,
      LATERAL (VALUES
        (tgenabled NOT IN ('O', 'A'), format('ALTER TABLE %I ENABLE TRIGGER %I', keeper.of, keeper.named)),
        (proname = keeper.calls AND NOT format('search_path=%I, pg_temp', current_schema()) = ANY (coalesce(proconfig, '{}')),
          format('ALTER FUNCTION %I() SET search_path = %I, pg_temp', keeper.calls, current_schema()))) AS found(is_wanted, statement)
      WHERE is_wanted ORDER BY statement`,
    [0, 1, 2].map((at) => keepers.map((keeper) => keeper[at]!)),
  )
  return rows.map(({ statement }) => statement)
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
