// The nodes that serve on one database, and what they know: what only an older version uses stays until none of it is left.
import type { Migration } from './migration.ts'

export const nodes: Migration = {
  number: 21,
  name: 'nodes',
  statements: ({ text, rowStore }) => [
    `CREATE TABLE node (
      id ${text} PRIMARY KEY, version ${text} NOT NULL, migration integer NOT NULL, started_at bigint NOT NULL,
      seen_at bigint NOT NULL)${rowStore}`,
  ],
}
