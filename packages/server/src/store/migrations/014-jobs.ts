// What jobs remember between two runs, so that none looks at everything: who left (for the deprovision guard), and which
// organization is to be looked after next, and when.
import type { Migration } from './migration.ts'

const visited = [
  ['prune activity', 'organization'],
  ['purge deleted people', 'organization'],
  ['prune sign-ins', 'connection_place'],
  ['refresh metadata', 'connection_place'],
  ['prune anchors', 'connection_place'],
  ['warn of expiry', 'connection_place'],
] as const

export const jobs: Migration = {
  number: 14,
  name: 'jobs',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE departure (
      organization_id ${text} NOT NULL, user_id ${text} NOT NULL, position bigint NOT NULL, left_at bigint NOT NULL, alert_id ${text},
      PRIMARY KEY (organization_id, user_id))${rowStore}`,
    'CREATE INDEX departure_left_at ON departure (organization_id, left_at)',
    `CREATE TABLE job_due (
      job ${text} NOT NULL, organization_id ${text} NOT NULL, due_at bigint NOT NULL, PRIMARY KEY (job, organization_id))${rowStore}`,
    'CREATE INDEX job_due_at ON job_due (job, due_at)',
    ...visited.map(([job, table]) =>
      table === 'organization'
        ? `INSERT INTO job_due SELECT '${job}', id, 0 FROM organization`
        : `INSERT INTO job_due SELECT DISTINCT '${job}', organization_id, 0 FROM connection_place`,
    ),
    'ALTER TABLE job_lease ADD COLUMN next_at bigint NOT NULL DEFAULT 0',
  ],
}
