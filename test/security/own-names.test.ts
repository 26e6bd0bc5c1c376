// Keys of people that nobody may assert are kept under names of our own: no connection is called so, by whichever door it would come in.
// Judges: server/connections, server/anchors, server/sso.
import { createSamlKey, createSamlProvider, renderIdentityProviderMetadata } from '@rollcall/simulator'
import { beforeAll, describe, expect, it } from 'vitest'
import { createScope } from '../../packages/server/src/store/database.ts'
import { organizationQuery } from '../../packages/server/src/store/statement.ts'
import { createBrowser } from '../harness/browser.ts'
import { openCaller } from '../harness/callers.ts'
import { deal } from '../harness/sample.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { type Company, createCompany, setConnection } from '../harness/sso.ts'

const key = createSamlKey()
/** Of parked keys, and whatever would be shown as another name. */
const names = [
  'withdrawn 1',
  'withdrawn\u00a01',
  'removed usr_00000000000000000000000000 https://idp.test',
  'a b',
  'https://ok.test/ x',
  'https://ok.test/\u200bx',
  'https://ok.test/\u0085x',
  'https://ok.test/\u3164x',
  'https://ok.test/\u2800x',
] as const
const kept = ['https://ok.test/x', 'urn:acme:idp', 'acme-idp', 'C0123456']

