// The room `server/sign-ins`: a sign-in while it is under way, as rows that every node sees. Whose it is and what comes of it is decided
// above.
//
// 1. A request is begun: bound to a browser by a cookie, kept for minutes.
// 2. The identity provider's proof spends the request and is remembered, so that it counts once.
// 3. The browser that began it finishes it, once; until then it is `pending` or unfinished.
// 4. What waits for an answer of the person is in `pending`; what a logout ends before its time is found by `unfinished` and `whose`.
// 5. `prune` forgets what nobody finished.
//
// A sign-in under way: begun here, proven once by the identity provider, finished once by the browser that began it.
// In the store, so that every node knows it and a restart forgets nothing. Owns no SAML and no cookie.

import { sql } from 'kysely'
import { hourMs } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { markDue } from '../store/due.ts'
import { StoreConflict } from '../store/errors.ts'
import type { SignInTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { displacedOutcome, makeRoom } from './displaced.ts'
import {
  type Asked,
  type FinishedSignIn,
  type Freshness,
  type Purpose,
  type Refusal,
  stagedTest,
} from './standing.ts'
import { type Whose, whoseOf } from './whose.ts'

/** A request of ours is answered within an hour; people do leave a sign-in page open. */
export const requestLifetimeMs = hourMs

/** The browser comes back with the very next request. */
export const finishWithinMs = 300_000

/** What a sign-in begins with. */
export interface NewSignIn {
  readonly id: string
  readonly connectionId: string
  readonly purpose: Purpose
  /** SHA-256 of the per-request cookie. */
  readonly browserHash: string
  readonly returnTo: string | null
  /** The administrator's session behind a test. */
  readonly sessionId: string | null
  /** The version of the connection's anchor that is to answer. */
  readonly anchorNumber: number
  /** Of a test of a staged anchor: its digest. */
  readonly anchorDigest: string | null
  readonly freshness?: Freshness | null
}

const insertSignIn = organizationStatement<
  Omit<NewSignIn, 'freshness'> & {
    freshness: string | null
    at: number
    expiresAt: number
    provenAt: number | null
    outcome: string | null
    nameHash: string | null
    sessionHash: string | null
  }
>('insert_sign_in')(({ db, place, organizationId, dialect }) =>
  db.insertInto('sign_in').values({
    organization_id: organizationId,
    id: place('id'),
    connection_id: place('connectionId'),
    purpose: place('purpose'),
    browser_hash: place('browserHash'),
    return_to: place('returnTo'),
    session_id: place('sessionId'),
    anchor_number: place('anchorNumber'),
    anchor_digest: place('anchorDigest'),
    created_at: dialect.now(place('at')),
    expires_at: place('expiresAt'),
    proven_at: sql<
      number | null
    >`CASE WHEN ${dialect.bigint(place('provenAt'))} IS NULL THEN NULL ELSE ${dialect.now(dialect.bigint(place('provenAt')))} END`,
    outcome: place('outcome'),
    freshness: place('freshness'),
    finished_at: null,
    name_hash: place('nameHash'),
    session_hash: place('sessionHash'),
  }),
)

const selectForUpdate = organizationStatement<{ id: string }>('sign_in_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const one = db
      .selectFrom('sign_in')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(one)
  },
)

const markProven = organizationStatement<
  {
    id: string
    at: number
    expiresAt: number
    outcome: string
    anchorNumber: number
  } & Whose
