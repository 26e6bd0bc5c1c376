// What becomes of the embedded store when its files are damaged, taken away or cannot be written: it is noticed, said, and kept out of
// backups, and nothing is acknowledged that would be lost.
// Judges: server/store.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, createMetrics, openDatabase, readConfig } from '@rollcall/server'
import { restoreStore } from '@rollcall/server/offline'
import { sql } from 'kysely'
import { Agent, request } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import { openMailTarget } from '../../packages/server/src/deliveries/mail.ts'
import { lookAtStore } from '../../packages/server/src/notices/damage.ts'
import type { Database } from '../../packages/server/src/store/database.ts'
import type { EmbeddedStore } from '../../packages/server/src/store/sqlite.ts'
import { readWal } from '../../packages/server/src/store/sqlite-wal.ts'
import { installationStatement } from '../../packages/server/src/store/statement.ts'
import { operatorKey, runCommand, runCommands, startProcess } from '../harness/process.ts'

const base = mkdtempSync(join(tmpdir(), 'rollcall-faults-'))
let folders = 0
const newFolder = (): string => {
  folders += 1
  return join(base, `data-${folders}`)
}
afterAll(() => rmSync(base, { recursive: true, force: true }))

let statements = 0
const raw = (text: ReturnType<typeof sql>) => {
  statements += 1
  return installationStatement(`faults_${statements}`)(({ db }) => ({ compile: () => text.compile(db) }))
}
const setting = installationStatement<{ name: string; value: string }>('faults_setting')(({ db, place }) =>
  db
    .insertInto('setting')
    .values({ name: place('name'), value: place('value') })
    .onConflict((on) => on.column('name').doUpdateSet({ value: place('value') })),
)
const settings = installationStatement('faults_settings')(({ db }) =>
  db.selectFrom('setting').select(['name', 'value']).where('name', 'like', 'fault-%').orderBy('name'),
)

/** The store as the service opens it, in this process; what it says to the operator. */
async function open(folder: string) {
  const said: { level: number; msg: string }[] = []
  const log = createLog('warn', false)
  const warn = (what: object, msg: string): void =>
    void said.push({ level: 40, msg: `${msg} ${JSON.stringify(what)}` })
  const heard = { ...log, warn, error: warn } as unknown as typeof log
  const database = (await openDatabase(
    readConfig({ ROLLCALL_DATA: folder }),
    createMetrics(),
    heard,
  )) as Database & EmbeddedStore
  const write = (name: string, value = 'x') =>
    database.inInstallation('settings', async (tx) => tx.write(setting, { name, value }))
  const read = async () => (await database.readInstallation('settings', settings, {})).map(({ name }) => name)
  return { database, write, read, said, log: heard }
}

/** As a kill leaves it: the files as they are while the store is open. */
function copyOpen(from: string): string {
  const to = newFolder()
  mkdirSync(to)
  for (const name of readdirSync(from).filter((one) => /^rollcall\.db/.test(one)))
    writeFileSync(join(to, name), readFileSync(join(from, name)))
  return to
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, at)
}

/** A table whose pages are enough to be hit in the middle. */
async function fill(database: Database): Promise<void> {
  for (const text of [
    sql`CREATE TABLE filling (id integer PRIMARY KEY, body text)`,
    sql`INSERT INTO filling (body) SELECT hex(randomblob(400)) FROM
      (WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500) SELECT x FROM n)`,
  ])
    await database.inInstallation('settings', (tx) => tx.change(raw(text), {}))
}

/** What `rollcall backup` asks the service. */
async function askToBackUp(folder: string, file: string): Promise<{ status: number; text: string }> {
  const { dev, ino } = statSync(file, { bigint: true })
  const dispatcher = new Agent({ connect: { socketPath: join(folder, 'rollcall.sock') } })
  const body = JSON.stringify({ file, inode: `${dev}:${ino}` })
  const answer = await request('http://localhost/control/backup', { method: 'POST', dispatcher, body })
  const text = await answer.body.text()
  await dispatcher.close()
  return { status: answer.statusCode, text }
}

const rubbish = Buffer.alloc(8_192, 0x5a)
/** In the middle of what `fill` wrote: the end of the file. */
const middleOf = (file: string): number => Math.floor((statSync(file).size - 200_000) / 4_096) * 4_096

