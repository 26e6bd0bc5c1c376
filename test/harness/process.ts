// The service as a process of its own, for tests that kill it, stop it or run two of them.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Client, createClient } from '@rollcall/api'
import { freePort } from './ports.ts'

export const operatorKey = 'operator-key-for-tests-0123456789abcdef'
export const secretKey = 'secret-key-for-tests-0123456789abcdefghij'

export interface ServiceProcess {
  readonly url: string
  readonly pid: number
  readonly admin: Client
  /** Everything printed so far. */
  output(): string
  isRunning(): boolean
  /** Resolves with the exit code, or null after a signal that it did not catch. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>
  readonly exited: Promise<number | null>
}

const sources = resolve(import.meta.dirname, '../../packages/cli/src/main.ts')
/** What a whole run has made of them lies in a folder of that run (test/postgres/setup.ts). */
const bundle = process.env.ROLLCALL_TEST_COMMAND
const command = bundle ?? sources

/** Each process reads our code anew: what Node made of it the first time is kept, as is what it made of packages. */
const compileCache =
  bundle === undefined
    ? resolve(import.meta.dirname, '../../node_modules/.cache/rollcall-test')
    : resolve(bundle, '../../compiled')

/** A test that ran out of time leaves none behind. */
const started = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of started) child.kill('SIGKILL')
})

/** Starts `rollcall <words>` with nothing of this process's own settings; from another tree, where `from` names its command. */
export function startCommand(
  words: readonly string[],
  environment: Record<string, string>,
  // The demo looks for its product by its own place.
  from = words[0] === 'demo' ? sources : command,
  input: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(ROLLCALL_|DATABASE_URL$|PORT$|HOST$|VITEST)/.test(name),
    ),
  )
  const child = spawn(process.execPath, ['--conditions=source', from, ...words], {
    env: { NODE_COMPILE_CACHE: compileCache, ...clean, ...environment } as NodeJS.ProcessEnv,
    stdio: [input, 'pipe', 'pipe'],
  })
  started.add(child)
  child.once('exit', () => started.delete(child))
  return child
}

export interface Outcome {
  readonly code: number | null
  readonly output: string
}

/** The words of a command, and its settings. */
export type Line = readonly [words: readonly string[], environment?: Record<string, string>]

/**
 * Runs short commands one after another in one process, which costs what one of them does. That a command ends by itself is not seen
 * here, so that each has a test with `runCommand` as well.
 */
export async function runCommands<const T extends readonly Line[]>(
  lines: T,
): Promise<{ [K in keyof T]: Outcome }> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-lines-'))
  try {
    const answers = join(folder, 'answers.json')
    const child = startCommand([answers], {}, join(import.meta.dirname, 'many-commands.ts'), 'pipe')
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (part: Buffer) => (output += part.toString()))
    child.stdin?.end(JSON.stringify({ command, lines }))
    const code = await new Promise<number | null>((done) => child.once('close', done))
    if (code !== 0) throw new Error(`the commands came to no end: ${code}\n${output}`)
    return JSON.parse(readFileSync(answers, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a command to its end. */
export async function runCommand(
  words: readonly string[],
  environment: Record<string, string>,
): Promise<Outcome> {
  const child = startCommand(words, environment)
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => (output += part.toString()))
  const code = await new Promise<number | null>((done) => child.once('close', done))
  return { code, output }
}

/** Serves on a free loopback port; resolves when it answers, throws with what it printed when it does not. */
export async function startProcess(
  environment: Record<string, string>,
  from?: string,
): Promise<ServiceProcess> {
  const port = Number(environment.PORT ?? (await freePort()))
  const url = `http://127.0.0.1:${port}`
  const child = startCommand(
    ['serve'],
    {
      PORT: String(port),
      ROLLCALL_OPERATOR_KEY: operatorKey,
      ROLLCALL_SCIM_RATE: '1000000',
      ROLLCALL_LOG_LEVEL: 'warn',
      ROLLCALL_SECRET_KEY: secretKey,
      // An earlier version refuses the names of settings that it does not know.
      ...(from === undefined ? { ROLLCALL_ANONYMOUS_RATE: '1000000', ROLLCALL_DRAIN: '0' } : {}),
      ...environment,
    },
    from,
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => (output += part.toString()))
  const exited = new Promise<number | null>((done) => child.once('exit', done))
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  await untilAlive(`${url}/readyz`, isRunning, () => output)
  return {
    url,
    pid: child.pid as number,
    admin: createClient({ baseUrl: url, operatorKey, send: (request) => fetch(request) }),
    output: () => output,
    isRunning,
    exited,
    end(signal) {
      child.kill(signal)
      return exited
    },
  }
}

async function untilAlive(url: string, isRunning: () => boolean, output: () => string): Promise<void> {
  // Longer than a test takes: a machine with other work starts it late, and what ends by itself is noticed at once.
  const until = Date.now() + 120_000
  while (Date.now() < until && isRunning()) {
    const isAlive = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (isAlive) return
    await new Promise((done) => setTimeout(done, 25))
  }
  throw new Error(`the service did not start:\n${output()}`)
}

/** An organization in SCIM mode with one key, made through the management API. */
export async function createDirectoryAt(admin: Client, slug: string): Promise<string> {
  await admin.call('createOrganization', { body: { name: 'Acme', slug, requireSso: false } })
  await admin.call('updateProvisioning', { params: { slug }, body: { mode: 'scim' } })
  const { token } = await admin.call('createKey', { params: { slug }, body: { name: 'test' } })
  return token
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a server answered is looked at freely in tests
  readonly body: any
}

/** One SCIM call; a connection that breaks is thrown. */
export async function callScim(
  url: string,
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }
  const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const response = await fetch(`${url}/scim/v2${path}`, { ...init, signal: AbortSignal.timeout(60_000) })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  }
}
