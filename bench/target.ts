// A process under measurement: started on a loopback port, measured from outside, ended by its id.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { Client } from 'pg'
import { Pool } from 'undici'
import { freePort } from '../test/harness/ports.ts'
import type { PostgresServer } from '../test/postgres/server.ts'
import { readCpuMs, readFamilyCpuMs, readResidentMb, readWrittenBytes } from './processes.ts'

/** What has been used so far. */
export interface Usage {
  /** CPU of the server, in milliseconds. */
  readonly serverMs: number
  /** CPU of the database's processes; 0 without one. */
  readonly databaseMs: number
  /** Sent to the disk by the server, as Linux counts it, or the write-ahead log that the database wrote for it. */
  readonly writtenBytes: number
}

export interface Target {
  readonly pool: Pool
  readonly url: string
  usage(): Promise<Usage>
  /** The longest that the event loop was blocked since this was last asked, in milliseconds. */
  longestBlockMs(): Promise<number>
  /** Resident memory of the server in MB. */
  residentMb(): number
  stop(): Promise<void>
}

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const probe = ['--import', join(import.meta.dirname, 'probe.ts')]

/** `words` follow `node`. Resolves when `path` answers. `database`: the server of PostgreSQL that it works with. */
export async function startTarget(
  words: readonly string[],
  environment: Record<string, string>,
  path: string,
  database?: Pick<PostgresServer, 'pid' | 'url'>,
): Promise<Target> {
  const port = await freePort()
  // Settings of this process, such as the size of a run, are not the service's.
  const foreign = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:ROLLCALL_|DATABASE_URL$)/.test(name)),
  )
  const child = spawn(process.execPath, [...probe, ...words], {
    env: { ...foreign, ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  children.add(child)
  const pid = child.pid as number
  const url = `http://127.0.0.1:${port}`
  await untilAnswering(`${url}${path}`, child)
  const pool = new Pool(url, { connections: 16, pipelining: 1 })
  return {
    pool,
    url,
    usage: async () => ({
      serverMs: readCpuMs(pid),
      databaseMs: database === undefined ? 0 : readFamilyCpuMs(database.pid),
      writtenBytes: database === undefined ? readWrittenBytes(pid) : await readLogBytes(database.url),
    }),
    longestBlockMs: () =>
      new Promise((resolve) => {
        child.once('message', (said) => resolve((said as { longestBlockMs: number }).longestBlockMs))
        child.send('how long?')
      }),
    residentMb: () => readResidentMb(pid),
    async stop() {
      await pool.close()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
      children.delete(child)
    },
  }
}

// Linux counts hundreds of times as much for its processes, which are told of whole stretches of the log with each commit.
async function readLogBytes(url: string): Promise<number> {
  const client = new Client({ connectionString: `${url}/postgres` })
  await client.connect()
  try {
    const { rows } = await client.query("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS bytes")
    return Number((rows as { bytes: string }[])[0]?.bytes)
  } finally {
    await client.end()
  }
}

async function untilAnswering(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 1_200 && child.exitCode === null; tries += 1) {
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
