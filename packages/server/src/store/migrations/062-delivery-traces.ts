// A delivery names the span that queued it, where there was one, so that its attempts are part of that trace on whichever node.
import type { Migration } from './migration.ts'

export const deliveryTraces: Migration = {
  number: 62,
  name: 'delivery-traces',
  statements: ({ text }) => [`ALTER TABLE delivery ADD COLUMN trace ${text}`],
}
