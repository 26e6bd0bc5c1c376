// The event that says whose sessions ended, and why.
import type { EventData } from '@rollcall/api'
import { type Act, record } from '../events/record.ts'
import type { OrganizationTx } from '../store/database.ts'

/** Why, in one word of the contract. */
export type EndCause = EventData<'user.sessions_ended'>['cause']

/** For each of these people. */
export function recordEnded(
  tx: OrganizationTx,
  act: Act,
  userIds: readonly string[],
  cause: EndCause,
  reason: string = cause,
): void {
  const data = { cause, reason, rung: act.rung }
  for (const id of userIds)
    record(tx, act, { type: 'user.sessions_ended', subject: { type: 'user', id }, data })
}
