// The whole of a connection's trust anchor for whoever looks after it: what is in place and who vouches for it, what is staged,
// what could be brought back.
import type { AnchorDetail } from '@rollcall/api'
import { isAbove, isAtLeast, type Rung, toAnchorRung } from '../base/rung.ts'
import { anchorOf, digestOf, toHost } from '../connections/anchor.ts'
import { selectStaged } from '../connections/anchor-rows.ts'
import { listRefusals } from '../connections/refusals.ts'
import { noConnection, selectConnection } from '../connections/rows.ts'
import type { Act } from '../events/record.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { listAsleep, maySeePeople, showWord } from './people.ts'
import { describeEarlier } from './restore.ts'
import { describeStaged } from './staged.ts'

/** As somebody of this rung sees it; throws 404. */
export async function getAnchor(
  database: Database,
  scope: OrganizationScope,
  asked: Pick<Act, 'actor' | 'rung' | 'at'>,
  id: string,
): Promise<AnchorDetail> {
  return database.inOrganization(scope, async (tx) => {
    const row = await tx.first(selectConnection, { id })
    if (row === undefined) throw noConnection()
    const version = await tx.first(selectStaged, { connectionId: id })
    return {
      present: await describePresent(tx, asked.rung, row),
      staged: version === undefined ? null : await describeStaged(tx, asked, row, version),
      earlier: await describeEarlier(tx, asked.rung, row, asked.at),
      refusals: await listRefusals(tx, asked, row),
    }
  })
}

async function describePresent(
  tx: OrganizationTx,
  rung: Rung,
  row: ConnectionTable,
): Promise<AnchorDetail['present']> {
  const anchor = anchorOf(row)
  if (anchor === null) return null
  const standing = row.anchor_rung
  return {
    number: row.anchor_number,
    digest: digestOf(anchor),
    rung: standing,
    host: toHost(anchor),
    put: await showWord(tx, row.anchor_put, rung),
    confirmed: await showWord(tx, row.anchor_confirmed, rung),
    metadataUrlRung: row.metadata_url === null ? null : row.anchor_url_rung,
    asleep: await listAsleep(tx, row.id, standing, maySeePeople(rung)),
    mayConfirm: isAtLeast(rung, 'administrator') && isAbove(toAnchorRung(rung), standing),
  }
}
