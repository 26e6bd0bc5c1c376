// The room `server/notices`: what somebody should be told before they ask. Each notice is an event and a mail, once, in one transaction.
//
// 1. A job looks: `expiry` at what ends soon, `failing` at clients that are refused, `guard` at many who leave, `seats`, `damage`.
// 2. `notify` records the event and queues the mail, unless it was told already.
// 3. What comes behind a notice that was mailed is said together, an hour later (`gathered`).
//
// Notices: an event, and a mail to the people who run the organization's settings, in one transaction and once. Of one kind, about one
// thing and on one rung's word at most one an hour is mailed: the first at once, what follows is gathered and said in one mail
// (gathered.ts). The event stands in any case.

import type { LanguageCode } from '@rollcall/api'
import { sql } from 'kysely'
import { hourMs } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { AnchorRung, Rung } from '../base/rung.ts'
import { type MailPlace, takeNoticeMail } from '../deliveries/allowance.ts'
import { queueMail } from '../deliveries/mail.ts'
import { quoteName } from '../deliveries/words.ts'
import type { NewEvent } from '../events/catalog.ts'
import { type Act, record } from '../events/record.ts'
import { selectLivingName } from '../organizations/own.ts'
import { listOfRecord, toMailLanguage } from '../pages/language.ts'
import {
  type MailParagraph,
  type MailSentence,
  renderInLanguage,
  renderSentence,
  sayInMail,
} from '../pages/mail-words.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { selectOwners, selectRecipients } from '../users/recoverable.ts'
import type { UserRow } from '../users/user-row.ts'
import { toUser } from '../users/views.ts'

/** Whoever runs the settings, and can come in. */
const insertNotice = organizationStatement<{ name: string; at: number }>('insert_notice')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('notice')
      .values({ organization_id: organizationId, name: place('name'), told_at: place('at') })
      .onConflict((on) => on.columns(['organization_id', 'name']).doNothing())
      .returning('name'),
)
const deleteNotice = organizationStatement<{ name: string }>('delete_notice')(
  ({ db, place, organizationId }) =>
    db.deleteFrom('notice').where('organization_id', '=', organizationId).where('name', '=', place('name')),
)
const selectNotice = organizationStatement<{ name: string }>('notice')(({ db, place, organizationId }) =>
  db
    .selectFrom('notice')
    .select('told_at')
    .where('organization_id', '=', organizationId)
    .where('name', '=', place('name')),
)

const maxLine = 1_000

/** Whom notices go to: the people who run the settings, or owners alone. */
export type Audience = 'settings' | 'owners'

interface Told {
  readonly name: string
  readonly rung: Rung
  readonly audience: Audience
  readonly at: number
  readonly hourAgo: number
  readonly line: string
  readonly said: string
}

// In one statement, so that of two nodes one alone mails: what comes within the hour, or while something waits to be said, is gathered.
const noteTold = organizationStatement<Told>('note_told')(({ db, place, organizationId, dialect }) => {
  const isDue = sql`gathered_notice.more = 0 AND gathered_notice.told_at <= ${dialect.bigint(place('hourAgo'))}`
  const at = dialect.bigint(place('at'))
  const [line, said] = [dialect.text(place('line')), dialect.text(place('said'))]
  const statement = sql<{
    more: number
  }>`INSERT INTO gathered_notice (organization_id, name, rung, audience, told_at, more, latest)
    VALUES (${organizationId}, ${place('name')}, ${place('rung')}, ${place('audience')}, ${at}, 0, '')
    ON CONFLICT (organization_id, name) DO UPDATE SET
      told_at = CASE WHEN ${isDue} THEN ${at} ELSE gathered_notice.told_at END,
      latest = CASE WHEN ${isDue} THEN '' ELSE ${line} END,
      said = CASE WHEN ${isDue} THEN NULL ELSE ${said} END,
      more = CASE WHEN ${isDue} THEN 0 ELSE gathered_notice.more + 1 END
    RETURNING more`
  return { compile: () => statement.compile(db) }
})
const holdBack = organizationStatement<{ name: string; line: string; said: string }>('hold_notice_back')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('gathered_notice')
      .set({ more: 1, latest: place('line'), said: place('said') })
      .where('organization_id', '=', organizationId)
      .where('name', '=', place('name')),
)
const forgetTold = organizationStatement<{ before: number }>('forget_told')(({ db, place, organizationId }) =>
  db
    .deleteFrom('gathered_notice')
    .where('organization_id', '=', organizationId)
    .where('more', '=', 0)
    .where('told_at', '<=', place('before')),
)

/** Words of a notice: ours, and names only as `quoteName` shows them. The link to the organization's settings is added. */
export interface NoticeWords {
  readonly subject: MailSentence
  readonly text: readonly [MailSentence, ...MailParagraph[]]
  /** Below the settings, such as `security/user-provisioning`. */
  readonly page: string
  /** What it is of, and about what: `anchor conn_…`. */
  readonly kind: string
  /** What that thing is worth: noise about what is worth less keeps back nothing about what is worth more. */
  readonly standing?: AnchorRung
  /** In a mail that says several; absent: the text's first paragraph. */
  readonly line?: MailSentence
}

/** What notices need to know of the service. */
export interface NoticeRules {
  /** Public base URL. */
  readonly url: string
  /** Told as well; undefined where nobody said. */
  readonly operatorMail: string | undefined
}

