// Compiles a SCIM filter to a condition on the columns that users are indexed by. What no column holds is left to the
// matcher in memory: then the condition selects at least what the filter selects, and says that it is not exact.
import type { ResolvedCompare, ResolvedFilter } from '@rollcall/scim'
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import { type IndexedColumn, indexedColumns } from '../mapping/user-columns.ts'
import type { OrganizationTables } from '../store/schema.ts'
import type { Dialect } from '../store/statement.ts'

type Builder = ExpressionBuilder<OrganizationTables, 'user'>

/** A condition for `WHERE`; undefined selects everybody. */
export type UserCondition =
  | ((on: Builder, words: { dialect: Dialect; organizationId: string }) => Expression<SqlBool>)
  | undefined

export interface CompiledFilter {
  readonly condition: UserCondition
  /** Whether the condition selects the very users that the filter selects, and no more. */
  readonly isExact: boolean
}

const everybody: CompiledFilter = { condition: undefined, isExact: false }

/** Never throws: a filter that no column answers compiles to everybody, not exact. */
export function compileFilter(filter: ResolvedFilter): CompiledFilter {
  switch (filter.kind) {
    case 'and':
      return compileAnd(filter.operands.map(compileFilter))
    case 'or':
      return compileOr(filter.operands.map(compileFilter))
    case 'not':
      return compileNot(compileFilter(filter.operand))
    case 'valuePath':
      return { ...compileFilter(filter.filter), isExact: false }
    case 'present':
      return compilePresent(indexedColumns[filter.path])
    case 'compare':
      return compileCompare(filter, indexedColumns[filter.path])
  }
}

function compileAnd(operands: readonly CompiledFilter[]): CompiledFilter {
  const conditions = operands.flatMap(({ condition }) => (condition === undefined ? [] : [condition]))
  if (conditions.length === 0) return everybody
  return {
    condition: (on, words) => on.and(conditions.map((condition) => condition(on, words))),
    isExact: operands.every(({ isExact }) => isExact),
  }
}

function compileOr(operands: readonly CompiledFilter[]): CompiledFilter {
  const conditions = operands.flatMap(({ condition }) => (condition === undefined ? [] : [condition]))
  if (conditions.length < operands.length) return everybody
  return {
    condition: (on, words) => on.or(conditions.map((condition) => condition(on, words))),
    isExact: operands.every(({ isExact }) => isExact),
  }
}

// The complement of "at least those" is not "at least the others": only an exact condition can be turned round.
function compileNot({ condition, isExact }: CompiledFilter): CompiledFilter {
  if (condition === undefined || !isExact) return everybody
  return { condition: (on, words) => on.not(condition(on, words)), isExact: true }
}

function compilePresent(indexed: IndexedColumn | undefined): CompiledFilter {
  if (indexed === undefined) return everybody
  if (indexed.kind === 'rows')
    return exact((on, { organizationId }) => inEmails(on, organizationId, sql<SqlBool>`value_key <> ''`))
  if (indexed.kind === 'text')
    return exact((on) => on.and([on(indexed.column, 'is not', null), on(indexed.column, '<>', '')]))
  return exact((on) => on(indexed.column, 'is not', null))
}

function compileCompare(filter: ResolvedCompare, indexed: IndexedColumn | undefined): CompiledFilter {
  if (indexed === undefined) return everybody
  if (filter.operator === 'ne') return compileNot(compileCompare({ ...filter, operator: 'eq' }, indexed))
  switch (indexed.kind) {
    case 'boolean':
      return exact((on) => on('active', '=', filter.key === true ? 1 : 0))
    case 'time':
      return exact((on) => on(indexed.column, timeOperators[filter.operator] ?? '=', Number(filter.key)))
    case 'text':
      return exact((on, { dialect }) =>
        // NOT NULL is said so that the condition is never NULL and can be turned round.
        on.and([on(indexed.column, 'is not', null), compareText(sql.ref(indexed.column), filter, dialect)]),
      )
    case 'rows':
      return exact((on, { dialect, organizationId }) =>
        inEmails(on, organizationId, compareText(sql.ref('value_key'), filter, dialect)),
      )
  }
}

function exact(condition: NonNullable<UserCondition>): CompiledFilter {
  return { condition, isExact: true }
}

const timeOperators: Readonly<Record<string, '=' | '>' | '>=' | '<' | '<='>> = {
  eq: '=',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
}

/** Sorts behind every other character by bytes, so that a prefix becomes a range that an index can serve. */
const lastCharacter = '\u{10FFFF}'

function compareText(
  column: Expression<unknown>,
  filter: ResolvedCompare,
  dialect: Dialect,
): Expression<SqlBool> {
  const key = String(filter.key)
  switch (filter.operator) {
    case 'sw':
      return sql<SqlBool>`${column} >= ${key} AND ${column} < ${key + lastCharacter}`
    case 'co':
      return dialect === 'sqlite'
        ? sql<SqlBool>`instr(${column}, ${key}) > 0`
        : sql<SqlBool>`strpos(${column}, ${key}) > 0`
    case 'ew':
      return endsWith(column, key, dialect)
    default:
      return sql<SqlBool>`${column} ${sql.raw(timeOperators[filter.operator] ?? '=')} ${key}`
  }
}

function endsWith(column: Expression<unknown>, key: string, dialect: Dialect): Expression<SqlBool> {
  const length = [...key].length
  if (length === 0) return sql<SqlBool>`1 = 1`
  return dialect === 'sqlite'
    ? sql<SqlBool>`substr(${column}, ${-length}) = ${key}`
    : sql<SqlBool>`right(${column}, ${length}) = ${key}`
}

function inEmails(on: Builder, organizationId: string, condition: Expression<SqlBool>): Expression<SqlBool> {
  return on(
    'id',
    'in',
    on
      .selectFrom('user_email')
      .select('user_email.user_id')
      .where('user_email.organization_id', '=', organizationId)
      .where(condition),
  )
}
