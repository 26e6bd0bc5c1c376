// The operator in a browser: single-use links, and the sessions that they open. Only the SHA-256 of a secret is kept. These
// belong to no organization; a session of the operator reaches all of them, and each change it makes is recorded as the operator's.
// Both hold only under the operator key by which they were made: another key ends them.
import type { OperatorSessionView } from '@rollcall/api'
import type { Actor, RequestContext } from '../base/actor.ts'
import { minuteMs, toTime } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { recordInstallation } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import type { OperatorSecretTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'

const linkLifeMs = 5 * minuteMs
const idleMs = 60 * minuteMs
const lifeMs = 12 * 60 * minuteMs
const maxListed = 200
/** Before the 43 characters of the secret, so that no look-up is spent on anybody else's. */
const prefix = 'op.'

type Kind = 'link' | 'session'

const insertSecret = installationStatement<OperatorSecretTable>('insert_operator_secret')(({ db, place }) =>
  db.insertInto('operator_secret').values({
    secret_hash: place('secret_hash'),
    kind: place('kind'),
    id: place('id'),
    name: place('name'),
    key_hash: place('key_hash'),
    ip: place('ip'),
    user_agent: place('user_agent'),
    created_at: place('created_at'),
    last_seen_at: place('last_seen_at'),
    expires_at: place('expires_at'),
  }),
)
const selectSession = installationStatement<{ hash: string; keyHash: string }>('operator_session')(
  ({ db, place }) =>
    db
      .selectFrom('operator_secret')
      .select(['id', 'name', 'last_seen_at', 'expires_at'])
      .where('secret_hash', '=', place('hash'))
      .where('kind', '=', 'session')
      .where('key_hash', '=', place('keyHash')),
)
const selectSessions = installationStatement<{ keyHash: string; now: number; seen: number }>(
  'operator_sessions',
)(({ db, place }) =>
  db
    .selectFrom('operator_secret')
    .selectAll()
    .where('kind', '=', 'session')
    .where('key_hash', '=', place('keyHash'))
    .where('expires_at', '>', place('now'))
    .where('last_seen_at', '>=', place('seen'))
    .orderBy('id', 'desc')
    .limit(maxListed),
)
const takeLink = installationStatement<{ hash: string; keyHash: string }>('take_operator_link')(
  ({ db, place }) =>
    db
      .deleteFrom('operator_secret')
      .where('secret_hash', '=', place('hash'))
      .where('kind', '=', 'link')
      .where('key_hash', '=', place('keyHash'))
      .returning(['expires_at', 'name']),
)
const touch = installationStatement<{ hash: string; at: number }>('touch_operator_session')(({ db, place }) =>
  db
    .updateTable('operator_secret')
    .set({ last_seen_at: place('at') })
    .where('secret_hash', '=', place('hash')),
)
const deleteSession = installationStatement<{ hash: string }>('delete_operator_session')(({ db, place }) =>
  db
    .deleteFrom('operator_secret')
    .where('secret_hash', '=', place('hash'))
    .where('kind', '=', 'session')
    .returning(['id', 'name']),
)
const deleteById = installationStatement<{ id: string }>('delete_operator_session_by_id')(({ db, place }) =>
  db
    .deleteFrom('operator_secret')
    .where('id', '=', place('id'))
    .where('kind', '=', 'session')
    .returning(['id', 'name']),
)
const deleteAll = installationStatement('delete_operator_secrets')(({ db }) =>
  db.deleteFrom('operator_secret').returning(['id', 'name', 'kind']),
)
const deleteOfOtherKeys = installationStatement<{ keyHash: string }>('delete_operator_secrets_of_other_keys')(
  ({ db, place }) =>
    db
      .deleteFrom('operator_secret')
      .where((on) => on.or([on('key_hash', 'is', null), on('key_hash', '<>', place('keyHash'))]))
      .returning(['kind']),
)
const deleteEnded = installationStatement<{ now: number }>('delete_ended_operator_secrets')(({ db, place }) =>
  db.deleteFrom('operator_secret').where('expires_at', '<=', place('now')),
)

/** A session of the operator that holds now. */
export interface OperatorSession {
  readonly id: string
  /** Who it is for, as whoever made its link said. */
  readonly name: string | null
  readonly token: string
  readonly expiresAt: number
}

/** What an act on the operator's own sessions is recorded with. */
export interface OperatorAct {
  readonly actor: Actor
  readonly at: number
  readonly context: RequestContext | null
}

/** Whether a text has the form of the operator's secrets. */
export function isOperatorSecret(secret: string | undefined): secret is string {
  return secret !== undefined && /^op\.[0-9A-Za-z]{43}$/.test(secret)
}

interface NewSecret {
  readonly kind: Kind
  readonly name: string | null
  readonly keyHash: string
  readonly at: number
  readonly expiresAt: number
  readonly context: RequestContext | null
}

function insertOne(tx: InstallationTx, one: NewSecret): { readonly id: string; readonly secret: string } {
  const secret = `${prefix}${createSecret()}`
  const id = createId(one.kind === 'link' ? 'opl' : 'ops', one.at)
  tx.write(insertSecret, {
    secret_hash: hashSecret(secret),
    kind: one.kind,
    id,
    name: one.name,
    key_hash: one.keyHash,
    ip: one.context?.ip ?? null,
    user_agent: one.context?.userAgent?.slice(0, 256) ?? null,
    created_at: one.at,
    last_seen_at: one.at,
    expires_at: one.expiresAt,
  })
  return { id, secret }
}

/** A link into the operator's side, once and for five minutes. The secret stands in the fragment, which browsers do not send. */
export async function createOperatorLink(
  database: Database,
  act: OperatorAct,
  link: { readonly name: string | null; readonly keyHash: string; readonly url: string },
): Promise<{ url: string; expiresAt: string }> {
  const { at } = act
  const secret = await database.inInstallation('operator', async (tx) => {
    const made = insertOne(tx, { ...link, kind: 'link', at, expiresAt: at + linkLifeMs, context: null })
    const subject = { type: 'operator', id: made.id } as const
    recordInstallation(tx, act, { type: 'operator.link_created', subject, data: { name: link.name } })
    return made.secret
  })
  return { url: `${link.url}/portal#token=${secret}`, expiresAt: toTime(at + linkLifeMs) }
}

/** Of two that redeem one link at once, one gets a session. `command` is how another link is printed. Throws 410. */
export async function openOperatorLink(
  database: Database,
  secret: string,
  keyHash: string,
  act: Pick<OperatorAct, 'at' | 'context'>,
  command: string,
): Promise<OperatorSession> {
  const { at, context } = act
  return database.inInstallation('operator', async (tx) => {
    const [link] = await tx.change(takeLink, { hash: hashSecret(secret), keyHash })
    if (link === undefined || link.expires_at <= at)
      throw new Problem(
        'link_gone',
        `This link was used before or has ended. Print a new one with: ${command} operator-link`,
      )
    const { name } = link
    const expiresAt = at + lifeMs
    const made = insertOne(tx, { kind: 'session', name, keyHash, at, expiresAt, context })
    recordInstallation(
      tx,
      { actor: { kind: 'operator', name }, at, context },
      { type: 'operator.signed_in', subject: { type: 'operator', id: made.id }, data: { name } },
    )
    return { id: made.id, name, token: made.secret, expiresAt }
  })
}

/** Asks the store every time; undefined for whatever does not hold. `isQuiet` is a look that does not count as use. */
export async function findOperatorSession(
  database: Database,
  token: string | undefined,
  keyHash: string,
  now: number,
  isQuiet = false,
): Promise<OperatorSession | undefined> {
  if (!isOperatorSecret(token)) return undefined
  const hash = hashSecret(token)
  const [row] = await database.readInstallation('operator', selectSession, { hash, keyHash })
  if (row === undefined || isOperatorSessionOver(row, now)) return undefined
  if (!isQuiet && now - row.last_seen_at >= minuteMs)
    await database.inInstallation('operator', async (tx) => tx.write(touch, { hash, at: now }))
  return { id: row.id ?? '', name: row.name, token, expiresAt: row.expires_at }
}

/** By its end, or because nobody used it for too long. */
export function isOperatorSessionOver(
  row: Pick<OperatorSecretTable, 'last_seen_at' | 'expires_at'>,
  now: number,
): boolean {
  return row.expires_at <= now || now - row.last_seen_at > idleMs
}

/** Those that hold now, the newest first; `own` is the caller's. */
export async function listOperatorSessions(
  database: Database,
  keyHash: string,
  now: number,
  own: string | undefined,
): Promise<OperatorSessionView[]> {
  const rows = await database.readInstallation('operator', selectSessions, {
    keyHash,
    now,
    seen: now - idleMs,
  })
  return rows.map((row) => ({
    id: row.id ?? '',
    name: row.name,
    ip: row.ip,
    userAgent: row.user_agent,
    createdAt: toTime(row.created_at),
    lastSeenAt: toTime(row.last_seen_at),
    expiresAt: toTime(row.expires_at),
    isOwn: row.id === own,
  }))
}

type EndReason = 'signed_out' | 'ended'

function recordEnd(
  tx: InstallationTx,
  act: OperatorAct,
  ended: readonly { readonly id: string | null; readonly name: string | null }[],
  reason: EndReason,
): void {
  for (const { id, name } of ended)
    recordInstallation(tx, act, {
      type: 'operator.session_ended',
      subject: { type: 'operator', id: id ?? '' },
      data: { name, reason },
    })
}

/** Signs the session behind this cookie out; nothing happens when there is none. */
export async function endOperatorSession(database: Database, token: string, act: OperatorAct): Promise<void> {
  await database.inInstallation('operator', async (tx) =>
    recordEnd(tx, act, await tx.change(deleteSession, { hash: hashSecret(token) }), 'signed_out'),
  )
}

/** Throws 404. */
export async function endOperatorSessionById(
  database: Database,
  id: string,
  act: OperatorAct,
): Promise<void> {
  await database.inInstallation('operator', async (tx) => {
    const ended = await tx.change(deleteById, { id })
    if (ended.length === 0) throw new Problem('not_found', 'There is no such session of the operator')
    recordEnd(tx, act, ended, 'ended')
  })
}

/** Every session, and every link that was not opened yet; the caller's own too. */
export async function endAllOperatorSessions(database: Database, act: OperatorAct): Promise<void> {
  await database.inInstallation('operator', async (tx) => {
    const ended = await tx.change(deleteAll, {})
    recordEnd(
      tx,
      act,
      ended.filter(({ kind }) => kind === 'session'),
      'ended',
    )
  })
}

/** Whatever was made under another key; how many of each there were. */
export async function endOfOtherKeys(
  tx: InstallationTx,
  keyHash: string,
): Promise<{ readonly sessions: number; readonly links: number }> {
  const ended = await tx.change(deleteOfOtherKeys, { keyHash })
  const sessions = ended.filter(({ kind }) => kind === 'session').length
  return { sessions, links: ended.length - sessions }
}

/** Removes links and sessions that have ended. */
export async function pruneOperatorSecrets(database: Database, now: number): Promise<void> {
  await database.inInstallation('jobs', async (tx) => tx.write(deleteEnded, { now }))
}
