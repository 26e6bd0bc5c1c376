// Which keys a store is sealed with. For each there is a known word, sealed: whoever cannot open all of them could not read all of
// the store. One is written before anything else is sealed with its key, and goes when nothing is any more.
import { type Keyring, readKeyId } from '../base/envelope.ts'
import type { Database, InstallationTx } from '../store/database.ts'
import { installationStatement } from '../store/statement.ts'

/** The check of the key that everything was sealed with before a rotation; earlier versions know this one alone. */
const settledName = 'secret_check'
/** Of a key that is on its way in: its id follows. */
const comingPrefix = 'secret_check/'
const word = 'rollcall'

const selectAll = installationStatement('secret_checks')(({ db }) =>
  db
    .selectFrom('setting')
    .select(['name', 'value'])
    .where((on) => on.or([on('name', '=', settledName), on('name', 'like', `${comingPrefix}%`)]))
    .orderBy('name'),
)
const insertOne = installationStatement<{ name: string; value: string }>('insert_secret_check')(
  ({ db, place }) =>
    db
      .insertInto('setting')
      .values({ name: place('name'), value: place('value') })
      .onConflict((on) => on.column('name').doNothing()),
)
const updateSettled = installationStatement<{ value: string }>('update_secret_check')(({ db, place }) =>
  db
    .updateTable('setting')
    .set({ value: place('value') })
    .where('name', '=', settledName),
)
const deleteOne = installationStatement<{ name: string }>('delete_secret_check')(({ db, place }) =>
  db.deleteFrom('setting').where('name', '=', place('name')),
)

/** A known word, sealed with one key. */
export interface Check {
  readonly name: string
  readonly value: string
  readonly keyId: string
}

/** The settled one first; none where the store is new. */
export async function listChecks(database: Database): Promise<readonly Check[]> {
  return (await database.readInstallation('settings', selectAll, {})).map(toCheck)
}

/** From what stands in `setting`, such as of a copy of a store. */
export function findChecks(
  settings: readonly { readonly name: string; readonly value: string }[],
): readonly Check[] {
  return settings.filter(({ name }) => name === settledName || name.startsWith(comingPrefix)).map(toCheck)
}

function toCheck({ name, value }: { readonly name: string; readonly value: string }): Check {
  return { name, value, keyId: readKeyId(value) }
}

/** Whether the keys open a check. */
export function canOpen(ring: Keyring, { name, value }: Check): boolean {
  try {
    return ring.open(value, name) === word
  } catch {
    return false
  }
}

/** A new store is sealed with the first key. Another node may be first: then it is that node's. */
export async function checkFirst(database: Database, ring: Keyring): Promise<void> {
  const value = ring.seal(word, settledName)
  await database.inInstallation('settings', async (tx) => tx.write(insertOne, { name: settledName, value }))
}

/** From now on nobody starts without the wanted key. */
export async function announceKey(database: Database, ring: Keyring): Promise<void> {
  const name = comingPrefix + ring.wanted
  const value = ring.sealAs(ring.wanted, word, name)
  await database.inInstallation('settings', async (tx) => tx.write(insertOne, { name, value }))
}

/** Nothing is sealed with `left` any more: whoever has the key that seals needs no other. */
export async function settleKey(database: Database, ring: Keyring, left: ReadonlySet<string>): Promise<void> {
  const value = ring.seal(word, settledName)
  await database.inInstallation('settings', async (tx) => {
    const checks = (await tx.all(selectAll, {})).map(toCheck)
    writeSettled(tx, checks, value, new Set([...left, ring.keyIds[0]!]))
  })
}

// A key that began to come in meanwhile keeps its check: it is in neither set.
function writeSettled(
  tx: InstallationTx,
  checks: readonly Check[],
  value: string,
  done: ReadonlySet<string>,
): void {
  for (const check of checks) {
    if (!done.has(check.keyId)) continue
    if (check.name === settledName) tx.write(updateSettled, { value })
    else tx.write(deleteOne, { name: check.name })
  }
}
