// How many sign-ins may be under way: beyond that the oldest make room.
import { type SqlBool, sql } from 'kysely'
import type { OrganizationTx } from '../store/database.ts'
import { organizationStatement } from '../store/statement.ts'
import { maxOfName, surplusAtOnce } from './whose.ts'

/** Proven by one connection and finished by no browser; whoever is at it comes back with the very next request. */
const maxUnfinished = 1_000

/** In the place of what was said of the person, of a sign-in that made room for newer ones. */
export const displacedOutcome = 'displaced'

// The newest stay. In the very words of the indexes, which hold those alone that wait; what another node is at is left to it.
const createDisplace = (of: 'connection' | 'name') =>
  organizationStatement<{ connectionId: string; nameHash: string; at: number }>(`displace_sign_ins_of_${of}`)(
    ({ db, place, organizationId, dialect }) =>
      db
        .updateTable('sign_in')
        .set({
          finished_at: place('at'),
          outcome: displacedOutcome,
          name_hash: null,
          session_hash: null,
        })
        .where('organization_id', '=', organizationId)
        .where('id', 'in', (on) => {
          const waiting = on
            .selectFrom('sign_in')
            .select('id')
            .where('organization_id', '=', organizationId)
            .where('connection_id', '=', place('connectionId'))
            .where(sql<SqlBool>`proven_at IS NOT NULL AND finished_at IS NULL`)
            .orderBy('proven_at', 'desc')
            .orderBy('id', 'desc')
            .limit(sql.lit(surplusAtOnce))
          const surplus =
            of === 'name'
              ? waiting.where('name_hash', '=', place('nameHash')).offset(sql.lit(maxOfName))
              : waiting.offset(sql.lit(maxUnfinished))
          return dialect.lockFree(surplus, 'to change')
        }),
  )

const displaceOfName = createDisplace('name')

const displaceOfConnection = createDisplace('connection')

/** The oldest unfinished sign-ins go where there are too many. */
export function makeRoom(tx: OrganizationTx, connectionId: string, nameHash: string, at: number): void {
  for (const displace of [displaceOfName, displaceOfConnection])
    tx.write(displace, { connectionId, nameHash, at })
}
