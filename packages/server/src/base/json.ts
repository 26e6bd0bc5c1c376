// JSON that this service wrote itself: its columns, what it sealed, what it asked the database to put together. What others sent is judged
// by a schema or by a reader of its own, and never read with this.

declare const held: unique symbol

/** A text that holds a `T` as JSON. Any text passes for one where it is written; the type stands with the column. */
export type Json<T> = string & { readonly [held]?: T }

/** What the text holds: of the column's own type, or of the one that is said where the text was opened or put together. */
export function readJson<T>(text: Json<T>): T {
  return JSON.parse(text)
}
