// What a caller may not do to a connection as a whole. The acts ask here, and so does whoever shows them: nobody is offered what
// would be refused.
import type { AnchorDetail } from '@rollcall/api'
import { type Actor, toActorId } from '../base/actor.ts'
import { isAtLeast } from '../base/rung.ts'
import type { Act } from '../events/record.ts'
import { isHandedOver } from '../organizations/hand-over.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { signsOwnersIn } from './owners.ts'
import { isComplete } from './rows.ts'

type Refusals = AnchorDetail['refusals']

/** What takes an administrator, by act. `loosen`: accepting more than before. */
export async function listForContact(
  tx: OrganizationTx,
  { actor }: Pick<Act, 'actor'>,
  row: ConnectionTable,
): Promise<Readonly<Record<keyof Refusals | 'loosen', boolean>>> {
  const isAbove = isComplete(row) && row.anchor_rung !== 'contact'
  const isOver = isAbove || (await isHandedOver(tx))
  const wasEnabled = row.first_enabled_at !== null
  return {
    change: isAbove,
    loosen: isOver,
    switchOn: isAbove || (isOver && wasEnabled),
    switchOff: isOver,
    delete: isAbove || (isOver && (wasEnabled || !isMadeBy(row, actor))),
  }
}

// Who filled it in has not made it. Where nobody is known, from before makers were kept, no set-up link has.
function isMadeBy({ maker_rung: rung, maker_id: id }: ConnectionTable, actor: Actor): boolean {
  return (rung === null || rung === 'contact') && id !== null && id === toActorId(actor)
}

/** By the code that a caller of this rung would be answered; null where they may. */
export async function listRefusals(
  tx: OrganizationTx,
  act: Pick<Act, 'actor' | 'rung'>,
  row: ConnectionTable,
): Promise<Refusals> {
  const { rung } = act
  const forContact = isAtLeast(rung, 'administrator') ? undefined : await listForContact(tx, act, row)
  const ofOwners = !isAtLeast(rung, 'owner') && (await signsOwnersIn(tx, row.id)) ? 'owner_required' : null
  const refusalOf = (act: keyof Refusals): Refusals['change'] =>
    forContact?.[act] === true ? 'administrator_required' : null
  return {
    change: refusalOf('change'),
    switchOn: refusalOf('switchOn'),
    switchOff: refusalOf('switchOff') ?? ofOwners,
    delete: refusalOf('delete') ?? ofOwners,
  }
}
