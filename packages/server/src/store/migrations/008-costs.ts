// What one organization may ask of everybody: the mails that it had sent lately, and role changes that are carried out in slices.
import type { Migration } from './migration.ts'

export const costs: Migration = {
  number: 8,
  name: 'costs',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE sent_mail (
      organization_id ${text} NOT NULL, sent_at bigint NOT NULL, id ${text} NOT NULL, address_hash ${text} NOT NULL,
      PRIMARY KEY (organization_id, sent_at, id))${rowStore}`,
    'CREATE INDEX sent_mail_address ON sent_mail (organization_id, address_hash, sent_at)',
    `CREATE TABLE role_change (
      id ${text} PRIMARY KEY, organization_id ${text} NOT NULL, act ${text} NOT NULL, created_at bigint NOT NULL)${rowStore}`,
    'CREATE INDEX role_change_organization ON role_change (organization_id, id)',
    `CREATE TABLE role_change_user (
      organization_id ${text} NOT NULL, user_id ${text} NOT NULL, change_id ${text} NOT NULL,
      PRIMARY KEY (organization_id, user_id))${rowStore}`,
  ],
}
