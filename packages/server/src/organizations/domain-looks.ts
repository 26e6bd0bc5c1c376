// Domains that wait for their proof are looked for by themselves. A run asks DNS about so many of the whole installation and no more;
// the others keep their turn. Nobody who waits for nothing is visited.

import { dayMs } from '../base/clock.ts'
import { createTimeLimit, roundLimits } from '../base/few.ts'
import { actOfJob } from '../events/record.ts'
import type { Dns } from '../outbound/dns.ts'
import type { Database, OrganizationScope } from '../store/database.ts'
import { visitDue } from '../store/due.ts'
import { lookForRecord } from './domain-records.ts'
import { waitOn } from './domain-waits.ts'
import {
  type DomainTies,
  markVerified,
  selectDomainForUpdate,
  selectDomains,
  tellFormer,
  updateDomain,
} from './domains.ts'

/** How much one run does, on the whole installation. */
export interface LookLimits {
  /** Domains in a run, and of one organization before others have their turn. */
  readonly looks: number
  readonly ofOne: number
  readonly atOnce: number
  readonly runMs: number
}

const defaultLimits: LookLimits = { looks: 300, ofOne: 20, atOnce: roundLimits.atOnce, runMs: 45_000 }
const farMs = 365 * dayMs

/** Looks for the records that are due. What a run did not come to is due at the next one. */
export async function lookForDomains(
  database: Database,
  dns: Dns,
  ties: DomainTies,
  now: number,
  isStopping: () => boolean,
  limits: LookLimits = defaultLimits,
): Promise<void> {
  const act = actOfJob('look for domains', now)
  const isLate = createTimeLimit(limits.runMs)
  let left = limits.looks
  const isOver = (): boolean => left <= 0 || isLate() || isStopping()
  const visit = async (scope: OrganizationScope): Promise<number> => {
    const rows = await database.readOrganization(scope, selectDomains, {})
    const waiting = rows.filter((row) => row.next_look_at !== null)
    const due = waiting.filter((row) => Number(row.next_look_at) <= now)
    let next = Math.min(
      now + farMs,
      ...waiting.map((row) => row.next_look_at ?? now).filter((at) => at > now),
    )
    for (const [at, { id }] of due.entries()) {
      if (at >= limits.ofOne || isOver()) return now
      left -= 1
      next = Math.min(next, (await look(id)) ?? next)
    }
    return next
    // When to look for it again; undefined where nothing is waited for any more.
    async function look(id: string): Promise<number | undefined> {
      const row = due.find((one) => one.id === id)
      if (row === undefined) return undefined
      const found = await lookForRecord(row, dns)
      const outcome = await database.inOrganization(scope, async (tx) => {
        const current = await tx.first(selectDomainForUpdate, { id })
        // Removed or proved meanwhile, or the operator took its proof back: nobody waits for what was found.
        if (current === undefined || current.next_look_at === null) return undefined
        if (found === undefined) {
          await markVerified(tx, act, current, 'dns', ties)
          return 'proved'
        }
        const state = { ...current, ...waitOn(current, found, now, false) }
        tx.write(updateDomain, state)
        return state.next_look_at ?? undefined
      })
      if (outcome !== 'proved') return outcome
      await tellFormer({ database, scope, act }, row)
      return undefined
    }
  }
  await visitDue(database, 'look for domains', now, isOver, visit, limits.atOnce)
}
