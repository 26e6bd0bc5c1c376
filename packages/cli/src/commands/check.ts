// `rollcall check`: whether the embedded store is whole, by reading all of it: on a copy while it is served, else the file itself.
import { existsSync } from 'node:fs'
import { checkStore, readConfig } from '@rollcall/server/offline'
import { readWords, UsageError } from '../arguments.ts'
import { askControl, controlSocketPath } from '../reach.ts'

/** Exit code 1 when something is wrong with it. */
export async function check(args: readonly string[]): Promise<number> {
  readWords(args, {}, 0, 0)
  const config = readConfig(process.env, { opensSecrets: false })
  if (config.databaseUrl !== undefined)
    throw new UsageError('the store is PostgreSQL (DATABASE_URL): use pg_amcheck')
  const served = existsSync(controlSocketPath())
    ? await askControl<{ readonly faults: readonly string[] }>('GET', '/control/check')
    : undefined
  const faults = served?.faults ?? checkStore(config.dataFolder)
  if (faults.length === 0) {
    console.log(`The store in ${config.dataFolder} is whole.`)
    return 0
  }
  console.error(
    `The store in ${config.dataFolder} is damaged:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  )
  console.error(
    'Keep the backups that you have, and restore one into another folder (rollcall restore FILE).',
  )
  return 1
}