>('sign_in_proven')(({ db, place, organizationId, dialect }) =>
  db
    .updateTable('sign_in')
    .set({
      // By the clock that all nodes share, as ends are.
      proven_at: dialect.now(place('at')),
      expires_at: place('expiresAt'),
      outcome: place('outcome'),
      anchor_number: place('anchorNumber'),
      name_hash: place('nameHash'),
      session_hash: place('sessionHash'),
    })
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

// What was said of the person is forgotten here: it has been used.
const markFinished = organizationStatement<{ id: string; at: number }>('sign_in_finished')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('sign_in')
      .set({ finished_at: place('at'), outcome: null, name_hash: null, session_hash: null })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const insertSeen = organizationStatement<{ connectionId: string; assertionId: string; expiresAt: number }>(
  'insert_seen_assertion',
)(({ db, place, organizationId }) =>
  db.insertInto('seen_assertion').values({
    organization_id: organizationId,
    connection_id: place('connectionId'),
    assertion_id: place('assertionId'),
    expires_at: place('expiresAt'),
  }),
)

/** Keeps a sign-in that begins. */
export async function beginSignIn(
  database: Database,
  scope: OrganizationScope,
  signIn: NewSignIn,
  now: number,
  /** In the same transaction; what it throws begins nothing. */
  also?: (tx: OrganizationTx) => Promise<void>,
): Promise<void> {
  const freshness = signIn.freshness == null ? null : JSON.stringify(signIn.freshness)
  const row = {
    ...signIn,
    freshness,
    at: now,
    expiresAt: now + requestLifetimeMs,
    provenAt: null,
    outcome: null,
    nameHash: null,
    sessionHash: null,
  }
  await database.inOrganization(scope, async (tx) => {
    await also?.(tx)
    tx.write(insertSignIn, row)
    markPrune(tx, now)
  })
}

/** What the browser is allowed to finish. */
export interface Proof {
  readonly connectionId: string
  readonly assertion: VerifiedAssertion
  /** The anchor that it was verified against: its version, and its digest where it is a staged one. */
  readonly anchor: { readonly number: number; readonly digest: string | null }
}

/**
 * Spends the request that the assertion answers and remembers the assertion, in one transaction: of concurrent
 * deliveries of one response, on any node, one is proven.
 */
export async function proveSignIn(
  database: Database,
  scope: OrganizationScope,
  proof: Proof & { readonly requestId: string; readonly skewMs: number },
  now: number,
): Promise<Refusal | 'proven'> {
  const { connectionId, assertion, requestId, anchor } = proof
  return remember(() =>
    database.inOrganization(scope, async (tx) => {
      const row = await tx.first(selectForUpdate, { id: requestId })
      if (row === undefined || row.connection_id !== connectionId) return 'request_unknown'
      if (row.proven_at !== null) return 'request_spent'
      if (row.expires_at <= now) return 'request_expired'
      // A test of a staged anchor is answered by that one alone, and nothing else is.
      if (row.anchor_digest !== anchor.digest) return 'anchor_changed'
      // Nobody answers what has not been asked yet: what was issued before was kept from another time.
      if (assertion.issueInstant + proof.skewMs < row.created_at) return 'answer_before_request'
      tx.write(insertSeen, {
        connectionId,
        assertionId: assertion.assertionId,
        expiresAt: assertion.expiresAt,
      })
      const whose = whoseOf(assertion)
      tx.write(markProven, {
        ...whose,
        id: requestId,
        at: now,
        expiresAt: now + finishWithinMs,
        outcome: JSON.stringify(assertion),
        anchorNumber: anchor.number,
      })
      makeRoom(tx, connectionId, whose.nameHash, now)
      return 'proven'
    }),
  )
}

/** The same for an assertion that nobody asked for; `signIn.id` is made by the caller. */
export async function proveUnsolicited(
  database: Database,
  scope: OrganizationScope,
  signIn: NewSignIn,
  assertion: VerifiedAssertion,
  now: number,
): Promise<Refusal | 'proven'> {
  const { connectionId } = signIn
  return remember(() =>
    database.inOrganization(scope, async (tx) => {
      tx.write(insertSeen, {
        connectionId,
        assertionId: assertion.assertionId,
        expiresAt: assertion.expiresAt,
      })
      const outcome = JSON.stringify(assertion)
      const expiresAt = now + finishWithinMs
      const whose = whoseOf(assertion)
      const row = { ...signIn, ...whose, freshness: null, at: now, expiresAt, provenAt: now, outcome }
      tx.write(insertSignIn, row)
      makeRoom(tx, connectionId, whose.nameHash, now)
      return 'proven' as const
    }),
  )
}

async function remember(work: () => Promise<Refusal | 'proven'>): Promise<Refusal | 'proven'> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof StoreConflict) return 'replayed'
    throw error
  }
}

/** Whether a request of this id was ever made for the connection. */
export async function isKnownRequest(
  database: Database,
  scope: OrganizationScope,
  connectionId: string,
  id: string,
): Promise<boolean> {
  return database.inOrganization(
    scope,
    async (tx) => (await tx.first(selectForUpdate, { id }))?.connection_id === connectionId,
  )
}

