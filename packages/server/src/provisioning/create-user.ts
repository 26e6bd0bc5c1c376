// Somebody new, by whichever door they came: the row, what an administrator said of another account of theirs, and the event.
import { assertFits, type JsonObject } from '@rollcall/scim'
import { createId } from '../base/id.ts'
import { type Act, record } from '../events/record.ts'
import { findUserOversize } from '../mapping/bounds.ts'
import { plainRole } from '../mapping/roles.ts'
import { toUserColumns, type UserColumns } from '../mapping/user-columns.ts'
import { toRecoveryAddress, toUserState } from '../mapping/user-state.ts'
import type { OrganizationTx } from '../store/database.ts'
import { refuseKept, type Unread } from '../users/kept-refusals.ts'
import { releaseIdentities } from '../users/parked.ts'
import { type KeptWord, nothingSaid, toPassedOn, writeSaid } from '../users/said.ts'
import type { UserRow } from '../users/user-row.ts'
import { writeBlock, writeRole } from '../users/user-words.ts'
import { writeNewUser } from '../users/users.ts'

/**
 * Writes only, so that it fits one round trip and the role is not known; the store refuses a name that is taken. Throws ScimError 400
 * for what is too large.
 */
export function createUser(
  tx: OrganizationTx,
  act: Act,
  resource: JsonObject,
  source: 'scim' | 'sso' | 'invited' | 'imported',
  given: {
    /** What an administrator said of another account of the person; where it was not read, the store refuses the unit (`kept_word`). */
    readonly kept: KeptWord | undefined | Unread
    /** Unsaid: the default role is an administrator's word. False: it is given only where it opens nothing. */
    readonly mayGivePrivileges?: boolean
    /** Of a provisional key that makes the user. */
    readonly provisionalKeyId?: string | undefined
  },
): Omit<UserRow, 'role'> {
  const id = createId('usr', act.at)
  const text = JSON.stringify(resource)
  assertFits(findUserOversize(resource, text))
  const columns = toUserColumns(resource)
  const managedBy = source === 'scim' ? 'scim' : null
  const { kept, mayGivePrivileges, provisionalKeyId } = given
  const unread = typeof kept === 'string' ? kept : undefined
  const isNew = unread !== undefined
  // What an identity provider says of a newcomer takes as little from whoever administered here as what an unconfirmed key says.
  const ofKey = provisionalKeyId === undefined ? undefined : { unconfirmedKeyId: provisionalKeyId }
  if (!isNew) releaseIdentities(tx, columns, ofKey ?? (source === 'sso' ? 'sign-in' : 'confirmed'))
  const recoveryAddress = toRecoveryAddress(resource)
  const word = typeof kept === 'string' ? undefined : kept
  const keptRole = word?.role ?? null
  writeNewUser(tx, {
    id,
    columns,
    resource: text,
    at: act.at,
    source,
    managedBy,
    recoveryAddress,
    provisionalKeyId,
    isNew,
    mayGivePrivileges: mayGivePrivileges !== false && keptRole === null,
  })
  // Behind the name, so that one that is taken is said first.
  if (unread !== undefined) refuseKept(tx, columns, unread)
  recordNewUser(tx, act, { id, columns, resource, text, source, word })
  const said = word === undefined ? nothingSaid : toPassedOn(word, columns.userNameKey)
  if (word !== undefined) writeSaid(tx, id, said)
  return {
    ...toNewRow(columns, act.at),
    id,
    role_origin: keptRole === null ? 'default' : 'hand',
    source,
    managed_by: managedBy,
    blocked_at: word?.blockedAt ?? null,
    ...said,
    resource: text,
    provisional_key_id: given.provisionalKeyId ?? null,
  }
}

/** What is the same of everybody who is new. */
function toNewRow(columns: UserColumns, at: number) {
  return {
    user_name: columns.userName,
    external_id: columns.externalId,
    active: columns.isActive ? 1 : 0,
    version: 1,
    created_at: at,
    updated_at: at,
    deactivated_at: columns.isActive ? null : at,
    last_sign_in_at: null,
    directory_decides: 0,
    sessions_ended_at: null,
  } as const
}

/** Tells of somebody new, with what an administrator said of another account of theirs, which is written as well. */
function recordNewUser(
  tx: OrganizationTx,
  act: Act,
  user: {
    readonly id: string
    readonly columns: UserColumns
    readonly resource: JsonObject
    readonly text: string
    readonly source: UserRow['source']
    readonly word: KeptWord | undefined
  },
): void {
  const { id, columns, resource, text, source, word } = user
  const role = word?.role ?? null
  const blockedAt = word?.blockedAt ?? null
  const state = toUserState(resource, { role, isBlocked: blockedAt !== null })
  const subject = { type: 'user', id } as const
  record(tx, act, { type: 'user.provisioned', subject, data: { source, user: resource, state } })
  if (role !== null)
    writeRole(tx, { id, before: plainRole, role, origin: 'hand', resource: text, at: act.at })
  if (blockedAt === null) return
  writeBlock(tx, id, blockedAt, act.at)
  const data = { userName: columns.userName, reason: 'came_back', state } as const
  record(tx, act, { type: 'user.blocked', subject, data })
}
