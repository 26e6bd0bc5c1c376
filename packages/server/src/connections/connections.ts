// The room `server/connections`: an organization's trust in one identity provider. What is stored was read and checked before.
//
// 1. `metadata-source` fetches SAML metadata, or `openid-source` an issuer's discovery document.
// 2. What is trusted becomes one value with a digest: the trust anchor (`anchor`, `anchor-rows`). Changing one is `anchors`' business.
// 3. `find` gives the connection to a browser that comes with its id.
// 4. `ties` says which connection speaks for a domain and for the directory.
// 5. `service-keys` are our own key pairs. `refusals` and `option-rules` say what a caller may not do.
//
// Connections: one organization's trust in one identity provider. Valid by construction: what is stored has been read and
// checked. Owns how they are made, changed and deleted.

import type { Connection, ConnectionChange, ConnectionOptions, NewConnection } from '@rollcall/api'
import { toActorId } from '../base/actor.ts'
import { createId } from '../base/id.ts'
import { describePlaces, placesFor } from '../base/places.ts'
import { isAtLeast, toAnchorRung } from '../base/rung.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { administratorRequired, isHandedOver, noteHandOver } from '../organizations/hand-over.ts'
import { clearNeed, clearNeedsOfConnection } from '../organizations/needs.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'
import { keepIdentitiesOfConnection } from '../users/kept-names.ts'
import { inUnitOfLinked, removeIdentitiesOf } from '../users/linked-people.ts'
import { anchorOf, toWord } from './anchor.ts'
import { removeVersions } from './anchor-rows.ts'
import { endThroughConnection } from './ends.ts'
import { assertEntityName } from './entity-name.ts'
import { type ConnectionRules, readSource } from './metadata-source.ts'
import { readOpenIdSource } from './openid-source.ts'
import { listRefusing, loosens } from './option-rules.ts'
import { assertTakesNoOwnersWayIn } from './owners.ts'
import { deletePlace, insertPlace } from './places.ts'
import { listForContact } from './refusals.ts'
import {
  defaultOptions,
  getForUpdate,
  isComplete,
  isUsableNow,
  maxConnections,
  parseOptions,
  selectConnections,
  toConnection,
} from './rows.ts'
import { takeWhenFirst, untieConnection } from './ties.ts'

const deleteRow = organizationStatement<{ id: string }>('delete_connection')(
  ({ db, place, organizationId }) =>
    db.deleteFrom('connection').where('organization_id', '=', organizationId).where('id', '=', place('id')),
)

const persistent = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

interface FoundSource {
  readonly id: string
  readonly organizationId: string
  /** What was read of SAML metadata, and of an OpenID provider; undefined where none was given. */
  readonly metadata: Awaited<ReturnType<typeof readSource>>
  readonly issuer: Awaited<ReturnType<typeof readOpenIdSource>> | undefined
  /** Public base URL. */
  readonly url: string
}

function toNewRow(
  act: Act,
  input: NewConnection,
  { id, organizationId, metadata, issuer, url }: FoundSource,
): ConnectionTable {
  const isOpenId = input.protocol === 'oidc'
  const base = `${url}/saml/${id}`
  const options = {
    ...defaultOptions,
    // Some send a transient name where nothing is asked for, which is another one at each sign-in.
    ...(input.identityProvider === 'generic' && !isOpenId ? { nameIdFormat: persistent } : {}),
    ...(metadata?.wantsSignedRequests ? { signRequests: true } : {}),
    ...input.options,
  }
  return {
    organization_id: organizationId,
    id,
    name: input.name,
    identity_provider: input.identityProvider,
    entity_id: input.serviceProvider?.entityId ?? `${base}/metadata`,
    acs_url: isOpenId
      ? `${url}/sso/callback/${id}`
      : input.serviceProvider === undefined
        ? `${base}/acs`
        : `${url}${input.serviceProvider.acsPath}`,
    metadata: metadata === undefined ? null : JSON.stringify(metadata),
    metadata_url: input.metadataUrl ?? null,
    metadata_fetched_at: input.metadataUrl === undefined ? null : act.at,
    metadata_error: null,
    active: input.isActive === true ? 1 : 0,
    options: JSON.stringify(options),
    protocol: isOpenId ? 'oidc' : 'saml',
    oidc: issuer?.oidc ?? null,
    client_secret: issuer?.client_secret ?? null,
    has_sent_groups: 0,
    anchor_number: 1,
    anchor_count: 1,
    anchor_rung: toAnchorRung(act.rung),
    anchor_url_rung: toAnchorRung(act.rung),
    anchor_put: JSON.stringify(toWord(act)),
    anchor_confirmed: null,
    follows_directory: 0,
    first_enabled_at: input.isActive === true ? act.at : null,
    maker_id: act.actor.kind === 'operator' ? null : toActorId(act.actor),
    maker_rung: act.rung,
    relink_preview: null,
    tests: null,
    sessions_ended_at: null,
    created_at: act.at,
    updated_at: act.at,
  }
}

