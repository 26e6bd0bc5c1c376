// Which connection speaks for a proved domain, and for the directory. Ties are stored, never worked out: nothing is tied by
// itself again when a connection is deleted or when one is left.

import type { Domain } from '@rollcall/api'
import { domainOfAddress } from '../base/address.ts'
import { isAtLeast } from '../base/rung.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { listProvedDomains, lockDomain, toDomain } from '../organizations/domains.ts'
import { assertBeforeHandOver, isHandedOver } from '../organizations/hand-over.ts'
import { domainRows } from '../organizations/joined.ts'
import { noteFirstEnabled } from '../organizations/marks.ts'
import { getOwnForUpdate } from '../organizations/organizations.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { holdsProof, isProofHeld, toLostAfter } from '../store/domain-proof.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { selectAddressSlice } from '../users/asked.ts'
import { getForUpdate, isComplete, selectConnections, writeRow } from './rows.ts'

const insertTie = organizationStatement<{ domainId: string; connectionId: string; at: number }>(
  'insert_domain_tie',
)(({ db, place, organizationId }) =>
  db
    .insertInto('domain_tie')
    .values({
      organization_id: organizationId,
      domain_id: place('domainId'),
      connection_id: place('connectionId'),
      tied_at: place('at'),
    })
    .onConflict((on) => on.doNothing()),
)

const deleteTie = organizationStatement<{ domainId: string; connectionId: string }>('delete_domain_tie')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('domain_tie')
      .where('organization_id', '=', organizationId)
      .where('domain_id', '=', place('domainId'))
      .where('connection_id', '=', place('connectionId')),
)

const selectTies = organizationStatement('domain_ties')(({ db, organizationId }) =>
  db
    .selectFrom('domain_tie')
    .innerJoin(domainRows, (join) =>
      join
        .onRef('domain.organization_id', '=', 'domain_tie.organization_id')
        .onRef('domain.id', '=', 'domain_tie.domain_id'),
    )
    .select(['domain_tie.domain_id', 'domain_tie.connection_id', 'domain.name'])
    .where('domain_tie.organization_id', '=', organizationId)
    .orderBy('domain_tie.domain_id')
    .orderBy('domain_tie.connection_id'),
)

const selectStanding = organizationStatement<{ name: string; connectionId: string; lostAfter: number }>(
  'domain_standing',
)(({ db, place, organizationId }) =>
  db
    .selectFrom(domainRows)
    .leftJoin('domain_tie', (join) =>
      join
        .onRef('domain_tie.organization_id', '=', 'domain.organization_id')
        .onRef('domain_tie.domain_id', '=', 'domain.id')
        .on('domain_tie.connection_id', '=', place('connectionId')),
    )
    .select(['domain.id', 'domain_tie.connection_id'])
    .where('domain.organization_id', '=', organizationId)
    .where('domain.name', '=', place('name'))
    .where(holdsProof(place('lostAfter'))),
)

/** `tied`: this connection speaks for its addresses. `proved`: the organization's, but not this connection's. */
export type DomainStanding = 'tied' | 'proved' | 'unknown'

/** What a connection may say of addresses in a domain. A record that has been lost for 14 days counts as untied until it is back. */
export async function findStanding(
  tx: OrganizationTx,
  connectionId: string,
  name: string,
  now: number,
): Promise<DomainStanding> {
  const row = await tx.first(selectStanding, { name, connectionId, lostAfter: toLostAfter(now) })
  if (row === undefined) return 'unknown'
  return row.connection_id === null ? 'proved' : 'tied'
}

/**
 * The connection that is enabled first in an organization's life takes the domains proved so far, and the directory. Returns
 * what that changes in its row. After hand-over a contact's takes nothing: what an administrator made is still to be enabled.
 */
export async function takeWhenFirst(
  tx: OrganizationTx,
  act: Act,
  id: string,
): Promise<Pick<ConnectionTable, 'follows_directory'> | undefined> {
  const organization = await getOwnForUpdate(tx)
  if (organization.first_enabled_at !== null) return undefined
  if (organization.handed_over_at !== null && !isAtLeast(act.rung, 'administrator')) return undefined
  noteFirstEnabled(tx, act.at)
  for (const domain of await listProvedDomains(tx, act.at)) tie(tx, act, domain, id)
  recordFollows(tx, act, id, true)
  return { follows_directory: 1 }
}

/**
 * In the transaction that proves a domain: where exactly one connection is active, it speaks for the domain. After hand-over one that
 * nobody above a contact vouches for does so by the word of an administrator alone: tying is theirs then.
 */
export async function tieWhenOnly(
  tx: OrganizationTx,
  act: Act,
  domain: { readonly id: string; readonly name: string },
): Promise<void> {
  const [only, another] = (await tx.all(selectConnections, {})).filter(
    (row) => row.active === 1 && isComplete(row),
  )
  if (only === undefined || another !== undefined) return
  const isVouchedFor = only.anchor_rung !== 'contact' || isAtLeast(act.rung, 'administrator')
  if (isVouchedFor || !(await isHandedOver(tx))) tie(tx, act, domain, only.id)
}

/** In the transaction that removes a domain or takes its proof back: proving it anew restores none. */
export async function untieDomain(tx: OrganizationTx, act: Act, domainId: string): Promise<void> {
  for (const one of await tx.all(selectTies, {}))
    if (one.domain_id === domainId) untie(tx, act, { id: domainId, name: one.name }, one.connection_id)
}

