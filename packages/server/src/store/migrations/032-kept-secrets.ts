// Of a version of a trust anchor that is not in place: whether it goes with the client secret that is, or brings one of its own. Of
// versions from before it is not known.
import type { Migration } from './migration.ts'

export const keptSecrets: Migration = {
  number: 32,
  name: 'kept-secrets',
  statements: () => ['ALTER TABLE anchor_version ADD COLUMN keeps_secret integer'],
}
