// The machine: which Node runs, and whether the disk of the data folder has room.
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, embeddedFileName } from '@rollcall/server/looks'
import { type Finding, fail, ok, warn } from './finding.ts'

const oldestMajor = 24
const [fewBytes, tooFewBytes] = [2 ** 30, 64 * 2 ** 20]
const fewParts = 0.05

/** `version` as `process.version` says it. */
export function checkNode(version: string): Finding {
  const major = Number.parseInt(version.slice(1), 10)
  return major >= oldestMajor
    ? ok('node', version)
    : fail(
        'node',
        `${version} is too old`,
        `Node.js ${oldestMajor} or newer is needed; npm ci installs the right one beside the service`,
      )
}

const toSize = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GB` : `${Math.round(bytes / 2 ** 20)} MB`

/** Room, rights and who else may look into the data folder. `needed` is the least that counts as enough, in bytes. */
export function checkDisk(
  { dataFolder, databaseUrl }: Config,
  needed: readonly [number, number] = [fewBytes, tooFewBytes],
): Finding {
  const folder = existsSync(dataFolder) ? dataFolder : dirname(dataFolder)
  const move = 'Make room, or name another data folder with ROLLCALL_DATA and move what is in it'
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize, blocks } = statfsSync(folder)
    const free = bavail * bsize
    const told = `${toSize(free)} of ${toSize(blocks * bsize)} are free under ${dataFolder}`
    if (free < needed[1]) return fail('disk', told, move)
    if (free < needed[0] || bavail < blocks * fewParts) return warn('disk', told, move)
    const file = join(dataFolder, embeddedFileName)
    const isOpen = databaseUrl === undefined && existsSync(file) && (statSync(file).mode & 0o077) !== 0
    return isOpen
      ? warn('disk', `${file} can be read by other users of this machine`, `chmod 600 ${file}`)
      : ok('disk', told)
  } catch (error) {
    return fail(
      'disk',
      `${folder} cannot be used: ${(error as Error).message}`,
      'Give the user of the service the right to write there, or name another folder with ROLLCALL_DATA',
    )
  }
}
