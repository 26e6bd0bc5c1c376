// The pages that people meet at a sign-in, as they come to them: in which language they are.
// Judges: server/sso, server/portal, server/pages, server/home-realm.
import { beforeAll, expect, it } from 'vitest'
import { createBrowser, type Landing } from '../harness/browser.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

forEachStore((start) => {
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
})
