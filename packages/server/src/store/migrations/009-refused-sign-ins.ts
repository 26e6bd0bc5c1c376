// Sign-ins that were refused have an allowance of their own in activity: finding where it ends must not read all the rest.
import type { Migration } from './migration.ts'

export const refusedSignIns: Migration = {
  number: 9,
  name: 'refused sign-ins',
  statements: () => [
    `CREATE INDEX activity_refused_sign_in ON activity (organization_id, id) WHERE kind = 'sign_in' AND code IS NOT NULL`,
  ],
}
