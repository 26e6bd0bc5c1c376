// What a data folder says of the store in it: whether one was here, and whether the files that are open are still those at their paths.

import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder } from '../base/private-file.ts'
import { messageOf } from '../base/unknown.ts'
import { StoreRefusal } from './errors.ts'

/** The store's file inside the data folder. */
export const embeddedFileName = 'rollcall.db'
/** Says that there was a store here once the key is kept elsewhere and nothing else is left. */
const markerName = 'rollcall.store'
const markerText =
  'Rollcall keeps its store beside this file, in rollcall.db. Where that file is missing, Rollcall begins no empty one.\n'
/** Beside a store, and no harm to one that is put back. */
const companions = ['secret.key', markerName]
const socketName = 'rollcall.sock'
const looksPrefix = 'look-'
/** Also of earlier versions, which copied a backup here first. */
const leftovers = /^(?:look|backup)-[A-Za-z0-9]{6}$/
const spareBytes = 67_108_864

/** Throws StoreRefusal where a store was, and is not: an empty one in its place would hide that. */
export function assertNoTraces(folder: string): void {
  if (existsSync(join(folder, embeddedFileName))) return
  const traces = [...companions, `${embeddedFileName}-wal`].filter((name) => existsSync(join(folder, name)))
  if (traces.length === 0) return
  throw new StoreRefusal(
    `There is no ${embeddedFileName} in ${folder}, but there was one: ${traces.join(', ')} ${traces.length === 1 ? 'is' : 'are'} left of it. Put it back, or a backup in its place (rollcall restore FILE). To begin an empty store, move what is left elsewhere`,
  )
}

/** Throws StoreRefusal where something stands in a folder that a restored store must not meet. */
export function assertRestorable(folder: string): void {
  const harmless = [...companions, socketName]
  if (existsSync(folder) && readdirSync(folder).some((name) => !harmless.includes(name)))
    throw new StoreRefusal(`${folder} is not empty: a restore never writes over a store`)
}

/** Throws StoreRefusal where there is no such folder and none can be made. */
export function openFolder(folder: string): void {
  try {
    makePrivateFolder(folder)
  } catch (cause) {
    throw new StoreRefusal(
      `The data folder ${folder} cannot be made (${messageOf(cause)}). Name another one in ROLLCALL_DATA`,
      cause,
    )
  }
}

/** Where the disk is full there is none: it matters once the store is gone. */
export function markFolder(folder: string): void {
  const marker = join(folder, markerName)
  try {
    if (!existsSync(marker)) writeFileSync(marker, markerText, { mode: 0o600 })
  } catch {
    // As said.
  }
}

/** Copies that a process which was killed had begun. */
export function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder))
    if (leftovers.test(name)) rmSync(join(folder, name), { recursive: true, force: true })
}

/** A folder for a copy that is only looked at; undefined where the disk has no room for it. */
export function makeLookFolder(folder: string): string | undefined {
  const { bavail, bsize } = statfsSync(folder)
  const size = statSync(join(folder, embeddedFileName)).size
  if (bavail * bsize < size + spareBytes) return undefined
  return mkdtempSync(join(folder, looksPrefix))
}

/** Whether the files that were opened are still the ones at their paths. */
export function watchFiles(folder: string): () => boolean {
  const file = join(folder, embeddedFileName)
  const opened = identify(file)
  // SQLite makes it at the first write and keeps it while it is open.
  let wal: string | undefined
  return () => {
    if (identify(file) !== opened) return false
    const now = identify(`${file}-wal`)
    wal ??= now
    return now === wal
  }
}

function identify(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? undefined : `${found.dev}:${found.ino}`
}
