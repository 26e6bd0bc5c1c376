// Notices of one kind that come within the hour of one that was mailed, until they are said in one mail; and on whose word a mail went out.
import type { Migration } from './migration.ts'

export const gatheredNotices: Migration = {
  number: 41,
  name: 'gathered-notices',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE gathered_notice (
      organization_id ${text} NOT NULL, name ${text} NOT NULL, rung ${text} NOT NULL, audience ${text} NOT NULL, told_at bigint NOT NULL,
      more bigint NOT NULL, latest ${text} NOT NULL, PRIMARY KEY (organization_id, name))${rowStore}`,
    'CREATE INDEX gathered_notice_waiting ON gathered_notice (told_at, organization_id) WHERE more > 0',
    `ALTER TABLE sent_mail ADD COLUMN rung ${text}`,
  ],
}
