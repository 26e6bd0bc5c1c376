// What came while an anchor was in place: accounts and links that it made, keys that its people made. Listed when it is withdrawn,
// so that somebody looks whether they shall stay.

import type { AnchorRestored } from '@rollcall/api'
import type { OrganizationTx } from '../store/database.ts'
import { listKeysMadeBy, listLinkedSince } from '../users/asked.ts'

const maxNamed = 50

type Came = AnchorRestored['came']
type Row = { readonly id: string; readonly name: string }

/** Since then, through this connection. `isNamed`: people by their names. */
export async function listCame(
  tx: OrganizationTx,
  connectionId: string,
  since: number,
  isNamed: boolean,
): Promise<Came> {
  const linked = await listLinkedSince(tx, connectionId, since)
  const isNew = (row: (typeof linked)[number]): boolean => row.source === 'sso' && row.created_at >= since
  const toRow = (row: (typeof linked)[number]): Row => ({ id: row.id, name: row.user_name })
  return {
    accounts: toList(linked.filter(isNew).map(toRow), isNamed),
    links: toList(linked.filter((row) => !isNew(row)).map(toRow), isNamed),
    keys: toList(await listKeysMadeBy(tx, connectionId, since), true),
  }
}

function toList(rows: readonly Row[], isNamed: boolean): Came['accounts'] {
  return { count: rows.length, items: rows.slice(0, isNamed ? maxNamed : 0) }
}
