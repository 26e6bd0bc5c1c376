// `rollcall restore FILE`: puts a copy into an empty data folder, with the secret key where it was backed up beside it.
import { existsSync, readFileSync } from 'node:fs'
import { readConfig, restoreSecretKey, restoreStore } from '@rollcall/server'
import { readWords, UsageError } from '../arguments.ts'

export async function restore(args: readonly string[]): Promise<number> {
  const file = readWords(args, {}, 1, 1).words[0] as string
  const config = readConfig(process.env)
  if (config.databaseUrl !== undefined)
    throw new UsageError('the store is PostgreSQL (DATABASE_URL): use pg_restore')
  restoreStore(file, config.dataFolder)
  const keyFile = `${file}.key`
  if (existsSync(keyFile)) restoreSecretKey(config, readFileSync(keyFile, 'utf8'))
  console.log(`Restored ${file} into ${config.dataFolder}.`)
  return 0
}
