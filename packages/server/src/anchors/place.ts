// Puts an anchor in place: the one before is kept as withdrawn, people's keys move with it where they are called otherwise, and
// owners and administrators are told. In the caller's transaction.
import type { Connection } from '@rollcall/api'
import type { AnchorRung } from '../base/rung.ts'
import {
  type Anchor,
  type AnchorColumns,
  anchorOf,
  digestOf,
  isSameKey,
  listProposed,
  listUnseen,
  type SecretChange,
  summarise,
  toHost,
  toWord,
  type Withdrawal,
  withAnchor,
} from '../connections/anchor.ts'
import { restoreMs, writeVersion } from '../connections/anchor-rows.ts'
import { endThroughConnection } from '../connections/ends.ts'
import { assertEntityName } from '../connections/entity-name.ts'
import { writeChange } from '../connections/rows.ts'
import { quoteName } from '../deliveries/words.ts'
import type { Change } from '../events/catalog.ts'
import { type Act, record } from '../events/record.ts'
import { mailNotice, type NoticeRules, type NoticeWords, notify } from '../notices/notify.ts'
import { noteHandOver } from '../organizations/hand-over.ts'
import { type MailSentence, sayInMail } from '../pages/mail-words.ts'
import { findPartKey } from '../pages/mending.ts'
import { toDay } from '../pages/pending.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { listMoves, moveIdentities, summariseMoves } from './moves.ts'
import { listAsleep, nameOf } from './people.ts'

/** What is needed to put another anchor in place. */
export interface Placing {
  /** As it is stored. */
  readonly before: ConnectionTable
  /** With what else changes. */
  readonly base: ConnectionTable
  readonly next: AnchorColumns
  readonly rung: AnchorRung
  readonly urlRung: AnchorRung
  /** The anchor that goes is in foreign hands. */
  readonly isCompromised: boolean
  /** By a link that was mailed to the actor. */
  readonly isByLink?: boolean
  readonly type: 'connection.anchor_applied' | 'connection.anchor_refreshed'
}

/** Returns the connection as it is then. Throws 400 for a name that no connection may have. */
export async function putInPlace(
  tx: OrganizationTx,
  act: Act,
  placing: Placing,
  rules: NoticeRules,
): Promise<Connection> {
  const { before, base, next, rung, type } = placing
  const old = anchorOf(before)
  assertEntityName(old, next.anchor)
  const keepsSecret = next.clientSecret === before.client_secret
  const changes = listProposed(
    old,
    next.anchor,
    keepsSecret ? null : { before: before.client_secret !== null, after: next.clientSecret !== null },
  )
  if (old !== null) {
    withdraw(tx, before, old, {
      ...toWord(act),
      by: next.number,
      isRestore: false,
      isCompromised: placing.isCompromised,
      keepsSecret,
    })
    if (!isSameKey(old, next.anchor)) await rename(tx, act, before, old, next.anchor)
  }
  const connection = writeChange(
    tx,
    act,
    before,
    {
      ...withAnchor(base, next),
      anchor_count: Math.max(base.anchor_count, next.number),
      anchor_rung: rung,
      anchor_url_rung: placing.urlRung,
      anchor_put: JSON.stringify(toWord(act)),
      anchor_confirmed: null,
    },
    type === 'connection.anchor_refreshed' ? 'connection.metadata_changed' : 'connection.updated',
    old === null ? [] : listUnseen(changes),
  )
  if (rung !== 'contact') noteHandOver(tx, act.at)
  await tell(
    tx,
    act,
    {
      row: base,
      type,
      number: next.number,
      before: old,
      after: next.anchor,
      changes,
      rung,
      isByLink: placing.isByLink === true,
    },
    rules,
  )
  return connection
}

/** Keeps the anchor that goes, so that it can be brought back. */
export function withdraw(
  tx: OrganizationTx,
  row: ConnectionTable,
  anchor: Anchor,
  {
    isCompromised,
    keepsSecret,
    ...withdrawal
  }: Withdrawal & {
    readonly isCompromised: boolean
    /** Whether the one that takes its place has the same client secret. */
    readonly keepsSecret: boolean
  },
): void {
  writeVersion(tx, {
    organization_id: row.organization_id,
    connection_id: row.id,
    number: row.anchor_number,
    state: 'withdrawn',
    digest: digestOf(anchor),
    anchor: JSON.stringify(anchor),
    client_secret: row.client_secret,
    keeps_secret: keepsSecret ? 1 : 0,
    rung: row.anchor_rung,
    url_rung: row.anchor_url_rung,
    put: row.anchor_put,
    confirmed: row.anchor_confirmed,
    staged_at: null,
    tested_at: null,
    withdrawn_at: withdrawal.at,
    withdrawn: JSON.stringify(withdrawal satisfies Withdrawal),
    is_compromised: isCompromised ? 1 : 0,
    preview: null,
  })
}

// People are called otherwise from here on: what began under the old names ends.
async function rename(
  tx: OrganizationTx,
  act: Act,
  row: ConnectionTable,
  before: Anchor,
  after: Anchor,
): Promise<void> {
  await endThroughConnection(tx, act, { connectionId: row.id }, 'connection_changed')
  const moves = await listMoves(tx, row.id, before, after)
  await moveIdentities(tx, row.id, row.anchor_number, { before, after }, moves)
  if (moves.length === 0) return
  const { identities, dropped } = summariseMoves(moves, false)
  const subject = { type: 'connection', id: row.id } as const
  record(tx, act, { type: 'connection.relinked', subject, data: { identities, dropped } })
}

