// An act that ends the sessions of thousands: they are dead when it is answered, the events follow in slices, and the end is right
// whatever happens in between.
// Judges: server/sessions, server/holdings.
import { type RawBuilder, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { takeAway } from '../../packages/server/src/applications/taken-away.ts'
import type { Act } from '../../packages/server/src/events/record.ts'
import { purgeDeletedOrganizations } from '../../packages/server/src/organizations/purge.ts'
import { hasEndsToTell, peoplePerSlice, tellOfEnds } from '../../packages/server/src/sessions/ended-many.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import type { Browser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'
import { createClient } from '../scim/client.ts'

/** One of whom signs in here. */
const people = 2_300

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let applicationId: string
  beforeAll(async () => {
    service = await start()
    const body = {
      name: 'Product',
      authentication: 'client_secret_basic' as const,
      redirectUris: ['https://product.test/back'] as string[],
      backchannelLogoutUri: 'https://product.test/logout',
    }
    applicationId = (await service.admin.call('createApplication', { body })).id
  })

  const run = async (company: Company, render: (own: string) => RawBuilder<unknown>) => {
    const scope = createScope(company.organization.id)
    return service.database.inOrganization(scope, (tx) =>
      tx.change(
        organizationQuery(({ db, organizationId }) => ({
          compile: () => render(organizationId).compile(db),
        })),
        {},
      ),
    )
  }
  const count = async (company: Company, what: RawBuilder<unknown>) => {
    const rows = await run(
      company,
      (own) => sql`SELECT count(*) AS found FROM ${what} AND organization_id = ${own}`,
    )
    return Number((rows[0] as { found: number } | undefined)?.found)
  }
  const events = (company: Company) => count(company, sql`event WHERE type = 'user.sessions_ended'`)
  const told = (company: Company) => count(company, sql`delivery WHERE event_type = 'logout'`)
  const held = async (company: Company) => [
    await count(company, sql`session WHERE user_id IS NOT NULL`),
    await count(company, sql`oidc_record WHERE client_id IS NOT NULL`),
    await count(company, sql`application_use WHERE true`),
  ]
  const upTo = (last: number) =>
    sql`WITH RECURSIVE many(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM many WHERE place < ${sql.lit(last)})`
  const name = (prefix: string) => sql`${sql.lit(prefix)} || cast(many.place AS text)`
  /** A company where thousands are signed in, here and in the product; one of them by a browser. */
  const fill = async (all = people): Promise<{ company: Company; browser: Browser; userId: string }> => {
    const company = await createCompany(service)
    const { id: connectionId } = company.connection
    const { browser } = await company.signIn(company.person('ada'))
    const me = (await (await browser.call('GET', '/session')).json()) as { userId: string }
    const prefix = company.organization.slug
    await run(
      company,
      (
        own,
      ) => sql`${upTo(all - 1)} INSERT INTO session (secret_hash, organization_id, id, kind, role, user_id, label, connection_id, anchor_number,
          created_at, last_seen_at, expires_at)
        SELECT ${name(`${prefix}-`)}, organization_id, ${name(`${prefix}-ses-`)}, kind, role, ${name(`usr_${prefix}`)}, label, connection_id,
          anchor_number, created_at, last_seen_at, expires_at FROM session CROSS JOIN many
        WHERE organization_id = ${own} AND user_id = ${me.userId} RETURNING 1`,
    )
    await run(
      company,
      (
        own,
      ) => sql`INSERT INTO oidc_record (id, model, payload, organization_id, user_id, client_id, session_id, connection_id, anchor_number, expires_at)
        SELECT ${`${prefix}-`} || id, 'Grant', '{}', organization_id, user_id, ${applicationId}, id, connection_id, anchor_number, expires_at
        FROM session WHERE organization_id = ${own} AND connection_id = ${connectionId} RETURNING 1`,
    )
    await run(
      company,
      (
        own,
      ) => sql`INSERT INTO application_use (organization_id, user_id, application_id, connection_id, anchor_number)
        SELECT organization_id, user_id, ${applicationId}, connection_id, anchor_number
        FROM session WHERE organization_id = ${own} AND connection_id = ${connectionId} RETURNING 1`,
    )
    expect(await held(company)).toEqual([all, all, all])
    return { company, browser, userId: me.userId }
  }
  /** Stops as a node does that dies: after so many slices. */
  const tell = (slices = Number.POSITIVE_INFINITY) => {
    let left = slices
    return tellOfEnds(service.database, service.now, () => left-- <= 0)
  }
  const at = (company: Company) => ({ slug: company.organization.slug, id: company.connection.id })
  const saidOf = async (company: Company, userId: string) => {
    const params = { slug: company.organization.slug }
    const query = { subject: userId, type: 'user.sessions_ended' }
    return (await service.admin.call('listEvents', { params, query })).items
  }

  describe('a connection by which thousands are signed in', () => {
    it('switched off: all is dead at once; the events follow in slices, also after a crash, and others come in between', async () => {
      const { company, browser, userId } = await fill()
      await service.admin.call('updateConnection', { params: at(company), body: { isActive: false } })
      expect(await held(company)).toEqual([0, 0, 0])
      expect((await browser.call('GET', '/session')).status).toBe(401)
      expect([await told(company), await events(company)]).toEqual([people, 0])
      await tell(3)
      expect(await events(company)).toBe(3 * peoplePerSlice)
      const other = createClient(await service.createOrganization())
      const order: string[] = []
      // Two nodes come up again.
      const all = Promise.all([tell(), tell()]).then(() => order.push('all events'))
      const one = other.user('somebody').then(() => order.push('one request'))
      await Promise.all([all, one])
      expect(order).toEqual(['one request', 'all events'])
      await tell()
      expect([await events(company), await hasEndsToTell(service.database)]).toEqual([people, false])
      expect(await saidOf(company, userId)).toMatchObject([
        { actor: { kind: 'operator' }, data: { cause: 'connection_switched_off' } },
      ])
    })

    it('deleted: the same, and nothing is left behind when the organization goes meanwhile', async () => {
      const { company, browser } = await fill()
      await service.admin.call('deleteConnection', { params: at(company) })
      expect(await held(company)).toEqual([0, 0, 0])
      expect((await browser.call('GET', '/session')).status).toBe(401)
      await tell(1)
      expect([await told(company), await events(company)]).toEqual([people, peoplePerSlice])
      const { slug } = company.organization
      await service.admin.call('deleteOrganization', { params: { slug }, body: { confirm: slug } })
      await tell()
      await purgeDeletedOrganizations(service.database, () => false)
      expect(await hasEndsToTell(service.database)).toBe(false)
    })
  })

  describe('an application that is taken away', () => {
    it('has its events in its transaction: a node that dies right after it loses none', async () => {
      const { company, userId } = await fill()
      const act: Act = { actor: { kind: 'operator' }, rung: 'operator', at: service.now(), context: null }
      const undone = service.database.inInstallation('applications', async (tx) => {
        takeAway(tx, act, applicationId, [])
        throw new Error('the transaction fails')
      })
      await expect(undone).rejects.toThrow('the transaction fails')
      expect(await hasEndsToTell(service.database)).toBe(false)
      // As much as the act does before the node dies.
      await service.database.inInstallation('applications', async (tx) =>
        takeAway(tx, act, applicationId, []),
      )
      expect(await held(company)).toEqual([people, 0, 0])
      expect([await told(company), await events(company)]).toEqual([people, 0])
      await tell()
      expect(await events(company)).toBe(people)
      expect(await saidOf(company, userId)).toMatchObject([{ data: { cause: 'application_removed' } }])
    })

    it('tells of the first few hundred before it is answered, and of the rest in slices', async () => {
      const { company } = await fill(620)
      const given = [(await service.createOrganization()).organization.slug]
      const params = { id: applicationId }
      await service.admin.call('updateApplication', { params, body: { organizations: given } })
      expect(await events(company)).toBe(5 * peoplePerSlice)
      await tell()
      expect(await events(company)).toBe(620)
    })
  })
})
