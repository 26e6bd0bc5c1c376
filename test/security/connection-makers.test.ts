// A set-up link deletes the connection that it made, and no other one.
// Judges: server/connections.
import { createSamlKey, renderIdentityProviderMetadata } from '@rollcall/simulator'
import { beforeAll, expect, it } from 'vitest'
import { openCaller } from '../harness/callers.ts'
import { forOneStore, type Service } from '../harness/service.ts'
import { createCompany, setConnection } from '../harness/sso.ts'

const key = createSamlKey()

forOneStore(import.meta.filename, (start) => {
  let service: Service
  beforeAll(async () => {
    service = await start()
  })
  const codeOf = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'done',
      (error: { readonly problem?: { readonly code: string } }) => error.problem?.code ?? String(error),
    )

  it('O8: a set-up link deletes the connection that it made and nobody enabled, and not that of another one', async () => {
    const company = await createCompany(service)
    const { slug } = company.organization
    const [one, other] = [
      await openCaller(service, slug, 'contact'),
      await openCaller(service, slug, 'contact'),
    ]
    const metadataXml = renderIdentityProviderMetadata({
      entityId: 'https://other.test/metadata',
      ssoUrl: 'https://other.test/sso',
      certificates: [key.certificatePem],
    })
    for (const source of [{}, { metadataXml }]) {
      const body = { name: 'Mine', identityProvider: 'okta' as const, ...source }
      const { id } = await one.client.call('createConnection', { params: { slug }, body })
      const deleteBy = (caller: typeof one) =>
        codeOf(caller.client.call('deleteConnection', { params: { slug, id } }))
      const refusal = async (caller: typeof one) =>
        (await caller.client.call('getAnchor', { params: { slug, id } })).refusals.delete
      expect([await refusal(other), await deleteBy(other)]).toEqual([
        'administrator_required',
        'administrator_required',
      ])
      expect([await refusal(one), await deleteBy(one)]).toEqual([null, 'done'])
    }
  })

  it('m2: a set-up link that fills in what the operator made deletes it no more than what nobody is known to have made', async () => {
    const company = await createCompany(service)
    const { id: organizationId, slug } = company.organization
    const contact = await openCaller(service, slug, 'contact')
    const body = { name: 'Place', identityProvider: 'okta' as const }
    const make = () => service.admin.call('createConnection', { params: { slug }, body })
    const places = { operator: (await make()).id, nobody: (await make()).id }
    // As it was made before makers were kept.
    await setConnection(service, organizationId, places.nobody, { maker_id: null, maker_rung: null })
    for (const [maker, id] of Object.entries(places)) {
      const source = {
        entityId: `https://${maker}.other.test/metadata`,
        ssoUrl: 'https://other.test/sso',
        certificates: [key.certificatePem],
      }
      const params = { slug, id }
      await contact.client.call('updateConnection', { params, body: source })
      expect((await contact.client.call('getAnchor', { params })).refusals.delete, maker).toBe(
        'administrator_required',
      )
      expect(await codeOf(contact.client.call('deleteConnection', { params })), maker).toBe(
        'administrator_required',
      )
    }
  })
})
