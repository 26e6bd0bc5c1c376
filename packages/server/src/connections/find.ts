// Finds connections: by the id or the path that a browser comes with, and inside an organization.

import type { Connection } from '@rollcall/api'
import { Problem } from '../http/problem.ts'
import { isLiving, organizationRows } from '../organizations/joined.ts'
import { renderIdentityProviderMetadata } from '../saml/render-metadata.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'
import {
  isUsableNow,
  noConnection,
  parseMetadata,
  selectConnection,
  selectConnections,
  toConnection,
} from './rows.ts'

const selectPlace = installationStatement<{ id: string }>('place_of_connection')(({ db, place }) =>
  db
    .selectFrom('connection_place')
    .innerJoin(organizationRows, 'organization.id', 'connection_place.organization_id')
    .selectAll('organization')
    .where('connection_place.connection_id', '=', place('id'))
    .where(isLiving),
)

const selectByPath = installationStatement<{ path: string }>('connection_by_acs_path')(({ db, place }) =>
  db.selectFrom('connection_place').select('connection_id').where('acs_path', '=', place('path')),
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
  return rows.filter(isUsableNow)
}

/** Whether somebody could sign in; inside a transaction, for the switch to SCIM. */
export async function hasUsableConnection(tx: OrganizationTx): Promise<boolean> {
  return (await tx.all(selectConnections, {})).some(isUsableNow)
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

/** What is known of the identity provider, as SAML metadata. Throws 404, also while nothing is known, and of OpenID Connect. */
export async function renderMetadataOf(
  database: Database,
  scope: OrganizationScope,
  id: string,
): Promise<string> {
  const [row] = await database.readOrganization(scope, selectConnection, { id })
  if (row === undefined) throw noConnection()
  const metadata = parseMetadata(row)
  if (metadata === null) throw new Problem('not_found', 'The connection has no SAML metadata')
  return renderIdentityProviderMetadata(metadata)
}
