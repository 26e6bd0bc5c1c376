// `rollcall backup FILE [--with-secret-key]`: a consistent copy, through the control socket while the service runs, else from the file.
import { createWriteStream, existsSync, writeFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { assertOpensCopy, backupStore, createPrivateFile, readConfig, readSecretKeys } from '@rollcall/server'
import { Agent, request } from 'undici'
import { readWords, UsageError } from '../arguments.ts'
import { controlSocketPath } from '../reach.ts'

export async function backup(args: readonly string[]): Promise<number> {
  const { words, options } = readWords(args, { 'with-secret-key': 'switch' }, 1, 1)
  const file = words[0] as string
  const keyFile = `${file}.key`
  const isWithKey = options['with-secret-key'] === true
  const taken = [file, ...(isWithKey ? [keyFile] : [])].find((one) => existsSync(one))
  if (taken !== undefined)
    throw new UsageError(`${taken} exists already; a backup is never written over another`)
  const config = readConfig(process.env)
  if (config.databaseUrl !== undefined)
    throw new UsageError('the store is PostgreSQL (DATABASE_URL): use pg_dump')
  // Before anything is written: without the key there would be half of what was asked for.
  const before = isWithKey ? readSecretKeys(config) : []
  const partial = `${file}.partial`
  // Left by one that was killed.
  await rm(partial, { force: true })
  try {
    const isServing =
      existsSync(controlSocketPath()) && (await copyThroughSocket(controlSocketPath(), partial))
    if (!isServing) await backupStore(config.dataFolder, partial)
    if (isWithKey) {
      // The key may have been rotated while the copy was made: what was sealed at either end is in it.
      const keys = [...new Set([...readSecretKeys(config), ...before])]
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

/** False when nobody listens there any more. */
async function copyThroughSocket(socketPath: string, file: string): Promise<boolean> {
  const dispatcher = new Agent({ connect: { socketPath }, headersTimeout: 600_000, bodyTimeout: 600_000 })
  try {
    const { statusCode, body } = await request('http://localhost/control/backup', { dispatcher })
    if (statusCode !== 200) throw new UsageError(`the service answered ${statusCode}: ${await body.text()}`)
    createPrivateFile(file)
    await pipeline(body, createWriteStream(file, { flags: 'r+' }))
    return true
  } catch (error) {
    if (['ECONNREFUSED', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  } finally {
    await dispatcher.close()
  }
}
