// A name for somebody whom an account of less standing keeps from their own: the name they would have, told apart. Never one that reads as
// an address.
import { createId } from '../base/id.ts'
import { toUserNameKey } from '../mapping/user-columns.ts'
import type { OrganizationTx } from '../store/database.ts'
import { findByName } from '../users/met.ts'

/** `name` itself where it is free. */
export async function findFreeName(tx: OrganizationTx, name: string, at: number): Promise<string> {
  for (const one of [name, `${name} (2)`, `${name} (3)`])
    if ((await findByName(tx, toUserNameKey(one), 'look')) === undefined) return one
  return `${name} (${createId('usr', at).slice(-8)})`
}
