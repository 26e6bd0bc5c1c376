// F12: a member of a group is shown by a name to read: the displayName of a user, else the userName; the displayName of a group. Whoever
// wrote the user, also a version that kept no displayName beside the resource.
// Judges: server/users, server/scim.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type JobContext, jobs } from '../../packages/server/src/jobs.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { copyToOldDatabase, copyToOldFile } from '../harness/old-store.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createDatabaseAt } from '../postgres/server.ts'
import { createStage, type Stage } from '../security/restoring.ts'
import { createClient, type Json, patchOp, type ScimClient, toMembers, userUrn } from './client.ts'

interface Shown {
  readonly value: string
  readonly display: string
}

/** What a displayName may be; the rest is what a user without one is like. */
const values: readonly unknown[] = [
  undefined,
  null,
  '',
  '   ',
  'Ada Lovelace',
  '  Ada  L. ',
  'ADA',
  'ÄDA ẞ İ',
  'قائمة',
  '"x" \\ \u0001 </script>',
  'A😀',
  '7',
  "O'Brien; DROP",
  'n'.repeat(1_024),
]

/** By what is stored: the oracle of all these tests. */
function nameOf({ displayName, userName }: Json): string {
  return typeof displayName === 'string' && displayName.trim() !== '' ? displayName : (userName as string)
}

async function expected(scim: ScimClient, ids: readonly string[]): Promise<readonly Shown[]> {
  const shown: Shown[] = []
  for (const value of [...ids].sort()) {
    const { body } = await scim.send('GET', `/${value.startsWith('usr') ? 'Users' : 'Groups'}/${value}`)
    shown.push({ value, display: nameOf(body) })
  }
  return shown
}

function membersOf(body: Json): readonly Shown[] {
  return ((body.members ?? []) as Shown[]).map(({ value, display }) => ({ value, display }))
}

const byId = (left: Shown, right: Shown): number => (left.value < right.value ? -1 : 1)

/** Migrations of a version from before there were checksums. */
const before = 16
const plainOwner = 'names_plain'

