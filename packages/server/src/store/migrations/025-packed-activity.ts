// Activity in rows of many requests: what was noted in one moment, packed, and how much there is. What the versions before wrote stays
// in its own tables until its time is over.
import type { Migration } from './migration.ts'

export const packedActivity: Migration = {
  number: 25,
  name: 'packed activity',
  statements: ({ text, rowStore, bytes, keepPacked }) => [
    `CREATE TABLE activity_flush (
      organization_id ${text} NOT NULL, class ${text} NOT NULL, last_id ${text} NOT NULL, first_id ${text} NOT NULL,
      entries integer NOT NULL, bodies integer NOT NULL, heads ${bytes} NOT NULL, texts ${bytes},
      PRIMARY KEY (organization_id, class, last_id))`,
    ...['heads', 'texts'].flatMap((column) => keepPacked('activity_flush', column)),
    `CREATE TABLE activity_total (
      organization_id ${text} NOT NULL, class ${text} NOT NULL, entries bigint NOT NULL, bodies bigint NOT NULL,
      bodies_from ${text} NOT NULL, packed_to ${text} NOT NULL, PRIMARY KEY (organization_id, class))${rowStore}`,
  ],
}
