// The settings in a frame of the product's page: what its link allows, and what its session is bound to. The secrets of such links are of a
// kind of their own, so that the version before opens none of them.
import type { Migration } from './migration.ts'

export const frames: Migration = {
  number: 72,
  name: 'frames',
  statements: ({ text }) => [
    `ALTER TABLE portal_link ADD COLUMN frame ${text}`,
    `ALTER TABLE session ADD COLUMN frame ${text}`,
  ],
}
