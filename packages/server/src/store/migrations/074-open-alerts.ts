// The operator's list names organizations with an open deprovision alert: those that are open already, too.
import type { Migration } from './migration.ts'

export const openAlerts: Migration = {
  number: 74,
  name: 'open-alerts',
  statements: ({ seeAllRows }) => [
    ...seeAllRows('deprovision_alert'),
    `INSERT INTO operator_need (organization_id, kind, subject_id, since, detail)
      SELECT organization_id, 'many_left', id, ended_at, '{}' FROM deprovision_alert WHERE state = 'open'
      ON CONFLICT DO NOTHING`,
  ],
}