describe('F8: a damaged store', () => {
  it('is not served after an unclean end, is found by rollcall check, and is copied into no backup', async () => {
    const folder = newFolder()
    const first = await open(folder)
    await fill(first.database)
    await first.write('fault-1')
    await first.database.close()
    const file = join(folder, 'rollcall.db')
    expect(existsSync(`${file}-wal`)).toBe(false)
    const environment = { ROLLCALL_DATA: folder }
    expect(await runCommand(['check'], environment)).toMatchObject({
      code: 0,
      output: expect.stringContaining('is whole'),
    })

    overwrite(file, middleOf(file), rubbish)
    const copy = join(base, 'of-damaged.db')
    const [found, refused] = await runCommands([
      [['check'], environment],
      [['backup', copy], environment],
    ])
    expect(found).toMatchObject({ code: 1, output: expect.stringContaining('is damaged') })
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringContaining('is damaged, and so would be its copy'),
    })
    expect(['', '.partial', '-wal'].filter((end) => existsSync(copy + end))).toEqual([])

    // Ended cleanly: it is served, and looked at once a day; the operator hears of it.
    const served = await open(folder)
    expect(served.database.isToBeLookedAt).toBe(false)
    const { database, log } = served
    await openMailTarget(database, true, Date.now())
    expect(
      await lookAtStore({ database, log, operatorMail: 'ops@example.com', store: database }, Date.now()),
    ).toBe(false)
    expect(served.said).toEqual([
      expect.objectContaining({ msg: expect.stringContaining('the store is damaged') }),
    ])
    const mails = await database.readInstallation('deliveries', raw(sql`SELECT payload FROM delivery`), {})
    expect(JSON.stringify(mails)).toContain('The store is damaged')
    await served.write('fault-2')
    await expect(database.backup(copy)).rejects.toThrow('so would be its copy')
    rmSync(copy, { force: true })
    expect(readdirSync(folder).filter((name) => name.startsWith('look-'))).toEqual([])

    // Killed: the next start looks first.
    const killed = copyOpen(folder)
    await database.close()
    await expect(open(killed)).rejects.toThrow(/is damaged: .*rollcall check/)
  }, 60_000)

  it('a whole one is looked at on a copy, and passes', async () => {
    const folder = newFolder()
    const { database, write, said, log } = await open(folder)
    await write('fault-1')
    const killed = copyOpen(folder)
    mkdirSync(join(killed, 'look-abc123'))
    expect(await lookAtStore({ database, log, operatorMail: undefined, store: database }, Date.now())).toBe(
      true,
    )
    await database.close()
    const again = await open(killed)
    expect(await again.read()).toEqual(['fault-1'])
    expect([...said, ...again.said]).toEqual([])
    // What a killed process left of a copy is gone.
    expect(existsSync(join(killed, 'look-abc123'))).toBe(false)
    await again.database.close()
  })

  it('what SQLite drops of a log that it cannot read is counted and said', async () => {
    const folder = newFolder()
    const { database, write } = await open(folder)
    await database.close()
    const filled = await open(folder)
    void write
    for (let at = 0; at < 20; at += 1) await filled.write(`fault-${String(at).padStart(2, '0')}`)
    const killed = copyOpen(folder)
    const wal = join(killed, 'rollcall.db-wal')
    expect(readWal(wal)).toEqual({ isLeft: true, dropped: 0, isHeaderBroken: false })
    const frameBytes = 24 + 4_096
    const frames = Math.floor((statSync(wal).size - 32) / frameBytes)
    overwrite(wal, 32 + Math.floor(frames / 2) * frameBytes + 100, Buffer.alloc(64, 0xff))
    const { dropped } = readWal(wal)
    expect(dropped).toBeGreaterThan(0)
    const left = await open(killed)
    const kept = await left.read()
    expect(kept.length).toBeLessThan(20)
    expect(20 - kept.length).toBeLessThanOrEqual(dropped)
    expect(left.said).toEqual([
      expect.objectContaining({ msg: expect.stringContaining(`{"transactions":${dropped}}`) }),
    ])
    await left.database.close()

    const headless = copyOpen(folder)
    overwrite(join(headless, 'rollcall.db-wal'), 0, Buffer.alloc(32, 1))
    const lost = await open(headless)
    expect(lost.said).toEqual([
      expect.objectContaining({ msg: expect.stringContaining('could not be read') }),
    ])
    await lost.database.close()
    await filled.database.close()
  })
})

