// In which session a recovery address was asked for: it ends with that.
import type { Migration } from './migration.ts'

export const recoverySession: Migration = {
  number: 33,
  name: 'recovery-session',
  statements: ({ text }) => [`ALTER TABLE recovery_change ADD COLUMN session_id ${text}`],
}
