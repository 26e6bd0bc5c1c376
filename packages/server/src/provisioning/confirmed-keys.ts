// What follows when a key is confirmed, for everybody whom it made or claimed. The key counts at once; its people follow, with it where
// they are few, else a slice at a time by the job that carries out roles. Whoever signs in meanwhile is caught up with before anything is
// decided, so that nobody comes in by what is still to be dropped.

import { readJson } from '../base/json.ts'
import type { Act } from '../events/record.ts'
import type { OrganizationTx } from '../store/database.ts'
import { installationStatement, organizationStatement } from '../store/statement.ts'
import { selectIdsOfKey } from '../users/asked.ts'
import { releaseIdentitiesForPeople } from '../users/parked.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeSoftKeysEnd } from '../users/user-words.ts'
import { dropUnprovedOf, dropUnprovedOfRow } from './claim.ts'

/** Of one unit of work. */
const peoplePerSlice = 100

const insertConfirmation = organizationStatement<{ keyId: string; act: string; doneTo: string }>(
  'insert_key_confirmation',
)(({ db, place, organizationId }) =>
  db
    .insertInto('key_confirmation')
    .values({
      organization_id: organizationId,
      key_id: place('keyId'),
      act: place('act'),
      done_to: place('doneTo'),
    })
    .onConflict((on) => on.columns(['organization_id', 'key_id']).doNothing()),
)
const selectNext = organizationStatement('next_key_confirmation')(({ db, organizationId, dialect }) => {
  const next = db
    .selectFrom('key_confirmation')
    .select(['key_id', 'act', 'done_to'])
    .where('organization_id', '=', organizationId)
    .orderBy('key_id')
    .limit(1)
  // Another node has the others.
  return dialect.lockFree(next)
})
const selectOf = organizationStatement<{ keyId: string }>('key_confirmation_of')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('key_confirmation')
      .select('act')
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('keyId')),
)
const updateDone = organizationStatement<{ keyId: string; doneTo: string }>('key_confirmation_done_to')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('key_confirmation')
      .set({ done_to: place('doneTo') })
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('keyId')),
)
const deleteConfirmation = organizationStatement<{ keyId: string }>('delete_key_confirmation')(
  ({ db, place, organizationId }) =>
    db
      .deleteFrom('key_confirmation')
      .where('organization_id', '=', organizationId)
      .where('key_id', '=', place('keyId')),
)

/** Organizations in which people of a confirmed key are to follow. */
export const selectConfirming = installationStatement('organizations_with_key_confirmations')(({ db }) =>
  db
    .selectFrom('key_confirmation')
    .select('organization_id')
    .distinct()
    .orderBy('organization_id')
    .limit(1_000),
)

/** In the transaction that confirms it. False: they are many, and follow by `catchUpNext`. */
export async function catchUpAtOnce(tx: OrganizationTx, act: Act, keyId: string): Promise<boolean> {
  if ((await catchUpSlice(tx, act, keyId, '')) === undefined) return true
  tx.write(insertConfirmation, { keyId, act: JSON.stringify(act), doneTo: '' })
  return false
}

/**
 * A slice of a key of the organization, in the caller's transaction. `finish`: after the last, what follows for the key as a whole.
 * Returns whether there was any.
 */
export async function catchUpNext(
  tx: OrganizationTx,
  at: number,
  finish: (act: Act, keyId: string) => Promise<void>,
): Promise<boolean> {
  const next = await tx.first(selectNext, {})
  if (next === undefined) return false
  const { key_id: keyId } = next
  const act = { ...readJson<Act>(next.act), at }
  const doneTo = await catchUpSlice(tx, act, keyId, next.done_to, 'in part')
  if (doneTo === undefined) {
    tx.write(deleteConfirmation, { keyId })
    await finish(act, keyId)
  } else tx.write(updateDone, { keyId, doneTo })
  return true
}

// Returns whom it came to where there are more; a whole that is too many for one unit is not begun.
async function catchUpSlice(
  tx: OrganizationTx,
  act: Act,
  keyId: string,
  after: string,
  how: 'whole' | 'in part' = 'whole',
): Promise<string | undefined> {
  const found = await tx.all(selectIdsOfKey, { keyId, after, limit: peoplePerSlice + 1 })
  const slice = found.slice(0, peoplePerSlice).map(({ id }) => id)
  const last = slice.at(-1)
  const isMore = found.length > slice.length
  if (last === undefined) return undefined
  if (isMore && how === 'whole') return after
  releaseIdentitiesForPeople(tx, slice)
  writeSoftKeysEnd(tx, slice)
  // Before any role is given: whoever the directory means has the account.
  await dropUnprovedOf(tx, act, { keyId, after, until: last })
  return isMore ? last : undefined
}

/** Whether the confirmation of the key that claimed them has still to reach this person; then by whom it was confirmed. */
export async function findConfirmation(tx: OrganizationTx, row: UserRow): Promise<Act | undefined> {
  if (row.provisional_key_id === null || row.source !== 'sso') return undefined
  const found = await tx.first(selectOf, { keyId: row.provisional_key_id })
  return found === undefined ? undefined : readJson<Act>(found.act)
}

/** Of somebody who signs in, whose row is locked. Returns whether they were unlinked. */
export function catchUpPerson(tx: OrganizationTx, act: Act, row: UserRow): Promise<boolean> {
  return dropUnprovedOfRow(tx, act, row)
}
