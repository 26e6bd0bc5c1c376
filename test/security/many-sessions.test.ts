// A person with very many sessions: whoever ends them is answered at once and lets nobody in, and nobody else waits for the rest.
// Judges: server/sessions, server/holdings.
import { type RawBuilder, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeRoom, maxOfGrant, maxOfPerson } from '../../packages/server/src/holdings/bounds.ts'
import {
  hasGenerationsToRemove,
  mostAtOnce,
  removeEarlierGenerations,
} from '../../packages/server/src/holdings/generations.ts'
import { maxSessionsOfPerson } from '../../packages/server/src/sessions/sessions.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const run = async <Row>(company: Company, render: (own: string) => RawBuilder<unknown>) =>
    service.database.inOrganization(createScope(company.organization.id), (tx) =>
      tx.change(
        organizationQuery<Row>(({ db, organizationId }) => ({
          compile: () => render(organizationId).compile(db) as never,
        })),
        {},
      ),
    )
  const upTo = (last: number) =>
    sql`WITH RECURSIVE many(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM many WHERE place < ${sql.lit(last)})`
  const copied = [
    'organization_id',
    'kind',
    'role',
    'user_id',
    'label',
    'connection_id',
    'name_id',
    'anchor_number',
  ].map((name) => sql.ref(name))
  const enter = async () => {
    const company = await createCompany(service)
    const person = company.person('mal')
    const { browser } = await company.signIn(person)
    const { userId } = (await (await browser.call('GET', '/session')).json()) as { userId: string }
    const isIn = async (one = browser) => (await one.call('GET', '/session')).status === 200
    const params = { slug: company.organization.slug, id: userId }
    const count = async (table: 'session' | 'oidc_record') => {
      const rows = await run<{ found: number | string }>(
        company,
        (own) =>
          sql`SELECT count(*) AS found FROM ${sql.table(table)} WHERE organization_id = ${own} AND user_id = ${userId}`,
      )
      return Number(rows[0]?.found)
    }
    /** As an earlier version let somebody gather them: the copies have been quiet longer the higher their number. */
    const copy = (many: number) =>
      run(
        company,
        (
          own,
        ) => sql`${upTo(many)} INSERT INTO session (secret_hash, id, ${sql.join(copied)}, created_at, last_seen_at, expires_at)
          SELECT secret_hash || '-' || place, id || '-' || place, ${sql.join(copied)}, created_at, last_seen_at - place, expires_at
          FROM session CROSS JOIN many WHERE organization_id = ${own} AND user_id = ${userId} RETURNING 1`,
      )
    const records = (many: number, model: string, more: { client?: string; grant?: string } = {}) =>
      run(
        company,
        (
          own,
        ) => sql`${upTo(many)} INSERT INTO oidc_record (id, model, payload, organization_id, user_id, client_id, grant_id, created_at, expires_at)
          SELECT ${`${model}:${userId}-`} || place, ${sql.lit(model)}, '', ${own}, ${sql.lit(userId)}, ${sql.lit(more.client ?? null)},
          ${sql.lit(more.grant ?? null)}, place, ${sql.lit(service.now() + 3_600_000)} FROM many RETURNING 1`,
      )
    return { company, person, browser, userId, isIn, params, count, copy, records }
  }
  const tidy = () => removeEarlierGenerations(service.database, () => false)

  describe('L6: sessions of one person', () => {
    it('L6: are bounded: the quietest makes room, whichever they came by, and the newest hold', async () => {
      const { company, person, isIn, count, copy } = await enter()
      await copy(maxSessionsOfPerson + 9)
      const { browser: next } = await company.signIn(person)
      expect([await count('session'), await isIn(), await isIn(next)]).toEqual([
        maxSessionsOfPerson,
        true,
        true,
      ])
      const left = await run<{ id: string }>(
        company,
        (own) => sql`SELECT id FROM session WHERE organization_id = ${own} AND id LIKE '%-49'`,
      )
      expect(left).toEqual([])
    })

    it('L6: of very many, as an earlier version let somebody gather, no unit of work removes or reads more than a slice', async () => {
      const { company, person, browser, params, isIn, count, copy, records } = await enter()
      const owner = (await openCaller(service, params.slug, 'owner')).client
      await copy(3 * mostAtOnce)
      await records(2 * mostAtOnce, 'Grant', { client: 'app_x' })
      expect(
        (await browser.call('GET', `/organizations/${params.slug}/users/${params.id}/sessions`)).status,
      ).toBe(200)
      expect(await owner.call('endUserSessions', { params, body: {} })).toEqual({
        sessions: 3 * mostAtOnce + 1,
        applications: 0,
      })
      expect([await isIn(), await count('session')]).toEqual([false, 3 * mostAtOnce + 1])
      expect((await owner.call('listUserSessions', { params })).items).toEqual([])
      // Whoever comes again is in, and stays so while the rest is removed.
      service.advance(2_000)
      const { browser: next } = await company.signIn(person)
      expect(await isIn(next)).toBe(true)
      await tidy()
      expect([await isIn(next), await hasGenerationsToRemove(service.database)]).toEqual([true, false])
      expect([await count('session'), await count('oidc_record')]).toEqual([1, 0])
      await owner.call('deactivateUser', { params })
      expect(await isIn(next)).toBe(false)
      const { items } = await service.admin.call('listEvents', {
        params,
        query: { subject: params.id, type: 'user.sessions_ended' },
      })
      expect(items.map(({ data }) => (data as { cause: string }).cause)).toEqual(['blocked', 'requested'])
    })
  })

  it('L6: what applications hold of one person is bounded as well: the oldest makes room, with what was given out under it', async () => {
    const { company, userId, records } = await enter()
    await run(
      company,
      (own) =>
        sql`INSERT INTO oidc_account (user_id, organization_id) VALUES (${userId}, ${own}) ON CONFLICT DO NOTHING RETURNING 1`,
    )
    const grantOf = (place: number) => `${userId}-${place}`
    await records(maxOfPerson + 9, 'Grant', { client: 'app_x' })
    await records(2, 'Grantee', { client: 'app_x' })
    await records(maxOfPerson + 9, 'Session')
    await records(1, 'RefreshToken', { client: 'app_x', grant: grantOf(1) })
    await records(maxOfGrant + 9, 'AccessToken', { client: 'app_x', grant: grantOf(maxOfPerson + 9) })
    const write = (model: string, of: { clientId?: string; grantId?: string }) =>
      service.database.inInstallation('applications', async (tx) =>
        makeRoom(tx, {
          model,
          id: `${model}:new`,
          userId,
          clientId: of.clientId,
          grantId: of.grantId ?? null,
        }),
      )
    await write('Grant', { clientId: 'app_x' })
    await write('Session', {})
    await write('AccessToken', { clientId: 'app_x', grantId: grantOf(maxOfPerson + 9) })
    const left = await run<{ model: string; oldest: number | string; found: number | string }>(
      company,
      (own) =>
        sql`SELECT model, min(created_at) AS oldest, count(*) AS found FROM oidc_record WHERE organization_id = ${own} GROUP BY model ORDER BY model`,
    )
    expect(left.map(({ model, oldest, found }) => [model, Number(oldest), Number(found)])).toEqual([
      ['AccessToken', 11, maxOfGrant - 1],
      ['Grant', 11, maxOfPerson - 1],
      ['Grantee', 1, 2],
      ['Session', 11, maxOfPerson - 1],
    ])
  })
})
