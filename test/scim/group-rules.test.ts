// Groups in groups, groups that are sent twice, and how a change of one is answered.
// Judges: server/users, server/provisioning, server/scim.
import { unconfirmedBounds } from '@rollcall/api'
import { type ProfileName, profiles } from '@rollcall/scim'
import { createLog } from '@rollcall/server'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { mendCircles } from '../../packages/server/src/provisioning/mend-circles.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { openCaller } from '../harness/callers.ts'
import { howMany } from '../harness/sample.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, groupUrn, patchOp, type ScimClient, toMembers } from './client.ts'

/** Those that take nothing in another form than the RFCs have. */
const isLetter = (profile: ProfileName): boolean => profiles[profile].tolerances.size === 0

forEachStore((start, store) => {
  let service: Service
  let directory: Directory
  let scim: ScimClient
  let serial = 0
  beforeAll(async () => {
    service = await start()
    directory = await service.createOrganization()
    scim = createClient(directory)
  })
  const fresh = (name = 'group'): string => {
    serial += 1
    return `${name} ${serial}`
  }
  const as = async (profile: ProfileName): Promise<ScimClient> =>
    createClient({ ...directory, key: await directory.createKey(profile) })
  const said = async (): Promise<string> => {
    await service.flushActivity()
    const { items } = await service.admin.call('listActivity', {
      params: { slug: directory.organization.slug },
      query: { limit: 1 },
    })
    return items[0]?.explanation ?? ''
  }
  const run = async (text: string): Promise<void> => {
    const statement = organizationQuery<never>(({ db }) => ({ compile: () => sql.raw(text).compile(db) }))
    const scope = createScope(directory.organization.id)
    await service.database.inOrganization(scope, async (tx) => tx.write(statement, {} as never))
  }
  const op = (kind: string, ids: readonly string[]) => ({ op: kind, path: 'members', value: toMembers(ids) })

  it('K2 G01: groups that are put into each other at once never end inside themselves, by whatever request', async () => {
    const reaches = async (from: string, to: string): Promise<boolean> => {
      const seen = new Set<string>()
      for (const todo = [from]; todo.length > 0; ) {
        for (const id of await scim.members(todo.pop() as string)) {
          if (id === to) return true
          if (seen.has(id)) continue
          seen.add(id)
          todo.push(id)
        }
      }
      return false
    }
    const put = (group: string, members: readonly string[]) => {
      const body = { schemas: [groupUrn], displayName: fresh(), members: toMembers(members) }
      return scim.send('PUT', `/Groups/${group}`, body)
    }
    const patch = (kind: string) => (group: string, members: readonly string[]) =>
      scim.send('PATCH', `/Groups/${group}`, { schemas: [patchOp], Operations: [op(kind, members)] })
    const bulk = async (group: string, members: readonly string[]) => {
      const data = { schemas: [patchOp], Operations: [op('add', members)] }
      const reply = await scim.send('POST', '/Bulk', {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [{ method: 'PATCH', path: `/Groups/${group}`, data }],
      })
      const [done] = reply.body.Operations as { status: string }[]
      return { status: Number(done?.status) }
    }
    const ways = [patch('add'), patch('replace'), put, bulk]
    const tries = howMany({ sample: store === 'postgres' ? 16 : 4, whole: 200 })
    for (let round = 0; round < tries; round += 1) {
      const size = 2 + (round % 3)
      const ids: string[] = []
      for (let one = 0; one < size; one += 1) ids.push(await scim.group(fresh()))
      const replies = await Promise.all(
        ids.map((id, at) => {
          const way = ways[(round + at) % ways.length] as (typeof ways)[number]
          return way(id, [ids[(at + 1) % size] as string])
        }),
      )
      const statuses = replies.map(({ status }) => status)
      for (const status of statuses) expect([200, 204, 400]).toContain(status)
      expect(statuses.filter((status) => status === 400).length).toBeGreaterThanOrEqual(1)
      for (const id of ids) expect(await reaches(id, id)).toBe(false)
    }
  }, 300_000)

  it('K2: what is inside itself from before is taken apart, with the event and the roles, and can be written whole again', async () => {
    const { slug, id: organization } = directory.organization
    const person = await scim.user(`${fresh('in').replace(' ', '')}@acme.test`)
    const [a, b, c, d] = [
      await scim.group('Mended Admins'),
      await scim.group(fresh()),
      await scim.group(fresh()),
      await scim.group(fresh()),
    ]
    const [before, own] = [await scim.group(fresh(), [person]), await scim.group(fresh())]
    const mappings = [{ group: 'Mended Admins', role: 'admin' as const }]
    await service.admin.call('putRoleMappings', { params: { slug }, body: { mappings } })
    for (const [group, member] of [
      [a, b],
      [b, a],
      [b, c],
      [c, d],
      [d, b],
      [own, own],
      [c, before],
    ])
      await run(`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
        VALUES ('${organization}', '${group}', '${member}', 'group')`)
    const mend = () => mendCircles(service.database, createLog('silent', false), service.now(), () => false)
    expect(await mend()).toBe(3)
    expect(await scim.members(a)).toEqual([b])
    expect(await scim.members(b)).toEqual([c])
    expect(await scim.members(c)).toEqual([before, d].sort())
    expect([await scim.members(d), await scim.members(own)]).toEqual([[], []])
    const { items } = await service.admin.call('listEvents', { params: { slug }, query: { limit: 20 } })
    const told = items.filter(
      ({ type, actor }) => type === 'group.members_changed' && actor.kind === 'system',
    )
    expect(told.map(({ subject }) => subject.id).sort()).toEqual([b, d, own].sort())
    const body = { schemas: [groupUrn], displayName: 'Mended Admins', members: toMembers([b]) }
    expect((await scim.send('PUT', `/Groups/${a}`, body)).status).toBe(200)
    expect(await mend()).toBe(0)
    await service.admin.call('putRoleMappings', { params: { slug }, body: { mappings: [] } })
  })

  const nest = (edges: string, many = 10_000): Promise<void> =>
    run(`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${many})
      SELECT '${directory.organization.id}', ${edges}, 'group' FROM n`)
  const unnest = (): Promise<void> => run(`DELETE FROM group_member WHERE group_id LIKE 'grp_deep%'`)

  it('L17: groups that lie ten thousand deep in each other are walked once', async () => {
    const [a, b] = [await scim.group(fresh()), await scim.group(fresh())]
    await nest(`'grp_deep' || i, 'grp_deep' || (i + 1)`)
    for (const [group, member] of [
      ['grp_deep10001', a],
      [a, b],
      [b, a],
    ])
      await run(`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
        VALUES ('${directory.organization.id}', '${group}', '${member}', 'group')`)
    const mended = await mendCircles(service.database, createLog('silent', false), service.now(), () => false)
    await unnest()
    expect(mended).toBe(1)
    expect([await scim.members(a), await scim.members(b)]).toEqual([[b], []])
  })

  it('L17: more than ten thousand groups in groups are refused whole, and people are not counted', async () => {
    const [outer, inner] = [await scim.group(fresh()), await scim.group(fresh())]
    const person = await scim.user(`${fresh('p').replace(' ', '')}@acme.test`)
    await nest(`'grp_deep' || i, 'grp_none' || i`)
    const add = (ids: readonly string[]) =>
      scim.send('PATCH', `/Groups/${outer}`, { schemas: [patchOp], Operations: [op('add', ids)] })
    const name = fresh()
    const made = { schemas: [groupUrn], displayName: name, members: toMembers([inner]) }
    const [refused, unmade, taken] = [
      await add([person, inner]),
      await scim.send('POST', '/Groups', made),
      await add([person]),
    ]
    await run(`DELETE FROM group_member WHERE group_id LIKE 'grp_deep9%'`)
    const fits = await add([inner])
    await unnest()
    expect([refused.status, refused.body.scimType, unmade.status, unmade.body.scimType]).toEqual([
      400,
      'invalidValue',
      400,
      'invalidValue',
    ])
    expect(refused.body.detail).toContain('10,000 groups as members')
    expect([taken.status, fits.status].every((status) => status < 300)).toBe(true)
    expect(await scim.members(outer)).toEqual([inner, person].sort())
    const found = await scim.send('GET', `/Groups?filter=${encodeURIComponent(`displayName eq "${name}"`)}`)
    expect(found.body.totalResults).toBe(0)
  })

  describe('M2: of more groups in groups than there are places for', () => {
    const put = (group: string, members: readonly string[]) =>
      scim.send('PUT', `/Groups/${group}`, {
        schemas: [groupUrn],
        displayName: fresh(),
        members: toMembers(members),
      })
    const open = async () => {
      const person = await scim.user(`${fresh('p').replace(' ', '')}@acme.test`)
      const [inner, other] = [await scim.group(fresh()), await scim.group(fresh())]
      return { person, inner, other, outer: await scim.group(fresh(), [person, other]) }
    }
    const unfill = () => run(`DELETE FROM group_member WHERE member_id LIKE 'grp_none%'`)

    it('M2: those of unconfirmed keys take places of their own alone', async () => {
      const { person, inner, other, outer } = await open()
      const { slug } = directory.organization
      const contact = await openCaller(service, slug, 'contact')
      const { token } = await contact.client.call('createKey', { params: { slug }, body: { name: 'k' } })
      const unconfirmed = createClient({ ...directory, key: token })
      const [theirs, one, two] = [
        await unconfirmed.group(fresh()),
        await unconfirmed.group(fresh()),
        await unconfirmed.group(fresh()),
      ]
      await nest(`'${theirs}', 'grp_none' || i`)
      const exchanged = await put(outer, [other, inner])
      const more = { schemas: [groupUrn], displayName: fresh(), members: toMembers([one]) }
      const refused = await unconfirmed.send('POST', '/Groups', more)
      await unfill()
      await nest(`'${theirs}', 'grp_none' || i`, unconfirmedBounds.nested - 1)
      const add = (id: string) =>
        unconfirmed.send('PATCH', `/Groups/${theirs}`, { schemas: [patchOp], Operations: [op('add', [id])] })
      const [last, beyond] = [await add(one), await add(two)]
      await unfill()
      expect([exchanged.status, await scim.members(outer)]).toEqual([200, [inner, other].sort()])
      expect(await scim.members(outer)).not.toContain(person)
      expect(refused.status).toBe(403)
      expect(refused.body.detail).toContain(`${unconfirmedBounds.nested} groups are members`)
      expect([last.status < 300, beyond.status]).toEqual([true, 403])
    })

    it('M2: none is refused for those that were there before: people and groups still go, and one takes the place of another', async () => {
      const { person, inner, other, outer } = await open()
      await nest(`'grp_deep' || i, 'grp_none' || i`)
      await nest(`'grp_deep' || i, 'grp_none_' || i`)
      const patch = (...operations: object[]) =>
        scim.send('PATCH', `/Groups/${outer}`, { schemas: [patchOp], Operations: operations })
      const replies = [
        await put(outer, [person, other, inner]),
        await patch(op('add', [inner])),
        await put(outer, [other]),
        await patch(op('add', [other, person])),
        await patch(op('add', [inner]), op('remove', [other])),
        await put(outer, [person]),
        await put(outer, [inner]),
      ]
      await unfill()
      expect(replies.map(({ status }) => (status < 300 ? 'taken' : status))).toEqual([
        400,
        400,
        ...['taken', 'taken', 'taken', 'taken'],
        400,
      ])
      expect(await scim.members(outer)).toEqual([person])
    })
  })

  describe('a group that cannot be a member', () => {
    it('is left out and named where there are others, and refused alone, by strict and by interop', async () => {
      const people = [await scim.user(`${fresh('p').replace(' ', '')}@acme.test`), await scim.group(fresh())]
      for (const profile of Object.keys(profiles) as ProfileName[]) {
        const client = await as(profile)
        for (const way of ['PUT', 'add', 'replace']) {
          const inner = await scim.group(fresh())
          const outer = await scim.group(fresh(), [inner])
          const send = (ids: readonly string[]) =>
            way === 'PUT'
              ? client.send('PUT', `/Groups/${inner}`, {
                  schemas: [groupUrn],
                  displayName: fresh(),
                  members: toMembers(ids),
                })
              : client.send('PATCH', `/Groups/${inner}`, { schemas: [patchOp], Operations: [op(way, ids)] })
          for (const impossible of [outer, inner]) {
            const mixed = await send([...people, impossible])
            const name = `${profile} ${way}`
            expect([name, mixed.status]).toEqual([
              name,
              isLetter(profile) ? 400 : mixed.status < 300 ? mixed.status : 200,
            ])
            expect(await said(), name).toContain(impossible)
            expect(await scim.members(inner)).toEqual(isLetter(profile) ? [] : [...people].sort())
            const alone = await send([impossible])
            expect([name, alone.status, alone.body.scimType]).toEqual([name, 400, 'invalidValue'])
            expect(await scim.members(inner)).toEqual(isLetter(profile) ? [] : [...people].sort())
          }
        }
      }
    })
  })

  describe('a group that is created again with its name and externalId', () => {
    const create = (client: ScimClient, more: object) =>
      client.send('POST', '/Groups', { schemas: [groupUrn], ...more })

    it('is the same group, keeps its members and has the new ones; strict and interop make two, entra refuses', async () => {
      const [one, two] = [
        await scim.user(`${fresh('m').replace(' ', '')}@acme.test`),
        await scim.user(`${fresh('m').replace(' ', '')}@acme.test`),
      ]
      for (const profile of Object.keys(profiles) as ProfileName[]) {
        const client = await as(profile)
        const [displayName, externalId] = [fresh(profile), fresh('ext')]
        const first = await create(client, { displayName, externalId, members: toMembers([one]) })
        const again = await create(client, { displayName, externalId, members: toMembers([two]) })
        const expected = profile === 'entra' ? 409 : 201
        expect([profile, first.status, again.status]).toEqual([profile, 201, expected])
        if (profile === 'entra') {
          expect(await said()).toContain(`${first.body.id}`)
          continue
        }
        expect([profile, again.body.id === first.body.id]).toEqual([profile, !isLetter(profile)])
        if (isLetter(profile)) continue
        expect(await said()).toMatch(/^Linked the existing group/)
        expect(await scim.members(first.body.id as string)).toEqual([one, two].sort())
        for (const other of [
          { displayName },
          { displayName, externalId: 'y' },
          { displayName: fresh(), externalId },
        ])
          expect((await create(client, other)).body.id).not.toBe(first.body.id)
      }
    })

    it('G05: is the same also without an externalId, where the same key made it; never that of another key', async () => {
      const [one, two] = [
        await scim.user(`${fresh('n').replace(' ', '')}@acme.test`),
        await scim.user(`${fresh('n').replace(' ', '')}@acme.test`),
      ]
      for (const profile of Object.keys(profiles) as ProfileName[]) {
        const client = await as(profile)
        const displayName = fresh(profile)
        const first = await create(client, { displayName, members: toMembers([one]) })
        const again = await create(client, { displayName, members: toMembers([two]) })
        const isLinked = profiles[profile].tolerances.has('relink-groups')
        expect([profile, first.status, again.status]).toEqual([profile, 201, profile === 'entra' ? 409 : 201])
        expect([profile, again.body.id === first.body.id]).toEqual([profile, isLinked])
        if (!isLinked) continue
        expect(await said()).toMatch(/^Linked the existing group .* \(same name and externalId, or none/)
        expect(await scim.members(first.body.id as string)).toEqual([one, two].sort())
        const others = [
          await create(await as(profile), { displayName }),
          await create(client, { displayName, externalId: fresh('ext') }),
        ]
        for (const other of others)
          expect([profile, other.status, other.body.id === first.body.id]).toEqual([profile, 201, false])
        // A group that has become another's by an externalId is not found without one.
        await client.send('PATCH', `/Groups/${first.body.id}`, {
          schemas: [patchOp],
          Operations: [{ op: 'add', path: 'externalId', value: fresh('ext') }],
        })
        expect((await create(client, { displayName })).body.id).not.toBe(first.body.id)
      }
    })

    it.each(['an externalId', 'none'])(
      'is one group also where several create it at once, with %s',
      async (what) => {
        for (let round = 0; round < 4; round += 1) {
          const displayName = fresh()
          const externalId = what === 'none' ? undefined : fresh('ext')
          const replies = await Promise.all([1, 2, 3, 4].map(() => create(scim, { displayName, externalId })))
          expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201])
          expect(new Set(replies.map(({ body }) => body.id)).size).toBe(1)
        }
      },
    )
  })

  it('names of groups that differ by white space are one for entra, and two for everybody else and for rules', async () => {
    const entra = await as('entra')
    const name = fresh('R&D')
    const create = (client: ScimClient, displayName: string) =>
      client.send('POST', '/Groups', { schemas: [groupUrn], displayName })
    const { body } = await create(entra, name)
    const spellings = [
      `${name} `,
      ` ${name}`,
      name.replace(' ', '  '),
      name.replace(' ', '\t'),
      `\u00a0${name}`,
      `${name}\n`,
    ]
    for (const other of [...spellings, name.toUpperCase()]) {
      expect([other, (await create(entra, other)).status]).toEqual([other, 409])
      expect(await said()).toContain(body.id)
    }
    for (const other of spellings) expect([other, (await create(scim, other)).status]).toEqual([other, 201])
    // A name that stays is not judged anew.
    const value = { op: 'replace', path: 'externalId', value: 'x' }
    const patched = await entra.send('PATCH', `/Groups/${body.id}`, {
      schemas: [patchOp],
      Operations: [value],
    })
    expect(patched.status).toBe(204)
  })

  it('F8 m: a PATCH of a group is answered with the group, but to Okta and Entra, and beyond 1,000 members', async () => {
    const id = await scim.group(fresh())
    const patch = (client: ScimClient, ids: readonly string[], query = '', headers = {}) =>
      client.send(
        'PATCH',
        `/Groups/${id}${query}`,
        { schemas: [patchOp], Operations: [op('add', ids)] },
        headers,
      )
    for (const profile of Object.keys(profiles) as ProfileName[]) {
      const client = await as(profile)
      const user = await scim.user(`${fresh('q').replace(' ', '')}@acme.test`)
      const isQuiet = profile === 'okta' || profile === 'entra'
      const reply = await patch(client, [user])
      expect([profile, reply.status]).toEqual([profile, isQuiet ? 204 : 200])
      expect(reply.headers.get('content-type') === null).toBe(isQuiet)
      if (!isQuiet) expect(JSON.stringify(reply.body.members)).toContain(user)
      expect((await patch(client, [user], '?attributes=displayName')).status).toBe(200)
    }
    // A key of its own: what a key was seen to be sent by is remembered for requests that do not say.
    for (const [agent, status] of [
      ['Okta SCIM Client 1.0.0', 204],
      ['okta', 204],
      ['Microsoft Azure AD Provisioning', 204],
      ['AzureAD', 204],
      ['Oktavia 2', 200],
      ['python-requests/2', 200],
      ['', 200],
    ] as const)
      expect([agent, (await patch(await as('auto'), [], '', { 'user-agent': agent })).status]).toEqual([
        agent,
        status,
      ])
    const rows = Array.from(
      { length: 1_000 },
      (_, at) => `('${directory.organization.id}', '${id}', 'usr_${String(at).padStart(26, '0')}', 'user')`,
    )
    await run(
      `INSERT INTO group_member (organization_id, group_id, member_id, member_type) VALUES ${rows.join()}`,
    )
    const large = await patch(scim, [])
    expect([large.status, large.headers.get('content-type')]).toEqual([204, null])
    expect((await patch(scim, [], '?excludedAttributes=members')).status).toBe(200)
  })
})
