// An owner or administrator whose identity provider signs nobody in any more mends the connection by a link that was mailed to them,
// together with their own sign-in at what it is now.
// Judges: server/sso, server/anchors.
import { beforeAll, describe, expect, it } from 'vitest'
import { quoteName } from '../../packages/server/src/deliveries/words.ts'
import { openCaller } from '../harness/callers.ts'
import { createMender, createOffice, type Mender } from '../harness/mending.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../harness/openid-provider.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany, readForm } from '../harness/sso.ts'

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let mender: Mender
  let count = 0
  beforeAll(async () => {
    service = await start({ hasMail: true })
    mender = createMender(service)
  })

  const office = () => createOffice(service, mender)

  describe('authority 3: an owner mends a connection', () => {
    it('whose certificate was replaced: stages, tests and puts in place with one mailed link, and is signed in', async () => {
      const { company, boss, renewed, signInBy } = await office()
      const lost = await signInBy(renewed, boss)
      expect(lost.status).toBe(403)
      expect(lost.text).toContain(`href="${mender.pathOf(company, 'mail-link')}"`)
      const before = await mender.anchorOf(company)
      const browser = await mender.open(company, boss.email)
      const first = await browser.open(mender.pathOf(company, 'mend'))
      for (const said of [
        boss.email,
        '“<bdi>Test</bdi>”',
        'Can you still sign in?',
        'Our identity provider has changed',
      ])
        expect(first.text).toContain(said)
      expect(first.text).toContain(`${service.url}${mender.pathOf(company, 'login')}`)
      const shown = await mender.stageBy(browser, company, renewed)
      const { staged } = await mender.anchorOf(company)
      const [old, fresh] = (
        staged?.changes[0] ? [staged.changes[0].before, staged.changes[0].after] : []
      ) as string[][]
      for (const said of [...(old ?? []), ...(fresh ?? []), 'Is this your identity provider now?'])
        expect(shown.text).toContain(said)
      expect(staged?.staged).toMatchObject({ kind: 'user', id: boss.id, rung: 'owner' })
      // Nothing of it has signed anybody in, or changed what people sign in by.
      expect(await mender.meOf(browser)).toBe(401)
      expect((await mender.anchorOf(company)).present).toEqual(before.present)
      const question = await mender.test(browser, shown, renewed, boss)
      expect(question.text).toContain('You came as yourself')
      // Opened once more, the link goes on where it was.
      const token = (await mender.tokenTo(company, boss.email)) ?? ''
      expect((await mender.redeem(browser, token)).url).toContain(mender.pathOf(company, 'mend'))
      expect((await browser.open(mender.pathOf(company, 'mend'))).text).toContain('Sign in there to test it')
      expect(await mender.meOf(browser)).toBe(401)
      expect((await mender.anchorOf(company)).present).toEqual(before.present)
      const done = await mender.apply(browser, question)
      expect(done.text).toContain('You are signed in')
      expect(await mender.meOf(browser)).toMatchObject({ role: 'owner' })
      const after = await mender.anchorOf(company)
      expect(after).toMatchObject({
        present: {
          digest: staged?.digest,
          rung: 'owner',
          put: { id: boss.id, rung: 'owner' },
          asleep: { count: 0 },
        },
        staged: null,
      })
      expect((await signInBy(renewed, boss)).status).toBe(200)
      expect((await signInBy(company.provider, boss)).status).toBe(403)
    })

    it('BF5: whatever set-up links and administrators have staged in the hour', async () => {
      const { company, boss, renewed } = await office()
      const { slug } = company.organization
      for (const rung of ['contact', 'administrator'] as const) {
        const { client } = await openCaller(service, slug, rung)
        const stage = (nameIdFormat: string) =>
          client.call('stageAnchor', {
            params: { slug, id: company.connection.id },
            body: { nameIdFormat },
          })
        for (let turn = 0; turn < 10; turn += 1) await stage(`urn:${rung}:${turn}`)
        await expect(stage('urn:more')).rejects.toMatchObject({ problem: { code: 'too_many_stagings' } })
      }
      const browser = await mender.open(company, boss.email)
      const shown = await mender.stageBy(browser, company, renewed)
      expect(shown.text).toContain('Is this your identity provider now?')
      const done = await mender.apply(browser, await mender.test(browser, shown, renewed, boss))
      expect(done.text).toContain('You are signed in')
    })

    it('leaves events with rung, fingerprints and who is asleep, tells the people who run the settings, and spends the link', async () => {
      const { company, boss, admin, renewed } = await office()
      const { browser, question } = await mender.prove(company, boss.email, renewed, boss)
      await mender.apply(browser, question)
      for (const type of ['connection.anchor_staged', 'connection.anchor_applied'] as const) {
        const [event] = await mender.eventsOf(company, type)
        expect(event).toMatchObject({
          actor: { kind: 'user', id: boss.id },
          data: {
            rung: 'owner',
            asleep: 0,
            before: { fingerprints: [expect.any(String)] },
            after: { fingerprints: [expect.any(String)] },
          },
        })
        const data = event?.data as Record<'before' | 'after', { fingerprints: string[] }> | undefined
        expect(data?.before.fingerprints).not.toEqual(data?.after.fingerprints)
      }
      expect((await mender.eventsOf(company, 'user.recovery_link_used'))[0]).toMatchObject({
        subject: { id: boss.id },
        data: { connectionId: company.connection.id, outcome: 'replaced' },
      })
      const mails = await mender.mailsOf(company)
      for (const [subject, words] of [
        ['A mailed link staged a new trust anchor', 'Nothing that people sign in by has changed'],
        ['What sign-ins rest on has changed', 'put a new trust anchor in place'],
      ] as const) {
        const told = mails.filter((mail) => mail.subject === subject)
        expect(told.map(({ to }) => to).toSorted()).toEqual(
          [admin.email, boss.email, 'operator@example.com'].toSorted(),
        )
        expect(told[0]?.text).toContain(
          `An owner (${quoteName(boss.email)}), by a link that was mailed to them,`,
        )
        expect(told[0]?.text).toContain(words)
        expect(told[0]?.text).not.toContain('#token=')
      }
      const token = (await mender.tokenTo(company, boss.email)) ?? ''
      expect(await mender.redeem(mender.newBrowser(), token)).toMatchObject({
        status: 410,
        code: 'link_gone',
      })
      expect((await browser.open(mender.pathOf(company, 'mend'))).status).toBe(403)
    })

    it('that is moved to another identity provider: the page names both sides, and the confirmed identity replaces their own', async () => {
      const { company, boss, ann, moved, signInBy } = await office()
      const { browser: annAtWork } = await company.signIn(ann)
      const person = { ...boss, nameId: 'boss-at-the-new-one' }
      const { browser, shown, question } = await mender.prove(company, boss.email, moved, person)
      for (const said of [
        '<dt>Moved along</dt><dd><bdi>1</bdi></dd>',
        '<dt>Unlinked</dt><dd><bdi>0</bdi></dd>',
        'anew</dt><dd><bdi>2</bdi></dd>',
      ])
        expect(shown.text).toContain(said)
      for (const said of [
        'Is this you?',
        'boss-at-the-new-one',
        boss.email,
        'Instead of',
        new URL(moved.ssoUrl).host,
      ])
        expect(question.text).toContain(said)
      expect((await mender.apply(browser, question)).text).toContain('You are signed in')
      const people = await mender.peopleOf(company)
      const identitiesOf = (id: string) => people.find((one) => one.id === id)?.identities
      expect(identitiesOf(boss.id)).toMatchObject([
        { nameId: 'boss-at-the-new-one', identityProvider: moved.entityId },
      ])
      expect(identitiesOf(ann.id)).toMatchObject([{ identityProvider: moved.entityId }])
      expect(await mender.meOf(annAtWork)).toBe(401)
      expect((await signInBy(moved, ann)).status).toBe(200)
      // What was in place comes back whole, with everybody's keys.
      await service.admin.call('restoreAnchor', {
        params: { ...company.organization, id: company.connection.id },
      })
      expect(await mender.meOf(browser)).toBe(401)
      expect((await company.signIn(boss)).text).toContain('You are signed in')
    })

    it('by the address of its metadata, with another attribute that names people', async () => {
      const { company, boss, renewed } = await office()
      const url = `https://metadata.${company.domain}/saml`
      service.metadataPages.set(url, renewed.metadata())
      const browser = await mender.open(company, boss.email)
      const missing = await mender.stage(browser, company, { metadataUrl: `${url}/none`, stableId: 'uid' })
      expect(missing).toMatchObject({ status: 400 })
      expect(missing.text).toContain('metadata_unreachable')
      const shown = await mender.stage(browser, company, { metadataUrl: url, stableId: 'uid' })
      expect(shown.text).toContain('Attribute that names a person')
      const person = { ...boss, attributes: { ...boss.attributes, uid: ['u-1'] } }
      const question = await mender.test(browser, shown, renewed, person)
      expect(question.text).toContain('Is this you?')
      expect((await mender.apply(browser, question)).text).toContain('You are signed in')
      expect((await mender.anchorOf(company)).present).toMatchObject({
        metadataUrlRung: 'owner',
        rung: 'owner',
      })
    })

    it('to which they never were linked, because a link to it was never theirs to make', async () => {
      const { company, renewed } = await office()
      const email = `new@${company.domain}`
      const params = { slug: company.organization.slug }
      const users = [{ email, userName: email }]
      await service.admin.call('importUsers', { params, body: { dryRun: false, users } })
      const { items } = await service.admin.call('listUsers', { params, query: { search: email } })
      const id = items[0]?.id ?? ''
      await service.admin.call('updateUser', { params: { ...params, id }, body: { role: 'owner' } })
      const { browser, question } = await mender.prove(company, email, renewed, company.person('new'))
      expect(question.text).toContain('Is this you?')
      expect((await mender.apply(browser, question)).text).toContain('You are signed in')
    })
  })

  describe('authority 3: an administrator mends a connection', () => {
    it('at their own rung: owners sleep until one of them confirms it, by a mailed link of their own', async () => {
      const { company, boss, admin, ann, renewed, signInBy } = await office()
      const { browser, shown, question } = await mender.prove(company, admin.email, renewed, admin)
      expect(shown.text).toContain('One person above your role is refused there')
      // Names are for whoever has proved who they are.
      expect(shown.text).not.toContain(boss.email)
      expect(question.text).toContain(boss.email)
      await mender.apply(browser, question)
      expect(await mender.meOf(browser)).toMatchObject({ role: 'admin' })
      expect((await mender.anchorOf(company)).present).toMatchObject({
        rung: 'administrator',
        asleep: { count: 1, people: [{ userName: boss.email }] },
      })
      const [applied] = await mender.eventsOf(company, 'connection.anchor_applied')
      expect(applied?.data).toMatchObject({ rung: 'administrator', asleep: 1 })
      expect((await signInBy(renewed, ann)).status).toBe(200)
      const asleep = await signInBy(renewed, boss)
      expect(asleep.text).toContain('Your sign-in waits for a confirmation')
      const { action, fields } = readForm(asleep, 'mail-link')
      await asleep.browser.postOwn(action, fields)
      const { url } = await mender.redeem(asleep.browser, (await mender.tokenTo(company, boss.email)) ?? '')
      const page = await asleep.browser.open(url ?? '')
      expect(page.text).toContain(`href="${mender.pathOf(company, 'mend')}"`)
      const confirm = readForm(page, 'confirm')
      expect((await asleep.browser.postOwn(confirm.action, confirm.fields)).text).toContain(
        'You are signed in',
      )
      expect((await mender.anchorOf(company)).present).toMatchObject({ rung: 'owner', asleep: { count: 0 } })
      expect(
        (await mender.eventsOf(company, 'user.recovery_link_used')).map(({ data }) => data),
      ).toContainEqual({
        connectionId: company.connection.id,
        outcome: 'confirmed',
        rung: 'owner',
      })
    })

    it('and replaces nobody’s identity but their own', async () => {
      const { company, boss, admin, moved } = await office()
      const before = await mender.peopleOf(company)
      const { browser, question } = await mender.prove(company, admin.email, moved, admin)
      await mender.apply(browser, question)
      const after = await mender.peopleOf(company)
      const of = (people: typeof before, id: string) => people.find((one) => one.id === id)
      expect(of(after, boss.id)).toEqual(of(before, boss.id))
      expect(of(after, admin.id)).toMatchObject({
        role: 'admin',
        identities: [{ identityProvider: moved.entityId }],
      })
    })
  })

  describe('authority 3: the way to a mailed link', () => {
    it('begins where people sign in, names the connections, and tells whom to ask where no link is mailed', async () => {
      const { company, boss } = await office()
      const { slug } = company.organization
      const browser = mender.newBrowser()
      expect((await browser.open('/sso')).text).toContain('href="/sso?recover=1"')
      const asked = await browser.open('/sso?recover=1')
      expect(asked.text).toContain('Can’t sign in?')
      for (const way of [
        `/sso?recover=1&email=${boss.email}`,
        `/sso?recover=1&email=${slug}`,
        `/sso/${slug}?recover=1`,
      ]) {
        const landed = await browser.open(way)
        expect(new URL(landed.url, service.url).pathname).toBe(mender.pathOf(company, 'mail-link'))
        expect(landed.text.includes(`value="${boss.email}"`)).toBe(way.includes('@'))
      }
      expect((await browser.open('/sso?recover=1&email=nobody@elsewhere.test')).status).toBe(404)
      const params = { slug }
      const second = await service.admin.call('createConnection', {
        params,
        body: {
          name: 'Second',
          identityProvider: 'okta',
          metadataXml: company.provider.metadata(),
          isActive: true,
        },
      })
      const choice = await browser.open(`/sso/${slug}`)
      expect(choice.text).toContain(`href="/sso/${slug}?recover=1"`)
      const both = await browser.open(`/sso/${slug}?recover=1`)
      for (const id of [company.connection.id, second.id])
        expect(both.text).toContain(`/saml/${id}/mail-link`)
      await service.admin.call('updateOrganization', { params, body: { ownerRecovery: 'operator' } })
      const told = await browser.open(mender.pathOf(company, 'mail-link'))
      expect(told.text).toContain('ask the operator of this service')
      expect(told.text).not.toContain('<form')
    })

    it('tells whom to ask on an installation that mails nothing', async () => {
      const silent = await start()
      const company = await createCompany(silent)
      const path = `/saml/${company.connection.id}/mail-link`
      const told = await createMender(silent).newBrowser().open(path)
      expect(told.text).toContain('ask the operator of this service')
      expect(told.text).not.toContain('<form')
    })
  })

  describe('authority 3: a connection by OpenID Connect', () => {
    const openId = async (dev: Service, provider: OpenIdProvider) => {
      count += 1
      const slug = `issuer-${count}`
      const params = { slug }
      const organization = await dev.admin.call('createOrganization', { body: { name: 'Acme', slug } })
      const { id } = await dev.admin.call('createDomain', { params, body: { name: 'issuer.test' } })
      await dev.admin.call('updateDomain', { params: { slug, id }, body: { isVerified: true } })
      const { issuer, clientId, clientSecret } = provider
      const connection = await dev.admin.call('createConnection', {
        params,
        body: {
          name: 'Issuer',
          identityProvider: 'generic',
          protocol: 'oidc',
          oidc: { issuer, clientId, clientSecret },
          isActive: true,
        },
      })
      return { organization, connection }
    }

    it('is mended with another issuer, whose subject is named beside the account, and with another client of the same one', async () => {
      const dev = await start({ hasMail: true, isDev: true })
      const [first, second] = [await startOpenIdProvider(), await startOpenIdProvider()]
      try {
        for (const { issuer } of [first, second])
          for (const path of ['/.well-known/openid-configuration', '/keys'])
            dev.metadataPages.set(issuer + path, await (await fetch(issuer + path)).text())
        const { clientId, clientSecret } = second
        const place = await openId(dev, first)
        const own = createMender(dev)
        const email = 'boss@issuer.test'
        const signIn = async (provider: OpenIdProvider, browser = own.newBrowser()) => {
          const asked = provider.read((await browser.open(own.pathOf(place, 'login'))).url)
          return browser.open(provider.answer(asked, 'boss'))
        }
        expect((await signIn(first)).text).toContain('You are signed in')
        const [boss] = await own.peopleOf(place)
        const params = { slug: place.organization.slug, id: boss?.id ?? '' }
        await dev.admin.call('updateUser', { params, body: { role: 'owner' } })

        const browser = await own.open(place, email)
        const form = await browser.open(own.pathOf(place, 'mend'))
        expect(form.text).toContain(place.connection.redirectUri ?? '')
        expect(form.text).not.toContain(first.clientSecret)
        const wrong = await own.stage(browser, place, { issuer: 'not an address', clientId })
        expect([wrong.status, /Issuer: /.test(wrong.text)]).toEqual([400, true])
        const kept = await own.stage(browser, place, { issuer: second.issuer, clientId })
        expect([kept.status, /Send clientSecret/.test(kept.text)]).toEqual([400, true])
        const shown = await own.stage(browser, place, { issuer: second.issuer, clientId, clientSecret })
        expect(shown.text).toContain(second.issuer)
        expect(shown.text).not.toContain(clientSecret)
        const asked = second.read((await own.begin(browser, shown)).url)
        const question = await browser.open(second.answer(asked, 'boss-2', { claims: { email } }))
        for (const said of ['Is this you?', 'boss-2', email]) expect(question.text).toContain(said)
        expect(await own.meOf(browser)).toBe(401)
        expect((await own.apply(browser, question)).text).toContain('You are signed in')
        expect(await own.meOf(browser)).toMatchObject({ role: 'owner' })
        expect((await own.anchorOf(place)).present).toMatchObject({ rung: 'owner' })

        // Another client at the same issuer: the same subject, and no other.
        const again = await own.open(place, email)
        const other = await own.stage(again, place, {
          issuer: second.issuer,
          clientId: 'another',
          clientSecret,
        })
        const test = async (subject: string) => {
          const begun = second.read((await own.begin(again, other)).url)
          return again.open(second.answer(begun, subject, { claims: { email, aud: 'another' } }))
        }
        expect((await test('somebody')).text).toContain('other_identity')
        const last = await test('boss-2')
        expect(last.text).toContain('You came as yourself')
        expect((await own.apply(again, last)).text).toContain('You are signed in')
      } finally {
        await first.close()
        await second.close()
      }
    })
  })
})
