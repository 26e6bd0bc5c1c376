// The operator in a browser: single-use links, and the sessions that they open. Only the SHA-256 of a secret is kept. These
// belong to no organization; a session of the operator reaches all of them, and each change it makes is recorded as the operator's.
import { toTime } from '../base/clock.ts'
import { createSecret, hashSecret } from '../base/secret.ts'
import { Problem } from '../http/problem.ts'
import type { Database } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'

const minuteMs = 60_000
const linkLifeMs = 5 * minuteMs
const idleMs = 60 * minuteMs
const lifeMs = 12 * 60 * minuteMs
/** Before the 43 characters of the secret, so that no look-up is spent on anybody else's. */
const prefix = 'op.'

type Kind = 'link' | 'session'

const insertSecret = installationStatement<{ hash: string; kind: Kind; at: number; expiresAt: number }>(
  'insert_operator_secret',
)(({ db, place }) =>
  db.insertInto('operator_secret').values({
    secret_hash: place('hash'),
    kind: place('kind'),
    created_at: place('at'),
    last_seen_at: place('at'),
    expires_at: place('expiresAt'),
  }),
)
const selectSession = installationStatement<{ hash: string }>('operator_session')(({ db, place }) =>
  db
    .selectFrom('operator_secret')
    .select(['last_seen_at', 'expires_at'])
    .where('secret_hash', '=', place('hash'))
    .where('kind', '=', 'session'),
)
const takeLink = installationStatement<{ hash: string }>('take_operator_link')(({ db, place }) =>
  db
    .deleteFrom('operator_secret')
    .where('secret_hash', '=', place('hash'))
    .where('kind', '=', 'link')
    .returning('expires_at'),
)
const touch = installationStatement<{ hash: string; at: number }>('touch_operator_session')(({ db, place }) =>
  db
    .updateTable('operator_secret')
    .set({ last_seen_at: place('at') })
    .where('secret_hash', '=', place('hash')),
)
const deleteOne = installationStatement<{ hash: string }>('delete_operator_secret')(({ db, place }) =>
  db.deleteFrom('operator_secret').where('secret_hash', '=', place('hash')),
)
const deleteEnded = installationStatement<{ now: number }>('delete_ended_operator_secrets')(({ db, place }) =>
  db.deleteFrom('operator_secret').where('expires_at', '<=', place('now')),
)

/** A session of the operator that holds now. */
export interface OperatorSession {
  readonly token: string
  readonly expiresAt: number
}

export function isOperatorSecret(secret: string | undefined): secret is string {
  return secret !== undefined && /^op\.[0-9A-Za-z]{43}$/.test(secret)
}

async function createOne(database: Database, kind: Kind, at: number, expiresAt: number): Promise<string> {
  const secret = `${prefix}${createSecret()}`
  await database.inInstallation('operator', async (tx) =>
    tx.write(insertSecret, { hash: hashSecret(secret), kind, at, expiresAt }),
  )
  return secret
}

/** A link into the operator's side, once and for five minutes. The secret stands in the fragment, which browsers do not send. */
export async function createOperatorLink(
  database: Database,
  at: number,
  url: string,
): Promise<{ url: string; expiresAt: string }> {
  const secret = await createOne(database, 'link', at, at + linkLifeMs)
  return { url: `${url}/portal#token=${secret}`, expiresAt: toTime(at + linkLifeMs) }
}

/** Of two that redeem one link at once, one gets a session. Throws 410. */
export async function openOperatorLink(
  database: Database,
  secret: string,
  at: number,
): Promise<OperatorSession> {
  const [link] = await database.inInstallation('operator', (tx) =>
    tx.change(takeLink, { hash: hashSecret(secret) }),
  )
  if (link === undefined || link.expires_at <= at)
    throw new Problem(
      410,
      'link_gone',
      'This link was used before or has ended. Print a new one with: npx --no-install rollcall operator-link',
    )
  return { token: await createOne(database, 'session', at, at + lifeMs), expiresAt: at + lifeMs }
}

/** Asks the store every time; undefined for whatever does not hold. */
export async function findOperatorSession(
  database: Database,
  token: string | undefined,
  now: number,
): Promise<OperatorSession | undefined> {
  if (!isOperatorSecret(token)) return undefined
  const hash = hashSecret(token)
  const [row] = await database.readInstallation('operator', selectSession, { hash })
  if (row === undefined || row.expires_at <= now || now - row.last_seen_at > idleMs) return undefined
  if (now - row.last_seen_at >= minuteMs)
    await database.inInstallation('operator', async (tx) => tx.write(touch, { hash, at: now }))
  return { token, expiresAt: row.expires_at }
}

export async function endOperatorSession(database: Database, token: string): Promise<void> {
  await database.inInstallation('operator', async (tx) => tx.write(deleteOne, { hash: hashSecret(token) }))
}

export async function pruneOperatorSecrets(database: Database, now: number): Promise<void> {
  await database.inInstallation('jobs', async (tx) => tx.write(deleteEnded, { now }))
}
