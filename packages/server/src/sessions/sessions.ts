// The room `server/sessions`: who is signed in, and by what. Every session is a row that is asked for at each request.
//
// 1. A session is made at sign-in, or when a link is redeemed (`links`, `operator`).
// 2. A request brings its cookie; the row is found by the hash, and `rung` says where its holder stands.
// 3. Before an act is written, `standing` looks once more whether it still holds.
// 4. `end` is the only way in which all that a person has ends, in the transaction of its cause; `ended-many` does it for thousands.
// 5. What is too much to be removed at once is made worthless by `holdings`, and removed later.
//
// Sessions of people and administrators: made at sign-in, found by the hash of a cookie, ended by time, by hand, or with all else
// of a person by end.ts. Owns no HTTP; a reactivation brings none back, because ended ones are gone.

import type { EmbedIntent, SetUpIntent } from '@rollcall/api'
import { sql } from 'kysely'
import { hourMs, minuteMs } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import type { Role } from '../base/rung.ts'
import { createSecret, hashSecret, isSameHash } from '../base/secret.ts'
import { isOfPresent, mostAtOnce, presentOf } from '../holdings/generations.ts'
import { isLiving, organizationRows } from '../organizations/joined.ts'
import { createScope, type Database, type OrganizationScope, type OrganizationTx } from '../store/database.ts'
import type { SessionTable } from '../store/schema.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'

/** Shown to tell browsers apart; more of it says nothing. */
const maxUserAgent = 512

/** What a session may open. */
export type SessionKind = 'person' | 'administrator' | 'setup'

/** Idle and whole life of a session. */
export const sessionLimits: Readonly<
  Record<SessionKind, { readonly idleMs: number; readonly lifeMs: number }>
> = {
  person: { idleMs: 8 * hourMs, lifeMs: 24 * hourMs },
  administrator: { idleMs: hourMs, lifeMs: 12 * hourMs },
  setup: { idleMs: hourMs, lifeMs: 12 * hourMs },
}

/** That one person has, and as many in frames. */
export const maxSessionsOfPerson = 50

/** What a session begins with. */
export interface NewSession {
  readonly kind: SessionKind
  readonly role: Role
  readonly userId: string | null
  readonly label: string
  readonly linkId: string | null
  /** In the frame of somebody who is named by an address: the link that stands for them. */
  readonly contactId?: string | null
  readonly connectionId: string | null
  readonly nameId: string | null
  readonly nameIdFormat: string | null
  /** As JSON; null where there are none. */
  readonly nameQualifiers?: string | null
  readonly sessionIndex: string | null
  /** The version of the connection's anchor that proved the person. */
  readonly anchorNumber: number | null
  /** Of a link's session: the operator key under which the link was made. */
  readonly keyHash?: string | null
  /** The identity provider's or the link's own end, which caps ours. */
  readonly endsAt: number | null
  /** Of the browser that begins it. */
  readonly ip: string | null
  readonly userAgent: string | null
  /** When the identity provider asked the person, as it says itself. */
  readonly authAt: number | null
  /** Where a fresh sign-in was asked for and came: how far back it may lie. */
  readonly freshAfter: number | null
  /** In a frame: what it holds by. */
  readonly frame?: KeptFrame
  /** Of a set-up link that is for a part of the settings: which. */
  readonly intents?: readonly SetUpIntent[] | null
}

/** A session that holds now. */
export interface Session {
  readonly id: string
  readonly scope: OrganizationScope
  readonly kind: SessionKind
  readonly role: Role
  readonly userId: string | null
  readonly label: string
  readonly linkId: string | null
  /** The link that stands for whoever is in it: for all frames of one address the same. */
  readonly contactId: string | null
  readonly connectionId: string | null
  readonly nameId: string | null
  readonly nameIdFormat: string | null
  readonly nameQualifiers: string | null
  readonly sessionIndex: string | null
  readonly anchorNumber: number | null
  readonly authAt: number | null
  readonly freshAfter: number | null
  readonly createdAt: number
  readonly expiresAt: number
  /** Of a session in a frame: where that stands, and what it is for. */
  readonly frame: Frame | null
  /** What it is for, of a frame or of a set-up link for a part of the settings; null: all that its rung may open. */
  readonly intents: readonly EmbedIntent[] | null
}

/** A frame of the product's page. */
export interface Frame {
  readonly origin: string
  readonly intents: readonly EmbedIntent[]
}

/** What is kept of it: half of the credential is a secret that no cookie has. */
export interface KeptFrame extends Frame {
  readonly secretHash: string
}

type NewRow = Omit<SessionTable, 'organization_id' | 'generation'>

