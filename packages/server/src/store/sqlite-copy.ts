// Copies of the embedded store: taken while nobody serves it, and put back into an empty folder.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { StoreRefusal } from './errors.ts'
import { refuseNewer } from './migrations/index.ts'
import { embeddedFileName } from './sqlite.ts'

/** Throws StoreRefusal when there is no store in `folder`, or a process serves it. */
export async function backupStore(folder: string, file: string): Promise<void> {
  const source = join(folder, embeddedFileName)
  if (!existsSync(source)) throw new StoreRefusal(`There is no store in ${folder}`)
  const connection = new DatabaseSync(source)
  try {
    connection.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; COMMIT')
    await backup(connection, file)
  } catch (cause) {
    throw new StoreRefusal(`${source} cannot be copied: ${(cause as Error).message}`, cause)
  } finally {
    connection.close()
  }
}

/** Checks the copy whole before anything is written; throws StoreRefusal when it is damaged or the folder is not empty. */
export function restoreStore(file: string, folder: string): void {
  if (!existsSync(file)) throw new StoreRefusal(`There is no file ${file}`)
  assertWhole(file)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (readdirSync(folder).length > 0)
    throw new StoreRefusal(`${folder} is not empty: a restore never writes over a store`)
  const target = join(folder, embeddedFileName)
  const partial = `${target}.partial`
  copyFileSync(file, partial)
  chmodSync(partial, 0o600)
  renameSync(partial, target)
}

function assertWhole(file: string): void {
  const connection = new DatabaseSync(file, { readOnly: true })
  try {
    const [check] = connection.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[]
    if (check?.integrity_check !== 'ok')
      throw new StoreRefusal(`${file} is damaged: ${check?.integrity_check}`)
    const newest = connection.prepare('SELECT max(number) AS number FROM migration').get() as {
      number: number
    }
    refuseNewer(newest.number)
  } catch (cause) {
    throw cause instanceof StoreRefusal
      ? cause
      : new StoreRefusal(`${file} is no copy of a store: ${(cause as Error).message}`, cause)
  } finally {
    connection.close()
  }
}
