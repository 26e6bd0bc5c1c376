// The operator's key: from the settings, or made at the first start, when it is shown once and kept as a hash.
import { createOperatorKey, hashSecret, isSameHash } from '../base/secret.ts'
import type { Act } from '../events/record.ts'
import type { Database } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'
import { type KeyChange, putBackKey, putInForce } from './key-change.ts'
import { presentKeySetting } from './sessions.ts'

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

const deleteSetting = installationStatement<{ name: string; value: string }>('delete_setting')(
  ({ db, place }) =>
    db.deleteFrom('setting').where('name', '=', place('name')).where('value', '=', place('value')),
)

/** The operator's key, as far as it is known. */
export interface OperatorKey {
  /** The key itself, only in the process that made it. */
  readonly fresh: string | undefined
  /** Its SHA-256: what was made under it names it by this. */
  readonly hash: string
  /** Compares in constant time. */
  matches(presented: string): boolean
}

/** `configured` wins over a key that an earlier start made. The operator's own sessions and links of another key end. */
export async function findOperatorKey(
  database: Database,
  act: Act,
  configured: string | undefined,
): Promise<FoundKey> {
  const { hash, fresh } = await findKey(database, configured)
  return { ...toOperatorKey(hash), fresh, ...(await putInForce(database, act, hash)) }
}

/** A key as a start finds it. */
export interface FoundKey extends OperatorKey, KeyChange {}

/**
 * A start that serves nothing shows nobody the key that it has made: the next start makes another. What another node made, or was given,
 * stays.
 */
export async function forgetOperatorKey(
  database: Database,
  { fresh, hash, before }: Pick<FoundKey, 'fresh' | 'hash' | 'before'>,
): Promise<void> {
  if (fresh === undefined) return
  await database.inInstallation('settings', async (tx) => {
    tx.write(deleteSetting, { name: settingName, value: hash })
    if (before !== undefined) putBackKey(tx, { hash: before, before: hash })
    // Nobody else has that store open. Of several nodes one may have come to serve with the key meanwhile: what it makes holds on.
    else if (database.kind === 'embedded') tx.write(deleteSetting, { name: presentKeySetting, value: hash })
  })
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
