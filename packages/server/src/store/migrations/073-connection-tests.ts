// Whether a connection was tested is known by a test of the anchor that is in place.
import type { Migration } from './migration.ts'

export const connectionTests: Migration = {
  number: 73,
  name: 'connection-tests',
  statements: ({ text }) => [`ALTER TABLE connection ADD COLUMN tests ${text}`],
}
