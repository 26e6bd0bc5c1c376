// Rows of webhook endpoints and of what they subscribed to: how they are read, locked and written. Decides nothing.
import { targetRows } from '../deliveries/joined.ts'
import type { WebhookEndpointTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'

/** How many there are at most. */
export const maxEndpoints = 100

const joined = [
  'target.is_enabled',
  'target.failures',
  'target.failing_since',
  'target.paused_until',
  'target.last_delivered_at',
] as const

/** Every endpoint with its place in the queue. */
export const selectAll = installationStatement('webhook_endpoints')(({ db }) =>
  db
    .selectFrom('webhook_endpoint')
    .innerJoin(targetRows, 'target.id', 'webhook_endpoint.id')
    .selectAll('webhook_endpoint')
    .select(joined)
    .orderBy('webhook_endpoint.id')
    .limit(maxEndpoints),
)

/** One, with its place in the queue. */
export const selectOne = installationStatement<{ id: string }>('webhook_endpoint')(({ db, place }) =>
  db
    .selectFrom('webhook_endpoint')
    .innerJoin(targetRows, 'target.id', 'webhook_endpoint.id')
    .selectAll('webhook_endpoint')
    .select(joined)
    .where('webhook_endpoint.id', '=', place('id')),
)

/** Its row, locked until COMMIT. */
export const lockOne = installationStatement<{ id: string }>('webhook_endpoint_for_update')(
  ({ db, place, dialect }) => {
    const one = db.selectFrom('webhook_endpoint').select('id').where('id', '=', place('id'))
    return dialect.lock(one)
  },
)

/** What endpoints of these ids are known by: their addresses. */
export const selectEndpointNames = installationStatement<{ ids: string }>('names_of_webhook_endpoint')(
  ({ db, place, dialect }) =>
    db
      .selectFrom('webhook_endpoint')
      .select(['id', 'url as name'])
      .where(dialect.isIn('id', place('ids'))),
)

/** A new one. */
export const insertOne = installationStatement<WebhookEndpointTable>('insert_webhook_endpoint')(
  ({ db, place }) =>
    db.insertInto('webhook_endpoint').values({
      id: place('id'),
      url: place('url'),
      description: place('description'),
      algorithm: place('algorithm'),
      secrets: place('secrets'),
      public_key: place('public_key'),
      event_types: place('event_types'),
      organizations: place('organizations'),
      disabled_reason: place('disabled_reason'),
      created_at: place('created_at'),
      updated_at: place('updated_at'),
    }),
)

/** All that can change of one. */
export const updateOne = installationStatement<Omit<WebhookEndpointTable, 'algorithm' | 'created_at'>>(
  'update_webhook_endpoint',
)(({ db, place }) =>
  db
    .updateTable('webhook_endpoint')
    .set({
      url: place('url'),
      description: place('description'),
      secrets: place('secrets'),
      public_key: place('public_key'),
      event_types: place('event_types'),
      organizations: place('organizations'),
      disabled_reason: place('disabled_reason'),
      updated_at: place('updated_at'),
    })
    .where('id', '=', place('id')),
)

/** Takes one away. */
export const deleteOne = installationStatement<{ id: string }>('delete_webhook_endpoint')(({ db, place }) =>
  db.deleteFrom('webhook_endpoint').where('id', '=', place('id')),
)
/** It is told of nothing any more. */
export const deleteSubscriptions = installationStatement<{ id: string }>('delete_webhook_subscriptions')(
  ({ db, place }) => db.deleteFrom('webhook_subscription').where('endpoint_id', '=', place('id')),
)
/** It is told of what happens in an organization, or everywhere. */
export const insertSubscription = installationStatement<{
  id: string
  organizationId: string
  types: string
}>('insert_webhook_subscription')(({ db, place }) =>
  db.insertInto('webhook_subscription').values({
    endpoint_id: place('id'),
    organization_id: place('organizationId'),
    types: place('types'),
  }),
)
/** Whose events it is told of. */
export const selectSubscribed = installationStatement<{ id: string }>('subscribed_organizations')(
  ({ db, place }) =>
    db.selectFrom('webhook_subscription').select('organization_id').where('endpoint_id', '=', place('id')),
)

/** An endpoint with how its deliveries fare. */
export type EndpointRow = WebhookEndpointTable & {
  readonly is_enabled: number
  readonly failures: number
  readonly failing_since: number | null
  readonly paused_until: number | null
  readonly last_delivered_at: number | null
}
