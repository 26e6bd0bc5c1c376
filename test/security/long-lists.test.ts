// Lists of people in a large organization: one statement looks at a slice, whatever is asked for, and nobody is missed or shown twice.
// And searches: whom they find before and after words are written, and that no word stays of whoever has it no more.
// Judges: server/users.
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { fillPeople, indexPeople } from '../../packages/server/src/users/index-people.ts'
import { peoplePerSlice } from '../../packages/server/src/users/views.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'
import { createClient, patchOp } from '../scim/client.ts'

const copies = peoplePerSlice * 2 + 300

forEachStore((start) => {
  let service: Service
  let acme: Directory
  let globex: Directory
  let rare = ''
  let lovelace = ''
  const on = () => false
  const index = () => indexPeople(service.database, service.now(), on)
  beforeAll(async () => {
    service = await start()
    acme = await service.createOrganization()
    const directory = createClient(acme)
    const one = await directory.user('a-one@acme.test')
    lovelace = await directory.user('countess', { displayName: 'Ada King', name: { familyName: 'Lovelace' } })
    const columns = sql.raw(
      'active, role, managed_by, role_origin, resource, version, created_at, updated_at',
    )
    const insert = organizationQuery(({ db, organizationId }) => ({
      compile: () =>
        sql`INSERT INTO "user" (organization_id, id, user_name, user_name_key, display_name_key, source, ${columns})
          WITH RECURSIVE counted AS (SELECT 1 AS at UNION ALL SELECT at + 1 FROM counted WHERE at < ${sql.lit(copies)})
          SELECT organization_id, 'usr_z' || substr('0000000' || at, -7), 'a' || at, 'a' || at, 'a' || at, 'imported', ${columns}
          FROM "user" CROSS JOIN counted WHERE organization_id = ${organizationId} AND id = ${one}`.compile(
          db,
        ),
    }))
    await service.database.inOrganization(createScope(acme.organization.id), async (tx) =>
      tx.write(insert, {}),
    )
    rare = one
  })

  async function listAll(
    query: { search?: string; source?: 'imported' | 'scim'; role?: 'owner' },
    of: Directory = acme,
  ) {
    const params = { slug: of.organization.slug }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const more = cursor === undefined ? {} : { cursor }
      const page = await service.admin.call('listUsers', { params, query: { limit: 200, ...query, ...more } })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return seen
  }

  it('F3: those of a source, and those whom a search finds, are all there, once each, few or many', async () => {
    for (const query of [{ source: 'imported' as const }, { search: 'a', source: 'imported' as const }]) {
      const seen = await listAll(query)
      expect([seen.length, new Set(seen).size]).toEqual([copies, copies])
      expect(seen.toSorted()).toEqual(seen)
    }
    expect(await listAll({ search: 'a' })).toHaveLength(copies + 2)
    expect(await listAll({ search: 'a-one' })).toEqual([rare])
    expect(await listAll({ source: 'scim' })).toEqual([rare, lovelace])
    expect(await listAll({ role: 'owner' })).toEqual([])
  })

  it('F3: people of before are found by any word while they are filled in, and afterwards, and nobody else', async () => {
    const all = async () => ({
      word: await listAll({ search: 'love' }),
      many: (await listAll({ search: 'a' })).length,
      narrowed: await listAll({ search: 'a', source: 'scim' }),
      both: await listAll({ search: 'a lovelace' }),
      none: await listAll({ search: 'ovelace' }),
      signs: (await listAll({ search: '-' })).length,
    })
    const expected = {
      word: [lovelace],
      many: copies + 2,
      narrowed: [rare, lovelace],
      both: [lovelace],
      none: [],
      signs: 0,
    }
    const begin = organizationQuery(({ db, organizationId }) =>
      db.insertInto('user_search_fill').values({ organization_id: organizationId, after_id: '' }),
    )
    await service.database.inOrganization(createScope(acme.organization.id), async (tx) =>
      tx.write(begin, {}),
    )
    expect(await all()).toEqual(expected)
    let looks = 0
    const soon = () => {
      looks += 1
      return looks > 30
    }
    await fillPeople(service.database, soon)
    expect(await all()).toEqual(expected)
    await fillPeople(service.database, on)
    expect(await listWords('none')).toEqual([])
    expect(await all()).toEqual(expected)
  })

  const listWords = async (prefix: string) => {
    const select = organizationQuery(({ db, organizationId }) =>
      db
        .selectFrom('user_search_word')
        .select('word')
        .where('organization_id', '=', organizationId)
        .where('word', '>=', prefix)
        .where('word', '<', `${prefix}~`)
        .orderBy('word'),
    )
    const rows = await service.database.readOrganization(createScope(acme.organization.id), select, {})
    return rows.map(({ word }) => word)
  }

  it('of whoever is renamed, removed and brought back no word stays that is not theirs, and none is missing', async () => {
    globex = await service.createOrganization()
    const [own, other] = [createClient(acme), createClient(globex)]
    const id = await own.user('yed@acme.test', { externalId: 'yx-77', displayName: 'Yoë Yorn' })
    const elsewhere = await other.user('yed@globex.test', { displayName: 'Yoë Yorn' })
    await index()
    expect(await listWords('y')).toEqual(['yed', 'yoe', 'yorn', 'yx'])
    for (const search of ['yorn', 'yoe yed', 'yx-77', id]) expect(await listAll({ search })).toEqual([id])
    expect(await listAll({ search: 'yorn' }, globex)).toEqual([elsewhere])
    await own.send('PATCH', `/Users/${id}`, {
      schemas: [patchOp],
      Operations: [{ op: 'replace', path: 'displayName', value: 'Yoë Yabel' }],
    })
    await index()
    expect(await listWords('y')).toEqual(['yabel', 'yed', 'yoe', 'yx'])
    expect(await listAll({ search: 'yorn' })).toEqual([])
    await own.send('DELETE', `/Users/${id}`)
    await index()
    expect(await listWords('y')).toEqual([])
    expect(await listAll({ search: 'yabel' })).toEqual([])
    const again = await own.user('yed@acme.test', { externalId: 'yx-77', displayName: 'Yoë Yabel' })
    await index()
    await index()
    expect(await listWords('y')).toEqual(['yabel', 'yed', 'yoe', 'yx'])
    expect(await listAll({ search: 'yab' })).toEqual([again])
    expect(await listAll({ search: 'yorn' }, globex)).toEqual([elsewhere])
  })
})
