// What an identity provider ends before it has begun here: sign-ins that it has proven, and that no browser has finished yet, or whose
// person has still to say something. Nobody may be known by them: what they would become a session of is in what was proven alone.
import { readSessionId } from '../base/texts.ts'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { removePending } from './pending.ts'
import { endedOutcome, finishWithinMs, reviveAssertion } from './sign-ins.ts'

/** Whose sign-ins: those of a name, of sessions at the identity provider, or of both. */
export interface MeantSignIns {
  readonly connectionId: string
  /** Null: whoever has the session. */
  readonly nameId: string | null
  /** Empty: all of the name. */
  readonly sessionIndexes: readonly string[]
}

interface Wanted {
  readonly connectionId: string
  /** As JSON of an assertion has it. */
  readonly part: string
  readonly now: number
}

// What is proven is finished soon, and what anybody may begin waits much longer: all of that is not looked through. Clocks may differ.
// A test of a staged anchor was proven by another one than the logout.
const selectUnfinished = organizationStatement<Wanted & { readonly soon: number }>('unfinished_sign_ins')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('sign_in')
      .select(['id', 'outcome'])
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('expires_at', '>', place('now'))
      .where('expires_at', '<', place('soon'))
      .where('finished_at', 'is', null)
      .where('anchor_digest', 'is', null)
      .where('proven_at', 'is not', null)
      .where((on) => dialect.contains(on.ref('outcome'), place('part')))
      .orderBy('id'),
)

const selectWaiting = organizationStatement<Wanted>('waiting_sign_ins')(
  ({ db, place, organizationId, dialect }) =>
    db
      .selectFrom('pending_sign_in')
      .select(['id', 'outcome'])
      .where('organization_id', '=', organizationId)
      .where('connection_id', '=', place('connectionId'))
      .where('expires_at', '>', place('now'))
      .where('anchor_digest', 'is', null)
      .where((on) => dialect.contains(on.ref('outcome'), place('part')))
      .orderBy('id'),
)

// Whoever is finishing it right now is waited for: then it has a session, which is ended like every other one.
const markEnded = organizationStatement<{ id: string; at: number; outcome: string }>('sign_in_ended')(
  ({ db, place, organizationId }) =>
    db
      .updateTable('sign_in')
      .set({ finished_at: place('at'), outcome: place('outcome') })
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
      .where('finished_at', 'is', null)
      .returning('id'),
)

/** Ends them, before sessions are looked for; how many it were. */
export async function endUnfinished(tx: OrganizationTx, meant: MeantSignIns, now: number): Promise<number> {
  const { connectionId, nameId, sessionIndexes } = meant
  const [member, value] =
    nameId === null ? ['sessionIndex', sessionIndexes[0] ?? ''] : (['nameId', nameId] as const)
  const wanted = { connectionId, part: `"${member}":${JSON.stringify(value)}`, now }
  const soon = now + 2 * finishWithinMs
  let count = 0
  for (const { id, outcome } of await tx.all(selectUnfinished, { ...wanted, soon })) {
    if (!isMeant(meant, outcome)) continue
    count += (await tx.change(markEnded, { id, at: now, outcome: endedOutcome })).length
  }
  for (const { id, outcome } of await tx.all(selectWaiting, wanted)) {
    if (!isMeant(meant, outcome)) continue
    removePending(tx, id)
    count += 1
  }
  return count
}

function isMeant({ nameId, sessionIndexes: indexes }: MeantSignIns, outcome: string | null): boolean {
  if (outcome === null) return false
  const assertion = reviveAssertion(outcome)
  const index = readSessionId(assertion.sessionIndex)
  if (nameId === null) return index !== null && index === indexes[0]
  return assertion.nameId === nameId && (indexes.length === 0 || index === null || indexes.includes(index))
}
