// The management API as scripts and consoles use it.
// Judges: server/admin, server/organizations, server/directory.
import { formerRoutes, operations, ProblemError } from '@rollcall/api'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { pruneActivity } from '../../packages/server/src/activity/prune.ts'
import { sequenceEvents } from '../../packages/server/src/events/feed.ts'
import { reportExceededSeats } from '../../packages/server/src/notices/seats.ts'
import { purgeDeletedOrganizations, purgeLeftRows } from '../../packages/server/src/organizations/purge.ts'
import { createScope, type InstallationTx } from '../../packages/server/src/store/database.ts'
import { ownedTables } from '../../packages/server/src/store/schema.ts'
import { installationStatement, organizationQuery } from '../../packages/server/src/store/statement.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'accepted',
    (error: unknown) =>
      error instanceof ProblemError ? `${error.problem.status} ${error.problem.code}` : String(error),
  )

const selectSettings = installationStatement('settings_of_management_test')(({ db }) =>
  db.selectFrom('setting').select('name'),
)

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const raw = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | null = null,
  ): Promise<Response> =>
    service.send(
      new Request(`${service.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${service.operatorKey}`, ...headers },
        body,
      }),
    )
  const post = async (own: Directory, userName: string, more: object = {}): Promise<Response> =>
    own.send(
      new Request(`${own.scimUrl}/Users`, {
        method: 'POST',
        headers: { authorization: `Bearer ${own.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ schemas: [userUrn], userName, ...more }),
      }),
    )
  const eventsOf = async (slug: string): Promise<string[]> =>
    (await service.admin.call('listEvents', { params: { slug }, query: { limit: 200 } })).items.map(
      ({ type }) => type,
    )

  describe('organizations', () => {
    it('are created, read, found, changed and deleted, each with its event', async () => {
      const made = await service.admin.call('createOrganization', {
        body: { name: 'Globex', slug: 'globex' },
      })
      expect(made).toMatchObject({
        slug: 'globex',
        provisioningMode: 'manual',
        scimEnabled: true,
        requireSso: true,
        defaultRole: 'member',
        seatLimit: null,
      })
      expect(made.id).toMatch(/^org_[0-9a-z]{26}$/)
      const params = { slug: 'globex' }
      expect(await service.admin.call('getOrganization', { params })).toEqual(made)
      const { question: _, ...setUp } = await service.admin.call('getSetUp', { params })
      expect((await service.admin.call('listOrganizations', { query: { search: 'LOBE' } })).items).toEqual([
        {
          ...made,
          activePeople: 0,
          dailyRequests: Array.from({ length: 30 }, () => 0),
          health: {
            ...{ status: 'off', lastRequestAt: null, lastRefusalAt: null, refused: 0, judged: 0 },
            hasOpenAlert: false,
          },
          setUp,
        },
      ])
      const changed = await service.admin.call('updateOrganization', {
        params,
        body: { name: 'Globex 2', seatLimit: 5 },
      })
      expect(changed).toMatchObject({ name: 'Globex 2', seatLimit: 5 })
      await service.admin.call('updateOrganization', { params, body: { seatLimit: 5 } })
      const { items } = await service.admin.call('listEvents', { params, query: {} })
      expect(items.map(({ type }) => type)).toEqual(['organization.updated', 'organization.created'])
      expect(items[0]).toMatchObject({
        actor: { kind: 'operator' },
        data: {
          changes: [
            { attribute: 'name', before: 'Globex', after: 'Globex 2' },
            { attribute: 'seatLimit', before: null, after: 5 },
          ],
        },
      })
      expect(
        await codeOf(service.admin.call('deleteOrganization', { params, body: { confirm: 'globe' } })),
      ).toBe('409 confirmation_mismatch')
      await service.admin.call('deleteOrganization', { params, body: { confirm: 'globex' } })
      expect(await codeOf(service.admin.call('getOrganization', { params }))).toBe('404 not_found')
      expect(
        (await service.admin.call('createOrganization', { body: { name: 'New', slug: 'globex' } })).id,
      ).not.toBe(made.id)
    })

    it('refuse a taken slug, and a body that is not of the form, saying where', async () => {
      await service.admin.call('createOrganization', { body: { name: 'One', slug: 'taken' } })
      expect(
        await codeOf(service.admin.call('createOrganization', { body: { name: 'Two', slug: 'taken' } })),
      ).toBe('409 slug_taken')
      for (const slug of ['ab', 'A-b', '-abc', 'abc-', 'a b c', 'x'.repeat(51)]) {
        expect(await codeOf(service.admin.call('createOrganization', { body: { name: 'N', slug } }))).toBe(
          '400 invalid_request',
        )
      }
      const response = await raw(
        'POST',
        '/api/v1/organizations',
        { 'content-type': 'application/json' },
        '{"name":"N","slug":"fine","isOperator":true}',
      )
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        code: 'invalid_request',
        errors: [{ message: expect.stringContaining('isOperator') }],
      })
    })

    it('page by a cursor without gaps or repeats', async () => {
      for (let at = 0; at < 7; at += 1)
        await service.admin.call('createOrganization', { body: { name: `Paged ${at}`, slug: `paged-${at}` } })
      const slugs: string[] = []
      let cursor: string | undefined
      do {
        const query =
          cursor === undefined ? { limit: 3, search: 'paged' } : { limit: 3, search: 'paged', cursor }
        const page = await service.admin.call('listOrganizations', { query })
        slugs.push(...page.items.map(({ slug }) => slug))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      expect(slugs).toEqual(Array.from({ length: 7 }, (_, at) => `paged-${at}`))
    })

    it('leave no row behind when they are purged, and none of another organization is touched', async () => {
      const [gone, kept] = [await service.createOrganization(), await service.createOrganization()]
      for (const own of [gone, kept])
        expect((await post(own, 'a@x.test', { emails: [{ value: 'a@x.test' }] })).status).toBe(201)
      await service.flushActivity()
      const count = async (own: Directory): Promise<number[]> => {
        const counts: number[] = []
        for (const table of ownedTables) {
          const rows = organizationQuery(({ db, organizationId }) => {
            const own = db
              .selectFrom(table as 'event')
              .select('organization_id')
              .where('organization_id', '=', organizationId)
            // That it is gone still goes out; on the embedded store the feed is the log itself.
            return table === 'event' ? own.where('type', '<>', 'organization.deleted') : own
          })
          counts.push(
            (await service.database.readOrganization(createScope(own.organization.id), rows, {})).length,
          )
        }
        return counts
      }
      const before = await count(kept)
      await service.admin.call('deleteOrganization', {
        params: { slug: gone.organization.slug },
        body: { confirm: gone.organization.slug },
      })
      expect(await purgeDeletedOrganizations(service.database, () => false)).toBeGreaterThan(0)
      expect(await count(gone)).toEqual(ownedTables.map(() => 0))
      expect(await count(kept)).toEqual(before)
      if (service.store === 'embedded') return
      // A node of a version before does not know of every table.
      const left = organizationQuery(({ db, organizationId }) =>
        db.insertInto('activity_total').values({
          organization_id: organizationId,
          class: 'x',
          entries: 1,
          bodies: 0,
          bodies_from: '',
          packed_to: '',
        }),
      )
      await service.database.inOrganization(createScope(gone.organization.id), async (tx) =>
        tx.write(left, {}),
      )
      await sequenceEvents(service.database)
      await purgeLeftRows(service.database, () => false)
      expect(await count(gone)).toEqual(ownedTables.map(() => 0))
      expect(await count(kept)).toEqual(before)
    })

    it('beyond their seat limit still provision people; the record says so once a day', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      await service.admin.call('updateOrganization', { params, body: { seatLimit: 1 } })
      for (const name of ['a', 'b']) expect((await post(own, name)).status).toBe(201)
      await reportExceededSeats(service.database, Date.now())
      await reportExceededSeats(service.database, Date.now() + 1_000)
      const types = await eventsOf(own.organization.slug)
      expect(types.filter((type) => type === 'organization.seat_limit_exceeded')).toHaveLength(1)
    })
  })

  describe('provisioning', () => {
    it('refuses SCIM mode with the code of what is missing', async () => {
      await service.admin.call('createOrganization', {
        body: { name: 'Strict', slug: 'strict-sso', isScimEnabled: false },
      })
      const params = { slug: 'strict-sso' }
      const toScim = () => service.admin.call('updateProvisioning', { params, body: { mode: 'scim' } })
      expect(await codeOf(toScim())).toBe('409 scim_not_enabled')
      await service.admin.call('updateOrganization', { params, body: { isScimEnabled: true } })
      expect(await codeOf(toScim())).toBe('409 sso_required')
      await service.admin.call('updateOrganization', { params, body: { requireSso: false } })
      expect(await toScim()).toMatchObject({
        mode: 'scim',
        status: 'connecting',
        scimBaseUrl: `${service.url}/scim/v2`,
      })
      expect(await eventsOf('strict-sso')).toContain('provisioning.mode_changed')
    })

    it('says off, connecting, active and failing, and when the last request was', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      const look = async () => {
        await service.flushActivity()
        return service.admin.call('getProvisioning', { params })
      }
      expect(await look()).toMatchObject({ status: 'connecting', lastRequestAt: null })
      await own.send(new Request(`${own.scimUrl}/Users`, { headers: { authorization: `Bearer ${own.key}` } }))
      const looked = await look()
      expect(looked.status).toBe('connecting')
      expect(Date.parse(looked.lastRequestAt ?? '')).toBeGreaterThan(0)
      await post(own, 'first@x.test')
      expect((await look()).status).toBe('active')
      for (let at = 0; at < 20; at += 1) await post(own, '')
      expect((await look()).status).toBe('failing')
      await service.admin.call('updateProvisioning', { params, body: { mode: 'manual' } })
      expect((await look()).status).toBe('off')
    })
  })

  describe('API keys', () => {
    it('show their token once, and in no list, event or activity', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      const made = await service.admin.call('createKey', { params, body: { name: 'Okta' } })
      expect(made.token).toMatch(/^rc_scim_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}$/)
      expect(made.key).toMatchObject({
        name: 'Okta',
        profile: 'auto',
        isActive: true,
        expiresAt: null,
        lastUsedAt: null,
        prefix: made.token.slice(0, 12),
      })
      await post({ ...own, key: made.token }, 'keyed@x.test')
      await service.flushActivity()
      const rotated = await service.admin.call('rotateKey', {
        params: { ...params, id: made.key.id },
        body: {},
      })
      const everything = JSON.stringify([
        await service.admin.call('getProvisioning', { params }),
        await service.admin.call('listEvents', { params, query: {} }),
        await service.admin.call('listActivity', { params, query: {} }),
      ])
      for (const token of [made.token, rotated.token]) expect(everything).not.toContain(token.slice(8, 51))
      const keys = (await service.admin.call('getProvisioning', { params })).keys
      expect(Date.parse(keys.find(({ id }) => id === made.key.id)?.lastUsedAt ?? '')).toBeGreaterThan(0)
    })

    it('are renamed and revoked with events; a revoked one is not rotated; an expiry in the past is refused', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug, id: own.keyId }
      expect((await service.admin.call('updateKey', { params, body: { name: 'New' } })).name).toBe('New')
      await service.admin.call('revokeKey', { params })
      await service.admin.call('revokeKey', { params })
      expect(await codeOf(service.admin.call('rotateKey', { params, body: {} }))).toBe('409 key_revoked')
      const expiresAt = '2020-01-01T00:00:00Z'
      expect(
        await codeOf(service.admin.call('createKey', { params, body: { name: 'Late', expiresAt } })),
      ).toBe('409 expiry_in_the_past')
      const types = await eventsOf(own.organization.slug)
      expect(types.filter((type) => type.startsWith('api_key.'))).toEqual([
        'api_key.revoked',
        'api_key.renamed',
        'api_key.created',
      ])
    })

    it('are 100 at most', async () => {
      const own = await service.createOrganization()
      const params = { slug: own.organization.slug }
      for (let at = 0; at < 99; at += 1)
        await service.admin.call('createKey', { params, body: { name: `k${at}` } })
      expect(await codeOf(service.admin.call('createKey', { params, body: { name: 'one more' } }))).toBe(
        '409 too_many_keys',
      )
    })
  })

  describe('the record', () => {
    it('has one event for each change of a user, with before and after, and none where nothing changed', async () => {
      const own = await service.createOrganization()
      const { id } = (await (await post(own, 'eve@x.test', { password: 'canary-password' })).json()) as {
        id: string
      }
      const patch = (operation: object): Promise<Response> =>
        own.send(
          new Request(`${own.scimUrl}/Users/${id}`, {
            method: 'PATCH',
            headers: { authorization: `Bearer ${own.key}`, 'content-type': 'application/json' },
            body: JSON.stringify({
              schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
              Operations: [operation],
            }),
          }),
        )
      await patch({ op: 'replace', path: 'title', value: 'Boss' })
      await patch({ op: 'replace', path: 'title', value: 'Boss' })
      await patch({ op: 'replace', path: 'password', value: 'canary-password' })
      await patch({ op: 'replace', value: { active: false } })
      await patch({ op: 'replace', value: { active: true } })
      await own.send(
        new Request(`${own.scimUrl}/Users/${id}`, {
          method: 'DELETE',
          headers: { authorization: `Bearer ${own.key}` },
        }),
      )
      const params = { slug: own.organization.slug }
      const { items } = await service.admin.call('listEvents', { params, query: { subject: id } })
      expect(items.map(({ type }) => type)).toEqual([
        'user.deprovisioned',
        'user.reactivated',
        'user.deactivated',
        'user.updated',
        'user.provisioned',
      ])
      expect(items[3]).toMatchObject({
        actor: { kind: 'api_key', id: own.keyId },
        data: { changes: [{ attribute: 'title', before: null, after: 'Boss' }] },
      })
      await service.flushActivity()
      const activity = await service.admin.call('listActivity', { params, query: {} })
      expect(activity.items.length).toBeGreaterThanOrEqual(7)
      expect(JSON.stringify([items, activity])).not.toContain('canary-password')
      expect(
        activity.items.every((row) => row.explanation.endsWith('.') && row.requestId.startsWith('req_')),
      ).toBe(true)
    })

    it('restores a deactivated user that is posted again under the same id, and says so (rule 17, better-auth#11111)', async () => {
      const own = await service.createOrganization()
      const first = (await (await post(own, 'back@x.test', { externalId: 'e1', active: false })).json()) as {
        id: string
      }
      const again = await post(own, 'BACK@x.test', { externalId: 'e1' })
      expect(again.status).toBe(201)
      expect(await again.json()).toMatchObject({ id: first.id, active: true, userName: 'BACK@x.test' })
      expect((await post(own, 'back@x.test', { externalId: 'e1' })).status).toBe(409)
      expect(await eventsOf(own.organization.slug)).toContain('user.linked')
    })

    it('H16: answers under earlier routes as well, and says where the operation is now', async () => {
      const { organization } = await service.createOrganization()
      const settings = `/api/v1/organizations/${organization.slug}`
      const change = { 'content-type': 'application/json' }
      const ask = async (method: string, path: string, body?: string) => {
        const { status, headers } = await raw(method, path, body === undefined ? {} : change, body)
        return { status, deprecation: headers.get('deprecation'), link: headers.get('link') }
      }
      const body = JSON.stringify({ unknownSignIns: 'create' })
      const now = (path: string) => `<${service.url}${path}>; rel="successor-version"`
      const deprecation = expect.stringMatching(/^@\d{10}$/)
      const provisioning = `${settings}/provisioning`
      expect(await ask('PUT', provisioning, body)).toEqual({
        status: 200,
        deprecation,
        link: now(provisioning),
      })
      expect(await ask('PATCH', provisioning, body)).toEqual({ status: 200, deprecation: null, link: null })
      const [ended] = formerRoutes.filter(({ id }) => id === 'endUserSessions')
      const path = ended?.path.replace('{slug}', organization.slug).replace('{id}', 'usr%2Fx')
      expect(await ask('POST', `/api/v1${path}`)).toEqual({
        status: 404,
        deprecation,
        link: now(`${settings}/users/usr%2Fx/sessions/end-all`),
      })
      const following = new URLSearchParams({ follow: '1' })
      expect(await ask('HEAD', `${settings}/activity?${following}`)).toEqual({
        status: 200,
        deprecation,
        link: now(`${settings}/activity/stream`),
      })
    })

    it('H16: takes fields under either name and answers both; two different words are 400 and change nothing', async () => {
      const own = await service.createOrganization()
      const settings = `/api/v1/organizations/${own.organization.slug}`
      const change = (body: object) =>
        raw('PATCH', settings, { 'content-type': 'application/json' }, JSON.stringify(body))
      const read = async () => (await (await raw('GET', settings, {})).json()) as { name: string }
      const before = await read()
      for (const body of [{ scimEnabled: false }, { isScimEnabled: false, scimEnabled: false }]) {
        expect((await change(body)).status).toBe(200)
        expect(await read()).toMatchObject({ isScimEnabled: false, scimEnabled: false })
      }
      const answer = await change({ name: 'Other', isScimEnabled: true, scimEnabled: false })
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { code: 'invalid_request', errors: [{ path: 'scimEnabled' }] },
      ])
      expect(await read()).toMatchObject({ isScimEnabled: false, name: before.name })
      await change({ isScimEnabled: true })
      const { id } = (await (await post(own, 'either@x.test')).json()) as { id: string }
      await service.admin.call('deactivateUser', { params: { slug: own.organization.slug, id } })
      for (const query of ['active=false', 'isActive=false', 'active=false&isActive=false']) {
        const found = await raw('GET', `${settings}/users?${query}`, {})
        expect(await found.json()).toMatchObject({ items: [{ id, isActive: false, active: false }] })
      }
      const odd = await raw('GET', `${settings}/users?active=true&isActive=false`, {})
      expect(odd.status).toBe(400)
    })

    it('shows a request within a second, and streams new ones as server-sent events', async () => {
      const own = await service.createOrganization()
      const path = `/api/v1/organizations/${own.organization.slug}/activity/stream`
      const stream = (await raw('GET', path, {})).body?.getReader()
      const decoder = new TextDecoder()
      await stream?.read()
      await post(own, 'streamed@x.test')
      let text = ''
      await expect
        .poll(
          async () => {
            text += decoder.decode((await stream?.read())?.value)
            return text
          },
          { timeout: 5_000, interval: 1 },
        )
        .toContain('streamed@x.test')
      expect(text).toMatch(/event: activity\ndata: \{/)
      await stream?.cancel()
    })

    it('M26: refused sign-ins have a place of their own in activity: a flood of them pushes nothing else out', async () => {
      const own = await service.createOrganization()
      const { slug } = own.organization
      const connection = await service.admin.call('createConnection', {
        params: { slug },
        body: {
          name: 'Test',
          identityProvider: 'generic',
          metadataXml: createSamlProvider({
            baseUrl: 'https://idp.example.com',
            key: createSamlKey(),
          }).metadata(),
          isActive: true,
        },
      })
      const names = ['first@x.test', 'second@x.test', 'third@x.test']
      // Each written by itself: what is written together goes together.
      for (const name of names) {
        await post(own, name)
        await service.flushActivity()
      }
      for (let turn = 0; turn < 12; turn += 1) {
        await service.send(
          new Request(connection.acsUrl, {
            method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            body: 'SAMLResponse=AAAA',
          }),
        )
        await service.flushActivity()
      }
      const list = (kind: 'scim' | 'sign_in') =>
        service.admin.call('listActivity', { params: { slug }, query: { kind } })
      const newest = (await list('sign_in')).items.slice(0, 5).map(({ id }) => id)
      // At the next day's visit.
      await pruneActivity(
        service.database,
        () => service.now() + 86_400_001,
        () => false,
        { rows: 2, refusedSignIns: 5, bodies: 2 },
      )
      expect((await list('sign_in')).items.map(({ id }) => id)).toEqual(newest)
      const kept = (await list('scim')).items
      expect(kept.map(({ requestBody }) => JSON.parse(requestBody ?? '{}').userName)).toEqual(
        names.toReversed().slice(0, 2),
      )
    })

    it("keeps the newest rows and bodies, and refusals' bodies beside them", async () => {
      const own = await service.createOrganization()
      const { slug } = own.organization
      const prune = (days: number) =>
        pruneActivity(
          service.database,
          () => service.now() + days * 86_400_001,
          () => false,
          { rows: 8, refusedSignIns: 2, bodies: 3 },
        )
      for (const name of ['a', 'b', 'refused', 'c', 'd', 'refused', 'e', 'f', 'g', 'h']) {
        await post(own, name === 'refused' ? '' : `${name}@x.test`)
        await service.flushActivity()
      }
      const list = async () =>
        (await service.admin.call('listActivity', { params: { slug }, query: { limit: 50 } })).items
      expect((await list()).every(({ requestBody }) => requestBody !== null)).toBe(true)
      await prune(1)
      const last = await list()
      expect(last.map(({ status, requestBody }) => [status, requestBody !== null])).toEqual([
        [201, true],
        [201, true],
        [201, true],
        [201, false],
        [400, true],
        [201, false],
        [201, false],
        [400, true],
      ])
      await prune(9)
      expect(await list()).toEqual(last)
    })

    it('drops activity after 30 days', async () => {
      const own = await service.createOrganization()
      await post(own, 'old@x.test')
      await service.flushActivity()
      const rows = async (): Promise<number> =>
        (await service.admin.call('listActivity', { params: { slug: own.organization.slug }, query: {} }))
          .items.length
      await pruneActivity(
        service.database,
        () => Date.now() + 29 * 86_400_000,
        () => false,
      )
      expect(await rows()).toBe(1)
      await pruneActivity(
        service.database,
        () => Date.now() + 31 * 86_400_000,
        () => false,
      )
      expect(await rows()).toBe(0)
    })
  })

  describe('the door', () => {
    it.each([
      [
        '415',
        'POST',
        '/api/v1/organizations',
        { 'content-type': 'text/plain' },
        '{}',
        'unsupported_media_type',
      ],
      [
        '400',
        'POST',
        '/api/v1/organizations',
        { 'content-type': 'application/json' },
        '{"name":',
        'invalid_request',
      ],
      [
        '400',
        'POST',
        '/api/v1/organizations',
        { 'content-type': 'application/json' },
        '['.repeat(5_000),
        'invalid_request',
      ],
      [
        '413',
        'POST',
        '/api/v1/organizations',
        { 'content-type': 'application/json' },
        ' '.repeat(1_100_000),
        'payload_too_large',
      ],
      ['414', 'GET', `/api/v1/organizations?search=${'x'.repeat(9_000)}`, {}, null, 'uri_too_long'],
      ['431', 'GET', '/api/v1/organizations', { 'x-long': 'x'.repeat(17_000) }, null, 'headers_too_large'],
      ['404', 'GET', '/api/v1/nothing', {}, null, 'not_found'],
      ['404', 'GET', '/api/v1/organizations/nobody', {}, null, 'not_found'],
      ['404', 'GET', '/nothing', {}, null, 'not_found'],
    ])('answers %s as a problem for %s %.40s', async (status, method, path, headers, body, code) => {
      const response = await raw(method, path, headers as Record<string, string>, body)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.json()).toMatchObject({
        status: Number(status),
        code,
        title: expect.any(String),
        detail: expect.any(String),
      })
    })

    it.each([
      ['PATCH', '', '{"name":"Globex","unknown":{},"name":"Initech"}', 'The name "name" stands twice'],
      ['PATCH', '', '{"name":"Globex","n\\u0061me":"Globex"}', 'The name "name" stands twice'],
      [
        'PUT',
        '/role-mappings',
        '{"mappings":[{"group":"A","role":"member","role":"admin"}]}',
        'The name "role" stands twice',
      ],
      [
        'POST',
        '/users/import',
        '{"format":"json","dryRun":false,"users":[{"userName":"a"},{"userName":"b","userName":"c"}]}',
        'users.1: The name "userName" stands twice',
      ],
      [
        'POST',
        '/users/import',
        '{"format":"json","dryRun":true,"users":[],"dryRun":false}',
        'dryRun: is there more than once',
      ],
    ])(
      'R13-b8: %s %s of a body with a name that stands twice is refused, and changes nothing',
      async (method, path, body, detail) => {
        const { organization } = await service.createOrganization()
        const { slug } = organization
        const state = async () =>
          JSON.stringify([
            await service.admin.call('getOrganization', { params: { slug } }),
            await service.admin.call('getRoleMappings', { params: { slug } }),
            await service.admin.call('listUsers', { params: { slug } }),
          ])
        const before = await state()
        const response = await raw(
          method,
          `/api/v1/organizations/${slug}${path}`,
          { 'content-type': 'application/json' },
          body,
        )
        expect(response.status).toBe(400)
        const problem = (await response.json()) as { readonly detail: string }
        expect(problem).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining(detail) })
        expect(await state()).toBe(before)
      },
    )

    it('limits the SCIM requests of one organization, not of another, with an integer Retry-After', async () => {
      const slow = await start({ scimRate: 2 })
      const [busy, calm] = [await slow.createOrganization(), await slow.createOrganization()]
      const ask = (own: Directory) =>
        own.send(
          new Request(`${own.scimUrl}/Users?count=0`, { headers: { authorization: `Bearer ${own.key}` } }),
        )
      const answers = await Promise.all(Array.from({ length: 30 }, () => ask(busy)))
      const refused = answers.filter(({ status }) => status === 429)
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(8)
      expect(refused.length).toBeGreaterThan(10)
      expect(refused[0]?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      expect(await refused[0]?.json()).toMatchObject({ status: '429' })
      expect((await ask(calm)).status).toBe(200)
      slow.advance(1_000)
      expect((await ask(busy)).status).toBe(200)
    })

    it.each([
      ['/sso/', '../sso'],
      ['/sso/acme/?return_to=%2Fme', '../acme?return_to=%2Fme'],
      ['/saml/conn_1/login/', '../login'],
      ['/healthz/', '../healthz'],
    ])('F13: a slash at the end of %s leads on, by the same method', async (from, to) => {
      const answer = await service.send(new Request(`${service.url}${from}`))
      expect([answer.status, answer.headers.get('location')]).toEqual([308, to])
    })

    it.each([
      '/sso//example.com/',
      '//example.com/',
      '/saml/..%2f/',
      '/scim/v2/Users/',
      '/api/v1/organizations/',
    ])('F13: %s leads nowhere else', async (path) => {
      const answer = await service.send(new Request(`${service.url}${path}`))
      expect(answer.headers.get('location') ?? '/').toMatch(/^(?:\/(?!\/)|\.\.\/[^/]*$)/)
    })

    it('F11: serves health, readiness and metrics; metrics to the operator only, or to a key of their own, whatever headers a proxy adds or leaves out', async () => {
      expect((await service.send(new Request(`${service.url}/healthz`))).status).toBe(200)
      expect((await service.send(new Request(`${service.url}/readyz`))).status).toBe(200)
      const bare = (headers: Record<string, string>) => new Request(`${service.url}/metrics`, { headers })
      for (const headers of [{}, { 'x-forwarded-for': '127.0.0.1' }, { host: 'localhost' }] as const)
        expect((await service.sendFrom('127.0.0.1', bare(headers))).status).toBe(401)
      const text = await (await raw('GET', '/metrics', {})).text()
      for (const series of [
        'rollcall_http_requests_total',
        'rollcall_http_request_seconds_bucket',
        'rollcall_store_unit_seconds_bucket',
        'rollcall_store_connections',
        'nodejs_eventloop_lag',
        'rollcall_deliveries_waiting{kind="webhook"} 0',
        'rollcall_deliveries_overdue_seconds{kind="mail"} 0',
        'rollcall_delivery_targets{kind="webhook",state="enabled"} 0',
        'rollcall_feed_lag_seconds',
        'rollcall_events_unsealed',
        'rollcall_organizations_put_off{follower="guard"} 0',
        'rollcall_store_wait_seconds_count{for="turn"}',
        'rollcall_refusals_total',
      ]) {
        expect(text).toContain(series)
      }
      expect(text).not.toMatch(/usr_|rc_scim_/)
      const keyed = await start({ metricsKey: 'metrics-key-for-tests' })
      const ask = (key: string, headers = {}) =>
        keyed.send(
          new Request(`${keyed.url}/metrics`, { headers: { authorization: `Bearer ${key}`, ...headers } }),
        )
      expect((await ask('metrics-key-for-tests')).status).toBe(200)
      expect((await ask('metrics-key-for-test')).status).toBe(401)
      const other = new Request(`${keyed.url}/api/v1/organizations`, {
        headers: { authorization: 'Bearer metrics-key-for-tests' },
      })
      expect((await keyed.send(other)).status).toBe(401)
    })

    it('F19: metrics are named by their kind, and each says what it is, as promtool has it', async () => {
      const text = await (await raw('GET', '/metrics', {})).text()
      const kinds = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', kind]) => ({
        name,
        kind,
      }))
      expect(kinds.length).toBeGreaterThan(20)
      for (const { name, kind } of kinds) {
        expect([name, /_total$/.test(name)]).toEqual([name, kind === 'counter'])
        expect(text).toContain(`# HELP ${name} `)
        expect(name).not.toMatch(/_(?:count|sum|bucket|milliseconds|ms|kb)$/)
      }
    })

    it('counts what units of the store had to wait for, and how long', async () => {
      const what = store === 'embedded' ? 'writer' : 'connection'
      const waits = async (): Promise<{ readonly count: number; readonly seconds: number }> => {
        const text = await (await raw('GET', '/metrics', {})).text()
        const read = (part: string): number =>
          Number(new RegExp(`rollcall_store_wait_seconds_${part}\\{for="${what}"\\} (\\S+)`).exec(text)?.[1])
        return { count: read('count'), seconds: read('sum') }
      }
      const before = await waits()
      const two = async (tx: InstallationTx): Promise<void> => {
        await tx.all(selectSettings, {})
        await tx.all(selectSettings, {})
      }
      await Promise.all(Array.from({ length: 40 }, () => service.database.inInstallation('settings', two)))
      const after = await waits()
      expect(after.count - before.count).toBeGreaterThanOrEqual(32)
      expect(after.seconds).toBeGreaterThan(before.seconds)
    })

    it('describes itself: every operation, every reference resolves, and a page whose one script is known', async () => {
      const document = (await (await raw('GET', '/api/v1/openapi.json', {})).json()) as {
        openapi: string
        paths: object
        components: { schemas: object }
      }
      expect(document.openapi).toBe('3.1.0')
      const text = JSON.stringify(document)
      for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
        expect(document.components.schemas).toHaveProperty(name as string)
      expect(Object.keys(document.paths)).toContain('/organizations/{slug}/provisioning/keys/{id}/rotate')
      const page = await raw('GET', '/api/v1/docs', {})
      expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
      expect(page.headers.get('content-security-policy')).not.toContain('unsafe')
      const html = await page.text()
      expect(html.match(/<script/g)).toHaveLength(1)
      expect(html).toContain('/organizations/{slug}/provisioning')
      // A14: a command and, where there is a body, an example for each operation; who may call is said.
      expect(html.match(/<pre>curl /g)).toHaveLength(Object.keys(operations).length)
      expect(html).toContain('&#34;slug&#34;: &#34;acme&#34;')
      expect(html).toContain('id="authentication"')
    })
  })
})
