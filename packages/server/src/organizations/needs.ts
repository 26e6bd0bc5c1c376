// What waits for an act of the operator, one row a thing: noted in the transaction that finds it, cleared in the one that ends it.

import type { OperatorNeed, OperatorNeeds } from '@rollcall/api'
import { sql } from 'kysely'
import { dayMs, toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { Database, OrganizationTx } from '../store/database.ts'
import type { OperatorNeedTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/**
 * `privileged_refused`: an owner or administrator is kept out by an anchor that nobody of their rung has confirmed. `owner_unlinked`: an
 * owner is met by a connection that knows no identity of theirs. `administrator_unlinked`: so is an administrator, by what was written
 * since they were given the role. `role_withheld`: a
 * rule would give a role that the connection may not give. `staged`, `provisional`: set up by a contact, and nobody has taken it up
 * for three days. `deactivation_refused`: a provisional key may not let somebody go.
 * `domain_lapsed`: a domain's record has been gone for 14 days; `domain_taken_over`: it led to another organization before.
 * `many_left`: a deprovision alert is open.
 */
export type NeedKind = OperatorNeed['kind']

/** What a set-up leaves behind is the administrator's first: the operator hears of it after three days. */
const patienceMs = 3 * dayMs
const patient: readonly StoredKind[] = ['staged', 'provisional']
const maxListed = 200

/** That there is no owner is seen in the organization itself. */
type StoredKind = OperatorNeedTable['kind']

interface Need {
  readonly kind: StoredKind
  readonly subjectId: string
}

const insertNeed = organizationStatement<{
  kind: StoredKind
  subjectId: string
  at: number
  detail: string
}>('note_need')(({ db, place, organizationId }) =>
  db
    .insertInto('operator_need')
    .values({
      organization_id: organizationId,
      kind: place('kind'),
      subject_id: place('subjectId'),
      since: place('at'),
      detail: place('detail'),
    })
    .onConflict((on) =>
      on.columns(['organization_id', 'kind', 'subject_id']).doUpdateSet({ detail: place('detail') }),
    ),
)

const deleteNeed = organizationStatement<{ kind: StoredKind; subjectId: string }>('clear_need')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('operator_need')
      .where('organization_id', '=', organizationId)
      .where('kind', '=', place('kind'))
      .where('subject_id', '=', place('subjectId')),
)

// Each kind of each organization has its turn, the oldest first: nobody fills the list with what they can bring about.
const turnOf = sql<number>`row_number() OVER (PARTITION BY operator_need.organization_id, operator_need.kind
  ORDER BY operator_need.since, operator_need.subject_id)`

const selectNeeds = installationStatement<{ before: number }>('operator_needs_in_turns')(({ db, place }) =>
  db
    .selectFrom('operator_need')
    .innerJoin('organization', 'organization.id', 'operator_need.organization_id')
    .select([
      'operator_need.kind',
      'operator_need.subject_id',
      'operator_need.since',
      'operator_need.detail',
      'organization.id',
      'organization.slug',
      'organization.name',
      turnOf.as('turn'),
      sql<number>`count(*) OVER ()`.as('found'),
    ])
    .where('organization.deleted_at', 'is', null)
    .where((on) =>
      on.or([
        on('operator_need.kind', 'not in', [...patient]),
        on('operator_need.since', '<', place('before')),
      ]),
    )
    .orderBy('turn')
    .orderBy('operator_need.since')
    .limit(maxListed),
)

const selectOwnerless = installationStatement('ownerless_organizations_in_all')(({ db }) =>
  db
    .selectFrom('organization')
    .select(['id', 'slug', 'name', 'ownerless_at', sql<number>`count(*) OVER ()`.as('found')])
    .where('deleted_at', 'is', null)
    .where('ownerless_at', 'is not', null)
    .orderBy('ownerless_at')
    .limit(maxListed),
)

/** Since when it has been so is kept; `detail` names it for the operator. */
export function noteNeed(tx: OrganizationTx, need: Need, detail: Record<string, string>, at: number): void {
  tx.write(insertNeed, { ...need, at, detail: JSON.stringify(detail) })
}

/** Clears what waited, in this transaction. */
export function clearNeed(tx: OrganizationTx, need: Need): void {
  tx.write(deleteNeed, { ...need })
}

const deleteByDetail = organizationStatement<{ kind: StoredKind; pattern: string }>('clear_needs_about')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('operator_need')
      .where('organization_id', '=', organizationId)
      .where('kind', '=', place('kind'))
      .where('detail', 'like', place('pattern')),
)

