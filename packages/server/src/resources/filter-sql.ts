// Compiles a SCIM filter to a condition on the columns that a resource type is indexed by. What no column holds is left
// to the matcher in memory: then the condition selects at least what the filter selects, and says that it is not exact.
import type { ResolvedCompare, ResolvedFilter } from '@rollcall/scim'
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { IndexedColumn, RowTable } from '../mapping/indexed-column.ts'
import type { Dialect } from '../store/statement.ts'
import { refuse } from './refusals.ts'

/** What a condition is written with. */
export interface ConditionWords {
  readonly dialect: Dialect
  readonly organizationId: string
}

/** A condition for `WHERE` on the resource's own table; undefined selects everything. */
export type Condition = ((words: ConditionWords) => RawBuilder<SqlBool>) | undefined

/** SCIM path -> where its values lie. */
export type ColumnIndex = Readonly<Record<string, IndexedColumn>>

/** A filter as a condition on columns. */
export interface CompiledFilter {
  readonly condition: Condition
  /** Whether the condition selects the very resources that the filter selects, and no more. */
  readonly isExact: boolean
}

const everything: CompiledFilter = { condition: undefined, isExact: false }

/** A filter that no column answers compiles to everything, not exact. Throws ScimError 400 invalidFilter for a sub-attribute
 * of an attribute that is rows and nothing but rows. */
export function compileFilter(filter: ResolvedFilter, index: ColumnIndex): CompiledFilter {
  switch (filter.kind) {
    case 'and':
      return compileAnd(filter.operands.map((operand) => compileFilter(operand, index)))
    case 'or':
      return compileOr(filter.operands.map((operand) => compileFilter(operand, index)))
    case 'not':
      return compileNot(compileFilter(filter.operand, index))
    case 'valuePath':
      return compileValuePath(filter.path, filter.filter, index)
    case 'present':
      return compilePresent(findColumn(filter.path, index))
    case 'compare':
      return compileCompare(filter, findColumn(filter.path, index))
  }
}

function findColumn(path: string, index: ColumnIndex): IndexedColumn | undefined {
  const found = index[path]
  if (found !== undefined || !path.startsWith('members.')) return found
  throw refuse('filter_of_members')
}

function compileAnd(operands: readonly CompiledFilter[]): CompiledFilter {
  const conditions = operands.flatMap(({ condition }) => (condition === undefined ? [] : [condition]))
  if (conditions.length === 0) return everything
  return {
    condition: (words) => join(conditions, words, sql` AND `),
    isExact: operands.every(({ isExact }) => isExact),
  }
}

function compileOr(operands: readonly CompiledFilter[]): CompiledFilter {
  if (operands.length === 0) return exact(() => sql<SqlBool>`(1 = 0)`)
  const conditions = operands.flatMap(({ condition }) => (condition === undefined ? [] : [condition]))
  if (conditions.length < operands.length) return everything
  return {
    condition: (words) => join(conditions, words, sql` OR `),
    isExact: operands.every(({ isExact }) => isExact),
  }
}

function join(
  conditions: readonly NonNullable<Condition>[],
  words: ConditionWords,
  separator: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  return sql<SqlBool>`(${sql.join(
    conditions.map((condition) => condition(words)),
    separator,
  )})`
}

// The complement of "at least those" is not "at least the others": only an exact condition can be turned round.
function compileNot({ condition, isExact }: CompiledFilter): CompiledFilter {
  if (condition === undefined || !isExact) return everything
  return exact((words) => sql<SqlBool>`NOT ${condition(words)}`)
}

function compilePresent(indexed: IndexedColumn | undefined): CompiledFilter {
  if (indexed === undefined) return everything
  const column = sql.ref(indexed.column)
  if (indexed.kind === 'rows') return inRows(indexed.rows, () => sql<SqlBool>`${column} <> ''`)
  if (indexed.kind === 'text') return exact(() => sql<SqlBool>`(${column} IS NOT NULL AND ${column} <> '')`)
  return exact(() => sql<SqlBool>`(${column} IS NOT NULL)`)
}

