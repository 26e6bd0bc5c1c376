// PgBouncer in front of a test's PostgreSQL, where the machine has one.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { freePort } from '../harness/ports.ts'

export interface Pooler {
  /** Of the server's superuser, without a database: append a name. */
  readonly url: string
  stop(): Promise<void>
}

/** Whether there is a pgbouncer to be had. */
export function hasPgbouncer(): boolean {
  return spawnSync('pgbouncer', ['--version']).status === 0
}

/** Hands transactions or sessions to at most `size` connections a database. Nothing is set for our sake. */
export async function startPooler(
  target: string,
  { mode, size }: { readonly mode: 'session' | 'transaction'; readonly size: number },
): Promise<Pooler> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-pooler-'))
  chmodSync(folder, 0o755)
  const { hostname, port } = new URL(target)
  const own = await freePort()
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(join(folder, 'users'), '"postgres" ""\n')
  writeFileSync(
    file,
    [
      '[databases]',
      `* = host=${hostname} port=${port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${own}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${join(folder, 'users')}`,
      `pool_mode = ${mode}`,
      `default_pool_size = ${size}`,
      'max_client_conn = 1000',
      'server_idle_timeout = 2',
    ].join('\n'),
  )
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  const child = spawn('pgbouncer', [file], { stdio: ['ignore', 'pipe', 'pipe'], ...user })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => {
      said = (said + part.toString()).slice(-4_000)
    })
  const url = `postgres://postgres@127.0.0.1:${own}`
  for (let round = 0; ; round += 1) {
    const client = new Client({ connectionString: `${url}/postgres` })
    client.on('error', () => undefined)
    const isReady = await client.connect().then(
      () => true,
      () => false,
    )
    await client.end().catch(() => undefined)
    if (isReady) break
    if (round === 200 || child.exitCode !== null) throw new Error(`PgBouncer did not start:\n${said}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    url,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      if (child.exitCode === null && child.kill('SIGKILL')) await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** From now on a row of an organization is written in the role of requests, or not at all. */
export async function assertRole(url: string, tables: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`CREATE FUNCTION assert_role() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF current_user <> 'rollcall_app' THEN RAISE EXCEPTION 'written as %', current_user; END IF;
      RETURN coalesce(NEW, OLD); END $$`)
    for (const table of tables)
      await client.query(
        `CREATE TRIGGER assert_role BEFORE INSERT OR UPDATE OR DELETE ON "${table}" FOR EACH ROW EXECUTE FUNCTION assert_role()`,
      )
  } finally {
    await client.end()
  }
}
