// What an identity provider said of somebody, kept for half an hour until that person says what shall be done with it: linked to
// their account, or the connection confirmed. It belongs to one browser, and is gone once it was used.
import { sql } from 'kysely'
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { PendingSignInTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import { reviveAssertion } from './sign-ins.ts'
import { maxOfName, surplusAtOnce, whoseOf } from './whose.ts'

/** How long it waits. */
export const pendingLifeMs = 1_800_000

/**
 * `test`: a test sign-in. `link`: it met an account that it may not take over. `asleep`: nobody has confirmed the anchor for them.
 * `mend`: the test of an anchor that a mailed link staged.
 */
export type PendingKind = 'test' | 'link' | 'asleep' | 'mend'

/** A proven sign-in that waits. */
export interface PendingSignIn {
  readonly id: string
  readonly connectionId: string
  readonly kind: PendingKind
  /** The version of the anchor that was in place when it was proven. */
  readonly anchorNumber: number
  /** Of the staged anchor that proved it; null where the one in place did. */
  readonly anchorDigest: string | null
  readonly assertion: VerifiedAssertion
  /** Whose account it met or is to be linked to; null where there is none yet. */
  readonly userId: string | null
  /** The session that may say so. */
  readonly sessionId: string | null
  readonly returnTo: string | null
}

/** One that was kept before. */
export interface KeptSignIn extends PendingSignIn {
  /** By the clock that all nodes share. */
  readonly keptAt: number
}

type Row = Omit<PendingSignInTable, 'organization_id'>

const insertPending = organizationStatement<Row>('insert_pending_sign_in')(
  ({ db, place, organizationId, dialect }) =>
    db.insertInto('pending_sign_in').values({
      organization_id: organizationId,
      id: place('id'),
      connection_id: place('connection_id'),
      kind: place('kind'),
      anchor_number: place('anchor_number'),
      anchor_digest: place('anchor_digest'),
      browser_hash: place('browser_hash'),
      outcome: place('outcome'),
      user_id: place('user_id'),
      session_id: place('session_id'),
      return_to: place('return_to'),
      created_at: dialect.now(place('created_at')),
      expires_at: place('expires_at'),
      name_hash: place('name_hash'),
      session_hash: place('session_hash'),
    }),
)

/** Of one connection, in half an hour. */
const maxPending = 5_000

// The newest stay; what another node is at is left to it.
const createDisplace = (of: 'connection' | 'name') =>
  organizationStatement<{ connectionId: string; nameHash: string | null }>(
    `displace_pending_sign_ins_of_${of}`,
  )(({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('pending_sign_in')
      .where('organization_id', '=', organizationId)
      .where('id', 'in', (on) => {
        const waiting = on
          .selectFrom('pending_sign_in')
          .select('id')
          .where('organization_id', '=', organizationId)
          .where('connection_id', '=', place('connectionId'))
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(sql.lit(surplusAtOnce))
        const surplus =
          of === 'name'
            ? waiting.where('name_hash', '=', place('nameHash')).offset(sql.lit(maxOfName))
            : waiting.offset(sql.lit(maxPending))
        return dialect.lockFree(surplus, 'to change')
      }),
  )
const displaceOfName = createDisplace('name')
const displaceOfConnection = createDisplace('connection')

const selectPending = organizationStatement<{ id: string }>('pending_sign_in_for_update')(
  ({ db, place, organizationId, dialect }) => {
    const one = db
      .selectFrom('pending_sign_in')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(one)
  },
)

const deletePending = organizationStatement<{ id: string }>('delete_pending_sign_in')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('pending_sign_in')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

const deleteEnded = organizationStatement<{ before: number }>('delete_ended_pending_sign_ins')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('pending_sign_in')
      .where('organization_id', '=', organizationId)
      .where('expires_at', '<', place('before')),
)

/** `browserHash`: SHA-256 of the cookie that its browser is given. */
export function writePending(
  tx: OrganizationTx,
  pending: PendingSignIn,
  browserHash: string,
  at: number,
): void {
  const { nameHash, sessionHash } = whoseOf(pending.assertion)
  tx.write(insertPending, {
    name_hash: nameHash,
    session_hash: sessionHash,
    id: pending.id,
    connection_id: pending.connectionId,
    kind: pending.kind,
    anchor_number: pending.anchorNumber,
    anchor_digest: pending.anchorDigest,
    browser_hash: browserHash,
    outcome: JSON.stringify(pending.assertion),
    user_id: pending.userId,
    session_id: pending.sessionId,
    return_to: pending.returnTo,
    created_at: at,
    expires_at: at + pendingLifeMs,
  })
  for (const displace of [displaceOfName, displaceOfConnection])
    tx.write(displace, { connectionId: pending.connectionId, nameHash })
}

/** Undefined for one that is not there, has ended, was used, or belongs to another browser or connection. */
export async function findPending(
  tx: OrganizationTx,
  wanted: { readonly id: string; readonly connectionId: string; readonly browserHash: string },
  now: number,
): Promise<KeptSignIn | undefined> {
  const row = await tx.first(selectPending, { id: wanted.id })
  const isOwn = row?.connection_id === wanted.connectionId && row.browser_hash === wanted.browserHash
  if (row === undefined || !isOwn || row.expires_at <= now) return undefined
  return {
    id: row.id,
    connectionId: row.connection_id,
    kind: row.kind,
    anchorNumber: row.anchor_number,
    anchorDigest: row.anchor_digest,
    assertion: reviveAssertion(row.outcome),
    userId: row.user_id,
    sessionId: row.session_id,
    returnTo: row.return_to,
    keptAt: row.created_at,
  }
}

/** Once it was used. */
export function removePending(tx: OrganizationTx, id: string): void {
  tx.write(deletePending, { id })
}

/** Forgets what nobody finished. */
export function prunePending(tx: OrganizationTx, now: number): void {
  tx.write(deleteEnded, { before: now })
}
