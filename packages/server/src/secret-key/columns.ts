// Every column that holds a sealed text, and where each is bound to: what a rotation seals anew. A column that is missing here
// would be lost with the old key, so that test/security/secret-rotation.test.ts looks for sealed texts in the whole store.
import { sql } from 'kysely'
import { type Keyring, readKeyId, sealedPrefix } from '../base/envelope.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import type { Reach, Statement } from '../store/statement.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

interface SliceArgs {
  /** LIKE pattern of what needs nothing. */
  readonly done: string
  readonly after: string
  readonly afterNumber: number
}
interface SwapArgs {
  readonly id: string
  readonly number: number
  readonly before: string
  readonly sealed: string
}
interface SealedRow {
  readonly id: string
  readonly number: number
  readonly sealed: string | null
}
interface KeyCount {
  readonly key: string | null
  readonly rows: number | string | bigint
}

/** One column. A swap writes only where the row still holds what was read, so that nobody's change is lost. */
export interface SealedColumn<R extends Reach> {
  readonly name: string
  readonly slice: Statement<R, SliceArgs, SealedRow>
  readonly swap: Statement<R, SwapArgs, unknown>
  readonly counts: Statement<R, Record<never, never>, KeyCount>
  readonly placeOf: (organizationId: string, id: string) => string
}

const sliceRows = 100
const keyOf = (column: string) => sql<string | null>`substr(${sql.ref(column)}, 4, 8)`
const rowsOf = sql<number>`count(*)`

