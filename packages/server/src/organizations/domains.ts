// Domains: names that an organization proves to own, each with a TXT record of its own. Owns their rows and the index by
// which an address finds its organizations; asks DNS through a resolver it is given.

import type { Domain } from '@rollcall/api'
import { toNullableTime, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { describePlaces, placesFor } from '../base/places.ts'
import { createSecret } from '../base/secret.ts'
import { findDomainRecord } from '../brand/brand.ts'
import { type Act, actOfJob, type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { Dns } from '../outbound/dns.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import { isProofHeld } from '../store/domain-proof.ts'
import { markDue } from '../store/due.ts'
import { StoreConflict } from '../store/errors.ts'
import type { DomainTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { findHolders } from './domain-holders.ts'
import { type FoundInstead, lookForRecord, recordOf } from './domain-records.ts'
import { notWaiting, startWaiting, toRecordCheck, waitOn } from './domain-waits.ts'
import { assertBeforeHandOver } from './hand-over.ts'
import { clearNeed, noteNeed } from './needs.ts'
import { readDomainName } from './public-mail.ts'

const maxDomains = 200

/** Called inside the transactions in which a domain comes to be proved, or its proof goes: which connection speaks for it. */
export interface DomainTies {
  proved(tx: OrganizationTx, act: Act, domain: { readonly id: string; readonly name: string }): Promise<void>
  gone(tx: OrganizationTx, act: Act, id: string): Promise<void>
}

const insertDomain = organizationStatement<{
  id: string
  name: string
  token: string
  at: number
  host: string
  prefix: string
  next: number
}>('insert_domain')(({ db, place, organizationId }) =>
  db.insertInto('domain').values({
    organization_id: organizationId,
    id: place('id'),
    name: place('name'),
    token: place('token'),
    verified_at: null,
    verified_by: null,
    checked_at: null,
    lost_at: null,
    created_at: place('at'),
    record_host: place('host'),
    record_prefix: place('prefix'),
    waiting_since: place('at'),
    next_look_at: place('next'),
    found: null,
  }),
)

/** The domains of an organization. */
export const selectDomains = organizationStatement('domains')(({ db, organizationId }) =>
  db
    .selectFrom('domain')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .orderBy('id')
    .limit(maxDomains),
)

/** A domain, locked. */
export const selectDomainForUpdate = organizationStatement<{ id: string }>('domain_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const domain = db
      .selectFrom('domain')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(domain)
  },
)

type DomainState = Pick<
  DomainTable,
  'id' | 'verified_at' | 'verified_by' | 'checked_at' | 'lost_at' | 'waiting_since' | 'next_look_at' | 'found'
>

/** Writes the state of a domain. */
export const updateDomain = organizationStatement<DomainState>('update_domain')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('domain')
      .set({
        verified_at: place('verified_at'),
        verified_by: place('verified_by'),
        checked_at: place('checked_at'),
        lost_at: place('lost_at'),
        waiting_since: place('waiting_since'),
        next_look_at: place('next_look_at'),
        found: place('found'),
      })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const deleteDomainRow = organizationStatement<{ id: string }>('delete_domain')(
  ({ db, place, organizationId }) =>
    db.deleteFrom('domain').where('organization_id', '=', organizationId).where('id', '=', place('id')),
)

const insertVerified = organizationStatement<{ name: string }>('insert_verified_domain')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('verified_domain')
      .values({ name: place('name'), organization_id: organizationId })
      .onConflict((on) => on.doNothing()),
)

const deleteVerified = organizationStatement<{ name: string }>('delete_verified_domain')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('verified_domain')
      .where('organization_id', '=', organizationId)
      .where('name', '=', place('name')),
)

/** In the order in which they were added. `ties`: domain -> the connections that speak for it. */
export async function listDomains(
  database: Database,
  scope: OrganizationScope,
  ties: ReadonlyMap<string, readonly string[]>,
): Promise<Domain[]> {
  const rows = await database.readOrganization(scope, selectDomains, {})
  return rows.map((row) => toDomain(row, ties.get(row.id) ?? []))
}

/** Those whose proof counts now, inside a transaction. */
export async function listProvedDomains(tx: OrganizationTx, now: number): Promise<readonly DomainTable[]> {
  return (await tx.all(selectDomains, {})).filter((row) => isProofHeld(row, now))
}

