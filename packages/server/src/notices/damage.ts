// Once a day: whether the embedded store is whole. An operator hears of damage while there is still a backup from before it.
import type { Log } from '../base/log.ts'
import { placeOfService } from '../deliveries/allowance.ts'
import { queueInstallationMail } from '../deliveries/mail.ts'
import { renderInLanguage, sayInMail } from '../pages/mail-words.ts'
import type { Database } from '../store/database.ts'
import type { EmbeddedStore } from '../store/sqlite.ts'

const shownFaults = 10

/** What the look at the store needs. */
export interface LookRules {
  readonly database: Database
  readonly log: Log
  readonly operatorMail: string | undefined
  /** Undefined on PostgreSQL. */
  readonly store: Pick<EmbeddedStore, 'look'> | undefined
}

/** Resolves with whether the store is whole, as far as a quick look tells; undefined where none was possible. */
export async function lookAtStore(rules: LookRules, now: number): Promise<boolean | undefined> {
  const faults = await rules.store?.look('quick')
  if (faults === undefined) {
    if (rules.store !== undefined)
      rules.log.warn('the store was not looked at: the disk has no room for a copy of it')
    return undefined
  }
  if (faults.length === 0) return true
  const shown = faults.slice(0, shownFaults)
  rules.log.error({ faults: shown }, 'the store is damaged: rollcall check lists what is wrong')
  const to = rules.operatorMail
  if (to === undefined) return false
  // Nobody said which language the operator reads.
  const mail = renderInLanguage(
    'en',
    sayInMail('mail.damage.subject'),
    sayInMail('mail.damage.text'),
    shown.map((text) => sayInMail('mail.asWritten', { text })),
    sayInMail('mail.damage.advice'),
  )
  await rules.database.inInstallation('deliveries', async (tx) =>
    queueInstallationMail(tx, placeOfService(), { to, ...mail }, now),
  )
  return false
}
