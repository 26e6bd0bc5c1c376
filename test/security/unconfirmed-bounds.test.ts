// What keys of set-up contacts may hold until an administrator confirms them: very many accounts, groups and memberships would hide people,
// keep them out, and hold everybody up. Beyond a bound nothing is made, and what is there goes on.
// Judges: server/scim, server/users.
import { unconfirmedBounds } from '@rollcall/api'
import { type RawBuilder, sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import type { Browser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { watchAsked } from '../harness/watch-statements.ts'
import { createClient, groupUrn, patchOp, type ScimClient, userUrn } from '../scim/client.ts'
import { createStage } from './restoring.ts'

const { addresses, groups, groupsOfOne, nested, ofOneName, people } = unconfirmedBounds
const limited = { status: 403, body: { detail: expect.stringMatching(/^provisional_limit: /) } }

forEachStore((start) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ scimRate: 100_000, isAskedWatched: true })
  })

  /** An organization with three contacts, each with a key, and the last with an OAuth client as well. */
  const open = async () => {
    const stage = await createStage(service)
    const { slug } = stage
    const keyed = (key: string) =>
      createClient({ scimUrl: `${service.url}/scim/v2`, send: service.send, key } as never)
    const write = (render: (own: string) => RawBuilder<unknown>) =>
      service.database.inOrganization(createScope(stage.company.organization.id), async (tx) =>
        tx.write(
          organizationQuery(({ db, organizationId }) => ({
            compile: () => render(organizationId).compile(db),
          })),
          {},
        ),
      )
    const path = `/organizations/${slug}/provisioning`
    const makeKey = async (browser: Browser) => {
      const made = await browser.call('POST', `${path}/keys`, { name: 'key' })
      return keyed(((await made.json()) as { token: string }).token)
    }
    const makeClient = async (browser: Browser) => {
      const made = await browser.call('POST', `${path}/clients`, { name: 'c', method: 'client_secret' })
      const { client, secret } = (await made.json()) as {
        client: { id: string; tokenUrl: string }
        secret: string
      }
      const form = { grant_type: 'client_credentials', client_id: client.id, client_secret: secret }
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const init = { method: 'POST', headers, body: new URLSearchParams(form).toString() }
      const answer = await service.send(new Request(client.tokenUrl, init))
      return keyed(((await answer.json()) as { access_token: string }).access_token)
    }
    const other = await makeKey((await openCaller(service, slug, 'contact')).browser)
    const { browser } = await openCaller(service, slug, 'contact')
    const [beside, besideToo] = [await makeKey(browser), await makeClient(browser)]
    return { ...stage, other, beside, besideToo, write }
  }
  const post = (client: ScimClient, userName: string, more: object = {}) =>
    client.send('POST', '/Users', { schemas: [userUrn], userName, ...more })
  const postGroup = (client: ScimClient, displayName: string, ids: readonly string[] = []) =>
    client.send('POST', '/Groups', {
      schemas: [groupUrn],
      displayName,
      members: ids.map((value) => ({ value })),
    })
  const patch = (client: ScimClient, path: string, ...Operations: object[]) =>
    client.send('PATCH', path, { schemas: [patchOp], Operations })
  const idOf = ({ body }: { readonly body: unknown }) => (body as { id: string }).id
  const counted = (
    most: number,
  ) => sql`(WITH RECURSIVE counted AS (SELECT 1 AS at UNION ALL SELECT at + 1 FROM counted WHERE at < ${sql.lit(most)})
    SELECT at FROM counted) AS copy`
  /** A group of the key so many times more, each with the members of the first. */
  const copyGroup = async ({ write }: Awaited<ReturnType<typeof open>>, id: string, most: number) => {
    await write(
      (own) => sql`INSERT INTO "group" (organization_id, id,
          display_name, display_name_key, resource, version, created_at, updated_at, provisional_key_id)
        SELECT organization_id, id || '-' || at,
          display_name, display_name_key, resource, version, created_at, updated_at, provisional_key_id
        FROM "group" CROSS JOIN ${counted(most)} WHERE organization_id = ${own} AND id = ${id}`,
    )
    await write(
      (own) => sql`INSERT INTO group_member (organization_id, group_id, member_id, member_type)
        SELECT organization_id, group_id || '-' || at, member_id, member_type FROM group_member CROSS JOIN ${counted(most)}
        WHERE organization_id = ${own} AND group_id = ${id}`,
    )
  }

  describe('N4 N5: of one name or externalId', () => {
    it('there are so many accounts, there or removed, by POST, PUT, PATCH and Bulk; others, and confirmed, go on', async () => {
      const stage = await open()
      const p = `p@${stage.company.domain}`
      const beside = (name: string) => ({
        emails: [{ value: `${name}@acme.test`, primary: true }, { value: p.toUpperCase() }],
      })
      const first = idOf(await post(stage.unconfirmed, 'first', beside('first')))
      // Whom it makes and removes over and over are as many as there.
      for (let at = 1; at < ofOneName; at += 1) {
        const id = idOf(await post(stage.unconfirmed, `name-${at}`, beside(`name-${at}`)))
        if (at % 2 === 0) expect((await stage.unconfirmed.send('DELETE', `/Users/${id}`)).status).toBe(204)
      }
      expect(await post(stage.unconfirmed, 'more', beside('more'))).toMatchObject(limited)
      const free = idOf(await post(stage.unconfirmed, 'free'))
      const put = { schemas: [userUrn], userName: 'free', ...beside('free') }
      expect(await stage.unconfirmed.send('PUT', `/Users/${free}`, put)).toMatchObject(limited)
      expect(
        await patch(stage.unconfirmed, `/Users/${free}`, { op: 'add', value: beside('free') }),
      ).toMatchObject(limited)
      expect(
        await patch(stage.unconfirmed, `/Users/${free}`, { op: 'replace', value: { userName: p } }),
      ).toMatchObject(limited)
      const bulk = {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: [
          {
            method: 'POST',
            path: '/Users',
            bulkId: 'b',
            data: { schemas: [userUrn], userName: 'bulk', ...beside('bulk') },
          },
        ],
      }
      expect(await stage.unconfirmed.send('POST', '/Bulk', bulk)).toMatchObject({
        body: { Operations: [{ status: '403' }] },
      })
      expect((await stage.read(free))?.user_name).toBe('free')
      // What raises no number is done, also of whoever has the name.
      expect(
        (await patch(stage.unconfirmed, `/Users/${first}`, { op: 'add', value: { title: 'a' } })).status,
      ).toBe(200)
      expect((await post(stage.other, 'others', beside('others'))).status).toBe(201)
      expect((await post(stage.directory, 'directory', beside('directory'))).status).toBe(201)
      await service.flushActivity()
      const params = { slug: stage.slug }
      const { items } = await service.admin.call('listActivity', { params, query: { limit: 20 } })
      const told = items.filter(({ explanation }) =>
        explanation.includes('An administrator confirms the key'),
      )
      expect(told.length).toBeGreaterThan(0)
      await stage.confirmKey()
      service.advance(1_000)
      expect((await post(stage.unconfirmed, 'more', beside('more'))).status).toBe(201)
    })

    it('N11: addresses of one account are bounded, and those that are there stay', async () => {
      const stage = await open()
      const emails = (many: number) => ({
        emails: Array.from({ length: many }, (_, at) => ({ value: `a${at}@${stage.company.domain}` })),
      })
      expect(await post(stage.unconfirmed, 'many', emails(addresses + 1))).toMatchObject(limited)
      const id = idOf(await post(stage.unconfirmed, 'many', emails(addresses)))
      const more = { op: 'add', path: 'emails', value: [{ value: `more@${stage.company.domain}` }] }
      expect(await patch(stage.unconfirmed, `/Users/${id}`, more)).toMatchObject(limited)
      expect((await post(stage.directory, 'directory', emails(addresses + 1))).status).toBe(201)
    })

    it('N9: two accounts that have an address beside their names keep nobody from it', async () => {
      const stage = await open()
      const address = `new@${stage.company.domain}`
      for (const name of ['one', 'two']) {
        const own = { value: `${name}@${stage.company.domain}`, primary: true }
        expect((await post(stage.unconfirmed, name, { emails: [own, { value: address }] })).status).toBe(201)
      }
      const came = await stage.signIn({ nameId: 'n-new', attributes: { email: [address] } })
      expect(came).toMatchObject({ role: 'member', userId: await stage.findNamed(address) })
    })

    it('many requests at once pass no bound, by a key and an OAuth client of one set-up link', async () => {
      const stage = await open()
      const emails = [{ value: `p@${stage.company.domain}` }]
      const asked = Array.from({ length: 2 * ofOneName }, (_, at) =>
        post(at % 2 === 0 ? stage.beside : stage.besideToo, `at-once-${at}`, { emails }),
      )
      const statuses = (await Promise.all(asked)).map(({ status }) => status).toSorted()
      const half = Array.from({ length: ofOneName })
      expect(statuses).toEqual([...half.map(() => 201), ...half.map(() => 403)])
      const told = (await post(stage.beside, 'one-more', { emails })).body
      expect(told).toMatchObject({ detail: expect.stringContaining(`address "${emails[0]?.value}"`) })
      const operations = asked.map((_, at) => {
        const data = { schemas: [userUrn], userName: `in-bulk-${at}`, emails }
        return { method: 'POST', path: '/Users', bulkId: `b${at}`, data }
      })
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
      const { body } = await stage.other.send('POST', '/Bulk', { schemas, Operations: operations })
      const answers = (body as unknown as { Operations: { status: string }[] }).Operations
      expect(answers.map(({ status }) => Number(status)).toSorted()).toEqual(statuses)
    })

    it('externalIds have as many, also where a claim would give one', async () => {
      const stage = await open()
      const externalId = 'e-1'
      for (let at = 0; at < ofOneName; at += 1)
        expect((await post(stage.unconfirmed, `e-${at}`, { externalId })).status).toBe(201)
      // Which of what was sent is refused.
      expect((await post(stage.unconfirmed, 'more', { externalId })).body).toMatchObject({
        detail: expect.stringMatching(/^provisional_limit: .* have the externalId "e-1"\.?$/),
      })
      const body = { dryRun: false, users: [{ userName: 'imported' }] }
      await stage.administrator.call('importUsers', { params: { slug: stage.slug }, body })
      expect(await post(stage.unconfirmed, 'imported', { externalId })).toMatchObject(limited)
      expect((await post(stage.unconfirmed, 'imported')).status).toBe(201)
      expect((await post(stage.other, 'others', { externalId })).status).toBe(201)
      expect((await post(stage.directory, 'directory', { externalId })).status).toBe(201)
    })
  })

  describe('N1 N2 N6: groups of unconfirmed keys', () => {
    it('are bounded, as is in how many of them one person is; the directory has no such bound', async () => {
      const stage = await open()
      const member = await stage.unconfirmed.user('member')
      const first = idOf(await postGroup(stage.unconfirmed, 'g', [member]))
      await copyGroup(stage, first, groupsOfOne - 1)
      expect(await postGroup(stage.unconfirmed, 'one more', [member])).toMatchObject(limited)
      const empty = idOf(await postGroup(stage.unconfirmed, 'empty'))
      const add = { op: 'add', path: 'members', value: [{ value: member }] }
      expect(await patch(stage.unconfirmed, `/Groups/${empty}`, add)).toMatchObject(limited)
      const put = { schemas: [groupUrn], displayName: 'empty', members: [{ value: member }] }
      expect(await stage.unconfirmed.send('PUT', `/Groups/${empty}`, put)).toMatchObject(limited)
      expect(
        (await patch(stage.unconfirmed, `/Groups/${first}`, { ...add, op: 'remove' })).status,
      ).toBeLessThan(300)
      expect((await patch(stage.unconfirmed, `/Groups/${empty}`, add)).status).toBeLessThan(300)
      expect((await postGroup(stage.directory, 'of the directory', [member])).status).toBe(201)
      await copyGroup(stage, empty, groups - groupsOfOne - 1)
      expect(await postGroup(stage.unconfirmed, 'beyond')).toMatchObject(limited)
      expect(
        (
          await patch(stage.unconfirmed, `/Groups/${empty}`, {
            op: 'replace',
            value: { displayName: 'renamed' },
          })
        ).status,
      ).toBeLessThan(300)
      expect((await postGroup(stage.other, 'of another')).status).toBe(201)
      await stage.confirmKey()
      service.advance(1_000)
      expect((await postGroup(stage.unconfirmed, 'beyond', [member])).status).toBe(201)
    })

    it('are in one another as often as one set-up link has places, which are not those of another', async () => {
      const stage = await open()
      const inner = idOf(await postGroup(stage.unconfirmed, 'inner'))
      const outer = idOf(await postGroup(stage.unconfirmed, 'outer', [inner]))
      await copyGroup(stage, outer, nested - 1)
      expect(await postGroup(stage.unconfirmed, 'one more', [inner])).toMatchObject(limited)
      const others = idOf(await postGroup(stage.other, 'inner'))
      expect((await postGroup(stage.other, 'outer', [others])).status).toBe(201)
      expect((await postGroup(stage.directory, 'outer', [])).status).toBe(201)
    })
  })

  it('O4: a request holds what it counts alone, so that no contact waits for another', async () => {
    const stage = await open()
    const [one, two] = [await stage.other.user('one'), await stage.other.user('two')]
    const id = idOf(await postGroup(stage.other, 'g', [one]))
    const holds = async (request: () => Promise<{ readonly status: number }>) => {
      const asked = await watchAsked(async () => expect((await request()).status).toBeLessThan(300))
      return asked.statements.filter((name) => name.startsWith('hold_unconfirmed'))
    }
    const members = (...ids: readonly string[]) => ({
      schemas: [groupUrn],
      displayName: 'g',
      members: ids.map((value) => ({ value })),
    })
    expect(await holds(() => stage.other.send('PUT', `/Groups/${id}`, members(one, two)))).toEqual([])
    expect(await holds(() => stage.other.send('PUT', `/Groups/${id}`, members()))).toEqual([])
    const title = { op: 'add', value: { title: 'a' } }
    expect(await holds(() => patch(stage.other, `/Users/${one}`, title))).toEqual([])
    expect(await holds(() => postGroup(stage.other, 'another'))).toEqual([])
    expect(await holds(() => post(stage.other, 'three'))).toEqual(['hold_unconfirmed_names'])
    expect(await holds(() => post(stage.directory, 'four'))).toEqual([])
  })

  it('N4: people of one set-up link are bounded, whichever key of it made them, and those of another are not theirs', async () => {
    const stage = await open()
    const first = await stage.beside.user('first')
    const columns = sql.raw(
      'display_name_key, active, role, source, managed_by, role_origin, resource, version, created_at, updated_at, provisional_key_id',
    )
    await stage.write(
      (own) => sql`INSERT INTO "user" (organization_id, id, user_name, user_name_key, ${columns})
        SELECT organization_id, id || '-' || at, user_name || '-' || at, user_name_key || '-' || at, ${columns}
        FROM "user" CROSS JOIN ${counted(people - 1)} WHERE organization_id = ${own} AND id = ${first}`,
    )
    expect(await post(stage.besideToo, 'more')).toMatchObject(limited)
    // O5: what one key of a maker has counted holds for all of them.
    expect(await post(stage.beside, 'more')).toMatchObject(limited)
    expect(
      (await patch(stage.besideToo, `/Users/${first}`, { op: 'add', value: { title: 'a' } })).status,
    ).toBe(403)
    expect((await patch(stage.beside, `/Users/${first}`, { op: 'add', value: { title: 'a' } })).status).toBe(
      200,
    )
    expect((await post(stage.other, 'of another')).status).toBe(201)
    expect((await post(stage.directory, 'of the directory')).status).toBe(201)
  })
})
