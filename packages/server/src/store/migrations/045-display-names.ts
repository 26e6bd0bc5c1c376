// What a user is shown by as a member of a group: the displayName as it was sent, and with which version of the user it was written.
// A version before this one writes neither, so that what it wrote is told by its version, and read from the resource until it is filled.
import type { Migration } from './migration.ts'

export const displayNames: Migration = {
  number: 45,
  name: 'display-names',
  statements: ({ text }) => [
    `ALTER TABLE "user" ADD COLUMN display_name ${text}`,
    'ALTER TABLE "user" ADD COLUMN display_name_version integer',
    // WHERE: without it SQLite reads ON CONFLICT as the join's ON.
    `INSERT INTO job_due (job, organization_id, due_at) SELECT 'fill display names', id, 0 FROM organization WHERE id > ''
      ON CONFLICT DO NOTHING`,
  ],
}
