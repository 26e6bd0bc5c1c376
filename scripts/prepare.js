// What npm runs after `npm ci` and `npm install`, on whatever Node the machine has (20 or newer): it links the pinned Node,
// keeps the lockfile free of what others say about Node, and builds where the compiler is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

linkPinnedNode()
trimLockfile()
process.exitCode = build()

/** Links the pinned Node as `node_modules/.bin/node`, where npm scripts find it first. npm 11 does so by itself; npm 10
 * takes the link away again with the sibling packages of other platforms, whose command has the same name. */
function linkPinnedNode() {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
  const pinned = join(root, 'node_modules', `${prefix}-${process.platform}-${process.arch}`, 'bin/node')
  const link = join(root, 'node_modules/.bin/node')
  // Windows has no such links, and npm's own shims there.
  if (process.platform === 'win32' || !existsSync(pinned) || existsSync(link)) return
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link)
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(relative(dirname(link), pinned), link)
}

/** npm compares `engines` in the lockfile with the Node that runs npm, and warns of each that wants a newer one. Nothing here
 * runs on that Node: all scripts run on the pinned one. What a package wants stands in its own package.json. */
function trimLockfile() {
  const file = join(root, 'package-lock.json')
  const lock = JSON.parse(readFileSync(file, 'utf8'))
  const places = Object.keys(lock.packages).filter((place) => place !== '' && lock.packages[place].engines)
  if (places.length === 0) return
  for (const place of places) delete lock.packages[place].engines
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
}

/** Returns the exit code. `npm ci --omit=dev` installs no compiler: what was built before is kept. */
function build() {
  if (!existsSync(join(root, 'node_modules/typescript'))) {
    if (!existsSync(join(root, 'packages/cli/dist/main.js')))
      console.log('Installed and not built, since what builds is a development dependency. "npm ci" builds.')
    return 0
  }
  const { status } = spawnSync('npm run build', { cwd: root, shell: true, stdio: 'inherit' })
  return status ?? 1
}
