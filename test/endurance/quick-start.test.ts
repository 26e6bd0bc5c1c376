// The commands of docs/quick-start.md, as they stand there and in their order, in a folder of their own. Each must end with 0, and no
// request of them may be refused.
// Judges: cli.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createClient } from '@rollcall/api'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { readBlocks } from '../harness/page.ts'
import { freePort } from '../harness/ports.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const root = resolve(import.meta.dirname, '../..')
const blocks = readBlocks('docs/quick-start.md')
const [start = '', operatorLink = '', ...rest] = blocks
const onPostgres = rest.pop() ?? ''
const removeData = rest.pop() ?? ''

/** Environment of somebody who has set nothing of ours. */
const clean = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(ROLLCALL_|DATABASE_URL$|PORT$|HOST$|VITEST)/.test(name)),
)
let folder: string
let served: ChildProcess | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-quick-start-'))
  // What a clone has after npm ci: the commands of a page are looked for here.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

async function stop(): Promise<void> {
  if (served?.pid === undefined || served.exitCode !== null || served.signalCode !== null) return
  const ended = new Promise((done) => served?.once('exit', done))
  // As Ctrl-C does: to all of them.
  process.kill(-served.pid, 'SIGINT')
  await ended
}

/** Runs a command that serves, and gives what it has printed with its last line. */
async function serve(command: string, environment: NodeJS.ProcessEnv, last: string): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', command], {
    ...{ cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...clean, ...environment },
  })
  served = child
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => (printed += part.toString()))
  await expect
    .poll(() => [child.exitCode, printed], { timeout: 60_000 })
    .toEqual([null, expect.stringContaining(last)])
  return printed
}

/** Runs blocks in one shell, where a request that is refused fails; gives what each printed. */
async function run(scripts: readonly string[]): Promise<string[]> {
  const mark = '<<next block>>'
  const script = [
    'curl() { command curl --fail-with-body --show-error "$@"; }',
    scripts.join(`\necho '${mark}'\n`),
  ].join('\n')
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    env: clean,
  })
  let [out, all] = ['', '']
  child.stdout?.on('data', (part: Buffer) => {
    out += part.toString()
    all += part.toString()
  })
  child.stderr?.on('data', (part: Buffer) => (all += part.toString()))
  const status = await new Promise((done) => child.once('close', done))
  expect([status, status === 0 ? '' : all]).toEqual([0, ''])
  return out.split(mark)
}

it('A1: each command of the quick start does what it says, in their order', async () => {
  expect([start, operatorLink, removeData]).toEqual([
    'npm ci && npm start',
    'npx --no-install rollcall operator-link',
    'rm -r data',
  ])
  const port = await freePort()
  const url = `http://localhost:${port}`
  const environment = { PORT: String(port), ROLLCALL_DATA: join(folder, 'data') }
  const printed = await serve('npm start', environment, 'Management API: http')
  const [operatorKey = ''] = /rc_operator_\w+/.exec(printed) ?? []
  expect(printed).toContain(`${url}/portal#token=op.`)
  const admin = createClient({ baseUrl: url, operatorKey, send: (request) => fetch(request) })
  const listSlugs = async (): Promise<string[]> => {
    const { items } = await admin.call('listOrganizations', { query: {} })
    return items.map(({ slug }) => slug).toSorted()
  }

  const own = rest.map((block) =>
    block.replaceAll('localhost:4000', `localhost:${port}`).replace('rc_operator_…', operatorKey),
  )
  expect(own).toHaveLength(4)
  const [takeAway = ''] = own.splice(-1)
  const [link, customer, byHand = '', plays] = await run([operatorLink, ...own])
  expect(link).toContain(`${url}/portal#token=op.`)
  expect(customer?.match(/\/portal#token=(?!op\.)/g)).toHaveLength(2)
  expect(customer).toMatch(/^initech +manual +Initech$/m)
  for (const one of ['"type":"user.deactivated"', '"totalResults":1', '"method":"PATCH"'])
    expect(byHand).toContain(one)
  expect(plays).toMatch(/\d+ passed, 0 failed/)
  expect(await listSlugs()).toEqual(['globex', 'initech'])
  const { items } = await admin.call('listUsers', { params: { slug: 'globex' }, query: {} })
  expect(items.length).toBeGreaterThan(20)
  const ada = items.find(({ email, userName }) => [email, userName].includes('ada@example.com'))
  expect(ada).toMatchObject({ active: false })

  await run([`OPERATOR_KEY=${operatorKey}`, takeAway])
  expect(await listSlugs()).toEqual(['initech'])
  await stop()
  await run([removeData])
  expect(existsSync(join(folder, 'data'))).toBe(false)
})

it('A1: the command of the quick start for PostgreSQL serves', async () => {
  const values = [
    await createDatabaseAt(inject('postgresUrl')),
    'operator-key-0123456789-abcdefghijkl',
    'secret-key-0123456789-abcdefghijklmno',
  ]
  const command = onPostgres.replace(/=\S*…\S*/g, () => `='${values.shift()}'`)
  expect([values, command.endsWith(' npm start')]).toEqual([[], true])
  const environment = { PORT: String(await freePort()), ROLLCALL_DATA: join(folder, 'data') }
  const printed = await serve(command, environment, 'Rollcall serves')
  expect(printed).toContain('"store":"postgres"')
})
