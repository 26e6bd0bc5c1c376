// The shape of a filter before (Filter) and after (ResolvedFilter) its names were looked up in a schema.

import type { NumberLiteral } from '../json.ts'
import type { ResolvedPath } from '../schema/attribute.ts'

/** RFC 7644 §3.4.2.2, Table 3, without `pr`. */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le'

/** A value as written in a filter. */
export type CompareValue = string | number | NumberLiteral | boolean | null

/** A name as written: letter case and an optional schema URN are kept. */
export interface AttributePath {
  readonly urn?: string
  readonly name: string
  readonly subName?: string
}

/** The syntax tree; `and` and `or` hold at least two operands, and `a[f].b op v` was read as `a[f and b op v]`. */
export type Filter =
  | {
      readonly kind: 'compare'
      readonly path: AttributePath
      readonly operator: CompareOperator
      readonly value: CompareValue
    }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Filter[] }
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'valuePath'; readonly path: AttributePath; readonly filter: Filter }

/** A comparison; `value` has the attribute's own type, `key` is what stored keys are compared with: a string's
 * comparisonKey, a dateTime's milliseconds, else the value itself. `ne` is true when no value equals it, so also when there is none. */
export interface ResolvedCompare extends ResolvedPath {
  readonly kind: 'compare'
  readonly operator: CompareOperator
  readonly value: string | number | boolean
  readonly key: string | number | boolean
}

/** Has at least one value that is neither empty nor null. */
export interface ResolvedPresent extends ResolvedPath {
  readonly kind: 'present'
}

/** One single value of the multi-valued `attribute` satisfies `filter`, whose paths are complete (`emails.type`) and whose parent is `attribute`. */
export interface ResolvedValuePath extends ResolvedPath {
  readonly kind: 'valuePath'
  readonly filter: ResolvedFilter
}

/** A filter whose every name is an attribute of the schema; comparisons with null became `not` and `present`. */
export type ResolvedFilter =
  | ResolvedCompare
  | ResolvedPresent
  | ResolvedValuePath
  | { readonly kind: 'and' | 'or'; readonly operands: readonly ResolvedFilter[] }
  | { readonly kind: 'not'; readonly operand: ResolvedFilter }
