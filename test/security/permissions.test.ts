// Routes x credentials of the management API. Who may call what is written down here a second time, by hand: a new
// operation without a row fails. Advisories: CVE-2026-53515, CVE-2026-30823, CVE-2024-42490, GHSA-j8v8-g9cx-5qf4,
// CVE-2023-34927, open-mercato#3907.
// Judges: server/admin, api.
import { formerRoutes, operations } from '@rollcall/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

/** operator: nobody else. administrator: also owners and administrators. setup: also a set-up link. */
const expected: Readonly<Record<string, 'operator' | 'administrator' | 'setup' | 'session' | 'open'>> = {
  'POST /organizations': 'operator',
  'GET /organizations': 'operator',
  'GET /organizations/{slug}': 'setup',
  'PATCH /organizations/{slug}': 'administrator',
  'DELETE /organizations/{slug}': 'operator',
  'GET /organizations/{slug}/provisioning': 'setup',
  'PATCH /organizations/{slug}/provisioning': 'setup',
  'GET /organizations/{slug}/set-up/refusals': 'setup',
  'GET /organizations/{slug}/provisioning/preview': 'setup',
  'GET /organizations/{slug}/provisioning/unclaimed': 'administrator',
  'POST /organizations/{slug}/provisioning/keys': 'setup',
  'PATCH /organizations/{slug}/provisioning/keys/{id}': 'setup',
  'POST /organizations/{slug}/provisioning/keys/{id}/rotate': 'setup',
  'POST /organizations/{slug}/provisioning/keys/{id}/end-earlier-token': 'setup',
  'POST /organizations/{slug}/provisioning/keys/{id}/confirm': 'administrator',
  'DELETE /organizations/{slug}/provisioning/keys/{id}': 'setup',
  'GET /organizations/{slug}/provisioning/clients': 'setup',
  'POST /organizations/{slug}/provisioning/clients': 'setup',
  'PATCH /organizations/{slug}/provisioning/clients/{id}': 'setup',
  'POST /organizations/{slug}/provisioning/clients/{id}/rotate': 'setup',
  'POST /organizations/{slug}/provisioning/clients/{id}/confirm': 'administrator',
  'DELETE /organizations/{slug}/provisioning/clients/{id}': 'setup',
  'GET /organizations/{slug}/domains': 'setup',
  'POST /organizations/{slug}/domains': 'setup',
  'POST /organizations/{slug}/domains/{id}/verify': 'setup',
  'PATCH /organizations/{slug}/domains/{id}': 'setup',
  'DELETE /organizations/{slug}/domains/{id}': 'setup',
  'GET /organizations/{slug}/connections': 'setup',
  'POST /organizations/{slug}/connections': 'setup',
  'GET /organizations/{slug}/connections/{id}': 'setup',
  'GET /organizations/{slug}/connections/{id}/identity-provider-metadata': 'setup',
  'PATCH /organizations/{slug}/connections/{id}': 'setup',
  'DELETE /organizations/{slug}/connections/{id}': 'setup',
  'POST /organizations/{slug}/connections/{id}/refresh': 'setup',
  'POST /organizations/{slug}/connections/{id}/test': 'setup',
  'POST /organizations/{slug}/connections/{id}/relink': 'setup',
  'GET /organizations/{slug}/connections/{id}/anchor': 'setup',
  'POST /organizations/{slug}/connections/{id}/anchor/confirm': 'setup',
  'POST /organizations/{slug}/connections/{id}/anchor/restore': 'setup',
  'POST /organizations/{slug}/connections/{id}/staged': 'setup',
  'GET /organizations/{slug}/connections/{id}/staged': 'setup',
  'DELETE /organizations/{slug}/connections/{id}/staged': 'setup',
  'POST /organizations/{slug}/connections/{id}/staged/apply': 'setup',
  'GET /organizations/{slug}/service-keys': 'setup',
  'POST /organizations/{slug}/service-keys': 'setup',
  'POST /organizations/{slug}/service-keys/{id}/activate': 'setup',
  'POST /organizations/{slug}/portal-links': 'administrator',
  'GET /organizations/{slug}/portal-links': 'administrator',
  'POST /organizations/{slug}/portal-links/{id}/resend': 'administrator',
  'GET /organizations/{slug}/set-up': 'setup',
  'POST /organizations/{slug}/set-up/ask-administrators': 'setup',
  'DELETE /organizations/{slug}/portal-links/{id}': 'administrator',
  'POST /operator-links': 'operator',
  'GET /operator-sessions': 'operator',
  'DELETE /operator-sessions/{id}': 'operator',
  'POST /operator-sessions/end-all': 'operator',
  'GET /installation': 'operator',
  'GET /installation/endings': 'operator',
  'GET /installation/statistics': 'operator',
  'POST /organizations/{slug}/operator-visits': 'operator',
  'GET /organizations/{slug}/provisioning/stream': 'setup',
  'POST /organizations/{slug}/connections/preview': 'setup',
  'GET /organizations/{slug}/events/verify': 'administrator',
  'GET /organizations/{slug}/events.csv': 'administrator',
  'GET /organizations/{slug}/events.jsonl': 'administrator',
  'GET /organizations/{slug}/events/archive': 'operator',
  'POST /organizations/{slug}/events/archive': 'operator',
  'POST /portal-sessions': 'open',
  'POST /anchor-confirmations': 'open',
  'POST /recovery-address-confirmations': 'open',
  'GET /operator-needs': 'operator',
  'GET /operator-events': 'operator',
  'GET /organizations/{slug}/users/{id}/recovery-address': 'administrator',
  'PUT /organizations/{slug}/users/{id}/recovery-address': 'administrator',
  'POST /organizations/{slug}/users/{id}/recovery-address/acknowledge': 'administrator',
  'GET /session': 'session',
  'DELETE /session': 'session',
  'POST /session/end-all': 'session',
  'GET /organizations/{slug}/users': 'administrator',
  'GET /organizations/{slug}/users/{id}': 'administrator',
  'PATCH /organizations/{slug}/users/{id}': 'administrator',
  'POST /organizations/{slug}/users/{id}/deactivate': 'administrator',
  'POST /organizations/{slug}/users/{id}/reactivate': 'administrator',
  'POST /organizations/{slug}/users/{id}/unlink': 'administrator',
  // Of themselves a person may do both: security/sessions.
  'GET /organizations/{slug}/users/{id}/sessions': 'administrator',
  'POST /organizations/{slug}/users/{id}/sessions/end-all': 'administrator',
  'POST /organizations/{slug}/users/change': 'administrator',
  'GET /organizations/{slug}/users.csv': 'administrator',
  'GET /organizations/{slug}/users.jsonl': 'administrator',
  'GET /organizations/{slug}/groups.csv': 'administrator',
  'GET /organizations/{slug}/groups.jsonl': 'administrator',
  'POST /organizations/{slug}/users/import': 'administrator',
  'POST /organizations/{slug}/invitations': 'administrator',
  'GET /organizations/{slug}/invitations': 'administrator',
  'DELETE /organizations/{slug}/invitations/{id}': 'administrator',
  'POST /organizations/{slug}/invitations/{id}/resend': 'administrator',
  'POST /invitation-acceptances': 'open',
  'GET /organizations/{slug}/groups': 'administrator',
  'GET /organizations/{slug}/groups/{id}': 'administrator',
  'GET /organizations/{slug}/groups/{id}/members': 'administrator',
  'GET /organizations/{slug}/schema-extensions': 'administrator',
  'PUT /organizations/{slug}/schema-extensions': 'operator',
  'GET /organizations/{slug}/role-mappings': 'administrator',
  'PUT /organizations/{slug}/role-mappings': 'administrator',
  'POST /organizations/{slug}/role-mappings/preview': 'administrator',
  'GET /organizations/{slug}/group-names': 'administrator',
  'GET /organizations/{slug}/attribute-mapping': 'administrator',
  'PUT /organizations/{slug}/attribute-mapping': 'administrator',
  'POST /organizations/{slug}/attribute-mapping/preview': 'administrator',
  'GET /organizations/{slug}/events': 'administrator',
  'GET /organizations/{slug}/statistics': 'administrator',
  'GET /organizations/{slug}/activity': 'administrator',
  'GET /organizations/{slug}/provisioning/alerts': 'administrator',
  'POST /organizations/{slug}/provisioning/alerts/{id}/restore': 'administrator',
  'POST /organizations/{slug}/provisioning/alerts/{id}/dismiss': 'administrator',
  'GET /webhook-endpoints': 'operator',
  'POST /webhook-endpoints': 'operator',
  'GET /webhook-endpoints/{id}': 'operator',
  'PATCH /webhook-endpoints/{id}': 'operator',
  'DELETE /webhook-endpoints/{id}': 'operator',
  'POST /webhook-endpoints/{id}/rotate': 'operator',
  'POST /webhook-endpoints/{id}/test': 'operator',
  'POST /webhook-endpoints/{id}/resend': 'operator',
  'GET /webhook-endpoints/{id}/deliveries': 'operator',
  'GET /events': 'operator',
  'GET /events/stream': 'operator',
  'GET /organizations/{slug}/activity/stream': 'administrator',
  'GET /applications': 'operator',
  'POST /applications': 'operator',
  'GET /applications/{id}': 'operator',
  'PATCH /applications/{id}': 'operator',
  'DELETE /applications/{id}': 'operator',
  'POST /applications/{id}/rotate': 'operator',
  'GET /signing-keys': 'operator',
  'POST /signing-keys': 'operator',
  'GET /brand': 'operator',
  'PATCH /brand': 'operator',
  'PUT /brand/images/{id}': 'operator',
  'DELETE /brand/images/{id}': 'operator',
  'GET /applications/{id}/brand': 'operator',
  'PATCH /applications/{id}/brand': 'operator',
  'PUT /applications/{id}/brand/images/{kind}': 'operator',
  'DELETE /applications/{id}/brand/images/{kind}': 'operator',
  'GET /organizations/{slug}/logo': 'administrator',
  'PUT /organizations/{slug}/logo/{kind}': 'administrator',
  'DELETE /organizations/{slug}/logo/{kind}': 'administrator',
  'GET /embedding': 'operator',
  'PUT /embedding': 'operator',
  'POST /organizations/{slug}/embed-sessions': 'operator',
  'POST /embed-sessions': 'open',
}
const toRoute = ({ method, path }: { readonly method: string; readonly path: string }): string =>
  `${method.toUpperCase()} ${path}`
