// Domains, connections and our certificates through the management API.
// Judges: server/connections, server/organizations, server/admin.

import type { Connection } from '@rollcall/api'
import { createEnvelope } from '@rollcall/server'
import { createSamlKey, createSamlProvider, renderIdentityProviderMetadata } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { refreshDueMetadata } from '../../packages/server/src/anchors/refresh.ts'
import { findConnection } from '../../packages/server/src/connections/find.ts'
import { recheckDomains } from '../../packages/server/src/organizations/domain-rechecks.ts'
import { type MetadataText, readMetadata } from '../../packages/server/src/saml/read-elsewhere.ts'
import { createScope } from '../../packages/server/src/store/database.ts'
import { noteDue } from '../../packages/server/src/store/due.ts'
import type { ServiceKeyTable } from '../../packages/server/src/store/schema.ts'
import { organizationQuery, organizationStatement } from '../../packages/server/src/store/statement.ts'
import { createBrowser } from '../harness/browser.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany, readForm } from '../harness/sso.ts'

const insertKeys = (rows: readonly ServiceKeyTable[]) =>
  organizationQuery(({ db }) => db.insertInto('service_key').values(rows))
const selectKeys = organizationStatement('keys')(({ db, organizationId }) =>
  db.selectFrom('service_key').selectAll().where('organization_id', '=', organizationId),
)
const key = createSamlKey()
const provider = createSamlProvider({ baseUrl: 'https://idp.acme.test', key })
const refusal = (code: string) => ({ problem: { code } })

