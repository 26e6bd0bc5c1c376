// The products of examples/hand-off: what each needs of the machine, how its libraries are brought, and how it is started.
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const samples = join(root, 'examples/hand-off')
const cache = join(root, 'node_modules/.cache/rollcall-hand-off')

export interface Language {
  readonly name: string
  /** The folder in examples/hand-off, and the page in docs/hand-off. */
  readonly folder: string
  /** From the folder. */
  readonly file: string
  readonly fence: string
  /** Prints the version of what runs it; undefined where the sample was never run. */
  readonly version?: readonly string[]
  /** Brings the libraries, by the language's own client of its registry. */
  readonly install: readonly (readonly string[])[]
  readonly start: (port: number) => readonly string[]
}

const place = (folder: string): string => join(samples, folder)

export const languages: readonly Language[] = [
  {
    name: 'TypeScript',
    folder: 'typescript',
    file: 'product.ts',
    fence: 'ts',
    version: [process.execPath, '--version'],
    install: [],
    start: () => [process.execPath, '--conditions=source', join(place('typescript'), 'product.ts')],
  },
  {
    name: 'Python',
    folder: 'python',
    file: 'product.py',
    fence: 'python',
    version: ['python3', '--version'],
    install: [
      ['python3', '-m', 'venv', join(cache, 'python')],
      [join(cache, 'python/bin/pip'), 'install', '--quiet', '-r', join(place('python'), 'requirements.txt')],
    ],
    start: (port) => [
      join(cache, 'python/bin/flask'),
      '--app',
      join(place('python'), 'product.py'),
      'run',
      '--port',
      String(port),
    ],
  },
  {
    name: 'Go',
    folder: 'go',
    file: 'main.go',
    fence: 'go',
    version: ['go', 'version'],
    install: [['go', 'build', '-C', place('go'), '-o', join(cache, 'go/product'), '.']],
    start: () => [join(cache, 'go/product')],
  },
  {
    name: 'Java',
    folder: 'java',
    file: 'src/main/java/Product.java',
    fence: 'java',
    version: ['javac', '--version'],
    install: [['mvn', '-q', '-f', join(place('java'), 'pom.xml'), `-Dout=${join(cache, 'java')}`, 'package']],
    start: () => ['java', '-cp', `${join(cache, 'java/classes')}:${join(cache, 'java/lib/*')}`, 'Product'],
  },
  {
    name: 'Ruby',
    folder: 'ruby',
    file: 'product.rb',
    fence: 'ruby',
    version: ['ruby', '-r', 'openid_connect', '-r', 'sinatra/base', '-e', 'puts RUBY_VERSION'],
    install: [],
    start: () => ['ruby', join(place('ruby'), 'product.rb')],
  },
  {
    name: 'PHP',
    folder: 'php',
    file: 'product.php',
    fence: 'php',
    version: ['php', '-r', 'echo function_exists("curl_init") ? PHP_VERSION : "";'],
    install: [],
    start: (port) => ['php', '-S', `127.0.0.1:${port}`, join(place('php'), 'product.php')],
  },
  {
    name: '.NET',
    folder: 'dotnet',
    file: 'Program.cs',
    fence: 'csharp',
    install: [],
    start: () => [],
  },
]

/** Of what runs the sample here; undefined where it is not there. */
export function readVersion({ version }: Language): string | undefined {
  const [command, ...words] = version ?? []
  if (command === undefined) return undefined
  const { status, stdout } = spawnSync(command, words, { encoding: 'utf8', timeout: 60_000 })
  return status === 0 ? (/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? undefined) : undefined
}

/** Ends with an error, and what was printed, where a command did. */
export function install({ install: commands }: Language): void {
  for (const [command = '', ...words] of commands) {
    const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', timeout: 480_000 })
    if (status !== 0) throw new Error(`${command} ${words.join(' ')}\n${stdout}${stderr}`.slice(0, 4_000))
  }
}
