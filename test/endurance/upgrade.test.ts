// The commands of docs/upgrade.md and docs/backup.md, as they stand there: from earlier commits to this version, and back again, on
// both stores.
// Judges: server/store, cli/commands.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { migrations } from '../../packages/server/src/store/migrations/index.ts'
import { checkOut, hasCommit, makeLater, type Tree } from '../harness/earlier.ts'
import { readBlocks } from '../harness/page.ts'
import {
  callScim,
  createDirectoryAt,
  type ServiceProcess,
  secretKey,
  startProcess,
} from '../harness/process.ts'
import { createDatabaseAt } from '../postgres/server.ts'

const root = resolve(import.meta.dirname, '../..')
const now = join(root, 'packages/cli/src/main.ts')
/** One of the first days, one whose migrations were changed afterwards, and the newest of test/store/forms. */
const commits = ['0dc0174', '1a14e4c', '3b69276']
/** The first version that goes back (decision 033); a migration since then takes something away. */
const goesBack = '5df0c33e'

const [backUp = '', check = '', restore = '', migrate = ''] = readBlocks('docs/upgrade.md')

let folder: string
let nodes: ServiceProcess[]
let trees: Tree[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-upgrade-page-'))
  mkdirSync(join(folder, 'bin'))
  mkdirSync(join(folder, 'backups'))
  nodes = []
  trees = []
})
afterEach(async () => {
  for (const node of nodes) if (node.isRunning()) await node.end('SIGKILL')
  for (const tree of trees) tree.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Puts the files of a version in place: `rollcall` is its command from here on. */
function install(command: string): void {
  const shim = join(folder, 'bin/rollcall')
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' --conditions=source '${command}' "$@"\n`)
  chmodSync(shim, 0o755)
}

/** Runs a block of a page, with the folders of this machine that it names inside the test's own; gives what it printed. */
function run(block: string, environment: Record<string, string>): string {
  const script = block
    .replaceAll('npx --no-install rollcall', 'rollcall')
    .replaceAll('/var/backups/', `${folder}/backups/`)
    .replaceAll('/var/lib/', `${folder}/`)
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
    encoding: 'utf8',
    env: { PATH: `${folder}/bin:${process.env.PATH}`, ROLLCALL_SECRET_KEY: secretKey, ...environment },
  })
  expect([block, status, status === 0 ? '' : stdout + stderr]).toEqual([block, 0, ''])
  return stdout
}

async function start(settings: Record<string, string>, from?: string): Promise<ServiceProcess> {
  const node = await startProcess(settings, from)
  nodes.push(node)
  return node
}

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const create = async (node: ServiceProcess, key: string, userName: string): Promise<void> => {
  const { status } = await callScim(node.url, key, 'POST', '/Users', { schemas, userName })
  expect(status).toBe(201)
}
const listNames = async (node: ServiceProcess, key: string): Promise<string[]> => {
  const { status, body } = await callScim(node.url, key, 'GET', '/Users')
  expect(status).toBe(200)
  const users = body.Resources as readonly { readonly userName: string }[]
  return users.map(({ userName }) => userName).toSorted()
}

