// Connections: one organization's trust in one identity provider. Valid by construction: what is stored has been read and
// checked. Owns the rows and their rules; fetches metadata through the guarded way out that it is given.
import type { Connection, ConnectionChange, ConnectionOptions, NewConnection } from '@rollcall/api'
import { toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import type { Change } from '../events/catalog.ts'
import { type Act, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import {
  describeCertificate,
  type IdentityProviderMetadata,
  MetadataError,
  readIdentityProviderMetadata,
  toIdentityProviderMetadata,
} from '../saml/idp-metadata.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { installationStatement, organizationQuery, organizationStatement } from '../store/statement.ts'

const maxConnections = 50

/** The text behind a metadata URL; throws OutboundError. */
export type FetchMetadata = (url: string) => Promise<string>

export interface ConnectionRules {
  /** Without a slash at the end; entity ID and ACS of a new connection are made from it. */
  readonly url: string
  /** Allows http addresses of identity providers. */
  readonly isDev: boolean
  readonly fetchMetadata: FetchMetadata
}

const defaultOptions: ConnectionOptions = {
  signRequests: false,
  wantEncryptedAssertions: false,
  allowAesCbc: false,
  allowUnsolicited: false,
  forceAuthn: false,
  nameIdFormat: null,
  stableIdAttribute: null,
  clockSkewSeconds: 120,
}

const selectConnections = organizationStatement('connections')(({ db, organizationId }) =>
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

const selectForUpdate = organizationStatement<{ id: string }>('connection_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const one = db
      .selectFrom('connection')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect === 'postgres' ? one.forUpdate() : one
  },
)

const insertPlace = organizationStatement<{ id: string; acsPath: string | null }>('insert_connection_place')(
  ({ db, place, organizationId }) =>
    db.insertInto('connection_place').values({
      connection_id: place('id'),
      organization_id: organizationId,
      acs_path: place('acsPath'),
    }),
)

const selectByPath = installationStatement<{ path: string }>('connection_by_acs_path')(({ db, place }) =>
  db.selectFrom('connection_place').select('connection_id').where('acs_path', '=', place('path')),
)

const deletePlace = organizationStatement<{ id: string }>('delete_connection_place')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('connection_place')
      .where('connection_id', '=', place('id'))
      .where('organization_id', '=', organizationId),
)

const deleteRow = organizationStatement<{ id: string }>('delete_connection')(
  ({ db, place, organizationId }) =>
    db.deleteFrom('connection').where('organization_id', '=', organizationId).where('id', '=', place('id')),
)

const deleteIdentities = organizationStatement<{ id: string }>('delete_connection_identities')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('identity')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('id')),
)

const deleteSessions = organizationStatement<{ id: string }>('delete_connection_sessions')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('session')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('id')),
)

const countIdentities = organizationStatement<{ id: string }>('connection_has_identity')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('identity')
      .select('user_id')
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('id'))
      .limit(1),
)

const markGroups = organizationStatement<{ id: string }>('connection_sent_groups')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('connection')
      .set({ has_sent_groups: 1 })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const selectPlace = installationStatement<{ id: string }>('place_of_connection')(({ db, place }) =>
  db
    .selectFrom('connection_place')
    .innerJoin('organization', 'organization.id', 'connection_place.organization_id')
    .selectAll('organization')
    .where('connection_place.connection_id', '=', place('id'))
    .where('organization.deleted_at', 'is', null),
)

const selectPlaces = installationStatement<{ after: string }>('places_of_connections')(({ db, place }) =>
  db
    .selectFrom('connection_place')
    .select('organization_id')
    .distinct()
    .where('organization_id', '>', place('after'))
    .orderBy('organization_id')
    .limit(500),
)

/** A connection with its organization, as the single sign-on meets it. */
export interface FoundConnection {
  readonly scope: OrganizationScope
  readonly organization: Awaited<ReturnType<typeof findPlace>> & object
  readonly row: ConnectionTable
}

