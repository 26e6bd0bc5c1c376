// In which language somebody was invited, and for which part of the settings, so that it is sent again in the same and holds for no more.
import type { Migration } from './migration.ts'

export const invitedFor: Migration = {
  number: 78,
  name: 'invited-for',
  statements: ({ text }) => [
    `ALTER TABLE portal_link ADD COLUMN invited ${text}`,
    `ALTER TABLE session ADD COLUMN intents ${text}`,
    `ALTER TABLE invitation ADD COLUMN language ${text}`,
  ],
}
