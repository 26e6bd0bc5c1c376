// Two PostgreSQL servers of Debian's, a primary and a streaming standby that every commit waits for: what is tested with a real failover.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { freePort } from '../harness/ports.ts'
import { createDatabaseAt, unprivilegedUser, untilReady } from './server.ts'

const binaries = '/usr/lib/postgresql/15/bin'

/** Whether this machine has them; the ones from npm have no receiver of write-ahead logs. */
export function hasPair(): boolean {
  return existsSync(join(binaries, 'pg_basebackup'))
}

export interface Pair {
  /** Of the superuser, without a database. */
  readonly primary: { readonly url: string; readonly pid: number }
  readonly standby: { readonly url: string; readonly pid: number }
  createDatabase(): Promise<string>
  /** From now on it takes writes. */
  promote(): Promise<void>
  stop(): Promise<void>
}

export async function startPair(): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-pair-'))
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  const run = {
    ...(user ?? {}),
    env: { ...process.env, LC_ALL: 'C', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    cwd: folder,
  }
  const [first, second] = ['first', 'second'].map((name) => join(folder, name)) as [string, string]
  const launch = async (data: string, port: number, settings: Readonly<Record<string, string>>) => {
    const options = {
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: '',
      max_connections: '100',
      ...settings,
    }
    const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const child = spawn(join(binaries, 'postgres'), ['-D', data, ...flags], run)
    await untilReady(child, `postgres://postgres@127.0.0.1:${port}/postgres`)
    return { child, url: `postgres://postgres@127.0.0.1:${port}`, pid: child.pid as number }
  }
  mkdirSync(first, { mode: 0o700 })
  if (user !== undefined) chownSync(first, user.uid, user.gid)
  const init = ['-D', first, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  execFileSync(join(binaries, 'initdb'), init, run)
  const [port, other] = [await freePort(), await freePort()]
  // A commit is acknowledged when the standby has it on its disk.
  const primary = await launch(first, port, { synchronous_standby_names: '*', synchronous_commit: 'on' })
  const from = `host=127.0.0.1 port=${port} user=postgres application_name=standby`
  execFileSync(
    join(binaries, 'pg_basebackup'),
    ['-D', second, '-d', from, '-R', '-X', 'stream', '-c', 'fast'],
    run,
  )
  const standby = await launch(second, other, {})
  await untilStreaming(primary.url)
  const end = async (child: ChildProcess): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null && child.kill('SIGQUIT')) await ended
  }
  return {
    primary,
    standby,
    createDatabase: () => createDatabaseAt(primary.url),
    promote: () => ask(standby.url, 'SELECT pg_promote(true, 30)').then(() => undefined),
    async stop() {
      await end(primary.child)
      await end(standby.child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilStreaming(url: string): Promise<void> {
  for (let round = 0; round < 200; round += 1) {
    const [row] = await ask(url, "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
    if (row !== undefined) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the standby does not stream')
}

async function ask(url: string, query: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: `${url}/postgres` })
  await client.connect()
  try {
    return (await client.query(query)).rows
  } finally {
    await client.end()
  }
}
