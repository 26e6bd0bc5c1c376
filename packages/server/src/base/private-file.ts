// Files that nobody else on the machine may read: made so, not changed to it afterwards, whatever the umask says.

import { closeSync, existsSync, fchmodSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from './unknown.ts'

const bytesAtOnce = 1_048_576

/** Makes an empty file; throws EEXIST where there is something of that name already. */
export function createPrivateFile(path: string): void {
  closeSync(openPrivately(path))
}

/** The bytes of a file in a new one. */
export function copyPrivately(from: string, to: string): void {
  const source = openSync(from, 'r')
  try {
    const target = openPrivately(to)
    try {
      const part = Buffer.allocUnsafe(bytesAtOnce)
      for (let size = readSync(source, part); size > 0; size = readSync(source, part))
        writeWhole(target, part.subarray(0, size))
    } finally {
      closeSync(target)
    }
  } finally {
    closeSync(source)
  }
}

// Never wider than this for a moment; a umask that takes even the owner's bits away is undone.
function openPrivately(path: string): number {
  const file = openSync(path, 'wx', 0o600)
  fchmodSync(file, 0o600)
  return file
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}

/** Makes a folder and those above it, of this user alone; throws what the system says, with the path. */
export function makePrivateFolder(path: string): void {
  if (existsSync(path)) return
  const above = dirname(path)
  // Step by step: asked for the whole path at once, Node goes on for ever where a folder can be made in none of them.
  if (above !== path) makePrivateFolder(above)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}