/** Throws 400 `metadata_invalid`, 409 `connection_incomplete` when it should be active and lacks something. */
export async function createConnection(
  { database, scope, act }: OrganizationAct,
  input: NewConnection,
  rules: ConnectionRules,
): Promise<Connection> {
  const isOpenId = input.protocol === 'oidc'
  assertProtocol(isOpenId, input)
  const metadata = await readSource(input, rules)
  const id = createId('conn', act.at)
  const place = { organization_id: scope.organizationId, id, client_secret: null, oidc: null }
  const issuer = input.oidc === undefined ? undefined : await readOpenIdSource(input.oidc, place, rules)
  const row = toNewRow(act, input, {
    id,
    organizationId: scope.organizationId,
    metadata,
    issuer,
    url: rules.url,
  })
  const anchor = anchorOf(row)
  if (anchor !== null) assertEntityName(null, anchor)
  assertMayBeActive(row)
  const create = database.inOrganization(scope, async (tx) => {
    if ((await tx.all(selectConnections, {})).length >= placesFor(act.rung, maxConnections))
      throw new Problem('too_many_connections', describePlaces(act.rung, maxConnections, 'connections'), {
        parameters: { limit: placesFor(act.rung, maxConnections) },
      })
    if (row.active === 1) Object.assign(row, await takeWhenFirst(tx, act, id))
    const isContact = !isAtLeast(act.rung, 'administrator')
    if (isContact && loosens(defaultOptions, parseOptions(row)) && (await isHandedOver(tx)))
      throw administratorRequired('loosen what a connection accepts')
    if (!isContact && isComplete(row)) noteHandOver(tx, act.at)
    tx.write(
      organizationQuery(({ db }) => db.insertInto('connection').values(row)),
      {},
    )
    const isUsable = isUsableNow(row) ? 1 : 0
    tx.write(insertPlace, { id, acsPath: input.serviceProvider?.acsPath ?? null, isUsable })
    const data = { name: row.name, identityProvider: row.identity_provider }
    record(tx, act, { type: 'connection.created', subject: { type: 'connection', id }, data })
  })
  await create.catch((error: unknown) => {
    if (error instanceof StoreConflict && error.constraint === 'acs_path')
      throw new Problem('acs_path_taken', 'Another connection has this ACS path')
    throw error
  })
  return toConnection(row)
}

/**
 * The row with whatever of a change is no trust anchor: name, vendor, on or off, the other options. Throws 403
 * `administrator_required` for what a contact may not change any more, `owner_required` where an owner signs in by it.
 */
export async function changePlain(
  tx: OrganizationTx,
  act: Act,
  before: ConnectionTable,
  change: ConnectionChange,
): Promise<ConnectionTable> {
  const { stableIdAttribute: _, nameIdFormat: __, ...options } = change.options ?? {}
  const isEnabled = change.isActive === true && before.active === 0
  const after: ConnectionTable = {
    ...before,
    ...(isEnabled ? await takeWhenFirst(tx, act, before.id) : {}),
    name: change.name ?? before.name,
    identity_provider: change.identityProvider ?? before.identity_provider,
    active: change.isActive === undefined ? before.active : change.isActive ? 1 : 0,
    first_enabled_at: isEnabled ? (before.first_enabled_at ?? act.at) : before.first_enabled_at,
    options: JSON.stringify({ ...parseOptions(before), ...options }),
  }
  if (!isAtLeast(act.rung, 'administrator')) await assertContactMay(tx, act, before, after)
  if (before.active === 1 && after.active === 0)
    await assertTakesNoOwnersWayIn(tx, act, before.id, 'switches it off')
  await assertStillTakes(tx, act, before, parseOptions(after))
  return after
}

