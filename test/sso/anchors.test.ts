// The trust anchor of a connection: staged, tested, put in place by its digest, confirmed, refreshed and brought back, by whoever
// may. What an owner's sign-in rests on changes by nobody below, unless somebody of that rung says so.
// Judges: server/anchors, server/connections.
import type { AnchorDetail, Connection, StagedAnchor } from '@rollcall/api'
import {
  createSamlKey,
  createSamlProvider,
  renderIdentityProviderMetadata,
  type SamlProvider,
} from '@rollcall/simulator'
import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { pruneAnchors } from '../../packages/server/src/connections/anchor-rows.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationStatement } from '../../packages/server/src/store/statement.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany } from '../harness/sso.ts'

const dayMs = 86_400_000
const evilKey = createSamlKey()
const otherKey = createSamlKey()

const selectMails = organizationStatement('waiting_mails')(({ db, organizationId }) => {
  const waiting = sql<{
    payload: string
  }>`SELECT payload FROM delivery WHERE organization_id = ${organizationId}
    AND event_type = 'mail' ORDER BY number`
  return { compile: () => waiting.compile(db) }
})
const selectSecrets = organizationStatement('kept_secrets')(({ db, organizationId }) =>
  db.selectFrom('anchor_version').select('client_secret').where('organization_id', '=', organizationId),
)
const selectKept = organizationStatement('kept_keys')(({ db, organizationId }) =>
  db.selectFrom('withdrawn_identity').select('user_id').where('organization_id', '=', organizationId),
)

type Rung = 'contact' | 'administrator' | 'owner'

