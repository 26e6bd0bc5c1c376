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

import { type SqlBool, sql } from 'kysely'
import { hourMs } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { markDue } from '../store/due.ts'
import { StoreConflict } from '../store/errors.ts'
import type { SignInTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { maxOfName, surplusAtOnce, type Whose, whoseOf } from './whose.ts'

/** A request of ours is answered within an hour; people do leave a sign-in page open. */
export const requestLifetimeMs = hourMs
/** The browser comes back with the very next request. */
export const finishWithinMs = 300_000

/** `tile`: begun because an unsolicited response came. `mend`: the test of an anchor that a mailed link staged. */
export type Purpose = 'sign-in' | 'test' | 'tile' | 'unsolicited' | 'mend'

/** The person is to be asked again, whatever session the identity provider has. Times are milliseconds since 1970. */
export interface Freshness {
  /** They must have been asked no earlier than this. */
  readonly after: number
  /** When this browser's session says that they were asked last: an answer that repeats it is no new one. */
  readonly previous: number | null
}

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

/** Proven by one connection and finished by no browser; whoever is at it comes back with the very next request. */
const maxUnfinished = 1_000
/** In the place of what was said of the person, of a sign-in that made room for newer ones. */
const displacedOutcome = 'displaced'

// The newest stay. In the very words of the indexes, which hold those alone that wait; what another node is at is left to it.
const createDisplace = (of: 'connection' | 'name') =>
  organizationStatement<{ connectionId: string; nameHash: string; at: number }>(`displace_sign_ins_of_${of}`)(
    ({ db, place, organizationId, dialect }) =>
      db
        .updateTable('sign_in')
        .set({
          finished_at: place('at'),
          outcome: displacedOutcome,
          name_hash: null,
          session_hash: null,
        })
        .where('organization_id', '=', organizationId)
        .where('id', 'in', (on) => {
          const waiting = on
            .selectFrom('sign_in')
            .select('id')
            .where('organization_id', '=', organizationId)
            .where('connection_id', '=', place('connectionId'))
            .where(sql<SqlBool>`proven_at IS NOT NULL AND finished_at IS NULL`)
            .orderBy('proven_at', 'desc')
            .orderBy('id', 'desc')
            .limit(sql.lit(surplusAtOnce))
          const surplus =
            of === 'name'
              ? waiting.where('name_hash', '=', place('nameHash')).offset(sql.lit(maxOfName))
              : waiting.offset(sql.lit(maxUnfinished))
          return dialect.lockFree(surplus, 'to change')
        }),
  )
const displaceOfName = createDisplace('name')
const displaceOfConnection = createDisplace('connection')

function makeRoom(tx: OrganizationTx, connectionId: string, nameHash: string, at: number): void {
  for (const displace of [displaceOfName, displaceOfConnection])
    tx.write(displace, { connectionId, nameHash, at })
}

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

/** Why a sign-in does not go on. */
export type Refusal =
  | 'request_unknown'
  | 'request_expired'
  | 'request_spent'
  | 'replayed'
  | 'other_browser'
  | 'anchor_changed'
  | 'not_asked_again'
  | 'answer_before_request'
  | 'proof_over'

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

/** A request that tests a staged anchor says so in its id, so that no other answer needs a look. */
const stagedTest = '_s'

/** Of a request; `digest` of the staged anchor that it tests. */
export function createRequestId(random: string, digest: string | null): string {
  return `${digest === null ? '_' : stagedTest}${random}`
}

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

/** Which anchor was asked; the number is null of a request from before there were versions. */
export interface Asked {
  readonly anchorNumber: number | null
  readonly anchorDigest: string | null
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

/** A proven sign-in, finished by this transaction. */
export interface FinishedSignIn extends Asked {
  readonly assertion: VerifiedAssertion
  readonly purpose: Purpose
  readonly returnTo: string | null
  readonly sessionId: string | null
  readonly freshness: Freshness | null
  /** Both by the clock that all nodes share. */
  readonly begunAt: number
  readonly provenAt: number
}

/**
 * Whether the identity provider asked the person again. Clocks may differ by `skewMs`; an instant that is older than wanted by the
 * second and no later than the one of before is that one again, whatever the clocks say.
 */
export function isFresh(
  { after, previous }: Freshness,
  authnInstant: number | null,
  skewMs: number,
): boolean {
  if (authnInstant === null || authnInstant + skewMs < after) return false
  const isOlder = authnInstant < Math.floor(after / 1_000) * 1_000
  return !isOlder || previous === null || authnInstant > previous
}

/**
 * When a sign-in counts as proven. An answer may have been held back on its way here: of what was begun before an end, only the
 * identity provider can say that it answered after it. SAML does (`saysWhen`); the ID token is made when we ask for it.
 */
export function proofTimeOf(
  { begunAt, provenAt, purpose, assertion }: FinishedSignIn,
  saysWhen: boolean,
): number {
  const saidAt = saysWhen ? Math.min(provenAt, assertion.issueInstant) : 0
  return purpose === 'unsolicited' ? saidAt : Math.max(begunAt, saidAt)
}

/**
 * Whether something was proven before the sessions of whom it is about, or of its connection, ended last. Both are by one clock; what
 * cannot be told apart counts as before.
 */
export function isProofOver(
  provenAt: number | null,
  ended: { readonly sessions_ended_at: number | null } | undefined,
): boolean {
  const endedAt = ended?.sessions_ended_at ?? null
  return provenAt !== null && endedAt !== null && provenAt <= endedAt
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

const insertSeenOfClient = organizationStatement<{ clientId: string; jti: string; expiresAt: number }>(
  'insert_seen_client_assertion',
)(({ db, place, organizationId }) =>
  db
    .insertInto('seen_assertion')
    .values({
      organization_id: organizationId,
      connection_id: place('clientId'),
      assertion_id: place('jti'),
      expires_at: place('expiresAt'),
    })
    .onConflict((on) => on.doNothing())
    .returning('assertion_id'),
)

/** Spends what a client of ours proved itself by; false where it was spent before. */
export async function spendClientAssertion(
  tx: OrganizationTx,
  clientId: string,
  assertion: { readonly jti: string; readonly expiresAt: number },
): Promise<boolean> {
  return (await tx.change(insertSeenOfClient, { clientId, ...assertion })).length > 0
}