const selectAsked = organizationStatement<{ id: string; connectionId: string }>('sign_in_asked')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('sign_in')
      .select('anchor_digest')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('connection_id', '=', place('connectionId')),
)

/** The staged anchor that a request tests; null for all others. */
export async function findTestedDigest(
  database: Database,
  scope: OrganizationScope,
  connectionId: string,
  id: string,
): Promise<string | null> {
  if (!id.startsWith(stagedTest)) return null
  const [row] = await database.readOrganization(scope, selectAsked, { id, connectionId })
  return row?.anchor_digest ?? null
}

/** Before anything is spent at the identity provider: whether this browser may still be answered for this request. */
export async function checkOpen(
  database: Database,
  scope: OrganizationScope,
  wanted: { readonly id: string; readonly connectionId: string; readonly browserHash: string },
  now: number,
): Promise<Refusal | Asked> {
  return database.inOrganization(scope, async (tx) => {
    const row = await tx.first(selectForUpdate, { id: wanted.id })
    if (row === undefined || row.connection_id !== wanted.connectionId) return 'request_unknown'
    if (row.browser_hash !== wanted.browserHash) return 'other_browser'
    if (row.proven_at !== null) return 'request_spent'
    if (row.expires_at <= now) return 'request_expired'
    return { anchorNumber: row.anchor_number, anchorDigest: row.anchor_digest }
  })
}

/** A message that is used once: throws StoreConflict where it was used before. Its id is no assertion's, for it has a space. */
export function rememberLogoutRequest(
  tx: OrganizationTx,
  request: { readonly connectionId: string; readonly id: string; readonly expiresAt: number },
): void {
  const { connectionId, id, expiresAt } = request
  tx.write(insertSeen, { connectionId, assertionId: id, expiresAt })
}

/** In the place of what was said of the person, of a sign-in that the identity provider ended before it was finished. */
export const endedOutcome = 'ended'

/** Once, and only with the cookie that the request was begun with. The row is locked until COMMIT. */
export async function finishSignIn(
  tx: OrganizationTx,
  wanted: { readonly id: string; readonly connectionId: string; readonly browserHash: string },
  now: number,
): Promise<FinishedSignIn | Refusal> {
  const row = await tx.first(selectForUpdate, { id: wanted.id })
  if (row === undefined || row.connection_id !== wanted.connectionId) return 'request_unknown'
  if (row.browser_hash !== wanted.browserHash) return 'other_browser'
  if (row.finished_at !== null) return refusalOf(row.outcome)
  if (row.proven_at === null || row.outcome === null) return 'request_unknown'
  if (row.expires_at <= now) return 'request_expired'
  tx.write(markFinished, { id: row.id, at: now })
  return toFinished(row, row.outcome, row.proven_at)
}

// Of one that is finished.
function refusalOf(outcome: string | null): Refusal {
  if (outcome === endedOutcome) return 'proof_over'
  return outcome === displacedOutcome ? 'request_expired' : 'request_spent'
}

/** An assertion as it was kept: names of attributes are data, never members of an object's prototype. */
export function reviveAssertion(outcome: string): VerifiedAssertion {
  const stored = readJson<VerifiedAssertion>(outcome)
  const attributes: VerifiedAssertion['attributes'] = Object.assign(Object.create(null), stored.attributes)
  // One that was proven before there were instants has none.
  return { ...stored, attributes, authnInstant: stored.authnInstant ?? null }
}

function toFinished(row: SignInTable, outcome: string, provenAt: number): FinishedSignIn {
  return {
    assertion: reviveAssertion(outcome),
    purpose: row.purpose,
    returnTo: row.return_to,
    sessionId: row.session_id,
    anchorNumber: row.anchor_number,
    anchorDigest: row.anchor_digest,
    freshness: row.freshness === null ? null : readJson<Freshness>(row.freshness),
    begunAt: row.created_at,
    provenAt,
  }
}

/** How often an organization in which people sign in is looked after. */
export const pruneEveryMs = 300_000

/** With a row that is to be forgotten one day. */
export function markPrune(tx: OrganizationTx, now: number): void {
  markDue(tx, 'prune sign-ins', now + pruneEveryMs, now)
}
