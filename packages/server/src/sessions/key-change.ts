// The operator key in force, as the store knows it. A node that starts with another one than the last ends what was made under
// that: the operator's sessions and links, and the links into organizations with their sessions.
import type { Act } from '../events/record.ts'
import { recordInstallation } from '../events/record.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import { wantAll } from '../store/due.ts'
import { installationStatement } from '../store/statement.ts'
import { endOfOtherKeys } from './operator.ts'
import { presentKeySetting } from './sessions.ts'

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

// What was made under another key is not all ended: a start may be cut off, or refused, between the first organization and the last.
const settlingSetting = 'operator_key_settling'

const selectSettling = installationStatement('settling_operator_key')(({ db }) =>
  db.selectFrom('setting').select('value').where('name', '=', settlingSetting),
)
const insertSettling = installationStatement<{ hash: string }>('insert_settling_operator_key')(
  ({ db, place }) =>
    db
      .insertInto('setting')
      .values({ name: settlingSetting, value: place('hash') })
      .onConflict((on) => on.column('name').doUpdateSet({ value: place('hash') })),
)
const deleteSettling = installationStatement<{ hash: string }>('delete_settling_operator_key')(
  ({ db, place }) =>
    db.deleteFrom('setting').where('name', '=', settlingSetting).where('value', '=', place('hash')),
)

/** What the store knew before a key came into force. */
export interface KeyChange {
  /** SHA-256 of the one that was in force, where that is another one. */
  readonly before: string | undefined
  /** Whether what was made under another one may be left, of this start or of one before. */
  readonly isChanged: boolean
}

/** At a start, before anything is served: from here on the key is in force. `endSettling` says that nothing of another one is left. */
export async function putInForce(database: Database, act: Act, hash: string): Promise<KeyChange> {
  const [known] = await database.readInstallation('settings', selectPresent, {})
  const isOther = known !== undefined && known.value !== hash
  await database.inInstallation('settings', async (tx) => {
    if (known === undefined) tx.write(insertPresent, { hash })
    if (!isOther) return
    const replaced = await tx.change(replacePresent, { hash, before: known.value })
    if (replaced.length === 0) return
    tx.write(insertSettling, { hash })
    const ended = await endOfOtherKeys(tx, hash)
    wantAll(tx, 'tend frames', act.at)
    const fingerprints = { before: toFingerprint(known.value), after: toFingerprint(hash) }
    const subject = { type: 'operator', id: fingerprints.after } as const
    recordInstallation(tx, act, {
      type: 'operator.key_changed',
      subject,
      data: { ...fingerprints, ...ended },
    })
  })
  if (isOther) return { before: known.value, isChanged: true }
  const [settling] = await database.readInstallation('settings', selectSettling, {})
  return { before: undefined, isChanged: settling?.value === hash }
}

/** Everything that was made under another key has ended. */
export async function endSettling(database: Database, hash: string): Promise<void> {
  await database.inInstallation('settings', async (tx) => tx.write(deleteSettling, { hash }))
}

/**
 * The key of before is in force again: nothing was served under the one that took its place. Whether all of another one had ended under it
 * is not known any more.
 */
export function putBackKey(
  tx: InstallationTx,
  keys: { readonly hash: string; readonly before: string },
): void {
  tx.write(replacePresent, keys)
  tx.write(insertSettling, { hash: keys.hash })
}

/** Enough of the hash to tell keys apart. */
function toFingerprint(hash: string): string {
  return hash.slice(0, 12)
}
