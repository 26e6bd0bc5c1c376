// Links the pinned Node as `node_modules/.bin/node`, where npm scripts find it first. npm 11 does so by itself; npm 10 takes
// the link away again with the sibling packages of other platforms, whose command has the same name. Runs on Node 20.
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'
const pinned = join(root, 'node_modules', `${prefix}-${process.platform}-${process.arch}`, 'bin/node')
const link = join(root, 'node_modules/.bin/node')

// Windows has no such links, and npm's own shims there.
if (process.platform !== 'win32' && existsSync(pinned) && !existsSync(link)) {
  if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link)
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(relative(dirname(link), pinned), link)
}
