// What becomes of people when a staged anchor is put in place is counted when it is staged, and kept with it.
import type { Migration } from './migration.ts'

export const stagedPreviews: Migration = {
  number: 61,
  name: 'staged-previews',
  statements: ({ text }) => [`ALTER TABLE anchor_version ADD COLUMN preview ${text}`],
}
