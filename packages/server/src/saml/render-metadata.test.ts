// What is kept of metadata, written as metadata and read again, is the same.
import { createSamlKey, renderIdentityProviderMetadata as renderOther } from '@rollcall/simulator'
import { describe, expect, it } from 'vitest'
import { type IdentityProviderMetadata, readIdentityProviderMetadata } from './idp-metadata.ts'
import { renderIdentityProviderMetadata } from './render-metadata.ts'

const { certificatePem } = createSamlKey()
const urls = { entityId: 'urn:acme:"idp"', ssoUrl: 'https://idp.acme.test/sso?a=1&b=2' }
const read = (xml: string): IdentityProviderMetadata => readIdentityProviderMetadata(xml, false)
const plain = read(renderOther({ ...urls, certificates: [certificatePem] }))

describe('the metadata of an identity provider', () => {
  it.each<[string, Partial<IdentityProviderMetadata>]>([
    ['as it is most often', {}],
    ['with single logout by redirect', { sloUrl: 'https://idp.acme.test/slo' }],
    [
      'with single logout by POST, answered elsewhere',
      {
        sloUrl: 'https://idp.acme.test/slo',
        sloBinding: 'post',
        sloResponseUrl: 'https://idp.acme.test/done',
      },
    ],
    ['that takes requests by POST, signed', { ssoBinding: 'post', wantsSignedRequests: true }],
    ['that ends', { validUntil: Date.parse('2040-01-02T03:04:05.678Z') }],
  ])('comes back %s', (_, more) => {
    const metadata = { ...plain, ...more }
    expect(read(renderIdentityProviderMetadata(metadata))).toEqual(metadata)
  })
})
