// The room `scim/bulk`: a bulk request as operations in an order. Carrying one out is the server's.
//
// 1. `read-bulk` reads the message; `bulk-path` finds what each operation is about.
// 2. `references` finds every `bulkId`, and `plan-bulk` puts whoever is referred to first.
// 3. The server carries an operation out; `references` puts the new id where it was meant.
// 4. `render-bulk` makes the answer.
//
// In which order the operations of a bulk request are worked on (RFC 7644 §3.7.2): who is referred to comes first, else as they
// stand. References in a circle, to nobody or to a bulkId that two operations have are faults of the operations concerned.

import { ScimError } from '../error.ts'
import { refuse } from '../refusals.ts'
import type { BulkOperation } from './read-bulk.ts'
import { findBulkId, listReferences } from './references.ts'

/** `faults` are by index; operations with one are not in `order`, and `dependencies` lists what each waits for. */
export interface BulkPlan {
  readonly order: readonly number[]
  readonly faults: ReadonlyMap<number, ScimError>
  readonly dependencies: ReadonlyMap<number, readonly number[]>
}

function indexCreations(
  operations: readonly BulkOperation[],
  faults: Map<number, ScimError>,
): ReadonlyMap<string, number> {
  const creations = new Map<string, number>()
  for (const [index, { bulkId, method, fault }] of operations.entries()) {
    if (fault !== undefined) faults.set(index, fault)
    if (bulkId === undefined || method !== 'POST') continue
    if (creations.has(bulkId)) faults.set(index, refuse('bulk_id_taken'))
    else creations.set(bulkId, index)
  }
  return creations
}

function findDependencies(
  operation: BulkOperation,
  creations: ReadonlyMap<string, number>,
): readonly number[] | ScimError {
  const names = new Map(listReferences(operation))
  const own = findBulkId(operation.id)
  if (own !== undefined) names.set(own, 'certain')
  const indexes: number[] = []
  for (const [name, certainty] of names) {
    const index = creations.get(name)
    if (index !== undefined) indexes.push(index)
    else if (certainty === 'certain') return refuse('bulk_id_unknown')
  }
  return indexes
}

/** Linear in operations and references. Circles are 409 (RFC 7644 §3.7.1 allows to give up on them). */
export function planBulk(operations: readonly BulkOperation[]): BulkPlan {
  const faults = new Map<number, ScimError>()
  const creations = indexCreations(operations, faults)
  const dependencies = new Map<number, readonly number[]>()
  for (const [index, operation] of operations.entries()) {
    const found = faults.has(index) ? [] : findDependencies(operation, creations)
    if (found instanceof ScimError) faults.set(index, found)
    dependencies.set(index, found instanceof ScimError ? [] : found)
  }
  for (const index of findCircles(operations.length, dependencies))
    if (!faults.has(index)) faults.set(index, refuse('bulk_circle'))
  return { order: listInOrder(operations.length, dependencies, faults), faults, dependencies }
}

// What is never free of open references is in a circle, or waits for one.
function findCircles(
  count: number,
  dependencies: ReadonlyMap<number, readonly number[]>,
): ReadonlySet<number> {
  const waiting = new Map<number, number[]>()
  const open = Array.from({ length: count }, (_unused, index) => dependencies.get(index)?.length ?? 0)
  for (const [index, others] of dependencies)
    for (const other of others) {
      const list = waiting.get(other)
      if (list === undefined) waiting.set(other, [index])
      else list.push(index)
    }
  const free = open.flatMap((left, index) => (left === 0 ? [index] : []))
  for (let next = free.pop(); next !== undefined; next = free.pop())
    for (const index of waiting.get(next) ?? []) {
      open[index] = (open[index] as number) - 1
      if (open[index] === 0) free.push(index)
    }
  return new Set(open.flatMap((left, index) => (left > 0 ? [index] : [])))
}

// Each after those that it waits for. No deeper than a request has operations.
function listInOrder(
  count: number,
  dependencies: ReadonlyMap<number, readonly number[]>,
  left: ReadonlyMap<number, ScimError>,
): readonly number[] {
  const order = new Set<number>()
  const visit = (index: number): void => {
    if (order.has(index) || left.has(index)) return
    for (const other of dependencies.get(index) ?? []) visit(other)
    order.add(index)
  }
  for (let index = 0; index < count; index += 1) visit(index)
  return [...order]
}
