// The service as a commit of before has it, or as one to come may, run from its own sources with the packages of today.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Whether this copy of the repository has the commit. */
export function hasCommit(commit: string): boolean {
  return spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root }).status === 0
}

export interface Tree {
  /** For `startProcess`. */
  readonly command: string
  remove(): void
}

export function checkOut(commit: string): Tree {
  const tree = mkdtempSync(join(tmpdir(), 'rollcall-earlier-'))
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 1 << 28 })
  execFileSync('tar', ['-x', '-C', tree], { input: archive })
  return runnable(tree)
}

/** This version with one more migration, whose text this is. */
export function makeLater(migration: string): Tree {
  const tree = mkdtempSync(join(tmpdir(), 'rollcall-later-'))
  const isSource = (path: string): boolean => !/\/(?:node_modules|dist|\.cache)(?:\/|$)/.test(path)
  cpSync(join(root, 'packages'), join(tree, 'packages'), { recursive: true, filter: isSource })
  const folder = join(tree, 'packages/server/src/store/migrations')
  writeFileSync(join(folder, 'later.ts'), migration)
  const index = readFileSync(join(folder, 'index.ts'), 'utf8')
  const list = index.replace(/\n\]\n/, '\n  later,\n]\n')
  writeFileSync(join(folder, 'index.ts'), `import { later } from './later.ts'\n${list}`)
  return runnable(tree)
}

function runnable(tree: string): Tree {
  mkdirSync(join(tree, 'node_modules/@rollcall'), { recursive: true })
  for (const name of readdirSync(join(root, 'node_modules')))
    if (!name.startsWith('.') && name !== '@rollcall' && name !== 'rollcall')
      symlinkSync(join(root, 'node_modules', name), join(tree, 'node_modules', name))
  for (const name of readdirSync(join(tree, 'packages')))
    symlinkSync(join(tree, 'packages', name), join(tree, 'node_modules/@rollcall', name))
  return {
    command: join(tree, 'packages/cli/src/main.ts'),
    remove: () => rmSync(tree, { recursive: true, force: true }),
  }
}
