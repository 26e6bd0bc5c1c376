// How the databases carry out the statements of the house: each that has a name, of every room, and what it reads of which table.
/// <reference types="vite/types/importMeta.d.ts" />
import { Client } from 'pg'
import { createScope } from '../../packages/server/src/store/database.ts'
import {
  listStatements,
  type PreparedStatement,
  type Statement,
} from '../../packages/server/src/store/statement.ts'
import type { Service } from './service.ts'

// Every room, so that all of their statements are there.
import.meta.glob(
  [
    '../../packages/server/src/**/*.ts',
    '!../../packages/server/src/**/*.test.ts',
    '!../../packages/server/src/main.ts',
    '!../../packages/server/src/**/*worker*.ts',
  ],
  { eager: true },
)

export interface Explained {
  readonly name: string
  readonly sql: string
  readonly steps: readonly string[]
}

const scope = createScope(`org_${'a'.repeat(26)}`)
const unbound = (count: number) =>
  Array.from({ length: count }, () => ({ kind: 'value', value: null }) as const)

/** Those of another form of the store, which are written as text, are left out. */
const isOfAnotherForm = (name: string): boolean =>
  /^(?:events_to_move|copy_events|delete_moved_|finish_moving_)/.test(name)

/** The plan of each named statement, or of those that `wanted` takes. */
export async function explainStatements(
  service: Service,
  wanted: (name: string) => boolean = () => true,
): Promise<readonly Explained[]> {
  const own = listStatements().filter(({ name }) => wanted(name) && !isOfAnotherForm(name))
  return service.databaseUrl === undefined
    ? explainEmbedded(service, own)
    : explainPostgres(service.databaseUrl, own)
}

type Named = ReturnType<typeof listStatements>

async function explainEmbedded(service: Service, statements: Named): Promise<readonly Explained[]> {
  const explained: Explained[] = []
  for (const { name, compile } of statements) {
    const { sql, slots } = compile('sqlite')
    // What PostgreSQL alone is asked.
    if (/\bevent_feed\b|extract\(epoch|\bpg_[a-z_]+/.test(sql)) continue
    const text: PreparedStatement = {
      name: '',
      sql: `EXPLAIN QUERY PLAN ${sql}`,
      slots: unbound(slots.length),
    }
    const explain = { name: '', compile: () => text } as Statement<
      'organization',
      Record<never, never>,
      { detail: string }
    >
    const rows = await service.database.readOrganization(scope, explain, {})
    explained.push({ name, sql, steps: rows.map(({ detail }) => detail) })
  }
  return explained
}

// The generic plan, and no table is read whole where there is any index to read it by.
async function explainPostgres(url: string, statements: Named): Promise<readonly Explained[]> {
  const client = new Client(url)
  await client.connect()
  try {
    await client.query('SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off')
    const explained: Explained[] = []
    for (const { name, compile } of statements) {
      const { sql, slots } = compile('postgres')
      await client.query(`PREPARE asked AS ${sql}`)
      const values = slots.length === 0 ? '' : `(${slots.map(() => 'NULL').join()})`
      const { rows } = await client.query(`EXPLAIN (COSTS OFF) EXECUTE asked${values}`)
      await client.query('DEALLOCATE asked')
      explained.push({ name, sql, steps: rows.map((row) => String(row['QUERY PLAN']).trim()) })
    }
    return explained
  } finally {
    await client.end()
  }
}

/** What grows with what is made in an organization. */
export interface Growing {
  readonly tables: ReadonlySet<string>
  /** Indexes of some of the rows alone: all of those are what is asked for. */
  readonly partial: ReadonlySet<string>
}

/**
 * What a plan reads in full, or by the organization alone, or sorts before it takes a few, looks through as text, or walks: the table, or
 * `sorted`, `text`, `repeats`.
 */
export function listWhole({ sql, steps }: Explained, { tables, partial }: Growing): readonly string[] {
  const called = new Map<string, string>()
  for (const [, table = '', as = ''] of sql.matchAll(/"?\b([a-z_]+)"?\s+AS\s+"?([a-z_]+)/gi))
    if (tables.has(table)) called.set(as, table)
  const whole = steps.flatMap((step) => {
    const [, how, name = ''] =
      /^(SCAN|SEARCH) ([a-z_]+)/.exec(step) ?? /(Seq) Scan on "?([a-z_]+)/.exec(step) ?? []
    const table = called.get(name) ?? name
    if (how !== undefined) {
      const [, index = ''] = / INDEX ([a-z_]+)/.exec(step) ?? []
      const isByLittle = how !== 'SEARCH' || (step.includes('(organization_id=?)') && !partial.has(index))
      return tables.has(table) && isByLittle && !step.includes('VIRTUAL TABLE') ? [table] : []
    }
    return /^USE TEMP B-TREE FOR (?:ORDER|LAST|RIGHT)/.test(step) && /\blimit\b/i.test(sql) ? ['sorted'] : []
  })
  // What no index answers, and what repeats, has a bound of its own or none.
  if (/\blike\b|\binstr\(|\bstrpos\(/i.test(sql)) whole.push('text')
  if (/\bRECURSIVE\b/.test(sql)) whole.push('repeats')
  return [...new Set(whole)].sort()
}

/**
 * Where a plan walks a range of an index and throws away what it finds by other columns: whatever is not among them is walked past,
 * however few are taken. Gives the columns of the range. Of the embedded store alone, which says by what it seeks.
 */
export function listFiltered({ sql, steps }: Explained, { tables }: Growing): readonly string[] {
  const [, where, more] = sql.split(/\bwhere\b/i)
  if (where === undefined || more !== undefined) return []
  const [condition = ''] = where.split(/\b(?:order by|group by|limit|returning)\b/i)
  const asked = [...condition.matchAll(/"?\b([a-z_]+)"?\s*(?:[=<>!]|\bin\b|\bis\b)/gi)].map(
    ([, name = '']) => name,
  )
  const [, table = ''] = /\b(?:from|update|into)\s+"?([a-z_]+)/i.exec(sql) ?? []
  if (!tables.has(table)) return []
  return steps.flatMap((step) => {
    const [, terms = ''] = /^SEARCH .*\(([^)]*)\)$/.exec(step) ?? []
    const by = [...terms.matchAll(/([a-z_]+)([=<>])\?/g)].map(([, name = '', how]) => ({ name, how }))
    // Nobody makes the log shorter: there all that is about one subject is a walk as well.
    const isOne = by.some(({ name, how }) => name === 'id' && how === '=')
    if (isOne || by.length === 0 || (table !== 'event' && !by.some(({ how }) => how !== '='))) return []
    const rest = asked.filter((name) => !by.some((one) => one.name === name) && name !== 'value')
    return rest.length > 0 ? [[...new Set(by.map(({ name }) => name))].join(' ')] : []
  })
}
