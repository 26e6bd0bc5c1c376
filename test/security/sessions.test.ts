// Ending sessions as an act of its own, who may do it, and what a logout of an identity provider may reach.
// Judges: server/sessions, server/sso.
import { beforeAll, describe, expect, it } from 'vitest'
import { createCookieRules, readCookies, renderCookie } from '../../packages/server/src/http/cookies.ts'
import { translateCookies } from '../../packages/server/src/openid-provider/cookies.ts'
import { isFresh } from '../../packages/server/src/sign-ins/standing.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start) => {
  describe('end-sessions', () => {
    let service: Service
    let acme: Company
    beforeAll(async () => {
      service = await start()
      acme = await createCompany(service)
    })
    const isSignedIn = async (browser: Browser) =>
      (await browser.open('/me')).text.includes('You are signed in')
    const person = async (name: string, role: 'owner' | 'admin' | 'member' = 'member', at = acme) => {
      const sign = () => at.signIn(at.person(name))
      const { browser } = await sign()
      const query = { search: `${name}@${at.domain}` }
      const { items } = await service.admin.call('listUsers', { params: at.organization, query } as never)
      const id = (items as { id: string }[])[0]?.id ?? ''
      if (role === 'member') return { id, browser }
      await service.admin.call('updateUser', { params: { ...at.organization, id }, body: { role } } as never)
      return { id, browser: (await sign()).browser }
    }
    const pathOf = (id: string, end: string, at = acme) =>
      `/organizations/${at.organization.slug}/users/${id}/${end}`
    const end = async (by: Browser, id: string, body?: object) => {
      const response = await by.call('POST', pathOf(id, 'sessions/end-all'), body)
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    const causesOf = async (id: string) => {
      const query = { subject: id, limit: 50 }
      const { items } = await service.admin.call('listEvents', { params: acme.organization, query } as never)
      return (items as { type: string; data: Record<string, unknown> }[])
        .filter(({ type }) => type === 'user.sessions_ended')
        .map(({ data }) => data)
    }

    it('are listed with where from, since when and by which connection, and ended in every browser', async () => {
      const { id, browser } = await person('ann')
      const second = await acme.signIn(acme.person('ann'))
      const params = { ...acme.organization, id }
      const { items } = await service.admin.call('listUserSessions', { params } as never)
      expect(items).toHaveLength(2)
      expect(items).toMatchObject([
        {
          kind: 'rollcall',
          application: null,
          connection: { id: acme.connection.id, name: 'Test' },
          userAgent: 'test browser',
          isCurrent: false,
          createdAt: expect.any(String),
          expiresAt: expect.any(String),
        },
        { kind: 'rollcall' },
      ])
      const ended = await service.admin.call('endUserSessions', {
        params,
        body: { reason: 'lost laptop' },
      } as never)
      expect(ended).toEqual({ sessions: 2, applications: 0 })
      for (const one of [browser, second.browser]) expect(await isSignedIn(one)).toBe(false)
      expect(await causesOf(id)).toEqual([{ cause: 'requested', reason: 'lost laptop', rung: 'operator' }])
      // They may sign in again; where nothing is left to end, nothing is said.
      expect(await isSignedIn((await acme.signIn(acme.person('ann'))).browser)).toBe(true)
      await service.admin.call('endUserSessions', { params } as never)
      expect(await service.admin.call('endUserSessions', { params } as never)).toEqual({
        sessions: 0,
        applications: 0,
      })
      expect(await causesOf(id)).toHaveLength(2)
    })

    it('are ended by an administrator for all but owners, by owners and the operator for all, by everybody for themselves', async () => {
      const owner = await person('olga', 'owner')
      const otherOwner = await person('otto', 'owner')
      const admin = await person('adam', 'admin')
      const otherAdmin = await person('amy', 'admin')
      const member = await person('mel')
      expect(await end(admin.browser, owner.id)).toMatchObject({
        status: 403,
        body: { code: 'owner_required' },
      })
      expect(await isSignedIn(owner.browser)).toBe(true)
      expect((await end(member.browser, admin.id)).status).toBe(403)
      expect((await end(member.browser, otherAdmin.id)).status).toBe(403)
      expect((await end(admin.browser, otherAdmin.id)).status).toBe(200)
      expect(await isSignedIn(otherAdmin.browser)).toBe(false)
      expect((await end(owner.browser, otherOwner.id)).status).toBe(200)
      expect(await isSignedIn(otherOwner.browser)).toBe(false)
      const own = await member.browser.call('GET', pathOf(member.id, 'sessions'))
      expect(((await own.json()) as { items: object[] }).items).toMatchObject([{ isCurrent: true }])
      expect((await member.browser.call('GET', pathOf(owner.id, 'sessions'))).status).toBe(403)
      expect((await end(member.browser, member.id)).status).toBe(200)
      expect(await isSignedIn(member.browser)).toBe(false)
      expect((await end(owner.browser, owner.id)).status).toBe(200)
      expect(await isSignedIn(owner.browser)).toBe(false)
    })

    it('of nobody, of another organization, and with a wrong body: refused, and nothing ends', async () => {
      const admin = await person('ben', 'admin')
      const member = await person('mia')
      const globex = await createCompany(service)
      const foreign = await person('gus', 'member', globex)
      expect((await end(admin.browser, foreign.id)).status).toBe(404)
      expect((await admin.browser.call('GET', pathOf(foreign.id, 'sessions'))).status).toBe(404)
      expect((await admin.browser.call('POST', pathOf(foreign.id, 'sessions/end-all', globex))).status).toBe(
        404,
      )
      expect(await isSignedIn(foreign.browser)).toBe(true)
      for (const body of [{ reason: 'x'.repeat(201) }, { reason: '' }, { reason: 1 }, { because: 'x' }, []])
        expect((await end(admin.browser, member.id, body)).status).toBe(400)
      const elsewhere = await admin.browser.call('POST', pathOf(member.id, 'end-sessions'), undefined, {
        origin: 'https://evil.test',
      })
      expect(elsewhere.status).toBe(403)
      expect(await isSignedIn(member.browser)).toBe(true)
    })

    it('sign out everywhere: one’s own in every browser, by the API and from the page', async () => {
      const { browser, id } = await person('sue')
      const second = (await acme.signIn(acme.person('sue'))).browser
      expect((await second.open('/me')).text).toContain('Sign out everywhere')
      await second.postOwn('/sign-out?everywhere=1', {})
      expect(await isSignedIn(browser)).toBe(false)
      const third = (await acme.signIn(acme.person('sue'))).browser
      const fourth = (await acme.signIn(acme.person('sue'))).browser
      const answer = await third.call('POST', '/session/end-all')
      expect(answer.status).toBe(204)
      expect(third.cookies.has('rollcall_session')).toBe(false)
      expect(await isSignedIn(fourth)).toBe(false)
      expect((await causesOf(id)).map(({ cause }) => cause)).toEqual(['requested', 'requested'])
    })

    it('a role that an assertion takes away ends the sessions that carry it', async () => {
      const mappings = [{ group: 'Admins', role: 'admin' as const }]
      await service.admin.call('putRoleMappings', { params: acme.organization, body: { mappings } })
      const first = await acme.signIn(acme.person('rex', { groups: ['Admins'] }))
      const path = `/organizations/${acme.organization.slug}/users`
      expect((await first.browser.call('GET', path)).status).toBe(200)
      const second = await acme.signIn(acme.person('rex', { groups: ['Other'] }))
      expect((await first.browser.call('GET', path)).status).toBe(401)
      expect(await isSignedIn(second.browser)).toBe(true)
      await service.admin.call('putRoleMappings', { params: acme.organization, body: { mappings: [] } })
    })

    it('a connection that is switched off or relinked ends what came through it', async () => {
      const globex = await createCompany(service)
      const params = { slug: globex.organization.slug, id: globex.connection.id }
      const first = await globex.signIn(globex.person('ada'))
      await service.admin.call('updateConnection', { params, body: { isActive: false } })
      expect(await isSignedIn(first.browser)).toBe(false)
      await service.admin.call('updateConnection', { params, body: { isActive: true } })
      expect(await isSignedIn(first.browser)).toBe(false)
      const second = await globex.signIn(globex.person('ada'))
      await service.admin.call('updateConnection', { params, body: { name: 'Renamed' } })
      expect(await isSignedIn(second.browser)).toBe(true)
    })
  })

  describe('a logout of an identity provider', () => {
    let service: Service
    let acme: Company
    let globex: Company
    beforeAll(async () => {
      service = await start()
      acme = await createCompany(service)
      globex = await createCompany(service)
    })
    const isSignedIn = async (browser: Browser) =>
      (await browser.open('/me')).text.includes('You are signed in')
    const logoutUrl = (company: Company, name: string, sessionIndex?: string) =>
      company.provider.renderLogoutRequest({
        destination: company.connection.acsUrl.replace(/acs$/, 'slo'),
        nameId: `${name}@${company.domain}`,
        ...(sessionIndex === undefined ? {} : { sessionIndex }),
      })

    it('slo-other-organization: never touches the cookie of somebody whom it did not sign out', async () => {
      const { browser } = await acme.signIn(acme.person('ann'))
      await globex.signIn(globex.person('bob'))
      const answered = await browser.open(logoutUrl(globex, 'bob'))
      expect(answered.url.startsWith(globex.provider.sloUrl)).toBe(true)
      expect(answered.headers.getSetCookie()).toEqual([])
      expect(await isSignedIn(browser)).toBe(true)

      const operator = createBrowser(service.url, service.send)
      const link = await service.admin.call('createOperatorLink', {})
      await operator.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      await operator.open(logoutUrl(globex, 'bob'))
      expect((await operator.call('GET', '/session')).status).toBe(200)

      await browser.open(logoutUrl(acme, 'ann'))
      expect(browser.cookies.has('rollcall_session')).toBe(false)
    })

    it('slo-replay: one request works once, also much later', async () => {
      await acme.signIn(acme.person('cat'))
      const url = logoutUrl(acme, 'cat')
      const browser = createBrowser(service.url, service.send)
      expect((await browser.open(url)).status).toBe(303)
      const again = await acme.signIn(acme.person('cat'))
      service.advance(240_000)
      const replayed = await browser.open(url)
      expect(replayed.status).toBe(403)
      expect(await isSignedIn(again.browser)).toBe(true)
      await service.flushActivity()
      const query = { kind: 'sign_in' as const, limit: 3 }
      const { items } = await service.admin.call('listActivity', { params: acme.organization, query })
      expect(items.map(({ code }) => code)).toContain('replayed')
      service.advance(3_600_000)
      expect((await browser.open(url)).status).toBe(403)
    })

    it('of one SessionIndex leaves the other browsers’ sessions here', async () => {
      const one = await acme.signIn(acme.person('dan'), { response: { sessionIndex: 'one' } })
      const two = await acme.signIn(acme.person('dan'), { response: { sessionIndex: 'two' } })
      await createBrowser(service.url, service.send).open(logoutUrl(acme, 'dan', 'one'))
      expect(await isSignedIn(one.browser)).toBe(false)
      expect(await isSignedIn(two.browser)).toBe(true)
    })

    it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'])(
      'slo-sig-alg-%s: an algorithm that every object knows is refused like any other',
      async (name) => {
        const query = `SAMLRequest=AAAA&SigAlg=${name}&Signature=AAAA`
        const browser = createBrowser(service.url, service.send)
        expect((await browser.open(`/saml/${acme.connection.id}/slo?${query}`)).status).toBe(403)
      },
    )
  })
})

