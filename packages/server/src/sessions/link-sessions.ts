// The sessions that one link opened: they end with it, and there are only so many.
import { sql } from 'kysely'
import { mostAtOnce } from '../holdings/generations.ts'
import type { OrganizationTx } from '../store/database.ts'
import { StoreRestart } from '../store/errors.ts'
import { organizationStatement, type Words } from '../store/statement.ts'
import { maxSessionsOfPerson } from './sessions.ts'

/** That one link has open at once. */
export const maxSessionsOfLink = 20

type OpenerColumn = 'link_id' | 'contact_id'

const openedBy = (
  { db, place, organizationId }: Words<'organization', { id: string }>,
  column: OpenerColumn,
) =>
  db
    .selectFrom('session')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where(column, '=', place('id'))

const endOpenedBy = (
  { db, place, organizationId }: Words<'organization', { id: string }>,
  column: OpenerColumn,
) => db.deleteFrom('session').where('organization_id', '=', organizationId).where(column, '=', place('id'))

const ofLink = {
  all: organizationStatement<{ id: string }>('sessions_of_link')((words) => openedBy(words, 'link_id')),
  free: organizationStatement<{ id: string }>('free_sessions_of_link')((words) =>
    words.dialect.lockFree(openedBy(words, 'link_id').orderBy('secret_hash')),
  ),
  end: organizationStatement<{ id: string }>('delete_link_sessions')((words) =>
    endOpenedBy(words, 'link_id'),
  ),
}
const ofContact = {
  all: organizationStatement<{ id: string }>('sessions_of_contact')((words) => openedBy(words, 'contact_id')),
  free: organizationStatement<{ id: string }>('free_sessions_of_contact')((words) =>
    words.dialect.lockFree(openedBy(words, 'contact_id').orderBy('secret_hash')),
  ),
  end: organizationStatement<{ id: string }>('delete_contact_sessions')((words) =>
    endOpenedBy(words, 'contact_id'),
  ),
}

const deleteQuietOfLink = organizationStatement<{ linkId: string; kept: number }>(
  'delete_quiet_link_sessions',
)(({ db, place, organizationId }) =>
  db
    .deleteFrom('session')
    .where('organization_id', '=', organizationId)
    .where('link_id', '=', place('linkId'))
    .where('secret_hash', 'not in', (on) =>
      on
        .selectFrom('session')
        .select('secret_hash')
        .where('organization_id', '=', organizationId)
        .where('link_id', '=', place('linkId'))
        .orderBy('last_seen_at', 'desc')
        .orderBy('id', 'desc')
        .limit(place('kept')),
    ),
)

// Of the first thousand by the index, so that no more is sorted; with the next frames the rest goes. One that an act has is not quiet.
const deleteQuietOfContact = organizationStatement<{ id: string }>('delete_quiet_contact_sessions')(
  (words) => {
    const { db, dialect } = words
    const some = openedBy(words, 'contact_id')
      .select(['secret_hash', 'last_seen_at'])
      .limit(sql.lit(mostAtOnce))
    const quiet = db
      .selectFrom(some.as('looked'))
      .select('secret_hash')
      .orderBy('last_seen_at', 'desc')
      .orderBy('id', 'desc')
      .limit(sql.lit(mostAtOnce))
      .offset(sql.lit(maxSessionsOfPerson - 1))
    const free = dialect.lockFree(
      db.selectFrom('session').select('secret_hash').where('secret_hash', 'in', quiet),
    )
    // By their names alone: beside the organization SQLite would look through all sessions of that.
    return db.deleteFrom('session').where('secret_hash', 'in', free)
  },
)

async function endOpened(
  tx: OrganizationTx,
  { all, free, end }: typeof ofLink | typeof ofContact,
  id: string,
): Promise<void> {
  const [sessions, unheld] = await Promise.all([tx.all(all, { id }), tx.all(free, { id })])
  const ids = new Set(unheld.map((one) => one.id))
  if (sessions.some((one) => !ids.has(one.id))) throw new StoreRestart()
  if (sessions.length > 0) tx.write(end, { id })
}

/** Throws StoreRestart where an act has one of them: it may wait for what the unit holds. */
export function endSessionsOfLink(tx: OrganizationTx, linkId: string): Promise<void> {
  return endOpened(tx, ofLink, linkId)
}

/** The same of all frames of one address, by the link that stands for it. */
export function endSessionsOfContact(tx: OrganizationTx, contactId: string): Promise<void> {
  return endOpened(tx, ofContact, contactId)
}

/** Makes room for one more: of the sessions that the link opened, those that have been quiet the longest end. */
export function endQuietSessionsOfLink(tx: OrganizationTx, linkId: string): void {
  tx.write(deleteQuietOfLink, { linkId, kept: maxSessionsOfLink - 1 })
}

/** The same of all frames of one address, of which as many hold as of an account's: a page of the product opens one at each load. */
export function endQuietSessionsOfContact(tx: OrganizationTx, contactId: string): void {
  tx.write(deleteQuietOfContact, { id: contactId })
}
