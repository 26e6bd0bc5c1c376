// Which key or client made a group: a create that it sends again, of a group without an externalId, is known by that.
import type { Migration } from './migration.ts'

export const groupMakers: Migration = {
  number: 39,
  name: 'group-makers',
  statements: ({ text }) => [`ALTER TABLE "group" ADD COLUMN maker_id ${text}`],
}
