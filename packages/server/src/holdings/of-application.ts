// What people hold in one application, over all organizations that have it no longer: it ends in the transaction in which the application
// is deleted, or taken away from them.
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { createId } from '../base/id.ts'
import { currentTrace } from '../base/tracing.ts'
import type { InstallationTx } from '../store/database.ts'
import { type Dialect, installationStatement } from '../store/statement.ts'
import { beginnings, renderBegun, renderLogouts } from './sign-outs.ts'

/** An application, and who keeps it. */
export interface TakenAway {
  readonly id: string
  /** JSON: organizations that keep the application. */
  readonly kept: string
}

const queueLogouts = installationStatement<TakenAway & { eventId: string; at: number; trace: string | null }>(
  'queue_logouts_of_application',
)(({ db, place, dialect }) => {
  const isMeant = sql<SqlBool>`application_id = ${place('id')} AND NOT ${dialect.isIn('organization_id', place('kept'))}`
  const statement = renderLogouts(dialect, place, renderBegun(isMeant))
  return { compile: () => statement.compile(db) }
})

/** Whoever has anything there, with their organizations. */
export function renderPeople(
  place: (name: keyof TakenAway) => unknown,
  dialect: Dialect,
): RawBuilder<unknown> {
  const isMeant = sql`user_id IS NOT NULL AND NOT ${dialect.isIn('organization_id', place('kept'))}`
  const isBegun = sql<SqlBool>`application_id = ${place('id')} AND ${isMeant}`
  return sql`(SELECT begun.organization_id, begun.user_id FROM ${renderBegun(isBegun)} AS begun
    UNION SELECT organization_id, user_id FROM oidc_record
      WHERE client_id = ${place('id')} AND organization_id IS NOT NULL AND ${isMeant}) AS held`
}
const deleteRecords = installationStatement<TakenAway>('delete_oidc_records_of_client')(
  ({ db, place, dialect }) =>
    db
      .deleteFrom('oidc_record')
      .where('client_id', '=', place('id'))
      .where('organization_id', 'is not', null)
      .where((on) => on.not(dialect.isIn('organization_id', place('kept')))),
)
const deleteBegun = beginnings.map((table) =>
  installationStatement<TakenAway>(`delete_${table}s_of_application`)(({ db, place, dialect }) =>
    db
      .deleteFrom(table)
      .where('application_id', '=', place('id'))
      .where((on) => on.not(dialect.isIn('organization_id', place('kept')))),
  ),
)

/** The application is told of everybody who has anything there. */
export function queueLogoutsOf(tx: InstallationTx, application: TakenAway, at: number): void {
  tx.write(queueLogouts, { ...application, eventId: createId('evt', at), at, trace: currentTrace() })
}

/** After it was noted whose it is. */
export function removeHoldingsOf(tx: InstallationTx, application: TakenAway): void {
  for (const remove of deleteBegun) tx.write(remove, application)
  tx.write(deleteRecords, application)
}
