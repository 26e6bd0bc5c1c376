// Whom an anchor concerns: owners and administrators above its rung, who are refused until somebody of theirs confirms it, and the
// names of those who put it in place.

import type { Asleep, AnchorWord as ShownWord } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { type AnchorRung, isAbove, isAtLeast, type Rung } from '../base/rung.ts'
import type { AnchorWord } from '../connections/anchor.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationQuery, organizationStatement } from '../store/statement.ts'

const maxNamed = 50

/** Roles that stand above a rung, by their rung. */
const privileged = [
  { role: 'owner', rung: 'owner' },
  { role: 'admin', rung: 'administrator' },
] as const

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
  const roles = privileged.filter((one) => isAbove(one.rung, rung)).map(({ role }) => role)
  if (roles.length === 0) return { count: 0, people: [] }
  const those = organizationQuery(({ db, organizationId }) =>
    db
      .selectFrom('identity')
      .innerJoin('user', (join) =>
        join
          .onRef('user.organization_id', '=', 'identity.organization_id')
          .onRef('user.id', '=', 'identity.user_id'),
      )
      .select(['user.id', 'user.user_name', 'user.role'])
      .where('identity.organization_id', '=', organizationId)
      .where('identity.connection_id', '=', connectionId)
      .where('user.role', 'in', roles)
      .where('user.active', '=', 1)
      .where('user.blocked_at', 'is', null)
      .orderBy('user.role', 'desc')
      .orderBy('user.user_name_key'),
  )
  const rows = await tx.all(those, {})
  const people = rows
    .slice(0, isNamed ? maxNamed : 0)
    .map((row) => ({ id: row.id, userName: row.user_name, role: row.role }))
  return { count: rows.length, people }
}

const selectName = organizationStatement<{ id: string }>('name_of_word')(({ db, place, organizationId }) =>
  db
    .selectFrom('user')
    .select('user_name')
    .where('organization_id', '=', organizationId)
    .where('id', '=', place('id')),
)

/** The userName of somebody; null for whoever is no person, or is gone. */
export async function nameOf(
  tx: OrganizationTx,
  word: Pick<AnchorWord, 'kind' | 'id'>,
): Promise<string | null> {
  if (word.kind !== 'user' || word.id === null) return null
  return (await tx.first(selectName, { id: word.id }))?.user_name ?? null
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
