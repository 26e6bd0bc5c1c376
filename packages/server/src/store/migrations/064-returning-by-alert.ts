// Whoever is brought back is in their groups again by the alert that brought them back, a row for each group, so that what the directory says
// of the group meanwhile ends exactly that. What an earlier version left belongs to no alert, and to nobody.
import type { Migration } from './migration.ts'

export const returningByAlert: Migration = {
  number: 64,
  name: 'returning-by-alert',
  statements: ({ text }) => [
    `ALTER TABLE returning_user ADD COLUMN alert_id ${text}`,
    `ALTER TABLE returning_user ADD COLUMN group_id ${text}`,
    'CREATE INDEX returning_user_group ON returning_user (organization_id, group_id, user_id)',
    'CREATE INDEX returning_user_user ON returning_user (organization_id, user_id)',
  ],
  contract: ({ seeAllRows }) => [
    ...seeAllRows('returning_user'),
    'DELETE FROM returning_user WHERE alert_id IS NULL',
  ],
}
