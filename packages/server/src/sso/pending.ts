// A proven sign-in that waits for an answer of the person, bound to the browser that proved it: how it is kept and found again, and
// what of its connection is shown. Linking and confirming stand on it.

import { say } from '@rollcall/api/sentences'
import { nameOf } from '../anchors/people.ts'
import { readJson } from '../base/json.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import {
  type Anchor,
  type AnchorWord,
  anchorOf,
  digestOf,
  listDifferences,
  parseAnchor,
  toHost,
} from '../connections/anchor.ts'
import { selectWithdrawn } from '../connections/anchor-rows.ts'
import type { FoundConnection } from '../connections/find.ts'
import { keepConnection, takeConnection } from '../connections/rows.ts'
import { readBody } from '../http/body.ts'
import { isSameOrigin, pendingCookieName, renderCookie } from '../http/cookies.ts'
import { isUnkeepableForm } from '../http/unkeepable.ts'
import { selectLiving } from '../organizations/own.ts'
import type { ShownConnection } from '../pages/pending.ts'
import { keyOf } from '../provisioning/sign-in-facts.ts'
import type { SignInVisit } from '../provisioning/sign-in-visit.ts'
import {
  findPending,
  type KeptSignIn,
  type PendingKind,
  type PendingSignIn,
  writePending,
} from '../sign-ins/pending.ts'
import { isProofOver } from '../sign-ins/standing.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable, OrganizationTable } from '../store/schema.ts'
import { findIdentity } from '../users/identities.ts'
import { lockUser } from '../users/lock-users.ts'
import { explainState } from './explain-state.ts'
import { type ConnectionVisit, type SsoOptions, SsoRefusal, type Visit } from './visit.ts'

const lifeSeconds = 1_800
const maxFormBytes = 4_096

/** A sign-in that was finished and may not simply end in a session: kept, with the cookie that its browser needs. */
export interface Kept {
  readonly id: string
  readonly cookie: readonly [string, string]
}

export function keepPending(
  tx: OrganizationTx,
  options: SsoOptions,
  visit: Visit,
  kept: Omit<PendingSignIn, 'id'>,
): Kept {
  const [id, secret] = [`_${createSecret()}`, createSecret()]
  writePending(tx, { id, ...kept }, hashSecret(secret), visit.at)
  return {
    id,
    cookie: ['set-cookie', renderCookie(options.cookies, pendingCookieName(id), secret, lifeSeconds)],
  }
}

/** Both are read anew: they may have been switched off, or another anchor put in place, since the sign-in began. */

export interface Opened {
  readonly pending: KeptSignIn
  readonly organization: OrganizationTable
  readonly connection: ConnectionTable
  readonly visitor: SignInVisit
  /** Of the anchor that is in place. */
  readonly digest: string
}

/** 410: a link that was used, has ended or never was. */
export const gone = (found: FoundConnection): SsoRefusal =>
  new SsoRefusal('pending_gone', [say('pending_gone')], found)
export const changed = (found: FoundConnection): SsoRefusal =>
  new SsoRefusal('anchor_changed', [say('pending_changed')], found)

export const over = (found: FoundConnection): SsoRefusal =>
  new SsoRefusal('proof_over', explainState('proof_over', found.row), found)

/** `purpose`: whether the connection may be changed in this transaction. Connections are locked before what waits, and people after it. */
export async function openPending(
  tx: OrganizationTx,
  visit: Visit,
  found: FoundConnection,
  asked: {
    readonly request: string
    readonly kinds: readonly PendingKind[]
    readonly purpose?: 'look' | 'change'
  },
): Promise<Opened> {
  const secret = visit.cookies.get(pendingCookieName(asked.request)) ?? ''
  const wanted = { id: asked.request, connectionId: found.row.id, browserHash: hashSecret(secret) }
  // Held as strongly as it will be needed: two who hold it together, and both want it alone then, would wait for each other.
  const hold = asked.purpose === 'change' ? takeConnection : keepConnection
  const connection = await hold(tx, found.row.id)
  const pending = await findPending(tx, wanted, visit.at)
  const organization = await tx.first(selectLiving, {})
  const anchor = connection === undefined ? null : anchorOf(connection)
  if (pending === undefined || organization === undefined || connection === undefined || anchor === null)
    throw gone(found)
  if (!asked.kinds.includes(pending.kind)) throw gone(found)
  if (connection.anchor_number !== pending.anchorNumber) throw changed(found)
  const person = pending.userId === null ? undefined : await lockUser(tx, pending.userId)
  if (person?.active === 0 || (person?.blocked_at ?? null) !== null) throw gone(found)
  // The test of an anchor that is to be put in place is no matter of the one that it replaces.
  const identity =
    pending.kind === 'mend' ? undefined : await findIdentity(tx, keyOf(connection, pending.assertion))
  if ([person, connection, identity].some((ended) => isProofOver(pending.keptAt, ended))) throw over(found)
  // Nothing of the person can end from here on until COMMIT.
  const visitor = { organization, connection, assertion: pending.assertion, provenAt: null }
  return { pending, organization, connection, visitor, digest: digestOf(anchor) }
}

/** A form of our own pages; throws 403 for one that another site sent. */
export async function readForm(
  { options, visit, found }: ConnectionVisit,
  maxBytes = maxFormBytes,
): Promise<URLSearchParams> {
  if (!isSameOrigin(visit.request.headers, options.url))
    throw new SsoRefusal('cross_site', [say('form_from_elsewhere')], found)
  const read = await readBody(visit.request, maxBytes)
  if ('fault' in read || isUnkeepableForm(read.text))
    throw new SsoRefusal('malformed', [say('form_unreadable')], found)
  return new URLSearchParams(read.text)
}

type FormAction = 'link' | 'confirm' | 'mail-link' | 'mend' | 'mend-test' | 'mend-apply'

export function toAction(found: FoundConnection, act: FormAction): string {
  return `/saml/${found.row.id}/${act}`
}

export function clearPending(options: SsoOptions, id: string): readonly [string, string] {
  return ['set-cookie', renderCookie(options.cookies, pendingCookieName(id), '', 0)]
}

export async function showConnection(tx: OrganizationTx, row: ConnectionTable): Promise<ShownConnection> {
  const anchor = anchorOf(row) as Anchor
  const word = row.anchor_put === null ? null : readJson<AnchorWord>(row.anchor_put)
  const [before] = await tx.all(selectWithdrawn, { connectionId: row.id })
  const differences = before === undefined ? [] : listDifferences(parseAnchor(before), anchor)
  return {
    name: row.name,
    host: toHost(anchor),
    put: word === null ? null : { who: (await nameOf(tx, word)) ?? describeKind(word), at: word.at },
    changes: differences.map(
      ({ attribute, before: was, after: is }) => `${attribute}: ${toText(was)} → ${toText(is)}`,
    ),
  }
}

export function describeKind({ kind, rung }: AnchorWord): string {
  if (kind === 'operator') return 'the operator of this service'
  if (kind === 'portal_link')
    return rung === 'contact' ? 'somebody with a set-up link' : 'somebody with a link of the operator'
  return kind === 'system' ? 'a refresh of its metadata' : 'somebody who is no longer here'
}

function toText(value: unknown): string {
  const text = Array.isArray(value) ? value.join(', ') : value === null ? 'nothing' : String(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
