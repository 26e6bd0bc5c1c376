// Copies of the embedded store: taken while nobody serves it, and put back into an empty folder.

import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { copyPrivately } from '../base/private-file.ts'
import { memberOf, messageOf } from '../base/unknown.ts'
import { StoreRefusal } from './errors.ts'
import { migrations, refuseNewer } from './migrations/index.ts'
import { tablesThatAre } from './of-copies.ts'
import { assertRestorable, embeddedFileName, openFolder } from './sqlite-folder.ts'
import { listFaults, lookAt, openUntouched } from './sqlite-look.ts'

/** `file` is empty, and nobody else's to read; the copy is looked at. Throws StoreRefusal when there is no store in `folder`, or a process serves it. */
export async function backupStore(folder: string, file: string): Promise<void> {
  const source = join(folder, embeddedFileName)
  if (!existsSync(source)) throw new StoreRefusal(`There is no store in ${folder}`)
  const connection = new DatabaseSync(source)
  try {
    connection.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; COMMIT')
    await backup(connection, file)
  } catch (cause) {
    throw new StoreRefusal(`${source} cannot be copied: ${messageOf(cause)}`, cause)
  } finally {
    connection.close()
    removeCompanions(file)
  }
  const [fault] = lookAt(file, 'quick')
  if (fault !== undefined) throw new StoreRefusal(`${source} is damaged, and so would be its copy: ${fault}`)
}

/** What is wrong with the store in `folder`, which nobody serves. Throws StoreRefusal where there is none, or a process has it. */
export function checkStore(folder: string): readonly string[] {
  const file = join(folder, embeddedFileName)
  if (!existsSync(file)) throw new StoreRefusal(`There is no store in ${folder}`)
  let connection: DatabaseSync | undefined
  try {
    // Opened as the service opens it: what is in the write-ahead log is part of the store.
    connection = new DatabaseSync(file)
    connection.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; COMMIT')
    return listFaults(connection, 'whole')
  } catch (cause) {
    if ((Number(memberOf(cause, 'errcode') ?? 0) & 0xff) === 5)
      throw new StoreRefusal(`Another process has ${file}`, cause)
    return [messageOf(cause)]
  } finally {
    connection?.close()
  }
}

/** What SQLite puts beside a file while it writes it, where a copy was broken off. */
export function removeCompanions(file: string): void {
  for (const end of ['-wal', '-shm', '-journal']) rmSync(file + end, { force: true })
}

// A copy of an earlier version lacks some of the tables.
function endWhatLetsIn(file: string, at: number): void {
  const connection = new DatabaseSync(file)
  try {
    const tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    const names = new Set(tables.map(({ name }) => String(name)))
    connection.exec('BEGIN IMMEDIATE')
    for (const table of tablesThatAre('ended')) if (names.has(table)) connection.exec(`DELETE FROM ${table}`)
    for (const table of tablesThatAre('revoked'))
      if (names.has(table))
        connection.prepare(`UPDATE ${table} SET revoked_at = ? WHERE revoked_at IS NULL`).run(at)
    connection.exec('COMMIT')
  } finally {
    connection.close()
  }
  removeCompanions(file)
}

/**
 * Checks the copy whole before anything is written, and ends all sessions and links in what it restores; throws StoreRefusal when it is
 * damaged or the folder is not empty.
 */
export function restoreStore(file: string, folder: string, at: number): void {
  if (!existsSync(file)) throw new StoreRefusal(`There is no file ${file}`)
  assertWhole(file)
  assertRestorable(folder)
  openFolder(folder)
  const target = join(folder, embeddedFileName)
  const partial = `${target}.partial`
  copyPrivately(file, partial)
  endWhatLetsIn(partial, at)
  renameSync(partial, target)
}

/** What stands in `setting` of a copy. */
export function readSettings(file: string): readonly { readonly name: string; readonly value: string }[] {
  return readCopy(file, (connection) =>
    connection
      .prepare('SELECT name, value FROM setting')
      .all()
      .map(({ name, value }) => ({ name: String(name), value: String(value) })),
  )
}

function assertWhole(file: string): void {
  readCopy(file, (connection) => {
    const [fault] = listFaults(connection, 'whole')
    if (fault !== undefined) throw new StoreRefusal(`${file} is damaged: ${fault}`)
    const newest = connection.prepare('SELECT max(number) AS number FROM migration').get()
    refuseNewer(Number(newest?.number), migrations.length)
  })
}

function readCopy<T>(file: string, read: (connection: DatabaseSync) => T): T {
  const connection = openUntouched(file)
  try {
    return read(connection)
  } catch (cause) {
    throw cause instanceof StoreRefusal
      ? cause
      : new StoreRefusal(`${file} is no copy of a store: ${messageOf(cause)}`, cause)
  } finally {
    connection.close()
  }
}
