// Links by who made them: those that end with their maker, and those that were made through another.
import { sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import type { PortalLinkTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** For whom links of these ids were made. */
export const selectLinkNames = organizationStatement<{ ids: string }>('names_of_portal_link')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('portal_link')
      .select(['id', 'email as name'])
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

/** The open links of somebody. */
export const selectOpenOfMaker = organizationStatement<{ id: string; now: number }>('open_links_of_maker')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('portal_link')
      .select(['id', 'kind'])
      .where('organization_id', '=', organizationId)
      .where('created_by', '=', place('id'))
      .where('expires_at', '>', place('now'))
      .where('revoked_at', 'is', null)
      .where('ended_at', 'is', null),
)

/** The open links that were made through another. */
export const selectOpenOfParent = organizationStatement<{ id: string; now: number }>('open_links_of_parent')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('portal_link')
      .select(['id', 'kind'])
      .where('organization_id', '=', organizationId)
      .where('parent_id', '=', place('id'))
      .where('expires_at', '>', place('now'))
      .where('revoked_at', 'is', null)
      .where('ended_at', 'is', null),
)

const selectMadeThrough = organizationStatement<{ ids: string }>('links_made_through')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{ id: string }>`WITH RECURSIVE own(id) AS (
        SELECT wanted.value FROM ${dialect.unfold(place('ids'))}
        UNION SELECT l.id FROM portal_link AS l JOIN own ON l.created_by = own.id WHERE l.organization_id = ${organizationId}
      ) SELECT id FROM own`
    return { compile: () => statement.compile(db) }
  },
)

/** A person or a link, and every link that they made, or that was made in a session of such a one: who made it may have opened it. */
export async function listMadeThrough(tx: OrganizationTx, id: string): Promise<ReadonlySet<string>> {
  return new Set((await tx.all(selectMadeThrough, { ids: JSON.stringify([id]) })).map((link) => link.id))
}

/** Links, and those by which their makers came, up to the first. */
export const selectLinksOfMakers = organizationStatement<{ ids: string }>('links_of_makers')(
  ({ db, place, organizationId, dialect }) => {
    const columns = sql`l.id, l.created_by, l.revoked_at, l.ended_at`
    const statement = sql<Pick<PortalLinkTable, 'id' | 'created_by' | 'revoked_at' | 'ended_at'>>`
      WITH RECURSIVE up(id, created_by, revoked_at, ended_at) AS (
        SELECT ${columns} FROM portal_link AS l WHERE l.organization_id = ${organizationId} AND ${dialect.isIn('l.id', place('ids'))}
        UNION SELECT ${columns} FROM portal_link AS l JOIN up ON l.id = up.created_by WHERE l.organization_id = ${organizationId}
      ) SELECT id, created_by, revoked_at, ended_at FROM up`
    return { compile: () => statement.compile(db) }
  },
)

/** Organizations that have invitations which wait. */
export const selectPlacesWithInvitations = installationStatement('organizations_with_invitations')(({ db }) =>
  db.selectFrom('link_secret').select('organization_id as id').distinct().where('kind', '=', 'invitation'),
)
