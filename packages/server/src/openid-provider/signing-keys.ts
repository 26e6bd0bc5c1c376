// The keys that sign ID tokens and logout tokens: made at first use, rotated by publishing a new one first. Private halves are
// sealed; every node reads them from the store, so that a rotation holds everywhere at once.

import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { SigningKey } from '@rollcall/api'
import type { JWK } from 'jose'
import { dayMs, toNullableTime, toTime } from '../base/clock.ts'
import type { Envelope } from '../base/envelope.ts'
import { createId } from '../base/id.ts'
import { readJson } from '../base/json.ts'
import { type Act, recordInstallation } from '../events/record.ts'
import { Problem } from '../http/problem.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import type { SigningKeyTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'

const signsForMs = 90 * dayMs

const selectKeys = installationStatement<{ now: number }>('signing_keys')(({ db, place }) =>
  db
    .selectFrom('signing_key')
    .selectAll()
    .where((on) => on.or([on('retires_at', 'is', null), on('retires_at', '>', place('now'))]))
    .orderBy('active_at', 'desc')
    .limit(10),
)
// The row that makes the first key, and each rotation, one node's at a time.
const takeTurn = installationStatement('signing_key_turn')(({ db }) =>
  db
    .insertInto('setting')
    .values({ name: 'signing_key', value: '' })
    .onConflict((on) => on.column('name').doUpdateSet({ value: '' }))
    .returning('name'),
)
const insertKey = installationStatement<SigningKeyTable>('insert_signing_key')(({ db, place }) =>
  db.insertInto('signing_key').values({
    id: place('id'),
    algorithm: place('algorithm'),
    private_key: place('private_key'),
    created_at: place('created_at'),
    active_at: place('active_at'),
    retires_at: place('retires_at'),
  }),
)
const retireOthers = installationStatement<{ id: string; retiresAt: number }>('retire_signing_keys')(
  ({ db, place }) =>
    db
      .updateTable('signing_key')
      .set({ retires_at: place('retiresAt') })
      .where('id', '<>', place('id'))
      .where('retires_at', 'is', null),
)

/** A key as it may be used: a private JWK with `kid`, `alg` and `use`. */
export type PrivateJwk = JWK & { readonly kid: string; readonly alg: string; readonly use: 'sig' }

/** All that are published, the one that signs now first. Made where there is none. */
export async function listKeyRows(
  database: Database,
  envelope: Envelope,
  now: number,
): Promise<readonly SigningKeyTable[]> {
  const rows = await database.readInstallation('applications', selectKeys, { now })
  if (rows.some(({ active_at: activeAt }) => activeAt <= now)) return inOrder(rows, now)
  const fresh = await makeKey(envelope, now, now)
  await database.inInstallation('applications', async (tx) => {
    await tx.change(takeTurn, {})
    if ((await tx.all(selectKeys, { now })).length === 0) tx.write(insertKey, fresh)
  })
  return inOrder(await database.readInstallation('applications', selectKeys, { now }), now)
}

function inOrder(rows: readonly SigningKeyTable[], now: number): readonly SigningKeyTable[] {
  return [...rows.filter((row) => row.active_at <= now), ...rows.filter((row) => row.active_at > now)]
}

async function makeKey(envelope: Envelope, now: number, activeAt: number): Promise<SigningKeyTable> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2_048 })
  const id = createId('sig', now)
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: id, alg: 'RS256', use: 'sig' }
  return {
    id,
    algorithm: 'RS256',
    private_key: envelope.seal(JSON.stringify(jwk), `signing_key/${id}`),
    created_at: now,
    active_at: activeAt,
    retires_at: null,
  }
}

/** The private half of a key. */
export function openKey(envelope: Envelope, row: SigningKeyTable): PrivateJwk {
  return readJson<PrivateJwk>(envelope.open(row.private_key, `signing_key/${row.id}`))
}

/** All keys that are published, as the API shows them. */
export async function listSigningKeys(
  database: Database,
  envelope: Envelope,
  now: number,
): Promise<SigningKey[]> {
  const rows = await listKeyRows(database, envelope, now)
  return rows.map((row, at) =>
    toSigningKey(row, row.active_at > now ? 'next' : at === 0 ? 'current' : 'retiring'),
  )
}

/** Throws 409 `key_waiting` while another new key waits for its turn. */
export async function rotateSigningKey(
  database: Database,
  envelope: Envelope,
  act: Omit<Act, 'rung'>,
  delaySeconds: number,
): Promise<SigningKey> {
  const now = act.at
  await listKeyRows(database, envelope, now)
  const activeAt = now + delaySeconds * 1_000
  const row = await makeKey(envelope, now, activeAt)
  await database.inInstallation('applications', (tx) => addKey(tx, row, act))
  return toSigningKey(row, delaySeconds === 0 ? 'current' : 'next')
}

/** By the calendar: a key that has signed for 90 days gets a successor, which is published a day before it signs. */
export async function rotateOldSigningKey(
  database: Database,
  envelope: Envelope,
  now: number,
): Promise<SigningKey | undefined> {
  const [newest] = await database.readInstallation('applications', selectKeys, { now })
  // Where nobody has signed in through us there is none, and none is made.
  if (newest === undefined || newest.active_at > now - signsForMs) return undefined
  const actor = { kind: 'system', job: 'signing-keys' } as const
  return rotateSigningKey(database, envelope, { actor, at: now, context: null }, dayMs / 1_000)
}

async function addKey(tx: InstallationTx, row: SigningKeyTable, act: Omit<Act, 'rung'>): Promise<void> {
  const now = act.at
  await tx.change(takeTurn, {})
  if ((await tx.all(selectKeys, { now })).some(({ active_at: activeAt }) => activeAt > now))
    throw new Problem('key_waiting', 'A new key is already published and signs soon')
  tx.write(insertKey, row)
  // What the old key signed lives for an hour; whoever cached the old set has a day.
  tx.write(retireOthers, { id: row.id, retiresAt: row.active_at + dayMs })
  const subject = { type: 'signing_key', id: row.id } as const
  recordInstallation(tx, act, {
    type: 'signing_key.rotated',
    subject,
    data: { activeAt: toTime(row.active_at) },
  })
}

function toSigningKey(row: SigningKeyTable, state: SigningKey['state']): SigningKey {
  return {
    id: row.id,
    algorithm: row.algorithm,
    state,
    createdAt: toTime(row.created_at),
    activeAt: toTime(row.active_at),
    retiresAt: toNullableTime(row.retires_at),
  }
}