forEachStore((start, store) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ hasMail: true })
  })

  const openLink = async (company: Company, body: { role: 'owner' | 'admin'; days?: number }) => {
    const link = await service.admin.call('createPortalLink', { params: company.organization, body })
    const browser = createBrowser(service.url, service.send)
    const token = new URL(link.url).hash.replace('#token=', '')
    expect((await browser.call('POST', '/portal-sessions', { token })).status).toBe(200)
    return browser
  }
  const as = (company: Company, rung: Rung) =>
    openLink(
      company,
      {
        contact: { role: 'admin', days: 3 } as const,
        administrator: { role: 'admin' } as const,
        owner: { role: 'owner' } as const,
      }[rung],
    )
  const newOperator = async () => {
    const link = await service.admin.call('createOperatorLink', {})
    const browser = createBrowser(service.url, service.send)
    const token = new URL(link.url).hash.replace('#token=', '')
    expect((await browser.call('POST', '/portal-sessions', { token })).status).toBe(200)
    return browser
  }
  const at = (company: Company) => ({ ...company.organization, id: company.connection.id })
  const pathOf = (company: Company) =>
    `/organizations/${company.organization.slug}/connections/${company.connection.id}`
  const ask = async <T = StagedAnchor & Connection & { code: string }>(
    browser: Browser,
    company: Company,
    method: string,
    path = '',
    body?: unknown,
  ): Promise<{ status: number; json: T }> => {
    const response = await browser.call(method, `${pathOf(company)}${path}`, body)
    return {
      status: response.status,
      json: response.status === 204 ? (undefined as T) : ((await response.json()) as T),
    }
  }
  const readAnchor = (company: Company) =>
    service.admin.call('getAnchor', { params: at(company) }) as Promise<AnchorDetail>
  const eventsOf = async (company: Company, type: string) =>
    (await service.admin.call('listEvents', { params: company.organization, query: { type } })).items
  const usersOf = async (company: Company) =>
    (await service.admin.call('listUsers', { params: company.organization, query: {} })).items
  /** Somebody who signed in once, and was made an owner or administrator by the operator. */
  const newPerson = async (company: Company, name: string, role: 'owner' | 'admin' | 'member') => {
    const person = company.person(name)
    expect((await company.signIn(person)).status).toBe(200)
    const user = (await usersOf(company)).find(({ userName }) => userName === person.nameId)
    if (user === undefined) throw new Error('nobody of that name')
    if (role !== 'member')
      await service.admin.call('updateUser', {
        params: { ...company.organization, id: user.id },
        body: { role },
      })
    return { ...person, id: user.id }
  }
  /** The same identity provider with another key: whoever has it could say anything. */
  const evilTwin = (company: Company): SamlProvider =>
    createSamlProvider({
      baseUrl: company.provider.ssoUrl.replace(/\/sso$/, ''),
      key: evilKey,
      now: service.now,
    })
  const answerBy = async (
    company: Company,
    provider: SamlProvider,
    person: Parameters<SamlProvider['answer']>[1],
    browser = createBrowser(service.url, service.send),
  ) => {
    const left = await browser.open(`/saml/${company.connection.id}/login`)
    const answer = await provider.answer(left.url, person)
    return { ...(await browser.postFromElsewhere(answer.acsUrl, answer.form)), browser }
  }
  const meOf = async (browser: Browser) => {
    const response = await browser.call('GET', '/session')
    return response.status === 200 ? ((await response.json()) as { role: string }).role : response.status
  }
  const byHand = (provider: SamlProvider) => ({
    entityId: provider.entityId,
    ssoUrl: provider.ssoUrl,
    certificates: [provider.key.certificatePem],
  })

  describe('nobody becomes an owner by changing what an owner’s sign-in rests on', () => {
    it.each(['contact', 'administrator'] as const)(
      'B1 owner-certificate: a %s who replaces the certificate has staged it, and signs in as nobody',
      async (rung) => {
        const company = await createCompany(service)
        const owner = await newPerson(company, 'boss', 'owner')
        const browser = await as(company, rung)
        const evil = evilTwin(company)
        const before = await service.admin.call('getConnection', { params: at(company) })
        const changed = await ask(browser, company, 'PATCH', '', byHand(evil))
        expect(changed.status).toBe(202)
        expect(changed.json).toMatchObject({ mayApply: rung === 'administrator', relink: null })
        expect(changed.json.changes.map(({ attribute }) => attribute)).toContain('certificates')
        expect(await service.admin.call('getConnection', { params: at(company) })).toEqual(before)
        const tried = await answerBy(company, evil, owner)
        expect(tried.status).toBe(403)
        expect(await meOf(tried.browser)).toBe(401)
        expect((await company.signIn(owner)).status).toBe(200)
      },
    )

    it.each(['contact', 'administrator'] as const)(
      'B2 owner-relink: a %s who relinks has staged it, and nobody was moved',
      async (rung) => {
        const company = await createCompany(service)
        const owner = await newPerson(company, 'boss', 'owner')
        const browser = await as(company, rung)
        const evil = createSamlProvider({ baseUrl: 'https://evil.test', key: evilKey, now: service.now })
        const relinked = await ask(browser, company, 'POST', '/relink', {
          metadataXml: evil.metadata(),
          dryRun: false,
        })
        expect(relinked.status).toBe(202)
        expect(relinked.json.relink).toMatchObject({ identities: 1, relinked: 0, dropped: 0, kept: 1 })
        expect((await answerBy(company, evil, owner)).status).toBe(403)
        expect((await company.signIn(owner)).status).toBe(200)
      },
    )

    const sources = {
      metadataXml: (evil: SamlProvider) => ({ metadataXml: evil.metadata() }),
      metadataUrl: (evil: SamlProvider) => {
        service.metadataPages.set('https://evil.test/metadata', evil.metadata())
        return { metadataUrl: 'https://evil.test/metadata' }
      },
      'the three fields': byHand,
      'the stable id': () => ({ options: { stableIdAttribute: 'nickname' } }),
      'the NameID format': () => ({
        options: { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' },
      }),
      'the binding': (evil: SamlProvider) => ({
        metadataXml: evil.metadata().replaceAll('bindings:HTTP-Redirect', 'bindings:HTTP-POST'),
      }),
    } as const
    const staged = (Object.keys(sources) as (keyof typeof sources)[]).flatMap((source) =>
      (['contact', 'administrator', 'owner', 'operator'] as const).map((rung) => [source, rung] as const),
    )
    it.each(deal('anchors that a session stages', staged, store))(
      'B1 owner-certificate, neighbours: %s by a session of the %s is staged',
      async (source, rung) => {
        const company = await createCompany(service)
        const browser = rung === 'operator' ? await newOperator() : await as(company, rung)
        const before = await service.admin.call('getConnection', { params: at(company) })
        const changed = await ask(browser, company, 'PATCH', '', sources[source](evilTwin(company)))
        expect([changed.status, changed.json.mayApply]).toEqual([202, rung !== 'contact'])
        expect(await service.admin.call('getConnection', { params: at(company) })).toEqual(before)
      },
    )

    it('the operator’s key alone applies at once, and the anchor is an owner’s', async () => {
      const company = await createCompany(service)
      await newPerson(company, 'boss', 'owner')
      const twin = evilTwin(company)
      const changed = await service.admin.call('updateConnection', {
        params: at(company),
        body: { metadataXml: twin.metadata() },
      })
      expect(changed).toMatchObject({ anchor: { number: 2, rung: 'owner' } })
      expect((await answerBy(company, twin, company.person('boss'))).status).toBe(200)
    })

    it('a contact puts no staged anchor in place where somebody above vouches for the present one', async () => {
      const company = await createCompany(service)
      const contact = await as(company, 'contact')
      const staged = await ask(contact, company, 'POST', '/staged', byHand(evilTwin(company)))
      expect(staged.status).toBe(201)
      const { digest } = staged.json
      const applied = await ask(contact, company, 'POST', '/staged/apply', { digest })
      expect([applied.status, applied.json.code]).toEqual([403, 'administrator_required'])
      const present = (await readAnchor(company)).present?.digest
      const confirmed = await ask(contact, company, 'POST', '/anchor/confirm', { digest: present })
      expect([confirmed.status, confirmed.json.code]).toEqual([403, 'administrator_required'])
    })

    it.each([
      ['switching off', { active: false }],
      ['unsolicited responses', { options: { allowUnsolicited: true } }],
      ['AES-CBC', { options: { allowAesCbc: true } }],
      ['a larger clock skew', { options: { clockSkewSeconds: 300 } }],
      ['another name', { name: 'Mine' }],
    ])('a contact is refused %s after hand-over, and nothing changes', async (_what, body) => {
      const company = await createCompany(service)
      const contact = await as(company, 'contact')
      const before = await service.admin.call('getConnection', { params: at(company) })
      const refused = await ask(contact, company, 'PATCH', '', body)
      expect([refused.status, refused.json.code]).toEqual([403, 'administrator_required'])
      const removed = await ask(contact, company, 'DELETE')
      expect([removed.status, removed.json.code]).toEqual([403, 'administrator_required'])
      expect(await service.admin.call('getConnection', { params: at(company) })).toEqual(before)
      const administrator = await as(company, 'administrator')
      expect((await ask(administrator, company, 'PATCH', '', body)).status).toBe(200)
    })

    it('a contact sets a connection up alone: made, enabled, replaced and put in place, at contact rung', async () => {
      const company = await createCompany(service)
      const contact = await as(company, 'contact')
      const evil = createSamlProvider({ baseUrl: 'https://second.test', key: evilKey, now: service.now })
      const response = await contact.call('POST', `/organizations/${company.organization.slug}/connections`, {
        name: 'Second',
        identityProvider: 'generic',
        ...byHand(evil),
        options: { allowAesCbc: true },
      })
      expect(response.status).toBe(403)
      const made = await contact.call('POST', `/organizations/${company.organization.slug}/connections`, {
        name: 'Second',
        identityProvider: 'generic',
        ...byHand(evil),
      })
      const connection = (await made.json()) as Connection
      expect(connection.anchor).toMatchObject({ number: 1, rung: 'contact' })
      const own = { ...company, connection }
      expect(
        (await ask(contact, own, 'PATCH', '', { ...byHand(company.provider) })).json.anchor,
      ).toMatchObject({
        number: 2,
        rung: 'contact',
      })
      expect((await ask(contact, own, 'PATCH', '', { active: true })).status).toBe(200)
      const staged = await ask(contact, own, 'PATCH', '', byHand(evil))
      expect([staged.status, staged.json.mayApply]).toEqual([202, true])
      const applied = await ask(contact, own, 'POST', '/staged/apply', { digest: staged.json.digest })
      expect(applied.json.anchor).toMatchObject({ number: 3, rung: 'contact' })
      expect((await ask(contact, own, 'PATCH', '', { active: false })).json.code).toBe(
        'administrator_required',
      )
    })
  })

  describe('a staged anchor', () => {
    it('is tested by a sign-in that is answered by it alone: no session, nobody linked, and the test is noted', async () => {
      const company = await createCompany(service)
      await newPerson(company, 'boss', 'owner')
      const browser = await as(company, 'administrator')
      const twin = evilTwin(company)
      const { digest } = (await ask(browser, company, 'POST', '/staged', { metadataXml: twin.metadata() }))
        .json
      const test = (await ask<{ url: string }>(browser, company, 'POST', `/test?digest=${digest}`)).json
      expect(test.url).toContain(`anchor=${digest}`)
      const cookies = new Map(browser.cookies)
      const left = await browser.open(test.url)
      const answer = await twin.answer(left.url, company.person('boss'))
      const shown = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      // An owner sleeps until one of them has confirmed it.
      expect(shown.text).toContain('The connection works; this person would be refused')
      expect(shown.text).toContain('staged trust anchor')
      expect(browser.cookies.get('rollcall_session')).toBe(cookies.get('rollcall_session'))
      expect((await readAnchor(company)).staged?.testedAt).not.toBeNull()
      // A test of what waits is none of what is in place.
      const lastTest = async () =>
        (await service.admin.call('getConnection', { params: at(company) })).lastTest
      expect(await lastTest()).toBeNull()
      const users = await usersOf(company)
      expect(users).toHaveLength(1)
      expect(await eventsOf(company, 'user.identity_linked')).toHaveLength(1)
      // The present one does not answer the test, and the staged one nothing else.
      const again = await browser.open(test.url)
      const wrong = await company.provider.answer(again.url, company.person('boss'))
      expect((await browser.postFromElsewhere(wrong.acsUrl, wrong.form)).status).toBe(403)
      expect((await answerBy(company, twin, company.person('boss'))).status).toBe(403)
      expect((await company.signIn(company.person('boss'))).status).toBe(200)
      // Put in place, it is tested.
      await ask(browser, company, 'POST', '/staged/apply', { digest })
      expect(await lastTest()).not.toBeNull()
    })

    it('cannot be used for another request: its signature over the id of a sign-in is refused', async () => {
      const company = await createCompany(service)
      const browser = await as(company, 'administrator')
      const twin = evilTwin(company)
      const { digest } = (await ask(browser, company, 'POST', '/staged', { metadataXml: twin.metadata() }))
        .json
      const victim = createBrowser(service.url, service.send)
      const asked = await victim.open(`/saml/${company.connection.id}/login`)
      const tested = await ask(browser, company, 'POST', `/test?digest=${digest}`)
      const { url } = tested.json as unknown as { url: string }
      const left = await browser.open(url)
      const test = await twin.answer(left.url, company.person('ann'))
      const real = await twin.answer(asked.url, company.person('ann'))
      // The Response names the test, the signed assertion the victim's request.
      const xml = Buffer.from(real.form.SAMLResponse as string, 'base64').toString()
      const id = /InResponseTo="([^"]+)"/.exec(
        Buffer.from(test.form.SAMLResponse as string, 'base64').toString(),
      )?.[1]
      const mixed = xml.replace(/InResponseTo="[^"]+"/, `InResponseTo="${id}"`)
      const form = { ...real.form, SAMLResponse: Buffer.from(mixed).toString('base64') }
      expect((await victim.postFromElsewhere(real.acsUrl, form)).status).toBe(403)
      expect(await usersOf(company)).toEqual([])
    })

    it('is not tested by what the present one says, also where that need not name the request outside', async () => {
      const company = await createCompany(service, { connection: { options: { allowUnsolicited: true } } })
      const browser = await as(company, 'administrator')
      const metadataXml = evilTwin(company).metadata()
      const { digest } = (await ask(browser, company, 'POST', '/staged', { metadataXml })).json
      const test = (await ask<{ url: string }>(browser, company, 'POST', `/test?digest=${digest}`)).json
      const left = await browser.open(test.url)
      const answer = await company.provider.answer(left.url, company.person('ann'), {
        omit: ['ResponseInResponseTo'],
      })
      expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).status).toBe(403)
      expect((await readAnchor(company)).staged?.testedAt).toBeNull()
      expect(await usersOf(company)).toEqual([])
    })

    it('is put in place by the digest of what was shown; anything else is staged_changed', async () => {
      const company = await createCompany(service)
      await newPerson(company, 'boss', 'owner')
      const browser = await as(company, 'administrator')
      const twin = evilTwin(company)
      const first = (await ask(browser, company, 'POST', '/staged', { metadataXml: twin.metadata() })).json
      const third = createSamlProvider({ baseUrl: 'https://third.test', key: otherKey, now: service.now })
      const second = (await ask(browser, company, 'POST', '/staged', byHand(third))).json
      expect(second.asleep).toMatchObject({ count: 1, people: [{ role: 'owner' }] })
      const stale = await ask(browser, company, 'POST', '/staged/apply', { digest: first.digest })
      expect([stale.status, stale.json.code]).toEqual([409, 'staged_changed'])
      const applied = await ask(browser, company, 'POST', '/staged/apply', { digest: second.digest })
      expect(applied.status).toBe(200)
      expect(applied.json.anchor).toMatchObject({ digest: second.digest, rung: 'administrator' })
      const again = await ask(browser, company, 'POST', '/staged/apply', { digest: second.digest })
      expect([again.status, again.json.code]).toEqual([409, 'staged_changed'])
      expect((await ask(browser, company, 'GET', '/staged')).status).toBe(404)
      const [event] = await eventsOf(company, 'connection.anchor_applied')
      expect(event?.data).toMatchObject({
        rung: 'administrator',
        asleep: 1,
        before: { host: new URL(company.provider.ssoUrl).host, fingerprints: [expect.any(String)] },
        after: { digest: second.digest, host: 'third.test' },
      })
      expect((await readAnchor(company)).present?.asleep).toMatchObject({ count: 1 })
    })

    it('is what was read when it was staged: nothing is fetched again', async () => {
      const company = await createCompany(service)
      const browser = await as(company, 'owner')
      const url = 'https://switching.test/metadata'
      const twin = evilTwin(company)
      service.metadataPages.set(url, twin.metadata())
      const { digest } = (await ask(browser, company, 'POST', '/staged', { metadataUrl: url })).json
      service.metadataPages.delete(url)
      expect((await ask(browser, company, 'POST', '/staged/apply', { digest })).status).toBe(200)
      expect((await answerBy(company, twin, company.person('ann'))).status).toBe(200)
    })

    it('is one a connection: replaced unless somebody above staged it, discarded by the same, and the same is staged once', async () => {
      const company = await createCompany(service)
      const [contact, administrator, owner] = [
        await as(company, 'contact'),
        await as(company, 'administrator'),
        await as(company, 'owner'),
      ]
      const body = { metadataXml: evilTwin(company).metadata() }
      const other = byHand(createSamlProvider({ baseUrl: 'https://other.test', key: otherKey }))
      const first = await ask(contact, company, 'POST', '/staged', body)
      expect(first.status).toBe(201)
      expect((await ask(contact, company, 'POST', '/staged', body)).status).toBe(200)
      expect(await eventsOf(company, 'connection.anchor_staged')).toHaveLength(1)
      expect((await ask(owner, company, 'POST', '/staged', other)).status).toBe(201)
      for (const below of [contact, administrator]) {
        const refused = await ask(below, company, 'POST', '/staged', body)
        expect([refused.status, refused.json.code]).toEqual([409, 'staged_exists'])
      }
      for (const below of [contact, administrator]) {
        expect((await ask(below, company, 'GET', '/staged')).json.discard).toBe('owner_required')
        expect((await ask(below, company, 'DELETE', '/staged')).json.code).toBe('owner_required')
      }
      expect((await ask(owner, company, 'GET', '/staged')).json.discard).toBe(null)
      expect((await ask(owner, company, 'DELETE', '/staged')).status).toBe(204)
      expect((await ask(owner, company, 'GET', '/staged')).status).toBe(404)
      const present = await ask(contact, company, 'POST', '/staged', {
        metadataXml: company.provider.metadata(),
      })
      expect([present.status, present.json.changes, present.json.number]).toEqual([200, [], null])
    })

    it('voids the tests of the one that it replaces', async () => {
      const company = await createCompany(service)
      const browser = await as(company, 'administrator')
      const twin = evilTwin(company)
      const { digest } = (await ask(browser, company, 'POST', '/staged', { metadataXml: twin.metadata() }))
        .json
      const tested = await ask(browser, company, 'POST', `/test?digest=${digest}`)
      const { url } = tested.json as unknown as { url: string }
      const left = await browser.open(url)
      const answer = await twin.answer(left.url, company.person('ann'))
      await ask(browser, company, 'POST', '/staged', { nameIdFormat: 'urn:x' })
      expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).status).toBe(409)
      expect((await readAnchor(company)).staged?.testedAt).toBeNull()
      expect((await browser.open(url)).status).toBe(409)
    })

    it('BF5: is staged at most 10 times an hour by a rung, and none uses up what one above needs', async () => {
      const company = await createCompany(service)
      const browser = await as(company, 'contact')
      for (let turn = 0; turn < 10; turn += 1)
        expect((await ask(browser, company, 'POST', '/staged', { nameIdFormat: `urn:${turn}` })).status).toBe(
          201,
        )
      const refused = await ask(browser, company, 'POST', '/staged', { nameIdFormat: 'urn:more' })
      expect([refused.status, refused.json.code]).toEqual([429, 'too_many_stagings'])
      const patched = await ask(browser, company, 'PATCH', '', { options: { nameIdFormat: 'urn:more' } })
      expect([patched.status, patched.json.code]).toEqual([429, 'too_many_stagings'])
      expect((await readAnchor(company)).staged?.changes).toMatchObject([{ after: 'urn:9' }])
      // Each rung has its own, from below to above.
      for (const rung of ['administrator', 'owner'] as const) {
        const above = await as(company, rung)
        for (let turn = 0; turn < 10; turn += 1)
          expect(
            (await ask(above, company, 'POST', '/staged', { nameIdFormat: `urn:${rung}:${turn}` })).status,
          ).toBe(201)
        expect((await ask(above, company, 'POST', '/staged', { nameIdFormat: 'urn:more' })).status).toBe(429)
      }
      const byOperator = { params: at(company), body: { nameIdFormat: 'urn:operator' } }
      expect((await service.admin.call('stageAnchor', byOperator)).staged?.rung).toBe('operator')
    })

    it('shows a contact how many people it concerns, and none of them', async () => {
      const company = await createCompany(service)
      await newPerson(company, 'boss', 'owner')
      await newPerson(company, 'ann', 'member')
      const contact = await as(company, 'contact')
      const moved = createSamlProvider({ baseUrl: 'https://moved.test', key: otherKey })
      const staged = (await ask(contact, company, 'POST', '/staged', byHand(moved))).json
      expect(staged.asleep).toEqual({ count: 1, people: [] })
      expect(staged.relink).toMatchObject({ identities: 2, relinked: 1, kept: 1, sample: [] })
      const detail = (await ask<AnchorDetail>(contact, company, 'GET', '/anchor')).json
      expect(JSON.stringify(detail)).not.toContain('boss')
    })

    it('waits for an administrator, who is told once a day, owners first, by a mail without a link that acts', async () => {
      const company = await createCompany(service)
      await newPerson(company, 'adm', 'admin')
      await newPerson(company, 'boss', 'owner')
      const contact = await as(company, 'contact')
      await ask(contact, company, 'POST', '/staged', { nameIdFormat: 'urn:one' })
      await ask(contact, company, 'POST', '/staged', { nameIdFormat: 'urn:two' })
      const mails = await queuedMails(company)
      expect(mails.map(({ to }) => to)).toEqual([
        `boss@${company.domain}`,
        `adm@${company.domain}`,
        'operator@example.com',
      ])
      for (const { text } of mails) {
        expect(text).toContain('Somebody with a set-up link')
        expect(text.match(/https?:\S+/g)).toEqual([
          `${service.url}/organizations/${company.organization.slug}/settings/security/single-sign-on`,
        ])
      }
    })
  })

  /** Mails that wait for an organization, in the order in which they were queued. */
  const queuedMails = async (company: Company): Promise<{ to: string; subject: string; text: string }[]> => {
    const scope = createScope(company.organization.id)
    return (await service.database.readOrganization(scope, selectMails, {})).map(({ payload }) =>
      JSON.parse(payload),
    )
  }

  describe('an anchor in place', () => {
    it('is confirmed by its digest: an administrator’s word holds for administrators, an owner’s for all, and none lowers it', async () => {
      const company = await createCompany(service)
      const boss = await newPerson(company, 'boss', 'owner')
      const administrator = await as(company, 'administrator')
      const twin = evilTwin(company)
      const { digest } = (
        await ask(administrator, company, 'POST', '/staged', { metadataXml: twin.metadata() })
      ).json
      await ask(administrator, company, 'POST', '/staged/apply', { digest })
      // B1 owner-certificate: whoever put it in place signs in as no owner, not even by the right of an administrator.
      const early = await answerBy(company, twin, boss)
      expect([early.status, await meOf(early.browser)]).toEqual([403, 401])
      const old = company.connection.anchor?.digest
      const owner = await as(company, 'owner')
      const wrong = await ask(owner, company, 'POST', '/anchor/confirm', { digest: old })
      expect([wrong.status, wrong.json.code]).toEqual([409, 'anchor_changed'])
      expect((await readAnchor(company)).present).toMatchObject({ rung: 'administrator', confirmed: null })
      const confirmed = await ask(owner, company, 'POST', '/anchor/confirm', { digest })
      expect(confirmed.json.anchor).toMatchObject({ rung: 'owner', digest })
      expect(
        (await ask(administrator, company, 'POST', '/anchor/confirm', { digest })).json.anchor,
      ).toMatchObject({
        rung: 'owner',
      })
      expect(await eventsOf(company, 'connection.anchor_confirmed')).toHaveLength(1)
      expect((await readAnchor(company)).present).toMatchObject({
        put: { rung: 'administrator' },
        confirmed: { rung: 'owner' },
        asleep: { count: 0 },
      })
      expect((await answerBy(company, twin, boss)).status).toBe(200)
    })

    it('proven by the one before, a sign-in is not finished under another', async () => {
      const company = await createCompany(service)
      const browser = createBrowser(service.url, service.send)
      const left = await browser.open(`/saml/${company.connection.id}/login`)
      const answer = await company.provider.answer(left.url, company.person('ann'))
      const proven = await service.send(
        new Request(answer.acsUrl, { method: 'POST', body: new URLSearchParams(answer.form) }),
      )
      expect(proven.status).toBe(303)
      await service.admin.call('updateConnection', {
        params: at(company),
        body: { metadataXml: evilTwin(company).metadata() },
      })
      expect((await browser.open(proven.headers.get('location') ?? '')).status).toBe(409)
      expect(await usersOf(company)).toEqual([])
    })

    it('with another entity ID moves people, keeps owners and administrators where they are, and ends all sessions', async () => {
      const company = await createCompany(service)
      await newPerson(company, 'boss', 'owner')
      const ann = await newPerson(company, 'ann', 'member')
      const { browser: session } = await company.signIn(ann)
      expect(await meOf(session)).toBe('member')
      const owner = await as(company, 'owner')
      const moved = createSamlProvider({ baseUrl: 'https://moved.test', key: otherKey, now: service.now })
      const staged = (await ask(owner, company, 'POST', '/staged', { metadataXml: moved.metadata() })).json
      expect(staged.relink).toMatchObject({ identities: 2, relinked: 1, dropped: 0, kept: 1 })
      expect((await ask(owner, company, 'POST', '/staged/apply', { digest: staged.digest })).status).toBe(200)
      expect(await meOf(session)).toBe(401)
      expect((await answerBy(company, moved, ann)).status).toBe(200)
      expect(await usersOf(company)).toHaveLength(2)
      const boss = await answerBy(company, moved, company.person('boss'))
      expect([boss.status, await meOf(boss.browser)]).toEqual([403, 401])
      // Brought back, everybody has the key of before again.
      const restored = await ask<{ came: { links: { count: number } } }>(
        owner,
        company,
        'POST',
        '/anchor/restore',
      )
      expect(restored.status).toBe(200)
      for (const name of ['boss', 'ann'])
        expect((await company.signIn(company.person(name))).status).toBe(200)
      expect(await usersOf(company)).toHaveLength(2)
    })

    it('with another stable id leaves no key of an owner or administrator for others to assert', async () => {
      const company = await createCompany(service)
      const adm = await newPerson(company, 'adm', 'admin')
      const ann = company.person('ann', { nickname: ['ann-1'] })
      await company.signIn(ann)
      const owner = await as(company, 'owner')
      const staged = (await ask(owner, company, 'POST', '/staged', { stableIdAttribute: 'nickname' })).json
      expect(staged.relink).toMatchObject({ identities: 2, relinked: 1, kept: 1 })
      await ask(owner, company, 'POST', '/staged/apply', { digest: staged.digest })
      expect((await company.signIn({ ...ann, nameId: 'renamed' })).status).toBe(200)
      // Whoever chooses a nickname chooses nobody's NameID.
      const eve = company.person('eve', { nickname: [adm.nameId] })
      const landed = await company.signIn(eve)
      expect(await meOf(landed.browser)).not.toBe('admin')
      const users = await service.admin.call('getUser', { params: { ...company.organization, id: adm.id } })
      expect(users.identities).toHaveLength(1)
      await ask(owner, company, 'POST', '/anchor/restore')
      expect(await meOf((await company.signIn(company.person('adm'))).browser)).toBe('admin')
    })

    it('changed in its certificates alone ends no session', async () => {
      const company = await createCompany(service)
      const { browser } = await company.signIn(company.person('ann'))
      await service.admin.call('updateConnection', {
        params: at(company),
        body: { metadataXml: evilTwin(company).metadata() },
      })
      expect(await meOf(browser)).toBe('member')
    })

    it('tells owners first, and how many are refused, when it was changed', async () => {
      const company = await createCompany(service)
      await newPerson(company, 'adm', 'admin')
      await newPerson(company, 'boss', 'owner')
      const browser = await as(company, 'administrator')
      const { digest } = (
        await ask(browser, company, 'POST', '/staged', { metadataXml: evilTwin(company).metadata() })
      ).json
      await ask(browser, company, 'POST', '/staged/apply', { digest })
      const mails = await queuedMails(company)
      expect(mails.map(({ to }) => to).slice(0, 2)).toEqual([
        `boss@${company.domain}`,
        `adm@${company.domain}`,
      ])
      expect(mails[0]?.text).toContain('One owner or administrator is refused')
      expect(mails[0]?.text).toContain('Changed: Certificates (SHA-256)')
    })
  })

  describe('bringing back', () => {
    const replace = async (company: Company, by: Rung, more: object = {}) => {
      const browser = await as(company, by)
      const { digest } = (
        await ask(browser, company, 'POST', '/staged', { metadataXml: evilTwin(company).metadata() })
      ).json
      const applied = await ask(browser, company, 'POST', '/staged/apply', { digest, ...more })
      expect(applied.status).toBe(200)
      return browser
    }

    it('gives the old number and rung back, lists what came meanwhile, and ends the sessions that it began', async () => {
      const company = await createCompany(service)
      const boss = await newPerson(company, 'boss', 'owner')
      const { browser: before } = await company.signIn(company.person('ann'))
      service.advance(1_000)
      const administrator = await replace(company, 'administrator')
      const { browser: during } = await answerBy(company, evilTwin(company), company.person('eve'))
      expect(await meOf(during)).toBe('member')
      const restored = await ask<{ connection: Connection; sessionsEnded: number; came: object }>(
        administrator,
        company,
        'POST',
        '/anchor/restore',
      )
      expect(restored.json).toMatchObject({
        connection: { anchor: { number: 1, rung: 'owner', digest: company.connection.anchor?.digest } },
        sessionsEnded: 1,
        came: { accounts: { count: 1, items: [{ name: `eve@${company.domain}` }] }, links: { count: 0 } },
      })
      expect([await meOf(before), await meOf(during)]).toEqual(['member', 401])
      expect((await company.signIn(boss)).status).toBe(200)
      expect(await eventsOf(company, 'connection.anchor_restored')).toHaveLength(1)
      const again = await ask(administrator, company, 'POST', '/anchor/restore')
      expect([again.status, again.json.code]).toEqual([409, 'restore_ended'])
    })

    it('is for the rung that put the present one in place, or a higher one', async () => {
      const company = await createCompany(service)
      await replace(company, 'owner')
      const [contact, administrator] = [await as(company, 'contact'), await as(company, 'administrator')]
      expect((await ask(contact, company, 'POST', '/anchor/restore')).json.code).toBe(
        'administrator_required',
      )
      expect((await ask(administrator, company, 'POST', '/anchor/restore')).json.code).toBe('owner_required')
      await service.admin.call('restoreAnchor', { params: at(company) })
      expect((await readAnchor(company)).present).toMatchObject({ number: 1 })
    })

    it('is refused for one that was replaced as compromised', async () => {
      const company = await createCompany(service)
      const owner = await replace(company, 'owner', { isCompromised: true })
      const refused = await ask(owner, company, 'POST', '/anchor/restore')
      expect([refused.status, refused.json.code]).toEqual([403, 'restore_forbidden'])
      expect((await readAnchor(company)).earlier).toMatchObject({ isCompromised: true, mayRestore: false })
    })

    it('BF9: compromised is said of nothing that somebody above vouches for, and who stands above overrules it', async () => {
      const company = await createCompany(service)
      const [administrator, owner] = [await as(company, 'administrator'), await as(company, 'owner')]
      const staged = (
        await ask(administrator, company, 'POST', '/staged', { metadataXml: evilTwin(company).metadata() })
      ).json
      const body = { digest: staged.digest, isCompromised: true }
      const refused = await ask(administrator, company, 'POST', '/staged/apply', body)
      expect([refused.status, refused.json.code, staged.mayCallCompromised]).toEqual([
        403,
        'owner_required',
        false,
      ])
      // By way of another of their own, of which they may say it.
      await replace(company, 'administrator')
      const again = (await ask(administrator, company, 'POST', '/staged', { nameIdFormat: 'urn:more' })).json
      expect(again.mayCallCompromised).toBe(true)
      const applied = { digest: again.digest, isCompromised: true }
      expect((await ask(administrator, company, 'POST', '/staged/apply', applied)).status).toBe(200)
      expect((await ask(administrator, company, 'POST', '/anchor/restore')).json.code).toBe(
        'restore_forbidden',
      )
      expect((await readAnchor(company)).earlier).toMatchObject({ isCompromised: true, mayRestore: true })
      for (const number of [2, 1]) {
        expect((await ask(owner, company, 'POST', '/anchor/restore')).status).toBe(200)
        expect((await readAnchor(company)).present).toMatchObject({ number })
      }
      expect((await readAnchor(company)).present?.rung).toBe('owner')
    })

    it('ends after 7 days, and so do the keys that were kept for it', async () => {
      const company = await createCompany(service)
      await newPerson(company, 'ann', 'member')
      const owner = await as(company, 'owner')
      const moved = createSamlProvider({ baseUrl: 'https://moved.test', key: otherKey, now: service.now })
      const { digest } = (await ask(owner, company, 'POST', '/staged', { metadataXml: moved.metadata() }))
        .json
      await ask(owner, company, 'POST', '/staged/apply', { digest })
      const prune = () => pruneAnchors(service.database, service.now(), () => false)
      await prune()
      expect(await keptKeys(company)).toBe(1)
      service.advance(7 * dayMs + 1)
      await prune()
      expect(await keptKeys(company)).toBe(0)
      const late = await as(company, 'owner')
      expect((await ask(late, company, 'POST', '/anchor/restore')).json.code).toBe('restore_ended')
      expect((await readAnchor(company)).earlier).toBeNull()
    })

    it('keeps a client secret of its own for each version, and empties the withdrawn one after 7 days', async () => {
      const company = await createCompany(service)
      const discovery = (issuer: string) => ({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
      })
      for (const issuer of ['https://one.test', 'https://two.test'])
        service.metadataPages.set(
          `${issuer}/.well-known/openid-configuration`,
          JSON.stringify(discovery(issuer)),
        )
      const connection = await service.admin.call('createConnection', {
        params: company.organization,
        body: {
          name: 'Issuer',
          identityProvider: 'generic',
          protocol: 'oidc',
          oidc: { issuer: 'https://one.test', clientId: 'one', clientSecret: 'first secret' },
          isActive: true,
        },
      })
      const at = { params: { ...company.organization, id: connection.id } }
      const oidc = { issuer: 'https://two.test', clientId: 'two', clientSecret: 'second secret' }
      const staged = await service.admin.call('stageAnchor', { ...at, body: { oidc } })
      const { anchor } = await service.admin.call('applyStagedAnchor', {
        ...at,
        body: { digest: staged.digest },
      })
      // A new secret for the same client is no new anchor.
      const renewed = await service.admin.call('updateConnection', {
        ...at,
        body: { oidc: { ...oidc, clientSecret: 'third secret' } },
      })
      expect(renewed).toMatchObject({ anchor: { number: 2, digest: anchor?.digest } })
      const secrets = async () =>
        (
          await service.database.readOrganization(createScope(company.organization.id), selectSecrets, {})
        ).map(({ client_secret: secret }) => secret)
      expect(await secrets()).toEqual([expect.stringMatching(/^v1\./)])
      const prune = () => pruneAnchors(service.database, service.now(), () => false)
      await prune()
      expect(await secrets()).toEqual([expect.stringMatching(/^v1\./)])
      service.advance(7 * dayMs + 1)
      await prune()
      expect(await secrets()).toEqual([null])
    })

    it('brings nobody back who was unlinked meanwhile', async () => {
      const company = await createCompany(service)
      const ann = await newPerson(company, 'ann', 'member')
      const owner = await as(company, 'owner')
      const moved = createSamlProvider({ baseUrl: 'https://moved.test', key: otherKey, now: service.now })
      const { digest } = (await ask(owner, company, 'POST', '/staged', { metadataXml: moved.metadata() }))
        .json
      await ask(owner, company, 'POST', '/staged/apply', { digest })
      await service.admin.call('unlinkUser', {
        params: { ...company.organization, id: ann.id },
        body: { connectionId: company.connection.id },
      })
      await ask(owner, company, 'POST', '/anchor/restore')
      const user = await service.admin.call('getUser', { params: { ...company.organization, id: ann.id } })
      expect(user.identities).toEqual([])
    })

    const keptKeys = async (company: Company): Promise<number> => {
      const scope = createScope(company.organization.id)
      return (await service.database.readOrganization(scope, selectKept, {})).length
    }
  })

  describe('a refresh', () => {
    const metadataOf = (changes: object) =>
      renderIdentityProviderMetadata({
        entityId: 'https://x.test',
        ssoUrl: 'https://x.test/sso',
        certificates: [evilKey.certificatePem],
        ...changes,
      })
    let pages = 0
    const newFetched = async (host: string, by: 'key' | Rung = 'key') => {
      pages += 1
      const url = `https://${host}/metadata/${pages}`
      service.metadataPages.set(url, metadataOf({}))
      const company = await createCompany(service, {
        connection: by === 'key' ? { metadataUrl: url, metadataXml: undefined } : {},
      })
      if (by !== 'key') {
        const browser = await as(company, by)
        const staged = (await ask(browser, company, 'POST', '/staged', { metadataUrl: url })).json
        await service.admin.call('applyStagedAnchor', {
          params: at(company),
          body: { digest: staged.digest },
        })
      }
      return { company, url }
    }

    it('takes certificates from the host of the SSO URL at once and keeps the rung, whoever set the URL', async () => {
      const { company, url } = await newFetched('x.test', 'contact')
      service.metadataPages.set(url, metadataOf({ certificates: [otherKey.certificatePem] }))
      await service.admin.call('refreshConnection', { params: at(company) })
      expect((await readAnchor(company)).present).toMatchObject({ rung: 'owner', metadataUrlRung: 'contact' })
      expect(await eventsOf(company, 'connection.anchor_refreshed')).toHaveLength(1)
    })

    it('B1 owner-certificate, neighbours: from another host they count for no more than whoever set the URL, and are staged', async () => {
      const { company, url } = await newFetched('elsewhere.test', 'contact')
      const { present } = await readAnchor(company)
      expect(present).toMatchObject({ rung: 'owner', metadataUrlRung: 'contact' })
      service.metadataPages.set(url, metadataOf({ certificates: [otherKey.certificatePem] }))
      const staged = await service.admin.call('refreshConnection', { params: at(company) })
      expect(staged).toMatchObject({
        changes: [{ attribute: 'certificates' }],
        staged: { rung: 'connection' },
      })
      expect((await readAnchor(company)).present).toEqual(present)
      expect(await eventsOf(company, 'connection.anchor_staged')).toHaveLength(2)
      const trusted = await newFetched('elsewhere.test')
      service.metadataPages.set(trusted.url, metadataOf({ certificates: [otherKey.certificatePem] }))
      await service.admin.call('refreshConnection', { params: at(trusted.company) })
      expect((await readAnchor(trusted.company)).present).toMatchObject({ rung: 'owner' })
    })

    it.each([['contact'], ['administrator'], ['owner']] as const)(
      'BF9: of %s does not lower what an owner vouches for, and nobody below brings back what a refresh replaced',
      async (by) => {
        const elsewhere = await newFetched('elsewhere.test', 'administrator')
        service.metadataPages.set(elsewhere.url, metadataOf({ certificates: [otherKey.certificatePem] }))
        const { present } = await readAnchor(elsewhere.company)
        const asked = await ask(await as(elsewhere.company, by), elsewhere.company, 'POST', '/refresh')
        expect([asked.status, present?.rung]).toEqual([202, 'owner'])
        expect((await readAnchor(elsewhere.company)).present).toEqual(present)
        const { company, url } = await newFetched('x.test', 'contact')
        service.metadataPages.set(url, metadataOf({ certificates: [otherKey.certificatePem] }))
        expect((await ask(await as(company, by), company, 'POST', '/refresh')).status).toBe(200)
        const codes = []
        for (const rung of ['contact', 'administrator', 'owner'] as const)
          codes.push((await ask(await as(company, rung), company, 'POST', '/anchor/restore')).json.code)
        expect(codes).toEqual(['administrator_required', 'owner_required', undefined])
      },
    )

    it('stages any other difference, and waits where somebody staged something', async () => {
      const { company, url } = await newFetched('x.test')
      service.metadataPages.set(url, metadataOf({ entityId: 'https://y.test' }))
      const staged = await service.admin.call('refreshConnection', { params: at(company) })
      expect(staged).toMatchObject({ changes: [{ attribute: 'entityId' }], staged: { rung: 'connection' } })
      expect((await readAnchor(company)).present).toMatchObject({ number: 1 })
      const contact = await as(company, 'contact')
      expect((await ask(contact, company, 'POST', '/staged', { nameIdFormat: 'urn:mine' })).status).toBe(201)
      service.metadataPages.set(url, metadataOf({ entityId: 'https://z.test' }))
      await expect(service.admin.call('refreshConnection', { params: at(company) })).rejects.toMatchObject({
        problem: { code: 'staged_exists' },
      })
      expect((await readAnchor(company)).staged?.changes).toMatchObject([{ attribute: 'nameIdFormat' }])
    })

    it('does not take in again what somebody brought another one back over', async () => {
      const { company, url } = await newFetched('x.test')
      service.metadataPages.set(url, metadataOf({ certificates: [otherKey.certificatePem] }))
      await service.admin.call('refreshConnection', { params: at(company) })
      await service.admin.call('restoreAnchor', { params: at(company) })
      const again = await service.admin.call('refreshConnection', { params: at(company) })
      expect(again).toMatchObject({ changes: [{ attribute: 'certificates' }] })
      expect((await readAnchor(company)).present).toMatchObject({ number: 1 })
    })
  })
})
