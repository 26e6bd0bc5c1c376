// How many keys, and clients, an organization has: those that work are counted where they stand, whatever has ended beside them, and
// shown before it. How many are made in an hour is bounded as well, for what is made and revoked over and over is kept for a while; and
// what ended long ago is forgotten.

import { type RawBuilder, sql } from 'kysely'
import { hourMs } from '../base/clock.ts'
import { forEachOf } from '../base/few.ts'
import { firstIdAt, timeOfId } from '../base/id.ts'
import { describePlaces, placesFor } from '../base/places.ts'
import { isAtLeast, type Rung, rungs } from '../base/rung.ts'
import { keptMs } from '../events/feed.ts'
import { Problem } from '../http/problem.ts'
import { clearNeedsOfKey } from '../organizations/needs.ts'
import type { Database, OrganizationScope, OrganizationTx } from '../store/database.ts'
import type { ApiKeyTable, OAuthClientTable } from '../store/schema.ts'
import { organizationStatement, type Words } from '../store/statement.ts'
import { visitOrganizations } from '../store/visit.ts'
import { keysOfDeleted } from '../users/joined.ts'

type Table = 'api_key' | 'oauth_client'
const words = {
  api_key: {
    prefix: 'key',
    what: 'keys',
    refuse: (detail: string) => new Problem('too_many_keys', detail),
  },
  oauth_client: {
    prefix: 'cli',
    what: 'clients',
    refuse: (detail: string) => new Problem('too_many_clients', detail),
  },
} as const

/** That work at once, of an organization. */
const mostWorking = 100
/** Made within an hour on the word of one rung and of those above. */
export const mostAnHour = 200
/** More than may work, so that none is hidden that an earlier version let somebody make. */
const workingListed = 1_000
const endedListed = 200
const rowsPerSlice = 500

interface Rows {
  readonly api_key: ApiKeyTable
  readonly oauth_client: OAuthClientTable
}

function statementsOf(table: Table) {
  const isWorking = (
    { place, organizationId, dialect }: Words<'organization', { now: number }>,
    what: RawBuilder<unknown>,
  ) => {
    const of = (isThere: RawBuilder<unknown>) =>
      sql`SELECT ${what} FROM ${dialect.byIndex(table, `${table}_working`)}
        WHERE organization_id = ${organizationId} AND revoked_at IS NULL AND ${isThere}`
    return sql`${of(sql`expires_at IS NULL`)} UNION ALL ${of(sql`expires_at > ${place('now')}`)}`
  }
  const working = organizationStatement<{ now: number }>(`${table}s_that_work`)((words) => {
    const statement = sql<Rows[typeof table]>`SELECT * FROM (${isWorking(words, sql`*`)}) AS working
      ORDER BY id DESC LIMIT ${sql.lit(workingListed)}`
    return { compile: () => statement.compile(words.db) }
  })
  const ended = organizationStatement<{ now: number }>(`${table}s_that_ended`)(
    ({ db, place, organizationId }) =>
      db
        .selectFrom(table)
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where((on) => on.or([on('revoked_at', 'is not', null), on('expires_at', '<=', place('now'))]))
        .orderBy('id', 'desc')
        .limit(endedListed),
  )
  const countWorking = organizationStatement<{ now: number }>(`count_${table}s_that_work`)((words) => {
    const statement = sql<{
      found: number | string
    }>`SELECT count(*) AS found FROM (${isWorking(words, sql`id`)}) AS working`
    return { compile: () => statement.compile(words.db) }
  })
  const countMade = organizationStatement<{ from: string; rungs: string }>(`count_${table}s_made`)(
    ({ db, place, organizationId, dialect }) =>
      db
        .selectFrom(table)
        .select((on) => [on.fn.countAll().as('found'), on.fn.min('id').as('first')])
        .where('organization_id', '=', organizationId)
        .where('id', '>=', place('from'))
        .where(dialect.isIn('created_rung', place('rungs'))),
  )
  // Whoever a key made that nobody has confirmed is nobody's word until it is, so such a key is forgotten with the last of them.
  const forgettable = organizationStatement<{ before: number }>(`${table}s_to_forget`)(
    ({ db, place, organizationId }) => {
      const own = sql`organization_id = ${organizationId}`
      const names = (other: 'user' | 'group') => sql`EXISTS (SELECT 1 FROM ${sql.table(other)} AS o
        WHERE o.organization_id = ${organizationId} AND o.provisional_key_id = k.id)`
      const statement = sql<{ id: string }>`SELECT id FROM ${sql.table(table)} AS k WHERE ${own}
        AND (revoked_at < ${place('before')} OR expires_at < ${place('before')})
        AND (is_provisional = 0 OR NOT (${names('user')} OR ${names('group')} OR id IN (${keysOfDeleted(organizationId)})))
        ORDER BY id LIMIT ${sql.lit(rowsPerSlice)}`
      return { compile: () => statement.compile(db) }
    },
  )
  const forget = organizationStatement<{ ids: string }>(`forget_${table}s`)(
    ({ db, place, organizationId, dialect }) =>
      db
        .deleteFrom(table)
        .where('organization_id', '=', organizationId)
        .where(dialect.isIn('id', place('ids'))),
  )
  return { working, ended, countWorking, countMade, forgettable, forget }
}

