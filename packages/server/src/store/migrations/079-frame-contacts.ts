// Whose frame a link is for: an account, or the link that stands for somebody who is named by an address, in whose name all their frames act.
// Links of frames are removed some days after their end, but for those that stand for somebody.
import type { Migration } from './migration.ts'

const isLiving = 'frame_of = id AND revoked_at IS NULL AND ended_at IS NULL'

export const frameContacts: Migration = {
  number: 79,
  name: 'frame-contacts',
  statements: ({ text }) => [
    `ALTER TABLE portal_link ADD COLUMN frame_of ${text}`,
    `ALTER TABLE session ADD COLUMN contact_id ${text}`,
    `CREATE INDEX portal_link_contact ON portal_link (organization_id, id) WHERE ${isLiving}`,
    `CREATE INDEX portal_link_contact_email ON portal_link (organization_id, email) WHERE ${isLiving}`,
    'CREATE INDEX portal_link_frame ON portal_link (organization_id, expires_at) WHERE frame_of <> id',
    'CREATE INDEX session_of_contact ON session (organization_id, contact_id) WHERE contact_id IS NOT NULL',
  ],
}
