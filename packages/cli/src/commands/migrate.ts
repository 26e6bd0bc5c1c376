// `rollcall migrate`: brings the database to this version and ends.
import { migrateStore, readConfig } from '@rollcall/server'
import { readWords } from '../arguments.ts'
import { version } from '../version.ts'

export async function migrate(args: readonly string[]): Promise<number> {
  readWords(args, {}, 0, 0)
  const waitsFor = await migrateStore(
    readConfig(process.env, { opensSecrets: false }),
    process.stdout.isTTY === true,
  )
  console.log(`The database is at version ${version}.`)
  if (waitsFor.length > 0)
    console.log(
      `What only older versions use stays until they have ended, then run this again. It waits for:\n  ${waitsFor.join('\n  ')}`,
    )
  return 0
}
