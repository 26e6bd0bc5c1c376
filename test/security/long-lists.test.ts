// Lists of people in a large organization: one statement looks at a slice, whatever is asked for, and nobody is missed or shown twice.
// Judges: server/users.
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { peoplePerSlice } from '../../packages/server/src/users/views.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'
import { createClient } from '../scim/client.ts'

const copies = peoplePerSlice * 2 + 300

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let acme: Directory
  let rare = ''
  beforeAll(async () => {
    service = await start()
    acme = await service.createOrganization()
    const directory = createClient(acme as never)
    const one = await directory.user('a-one@acme.test')
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

  async function listAll(query: { search?: string; source?: 'imported' | 'scim'; role?: 'owner' }) {
    const params = { slug: acme.organization.slug }
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
    expect(await listAll({ search: 'a' })).toHaveLength(copies + 1)
    expect(await listAll({ search: 'a-one' })).toEqual([rare])
    expect(await listAll({ source: 'scim' })).toEqual([rare])
    expect(await listAll({ role: 'owner' })).toEqual([])
  })
})