forEachStore((start, kind) => {
  let service: Service
  beforeAll(async () => {
    service = await start({ hasMail: true })
  })

  const provider = (entityId: string) =>
    createSamlProvider({ baseUrl: 'https://other.test', key, now: service.now, entityId })
  const xmlOf = (entityId: string) =>
    renderIdentityProviderMetadata({
      entityId,
      ssoUrl: 'https://other.test/sso',
      certificates: [key.certificatePem],
    })
  const byHand = (entityId: string) => ({
    entityId,
    ssoUrl: 'https://other.test/sso',
    certificates: [key.certificatePem],
  })
  let pages = 0
  const byUrl = (entityId: string) => {
    pages += 1
    const metadataUrl = `https://other.test/metadata/${pages}`
    service.metadataPages.set(metadataUrl, xmlOf(entityId))
    return { metadataUrl }
  }
  const sources = {
    'a document': (name: string) => ({ metadataXml: xmlOf(name) }),
    'by hand': byHand,
    'an address': byUrl,
  }
  const codeOf = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => 'taken',
      (error: { readonly problem?: { readonly code: string } }) => error.problem?.code ?? error,
    )
  const at = (company: Company) => ({ ...company.organization, id: company.connection.id })
  const discover = (issuer: string) =>
    service.metadataPages.set(
      `${issuer}/.well-known/openid-configuration`,
      JSON.stringify({
        issuer,
        authorization_endpoint: 'https://other.test/authorize',
        token_endpoint: 'https://other.test/token',
        jwks_uri: 'https://other.test/keys',
      }),
    )

  describe('O1: an entity ID that is a name of our own', () => {
    let company: Company
    let callers: Record<'contact' | 'administrator', Awaited<ReturnType<typeof openCaller>>['client']>
    beforeAll(async () => {
      company = await createCompany(service)
      await setConnection(service, company.organization.id, company.connection.id, {
        anchor_rung: 'administrator',
      })
      const { slug } = company.organization
      callers = {
        contact: (await openCaller(service, slug, 'contact')).client,
        administrator: (await openCaller(service, slug, 'administrator')).client,
      }
    })

    it.each(deal('names of our own', names, kind))(
      'O1: %j comes in by no door, and changes nothing',
      async (name) => {
        const params = { slug: company.organization.slug }
        const seen: unknown[] = []
        for (const toSource of Object.values(sources)) {
          const source = () => toSource(name)
          const made = { name: 'Other', identityProvider: 'okta' } as const
          for (const client of [callers.contact, callers.administrator, service.admin])
            seen.push(
              await codeOf(client.call('createConnection', { params, body: { ...made, ...source() } })),
              await codeOf(client.call('previewConnection', { params, body: source() })),
              await codeOf(client.call('updateConnection', { params: at(company), body: source() })),
              await codeOf(client.call('stageAnchor', { params: at(company), body: source() })),
            )
        }
        const relink = { metadataXml: xmlOf(name), dryRun: false }
        seen.push(
          await codeOf(callers.administrator.call('relinkConnection', { params: at(company), body: relink })),
        )
        expect(new Set(seen)).toEqual(new Set(['metadata_invalid']))
        discover(name)
        const body = {
          name: 'Other',
          identityProvider: 'generic',
          protocol: 'oidc',
          oidc: { issuer: name, clientId: 'c', clientSecret: 's' },
        } as const
        expect(await codeOf(callers.administrator.call('createConnection', { params, body }))).toMatch(
          /^(issuer_|invalid_request)/,
        )
        const anchor = await service.admin.call('getAnchor', { params: at(company) })
        expect(anchor.staged ?? null).toBeNull()
        expect((await service.admin.call('listConnections', { params })).items).toHaveLength(1)
      },
    )

    it('O1: metadata at an address that takes such a name later is refused', async () => {
      const own = await createCompany(service)
      const source = byUrl('https://ok.test/x')
      await service.admin.call('updateConnection', { params: at(own), body: source })
      service.metadataPages.set(source.metadataUrl, xmlOf('withdrawn 1'))
      expect(await codeOf(service.admin.call('refreshConnection', { params: at(own) }))).toBe(
        'metadata_invalid',
      )
      const connection = await service.admin.call('getConnection', { params: at(own) })
      expect(connection.metadataError).toMatch(/white space/)
      expect(connection.identityProviderMetadata?.entityId).toBe('https://ok.test/x')
    })

    it.each(kept)('O1: %j is a name like another', async (name) => {
      expect(
        await codeOf(
          callers.contact.call('previewConnection', { params: company.organization, body: byHand(name) }),
        ),
      ).toBe('taken')
    })
  })

  // As a version before took them in.
  const store = (company: Company, entityId: string) =>
    service.database.inOrganization(createScope(company.organization.id), async (tx) => {
      const select = organizationQuery(({ db, organizationId }) =>
        db.selectFrom('connection').select('metadata').where('organization_id', '=', organizationId),
      )
      const row = await tx.first(select, {})
      const metadata = JSON.stringify({
        ...JSON.parse(row?.metadata ?? '{}'),
        entityId,
        ssoUrl: provider(entityId).ssoUrl,
        certificates: [key.certificatePem],
      })
      tx.write(
        organizationQuery(({ db, organizationId }) =>
          db.updateTable('connection').set({ metadata }).where('organization_id', '=', organizationId),
        ),
        {},
      )
    })
  const comesIn = async (company: Company, entityId: string, nameId: string) => {
    const browser = createBrowser(service.url, service.send)
    const idp = provider(entityId)
    const left = await browser.open(`/saml/${company.connection.id}/login`)
    const answer = await idp.answer(left.url, { nameId, attributes: {} })
    await browser.postFromElsewhere(answer.acsUrl, answer.form)
    const session = await browser.call('GET', '/session')
    return session.status === 200 ? ((await session.json()) as { role: string }).role : session.status
  }

  it('O1: a connection that a version before let be called so gives nobody the parked key of an owner', async () => {
    const company = await createCompany(service)
    const params = { slug: company.organization.slug }
    const person = company.person('boss')
    await company.signIn(person)
    const { items } = await service.admin.call('listUsers', { params, query: {} })
    await service.admin.call('updateUser', {
      params: { ...params, id: items[0]!.id },
      body: { role: 'owner' },
    })
    const { client } = await openCaller(service, params.slug, 'administrator')
    const staged = await client.call('stageAnchor', {
      params: at(company),
      body: { stableIdAttribute: 'email' },
    })
    await client.call('applyStagedAnchor', { params: at(company), body: { digest: staged.digest } })
    const back = await client.call('stageAnchor', { params: at(company), body: { stableIdAttribute: null } })
    await client.call('applyStagedAnchor', { params: at(company), body: { digest: back.digest } })
    await setConnection(service, company.organization.id, company.connection.id, { anchor_rung: 'owner' })
    await store(company, 'withdrawn 1')
    expect(await comesIn(company, 'withdrawn 1', person.nameId)).toBe(401)
  })

  it('m8: new certificates of one that is called so are refused, and the reason stands beside it until it works again', async () => {
    const company = await createCompany(service)
    const source = byUrl('https://ok.test/x')
    await service.admin.call('updateConnection', { params: at(company), body: source })
    await store(company, 'withdrawn 1')
    const rolled = { certificates: [createSamlKey().certificatePem], ssoUrl: provider('withdrawn 1').ssoUrl }
    service.metadataPages.set(
      source.metadataUrl,
      renderIdentityProviderMetadata({ entityId: 'withdrawn 1', ...rolled }),
    )
    expect(await codeOf(service.admin.call('refreshConnection', { params: at(company) }))).toBe(
      'metadata_invalid',
    )
    const connection = await service.admin.call('getConnection', { params: at(company) })
    expect(connection.metadataError).toMatch(/white space/)
    const query = { type: 'connection.metadata_failed', limit: 5 } as const
    const { items } = await service.admin.call('listEvents', { params: company.organization, query })
    expect(items).toHaveLength(1)
  })

  it('O1: one that is called by words with a space goes on, and takes its own metadata in again', async () => {
    const company = await createCompany(service)
    await store(company, 'Acme Identity')
    const nameId = `p@${company.domain}`
    expect(await comesIn(company, 'Acme Identity', nameId)).not.toBe(401)
    const body = { metadataXml: xmlOf('Acme Identity') }
    const changed = await service.admin.call('updateConnection', { params: at(company), body })
    expect(changed).toMatchObject({ identityProviderMetadata: { entityId: 'Acme Identity' } })
  })
})
