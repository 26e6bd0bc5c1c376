// What was gathered behind a notice that was mailed: said in one mail, an hour after that one and at most once an hour to an audience, so
// that nothing is lost and nobody's mailbox is filled.

import { sql } from 'kysely'
import { hourMs } from '../base/clock.ts'
import { createFailures } from '../base/few.ts'
import { readJson } from '../base/json.ts'
import type { Rung } from '../base/rung.ts'
import { placeOfGathered } from '../deliveries/allowance.ts'
import { type MailSentence, sayInMail } from '../pages/mail-words.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import type { GatheredNoticeTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { type Audience, type NoticeRules, queueNotice, toLine } from './notify.ts'

const shownKinds = 20

const selectPlaces = installationStatement<{ before: number }>('organizations_with_gathered')(
  ({ db, place }) =>
    db
      .selectFrom('gathered_notice')
      .select('organization_id')
      .distinct()
      .where('more', '>', sql.lit(0))
      .where('told_at', '<=', place('before'))
      .limit(500),
)
const selectWaiting = organizationStatement('gathered_notices')(({ db, organizationId, dialect }) =>
  dialect.lock(
    db
      .selectFrom('gathered_notice')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('more', '>', sql.lit(0))
      .orderBy('name'),
  ),
)
const markSaid = organizationStatement<{ name: string; at: number }>('gathered_said')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('gathered_notice')
      .set({ more: 0, latest: '', said: null, told_at: place('at') })
      .where('organization_id', '=', organizationId)
      .where('name', '=', place('name')),
)
const takeTurn = organizationStatement<{
  name: string
  rung: Rung
  audience: Audience
  at: number
  before: number
}>('take_gathered_turn')(({ db, place, organizationId }) =>
  db
    .insertInto('gathered_notice')
    .values({
      organization_id: organizationId,
      name: place('name'),
      rung: place('rung'),
      audience: place('audience'),
      told_at: place('at'),
      more: 0,
      latest: '',
      said: null,
    })
    .onConflict((on) =>
      on
        .columns(['organization_id', 'name'])
        .doUpdateSet({ told_at: place('at') })
        .where('gathered_notice.told_at', '<=', place('before')),
    )
    .returning('name'),
)

/** Every organization in which something was gathered an hour ago. */
export async function tellGathered(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const before = now - hourMs
  const places = await database.readInstallation('jobs', selectPlaces, { before })
  const failures = createFailures()
  for (const { organization_id: id } of places) {
    if (isStopping()) return
    const work = database.inOrganization(createScope(id), (tx) => tell(tx, rules, now))
    await failures.note(work, undefined)
  }
  failures.throwFirst()
}

async function tell(tx: OrganizationTx, rules: NoticeRules, now: number): Promise<void> {
  const before = now - hourMs
  const waiting = Map.groupBy(await tx.all(selectWaiting, {}), (row) => `${row.audience} ${row.rung}`)
  for (const [group, rows] of waiting) {
    const [first] = rows
    if (first === undefined || !rows.some((row) => Number(row.told_at) <= before)) continue
    const { rung, audience } = first
    const turn = { name: `gathered ${group}`, rung, audience, at: now, before }
    if ((await tx.change(takeTurn, turn)).length === 0) continue
    for (const { name } of rows) tx.write(markSaid, { name, at: now })
    await queueNotice(tx, placeOfGathered(), { audience, words: toWords(rows), rules }, now)
  }
}

function toWords(rows: readonly GatheredNoticeTable[]) {
  const more = rows.reduce((sum, row) => sum + Number(row.more), 0)
  const lines = rows.slice(0, shownKinds).map((row) => {
    const [count, line] = [Number(row.more), toSentence(row)]
    return count === 1 ? line : sayInMail('mail.gathered.many', { count, line })
  })
  const rest = rows.length - lines.length
  return {
    subject: sayInMail('mail.gathered.subject', { count: more }),
    text: [
      sayInMail('mail.gathered.text'),
      [...lines, ...(rest > 0 ? [sayInMail('mail.gathered.more', { count: rest })] : [])],
      sayInMail('mail.gathered.log'),
    ],
    page: 'audit-log',
  }
}

// The version before writes the line alone, in English; what it finds beside it is of another line then.
function toSentence({ said, latest }: GatheredNoticeTable): MailSentence {
  const sentence = said === null ? undefined : readJson<MailSentence>(said)
  if (sentence !== undefined && toLine(sentence) === latest) return sentence
  return sayInMail('mail.asWritten', { text: latest })
}
