// What people have in an application that is deleted, or no longer given to their organization: it ends in the transaction of that
// change, and the application is told where it still listens. The transaction notes whose sessions ended; the events follow.
import type { Act } from '../events/record.ts'
import { queueLogoutsOf, removeHoldingsOf } from '../holdings/of-application.ts'
import { noteEndsOf } from '../sessions/ended-application.ts'
import { tellOfEnds } from '../sessions/ended-many.ts'
import type { Database, InstallationTx } from '../store/database.ts'

/** Of the events that are written before the change is answered; the rest is a job's. */
const slicesAtOnce = 5

/** `kept`: organizations that still have the application. */
export function takeAway(tx: InstallationTx, act: Act, id: string, kept: readonly string[]): void {
  const application = { id, kept: JSON.stringify(kept) }
  queueLogoutsOf(tx, application, act.at)
  noteEndsOf(tx, act, application)
  removeHoldingsOf(tx, application)
}

/** After the change, so that few are told of at once. What is left over, or fails, is noted still. */
export async function tellOfTakenAway(database: Database, at: number): Promise<void> {
  let slices = slicesAtOnce
  await tellOfEnds(
    database,
    () => at,
    () => slices-- <= 0,
  ).catch(() => undefined)
}
