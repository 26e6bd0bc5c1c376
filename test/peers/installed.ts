// What is on this machine, and where what `npm run peers:install` brings is kept: outside git, one folder a peer, with the hash of the
// lock files that it was made from. Another version of those makes it be installed anew.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Need } from './peer.ts'

export const cache = resolve(
  process.env.ROLLCALL_PEERS ?? join(import.meta.dirname, '../../node_modules/.cache/rollcall-peers'),
)

const renderInstall = (debianPackages: string): string =>
  `apt-get install --no-install-recommends ${debianPackages}`

/** A command of a Debian package. */
export function command(
  name: string,
  words: readonly string[],
  debianPackages: string,
  {
    called = name,
    ...version
  }: {
    readonly called?: string
    /** The version that is the least, how it shows, and where it is to be had elsewhere. */
    readonly least?: string
    readonly pattern?: RegExp
    readonly from?: string
  } = {},
): Need {
  let found: boolean | undefined
  return {
    name: version.least === undefined ? called : `${called} ${version.least} or newer`,
    get: `${renderInstall(debianPackages)}${version.from === undefined ? '' : `, or where that is older ${version.from}`}`,
    isThere() {
      found ??= tryOut(name, words, version.pattern ?? /^/)
      return found
    },
  }
}

function tryOut(name: string, words: readonly string[], pattern: RegExp): boolean {
  const { status, stdout, stderr } = spawnSync(name, words, { encoding: 'utf8', timeout: 60_000 })
  return status === 0 && pattern.test(`${stdout}${stderr}`)
}

/** A file of a Debian package. */
export function file(name: string, path: string, debianPackages: string): Need {
  return {
    name,
    get: renderInstall(debianPackages),
    isThere: () => existsSync(path),
  }
}

/** Of the folder of this name beside this file: what was installed from it. */
export function placeOf(name: string): string {
  return join(cache, name)
}

/** Run from where they are, not from the cache. */
const isScript = /\.(py|mjs|php|psgi)$/

function hashOf(name: string): string {
  const folder = join(import.meta.dirname, name)
  const hash = createHash('sha256')
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  ))
    if (entry.isFile() && !isScript.test(entry.name))
      hash.update(`${entry.name}\n`).update(readFileSync(join(entry.parentPath, entry.name)))
  return hash.digest('hex')
}

export function markInstalled(name: string): void {
  writeFileSync(join(placeOf(name), 'stamp'), hashOf(name))
}

export function isInstalled(name: string): boolean {
  const stamp = join(placeOf(name), 'stamp')
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(name)
}

/** What `npm run peers:install` puts into the cache. */
export function installed(name: string, what: string): Need {
  return { name: what, get: `npm run peers:install -- ${name}`, isThere: () => isInstalled(name) }
}
