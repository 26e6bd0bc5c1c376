// How far a set-up is: when its link was mailed, and which connections people can sign in with, where the list of organizations reads it.
import type { Migration } from './migration.ts'

export const setUps: Migration = {
  number: 69,
  name: 'set-ups',
  statements: ({ seeAllRows }) => [
    'ALTER TABLE portal_link ADD COLUMN sent_at bigint',
    'ALTER TABLE connection_place ADD COLUMN is_usable integer',
    ...seeAllRows('connection'),
    `UPDATE connection_place SET is_usable = (SELECT CASE WHEN active = 1
      AND (CASE protocol WHEN 'oidc' THEN oidc ELSE metadata END) IS NOT NULL THEN 1 ELSE 0 END
      FROM connection WHERE connection.id = connection_place.connection_id
        AND connection.organization_id = connection_place.organization_id)`,
    'CREATE INDEX verified_domain_organization ON verified_domain (organization_id)',
    'CREATE INDEX connection_place_organization ON connection_place (organization_id, is_usable)',
  ],
}
