// Organizations as lists have them: in an order, a page at a time, with how their provisioning fares.
import type { Page } from '@rollcall/api'
import { type SqlBool, sql } from 'kysely'
import { Problem } from '../http/problem.ts'
import type { Database } from '../store/database.ts'
import type { OrganizationTable } from '../store/schema.ts'
import { installationStatement } from '../store/statement.ts'
import { type HealthRow, healthColumns } from './health.ts'

/** An organization as a list finds it, with what activity counts of it. */
export type ListedOrganization = OrganizationTable &
  HealthRow & {
    readonly has_alert: unknown
    readonly order_key: string | number
  }

/** By what a list is in order. */
export type OrganizationOrder = 'createdAt' | 'name' | 'lastRequestAt'

interface PageArgs {
  /** The key of the row before, as text, and its id. */
  after: string
  afterId: string
  pattern: string
  mode: string
  limit: number
}

const lastRequest = sql<number>`coalesce(health.last_request_at, 0)`
const lowerName = sql<string>`lower(organization.name)`

/** What a list is ordered by: where it goes on, and the key of a row. Ids are in the order of creation. */
const orders = {
  createdAt: {
    key: sql`organization.id`,
    isBehind: (after: unknown, afterId: unknown) =>
      sql<SqlBool>`organization.id > ${afterId} AND ${after} = ''`,
    first: '',
  },
  name: {
    key: lowerName,
    isBehind: (after: unknown, afterId: unknown) =>
      sql<SqlBool>`(${lowerName}, organization.id) > (${after}, ${afterId})`,
    first: '',
  },
  lastRequestAt: {
    key: sql`-${lastRequest}`,
    isBehind: (after: unknown, afterId: unknown) =>
      sql<SqlBool>`(-${lastRequest}, organization.id) > (${after}, ${afterId})`,
    first: String(Number.MIN_SAFE_INTEGER),
  },
} as const

const selectPageBy = (order: OrganizationOrder) =>
  installationStatement<PageArgs>(`organization_page ${order}`)(({ db, place, dialect }) =>
    db
      .selectFrom('organization')
      .leftJoin('organization_health as health', 'health.organization_id', 'organization.id')
      .selectAll('organization')
      .select(healthColumns)
      .select(orders[order].key.$castTo<string | number>().as('order_key'))
      .select((on) =>
        on
          .exists(
            on
              .selectFrom('operator_need')
              .select('operator_need.kind')
              .whereRef('operator_need.organization_id', '=', 'organization.id')
              .where('operator_need.kind', '=', 'many_left'),
          )
          .as('has_alert'),
      )
      .where('organization.deleted_at', 'is', null)
      .where(sql<SqlBool>`organization.provisioning_mode LIKE ${place('mode')}`)
      .where(
        orders[order].isBehind(
          order === 'lastRequestAt' ? dialect.bigint(place('after')) : dialect.text(place('after')),
          dialect.text(place('afterId')),
        ),
      )
      .where((on) =>
        on.or([
          on('organization.slug', 'like', place('pattern')),
          on(on.fn<string>('lower', ['organization.name']), 'like', place('pattern')),
        ]),
      )
      .orderBy(orders[order].key)
      .orderBy('organization.id')
      .limit(place('limit')),
  )
const pagesBy = {
  createdAt: selectPageBy('createdAt'),
  name: selectPageBy('name'),
  lastRequestAt: selectPageBy('lastRequestAt'),
} as const

/** Where a page in this order goes on behind a row. */
export function cursorOf(order: OrganizationOrder, row: ListedOrganization): string {
  if (order === 'createdAt') return row.id
  return Buffer.from(JSON.stringify([order, String(row.order_key), row.id])).toString('base64url')
}

function readCursor(
  order: OrganizationOrder,
  cursor: string | undefined,
): { after: string; afterId: string } {
  if (cursor === undefined) return { after: orders[order].first, afterId: '' }
  if (order === 'createdAt') return { after: '', afterId: cursor }
  const read = parseCursor(cursor)
  if (read?.[0] !== order) throw new Problem('invalid_request', 'This is no cursor of this list')
  return { after: read[1], afterId: read[2] }
}

function parseCursor(cursor: string): readonly [string, string, string] | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (!Array.isArray(read) || read.length !== 3) return undefined
    const [order, key, id]: readonly unknown[] = read
    if (typeof order !== 'string' || typeof key !== 'string' || typeof id !== 'string') return undefined
    return order === 'lastRequestAt' && !/^-?\d{1,16}$/.test(key) ? undefined : [order, key, id]
  } catch {
    return undefined
  }
}

/** In the order that is asked for, of creation where none is; `search` matches part of the name or slug. Throws 400 for a foreign cursor. */
export async function listOrganizations(
  database: Database,
  query: {
    readonly limit: number
    readonly cursor?: string | undefined
    readonly search?: string | undefined
    readonly sort?: OrganizationOrder
    readonly mode?: OrganizationTable['provisioning_mode'] | undefined
  },
): Promise<Page<ListedOrganization>> {
  const { limit, cursor, sort = 'createdAt', mode = '%' } = query
  const literal = (query.search ?? '').toLowerCase().replace(/[%_]/g, '')
  const args = { ...readCursor(sort, cursor), pattern: `%${literal}%`, mode, limit: limit + 1 }
  const rows = await database.readInstallation('organizations', pagesBy[sort], args)
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(sort, last) : null }
}