/** Throws 409 `domain_taken`, `domain_public`; 400 for what is not a name. Adding grants nothing: the record does. */
export async function addDomain({ database, scope, act }: OrganizationAct, text: string): Promise<Domain> {
  const read = readDomainName(text)
  if ('fault' in read) throw nameRefusal(read.fault)
  const { name } = read
  const begun = startWaiting(act.at)
  const unproved = {
    organization_id: scope.organizationId,
    id: createId('dom', act.at),
    name,
    token: createSecret(),
    verified_at: null,
    verified_by: null,
    checked_at: null,
    lost_at: null,
    created_at: act.at,
    ...begun,
    found: null,
  }
  try {
    return await database.inOrganization(scope, async (tx) => {
      const { host, prefix } = await findDomainRecord(tx)
      const row: DomainTable = { ...unproved, record_host: host, record_prefix: prefix }
      if ((await tx.all(selectDomains, {})).length >= placesFor(act.rung, maxDomains))
        throw new Problem('too_many_domains', describePlaces(act.rung, maxDomains, 'domains'), {
          parameters: { limit: placesFor(act.rung, maxDomains) },
        })
      const next = begun.next_look_at
      tx.write(insertDomain, { id: row.id, name, token: row.token, at: act.at, host, prefix, next })
      markDue(tx, 'look for domains', next, act.at)
      record(tx, act, { type: 'domain.added', subject: { type: 'domain', id: row.id }, data: { name } })
      return toDomain(row, [])
    })
  } catch (error) {
    if (error instanceof StoreConflict && error.constraint === 'domain')
      throw new Problem('domain_taken', `${name} has already been added to this organization`)
    throw error
  }
}

function nameRefusal(fault: 'domain_invalid' | 'domain_public'): Problem {
  return fault === 'domain_public'
    ? new Problem(
        'domain_public',
        'This is the domain of a public mail service: nobody can prove that its people are theirs',
      )
    : new Problem('invalid_request', 'name: not a registrable domain name such as acme.com')
}

/** Looks for the TXT record. Throws 409 `domain_record_missing`, 503 when DNS does not answer; what was found is kept with the domain. */
export async function verifyDomain(
  { database, scope, act }: OrganizationAct,
  id: string,
  dns: Dns,
  ties: DomainTies,
): Promise<void> {
  const row = await getDomain(database, scope, id)
  const found = await lookForRecord(row, dns)
  const isNew = await database.inOrganization(scope, async (tx) => {
    const current = await lockDomain(tx, id)
    if (found !== undefined) {
      writeFound(tx, act, current, found)
      return false
    }
    await markVerified(tx, act, current, 'dns', ties)
    return !isProofHeld(current, act.at)
  })
  if (found !== undefined) throw refuseProof(row, found)
  if (isNew) await tellFormer({ database, scope, act }, row)
}

function writeFound(tx: OrganizationTx, act: Act, current: DomainTable, found: FoundInstead): void {
  if (current.verified_at !== null) {
    const kept = waitOn(current, found, act.at, true).found
    if (current.lost_at !== null) tx.write(updateDomain, { ...current, found: kept })
    return
  }
  const state = { ...current, ...waitOn(current, found, act.at, true) }
  tx.write(updateDomain, state)
  if (state.next_look_at !== null) markDue(tx, 'look for domains', state.next_look_at, act.at)
}

function refuseProof(row: DomainTable, { outcome }: FoundInstead): Problem {
  if (outcome === 'no_answer') return new Problem('dns_unavailable', 'DNS does not answer; try again shortly')
  const { name, value } = recordOf(row)
  return new Problem(
    'domain_record_missing',
    `There is no TXT record ${name} with the text ${value} yet. DNS can take up to two days`,
  )
}

/** The operator's word in place of the record. */
export async function assertDomain(
  { database, scope, act }: OrganizationAct,
  id: string,
  isVerified: boolean,
  ties: DomainTies,
): Promise<void> {
  const proved = await database.inOrganization(scope, async (tx) => {
    const row = await lockDomain(tx, id)
    if (isVerified) await markVerified(tx, act, row, 'operator', ties)
    else await markLost(tx, act, row, ties)
    return isVerified && !isProofHeld(row, act.at) ? row : undefined
  })
  if (proved !== undefined) await tellFormer({ database, scope, act }, proved)
}