/** Takes the name of a notice; false when it was given before. */
export async function takeNotice(tx: OrganizationTx, name: string, at: number): Promise<boolean> {
  return (await tx.change(insertNotice, { name, at })).length > 0
}

/** Forgets that a notice was given, so that it is given again. */
export function forgetNotice(tx: OrganizationTx, name: string): void {
  tx.write(deleteNotice, { name })
}

/** When a notice of this name was taken. */
export async function findNotice(tx: OrganizationTx, name: string): Promise<number | undefined> {
  const row = await tx.first(selectNotice, { name })
  return row === undefined ? undefined : Number(row.told_at)
}

/** Records the events and queues the mails; nothing for an organization that is gone. */
export async function notify(
  tx: OrganizationTx,
  act: Act,
  events: NewEvent | readonly NewEvent[],
  words: NoticeWords,
  rules: NoticeRules,
): Promise<void> {
  if ((await tx.first(selectLivingName, {})) === undefined) return
  for (const event of [events].flat()) record(tx, act, event)
  await mailNotice(tx, act, words, rules)
}

/** Who caused a notice, and when. */
type Cause = Pick<Act, 'rung' | 'at'>

/** The mails alone, of what was recorded before. */
export async function mailNotice(
  tx: OrganizationTx,
  cause: Cause,
  words: NoticeWords,
  rules: NoticeRules,
): Promise<void> {
  await tellOrGather(tx, cause, 'settings', words, rules)
}

/** Queues the mails to the owners and the operator, of an event that was recorded already; nothing for an organization that is gone. */
export async function tellOwners(
  tx: OrganizationTx,
  cause: Cause,
  words: NoticeWords,
  rules: NoticeRules,
): Promise<void> {
  await tellOrGather(tx, cause, 'owners', words, rules)
}

async function tellOrGather(
  tx: OrganizationTx,
  { rung, at }: Cause,
  audience: Audience,
  words: NoticeWords,
  rules: NoticeRules,
): Promise<void> {
  const { kind, standing = '' } = words
  const hourAgo = at - hourMs
  // Apart by rung: nobody below keeps back what is told of somebody above.
  const name = `${kind} ${rung}`
  const sentence = words.line ?? words.text[0]
  const [line, said] = [toLine(sentence), JSON.stringify(sentence)]
  tx.write(forgetTold, { before: hourAgo })
  const [told] = await tx.change(noteTold, { name, rung, audience, at, hourAgo, line, said })
  if (Number(told?.more) > 0) return
  const place = await takeNoticeMail(tx, `${rung} ${standing}`, at)
  if (place === undefined) tx.write(holdBack, { name, line, said })
  else await queueNotice(tx, place, { audience, words, rules }, at)
}

/** A line that is gathered, in English: what an earlier version says, and by which this one knows whose words are kept beside it. */
export function toLine(sentence: MailSentence): string {
  return renderSentence('en', sentence).slice(0, maxLine)
}

/** A mail to each of them in their language, and to the operator; none for an organization that is gone. */
export async function queueNotice(
  tx: OrganizationTx,
  place: MailPlace,
  notice: {
    readonly audience: Audience
    readonly words: MailedWords
    readonly rules: NoticeRules
  },
  at: number,
): Promise<void> {
  const { audience, words, rules } = notice
  const { languages } = await listReaders(tx, audience)
  const { operatorMail } = rules
  if (operatorMail !== undefined && !languages.has(operatorMail)) languages.set(operatorMail, 'en')
  await queueToReaders(tx, place, { languages, words, rules }, at)
}

/** What is said in one mail. */
export type MailedWords = Pick<NoticeWords, 'subject' | 'page'> & { readonly text: readonly MailParagraph[] }

/** The addresses of whoever is told, each with the language of its reader, and how many people they are of. */
export async function listReaders(
  tx: OrganizationTx,
  audience: Audience,
): Promise<{ readonly languages: Map<string, LanguageCode>; readonly people: number }> {
  const rows: readonly (UserRow & { readonly recovery_address: string | null })[] = await tx.all(
    audience === 'owners' ? selectOwners : selectRecipients,
    {},
  )
  const languages = new Map<string, LanguageCode>()
  let people = 0
  for (const row of rows) {
    const language = toMailLanguage(listOfRecord(readJson(row.resource)))
    // Also where they are recovered: the other address is the directory's to change, which may be what they are told of.
    const addresses = [toUser(row).email ?? [], row.recovery_address ?? []].flat()
    if (addresses.length > 0) people += 1
    for (const to of addresses) if (!languages.has(to)) languages.set(to, language)
  }
  return { languages, people }
}

/** A mail to each address in the language of its reader; none for an organization that is gone. */
export async function queueToReaders(
  tx: OrganizationTx,
  place: MailPlace,
  mail: {
    readonly languages: ReadonlyMap<string, LanguageCode>
    readonly words: MailedWords
    readonly rules: NoticeRules
  },
  at: number,
): Promise<void> {
  const { languages, words, rules } = mail
  const own = await tx.first(selectLivingName, {})
  if (own === undefined) return
  const url = `${rules.url}/organizations/${own.slug}/settings/${words.page}`
  const about = sayInMail('mail.about', { organization: quoteName(own.name), url })
  for (const [to, language] of languages)
    queueMail(tx, place, { to, ...renderInLanguage(language, words.subject, ...words.text, about) }, at)
}
