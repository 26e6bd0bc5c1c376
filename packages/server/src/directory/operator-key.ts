// The operator's key: from the settings, or made at the first start, when it is shown once and kept as a hash.
import { createOperatorKey, hashSecret, isSameHash } from '../base/secret.ts'
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
  /** Compares in constant time. */
  matches(presented: string): boolean
}

/** `configured` wins over a key that an earlier start made. */
export async function openOperatorKey(
  database: Database,
  configured: string | undefined,
): Promise<OperatorKey> {
  if (configured !== undefined) return { fresh: undefined, matches: matcher(hashSecret(configured)) }
  const [known] = await database.readInstallation('settings', selectSetting, { name: settingName })
  if (known !== undefined) return { fresh: undefined, matches: matcher(known.value) }
  const made = createOperatorKey()
  await database.inInstallation('settings', async (tx) =>
    tx.write(insertSetting, { name: settingName, value: hashSecret(made) }),
  )
  const [kept] = await database.readInstallation('settings', selectSetting, { name: settingName })
  // Another node may have been first: then its key is the one that was shown.
  const isOurs = kept?.value === hashSecret(made)
  return { fresh: isOurs ? made : undefined, matches: matcher(kept?.value ?? '') }
}

function matcher(hash: string): (presented: string) => boolean {
  return (presented) => isSameHash(hashSecret(presented), hash)
}
