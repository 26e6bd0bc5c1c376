// A process under measurement: started on a loopback port, measured from outside, ended by its id.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { Pool } from 'undici'

/** Linux counts CPU in ticks of 10 ms. */
const msPerTick = 10

export interface Target {
  readonly pool: Pool
  readonly url: string
  /** User and system CPU so far, in milliseconds. */
  cpuMs(): number
  /** Resident memory in MB. */
  residentMb(): number
  stop(): Promise<void>
}

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** `words` follow `node`; `{port}` in them is replaced. Resolves when `path` answers. */
export async function startTarget(
  words: readonly string[],
  environment: Record<string, string>,
  path: string,
): Promise<Target> {
  const port = await freePort()
  // Settings of this process, such as the size of a run, are not the service's.
  const foreign = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:ROLLCALL_|DATABASE_URL$)/.test(name)),
  )
  const child = spawn(
    process.execPath,
    words.map((word) => word.replace('{port}', String(port))),
    {
      env: { ...foreign, ...environment, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  children.add(child)
  const url = `http://127.0.0.1:${port}`
  await untilAnswering(`${url}${path}`, child)
  const pool = new Pool(url, { connections: 16, pipelining: 1 })
  return {
    pool,
    url,
    cpuMs: () => readCpuTicks(child.pid as number) * msPerTick,
    residentMb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1_024,
    async stop() {
      await pool.close()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      children.delete(child)
    },
  }
}

function readCpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11]) + Number(fields[12])
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 400 && child.exitCode === null; tries += 1) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`nothing answers at ${url}`)
}

function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const address = probe.address()
    probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
  })
  return promise
}
