// Domains, connections, identities, sign-ins under way, sessions, links, invitations.
import type { Migration } from './migration.ts'

export const signIn: Migration = {
  number: 2,
  name: 'sign-in',
  statements: ({ text, rowStore }) => [
    `ALTER TABLE organization ADD COLUMN unknown_sign_ins ${text} NOT NULL DEFAULT 'create'`,
    `ALTER TABLE organization ADD COLUMN origins ${text} NOT NULL DEFAULT '[]'`,
    `ALTER TABLE organization ADD COLUMN attribute_mapping ${text} NOT NULL DEFAULT '{}'`,
    `ALTER TABLE organization ADD COLUMN role_mappings ${text} NOT NULL DEFAULT '[]'`,
    'ALTER TABLE organization ADD COLUMN ownerless_at bigint',
    `ALTER TABLE "user" ADD COLUMN role_origin ${text} NOT NULL DEFAULT 'default'`,
    'ALTER TABLE "user" ADD COLUMN blocked_at bigint',
    'ALTER TABLE "user" ADD COLUMN last_sign_in_at bigint',
    'CREATE INDEX deleted_user_user_name ON deleted_user (organization_id, user_name_key)',
    `CREATE INDEX user_owner ON "user" (organization_id, id) WHERE role = 'owner'`,
    `ALTER TABLE activity ADD COLUMN kind ${text} NOT NULL DEFAULT 'scim'`,
    `ALTER TABLE activity ADD COLUMN code ${text}`,
    `ALTER TABLE activity ADD COLUMN connection_id ${text}`,
    `CREATE TABLE domain (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, name ${text} NOT NULL, token ${text} NOT NULL,
      verified_at bigint, verified_by ${text}, checked_at bigint, lost_at bigint, created_at bigint NOT NULL,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    'CREATE UNIQUE INDEX domain_name_unique ON domain (organization_id, name)',
    `CREATE TABLE verified_domain (
      name ${text} NOT NULL, organization_id ${text} NOT NULL, PRIMARY KEY (name, organization_id))${rowStore}`,
    `CREATE TABLE connection (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, name ${text} NOT NULL, identity_provider ${text} NOT NULL,
      entity_id ${text} NOT NULL, acs_url ${text} NOT NULL, metadata ${text}, metadata_url ${text}, metadata_fetched_at bigint,
      metadata_error ${text}, active integer NOT NULL, options ${text} NOT NULL, has_sent_groups integer NOT NULL,
      created_at bigint NOT NULL, updated_at bigint NOT NULL,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    `CREATE TABLE connection_place (
      connection_id ${text} PRIMARY KEY, organization_id ${text} NOT NULL, acs_path ${text})${rowStore}`,
    'CREATE UNIQUE INDEX connection_place_acs_path_unique ON connection_place (acs_path) WHERE acs_path IS NOT NULL',
    `CREATE TABLE service_key (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, certificate ${text} NOT NULL, private_key ${text} NOT NULL,
      state ${text} NOT NULL, created_at bigint NOT NULL, retires_at bigint,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    // One key signs at a time: two nodes that make the first one at once end with one.
    `CREATE UNIQUE INDEX service_key_current_unique ON service_key (organization_id, state) WHERE state = 'current'`,
    `CREATE TABLE identity (
      organization_id ${text} NOT NULL, connection_id ${text} NOT NULL, idp_entity_id ${text} NOT NULL, stable_id ${text} NOT NULL,
      user_id ${text} NOT NULL, name_id ${text} NOT NULL, name_id_format ${text}, attributes ${text} NOT NULL,
      created_at bigint NOT NULL, last_sign_in_at bigint NOT NULL,
      PRIMARY KEY (organization_id, connection_id, idp_entity_id, stable_id))${rowStore}`,
    'CREATE UNIQUE INDEX identity_user_unique ON identity (organization_id, user_id, connection_id)',
    `CREATE TABLE sign_in (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, connection_id ${text} NOT NULL, purpose ${text} NOT NULL,
      browser_hash ${text} NOT NULL, return_to ${text}, session_id ${text}, created_at bigint NOT NULL, expires_at bigint NOT NULL,
      proven_at bigint, outcome ${text}, finished_at bigint,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    'CREATE INDEX sign_in_expires_at ON sign_in (organization_id, expires_at)',
    `CREATE TABLE seen_assertion (
      organization_id ${text} NOT NULL, connection_id ${text} NOT NULL, assertion_id ${text} NOT NULL, expires_at bigint NOT NULL,
      PRIMARY KEY (organization_id, connection_id, assertion_id))${rowStore}`,
    'CREATE INDEX seen_assertion_expires_at ON seen_assertion (organization_id, expires_at)',
    `CREATE TABLE session (
      secret_hash ${text} PRIMARY KEY, organization_id ${text} NOT NULL, id ${text} NOT NULL, kind ${text} NOT NULL, role ${text} NOT NULL,
      user_id ${text}, label ${text} NOT NULL, link_id ${text}, connection_id ${text}, name_id ${text}, name_id_format ${text},
      session_index ${text}, created_at bigint NOT NULL, last_seen_at bigint NOT NULL, expires_at bigint NOT NULL)${rowStore}`,
    'CREATE INDEX session_of_user ON session (organization_id, user_id)',
    'CREATE INDEX session_of_link ON session (organization_id, link_id)',
    'CREATE INDEX session_expires_at ON session (expires_at)',
    `CREATE TABLE link_secret (
      secret_hash ${text} PRIMARY KEY, organization_id ${text} NOT NULL, kind ${text} NOT NULL, subject_id ${text} NOT NULL,
      expires_at bigint NOT NULL)${rowStore}`,
    'CREATE INDEX link_secret_subject ON link_secret (organization_id, subject_id)',
    `CREATE TABLE portal_link (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, role ${text} NOT NULL, kind ${text} NOT NULL, email ${text}, return_url ${text},
      created_at bigint NOT NULL, created_by ${text} NOT NULL, expires_at bigint NOT NULL, used_at bigint, revoked_at bigint,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    `CREATE TABLE invitation (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, email ${text} NOT NULL, email_key ${text} NOT NULL, role ${text} NOT NULL,
      created_at bigint NOT NULL, created_by ${text} NOT NULL, expires_at bigint NOT NULL, accepted_at bigint, revoked_at bigint, user_id ${text},
      PRIMARY KEY (organization_id, id))${rowStore}`,
    'CREATE INDEX invitation_email ON invitation (organization_id, email_key)',
  ],
}
