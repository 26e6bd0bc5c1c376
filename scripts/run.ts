// Runs a program of the machine for a script; what it says is shown when it fails.
import { spawnSync } from 'node:child_process'

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Its output goes to the terminal while it runs. */
  readonly isShown?: boolean
}

/** What the program printed; throws with all of it when it ends with another code than 0. */
export function run(command: string, words: readonly string[], options: RunOptions = {}): string {
  const { cwd, env, isShown = false } = options
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...process.env, ...env } }),
    encoding: 'utf8',
    maxBuffer: 100_000_000,
    stdio: ['ignore', isShown ? 'inherit' : 'pipe', isShown ? 'inherit' : 'pipe'],
  })
  if (status !== 0)
    throw new Error(
      `${command} ${words.join(' ')} ended with ${status}: ${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`,
    )
  return stdout ?? ''
}