describe('F14: a store that is gone', () => {
  it.each(['rollcall.db', 'rollcall.db-wal'])(
    'nothing is acknowledged once %s is removed under the service, and a backup still rescues it',
    async (name) => {
      const folder = newFolder()
      const { database, write, read } = await open(folder)
      await write('fault-1')
      await database.ping()
      const aside = join(base, `aside-${folders}`)
      renameSync(join(folder, name), aside)
      await expect(write('fault-2')).rejects.toMatchObject({
        name: 'StoreUnavailable',
        retryAfterSeconds: 10,
      })
      await expect(read()).rejects.toThrow('removed or replaced')
      await expect(database.ping()).rejects.toThrow('removed or replaced')
      const rescue = join(base, `rescue-${folders}.db`)
      writeFileSync(rescue, '')
      await database.backup(rescue)
      expect(statSync(rescue).size).toBeGreaterThan(4_096)
      // Another file in its place is not the store.
      writeFileSync(join(folder, name), readFileSync(aside))
      await expect(write('fault-3')).rejects.toThrow('removed or replaced')
      // Put back, it is again.
      renameSync(aside, join(folder, name))
      await expect.poll(() => read().catch(() => undefined)).toEqual(['fault-1'])
      await write('fault-4')
      expect(await read()).toEqual(['fault-1', 'fault-4'])
      await database.close()
    },
  )

  it('no empty store is begun where traces of one are left; a backup is put back beside them', async () => {
    const folder = newFolder()
    const before = await open(folder)
    await before.write('fault-1')
    const copy = join(base, 'rescued.db')
    writeFileSync(copy, '')
    await before.database.backup(copy)
    await before.database.close()
    const environment = { ROLLCALL_DATA: folder, ROLLCALL_SECRET_KEY: '' }
    const service = await startProcess(environment)
    rmSync(join(folder, 'rollcall.db'))
    await expect.poll(async () => (await fetch(`${service.url}/readyz`)).status).toBe(503)
    const answer = await fetch(`${service.url}/api/v1/organizations`, {
      headers: { authorization: `Bearer ${operatorKey}` },
    })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('10')
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
    await service.end('SIGTERM')
    const traces = readdirSync(folder)
    const refused = await runCommand(['serve'], { ...environment, PORT: '0' })
    expect(refused).toMatchObject({
      code: 1,
      output: expect.stringMatching(/There is no rollcall\.db .*secret\.key.*rollcall restore/),
    })
    expect(readdirSync(folder)).toEqual(traces)

    // A left log would be played into the store that is put back.
    const wal = join(folder, 'rollcall.db-wal')
    writeFileSync(wal, 'x')
    expect(() => restoreStore(copy, folder, Date.now())).toThrow('not empty')
    rmSync(wal)
    rmSync(join(folder, 'rollcall.db-shm'), { force: true })
    restoreStore(copy, folder, Date.now())
    const again = await open(folder)
    expect(await again.read()).toEqual(['fault-1'])
    await again.database.close()
    // With the key kept elsewhere and the store closed well, the folder's own marker is what is left.
    const marked = newFolder()
    mkdirSync(marked)
    writeFileSync(join(marked, 'rollcall.store'), '')
    await expect(open(marked)).rejects.toThrow('there was one: rollcall.store is left')
  }, 60_000)
})

