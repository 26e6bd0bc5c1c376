// The operator key in force, as the store knows it. A node that starts with another one than the last ends what was made under
// that: the operator's sessions and links, and the links into organizations with their sessions.
import type { TellOfStart } from '../base/few.ts'
import type { Act } from '../events/record.ts'
import { recordInstallation } from '../events/record.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'
import { endOfOtherKeys } from './operator.ts'
import { presentKeySetting } from './sessions.ts'
import { settleLinks } from './settle-links.ts'

const selectPresent = installationStatement('present_operator_key')(({ db }) =>
  db.selectFrom('setting').select('value').where('name', '=', presentKeySetting),
)
const insertPresent = installationStatement<{ hash: string }>('insert_present_operator_key')(
  ({ db, place }) =>
    db
      .insertInto('setting')
      .values({ name: presentKeySetting, value: place('hash') })
      .onConflict((on) => on.column('name').doNothing()),
)
// Of several nodes that start with the new key one ends what was made under the old.
const replacePresent = installationStatement<{ hash: string; before: string }>(
  'replace_present_operator_key',
)(({ db, place }) =>
  db
    .updateTable('setting')
    .set({ value: place('hash') })
    .where('name', '=', presentKeySetting)
    .where('value', '=', place('before'))
    .returning('name'),
)

/** At a start, before anything is served. Returns the hash of the last key, where that was another one. */
export async function settleOperatorKey(
  database: Database,
  act: Act,
  hash: string,
  tell?: TellOfStart,
): Promise<string | undefined> {
  const [known] = await database.readInstallation('settings', selectPresent, {})
  const isChanged = known !== undefined && known.value !== hash
  await database.inInstallation('settings', async (tx) => {
    if (known === undefined) tx.write(insertPresent, { hash })
    if (!isChanged) return
    const replaced = await tx.change(replacePresent, { hash, before: known.value })
    if (replaced.length === 0) return
    const ended = await endOfOtherKeys(tx, hash)
    const fingerprints = { before: toFingerprint(known.value), after: toFingerprint(hash) }
    const subject = { type: 'operator', id: fingerprints.after } as const
    recordInstallation(tx, act, {
      type: 'operator.key_changed',
      subject,
      data: { ...fingerprints, ...ended },
    })
  })
  await settleLinks(database, act, { hash, isChanged }, tell)
  return isChanged ? known.value : undefined
}

/** The key of before is in force again: nothing was served under the one that took its place. */
export function putBackKey(
  tx: InstallationTx,
  keys: { readonly hash: string; readonly before: string },
): void {
  tx.write(replacePresent, keys)
}

/** Enough of the hash to tell keys apart. */
function toFingerprint(hash: string): string {
  return hash.slice(0, 12)
}