describe('host-cookies: __Host- names', () => {
  const rules = createCookieRules('https://id.example.com', false)
  const below = createCookieRules('https://example.com/rollcall/', false)
  const other = createCookieRules('https://example.com/another', false)

  it('carry a hash of the path of the public URL, which tells two services of one host apart', () => {
    expect(renderCookie(rules, 'rollcall_session', 'x', 60)).toMatch(/^__Host-rollcall_session=x; Path=\//)
    const [name = ''] = renderCookie(below, 'rollcall_session', 'x', 60).split('=')
    expect(name).toMatch(/^__Host-rollcall_session_[0-9a-f]{12}$/)
    const headers = new Headers({ cookie: `${name}=x; __Host-rollcall_session=y` })
    expect(readCookies(headers, below).get('rollcall_session')).toBe('x')
    expect(readCookies(headers, other).get('rollcall_session')).toBeUndefined()
    expect(createCookieRules('https://example.com/rollcall', false)).toEqual(below)
  })

  const translate = (cookie: string, path: string, set: string[], by = rules) => {
    const request = { url: path, headers: { cookie } as { cookie?: string } }
    let headers: unknown = set
    const response = {
      writeHead: () => undefined as unknown,
      getHeader: () => headers,
      setHeader: (_name: string, value: unknown) => {
        headers = value
      },
    }
    translateCookies(request as never, response as never, by)
    response.writeHead()
    return { shown: request.headers.cookie, set: headers as string[] }
  }

  it('are those of the OpenID Connect sessions too, with Path=/ and Secure', () => {
    const { set } = translate('', '/oidc/auth?x', [
      'rollcall_oidc=s; path=/; samesite=lax; secure; httponly',
      'rollcall_oidc.sig=t; path=/; samesite=lax; secure; httponly',
      'rollcall_oidc_interaction=u1; path=/oidc/interaction/u1; secure; httponly',
      'rollcall_oidc_resume.sig=u2; path=/oidc/auth/u1; secure; httponly',
      'other=x; path=/y',
    ])
    expect(set).toEqual([
      '__Host-rollcall_oidc=s; path=/; samesite=lax; secure; httponly',
      '__Host-rollcall_oidc.sig=t; path=/; samesite=lax; secure; httponly',
      '__Host-rollcall_oidc_interaction_u1=u1; path=/; secure; httponly',
      '__Host-rollcall_oidc_resume_u1.sig=u2; path=/; secure; httponly',
      'other=x; path=/y',
    ])
  })

  it('are what the library is shown; a planted name, or one of another sign-in, is not', () => {
    const cookie = [
      'rollcall_oidc=planted',
      'rollcall_oidc_interaction=planted',
      '__Host-rollcall_oidc=s',
      '__Host-rollcall_oidc.sig=t',
      '__Host-rollcall_oidc_interaction_u1=u1',
      '__Host-rollcall_oidc_interaction_u2=u2',
      '__Host-rollcall_session=mine',
    ].join('; ')
    expect(translate(cookie, '/oidc/interaction/u1?after=x', []).shown).toBe(
      '__Host-rollcall_session=mine; rollcall_oidc=s; rollcall_oidc.sig=t; rollcall_oidc_interaction=u1',
    )
    expect(translate('rollcall_oidc=planted', '/oidc/auth', []).shown).toBeUndefined()
  })

  it('of sign-ins that were left do not fill the header: ten stay open', () => {
    const open = Array.from({ length: 12 }, (_, at) => `__Host-rollcall_oidc_interaction_u${at}=x`)
    const { set } = translate(open.join('; '), '/oidc/auth', [
      'rollcall_oidc_interaction=new; path=/oidc/interaction/new; secure; httponly',
    ])
    const gone = set.filter((line) => line.includes('max-age=0')).map((line) => line.split('=')[0])
    expect(gone).toHaveLength(12)
    expect(gone).toContain('__Host-rollcall_oidc_interaction_u0')
    expect(gone).toContain('__Host-rollcall_oidc_resume_u2.sig')
    expect(gone).not.toContain('__Host-rollcall_oidc_interaction_u3')
  })
})

describe('M16: whether the identity provider asked again', () => {
  const at = Date.UTC(2026, 10, 29, 12, 0, 0, 700)
  it.each([
    ['a later moment', { after: at, previous: null }, at + 5_000, true],
    ['the second in which it was asked', { after: at, previous: at - 200 }, at - 700, true],
    ['a clock that is behind', { after: at, previous: at - 600_000 }, at - 90_000, true],
    ['the moment of before', { after: at, previous: at - 90_000 }, at - 90_000, false],
    ['an hour ago', { after: at, previous: null }, at - 3_600_000, false],
    ['an hour ago, of two that are allowed', { after: at - 7_200_000, previous: null }, at - 3_600_000, true],
    ['no moment', { after: at - 7_200_000, previous: null }, null, false],
  ] as const)('%s', (_name, wanted, instant, isNew) => {
    expect(isFresh(wanted, instant, 120_000)).toBe(isNew)
  })
})
