// What a mailed link must not do: alone, in other hands, for somebody else, after its person lost what it stands on, or with anything
// that changed meanwhile. Each refusal changes nothing that people sign in by, and signs nobody in.
// Judges: server/sso, server/anchors.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSamlProvider, readAuthnRequest } from '@rollcall/simulator'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Browser, Landing } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { createMender, createOffice, type Mender } from '../harness/mending.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createCompany, readForm } from '../harness/sso.ts'

forEachStore((start, store) => {
  let service: Service
  let mender: Mender
  let office: Awaited<ReturnType<typeof createOffice>>
  /** Whether a test left the office as it found it. */
  let isUsed = true
  beforeAll(async () => {
    service = await start({ hasMail: true })
    mender = createMender(service)
  })
  beforeEach(async () => {
    if (isUsed) office = await createOffice(service, mender)
    isUsed = false
    await service.admin.call('discardStagedAnchor', { params: at(office.company) })
    // Ten are staged in an hour.
    service.advance(3_600_001)
  })

  const at = ({ organization, connection }: typeof office.company) => ({ ...organization, id: connection.id })
  const codeOf = ({ text }: Pick<Landing, 'text'>) => /Code <code>(\w+)<\/code>/.exec(text)?.[1]
  const answerOf = (page: Pick<Landing, 'status' | 'text'>) => [page.status, codeOf(page)]
  /** Nothing that `act` comes to changes who signs in, or signs this browser in. */
  const changesNothing = async (act: () => Promise<Browser | undefined>) => {
    const before = await mender.stateOf(office.company)
    const browser = await act()
    expect(await mender.stateOf(office.company)).toEqual(before)
    if (browser !== undefined) expect(await mender.meOf(browser)).toBe(401)
  }
  const stagedOf = async () => (await mender.anchorOf(office.company)).staged
  const proveBoss = () => mender.prove(office.company, office.boss.email, office.renewed, office.boss)

  describe('authority 3: the link alone', () => {
    it('stages, and gives nothing: no session, no other anchor, no names', async () => {
      await changesNothing(async () => {
        const { company, boss, admin, ann, renewed } = office
        const browser = await mender.open(company, admin.email)
        const shown = await mender.stageBy(browser, company, renewed)
        for (const { email } of [boss, ann]) expect(shown.text).not.toContain(email)
        const staged = await stagedOf()
        const fields = { request: '', digest: staged?.digest ?? '' }
        const page = await browser.postOwn(mender.pathOf(company, 'mend-apply'), fields)
        expect(answerOf(page)).toEqual([403, 'pending_gone'])
        expect((await browser.open(mender.pathOf(company, 'mend-apply'))).status).toBe(403)
        return browser
      })
    })

    it('is what every step asks for: a browser without it sees nothing and stages nothing', async () => {
      await changesNothing(async () => {
        const { company, renewed } = office
        const browser = mender.newBrowser()
        for (const action of ['mend', 'mend-apply?request=x'])
          expect(answerOf(await browser.open(mender.pathOf(company, action)))).toEqual([403, 'pending_gone'])
        expect(answerOf(await mender.stageBy(browser, company, renewed))).toEqual([403, 'pending_gone'])
        for (const action of ['mend-test', 'mend-apply']) {
          const page = await browser.postOwn(mender.pathOf(company, action), { digest: 'x', request: 'x' })
          expect(answerOf(page)).toEqual([403, 'pending_gone'])
        }
        expect(await stagedOf()).toBeNull()
        return browser
      })
    })

    it('is of one connection, of one organization', async () => {
      await changesNothing(async () => {
        const { company, boss, renewed } = office
        const other = await createCompany(service)
        const body = {
          name: 'Second',
          identityProvider: 'okta',
          metadataXml: company.provider.metadata(),
          active: true,
        } as const
        const second = await service.admin.call('createConnection', { params: company.organization, body })
        const browser = await mender.open(company, boss.email)
        const shown = await mender.stageBy(browser, company, renewed)
        const { fields } = readForm(shown, 'mend-test')
        for (const place of [other, { ...company, connection: second }]) {
          expect((await browser.open(mender.pathOf(place, 'mend'))).status).toBe(403)
          expect(answerOf(await mender.stageBy(browser, place, renewed))).toEqual([403, 'pending_gone'])
          expect((await browser.postOwn(mender.pathOf(place, 'mend-test'), fields)).status).toBe(403)
          expect((await mender.anchorOf(place)).staged).toBeNull()
        }
        return browser
      })
    })

    it('ends after half an hour, at whichever step', async () => {
      await changesNothing(async () => {
        const { company, boss, renewed } = office
        const token = await mender.askFor(company, boss.email)
        const { browser, shown, question } = await proveBoss()
        service.advance(1_800_001)
        expect(await mender.redeem(mender.newBrowser(), token)).toMatchObject({ status: 410 })
        expect(answerOf(await mender.stageBy(browser, company, renewed))).toEqual([403, 'pending_gone'])
        expect(answerOf(await mender.begin(browser, shown))).toEqual([403, 'pending_gone'])
        expect(answerOf(await mender.apply(browser, question))).toEqual([403, 'pending_gone'])
        return browser
      })
    })

    it('works once, also for two that come at once', async () => {
      isUsed = true
      const { browser, question } = await proveBoss()
      const form = readForm(question, 'mend-apply')
      const cookies = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
      const post = () =>
        service.send(
          new Request(service.url + form.action, {
            method: 'POST',
            headers: { cookie: cookies, origin: service.url },
            body: new URLSearchParams(form.fields),
          }),
        )
      const statuses = (await Promise.all([post(), post(), post()])).map(({ status }) => status)
      expect(statuses.toSorted()).toEqual([303, 403, 403])
      expect(await mender.eventsOf(office.company, 'connection.anchor_applied')).toHaveLength(1)
      expect((await post()).status).toBe(403)
    })

    it('that an invitation is mends nothing', async () => {
      isUsed = true
      const { company, renewed } = office
      const { slug } = company.organization
      const contact = await openCaller(service, slug, 'contact')
      const made = await contact.client.call('createConnection', {
        params: { slug },
        body: {
          name: 'New',
          identityProvider: 'okta',
          metadataXml: company.provider.metadata(),
          isActive: true,
        },
      })
      const { items } = await service.admin.call('listDomains', { params: { slug } })
      const params = { slug, id: items[0]?.id ?? '' }
      await service.admin.call('updateDomain', { params, body: { connectionIds: [made.id] } })
      const email = `invited@${company.domain}`
      await service.admin.call('createInvitation', {
        params: { slug },
        body: { email, role: 'admin', days: 3 },
      })
      const mail = service.mails.findLast(({ to }) => to === email)
      const browser = mender.newBrowser()
      const token = /#token=(\w+)/.exec(mail?.text ?? '')?.[1]
      const accepted = await browser.call('POST', '/invitation-acceptances', { token })
      expect(await accepted.json()).toMatchObject({ signInUrl: expect.stringContaining(made.id) })
      const place = { ...company, connection: made }
      expect(answerOf(await mender.stageBy(browser, place, renewed))).toEqual([403, 'pending_gone'])
      expect((await mender.anchorOf(place)).staged).toBeNull()
    })
  })

  describe('authority 3: whose person lost what the link stands on', () => {
    const user = (id: string) => ({ params: { slug: office.company.organization.slug, id } })
    const change = (id: string, role: 'admin' | 'member') =>
      service.admin.call('updateUser', { ...user(id), body: { role } })
    const setRecovery = (ownerRecovery: 'mail' | 'operator') =>
      service.admin.call('updateOrganization', {
        params: office.company.organization,
        body: { ownerRecovery },
      })
    const setAddress = (address: string) =>
      service.admin.call('putRecoveryAddress', { ...user(office.admin.id), body: { address } })
    const setActive = (active: boolean) =>
      service.admin.call('updateConnection', { params: at(office.company), body: { isActive: active } })
    type Act = () => Promise<unknown>
    const losses: readonly (readonly [string, Act, Act])[] = [
      ['a role', () => change(office.admin.id, 'member'), () => change(office.admin.id, 'admin')],
      [
        'the account',
        () => service.admin.call('deactivateUser', user(office.admin.id)),
        () => service.admin.call('reactivateUser', user(office.admin.id)),
      ],
      ['mailed links', () => setRecovery('operator'), () => setRecovery('mail')],
      ['the recovery address', () => setAddress('other@example.com'), () => setAddress(office.admin.email)],
      ['a connection that is on', () => setActive(false), () => setActive(true)],
    ]
    it.each(deal('what a link stands on', losses, store))(
      '%s: it does nothing at any step',
      async (_what, lose, giveBack) => {
        const { company, admin, renewed } = office
        const [token, waiting] = [
          await mender.askFor(company, admin.email),
          await mender.open(company, admin.email),
        ]
        const { browser, shown, question } = await mender.prove(company, admin.email, renewed, admin)
        // Gone to the identity provider already.
        const left = await mender.begin(browser, shown)
        const answer = await renewed.answer(left.url, admin)
        await lose()
        await changesNothing(async () => {
          const isOpen = (await mender.redeem(mender.newBrowser(), token)).status === 200
          const isConnectionOff =
            (await service.admin.call('getConnection', { params: at(company) })).isActive === false
          expect(isOpen).toBe(isConnectionOff)
          const staged = await stagedOf()
          for (const page of [
            await mender.stageBy(waiting, company, office.moved),
            await mender.begin(browser, shown),
            await browser.postFromElsewhere(answer.acsUrl, answer.form),
            await mender.apply(browser, question),
          ])
            expect([403, 409]).toContain(page.status)
          expect(await stagedOf()).toEqual(staged)
          return browser
        })
        await giveBack()
      },
    )

    it.each(losses.slice(0, 2))('%s: it confirms nothing either', async (_what, lose) => {
      isUsed = true
      const { company, admin } = office
      // Put in place by a contact: an administrator sleeps.
      const { slug } = company.organization
      const contact = await openCaller(service, slug, 'contact')
      const made = await contact.client.call('createConnection', {
        params: { slug },
        body: {
          name: 'New',
          identityProvider: 'okta',
          metadataXml: company.provider.metadata(),
          isActive: true,
        },
      })
      const { items } = await service.admin.call('listDomains', { params: { slug } })
      const params = { slug, id: items[0]?.id ?? '' }
      await service.admin.call('updateDomain', { params, body: { connectionIds: [made.id] } })
      await service.admin.call('unlinkUser', {
        ...user(admin.id),
        body: { connectionId: company.connection.id },
      })
      const place = { ...company, connection: made }
      const browser = mender.newBrowser()
      const left = await browser.open(mender.pathOf(place, 'login'))
      const answer = await company.provider.answer(left.url, admin)
      const mail = readForm(await browser.postFromElsewhere(answer.acsUrl, answer.form), 'mail-link')
      await browser.postOwn(mail.action, mail.fields)
      const { url } = await mender.redeem(browser, (await mender.tokenTo(company, admin.email)) ?? '')
      const { action, fields } = readForm(await browser.open(url ?? ''), 'confirm')
      await lose()
      // Whose sessions ended is told that they ended; who is out is told nothing.
      expect([403, 409]).toContain((await browser.postOwn(action, fields)).status)
      expect((await mender.anchorOf(place)).present).toMatchObject({ rung: 'contact', confirmed: null })
      expect(await mender.meOf(browser)).toBe(401)
    })
  })

  describe('authority 3: whoever the test says', () => {
    it('is the link’s person, or nothing comes of it: another’s identity, one that nobody has, one of a higher role', async () => {
      await changesNothing(async () => {
        const { company, boss, admin, ann, renewed } = office
        const browser = await mender.open(company, admin.email)
        const shown = await mender.stageBy(browser, company, renewed)
        for (const person of [ann, boss, company.person('nobody'), { ...admin, nameId: boss.nameId }]) {
          const page = await mender.test(browser, shown, renewed, person)
          expect(answerOf(page)).toEqual([403, 'other_identity'])
        }
        return browser
      })
    })

    it('is nobody’s where people are called otherwise: not one’s whom it belongs to, nor one’s who is about to have it', async () => {
      await changesNothing(async () => {
        const { company, boss, ann, moved } = office
        const browser = await mender.open(company, boss.email)
        const shown = await mender.stageBy(browser, company, moved)
        // She will be called so once everybody has moved.
        expect(answerOf(await mender.test(browser, shown, moved, ann))).toEqual([403, 'other_identity'])
        return browser
      })
    })

    it('never is an owner by an administrator’s link, whatever the identity provider says of them', async () => {
      isUsed = true
      const { company, boss, admin, moved } = office
      const groups = { groups: ['Owners'], role: ['owner'], email: [boss.email] }
      const person = { nameId: boss.nameId, attributes: groups }
      const { browser, question } = await mender.prove(company, admin.email, moved, person)
      // They are asked, because nobody is called so at the new one; and it is their own account that it is named beside.
      expect(question.text).toContain(`<dd><bdi>${admin.email.replace('@', '@')}</bdi></dd>`)
      await mender.apply(browser, question)
      expect(await mender.meOf(browser)).toMatchObject({ role: 'admin' })
      expect((await mender.anchorOf(company)).present).toMatchObject({
        rung: 'administrator',
        asleep: { count: 1 },
      })
      expect((await mender.peopleOf(company)).find(({ id }) => id === boss.id)).toMatchObject({
        role: 'owner',
        identities: [{ identityProvider: company.provider.entityId }],
      })
    })

    it('counts for the browser and the link that began it, and for the newest test alone', async () => {
      await changesNothing(async () => {
        const { company, boss, admin, renewed } = office
        const [own, another] = [
          await mender.open(company, boss.email),
          await mender.open(company, admin.email),
        ]
        const shown = await mender.stageBy(own, company, renewed)
        const answerFrom = async (browser: Browser) =>
          renewed.answer((await mender.begin(browser, shown)).url, boss)
        // Finished elsewhere, where no cookie of it is.
        const elsewhere = await answerFrom(own)
        const thief = mender.newBrowser()
        expect((await thief.postFromElsewhere(elsewhere.acsUrl, elsewhere.form)).status).toBe(403)
        // By a link that did not begin it.
        const swapped = await answerFrom(own)
        const link = own.cookies.get('rollcall_confirmation') ?? ''
        own.cookies.set('rollcall_confirmation', another.cookies.get('rollcall_confirmation') ?? '')
        const page = await own.postFromElsewhere(swapped.acsUrl, swapped.form)
        expect(answerOf(page)).toEqual([403, 'pending_gone'])
        own.cookies.set('rollcall_confirmation', link)
        const [first, second] = [await answerFrom(own), await answerFrom(own)]
        expect(answerOf(await own.postFromElsewhere(first.acsUrl, first.form))).toEqual([403, 'pending_gone'])
        const question = await own.postFromElsewhere(second.acsUrl, second.form)
        expect(question.text).toContain('Put it in place?')
        // The form, in other browsers: without anything, with another link, and with the link alone.
        const { action, fields } = readForm(question, 'mend-apply')
        const bare = mender.newBrowser()
        bare.cookies.set('rollcall_confirmation', link)
        for (const browser of [thief, another, bare])
          expect((await browser.postOwn(action, fields)).status).toBe(403)
        return own
      })
    })

    it('counts for the account that it was begun for: another link of the same anchor does not take it over', async () => {
      await changesNothing(async () => {
        const { company, boss, admin, moved } = office
        const person = { ...boss, nameId: 'nobody-so-far' }
        const { browser, question } = await mender.prove(company, boss.email, moved, person)
        const another = await mender.open(company, admin.email)
        // Already staged by somebody above: it is the same one.
        expect((await mender.stageBy(another, company, moved)).text).toContain('Sign in there to test it')
        browser.cookies.set('rollcall_confirmation', another.cookies.get('rollcall_confirmation') ?? '')
        expect(answerOf(await mender.apply(browser, question))).toEqual([403, 'pending_gone'])
        return browser
      })
    })

    it('is said once: neither the response nor its end is taken again', async () => {
      await changesNothing(async () => {
        const { company, boss, renewed } = office
        const browser = await mender.open(company, boss.email)
        const shown = await mender.stageBy(browser, company, renewed)
        const left = await mender.begin(browser, shown)
        const answer = await renewed.answer(left.url, boss)
        const question = await browser.postFromElsewhere(answer.acsUrl, answer.form)
        expect(question.text).toContain('Put it in place?')
        expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).status).toBe(403)
        const { id } = readAuthnRequest(left.url)
        expect((await browser.open(mender.pathOf(company, `finish?request=${id}`))).status).toBe(403)
        return browser
      })
    })

    it('is said by the staged anchor to its own test: not unasked, not to a sign-in, and not by the one in place', async () => {
      const allow = (allowUnsolicited: boolean) =>
        service.admin.call('updateConnection', {
          params: at(office.company),
          body: { options: { allowUnsolicited } },
        })
      await allow(true)
      await changesNothing(async () => {
        const { company, boss, renewed } = office
        const browser = await mender.open(company, boss.email)
        const shown = await mender.stageBy(browser, company, renewed)
        const refused = async (send: () => Promise<Landing>) => expect((await send()).status).toBe(403)
        const post = (answer: { acsUrl: string; form: Readonly<Record<string, string>> }) =>
          browser.postFromElsewhere(answer.acsUrl, answer.form)
        const signIn = await browser.open(mender.pathOf(company, 'login'))
        await refused(async () => post(await renewed.answer(signIn.url, boss)))
        const { issuer = '', acsUrl = '' } = readAuthnRequest(signIn.url)
        await refused(async () => post(await renewed.offer({ acsUrl, audience: issuer }, boss)))
        const left = await mender.begin(browser, shown)
        await refused(async () => post(await company.provider.answer(left.url, boss)))
        return browser
      })
      await allow(false)
    })

    it('in a test that began in the settings mends nothing, though the browser holds a link', async () => {
      const { company, boss, renewed } = office
      const browser = await mender.open(company, boss.email)
      await mender.stageBy(browser, company, renewed)
      const { client, browser: settings } = await openCaller(
        service,
        company.organization.slug,
        'administrator',
      )
      const staged = await stagedOf()
      const query = { digest: staged?.digest ?? '' }
      const { url } = await client.call('testConnection', { params: at(company), query })
      for (const [name, value] of browser.cookies) settings.cookies.set(name, value)
      const left = await settings.open(url)
      const answer = await renewed.answer(left.url, boss)
      const page = await settings.postFromElsewhere(answer.acsUrl, answer.form)
      expect(page.text).toContain('The connection works; this person would be refused')
      const path = mender.pathOf(company, 'mend-apply')
      expect(answerOf(await settings.postOwn(path, { request: '', ...query }))).toEqual([403, 'pending_gone'])
    })
  })

  describe('authority 3: what changed meanwhile', () => {
    const stageAsOperator = (provider = office.moved) =>
      service.admin.call('stageAnchor', {
        params: at(office.company),
        body: { metadataXml: provider.metadata() },
      })

    it('another anchor was staged, or it was discarded: 409 staged_changed', async () => {
      const { company, boss, renewed } = office
      await changesNothing(async () => {
        const { browser, shown, question } = await proveBoss()
        const left = await mender.begin(browser, shown)
        const late = await renewed.answer(left.url, boss)
        await stageAsOperator()
        expect(answerOf(await mender.apply(browser, question))).toEqual([409, 'staged_changed'])
        expect(answerOf(await mender.begin(browser, shown))).toEqual([409, 'staged_changed'])
        expect((await browser.postFromElsewhere(late.acsUrl, late.form)).status).toBe(409)
        expect((await browser.open(mender.pathOf(company, 'mend'))).text).toContain('Can you still sign in?')
        await service.admin.call('discardStagedAnchor', { params: at(company) })
        expect(answerOf(await mender.apply(browser, question))).toEqual([409, 'staged_changed'])
        return browser
      })
    })

    it('another digest was sent than was shown: 409 staged_changed', async () => {
      await changesNothing(async () => {
        const { browser, shown, question } = await proveBoss()
        const digest = 'f'.repeat(64)
        const [test, apply] = [readForm(shown, 'mend-test'), readForm(question, 'mend-apply')]
        for (const fields of [{ digest }, {}])
          expect(answerOf(await browser.postOwn(test.action, fields as never))).toEqual([
            409,
            'staged_changed',
          ])
        for (const fields of [{ ...apply.fields, digest }, { request: apply.fields.request ?? '' }])
          expect(answerOf(await browser.postOwn(apply.action, fields))).toEqual([409, 'staged_changed'])
        return browser
      })
    })

    it('the person staged something else with the same link: what was tested is not what is staged', async () => {
      await changesNothing(async () => {
        const { browser, question } = await proveBoss()
        await mender.stageBy(browser, office.company, office.moved)
        expect(answerOf(await mender.apply(browser, question))).toEqual([409, 'staged_changed'])
        return browser
      })
    })

    it.each(['the very one that was tested', 'another'])(
      'somebody put an anchor in place, %s: 409 anchor_changed at every step',
      async (which) => {
        isUsed = true
        const { company, renewed } = office
        const { browser, shown, question } = await proveBoss()
        const staged = which === 'another' ? await stageAsOperator() : await stagedOf()
        const body = { digest: staged?.digest ?? '' }
        await service.admin.call('applyStagedAnchor', { params: at(company), body })
        await changesNothing(async () => {
          for (const page of [
            await mender.apply(browser, question),
            await mender.begin(browser, shown),
            await mender.stageBy(browser, company, renewed),
            await browser.open(mender.pathOf(company, 'mend')),
          ])
            expect(answerOf(page)).toEqual([409, 'anchor_changed'])
          return browser
        })
      },
    )

    it('the identity became another person’s: nothing is put in place', async () => {
      isUsed = true
      const { company, boss, ann, moved } = office
      const person = { ...boss, nameId: 'shared-name' }
      const { browser, question } = await mender.prove(company, boss.email, moved, person)
      // Somebody's key at the present one, which will move to the very same.
      const params = { slug: company.organization.slug, id: ann.id }
      await service.admin.call('unlinkUser', { params, body: { connectionId: company.connection.id } })
      await company.signIn({ ...ann, nameId: 'shared-name' })
      await changesNothing(async () => {
        expect(answerOf(await mender.apply(browser, question))).toEqual([409, 'other_identity'])
        return browser
      })
    })
  })

  describe('authority 3: what others staged', () => {
    it('is not tested by a link that did not stage it, and what a link staged a contact does not replace', async () => {
      await changesNothing(async () => {
        const { company, boss, renewed, moved } = office
        const contact = await openCaller(service, company.organization.slug, 'contact')
        const body = { metadataXml: moved.metadata() }
        const { digest } = await contact.client.call('stageAnchor', { params: at(company), body })
        const browser = await mender.open(company, boss.email)
        expect((await browser.open(mender.pathOf(company, 'mend'))).text).toContain('Can you still sign in?')
        const path = mender.pathOf(company, 'mend-test')
        expect(answerOf(await browser.postOwn(path, { digest }))).toEqual([409, 'staged_changed'])
        await mender.stageBy(browser, company, renewed)
        await expect(contact.client.call('stageAnchor', { params: at(company), body })).rejects.toMatchObject(
          {
            problem: { code: 'staged_exists' },
          },
        )
        return browser
      })
    })

    it('by somebody above the link’s person stays: 409 staged_exists, in words', async () => {
      await changesNothing(async () => {
        const { company, admin, renewed, moved } = office
        const body = { metadataXml: moved.metadata() }
        const { digest } = await service.admin.call('stageAnchor', { params: at(company), body })
        const browser = await mender.open(company, admin.email)
        const page = await mender.stageBy(browser, company, renewed)
        expect(page).toMatchObject({ status: 409 })
        expect(page.text).toContain('Somebody above has staged another anchor')
        expect((await stagedOf())?.digest).toBe(digest)
        return browser
      })
    })

    it('counts with what a link stages: ten an hour for a connection, then 429', async () => {
      await changesNothing(async () => {
        const { company, boss } = office
        const browser = await mender.open(company, boss.email)
        const statuses: number[] = []
        for (let round = 0; round < 11; round += 1) {
          const provider = createSamlProvider({
            baseUrl: `https://round-${round}.test`,
            key: office.moved.key,
            now: service.now,
          })
          const page = await mender.stageBy(browser, company, provider)
          statuses.push(page.status)
          if (page.status === 429) expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0)
        }
        expect(statuses).toEqual([...Array(10).fill(200), 429])
        return browser
      })
    })

    it('G1: an administrator’s link uses up nothing of what an owner’s link may ask of other addresses', async () => {
      await changesNothing(async () => {
        const { company, boss, admin } = office
        const waiting: (() => void)[] = []
        let onAsked: () => void = () => undefined
        const server = createServer((_, response) => {
          waiting.push(() => response.end('nothing'))
          onAsked()
        })
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        const metadataUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metadata`
        const until = (count: number) =>
          new Promise<void>((resolve) => {
            onAsked = () => {
              if (waiting.length >= count) resolve()
            }
            onAsked()
          })
        const mend = async (browser: Browser) =>
          (await browser.postOwn(mender.pathOf(company, 'mend'), { metadataUrl })).status
        const below = await mender.open(company, admin.email)
        const above = await mender.open(company, boss.email)
        const held = Array.from({ length: 4 }, () => mend(below))
        await until(4)
        expect(await mend(below)).toBe(429)
        const own = mend(above)
        await Promise.race([until(5), own])
        for (const answer of waiting) answer()
        expect(await Promise.all([...held, own])).toEqual(Array(5).fill(400))
        server.close()
        return above
      })
    })

    it('is what is in place already, or no metadata at all: said in words, and nothing is staged', async () => {
      await changesNothing(async () => {
        const { company, boss } = office
        const browser = await mender.open(company, boss.email)
        for (const [source, words] of [
          [{ metadataXml: company.provider.metadata() }, 'what is in place already'],
          [{ metadataXml: '<a/>' }, 'metadata_invalid'],
          [{}, 'Send what is to change'],
          [{ metadataUrl: 'x' }, 'Metadata address: '],
          [{ metadataUrl: 'https://a.test', metadataXml: '<a/>' }, 'one of the three'],
          [{ issuer: 'https://a.test', clientId: 'x' }, 'Send what is to change'],
        ] as const) {
          const page = await mender.stage(browser, company, source as Record<string, string>)
          expect([page.status, page.text.includes(words)]).toEqual([400, true])
        }
        expect(await stagedOf()).toBeNull()
        return browser
      })
    })
  })

  it('authority 3: a notice goes where an owner is recovered too, and names of others are in quotation marks and no link', async () => {
    // Of one connection they are told once a day.
    const { company, boss, admin, renewed } = await createOffice(service, mender)
    const { slug } = company.organization
    const params = { ...company.organization, id: company.connection.id }
    const lure = 'Main". Your access ends: https://evil.test/login "'
    await service.admin.call('updateConnection', { params, body: { name: lure } })
    // The address at work is the directory's to change, and with it who would hear.
    const body = { address: 'boss@recovered.test' }
    await service.admin.call('putRecoveryAddress', { params: { slug, id: boss.id }, body })
    const isNotice = ({ text }: { text: string }) => text.includes('new trust anchor')
    const contact = await openCaller(service, slug, 'contact')
    const source = { params, body: { metadataXml: renewed.metadata() } }
    const { digest } = await contact.client.call('stageAnchor', source)
    await service.admin.call('applyStagedAnchor', { params, body: { digest } })
    const mails = (await mender.mailsOf(company)).filter(isNotice)
    for (const to of [boss.email, 'boss@recovered.test', admin.email])
      expect(mails.filter((mail) => mail.to === to)).toHaveLength(2)
    for (const { text } of mails) {
      expect(text).not.toContain('evil.test')
      expect(text.match(/\S+:\/\/\S+/g)).toEqual([expect.stringContaining(service.url)])
    }
  })

  it('authority 3: a form that another site sends does nothing, at every step', async () => {
    await changesNothing(async () => {
      const { company, renewed } = office
      const { browser, shown, question } = await proveBoss()
      const [test, apply] = [readForm(shown, 'mend-test'), readForm(question, 'mend-apply')]
      const staged = await stagedOf()
      for (const [action, fields] of [
        [mender.pathOf(company, 'mend'), { metadataXml: renewed.metadata() }],
        [test.action, test.fields],
        [apply.action, apply.fields],
      ] as const)
        for (const origin of ['https://evil.test', 'null', undefined]) {
          const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
          const headers: Record<string, string> = origin === undefined ? { cookie } : { cookie, origin }
          const init = { method: 'POST', headers, body: new URLSearchParams(fields) }
          expect((await service.send(new Request(service.url + action, init))).status).toBe(403)
        }
      expect(await stagedOf()).toEqual(staged)
      return browser
    })
  })
})
