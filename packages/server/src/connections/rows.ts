// Rows of connections: how they are read, locked, written and shown. Decides nothing.

import type { Connection, MetadataPreview } from '@rollcall/api'
import { sql } from 'kysely'
import { toNullableTime, toTime } from '../base/clock.ts'
import type { Change } from '../events/catalog.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { describeCertificate, type IdentityProviderMetadata } from '../saml/idp-metadata.ts'
import type { OrganizationTx } from '../store/database.ts'
import { noteLocked } from '../store/lock-order.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { selectAnyIdentity } from '../users/asked.ts'
import { anchorOf, digestOf } from './anchor.ts'
import { parseMetadata, parseOpenId, parseOptions } from './parse.ts'
import { markUsable } from './places.ts'
import { toLastTest } from './tests.ts'

export { defaultOptions, parseMetadata, parseOpenId, parseOptions } from './parse.ts'

/** In one organization. */
export const maxConnections = 50

/** All of an organization, in the order of creation. */
export const selectConnections = organizationStatement('connections')(({ db, organizationId }) =>
  db
    .selectFrom('connection')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .limit(maxConnections),
)

/** One connection by id, for reading. */
export const selectConnection = organizationStatement<{ id: string }>('connection')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('connection')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** What those of these ids are called. */
export const selectConnectionNames = organizationStatement<{ ids: string }>('names_of_connection')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('connection')
      .select(['id', 'name'])
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

// Whoever comes through a connection holds it together with all others who do, and whoever changes it holds it alone. It has one queue:
// rows have none, and whoever wanted to change one would wait for everybody who came meanwhile.
const nameOf = (organizationId: unknown, id: unknown, text: (value: unknown) => unknown) =>
  sql`${organizationId} || ' connection ' || ${text(id)}`
const holdInUse = organizationStatement<{ id: string }>('hold_connection_in_use')(
  ({ db, place, organizationId, dialect }) => {
    const name = nameOf(organizationId, place('id'), dialect.text)
    const statement = sql`SELECT ${dialect.holdTogether(name)} AS held`
    return { compile: () => statement.compile(db) }
  },
)
const holdToChange = organizationStatement<{ id: string }>('hold_connection_to_change')(
  ({ db, place, organizationId, dialect }) => {
    const name = nameOf(organizationId, place('id'), dialect.text)
    const statement = sql`SELECT ${dialect.hold(name)} AS held`
    return { compile: () => statement.compile(db) }
  },
)

const lockOne = (purpose: 'to keep the key' | 'to end', name: string) =>
  organizationStatement<{ id: string }>(name)(({ db, place, organizationId, dialect }) => {
    const one = db
      .selectFrom('connection')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(one, purpose)
  })

const selectConnectionInUse = lockOne('to keep the key', 'connection_in_use')

// A node of an earlier version keeps the key alone while somebody signs in there.
const selectConnectionToChange = lockOne('to end', 'connection_for_update')

/**
 * At a sign-in, or whatever else comes through it: whoever switches it off, or deletes it, waits until the session that comes of it is
 * there to end. The first that such a unit locks, but for the request that it finishes.
 */
export async function keepConnection(tx: OrganizationTx, id: string): Promise<ConnectionTable | undefined> {
  const [, row] = await Promise.all([tx.first(holdInUse, { id }), tx.first(selectConnectionInUse, { id })])
  noteLocked(tx, 'connection', [id])
  return row
}

/**
 * To change it; held alone until COMMIT. Who holds it together with others first, and wants it alone then, waits for whoever does the
 * same.
 */
export async function takeConnection(tx: OrganizationTx, id: string): Promise<ConnectionTable | undefined> {
  const [, row] = await Promise.all([
    tx.first(holdToChange, { id }),
    tx.first(selectConnectionToChange, { id }),
  ])
  noteLocked(tx, 'connection', [id])
  return row
}

