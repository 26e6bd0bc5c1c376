// A key that nobody has confirmed made an account of names that somebody else was blocked under, and the block was passed on to it. The
// directory claims the account: what it calls the person is their name, and what the key wrote beside it blocks nobody.

import { type Sentence, say } from '@rollcall/api/sentences'
import { readJson } from '../base/json.ts'
import { isPrivileged } from '../base/rung.ts'
import { type Act, record } from '../events/record.ts'
import { toUserColumns } from '../mapping/user-columns.ts'
import { toUserState } from '../mapping/user-state.ts'
import type { OrganizationTx } from '../store/database.ts'
import { findWords } from '../users/kept.ts'
import { passedOn, type Said, saidOf, writeSaid } from '../users/said.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeBlock, writeRole } from '../users/user-words.ts'

/**
 * `row` is locked, and as it is claimed; `by` is how it was until now. Returns the row as it will be after COMMIT, and what to say
 * of it. What was said of this very account stays, whatever it is called from here on, as does what holds for the names that the directory
 * says.
 */
export async function forgetUnseenWord(
  tx: OrganizationTx,
  act: Act,
  row: UserRow,
  by: Pick<UserRow, 'source' | keyof Said>,
): Promise<{ readonly row: UserRow; readonly more: readonly Sentence[] }> {
  const resource = readJson(row.resource)
  const columns = toUserColumns(resource)
  const isLowered = row.role_origin === 'hand' && !isPrivileged(row.role)
  const isPassedBlock = row.blocked_at !== null && by.blocked_as === passedOn
  const isPassedRole = isLowered && by.given_as === passedOn
  if (by.source !== 'scim' || (!isPassedBlock && !isPassedRole)) return { row, more: [] }
  const [word] = await findWords(tx, [{ ...columns, id: row.id }])
  const isFree = isPassedBlock && (word?.blockedAt ?? null) === null
  const isRoleFree = isPassedRole && (word?.role ?? null) === null
  if (isFree) {
    writeBlock(tx, row.id, null, act.at)
    const state = toUserState(resource, { role: row.role, isBlocked: false })
    const data = { userName: row.user_name, state }
    record(tx, act, { type: 'user.unblocked', subject: { type: 'user', id: row.id }, data })
  }
  // Groups may give more from here on, and what opens the console is given by no claim.
  const { id, role } = row
  if (isRoleFree)
    writeRole(tx, { id, before: role, role, origin: 'default', resource: row.resource, at: act.at })
  const said = {
    ...saidOf(row),
    ...(isFree ? { blocked_by_owner_at: null, blocked_as: null, is_block_passed_on: null } : {}),
    ...(isRoleFree ? { role_by_owner: null, given_as: null } : {}),
  }
  if (isFree || isRoleFree) writeSaid(tx, id, said)
  return {
    row: {
      ...row,
      ...said,
      blocked_at: isFree ? null : row.blocked_at,
      role_origin: isRoleFree ? 'default' : row.role_origin,
    },
    more: isFree ? [say('block_passed_on')] : [],
  }
}
