import { X509Certificate } from 'node:crypto'
import { DOMParser } from '@xmldom/xmldom'
import { expect, it } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { createSamlKey } from './key.ts'
import { urns } from './names.ts'
import { encodeResponse, renderSamlResponse } from './render-response.ts'
import type { ResponseOptions } from './response-options.ts'
import { type SamlShape, toVendorAttributes, vendorShapes } from './vendor-shapes.ts'

const key = createSamlKey()
const base: ResponseOptions = {
  idpEntityId: 'https://idp.test/a&b',
  acsUrl: 'https://sp.test/acs?a=1&b=2',
  audience: 'https://sp.test/entity',
  inResponseTo: '_request',
  nameId: 'dana<&">@acme.test',
  attributes: { email: ['dana@acme.test'], groups: ['A & B', '</saml:Assertion>'] },
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
  key,
}

const parse = (xml: string) => new DOMParser().parseFromString(xml, 'text/xml')

// The local names of what valid signatures cover.
function listSigned(xml: string, certificatePem = key.certificatePem): string[] {
  const signatures = Array.from(parse(xml).getElementsByTagNameNS(urns.signature, 'Signature'))
  return signatures.flatMap((signature) => {
    const verifier = new SignedXml({ publicCert: certificatePem })
    verifier.loadSignature(signature as unknown as Node)
    expect(verifier.checkSignature(xml)).toBe(true)
    return verifier.getSignedReferences().map((signed) => parse(signed).documentElement.localName!)
  })
}

it('signs what each vendor signs, and every signature verifies', async () => {
  const expected: Readonly<Record<SamlShape, readonly string[]>> = {
    okta: ['Response', 'Assertion'],
    entra: ['Assertion'],
    google: ['Assertion'],
    onelogin: ['Assertion'],
    adfs: ['Assertion'],
    ping: ['Assertion'],
    keycloak: ['Response'],
    jumpcloud: ['Response'],
    generic: ['Response', 'Assertion'],
  }
  for (const [shape, signed] of Object.entries(expected)) {
    const xml = await renderSamlResponse({ ...base, shape: shape as SamlShape })
    expect([shape, ...listSigned(xml)]).toEqual([shape, ...signed])
  }
})

it('places each Signature right after its Issuer, or first where there is none (SAML core §5.4.1)', async () => {
  const root = parse(await renderSamlResponse(base)).documentElement
  const assertion = root.getElementsByTagNameNS(urns.assertion, 'Assertion')[0]!
  for (const parent of [root, assertion]) {
    const [first, second] = Array.from(parent.childNodes)
    expect([first?.nodeName, second?.nodeName]).toEqual(['saml:Issuer', 'ds:Signature'])
  }
  const bare = parse(await renderSamlResponse({ ...base, omit: ['ResponseIssuer'] })).documentElement
  expect(bare.firstChild?.nodeName).toBe('ds:Signature')
})

it('signs with inclusive canonicalization, SHA-512 and SHA-1 where asked', async () => {
  for (const change of [
    { canonicalization: 'inclusive' },
    { signatureAlgorithm: 'rsa-sha512', digestAlgorithm: 'sha512' },
    { signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' },
  ] as const) {
    // One at a time: xml-crypto looks for namespaces in scope at the first SignedInfo of a document.
    for (const [sign, signed] of [
      ['response', 'Response'],
      ['assertion', 'Assertion'],
    ] as const) {
      const xml = await renderSamlResponse({ ...base, ...change, sign, shape: 'okta' })
      expect(listSigned(xml)).toEqual([signed])
    }
  }
})

it('keeps markup in values as text', async () => {
  const root = parse(await renderSamlResponse({ ...base, sign: 'none' })).documentElement
  expect(root.getElementsByTagNameNS(urns.assertion, 'NameID')[0]?.textContent).toBe(base.nameId)
  const values = Array.from(root.getElementsByTagNameNS(urns.assertion, 'AttributeValue'))
  expect(values.map((value) => value.textContent)).toEqual(['dana@acme.test', 'A & B', '</saml:Assertion>'])
})

it('leaves out what is named, and only that', async () => {
  const xml = await renderSamlResponse({
    ...base,
    sign: 'none',
    omit: ['AudienceRestriction', 'Destination'],
  })
  expect(xml).not.toMatch(/Audience|Destination/)
  expect(xml).toMatch(/Recipient=.*NotBefore=.*AuthnStatement/)
})

it('encrypts the signed assertion and signs the response around it', async () => {
  const service = createSamlKey()
  const xml = await renderSamlResponse({
    ...base,
    encryptFor: service.certificatePem,
    encryption: 'aes128-gcm',
  })
  expect(xml).not.toContain('NameID')
  expect(xml).toContain('xmlenc11#aes128-gcm')
  expect(listSigned(xml)).toEqual(['Response'])
})

it('names attributes as the vendor does and keeps other names', () => {
  const person = { id: ['1'], email: ['d@a.test'], department: ['x'] }
  expect(toVendorAttributes('google', person)).toEqual({ email: ['d@a.test'], department: ['x'] })
  expect(toVendorAttributes('onelogin', person)).toMatchObject({ 'User.email': ['d@a.test'] })
  expect(toVendorAttributes('entra', person)).toHaveProperty([
    'http://schemas.microsoft.com/identity/claims/tenantid',
  ])
  expect(Object.keys(vendorShapes)).toHaveLength(9)
})

it('makes keys whose certificate belongs to the private key and ends when told', () => {
  const made = createSamlKey({ bits: 1024, commonName: 'Old', notAfter: new Date('2020-01-01') })
  const certificate = new X509Certificate(made.certificatePem)
  expect(certificate.validToDate.toISOString()).toBe('2020-01-01T00:00:00.000Z')
  expect(certificate.subject).toBe('CN=Old')
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1024)
  expect(certificate.verify(certificate.publicKey)).toBe(true)
})

it('encodes a response as base64 of UTF-8', () => {
  expect(Buffer.from(encodeResponse('<é/>'), 'base64').toString()).toBe('<é/>')
})
