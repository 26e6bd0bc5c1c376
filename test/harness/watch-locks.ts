// What each unit of work of a service locks, and in which order: read from the statements that it sends to PostgreSQL, with their
// arguments and the ids that came back.
import type { Database } from '../../packages/server/src/store/database.ts'

/** A statement of a unit that takes a lock, or may wait for one. */
export interface Taken {
  readonly statement: string
  readonly what: What
  /** `free`: passes over what is not to be had at once. `end`: waits for whoever keeps the key as well. */
  readonly how: 'change' | 'end' | 'free' | 'write'
  /** Which rows, as far as they were named, or came back. */
  readonly ids: string[]
  /** It may find several, and has them in the order of their ids. */
  readonly isOrdered: boolean
  /** It names one row. */
  readonly isOne: boolean
}

/** In the order of decision 042. */
const order = ['rules', 'connection', 'group', 'graph', 'person', 'organization'] as const
type What = (typeof order)[number]

const tables: Readonly<Record<string, What>> = {
  connection: 'connection',
  group: 'group',
  user: 'person',
  organization: 'organization',
}
const names: readonly (readonly [RegExp, What])[] = [
  [/^hold_connection/, 'connection'],
  [/^hold_rules$/, 'rules'],
  [/^hold_group_graph$/, 'graph'],
]

/** Of the outermost query, whatever stands in brackets before it. */
function tableOf(sql: string): string | undefined {
  let depth = 0
  for (let at = 0; at < sql.length; at += 1) {
    if (sql[at] === '(') depth += 1
    if (sql[at] === ')') depth -= 1
    if (depth > 0) continue
    const found = /^(?:from|update|delete from|insert into)\s+"?(\w+)"?/i.exec(sql.slice(at, at + 60))
    if (found !== null && (at === 0 || /\s/.test(sql[at - 1] ?? ''))) return found[1]
  }
  return undefined
}

export function readTaken(statement: string, sql: string, args: object): Taken | undefined {
  const named = names.find(([pattern]) => pattern.test(statement))?.[1]
  const what = named ?? tables[tableOf(sql) ?? '']
  if (what === undefined || /^\s*insert /i.test(sql)) return undefined
  const words = /for (no key update|update|share)(?: of "?\w+"?)?( skip locked)?\s*$/i.exec(sql.trim())
  const isWrite = /^\s*(?:update|delete) /i.test(sql)
  if (named === undefined && words === null && !isWrite) return undefined
  const { id, ids } = args as { readonly id?: string; readonly ids?: string }
  const how = words?.[2] !== undefined ? 'free' : words?.[1]?.toLowerCase() === 'update' ? 'end' : 'change'
  return {
    statement,
    what,
    how: named === undefined && isWrite ? 'write' : how,
    ids: id !== undefined ? [id] : ids !== undefined ? (JSON.parse(ids) as string[]) : [],
    isOrdered: /order by (?:"?\w+"?\.)?"?id"?(?: limit \S+)?\s+for /i.test(sql),
    isOne: id !== undefined || /"?user_name_key"? = \$/.test(sql),
  }
}

/** What is against the order, in words; nothing where each that is waited for comes behind all that is held. */
export function findFaults(unit: readonly Taken[]): string[] {
  const faults: string[] = []
  const held = new Map<What, Set<string>>(order.map((one) => [one, new Set<string>()]))
  let reached = -1
  for (const { statement, what, how, ids, isOrdered, isOne } of unit) {
    const own = held.get(what) ?? new Set<string>()
    const isHeld = ids.length > 0 && ids.every((id) => own.has(id))
    const rank = order.indexOf(what)
    const last = [...own].sort().at(-1) ?? ''
    // What is written was locked before, but for the organization's row. Which rows those are, a statement may not say.
    const isWritten = how === 'write' && what !== 'organization' && (own.size > 0 || ids.length > 0)
    const isWaiting = how !== 'free' && !isHeld && !isWritten
    if (isWaiting && rank < reached) faults.push(`${statement}: ${what} after ${order[reached]}`)
    if (isWaiting && rank === reached && ids.some((id) => id < last) && what !== 'connection')
      faults.push(`${statement}: ${what} against the order of ids`)
    if (isWaiting && !isOne && !isOrdered && (what === 'person' || what === 'group'))
      faults.push(`${statement}: several, and in no order`)
    if (how === 'end' && reached >= 0 && !isHeld && what !== 'connection')
      faults.push(`${statement}: waits for an act, and holds ${order[reached]}`)
    for (const id of ids) own.add(id)
    held.set(what, own)
    if (how !== 'write' || what === 'organization') reached = Math.max(reached, rank)
  }
  return faults
}

/** The store, whose units are told of when they are over. */
export function watchLocks(database: Database, tell: (unit: readonly Taken[]) => void): Database {
  return {
    ...database,
    inOrganization: (scope, work) =>
      database.inOrganization(scope, async (tx) => {
        const unit: Taken[] = []
        type Asked = Parameters<typeof tx.all>[0]
        const note = (statement: Asked, args: object): Taken | undefined => {
          const taken = readTaken(statement.name, statement.compile('postgres').sql, args)
          if (taken !== undefined) unit.push(taken)
          return taken
        }
        const noteRows = (taken: Taken | undefined, rows: readonly unknown[]): void => {
          for (const row of rows) {
            const { id } = row as { readonly id?: string }
            if (typeof id === 'string' && taken?.ids.includes(id) === false) taken.ids.push(id)
          }
        }
        const all: typeof tx.all = async (statement, args) => {
          const taken = note(statement as never, args as object)
          const rows = await tx.all(statement, args)
          noteRows(taken, rows)
          return rows
        }
        try {
          return await work({
            ...tx,
            all,
            first: async (statement, args) => (await all(statement, args))[0],
            change: async (statement, args) => {
              note(statement as never, args as object)
              return tx.change(statement, args)
            },
            write: (statement, args) => {
              note(statement as never, args as object)
              tx.write(statement, args)
            },
          })
        } finally {
          tell(unit)
        }
      }),
  }
}