const insertSession = organizationStatement<NewRow>('insert_session')(
  ({ db, place, organizationId, dialect }) =>
    db.insertInto('session').values({
      secret_hash: place('secret_hash'),
      organization_id: organizationId,
      id: place('id'),
      kind: place('kind'),
      role: place('role'),
      user_id: place('user_id'),
      label: place('label'),
      link_id: place('link_id'),
      contact_id: place('contact_id'),
      connection_id: place('connection_id'),
      name_id: place('name_id'),
      name_id_format: place('name_id_format'),
      name_qualifiers: place('name_qualifiers'),
      session_index: place('session_index'),
      anchor_number: place('anchor_number'),
      key_hash: place('key_hash'),
      ip: place('ip'),
      user_agent: place('user_agent'),
      auth_at: place('auth_at'),
      fresh_after: place('fresh_after'),
      created_at: place('created_at'),
      last_seen_at: place('last_seen_at'),
      expires_at: place('expires_at'),
      frame: place('frame'),
      intents: place('intents'),
      generation: presentOf('session', organizationId, dialect.text(place('user_id'))),
    }),
)

/** The setting that holds the hash of the operator key in force. */
export const presentKeySetting = 'operator_key_present'

const selectPresentKey = organizationStatement('operator_key_in_force')(({ db }) =>
  db.selectFrom('setting').select('value').where('name', '=', presentKeySetting),
)

/** The hash of the operator key in force, in a unit of an organization; undefined before a node knew one. */
export async function presentKeyOf(tx: OrganizationTx): Promise<string | undefined> {
  return (await tx.first(selectPresentKey, {}))?.value
}

// What a link of the operator opened holds only under the operator key of that link.
const selectSession = installationStatement<{ hash: string }>('session_by_hash')(({ db, place }) =>
  db
    .selectFrom('session')
    .innerJoin(organizationRows, 'organization.id', 'session.organization_id')
    .leftJoin('setting', (join) => join.on('setting.name', '=', presentKeySetting))
    .selectAll('session')
    .where('session.secret_hash', '=', place('hash'))
    .where(isLiving)
    .where((on) =>
      on.or([on('session.key_hash', 'is', null), on('session.key_hash', '=', on.ref('setting.value'))]),
    )
    .where(isOfPresent('session')),
)

const touchSession = installationStatement<{ hash: string; at: number }>('touch_session')(({ db, place }) =>
  db
    .updateTable('session')
    .set({ last_seen_at: place('at') })
    .where('secret_hash', '=', place('hash')),
)

const deleteByHash = installationStatement<{ hash: string }>('delete_session')(({ db, place }) =>
  db.deleteFrom('session').where('secret_hash', '=', place('hash')),
)