async function findPlace(database: Database, id: string) {
  const [organization] = await database.readInstallation('sign-in', selectPlace, { id })
  return organization
}

/** Undefined for an id that is not known, the same for one that was deleted. */
export async function findConnection(database: Database, id: string): Promise<FoundConnection | undefined> {
  if (!/^conn_[0-9a-z]{26}$/.test(id)) return undefined
  const organization = await findPlace(database, id)
  if (organization === undefined) return undefined
  const scope = createScope(organization.id)
  const [row] = await database.readOrganization(scope, selectConnection, { id })
  return row === undefined ? undefined : { scope, organization, row }
}

/** The connection that was imported with this path of its ACS (linking rule 18). */
export async function findConnectionByPath(
  database: Database,
  path: string,
): Promise<FoundConnection | undefined> {
  const [found] = await database.readInstallation('sign-in', selectByPath, { path })
  return found === undefined ? undefined : findConnection(database, found.connection_id)
}

/** In the order of creation. */
export async function listConnections(database: Database, scope: OrganizationScope): Promise<Connection[]> {
  return (await database.readOrganization(scope, selectConnections, {})).map(toConnection)
}

/** The rows that people can sign in with now. */
export async function listUsableConnections(
  database: Database,
  scope: OrganizationScope,
): Promise<readonly ConnectionTable[]> {
  const rows = await database.readOrganization(scope, selectConnections, {})
  return rows.filter((row) => row.active === 1 && row.metadata !== null)
}

/** Whether somebody could sign in; inside a transaction, for the switch to SCIM. */
export async function hasUsableConnection(tx: OrganizationTx): Promise<boolean> {
  return (await tx.all(selectConnections, {})).some((row) => row.active === 1 && row.metadata !== null)
}

/** Throws 404. */
export async function getConnection(
  database: Database,
  scope: OrganizationScope,
  id: string,
): Promise<Connection> {
  const [row] = await database.readOrganization(scope, selectConnection, { id })
  if (row === undefined) throw noConnection()
  return toConnection(row)
}

/** Throws 400 `metadata_invalid`, 409 `connection_incomplete` when it should be active and lacks something. */
export async function createConnection(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  input: NewConnection,
  rules: ConnectionRules,
): Promise<Connection> {
  const metadata = await readSource(input, rules)
  const id = createId('conn', act.at)
  const base = `${rules.url}/saml/${id}`
  const options = {
    ...defaultOptions,
    ...(metadata?.wantsSignedRequests ? { signRequests: true } : {}),
    ...input.options,
  }
  const row: ConnectionTable = {
    organization_id: scope.organizationId,
    id,
    name: input.name,
    identity_provider: input.identityProvider,
    entity_id: input.serviceProvider?.entityId ?? `${base}/metadata`,
    acs_url:
      input.serviceProvider === undefined ? `${base}/acs` : `${rules.url}${input.serviceProvider.acsPath}`,
    metadata: metadata === undefined ? null : JSON.stringify(metadata),
    metadata_url: input.metadataUrl ?? null,
    metadata_fetched_at: input.metadataUrl === undefined ? null : act.at,
    metadata_error: null,
    active: input.active === true ? 1 : 0,
    options: JSON.stringify(options),
    has_sent_groups: 0,
    created_at: act.at,
    updated_at: act.at,
  }
  assertMayBeActive(row)
  const create = database.inOrganization(scope, async (tx) => {
    if ((await tx.all(selectConnections, {})).length >= maxConnections)
      throw new Problem(
        409,
        'too_many_connections',
        `An organization has at most ${maxConnections} connections`,
      )
    tx.write(
      organizationQuery(({ db }) => db.insertInto('connection').values(row)),
      {},
    )
    tx.write(insertPlace, { id, acsPath: input.serviceProvider?.acsPath ?? null })
    const data = { name: row.name, identityProvider: row.identity_provider }
    record(tx, act, { type: 'connection.created', subject: { type: 'connection', id }, data })
  })
  await create.catch((error: unknown) => {
    if (error instanceof StoreConflict && error.constraint === 'acs_path')
      throw new Problem(409, 'acs_path_taken', 'Another connection has this ACS path')
    throw error
  })
  return toConnection(row)
}

