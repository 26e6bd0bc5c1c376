// A product's own table of users, following the directory: the page and its cursor are kept together.
import type { FeedEvent, Rollcall } from '@rollcall/client'

/** What a product has: a transaction over its own database. */
export interface OwnDatabase {
  findCursor(): Promise<string | undefined>
  keep(changes: readonly UserChange[], cursor: string): Promise<void>
}

export type UserChange =
  | { readonly kind: 'save'; readonly id: string; readonly email: string | null; readonly active: boolean }
  | { readonly kind: 'delete'; readonly id: string }

export async function followUsers(
  rollcall: Rollcall,
  database: OwnDatabase,
  signal: AbortSignal,
): Promise<void> {
  const after = await database.findCursor()
  const wish = { signal, ...(after === undefined ? {} : { after }) }
  for await (const { items, nextCursor } of rollcall.eventPages(wish))
    await database.keep(items.flatMap(toChange), nextCursor)
}

// `type` tells events apart, for the compiler as well.
function toChange(event: FeedEvent): UserChange[] {
  const { id } = event.subject
  switch (event.type) {
    case 'user.provisioned':
    case 'user.linked':
    case 'user.updated':
    case 'user.deactivated':
    case 'user.reactivated':
    case 'user.blocked':
    case 'user.unblocked':
      return [{ kind: 'save', id, email: event.data.state.email, active: event.data.state.active }]
    case 'user.deprovisioned':
      return [{ kind: 'delete', id }]
    default:
      return []
  }
}
