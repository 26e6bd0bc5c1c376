// The one door of every mail: none goes through it without a place in what may be sent (allowance.ts). Mails that must arrive are
// queued in the transaction of what they tell of, sent and tried again like webhooks. Where no mail is configured the target is off,
// and nothing is queued.

import type { LanguageCode } from '@rollcall/api'
import { sql } from 'kysely'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { currentTrace } from '../base/tracing.ts'
import { messageOf } from '../base/unknown.ts'
import { MailError } from '../outbound/mail.ts'
import type { Database, InstallationTx, OrganizationTx } from '../store/database.ts'
import { type Dialect, installationStatement, organizationStatement } from '../store/statement.ts'
import type { MailPlace } from './allowance.ts'
import { renderQueue } from './enqueue.ts'
import type { LeasedDelivery } from './queue.ts'
import type { Attempt, Sender } from './sender.ts'
import { writeNewTarget, writeTargetSwitch } from './targets.ts'

const targetId = 'mail'

/** A mail to one person. */
export interface Mail {
  readonly to: string
  readonly subject: string
  /** In which it is written; English where it is left out. */
  readonly language?: LanguageCode
  /** Plain text. */
  readonly text: string
  /** The same as a page; made when it is sent. */
  readonly html?: string
  /** Shown beside the sender's address. */
  readonly fromName?: string
}

/** At the start: on where mail is configured, off where not. */
export async function openMailTarget(database: Database, hasMail: boolean, now: number): Promise<void> {
  await database.inInstallation('deliveries', async (tx) => {
    writeNewTarget(tx, targetId, 'mail')
    writeTargetSwitch(tx, targetId, hasMail, now)
  })
}

interface MailRow {
  readonly eventId: string
  readonly subjectId: string
  readonly payload: string
  readonly at: number
  readonly trace: string | null
}

function renderInsert(
  dialect: Dialect,
  place: (name: keyof MailRow) => unknown,
  organizationId: string,
): ReturnType<typeof sql> {
  return renderQueue(
    {
      targetId: sql`id`,
      organizationId: dialect.text(organizationId),
      eventId: dialect.text(place('eventId')),
      type: sql`'mail'`,
      subjectId: dialect.text(place('subjectId')),
      payload: dialect.text(place('payload')),
      at: dialect.bigint(place('at')),
      trace: dialect.text(place('trace')),
    },
    sql`FROM delivery_target WHERE id = ${targetId} AND is_enabled = 1`,
  )
}

const insertOwn = organizationStatement<MailRow>('queue_mail')(({ db, place, organizationId, dialect }) => {
  const statement = renderInsert(dialect, place, organizationId)
  return { compile: () => statement.compile(db) }
})
const insertForInstallation = installationStatement<MailRow>('queue_installation_mail')(
  ({ db, place, dialect }) => {
    const statement = renderInsert(dialect, place, '')
    return { compile: () => statement.compile(db) }
  },
)

/** Hands one mail to the mail server. */
export type SendMail = (mail: Mail) => Promise<void>

/** At once, after the transaction that took the place: whoever asked for it hears whether the mail server took it. */
export function sendMailNow(send: SendMail, _place: MailPlace, mail: Mail): Promise<void> {
  return send(mail)
}

/** Queues a mail of an organization in this transaction. */
export function queueMail(tx: OrganizationTx, _place: MailPlace, mail: Mail, at: number): void {
  tx.write(insertOwn, toRow(mail, at))
}

/** Queues a mail of the installation in this transaction. */
export function queueInstallationMail(tx: InstallationTx, _place: MailPlace, mail: Mail, at: number): void {
  tx.write(insertForInstallation, toRow(mail, at))
}

function toRow(mail: Mail, at: number): MailRow {
  // No address is longer than 320 characters (RFC 5321 §4.5.3.1); the column is part of an index.
  const subjectId = mail.to.slice(0, 320)
  return { eventId: createId('evt', at), subjectId, payload: JSON.stringify(mail), at, trace: currentTrace() }
}

/** `send` undefined: what was queued while there was mail waits. */
export function createMailSender(send: ((mail: Mail) => Promise<unknown>) | undefined): Sender {
  return {
    async send({ payload }: LeasedDelivery): Promise<Attempt | undefined> {
      if (send === undefined || payload === null) return undefined
      try {
        await send(readJson<Mail>(payload))
        return { status: 250, error: null, response: null, retryAfterMs: null }
      } catch (error) {
        const isFinal = error instanceof MailError && error.code !== 'not_sent'
        return { status: null, error: messageOf(error), response: null, retryAfterMs: null, isFinal }
      }
    },
    // The relay may come back: mails that were given up are few, and the next one knocks again.
    switchOff: async () => undefined,
  }
}
