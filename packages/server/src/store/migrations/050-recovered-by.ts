// Whoever runs the settings, by the address by which they are recovered, however many others have it.
import type { Migration } from './migration.ts'

export const recoveredBy: Migration = {
  number: 50,
  name: 'recovered-by',
  statements: () => [
    `CREATE INDEX user_recovery ON "user" (organization_id, lower(recovery_address), role, role_origin, id)
      WHERE recovery_address IS NOT NULL`,
  ],
}
