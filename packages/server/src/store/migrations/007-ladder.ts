// Who may speak for whom: versions of a connection's trust anchor with the rung that vouches for them, which connection speaks for
// a domain and for the directory, addresses by which privileged people are recovered, and sign-ins that wait for a confirmation.
// What is there already is taken as an owner's: whoever signed in before signs in afterwards.
import type { Migration } from './migration.ts'

export const ladder: Migration = {
  number: 7,
  name: 'ladder',
  statements: ({ text, rowStore, seeAllRows }) => [
    `ALTER TABLE connection ADD COLUMN anchor_number integer NOT NULL DEFAULT 1`,
    `ALTER TABLE connection ADD COLUMN anchor_count integer NOT NULL DEFAULT 1`,
    `ALTER TABLE connection ADD COLUMN anchor_rung ${text} NOT NULL DEFAULT 'contact'`,
    `ALTER TABLE connection ADD COLUMN anchor_url_rung ${text} NOT NULL DEFAULT 'contact'`,
    `ALTER TABLE connection ADD COLUMN anchor_put ${text}`,
    `ALTER TABLE connection ADD COLUMN anchor_confirmed ${text}`,
    `ALTER TABLE connection ADD COLUMN follows_directory integer NOT NULL DEFAULT 0`,
    `ALTER TABLE connection ADD COLUMN first_enabled_at bigint`,
    `ALTER TABLE organization ADD COLUMN first_enabled_at bigint`,
    `ALTER TABLE organization ADD COLUMN handed_over_at bigint`,
    `ALTER TABLE organization ADD COLUMN owner_recovery ${text} NOT NULL DEFAULT 'mail'`,
    `ALTER TABLE "user" ADD COLUMN recovery_address ${text}`,
    `ALTER TABLE "user" ADD COLUMN recovery_shown_at bigint`,
    `ALTER TABLE deleted_user ADD COLUMN recovery_address ${text}`,
    `ALTER TABLE identity ADD COLUMN proved_key ${text}`,
    `ALTER TABLE session ADD COLUMN anchor_number integer`,
    `ALTER TABLE sign_in ADD COLUMN anchor_number integer`,
    `ALTER TABLE sign_in ADD COLUMN anchor_digest ${text}`,
    `ALTER TABLE invitation ADD COLUMN created_rung ${text}`,
    `CREATE TABLE anchor_version (
      organization_id ${text} NOT NULL, connection_id ${text} NOT NULL, number integer NOT NULL, state ${text} NOT NULL,
      digest ${text} NOT NULL, anchor ${text} NOT NULL, client_secret ${text}, rung ${text} NOT NULL, url_rung ${text} NOT NULL,
      put ${text}, confirmed ${text}, staged_at bigint, tested_at bigint, withdrawn_at bigint, withdrawn ${text},
      is_compromised integer NOT NULL DEFAULT 0, PRIMARY KEY (organization_id, connection_id, number))${rowStore}`,
    `CREATE UNIQUE INDEX anchor_version_staged ON anchor_version (organization_id, connection_id) WHERE state = 'staged'`,
    `CREATE TABLE withdrawn_identity (
      organization_id ${text} NOT NULL, connection_id ${text} NOT NULL, number integer NOT NULL, idp_entity_id ${text} NOT NULL,
      stable_id ${text} NOT NULL, user_id ${text} NOT NULL, name_id ${text} NOT NULL, name_id_format ${text}, attributes ${text} NOT NULL,
      proved_key ${text}, created_at bigint NOT NULL, last_sign_in_at bigint NOT NULL,
      PRIMARY KEY (organization_id, connection_id, number, idp_entity_id, stable_id))${rowStore}`,
    `CREATE TABLE domain_tie (
      organization_id ${text} NOT NULL, domain_id ${text} NOT NULL, connection_id ${text} NOT NULL, tied_at bigint NOT NULL,
      PRIMARY KEY (organization_id, domain_id, connection_id))${rowStore}`,
    'CREATE INDEX domain_tie_connection ON domain_tie (organization_id, connection_id)',
    `CREATE TABLE pending_sign_in (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, connection_id ${text} NOT NULL, kind ${text} NOT NULL,
      anchor_number integer NOT NULL, anchor_digest ${text}, browser_hash ${text} NOT NULL, outcome ${text} NOT NULL, user_id ${text},
      session_id ${text}, return_to ${text}, created_at bigint NOT NULL, expires_at bigint NOT NULL,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    'CREATE INDEX pending_sign_in_expires_at ON pending_sign_in (organization_id, expires_at)',
    `CREATE TABLE anchor_confirmation (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, user_id ${text} NOT NULL, connection_id ${text} NOT NULL,
      anchor_number integer NOT NULL, anchor_digest ${text} NOT NULL, pending_id ${text}, created_at bigint NOT NULL,
      expires_at bigint NOT NULL, used_at bigint, PRIMARY KEY (organization_id, id))${rowStore}`,
    'CREATE INDEX anchor_confirmation_user ON anchor_confirmation (organization_id, user_id, created_at)',
    `CREATE TABLE operator_need (
      organization_id ${text} NOT NULL, kind ${text} NOT NULL, subject_id ${text} NOT NULL, since bigint NOT NULL, detail ${text} NOT NULL,
      PRIMARY KEY (organization_id, kind, subject_id))${rowStore}`,
    ...['connection', 'domain', 'identity', 'user', 'user_email', 'domain_tie'].flatMap(seeAllRows),
    `UPDATE connection SET anchor_rung = 'owner', anchor_url_rung = 'owner', first_enabled_at = updated_at
      WHERE active = 1 OR EXISTS (SELECT 1 FROM identity WHERE identity.organization_id = connection.organization_id
        AND identity.connection_id = connection.id)`,
    `UPDATE connection SET follows_directory = 1 WHERE active = 1`,
    `UPDATE organization SET
      handed_over_at = (SELECT min(updated_at) FROM connection WHERE connection.organization_id = organization.id AND anchor_rung = 'owner'),
      first_enabled_at = (SELECT min(updated_at) FROM connection WHERE connection.organization_id = organization.id AND active = 1)`,
    `INSERT INTO domain_tie SELECT domain.organization_id, domain.id, connection.id, domain.verified_at FROM domain
      JOIN connection ON connection.organization_id = domain.organization_id AND connection.active = 1 WHERE domain.verified_at IS NOT NULL`,
    `UPDATE "user" SET recovery_address = COALESCE(
      (SELECT value_key FROM user_email WHERE user_email.organization_id = "user".organization_id AND user_email.user_id = "user".id
        AND user_email.value_key = "user".user_name_key),
      (SELECT min(value_key) FROM user_email WHERE user_email.organization_id = "user".organization_id AND user_email.user_id = "user".id),
      CASE WHEN user_name LIKE '%_@_%' THEN user_name END)
      WHERE role IN ('owner', 'admin')`,
  ],
}
