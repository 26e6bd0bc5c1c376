// `rollcall backup FILE [--with-secret-key]`: a consistent copy that was looked at: by the running service where there is one, else
// from the file.
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { backupStore, createPrivateFile, readConfig, readSecretKeys } from '@rollcall/server/offline'
import { readWords, UsageError } from '../arguments.ts'
import { askControl, controlSocketPath } from '../reach.ts'

export async function backup(args: readonly string[]): Promise<number> {
  const { words, options } = readWords(args, { 'with-secret-key': 'switch' }, 1, 1)
  const file = words[0] as string
  const keyFile = `${file}.key`
  const isWithKey = options['with-secret-key'] === true
  const taken = [file, ...(isWithKey ? [keyFile] : [])].find((one) => existsSync(one))
  if (taken !== undefined)
    throw new UsageError(`${taken} exists already; a backup is never written over another`)
  const config = readConfig(process.env, { opensSecrets: false })
  if (config.databaseUrl !== undefined)
    throw new UsageError('the store is PostgreSQL (DATABASE_URL): use pg_dump')
  // Before anything is written: without the key there would be half of what was asked for.
  const before = isWithKey ? readSecretKeys(config) : []
  const partial = `${file}.partial`
  // Left by one that was killed.
  await rm(partial, { force: true })
  try {
    createPrivateFile(partial)
    if (!(await copyByService(partial))) await backupStore(config.dataFolder, partial)
    if (isWithKey) {
      // The key may have been rotated while the copy was made: what was sealed at either end is in it.
      const keys = [...new Set([...readSecretKeys(config), ...before])]
      const { assertOpensCopy } = await import('@rollcall/server')
      assertOpensCopy(partial, keys)
      createPrivateFile(keyFile)
      writeFileSync(keyFile, `${keys.join(',')}\n`)
    }
    await rename(partial, file)
  } finally {
    await rm(partial, { force: true })
  }
  console.log(
    isWithKey ? `Wrote ${file} and ${keyFile}: whoever has both can read everything.` : `Wrote ${file}.`,
  )
  return 0
}

/** False when no service runs on the data folder. */
async function copyByService(partial: string): Promise<boolean> {
  if (!existsSync(controlSocketPath())) return false
  const { dev, ino } = statSync(partial, { bigint: true })
  const target = { file: resolve(partial), inode: `${dev}:${ino}` }
  return (await askControl('POST', '/control/backup', target)) !== undefined
}
