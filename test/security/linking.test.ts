// An identity is linked by a confirmation of its holder alone; a privileged person confirms the anchor that keeps them out by a mailed
// link and their own proven sign-in together. What somebody else can make a browser do links nobody and confirms nothing.
// Judges: server/sso, server/provisioning.
import { AsyncLocalStorage } from 'node:async_hooks'
import { createSamlKey, createSamlProvider, type SamlPerson, type SamlProvider } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Browser, createBrowser, type Landing } from '../harness/browser.ts'
import { clientOf, openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany, setConnection } from '../harness/sso.ts'

const key = createSamlKey()
/** Mails are sent by a loop of their own. */
const slow = { timeout: 15_000 }

/** The fields of the first form of a page that posts to `action`. */
function readForm(page: Landing, action: string): Record<string, string> | undefined {
  const form = new RegExp(`<form method="post" action="([^"]*/${action})">(.*?)</form>`, 's').exec(page.text)
  if (form === null) return undefined
  const fields = [...(form[2] ?? '').matchAll(/name="([^"]+)" value="([^"]*)"/g)]
  return { action: form[1] ?? '', ...Object.fromEntries(fields.map(([, name, value]) => [name, value])) }
}

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let count = 0
  /** Done in the moment before a request's first unit of work. */
  const meanwhile = new AsyncLocalStorage<{ run: (() => Promise<unknown>) | undefined }>()
  const beforeStore = async (what: 'unit' | 'read'): Promise<void> => {
    const found = what === 'unit' ? meanwhile.getStore() : undefined
    const run = found?.run
    if (found === undefined || run === undefined) return
    found.run = undefined
    await run()
  }
  beforeAll(async () => {
    service = await start({ hasMail: true, hasDeliveries: true, beforeStore })
  })

  const openLink = async (slug: string, body: { role: 'owner' | 'admin'; email?: string; days?: number }) => {
    const link = await service.admin.call('createPortalLink', { params: { slug }, body })
    const browser = createBrowser(service.url, service.send)
    const opened = await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
    expect(opened.status).toBe(200)
    return browser
  }
  const submit = async (browser: Browser, form: Record<string, string> | undefined) => {
    expect(form).toBeDefined()
    const { action = '', ...fields } = form ?? {}
    return browser.postOwn(action, fields)
  }
  /** A test sign-in by the button, up to the page that it ends on. */
  const test = async (
    browser: Browser,
    at: { slug: string; id: string },
    provider: SamlProvider,
    nameId: string,
  ) => {
    const { url } = await clientOf(service, browser).call('testConnection', { params: at })
    const left = await browser.open(url)
    const answer = await provider.answer(left.url, { nameId, attributes: { email: [nameId] } })
    return browser.postFromElsewhere(answer.acsUrl, answer.form)
  }
  const owner = async (company: Awaited<ReturnType<typeof createCompany>>, name = 'boss') => {
    const email = `${name}@${company.domain}`
    const browser = await openLink(company.organization.slug, { role: 'owner', email })
    const at = { slug: company.organization.slug, id: company.connection.id }
    const shown = await test(browser, at, company.provider, email)
    const linked = await submit(browser, readForm(shown, 'link'))
    expect(linked.text).toContain('It is linked')
    return email
  }
  const roleOf = async (slug: string, userName: string) => {
    const { items } = await service.admin.call('listUsers', { params: { slug }, query: { search: userName } })
    return items.find((one) => one.userName === userName)?.role
  }
  const addConnection = async (slug: string, client = service.admin, active = true) => {
    count += 1
    const provider = createSamlProvider({ baseUrl: `https://idp-${count}.evil.test`, key, now: service.now })
    const connection = await client.call('createConnection', {
      params: { slug },
      body: { name: 'Other', identityProvider: 'okta', metadataXml: provider.metadata(), isActive: active },
    })
    return { provider, connection, at: { slug, id: connection.id } }
  }

  describe('a test sign-in', () => {
    it('B5 owner-test-link: a link from elsewhere begins none, and what it answers links nobody', async () => {
      const company = await createCompany(service)
      const email = await owner(company)
      const { slug } = company.organization
      const { browser } = await company.signIn(company.person('boss'))
      const contact = await openCaller(service, slug, 'contact')
      const evil = await addConnection(slug, contact.client, false)
      for (const path of ['login?test=1', 'login?test=x', 'login?test='])
        expect((await browser.open(`/saml/${evil.at.id}/${path}`)).status).toBe(403)
      // The contact's own ticket is of no use in the owner's browser.
      const { url } = await contact.client.call('testConnection', { params: evil.at })
      expect((await browser.open(url)).status).toBe(403)
      const shown = await test(contact.browser, evil.at, evil.provider, email)
      expect(shown.text).toContain('The connection works; this person would be refused')
      expect(readForm(shown, 'link')).toBeUndefined()
    })

    it('F1: links nobody, and makes no owner, by a link that is revoked between the door and the store', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const email = `boss@${company.domain}`
      const browser = await openLink(slug, { role: 'owner', email })
      const shown = await test(browser, { slug, id: company.connection.id }, company.provider, email)
      const [link] = (await service.admin.call('listPortalLinks', { params: { slug } })).items
      const revoke = {
        run: () => service.admin.call('revokePortalLink', { params: { slug, id: link?.id ?? '' } }),
      }
      const landed = await meanwhile.run(revoke, () => submit(browser, readForm(shown, 'link')))
      expect([landed.status, revoke.run]).toEqual([403, undefined])
      expect((await service.admin.call('listUsers', { params: { slug }, query: {} })).items).toEqual([])
    })

    it('of an owner who is signed in asks, names both sides and who set it up, and links by a POST of our own page', async () => {
      const company = await createCompany(service)
      const email = await owner(company)
      const { slug } = company.organization
      const { browser } = await company.signIn(company.person('boss'))
      const contact = await openCaller(service, slug, 'contact')
      const evil = await addConnection(slug, contact.client)
      const shown = await test(browser, evil.at, evil.provider, 'evil@elsewhere.test')
      expect(shown.text).toContain('Is this you?')
      for (const said of [
        email,
        'evil@elsewhere.test',
        '“<bdi>Other</bdi>”',
        `idp-${count}.evil.test`,
        'nobody with your rights has confirmed it',
      ])
        expect(shown.text).toContain(said)
      const form = readForm(shown, 'link') ?? {}
      const foreign = await browser.postFromElsewhere(form.action ?? '', form)
      expect(foreign.status).toBe(403)
      const wrongDigest = await browser.postOwn(form.action ?? '', { ...form, digest: '0'.repeat(64) })
      expect(wrongDigest.status).toBe(409)
      const other = createBrowser(service.url, service.send)
      expect((await other.postOwn(form.action ?? '', form)).status).toBe(403)
      expect((await contact.browser.postOwn(form.action ?? '', form)).status).toBe(403)
      const linked = await submit(browser, form)
      expect(linked.text).toContain('It is linked')
      expect((await browser.postOwn(form.action ?? '', form)).status).toBe(403)
    })

    it.each([
      ['admin', 'owner', undefined],
      ['admin', 'admin', 'admin'],
      ['admin', 'member', 'member'],
      ['owner', 'owner', 'owner'],
      ['owner', 'admin', 'owner'],
      ['owner', 'member', 'owner'],
    ] as const)(
      'from a portal link of role %s that names an account of role %s',
      async (linkRole, role, after) => {
        const company = await createCompany(service)
        const { slug } = company.organization
        const email = `ada@${company.domain}`
        await service.admin.call('importUsers', {
          params: { slug },
          body: { dryRun: false, users: [{ email, userName: email }] },
        })
        const { items } = await service.admin.call('listUsers', { params: { slug }, query: {} })
        if (role !== 'member')
          await service.admin.call('updateUser', { params: { slug, id: items[0]?.id ?? '' }, body: { role } })
        const browser = await openLink(slug, { role: linkRole, email })
        const at = { slug, id: company.connection.id }
        const shown = await test(browser, at, company.provider, email)
        const form = readForm(shown, 'link')
        if (after === undefined) {
          expect(form).toBeUndefined()
          return
        }
        await submit(browser, form)
        expect(await roleOf(slug, email)).toBe(after)
        const signedIn = await company.signIn(company.person('ada'))
        expect(signedIn.text).toContain('You are signed in')
      },
    )

    it('by a set-up link does not tell who is an owner, blocked or known otherwise', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const boss = await owner(company)
      for (const name of ['blocked', 'known']) await company.signIn(company.person(name))
      const { items } = await service.admin.call('listUsers', {
        params: { slug },
        query: { search: 'blocked' },
      })
      await service.admin.call('deactivateUser', { params: { slug, id: items[0]?.id ?? '' } })
      const at = { slug, id: company.connection.id }
      const setUp = await openLink(slug, { role: 'admin', days: 3 })
      const administrator = await openLink(slug, { role: 'admin' })
      const read = async (browser: Browser, person: SamlPerson) => {
        const { url } = await clientOf(service, browser).call('testConnection', { params: at })
        const left = await browser.open(url)
        const answer = await company.provider.answer(left.url, person)
        const { text } = await browser.postFromElsewhere(answer.acsUrl, answer.form)
        return /<p>(Why: [^<]*|[^<]*)<\/p>/.exec(text.slice(text.indexOf('</h1>')))?.[1]
      }
      const people = [
        { nameId: 'x', attributes: { email: [boss] } },
        company.person('blocked'),
        { nameId: 'y', attributes: { email: [`known@${company.domain}`] } },
      ]
      const seen = new Set<string | undefined>()
      for (const person of people) seen.add(await read(setUp, person))
      expect([...seen]).toEqual([expect.stringContaining('A test by an administrator shows more')])
      const told = new Set<string | undefined>()
      for (const person of people) told.add(await read(administrator, person))
      expect(told.size).toBe(3)
    })

    it('from an owner’s link makes the account where there is none, and a set-up link makes nobody', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const email = `new@${company.domain}`
      const contact = await openLink(slug, { role: 'admin', email, days: 3 })
      const at = { slug, id: company.connection.id }
      expect(readForm(await test(contact, at, company.provider, email), 'link')).toBeUndefined()
      const admin = await openLink(slug, { role: 'admin', email })
      expect(readForm(await test(admin, at, company.provider, email), 'link')).toBeUndefined()
      expect(await roleOf(slug, email)).toBeUndefined()
      await owner(company, 'new')
      expect(await roleOf(slug, email)).toBe('owner')
    })
  })

  describe('a sign-in that meets an account which it may not take over', () => {
    it('also of an administrator whom nobody has confirmed the connection for: their click links and confirms', async () => {
      const company = await createCompany(service)
      const { slug, id: organizationId } = company.organization
      const email = `chief@${company.domain}`
      await company.signIn(company.person('chief'))
      const { items } = await service.admin.call('listUsers', { params: { slug }, query: { search: email } })
      const params = { slug, id: items[0]?.id ?? '' }
      await service.admin.call('updateUser', { params, body: { role: 'admin' } })
      const { browser } = await company.signIn(company.person('chief'))
      // Unlinking ends sessions: another connection of the same domain stands for it.
      const other = await addConnection(slug)
      const domains = await service.admin.call('listDomains', { params: { slug } })
      await service.admin.call('updateDomain', {
        params: { slug, id: domains.items[0]?.id ?? '' },
        body: { connectionIds: [company.connection.id, other.connection.id] },
      })
      await setConnection(service, organizationId, other.connection.id, { anchor_rung: 'contact' })
      const come = async (by: Browser) => {
        const left = await by.open(`/saml/${other.connection.id}/login`)
        const answer = await other.provider.answer(left.url, { nameId: 'n', attributes: { email: [email] } })
        return by.postFromElsewhere(answer.acsUrl, answer.form)
      }
      const elsewhere = await come(createBrowser(service.url, service.send))
      expect(readForm(elsewhere, 'link')).toBeUndefined()
      const form = readForm(await come(browser), 'link')
      expect((await submit(browser, form)).status).toBe(200)
      const { present } = await service.admin.call('getAnchor', { params: other.at })
      expect(present).toMatchObject({ rung: 'administrator' })
      const again = createBrowser(service.url, service.send)
      expect((await come(again)).text).toContain('You are signed in')
    })

    it('offers a link only in a browser that holds that very account’s session', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const email = await owner(company)
      const second = await addConnection(slug)
      const domain = (await service.admin.call('listDomains', { params: { slug } })).items[0]
      const signIn = async (browser: Browser) => {
        const left = await browser.open(`/saml/${second.at.id}/login`)
        const answer = await second.provider.answer(left.url, {
          nameId: 'other-id',
          attributes: { email: [email] },
        })
        return browser.postFromElsewhere(answer.acsUrl, answer.form)
      }
      const { browser: own } = await company.signIn(company.person('boss'))
      const { browser: member } = await company.signIn(company.person('member'))
      const stranger = createBrowser(service.url, service.send)
      // Not tied: it speaks for nobody of this domain.
      for (const browser of [own, member, stranger])
        expect(readForm(await signIn(browser), 'link')).toBeUndefined()
      await service.admin.call('updateDomain', {
        params: { slug, id: domain?.id ?? '' },
        body: { connectionIds: [company.connection.id, second.at.id] },
      })
      for (const browser of [member, stranger])
        expect(readForm(await signIn(browser), 'link')).toBeUndefined()
      const offered = await signIn(own)
      expect(offered.text).toContain('Is this you?')
      const linked = await submit(own, readForm(offered, 'link'))
      expect(linked.url).toContain('/me')
      const { text } = await signIn(createBrowser(service.url, service.send))
      expect(text).toContain('You are signed in')
    })
  })

  describe('an anchor that nobody of the person’s rung has confirmed', () => {
    const asleep = async () => {
      count += 1
      const slug = `asleep-${count}`
      const domain = `${slug}.test`
      await service.admin.call('createOrganization', { body: { name: 'Acme', slug } })
      const added = await service.admin.call('createDomain', { params: { slug }, body: { name: domain } })
      await service.admin.call('updateDomain', { params: { slug, id: added.id }, body: { isVerified: true } })
      const email = `admin@${domain}`
      await service.admin.call('importUsers', {
        params: { slug },
        body: { dryRun: false, users: [{ email, userName: email }] },
      })
      const { items } = await service.admin.call('listUsers', { params: { slug }, query: {} })
      await service.admin.call('updateUser', {
        params: { slug, id: items[0]?.id ?? '' },
        body: { role: 'admin' },
      })
      const contact = await openCaller(service, slug, 'contact')
      const made = await addConnection(slug, contact.client)
      const signIn = async (browser: Browser, nameId = email) => {
        const left = await browser.open(`/saml/${made.at.id}/login`)
        const answer = await made.provider.answer(left.url, { nameId, attributes: { email: [nameId] } })
        return browser.postFromElsewhere(answer.acsUrl, answer.form)
      }
      return { ...made, slug, email, contact, signIn }
    }
    const mailTo = async (email: string) => {
      await expect.poll(() => service.mails.filter(({ to }) => to === email).length, slow).toBeGreaterThan(0)
      const mail = service.mails.filter(({ to }) => to === email).at(-1)
      return /#token=(\w+)/.exec(mail?.text ?? '')?.[1] ?? ''
    }

    it('keeps them out, mails a link when asked, and is confirmed by their POST after their own proven sign-in', async () => {
      const { signIn, email, slug, at } = await asleep()
      const browser = createBrowser(service.url, service.send)
      const refused = await signIn(browser)
      expect(refused).toMatchObject({ status: 403 })
      expect(refused.text).toContain('Your sign-in waits for a confirmation')
      const mailed = await submit(browser, readForm(refused, 'mail-link'))
      expect(mailed.text).toContain('Look into your mail')
      const token = await mailTo(email)
      expect(service.mails.at(-1)?.text).toContain('/confirm#token=')
      const opened = await browser.call('POST', '/anchor-confirmations', { token })
      const { url } = (await opened.json()) as { url: string }
      expect(url).toContain(`/saml/${at.id}/confirm?request=`)
      const question = await browser.open(url)
      for (const said of [
        'Is this your organization’s identity provider?',
        'somebody with a set-up link',
        email,
      ])
        expect(question.text).toContain(said)
      const form = readForm(question, 'confirm') ?? {}
      expect((await browser.postFromElsewhere(form.action ?? '', form)).status).toBe(403)
      const done = await submit(browser, form)
      expect(done.text).toContain('You are signed in')
      const connection = await service.admin.call('getAnchor', { params: { slug, id: at.id } })
      expect(connection.present).toMatchObject({ rung: 'administrator' })
      const again = await createBrowser(service.url, service.send).call('POST', '/anchor-confirmations', {
        token,
      })
      expect(again.status).toBe(410)
    })

    it('of somebody who was let go meanwhile confirms nothing', async () => {
      const { signIn, email, slug, at } = await asleep()
      const browser = createBrowser(service.url, service.send)
      await submit(browser, readForm(await signIn(browser), 'mail-link'))
      const token = await mailTo(email)
      const opened = await browser.call('POST', '/anchor-confirmations', { token })
      const { url } = (await opened.json()) as { url: string }
      const form = readForm(await browser.open(url), 'confirm')
      const { items } = await service.admin.call('listUsers', { params: { slug }, query: {} })
      const params = { slug, id: items[0]?.id ?? '' }
      await service.admin.call('deactivateUser', { params })
      expect((await submit(browser, form)).status).toBe(403)
      expect((await browser.call('POST', '/anchor-confirmations', { token })).status).toBe(410)
      await service.admin.call('reactivateUser', { params })
      await service.admin.call('updateUser', { params, body: { role: 'member' } })
      expect((await submit(browser, form)).status).toBe(409)
      const { present } = await service.admin.call('getAnchor', { params: { slug, id: at.id } })
      expect(present).toMatchObject({ rung: 'contact' })
    })

    it('a mailed link in another browser signs in first, and only as its own person', async () => {
      const { signIn, email, at } = await asleep()
      const first = createBrowser(service.url, service.send)
      await submit(first, readForm(await signIn(first), 'mail-link'))
      const token = await mailTo(email)
      const second = createBrowser(service.url, service.send)
      const opened = await second.call('POST', '/anchor-confirmations', { token })
      expect((await opened.json()) as object).toMatchObject({ url: `${service.url}/saml/${at.id}/login` })
      const question = await signIn(second)
      expect(question.text).toContain('Is this your organization’s identity provider?')
      expect((await submit(second, readForm(question, 'confirm'))).text).toContain('You are signed in')
    })

    it('a link of one version confirms no other', async () => {
      const { signIn, email, at, contact } = await asleep()
      const browser = createBrowser(service.url, service.send)
      await submit(browser, readForm(await signIn(browser), 'mail-link'))
      const token = await mailTo(email)
      const { url } = (await (await browser.call('POST', '/anchor-confirmations', { token })).json()) as {
        url: string
      }
      const form = readForm(await browser.open(url), 'confirm')
      const other = createSamlProvider({
        baseUrl: 'https://idp.evil.test',
        key: createSamlKey(),
        now: service.now,
      })
      const staged = await contact.client.call('stageAnchor', {
        params: at,
        body: { metadataXml: other.metadata() },
      })
      await contact.client.call('applyStagedAnchor', { params: at, body: { digest: staged.digest } })
      for (const page of [await submit(browser, form), await browser.open(url)]) {
        expect(page.status).toBe(409)
        expect(page.text).toContain('anchor_changed')
      }
    })

    it('mails nobody else, at most three links an hour, and answers the same whoever asks', async () => {
      const { email, at } = await asleep()
      const browser = createBrowser(service.url, service.send)
      const answers = new Set<string>()
      for (const address of [email, email.toUpperCase(), email, email, 'nobody@elsewhere.test', 'x', '']) {
        const page = await browser.postOwn(`/saml/${at.id}/mail-link`, { email: address })
        answers.add(`${page.status} ${page.text.replace(/req_\w+/, '')}`)
      }
      expect([...answers]).toEqual([expect.stringContaining('Look into your mail')])
      const sentTo = (address: string) => service.mails.filter(({ to }) => to === address).length
      await expect.poll(() => sentTo(email), slow).toBe(3)
      expect(sentTo('nobody@elsewhere.test')).toBe(0)
    })

    it('an invitation accepts, begins the sign-in, and ends on the page that asks the new administrator', async () => {
      const made = await asleep()
      const email = `invited@${made.slug}.test`
      await service.admin.call('createInvitation', {
        params: { slug: made.slug },
        body: { email, role: 'admin', days: 3 },
      })
      await expect.poll(() => service.mails.some(({ to }) => to === email), slow).toBe(true)
      const text = service.mails.find(({ to }) => to === email)?.text ?? ''
      const token = /#token=(\w+)/.exec(text)?.[1]
      const browser = createBrowser(service.url, service.send)
      const accepted = await browser.call('POST', '/invitation-acceptances', { token })
      expect(await accepted.json()).toMatchObject({ signInUrl: `${service.url}/saml/${made.at.id}/login` })
      // The link confirms for its own person alone.
      const other = await made.signIn(browser)
      expect(readForm(other, 'confirm')).toBeUndefined()
      const question = await made.signIn(browser, email)
      expect(question.text).toContain('Is this your organization’s identity provider?')
      const done = await submit(browser, readForm(question, 'confirm'))
      expect(done.text).toContain('You are signed in')
      expect(await roleOf(made.slug, email)).toBe('admin')
    })

    it('is on the operator’s list until it is confirmed, with what a set-up left behind for three days', async () => {
      const { signIn, email, slug, at, contact } = await asleep()
      const needs = async () =>
        (await service.admin.call('listOperatorNeeds', {})).items
          .filter(({ organization }) => organization.slug === slug)
          .map(({ kind, detail }) => [kind, detail.userName ?? detail.connection ?? detail.key])
      expect(await needs()).toEqual([])
      await signIn(createBrowser(service.url, service.send))
      expect(await needs()).toEqual([['privileged_refused', email]])
      await contact.client.call('createKey', { params: { slug }, body: { name: 'Okta' } })
      const other = createSamlProvider({ baseUrl: 'https://idp.staged.test', key, now: service.now })
      await contact.client.call('stageAnchor', { params: at, body: { metadataXml: other.metadata() } })
      expect(await needs()).toEqual([['privileged_refused', email]])
      service.advance(3 * 86_400_000 + 1_000)
      expect((await needs()).map(([kind]) => kind).sort()).toEqual([
        'privileged_refused',
        'provisional',
        'staged',
      ])
      const { present } = await service.admin.call('getAnchor', { params: at })
      await service.admin.call('confirmAnchor', { params: at, body: { digest: present?.digest ?? '' } })
      const keys = (await service.admin.call('getProvisioning', { params: { slug } })).keys
      await service.admin.call('confirmKey', { params: { slug, id: keys[0]?.id ?? '' } })
      await service.admin.call('discardStagedAnchor', { params: at })
      expect(await needs()).toEqual([])
    })

    it('is on the operator’s list no longer once its person is out, or runs the settings no more', async () => {
      const { signIn, email, slug } = await asleep()
      const needs = async () =>
        (await service.admin.call('listOperatorNeeds', {})).items.filter(
          ({ organization }) => organization.slug === slug,
        )
      const { items } = await service.admin.call('listUsers', { params: { slug }, query: { search: email } })
      const params = { slug, id: items[0]?.id ?? '' }
      const leave = [
        () => service.admin.call('updateUser', { params, body: { role: 'member' } }),
        () => service.admin.call('deactivateUser', { params }),
      ]
      for (const one of leave) {
        await service.admin.call('updateUser', { params, body: { role: 'admin' } })
        await signIn(createBrowser(service.url, service.send))
        expect(await needs()).toMatchObject([{ kind: 'privileged_refused' }])
        await one()
        expect(await needs()).toEqual([])
      }
    })

    it('mails nothing where an owner or the operator has said so, which no administrator may', async () => {
      const { signIn, slug } = await asleep()
      const { client } = await openCaller(service, slug, 'administrator')
      const change = { params: { slug }, body: { ownerRecovery: 'operator' as const } }
      await expect(client.call('updateOrganization', change)).rejects.toMatchObject({
        problem: { code: 'owner_required' },
      })
      await service.admin.call('updateOrganization', change)
      const refused = await signIn(createBrowser(service.url, service.send))
      expect(refused.text).toContain('Ask the operator of this service')
      expect(readForm(refused, 'mail-link')).toBeUndefined()
    })

    it('lets members in meanwhile, and mails nothing to them', async () => {
      const { at, signIn, slug } = await asleep()
      const browser = createBrowser(service.url, service.send)
      expect((await signIn(browser, `member@${slug}.test`)).text).toContain('You are signed in')
      await browser.postOwn(`/saml/${at.id}/mail-link`, { email: `member@${slug}.test` })
      const { items } = await service.admin.call('listEvents', { params: { slug }, query: { limit: 200 } })
      expect(items.map(({ type }) => type)).not.toContain('user.recovery_link_mailed')
    })
  })

  describe('a recovery address', () => {
    it('is changed by its person once the new one confirms, tells the old one, and by nobody else', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      const email = await owner(company)
      const { browser } = await company.signIn(company.person('boss'))
      const own = clientOf(service, browser)
      const { userId } = await own.call('getSession', {})
      const at = { params: { slug, id: userId ?? '' } }
      expect(await own.call('getRecoveryAddress', at)).toMatchObject({ address: email, pendingAddress: null })
      const body = { address: 'private@example.com' }
      for (const rung of ['administrator', 'owner'] as const) {
        const { client } = await openCaller(service, slug, rung)
        await expect(client.call('putRecoveryAddress', { ...at, body })).rejects.toMatchObject({
          problem: { code: 'forbidden' },
        })
      }
      const waiting = await own.call('putRecoveryAddress', { ...at, body })
      expect(waiting).toMatchObject({ address: email, pendingAddress: 'private@example.com' })
      await expect.poll(() => service.mails.some(({ to }) => to === 'private@example.com'), slow).toBe(true)
      const token = /recovery#token=(\w+)/.exec(
        service.mails.find(({ to }) => to === 'private@example.com')?.text ?? '',
      )?.[1]
      const stranger = createBrowser(service.url, service.send)
      expect((await stranger.call('POST', '/recovery-address-confirmations', { token })).status).toBe(204)
      expect((await stranger.call('POST', '/recovery-address-confirmations', { token })).status).toBe(410)
      expect(await own.call('getRecoveryAddress', at)).toMatchObject({ address: 'private@example.com' })
      await expect
        .poll(
          () => service.mails.some(({ to, subject }) => to === email && /was changed/.test(subject)),
          slow,
        )
        .toBe(true)
      const changed = await service.admin.call('putRecoveryAddress', {
        ...at,
        body: { address: 'back@example.com' },
      })
      expect(changed).toMatchObject({ address: 'back@example.com' })
    })

    it('is not changed by whoever had a session that was ended, nor for somebody who is out', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      await owner(company)
      const ask = async (address: string) => {
        const { browser } = await company.signIn(company.person('boss'))
        const own = clientOf(service, browser)
        const id = (await own.call('getSession', {})).userId ?? ''
        await own.call('putRecoveryAddress', { params: { slug, id }, body: { address } })
        await expect.poll(() => service.mails.some(({ to }) => to === address), slow).toBe(true)
        const mail = service.mails.find(({ to }) => to === address)
        return { id, token: /recovery#token=(\w+)/.exec(mail?.text ?? '')?.[1] }
      }
      const confirm = async (token: string | undefined) =>
        createBrowser(service.url, service.send).call('POST', '/recovery-address-confirmations', { token })
      const one = await ask('thief@evil.test')
      const at = { params: { slug, id: one.id } }
      await service.admin.call('endUserSessions', at)
      expect((await confirm(one.token)).status).toBe(410)
      const other = await ask('late@evil.test')
      await service.admin.call('deactivateUser', at)
      expect((await confirm(other.token)).status).toBe(410)
      expect(await service.admin.call('getRecoveryAddress', at)).toMatchObject({
        address: `boss@${company.domain}`,
        pendingAddress: null,
      })
    })

    it('is not changed by whoever came through a connection that was switched off or signed them out', async () => {
      const company = await createCompany(service)
      const { organization, connection, provider, domain } = company
      const { slug } = organization
      await owner(company)
      const params = { slug, id: connection.id }
      const ends = {
        'switched@evil.test': async () => {
          for (const active of [false, true])
            await service.admin.call('updateConnection', { params, body: { isActive: active } })
        },
        'logged-out@evil.test': async () => {
          const destination = connection.acsUrl.replace(/acs$/, 'slo')
          const asked = provider.renderLogoutRequest({ destination, nameId: `boss@${domain}` })
          await createBrowser(service.url, service.send).open(asked)
        },
      }
      for (const [address, end] of Object.entries(ends)) {
        const { browser } = await company.signIn(company.person('boss'))
        const own = clientOf(service, browser)
        const id = (await own.call('getSession', {})).userId ?? ''
        const at = { params: { slug, id } }
        await own.call('putRecoveryAddress', { ...at, body: { address } })
        await expect.poll(() => service.mails.some(({ to }) => to === address), slow).toBe(true)
        const mail = service.mails.find(({ to }) => to === address)
        const token = /recovery#token=(\w+)/.exec(mail?.text ?? '')?.[1]
        await end()
        const thief = createBrowser(service.url, service.send)
        expect((await thief.call('POST', '/recovery-address-confirmations', { token })).status).toBe(410)
        expect(await service.admin.call('getRecoveryAddress', at)).toMatchObject({
          address: `boss@${domain}`,
          pendingAddress: null,
        })
      }
    })

    it('authority 6: is not changed by whoever signed out of the session that asked, or has another in its place', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      await owner(company)
      const ends: Readonly<Record<string, (browser: Browser) => Promise<unknown>>> = {
        'out@evil.test': (browser) => browser.call('DELETE', '/session'),
        'form@evil.test': (browser) => browser.postOwn('/sign-out', {}),
        'anew@evil.test': (browser) => company.signIn(company.person('boss'), { browser }),
      }
      const kept = await company.signIn(company.person('boss'))
      for (const [address, end] of Object.entries(ends)) {
        const { browser } = await company.signIn(company.person('boss'))
        const own = clientOf(service, browser)
        const at = { params: { slug, id: (await own.call('getSession', {})).userId ?? '' } }
        await own.call('putRecoveryAddress', { ...at, body: { address } })
        await expect.poll(() => service.mails.some(({ to }) => to === address), slow).toBe(true)
        const mail = service.mails.find(({ to }) => to === address)
        const token = /recovery#token=(\w+)/.exec(mail?.text ?? '')?.[1]
        // Another session of theirs ends by itself.
        const { browser: another } = await company.signIn(company.person('boss'))
        await another.call('DELETE', '/session')
        const reader = clientOf(service, kept.browser)
        expect(await reader.call('getRecoveryAddress', at)).toMatchObject({ pendingAddress: address })
        await end(browser)
        expect(await reader.call('getRecoveryAddress', at)).toMatchObject({ pendingAddress: null })
        const thief = createBrowser(service.url, service.send)
        expect((await thief.call('POST', '/recovery-address-confirmations', { token })).status).toBe(410)
      }
    })

    it('is still changed where another connection than the asker’s ends what came through it', async () => {
      const company = await createCompany(service)
      const { slug } = company.organization
      await owner(company)
      const { browser } = await company.signIn(company.person('boss'))
      const own = clientOf(service, browser)
      const id = (await own.call('getSession', {})).userId ?? ''
      const address = 'private@example.com'
      const at = { params: { slug, id } }
      await own.call('putRecoveryAddress', { ...at, body: { address } })
      const other = await service.admin.call('createConnection', {
        params: { slug },
        body: {
          name: 'Other',
          identityProvider: 'okta',
          metadataXml: company.provider.metadata(),
          isActive: true,
        },
      })
      const params = { slug, id: other.id }
      await service.admin.call('updateConnection', { params, body: { isActive: false } })
      expect(await service.admin.call('getRecoveryAddress', at)).toMatchObject({ pendingAddress: address })
    })
  })
})
