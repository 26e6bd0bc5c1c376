// What is shown beside a staged anchor costs no more than the few people that it names, however many are linked.
// Judges: server/anchors, server/users.
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { type RawBuilder, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { watchAsked } from '../harness/watch-statements.ts'
import { createStage, type Stage } from './restoring.ts'

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ isAskedWatched: true })
  })

  const write = (stage: Stage, change: (organization: RawBuilder<unknown>) => RawBuilder<unknown>) =>
    service.database.inOrganization(createScope(stage.company.organization.id), async (tx) =>
      tx.write(
        organizationQuery(({ db, organizationId }) => ({
          compile: () => change(sql`${organizationId}`).compile(db),
        })),
        {},
      ),
    )
  const columns = (names: string) => sql.join(names.split(' ').map((name) => sql.ref(name)))

  /** One who signed in, and as many others like them. */
  async function fill(others: number) {
    const stage = await createStage(service)
    const address = `p@${stage.company.domain}`
    await stage.signIn({ nameId: 'nid', attributes: { email: [address], staff: ['s'] } })
    const id = await stage.findNamed(address)
    const series = sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${sql.lit(others)})`
    const same = columns(
      'display_name_key active role source managed_by role_origin resource version created_at updated_at',
    )
    await write(
      stage,
      (organization) => sql`${series}
      INSERT INTO "user" (organization_id, id, user_name, user_name_key, ${same})
      SELECT organization_id, id || '-' || i, user_name || '-' || i, user_name_key || '-' || i, ${same}
      FROM "user" CROSS JOIN n WHERE organization_id = ${organization} AND id = ${sql.lit(id)}`,
    )
    const alike = columns('name_id_format created_at last_sign_in_at')
    await write(
      stage,
      (organization) => sql`${series}
      INSERT INTO identity (organization_id, connection_id, idp_entity_id, stable_id, user_id, name_id, attributes, proved_key, ${alike})
      SELECT organization_id, connection_id, idp_entity_id, stable_id || '-' || i, user_id || '-' || i, name_id || '-' || i,
        replace(attributes, '"s"', '"s-' || i || '"'), proved_key || i, ${alike}
      FROM identity CROSS JOIN n WHERE organization_id = ${organization} AND user_id = ${sql.lit(id)}`,
    )
    const at = { slug: stage.slug, id: stage.company.connection.id }
    return { stage, id, at, contact: (await openCaller(service, stage.slug, 'contact')).client }
  }
  const moved = () =>
    createSamlProvider({ baseUrl: 'https://moved.test', key: createSamlKey(), now: service.now })

  describe('N3: a staged anchor that calls people otherwise', () => {
    it('N3: is counted in slices, by another entity ID and by an attribute', async () => {
      const { stage, at } = await fill(520)
      const { administrator } = stage
      const first = await administrator.call('stageAnchor', {
        params: at,
        body: { metadataXml: moved().metadata() },
      })
      expect(first.relink).toMatchObject({ identities: 521, relinked: 521, dropped: 0, kept: 0 })
      expect(first.relink?.sample).toHaveLength(50)
      const second = await administrator.call('stageAnchor', {
        params: at,
        body: { metadataXml: stage.company.provider.metadata(), stableIdAttribute: 'staff' },
      })
      expect(second.relink).toMatchObject({ identities: 521, relinked: 521, dropped: 0, kept: 0 })
      expect(second.relink?.sample.every(({ after }) => after?.startsWith('s'))).toBe(true)
    })

    it('O7: is counted again when somebody looks later, so that who came or has become an administrator is seen', async () => {
      const { stage, id, at } = await fill(3)
      const { administrator } = stage
      await administrator.call('stageAnchor', { params: at, body: { metadataXml: moved().metadata() } })
      const look = async () => (await administrator.call('getAnchor', { params: at })).staged?.relink
      expect(await look()).toMatchObject({ identities: 4, relinked: 4, kept: 0 })
      await stage.signIn({ nameId: 'later', attributes: { email: [`l@${stage.company.domain}`] } })
      await stage.give(id, 'admin')
      service.advance(1_000)
      expect(await look()).toMatchObject({ identities: 5, relinked: 4, kept: 1 })
      await stage.give(`${id}-1`, 'admin')
      service.advance(1_000)
      expect(await administrator.call('getStagedAnchor', { params: at })).toMatchObject({
        relink: { identities: 5, relinked: 3, kept: 2 },
      })
      // Once it is put in place it is as it is then.
      const { staged } = await administrator.call('getAnchor', { params: at })
      await administrator.call('applyStagedAnchor', { params: at, body: { digest: staged?.digest ?? '' } })
      const query = { type: 'connection.relinked', limit: 5 } as const
      const { items } = await service.admin.call('listEvents', { params: { slug: stage.slug }, query })
      expect(items.map(({ data }) => data)).toEqual([{ identities: 5, dropped: 0 }])
    })

    it('N3: is counted once in a while: looks between name whom they show as they are now, and count nobody', async () => {
      const { stage, id, at, contact } = await fill(2_000)
      await stage.give(id, 'admin')
      const { administrator } = stage
      await administrator.call('stageAnchor', { params: at, body: { metadataXml: moved().metadata() } })
      const look = async () => (await administrator.call('getAnchor', { params: at })).staged?.relink
      expect(await look()).toMatchObject({ identities: 2_001, relinked: 2_000, dropped: 0, kept: 1 })
      await stage.signIn({ nameId: 'later', attributes: { email: [`l@${stage.company.domain}`] } })
      await write(
        stage,
        (organization) => sql`UPDATE "user" SET user_name = 'called anew'
        WHERE organization_id = ${organization} AND id = ${sql.lit(`${id}-10`)}`,
      )
      await stage.give(`${id}-100`, 'admin')
      const seen = await look()
      expect(seen).toMatchObject({ identities: 2_001, relinked: 2_000, dropped: 0, kept: 1 })
      expect(seen?.sample.slice(0, 3)).toEqual([
        expect.objectContaining({ userName: expect.stringMatching(/-1$/), after: 'nid-1' }),
        expect.objectContaining({ userName: 'called anew', after: 'nid-10' }),
        expect.objectContaining({ after: 'nid-1000' }),
      ])
      const shown = (await contact.call('getAnchor', { params: at })).staged?.relink
      expect(shown).toEqual({ identities: 2_001, relinked: 2_000, dropped: 0, kept: 1, sample: [] })
    })
  })

  describe('O3: a relink that is only looked at', () => {
    /** How often a slice of the people was read. */
    const count = async (work: () => Promise<unknown>): Promise<number> => {
      const { statements } = await watchAsked(work)
      return statements.filter((name) => name === 'identities_of_connection').length
    }
    const codeOf = (call: Promise<unknown>): Promise<string> =>
      call.then(
        () => 'done',
        (error: { readonly problem?: { readonly code: string } }) => error.problem?.code ?? String(error),
      )
    type Caller = Awaited<ReturnType<typeof fill>>['contact']
    const relink = (
      client: Caller,
      params: { slug: string; id: string },
      stableIdAttribute: string,
      dryRun = true,
    ) => client.call('relinkConnection', { params, body: { stableIdAttribute, dryRun } })

    it('O3: has people counted as often as anchors are staged, and shows a set-up link as often as it likes what was counted', async () => {
      const { stage, at, contact } = await fill(1_000)
      await stage.anchor('owner')
      const looked = await count(async () => {
        for (let again = 0; again < 12; again += 1)
          expect(await relink(contact, at, 'staff')).toMatchObject({
            identities: 1_001,
            relinked: 1_001,
            sample: [],
          })
      })
      expect(looked).toBe(await count(() => relink(contact, at, 'attribute-1')))
      for (let other = 2; other < 10; other += 1) await relink(contact, at, `attribute-${other}`)
      const refused = await count(async () => {
        expect(await codeOf(relink(contact, at, 'one-more'))).toBe('too_many_stagings')
      })
      expect(refused).toBe(0)
      // Nobody above is kept from looking, nor whoever comes an hour later.
      const seen = await relink(stage.administrator, at, 'staff')
      expect(seen).toMatchObject({ relinked: 1_001 })
      expect(seen).toHaveProperty('sample.length', 50)
      service.advance(3_600_001)
      expect(
        await codeOf(relink((await openCaller(service, stage.slug, 'contact')).client, at, 'email')),
      ).toBe('done')
    })

    it('m3: is counted for each rung by itself: whoever looks at something else below has nothing counted anew for somebody above', async () => {
      const { stage, at, contact } = await fill(1_000)
      await stage.anchor('owner')
      const first = await count(() => relink(stage.administrator, at, 'staff'))
      for (let other = 0; other < 10; other += 1) await relink(contact, at, `attribute-${other}`)
      const again = await count(async () => {
        for (let look = 0; look < 12; look += 1) await relink(stage.administrator, at, 'staff')
      })
      expect([first > 0, again]).toEqual([true, 0])
    })

    it('O3: is staged before anybody is counted, and what is staged is shown as it was counted then', async () => {
      const { stage, at, contact } = await fill(1_000)
      await stage.anchor('owner')
      const once = await count(() => relink(contact, at, 'staff', false))
      expect(await count(() => relink(contact, at, 'staff'))).toBe(0)
      for (let other = 1; other < 10; other += 1) await relink(contact, at, `attribute-${other}`, false)
      const refused = await count(async () => {
        expect(await codeOf(relink(contact, at, 'one-more', false))).toBe('too_many_stagings')
      })
      expect([once > 0, refused]).toEqual([true, 0])
    })
  })

  it('F4: a preview of SCIM counts very many people in slices, and shows what was counted to whoever looks again', async () => {
    const { stage, id, contact } = await fill(1)
    const params = { slug: stage.slug }
    const same = columns(
      'display_name_key active role source role_origin resource version created_at updated_at',
    )
    await write(
      stage,
      (organization) => sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10198)
        INSERT INTO "user" (organization_id, id, user_name, user_name_key, ${same})
        SELECT organization_id, id || '_' || i, id || '_' || i, id || '_' || i, ${same}
        FROM "user" CROSS JOIN n WHERE organization_id = ${organization} AND id = ${sql.lit(id)}`,
    )
    const look = async () => {
      let people: number | undefined
      const { statements } = await watchAsked(async () => {
        people = (await contact.call('previewProvisioning', { params, query: { mode: 'scim' } })).unclaimed
      })
      return [people, statements.filter((name) => name === 'count_unclaimed_after').length]
    }
    expect([await look(), await look()]).toEqual([
      [10_200, 2],
      [10_200, 0],
    ])
    service.advance(2_000)
    expect(await look()).toEqual([10_200, 2])
  })

  // Slices are of two hundred. A statement about everybody would hold the embedded store's event loop for as long as it takes.
  describe('what many people follow goes in slices', () => {
    const own = sql.join('id secret_hash'.split(' ').map((name) => sql`${sql.ref(name)} || '-' || i`))
    const sameOfSession = columns(
      'kind role label connection_id anchor_number created_at last_seen_at expires_at auth_at',
    )
    const readAll = async <Row>(stage: Stage, query: RawBuilder<Row>) => {
      const statement = organizationQuery(({ db }) => ({ compile: () => query.compile(db) }))
      return service.database.readOrganization(createScope(stage.company.organization.id), statement, {})
    }
    const keys = (stage: Stage, table: 'identity' | 'withdrawn_identity') =>
      readAll(
        stage,
        sql<{
          key: string
        }>`SELECT idp_entity_id || ' ' || stable_id || ' ' || user_id AS key FROM ${sql.table(table)}
          WHERE organization_id = ${stage.company.organization.id} ORDER BY user_id`,
      )
    const count = async (stage: Stage, table: 'session' | 'session_end_user') => {
      const [row] = await readAll(
        stage,
        sql<{ many: number }>`SELECT count(*) AS many FROM ${sql.table(table)}
          WHERE organization_id = ${stage.company.organization.id} AND user_id LIKE '%-%'`,
      )
      return Number(row?.many)
    }
    /** How often the act asked each of these. */
    const countAsked = async (act: () => Promise<unknown>, names: readonly string[]) => {
      const { statements } = await watchAsked(act)
      return names.map((name) => statements.filter((one) => one === name).length)
    }

    it('whose new key is the old one of somebody else, or of somebody who was removed', async () => {
      const { stage, id, at } = await fill(4)
      const rename = (of: string, from: string, to: string) =>
        write(
          stage,
          (
            organization,
          ) => sql`UPDATE identity SET attributes = replace(attributes, ${sql.lit(`"${from}"`)}, ${sql.lit(`"${to}"`)})
            WHERE organization_id = ${organization} AND user_id = ${sql.lit(of)}`,
        )
      await rename(id, 's', 'nid-4')
      await rename(`${id}-1`, 's-1', 'nid-2')
      await rename(`${id}-2`, 's-2', 'nid-1')
      await rename(`${id}-3`, 's-3', 'nid-3')
      await write(
        stage,
        (organization) =>
          sql`DELETE FROM "user" WHERE organization_id = ${organization} AND id = ${sql.lit(`${id}-4`)}`,
      )
      const before = await keys(stage, 'identity')
      const body = { metadataXml: stage.company.provider.metadata(), stableIdAttribute: 'staff' }
      const { digest } = await stage.administrator.call('stageAnchor', { params: at, body })
      await service.admin.call('applyStagedAnchor', { params: at, body: { digest } })
      const after = (await keys(stage, 'identity')).map(({ key }) => key.split(' ').slice(-2).join(' '))
      expect(after.map((key) => key.replace(id, 'p'))).toEqual([
        'nid-4 p',
        'nid-2 p-1',
        'nid-1 p-2',
        'nid-3 p-3',
        'nid-4 p-4',
      ])
      expect((await keys(stage, 'identity'))[4]?.key).toMatch(/^withdrawn \d+ nid-4 /)
      expect(await keys(stage, 'withdrawn_identity')).toEqual(before)
      await service.admin.call('restoreAnchor', { params: at })
      expect(await keys(stage, 'identity')).toEqual(before)
    })

    it('when an anchor is put in place, brought back, and when the connection is deleted', async () => {
      const { stage, id, at } = await fill(520)
      await write(
        stage,
        (organization) => sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 520)
          INSERT INTO session (organization_id, user_id, id, secret_hash, ${sameOfSession})
          SELECT organization_id, user_id || '-' || i, ${own}, ${sameOfSession} FROM session CROSS JOIN n
          WHERE organization_id = ${organization} AND user_id = ${sql.lit(id)}`,
      )
      const before = await keys(stage, 'identity')
      const body = { metadataXml: moved().metadata() }
      const { digest } = await stage.administrator.call('stageAnchor', { params: at, body })
      const placed = await countAsked(
        () => service.admin.call('applyStagedAnchor', { params: at, body: { digest } }),
        [
          ...[
            'keep_withdrawn_identities',
            'note_people_through_connection',
            'delete_sessions_of_users_through',
          ],
          ...['put_some_identities_anew', 'set_some_identities_aside'],
        ],
      )
      expect(placed).toEqual([3, 3, 3, 3, 0])
      expect(await keys(stage, 'withdrawn_identity')).toEqual(before)
      const after = await keys(stage, 'identity')
      expect(after.every(({ key }) => key.startsWith('https://moved.test'))).toBe(true)
      expect([after.length, await count(stage, 'session'), await count(stage, 'session_end_user')]).toEqual([
        521, 0, 520,
      ])
      const restored = await countAsked(
        () => service.admin.call('restoreAnchor', { params: at }),
        ['delete_identities_of_connection', 'restore_identities', 'delete_kept_identities', 'linked_since'],
      )
      expect(restored).toEqual([3, 3, 3, 3])
      expect([await keys(stage, 'identity'), await keys(stage, 'withdrawn_identity')]).toEqual([before, []])
      // By an attribute, under the same entity ID: nobody's old key may be asserted meanwhile.
      const staff = { metadataXml: stage.company.provider.metadata(), stableIdAttribute: 'staff' }
      const second = await stage.administrator.call('stageAnchor', { params: at, body: staff })
      const anew = await countAsked(
        () => service.admin.call('applyStagedAnchor', { params: at, body: { digest: second.digest } }),
        // Nobody's new key is somebody's old one, so that each is written once.
        ['put_some_identities_anew', 'set_some_identities_aside', 'park_some_identities'],
      )
      expect(anew).toEqual([3, 0, 0])
      const deleted = await countAsked(
        () => service.admin.call('deleteConnection', { params: at }),
        ['delete_identities_of_connection', 'delete_kept_identities', 'blocked_of_connection'],
      )
      expect(deleted).toEqual([3, 3, 3])
      expect([await keys(stage, 'identity'), await keys(stage, 'withdrawn_identity')]).toEqual([[], []])
    })
  })
})
