// The room `server/organizations`: the customers of the operator, their domains and their rules. Keys, people and connections belong to the
// rooms above.
//
// 1. The operator creates an organization; its slug names it in addresses, its id everywhere else.
// 2. An administrator adds a domain; `domains` looks for the TXT record and keeps looking.
// 3. `mappings` keeps the rules that `mapping` carries out.
// 4. After `hand-over`, a set-up link changes only what nobody above has confirmed.
// 5. A deleted organization is gone at once; `purge` removes its rows a slice at a time. `needs` says what waits for the operator.
//
// Organizations: the tenants of an installation. Owns their row and its rules; not their keys, people or mode.

import {
  defaultDeprovisionGuard,
  type NewOrganization,
  type Organization,
  type OrganizationChange,
} from '@rollcall/api'
import { toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import type { Change } from '../events/catalog.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { queueAllSignOuts } from '../holdings/sign-outs.ts'
import { Problem } from '../http/problem.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import { StoreConflict } from '../store/errors.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { installationStatement, organizationQuery, organizationStatement } from '../store/statement.ts'

/** An organization that is there. */
export interface FoundOrganization {
  readonly scope: OrganizationScope
  readonly row: OrganizationTable
}

const insertOrganization = organizationStatement<{
  name: string
  slug: string
  scimEnabled: 0 | 1
  requireSso: 0 | 1
  at: number
}>('insert_organization')(({ db, place, organizationId }) =>
  db.insertInto('organization').values({
    id: organizationId,
    name: place('name'),
    slug: place('slug'),
    scim_enabled: place('scimEnabled'),
    require_sso: place('requireSso'),
    provisioning_mode: 'manual',
    scim_since: null,
    default_role: 'member',
    seat_limit: null,
    unknown_sign_ins: 'create',
    unclaimed_delete: 'deactivate',
    same_address: 'tell',
    origins: '[]',
    attribute_mapping: '{}',
    role_mappings: '[]',
    schema_extensions: '[]',
    ownerless_at: null,
    default_application: null,
    deprovision_guard: JSON.stringify(defaultDeprovisionGuard),
    owner_recovery: 'mail',
    created_at: place('at'),
    updated_at: place('at'),
    deleted_at: null,
  }),
)

const selectBySlug = installationStatement<{ slug: string }>('organization_by_slug')(({ db, place }) =>
  db.selectFrom('organization').selectAll().where('slug', '=', place('slug')).where('deleted_at', 'is', null),
)

const selectOwn = organizationStatement('organization_itself')(({ db, organizationId }) =>
  db.selectFrom('organization').selectAll().where('id', '=', organizationId).where('deleted_at', 'is', null),
)
const selectOwnForUpdate = organizationStatement('organization_to_change')(
  ({ db, organizationId, dialect }) => {
    const own = db
      .selectFrom('organization')
      .selectAll()
      .where('id', '=', organizationId)
      .where('deleted_at', 'is', null)
    return dialect.lock(own)
  },
)

const markDeleted = organizationStatement<{ at: number }>('organization_delete')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('organization')
      .set({ deleted_at: place('at'), updated_at: place('at') })
      .where('id', '=', organizationId),
)

/** Everything by which anybody could still reach the organization, and what is kept beside its own tables. */
export const reachable = [
  'api_key_secret',
  'oauth_client',
  'session',
  'link_secret',
  'connection_place',
  'verified_domain',
  'organization_health',
  'webhook_subscription',
  'oidc_record',
  'oidc_account',
  'application_use',
  'application_sign_in',
  'operator_need',
  'gathered_notice',
] as const
const deleteReachable = reachable.map((table) =>
  organizationStatement(`organization_delete_${table}`)(({ db, organizationId }) =>
    db.deleteFrom(table).where('organization_id', '=', organizationId),
  ),
)

/** The organization with this slug; undefined for one that is not there, and the same for one that never was. */
export async function findOrganization(
  database: Database,
  slug: string,
): Promise<FoundOrganization | undefined> {
  const [row] = await database.readInstallation('organizations', selectBySlug, { slug })
  return row === undefined ? undefined : { scope: createScope(row.id), row }
}

/** The same; throws 404. */
export async function getOrganization(database: Database, slug: string): Promise<FoundOrganization> {
  const found = await findOrganization(database, slug)
  if (found === undefined) throw new Problem('not_found', 'There is no such organization')
  return found
}

/** Throws 409 `slug_taken`. */
export async function createOrganization(
  database: Database,
  act: Act,
  input: NewOrganization,
): Promise<Organization> {
  const scope = createScope(createId('org', act.at))
  const { name, slug, isScimEnabled, requireSso, ...more } = input
  // What an organization may begin with is written here, or does not compile.
  more satisfies Record<string, never>
  try {
    await database.inOrganization(scope, async (tx) => {
      tx.write(insertOrganization, {
        ...{ name, slug, at: act.at },
        scimEnabled: isScimEnabled ? 1 : 0,
        requireSso: requireSso ? 1 : 0,
      })
      const subject = { type: 'organization', id: scope.organizationId } as const
      record(tx, act, { type: 'organization.created', subject, data: { name, slug } })
    })
  } catch (error) {
    throw slugConflict(error, slug)
  }
  return toOrganization((await getOrganization(database, slug)).row)
}

