// Ids of one organization in the hands of another, through the management API: the 404 of an id that never was, to the
// byte, and nothing of the other changes (advisories: CVE-2025-22146, CVE-2026-33132, GHSA-rjg6-39jm-rgg4).
// Judges: server/admin, server/store.
import { beforeAll, describe, expect, it } from 'vitest'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let a: Company
  let b: Company
  const ids: Record<string, string> = {}
  beforeAll(async () => {
    service = await start()
    ;[a, b] = [await createCompany(service), await createCompany(service)]
    const params = b.organization
    await b.signIn(b.person('bob'))
    const first = <T extends { id: string }>(list: { items: readonly T[] }): string => list.items[0]?.id ?? ''
    ids.connections = b.connection.id
    ids.domains = first(await service.admin.call('listDomains', { params }))
    ids.users = first(await service.admin.call('listUsers', { params, query: {} }))
    ids['service-keys'] = (await service.admin.call('createServiceKey', { params })).id
    ids['portal-links'] = (
      await service.admin.call('createPortalLink', { params, body: { role: 'admin', days: 2 } })
    ).id
    ids.invitations = (
      await service.admin.call('createInvitation', { params, body: { email: 'x@y.test' } })
    ).invitation.id
  })

  const ask = async (method: string, path: string, id: string) => {
    const request = new Request(
      `${service.url}/api/v1/organizations/${a.organization.slug}/${path.replace('{id}', id)}`,
      {
        method,
        headers: { authorization: `Bearer ${service.operatorKey}`, 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body: JSON.stringify(bodies[`${method} ${path}`] ?? {}) }),
      },
    )
    const response = await service.send(request)
    const { requestId: _, ...problem } = (await response.json()) as Record<string, unknown>
    return { status: response.status, problem }
  }
  const bodies: Record<string, object> = {
    'PATCH domains/{id}': { isVerified: true },
    'PATCH users/{id}': { role: 'owner' },
    'POST users/{id}/unlink': { connectionId: 'conn_x' },
    'PATCH connections/{id}': { active: false },
    'POST connections/{id}/relink': { stableIdAttribute: 'x', dryRun: false },
  }

  it.each([
    'GET connections/{id}',
    'PATCH connections/{id}',
    'POST connections/{id}/refresh',
    'POST connections/{id}/test',
    'POST connections/{id}/relink',
    'DELETE connections/{id}',
    'POST domains/{id}/verify',
    'PATCH domains/{id}',
    'DELETE domains/{id}',
    'GET users/{id}',
    'PATCH users/{id}',
    'POST users/{id}/deactivate',
    'POST users/{id}/reactivate',
    'POST users/{id}/unlink',
    'POST service-keys/{id}/activate',
    'DELETE portal-links/{id}',
    'POST invitations/{id}/resend',
    'DELETE invitations/{id}',
  ])('%s', async (route) => {
    const [method = '', path = ''] = route.split(' ')
    const kind = path.split('/')[0] ?? ''
    const snapshot = async () =>
      JSON.stringify([
        await service.admin.call('listUsers', { params: b.organization, query: {} }),
        await service.admin.call('listConnections', { params: b.organization }),
        await service.admin.call('listDomains', { params: b.organization }),
        await service.admin.call('listServiceKeys', { params: b.organization }),
        await service.admin.call('listPortalLinks', { params: b.organization }),
        await service.admin.call('listInvitations', { params: b.organization, query: {} }),
      ])
    const before = await snapshot()
    const foreign = await ask(method, path, ids[kind] ?? '')
    const unknown = await ask(method, path, `${(ids[kind] ?? '').split('_')[0]}_${'0'.repeat(26)}`)
    expect(foreign).toEqual(unknown)
    expect(foreign.status).toBe(404)
    expect(await snapshot()).toBe(before)
  })

  describe('the single sign-on', () => {
    it('a response for the connection of A is nothing at the connection of B, though one identity provider serves both', async () => {
      const twin = await createCompany(service, { provider: a.provider })
      const made = await a.provider.offer(
        { acsUrl: a.connection.acsUrl, audience: a.connection.entityId },
        a.person('eve'),
        { inResponseTo: '_x' },
      )
      const response = await service.send(
        new Request(twin.connection.acsUrl, { method: 'POST', body: new URLSearchParams(made.form) }),
      )
      expect(response.status).toBe(403)
    })
  })
})