forOneStore(import.meta.filename, (start) => {
  let service: Service
  let count = 0
  beforeAll(async () => {
    service = await start()
  })
  const newOrganization = async () => {
    count += 1
    const slug = `setup-${count}`
    await service.admin.call('createOrganization', { body: { name: 'Acme', slug } })
    return { slug }
  }
  const eventsOf = async (params: { slug: string }) =>
    (await service.admin.call('listEvents', { params, query: { limit: 200 } })).items.map(({ type }) => type)

  describe('a domain', () => {
    it('is proved by its TXT record, and by nothing else', async () => {
      const params = await newOrganization()
      const added = await service.admin.call('createDomain', { params, body: { name: 'Proved.Test' } })
      expect(added).toMatchObject({ name: 'proved.test', verifiedAt: null })
      const id = { ...params, id: added.id }
      await expect(service.admin.call('verifyDomain', { params: id })).rejects.toMatchObject(
        refusal('domain_record_missing'),
      )
      service.txtRecords.set(added.txtRecord.name, ['something else', `${added.txtRecord.value}x`])
      await expect(service.admin.call('verifyDomain', { params: id })).rejects.toMatchObject(
        refusal('domain_record_missing'),
      )
      service.txtRecords.set(added.txtRecord.name, ['v=spf1', added.txtRecord.value])
      expect(await service.admin.call('verifyDomain', { params: id })).toMatchObject({ verifiedBy: 'dns' })
      expect(await eventsOf(params)).toContain('domain.verified')
    })

    it.each([
      ['gmail.com', 'domain_public'],
      ['not a name', 'invalid_request'],
      ['co.uk', 'invalid_request'],
    ])('%s is refused: %s', async (name, code) => {
      const params = await newOrganization()
      await expect(service.admin.call('createDomain', { params, body: { name } })).rejects.toMatchObject(
        refusal(code),
      )
    })

    it('is added once', async () => {
      const params = await newOrganization()
      await service.admin.call('createDomain', { params, body: { name: 'twice.test' } })
      await expect(
        service.admin.call('createDomain', { params, body: { name: 'TWICE.test' } }),
      ).rejects.toMatchObject(refusal('domain_taken'))
    })

    it('may be shared: each organization has a record of its own, and people choose', async () => {
      const [one, two] = [await newOrganization(), await newOrganization()]
      const values: string[] = []
      for (const params of [one, two]) {
        const added = await service.admin.call('createDomain', { params, body: { name: 'shared.test' } })
        values.push(added.txtRecord.value)
        service.txtRecords.set(added.txtRecord.name, values)
        await service.admin.call('verifyDomain', { params: { ...params, id: added.id } })
        const body = {
          name: 'SSO',
          identityProvider: 'okta',
          metadataXml: provider.metadata(),
          active: true,
        } as const
        await service.admin.call('createConnection', { params, body })
      }
      expect(values[0]).not.toBe(values[1])
      const browser = createBrowser(service.url, service.send)
      const choice = await browser.open('/sso?email=ada@shared.test')
      expect(choice.status).toBe(200)
      expect(choice.text.match(/\/saml\/conn_/g)).toHaveLength(2)
    })

    it('whose record is lost warns once, stays proved, and recovers', async () => {
      const params = await newOrganization()
      const added = await service.admin.call('createDomain', { params, body: { name: 'lost.test' } })
      const recheck = () =>
        recheckDomains(
          service.database,
          async (name) => service.txtRecords.get(name) ?? [],
          service.now(),
          () => false,
        )
      const current = async () => (await service.admin.call('listDomains', { params })).items[0]
      service.txtRecords.set(added.txtRecord.name, [added.txtRecord.value])
      await service.admin.call('verifyDomain', { params: { ...params, id: added.id } })
      service.txtRecords.delete(added.txtRecord.name)
      for (let day = 0; day < 3; day += 1) {
        service.advance(86_400_001)
        await recheck()
      }
      expect(await current()).toMatchObject({ lostAt: expect.any(String), verifiedAt: expect.any(String) })
      expect((await eventsOf(params)).filter((type) => type === 'domain.lost')).toHaveLength(1)
      service.txtRecords.set(added.txtRecord.name, [added.txtRecord.value])
      service.advance(86_400_001)
      await recheck()
      expect(await current()).toMatchObject({ lostAt: null })
    })

    it('11: whose record has been gone for 14 days counts nowhere; whoever proves it next has its people, and both hear of it', async () => {
      const company = await createCompany(service)
      const before = { slug: company.organization.slug }
      const name = `moving-${before.slug}.test`
      const prove = async (params: { slug: string }) => {
        const added = await service.admin.call('createDomain', { params, body: { name } })
        service.txtRecords.set(added.txtRecord.name, [
          ...(service.txtRecords.get(added.txtRecord.name) ?? []),
          added.txtRecord.value,
        ])
        await service.admin.call('verifyDomain', { params: { ...params, id: added.id } })
        return added
      }
      const recheck = (days: number) => {
        service.advance(days * 86_400_000 + 1)
        return recheckDomains(
          service.database,
          async (record) => service.txtRecords.get(record) ?? [],
          service.now(),
          () => false,
        )
      }
      const lead = async () =>
        (await createBrowser(service.url, service.send).open(`/sso?email=ada@${name}`)).url
      const needs = async () =>
        (await service.admin.call('listOperatorNeeds', {})).items
          .filter(({ detail }) => detail.domain === name)
          .map(({ kind, organization }) => [kind, organization.slug])
          .toSorted()
      const added = await prove(before)
      expect(await lead()).toContain(company.provider.ssoUrl)
      service.txtRecords.delete(added.txtRecord.name)
      await recheck(1)
      await recheck(13)
      expect(await lead()).toContain(company.provider.ssoUrl)
      await recheck(1)
      expect(await lead()).not.toContain(company.provider.ssoUrl)
      await recheck(1)
      expect((await eventsOf(before)).filter((type) => type === 'domain.lapsed')).toHaveLength(1)
      expect(await needs()).toEqual([['domain_lapsed', before.slug]])
      const connectionIds = [company.connection.id]
      const params = { ...before, id: added.id }
      // Nothing new is tied to it; taking a tie away is free.
      await service.admin.call('updateDomain', { params, body: { connectionIds: [] } })
      const tied = service.admin.call('updateDomain', { params, body: { connectionIds } })
      await expect(tied).rejects.toMatchObject({ problem: { code: 'domain_not_verified' } })
      const next = await createCompany(service)
      const after = { slug: next.organization.slug }
      await prove(after)
      expect(await lead()).toContain(next.provider.ssoUrl)
      expect(await eventsOf(before)).toContain('domain.proved_elsewhere')
      expect(await eventsOf(after)).toContain('domain.taken_over')
      expect(await needs()).toEqual([
        ['domain_lapsed', before.slug],
        ['domain_taken_over', after.slug],
      ])
      // Its record is back beside the other: they share it, and what is wanted of the operator is gone.
      service.txtRecords.set(added.txtRecord.name, [
        ...(service.txtRecords.get(added.txtRecord.name) ?? []),
        added.txtRecord.value,
      ])
      await recheck(1)
      expect(await needs()).toEqual([['domain_taken_over', after.slug]])
    })

    it('nobody is found by a domain that nobody proved, and the form is kept with what was typed', async () => {
      const browser = createBrowser(service.url, service.send)
      const ask = async (email: string) => {
        const { status, text } = await browser.postOwn('/sso', { email })
        expect(text).toContain(`value="${email}"`)
        return `${status} ${text.replace(email, '')}`
      }
      expect(new Set(await Promise.all(['x@nobody.test', 'nonsense'].map(ask))).size).toBe(1)
      expect((await browser.open('/sso/no-such')).status).toBe(404)
    })
  })

  describe('a connection', () => {
    const base = { name: 'Acme SSO', identityProvider: 'okta' } as const

    it('signs its requests where metadata asks for that, also where it is brought later, unless it was said otherwise', async () => {
      const params = await newOrganization()
      const metadataXml = provider.metadata().replace('Signed="false"', 'Signed="true"')
      const { admin } = service
      const made = async (source: object): Promise<Connection> =>
        admin.call('createConnection', { params, body: { ...base, ...source } })
      const brought = async (body: object): Promise<unknown> =>
        admin.call('updateConnection', { params: { ...params, id: (await made({})).id }, body })
      const [on, off] = [true, false].map((signRequests) => ({ options: { signRequests } }))
      expect(await made({ metadataXml })).toMatchObject({ ...on })
      expect(await brought({ metadataXml })).toMatchObject({ ...on })
      expect(await brought({ metadataXml, ...off })).toMatchObject({ ...off })
      expect(await brought({ metadataXml: provider.metadata() })).toMatchObject({ ...off })
      const { id } = await made({ metadataXml, ...off })
      expect(
        await admin.call('updateConnection', { params: { ...params, id }, body: { metadataXml } }),
      ).toMatchObject({ ...off })
    })

    it('is made from XML, from a URL, or by hand, and shows back what was read', async () => {
      const params = await newOrganization()
      service.metadataPages.set('https://idp.acme.test/metadata', provider.metadata())
      const manual = {
        entityId: provider.entityId,
        ssoUrl: provider.ssoUrl,
        certificates: [key.certificatePem],
      }
      for (const source of [
        { metadataXml: provider.metadata() },
        { metadataUrl: 'https://idp.acme.test/metadata' },
        manual,
      ]) {
        const made = await service.admin.call('createConnection', { params, body: { ...base, ...source } })
        expect(made).toMatchObject({
          isSetupComplete: true,
          missing: [],
          active: false,
          identityProviderMetadata: { entityId: provider.entityId, ssoUrl: provider.ssoUrl },
        })
        expect(made.identityProviderMetadata?.certificates).toHaveLength(1)
        expect(made.acsUrl).toBe(`${service.url}/saml/${made.id}/acs`)
        expect(JSON.stringify(made)).not.toContain(params.slug)
      }
    })

    it('without an identity provider says so, and cannot be active', async () => {
      const params = await newOrganization()
      const made = await service.admin.call('createConnection', { params, body: base })
      expect(made).toMatchObject({ isSetupComplete: false, missing: ['identity_provider'] })
      const id = { ...params, id: made.id }
      await expect(
        service.admin.call('updateConnection', { params: id, body: { isActive: true } }),
      ).rejects.toMatchObject(refusal('connection_incomplete'))
      await expect(
        service.admin.call('createConnection', { params, body: { ...base, isActive: true } }),
      ).rejects.toMatchObject(refusal('connection_incomplete'))
    })

    const small = createSamlKey({ bits: 1024 })
    const metadata = (changes: object = {}) =>
      renderIdentityProviderMetadata({
        entityId: 'https://x.test',
        ssoUrl: 'https://x.test/sso',
        certificates: [key.certificatePem],
        ...changes,
      })
    it.each([
      [
        'two ways at once',
        { metadataXml: metadata(), metadataUrl: 'https://idp.acme.test/metadata' },
        'invalid_request',
      ],
      ['half of the three fields', { entityId: 'x' }, 'invalid_request'],
      ['something else', { metadataXml: '<html/>' }, 'metadata_invalid'],
      ['no XML', { metadataXml: 'hello' }, 'metadata_invalid'],
      ['a DTD', { metadataXml: `<!DOCTYPE x [<!ENTITY a "b">]>${metadata()}` }, 'metadata_invalid'],
      ['an http address', { metadataXml: metadata({ ssoUrl: 'http://x.test/sso' }) }, 'metadata_invalid'],
      [
        'a script for an address (CVE-2022-4361)',
        { metadataXml: metadata({ ssoUrl: 'javascript:alert(1)' }) },
        'metadata_invalid',
      ],
      [
        'a small key',
        { metadataXml: metadata({ certificates: [small.certificatePem] }) },
        'metadata_invalid',
      ],
      ['no certificate', { metadataXml: metadata({ certificates: [] }) }, 'metadata_invalid'],
      [
        'a certificate that is none',
        { entityId: 'x', ssoUrl: 'https://x.test/', certificates: ['abc'] },
        'metadata_invalid',
      ],
      ['a URL that answers 404', { metadataUrl: 'https://nothing.test/metadata' }, 'metadata_unreachable'],
      ['a depth of 100,000', { metadataXml: '<a>'.repeat(100_000) }, 'metadata_invalid'],
    ])('from %s is refused', async (_name, source, code) => {
      const params = await newOrganization()
      await expect(
        service.admin.call('createConnection', { params, body: { ...base, ...source } }),
      ).rejects.toMatchObject(refusal(code))
      expect((await service.admin.call('listConnections', { params })).items).toEqual([])
    })

    it('takes a new certificate by refreshing, records it, and keeps what worked when the page is gone', async () => {
      const params = await newOrganization()
      const url = 'https://rolling.acme.test/metadata'
      service.metadataPages.set(url, metadata())
      const made = await service.admin.call('createConnection', {
        params,
        body: { ...base, metadataUrl: url, isActive: true },
      })
      const id = { ...params, id: made.id }
      service.metadataPages.set(
        url,
        metadata({ certificates: [key.certificatePem, createSamlKey().certificatePem] }),
      )
      await service.admin.call('refreshConnection', { params: id })
      const fresh = await service.admin.call('getConnection', { params: id })
      expect(fresh.identityProviderMetadata?.certificates).toHaveLength(2)
      expect(await eventsOf(params)).toContain('connection.metadata_changed')
      service.metadataPages.delete(url)
      await expect(service.admin.call('refreshConnection', { params: id })).rejects.toMatchObject(
        refusal('metadata_unreachable'),
      )
      const after = await service.admin.call('getConnection', { params: id })
      expect(after).toMatchObject({ active: true, metadataError: expect.stringContaining('cannot be used') })
      expect(after.identityProviderMetadata?.certificates).toHaveLength(2)
    })

    it('m2: a key that was rolled without notice is found at the sign-in, once in five minutes', async () => {
      const url = 'https://rolled.acme.test/metadata'
      const provider = (own: ReturnType<typeof createSamlKey>) =>
        createSamlProvider({ baseUrl: 'https://rolled.acme.test', key: own, now: service.now })
      const [before, after] = [createSamlKey(), createSamlKey()]
      service.metadataPages.set(url, provider(before).metadata())
      const company = await createCompany(service, {
        provider: provider(before),
        connection: { metadataUrl: url, metadataXml: undefined } as never,
      })
      const come = async () =>
        (await company.signIn(company.person('ann'), { response: { key: after } as never })).status
      expect((await company.signIn(company.person('ann'))).status).toBe(200)
      service.metadataPages.set(url, provider(after).metadata())
      // It was fetched a moment ago: nobody makes it be fetched by posting what they like.
      expect(await come()).toBe(403)
      service.advance(301_000)
      expect(await come()).toBe(200)
      expect(await come()).toBe(200)
      expect(await eventsOf({ slug: company.organization.slug })).toContain('connection.anchor_refreshed')
      const forged = createSamlKey()
      const { status } = await company.signIn(company.person('ann'), { response: { key: forged } as never })
      expect(status).toBe(403)
    })

    it('F26, F28, F34: what is left out of metadata is shown, and where answers to a sign-out go is no difference to before', async () => {
      const params = await newOrganization()
      const text = metadata({ sloUrl: 'https://x.test/slo' })
      const broken = text.replace(/(SingleLogoutService[^>]*Location=")[^"]*/, '$1/slo')
      const shown = await service.admin.call('previewConnection', { params, body: { metadataXml: broken } })
      expect(shown).toMatchObject({
        sloUrl: null,
        warnings: [{ code: 'slo_unusable', detail: '/slo' }],
        validUntil: null,
      })
      const url = 'https://answers.acme.test/metadata'
      service.metadataPages.set(url, text)
      const made = await service.admin.call('createConnection', {
        params,
        body: { ...base, metadataUrl: url, isActive: true },
      })
      const id = { ...params, id: made.id }
      // As a version before wrote it, which did not read where answers go.
      const found = await findConnection(service.database, made.id)
      const {
        sloResponseUrl: _,
        warnings: __,
        validUntil: ___,
        ...old
      } = JSON.parse(found?.row.metadata ?? '')
      const scope = found?.scope ?? expect.fail('there is no connection')
      await service.database.inOrganization(scope, async (tx) => {
        const before = organizationQuery(({ db, organizationId }) =>
          db
            .updateTable('connection')
            .set({ metadata: JSON.stringify(old) })
            .where('organization_id', '=', organizationId)
            .where('id', '=', made.id),
        )
        tx.write(before, {})
      })
      service.metadataPages.set(url, text.replace('/slo"', '/slo" ResponseLocation="https://x.test/answers"'))
      await service.admin.call('refreshConnection', { params: id })
      const after = await service.admin.call('getConnection', { params: id })
      expect([after.anchor?.number, after.metadataError]).toEqual([made.anchor?.number, null])
      // As one wrote it that did not read single logout by HTTP-POST.
      await service.database.inOrganization(scope, async (tx) => {
        const { sloBinding: ____, ...older } = { ...JSON.parse(found?.row.metadata ?? ''), sloUrl: null }
        const before = organizationQuery(({ db, organizationId }) =>
          db
            .updateTable('connection')
            .set({ metadata: JSON.stringify(older) })
            .where('organization_id', '=', organizationId)
            .where('id', '=', made.id),
        )
        tx.write(before, {})
      })
      const byPost = text.replace(/(SingleLogoutService[^>]*HTTP-)Redirect/, '$1POST')
      service.metadataPages.set(url, byPost)
      await service.admin.call('refreshConnection', { params: id })
      const last = await service.admin.call('getConnection', { params: id })
      expect([last.anchor?.number, last.metadataError]).toEqual([made.anchor?.number, null])
      expect(JSON.parse((await findConnection(service.database, made.id))?.row.metadata ?? '')).toMatchObject(
        {
          sloUrl: 'https://x.test/slo',
          sloBinding: 'post',
        },
      )
    })

    it('rule 11: a new stable-id attribute relinks everybody, after a dry run that changes nothing', async () => {
      const company = await createCompany(service)
      const id = { slug: company.organization.slug, id: company.connection.id }
      const withId = (name: string, uid: string) => company.person(name, { uid: [uid] })
      await company.signIn(withId('ann', 'u-1'))
      await company.signIn(company.person('bob'))
      await expect(
        service.admin.call('updateConnection', {
          params: id,
          body: { options: { stableIdAttribute: 'uid' } },
        }),
      ).rejects.toMatchObject(refusal('relink_required'))
      const preview = await service.admin.call('relinkConnection', {
        params: id,
        body: { stableIdAttribute: 'uid' },
      })
      expect(preview).toMatchObject({ dryRun: true, identities: 2, relinked: 1, dropped: 1 })
      expect((await company.signIn(withId('ann', 'u-1'))).status).toBe(200)
      await service.admin.call('relinkConnection', {
        params: id,
        body: { stableIdAttribute: 'uid', dryRun: false },
      })
      const users = async () =>
        (await service.admin.call('listUsers', { params: company.organization, query: {} })).items
      const before = await users()
      const renamed = { ...withId('ann', 'u-1'), nameId: 'a-new-name-id' }
      expect((await company.signIn(renamed)).status).toBe(200)
      expect((await company.signIn(withId('bob', 'u-2'))).status).toBe(200)
      expect((await users()).map((user) => user.id)).toEqual(before.map((user) => user.id))
    })

    it('is fetched again once a day by a job, and not more often', async () => {
      const params = await newOrganization()
      const url = 'https://daily.acme.test/metadata'
      service.metadataPages.set(url, metadata())
      const made = await service.admin.call('createConnection', {
        params,
        body: { ...base, metadataUrl: url },
      })
      let asked = 0
      const fetchMetadata = async (wanted: string) => {
        if (wanted === url) asked += 1
        return service.metadataPages.get(wanted) ?? ''
      }
      const run = () =>
        refreshDueMetadata(
          service.database,
          {
            url: service.url,
            isDev: false,
            fetchMetadata,
            fetchDiscovery: fetchMetadata,
            readMetadata: (text: MetadataText) => readMetadata({ organizationId: '', part: '' }, text),
            envelope: createEnvelope(['unused']),
            operatorMail: undefined,
          },
          service.now(),
          () => false,
        )
      await noteDue(service.database)
      await run()
      expect(asked).toBe(0)
      service.advance(86_400_001)
      const renewed = createSamlKey()
      service.metadataPages.set(url, metadata({ certificates: [renewed.certificatePem] }))
      await run()
      await run()
      expect(asked).toBe(1)
      const after = await service.admin.call('getConnection', { params: { ...params, id: made.id } })
      expect(after.anchor).toMatchObject({ number: 2, rung: 'owner' })
    })

    it('rule 11: another entity ID of the identity provider relinks everybody too', async () => {
      const company = await createCompany(service)
      const id = { slug: company.organization.slug, id: company.connection.id }
      await company.signIn(company.person('ann'))
      const moved = createSamlProvider({ baseUrl: 'https://moved.test', key, now: service.now })
      const metadataXml = moved.metadata()
      await expect(
        service.admin.call('updateConnection', { params: id, body: { metadataXml } }),
      ).rejects.toMatchObject(refusal('relink_required'))
      const done = await service.admin.call('relinkConnection', {
        params: id,
        body: { metadataXml, dryRun: false },
      })
      expect(done).toMatchObject({ relinked: 1, dropped: 0 })
      const browser = createBrowser(service.url, service.send)
      const left = await browser.open(`/saml/${company.connection.id}/login`)
      expect(left.url.startsWith('https://moved.test/sso')).toBe(true)
      const answer = await moved.answer(left.url, company.person('ann'))
      expect((await browser.postFromElsewhere(answer.acsUrl, answer.form)).status).toBe(200)
      expect(
        (await service.admin.call('listUsers', { params: company.organization, query: {} })).items,
      ).toHaveLength(1)
    })

    it('ends with its identities and the sessions that it gave; its people stay', async () => {
      const company = await createCompany(service)
      const { browser } = await company.signIn(company.person('ann'))
      const id = { slug: company.organization.slug, id: company.connection.id }
      await service.admin.call('deleteConnection', { params: id })
      expect((await browser.open('/me')).url).toContain('/sso')
      expect((await browser.open(`/saml/${company.connection.id}/login`)).status).toBe(404)
      const users = await service.admin.call('listUsers', { params: company.organization, query: {} })
      expect(users.items).toHaveLength(1)
      const user = await service.admin.call('getUser', {
        params: { ...company.organization, id: users.items[0]?.id ?? '' },
      })
      expect(user.identities).toEqual([])
    })

    it('is tested before it is active: every claim is shown, nobody is made, and an administrator is linked', async () => {
      const company = await createCompany(service)
      const params = company.organization
      const id = { slug: params.slug, id: company.connection.id }
      await service.admin.call('updateConnection', { params: id, body: { isActive: false } })
      await service.admin.call('importUsers', {
        params,
        body: { dryRun: false, users: [{ email: `boss@${company.domain}` }] },
      })
      const [boss] = (await service.admin.call('listUsers', { params, query: {} })).items
      await service.admin.call('updateUser', {
        params: { ...params, id: boss?.id ?? '' },
        body: { role: 'owner' },
      })
      const link = await service.admin.call('createPortalLink', {
        params,
        body: { role: 'owner', email: `boss@${company.domain}` },
      })
      const browser = createBrowser(service.url, service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('token=')[1] })
      const { url } = await service.admin.call('testConnection', { params: id })
      const stranger = createBrowser(service.url, service.send)
      expect((await stranger.open(url)).status).toBe(403)
      const lastTest = async () => (await service.admin.call('getConnection', { params: id })).lastTest
      expect(await lastTest()).toBeNull()
      const left = await browser.open(url)
      const answer = await company.provider.answer(left.url, company.person('boss', { shoeSize: ['44<b>'] }))
      const shown = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      // B-2: an owner links first, so the page says both: the connection works, and this person would be refused.
      expect(shown.text).toContain('The connection works; this person would be refused')
      expect(shown.text).not.toContain('The test sign-in succeeded')
      // B-1: it is the test that makes it tested.
      expect(await lastTest()).toMatchObject({ mayEnter: false })
      expect(shown.text).toContain('shoeSize')
      expect(shown.text).toContain('44&#60;b&#62;')
      const form = readForm(shown, 'link')
      expect((await browser.postOwn(form.action, form.fields)).text).toContain('It is linked')
      expect((await service.admin.call('listUsers', { params, query: {} })).items).toHaveLength(1)
      await service.admin.call('updateConnection', { params: id, body: { isActive: true } })
      expect((await company.signIn(company.person('boss'))).status).toBe(200)
      const again = await browser.open((await service.admin.call('testConnection', { params: id })).url)
      const { acsUrl, form: sent } = await company.provider.answer(again.url, company.person('boss'))
      expect((await browser.postFromElsewhere(acsUrl, sent)).text).toContain('The test sign-in succeeded')
      expect(await lastTest()).toMatchObject({ mayEnter: true })
      // What is trusted is another thing from here on, which nobody has tested.
      const options = { nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress' }
      await service.admin.call('updateConnection', { params: id, body: { options } })
      expect(await lastTest()).toBeNull()
    })

    it('a test of somebody whose domain nobody proved says so, and leads to Verified Domains', async () => {
      const company = await createCompany(service)
      const browser = createBrowser(service.url, service.send)
      const body = { role: 'owner' } as const
      const link = await service.admin.call('createPortalLink', { params: company.organization, body })
      await browser.call('POST', '/portal-sessions', { token: link.url.split('token=')[1] })
      const params = { slug: company.organization.slug, id: company.connection.id }
      const left = await browser.open((await service.admin.call('testConnection', { params })).url)
      const person = { ...company.person('eve'), nameId: 'eve@elsewhere.test' }
      const answer = await company.provider.answer(left.url, {
        ...person,
        attributes: { email: ['eve@elsewhere.test'] },
      })
      const shown = await browser.postFromElsewhere(answer.acsUrl, answer.form)
      expect(shown.text).toContain(
        `${service.url}/organizations/${params.slug}/settings/security/verified-domains`,
      )
      await service.flushActivity()
      const { items } = await service.admin.call('listActivity', { params, query: { limit: 5 } })
      expect(items.map(({ explanation }) => explanation).join()).toContain(
        'the connection works, and its person would be refused',
      )
    })
  })

  it('finds the certificate in use behind any number that have retired, removes these, and has ten at once', async () => {
    const params = await newOrganization()
    const { id } = await service.admin.call('getOrganization', { params })
    const scope = createScope(id)
    const { items } = await service.admin.call('listServiceKeys', { params })
    const [current] = await service.database.readOrganization(scope, selectKeys, {})
    if (current === undefined) throw new Error('there is no key')
    const envelope = createEnvelope(['secret-key-for-tests-0123456789abcdefghij'])
    const plain = envelope.open(current.private_key, `service_key/${id}/${current.id}`)
    // Older than the key in use, by their ids.
    const write = (count: number, retiresAt: number) =>
      service.database.inOrganization(scope, async (tx) => {
        const rows = Array.from({ length: count }, (_, number) => {
          const own = `cert_000_${retiresAt}_${number}`
          const privateKey = envelope.seal(plain, `service_key/${id}/${own}`)
          return {
            ...current,
            id: own,
            private_key: privateKey,
            state: 'retiring' as const,
            retires_at: retiresAt,
          }
        })
        tx.write(insertKeys(rows), {})
      })
    await write(25, service.now() - 1)
    expect((await service.admin.call('listServiceKeys', { params })).items).toEqual(items)
    await service.admin.call('createServiceKey', { params })
    expect(await service.database.readOrganization(scope, selectKeys, {})).toHaveLength(2)
    await service.admin.call('activateServiceKey', {
      params: { ...params, id: (await service.admin.call('listServiceKeys', { params })).items[1]?.id ?? '' },
      body: {},
    })
    await write(8, service.now() + 3_600_000)
    await expect(service.admin.call('createServiceKey', { params })).rejects.toMatchObject(
      refusal('too_many_keys'),
    )
    service.advance(3_600_001)
    await service.admin.call('createServiceKey', { params })
  })

  it('our private keys are in no answer', async () => {
    const params = await newOrganization()
    const next = await service.admin.call('createServiceKey', { params })
    await expect(service.admin.call('createServiceKey', { params })).rejects.toMatchObject(
      refusal('key_waiting'),
    )
    const keys = await service.admin.call('listServiceKeys', { params })
    expect(keys.items.map(({ state }) => state).sort()).toEqual(['current', 'next'])
    const answers = JSON.stringify([
      next,
      keys,
      await service.admin.call('listEvents', { params, query: {} }),
    ])
    expect(answers).not.toMatch(/PRIVATE|private/)
  })
})
