// All migrations, in order, and what is refused: a store from the future, and a store that nobody may migrate.
import { StoreRefusal } from '../errors.ts'
import { foundation } from './001-foundation.ts'
import { signIn } from './002-sign-in.ts'
import { groups } from './003-groups.ts'
import { oauth } from './004-oauth.ts'
import { console } from './005-console.ts'
import { product } from './006-product.ts'
import { ladder } from './007-ladder.ts'
import { costs } from './008-costs.ts'
import { refusedSignIns } from './009-refused-sign-ins.ts'
import { links } from './010-links.ts'
import { sessions } from './011-sessions.ts'
import { recovery } from './012-recovery.ts'
import { linkAskings } from './013-link-askings.ts'
import { jobs } from './014-jobs.ts'
import { endings } from './015-endings.ts'
import { refusals } from './016-refusals.ts'
import type { Migration } from './migration.ts'

export { type Migration, postgresWords, sqliteWords } from './migration.ts'

export const migrations: readonly Migration[] = [
  foundation,
  signIn,
  groups,
  oauth,
  console,
  product,
  ladder,
  costs,
  refusedSignIns,
  links,
  sessions,
  recovery,
  linkAskings,
  jobs,
  endings,
  refusals,
]

/** Throws when the store was written by a later version than this one. */
export function refuseNewer(newest: number): void {
  if (newest > migrations.length) {
    throw new StoreRefusal(
      `The store is at migration ${newest}, this version of Rollcall knows ${migrations.length}: it was written by a newer version. Start that one, or restore a backup.`,
    )
  }
}

export function refuseUnmigrated(missing: number): StoreRefusal {
  return new StoreRefusal(
    `The store lacks ${missing} migration(s) and ROLLCALL_MIGRATE is off. Run: rollcall migrate`,
  )
}