forEachStore((start, store) => {
  let service: Service
  let stage: Stage
  let scim: ScimClient
  let serial = 0
  beforeAll(async () => {
    service = await start()
    stage = await createStage(service)
    scim = stage.directory
  })
  const fresh = (): string => {
    serial += 1
    return `member${serial}@acme.test`
  }
  const withName = (displayName: unknown): Json => (displayName === undefined ? {} : { displayName })
  const patchUser = (id: string, ...operations: Json[]) =>
    scim.send('PATCH', `/Users/${id}`, { schemas: [patchOp], Operations: operations })
  const put = (id: string, userName: string, more: Json) =>
    scim.send('PUT', `/Users/${id}`, { schemas: [userUrn], userName, ...more })

  /** Wherever a group is shown it shows the same. */
  const see = async (id: string): Promise<readonly Shown[]> => {
    const { body } = await scim.send('GET', `/Groups/${id}`)
    const shown = membersOf(body)
    const [listed] = (await scim.send('GET', `/Groups?filter=id%20eq%20%22${id}%22`)).body.Resources as Json[]
    expect(membersOf(listed ?? {})).toEqual(shown)
    const asked = '?attributes=members.display,members.value'
    expect((await scim.send('GET', `/Groups/${id}${asked}`)).body.members ?? []).toEqual(shown)
    const same = { op: 'replace', path: 'displayName', value: body.displayName }
    const patched = await scim.send('PATCH', `/Groups/${id}?attributes=members`, {
      schemas: [patchOp],
      Operations: [same],
    })
    expect(membersOf(patched.body)).toEqual(shown)
    const params = { slug: stage.slug, id }
    const { items } = await service.admin.call('listMembers', { params, query: { limit: 200 } })
    for (const { id: value, type, userName } of items) {
      const user = (await scim.send('GET', `/Users/${value}?attributes=userName`)).body
      expect(userName).toBe(type === 'user' ? user.userName : null)
    }
    expect(items.map(({ id: value, display }) => ({ value, display })).sort(byId)).toEqual(shown)
    return shown
  }
  const seesTruth = async (id: string, members: readonly string[]): Promise<void> => {
    expect(await see(id)).toEqual(await expected(scim, members))
    // Nobody's resource is read for it: whatever wrote the user kept the name beside it.
    for (const member of members.filter((one) => one.startsWith('usr'))) {
      const row = await stage.read(member)
      expect(row?.display_name_version).toBe(row?.version)
    }
  }
  const listed = async (userName: string): Promise<string> => {
    const [id] = await scim.find('Users', `userName eq "${userName}"`)
    return id as string
  }
  const imported = async (more: Json): Promise<string> => {
    const userName = fresh()
    const body = { dryRun: false, users: [{ userName, email: userName, ...more }] } as never
    await service.admin.call('importUsers', { params: { slug: stage.slug }, body })
    return listed(userName)
  }
  const edit = (id: string, body: object) =>
    service.admin.call('updateUser', { params: { slug: stage.slug, id }, body })

  describe('of a member', () => {
    it.each(['POST', 'PUT', 'PATCH with a path', 'PATCH without one', 'bulk'] as const)(
      'F12: is the displayName, else the userName, whatever %s wrote',
      async (way) => {
        const members: string[] = []
        for (const value of values) {
          const userName = fresh()
          if (way === 'POST') {
            const reply = await scim.send('POST', '/Users', {
              schemas: [userUrn],
              userName,
              ...withName(value),
            })
            expect(reply.status).toBe(201)
            members.push(reply.body.id as string)
            continue
          }
          if (way === 'bulk') {
            const data = { schemas: [userUrn], userName, ...withName(value) }
            const reply = await scim.send('POST', '/Bulk', {
              schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
              Operations: [{ method: 'POST', path: '/Users', bulkId: 'b', data }],
            })
            const [done] = reply.body.Operations as { status: string; location: string }[]
            expect(done?.status).toBe('201')
            members.push(String(done?.location.split('/').at(-1)))
            continue
          }
          const id = await scim.user(userName, { displayName: `Before ${userName}` })
          members.push(id)
          const operation = { op: value == null ? 'remove' : 'replace', path: 'displayName' }
          const reply =
            way === 'PUT'
              ? await put(id, userName, withName(value))
              : way === 'PATCH without one'
                ? await patchUser(id, { op: 'replace', value: withName(value) })
                : await patchUser(id, value == null ? operation : { ...operation, value })
          expect([way, value, reply.status < 300]).toEqual([way, value, true])
        }
        const group = await scim.group(`By ${way}`, members)
        await seesTruth(group, members)
      },
    )

    it('F12: is the same by whatever other door the person came: sign-in, import, console, restoration', async () => {
      const person = stage.company.person('came', { displayName: ['Came By Sign-In'] })
      const { userId: signed } = (await stage.signIn(person)) as { userId: string }
      const [named, plain] = [await imported({ displayName: 'Im Ported' }), await imported({})]
      const csv = 'userName,email,displayName\r\ncsv@acme.test,csv@acme.test,"Comma, Separated"\r\n'
      const params = { slug: stage.slug }
      await service.admin.call('importUsers', { params, body: { dryRun: false, format: 'csv', csv } })
      const invited = await service.admin.call('createInvitation', {
        params,
        body: { email: `invited@${stage.company.domain}`, role: 'member' },
      })
      expect(invited).toBeDefined()
      const accepted = await stage.signIn(stage.company.person('invited'))
      const back = await scim.user(fresh(), { displayName: 'Came Back' })
      await stage.letGo(back)
      await stage.restore()
      const members = [signed, named, plain, await listed('csv@acme.test'), back]
      members.push((accepted as { userId: string }).userId)
      const group = await scim.group('By other doors', members)
      await seesTruth(group, members)
      const at = (await see(group)).map(({ display }) => display)
      for (const name of ['Im Ported', 'Comma, Separated', 'Came Back']) expect(at).toContain(name)
      await edit(plain, { displayName: 'By Hand' })
      await stage.signIn(stage.company.person('came', { firstName: ['Came'], lastName: ['Anew'] }))
      await seesTruth(group, members)
      expect((await see(group)).map(({ display }) => display)).toContain('By Hand')
    })

    it('F12: follows each change of the user: named, renamed, another case, unnamed, another userName, inactive', async () => {
      const [first, second] = [fresh(), fresh()]
      const id = await scim.user(first)
      const other = await scim.user(second, { displayName: 'Other' })
      const group = await scim.group('Followed', [id, other])
      const steps: readonly (readonly [string, Json])[] = [
        ['Ada', { op: 'add', path: 'displayName', value: 'Ada' }],
        ['ada', { op: 'replace', path: 'displayName', value: 'ada' }],
        ['ADA', { op: 'replace', value: { displayName: 'ADA' } }],
        ['ADA', { op: 'replace', path: 'active', value: false }],
        ['ADA', { op: 'replace', path: 'title', value: 'Countess' }],
        ['ADA', { op: 'replace', path: 'userName', value: `x${first}` }],
        ['Ada L', { op: 'replace', value: { displayName: 'Ada L', active: true } }],
        [`x${first}`, { op: 'remove', path: 'displayName' }],
        [first, { op: 'replace', path: 'userName', value: first }],
      ]
      for (const [display, operation] of steps) {
        expect((await patchUser(id, operation)).status).toBe(200)
        expect((await see(group)).find(({ value }) => value === id)).toEqual({ value: id, display })
      }
      await seesTruth(group, [id, other])
    })

    it('F12: of a group is its displayName, also nested and renamed; of a user the groups are shown by theirs', async () => {
      const ada = await scim.user(fresh(), { displayName: 'Ada' })
      const inner = await scim.group('Inner', [ada])
      const middle = await scim.group('Middle', [inner, ada])
      const outer = await scim.group('Outer', [middle])
      for (const name of ['Innermost', '  spaced  ', 'Ada']) {
        await scim.patch(inner, { op: 'replace', path: 'displayName', value: name })
        await seesTruth(middle, [inner, ada])
        await seesTruth(outer, [middle])
        const { body } = await scim.send('GET', `/Users/${ada}`)
        expect(body.groups).toEqual([
          expect.objectContaining({ value: inner, display: name }),
          expect.objectContaining({ value: middle, display: 'Middle' }),
        ])
      }
    })

    it('F12: chooses whom a PATCH takes out, in any case of letters, and by nothing that is not shown', async () => {
      const userName = fresh()
      const named = await scim.user(userName, { displayName: 'Grace Hopper' })
      const plain = fresh()
      const unnamed = await scim.user(plain)
      const inner = await scim.group('Grace group')
      const group = await scim.group('Chosen from', [named, unnamed, inner])
      const without = async (filter: string, left: readonly string[]) => {
        await scim.patch(group, { op: 'remove', path: `members[${filter}]` })
        expect([filter, await scim.members(group)]).toEqual([filter, [...left].sort()])
        await scim.patch(group, { op: 'replace', path: 'members', value: toMembers([named, unnamed, inner]) })
      }
      await without(`display eq "${userName}"`, [named, unnamed, inner])
      await without('display eq "grace hopper"', [unnamed, inner])
      await without('display sw "GRACE"', [unnamed])
      await without('display ew "r" and type eq "User"', [unnamed, inner])
      await without(`display eq "${plain}"`, [named, inner])
      await without('display co "grace g"', [named, unnamed])
      for (const path of ['members.display', 'members[display pr]'])
        expect(
          (await scim.send('GET', `/Groups?filter=${encodeURIComponent(`${path} eq "x"`)}`)).body,
        ).toMatchObject({ status: '400' })
    })

    it('F12: does not change the group: neither its version nor who is in it', async () => {
      const id = await scim.user(fresh(), { displayName: 'One' })
      const inner = await scim.group('Called one way')
      const group = await scim.group('Same', [id, inner])
      const before = (await scim.send('GET', `/Groups/${group}`)).body
      await patchUser(id, { op: 'replace', path: 'displayName', value: 'Two' })
      await scim.patch(inner, { op: 'replace', path: 'displayName', value: 'Called another way' })
      const after = (await scim.send('GET', `/Groups/${group}`)).body
      expect(after.meta).toEqual(before.meta)
      expect(membersOf(after).map(({ display }) => display)).toEqual(['Called another way', 'Two'])
      const sent = { ...before, members: before.members }
      expect((await scim.send('PUT', `/Groups/${group}`, sent)).status).toBe(200)
      expect(membersOf((await scim.send('GET', `/Groups/${group}`)).body)).toEqual(membersOf(after))
    })
  })

  describe('of somebody whom a version from before wrote', () => {
    const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'rollcall-names-')))
    afterAll(() => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    })
    let upgraded: Service
    let own: { readonly id: string; readonly slug: string }
    let client: ScimClient
    let group: string
    let members: string[]

    const readRows = (id?: string) =>
      upgraded.database.readOrganization(
        createScope(own.id),
        organizationQuery(({ db, organizationId }) => {
          const rows = db.selectFrom('user').selectAll().where('organization_id', '=', organizationId)
          return (id === undefined ? rows : rows.where('id', '=', id)).orderBy('id')
        }),
        {},
      )
    const shown = async (): Promise<readonly Shown[]> => {
      const { body } = await client.send('GET', `/Groups/${group}`)
      const [found] = (await client.send('GET', '/Groups?filter=displayName%20eq%20%22Everybody%22')).body
        .Resources as Json[]
      expect(membersOf(found ?? {})).toEqual(membersOf(body))
      const { items } = await upgraded.admin.call('listMembers', {
        params: { slug: own.slug, id: group },
        query: { limit: 200 },
      })
      expect(items.map(({ id, display }) => ({ value: id, display }))).toEqual(membersOf(body))
      return membersOf(body)
    }
    const fill = async (): Promise<void> => {
      const context = { database: upgraded.database, clock: upgraded.now, isStopping: () => false }
      await jobs.find(({ name }) => name === 'fill display names')?.run(context as unknown as JobContext)
    }

    beforeAll(async () => {
      const [from = '', to = ''] = folders
      const old = store === 'embedded' ? await start({ folder: from }) : await start()
      const directory = await old.createOrganization()
      own = directory.organization
      const first = createClient(directory)
      members = []
      for (const [at, value] of values.entries()) {
        const name = `old${at}@acme.test`
        const reply = await first.send('POST', '/Users', {
          schemas: [userUrn],
          userName: name,
          ...withName(value),
        })
        members.push(reply.body.id as string)
      }
      // One is long, and some together are more than is read at once.
      for (let at = 0; at < 12; at += 1)
        members.push(
          await first.user(`long${at}@acme.test`, {
            displayName: `Long ${at}`,
            ...Object.fromEntries(
              ['title', 'locale', 'nickName', 'userType', 'timezone'].map((name) => [
                name,
                'x'.repeat(8_000),
              ]),
            ),
          }),
        )
      members.push(await first.group('Nested'))
      // And everybody is more than are filled in at once.
      const beside = Array.from({ length: 110 }, (_, at) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `b${at}`,
        data: { schemas: [userUrn], userName: `beside${at}@acme.test`, displayName: `Beside ${at}` },
      }))
      const bulkUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
      const reply = await first.send('POST', '/Bulk', { schemas: [bulkUrn], Operations: beside })
      expect((reply.body.Operations as Json[]).every(({ status }) => status === '201')).toBe(true)
      group = await first.group('Everybody', members)
      if (store === 'embedded') {
        await old.stop()
        copyToOldFile(join(from, 'rollcall.db'), join(to, 'rollcall.db'), before)
        upgraded = await start({ folder: to })
      } else {
        const databaseUrl = await createDatabaseAt(inject('postgresUrl'))
        await makeOwner(databaseUrl)
        await copyToOldDatabase(old.databaseUrl ?? '', databaseUrl, before, plainOwner)
        upgraded = await start({ beside: { databaseUrl } })
      }
      client = createClient({ ...directory, send: upgraded.send })
    })

    it('F12: is true before it is filled in, is filled in once, and changes nothing else', async () => {
      const truth = await expected(client, members)
      const rows = await readRows()
      expect(rows.every((row) => row.display_name === null && row.display_name_version === null)).toBe(true)
      expect(await shown()).toEqual(truth)
      await client.patch(group, { op: 'remove', path: 'members[display eq "ada lovelace"]' })
      const named = truth.find(({ display }) => display === 'Ada Lovelace')?.value ?? ''
      expect(await client.members(group)).toEqual(members.filter((id) => id !== named).sort())
      await client.patch(group, { op: 'add', path: 'members', value: toMembers([named]) })
      await fill()
      const filled = await readRows()
      for (const [at, row] of filled.entries()) {
        const { display_name, display_name_version, ...rest } = row
        const { display_name: _name, display_name_version: _version, ...was } = rows[at] as typeof row
        expect(rest).toEqual(was)
        const { displayName } = JSON.parse(row.resource) as { displayName?: string }
        const isNamed = displayName !== undefined
        expect([row.id, display_name, display_name_version]).toEqual([
          row.id,
          displayName?.trim() ? displayName : null,
          isNamed ? row.version : null,
        ])
      }
      expect(await shown()).toEqual(truth)
    })

    it('F12: is true also where the version before writes again, a change of case as well, and is filled in a day later', async () => {
      const id = members[4] as string
      const write = async (displayName: string | null) => {
        const [row] = await readRows(id)
        const { displayName: _gone, ...resource } = JSON.parse(row?.resource ?? '') as Json
        const text = JSON.stringify(displayName === null ? resource : { ...resource, displayName })
        // What the version before knows of a user.
        const statement = organizationQuery<never>(({ db, organizationId }) => ({
          compile: () =>
            sql`UPDATE "user" SET resource = ${text}, display_name_key = ${displayName?.toLowerCase() ?? null},
              version = version + 1 WHERE organization_id = ${organizationId} AND id = ${id}`.compile(db),
        }))
        await upgraded.database.inOrganization(createScope(own.id), async (tx) =>
          tx.write(statement, {} as never),
        )
      }
      for (const name of ['Written By Before', 'WRITTEN BY BEFORE', null, '  ', 'Again']) {
        await write(name)
        expect(await shown()).toEqual(await expected(client, members))
      }
      await fill()
      const [waiting] = await readRows(id)
      expect(waiting?.display_name_version).not.toBe(waiting?.version)
      upgraded.advance(86_400_001)
      await fill()
      const [row] = await readRows(id)
      expect([row?.display_name, row?.display_name_version]).toEqual(['Again', row?.version])
      expect(await shown()).toEqual(await expected(client, members))
    })

    it('F12: is left to whoever writes the user meanwhile', async () => {
      const id = members[5] as string
      const [before] = await readRows(id)
      const forget = organizationQuery<never>(({ db, organizationId }) => ({
        compile: () =>
          sql`UPDATE "user" SET display_name = 'Of before', display_name_version = version - 1
            WHERE organization_id = ${organizationId}`.compile(db),
      }))
      await upgraded.database.inOrganization(createScope(own.id), async (tx) => tx.write(forget, {} as never))
      upgraded.advance(31 * 86_400_000)
      const patch = (value: string) =>
        client.send('PATCH', `/Users/${id}`, {
          schemas: [patchOp],
          Operations: [{ op: 'replace', path: 'displayName', value }],
        })
      const [, ...replies] = await Promise.all([fill(), ...['A', 'b', 'C', 'd'].map(patch)])
      expect(replies.every(({ status }) => status === 200)).toBe(true)
      expect(await shown()).toEqual(await expected(client, members))
      const [after] = await readRows(id)
      expect(after?.version).toBe((before?.version ?? 0) + 4)
    })
  })
})

/** No superuser: the tables of the store of before are held to their own policies. */
async function makeOwner(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl)
  await client.connect()
  try {
    const { rows } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [plainOwner])
    if (rows.length === 0) await client.query(`CREATE ROLE ${plainOwner} NOSUPERUSER NOBYPASSRLS`)
    await client.query(`GRANT rollcall_app TO ${plainOwner}`)
  } finally {
    await client.end()
  }
}
