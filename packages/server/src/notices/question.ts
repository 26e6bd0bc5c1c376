// Somebody who sets up asks those who may confirm it, by mail: words and recipients are ours, and the mail leads to the screen and acts
// nowhere, so that asking gives nobody anything. Once a day for an organization.
import type { SetUpDetail, SetUpQuestion } from '@rollcall/api'
import { dayMs, toTime } from '../base/clock.ts'
import { firstIdAt } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { anchorOf, toHost } from '../connections/anchor.ts'
import { selectConnections } from '../connections/rows.ts'
import { takeQuestionMail } from '../deliveries/allowance.ts'
import { quoteName } from '../deliveries/words.ts'
import { selectClients, selectKeys } from '../directory/set-up-refusals.ts'
import { type Ask, findEvent, readsOf } from '../events/look-through.ts'
import { type OrganizationAct, record } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { selectHealth } from '../organizations/health.ts'
import { selectHowPeopleCome } from '../organizations/own.ts'
import { type MailSentence, sayInMail } from '../pages/mail-words.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { EventTable } from '../store/schema.ts'
import { listReaders, type NoticeRules, queueToReaders } from './notify.ts'

const shown = 20
const keptMs = 30 * dayMs

/** The same rules as of notices, and whether mail goes out. */
export interface QuestionRules extends NoticeRules {
  readonly hasMail: boolean
}

/** Whether somebody was asked, as whoever sets up is told it. */
export async function findQuestion(
  database: Database,
  scope: OrganizationScope,
  { hasMail }: Pick<QuestionRules, 'hasMail'>,
  now: number,
): Promise<SetUpDetail['question']> {
  const event = await findAsked(readsOf(database, scope), scope.organizationId, now)
  if (event === undefined) return { mayBeMailed: hasMail, sentAt: null, recipients: null }
  const sentAt = Number(event.occurred_at)
  const { recipients } = readJson<{ readonly recipients: number }>(event.data)
  return { mayBeMailed: hasMail && sentAt <= now - dayMs, sentAt: toTime(sentAt), recipients }
}

function findAsked(ask: Ask, subject: string, now: number): Promise<EventTable | undefined> {
  const types = ['organization.confirmation_asked']
  return findEvent(ask, { subject, types, from: firstIdAt('evt', now - keptMs), order: 'desc' })
}

/** Throws 409 `mail_off`, `nothing_to_confirm`, `nobody_to_ask`; 429 `too_many_mails` within a day of the one before. */
export async function askAdministrators(
  { database, scope, act }: OrganizationAct,
  rules: QuestionRules,
): Promise<SetUpQuestion> {
  if (!rules.hasMail) throw new Problem('mail_off', 'No mail goes out from here: send the question yourself')
  return database.inOrganization(scope, async (tx) => {
    const waiting = await listWaiting(tx)
    const [first] = waiting
    if (first === undefined)
      throw new Problem('nothing_to_confirm', 'Nothing of the set-up waits for a confirmation')
    const { languages, people } = await listReaders(tx, 'settings')
    // Where nobody runs the settings yet the operator confirms; nobody said which language they read.
    if (people === 0 && rules.operatorMail !== undefined) languages.set(rules.operatorMail, 'en')
    const recipients = people === 0 ? languages.size : people
    if (recipients === 0)
      throw new Problem('nobody_to_ask', 'There is nobody here who could be asked by mail yet')
    const place = await takeQuestionMail(tx, act.at)
    if (place === undefined) throw askedAlready(await findAsked(tx.all, scope.organizationId, act.at), act.at)
    const words = { ...toWords(act.rung === 'contact', waiting), page: first.page }
    await queueToReaders(tx, place, { languages, words, rules }, act.at)
    const subject = { type: 'organization', id: scope.organizationId } as const
    const data = { recipients, waiting: waiting.length }
    record(tx, act, { type: 'organization.confirmation_asked', subject, data })
    return { sentAt: toTime(act.at), recipients }
  })
}

function askedAlready(event: EventTable | undefined, now: number): Problem {
  const until = Number(event?.occurred_at ?? now) + dayMs
  const retryAfterSeconds = Math.max(1, Math.ceil((until - now) / 1_000))
  return new Problem('too_many_mails', 'Somebody was asked within the last day', { retryAfterSeconds })
}

/** What waits, and the screen on which it is confirmed. */
interface Waiting {
  readonly said: MailSentence
  readonly page: 'security/single-sign-on' | 'security/user-provisioning'
}

async function listWaiting(tx: OrganizationTx): Promise<readonly Waiting[]> {
  const waiting: Waiting[] = []
  for (const row of await tx.all(selectConnections, {})) {
    const anchor = anchorOf(row)
    if (anchor === null || row.anchor_rung !== 'contact') continue
    const said = sayInMail('mail.ask.connection', { name: quoteName(row.name), host: toHost(anchor) })
    waiting.push({ said, page: 'security/single-sign-on' })
  }
  const page = 'security/user-provisioning'
  for (const { name } of await tx.all(selectKeys, {}))
    waiting.push({ said: sayInMail('mail.makers.key', { name: quoteName(name) }), page })
  for (const { name } of await tx.all(selectClients, {}))
    waiting.push({ said: sayInMail('mail.makers.client', { name: quoteName(name) }), page })
  const own = await tx.first(selectHowPeopleCome, {})
  const isOpen = own?.provisioning_mode === 'scim' && own.unknown_sign_ins === 'create'
  // Before a first request was answered nobody has synced anything.
  if (isOpen && (await tx.first(selectHealth, {}))?.connected_at != null)
    waiting.push({ said: sayInMail('mail.ask.sync'), page })
  return waiting
}

function toWords(isContact: boolean, waiting: readonly Waiting[]) {
  const actor = sayInMail(isContact ? 'mail.actor.contact' : 'mail.actor.administrator')
  const rest = waiting.length - shown
  return {
    subject: sayInMail('mail.ask.subject'),
    text: [
      sayInMail('mail.ask.text', { actor }),
      sayInMail('mail.ask.list'),
      [
        ...waiting.slice(0, shown).map(({ said }) => said),
        ...(rest > 0 ? [sayInMail('mail.ask.more', { count: rest })] : []),
      ],
      sayInMail('mail.ask.advice'),
    ],
  }
}
