// A filter as text. `parseFilter` of what is printed gives an equal filter again.

import { NumberLiteral } from '../json.ts'
import type { AttributePath, Filter } from './syntax.ts'

function printPath(path: AttributePath): string {
  const urn = path.urn === undefined ? '' : `${path.urn}:`
  return path.subName === undefined ? urn + path.name : `${urn}${path.name}.${path.subName}`
}

// `and` binds tighter than `or`, and a group of the same kind keeps its parentheses so that it stays a group.
function printOperand(operand: Filter, outer: 'and' | 'or'): string {
  const printed = printFilter(operand)
  const isGroup = operand.kind === 'or' || (operand.kind === 'and' && outer === 'and')
  return isGroup ? `(${printed})` : printed
}

/** Canonical: lower-case operators, single spaces, no parentheses that precedence makes needless. */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'compare':
      return `${printPath(filter.path)} ${filter.operator} ${filter.value instanceof NumberLiteral ? filter.value.source : JSON.stringify(filter.value)}`
    case 'present':
      return `${printPath(filter.path)} pr`
    case 'not':
      return `not (${printFilter(filter.operand)})`
    case 'valuePath':
      return `${printPath(filter.path)}[${printFilter(filter.filter)}]`
    default:
      return filter.operands.map((operand) => printOperand(operand, filter.kind)).join(` ${filter.kind} `)
  }
}