/** In the transaction that deletes a connection. */
export async function untieConnection(tx: OrganizationTx, act: Act, connectionId: string): Promise<void> {
  for (const one of await tx.all(selectTies, {}))
    if (one.connection_id === connectionId)
      untie(tx, act, { id: one.domain_id, name: one.name }, connectionId)
}

/** What domains.ts calls in its transactions: a domain was proved, or its proof is gone. */
export const domainTies = { proved: tieWhenOnly, gone: untieDomain } as const

function tie(
  tx: OrganizationTx,
  act: Act,
  domain: { readonly id: string; readonly name: string },
  connectionId: string,
): void {
  tx.write(insertTie, { domainId: domain.id, connectionId, at: act.at })
  const data = { name: domain.name, connectionId, rung: act.rung }
  record(tx, act, { type: 'domain.tied', subject: { type: 'domain', id: domain.id }, data })
}

function untie(
  tx: OrganizationTx,
  act: Act,
  domain: { readonly id: string; readonly name: string },
  connectionId: string,
): void {
  tx.write(deleteTie, { domainId: domain.id, connectionId })
  const data = { name: domain.name, connectionId, rung: act.rung }
  record(tx, act, { type: 'domain.untied', subject: { type: 'domain', id: domain.id }, data })
}

/** Domain -> its connections, of the whole organization. */
export async function listTies(
  database: Database,
  scope: OrganizationScope,
): Promise<ReadonlyMap<string, readonly string[]>> {
  return groupTies(await database.readOrganization(scope, selectTies, {}))
}

const selectSpeaking = organizationStatement<{ name: string; lostAfter: number }>('speaking_for_domain')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom(domainRows)
      .innerJoin('domain_tie', (join) =>
        join
          .onRef('domain_tie.organization_id', '=', 'domain.organization_id')
          .onRef('domain_tie.domain_id', '=', 'domain.id'),
      )
      .select('domain_tie.connection_id')
      .where('domain.organization_id', '=', organizationId)
      .where('domain.name', '=', place('name'))
      .where(holdsProof(place('lostAfter'))),
)

/** The connections that speak for a domain, by its name. */
export async function listTiedTo(
  database: Database,
  scope: OrganizationScope,
  name: string,
  now: number,
): Promise<readonly string[]> {
  const lostAfter = toLostAfter(now)
  const rows = await database.readOrganization(scope, selectSpeaking, { name, lostAfter })
  return rows.map((row) => row.connection_id)
}

function groupTies(
  rows: readonly { readonly domain_id: string; readonly connection_id: string }[],
): ReadonlyMap<string, readonly string[]> {
  const ties = new Map<string, string[]>()
  for (const row of rows) ties.set(row.domain_id, [...(ties.get(row.domain_id) ?? []), row.connection_id])
  return ties
}

/**
 * The connections that speak for a proved domain from now on. Throws 403 `administrator_required`, 404 for a connection that is
 * not there, 409 `domain_not_verified`.
 */
export async function changeTies(
  { database, scope, act }: OrganizationAct,
  id: string,
  connectionIds: readonly string[],
): Promise<Domain> {
  return database.inOrganization(scope, async (tx) => {
    await assertBeforeHandOver(tx, act, 'tie a domain to connections')
    const domain = await lockDomain(tx, id)
    const known = new Set((await tx.all(selectConnections, {})).map((row) => row.id))
    const wanted = new Set(connectionIds)
    const stranger = [...wanted].find((one) => !known.has(one))
    if (stranger !== undefined)
      throw new Problem('not_found', `There is no connection ${stranger} in this organization`)
    const before = new Set(groupTies(await tx.all(selectTies, {})).get(id) ?? [])
    if (!isProofHeld(domain, act.at) && [...wanted].some((one) => !before.has(one)))
      throw new Problem('domain_not_verified', 'Prove the domain first: then it can be tied to a connection')
    for (const one of wanted) if (!before.has(one)) tie(tx, act, domain, one)
    for (const one of before) if (!wanted.has(one)) untie(tx, act, domain, one)
    return toDomain(domain, [...wanted].sort())
  })
}

/** Whether the directory's people are this connection's. Nothing happens when it is so already. */
export async function changeFollows(
  tx: OrganizationTx,
  act: Act,
  id: string,
  follows: boolean,
): Promise<void> {
  const row = await getForUpdate(tx, id)
  if ((row.follows_directory === 1) === follows) return
  await assertBeforeHandOver(tx, act, 'say which connection follows the directory')
  writeRow(tx, { ...row, follows_directory: follows ? 1 : 0, updated_at: act.at })
  recordFollows(tx, act, id, follows)
}

function recordFollows(tx: OrganizationTx, act: Act, id: string, follows: boolean): void {
  const data = { followsDirectory: follows, rung: act.rung }
  record(tx, act, { type: 'connection.follows_directory_changed', subject: { type: 'connection', id }, data })
}

const addressesPerSlice = 1_000

/**
 * How many addresses of people here lie in a domain: whom a connection could speak for once it is tied. Each is read as a sign-in's
 * is, so that another spelling of the domain counts, too. In slices, between which others are served.
 */
export async function countAddresses(
  database: Database,
  scope: OrganizationScope,
  name: string,
): Promise<number> {
  let found = 0
  for (let last = { value_key: '', user_id: '' }; ; ) {
    const slice = await database.readOrganization(scope, selectAddressSlice, {
      after: last.value_key,
      afterUser: last.user_id,
      limit: addressesPerSlice,
    })
    found += slice.filter((row) => domainOfAddress(row.value_key) === name).length
    if (slice.length < addressesPerSlice) return found
    last = slice.at(-1) ?? last
    await new Promise((resolve) => setImmediate(resolve))
  }
}
