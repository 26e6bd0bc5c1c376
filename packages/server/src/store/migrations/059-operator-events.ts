// What happened to the installation is kept for good, where the operator reads it: the feed has it for 31 days. And that an organization
// began or ended, because its own log goes with it.
import type { Migration } from './migration.ts'

export const operatorEvents: Migration = {
  number: 59,
  name: 'operator-events',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE operator_event (
      id ${text} NOT NULL PRIMARY KEY, type ${text} NOT NULL, occurred_at bigint NOT NULL, actor_kind ${text} NOT NULL,
      actor_id ${text}, subject_type ${text} NOT NULL, subject_id ${text} NOT NULL, data ${text} NOT NULL, request_id ${text})${rowStore}`,
  ],
}
