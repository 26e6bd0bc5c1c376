// What is counted of each day: with the lines of activity, of deliveries, and of what was there before anything was counted.
// Judges: server/activity.
import { type Sentence, say } from '@rollcall/api/sentences'
import { beforeAll, expect, it } from 'vitest'
import { countEarlierActivity, hasActivityToCount } from '../../packages/server/src/activity/count-earlier.ts'
import { pruneActivity } from '../../packages/server/src/activity/prune.ts'
import { type ActivityNote, createActivityWriter } from '../../packages/server/src/activity/writer.ts'
import { createId } from '../../packages/server/src/base/id.ts'
import { noteKeyUse } from '../../packages/server/src/directory/key-use.ts'
import { listUnheard } from '../../packages/server/src/directory/unheard-keys.ts'
import { createLog } from '../../packages/server/src/index.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { StoreUnavailable } from '../../packages/server/src/store/errors.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { forEachStore, type Service } from '../harness/service.ts'

const dayMs = 86_400_000

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const openWriter = (database: Database = service.database) =>
    createActivityWriter({
      database,
      noteKeyUse,
      listUnheard,
      clock: service.now,
      log: createLog('silent', false),
    })
  type Organization = { readonly slug: string; readonly id: string }
  const newOrganization = async (): Promise<Organization> => (await service.createOrganization()).organization
  const note = (organization: Organization, more: Partial<ActivityNote> = {}): ActivityNote => ({
    organizationId: organization.id,
    at: service.now(),
    method: 'GET',
    path: '/scim/v2/Users',
    status: 200,
    durationUs: 1_500,
    explanation: [],
    requestId: createId('req', service.now()),
    keyId: null,
    ip: null,
    userAgent: null,
    requestBody: null,
    responseBody: null,
    ...more,
  })
  const write = async (notes: readonly ActivityNote[]): Promise<void> => {
    const writer = openWriter()
    for (const one of notes) writer.note(one)
    await writer.close()
  }
  const read = (organization: Organization, days = 30) =>
    service.admin.call('getStatistics', { params: { slug: organization.slug }, query: { days } })
  const countToday = async (organization: Organization) => (await read(organization, 1)).days[0]

  const taken: readonly Sentence[] = [
    say('refused'),
    say('user_name_held'),
    say('holder', { name: 'ada@acme.test', id: 'usr_1', state: 'active', origin: 'sso', owner: 'none' }),
    say('advise_one_person'),
  ]
  const written = (organization: Organization): readonly ActivityNote[] => [
    note(organization),
    note(organization, { method: 'POST', path: '/scim/v2/Users/.search' }),
    note(organization, { status: 404 }),
    note(organization, { method: 'POST', status: 201 }),
    note(organization, { method: 'PATCH' }),
    note(organization, { method: 'POST', status: 409, explanation: taken }),
    note(organization, { method: 'POST', status: 409, explanation: taken }),
    note(organization, { kind: 'sign_in', status: 303, explanation: [say('sign_in_done', { name: 'a' })] }),
    // A test is no sign-in.
    note(organization, { kind: 'sign_in', explanation: [say('mending_failed', { detail: 'x' })] }),
    note(organization, { kind: 'sign_in', status: 403, code: 'user_blocked', path: '/saml/c/acs' }),
    note(organization, { kind: 'sign_in', status: 403, code: 'not_a_response', path: '/saml/c/slo' }),
  ]
  const counted = {
    reads: 3,
    changes: 2,
    refusals: 2,
    signIns: 1,
    refusedSignIns: 1,
    deliveries: 0,
    failedAttempts: 0,
  }

  it('is by kind and day, of the organization alone, and what was refused has its reason and no name', async () => {
    const [one, other] = [await newOrganization(), await newOrganization()]
    await write(written(one))
    await write([...written(one).slice(0, 3), note(one, { at: service.now() - 2 * dayMs })])
    const found = await read(one, 3)
    expect(found.days.map(({ date: _, ...day }) => day)).toMatchObject([
      { reads: 1, changes: 0 },
      { reads: 0 },
      { ...counted, reads: 6 },
    ])
    expect(found.refusals.map(({ code, count, kind }) => [kind, code, count])).toEqual([
      ['scim', 'user_name_held', 2],
      ['sign_in', 'user_blocked', 1],
    ])
    expect(found.refusals[0]?.sentences.map(({ code }) => code)).toEqual([
      'user_name_held',
      'advise_one_person',
    ])
    const search = found.refusals[0]?.code
    const params = { slug: one.slug }
    const entries = await service.admin.call('listActivity', { params, query: { search } })
    expect(entries.items).toHaveLength(2)
    expect(found.countedSince).toBe(found.deliveriesCountedSince)
    expect((await read(other)).days.every(({ reads }) => reads === 0)).toBe(true)
    const all = await service.admin.call('getInstallationStatistics', { query: { days: 7 } })
    expect(all.busiest.find(({ organization }) => organization.slug === one.slug)?.totals).toEqual({
      ...counted,
      reads: 7,
    })
    expect(all.mostRefused.map(({ organization }) => organization.slug)).toContain(one.slug)
    expect(all.days.at(-1)?.reads).toBeGreaterThanOrEqual(6)
  })

  it('stands in the list of organizations, which has an order and is narrowed by how they fare', async () => {
    const made = ['Zeta', 'alpha', 'Ärger', 'beta'].map((name, at) =>
      service.admin.call('createOrganization', { body: { name, slug: `in-order-${at}`, requireSso: false } }),
    )
    const [, alpha] = await Promise.all(made)
    const params = { slug: alpha?.slug ?? '' }
    await service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
    const expiresAt = new Date(service.now() + 5 * dayMs).toISOString()
    const { key } = await service.admin.call('createKey', { params, body: { name: 'Ends', expiresAt } })
    const refused = { method: 'POST', status: 409, explanation: taken }
    await write([1, 2].map(() => note(alpha as Organization, refused)))
    const listAll = async (query: object) => {
      const slugs: string[] = []
      for (let cursor: string | undefined; ; ) {
        const page = await service.admin.call('listOrganizations', { query: { ...query, limit: 1, cursor } })
        slugs.push(...page.items.map(({ slug }) => slug))
        if (page.nextCursor === null) return slugs
        cursor = page.nextCursor
      }
    }
    const search = 'in-order-'
    expect(await listAll({ search, sort: 'name' })).toEqual([
      'in-order-1',
      'in-order-3',
      'in-order-0',
      'in-order-2',
    ])
    expect((await listAll({ search, sort: 'lastRequestAt' }))[0]).toBe('in-order-1')
    expect(await listAll({ search, sort: 'lastRequestAt' })).toHaveLength(4)
    expect(await listAll({ search, status: 'failing' })).toEqual(['in-order-1'])
    expect(await listAll({ search, status: 'off' })).toHaveLength(3)
    const [row] = (await service.admin.call('listOrganizations', { query: { search: 'in-order-1' } })).items
    expect(row?.dailyRequests.at(-1)).toBe(2)
    const foreign = service.admin.call('listOrganizations', { query: { sort: 'name', cursor: 'org_1' } })
    await expect(foreign).rejects.toMatchObject({ problem: { status: 400 } })
    const { failing } = await service.admin.call('getInstallationStatistics', { query: { days: 2 } })
    expect(failing).toMatchObject([{ organization: { slug: 'in-order-1' }, refused: 2, judged: 2 }])
    const endings = (await service.admin.call('listEndings', {})).items
    expect(endings).toMatchObject([{ kind: 'api_key', subjectId: key.id, name: 'Ends', endsAt: expiresAt }])
  })

  it('has deliveries, counts nothing twice where an answer of the store was lost, and none of who is gone', async () => {
    const organization = await newOrganization()
    let isLost = true
    const losing = Object.create(service.database, {
      inOrganization: {
        value: async (...given: Parameters<Database['inOrganization']>) => {
          const answer = await service.database.inOrganization(...given)
          if (!isLost) return answer
          isLost = false
          throw new StoreUnavailable('the answer was lost', undefined)
        },
      },
    }) as Database
    const writer = openWriter(losing)
    writer.note(note(organization))
    writer.noteDelivery(organization.id, service.now(), true)
    writer.noteDelivery(organization.id, service.now(), false)
    writer.noteDelivery(organization.id, service.now(), true)
    await writer.flush()
    await writer.close()
    expect(isLost).toBe(false)
    expect(await countToday(organization)).toMatchObject({ reads: 1, deliveries: 2, failedAttempts: 1 })

    const gone = await newOrganization()
    await service.admin.call('deleteOrganization', {
      params: { slug: gone.slug },
      body: { confirm: gone.slug },
    })
    const late = openWriter()
    late.noteDelivery(gone.id, service.now(), true)
    await late.close()
    const rows = await service.database.readOrganization(
      createScope(gone.id),
      organizationQuery(({ db, organizationId }) =>
        db.selectFrom('activity_day').select('day').where('organization_id', '=', organizationId),
      ),
      {},
    )
    expect(rows).toEqual([])
  })

  it('is made up of what was there before, once, and says from when on it holds', async () => {
    const organization = await newOrganization()
    await write(written(organization))
    // As the version before left it.
    await service.database.inOrganization(createScope(organization.id), async (tx) => {
      for (const statement of [
        organizationQuery(({ db, organizationId }) =>
          db.deleteFrom('activity_day').where('organization_id', '=', organizationId),
        ),
        organizationQuery(({ db, organizationId }) =>
          db
            .updateTable('activity_flush')
            .set({ is_counted: null })
            .where('organization_id', '=', organizationId),
        ),
        organizationQuery(({ db, organizationId }) =>
          db.insertInto('activity_counting').values({ organization_id: organizationId }),
        ),
      ])
        tx.write(statement, {})
    })
    expect(await read(organization)).toMatchObject({ countedSince: null })
    await write([note(organization)])
    expect(await hasActivityToCount(service.database)).toBe(true)
    for (const _ of [1, 2]) await countEarlierActivity(service.database, service.now, () => false)
    expect(await hasActivityToCount(service.database)).toBe(false)
    expect(await countToday(organization)).toMatchObject({ ...counted, reads: 4 })
    expect(await read(organization)).not.toMatchObject({ countedSince: null })

    await write([note(organization, { at: service.now() - 91 * dayMs })])
    await pruneActivity(
      service.database,
      () => service.now() + dayMs,
      () => false,
    )
    expect(await countToday(organization)).toMatchObject({ reads: 4 })
  })
})
