// Images of the brand of an application, and the logo of an organization, which stands beside the product's.
import type { Migration } from './migration.ts'

export const brandsBeside: Migration = {
  number: 80,
  name: 'brands-beside',
  statements: ({ text, bytes, keepPacked }) => [
    `CREATE TABLE application_image (
      application_id ${text} NOT NULL, kind ${text} NOT NULL, media_type ${text} NOT NULL, digest ${text} NOT NULL,
      size integer NOT NULL, content ${bytes} NOT NULL, PRIMARY KEY (application_id, kind))`,
    ...keepPacked('application_image', 'content'),
    `CREATE TABLE organization_logo (
      organization_id ${text} NOT NULL, kind ${text} NOT NULL, media_type ${text} NOT NULL, digest ${text} NOT NULL,
      size integer NOT NULL, content ${bytes} NOT NULL, PRIMARY KEY (organization_id, kind))`,
    ...keepPacked('organization_logo', 'content'),
  ],
}
