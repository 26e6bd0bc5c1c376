// What anybody may begin is counted by network, at every door, and in all: a flood is told 429 while others are served.
// Judges: server/http.
import { beforeAll, describe, expect, it } from 'vitest'
import { createAnonymousLimit } from '../../packages/server/src/http/anonymous-limit.ts'
import { listNetworks } from '../../packages/server/src/http/networks.ts'
import { createRateLimit } from '../../packages/server/src/http/rate-limit.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }

forEachStore((start, store) => {
  describe('anonymous acts', () => {
    let service: Service
    let company: Company
    beforeAll(async () => {
      service = await start({ anonymousRate: 1 })
      company = await createCompany(service)
    })
    const acsPath = (): string => new URL(company.connection.acsUrl).pathname
    const doors: readonly (readonly [string, () => readonly [string, RequestInit?]])[] = [
      ['begun sign-ins', () => [`/saml/${company.connection.id}/login`]],
      ['responses', () => [acsPath(), { method: 'POST', headers: form, body: 'SAMLResponse=AAAA' }]],
      [
        'responses at a path of an imported connection',
        () => ['/old/acs', { method: 'POST', headers: form }],
      ],
      ['finishes', () => [`/saml/${company.connection.id}/finish?request=_x`]],
      ['logouts', () => [`/saml/${company.connection.id}/slo?SAMLRequest=AAAA`]],
      [
        'posted logouts',
        () => [
          `/saml/${company.connection.id}/slo`,
          { method: 'POST', headers: form, body: 'SAMLRequest=AAAA' },
        ],
      ],
      [
        'logouts by SOAP',
        () => [`/saml/${company.connection.id}/slo-soap`, { method: 'POST', body: '<Envelope/>' }],
      ],
      [
        'logout tokens',
        () => [
          `/sso/logout/${company.connection.id}`,
          { method: 'POST', headers: form, body: 'logout_token=a.b.c' },
        ],
      ],
      ['metadata', () => [`/saml/${company.connection.id}/metadata`]],
      ['connections that are not there', () => ['/saml/conn_nothing/login']],
      ['discovery by address', () => [`/sso?email=ada@${company.domain}`]],
      ['discovery by organization', () => [`/sso/${company.organization.slug}`]],
      ['callbacks', () => [`/sso/callback/${company.connection.id}?state=_x&code=y`]],
      ['the page of nobody', () => ['/me']],
      ['images', () => [`/brand/${company.organization.id}/logo-${'0'.repeat(64)}`]],
      ['sessions of nobody', () => ['/api/v1/session']],
      ['routes that are not there', () => ['/api/v1/nothing']],
      ['the contract', () => ['/api/v1/openapi.json']],
      [
        'portal links',
        () => ['/api/v1/portal-sessions', { method: 'POST', headers: json, body: '{"token":""}' }],
      ],
      [
        'invitations',
        () => ['/api/v1/invitation-acceptances', { method: 'POST', headers: json, body: '{"token":""}' }],
      ],
      [
        'tokens for provisioning',
        () => ['/scim/oauth/token', { method: 'POST', headers: form, body: 'grant_type=nothing' }],
      ],
    ]

    it.each(deal('doors for anybody', doors, store))(
      'M26 unsolicited-floods: %s are limited for one network, others are served',
      async (name, of) => {
        const number = doors.findIndex(([one]) => one === name)
        const [path, init] = of()
        const ask = (ip: string) => service.sendFrom(ip, new Request(`${service.url}${path}`, init))
        const own = `198.51.${number}.7`
        const answers: Response[] = []
        // The clock goes on meanwhile, by an act a second.
        while (answers.at(-1)?.status !== 429 && answers.length < 60) answers.push(await ask(own))
        expect(answers.length).toBeGreaterThan(20)
        expect(answers.at(-1)?.status).toBe(429)
        expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0)
        const [served] = [(await ask('203.0.113.9')).status]
        expect(served).not.toBe(429)
        // The same address in its other spelling is the same sender.
        expect((await ask(`::ffff:${own}`)).status).toBe(429)
        service.advance(120_000)
        expect((await ask(own)).status).not.toBe(429)
        service.advance(120_000)
      },
    )

    it('nobody who shows a credential is counted', async () => {
      const ip = '198.51.100.77'
      const login = `${service.url}/saml/${company.connection.id}/login`
      while ((await service.sendFrom(ip, new Request(login))).status !== 429);
      const headers = { authorization: `Bearer ${service.operatorKey}` }
      for (let turn = 0; turn < 60; turn += 1) {
        const answer = await service.sendFrom(
          ip,
          new Request(`${service.url}/api/v1/organizations`, { headers }),
        )
        expect(answer.status).toBe(200)
      }
      service.advance(120_000)
    })

    it('sign-ins that end in a session are nearly free: an office of hundreds signs in', async () => {
      const send = (request: Request) => service.sendFrom('198.51.101.1', request)
      // Half an act each, of 20 at once: without it the eleventh would be refused, and no time need pass for these.
      for (let turn = 0; turn < 36; turn += 1) {
        const landed = await company.signIn(company.person(`p${turn}`), { send })
        expect(landed.url).toBe(`${service.url}/me`)
      }
    })

    it('M26: a begun sign-in keeps less than 1 KB, whatever was sent with it', async () => {
      await service.admin.call('updateOrganization', {
        params: { slug: company.organization.slug },
        body: { origins: ['https://app.example.com'] },
      })
      const begin = (returnTo: string) => {
        const path = `/saml/${company.connection.id}/login?return_to=${encodeURIComponent(returnTo)}`
        const headers = { 'user-agent': 'u'.repeat(15_000) }
        return service.sendFrom('198.51.102.1', new Request(`${service.url}${path}`, { headers }))
      }
      expect((await begin(`https://app.example.com/${'x'.repeat(480)}`)).status).toBe(303)
      expect((await begin(`https://app.example.com/${'x'.repeat(500)}`)).status).toBe(403)
      expect((await begin(`https://app.example.com/${'é'.repeat(100)}`)).status).toBe(403)
    })

    it('M26: what a client calls itself is cut to 512 bytes wherever it is kept', async () => {
      const userAgent = `${'é'.repeat(5_000)}`
      const request = new Request(`${service.url}${acsPath()}`, {
        method: 'POST',
        headers: { ...form, 'user-agent': userAgent },
        body: 'SAMLResponse=AAAA',
      })
      expect((await service.sendFrom('198.51.103.1', request)).status).toBe(403)
      await service.flushActivity()
      const { items } = await service.admin.call('listActivity', {
        params: { slug: company.organization.slug },
        query: { limit: 1 },
      })
      expect(items[0]?.userAgent).toBe('é'.repeat(256))
    })

    it('M27 open-body: what anybody may send is read to 64 KB, behind a credential to 1 MB', async () => {
      const post = (path: string, size: number, headers: Record<string, string> = {}) =>
        service.sendFrom(
          '198.51.104.1',
          new Request(`${service.url}/api/v1/${path}`, {
            method: 'POST',
            headers: { ...json, ...headers },
            body: JSON.stringify({ token: 'a'.repeat(size - 12) }),
          }),
        )
      for (const path of ['portal-sessions', 'invitation-acceptances']) {
        expect((await post(path, 65_537)).status).toBe(413)
        expect((await post(path, 65_536)).status).not.toBe(413)
      }
      const headers = { authorization: `Bearer ${service.operatorKey}` }
      expect((await post('organizations', 65_537, headers)).status).toBe(400)
      expect((await post('organizations', 1_048_577, headers)).status).toBe(413)
    })

    it('M27: a response is read to 256 KB, announced or not', async () => {
      const post = (size: number, isAnnounced: boolean) => {
        const body = `SAMLResponse=${'A'.repeat(size - 13)}`
        const stream = isAnnounced ? body : new Blob([body]).stream()
        return service.sendFrom(
          '198.51.105.1',
          new Request(company.connection.acsUrl, {
            method: 'POST',
            headers: form,
            body: stream,
            duplex: 'half',
          } as RequestInit),
        )
      }
      for (const isAnnounced of [true, false]) expect((await post(262_145, isAnnounced)).status).toBe(403)
      await service.flushActivity()
      const { items } = await service.admin.call('listActivity', {
        params: { slug: company.organization.slug },
        query: { limit: 2 },
      })
      expect(items.map(({ code }) => code)).toEqual(['too_large', 'too_large'])
    })

    it('a body that ends before its end is refused, and is no failure of ours', async () => {
      const torn = new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode('{"to'))
          controller.error(new Error('the socket is gone'))
        },
      })
      const request = new Request(`${service.url}/api/v1/portal-sessions`, {
        method: 'POST',
        headers: json,
        body: torn,
        duplex: 'half',
      } as RequestInit)
      expect((await service.sendFrom('198.51.106.1', request)).status).toBe(400)
    })
  })
})

