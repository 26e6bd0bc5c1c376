// What rooms above ask of the audit log inside a unit of work: the last word about something, or whether it was said since.
import { sql } from 'kysely'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** Of one page of organizations that are gone. */
export const goneIdsPerPage = 200
/** Of one connection. */
export const maxStagingsRead = 100
/** Of one page of people who left. */
export const leftPerPage = 500
/** That somebody is gone by whose word a key or a connection holds. */
export const makerGoneTypes = [
  'api_key.maker_gone',
  'oauth_client.maker_gone',
  'connection.maker_gone',
] as const

/** Whether an API key has written anything since. */
export const selectFirstWrite = organizationStatement<{ from: string }>('activity_first_write')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('actor_kind', '=', 'api_key')
      .where('id', '>=', place('from'))
      .limit(1),
)

/** Makers who went since. */
export const selectGoneMakers = organizationStatement<{ from: string }>('makers_gone')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select(['id', 'type', 'data'])
      .where('organization_id', '=', organizationId)
      .where('id', '>=', place('from'))
      .where('type', 'in', makerGoneTypes)
      .orderBy('id'),
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

/** Whether it was said since that there are too many people. */
export const selectRecentSeats = organizationStatement<{ from: string }>('recent_seat_event')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where('subject_id', '=', organizationId)
      .where('id', '>=', place('from'))
      .where('type', '=', 'organization.seat_limit_exceeded')
      .limit(1),
)

/** What was said when somebody was blocked last. */
export const selectLastBlock = organizationStatement<{ id: string }>('last_block')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select('data')
      .where('organization_id', '=', organizationId)
      .where('subject_id', '=', place('id'))
      .where('type', '=', 'user.blocked')
      .orderBy('id', 'desc')
      .limit(1),
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

/** Who left in a batch, in the order of their ids. */
export const selectPeopleWhoLeft = organizationStatement<{ from: string; until: string; after: string }>(
  'people_of_alert',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('event')
    .select('subject_id')
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('id', '>=', place('from'))
    .where('id', '<', place('until'))
    .where('type', 'in', ['user.deactivated', 'user.deprovisioned'])
    .where('subject_id', '>', place('after'))
    .orderBy('subject_id')
    .limit(leftPerPage),
)

/** What was staged for a connection since. */
export const selectStagings = organizationStatement<{ id: string; from: string }>('recent_stagings')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('event')
      .select('data')
      .where('organization_id', '=', organizationId)
      .where('subject_id', '=', place('id'))
      .where('id', '>=', place('from'))
      .where('type', '=', 'connection.anchor_staged')
      .limit(maxStagingsRead),
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
