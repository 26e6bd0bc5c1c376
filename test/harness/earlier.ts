// The service as a commit of before has it, run from its own sources with the packages of today.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Whether this copy of the repository has the commit. */
export function hasCommit(commit: string): boolean {
  return spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: root }).status === 0
}

export interface EarlierTree {
  /** For `startProcess`. */
  readonly command: string
  remove(): void
}

export function checkOut(commit: string): EarlierTree {
  const tree = mkdtempSync(join(tmpdir(), 'rollcall-earlier-'))
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 1 << 28 })
  execFileSync('tar', ['-x', '-C', tree], { input: archive })
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
