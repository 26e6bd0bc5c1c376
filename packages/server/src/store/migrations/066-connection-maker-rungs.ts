// A connection keeps where its maker stood: the operator, who has no id, is told from nobody.
import type { Migration } from './migration.ts'

export const connectionMakerRungs: Migration = {
  number: 66,
  name: 'connection-maker-rungs',
  statements: ({ text }) => [`ALTER TABLE connection ADD COLUMN maker_rung ${text}`],
}
