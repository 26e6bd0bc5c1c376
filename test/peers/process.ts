// A peer as a process of its own: ended by its own id, with all that it started, and by this one's end at the latest.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface PeerProcess {
  /** The last of what it printed. */
  output(): string
  stop(): Promise<void>
}

const started = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of started) endGroup(child, 'SIGKILL')
})

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // It has gone already.
  }
}

interface StartOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

function begin(words: readonly string[], { cwd, env }: StartOptions, stdin: 'ignore' | 'pipe'): ChildProcess {
  const [name = '', ...rest] = words
  const clean = Object.entries(process.env).filter(
    ([key]) => !/^(ROLLCALL_|DATABASE_URL$|NODE_OPTIONS$)/.test(key),
  )
  const child = spawn(name, rest, {
    cwd,
    env: { ...Object.fromEntries(clean), ...env },
    stdio: [stdin, 'pipe', 'pipe'],
    detached: true,
  })
  started.add(child)
  child.once('exit', () => started.delete(child))
  return child
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((done) => child.once('exit', () => done()))
  endGroup(child, 'SIGTERM')
  const late = setTimeout(() => endGroup(child, 'SIGKILL'), 10_000)
  await gone
  clearTimeout(late)
  // What it started is of its group.
  endGroup(child, 'SIGKILL')
}

/** Starts a server and waits until `readyUrl` answers with 2xx, or with a redirect, which is not followed where it `mayRedirect`. */
export async function startServer(
  words: readonly string[],
  readyUrl: string,
  options: StartOptions & { readonly seconds?: number; readonly mayRedirect?: true } = {},
): Promise<PeerProcess> {
  const child = begin(words, options, 'ignore')
  let said = ''
  let failure: Error | undefined
  child.once('error', (error) => {
    failure = error
  })
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => {
      said = `${said}${part}`.slice(-20_000)
    })
  const until = Date.now() + (options.seconds ?? 180) * 1_000
  for (;;) {
    const redirect = options.mayRedirect ? 'manual' : 'follow'
    const isUp = await fetch(readyUrl, { redirect, signal: AbortSignal.timeout(5_000) }).then(
      ({ ok, status }) => ok || (options.mayRedirect === true && status < 400),
      () => false,
    )
    if (isUp) break
    if (failure !== undefined || child.exitCode !== null || Date.now() > until) {
      await stopChild(child)
      throw new Error(
        `${words[0]} did not start: ${failure?.message ?? ''}\n${said.slice(0, 2_000)}\n…\n${said.slice(-500)}`,
      )
    }
    await new Promise((done) => setTimeout(done, 100))
  }
  return { output: () => said, stop: () => stopChild(child) }
}

export interface Driver extends PeerProcess {
  /** One line of JSON to it, one from it. */
  ask(command: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>
}

/** A program that is told what to do by lines of JSON, and answers each with one. */
export function startDriver(words: readonly string[], options: StartOptions = {}): Driver {
  const child = begin(words, options, 'pipe')
  let said = ''
  child.stderr?.on('data', (part: Buffer) => {
    said = `${said}${part}`.slice(-20_000)
  })
  child.once('error', (error) => {
    said += error.message
  })
  child.stdin?.on('error', () => undefined)
  if (child.stdout === null) throw new Error('it has no output')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    output: () => said,
    stop: () => stopChild(child),
    async ask(command) {
      child.stdin?.write(`${JSON.stringify(command)}\n`)
      const line = await within(
        90,
        lines.next(),
        () => `${words[0]} did not answer ${JSON.stringify(command)}: ${said}`,
      )
      if (line.done === true) throw new Error(`${words[0]} ended: ${said}`)
      const answer = JSON.parse(line.value) as Record<string, unknown>
      if (typeof answer.failure === 'string') throw new Error(`${JSON.stringify(command)}: ${answer.failure}`)
      return answer
    },
  }
}

/** What takes longer than so many seconds has failed. */
export async function within<T>(seconds: number, work: Promise<T>, say: () => string): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(say())), seconds * 1_000)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
