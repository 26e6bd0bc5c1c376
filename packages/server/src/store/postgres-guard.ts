// Row-level security is on, or the service does not start: asked as requests run, in the role and on the way that they take.
import { StoreRefusal } from './errors.ts'
import { role } from './postgres-rights.ts'
import { ownedTables } from './schema.ts'
import type { PreparedStatement } from './statement.ts'

/** What the role of requests was found to see: which tables row-level security does not bind it on. */
export interface OpenTables {
  readonly role: string
  /** Tables of organizations that are there. */
  readonly found: number
  /** Those that row-level security does not bind this role on, or by another policy than ours. */
  readonly open: readonly string[]
  /** Whether transactions are what they are here unless a database's keeper says otherwise. */
  readonly isUsual: boolean
}

const names = ownedTables.map((table) => `'${table}'`).join(', ')

/** One row, OpenTables. */
export const listOpenTables: PreparedStatement = {
  name: '',
  slots: [],
  sql: `SELECT current_user::text AS role, count(*)::int AS found,
    coalesce(array_agg(relname::text ORDER BY relname) FILTER (WHERE NOT is_bound), '{}') AS open,
    current_setting('default_transaction_isolation') = 'read committed' AS "isUsual"
    FROM (SELECT relname, relforcerowsecurity AND row_security_active(pg_class.oid) AND ARRAY(
        SELECT replace(pg_get_expr(polqual, polrelid) || pg_get_expr(polwithcheck, polrelid), '"', '') FROM pg_policy
          WHERE polrelid = pg_class.oid AND polpermissive)
        = ARRAY['(organization_id = current_setting(''app.org''::text, true))(organization_id = current_setting(''app.org''::text, true))'] AS is_bound
      FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind IN ('r', 'p') AND relname IN (${names})) AS tables`,
}

/** Throws StoreRefusal with what is not as it must be. */
export function refuseOpen(found: OpenTables | undefined): void {
  if (found === undefined || found.role !== role)
    throw new StoreRefusal(
      `DATABASE_URL: requests would run as ${found?.role ?? 'nobody'} and not as ${role}, so that row-level security would keep no organizations apart`,
    )
  if (found.open.length > 0)
    throw new StoreRefusal(
      `Row-level security does not keep organizations apart in ${found.open.join(', ')}: switched off, with another policy than organization_isolation, or the role ${role} may bypass it. Give ${role} neither SUPERUSER nor BYPASSRLS, remove other policies, and start with ROLLCALL_MIGRATE on, which puts the rest back.`,
    )
  if (found.found !== ownedTables.length)
    throw new StoreRefusal(
      `The role ${role} finds ${found.found} of ${ownedTables.length} tables in the schema of this database: are they in another schema? The user of DATABASE_URL must find them by its search_path.`,
    )
}