function slugConflict(error: unknown, slug: string): unknown {
  if (!(error instanceof StoreConflict) || error.constraint !== 'organization_slug') return error
  return new Problem('slug_taken', `Another organization has the slug ${slug}`)
}

const columns = {
  name: 'name',
  origins: 'origins',
  defaultRole: 'default_role',
  isScimEnabled: 'scim_enabled',
  requireSso: 'require_sso',
  seatLimit: 'seat_limit',
  defaultApplication: 'default_application',
  ownerRecovery: 'owner_recovery',
} as const satisfies Record<keyof OrganizationChange, keyof OrganizationTable>

/** Events keep the words that they have had from the first. */
const inEvents: Readonly<Record<string, string>> = { isScimEnabled: 'scimEnabled' }

/** Changes what is named, records before and after; nothing is written when nothing differs. */
export async function updateOrganization(
  { database, scope, act }: OrganizationAct,
  change: OrganizationChange,
): Promise<Organization> {
  return database.inOrganization(scope, async (tx) => {
    const before = await getOwnForUpdate(tx)
    const after: OrganizationTable = { ...before }
    for (const [name, column] of Object.entries(columns)) {
      const value = change[name as keyof OrganizationChange]
      if (value !== undefined) Object.assign(after, { [column]: toColumn(value) })
    }
    const changes = listChanges(toOrganization(before), toOrganization(after))
    if (changes.length === 0) return toOrganization(before)
    const updated = { ...after, updated_at: act.at }
    tx.write(
      organizationQuery(({ db, organizationId }) =>
        db.updateTable('organization').set(updated).where('id', '=', organizationId),
      ),
      {},
    )
    record(tx, act, {
      type: 'organization.updated',
      subject: { type: 'organization', id: before.id },
      data: { changes },
    })
    return toOrganization(updated)
  })
}

function toColumn(value: OrganizationChange[keyof OrganizationChange]): string | number | null | undefined {
  if (Array.isArray(value)) return JSON.stringify(value)
  return typeof value === 'boolean' ? Number(value) : (value as string | number | null | undefined)
}

function listChanges(before: Organization, after: Organization): Change[] {
  return Object.keys(columns).flatMap((attribute) => {
    const name = attribute as keyof OrganizationChange
    return JSON.stringify(before[name]) === JSON.stringify(after[name])
      ? []
      : [{ attribute: inEvents[attribute] ?? attribute, before: before[name], after: after[name] }]
  })
}

/** Its keys, sessions, links and connections stop at once and its slug is free at once; a job removes the rows. Throws 409 unless the slug was typed out. */
export async function deleteOrganization(
  { database, scope, act }: OrganizationAct,
  confirm: string,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await getOwnForUpdate(tx)
    if (confirm !== row.slug) {
      throw new Problem(
        'confirmation_mismatch',
        `To delete this organization send {"confirm": "${row.slug}"}`,
      )
    }
    tx.write(markDeleted, { at: act.at })
    queueAllSignOuts(tx, act.at)
    const subject = { type: 'organization', id: row.id } as const
    // Before its subscriptions go: whoever listens to this organization alone hears of its end.
    record(tx, act, { type: 'organization.deleted', subject, data: { name: row.name, slug: row.slug } })
    for (const statement of deleteReachable) tx.write(statement, {})
  })
}

/** The row; throws 404 when it was deleted meanwhile. */
export async function getOwn(tx: OrganizationTx): Promise<OrganizationTable> {
  const row = await tx.first(selectOwn, {})
  if (row === undefined) throw new Problem('not_found', 'There is no such organization')
  return row
}

/** The same, locked until COMMIT, and the last that a unit locks (decision 042). */
export async function getOwnForUpdate(tx: OrganizationTx): Promise<OrganizationTable> {
  const row = await tx.first(selectOwnForUpdate, {})
  if (row === undefined) throw new Problem('not_found', 'There is no such organization')
  return row
}

/** An organization as the API shows it. */
export function toOrganization(row: OrganizationTable): Organization {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    isScimEnabled: row.scim_enabled === 1,
    requireSso: row.require_sso === 1,
    provisioningMode: row.provisioning_mode,
    defaultRole: row.default_role,
    seatLimit: row.seat_limit,
    ownerRecovery: row.owner_recovery,
    origins: readJson(row.origins),
    defaultApplication: row.default_application,
    ownerlessAt: toNullableTime(row.ownerless_at),
    handedOverAt: toNullableTime(row.handed_over_at),
    createdAt: toTime(row.created_at),
    updatedAt: toTime(row.updated_at),
  }
}
