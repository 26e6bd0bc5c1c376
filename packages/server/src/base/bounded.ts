// Tables in memory that strangers can fill: what came first goes first, never everything at once.

/** Removes the oldest entries (in order of insertion) until one more fits. */
export function makeRoom(table: Map<unknown, unknown> | Set<unknown>, max: number): void {
  for (const oldest of table.keys()) {
    if (table.size < max) return
    table.delete(oldest)
  }
}
