// How much of the library's records one person has at once: OpenID Connect sessions, grants of one application, and what was given out
// under one grant. Each new one makes room for itself: the oldest goes. Every statement looks at a bounded number of rows, however many
// an earlier version let somebody gather; the rest goes with the next ones.
import { type RawBuilder, sql } from 'kysely'
import type { InstallationTx } from '../store/database.ts'
import { installationStatement, type Words } from '../store/statement.ts'

/** OpenID Connect sessions of one person, and grants of one person and application. */
export const maxOfPerson = 50
/** Codes, access tokens and refresh tokens, of each, under one grant. */
export const maxOfGrant = 100
const lookedAt = 5_000
const mostAtOnce = 1_000

interface Kind {
  readonly model: string
  /** The one that is written: it stays. */
  readonly id: string
}

type OfPerson = Kind & { readonly userId: string; readonly clientId: string }
type OfGrant = Kind & { readonly grantId: string }

function surplus(some: RawBuilder<unknown>, isMeant: RawBuilder<unknown>, most: number): RawBuilder<unknown> {
  return sql`SELECT id FROM (${some} LIMIT ${sql.lit(lookedAt)}) AS looked WHERE ${isMeant}
    ORDER BY coalesce(created_at, 0) DESC, id DESC LIMIT ${sql.lit(mostAtOnce)} OFFSET ${sql.lit(most - 1)}`
}

const ofPerson = ({ place }: Words<'installation', OfPerson>) => {
  const own = sql`organization_id = (SELECT a.organization_id FROM oidc_account AS a WHERE a.user_id = ${place('userId')})`
  return surplus(
    sql`SELECT id, model, client_id, created_at FROM oidc_record WHERE ${own} AND user_id = ${place('userId')}`,
    sql`model = ${place('model')} AND id <> ${place('id')} AND coalesce(client_id, '') = ${place('clientId')}`,
    maxOfPerson,
  )
}

// What somebody uses right now is passed over.
const remove = (
  { db, dialect }: Pick<Words<'installation', OfPerson>, 'db' | 'dialect'>,
  ids: RawBuilder<unknown>,
) =>
  db
    .deleteFrom('oidc_record')
    .where(
      'id',
      'in',
      dialect.lockFree(db.selectFrom('oidc_record').select('id').where(dialect.isAmong('id', ids))),
    )

const removeOfPerson = installationStatement<OfPerson>('make_room_for_oidc_record')((words) =>
  remove(words, ofPerson(words)),
)

// A grant's key has its model in front of it.
const removeOfGrants = installationStatement<OfPerson>('delete_records_of_surplus_grants')((words) =>
  remove(
    words,
    sql`SELECT r.id FROM oidc_record AS r WHERE ${words.dialect.isAmong('r.grant_id', sql`SELECT substr(surplus.id, 7) FROM (${ofPerson(words)}) AS surplus`)}
      LIMIT ${sql.lit(mostAtOnce)}`,
  ),
)

const removeOfGrant = installationStatement<OfGrant>('make_room_under_oidc_grant')((words) =>
  remove(
    words,
    surplus(
      sql`SELECT id, model, created_at FROM oidc_record WHERE grant_id = ${words.place('grantId')}`,
      sql`model = ${words.place('model')} AND id <> ${words.place('id')}`,
      maxOfGrant,
    ),
  ),
)

/** In the transaction that writes the record. */
export function makeRoom(
  tx: InstallationTx,
  record: Kind & {
    readonly grantId: string | null
    readonly userId: string | undefined
    readonly clientId: string | undefined
  },
): void {
  const { model, id, grantId, userId, clientId = '' } = record
  if (userId === undefined) return
  if (model === 'Grant') tx.write(removeOfGrants, { model, id, userId, clientId })
  if (model === 'Grant' || model === 'Session') tx.write(removeOfPerson, { model, id, userId, clientId })
  else if (grantId !== null) tx.write(removeOfGrant, { model, id, grantId })
}