const ofKeys = statementsOf('api_key')
const ofClients = statementsOf('oauth_client')

/** Those that work first, then the newest that have ended; each the newest first. */
export async function listRows<T extends Table>(
  database: Database,
  scope: OrganizationScope,
  table: T,
  now: number,
): Promise<readonly Rows[T][]> {
  const { working, ended } = table === 'api_key' ? ofKeys : ofClients
  const [first, then] = await Promise.all([
    database.readOrganization(scope, working, { now }),
    database.readOrganization(scope, ended, { now }),
  ])
  return [...first, ...then] as unknown as readonly Rows[T][]
}

/**
 * Before one more is made, in its transaction; acts of an organization come one after another. Throws 409 where all places are taken, and
 * 429
 * `too_many_made` where very many were made within the hour.
 */
export async function takePlace(
  tx: OrganizationTx,
  table: Table,
  act: { readonly rung: Rung; readonly at: number },
): Promise<void> {
  const { countWorking, countMade } = table === 'api_key' ? ofKeys : ofClients
  const { prefix, what, refuse } = words[table]
  const above = JSON.stringify(rungs.filter((one) => isAtLeast(one, act.rung)))
  const [working, made] = await Promise.all([
    tx.first(countWorking, { now: act.at }),
    tx.first(countMade, { from: firstIdAt(prefix, act.at - hourMs), rungs: above }),
  ])
  if (Number(working?.found) >= placesFor(act.rung, mostWorking))
    throw refuse(describePlaces(act.rung, mostWorking, `${what} that work`))
  if (Number(made?.found) < mostAnHour) return
  const first = timeOfId(prefix, made?.first ?? '') ?? act.at
  const seconds = Math.max(1, Math.ceil((first + hourMs - act.at) / 1_000))
  const detail = `An organization makes at most ${mostAnHour} ${what} in an hour`
  throw new Problem('too_many_made', detail, { retryAfterSeconds: seconds })
}

const forgetSecrets = organizationStatement<{ ids: string }>('forget_secrets_of_keys')(
  ({ db, place, organizationId, dialect }) =>
    db
      .deleteFrom('api_key_secret')
      .where('organization_id', '=', organizationId)
      .where(dialect.isIn('key_id', place('ids'))),
)

/** Keys and clients that ended longer ago than activity is kept; what was done with them, and that they were made, stays in the record. */
export async function forgetEnded(database: Database, now: number, isStopping: () => boolean): Promise<void> {
  await forEachOf(visitOrganizations(database, 'all', isStopping), 1, async (scope) => {
    for (const { forgettable, forget } of [ofKeys, ofClients])
      for (let left = rowsPerSlice; left === rowsPerSlice && !isStopping(); )
        left = await database.inOrganization(scope, async (tx) => {
          const ids = (await tx.all(forgettable, { before: now - keptMs })).map(({ id }) => id)
          if (ids.length === 0) return 0
          tx.write(forgetSecrets, { ids: JSON.stringify(ids) })
          tx.write(forget, { ids: JSON.stringify(ids) })
          for (const id of ids) clearNeedsOfKey(tx, id)
          return ids.length
        })
  })
}
