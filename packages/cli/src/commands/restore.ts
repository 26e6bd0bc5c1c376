// `rollcall restore FILE`: puts a copy into an empty data folder, with the secret key where it was backed up beside it.
import { existsSync, readFileSync } from 'node:fs'
import { isKeyToRestore, readConfig, restoreSecretKey, restoreStore } from '@rollcall/server/offline'
import { readWords, UsageError } from '../arguments.ts'

export async function restore(args: readonly string[]): Promise<number> {
  const file = readWords(args, {}, 1, 1).words[0] as string
  const config = readConfig(process.env)
  if (config.databaseUrl !== undefined)
    throw new UsageError('the store is PostgreSQL (DATABASE_URL): use pg_restore')
  const keyFile = `${file}.key`
  const key = existsSync(keyFile) ? readFileSync(keyFile, 'utf8') : undefined
  const isKeyWanted = key !== undefined && isKeyToRestore(config, key)
  restoreStore(file, config.dataFolder)
  if (key !== undefined && isKeyWanted) restoreSecretKey(config, key)
  console.log(`Restored ${file} into ${config.dataFolder}.`)
  return 0
}
