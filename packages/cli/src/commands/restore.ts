// `rollcall restore FILE`: puts a copy into an empty data folder, with the secret key where it was backed up beside it.
import { existsSync, readFileSync } from 'node:fs'
import { isKeyToRestore, readConfig, restoreSecretKey, restoreStore } from '@rollcall/server/offline'
import { readWords, UsageError } from '../arguments.ts'

const after = `Everybody is signed out, and set-up links, invitations and operator links have ended: make and send them again.
What else ended after the copy was made is back. Look at it before you serve others:
  API keys and OAuth clients that were revoked since work again: revoke them once more.
  People who were deactivated or blocked since may sign in: have each directory send everything again, and block by hand.
  Roles, connections and anchors are those of the copy.`

export async function restore(args: readonly string[]): Promise<number> {
  const file = readWords(args, {}, 1, 1).words[0] as string
  const config = readConfig(process.env)
  if (config.databaseUrl !== undefined)
    throw new UsageError('the store is PostgreSQL (DATABASE_URL): use pg_restore')
  const keyFile = `${file}.key`
  const key = existsSync(keyFile) ? readFileSync(keyFile, 'utf8') : undefined
  const isKeyWanted = key !== undefined && isKeyToRestore(config, key)
  restoreStore(file, config.dataFolder, Date.now())
  if (key !== undefined && isKeyWanted) restoreSecretKey(config, key)
  console.log(`Restored ${file} into ${config.dataFolder}.\n${after}`)
  return 0
}
