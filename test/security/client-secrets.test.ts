// A client secret, and the scopes that are asked for, are no part of what a connection trusts; yet nobody signs in where they do not fit. So
// their replacement is a change like another: shown, told, mended by a mailed link, and never an owner's way in taken by somebody below.
// Judges: server/connections, server/anchors.
import type { Connection, StagedAnchor } from '@rollcall/api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../harness/browser.ts'
import { type ApiCaller, openCaller } from '../harness/callers.ts'
import { createMender, type Mender, type Place } from '../harness/mending.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../harness/openid-provider.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { setConnection } from '../harness/sso.ts'

const [first, second, wrong] = ['the first secret', 'the second secret', 'a wrong secret']

forOneStore(import.meta.filename, (start, store) => {
  let service: Service
  let mender: Mender
  let provider: OpenIdProvider
  let count = 0
  beforeAll(async () => {
    service = await start({ hasMail: true, isDev: true })
    mender = createMender(service)
    provider = await startOpenIdProvider()
    const { issuer } = provider
    for (const path of ['/.well-known/openid-configuration', '/keys'])
      service.metadataPages.set(issuer + path, await (await fetch(issuer + path)).text())
  })
  afterAll(() => provider.close())

  const sourceOf = (clientSecret: string) => ({
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret,
  })

  /** An organization with an owner and an administrator, whose issuer takes the first secret. */
  async function found(roles: readonly ('owner' | 'admin' | 'member')[] = ['owner', 'admin']) {
    count += 1
    const slug = `secret-${store}-${count}`
    const params = { slug }
    const organization = await service.admin.call('createOrganization', { body: { name: 'Acme', slug } })
    const { id: domainId } = await service.admin.call('createDomain', {
      params,
      body: { name: 'issuer.test' },
    })
    await service.admin.call('updateDomain', { params: { slug, id: domainId }, body: { isVerified: true } })
    provider.require(first)
    const connection = await service.admin.call('createConnection', {
      params,
      body: {
        name: 'Issuer',
        identityProvider: 'generic',
        protocol: 'oidc',
        oidc: { ...sourceOf(first), scopes: ['openid', 'email', 'groups'] },
        isActive: true,
      },
    })
    const place: Place = { organization, connection }
    const at = { params: { slug, id: connection.id } }
    const signIn = async (name: string, browser: Browser = mender.newBrowser()) => {
      const asked = provider.read((await browser.open(mender.pathOf(place, 'login'))).url)
      return { ...(await browser.open(provider.answer(asked, name))), browser }
    }
    for (const role of roles) {
      await signIn(role)
      const { items } = await service.admin.call('listUsers', { params, query: { search: `${role}@` } })
      if (role !== 'member')
        await service.admin.call('updateUser', { params: { slug, id: items[0]?.id ?? '' }, body: { role } })
    }
    const test = async (caller: ApiCaller, digest: string, name: string) => {
      const { url } = await caller.client.call('testConnection', { ...at, query: { digest } })
      const asked = provider.read((await caller.browser.open(url)).url)
      return caller.browser.open(provider.answer(asked, name))
    }
    const replace = async (client: ApiCaller['client'], clientSecret: string) =>
      (await client.call('updateConnection', { ...at, body: { oidc: sourceOf(clientSecret) } })) as
        | Connection
        | StagedAnchor
    const staged = async (client: ApiCaller['client'], clientSecret: string) =>
      client.call('stageAnchor', { ...at, body: { oidc: sourceOf(clientSecret) } })
    const changesOf = async () =>
      (await mender.eventsOf(place, 'connection.updated')).flatMap(
        ({ data }) => (data as { changes: { attribute: string }[] }).changes,
      )
    const open = (rung: 'contact' | 'administrator' | 'owner') => openCaller(service, slug, rung)
    return { place, slug, at, signIn, test, replace, staged, changesOf, open }
  }

  const replaced = { attribute: 'clientSecret', before: 'set', after: 'replaced' }
  const works = { status: 200, text: expect.stringContaining('You are signed in') }
  const refused = { status: 403, text: expect.stringContaining('not set up correctly') }

  describe('authority 3: an owner whose issuer takes another client secret', () => {
    it('mends it by a mailed link: shown as replaced, tested, put in place, and told; the value stands nowhere', async () => {
      const { place, slug, signIn, changesOf } = await found()
      provider.require(second)
      expect(await signIn('owner')).toMatchObject(refused)
      const before = await mender.anchorOf(place)
      const browser = await mender.open(place, 'owner@issuer.test')
      const form = await browser.open(mender.pathOf(place, 'mend'))
      expect(form.text).toContain('value="openid email groups"')
      const { clientSecret, ...rest } = sourceOf(first)
      for (const same of [rest, { ...rest, clientSecret }]) {
        const nothing = await mender.stage(browser, place, same)
        expect([nothing.status, nothing.text.includes('what is in place already')]).toEqual([400, true])
      }
      const tryTest = async (secret: string) => {
        const shown = await mender.stage(browser, place, sourceOf(secret))
        expect(shown.text).toContain('The client secret is replaced.')
        expect(shown.text).not.toContain('Scopes')
        const asked = provider.read((await mender.begin(browser, shown)).url)
        return { shown, landed: await browser.open(provider.answer(asked, 'owner')) }
      }
      expect((await tryTest(wrong)).landed.text).toContain('not set up correctly')
      const { shown, landed } = await tryTest(second)
      for (const said of ['You came as yourself', 'The client secret is replaced.'])
        expect(landed.text).toContain(said)
      for (const unsaid of ['brought back', 'Nobody of your role']) expect(landed.text).not.toContain(unsaid)
      expect((await mender.apply(browser, landed)).text).toContain('You are signed in')
      expect(await mender.meOf(browser)).toMatchObject({ role: 'owner' })
      expect((await mender.anchorOf(place)).present).toEqual(before.present)
      expect(await signIn('admin')).toMatchObject(works)
      expect(await changesOf()).toEqual([replaced])
      const [event] = await mender.eventsOf(place, 'connection.anchor_staged')
      expect(event?.data).toMatchObject({ changed: ['clientSecret'] })
      const mails = await mender.mailsOf(place)
      for (const text of ['a change of its client', '” on '])
        expect(mails.filter((mail) => mail.text.includes(text)).map((mail) => mail.text)).toContainEqual(
          expect.stringContaining('Client secret (replaced)'),
        )
      const activity = async () =>
        (await service.admin.call('listActivity', { params: { slug }, query: { kind: 'sign_in' } })).items
      await expect
        .poll(async () => JSON.stringify(await activity()))
        .toContain('A change was staged by a mailed link: the client secret is replaced.')
      const said = JSON.stringify([
        mails,
        await mender.eventsOf(place, 'connection.updated'),
        await activity(),
        shown.text,
        landed.text,
        await mender.anchorOf(place),
      ])
      for (const secret of [first, second, wrong]) expect(said).not.toContain(secret)
    })

    it('confirms what was put in place below them, where nobody of their rung has, and the page says so', async () => {
      const { place, signIn } = await found()
      await setConnection(service, place.organization.id, place.connection.id, {
        anchor_rung: 'administrator',
      })
      provider.require(second)
      const browser = await mender.open(place, 'owner@issuer.test')
      const shown = await mender.stage(browser, place, sourceOf(second))
      const asked = provider.read((await mender.begin(browser, shown)).url)
      const landed = await browser.open(provider.answer(asked, 'owner'))
      for (const page of [shown, landed]) {
        expect(page.text).toContain('Nobody of your role has confirmed the identity provider at')
        expect(page.text).toContain('put in place by the operator of this service')
      }
      expect((await mender.apply(browser, landed)).text).toContain('You are signed in')
      expect((await mender.anchorOf(place)).present).toMatchObject({ rung: 'owner', number: 1 })
      expect(await mender.eventsOf(place, 'connection.anchor_confirmed')).toHaveLength(1)
      expect(await signIn('owner')).toMatchObject(works)
    })

    it('and an administrator does so with theirs: what an owner vouches for stays so', async () => {
      const { place, signIn } = await found()
      provider.require(second)
      const browser = await mender.open(place, 'admin@issuer.test')
      const shown = await mender.stage(browser, place, sourceOf(second))
      const asked = provider.read((await mender.begin(browser, shown)).url)
      const landed = await browser.open(provider.answer(asked, 'admin'))
      expect((await mender.apply(browser, landed)).text).toContain('You are signed in')
      expect((await mender.anchorOf(place)).present).toMatchObject({ rung: 'owner', asleep: { count: 0 } })
      expect(await signIn('owner')).toMatchObject(works)
    })
  })

  describe('authority 1: a client secret replaced by somebody below an owner who signs in by it', () => {
    it('waits, and is put in place once a test has passed with exactly that', async () => {
      const { place, at, signIn, test, replace, staged, changesOf, open } = await found()
      const administrator = await open('administrator')
      const apply = (digest: string) =>
        administrator.client.call('applyStagedAnchor', { ...at, body: { digest } })
      const waits = (await replace(administrator.client, wrong)) as StagedAnchor
      expect(waits).toMatchObject({ changes: [replaced], mustBeTested: true, testedAt: null, mayApply: true })
      await expect(apply(waits.digest)).rejects.toMatchObject({ problem: { code: 'not_tested' } })
      expect((await test(administrator, waits.digest, 'admin')).text).toContain('not set up correctly')
      await expect(apply(waits.digest)).rejects.toMatchObject({ problem: { code: 'not_tested' } })
      expect(await signIn('owner')).toMatchObject(works)

      // What was tested is what is put in place: another secret is another proposal.
      provider.require(second)
      const next = await staged(administrator.client, second)
      expect(next.digest).not.toBe(waits.digest)
      expect((await staged(administrator.client, second)).digest).toBe(next.digest)
      expect((await test(administrator, next.digest, 'admin')).text).toContain('The test sign-in succeeded')
      const bad = await staged(administrator.client, wrong)
      expect(bad).toMatchObject({ testedAt: null })
      for (const digest of [next.digest, bad.digest])
        await expect(apply(digest)).rejects.toMatchObject({ problem: { status: 409 } })
      expect(await changesOf()).toEqual([])
      const again = await staged(administrator.client, second)
      await test(administrator, again.digest, 'admin')
      const connection = await apply(again.digest)
      expect(connection.anchor).toMatchObject({ number: 1, rung: 'owner' })
      expect(await changesOf()).toEqual([replaced])
      expect(await signIn('owner')).toMatchObject(works)
      const [told] = (await mender.mailsOf(place)).filter(({ text }) =>
        text.includes('changed the connection'),
      )
      expect(told?.text).toContain('Client secret (replaced)')
    })

    it('by scopes as well; those that nobody names stay as they are', async () => {
      const { at, open } = await found()
      const { client } = await open('administrator')
      const { clientSecret: _, ...source } = sourceOf(first)
      const same = await client.call('updateConnection', { ...at, body: { oidc: source } })
      expect(same).toMatchObject({ oidc: { scopes: ['openid', 'email', 'groups'] } })
      const oidc = { ...source, scopes: ['groups', 'openid', 'email', 'nonsense'] }
      expect(await client.call('updateConnection', { ...at, body: { oidc } })).toMatchObject({
        changes: [{ attribute: 'scopes', after: ['openid', 'groups', 'email', 'nonsense'] }],
        mustBeTested: true,
      })
    })

    it('holds at once where no owner signs in by it, and by an owner or the operator; the event says so', async () => {
      const without = await found(['admin'])
      const administrator = await without.open('administrator')
      expect(await without.replace(administrator.client, second)).toMatchObject({ anchor: { number: 1 } })
      expect(await without.changesOf()).toEqual([replaced])
      const { replace, changesOf, open } = await found()
      const owner = await open('owner')
      for (const client of [owner.client, service.admin])
        for (const secret of [second, second, first])
          expect(await replace(client, secret)).toMatchObject({ oidc: { hasClientSecret: true } })
      expect(await changesOf()).toEqual([replaced, replaced, replaced, replaced])
    })

    it('is refused to a set-up link, as before', async () => {
      const { replace, open } = await found()
      const { client } = await open('contact')
      await expect(replace(client, wrong)).rejects.toMatchObject({
        problem: { code: 'administrator_required' },
      })
    })
  })

  it('authority 2: a version that keeps the client secret keeps whatever is kept by then, also when it is brought back', async () => {
    const { place, at, signIn, replace } = await found(['member'])
    const body = { stableIdAttribute: 'email' }
    const { digest, changes } = await service.admin.call('stageAnchor', { ...at, body })
    expect(changes.map(({ attribute }) => attribute)).toEqual(['stableIdAttribute'])
    provider.require(second)
    await replace(service.admin, second)
    await service.admin.call('applyStagedAnchor', { ...at, body: { digest } })
    expect(await signIn('owner')).toMatchObject(works)
    provider.require(first)
    await replace(service.admin, first)
    expect((await mender.anchorOf(place)).earlier?.changes.map(({ attribute }) => attribute)).toEqual([
      'stableIdAttribute',
    ])
    await service.admin.call('restoreAnchor', at)
    expect(await signIn('member')).toMatchObject(works)
  })
})
