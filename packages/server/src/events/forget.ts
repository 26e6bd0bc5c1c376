// What an audit log keeps of an organization that is gone: one event, without what may not leave the house.
import { sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'

// Where the feed is a table of its own, the event of the audit log is gone by then.
const forget = organizationStatement('forget_context_of_deleted')(({ db, organizationId, dialect }) => {
  const statement = dialect.feed.isApart
    ? sql`SELECT 1`
    : sql`UPDATE event SET context = '{}' WHERE organization_id = ${organizationId}`
  return { compile: () => statement.compile(db) }
})

/** Of an organization whose other rows are gone. */
export function forgetContext(tx: OrganizationTx): void {
  tx.write(forget, {})
}