const unlinked = ['owner_unlinked', 'administrator_unlinked'] as const

/** Whoever waited for a connection waits no more: it was confirmed, or has gone. Ids hold nothing that a pattern would read. */
export function clearNeedsOfConnection(
  tx: OrganizationTx,
  connectionId: string,
  since: 'confirmed' | 'gone',
): void {
  const kinds = ['privileged_refused', 'role_withheld'] as const
  for (const kind of since === 'gone' ? ([...kinds, ...unlinked] as const) : kinds)
    tx.write(deleteByDetail, { kind, pattern: `%"connectionId":"${connectionId}"%` })
}

/** Somebody privileged is in, is linked, or is not privileged any more. */
export function clearRefusedSignIn(tx: OrganizationTx, userId: string): void {
  clearNeed(tx, { kind: 'privileged_refused', subjectId: userId })
  clearUnlinked(tx, userId)
}

/** An owner or administrator has the identity that they came with. */
export function clearUnlinked(tx: OrganizationTx, userId: string): void {
  for (const kind of unlinked) clearNeed(tx, { kind, subjectId: userId })
}

/** Whoever is out is not to be let go any more, whoever let them. */
export function clearRefusedLeave(tx: OrganizationTx, userId: string): void {
  clearNeed(tx, { kind: 'deactivation_refused', subjectId: userId })
}

/** A key, or an OAuth client, was confirmed or has gone: what was refused to it is not asked any more. */
export function clearNeedsOfKey(tx: OrganizationTx, keyId: string): void {
  clearNeed(tx, { kind: 'provisional', subjectId: keyId })
  tx.write(deleteByDetail, { kind: 'deactivation_refused', pattern: `%"keyId":"${keyId}"%` })
}

/** The oldest first. Where there are too many, each kind of each organization has its turn. */
export async function listNeeds(database: Database, now: number): Promise<OperatorNeeds> {
  const [rows, ownerless] = await Promise.all([
    database.readInstallation('operator', selectNeeds, { before: now - patienceMs }),
    database.readInstallation('operator', selectOwnerless, {}),
  ])
  const found: { readonly turn: number; readonly need: OperatorNeed }[] = [
    ...rows.map((row) => ({
      turn: Number(row.turn),
      need: {
        kind: row.kind,
        organization: { id: row.id, slug: row.slug, name: row.name },
        subjectId: row.subject_id,
        since: toTime(Number(row.since)),
        detail: readJson<Record<string, string>>(row.detail),
      },
    })),
    ...ownerless.map((row) => ({
      turn: 1,
      need: {
        kind: 'ownerless' as const,
        organization: { id: row.id, slug: row.slug, name: row.name },
        subjectId: row.id,
        since: toTime(Number(row.ownerless_at)),
        detail: {},
      },
    })),
  ]
  const bySince = (one: OperatorNeed, other: OperatorNeed): number => (one.since < other.since ? -1 : 1)
  const listed = found
    .toSorted((one, other) => one.turn - other.turn || bySince(one.need, other.need))
    .slice(0, maxListed)
  const all = Number(rows[0]?.found ?? 0) + Number(ownerless[0]?.found ?? 0)
  return {
    items: listed.map(({ need }) => need).toSorted(bySince),
    nextCursor: null,
    more: all - listed.length,
  }
}
