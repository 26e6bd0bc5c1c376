// Domains that are looked at again: whether the record is still there, and what follows where it is not.
import { makeRoom } from '../base/bounded.ts'
import { dayMs, hourMs } from '../base/clock.ts'
import { createTimeLimit, forEachOf, roundLimits } from '../base/few.ts'
import { actOfJob, type OrganizationAct, record } from '../events/record.ts'
import type { ResolveTxt } from '../outbound/dns.ts'
import { createScope, type Database } from '../store/database.ts'
import { isProofHeld } from '../store/domain-proof.ts'
import type { DomainTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'
import { findRecord } from './domain-records.ts'
import { selectDomainForUpdate, selectDomains, updateDomain } from './domains.ts'
import { clearNeed, noteNeed } from './needs.ts'

const recheckMs = dayMs

const afterFailureMs = hourMs

const maxFailures = 50_000

const selectAllVerified = installationStatement<{ after: string }>('verified_domain_organizations')(
  ({ db, place }) =>
    db
      .selectFrom('verified_domain')
      .select('organization_id')
      .distinct()
      .where('organization_id', '>', place('after'))
      .orderBy('organization_id')
      .limit(500),
)

async function* listVerified(database: Database, isStopping: () => boolean): AsyncGenerator<string> {
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page: readonly { readonly organization_id: string }[] = await database.readInstallation(
      'jobs',
      selectAllVerified,
      { after },
    )
    for (const { organization_id: id } of page) {
      if (isStopping()) return
      yield id
    }
    after = page.at(-1)?.organization_id
  }
}

/**
 * Looks once a day for each proven record, of a few organizations at once. A lost one warns, in an event and in the list; after 14
 * days it proves nothing until it is back. Where no answer is had, the next look is an hour later.
 */
export async function recheckDomains(
  database: Database,
  resolve: ResolveTxt,
  now: number,
  isStopping: () => boolean,
  { atOnce, organizationMs } = roundLimits,
): Promise<void> {
  const act = actOfJob('recheck domains', now)
  await forEachOf(listVerified(database, isStopping), atOnce, (id) => {
    const isOver = createTimeLimit(organizationMs)
    return recheckOrganization(
      { database, scope: createScope(id), act },
      resolve,
      () => isStopping() || isOver(),
    )
  })
}

/** Domain -> when this process looks again, where it had no answer. Another node looks once more, which does no harm. */
const failures = new Map<string, number>()

function noteFailure(id: string, now: number): void {
  failures.delete(id)
  makeRoom(failures, maxFailures)
  failures.set(id, now + afterFailureMs)
}

function isDueForLook(row: DomainTable, now: number): boolean {
  if (row.verified_by !== 'dns' || row.verified_at === null) return false
  return now - (row.checked_at ?? 0) >= recheckMs && (failures.get(row.id) ?? 0) <= now
}

async function recheckOrganization(
  { database, scope, act }: OrganizationAct,
  resolve: ResolveTxt,
  isOver: () => boolean,
): Promise<void> {
  const rows = await database.readOrganization(scope, selectDomains, {})
  const due = rows.filter((row) => isDueForLook(row, act.at))
  for (const [at, { id, ...row }] of due.entries()) {
    if (at > 0 && isOver()) return
    const found = await findRecord(row, resolve).catch(() => undefined)
    if (found === undefined) {
      noteFailure(id, act.at)
      continue
    }
    failures.delete(id)
    await database.inOrganization(scope, async (tx) => {
      const current = await tx.first(selectDomainForUpdate, { id })
      if (current === undefined || current.verified_at === null) return
      const lostAt = found ? null : (current.lost_at ?? act.at)
      tx.write(updateDomain, {
        ...current,
        checked_at: act.at,
        lost_at: lostAt,
        ...(found && { found: null }),
      })
      const subject = { type: 'domain', id } as const
      const data = { name: current.name }
      if (lostAt !== null && current.lost_at === null) record(tx, act, { type: 'domain.lost', subject, data })
      if (lostAt === null) clearNeed(tx, { kind: 'domain_lapsed', subjectId: id })
      // Told at the look that finds it so: the one before was earlier.
      if (isProofHeld({ ...current, lost_at: lostAt }, act.at)) return
      const hadLapsed = !isProofHeld(current, current.checked_at ?? 0)
      if (!hadLapsed) record(tx, act, { type: 'domain.lapsed', subject, data })
      noteNeed(tx, { kind: 'domain_lapsed', subjectId: id }, { domain: current.name }, act.at)
    })
  }
}
