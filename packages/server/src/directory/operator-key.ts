// The operator's key: from the settings, or made at the first start, when it is shown once and kept as a hash.
import { createOperatorKey, hashSecret, isSameHash } from '../base/secret.ts'
import type { Act } from '../events/record.ts'
import { settleInvitations } from '../invitations/settle.ts'
import { settleOperatorKey } from '../sessions/key-change.ts'
import type { Database } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'

const settingName = 'operator_key_hash'

const selectSetting = installationStatement<{ name: string }>('setting')(({ db, place }) =>
  db.selectFrom('setting').select('value').where('name', '=', place('name')),
)
const insertSetting = installationStatement<{ name: string; value: string }>('insert_setting')(
  ({ db, place }) =>
    db
      .insertInto('setting')
      .values({ name: place('name'), value: place('value') })
      .onConflict((on) => on.column('name').doNothing()),
)

export interface OperatorKey {
  /** The key itself, only in the process that made it. */
  readonly fresh: string | undefined
  /** Its SHA-256: what was made under it names it by this. */
  readonly hash: string
  /** Compares in constant time. */
  matches(presented: string): boolean
}

/** `configured` wins over a key that an earlier start made. What was made under another key than the one in force ends. */
export async function openOperatorKey(
  database: Database,
  configured: string | undefined,
  now: number,
): Promise<OperatorKey> {
  const { hash, fresh } = await findKey(database, configured)
  const act: Act = { actor: { kind: 'system', job: 'start' }, rung: 'operator', at: now, context: null }
  const isChanged = await settleOperatorKey(database, act, hash)
  await settleInvitations(database, act, { hash, isChanged })
  return { ...toOperatorKey(hash), fresh }
}

/** The key in force, for who has been told which one that is. */
export function toOperatorKey(hash: string): OperatorKey {
  return { fresh: undefined, hash, matches: (presented) => isSameHash(hashSecret(presented), hash) }
}

async function findKey(
  database: Database,
  configured: string | undefined,
): Promise<Pick<OperatorKey, 'hash' | 'fresh'>> {
  if (configured !== undefined) return { fresh: undefined, hash: hashSecret(configured) }
  const [known] = await database.readInstallation('settings', selectSetting, { name: settingName })
  if (known !== undefined) return { fresh: undefined, hash: known.value }
  const made = createOperatorKey()
  await database.inInstallation('settings', async (tx) =>
    tx.write(insertSetting, { name: settingName, value: hashSecret(made) }),
  )
  const [kept] = await database.readInstallation('settings', selectSetting, { name: settingName })
  // Another node may have been first: then its key is the one that was shown.
  const isOurs = kept?.value === hashSecret(made)
  return { fresh: isOurs ? made : undefined, hash: kept?.value ?? '' }
}
