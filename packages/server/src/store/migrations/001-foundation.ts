// Organizations, API keys, users, events, activity.
import type { Migration } from './migration.ts'

export const foundation: Migration = {
  number: 1,
  name: 'foundation',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE organization (
      id ${text} PRIMARY KEY, name ${text} NOT NULL, slug ${text} NOT NULL,
      scim_enabled integer NOT NULL, require_sso integer NOT NULL, provisioning_mode ${text} NOT NULL, scim_since bigint,
      default_role ${text} NOT NULL, seat_limit integer, created_at bigint NOT NULL, updated_at bigint NOT NULL, deleted_at bigint)`,
    'CREATE UNIQUE INDEX organization_slug_unique ON organization (slug) WHERE deleted_at IS NULL',
    `CREATE TABLE api_key_secret (
      secret_hash ${text} PRIMARY KEY, organization_id ${text} NOT NULL, key_id ${text} NOT NULL, profile ${text} NOT NULL,
      expires_at bigint, revoked_at bigint)${rowStore}`,
    'CREATE INDEX api_key_secret_key ON api_key_secret (organization_id, key_id)',
    `CREATE TABLE setting (name ${text} PRIMARY KEY, value ${text} NOT NULL)${rowStore}`,
    `CREATE TABLE job_lease (name ${text} PRIMARY KEY, owner ${text} NOT NULL, expires_at bigint NOT NULL)${rowStore}`,
    `CREATE TABLE api_key (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, name ${text} NOT NULL, prefix ${text} NOT NULL, profile ${text} NOT NULL,
      created_at bigint NOT NULL, created_by ${text} NOT NULL, expires_at bigint, last_used_at bigint, revoked_at bigint,
      PRIMARY KEY (organization_id, id))${rowStore}`,
    `CREATE TABLE "user" (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, user_name ${text} NOT NULL, user_name_key ${text} NOT NULL,
      external_id ${text}, display_name_key ${text}, active integer NOT NULL, role ${text} NOT NULL, source ${text} NOT NULL,
      managed_by ${text}, previous_id ${text}, resource ${text} NOT NULL, version integer NOT NULL,
      created_at bigint NOT NULL, updated_at bigint NOT NULL, deactivated_at bigint,
      PRIMARY KEY (organization_id, id))`,
    'CREATE UNIQUE INDEX user_user_name_unique ON "user" (organization_id, user_name_key)',
    'CREATE INDEX user_external_id ON "user" (organization_id, external_id, id)',
    'CREATE INDEX user_display_name ON "user" (organization_id, display_name_key)',
    'CREATE INDEX user_active ON "user" (organization_id, active, id)',
    'CREATE INDEX user_updated_at ON "user" (organization_id, updated_at)',
    `CREATE TABLE user_email (
      organization_id ${text} NOT NULL, value_key ${text} NOT NULL, user_id ${text} NOT NULL,
      PRIMARY KEY (organization_id, value_key, user_id))${rowStore}`,
    `CREATE TABLE deleted_user (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, user_name_key ${text} NOT NULL, external_id ${text},
      resource ${text} NOT NULL, created_at bigint NOT NULL, deleted_at bigint NOT NULL,
      PRIMARY KEY (organization_id, id))`,
    'CREATE INDEX deleted_user_external_id ON deleted_user (organization_id, external_id, deleted_at)',
    `CREATE TABLE user_count (
      organization_id ${text} NOT NULL, slot integer NOT NULL, users bigint NOT NULL, active_users bigint NOT NULL,
      PRIMARY KEY (organization_id, slot))${rowStore}`,
    `CREATE TABLE event (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, type ${text} NOT NULL, occurred_at bigint NOT NULL,
      actor_kind ${text} NOT NULL, actor_id ${text}, subject_type ${text} NOT NULL, subject_id ${text} NOT NULL,
      data ${text} NOT NULL, context ${text} NOT NULL, request_id ${text},
      PRIMARY KEY (organization_id, id))${rowStore}`,
    'CREATE INDEX event_subject ON event (organization_id, subject_id, id)',
    `CREATE TABLE activity (
      organization_id ${text} NOT NULL, id ${text} NOT NULL, occurred_at bigint NOT NULL, method ${text} NOT NULL, path ${text} NOT NULL,
      status integer NOT NULL, duration_us bigint NOT NULL, outcome ${text} NOT NULL, explanation ${text} NOT NULL,
      request_id ${text} NOT NULL, key_id ${text}, ip ${text}, user_agent ${text},
      PRIMARY KEY (organization_id, id))${rowStore}`,
    `CREATE TABLE activity_body (
      organization_id ${text} NOT NULL, activity_id ${text} NOT NULL, is_refusal integer NOT NULL, request_body ${text}, response_body ${text},
      PRIMARY KEY (organization_id, activity_id))${rowStore}`,
  ],
}
