// A set-up link deletes the connection that it made, and no other one.
// Judges: server/connections.
import { createSamlKey, renderIdentityProviderMetadata } from '@rollcall/simulator'
import { beforeAll, expect, it } from 'vitest'
import { openCaller } from '../harness/callers.ts'
import { forEachStore, type Service } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

const key = createSamlKey()

forEachStore((start) => {
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
})
