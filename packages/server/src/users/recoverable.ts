// Questions that other rooms ask about people who are recovered by an address, or told of something.
import { sql } from 'kysely'
import type { Role } from '../base/rung.ts'
import { organizationStatement } from '../store/statement.ts'
import { isBeyondAscii } from './met.ts'
import { userColumnNames } from './user-row.ts'
import { isOwner, runsSettings } from './user-words.ts'

/** So many are mailed a link at once. */
export const maxRecovered = 3

/** Of one look at those with letters beyond ASCII. */
export const recoverableAtOnce = 500

/** So many are told. */
export const maxRecipients = 20

/** How somebody is recovered, and what they were shown of it. */
export const selectRecovery = organizationStatement<{ id: string }>('recovery_of_user')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select(['role', 'recovery_address', 'recovery_shown_at'])
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** How somebody is recovered. */
export const selectRecoveryAddress = organizationStatement<{ id: string }>('recovery_address_of_user')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('user')
      .select('recovery_address')
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id')),
)

/** What must be known of somebody who is recovered. */
export const recoverable = [
  'id',
  'role',
  'active',
  'blocked_at',
  'recovery_address',
  'sessions_ended_at',
] as const

/** Somebody who is recovered. */
export const lockToRecover = organizationStatement<{ id: string }>('person_to_recover')(
  ({ db, place, organizationId, dialect }) => {
    const one = db
      .selectFrom('user')
      .select(recoverable)
      .where('organization_id', '=', organizationId)
      .where('id', '=', place('id'))
    return dialect.lock(one)
  },
)

/** Owners and administrators who are recovered by the address. */
export const selectPeopleToRecover = organizationStatement<{ addressKey: string; otherKey: string }>(
  'people_to_recover',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('user')
    .select(recoverable)
    .where('organization_id', '=', organizationId)
    .where('role', 'in', ['owner', 'admin'])
    .where('recovery_address', 'is not', null)
    .where(sql<string>`lower(recovery_address)`, 'in', [place('addressKey'), place('otherKey')])
    .orderBy('role', 'desc')
    .orderBy('id')
    .limit(sql.lit(maxRecovered)),
)

/** Those whose recovery address has letters beyond ASCII, which each database lowers in its own way. */
export const selectBeyondAscii = organizationStatement<{ role: Role; after: string }>(
  'people_recovered_beyond_ascii',
)(({ db, place, organizationId }) =>
  db
    .selectFrom('user')
    .select(recoverable)
    .where('organization_id', '=', organizationId)
    .where('role', 'in', [sql.lit<Role>('owner'), sql.lit<Role>('admin')])
    .where('role', '=', place('role'))
    .where(isBeyondAscii(sql.ref('recovery_address')))
    .where('id', '>', place('after'))
    .orderBy('id')
    .limit(sql.lit(recoverableAtOnce)),
)

/** Who is told of what concerns the settings. */
export const selectRecipients = organizationStatement('notice_recipients')(({ db, organizationId }) =>
  db
    .selectFrom('user')
    .select([...userColumnNames, 'recovery_address'])
    .where('organization_id', '=', organizationId)
    .where(runsSettings)
    .where('active', '=', 1)
    .where('blocked_at', 'is', null)
    // Owners first, where there are more than are told.
    .orderBy((on) => on.case().when('role', '=', 'owner').then(0).else(1).end())
    .orderBy('id')
    .limit(maxRecipients),
)

/** Owners who are told. */
export const selectOwners = organizationStatement('noticed_owners')(({ db, organizationId }) =>
  db
    .selectFrom('user')
    .select([...userColumnNames, 'recovery_address'])
    .where('organization_id', '=', organizationId)
    .where(isOwner)
    .where('active', '=', 1)
    .where('blocked_at', 'is', null)
    .orderBy('id')
    .limit(maxRecipients),
)
