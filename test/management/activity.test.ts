// Activity as it lies in the store: many requests in a row, of several classes, nodes and versions, read as one list.
// Judges: server/activity.
import { type Sentence, say } from '@rollcall/api/sentences'
import { beforeAll, describe, expect, it } from 'vitest'
import { pruneActivity } from '../../packages/server/src/activity/prune.ts'
import { listActivity } from '../../packages/server/src/activity/query.ts'
import { type ActivityNote, createActivityWriter } from '../../packages/server/src/activity/writer.ts'
import { createId } from '../../packages/server/src/base/id.ts'
import { noteKeyUse } from '../../packages/server/src/directory/key-use.ts'
import { listUnheard } from '../../packages/server/src/directory/unheard-keys.ts'
import { createLog } from '../../packages/server/src/index.ts'
import { createScope, type Database } from '../../packages/server/src/store/database.ts'
import { StoreUnavailable } from '../../packages/server/src/store/errors.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { forOneStore, type Service } from '../harness/service.ts'

/** A note that says just that. */
const tell = (text: string): readonly Sentence[] => [
  say('mending_failed', { detail: text.replace(/\.$/, '') }),
]

const dayMs = 86_400_000

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const newOrganization = async () => {
    const { organization } = await service.createOrganization()
    return { slug: organization.slug, id: organization.id }
  }
  type Organization = Awaited<ReturnType<typeof newOrganization>>

  /** A writer of a node of its own. */
  const openWriter = (database: Database = service.database) =>
    createActivityWriter({
      database,
      noteKeyUse,
      listUnheard,
      clock: service.now,
      log: createLog('silent', false),
    })
  const note = (organization: Organization, more: Partial<ActivityNote> = {}): ActivityNote => ({
    organizationId: organization.id,
    at: service.now(),
    method: 'GET',
    path: '/scim/v2/Users',
    status: 200,
    durationUs: 1_500,
    explanation: tell('Read.'),
    requestId: createId('req', more.at ?? service.now()),
    keyId: 'key_0000000000000000000000000a',
    ip: '127.0.0.1',
    userAgent: 'test',
    requestBody: null,
    responseBody: null,
    ...more,
  })
  const write = async (notes: readonly ActivityNote[]): Promise<void> => {
    const writer = openWriter()
    for (const one of notes) writer.note(one)
    await writer.close()
  }
  const list = (organization: Organization, query: object = {}) =>
    service.admin.call('listActivity', { params: { slug: organization.slug }, query })
  const listAll = async (organization: Organization, query: object = {}) => {
    const items = []
    for (let cursor: string | undefined; ; ) {
      const page = await list(organization, { ...query, ...(cursor === undefined ? {} : { cursor }) })
      items.push(...page.items)
      if (page.nextCursor === null) return items
      cursor = page.nextCursor
    }
  }
  /** As the version before wrote it. */
  const writeEarlier = (organization: Organization, at: number, isRefusal = false) =>
    service.database.inOrganization(createScope(organization.id), async (tx) => {
      const id = createId('act', at)
      const row = {
        organization_id: organization.id,
        id,
        occurred_at: at,
        method: 'POST',
        path: '/scim/v2/Users',
        status: 201,
        duration_us: 10,
        outcome: isRefusal ? ('refused' as const) : ('ok' as const),
        explanation: 'Created "earlier_100%@x.test".',
        request_id: 'req_earlier',
        key_id: null,
        ip: null,
        user_agent: null,
        kind: 'scim' as const,
        code: null,
        connection_id: null,
      }
      tx.write(
        organizationQuery(({ db }) => db.insertInto('activity').values(row)),
        {},
      )
      const body = {
        organization_id: organization.id,
        activity_id: id,
        is_refusal: isRefusal ? (1 as const) : (0 as const),
      }
      tx.write(
        organizationQuery(({ db }) =>
          db.insertInto('activity_body').values({ ...body, request_body: '{"a":1}', response_body: null }),
        ),
        {},
      )
    })
  const countRows = async (
    organization: Organization,
    table: 'activity' | 'activity_flush',
  ): Promise<number> =>
    (
      await service.database.readOrganization(
        createScope(organization.id),
        organizationQuery(({ db, organizationId }) =>
          db.selectFrom(table).select('organization_id').where('organization_id', '=', organizationId),
        ),
        {},
      )
    ).length

  describe('a list', () => {
    it('has each entry once and in order, whatever rows of classes and nodes overlap, however it is paged', async () => {
      const organization = await newOrganization()
      const from = service.now() - 60_000
      // Three nodes that write the same seconds, one after the other.
      for (let node = 0; node < 3; node += 1)
        await write(
          Array.from({ length: 70 }, (_unused, turn) =>
            note(organization, {
              at: from + turn * 100 + node * 33,
              explanation: tell(`Node ${node}, turn ${turn}.`),
              status: [200, 400, 503][turn % 3] as number,
              requestBody: `{"turn":${turn}}`,
              ...(turn % 5 === 0 ? { kind: 'sign_in' as const, code: turn % 2 === 0 ? 'denied' : null } : {}),
            }),
          ),
        )
      const whole = await listAll(organization, { limit: 200 })
      expect(whole).toHaveLength(210)
      expect(whole.map(({ id }) => id)).toEqual(
        whole
          .map(({ id }) => id)
          .toSorted()
          .toReversed(),
      )
      expect(new Set(whole.map(({ explanation }) => explanation)).size).toBe(210)
      for (const limit of [7, 64])
        expect((await listAll(organization, { limit })).map(({ id }) => id)).toEqual(
          whole.map(({ id }) => id),
        )
      // The texts are those of the entry, in whatever row it lies.
      for (const { explanation, requestBody } of whole)
        expect(requestBody).toBe(`{"turn":${/turn (\d+)/.exec(explanation)?.[1]}}`)
      for (const query of [
        { outcome: 'refused' },
        { kind: 'sign_in' },
        { kind: 'scim', outcome: 'failed' },
      ]) {
        const wanted = whole.filter((row) =>
          Object.entries(query).every(([name, value]) => row[name as 'kind'] === value),
        )
        expect(wanted.length).toBeGreaterThan(10)
        const found = await listAll(organization, { ...query, limit: 9 })
        expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id))
      }
    })

    it('shows what the version before wrote beside it, also while that still writes', async () => {
      const organization = await newOrganization()
      const from = service.now() - 60_000
      for (let turn = 0; turn < 9; turn += 1) {
        await writeEarlier(organization, from + turn * 2_000)
        await write([note(organization, { at: from + turn * 2_000 + 1_000 })])
      }
      const paged = await listAll(organization, { limit: 4 })
      expect(paged.map(({ method }) => method)).toEqual(
        Array.from({ length: 9 }, () => ['GET', 'POST']).flat(),
      )
      expect(paged[1]).toMatchObject({
        requestBody: '{"a":1}',
        kind: 'scim',
        outcome: 'ok',
        durationMs: 0.01,
      })
      expect((await list(organization, { search: 'EARLIER_100%' })).items).toHaveLength(9)
      expect((await list(organization, { search: 'earlierX100' })).items).toHaveLength(0)
      expect((await list(organization, { search: 'REQ_earlier' })).items).toHaveLength(9)
      expect((await list(organization, { search: 'req_earl' })).items).toHaveLength(0)
      const { lastRequestAt } = await service.admin.call('getProvisioning', {
        params: { slug: organization.slug },
      })
      expect(lastRequestAt).toBe(paged[0]?.occurredAt)
    })

    it('answers a cursor that is none of ours', async () => {
      const organization = await newOrganization()
      await write([note(organization)])
      expect((await list(organization, { cursor: 'zzz' })).items).toHaveLength(1)
      for (const cursor of ['0', 'act_', 'act_!'])
        expect((await list(organization, { cursor })).items, cursor).toHaveLength(0)
    })
  })

  describe('a search', () => {
    it('looks through all that is kept: parts of paths and sentences, whole references and credentials', async () => {
      const organization = await newOrganization()
      const other = await newOrganization()
      const now = service.now()
      const reference = createId('req', now - 20 * dayMs)
      const ago = (days: number, more: Partial<ActivityNote>) =>
        note(organization, { at: now - days * dayMs, ...more })
      await write([
        ago(20, { requestId: reference, explanation: tell('Read "Grace_100%@x.test".') }),
        ago(19, { method: 'POST', status: 409, explanation: tell('Refused: "grace_100%@x.test" is taken.') }),
        ago(18, { path: '/scim/v2/Users/GRACE_100%25', keyId: 'key_0000000000000000000000000b' }),
        ago(17, {
          kind: 'sign_in',
          code: 'denied',
          status: 403,
          explanation: tell('Refused GRACE_100%@x.test.'),
        }),
        ago(16, { requestId: 'Proxy-4711-0001', explanation: tell('Étienne said "no\\never".') }),
        note(other, { at: now - 18 * dayMs, explanation: tell('Read "Grace_100%@x.test".') }),
      ])
      await write(
        Array.from({ length: 5_400 }, (_unused, turn) => note(organization, { at: now - 6_000 + turn })),
      )
      const find = async (search: string, more: object = {}) =>
        (await list(organization, { search, limit: 200, ...more })).items.map(({ occurredAt }) =>
          Math.max(0, Math.round((now - Date.parse(occurredAt)) / dayMs)),
        )
      expect(await find(' grace_100%')).toEqual([17, 18, 19, 20])
      expect(await find('Grace_100%@', { kind: 'scim' })).toEqual([19, 20])
      expect(await find('grace_100%', { outcome: 'ok' })).toEqual([18, 20])
      expect(await find('grace_1001')).toEqual([])
      expect(await find('key_0000000000000000000000000B')).toEqual([18])
      expect(await find('key_0000')).toEqual([])
      expect(await find('proxy-4711-0001')).toEqual([16])
      expect(await find(reference)).toEqual([20])
      expect(await find('étienne')).toEqual([16])
      expect(await find('"no\\never"')).toEqual([16])
      expect(await find('/scim/v2/USERS')).toHaveLength(200)
      const paged = await listAll(organization, { search: 'grace_100%', limit: 1 })
      expect(paged.map(({ status }) => status)).toEqual([403, 200, 409, 200])
      const busy = await listAll(organization, { search: 'key_0000000000000000000000000a', limit: 200 })
      expect(busy).toHaveLength(5_404)
    })
  })

  it('M25 fairness: two searches of an organization go through its rows at once, and one of another beside them', async () => {
    const organization = await newOrganization()
    const other = await newOrganization()
    await write([note(organization), note(other, { explanation: tell('Of another.') })])
    let [running, most] = [0, 0]
    const database: Database = {
      ...service.database,
      async readOrganization(scope, statement, args) {
        if (scope.organizationId !== organization.id || !/^activity_flushes ./.test(statement.name))
          return service.database.readOrganization(scope, statement, args)
        running += 1
        most = Math.max(most, running)
        // Held until another organization's search is through.
        await isThrough
        running -= 1
        return service.database.readOrganization(scope, statement, args)
      },
    }
    const search = (one: Organization, text: string) =>
      listActivity(database, createScope(one.id), { limit: 5, search: text })
    const { promise: isThrough, resolve: goOn } = Promise.withResolvers<void>()
    const all = Array.from({ length: 12 }, (_unused, turn) => search(organization, turn % 2 ? 'read' : 'no'))
    expect((await search(other, 'another')).items).toHaveLength(1)
    goOn()
    const found = await Promise.all(all)
    expect(found.map(({ items }) => items.length)).toEqual(found.map((_unused, turn) => turn % 2))
    expect(most).toBe(2)
  })

  describe('the writer', () => {
    it('writes what had to wait for the store once, in the order in which it came', async () => {
      const organization = await newOrganization()
      let calls = 0
      const database: Database = {
        ...service.database,
        // The first time the answer to COMMIT is lost, the second time the store is away.
        async inOrganization(scope, work) {
          calls += 1
          if (calls === 2) throw new StoreUnavailable('away', undefined)
          const result = await service.database.inOrganization(scope, work)
          if (calls === 1) throw new StoreUnavailable('lost', undefined)
          return result
        },
      }
      const writer = openWriter(database)
      for (let turn = 0; turn < 3; turn += 1) {
        writer.note(
          note(organization, { method: 'POST', explanation: tell(`Turn ${turn}.`), requestBody: '{}' }),
        )
        await writer.flush()
      }
      writer.note(note(organization, { explanation: tell('Turn 3.') }))
      await writer.close()
      const { items } = await list(organization)
      expect(items.map(({ explanation }) => explanation)).toEqual([3, 2, 1, 0].map((turn) => `Turn ${turn}.`))
      expect(items.map(({ requestBody }) => requestBody)).toEqual([null, '{}', '{}', '{}'])
    })

    it('drops what strangers sent first, then the oldest, where the store stays away', async () => {
      const organization = await newOrganization()
      let isAway = true
      const database: Database = {
        ...service.database,
        inOrganization: (scope, work) =>
          isAway
            ? Promise.reject(new StoreUnavailable('away', undefined))
            : service.database.inOrganization(scope, work),
      }
      const writer = openWriter(database)
      const some = async (count: number, more: Partial<ActivityNote>) => {
        for (let turn = 0; turn < count; turn += 1) writer.note(note(organization, more))
        await writer.flush()
      }
      await some(100, { explanation: tell('Oldest.') })
      await some(9_900, { explanation: tell('Older.') })
      await some(9_000, { explanation: tell('Stranger.'), kind: 'sign_in', code: 'denied', status: 403 })
      await some(1_000, { explanation: tell('Newer.') })
      writer.note(note(organization, { explanation: tell('Newest.') }))
      isAway = false
      await writer.close()
      const kinds = new Set((await listAll(organization, { limit: 200 })).map((row) => row.explanation))
      expect(kinds).toEqual(new Set(['Newest.', 'Newer.']))
    })
  })

  describe('pruning', () => {
    const prune = (now: number, days: number, wanted: { rows: number; bodies: number }) =>
      pruneActivity(
        service.database,
        () => now + 90_000 + days * dayMs,
        () => false,
        { ...wanted, refusedSignIns: 0 },
      )

    it('takes whole rows, and what the version before wrote goes first', async () => {
      const organization = await newOrganization()
      const now = service.now()
      await writeEarlier(organization, now - 5_000)
      await write(
        Array.from({ length: 300 }, (_unused, turn) =>
          note(organization, { at: now - 3_000 + turn, method: 'POST', requestBody: `{"turn":${turn}}` }),
        ),
      )
      expect(await countRows(organization, 'activity_flush')).toBe(2)
      await prune(now, 2, { rows: 300, bodies: 50 })
      expect(await countRows(organization, 'activity')).toBe(0)
      // The older of the two rows may go without its bodies, the newer one has fewer than may stay.
      const bodies = async () =>
        (await listAll(organization, { limit: 200 })).map(({ requestBody }) => requestBody)
      expect((await bodies()).filter((body) => body !== null)).toHaveLength(300)
      await prune(now, 4, { rows: 299, bodies: 44 })
      expect(await bodies()).toEqual([
        ...Array.from({ length: 44 }, (_unused, turn) => `{"turn":${299 - turn}}`),
        ...Array(256).fill(null),
      ])
      await prune(now, 6, { rows: 44, bodies: 0 })
      expect(await bodies()).toEqual(Array(44).fill(null))
      await prune(now, 31, { rows: 44, bodies: 44 })
      expect(await countRows(organization, 'activity_flush')).toBe(0)
    })

    it('keeps of what the version before wrote the newest, and bodies of refusals', async () => {
      const organization = await newOrganization()
      const now = service.now()
      for (let turn = 0; turn < 8; turn += 1)
        await writeEarlier(organization, now - 60_000 + turn * 1_000, turn === 3)
      await write([note(organization, { method: 'POST', requestBody: '{}' })])
      const bodies = async () => (await listAll(organization)).map(({ requestBody }) => requestBody !== null)
      // Two of the bodies are for what is new and for what came before it.
      await prune(now, 1, { rows: 7, bodies: 2 })
      expect(await bodies()).toEqual([true, true, false, false, false, true, false])
      await prune(now, 9, { rows: 7, bodies: 2 })
      expect(await bodies()).toEqual([true, true, false, false, false, true, false])
      await prune(now, 31, { rows: 7, bodies: 2 })
      expect(await bodies()).toEqual([])
    })

    it.each([
      ['between two reads of rows', /^activity_flushes ./, 2],
      ['before the texts are read', /^activity_flushes$/, 1],
    ])('puts rows together %s: a list has each entry all the same', async (_when, name, turn) => {
      const organization = await newOrganization()
      const now = service.now()
      for (let at = 20; at > 0; at -= 1)
        await write([note(organization, { at: now - at * 600_000, requestBody: `{"at":${at}}` })])
      let reads = 0
      const database: Database = {
        ...service.database,
        async readOrganization(scope, statement, args) {
          if (name.test(statement.name)) reads += 1
          if (name.test(statement.name) && reads === turn) await prune(now, 0, { rows: 100, bodies: 100 })
          return service.database.readOrganization(scope, statement, args)
        },
      }
      const { items } = await listActivity(database, createScope(organization.id), { limit: 50 })
      expect(await countRows(organization, 'activity_flush')).toBeLessThan(10)
      expect(items.map(({ requestBody }) => requestBody)).toEqual(
        Array.from({ length: 20 }, (_unused, at) => `{"at":${at + 1}}`),
      )
    })

    it('puts small rows together, which changes nothing that is read', async () => {
      const organization = await newOrganization()
      const now = service.now()
      // Two nodes that write now and then, what was refused beside what was done.
      for (let turn = 0; turn < 24; turn += 1)
        await write(
          [0, 1].map((which) =>
            note(organization, {
              at: now - (24 - turn) * 300_000 + which,
              explanation: tell(`Turn ${turn}.${which}.`),
              ...(turn % 3 === 0 && which === 1 ? { status: 400 } : {}),
              ...(turn % 4 === 0 ? {} : { requestBody: `{"turn":"${turn}.${which}"}` }),
            }),
          ),
        )
      expect(await countRows(organization, 'activity_flush')).toBe(32)
      const before = await listAll(organization, { limit: 7 })
      await prune(now, 0, { rows: 100, bodies: 100 })
      // A row for each hour and class; the newest wait for what comes within theirs.
      const packed = await countRows(organization, 'activity_flush')
      expect(packed).toBeLessThan(22)
      for (const limit of [1, 7, 200]) expect(await listAll(organization, { limit })).toEqual(before)
      await prune(now, 1, { rows: 100, bodies: 100 })
      expect(await countRows(organization, 'activity_flush')).toBe(4)
      expect(await listAll(organization, { limit: 5 })).toEqual(before)
      for (const { id } of before.slice(0, 5))
        expect((await list(organization, { cursor: id, limit: 1 })).items[0]?.id).toBe(
          before[before.findIndex((one) => one.id === id) + 1]?.id,
        )
      expect((await list(organization, { search: 'turn 7.1.' })).items[0]).toMatchObject({
        requestBody: '{"turn":"7.1"}',
      })
      // Bodies go with whole rows, as before.
      await prune(now, 2, { rows: 100, bodies: 14 })
      const left = (await listAll(organization)).filter(
        (row) => row.requestBody !== null && row.outcome === 'ok',
      )
      expect(left.length).toBeGreaterThanOrEqual(14)
      expect(left.length).toBeLessThan(30)
    })
  })
})
