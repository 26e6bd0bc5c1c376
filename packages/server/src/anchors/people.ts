// Whom an anchor concerns: owners and administrators above its rung, who are refused until somebody of theirs confirms it, and the
// names of those who put it in place.

import type { Asleep, AnchorWord as ShownWord } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { type AnchorRung, isAbove, isAtLeast, type Rung } from '../base/rung.ts'
import type { AnchorWord } from '../connections/anchor.ts'
import type { OrganizationTx } from '../store/database.ts'
import { selectPeopleAsleep, selectUserName } from '../users/asked.ts'

const maxNamed = 50

/** Whether names of people may be told: a set-up link sees none. */
export function maySeePeople(rung: Rung): boolean {
  return isAtLeast(rung, 'administrator')
}

/** The owners and administrators with an identity of the connection who stand above this rung. */
export async function listAsleep(
  tx: OrganizationTx,
  connectionId: string,
  rung: AnchorRung,
  isNamed: boolean,
): Promise<Asleep> {
  if (!isAbove('owner', rung)) return { count: 0, people: [] }
  const rows = await tx.all(selectPeopleAsleep, {
    connectionId,
    limit: maxNamed,
    withAdmins: isAbove('administrator', rung) ? 1 : 0,
  })
  const people = isNamed ? rows.map((row) => ({ id: row.id, userName: row.user_name, role: row.role })) : []
  return { count: Number(rows[0]?.found ?? 0), people }
}

/** The userName of somebody; null for whoever is no person, or is gone. */
export async function nameOf(
  tx: OrganizationTx,
  word: Pick<AnchorWord, 'kind' | 'id'>,
): Promise<string | null> {
  if (word.kind !== 'user' || word.id === null) return null
  return (await tx.first(selectUserName, { id: word.id }))?.user_name ?? null
}

/** As it is shown to somebody of this rung; `text` is the JSON of a word. */
export async function showWord(
  tx: OrganizationTx,
  text: string | null,
  rung: Rung,
): Promise<ShownWord | null> {
  if (text === null) return null
  const word = readJson<AnchorWord>(text)
  const { kind, id, at } = word
  return {
    kind,
    id,
    rung: word.rung,
    at: toTime(at),
    name: maySeePeople(rung) ? await nameOf(tx, word) : null,
  }
}
