// An owner or administrator says of the anchor that is in place: this is our identity provider. The word holds for their rung and
// those below it, and never lowers what stands.
import type { Connection } from '@rollcall/api'
import { isAbove, isAtLeast, toAnchorRung } from '../base/rung.ts'
import { anchorOf, digestOf, summarise, toWord } from '../connections/anchor.ts'
import { getForUpdate, toConnection, writeRow } from '../connections/rows.ts'
import { type Act, type OrganizationAct, record } from '../events/record.ts'
import { administratorRequired, noteHandOver } from '../organizations/hand-over.ts'
import { clearNeedsOfConnection } from '../organizations/needs.ts'
import type { OrganizationTx } from '../store/database.ts'
import { listAsleep } from './people.ts'
import { anchorChanged } from './rules.ts'

/** `digest`: of the anchor that was shown. Throws 409 `anchor_changed`, 403 `administrator_required`. */
export function confirmAnchor(
  { database, scope, act }: OrganizationAct,
  id: string,
  digest: string,
): Promise<Connection> {
  return database.inOrganization(scope, (tx) => confirmAnchorIn(tx, act, id, digest))
}

/** The same in the caller's transaction; `act.rung` is the rung of whoever confirms. */
export async function confirmAnchorIn(
  tx: OrganizationTx,
  act: Act,
  id: string,
  digest: string,
): Promise<Connection> {
  if (!isAtLeast(act.rung, 'administrator')) throw administratorRequired('confirm a trust anchor')
  const row = await getForUpdate(tx, id)
  const anchor = anchorOf(row)
  if (anchor === null || digestOf(anchor) !== digest) throw anchorChanged()
  const own = toAnchorRung(act.rung)
  if (!isAbove(own, row.anchor_rung)) return toConnection(row)
  const confirmed = {
    ...row,
    anchor_rung: own,
    anchor_confirmed: JSON.stringify(toWord(act)),
    updated_at: act.at,
  }
  writeRow(tx, confirmed)
  noteHandOver(tx, act.at)
  clearNeedsOfConnection(tx, id, 'confirmed')
  const asleep = (await listAsleep(tx, id, own, false)).count
  const data = {
    number: row.anchor_number,
    rung: act.rung,
    before: summarise(anchor),
    after: summarise(anchor),
    asleep,
  }
  record(tx, act, { type: 'connection.anchor_confirmed', subject: { type: 'connection', id }, data })
  return toConnection(confirmed)
}
