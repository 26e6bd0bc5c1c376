// Invitations know the operator key under which they were made, as links do. Open ones from before were made under the present one.
import type { Migration } from './migration.ts'

export const invitationKeys: Migration = {
  number: 18,
  name: 'invitation-keys',
  statements: ({ text, seeAllRows }) => [
    `ALTER TABLE invitation ADD COLUMN key_hash ${text}`,
    ...seeAllRows('invitation'),
    `UPDATE invitation SET key_hash = (SELECT value FROM setting WHERE name = 'operator_key_present')
      WHERE substr(created_by, 1, 4) <> 'usr_' AND accepted_at IS NULL AND revoked_at IS NULL`,
  ],
}
