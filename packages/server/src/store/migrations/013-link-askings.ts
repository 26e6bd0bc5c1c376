// How often mailed links were asked for lately: by network, by address, and by whoever proved who they are.
import type { Migration } from './migration.ts'

export const linkAskings: Migration = {
  number: 13,
  name: 'link-askings',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE link_asking (
      name_hash ${text} PRIMARY KEY, latest bigint NOT NULL, second bigint NOT NULL, third bigint NOT NULL, fourth bigint NOT NULL,
      fifth bigint NOT NULL)${rowStore}`,
    'CREATE INDEX link_asking_latest ON link_asking (latest)',
  ],
}
