// The examples beside examples/product: what each needs of the machine, how it is installed in a folder of its own, and how it starts.
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
/** In no `node_modules`, whose files Next.js does not compile. */
const place = join(tmpdir(), `rollcall-examples-${process.pid}`)

/** A command with its words. */
type Command = readonly [string, ...string[]]

export interface Example {
  readonly name: string
  /** In `examples`. */
  readonly folder: string
  readonly needs: string
  /** Prints the version of what runs it. */
  readonly version: Command
  readonly install: readonly Command[]
  readonly start: (port: number) => Command
}

export const examples: readonly Example[] = [
  {
    name: 'Next.js',
    folder: 'nextjs',
    needs: 'Node.js 20.9 or newer, npm and its registry',
    version: ['node', '--version'],
    install: [
      ['npm', 'ci', '--no-audit', '--no-fund'],
      ['node_modules/.bin/next', 'build'],
    ],
    start: (port) => ['node_modules/.bin/next', 'start', '-H', '127.0.0.1', '-p', String(port)],
  },
  {
    name: 'Python',
    folder: 'python-flask',
    needs: 'Python 3.11 or newer with venv, and PyPI',
    version: ['python3', '--version'],
    install: [
      ['python3', '-m', 'venv', 'venv'],
      ['venv/bin/pip', 'install', '--quiet', '--require-hashes', '-r', 'requirements.txt'],
    ],
    start: (port) => ['venv/bin/flask', '--app', 'app.py', 'run', '--port', String(port)],
  },
  {
    name: 'Go',
    folder: 'go',
    needs: 'Go 1.26 or newer, and its module proxy',
    version: ['go', 'version'],
    install: [['go', 'build', '-o', 'product', '.']],
    start: () => ['./product'],
  },
]

/** Where an example lies once it is installed. */
export const placeOf = ({ folder }: Example): string => join(place, folder)

function run([command, ...words]: Command, cwd: string): string {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    ...{ cwd, env, encoding: 'utf8', timeout: 480_000 },
  })
  if (status === 0) return stdout
  throw new Error(
    `${command} ${words.join(' ')}: ${error?.message ?? ''}\n${stdout}${stderr}`.slice(0, 4_000),
  )
}

/** Of what runs it here; undefined where that is not there. */
export function readVersion({ version }: Example): string | undefined {
  try {
    return /\d+(?:\.\d+)+/.exec(run(version, root))?.[0]
  } catch {
    return undefined
  }
}

/** A copy of its folder, and its libraries by its lockfile. */
export function install(example: Example): void {
  cpSync(join(root, 'examples', example.folder), placeOf(example), { recursive: true })
  for (const command of example.install) run(command, placeOf(example))
}

/** All that was installed. */
export const removePlaces = (): void => rmSync(place, { recursive: true, force: true })
