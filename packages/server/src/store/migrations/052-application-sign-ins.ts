// What a person has begun in an application, by each connection and version of its anchor, and under which session id the application knows
// it: `application_use` says by which they came last alone. Who had something of a connection that was not their last is found by what
// applications hold; which sessions these are nobody has kept.
import type { Migration } from './migration.ts'

export const applicationSignIns: Migration = {
  number: 52,
  name: 'application-sign-ins',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE application_sign_in (
      organization_id ${text} NOT NULL, user_id ${text} NOT NULL, application_id ${text} NOT NULL, connection_id ${text} NOT NULL,
      anchor_number integer NOT NULL, sid ${text} NOT NULL,
      PRIMARY KEY (organization_id, user_id, application_id, connection_id, anchor_number, sid))${rowStore}`,
    'CREATE INDEX application_sign_in_application ON application_sign_in (application_id)',
    'CREATE INDEX application_sign_in_connection ON application_sign_in (organization_id, connection_id)',
    `INSERT INTO application_sign_in (organization_id, user_id, application_id, connection_id, anchor_number, sid)
      SELECT DISTINCT organization_id, user_id, client_id, connection_id, coalesce(anchor_number, 0), '' FROM oidc_record
      WHERE organization_id IS NOT NULL AND user_id IS NOT NULL AND client_id IS NOT NULL AND connection_id IS NOT NULL`,
  ],
}
