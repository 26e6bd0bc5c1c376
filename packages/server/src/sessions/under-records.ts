// What is locked under the records that give access, in the transaction that writes one: our own session, or a grant with it.

import { isOfPresent } from '../holdings/generations.ts'
import { recordRows } from '../holdings/joined.ts'
import { isLiving, organizationRows } from '../organizations/joined.ts'
import { installationStatement } from '../store/statement.ts'

/** Our own session, by its secret, under a session, a grant or a code of the provider. */
export const lockSessionUnder = installationStatement<{
  hash: string
  sessionId: string
  userId: string
  now: number
}>('session_under_oidc_record')(({ db, place, dialect }) =>
  dialect.lock(
    db
      .selectFrom('session')
      .innerJoin(organizationRows, 'organization.id', 'session.organization_id')
      .select('session.id')
      .where('session.secret_hash', '=', place('hash'))
      .where('session.id', '=', place('sessionId'))
      .where('session.user_id', '=', place('userId'))
      .where('session.expires_at', '>', place('now'))
      .where(isLiving)
      .where(isOfPresent('session')),
    'to keep the key',
  ),
)

interface OfGrant {
  readonly grantKey: string
  readonly userId: string
  readonly clientId: string
  readonly now: number
}

// With the session under it, where it may be no longer than that.
const grantLock = (isWithSession: boolean) =>
  installationStatement<OfGrant>(`grant_${isWithSession ? 'and_session_' : ''}under_oidc_record`)(
    ({ db, place, dialect }) => {
      const grant = db
        .selectFrom(recordRows)
        .select('oidc_record.id')
        .where('oidc_record.id', '=', place('grantKey'))
        .where('oidc_record.user_id', '=', place('userId'))
        .where('oidc_record.client_id', '=', place('clientId'))
        .where('oidc_record.expires_at', '>', place('now'))
        .where(isOfPresent('oidc_record'))
      const withSession = grant
        .innerJoin('session', (join) =>
          join
            .onRef('session.organization_id', '=', 'oidc_record.organization_id')
            .onRef('session.user_id', '=', 'oidc_record.user_id')
            .onRef('session.id', '=', 'oidc_record.session_id'),
        )
        .innerJoin(organizationRows, 'organization.id', 'session.organization_id')
        .where('session.expires_at', '>', place('now'))
        .where(isLiving)
        .where(isOfPresent('session'))
      return dialect.lock(isWithSession ? withSession : grant, 'to keep the key')
    },
  )
/** The grant under a token. */
export const lockGrant = grantLock(false)
/** The grant under a code, with the session under it. */
export const lockGrantAndSession = grantLock(true)

/** A record that is changed. */
export const lockRecord = installationStatement<{ id: string }>('oidc_record_to_keep')(
  ({ db, place, dialect }) =>
    dialect.lock(
      db.selectFrom(recordRows).select('id').where('id', '=', place('id')).where(isOfPresent('oidc_record')),
      'to keep the key',
    ),
)