const signingKeys: SealedColumn<'installation'> = {
  name: 'signing_key.private_key',
  placeOf: (_, id) => `signing_key/${id}`,
  slice: installationStatement<SliceArgs>('sealed_signing_keys')(({ db, place }) =>
    db
      .selectFrom('signing_key')
      .select(['id', sql<number>`0`.as('number'), 'private_key as sealed'])
      .where('id', '>', place('after'))
      .where('private_key', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: installationStatement<SwapArgs>('reseal_signing_key')(({ db, place }) =>
    db
      .updateTable('signing_key')
      .set({ private_key: place('sealed') })
      .where('id', '=', place('id'))
      .where('private_key', '=', place('before')),
  ),
  counts: installationStatement('count_sealed_signing_keys')(({ db }) =>
    db
      .selectFrom('signing_key')
      .select([keyOf('private_key').as('key'), rowsOf.as('rows')])
      .groupBy('key'),
  ),
}

const webhookEndpoints: SealedColumn<'installation'> = {
  name: 'webhook_endpoint.secrets',
  placeOf: (_, id) => `webhook_endpoint/${id}`,
  slice: installationStatement<SliceArgs>('sealed_webhook_endpoints')(({ db, place }) =>
    db
      .selectFrom('webhook_endpoint')
      .select(['id', sql<number>`0`.as('number'), 'secrets as sealed'])
      .where('id', '>', place('after'))
      .where('secrets', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: installationStatement<SwapArgs>('reseal_webhook_endpoint')(({ db, place }) =>
    db
      .updateTable('webhook_endpoint')
      .set({ secrets: place('sealed') })
      .where('id', '=', place('id'))
      .where('secrets', '=', place('before')),
  ),
  counts: installationStatement('count_sealed_webhook_endpoints')(({ db }) =>
    db
      .selectFrom('webhook_endpoint')
      .select([keyOf('secrets').as('key'), rowsOf.as('rows')])
      .groupBy('key'),
  ),
}

const oidcRecords: SealedColumn<'installation'> = {
  name: 'oidc_record.payload',
  placeOf: (_, id) => `oidc/${id}`,
  slice: installationStatement<SliceArgs>('sealed_oidc_records')(({ db, place }) =>
    db
      .selectFrom('oidc_record')
      .select(['id', sql<number>`0`.as('number'), 'payload as sealed'])
      .where('id', '>', place('after'))
      .where('payload', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: installationStatement<SwapArgs>('reseal_oidc_record')(({ db, place }) =>
    db
      .updateTable('oidc_record')
      .set({ payload: place('sealed') })
      .where('id', '=', place('id'))
      .where('payload', '=', place('before')),
  ),
  counts: installationStatement('count_sealed_oidc_records')(({ db }) =>
    db
      .selectFrom('oidc_record')
      .select([keyOf('payload').as('key'), rowsOf.as('rows')])
      .groupBy('key'),
  ),
}

const serviceKeys: SealedColumn<'organization'> = {
  name: 'service_key.private_key',
  placeOf: (organizationId, id) => `service_key/${organizationId}/${id}`,
  slice: organizationStatement<SliceArgs>('sealed_service_keys')(({ db, place, organizationId }) =>
    db
      .selectFrom('service_key')
      .select(['id', sql<number>`0`.as('number'), 'private_key as sealed'])
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .where('private_key', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: organizationStatement<SwapArgs>('reseal_service_key')(({ db, place, organizationId }) =>
    db
      .updateTable('service_key')
      .set({ private_key: place('sealed') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('private_key', '=', place('before')),
  ),
  counts: organizationStatement('count_sealed_service_keys')(({ db, organizationId }) =>
    db
      .selectFrom('service_key')
      .select([keyOf('private_key').as('key'), rowsOf.as('rows')])
      .where('organization_id', '=', organizationId)
      .groupBy('key'),
  ),
}

const connections: SealedColumn<'organization'> = {
  name: 'connection.client_secret',
  placeOf: (organizationId, id) => `connection/${organizationId}/${id}`,
  slice: organizationStatement<SliceArgs>('sealed_connections')(({ db, place, organizationId }) =>
    db
      .selectFrom('connection')
      .select(['id', sql<number>`0`.as('number'), 'client_secret as sealed'])
      .where('organization_id', '=', organizationId)
      .where('id', '>', place('after'))
      .where('client_secret', 'not like', place('done'))
      .orderBy('id')
      .limit(sliceRows),
  ),
  swap: organizationStatement<SwapArgs>('reseal_connection')(({ db, place, organizationId }) =>
    db
      .updateTable('connection')
      .set({ client_secret: place('sealed') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('client_secret', '=', place('before')),
  ),
  counts: organizationStatement('count_sealed_connections')(({ db, organizationId }) =>
    db
      .selectFrom('connection')
      .select([keyOf('client_secret').as('key'), rowsOf.as('rows')])
      .where('organization_id', '=', organizationId)
      .where('client_secret', 'is not', null)
      .groupBy('key'),
  ),
}

// Staged and withdrawn anchors: sealed to the connection's own place, so that they move into it as they are.
const anchorVersions: SealedColumn<'organization'> = {
  name: 'anchor_version.client_secret',
  placeOf: connections.placeOf,
  slice: organizationStatement<SliceArgs>('sealed_anchor_versions')(({ db, place, organizationId }) =>
    db
      .selectFrom('anchor_version')
      .select(['connection_id as id', 'number', 'client_secret as sealed'])
      .where('organization_id', '=', organizationId)
      .where((on) =>
        on.or([
          on('connection_id', '>', place('after')),
          on.and([on('connection_id', '=', place('after')), on('number', '>', place('afterNumber'))]),
        ]),
      )
      .where('client_secret', 'not like', place('done'))
      .orderBy('connection_id')
      .orderBy('number')
      .limit(sliceRows),
  ),
  swap: organizationStatement<SwapArgs>('reseal_anchor_version')(({ db, place, organizationId }) =>
    db
      .updateTable('anchor_version')
      .set({ client_secret: place('sealed') })
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('id'))
      .where('number', '=', place('number'))
      .where('client_secret', '=', place('before')),
  ),
  counts: organizationStatement('count_sealed_anchor_versions')(({ db, organizationId }) =>
    db
      .selectFrom('anchor_version')
      .select([keyOf('client_secret').as('key'), rowsOf.as('rows')])
      .where('organization_id', '=', organizationId)
      .where('client_secret', 'is not', null)
      .groupBy('key'),
  ),
}

/** Those of tables of the installation. */
export const installationColumns = [signingKeys, webhookEndpoints, oidcRecords]
/** Those of tables of organizations. */
export const organizationColumns = [serviceKeys, connections, anchorVersions]

/** After which row a slice begins. */
export interface From {
  readonly after: string
  readonly afterNumber: number
}

/** Some rows of a column, sealed anew. */
export interface Slice {
  /** What is to be written; each only where the row still holds what was read. */
  readonly swaps: readonly SwapArgs[]
  /** Neither this process's keys nor its place open them: they stay as they are. */
  readonly unreadable: number
  /** Where the next slice begins; undefined after the last. */
  readonly next: From | undefined
}

/** Opens the rows of a slice and seals them with the key that seals now. */
export function resealRows(
  rows: readonly SealedRow[],
  placeOf: SealedColumn<Reach>['placeOf'],
  ring: Keyring,
  organizationId: string,
): Slice {
  const swaps = rows.flatMap((row): SwapArgs[] => {
    const before = row.sealed ?? ''
    const place = placeOf(organizationId, row.id)
    const plain = ring.knows(readKeyId(before)) ? tryOpen(ring, before, place) : undefined
    if (plain === undefined) return []
    return [{ id: row.id, number: Number(row.number), before, sealed: ring.seal(plain, place) }]
  })
  const last = rows.length < sliceRows ? undefined : rows.at(-1)
  const next = last === undefined ? undefined : { after: last.id, afterNumber: Number(last.number) }
  return { swaps, unreadable: rows.length - swaps.length, next }
}

/** What a slice is asked with: rows behind `from` that another key sealed than the one that seals now. */
export function sliceArgs(ring: Keyring, from: From): SliceArgs {
  return { ...from, done: `${sealedPrefix(ring.keyIds[0] as string)}%` }
}

function tryOpen(ring: Keyring, sealed: string, place: string): string | undefined {
  try {
    return ring.open(sealed, place)
  } catch {
    return undefined
  }
}

/** Adds to `counts` how many texts of the installation each key seals. */
export async function countInstallation(database: Database, counts: Map<string, number>): Promise<void> {
  for (const column of installationColumns)
    addCounts(counts, await database.readInstallation('settings', column.counts, {}))
}

/** Adds to `counts` how many texts of an organization each key seals. */
export async function countOrganization(
  database: Database,
  scope: OrganizationScope,
  counts: Map<string, number>,
): Promise<void> {
  for (const column of organizationColumns)
    addCounts(counts, await database.readOrganization(scope, column.counts, {}))
}

function addCounts(counts: Map<string, number>, rows: readonly KeyCount[]): void {
  for (const { key, rows: count } of rows) counts.set(key ?? '', (counts.get(key ?? '') ?? 0) + Number(count))
}