const present = Object.values(operations).map(toRoute)
/** What an operation answered under before its present route: whoever may knock there may here, and nobody else. */
const former = Object.fromEntries(
  formerRoutes.map((route) => [toRoute(route), toRoute(operations[route.id])]),
)
const routes = [...present, ...Object.keys(former)]
/** What must be thrown out before it is read. */
const hostileBody = '['.repeat(60_000)

it('every operation has a row, and every row an operation', () => {
  expect(Object.keys(expected).sort()).toEqual(present.toSorted())
})

forEachStore((start, store) => {
  let service: Service
  let acme: Company
  let member: Browser
  let administrator: Browser
  let setup: Browser
  let stranger: Browser
  let operator: Browser
  let scimKey: string

  const openLink = async (company: Company, options: { role: 'owner' | 'admin'; days?: number }) => {
    const link = await service.admin.call('createPortalLink', { params: company.organization, body: options })
    const browser = createBrowser(service.url, service.send)
    const token = new URL(link.url).hash.replace('#token=', '')
    expect((await browser.call('POST', '/portal-sessions', { token })).status).toBe(200)
    return browser
  }
  beforeAll(async () => {
    service = await start()
    acme = await createCompany(service)
    member = (await acme.signIn(acme.person('member'))).browser
    administrator = await openLink(acme, { role: 'admin' })
    setup = await openLink(acme, { role: 'admin', days: 3 })
    stranger = await openLink(await createCompany(service), { role: 'owner' })
    operator = createBrowser(service.url, service.send)
    const own = await service.admin.call('createOperatorLink', {})
    await operator.call('POST', '/portal-sessions', { token: own.url.split('#token=')[1] })
    scimKey = (await service.admin.call('createKey', { params: acme.organization, body: { name: 'x' } }))
      .token
  })
  const pathOf = (path: string, slug = acme.organization.slug) =>
    path.replace('{slug}', slug).replace('{id}', 'usr_00000000000000000000000000')
  const ask = async (route: string, headers: Record<string, string>, browser?: Browser, slug?: string) => {
    const [method = '', path = ''] = route.split(' ')
    const cookie =
      browser === undefined ? {} : { cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; ') }
    const init = {
      method,
      headers: { 'content-type': 'application/json', origin: service.url, ...cookie, ...headers },
    }
    const request = new Request(
      `${service.url}/api/v1${pathOf(path, slug)}`,
      method === 'GET' ? init : { ...init, body: hostileBody },
    )
    const response = await service.send(request)
    // A stream or a file was granted: what is in it is looked at elsewhere.
    if (!/json(?!l)/.test(response.headers.get('content-type') ?? '')) {
      await response.body?.cancel()
      return { status: response.status, body: {} }
    }
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const isRefusal = (status: number) => status === 401 || status === 403

  describe.each(deal('routes', routes, store))('%s', (route) => {
    const wanted = expected[former[route] ?? route]
    const isNamed = route.includes('{slug}')
    const isSafe = route.startsWith('GET')

    it('is 401 for none, garbage, a SCIM key, a wrong operator key, and whatever stands elsewhere', async () => {
      const wrong: Record<string, string>[] = [
        {},
        { authorization: 'Basic eDp5' },
        { authorization: `Bearer ${scimKey}` },
        { authorization: `Bearer ${service.operatorKey}x` },
        { 'x-api-key': service.operatorKey },
        { cookie: `rollcall_session=${service.operatorKey}` },
        { cookie: `rollcall_session=${'a'.repeat(43)}` },
        { cookie: `rollcall_session=op.${'a'.repeat(43)}` },
      ]
      for (const headers of wrong) {
        const { status } = await ask(route, headers)
        expect(status).toBe(wanted === 'open' && headers.authorization === undefined ? 400 : 401)
      }
    })

    it('a wrong key is 401 even beside a good cookie: one credential, never two', async () => {
      expect((await ask(route, { authorization: 'Bearer wrong' }, administrator)).status).toBe(401)
    })

    it('asks for the right role, before the body is read', async () => {
      const may = (kinds: readonly string[]) => wanted !== undefined && kinds.includes(wanted)
      const seen = {
        member: isRefusal((await ask(route, {}, member)).status),
        setup: isRefusal((await ask(route, {}, setup)).status),
        administrator: isRefusal((await ask(route, {}, administrator)).status),
        operator: isRefusal((await ask(route, {}, operator)).status),
      }
      // DELETE /session would end them; it is looked at in management/sessions.
      if (route === 'DELETE /session') return
      expect(seen).toEqual({
        member: !may(['session', 'open']),
        setup: !may(['session', 'open', 'setup']),
        administrator: !may(['session', 'open', 'setup', 'administrator']),
        operator: false,
      })
    })

    if (isNamed)
      it('is for another organization the 404 of one that is not there', async () => {
        const foreign = await ask(route, {}, stranger)
        const unknown = await ask(route, {}, stranger, 'no-such-organization')
        expect(foreign.status).toBe(404)
        expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
      })

    if (!isSafe && wanted !== 'open')
      it('by session is done for our own origin only', async () => {
        for (const origin of [
          'https://evil.test',
          'null',
          `${service.url}.evil.test`,
          `${service.url}:4001`,
          'http://localhost',
        ]) {
          const { status, body } = await ask(route, { origin }, administrator)
          expect(status).toBe(403)
          if (wanted !== 'operator') expect(body.code).toBe('cross_site')
          const byOperator = await ask(route, { origin }, operator)
          expect(byOperator).toMatchObject({ status: 403, body: { code: 'cross_site' } })
        }
      })
  })

  it.each([{ isScimEnabled: false }, { requireSso: false }, { seatLimit: 1 }])(
    'an administrator does not change %o, which is the operator’s (CVE-2026-56350)',
    async (change) => {
      const own = await openLink(acme, { role: 'owner' })
      const response = await own.call('PATCH', `/organizations/${acme.organization.slug}`, {
        name: 'Mine',
        ...change,
      })
      expect(response.status).toBe(403)
      const after = await service.admin.call('getOrganization', { params: acme.organization })
      expect(after).toMatchObject({ requireSso: true, isScimEnabled: true, seatLimit: null })
      expect(after.name).not.toBe('Mine')
    },
  )
})
