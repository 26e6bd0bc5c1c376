// Copies of the embedded store: taken while nobody serves it, and put back into an empty folder.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { copyPrivately, createPrivateFile } from '../base/private-file.ts'
import { StoreRefusal } from './errors.ts'
import { migrations, refuseNewer } from './migrations/index.ts'
import { embeddedFileName } from './sqlite.ts'

/** `file` is new, and nobody else's to read. Throws StoreRefusal when there is no store in `folder`, or a process serves it. */
export async function backupStore(folder: string, file: string): Promise<void> {
  const source = join(folder, embeddedFileName)
  if (!existsSync(source)) throw new StoreRefusal(`There is no store in ${folder}`)
  const connection = new DatabaseSync(source)
  try {
    connection.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; COMMIT')
    createPrivateFile(file)
    await backup(connection, file)
  } catch (cause) {
    throw new StoreRefusal(`${source} cannot be copied: ${(cause as Error).message}`, cause)
  } finally {
    connection.close()
    removeCompanions(file)
  }
}

/** What SQLite puts beside a file while it writes it, where a copy was broken off. */
export function removeCompanions(file: string): void {
  for (const end of ['-wal', '-shm', '-journal']) rmSync(file + end, { force: true })
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
  copyPrivately(file, partial)
  renameSync(partial, target)
}

/** What stands in `setting` of a copy. */
export function readSettings(file: string): readonly { readonly name: string; readonly value: string }[] {
  return readCopy(
    file,
    (connection) =>
      connection.prepare('SELECT name, value FROM setting').all() as { name: string; value: string }[],
  )
}

function assertWhole(file: string): void {
  readCopy(file, (connection) => {
    const [check] = connection.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[]
    if (check?.integrity_check !== 'ok')
      throw new StoreRefusal(`${file} is damaged: ${check?.integrity_check}`)
    const newest = connection.prepare('SELECT max(number) AS number FROM migration').get() as {
      number: number
    }
    refuseNewer(newest.number, migrations.length)
  })
}

function readCopy<T>(file: string, read: (connection: DatabaseSync) => T): T {
  // Nobody writes it, so SQLite needs no files of its own beside it.
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  const connection = new DatabaseSync(url, { readOnly: true })
  try {
    return read(connection)
  } catch (cause) {
    throw cause instanceof StoreRefusal
      ? cause
      : new StoreRefusal(`${file} is no copy of a store: ${(cause as Error).message}`, cause)
  } finally {
    connection.close()
  }
}