describe('docs/upgrade.md', () => {
  it('has these commands', () => {
    expect(readBlocks('docs/upgrade.md')).toHaveLength(4)
    for (const [block, words] of [
      [backUp, 'backup'],
      [check, 'check'],
      [restore, 'restore'],
      [migrate, 'migrate'],
    ] as const)
      expect(block).toContain(`rollcall ${words}`)
  })

  it.runIf(commits.every(hasCommit)).each(commits)(
    'embedded: from %s to this version, and back by the copy',
    async (commit) => {
      const earlier = checkOut(commit)
      trees.push(earlier)
      const data = join(folder, 'data')
      install(earlier.command)
      const before = await start({ ROLLCALL_DATA: data }, earlier.command)
      const key = await createDirectoryAt(before.admin, 'acme')
      await create(before, key, 'ada@acme.test')
      run(backUp, { ROLLCALL_DATA: data })
      await before.end('SIGTERM')

      install(now)
      const after = await start({ ROLLCALL_DATA: data })
      run(check, { ROLLCALL_DATA: data })
      await create(after, key, 'grace@acme.test')
      expect(await listNames(after, key)).toEqual(['ada@acme.test', 'grace@acme.test'])
      await after.end('SIGTERM')

      install(earlier.command)
      await expect(start({ ROLLCALL_DATA: data }, earlier.command)).rejects.toThrow('newer version')
      run(restore, {})
      const back = await start({ ROLLCALL_DATA: join(folder, 'rollcall-before') }, earlier.command)
      expect(await listNames(back, key)).toEqual(['ada@acme.test'])
    },
  )

  it.runIf(commits.every(hasCommit)).each(commits)(
    'PostgreSQL: from %s to this version, by a step of its own',
    async (commit) => {
      const earlier = checkOut(commit)
      trees.push(earlier)
      const DATABASE_URL = await createDatabaseAt(inject('postgresUrl'))
      const settings = { ROLLCALL_DATA: join(folder, 'data'), DATABASE_URL }
      const before = await start(settings, earlier.command)
      const key = await createDirectoryAt(before.admin, 'acme')
      await create(before, key, 'ada@acme.test')
      await expect(start({ ...settings, ROLLCALL_MIGRATE: 'off' })).rejects.toThrow('rollcall migrate')
      install(now)
      run(migrate, settings)
      // The version before goes on serving meanwhile.
      await create(before, key, 'grace@acme.test')
      const after = await start({ ...settings, ROLLCALL_MIGRATE: 'off' })
      await before.end('SIGTERM')
      expect(await listNames(after, key)).toEqual(['ada@acme.test', 'grace@acme.test'])
    },
  )

  it.runIf(hasCommit(goesBack))('PostgreSQL: node by node to this version, and back again', async () => {
    const earlier = checkOut(goesBack)
    trees.push(earlier)
    const DATABASE_URL = await createDatabaseAt(inject('postgresUrl'))
    const at = (name: string) => ({ ROLLCALL_DATA: join(folder, name), DATABASE_URL })
    const first = await start(at('first'), earlier.command)
    const second = await start(at('second'), earlier.command)
    const key = await createDirectoryAt(first.admin, 'acme')
    await create(first, key, 'ada@acme.test')
    await first.end('SIGTERM')
    const after = await start(at('first'))
    await create(after, key, 'grace@acme.test')
    await create(second, key, 'joan@acme.test')
    await after.end('SIGTERM')
    const back = await start(at('first'), earlier.command)
    await second.end('SIGTERM')
    expect(await listNames(back, key)).toEqual(['ada@acme.test', 'grace@acme.test', 'joan@acme.test'])
  })

  it('PostgreSQL: from this version to a later one, and back as it was', async () => {
    const later = makeLater(`export const later = {
  number: ${migrations.length + 1},
  name: 'later',
  statements: () => ['ALTER TABLE "user" ADD COLUMN later_note text'],
}
`)
    trees.push(later)
    const DATABASE_URL = await createDatabaseAt(inject('postgresUrl'))
    const settings = { ROLLCALL_DATA: join(folder, 'data'), DATABASE_URL }
    const before = await start(settings)
    const key = await createDirectoryAt(before.admin, 'acme')
    install(later.command)
    run(migrate, settings)
    const after = await start(
      { ...settings, ROLLCALL_MIGRATE: 'off', ROLLCALL_DATA: join(folder, 'second') },
      later.command,
    )
    await before.end('SIGTERM')
    await create(after, key, 'ada@acme.test')
    await after.end('SIGTERM')
    const back = await start(settings)
    await create(back, key, 'grace@acme.test')
    expect(await listNames(back, key)).toEqual(['ada@acme.test', 'grace@acme.test'])
  })
})

describe('docs/backup.md', () => {
  it('the commands for the embedded store, while it serves and while it does not', async () => {
    const [backup = '', back = ''] = readBlocks('docs/backup.md')
    const data = join(folder, 'data')
    install(now)
    const service = await start({ ROLLCALL_DATA: data })
    const key = await createDirectoryAt(service.admin, 'acme')
    await create(service, key, 'ada@acme.test')
    run(backup, { ROLLCALL_DATA: data })
    await service.end('SIGTERM')
    rmSync(join(folder, 'backups'), { recursive: true })
    mkdirSync(join(folder, 'backups'))
    run(backup, { ROLLCALL_DATA: data })
    run(back, {})
    const restored = await start({ ROLLCALL_DATA: join(folder, 'rollcall-new') })
    expect(await listNames(restored, key)).toEqual(['ada@acme.test'])
    expect(run('rollcall organization list', { ROLLCALL_DATA: join(folder, 'rollcall-new') })).toContain(
      'acme',
    )
  })
})