describe('behind proxies', () => {
  forEachStore(
    (start) => {
      it('the forwarded address counts where the proxy is trusted, and only there', async () => {
        const service = await start({ anonymousRate: 1, trustedProxies: ['10.0.0.0/8'] })
        const ask = async (peer: string, forwarded: string): Promise<number> => {
          const headers = { 'x-forwarded-for': forwarded }
          return (await service.sendFrom(peer, new Request(`${service.url}/sso/nobody`, { headers }))).status
        }
        for (let turn = 0; turn < 20; turn += 1) expect(await ask('10.0.0.1', '203.0.113.1')).toBe(404)
        expect(await ask('10.0.0.1', '203.0.113.1')).toBe(429)
        expect(await ask('10.0.0.1', '203.0.113.2')).toBe(404)
        // What a stranger says of itself does not make it another.
        for (let turn = 0; turn < 20; turn += 1) await ask('192.0.2.1', `203.0.113.${turn + 10}`)
        expect(await ask('192.0.2.1', '203.0.113.99')).toBe(429)
      })
    },
    ['embedded'],
  )
})

describe('the allowance of the installation', () => {
  let now = 0
  const clock = (): number => now

  it('M26: the heaviest networks are refused first, whoever comes new is served', () => {
    const limit = createAnonymousLimit(20, clock)
    // 100 senders of one neighbourhood; each stays below what one may do.
    let refused = 0
    for (let turn = 0; turn < 5_000; turn += 1) if (limit.take(`198.51.100.${turn % 100}`) > 0) refused += 1
    expect(refused).toBeGreaterThan(2_000)
    expect(limit.take('198.51.100.250')).toBeGreaterThan(0)
    expect(limit.take('203.0.113.1')).toBe(0)
  })

  it.each([
    ['a /56', (n: number) => `2001:db8:1:${(0x100 + (n % 256)).toString(16)}::1`, '2001:db8:1:101::99'],
    ['a /48', (n: number) => `2001:db8:1:${(n % 65_536).toString(16)}::1`, '2001:db8:1:f00f::1'],
  ])('M26: a flood that has all of %s is one sender', (_name, toAddress, another) => {
    const limit = createAnonymousLimit(20, clock)
    let served = 0
    for (let turn = 0; turn < 20_000; turn += 1) if (limit.take(toAddress(turn)) === 0) served += 1
    expect(served).toBeLessThan(3_000)
    expect(limit.take(another)).toBeGreaterThan(0)
    for (let person = 0; person < 50; person += 1)
      expect(limit.take(`2001:db8:${(person + 2).toString(16)}::1`)).toBe(0)
  })

  it('M26: among many networks without a common owner the lighter one is served longer', () => {
    const limit = createAnonymousLimit(20, clock)
    // 60 networks try 100 acts each; others one.
    for (let turn = 0; turn < 60 * 100; turn += 1) limit.take(`198.${turn % 60}.0.1`)
    const heavy = Array.from({ length: 60 }, (_, at) => limit.take(`198.${at}.0.1`))
    expect(heavy.every((wait) => wait > 0)).toBe(true)
    for (let person = 0; person < 100; person += 1) expect(limit.take(`203.${person}.0.1`)).toBe(0)
  })

  it('what it counts it forgets with time, and what ended well at once', () => {
    const limit = createAnonymousLimit(1, clock)
    for (let turn = 0; turn < 20; turn += 1) expect(limit.take('192.0.2.1')).toBe(0)
    expect(limit.take('192.0.2.1')).toBe(1)
    expect(limit.wait('192.0.2.1')).toBe(1)
    limit.giveBack('192.0.2.1', 1)
    expect(limit.take('192.0.2.1')).toBe(0)
    now += 5_000
    for (let turn = 0; turn < 5; turn += 1) expect(limit.take('192.0.2.1')).toBe(0)
    expect(limit.take('192.0.2.1')).toBe(1)
  })

  it('a full table of limits drops who was quiet the longest, and forgets nobody else', () => {
    const limit = createRateLimit({ perSecond: 1, burst: 1 }, clock)
    expect(limit.take('flooding')).toBe(0)
    for (let turn = 0; turn < 100_500; turn += 1) {
      limit.take(`sender ${turn}`)
      if (turn % 50_000 === 0) expect(limit.take('flooding')).toBeGreaterThan(0)
    }
    expect(limit.take('flooding')).toBeGreaterThan(0)
    expect(limit.take('sender 100499')).toBeGreaterThan(0)
    expect(limit.take('sender 0')).toBe(0)
  })

  it('networks of an address', () => {
    const names = (ip: string | null): string[] => listNetworks(ip).map(({ name }) => name)
    expect(names('192.0.2.7')).toEqual(['192.0.2.7', '192.0.2.0/24'])
    expect(names('::ffff:192.0.2.7')).toEqual(names('192.0.2.7'))
    expect(names('::ffff:c000:207')).toEqual(names('192.0.2.7'))
    expect(names('2001:db8:1:2ff:3::4')).toEqual([
      '2001:db8:1:2ff::/64',
      '2001:db8:1:200::/56',
      '2001:db8:1::/48',
    ])
    expect(names('fe80::1%eth0')).toHaveLength(3)
    expect(names(null)).toEqual(names('what is this'))
  })
})
