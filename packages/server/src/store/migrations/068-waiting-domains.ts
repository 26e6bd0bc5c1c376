// Domains that wait for their proof are looked for by themselves: since when, when next, and what was found instead. One that was never
// proved waits since it was added; one whose proof the operator took back is not looked for.
import type { Migration } from './migration.ts'

export const waitingDomains: Migration = {
  number: 68,
  name: 'waiting-domains',
  statements: ({ text, seeAllRows }) => [
    'ALTER TABLE domain ADD COLUMN waiting_since bigint',
    'ALTER TABLE domain ADD COLUMN next_look_at bigint',
    `ALTER TABLE domain ADD COLUMN found ${text}`,
    ...seeAllRows('domain'),
    `UPDATE domain SET waiting_since = created_at, next_look_at = created_at
      WHERE verified_at IS NULL AND checked_at IS NULL AND next_look_at IS NULL`,
    `INSERT INTO job_due (job, organization_id, due_at)
      SELECT DISTINCT 'look for domains', organization_id, 0 FROM domain WHERE next_look_at IS NOT NULL
      ON CONFLICT DO NOTHING`,
  ],
}
