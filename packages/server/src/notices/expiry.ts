// What ends soon: API keys and the certificates of identity providers, told 30, 7 and 1 days before, once each.

import { dayMs, toTime } from '../base/clock.ts'
import { createFailures } from '../base/few.ts'
import { parseMetadata, selectConnections } from '../connections/rows.ts'
import { quoteName } from '../deliveries/words.ts'
import { selectEndingKeys, selectKeyPlaces } from '../directory/key-use.ts'
import type { NewEvent } from '../events/catalog.ts'
import { type Act, actOfJob } from '../events/record.ts'
import { type MailSentence, sayInMail } from '../pages/mail-words.ts'
import { describeCertificate } from '../saml/idp-metadata.ts'
import { createScope, type Database, type OrganizationTx } from '../store/database.ts'
import { visitOrganizations } from '../store/visit.ts'
import { type NoticeRules, type NoticeWords, notify, takeNotice } from './notify.ts'

const warnDays = [1, 7, 30] as const
const shownEndings = 20

/** The smallest of 1, 7 and 30 days that is left at most. */
export function toWarning(endsAt: number, now: number): (typeof warnDays)[number] | undefined {
  const left = (endsAt - now) / dayMs
  return left <= 0 ? undefined : warnDays.find((days) => left <= days)
}

/** Looks at every key and certificate that ends within 30 days. */
export async function warnOfExpiry(
  database: Database,
  rules: NoticeRules,
  now: number,
  isStopping: () => boolean,
): Promise<void> {
  const act = actOfJob('warn of expiry', now)
  const until = now + 30 * dayMs
  const failures = createFailures()
  for (const { organization_id: id } of await database.readInstallation('jobs', selectKeyPlaces, {
    now,
    until,
  })) {
    if (isStopping()) return
    const work = database.inOrganization(createScope(id), (tx) => warnOfKeys(tx, act, until, rules))
    await failures.note(work, undefined)
  }
  for await (const scope of visitOrganizations(database, 'with connections', isStopping))
    await failures.note(
      database.inOrganization(scope, (tx) => warnOfCertificates(tx, act, rules)),
      undefined,
    )
  failures.throwFirst()
}

interface Ending {
  readonly event: NewEvent
  readonly days: number
  /** As a line among others. */
  readonly line: MailSentence
  /** Where it is the only one. */
  readonly text: MailSentence
}

const ofKeys = {
  kind: 'keys',
  page: 'security/user-provisioning',
  one: 'mail.key.one',
  many: 'mail.key.many',
  advice: 'mail.key.advice',
} as const
const ofCertificates = {
  kind: 'certificates',
  page: 'security/single-sign-on',
  one: 'mail.certificate.one',
  many: 'mail.certificate.many',
  advice: 'mail.certificate.advice',
} as const

// However many end, one mail tells of them.
async function tellOf(
  tx: OrganizationTx,
  act: Act,
  endings: readonly Ending[],
  what: typeof ofKeys | typeof ofCertificates,
  rules: NoticeRules,
): Promise<void> {
  const [first] = endings
  if (first === undefined) return
  const days = sayInMail('mail.days', { days: Math.min(...endings.map((ending) => ending.days)) })
  const count = endings.length
  const subject = count === 1 ? sayInMail(what.one, { days }) : sayInMail(what.many, { count, days })
  const words = {
    subject,
    text: count === 1 ? [first.text, sayInMail(what.advice)] : listEndings(endings, sayInMail(what.advice)),
    page: what.page,
    kind: what.kind,
    line: subject,
  } satisfies NoticeWords
  await notify(
    tx,
    act,
    endings.map(({ event }) => event),
    words,
    rules,
  )
}

function listEndings(endings: readonly Ending[], advice: MailSentence): NoticeWords['text'] {
  const shown = endings
    .toSorted((one, other) => one.days - other.days)
    .slice(0, shownEndings)
    .map(({ line }) => line)
  const count = endings.length - shown.length
  const begin = count === 0 ? sayInMail('mail.ending.all') : sayInMail('mail.ending.some', { count })
  return [begin, shown, advice]
}

async function warnOfKeys(tx: OrganizationTx, act: Act, until: number, rules: NoticeRules): Promise<void> {
  const endings: Ending[] = []
  for (const { id, name, expires_at: endsAt } of await tx.all(selectEndingKeys, { now: act.at, until })) {
    const days = toWarning(Number(endsAt), act.at)
    if (days === undefined || !(await takeNotice(tx, `key ${id} ${Number(endsAt)} ${days}`, act.at))) continue
    const expiresAt = toTime(Number(endsAt))
    const subject = { type: 'api_key', id } as const
    const on = expiresAt.slice(0, 10)
    endings.push({
      event: { type: 'api_key.expiring', subject, data: { name, expiresAt, days } },
      days,
      line: sayInMail('mail.key.item', { name: quoteName(name), on }),
      text: sayInMail('mail.key.text', { name: quoteName(name), on }),
    })
  }
  await tellOf(tx, act, endings, ofKeys, rules)
}

async function warnOfCertificates(tx: OrganizationTx, act: Act, rules: NoticeRules): Promise<void> {
  const endings: Ending[] = []
  for (const row of await tx.all(selectConnections, {})) {
    const certificates = (parseMetadata(row)?.certificates ?? []).map(describeCertificate)
    // As long as one of several holds, people sign in: the last one counts.
    const last = certificates.toSorted((one, two) => two.notAfter - one.notAfter)[0]
    const days = last === undefined || row.active !== 1 ? undefined : toWarning(last.notAfter, act.at)
    if (last === undefined || days === undefined) continue
    if (!(await takeNotice(tx, `certificate ${row.id} ${last.fingerprint} ${days}`, act.at))) continue
    const notAfter = toTime(last.notAfter)
    const on = notAfter.slice(0, 10)
    const subject = { type: 'connection', id: row.id } as const
    const data = { name: row.name, fingerprint: last.fingerprint, notAfter, days }
    endings.push({
      event: { type: 'connection.certificate_expiring', subject, data },
      days,
      line: sayInMail('mail.certificate.item', { name: quoteName(row.name), on }),
      text: sayInMail('mail.certificate.text', { name: quoteName(row.name), on }),
    })
  }
  await tellOf(tx, act, endings, ofCertificates, rules)
}