/** People of this domain who have accounts keep them; nobody new is made or linked by it. Throws 403 `administrator_required`. */
export async function removeDomain(
  { database, scope, act }: OrganizationAct,
  id: string,
  ties: DomainTies,
): Promise<void> {
  await database.inOrganization(scope, async (tx) => {
    const row = await lockDomain(tx, id)
    if (row.verified_at !== null) await assertBeforeHandOver(tx, act, 'remove a proved domain')
    await ties.gone(tx, act, id)
    clearNeedsOfDomain(tx, id)
    tx.write(deleteDomainRow, { id })
    tx.write(deleteVerified, { name: row.name })
    record(tx, act, { type: 'domain.removed', subject: { type: 'domain', id }, data: { name: row.name } })
  })
}

/** Whoever had the domain before, and whose record has been gone for long, hears that people are led elsewhere now. */
export async function tellFormer(
  { database, scope, act }: OrganizationAct,
  domain: { readonly id: string; readonly name: string },
): Promise<void> {
  const { former } = await findHolders(database, domain.name, act.at)
  const others = former.filter(({ id }) => id !== scope.organizationId)
  const own = actOfJob('domains', act.at)
  for (const { id } of others)
    await database.inOrganization(createScope(id), async (tx) => {
      const row = (await tx.all(selectDomains, {})).find(({ name }) => name === domain.name)
      if (row === undefined || isProofHeld(row, act.at)) return
      const subject = { type: 'domain', id: row.id } as const
      record(tx, own, { type: 'domain.proved_elsewhere', subject, data: { name: row.name } })
      noteNeed(tx, { kind: 'domain_lapsed', subjectId: row.id }, { domain: row.name }, act.at)
    })
  if (others.length === 0) return
  await database.inOrganization(scope, async (tx) => {
    const subject = { type: 'domain', id: domain.id } as const
    record(tx, own, { type: 'domain.taken_over', subject, data: { name: domain.name } })
    noteNeed(tx, { kind: 'domain_taken_over', subjectId: domain.id }, { domain: domain.name }, act.at)
  })
}

function clearNeedsOfDomain(tx: OrganizationTx, id: string): void {
  for (const kind of ['domain_lapsed', 'domain_taken_over'] as const) clearNeed(tx, { kind, subjectId: id })
}

/** In a transaction: the domain is proved, and the connection that may speaks for it. */
export async function markVerified(
  tx: OrganizationTx,
  act: Act,
  row: DomainTable,
  by: 'dns' | 'operator',
  ties: DomainTies,
): Promise<void> {
  const state = {
    ...row,
    verified_at: row.verified_at ?? act.at,
    verified_by: by,
    checked_at: act.at,
    lost_at: null,
    ...notWaiting,
  }
  tx.write(updateDomain, state)
  tx.write(insertVerified, { name: row.name })
  clearNeed(tx, { kind: 'domain_lapsed', subjectId: row.id })
  if (row.verified_at === null || row.verified_by !== by) {
    const subject = { type: 'domain', id: row.id } as const
    record(tx, act, { type: 'domain.verified', subject, data: { name: row.name, by } })
  }
  if (row.verified_at === null) await ties.proved(tx, act, row)
}

async function markLost(tx: OrganizationTx, act: Act, row: DomainTable, ties: DomainTies): Promise<void> {
  await ties.gone(tx, act, row.id)
  clearNeedsOfDomain(tx, row.id)
  tx.write(updateDomain, { ...row, verified_at: null, verified_by: null, lost_at: null, ...notWaiting })
  tx.write(deleteVerified, { name: row.name })
  if (row.verified_at !== null)
    record(tx, act, {
      type: 'domain.lost',
      subject: { type: 'domain', id: row.id },
      data: { name: row.name },
    })
}

async function getDomain(database: Database, scope: OrganizationScope, id: string): Promise<DomainTable> {
  const row = (await database.readOrganization(scope, selectDomains, {})).find((one) => one.id === id)
  if (row === undefined) throw noDomain()
  return row
}

/** The row, locked until COMMIT; throws 404. */
export async function lockDomain(tx: OrganizationTx, id: string): Promise<DomainTable> {
  const row = await tx.first(selectDomainForUpdate, { id })
  if (row === undefined) throw noDomain()
  return row
}

function noDomain(): Problem {
  return new Problem('not_found', 'There is no such domain')
}

/** As the management API shows it. */
export function toDomain(row: DomainTable, connectionIds: readonly string[]): Domain {
  return {
    id: row.id,
    name: row.name,
    txtRecord: recordOf(row),
    verifiedAt: toNullableTime(row.verified_at),
    verifiedBy: row.verified_by,
    lostAt: toNullableTime(row.lost_at),
    connectionIds: [...connectionIds],
    recordCheck: toRecordCheck(row),
    createdAt: toTime(row.created_at),
  }
}