interface Telling {
  readonly row: ConnectionTable
  readonly type: 'connection.anchor_applied' | 'connection.anchor_refreshed' | 'connection.anchor_restored'
  readonly number: number
  readonly before: Anchor | null
  readonly after: Anchor
  readonly changes: readonly Change[]
  readonly rung: AnchorRung
  readonly isByLink?: boolean
}

/** An event; and a mail to owners and administrators where people sign in, or did. */
export async function tell(
  tx: OrganizationTx,
  act: Act,
  telling: Telling,
  rules: NoticeRules,
): Promise<void> {
  const { row, type, number, before, after, changes, rung } = telling
  const asleep = (await listAsleep(tx, row.id, rung, false)).count
  const subject = { type: 'connection', id: row.id } as const
  const changed = changes.map(({ attribute }) => attribute)
  const data = { number, rung: act.rung, before: summarise(before), after: summarise(after), asleep, changed }
  const event = { type, subject, data }
  if (before === null || !isToldOf(row)) return record(tx, act, event)
  const words: NoticeWords = {
    subject: sayInMail('mail.anchor.subject'),
    text: [
      sayInMail(deed[type], {
        actor: await sayActor(tx, act, telling.isByLink),
        connection: quoteName(row.name),
        at: toDay(act.at),
      }),
      sayInMail('mail.anchor.now', { host: toHost(after), changes: changes.map(sayChange) }),
      ...(asleep === 0 ? [] : [sayInMail('mail.anchor.asleep', { count: asleep })]),
      ...(type === 'connection.anchor_restored'
        ? []
        : [sayInMail('mail.anchor.back', { until: toDay(act.at + restoreMs) })]),
    ],
    page: 'security/single-sign-on',
    kind: `anchor ${row.id}`,
    standing: row.anchor_rung,
  }
  await notify(tx, act, event, words, rules)
}

// Whether people sign in by it, or did.
function isToldOf(row: ConnectionTable): boolean {
  return row.first_enabled_at !== null || row.active === 1
}

/** What is needed to replace something beside the anchor, which stays. */
export interface Replacing {
  /** As it is stored. */
  readonly before: ConnectionTable
  /** With the same anchor. */
  readonly after: ConnectionTable
  readonly secret: SecretChange
  /** By a link that was mailed to the actor. */
  readonly isByLink?: boolean
}

/** Another client secret, or other scopes: the anchor stays, with its number and rung. Recorded, and told by mail, like an anchor. */
export async function replaceBeside(
  tx: OrganizationTx,
  act: Act,
  { before, after, secret, isByLink }: Replacing,
  rules: NoticeRules,
): Promise<Connection> {
  const anchor = anchorOf(after)
  const changes = anchor === null ? [] : listProposed(anchorOf(before), anchor, secret)
  const connection = writeChange(tx, act, before, after, 'connection.updated', listUnseen(changes))
  if (anchor === null || changes.length === 0 || !isToldOf(before)) return connection
  const words: NoticeWords = {
    subject: sayInMail('mail.client.subject'),
    text: [
      sayInMail('mail.client.changed', {
        actor: await sayActor(tx, act, isByLink),
        connection: quoteName(before.name),
        at: toDay(act.at),
        changes: changes.map(sayChange),
      }),
      sayInMail('mail.client.asBefore', { host: toHost(anchor) }),
    ],
    page: 'security/single-sign-on',
    kind: `client ${before.id}`,
    standing: before.anchor_rung,
  }
  await mailNotice(tx, act, words, rules)
  return connection
}

const deed = {
  'connection.anchor_applied': 'mail.anchor.applied',
  'connection.anchor_refreshed': 'mail.anchor.refreshed',
  'connection.anchor_restored': 'mail.anchor.restored',
} as const satisfies Readonly<Record<Telling['type'], string>>

/** Who acts, as the subject of a sentence. */
export async function sayActor(tx: OrganizationTx, act: Act, isByLink = false): Promise<MailSentence> {
  if (act.actor.kind === 'system') return sayInMail('mail.actor.refresh')
  const name = act.actor.kind === 'user' ? await nameOf(tx, { kind: 'user', id: act.actor.userId }) : null
  const { rung } = act
  const isNamed = rung === 'operator' || rung === 'owner' || rung === 'administrator'
  const who = sayInMail(isNamed ? `mail.actor.${rung}` : 'mail.actor.contact')
  const actor = name === null ? who : sayInMail('mail.actor.named', { actor: who, name: quoteName(name) })
  return isByLink ? sayInMail('mail.actor.byLink', { actor }) : actor
}

/** What changes, by the word that people know it by; of a client secret also how. */
export function sayChange({ attribute, before, after }: Change): MailSentence {
  if (attribute === 'clientSecret')
    return sayInMail(`mail.secret.${after === null ? 'taken' : before === null ? 'set' : 'replaced'}`)
  const key = findPartKey(attribute)
  return key === undefined ? sayInMail('mail.asWritten', { text: attribute }) : sayInMail(key)
}
