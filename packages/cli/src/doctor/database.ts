// The database: whether it is reached, its version, what the user may do there, how far its migrations are, and its clock.
import type { Installation } from '@rollcall/api'
import {
  type Config,
  type LedgerLook,
  lookAtEmbedded,
  lookAtPostgres,
  type PostgresLook,
} from '@rollcall/server/looks'
import { type Finding, fail, ok, warn } from './finding.ts'

/** Of settings that are not those of the service. */
export const asService = 'Run this with the settings of the service, to have it looked at'

const oldest = 150_000
/** What sign-ins bear, and from where on they are refused: assertions and tokens hold for minutes. */
const [clockWarnMs, clockFailMs] = [2_000, 60_000]

/** `store`: what the service that answers runs on; undefined where none does. */
export async function checkDatabase(config: Config, store?: Installation['store']): Promise<Finding[]> {
  if (config.postgres === undefined) return [checkEmbedded(config, store)]
  const { serve, migrate } = config.postgres
  const setting = 'DATABASE_URL'
  try {
    const look = await lookAtPostgres(setting, serve)
    const owner = migrate === undefined ? look : await lookAtPostgres('ROLLCALL_MIGRATE_URL', migrate)
    return [
      checkVersion(look),
      checkRights(look, owner),
      checkMigrations(look.ledger ?? owner.ledger, {
        isMigrating: config.isMigrating,
        mayMigrate: owner.mayMigrate,
      }),
      checkClock(look.clocks),
    ]
  } catch (error) {
    return [
      fail(
        'database',
        (error as Error).message,
        'docs/postgresql.md says how users, TLS and poolers are set up',
      ),
    ]
  }
}

function checkEmbedded(
  { dataFolder, isMigrating }: Config,
  store: Installation['store'] | undefined,
): Finding {
  if (store === 'postgres')
    return warn('database', 'the service runs on PostgreSQL, and DATABASE_URL is not set here', asService)
  if (store === 'embedded')
    return ok('database', 'the service answers from its embedded store; rollcall check reads it whole')
  try {
    const ledger = lookAtEmbedded(dataFolder)
    return ledger === undefined
      ? ok('database', `there is no store in ${dataFolder} yet; the first start makes one`)
      : checkMigrations(ledger, { isMigrating, mayMigrate: true })
  } catch (error) {
    return fail(
      'database',
      (error as Error).message,
      'Where another process has it, ask that one; where it is damaged, restore a backup into another folder (rollcall restore FILE)',
    )
  }
}

export function checkVersion({
  version,
  versionNumber,
  encoding,
  isReadOnly,
}: Pick<PostgresLook, 'version' | 'versionNumber' | 'encoding' | 'isReadOnly'>): Finding {
  if (versionNumber < oldest)
    return fail('database', `PostgreSQL ${version}`, 'PostgreSQL 15 or newer is needed: upgrade the server')
  if (encoding !== 'UTF8')
    return fail(
      'database',
      `it is encoded in ${encoding}`,
      "Make one in UTF8: CREATE DATABASE rollcall ENCODING 'UTF8' TEMPLATE template0",
    )
  return isReadOnly
    ? fail(
        'database',
        `PostgreSQL ${version} takes no writes`,
        'Name the primary in DATABASE_URL: this is a replica, or is set to read only',
      )
    : ok('database', `PostgreSQL ${version}`)
}

/** `owner` is who migrates, where that is somebody else. */
export function checkRights(
  {
    user,
    schema,
    isAboveRows,
    mayAct,
    unprotected,
    isMade,
  }: Pick<PostgresLook, 'user' | 'schema' | 'isAboveRows' | 'mayAct' | 'unprotected' | 'isMade'>,
  owner: Pick<PostgresLook, 'user' | 'mayMigrate' | 'schema'>,
): Finding {
  const check = 'database rights'
  const guide = 'docs/postgresql.md says which rights a user needs'
  if (schema === null)
    return fail(
      check,
      `there is no schema that "${user}" may use`,
      `CREATE SCHEMA rollcall AUTHORIZATION "${user}". ${guide}`,
    )
  if (!isMade && !owner.mayMigrate)
    return fail(
      check,
      `"${owner.user}" may make no tables in the schema "${owner.schema}"`,
      `GRANT USAGE, CREATE ON SCHEMA "${owner.schema}" TO "${owner.user}". ${guide}`,
    )
  if (isMade && !mayAct)
    return fail(
      check,
      `"${user}" may not act as rollcall_app, as which requests run`,
      `GRANT rollcall_app TO "${user}". ${guide}`,
    )
  if (unprotected > 0)
    return warn(
      check,
      `${unprotected} statements are missing of what protects rows`,
      'Start the service, or run rollcall migrate, as the owner of the tables: it makes them',
    )
  return isAboveRows
    ? warn(
        check,
        `"${user}" stands above row-level security (superuser, or BYPASSRLS)`,
        `Requests run as rollcall_app all the same; take a user of its own that has neither. ${guide}`,
      )
    : ok(check, `"${user}" may do what it needs in the schema "${schema}"`)
}

export function checkMigrations(
  ledger: LedgerLook | undefined,
  { isMigrating, mayMigrate }: { readonly isMigrating: boolean; readonly mayMigrate: boolean },
): Finding {
  const check = 'migrations'
  if (ledger === undefined)
    return fail(check, 'this user may not read how far they are', 'See above: database rights')
  const { applied, missing, fault } = ledger
  if (fault !== undefined) return fail(check, fault, 'docs/upgrade.md says how versions follow each other')
  if (missing === 0) return ok(check, `all ${applied} are there`)
  const told = applied === 0 ? 'there are none yet' : `${missing} are missing`
  const by = mayMigrate ? 'rollcall migrate' : "rollcall migrate with the owner's ROLLCALL_MIGRATE_URL"
  return isMigrating && mayMigrate
    ? warn(check, told, `The next start of this version makes them, or ${by} does`)
    : fail(check, told, `Run ${by}: the service does not start before`)
}

/** Two clocks at one moment, in milliseconds. */
export function checkClock(
  { theirs, ours }: { readonly theirs: number; readonly ours: number },
  who = 'the database',
): Finding {
  const seconds = Math.round(Math.abs(theirs - ours) / 100) / 10
  const told = `${seconds} s ${theirs > ours ? 'behind' : 'ahead of'} ${who}`
  const remedy =
    'Let both follow a time server (chrony, systemd-timesyncd): assertions and tokens are refused for a clock that is off'
  if (seconds * 1_000 >= clockFailMs) return fail('clock', told, remedy)
  return seconds * 1_000 >= clockWarnMs
    ? warn('clock', told, remedy)
    : ok('clock', `agrees with ${who} to ${seconds} s`)
}
