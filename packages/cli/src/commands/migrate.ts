// `rollcall migrate`: brings the database to this version and ends.
import { migrateStore, readConfig } from '@rollcall/server'
import { readWords } from '../arguments.ts'
import { version } from '../version.ts'

export async function migrate(args: readonly string[]): Promise<number> {
  readWords(args, {}, 0, 0)
  await migrateStore(readConfig(process.env), process.stdout.isTTY === true)
  console.log(`The database is at version ${version}.`)
  return 0
}
