// The addresses of people who were removed and are not gone for good: whether somebody had one is asked at sign-ins, and is a look by an
// index, however many were removed and whatever is in their resources.

import type { JsonObject } from '@rollcall/scim'
import { type SqlBool, sql } from 'kysely'
import { spellingsOf } from '../base/address.ts'
import { readJson } from '../base/json.ts'
import { toUserColumns } from '../mapping/user-columns.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { hasKeptWord } from './kept-conditions.ts'

const peoplePerSlice = 50
/** The others have the store at least as long as a slice takes. */
const pauseMs = 10

/**
 * Apart from the names by which a word is found that an administrator said: nobody is meant by this one, nor called so, because names are
 * compared without capitals.
 */
export const removedPrefix = 'Removed '

function toRemovedName(addressKey: string): string {
  return removedPrefix + addressKey
}

const insertAddress = organizationStatement<{ key: string; userId: string }>('insert_removed_address')(
  ({ db, place, organizationId }) =>
    db
      .insertInto('deleted_email')
      .values({ organization_id: organizationId, value_key: place('key'), user_id: place('userId') })
      .onConflict((on) => on.doNothing()),
)

/** Of somebody who is being removed, and of whom nothing was said: else the addresses are kept as names of theirs. */
export function keepRemovedAddresses(tx: OrganizationTx, userId: string, keys: readonly string[]): void {
  for (const key of new Set(keys)) tx.write(insertAddress, { key: toRemovedName(key), userId })
}

// In the very words of the index of those whom a version before removed.
const isUnaddressed = sql<SqlBool>`is_addressed IS NULL AND resource <> '{}'`

const selectRemoved = organizationStatement<{ names: string }>('removed_of_name')(
  ({ db, place, organizationId, dialect }) => {
    const statement = sql<{
      id: string
    }>`SELECT id FROM deleted_user WHERE organization_id = ${organizationId} AND ${dialect.isIn('user_name_key', place('names'))}
      UNION ALL SELECT user_id FROM deleted_email
        WHERE organization_id = ${organizationId} AND ${dialect.isIn('value_key', place('names'))} LIMIT 1`
    return { compile: () => statement.compile(db) }
  },
)

// JSON writes none of an address otherwise.
const selectUnaddressed = organizationStatement<{ one: string; other: string }>('removed_of_name_before')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('deleted_user')
      .select('id')
      .where('organization_id', '=', organizationId)
      .where(isUnaddressed)
      .where(
        sql<SqlBool>`(lower(resource) LIKE ${dialect.text(place('one'))} ESCAPE '!'
          OR lower(resource) LIKE ${dialect.text(place('other'))} ESCAPE '!')`,
      )
      .limit(1),
)

/** Whether somebody who was removed, and is not gone for good, had the address, or was called like it. */
export async function wasSomebodys(tx: OrganizationTx, address: string): Promise<boolean> {
  const spellings = [...new Set([address, ...spellingsOf(address)])]
  const names = JSON.stringify([...spellings, ...spellings.map(toRemovedName)])
  if ((await tx.first(selectRemoved, { names })) !== undefined) return true
  const [one, other] = spellingsOf(address).map((key) => `%"value":${toPattern(JSON.stringify(key))}%`)
  return (await tx.first(selectUnaddressed, { one: one ?? '', other: other ?? '' })) !== undefined
}

// Letters beyond ASCII, which each database folds in its own way or not at all, are any: rather one too many is found.
function toPattern(text: string): string {
  return text.replace(/[!%_]/g, '!$&').replace(/\P{ASCII}+/gu, '%')
}

// Whom somebody is bringing back is left to them.
const selectSlice = organizationStatement('removed_without_addresses')(({ db, organizationId, dialect }) => {
  const slice = db
    .selectFrom('deleted_user')
    .select(['id', 'resource', 'blocked_at', 'role', 'role_origin', 'role_by_owner', 'blocked_by_owner_at'])
    .where('organization_id', '=', organizationId)
    .where(isUnaddressed)
    .orderBy('id')
    .limit(sql.lit(peoplePerSlice))
  return dialect.lockFree(slice, 'to change')
})

const markAddressed = organizationStatement<{ ids: string }>('removed_have_addresses')(
  ({ db, place, organizationId, dialect }) =>
    db
      .updateTable('deleted_user')
      .set({ is_addressed: 1 })
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('id', place('ids'))),
)

/** Those whom a version before removed. */
export async function fillRemovedAddresses(
  database: Database,
  scope: OrganizationScope,
  isStopping: () => boolean,
): Promise<void> {
  for (let count = peoplePerSlice; count === peoplePerSlice && !isStopping(); ) {
    count = await database.inOrganization(scope, async (tx) => {
      const slice = await tx.all(selectSlice, {})
      // Of whom something was said the addresses are there.
      for (const { id, resource, role, role_origin, ...said } of slice)
        if (!hasKeptWord({ ...said, role: role ?? 'member', role_origin: role_origin ?? 'default' }))
          keepRemovedAddresses(tx, id, toUserColumns(readJson<JsonObject>(resource)).emailKeys)
      if (slice.length > 0) tx.write(markAddressed, { ids: JSON.stringify(slice.map(({ id }) => id)) })
      return slice.length
    })
    if (count === peoplePerSlice) await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
