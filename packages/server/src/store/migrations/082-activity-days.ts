// How much was asked, refused, signed in and sent on each day, counted behind the answer. What activity holds from before is counted by a
// job (activity/count-earlier.ts): a flush without `is_counted` is still to be counted, also where a version before wrote it.
import type { Migration } from './migration.ts'

export const activityDays: Migration = {
  number: 82,
  name: 'activity-days',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE activity_day (
      organization_id ${text} NOT NULL, day ${text} NOT NULL, kind ${text} NOT NULL, code ${text} NOT NULL, count bigint NOT NULL,
      sentences ${text}, PRIMARY KEY (organization_id, day, kind, code))${rowStore}`,
    `CREATE TABLE activity_counting (
      organization_id ${text} NOT NULL PRIMARY KEY, counted_from bigint, deliveries_from bigint)${rowStore}`,
    // WHERE: without it SQLite reads ON CONFLICT as the join's ON.
    `INSERT INTO activity_counting (organization_id) SELECT id FROM organization WHERE id > '' ON CONFLICT DO NOTHING`,
    'ALTER TABLE activity_flush ADD COLUMN is_counted integer',
    'CREATE INDEX activity_flush_uncounted ON activity_flush (organization_id, class, last_id) WHERE is_counted IS NULL',
  ],
}
