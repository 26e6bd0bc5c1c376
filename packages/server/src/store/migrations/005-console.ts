// The seal of the audit log, the operator's links and sessions, and how each organization's provisioning fares: one small row that activity keeps.
import type { Migration } from './migration.ts'

export const console: Migration = {
  number: 5,
  name: 'console',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE operator_secret (
      secret_hash ${text} PRIMARY KEY, kind ${text} NOT NULL, created_at bigint NOT NULL, last_seen_at bigint NOT NULL,
      expires_at bigint NOT NULL)${rowStore}`,
    `CREATE TABLE organization_health (
      organization_id ${text} PRIMARY KEY, requests bigint NOT NULL, outcomes bigint NOT NULL, last_request_at bigint NOT NULL,
      last_refusal_at bigint, connected_at bigint, user_at bigint, group_at bigint)${rowStore}`,
    `CREATE TABLE event_seal (
      organization_id ${text} NOT NULL, sequence bigint NOT NULL, event_id ${text} NOT NULL, hash ${text} NOT NULL,
      PRIMARY KEY (organization_id, sequence))${rowStore}`,
    'CREATE UNIQUE INDEX event_seal_event ON event_seal (organization_id, event_id)',
  ],
}
