// A provisioning client whose requests are mostly refused for an hour: told once, until it works again.
import { hourMs, toTime } from '../base/clock.ts'
import { createFailures } from '../base/few.ts'
import { type Act, actOfJob } from '../events/record.ts'
import { selectTroubled, toHealth } from '../organizations/health.ts'
import { sayInMail } from '../pages/mail-words.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { findNotice, forgetNotice, type NoticeRules, type NoticeWords, notify, takeNotice } from './notify.ts'

/** Looks at every organization that was refused something lately. */
export async function warnOfFailing(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const act = actOfJob('warn of failing provisioning', now)
  const failures = createFailures()
  for (let after = ''; !isStopping(); ) {
    const page = await database.readInstallation('jobs', selectTroubled, { after, since: now - 24 * hourMs })
    for (const row of page) {
      const health = toHealth(row, row)
      const work = database.inOrganization(createScope(row.id), (tx) => judge(tx, act, health, rules))
      await failures.note(work, undefined)
    }
    const last = page.at(-1)
    if (last === undefined) break
    after = last.id
  }
  failures.throwFirst()
}

async function judge(
  tx: OrganizationTx,
  act: Act,
  health: ReturnType<typeof toHealth>,
  rules: NoticeRules,
): Promise<void> {
  if (health.status !== 'failing') {
    forgetNotice(tx, 'failing')
    forgetNotice(tx, 'failing told')
    return
  }
  await takeNotice(tx, 'failing', act.at)
  const since = (await findNotice(tx, 'failing')) ?? act.at
  if (act.at - since < hourMs || !(await takeNotice(tx, 'failing told', act.at))) return
  const { refused, judged } = health
  const words = {
    subject: sayInMail('mail.failing.subject'),
    text: [sayInMail('mail.failing.text', { judged, refused })],
    page: 'security/user-provisioning',
    kind: 'failing',
  } satisfies NoticeWords
  const subject = { type: 'organization', id: tx.organizationId } as const
  const data = { since: toTime(since), refused, judged }
  await notify(tx, act, { type: 'provisioning.failing', subject, data }, words, rules)
}