function compileCompare(filter: ResolvedCompare, indexed: IndexedColumn | undefined): CompiledFilter {
  if (indexed === undefined) return everything
  if (filter.operator === 'ne') return compileNot(compileCompare({ ...filter, operator: 'eq' }, indexed))
  const column = sql.ref(indexed.column)
  switch (indexed.kind) {
    case 'boolean':
      // Said with a literal, as the index of those who are out says it.
      return exact(() => sql<SqlBool>`(${column} = ${sql.lit(filter.key === true ? 1 : 0)})`)
    case 'time':
      // Whoever asks by time fetches changes.
      return exact(
        ({ dialect }) =>
          sql<SqlBool>`(${dialect.rarely(sql`${column} ${operatorOf(filter)} ${Number(filter.key)}`)})`,
      )
    case 'text':
      // NOT NULL is said so that the condition is never NULL and can be turned round.
      return exact(
        ({ dialect }) => sql<SqlBool>`(${column} IS NOT NULL AND ${compareText(column, filter, dialect)})`,
      )
    case 'rows':
      return inRows(indexed.rows, ({ dialect }) => compareText(column, filter, dialect))
  }
}

function exact(condition: NonNullable<Condition>): CompiledFilter {
  return { condition, isExact: true }
}

function inRows(rows: RowTable, condition: NonNullable<Condition>): CompiledFilter {
  return exact((words) => {
    const owners = sql`SELECT ${sql.ref(rows.owner)} FROM ${sql.table(rows.table)} WHERE organization_id = ${words.organizationId}`
    return sql<SqlBool>`(id IN (${owners} AND ${condition(words)}))`
  })
}

// `a[x and y]`: both of the same value. Where values are whole rows that is one condition on one row.
function compileValuePath(path: string, filter: ResolvedFilter, index: ColumnIndex): CompiledFilter {
  const rows = index[path]?.kind === 'rows' ? index[path].rows : undefined
  if (rows?.isWhole === true) {
    const condition = compileInRow(filter, index)
    if (condition !== undefined) return inRows(rows, condition)
  }
  return { ...compileFilter(filter, index), isExact: false }
}

function compileInRow(filter: ResolvedFilter, index: ColumnIndex): Condition {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const operands = filter.operands.map((operand) => compileInRow(operand, index))
      if (!operands.every((operand) => operand !== undefined)) return undefined
      const separator = filter.kind === 'and' ? sql` AND ` : sql` OR `
      return (words) => join(operands, words, separator)
    }
    case 'not': {
      const operand = compileInRow(filter.operand, index)
      return operand && ((words) => sql<SqlBool>`(NOT ${operand(words)})`)
    }
    case 'compare': {
      const indexed = findColumn(filter.path, index)
      if (indexed === undefined) return undefined
      const column = sql.ref(indexed.column)
      const plain = filter.operator === 'ne' ? { ...filter, operator: 'eq' as const } : filter
      const negation = filter.operator === 'ne' ? sql`NOT ` : sql``
      return ({ dialect }) => sql<SqlBool>`(${negation}${compareText(column, plain, dialect)})`
    }
    case 'present':
      return findColumn(filter.path, index) && (() => sql<SqlBool>`(1 = 1)`)
    default:
      return undefined
  }
}

const orderings: Readonly<Record<string, string>> = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' }

function operatorOf(filter: ResolvedCompare): RawBuilder<unknown> {
  return sql.raw(orderings[filter.operator] ?? '=')
}

/** Sorts behind every other character by bytes, so that a prefix becomes a range that an index can serve. */
const lastCharacter = '\u{10FFFF}'

function compareText(
  column: Expression<unknown>,
  filter: ResolvedCompare,
  dialect: Dialect,
): RawBuilder<SqlBool> {
  const key = String(filter.key)
  switch (filter.operator) {
    case 'sw':
      return sql<SqlBool>`(${column} >= ${key} AND ${column} < ${key + lastCharacter})`
    case 'co':
      return dialect.contains(column, key)
    case 'ew':
      return key === '' ? sql<SqlBool>`(1 = 1)` : dialect.endsWith(column, key)
    default:
      return sql<SqlBool>`(${column} ${operatorOf(filter)} ${key})`
  }
}
