// The old part of an audit log as files: complete, verifiable, and gone from the store only when it is there.
// Judges: cli/commands, server/events.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createLog } from '@rollcall/server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { archiveEvents, verifyFiles } from '../../packages/cli/src/commands/events.ts'
import { sealEvents } from '../../packages/server/src/events/seal.ts'
import { verifyEvents } from '../../packages/server/src/events/verify.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'

const dayMs = 86_400_000
const base = mkdtempSync(join(tmpdir(), 'rollcall-archive-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

forEachStore((start, store) => {
  let service: Service
  let acme: Directory
  let params: { slug: string }
  const folder = join(base, store)
  const lines: string[] = []
  const print = (line: string) => lines.push(line)
  const files = () => readdirSync(folder).map((name) => join(folder, name))
  const seal = () => sealEvents(service.database, createLog('silent', false), service.now(), () => false)
  const rename = async (count: number) => {
    for (let at = 0; at < count; at += 1)
      await service.admin.call('updateOrganization', {
        params,
        body: { name: `Acme ${service.now()} ${at}` },
      })
    await seal()
  }
  const verify = (head?: string) => service.admin.call('verifyEvents', { params, query: { head } })
  const before = (days: number) => new Date(service.now() - days * dayMs).toISOString()
  const archive = (days: number) =>
    archiveEvents(service.admin, { before: before(days), folder, slugs: [params.slug] }, print)
  const readLines = (file: string) => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')

  beforeAll(async () => {
    service = await start()
    // What is archived here is to have happened: PostgreSQL takes no time that is still to come.
    service.advance(-300 * dayMs)
    acme = await service.createOrganization()
    params = { slug: acme.organization.slug }
    await rename(7)
  })

  it('holds every entry; the store goes on from its end, and what was noted still counts', async () => {
    const first = await verify()
    service.advance(40 * dayMs)
    await rename(3)
    const noted = await verify()
    await archive(35)
    expect(lines.pop()).toContain(`removed ${first.sealed} events`)
    const [file] = files()
    expect(files()).toHaveLength(1)
    expect(await verifyFiles(files(), print)).toBe(0)
    expect(lines.pop()).toContain(
      `entries 1 to ${first.sealed}, intact, ends with ${first.sealed}:${first.head?.hash}`,
    )
    expect(readLines(file ?? '')).toHaveLength(first.sealed + 2)
    const after = await verify(`${noted.head?.sequence}:${noted.head?.hash}`)
    const archived = { sequence: first.sealed, hash: first.head?.hash }
    expect(after).toMatchObject({ isIntact: true, sealed: noted.sealed, archived, noted: 'found' })
    // What the store no longer has, it does not vouch for.
    expect(await verify(`1:${'0'.repeat(64)}`)).toMatchObject({ isIntact: true, noted: 'archived' })
    expect(await verify()).toMatchObject({ noted: null })
    const { items } = await service.admin.call('listEvents', { params, query: {} })
    expect(items.map(({ type }) => type)).toEqual([
      'events.archived',
      ...Array(3).fill('organization.updated'),
    ])
    expect(items[0]?.data).toEqual({ sequence: first.sealed, hash: first.head?.hash })
  })

  it('a second file goes on from the first, also when everything in the store was taken', async () => {
    service.advance(40 * dayMs)
    await seal()
    await archive(35)
    expect(await verify()).toMatchObject({ isIntact: true, unsealed: 1 })
    await rename(1)
    service.advance(40 * dayMs)
    await archive(32)
    expect(files()).toHaveLength(3)
    expect(await verifyFiles(files(), print)).toBe(0)
    // A head that was noted elsewhere shows that nothing was cut off, or written anew.
    const noted = /ends with (\d+):([0-9a-f]{64})/.exec(lines.at(-1) ?? '')
    const at = (more: number, hash = noted?.[2] ?? '') => ({ sequence: Number(noted?.[1]) + more, hash })
    expect(await verifyFiles(files(), print, at(0))).toBe(0)
    expect(lines.pop()).toContain('is there as it was noted')
    expect(await verifyFiles(files().slice(0, 2), print, at(0))).toBe(1)
    expect(lines.pop()).toContain('is in none of the intact files: it is older, newer, or was cut off')
    expect(await verifyFiles(files(), print, at(-1))).toBe(1)
    expect(lines.pop()).toContain('is not what was noted')
    await seal()
    expect((await verify()).isIntact).toBe(true)
    await archive(35)
    expect(lines.pop()).toContain('nothing is older')
  })

  it('verifying while entries leave finds none missing', async () => {
    await rename(2)
    service.advance(40 * dayMs)
    let reads = 0
    const database: Database = {
      ...service.database,
      readOrganization: async (scope, statement, values) => {
        reads += 1
        // The archive's end is known by then, and the chain not yet walked.
        if (reads === 2) await archive(35)
        return service.database.readOrganization(scope, statement, values)
      },
    }
    const { sealed } = await verify()
    const found = await verifyEvents(database, createScope(acme.organization.id), undefined, service.now())
    expect(found).toMatchObject({ isIntact: true, sealed, archived: { sequence: sealed } })
    for (const file of files().toSorted().slice(3)) rmSync(file)
  })

  it('R14-d2: names a file that was changed, cut off, is missing between two, or cannot be read', async () => {
    for (const [path, words] of [
      [join(base, 'nowhere.jsonl.gz'), 'no such file'],
      [base, 'is a directory|illegal operation on a directory'],
    ] as const) {
      expect(await verifyFiles([path], print)).toBe(1)
      expect(lines.pop()).toMatch(new RegExp(`^${path}: .*(?:${words})`))
    }
    const all = files().toSorted()
    const [one, two, three] = all as [string, string, string]
    expect(await verifyFiles([one, three], print)).toBe(1)
    expect(lines.pop()).toContain('does not go on from entry')
    const forged = join(base, `${store}-forged.jsonl.gz`)
    const whole = readLines(two)
    const cases: [string, string[]][] = [
      [
        'is not what was sealed',
        whole.map((line) => line.replace('organization.updated', 'organization.deleted')),
      ],
      ['is missing', [...whole.slice(0, 1), ...whole.slice(2)]],
      ['is cut off', whole.slice(0, -1)],
      ['is no archive', whole.slice(1)],
      ['there is more', [...whole, whole[1] ?? '']],
    ]
    for (const [words, content] of cases) {
      writeFileSync(forged, gzipSync(`${content.join('\n')}\n`))
      expect(await verifyFiles([forged], print)).toBe(1)
      expect(lines.pop()).toContain(words)
    }
  })

  it('R14-a6: a run that was broken off is made again, whether more has grown old meanwhile or not; no file takes the place of another', async () => {
    const own = join(base, `${store}-again`)
    const other = await service.createOrganization()
    const place = { slug: other.organization.slug }
    const change = async (name: string) => {
      await service.admin.call('updateOrganization', { params: place, body: { name } })
      await seal()
    }
    const archiveOwn = (client = service.admin) =>
      archiveEvents(client, { before: before(35), folder: own, slugs: [place.slug] }, print)
    const stored = async () =>
      (await service.admin.call('listEvents', { params: place, query: { limit: 200 } })).items.length
    const broken = {
      ...service.admin,
      call: ((name: string, ...rest: unknown[]) =>
        name === 'archiveEvents'
          ? Promise.reject(new Error('broken off'))
          : (service.admin.call as (...all: unknown[]) => unknown)(
              name,
              ...rest,
            )) as typeof service.admin.call,
    }
    await change('One')
    service.advance(2 * dayMs)
    await change('Two')
    service.advance(34 * dayMs)
    await expect(archiveOwn(broken)).rejects.toThrow('broken off')
    const all = await stored()
    const [first = ''] = readdirSync(own)
    // Another file of that name is somebody's log.
    const kept = readFileSync(join(own, first))
    writeFileSync(join(own, first), gzipSync('{}\n'))
    await expect(archiveOwn()).rejects.toThrow('is there already and has other entries: nothing was removed')
    expect(await stored()).toBe(all)
    writeFileSync(join(own, first), kept)
    await expect(archiveOwn(broken)).rejects.toThrow('broken off')
    expect(readdirSync(own)).toEqual([first])
    service.advance(2 * dayMs)
    await archiveOwn()
    expect(lines.pop()).toContain(`removed ${all} events`)
    const both = readdirSync(own).map((name) => join(own, name))
    expect(both).toHaveLength(2)
    expect(await verifyFiles(both, print)).toBe(0)
    expect(readdirSync(own).filter((name) => name.endsWith('.partial'))).toEqual([])
  })

  it('nothing leaves the store without its hash, nor within the 31 days that products follow', async () => {
    await rename(2)
    const { head } = await verify()
    const drop = (sequence: number, hash: string) =>
      service.admin.call('archiveEvents', { params, body: { sequence, hash } })
    const hash = head?.hash ?? ''
    await expect(drop(head?.sequence ?? 0, '0'.repeat(64))).rejects.toMatchObject({
      problem: { code: 'archive_mismatch' },
    })
    await expect(drop((head?.sequence ?? 0) + 1, hash)).rejects.toMatchObject({
      problem: { code: 'archive_mismatch' },
    })
    await expect(drop(head?.sequence ?? 0, hash)).rejects.toMatchObject({ problem: { code: 'too_young' } })
    await expect(archive(30)).rejects.toMatchObject({ problem: { code: 'too_young' } })
    expect(await verify()).toMatchObject({ isIntact: true, head })
  })

  it('R14-a5: an archive leaves what a clock that was wrong made younger; the chain goes on behind it', async () => {
    await rename(1)
    service.advance(2 * dayMs)
    await rename(1)
    const { head: ahead } = await verify()
    service.advance(-2 * dayMs)
    await rename(1)
    const { head } = await verify()
    service.advance(32 * dayMs)
    const removed = await service.admin.call('archiveEvents', {
      params,
      body: { sequence: head?.sequence ?? 0, hash: head?.hash ?? '' },
    })
    expect(removed.isDone).toBe(true)
    const { items } = await service.admin.call('listEvents', { params, query: {} })
    expect(items.map(({ type }) => type)).toEqual(['events.archived', 'organization.updated'])
    await rename(1)
    const noted = `${ahead?.sequence}:${ahead?.hash}`
    expect(await verify(noted)).toMatchObject({ isIntact: true, unsealed: 0, noted: 'archived' })
    expect((await verify()).sealed).toBe((head?.sequence ?? 0) + 2)
    // Gone on with when the younger one has grown old as well: by then it would be another archive.
    service.advance(5 * dayMs)
    const { sequence = 0, hash = '' } = head ?? {}
    const again = { params, body: { sequence, hash } }
    expect(await service.admin.call('archiveEvents', again)).toEqual({ dropped: 0, isDone: true })
    expect(await verify(noted)).toMatchObject({ isIntact: true, noted: 'archived' })
  })

  if (store === 'postgres')
    it('R14-a2: a node whose clock is far from the database archives nothing, and says why', async () => {
      await rename(1)
      const { head } = await verify()
      service.advance(400 * dayMs)
      const { sequence = 0, hash = '' } = head ?? {}
      const asked = service.admin.call('archiveEvents', { params, body: { sequence, hash } })
      const detail = expect.stringContaining('more than a day from the database')
      await expect(asked).rejects.toMatchObject({ problem: { status: 409, code: 'archive_refused', detail } })
      expect(await verify()).toMatchObject({ isIntact: true, head })
    })
})