const markGroups = organizationStatement<{ id: string }>('connection_sent_groups')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('connection')
      .set({ has_sent_groups: 1 })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const claimDueFetch = organizationStatement<{ id: string; at: number; before: number }>(
  'claim_metadata_fetch',
)(({ db, place, organizationId }) =>
  db
    .updateTable('connection')
    .set({ metadata_fetched_at: place('at') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id'))
    .where((on) =>
      on.or([on('metadata_fetched_at', 'is', null), on('metadata_fetched_at', '<=', place('before'))]),
    )
    .returning('id'),
)

const restoreFetch = organizationStatement<{ id: string; at: number; earlier: number | null }>(
  'give_metadata_fetch_back',
)(({ db, place, organizationId }) =>
  db
    .updateTable('connection')
    .set({ metadata_fetched_at: place('earlier') })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id'))
    .where('metadata_fetched_at', '=', place('at')),
)

/** Whether the metadata is the caller's to fetch: it was last fetched by `before`, and nobody else fetches it now. */
export async function claimFetch(
  tx: OrganizationTx,
  claim: { readonly id: string; readonly at: number; readonly before: number },
): Promise<boolean> {
  return (await tx.change(claimDueFetch, claim)).length > 0
}

/** Nothing came of the claim: it was fetched when it was fetched. */
export function giveFetchBack(
  tx: OrganizationTx,
  claim: { readonly id: string; readonly at: number; readonly earlier: number | null },
): void {
  const { id, at, earlier } = claim
  tx.write(restoreFetch, { id, at, earlier })
}

/** The row, locked until COMMIT; throws 404. */
export async function getForUpdate(tx: OrganizationTx, id: string): Promise<ConnectionTable> {
  const row = await takeConnection(tx, id)
  if (row === undefined) throw noConnection()
  return row
}

/** Whether anybody is linked by this connection. */
export async function hasIdentity(tx: OrganizationTx, id: string): Promise<boolean> {
  return (await tx.first(selectAnyIdentity, { id })) !== undefined
}

/** From the first groups claim on, a missing one means no groups (linking rule 13). */
export function noteGroups(tx: OrganizationTx, id: string): void {
  tx.write(markGroups, { id })
}

/** The same for an id that never was, one that was deleted and one of another organization. */
export function noConnection(): Problem {
  return new Problem('not_found', 'There is no such connection')
}

/** Whether the identity provider is known. */
export function isComplete(row: Pick<ConnectionTable, 'protocol' | 'metadata' | 'oidc'>): boolean {
  return (row.protocol === 'oidc' ? row.oidc : row.metadata) !== null
}

/** Whether people can sign in with it. */
export function isUsableNow(row: ConnectionTable): boolean {
  return row.active === 1 && isComplete(row)
}

function describeOpenId(row: ConnectionTable): Connection['oidc'] {
  const trust = parseOpenId(row)
  return trust === null
    ? null
    : {
        issuer: trust.issuer,
        clientId: trust.clientId,
        hasClientSecret: row.client_secret !== null,
        scopes: [...trust.scopes],
      }
}

/** Every column; used by relinking too. */
export function writeRow(tx: OrganizationTx, row: ConnectionTable): void {
  // When sessions ended through it is noted beside.
  const { organization_id: _, id, sessions_ended_at: __, ...columns } = row
  tx.write(
    organizationQuery(({ db, organizationId }) =>
      db
        .updateTable('connection')
        .set(columns)
        .where('organization_id', '=', organizationId)
        .where('id', '=', id),
    ),
    {},
  )
  tx.write(markUsable, { id, isUsable: isUsableNow(row) ? 1 : 0 })
}

/** The row and one event with what differs, `unseen` too, which no answer shows; nothing is recorded when nothing does. */
export function writeChange(
  tx: OrganizationTx,
  act: Act,
  before: ConnectionTable,
  after: ConnectionTable,
  type: 'connection.updated' | 'connection.metadata_changed',
  unseen: readonly Change[] = [],
): Connection {
  const changes = [...listChanges(before, after), ...unseen]
  const updated = { ...after, updated_at: changes.length === 0 ? before.updated_at : act.at }
  writeRow(tx, updated)
  if (changes.length > 0)
    record(tx, act, { type, subject: { type: 'connection', id: before.id }, data: { changes } })
  return toConnection(updated)
}

function listChanges(before: ConnectionTable, after: ConnectionTable): Change[] {
  // Events keep the words that they have had from the first.
  const toView = (row: ConnectionTable) => ({ ...toConnection(row), active: row.active === 1 })
  const views = [toView(before), toView(after)] as const
  const names = [
    'name',
    'identityProvider',
    'active',
    'identityProviderMetadata',
    'identityProviderMetadataUrl',
    'oidc',
    'options',
  ] as const
  return names.flatMap((attribute) => {
    const [old, fresh] = [views[0][attribute] ?? null, views[1][attribute] ?? null]
    return JSON.stringify(old) === JSON.stringify(fresh) ? [] : [{ attribute, before: old, after: fresh }]
  })
}

function describeAnchor(row: ConnectionTable): Connection['anchor'] {
  const anchor = anchorOf(row)
  return anchor === null
    ? null
    : { number: row.anchor_number, digest: digestOf(anchor), rung: row.anchor_rung }
}

/** As the management API shows it: certificates by their fingerprints. */
export function toConnection(row: ConnectionTable): Connection {
  const metadata = parseMetadata(row)
  const anchor = describeAnchor(row)
  return {
    id: row.id,
    name: row.name,
    protocol: row.protocol,
    oidc: describeOpenId(row),
    redirectUri: row.protocol === 'oidc' ? row.acs_url : null,
    identityProvider: row.identity_provider,
    entityId: row.entity_id,
    acsUrl: row.acs_url,
    metadataUrl: toMetadataUrl(row),
    identityProviderMetadata: metadata === null ? null : describeMetadata(metadata),
    identityProviderMetadataUrl: row.metadata_url,
    metadataFetchedAt: toNullableTime(row.metadata_fetched_at),
    metadataError: row.metadata_error,
    isSetupComplete: isComplete(row),
    missing: isComplete(row) ? [] : ['identity_provider'],
    isActive: row.active === 1,
    followsDirectory: row.follows_directory === 1,
    anchor,
    lastTest: toLastTest(row, anchor?.digest),
    options: parseOptions(row),
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
  }
}

/** What was read from an identity provider's metadata, certificates by their fingerprints. */
export function describeMetadata(metadata: IdentityProviderMetadata): MetadataPreview {
  return {
    entityId: metadata.entityId,
    ssoUrl: metadata.ssoUrl,
    sloUrl: metadata.sloUrl,
    certificates: metadata.certificates.map((pem) => {
      const { fingerprint, notAfter } = describeCertificate(pem)
      return { fingerprint, notAfter: toTime(notAfter) }
    }),
    validUntil: toNullableTime(metadata.validUntil ?? null),
    warnings: (metadata.warnings ?? []).map(({ code, detail }) => ({ code, detail })),
  }
}

/** With the path of the public URL, which stands in no row of a connection that was brought along from elsewhere. */
export function withMetadataUrl(connection: Connection, basePath: string): Connection {
  const { id, acsUrl, entityId, metadataUrl } = connection
  if (metadataUrl === entityId) return connection
  return { ...connection, metadataUrl: `${new URL(acsUrl).origin}${basePath}/saml/${id}/metadata` }
}

// Our entity ID is the address of our metadata, except where it was brought along from elsewhere.
function toMetadataUrl(row: ConnectionTable): string {
  return row.acs_url.endsWith(`/saml/${row.id}/acs`)
    ? row.entity_id
    : `${new URL(row.acs_url).origin}/saml/${row.id}/metadata`
}
