// The secret key where nobody set one: a file in the data folder, made at the first start. While a key is rotated it holds both,
// separated by a comma, the new one first, as the setting would.
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder } from '../base/private-file.ts'
import type { Config } from '../config.ts'
import { StoreRefusal } from '../store/errors.ts'

/** The file's name inside the data folder. */
export const secretKeyFile = 'secret.key'

type Place = Pick<Config, 'secretKeys' | 'dataFolder'>

/** Whether there is such a file. */
export function hasKeyFile({ dataFolder }: Place): boolean {
  return existsSync(join(dataFolder, secretKeyFile))
}

/** The keys as they are set, or those of the file, which is made where there is none. */
export function openSecrets(config: Place): readonly string[] {
  if (config.secretKeys.length > 0) return config.secretKeys
  const file = join(config.dataFolder, secretKeyFile)
  if (!existsSync(file)) {
    makePrivateFolder(config.dataFolder)
    // `wx`: of two that start at once, one makes it.
    writeFileSync(file, `${createSecretKey()}\n`, { mode: 0o600, flag: 'wx' })
  }
  chmodSync(file, 0o600)
  const keys = splitKeys(readFileSync(file, 'utf8'))
  if (keys.length === 0 || keys.some((key) => key.length < 32))
    throw new StoreRefusal(`${secretKeyFile} in the data folder is damaged: restore it from your backup`)
  return keys
}

/** 256 random bits as base64. */
export function createSecretKey(): string {
  return randomBytes(32).toString('base64')
}

/** Durable before it returns: nothing may be sealed with a key that a power cut takes away. */
export function writeKeyFile({ dataFolder }: Place, keys: readonly string[]): void {
  const file = join(dataFolder, secretKeyFile)
  const partial = `${file}.partial`
  rmSync(partial, { force: true })
  const handle = openSync(partial, 'wx', 0o600)
  try {
    writeFileSync(handle, `${keys.join(',')}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(partial, file)
  const folder = openSync(dataFolder, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** What a backup needs beside the copy of the store: the keys as they are set, or those in the data folder. */
export function readSecretKeys(config: Place): readonly string[] {
  if (config.secretKeys.length > 0) return config.secretKeys
  if (!hasKeyFile(config))
    throw new StoreRefusal(
      `There is no ${secretKeyFile} in ${config.dataFolder}, and ROLLCALL_SECRET_KEY is not set here: set it as it is set for the service`,
    )
  return splitKeys(readFileSync(join(config.dataFolder, secretKeyFile), 'utf8'))
}

/** Whether a key that was backed up is one that the folder lacks; throws StoreRefusal where another one is there. */
export function isKeyToRestore(config: Place, text: string): boolean {
  if (!hasKeyFile(config)) return true
  const there = splitKeys(readFileSync(join(config.dataFolder, secretKeyFile), 'utf8'))
  if (splitKeys(text).every((key) => there.includes(key))) return false
  throw new StoreRefusal(
    `${secretKeyFile} in ${config.dataFolder} is another key than the one beside the backup. Move it elsewhere first`,
  )
}

/** Puts a key that was backed up into a data folder that has none. */
export function restoreSecretKey({ dataFolder }: Place, text: string): void {
  writeFileSync(join(dataFolder, secretKeyFile), `${text.trim()}\n`, { mode: 0o600, flag: 'wx' })
}

function splitKeys(text: string): readonly string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
}
