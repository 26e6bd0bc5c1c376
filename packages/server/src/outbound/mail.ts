// Mail by SMTP to one person, as plain text and, where there is one, as a page. Owns the connection and the safety of headers; knows no
// message's words.

import { memberOf } from '../base/unknown.ts'
/** A mail as it is sent. */
export interface MailMessage {
  /** One bare address, without a display name. */
  readonly to: string
  readonly subject: string
  readonly text: string
  /** The same words as a page (multipart/alternative, RFC 2046 §5.1.4). */
  readonly html?: string
  /** Shown beside the sender's address, where the setting has no name of its own. */
  readonly fromName?: string
}

/** Sends mail. */
export interface Mailer {
  /** Throws MailError; resolves when the mail server has taken the message. */
  send(message: MailMessage): Promise<void>
  /** Connects and signs in, and sends nothing. Throws MailError. */
  check(): Promise<void>
}

/** Which mail server, and from whom. */
export interface MailerOptions {
  /** `smtp://` or `smtps://`, with user and password where needed. */
  readonly smtpUrl: string
  /** `name@host` or `Display name <name@host>`; the operator's own setting. */
  readonly from: string
}

/** The message says nothing of the server's answer, which is the `cause`. */
export class MailError extends Error {
  /** `recipient_refused`: for good, as the mail server says (RFC 5321 §4.2.1, 5yz). */
  readonly code: 'recipient_invalid' | 'recipient_refused' | 'not_sent'

  constructor(code: MailError['code'], message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'MailError'
    this.code = code
  }
}

// Stricter than RFC 5322: no quotes, comments, lists or groups, so that every reader finds the same single address.
const addressPattern = /^[^\s\p{Cc}@<>()[\]\\,;:"]{1,64}@[^\s\p{Cc}@<>()[\]\\,;:"]{1,255}$/u
const waitMs = 10_000

/** Throws on a URL that is not smtp: or smtps:. */
export function createMailer({ smtpUrl, from }: MailerOptions): Mailer {
  if (!/^smtps?:$/.test(URL.parse(smtpUrl)?.protocol ?? ''))
    throw new Error('ROLLCALL_SMTP_URL is not an SMTP URL')
  // Loaded where mail is configured.
  const opening = import('nodemailer').then(({ createTransport }) =>
    createTransport({
      url: smtpUrl,
      connectionTimeout: waitMs,
      greetingTimeout: waitMs,
      socketTimeout: waitMs,
      // No part of a message is ever read from a file or fetched.
      disableFileAccess: true,
      disableUrlAccess: true,
    }),
  )
  return {
    async check() {
      try {
        await (await opening).verify()
      } catch (cause) {
        throw new MailError('not_sent', 'The mail server cannot be used.', cause)
      }
    },
    async send({ to, subject, text, html, fromName }) {
      if (!addressPattern.test(to))
        throw new MailError('recipient_invalid', 'This is not one e-mail address.')
      const sender =
        fromName === undefined || from.includes('<') ? from : { name: toOneLine(fromName), address: from }
      const message = {
        from: sender,
        to: { name: '', address: to },
        subject: toOneLine(subject),
        text,
        ...(html === undefined ? {} : { html }),
      }
      try {
        await (await opening).sendMail(message)
      } catch (cause) {
        if (isRecipientRefused(cause))
          throw new MailError('recipient_refused', 'The mail server does not take this recipient.', cause)
        throw new MailError('not_sent', 'The mail server did not take the message.', cause)
      }
    },
  }
}

function isRecipientRefused(cause: unknown): boolean {
  const status = memberOf(cause, 'responseCode')
  return memberOf(cause, 'command') === 'RCPT TO' && typeof status === 'number' && status >= 500
}

function toOneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