// Of the first thousand by the index, so that nothing is sorted that an earlier version let somebody gather; with the next sign-ins the
// rest goes. One that an act has is not quiet.
const deleteQuietOfPerson = organizationStatement<{ userId: string; isFrame: 0 | 1 }>(
  'delete_quiet_sessions_of_user',
)(({ db, place, organizationId, dialect }) => {
  const some = db
    .selectFrom('session')
    .select(['secret_hash', 'last_seen_at', 'id'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', place('userId'))
    .where(sql`CASE WHEN frame IS NULL THEN 0 ELSE 1 END`, '=', place('isFrame'))
    .limit(sql.lit(mostAtOnce))
  const quiet = db
    .selectFrom(some.as('looked'))
    .select('secret_hash')
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .limit(sql.lit(mostAtOnce))
    .offset(sql.lit(maxSessionsOfPerson - 1))
  const free = dialect.lockFree(
    db.selectFrom('session').select('secret_hash').where('secret_hash', 'in', quiet),
  )
  // By their names alone: beside the organization SQLite would look through all sessions of that.
  return db.deleteFrom('session').where('secret_hash', 'in', free)
})

const deleteOfOtherKeys = organizationStatement<{ keyHash: string }>('delete_sessions_of_other_keys')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('session')
      .where('organization_id', '=', organizationId)
      .where('key_hash', 'is not', null)
      .where('key_hash', '<>', place('keyHash')),
)

const deleteById = organizationStatement<{ id: string }>('delete_session_by_id')(
  ({ db, place, organizationId }) =>
    db.deleteFrom('session').where('organization_id', '=', organizationId).where('id', '=', place('id')),
)

/** The token goes into the cookie and nowhere else; always a new one, so that a sign-in never keeps an old session. */
export function createSession(
  tx: OrganizationTx,
  session: NewSession,
  now: number,
): { readonly token: string; readonly expiresAt: number } {
  const token = createSecret()
  const expiresAt = Math.min(
    now + sessionLimits[session.kind].lifeMs,
    session.endsAt ?? Number.MAX_SAFE_INTEGER,
  )
  tx.write(insertSession, {
    secret_hash: hashSecret(token),
    id: createId('ses', now),
    kind: session.kind,
    role: session.role,
    user_id: session.userId,
    label: session.label,
    link_id: session.linkId,
    contact_id: session.contactId ?? null,
    connection_id: session.connectionId,
    name_id: session.nameId,
    name_id_format: session.nameIdFormat,
    name_qualifiers: session.nameQualifiers ?? null,
    session_index: session.sessionIndex,
    anchor_number: session.anchorNumber,
    key_hash: session.keyHash ?? null,
    ip: session.ip,
    user_agent: session.userAgent?.slice(0, maxUserAgent) ?? null,
    auth_at: session.authAt,
    fresh_after: session.freshAfter,
    created_at: now,
    last_seen_at: now,
    expires_at: expiresAt,
    frame: session.frame === undefined ? null : JSON.stringify(session.frame),
    intents: session.intents == null ? null : JSON.stringify(session.intents),
  })
  return { token, expiresAt }
}

/**
 * Asks the store every time: what was ended is ended at once, on every node. Undefined for whatever does not hold. `isQuiet` is a
 * look that does not count as use.
 */
export async function findSession(
  database: Database,
  token: string | undefined,
  now: number,
  isQuiet = false,
): Promise<Session | undefined> {
  if (token === undefined || !isSecret(token)) return undefined
  return findSessionByHash(database, hashSecret(token), now, isQuiet)
}

/** The same by what is kept of the token. Undefined for a session in a frame, too: its cookie alone is worth nothing. */
export async function findSessionByHash(
  database: Database,
  hash: string,
  now: number,
  isQuiet = false,
): Promise<Session | undefined> {
  return findRow(database, hash, now, isQuiet, (frame) => frame === null)
}

/** The session of a frame, by both halves of its credential. */
export async function findFrameSession(
  database: Database,
  { token, secret }: { readonly token: string | undefined; readonly secret: string },
  now: number,
  isQuiet = false,
): Promise<Session | undefined> {
  if (token === undefined || !isSecret(token) || !isSecret(secret)) return undefined
  const given = hashSecret(secret)
  return findRow(
    database,
    hashSecret(token),
    now,
    isQuiet,
    (frame) => frame !== null && isSameHash(frame.secretHash, given),
  )
}

async function findRow(
  database: Database,
  hash: string,
  now: number,
  isQuiet: boolean,
  holds: (frame: KeptFrame | null) => boolean,
): Promise<Session | undefined> {
  const [row] = await database.readInstallation('sign-in', selectSession, { hash })
  if (row === undefined || !holds(readFrame(row))) return undefined
  if (isSessionOver(row, now)) return undefined
  if (!isQuiet && now - row.last_seen_at >= minuteMs)
    await database.inInstallation('sign-in', async (tx) => tx.write(touchSession, { hash, at: now }))
  return toSession(row)
}

/** By its end, or because nobody used it for too long. */
export function isSessionOver(
  row: Pick<SessionTable, 'kind' | 'last_seen_at' | 'expires_at'>,
  now: number,
): boolean {
  return row.expires_at <= now || now - row.last_seen_at > sessionLimits[row.kind].idleMs
}

const isSecret = (text: string): boolean => /^[0-9A-Za-z]{43}$/.test(text)

function readFrame({ frame }: Pick<SessionTable, 'frame'>): KeptFrame | null {
  return frame === null ? null : readJson<KeptFrame>(frame)
}

/** A row as rooms know it. */
export function toSession(row: SessionTable): Session {
  const frame = readFrame(row)
  return {
    id: row.id,
    scope: createScope(row.organization_id),
    kind: row.kind,
    role: row.role,
    userId: row.user_id,
    label: row.label,
    linkId: row.link_id,
    contactId: row.contact_id,
    connectionId: row.connection_id,
    nameId: row.name_id,
    nameIdFormat: row.name_id_format,
    nameQualifiers: row.name_qualifiers,
    sessionIndex: row.session_index,
    anchorNumber: row.anchor_number,
    // An earlier version kept whatever an issuer said.
    authAt: row.auth_at !== null && row.auth_at < 0 ? null : row.auth_at,
    freshAfter: row.fresh_after,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    frame: frame === null ? null : { origin: frame.origin, intents: frame.intents },
    intents: frame?.intents ?? (row.intents === null ? null : readJson(row.intents)),
  }
}

/** The one behind this cookie; nothing happens when there is none. */
export async function endSession(database: Database, token: string): Promise<void> {
  await database.inInstallation('sign-in', async (tx) => tx.write(deleteByHash, { hash: hashSecret(token) }))
}

/** Ends one session in this transaction. */
export function endSessionById(tx: OrganizationTx, id: string): void {
  tx.write(deleteById, { id })
}

/**
 * Makes room for one more: of the person's sessions those that have been quiet the longest end. A page of the product opens a frame each
 * time that it is loaded: frames make room for frames, and what the person has elsewhere for what is there.
 */
export function endQuietSessionsOfPerson(tx: OrganizationTx, userId: string, isFrame: boolean): void {
  tx.write(deleteQuietOfPerson, { userId, isFrame: isFrame ? 1 : 0 })
}

/** What links of the operator opened under another operator key than the one in force. */
export function endSessionsOfOtherKeys(tx: OrganizationTx, keyHash: string): void {
  tx.write(deleteOfOtherKeys, { keyHash })
}
