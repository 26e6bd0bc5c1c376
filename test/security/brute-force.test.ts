// Wrong credentials by the thousand: told 20 times a minute for each network, then 429, at every door; right ones pass all the
// while. Advisories: GHSA-x732-6j76-qmhm, CVE-2026-45364 (`//path` around the limit, IPv6 counted by the address).
// Judges: server/http.
import { createClient } from '@rollcall/api'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApiKeyToken } from '../../packages/server/src/base/secret.ts'
import { createClientAddress } from '../../packages/server/src/http/client-address.ts'
import { createWrongCredentialLimit } from '../../packages/server/src/http/wrong-credentials.ts'
import { type Directory, forOneStore, type Service } from '../harness/service.ts'

forOneStore(import.meta.filename, (start) => {
  describe('wrong credentials', () => {
    let service: Service
    let acme: Directory
    beforeAll(async () => {
      service = await start()
      acme = await service.createOrganization()
    })
    const basic = (): string => `Basic ${btoa(`ocl_${'0'.repeat(26)}:${createApiKeyToken()}`)}`
    const form = 'grant_type=client_credentials'
    const doors: readonly (readonly [string, string, () => RequestInit])[] = [
      ['SCIM', '/scim/v2/Users', () => ({ headers: { authorization: `Bearer ${createApiKeyToken()}` } })],
      [
        'SCIM with a doubled slash',
        '/scim/v2//Users',
        () => ({ headers: { authorization: `Bearer ${createApiKeyToken()}` } }),
      ],
      [
        'the management API',
        '/api/v1/organizations',
        () => ({ headers: { authorization: `Bearer ${createApiKeyToken()}` } }),
      ],
      [
        'the token endpoint',
        '/scim/oauth/token',
        () => ({
          method: 'POST',
          body: form,
          headers: { authorization: basic(), 'content-type': 'application/x-www-form-urlencoded' },
        }),
      ],
      [
        'portal links',
        '/api/v1/portal-sessions',
        () => ({
          method: 'POST',
          body: JSON.stringify({ token: createApiKeyToken() }),
          headers: { 'content-type': 'application/json', origin: service.url },
        }),
      ],
    ]

    it.each(doors)('at %s', async (name, path, attempt) => {
      const ip = `192.0.2.${doors.findIndex(([one]) => one === name) + 1}`
      const ask = () => service.sendFrom(ip, new Request(`${service.url}${path}`, attempt()))
      const statuses: number[] = []
      for (let turn = 0; turn < 30; turn += 1) statuses.push((await ask()).status)
      expect(statuses.slice(0, 20).every((status) => status === 401 || status === 410)).toBe(true)
      expect(new Set(statuses.slice(20))).toEqual(new Set([429]))
      const last = await ask()
      expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await last.text()).toContain('Too many wrong credentials')
      const right = (authorization: string, where: string) =>
        service.sendFrom(ip, new Request(`${service.url}${where}`, { headers: { authorization } }))
      expect((await right(`Bearer ${acme.key}`, '/scim/v2/Users')).status).toBe(200)
      expect((await right(`Bearer ${service.operatorKey}`, '/api/v1/organizations')).status).toBe(200)
      service.advance(60_000)
      expect((await ask()).status).not.toBe(429)
    })

    it('count where no credential was sent for nothing: a browser whose session has ended is not locked out', async () => {
      for (let turn = 0; turn < 30; turn += 1) {
        const answer = await service.sendFrom('192.0.2.99', new Request(`${service.url}/api/v1/session`))
        expect(answer.status).toBe(401)
      }
    })

    it('are counted in the client’s own name: without a trusted proxy X-Forwarded-For says nothing', async () => {
      const ask = (turn: number) =>
        service.sendFrom(
          '192.0.2.100',
          new Request(`${service.url}/scim/v2/Users`, {
            headers: {
              authorization: `Bearer ${createApiKeyToken()}`,
              'x-forwarded-for': `198.51.100.${turn}`,
            },
          }),
        )
      let last = 0
      for (let turn = 0; turn < 22; turn += 1) last = (await ask(turn)).status
      expect(last).toBe(429)
      const client = createClient({
        baseUrl: service.url,
        operatorKey: service.operatorKey,
        send: (request) => service.sendFrom('192.0.2.100', request),
      })
      expect((await client.call('listOrganizations', { query: {} })).items.length).toBeGreaterThan(0)
    })
  })
})

describe('networks', () => {
  const exhaust = (addressOf: (turn: number) => string): number => {
    const count = createWrongCredentialLimit(() => 0)
    let told = 0
    for (let turn = 0; turn < 10_000; turn += 1) if (count(addressOf(turn)) === 0) told += 1
    return told
  }
  it('IPv6 counts by the /64, IPv4 by the address, however it is written', () => {
    expect(exhaust((turn) => `2001:db8:0:1::${(turn + 1).toString(16)}`)).toBe(20)
    expect(exhaust((turn) => `2001:db8:0:${(turn % 10).toString(16)}::1`)).toBe(200)
    expect(exhaust((turn) => (turn % 2 === 0 ? '192.0.2.1' : '::ffff:192.0.2.1'))).toBe(20)
  })
  it('the hop before a trusted proxy is the client', () => {
    const addresses = createClientAddress(['10.0.0.0/8'])
    const headers = new Headers({ 'x-forwarded-for': '203.0.113.9, 192.0.2.7' })
    expect(addresses.find({ address: '10.1.2.3' }, headers)).toBe('192.0.2.7')
  })
})