/** Changes what is named. Throws 409 `relink_required` where people would be taken for strangers afterwards. */
export async function updateConnection(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
  change: ConnectionChange,
  rules: ConnectionRules,
): Promise<Connection> {
  const metadata = await readSource(change, rules)
  return database.inOrganization(scope, async (tx) => {
    const before = await getForUpdate(tx, id)
    const { options: changedOptions } = change
    const after: ConnectionTable = {
      ...before,
      name: change.name ?? before.name,
      identity_provider: change.identityProvider ?? before.identity_provider,
      active: change.active === undefined ? before.active : change.active ? 1 : 0,
      options:
        changedOptions === undefined
          ? before.options
          : JSON.stringify({ ...parseOptions(before), ...changedOptions }),
      ...(metadata === undefined ? {} : sourceOf(change, metadata, act.at)),
    }
    assertMayBeActive(after)
    await assertIdentitiesHold(tx, before, after)
    return writeChange(tx, act, before, after, 'connection.updated')
  })
}

function sourceOf(
  change: ConnectionChange,
  metadata: IdentityProviderMetadata,
  at: number,
): Pick<ConnectionTable, 'metadata' | 'metadata_url' | 'metadata_fetched_at' | 'metadata_error'> {
  const isFetched = change.metadataUrl !== undefined
  return {
    metadata: JSON.stringify(metadata),
    metadata_url: change.metadataUrl ?? null,
    metadata_fetched_at: isFetched ? at : null,
    metadata_error: null,
  }
}

// Linking rule 11: who a person is hangs on both, so a change is a relink of all, after a preview.
async function assertIdentitiesHold(
  tx: OrganizationTx,
  before: ConnectionTable,
  after: ConnectionTable,
): Promise<void> {
  const isSame =
    parseOptions(before).stableIdAttribute === parseOptions(after).stableIdAttribute &&
    (before.metadata === null || parseMetadata(before)?.entityId === parseMetadata(after)?.entityId)
  if (isSame || (await tx.first(countIdentities, { id: before.id })) === undefined) return
  throw new Problem(
    409,
    'relink_required',
    "People are linked by this connection's entity ID and stable-id attribute: change them with …/relink, which shows first who would be affected",
  )
}

function writeChange(
  tx: OrganizationTx,
  act: Act,
  before: ConnectionTable,
  after: ConnectionTable,
  type: 'connection.updated' | 'connection.metadata_changed',
): Connection {
  const changes = listChanges(before, after)
  const updated = { ...after, updated_at: changes.length === 0 ? before.updated_at : act.at }
  writeRow(tx, updated)
  if (changes.length > 0)
    record(tx, act, { type, subject: { type: 'connection', id: before.id }, data: { changes } })
  return toConnection(updated)
}

/** Every column; used by relinking too. */
export function writeRow(tx: OrganizationTx, row: ConnectionTable): void {
  const { organization_id: _, id, ...columns } = row
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
}

function listChanges(before: ConnectionTable, after: ConnectionTable): Change[] {
  const views = [toConnection(before), toConnection(after)] as const
  const names = [
    'name',
    'identityProvider',
    'active',
    'identityProviderMetadata',
    'identityProviderMetadataUrl',
    'options',
  ] as const
  return names.flatMap((attribute) => {
    const [old, fresh] = [views[0][attribute] ?? null, views[1][attribute] ?? null]
    return JSON.stringify(old) === JSON.stringify(fresh) ? [] : [{ attribute, before: old, after: fresh }]
  })
}

