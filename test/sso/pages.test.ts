// The pages that people meet at a sign-in, as they come to them: in which language they are, what
// they say of a refusal, and where they lead.
// Judges: server/sso, server/portal, server/pages, server/home-realm.
import { createHash } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { beforeAll, expect, it } from 'vitest'
import { createBrowser, type Landing } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let company: Company
  beforeAll(async () => {
    service = await start({ anonymousRate: 1_000 })
    company = await createCompany(service)
  })

  /** A browser whose owner reads this. */
  const reading = (accepted?: string) =>
    createBrowser(service.url, (request) => {
      if (accepted !== undefined) request.headers.set('accept-language', accepted)
      return service.send(request)
    })
  const languageOf = ({ text, headers }: Landing) => {
    expect(headers.get('vary')).toContain('Accept-Language')
    const said = /<html lang="(\w+)" dir="(\w+)">/.exec(text)
    expect(headers.get('content-language')).toBe(said?.[1])
    return said?.slice(1).join(' ')
  }

  it('pages speak what the browser reads, by weight; else English', async () => {
    const spoken = async (accepted: string | undefined, path = '/sso') =>
      languageOf(await reading(accepted).open(path))
    expect(await spoken(undefined)).toBe('en ltr')
    expect(await spoken('fr-CA, fr;q=0.9')).toBe('en ltr')
    expect(await spoken('de-AT, en;q=0.9')).toBe('de ltr')
    expect(await spoken('en;q=0.2, fr, ar-EG;q=0.8')).toBe('ar rtl')
    expect(await spoken('de;q=0, ar;q=0.1')).toBe('ar rtl')
    for (const path of ['/portal', '/invitation', '/confirm', '/recovery', '/signed-out', '/saml/none/login'])
      expect(await spoken('ar', path), path).toBe('ar rtl')
  })

  it('ui_locales counts before the browser, and on the pages after the identity provider as well', async () => {
    const browser = reading('de')
    expect(languageOf(await browser.open('/sso?ui_locales=xx%20ar-EG%20en'))).toBe('ar rtl')
    expect(browser.cookies.get('rollcall_language')).toBe('ar')
    const stranger = { nameId: 'x@elsewhere.test', attributes: { email: ['x@elsewhere.test'] } }
    const { status, ...refused } = await company.signIn(stranger, { browser })
    expect([status, languageOf({ status, ...refused })]).toEqual([403, 'ar rtl'])
    expect(languageOf(await browser.open('/sso?ui_locales=de'))).toBe('de ltr')
    expect(languageOf(await browser.open('/sso?ui_locales=fr'))).toBe('de ltr')
    // What is no language of ours is nobody's, whatever stands in it.
    browser.cookies.set('rollcall_language', '"><script>')
    const page = await browser.open(`/sso?ui_locales=${encodeURIComponent('"><script> de;x')}`)
    expect(languageOf(page)).toBe('de ltr')
    expect(page.text).not.toContain('<script>')
  })

  it('of somebody whose browser reads none of them, what the directory says of the person counts', async () => {
    const person = company.person('nour', { preferredLanguage: ['ar-EG, en;q=0.5'] })
    const { browser } = await company.signIn(person, { browser: reading('fr') })
    expect(languageOf(await browser.open('/me'))).toBe('ar rtl')
    const other = await company.signIn(person, { browser: reading('de, en;q=0.1') })
    expect(languageOf(await other.browser.open('/me'))).toBe('de ltr')
  })

  it('a name is isolated from the sentence around it', async () => {
    const { browser } = await company.signIn(company.person('zoe'), { browser: reading('ar') })
    expect((await browser.open('/me')).text).toContain(`<bdi>zoe@${company.domain}</bdi>`)
  })

  /** The addresses of a page's links. */
  const linksOf = ({ text }: Landing) =>
    [...text.matchAll(/ href="([^"]+)"/g)].map(([, href = '']) =>
      href.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
    )
  const headingOf = ({ text }: Landing) => /<h1>(.*?)<\/h1>/.exec(text)?.[1]

  it('C-3: who is refused is told why, and no more than may be said', async () => {
    const { slug } = company.organization
    const { browser, ...there } = await company.signIn(company.person('bea'))
    expect(there.text).toContain('You are signed in')
    const { items } = await service.admin.call('listUsers', { params: { slug }, query: { search: 'bea' } })
    const params = { slug, id: items[0]?.id ?? '' }
    await service.admin.call('deactivateUser', { params })
    // On reload the page says that the session is over, and asks.
    expect((await browser.open('/me')).text).toContain('Your session is over')
    const blocked = await company.signIn(company.person('bea'))
    expect([blocked.status, headingOf(blocked)]).toEqual([403, 'Your access was switched off'])
    // Of the same account by its address alone, behind another identity, nothing is said.
    const other = await company.signIn({ ...company.person('bea'), nameId: 'somebody' })
    expect([other.status, headingOf(other)]).toEqual([403, 'You could not be signed in'])
    const stranger = await company.signIn({ nameId: 'm', attributes: { email: ['m@elsewhere.test'] } })
    expect(headingOf(stranger)).toBe('You need another account')
    const broken = await company.signIn(company.person('cid'), {
      response: { audience: 'https://other.test' },
    })
    expect(headingOf(broken)).toBe('The sign-in of your company is not set up correctly')
    const late = await browser.open(`/saml/${company.connection.id}/finish?request=_unknown`)
    expect(headingOf(late)).toBe('This sign-in cannot go on')
    for (const page of [blocked, other, stranger, broken, late])
      expect(page.text.replace(/<style>.*?<\/style>/s, '')).not.toMatch(/audience|rollcall|urn:|bea@/i)
  })

  it('“use another account” asks the identity provider again, and the sign-in goes on where it would have', async () => {
    await service.admin.call('updateOrganization', {
      params: { slug: company.organization.slug },
      body: { origins: ['https://docs.acme.test'] },
    })
    const returnTo = 'https://docs.acme.test/page?a=b'
    const login = `/saml/${company.connection.id}/login?return_to=${encodeURIComponent(returnTo)}`
    const stranger = { nameId: 'm', attributes: { email: ['m@elsewhere.test'] } }
    const refused = await company.signIn(stranger, { login })
    const links = linksOf(refused)
    expect(links).toContain('https://docs.acme.test/')
    const again = links.find((href) => href.includes('prompt=select_account')) ?? ''
    const left = await refused.browser.open(again)
    const request = inflateRawSync(
      Buffer.from(new URL(left.url).searchParams.get('SAMLRequest') ?? '', 'base64'),
    ).toString()
    expect(request).toContain('ForceAuthn="true"')
    const landed = await company.signIn(company.person('dee'), { browser: refused.browser, login: again })
    expect(landed.url).toBe(returnTo)
  })

  it('the reference is copied by a button, and support is asked with it', async () => {
    await service.admin.call('updateBrand', {
      body: { productName: 'Acme Docs', supportEmail: 'help@example.com' },
    })
    const stranger = { nameId: 'm', attributes: { email: ['m@elsewhere.test'] } }
    const { text, headers, status, url } = await company.signIn(stranger)
    const reference = /<code>(req_\w+)/.exec(text)?.[1] ?? ''
    expect(text).toContain(`data-value="${reference}"`)
    expect(linksOf({ text, headers, status, url })).toContain(`mailto:help@example.com?subject=${reference}`)
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(text) ?? []
    const hash = createHash('sha256').update(script).digest('base64')
    expect(headers.get('content-security-policy')).toContain(`script-src 'sha256-${hash}'`)
  })

  it('C-4: an address stands in no address of ours, and one that nobody knows stays in the form', async () => {
    const seen: string[] = []
    const browser = createBrowser(service.url, (request) => {
      seen.push(request.url)
      return service.send(request)
    })
    const unknown = await browser.postOwn('/sso', { email: 'x@nobody.test' })
    expect([unknown.status, headingOf(unknown)]).toEqual([404, 'Sign in'])
    expect(unknown.text).toMatch(
      /<form method="post" action="\/sso">.*value="x@nobody.test" aria-describedby="why"/s,
    )
    const found = await browser.postOwn('/sso', { email: `fay@${company.domain}` })
    expect(found.url.startsWith(company.provider.ssoUrl)).toBe(true)
    expect(new URL(found.url).searchParams.get('login_hint')).toBe(`fay@${company.domain}`)
    const lost = await browser.postOwn('/sso?recover=1', { email: `fay@${company.domain}` })
    expect(lost.url).toContain('/mail-link')
    const nowhere = await browser.postOwn('/sso?recover=1', { email: 'no-such-name' })
    expect([nowhere.status, nowhere.text.includes('value="no-such-name"')]).toEqual([404, true])
    for (const url of [...seen, ...linksOf(unknown)].filter((one) => !one.startsWith('mailto:')))
      expect(decodeURIComponent(url)).not.toContain('@')
    // Somebody else's, or of another installation: there is no hint, and no failure.
    const forged = await browser.open(`/saml/${company.connection.id}/login?login_hint=~forged`)
    expect(forged.url.startsWith(company.provider.ssoUrl)).toBe(true)
  })

  it('C-5: an address of nothing is a page in a browser, and a problem elsewhere', async () => {
    const ask = (accept?: string, method = 'GET') =>
      service.send(
        new Request(`${service.url}/no-such-path`, {
          method,
          ...(accept === undefined ? {} : { headers: { accept } }),
        }),
      )
    const page = await ask('text/html,application/xhtml+xml,*/*;q=0.8')
    expect([page.status, page.headers.get('vary')]).toEqual([404, 'Accept-Language, Accept'])
    expect(await page.text()).toContain('There is nothing at this address')
    expect(await (await ask('text/html', 'POST')).text()).toContain('There is nothing at this address')
    for (const [accept, method] of [[undefined], ['*/*'], ['application/json'], ['*/*', 'POST']] as const) {
      const problem = await ask(accept, method)
      expect([problem.status, problem.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
      expect(await problem.json()).toMatchObject({
        code: 'not_found',
        requestId: expect.stringMatching(/^req_/),
      })
    }
  })
})
