// The links of IT contacts, with what is written to them: mailed where mail goes out, else in the answer, to be sent by whoever asked.
// The link itself is sessions/new-links.ts's. Its mail is counted in the transaction that makes it, and sent after it.
import type { CreatedPortalLink, LanguageCode, NewPortalLink } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { type MailPlace, takeMail } from '../deliveries/allowance.ts'
import { type SendMail, sendMailNow } from '../deliveries/mail.ts'
import { quoteName } from '../deliveries/words.ts'
import type { Act, OrganizationAct } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import { toEmailKey } from '../mapping/user-columns.ts'
import { renderInLanguage, sayInMail } from '../pages/mail-words.ts'
import { readInvited } from '../sessions/invited.ts'
import {
  type LinkRules,
  noteLinkSent,
  renewSetUpLink,
  type WrittenLink,
  writePortalLink,
} from '../sessions/new-links.ts'
import type { OrganizationTx } from '../store/database.ts'

/** What a link and its mail need to know. */
export interface SetUpLinkRules extends LinkRules {
  readonly organizationName: string
  /** Mails an hour. */
  readonly mailRate: number
  /** Undefined: nothing goes out, and the message is in the answer. */
  readonly sendMail: SendMail | undefined
}

interface Sending {
  readonly link: WrittenLink
  readonly place: MailPlace | undefined
}

/**
 * Makes a portal link, or a set-up link, and mails the latter where that is asked. Throws 400, 409 `too_many_links`, 429
 * `too_many_mails`; 502 `mail_not_sent`, where the link is there and can be sent again.
 */
export async function createPortalLink(
  { database, scope, act }: OrganizationAct,
  { send = false, ...input }: NewPortalLink,
  rules: SetUpLinkRules,
): Promise<CreatedPortalLink> {
  if (send && (input.days === undefined || input.email === undefined))
    throw new Problem('invalid_request', 'send: a set-up link is mailed, to somebody: say email and days')
  if (input.days === undefined && (input.language !== undefined || input.intents !== undefined))
    throw new Problem('invalid_request', 'language, intents: of a set-up link alone: say days')
  const sending = await database.inOrganization(scope, async (tx) => {
    const link = await writePortalLink(tx, act, input, rules)
    return { link, place: send ? await takePlace(tx, act, link, rules) : undefined }
  })
  return deliver({ database, scope, act }, sending, rules)
}

/** Mails a set-up link again, with a new secret. Throws 403, 404, 409 `link_closed`, 429 `too_many_mails`, 502 `mail_not_sent`. */
export async function resendPortalLink(
  { database, scope, act }: OrganizationAct,
  id: string,
  rules: SetUpLinkRules,
): Promise<CreatedPortalLink> {
  const sending = await database.inOrganization(scope, async (tx) => {
    const link = await renewSetUpLink(tx, act, id, rules)
    return { link, place: await takePlace(tx, act, link, rules) }
  })
  return deliver({ database, scope, act }, sending, rules)
}

// Counted where no mail goes out, too: what is copied is sent by somebody else then.
async function takePlace(
  tx: OrganizationTx,
  act: Act,
  { row }: WrittenLink,
  { mailRate }: SetUpLinkRules,
): Promise<MailPlace | undefined> {
  return row.email === null ? undefined : takeMail(tx, act, toEmailKey(row.email), mailRate)
}

async function deliver(
  { database, scope, act }: OrganizationAct,
  { link, place }: Sending,
  rules: SetUpLinkRules,
): Promise<CreatedPortalLink> {
  const { row, url } = link
  const { id, email } = row
  const message = row.kind === 'setup' ? writeMessage(link, rules) : null
  const isSent =
    message !== null && email !== null && place !== undefined && rules.sendMail !== undefined
      ? await sendMailNow(rules.sendMail, place, { to: email, language: languageOf(row), ...message }).then(
          () => true,
        )
      : false
  if (isSent && email !== null) await noteLinkSent({ database, scope, act }, { ...row, email })
  return { id, url, expiresAt: toTime(row.expires_at), isSent, message }
}

const languageOf = (row: WrittenLink['row']): LanguageCode => readInvited(row).language

// The subject is ours alone: it goes out under the operator's name.
function writeMessage(
  { row, url }: WrittenLink,
  { organizationName }: SetUpLinkRules,
): NonNullable<CreatedPortalLink['message']> {
  const until = toTime(row.expires_at).slice(0, 10)
  const { subject, text } = renderInLanguage(
    languageOf(row),
    sayInMail('mail.setUp.subject'),
    sayInMail('mail.setUp.text', { organization: quoteName(organizationName), until, url }),
  )
  return { subject, text }
}
