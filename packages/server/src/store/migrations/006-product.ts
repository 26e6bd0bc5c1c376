// The product's side: the feed of events and its numbers, webhooks and their deliveries, applications and what their sign-ins
// leave behind, OpenID Connect connections, deprovision alerts, and which notices were given.
import type { Migration } from './migration.ts'

export const product: Migration = {
  number: 6,
  name: 'product',
  statements: ({ text, rowStore, counted }) => [
    `CREATE TABLE event_feed (
      number ${counted}, event_id ${text} NOT NULL, organization_id ${text} NOT NULL, type ${text} NOT NULL, subject_id ${text} NOT NULL,
      occurred_at bigint NOT NULL, payload ${text} NOT NULL, position bigint)`,
    'CREATE UNIQUE INDEX event_feed_event ON event_feed (event_id)',
    'CREATE INDEX event_feed_waiting ON event_feed (number) WHERE position IS NULL',
    'CREATE UNIQUE INDEX event_feed_position ON event_feed (position) WHERE position IS NOT NULL',
    'CREATE INDEX event_feed_organization ON event_feed (organization_id, position)',
    `CREATE TABLE event_sequence (name ${text} PRIMARY KEY, position bigint NOT NULL, pruned bigint NOT NULL)${rowStore}`,
    "INSERT INTO event_sequence VALUES ('feed', 0, 0)",
    `CREATE TABLE delivery_target (
      id ${text} PRIMARY KEY, kind ${text} NOT NULL, is_enabled integer NOT NULL, failures integer NOT NULL, failing_since bigint,
      paused_until bigint, last_delivered_at bigint)${rowStore}`,
    `CREATE TABLE webhook_endpoint (
      id ${text} PRIMARY KEY, url ${text} NOT NULL, description ${text}, algorithm ${text} NOT NULL, secrets ${text} NOT NULL, public_key ${text},
      event_types ${text} NOT NULL, organizations ${text}, disabled_reason ${text}, created_at bigint NOT NULL, updated_at bigint NOT NULL)${rowStore}`,
    `CREATE TABLE webhook_subscription (
      organization_id ${text} NOT NULL, endpoint_id ${text} NOT NULL, types ${text} NOT NULL,
      PRIMARY KEY (organization_id, endpoint_id))${rowStore}`,
    'CREATE INDEX webhook_subscription_endpoint ON webhook_subscription (endpoint_id)',
    `CREATE TABLE delivery (
      number ${counted}, target_id ${text} NOT NULL, organization_id ${text} NOT NULL, event_id ${text} NOT NULL, event_type ${text} NOT NULL,
      subject_id ${text} NOT NULL, payload ${text}, state ${text} NOT NULL, attempts integer NOT NULL, created_at bigint NOT NULL,
      next_at bigint NOT NULL, failing_since bigint, lease_owner ${text}, lease_until bigint, fence integer NOT NULL,
      delivered_at bigint, log ${text} NOT NULL)`,
    "CREATE INDEX delivery_waiting ON delivery (target_id, subject_id, number) WHERE state = 'pending'",
    "CREATE INDEX delivery_due ON delivery (target_id, next_at, number) WHERE state = 'pending'",
    'CREATE INDEX delivery_target_number ON delivery (target_id, number)',
    'CREATE INDEX delivery_event ON delivery (event_id)',
    'CREATE INDEX delivery_organization ON delivery (organization_id)',
    `CREATE TABLE application (
      id ${text} PRIMARY KEY, name ${text} NOT NULL, authentication ${text} NOT NULL, secret_hash ${text}, previous_secret_hash ${text},
      previous_ends_at bigint, settings ${text} NOT NULL, organizations ${text}, created_at bigint NOT NULL, updated_at bigint NOT NULL)${rowStore}`,
    `CREATE TABLE oidc_record (
      id ${text} PRIMARY KEY, model ${text} NOT NULL, payload ${text} NOT NULL, grant_id ${text}, uid ${text}, organization_id ${text},
      user_id ${text}, client_id ${text}, expires_at bigint NOT NULL, consumed_at bigint)`,
    'CREATE INDEX oidc_record_grant ON oidc_record (grant_id)',
    'CREATE INDEX oidc_record_uid ON oidc_record (uid)',
    'CREATE INDEX oidc_record_user ON oidc_record (organization_id, user_id)',
    'CREATE INDEX oidc_record_client ON oidc_record (client_id)',
    'CREATE INDEX oidc_record_expires_at ON oidc_record (expires_at)',
    `CREATE TABLE oidc_account (user_id ${text} PRIMARY KEY, organization_id ${text} NOT NULL)${rowStore}`,
    'CREATE INDEX oidc_account_organization ON oidc_account (organization_id)',
    `CREATE TABLE application_use (
      organization_id ${text} NOT NULL, user_id ${text} NOT NULL, application_id ${text} NOT NULL,
      PRIMARY KEY (organization_id, user_id, application_id))${rowStore}`,
    'CREATE INDEX application_use_application ON application_use (application_id)',
    `CREATE TABLE signing_key (
      id ${text} PRIMARY KEY, algorithm ${text} NOT NULL, private_key ${text} NOT NULL, created_at bigint NOT NULL, active_at bigint NOT NULL,
      retires_at bigint)${rowStore}`,
    `ALTER TABLE organization ADD COLUMN default_application ${text}`,
    `ALTER TABLE organization ADD COLUMN deprovision_guard ${text} NOT NULL DEFAULT '{"people":50,"percent":10,"windowSeconds":3600}'`,
    `ALTER TABLE connection ADD COLUMN protocol ${text} NOT NULL DEFAULT 'saml'`,
    `ALTER TABLE connection ADD COLUMN oidc ${text}`,
    `ALTER TABLE connection ADD COLUMN client_secret ${text}`,
    `CREATE TABLE deprovision_alert (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, state ${text} NOT NULL, started_at bigint NOT NULL, ended_at bigint NOT NULL,
      people integer NOT NULL, restored integer NOT NULL, skipped integer NOT NULL,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    `CREATE TABLE notice (
      organization_id ${text} NOT NULL, name ${text} NOT NULL, told_at bigint NOT NULL, PRIMARY KEY (organization_id, name))${rowStore}`,
    'CREATE INDEX deleted_user_deleted_at ON deleted_user (organization_id, deleted_at)',
    `ALTER TABLE deleted_user ADD COLUMN role ${text}`,
    `ALTER TABLE deleted_user ADD COLUMN role_origin ${text}`,
    'ALTER TABLE deleted_user ADD COLUMN blocked_at bigint',
    `ALTER TABLE deleted_user ADD COLUMN group_ids ${text}`,
  ],
}