/** Its identities and the sessions that it gave end with it; its people stay. */
export async function deleteConnection(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const { name } = await getForUpdate(tx, id)
    tx.write(deleteSessions, { id })
    tx.write(deleteIdentities, { id })
    tx.write(deletePlace, { id })
    tx.write(deleteRow, { id })
    record(tx, act, { type: 'connection.deleted', subject: { type: 'connection', id }, data: { name } })
  })
}

/** Fetches the metadata again. Throws 409 `no_metadata_url`, 502 when it cannot be had; what worked stays. */
export async function refreshMetadata(
  database: Database,
  scope: OrganizationScope,
  act: Act,
  id: string,
  rules: ConnectionRules,
): Promise<Connection> {
  const [row] = await database.readOrganization(scope, selectConnection, { id })
  if (row === undefined) throw noConnection()
  if (row.metadata_url === null)
    throw new Problem(409, 'no_metadata_url', 'This connection was set up without a metadata URL')
  let fresh: IdentityProviderMetadata | undefined
  let failure: Problem | undefined
  try {
    fresh = await fetchMetadata(row.metadata_url, rules)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    failure = error
  }
  const changed = await database.inOrganization(scope, async (tx) => {
    const before = await getForUpdate(tx, id)
    const isForeign = fresh !== undefined && parseMetadata(before)?.entityId !== fresh.entityId
    if (isForeign && (await tx.first(countIdentities, { id })) !== undefined)
      failure = new Problem(
        409,
        'relink_required',
        'The metadata now has another entity ID: change it with …/relink',
      )
    return failure === undefined && fresh !== undefined
      ? writeChange(
          tx,
          act,
          before,
          { ...before, ...sourceOf({ metadataUrl: row.metadata_url as string }, fresh, act.at) },
          'connection.metadata_changed',
        )
      : noteFailure(tx, act, before, failure?.message ?? '')
  })
  if (failure !== undefined && act.actor.kind !== 'system') throw failure
  return changed
}

// Recorded once, when it begins to fail; the list shows the reason until it works again.
function noteFailure(tx: OrganizationTx, act: Act, before: ConnectionTable, reason: string): Connection {
  const after = { ...before, metadata_error: reason, metadata_fetched_at: act.at }
  writeRow(tx, after)
  const subject = { type: 'connection', id: before.id } as const
  if (before.metadata_error === null)
    record(tx, act, { type: 'connection.metadata_failed', subject, data: { reason } })
  return toConnection(after)
}

/** Visits every connection with a metadata URL that was last fetched a day ago. */
export async function refreshDueMetadata(
  database: Database,
  rules: ConnectionRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const act: Act = { actor: { kind: 'system', job: 'refresh metadata' }, at: now, context: null }
  for (let after = ''; !isStopping(); ) {
    const page = await database.readInstallation('jobs', selectPlaces, { after })
    for (const { organization_id: id } of page) {
      const scope = createScope(id)
      const rows = await database.readOrganization(scope, selectConnections, {})
      const due = rows.filter(
        (row) => row.metadata_url !== null && now - (row.metadata_fetched_at ?? 0) >= 86_400_000,
      )
      for (const row of due) await refreshMetadata(database, scope, act, row.id, rules)
    }
    const last = page.at(-1)
    if (last === undefined) return
    after = last.organization_id
  }
}

type Source = Partial<
  Pick<NewConnection, 'metadataUrl' | 'metadataXml' | 'entityId' | 'ssoUrl' | 'certificates'>
>

/** From whichever of the three ways was used; undefined when none was. Throws 400. */
export async function readSource(
  source: Source,
  rules: ConnectionRules,
): Promise<IdentityProviderMetadata | undefined> {
  const { metadataUrl, metadataXml, entityId, ssoUrl, certificates } = source
  const isManual = entityId !== undefined || ssoUrl !== undefined || certificates !== undefined
  const ways = [metadataUrl !== undefined, metadataXml !== undefined, isManual].filter(Boolean).length
  if (ways === 0) return undefined
  if (ways > 1)
    throw new Problem(
      400,
      'invalid_request',
      'Send metadataUrl, or metadataXml, or entityId with ssoUrl and certificates: one of the three',
    )
  if (metadataUrl !== undefined) return fetchMetadata(metadataUrl, rules)
  if (metadataXml !== undefined) return read(() => readIdentityProviderMetadata(metadataXml, rules.isDev))
  if (entityId === undefined || ssoUrl === undefined || certificates === undefined)
    throw new Problem(
      400,
      'invalid_request',
      'By hand, entityId, ssoUrl and certificates are needed together',
    )
  return read(() => toIdentityProviderMetadata({ entityId, ssoUrl, certificates }, rules.isDev))
}