// Whatever could keep out people who come in today is like switching off.
async function assertStillTakes(
  tx: OrganizationTx,
  act: Act,
  row: ConnectionTable,
  after: ConnectionOptions,
): Promise<void> {
  for (const what of listRefusing(parseOptions(row), after))
    await assertTakesNoOwnersWayIn(tx, act, row.id, what)
}

async function assertContactMay(
  tx: OrganizationTx,
  act: Act,
  before: ConnectionTable,
  after: ConnectionTable,
): Promise<void> {
  const refused = await listForContact(tx, act, before)
  const [old, fresh] = [parseOptions(before), parseOptions(after)]
  if (before.active === 1 && after.active === 0 && refused.switchOff)
    throw administratorRequired('switch a connection off')
  if (before.active === 0 && after.active === 1 && refused.switchOn)
    throw administratorRequired('switch this connection on')
  if (refused.loosen && loosens(old, fresh)) throw administratorRequired('loosen what a connection accepts')
  const isChanged =
    before.name !== after.name ||
    before.identity_provider !== after.identity_provider ||
    JSON.stringify(old) !== JSON.stringify(fresh)
  if (refused.change && isChanged)
    throw administratorRequired('change a connection that an administrator answers for')
}

/** Its identities and the sessions that it gave end with it; its people stay. Throws 403 `owner_required`. */
export async function deleteConnection({ database, scope, act }: OrganizationAct, id: string): Promise<void> {
  await inUnitOfLinked(database, scope, id, async (tx) => {
    const row = await getForUpdate(tx, id)
    const { name } = row
    const isContact = !isAtLeast(act.rung, 'administrator')
    if (isContact && (await listForContact(tx, act, row)).delete)
      throw administratorRequired(
        'delete a connection that people sign in by, or that another set-up link made',
      )
    await assertTakesNoOwnersWayIn(tx, act, id, 'deletes it')
    await endThroughConnection(tx, act, { connectionId: id }, 'connection_deleted')
    await keepIdentitiesOfConnection(tx, id, act.at)
    await removeIdentitiesOf(tx, id)
    removeVersions(tx, id)
    tx.write(deletePlace, { id })
    await untieConnection(tx, act, id)
    clearNeed(tx, { kind: 'staged', subjectId: id })
    clearNeedsOfConnection(tx, id, 'gone')
    tx.write(deleteRow, { id })
    record(tx, act, { type: 'connection.deleted', subject: { type: 'connection', id }, data: { name } })
  })
}

/** Throws 400 where a change speaks the other protocol. */
export function assertProtocol(isOpenId: boolean, input: NewConnection | ConnectionChange): void {
  const { metadataUrl, metadataXml, entityId, ssoUrl, certificates, oidc } = input
  const hasSaml = [metadataUrl, metadataXml, entityId, ssoUrl, certificates].some((one) => one !== undefined)
  const hasOld = 'serviceProvider' in input && input.serviceProvider !== undefined
  if (isOpenId ? hasSaml || hasOld : oidc !== undefined)
    throw new Problem(
      'invalid_request',
      isOpenId
        ? 'An OpenID Connect connection takes oidc, and no SAML metadata'
        : 'oidc belongs to protocol oidc',
    )
}

/** Throws 409 `connection_incomplete`. */
export function assertMayBeActive(row: ConnectionTable): void {
  if (row.active === 1 && !isComplete(row))
    throw new Problem(
      'connection_incomplete',
      'The connection cannot be active yet: the identity provider is missing (metadataUrl, metadataXml, or entityId with ssoUrl and certificates; oidc for OpenID Connect)',
    )
}
