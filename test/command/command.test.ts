// The command `rollcall`, as a person types it.
// Judges: cli, cli/commands.
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { freePort } from '../harness/ports.ts'
import {
  callScim,
  createDirectoryAt,
  type Outcome,
  operatorKey,
  runCommand,
  runCommands,
  type ServiceProcess,
  startProcess,
} from '../harness/process.ts'
import { createDatabaseAt, createMigratedAt } from '../postgres/server.ts'

const base = mkdtempSync(join(tmpdir(), 'rollcall-command-'))
const folder = join(base, 'data')
let service: ServiceProcess
let key: string
let migrated: Outcome

beforeAll(async () => {
  migrated = await runCommand(['migrate'], { ROLLCALL_DATA: folder })
  service = await startProcess({ ROLLCALL_DATA: folder, ROLLCALL_MIGRATE: 'off' })
  key = await createDirectoryAt(service.admin, 'acme')
})
afterAll(async () => {
  if (service.isRunning()) await service.end('SIGTERM')
  rmSync(base, { recursive: true, force: true })
})

describe('rollcall', () => {
  it('lists its commands, and says how one is used when it is called wrongly', async () => {
    const help = await runCommand(['help'], {})
    expect(help.code).toBe(0)
    for (const name of ['serve', 'migrate', 'organization', 'simulate', 'backup', 'restore'])
      expect(help.output).toContain(`rollcall ${name}`)
    const wrong = [
      ['nothing'],
      ['organization'],
      ['organization', 'create', 'x'],
      ['backup'],
      ['simulate', 'nobody'],
      ['serve', '--fast'],
    ]
    const outcomes = await runCommands(wrong.map((words) => [words, { ROLLCALL_DATA: folder }]))
    for (const [at, { code, output }] of outcomes.entries()) {
      expect({ words: wrong[at], code }).toEqual({ words: wrong[at], code: 2 })
      expect(output).toMatch(/rollcall/)
      expect(output).not.toMatch(/\n\s+at /)
    }
  }, 60_000)

  it('creates and lists organizations through the control socket, and through --url with the operator key', async () => {
    const create = ['organization', 'create', 'globex', '--name', 'Globex']
    const list = ['organization', 'list', '--url', service.url]
    const made = await runCommand(create, { ROLLCALL_DATA: folder })
    const [again, listed, wrong] = await runCommands([
      [create, { ROLLCALL_DATA: folder }],
      [list, { ROLLCALL_OPERATOR_KEY: operatorKey }],
      [list, { ROLLCALL_OPERATOR_KEY: 'x'.repeat(40) }],
    ])
    expect(made).toMatchObject({ code: 0, output: expect.stringContaining('Created Globex') })
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('slug') })
    expect(listed.output).toMatch(/acme\s+scim/)
    expect(listed.output).toMatch(/globex\s+manual/)
    expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('operator key') })
  }, 60_000)

  it('applies a file through the control socket, through --url and through ROLLCALL_URL, and prints the form of such files', async () => {
    const file = join(base, 'rollcall.yaml')
    const at = {
      ROLLCALL_URL: service.url,
      ROLLCALL_OPERATOR_KEY: operatorKey,
      ROLLCALL_DATA: join(base, 'none'),
    }
    writeFileSync(file, 'rollcall: 1\norganizations: [{ slug: initech, name: Initech }]\n')
    const first = await runCommand(['apply', file], { ROLLCALL_DATA: folder })
    expect(first).toMatchObject({ code: 0, output: expect.stringContaining('created organizations/initech') })
    const repeated = await runCommands([
      [['apply', file, '--url', service.url], { ROLLCALL_OPERATOR_KEY: operatorKey }],
      [['apply', file], at],
    ])
    for (const again of repeated)
      expect(again).toMatchObject({ code: 0, output: expect.stringContaining('1 unchanged') })
    writeFileSync(file, 'rollcall: 1\norganization: []\n')
    const [wrong, nowhere, schema] = await runCommands([
      [['apply', file], at],
      [['apply', join(base, 'nowhere.yaml')], at],
      [['apply', '--schema']],
    ])
    expect(wrong).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^rollcall: .*:2: organization: there is/),
    })
    expect(nowhere).toMatchObject({ code: 2, output: expect.stringContaining('ENOENT') })
    const published = readFileSync(join(import.meta.dirname, '../../docs/configuration.schema.json'), 'utf8')
    expect(JSON.parse(schema.output)).toEqual(JSON.parse(published))
  }, 60_000)

  it('the doctor finds a service that runs well', async () => {
    const settings = { ROLLCALL_DATA: folder }
    const { code, output } = await runCommand(['doctor'], settings)
    expect({ code, output }).toMatchObject({ code: 0 })
    for (const line of ['ok    service', 'ok    database', 'ok    outbound']) expect(output).toContain(line)
    const [one, none] = await runCommands([
      [['doctor', 'acme', '--json'], settings],
      [['doctor', 'nobody'], settings],
    ])
    expect(JSON.parse(one.output).findings[0]).toMatchObject({ check: 'organization', level: 'ok' })
    expect(none).toMatchObject({ code: 1, output: expect.stringContaining('no such organization') })
  }, 60_000)

  it('with PostgreSQL, too, the socket is there, in a data folder that nobody has made yet', async () => {
    const own = join(base, 'of', 'a-node')
    const node = await startProcess({
      ROLLCALL_DATA: own,
      DATABASE_URL: await createMigratedAt(inject('postgresUrl')),
    })
    try {
      expect(statSync(own).mode & 0o777).toBe(0o700)
      const link = await runCommand(['operator-link'], { ROLLCALL_DATA: own })
      expect(link).toMatchObject({ code: 0, output: expect.stringContaining('/portal#token=op.') })
    } finally {
      await node.end('SIGTERM')
    }
  }, 60_000)

  it('plays Okta and Entra ID against the service and prints what was asked and answered; with a wrong key it says so', async () => {
    const play = (vendor: string, key: string, users: string) =>
      ['simulate', vendor, '--url', `${service.url}/scim/v2`, '--key', key, '--users', users] as const
    const outcomes = [
      await runCommand(play('okta', key, '3'), {}),
      ...(await runCommands([[play('entra', key, '3')], [play('okta', `${key}x`, '1')]])),
    ]
    for (const outcome of outcomes.slice(0, 2))
      expect(outcome).toMatchObject({ code: 0, output: expect.stringMatching(/create\s+POST \/Users/) })
    expect(outcomes[2]?.code).toBe(1)
    expect(outcomes[2]?.output).not.toMatch(/\n\s+at /)
  }, 60_000)

  it('backs up while it serves and is written to, and restores into an empty folder: same people, same key, same record', async () => {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    const create = (userName: string) => callScim(service.url, key, 'POST', '/Users', { schemas, userName })
    const before: string[] = []
    for (let at = 0; at < 20; at += 1) before.push((await create(`before-${at}`)).body.id)
    const file = join(base, 'copy.db')
    const ended = new AbortController()
    const writing = (async () => {
      let at = 0
      for (; !ended.signal.aborted; at += 1) expect((await create(`during-${at}`)).status).toBe(201)
      return at
    })()
    const backedUp = await runCommand(['backup', file], { ROLLCALL_DATA: folder })
    ended.abort()
    expect(await writing).toBeGreaterThan(0)
    expect(backedUp).toMatchObject({ code: 0 })
    expect((await runCommand(['backup', file], { ROLLCALL_DATA: folder })).code).toBe(2)

    const elsewhere = join(base, 'restored')
    expect(await runCommand(['restore', file], { ROLLCALL_DATA: elsewhere })).toMatchObject({ code: 0 })
    expect(await runCommand(['restore', file], { ROLLCALL_DATA: elsewhere })).toMatchObject({
      code: 1,
      output: expect.stringContaining('not empty'),
    })
    const restored = await startProcess({ ROLLCALL_DATA: elsewhere })
    try {
      const found = await callScim(
        restored.url,
        key,
        'GET',
        '/Users?filter=userName%20sw%20%22before-%22&count=0',
      )
      expect(found.body.totalResults).toBe(before.length)
      for (const subject of before) {
        const { items } = await restored.admin.call('listEvents', {
          params: { slug: 'acme' },
          query: { subject, limit: 50 },
        })
        expect(items.map(({ type }) => type)).toEqual(['user.provisioned'])
      }
    } finally {
      await restored.end('SIGTERM')
    }
  }, 90_000)

  it("M20 backup: a copy is its owner's alone, whatever the umask and whether the service runs, and nothing is left beside it", async () => {
    const stopped = join(base, 'stopped')
    const copies = join(base, 'copies')
    mkdirSync(copies)
    const modes = (place: string) =>
      Object.fromEntries(
        readdirSync(place).map((name) => [name, (statSync(join(place, name)).mode & 0o777).toString(8)]),
      )
    const before = process.umask(0)
    try {
      const serving = await runCommand(['backup', join(copies, 'serving.db'), '--with-secret-key'], {
        ROLLCALL_DATA: folder,
        ROLLCALL_SECRET_KEY: 'secret-key-for-tests-0123456789abcdefghij',
      })
      expect(serving).toMatchObject({ code: 0 })
      expect(
        await runCommand(['restore', join(copies, 'serving.db')], { ROLLCALL_DATA: stopped }),
      ).toMatchObject({ code: 0 })
      for (const [name, mask] of [
        ['open.db', 0],
        ['usual.db', 0o022],
        ['shut.db', 0o777],
      ] as const) {
        process.umask(mask)
        const { code } = await runCommand(['backup', join(copies, name)], { ROLLCALL_DATA: stopped })
        expect({ name, code }).toEqual({ name, code: 0 })
      }
      process.umask(0)
      const again = join(base, 'from-open.db')
      expect(await runCommand(['restore', join(copies, 'open.db')], { ROLLCALL_DATA: again })).toMatchObject({
        code: 0,
      })
      for (const target of [stopped, again]) {
        expect(new Set(Object.values(modes(target)))).toEqual(new Set(['600']))
        expect(statSync(target).mode & 0o777).toBe(0o700)
      }
    } finally {
      process.umask(before)
    }
    expect(modes(copies)).toEqual({
      'open.db': '600',
      'serving.db': '600',
      'serving.db.key': '600',
      'shut.db': '600',
      'usual.db': '600',
    })
    expect(Object.keys(modes(stopped)).filter((name) => /-(?:wal|shm|journal)$/.test(name))).toEqual([])
  }, 90_000)

  it('restores nothing from a file that is damaged or no copy, and leaves the folder as it was', async () => {
    const file = join(base, 'damaged.db')
    writeFileSync(file, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_000, 7)]))
    const elsewhere = join(base, 'untouched')
    const sources = [file, join(base, 'nowhere.db')]
    const outcomes = await runCommands(
      sources.map((source) => [['restore', source], { ROLLCALL_DATA: elsewhere }]),
    )
    for (const [at, { code, output }] of outcomes.entries()) {
      expect({ source: sources[at], code }).toEqual({ source: sources[at], code: 1 })
      expect(output).not.toMatch(/\n\s+at /)
    }
    expect(existsSync(elsewhere)).toBe(false)
  }, 60_000)

  it('keeps keys, operator key and passwords out of the file and of what is printed at the finest log level', async () => {
    const own = join(base, 'secrets')
    const noisy = await startProcess({ ROLLCALL_DATA: own, ROLLCALL_LOG_LEVEL: 'trace' })
    const secret = await createDirectoryAt(noisy.admin, 'acme')
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    const made = await callScim(noisy.url, secret, 'POST', '/Users', {
      schemas,
      userName: 'a',
      password: 'canary-one',
    })
    const patchSchemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
    const forms = [
      { op: 'replace', value: { password: 'canary-two' } },
      { op: 'Replace', path: 'password', value: 'canary-three' },
      { op: 'add', path: 'passWord', value: { x: 'canary-four' } },
    ]
    for (const form of forms)
      await callScim(noisy.url, secret, 'PATCH', `/Users/${made.body.id}`, {
        schemas: patchSchemas,
        Operations: [form],
      })
    await callScim(noisy.url, secret, 'PUT', `/Users/${made.body.id}`, {
      schemas,
      userName: 'a',
      password: 'canary-five',
    })
    await callScim(noisy.url, secret, 'GET', '/Users?filter=password%20eq%20%22x%22')
    expect(await noisy.end('SIGTERM')).toBe(0)
    const kept = readFileSync(join(own, 'rollcall.db')).toString('latin1') + noisy.output()
    expect(kept).not.toMatch(/canary-/)
    expect(kept).not.toContain(secret)
    expect(kept).not.toContain(operatorKey)
  }, 60_000)

  it('migrates an empty store, and serves no store that nobody may migrate', async () => {
    const fresh = join(base, 'fresh')
    const refused = await runCommand(['serve'], { ROLLCALL_DATA: fresh, ROLLCALL_MIGRATE: 'off', PORT: '0' })
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('rollcall migrate') })
    // What the tests above ask serves what it migrated.
    expect(migrated).toMatchObject({ code: 0 })
    expect(await service.end('SIGTERM')).toBe(0)
  }, 60_000)

  it('migrates a database without the secret key, which it does not need, and without TLS where the server has none', async () => {
    const environment = { DATABASE_URL: await createDatabaseAt(inject('postgresUrl')) }
    const done = await runCommand(['migrate'], environment)
    expect(done).toEqual({ code: 0, output: expect.stringContaining('The database is at version') })
  })

  it('says which port is taken, and in the demo which ones it takes', async () => {
    const port = await freePort(3)
    const holder = createServer().listen(port + 1, '127.0.0.1')
    await once(holder, 'listening')
    try {
      const served = await runCommand(['serve'], {
        ROLLCALL_DATA: join(base, 'taken'),
        PORT: String(port + 1),
      })
      expect(served).toEqual({
        code: 1,
        output: expect.stringContaining(`on port ${port + 1}. End that, or name another port with PORT\n`),
      })
      const demo = await runCommand(['demo'], { ROLLCALL_DATA: join(base, 'demo'), PORT: String(port) })
      expect(demo).toEqual({
        code: 1,
        output: expect.stringMatching(
          new RegExp(
            `on port ${port + 1}\\. End that, or .*with PORT: the demo takes that one for itself, and the two after`,
          ),
        ),
      })
    } finally {
      holder.close()
    }
  })
})