async function fetchMetadata(url: string, rules: ConnectionRules): Promise<IdentityProviderMetadata> {
  let text: string
  try {
    text = await rules.fetchMetadata(url)
  } catch (error) {
    if (error instanceof OutboundError)
      throw new Problem(400, 'metadata_unreachable', `The metadata URL cannot be used: ${error.message}`)
    throw error
  }
  return read(() => readIdentityProviderMetadata(text, rules.isDev))
}

function read(work: () => IdentityProviderMetadata): IdentityProviderMetadata {
  try {
    return work()
  } catch (error) {
    if (error instanceof MetadataError) throw new Problem(400, 'metadata_invalid', error.message)
    throw error
  }
}

function assertMayBeActive(row: ConnectionTable): void {
  if (row.active === 1 && row.metadata === null)
    throw new Problem(
      409,
      'connection_incomplete',
      'The connection cannot be active yet: the identity provider is missing (metadataUrl, metadataXml, or entityId with ssoUrl and certificates)',
    )
}

/** The row, locked until COMMIT; throws 404. */
export async function getForUpdate(tx: OrganizationTx, id: string): Promise<ConnectionTable> {
  const row = await tx.first(selectForUpdate, { id })
  if (row === undefined) throw noConnection()
  return row
}

/** From the first groups claim on, a missing one means no groups (linking rule 13). */
export function noteGroups(tx: OrganizationTx, id: string): void {
  tx.write(markGroups, { id })
}

function noConnection(): Problem {
  return new Problem(404, 'not_found', 'There is no such connection')
}

/** Null until the identity provider is known. */
export function parseMetadata(row: ConnectionTable): IdentityProviderMetadata | null {
  return row.metadata === null ? null : (JSON.parse(row.metadata) as IdentityProviderMetadata)
}

export function parseOptions(row: ConnectionTable): ConnectionOptions {
  return { ...defaultOptions, ...(JSON.parse(row.options) as Partial<ConnectionOptions>) }
}

export function toConnection(row: ConnectionTable): Connection {
  const metadata = parseMetadata(row)
  return {
    id: row.id,
    name: row.name,
    identityProvider: row.identity_provider as Connection['identityProvider'],
    entityId: row.entity_id,
    acsUrl: row.acs_url,
    metadataUrl: toMetadataUrl(row),
    identityProviderMetadata:
      metadata === null
        ? null
        : {
            entityId: metadata.entityId,
            ssoUrl: metadata.ssoUrl,
            sloUrl: metadata.sloUrl,
            certificates: metadata.certificates.map((pem) => {
              const { fingerprint, notAfter } = describeCertificate(pem)
              return { fingerprint, notAfter: toTime(notAfter) }
            }),
          },
    identityProviderMetadataUrl: row.metadata_url,
    metadataFetchedAt: toNullableTime(row.metadata_fetched_at),
    metadataError: row.metadata_error,
    isSetupComplete: metadata !== null,
    missing: metadata === null ? ['identity_provider'] : [],
    active: row.active === 1,
    options: parseOptions(row),
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
  }
}

// Our entity ID is the address of our metadata, except where it was brought along from elsewhere.
function toMetadataUrl(row: ConnectionTable): string {
  return row.acs_url.endsWith(`/saml/${row.id}/acs`)
    ? row.entity_id
    : `${new URL(row.acs_url).origin}/saml/${row.id}/metadata`
}
