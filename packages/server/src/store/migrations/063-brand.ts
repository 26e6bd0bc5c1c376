// The operator's product as customers see it: its name, colours, links and images. A domain keeps the TXT record that it was shown.
import type { Migration } from './migration.ts'

export const brand: Migration = {
  number: 63,
  name: 'brand',
  statements: ({ text, bytes, rowStore, keepPacked }) => [
    `CREATE TABLE brand (id ${text} NOT NULL PRIMARY KEY, settings ${text} NOT NULL, updated_at bigint NOT NULL)${rowStore}`,
    // There from the beginning, so that two changes at once find one row to wait for.
    `INSERT INTO brand (id, settings, updated_at) VALUES ('installation', '{}', 0)`,
    `CREATE TABLE brand_image (
      kind ${text} NOT NULL PRIMARY KEY, media_type ${text} NOT NULL, digest ${text} NOT NULL, size integer NOT NULL,
      content ${bytes} NOT NULL)`,
    ...keepPacked('brand_image', 'content'),
    `ALTER TABLE domain ADD COLUMN record_host ${text}`,
    `ALTER TABLE domain ADD COLUMN record_prefix ${text}`,
  ],
}
