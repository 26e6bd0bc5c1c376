// Builds the console, unless what it is made of is what it was made of last time: `npm test` builds right after `npm ci` has.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const stamp = join(root, 'packages/console/dist/made-of')
/** The lock file stands for every package that is built in. */
const inputs = [
  'package-lock.json',
  'packages/api/src',
  'packages/console/index.html',
  'packages/console/package.json',
  'packages/console/public',
  'packages/console/src',
  'packages/console/tsconfig.json',
  'packages/console/vite.config.ts',
  'tsconfig.base.json',
]

function listFiles(path) {
  if (!existsSync(join(root, path))) return []
  if (statSync(join(root, path)).isFile()) return [path]
  return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .filter((name) => statSync(join(root, name)).isFile())
    .sort()
}

const hash = createHash('sha256')
for (const file of inputs.flatMap(listFiles)) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
const madeOf = hash.digest('hex')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== madeOf) {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const { status } = spawnSync(process.execPath, [vite, 'build', 'packages/console', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status === 0) writeFileSync(stamp, madeOf)
  process.exitCode = status ?? 1
}
