// One habit for one act: what the operator does to applications, webhook endpoints, signing keys and organizations is recorded with the
// act, and kept in a log of its own, which nobody else reads. An audit log calls everybody by name, and is narrowed by who and when.
// Judges: server/events, server/applications, server/webhooks, server/openid-provider, server/admin.
import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore, type Service } from '../harness/service.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })

  const logOf = async (query: {
    readonly subject?: string
    readonly type?: string
    readonly limit?: number
  }) => (await service.admin.call('listOperatorEvents', { query: { limit: 50, ...query } })).items
  const typesOf = async (subject: string) => (await logOf({ subject })).map(({ type }) => type)

  describe('H24: an act of the operator', () => {
    it('on an application is recorded, with before and after', async () => {
      const body = { name: 'Docs', redirectUris: ['https://docs.example.com/callback'] }
      const { id } = await service.admin.call('createApplication', { body })
      const redirectUris = ['https://docs.example.com/return']
      await service.admin.call('updateApplication', { params: { id }, body: { redirectUris } })
      await service.admin.call('updateApplication', { params: { id }, body: { redirectUris } })
      await service.admin.call('rotateApplication', { params: { id }, body: { overlapSeconds: 60 } })
      await service.admin.call('deleteApplication', { params: { id } })
      const [deleted, rotated, updated, created, ...more] = await logOf({ subject: id })
      expect(more).toEqual([])
      expect(created).toMatchObject({ type: 'application.created', data: { name: 'Docs' } })
      expect(updated).toMatchObject({
        type: 'application.updated',
        actor: { kind: 'operator', id: null },
        data: { changes: [{ attribute: 'redirectUris', before: body.redirectUris, after: redirectUris }] },
      })
      expect(rotated).toMatchObject({ type: 'application.secret_rotated', data: { overlapSeconds: 60 } })
      expect(deleted).toMatchObject({ type: 'application.deleted', data: { name: 'Docs' } })
      expect(updated?.requestId).toMatch(/^req_/)
    })

    it('on a webhook endpoint is recorded, and told to others, not to the endpoint', async () => {
      const make = (url: string) => service.admin.call('createWebhookEndpoint', { body: { url } })
      const other = await make('http://127.0.0.1:9/other')
      const { id } = await make('http://127.0.0.1:9/hooks')
      await service.admin.call('updateWebhookEndpoint', { params: { id }, body: { description: 'Ours' } })
      await service.admin.call('updateWebhookEndpoint', { params: { id }, body: { description: 'Ours' } })
      await service.admin.call('rotateWebhookEndpoint', { params: { id }, body: { overlapSeconds: 0 } })
      const toldOf = async (of: string) =>
        (await service.admin.call('listDeliveries', { params: { id: of }, query: {} })).items.map(
          ({ eventType }) => eventType,
        )
      expect(await toldOf(id)).not.toContain('webhook_endpoint.created')
      expect(await toldOf(id)).not.toContain('webhook_endpoint.updated')
      await service.admin.call('deleteWebhookEndpoint', { params: { id } })
      const told = ['deleted', 'secret_rotated', 'updated', 'created'].map((act) => `webhook_endpoint.${act}`)
      expect(await typesOf(id)).toEqual(told)
      expect(await toldOf(other.id)).toEqual(told)
      const [, , updated] = await logOf({ subject: id })
      expect(updated?.data).toEqual({ changes: [{ attribute: 'description', before: null, after: 'Ours' }] })
      await service.admin.call('deleteWebhookEndpoint', { params: { id: other.id } })
    })

    it('m2: on an address is told without its path and its query, which may be a secret', async () => {
      const other = await service.admin.call('createWebhookEndpoint', {
        body: { url: 'http://127.0.0.1:9/' },
      })
      const url = (path: string) => `http://127.0.0.1:9/${path}?token=s3cret`
      const { id } = await service.admin.call('createWebhookEndpoint', { body: { url: url('s3cret') } })
      await service.admin.call('updateWebhookEndpoint', { params: { id }, body: { url: url('s3cret-2') } })
      await service.admin.call('rotateWebhookEndpoint', { params: { id }, body: { overlapSeconds: 0 } })
      await service.admin.call('deleteWebhookEndpoint', { params: { id } })
      const key = { name: 'Keys', redirectUris: ['https://a.example.com/cb'] }
      const jwksUrl = 'https://example.com/jwks?token=s3cret'
      const body = { ...key, authentication: 'private_key_jwt', jwksUrl } as const
      const application = await service.admin.call('createApplication', { body })
      await service.admin.call('updateApplication', {
        params: { id: application.id },
        body: { jwksUrl: `${jwksUrl}2`, backchannelLogoutUri: 'https://example.com/out/s3cret' },
      })
      const log = [...(await logOf({ subject: id })), ...(await logOf({ subject: application.id }))]
      const told = await service.admin.call('listDeliveries', { params: { id: other.id }, query: {} })
      const [text, body2] = [JSON.stringify(log), JSON.stringify(told.items)]
      expect(text).not.toContain('s3cret')
      expect(body2).not.toContain('s3cret')
      expect(text).toContain('http://127.0.0.1:9/…')
      expect(text).toContain('https://example.com/…')
      expect(log.filter(({ type }) => type.endsWith('.updated'))).toHaveLength(2)
      await service.admin.call('deleteWebhookEndpoint', { params: { id: other.id } })
      await service.admin.call('deleteApplication', { params: { id: application.id } })
    })

    it('that is refused is in no log', async () => {
      const before = await logOf({})
      const call = service.admin.call('createWebhookEndpoint', { body: { url: 'https://169.254.169.254/' } })
      await expect(call).rejects.toMatchObject({ problem: { code: 'url_refused' } })
      expect(await logOf({})).toEqual(before)
    })

    it('on the signing key is recorded with the time from which it signs', async () => {
      const body = { delaySeconds: 3_600 }
      const key = await service.admin.call('createSigningKey', { body })
      expect(await logOf({ subject: key.id })).toMatchObject([
        { type: 'signing_key.rotated', actor: { kind: 'operator' }, data: { activeAt: key.activeAt } },
      ])
    })

    it('that begins or ends an organization stays in the log when the organization is gone', async () => {
      const body = { name: 'Acme', slug: 'acme-gone' }
      const { id } = await service.admin.call('createOrganization', { body })
      await service.admin.call('updateOrganization', {
        params: { slug: body.slug },
        body: { name: 'Acme 2' },
      })
      const params = { slug: body.slug }
      await service.admin.call('deleteOrganization', { params, body: { confirm: body.slug } })
      expect(await typesOf(id)).toEqual(['organization.deleted', 'organization.created'])
    })

    it('is listed a page at a time, the newest first, and by type', async () => {
      const all = await logOf({})
      expect(all.map(({ id }) => id)).toEqual(
        all
          .map(({ id }) => id)
          .toSorted()
          .toReversed(),
      )
      const page = await service.admin.call('listOperatorEvents', { query: { limit: 2 } })
      expect(page.items).toEqual(all.slice(0, 2))
      const next = { limit: 2, cursor: page.nextCursor ?? '' }
      expect((await service.admin.call('listOperatorEvents', { query: next })).items).toEqual(all.slice(2, 4))
      const rotations = await logOf({ type: 'signing_key.rotated' })
      expect(rotations).toEqual(all.filter(({ type }) => type === 'signing_key.rotated'))
      expect(rotations).not.toEqual([])
    })
  })

  describe('an audit log', () => {
    const person = (userName: string, displayName?: string) => ({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName,
      ...(displayName === undefined ? {} : { displayName }),
    })
    const fill = async () => {
      const { organization, key, keyId, scimUrl } = await service.createOrganization()
      const scim = async (method: string, path: string, body?: object) => {
        const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }
        const init = body === undefined ? {} : { body: JSON.stringify(body) }
        const answer = await service.send(new Request(`${scimUrl}${path}`, { method, headers, ...init }))
        return answer.status === 204 ? '' : ((await answer.json()) as { id: string }).id
      }
      const ada = await scim('POST', '/Users', person('ada@acme.test', 'Ada Lovelace'))
      const gone = await scim('POST', '/Users', person('grace@acme.test'))
      const group = { displayName: 'Engineering', members: [{ value: ada }] }
      const groupId = await scim('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        ...group,
      })
      await scim('DELETE', `/Users/${gone}`)
      return { params: { slug: organization.slug }, keyId, ada, gone, groupId }
    }
    const namesOfAll = (items: readonly { names: Readonly<Record<string, string>> }[]) =>
      Object.assign({}, ...items.map(({ names }) => names)) as Record<string, string>

    it('calls everybody by name, and whoever is gone as it kept them', async () => {
      const { params, keyId, ada, gone, groupId } = await fill()
      const { items } = await service.admin.call('listEvents', { params, query: {} })
      const key = items.find(({ type }) => type === 'api_key.created')?.data.name
      expect(namesOfAll(items)).toMatchObject({
        [ada]: 'Ada Lovelace (ada@acme.test)',
        [gone]: 'grace@acme.test',
        [groupId]: 'Engineering',
        [keyId]: key,
      })
      const joined = items.find(({ type }) => type === 'group.members_changed')
      expect(joined?.names).toMatchObject({
        [ada]: 'Ada Lovelace (ada@acme.test)',
        [groupId]: 'Engineering',
      })
    })

    it('is narrowed by who did it and by when, and exported as lines so', async () => {
      const { params, keyId, ada } = await fill()
      const listIds = async (query: object) =>
        (await service.admin.call('listEvents', { params, query })).items.map(({ id }) => id)
      const { items } = await service.admin.call('listEvents', { params, query: {} })
      const byKey = items.filter(({ actor }) => actor.id === keyId).map(({ id }) => id)
      expect(byKey.length).toBeGreaterThan(3)
      expect(await listIds({ actor: keyId })).toEqual(byKey)
      expect(await listIds({ actorKind: 'operator' })).toEqual(
        items.filter(({ actor }) => actor.kind === 'operator').map(({ id }) => id),
      )
      const since = items[2]?.occurredAt ?? ''
      const isSince = ({ occurredAt }: { occurredAt: string }) => occurredAt >= since
      expect(await listIds({ since })).toEqual(items.filter(isSince).map(({ id }) => id))
      expect(await listIds({ until: since })).toEqual(
        items.filter((one) => !isSince(one)).map(({ id }) => id),
      )
      expect(await listIds({ since, until: since, subject: ada })).toEqual([])
      const request = new Request(
        `${service.url}/api/v1/organizations/${params.slug}/events.jsonl?actor=${keyId}`,
        { headers: { authorization: `Bearer ${service.operatorKey}` } },
      )
      const answer = await service.send(request)
      expect(answer.headers.get('content-disposition')).toContain('.jsonl"')
      const lines = (await answer.text()).trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line))).toEqual(items.filter(({ id }) => byKey.includes(id)))
    })
  })
})
