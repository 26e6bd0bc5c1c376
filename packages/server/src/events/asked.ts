// What rooms above ask of the audit log inside a unit of work: the last word about something, or whether it was said since.
import { type SqlBool, sql } from 'kysely'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import type { EventRow } from './hash.ts'

/** Of one page of organizations that are gone. */
export const goneIdsPerPage = 200
/** That somebody is gone by whose word a key or a connection holds. */
export const makerGoneTypes = [
  'api_key.maker_gone',
  'oauth_client.maker_gone',
  'connection.maker_gone',
] as const

/** Events by their ids, a JSON list. */
export const selectEvents = organizationStatement<{ ids: string }>('told_events')(
  ({ db, place, organizationId, dialect }) => {
    const isKey = sql<SqlBool>`one.organization_id = ${organizationId} AND one.id = wanted.value`
    const statement = sql<Pick<EventRow, 'id' | 'type' | 'data'>>`SELECT one.id, one.type, one.data
      FROM ${dialect.lookUp(place('ids'), 'event', isKey)} ORDER BY one.id`
    return { compile: () => statement.compile(db) }
  },
)

/** One event, by its id. */
export const selectEvent = organizationStatement<{ id: string }>('noticed_event')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select(['subject_id', 'data'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

export const selectOwnLeave = organizationStatement<{ id: string; from: string; until: string }>(
  'own_deactivation',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('event')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('subject_id', '=', place('id'))
    .where('id', '>=', place('from'))
    .where('id', '<', place('until'))
    .where('type', '=', 'user.deactivated')
    .where('actor_kind', 'in', ['api_key', 'oauth_client'])
    .limit(1),
)

/** Organizations of whose end the feed tells. */
export const selectGoneOrganizations = installationStatement<{ after: number }>('organizations_gone')(
  ({ db, place }) =>
    db
      .selectFrom('event_feed')
      .select(['organization_id', 'position'])
      .where('type', '=', 'organization.deleted')
      .where('position', '>', place('after'))
      .orderBy('position')
      .limit(goneIdsPerPage),
)

/** Where an event's number is its place in the feed, one that is gone before its seal would be missed there. */
export const selectUnsealed = organizationStatement('unsealed_of_deleted')(
  ({ db, organizationId, dialect }) =>
    db
      .selectFrom(dialect.feed.rowsBehind.as('event_feed'))
      .select('event_id')
      .where('organization_id', '=', organizationId)
      .where('position', '>', sql<number>`(SELECT position FROM event_sequence WHERE name = 'seal')`)
      .where(sql.lit(dialect.feed.isApart ? 0 : 1), '=', sql.lit(1))
      .limit(1),
)