describe('F10: a full disk', () => {
  it('reads that wait together with writes are answered while these are refused', async () => {
    const folder = newFolder()
    const { database, write, read } = await open(folder)
    await write('fault-1')
    const [{ page_count: pages } = { page_count: 0 }] = (await database.readInstallation(
      'settings',
      raw(sql`PRAGMA page_count`),
      {},
    )) as readonly { page_count: number }[]
    await database.readInstallation('settings', raw(sql.raw(`PRAGMA max_page_count = ${pages}`) as never), {})
    const large = 'x'.repeat(100_000)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, at) => (at % 3 === 0 ? write(`fault-2-${at}`, large) : read())),
    )
    const writes = outcomes.filter((_, at) => at % 3 === 0)
    expect(writes.every((one) => one.status === 'rejected' && one.reason.name === 'StoreUnavailable')).toBe(
      true,
    )
    const reads = outcomes.filter((_, at) => at % 3 !== 0)
    expect(reads).toEqual(reads.map(() => ({ status: 'fulfilled', value: ['fault-1'] })))
    await database.readInstallation('settings', raw(sql`PRAGMA max_page_count = 1000000`), {})
    await write('fault-3', large)
    expect(await read()).toEqual(['fault-1', 'fault-3'])
    await database.close()
  })

  it('a backup is written where it is asked for and nowhere else, and says in words why it could not be', async () => {
    const folder = newFolder()
    const service = await startProcess({ ROLLCALL_DATA: folder })
    const before = readdirSync(folder).toSorted()
    const seen = new Set<string>()
    const watching = setInterval(() => {
      for (const name of readdirSync(folder)) seen.add(name)
    }, 1)
    const copy = join(base, 'elsewhere.db')
    expect(await runCommand(['backup', copy], { ROLLCALL_DATA: folder })).toMatchObject({ code: 0 })
    clearInterval(watching)
    expect([...seen].toSorted()).toEqual(before)
    const [checked, nowhere] = await runCommands([
      [['check'], { ROLLCALL_DATA: folder }],
      [['backup', join(base, 'no-folder', 'copy.db')], { ROLLCALL_DATA: folder }],
    ])
    expect(checked).toMatchObject({ code: 0 })
    expect(nowhere.code).toBe(1)
    expect(nowhere.output).not.toMatch(/\n\s+at |Usage/)
    // /dev/full takes nothing, like a disk without room.
    const answer = await askToBackUp(folder, '/dev/full')
    expect(answer).toMatchObject({ status: 409, text: expect.stringContaining('detail') })
    await service.end('SIGTERM')
  }, 60_000)
})

describe('F15: a restore', () => {
  it('leaves nothing beside the backup, and needs to write nothing there', async () => {
    const { database, write } = await open(newFolder())
    await write('fault-1')
    const medium = join(base, 'medium')
    mkdirSync(medium)
    const copy = join(medium, 'copy.db')
    writeFileSync(copy, '')
    await database.backup(copy)
    await database.close()
    expect(readdirSync(medium)).toEqual(['copy.db'])
    const handle = openSync(copy, 'r')
    const header = Buffer.alloc(20)
    readSync(handle, header, 0, 20, 0)
    // 2: read and written through a log, for which SQLite would make files of its own.
    expect([header[18], header[19]]).toEqual([2, 2])
    const target = newFolder()
    expect(await runCommand(['restore', copy], { ROLLCALL_DATA: target })).toMatchObject({ code: 0 })
    expect(readdirSync(medium)).toEqual(['copy.db'])
    const restored = await open(target)
    expect(await restored.read()).toEqual(['fault-1'])
    await restored.database.close()
  }, 30_000)
})

/** A disk of its own that takes no more writes, where we may mount one; else a folder that takes none from anybody but root. */
function mountMedium(medium: string): { readonly close: () => void; readonly end: () => void } {
  mkdirSync(medium)
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', medium]).status === 0
  return {
    close: () => {
      if (isMounted) spawnSync('mount', ['-o', 'remount,ro', medium])
      else chmodSync(medium, 0o500)
    },
    end: () => {
      if (isMounted) spawnSync('umount', [medium])
      else chmodSync(medium, 0o700)
    },
  }
}

describe('F15: a restore from a medium that takes no writes', () => {
  it('works', async () => {
    const source = newFolder()
    const { database, write } = await open(source)
    await write('fault-1')
    const path = join(base, 'read-only')
    const medium = mountMedium(path)
    try {
      const copy = join(path, 'copy.db')
      writeFileSync(copy, '')
      await database.backup(copy)
      await database.close()
      medium.close()
      // Root writes where nothing but the mode is in the way.
      const isForRoot = process.getuid?.() === 0 && (statSync(path).mode & 0o777) === 0o500
      if (!isForRoot) expect(() => writeFileSync(join(path, 'other'), '')).toThrow(/EROFS|EACCES/)
      const target = newFolder()
      expect(await runCommand(['restore', copy], { ROLLCALL_DATA: target })).toEqual({
        code: 0,
        output: expect.stringContaining(`Restored ${copy} into ${target}.\n`),
      })
      expect(readdirSync(path)).toEqual(['copy.db'])
      const restored = await open(target)
      expect(await restored.read()).toEqual(['fault-1'])
      await restored.database.close()
    } finally {
      medium.end()
    }
  }, 30_000)
})

describe('F21: a data folder that cannot be made', () => {
  it('is refused in words', async () => {
    const run = await runCommand(['serve'], { ROLLCALL_DATA: '/proc/x/y', PORT: '0' })
    expect(run).toMatchObject({
      code: 1,
      output: expect.stringContaining('The data folder /proc/x/y cannot be made'),
    })
  }, 30_000)
})
