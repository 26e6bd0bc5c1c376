// People who were there before the directory: what its DELETE does to whom it never wrote, and whether an equal address links. NULL is an
// organization from before the setting, which goes on as it was until somebody chooses. Who is not claimed is found by an index that nobody
// else is in.
import type { Migration } from './migration.ts'

export const earlierPeople: Migration = {
  number: 31,
  name: 'earlier-people',
  statements: ({ text }) => [
    `ALTER TABLE organization ADD COLUMN unclaimed_delete ${text}`,
    `ALTER TABLE organization ADD COLUMN same_address ${text} NOT NULL DEFAULT 'tell'`,
    'CREATE INDEX user_unclaimed ON "user" (organization_id, id) WHERE managed_by IS NULL',
  ],
}
