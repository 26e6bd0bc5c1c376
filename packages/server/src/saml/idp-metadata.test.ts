import { X509Certificate } from 'node:crypto'
import { createSamlKey, renderIdentityProviderMetadata } from '@rollcall/simulator'
import { describe, expect, it } from 'vitest'
import { findCertificates } from './certificates.ts'
import { MetadataError, readIdentityProviderMetadata, toIdentityProviderMetadata } from './idp-metadata.ts'
import { describeWrongText } from './wrong-text.ts'

const newCertificate = (): string => new X509Certificate(createSamlKey().certificatePem).toString().trim()
const [one, two] = [newCertificate(), newCertificate()]
const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '')
const good = renderIdentityProviderMetadata({
  entityId: 'https://idp.acme.test',
  ssoUrl: 'https://idp.acme.test/sso',
  sloUrl: 'https://idp.acme.test/slo',
  certificates: [one],
})
const read = (xml: string) => readIdentityProviderMetadata(xml, false, Date.UTC(2030, 0, 1))
const codesOf = (xml: string) => (read(xml).warnings ?? []).map(({ code }) => code)
const why = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof MetadataError) return error.message
    throw error
  }
  return 'was taken'
}
const addKey = (metadata: string, text: string): string =>
  metadata.replace(
    '<md:KeyDescriptor',
    `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:KeyDescriptor`,
  )
const withKey = (text: string): string => addKey(good, text)
const withSlo = (location: string, more = '') =>
  good.replace(/(<md:SingleLogoutService[^>]*Location=")[^"]*"/, `$1${location}"${more}`)
const withSso = (change: (service: string) => string) =>
  good.replace(/<md:SingleSignOnService[^>]*\/>/g, change)

describe('metadata as it comes', () => {
  it('is read as it is where nothing is the matter with it', () => {
    expect(read(good)).toEqual({
      entityId: 'https://idp.acme.test',
      ssoUrl: 'https://idp.acme.test/sso',
      ssoBinding: 'redirect',
      sloUrl: 'https://idp.acme.test/slo',
      sloBinding: null,
      sloResponseUrl: null,
      certificates: [one],
      wantsSignedRequests: false,
      warnings: [],
      validUntil: null,
    })
  })

  it.each(['utf-16', 'UTF-16LE', 'us-ascii', 'ISO-8859-1', 'windows-1252', 'x-unknown'])(
    'F25 an encoding that was %s does no harm in text',
    (encoding) => {
      const text = `<?xml version="1.0" encoding="${encoding}"?>\n${good.replace(/^<\?xml[^>]*\?>\s*/, '')}`
      expect(read(text).entityId).toBe('https://idp.acme.test')
      expect(read(`\uFEFF\uFEFF \n${text}\n`).entityId).toBe('https://idp.acme.test')
    },
  )

  it.each([
    '',
    'N/A',
    '/slo',
    'https://idp.acme.test/#/slo',
    'ldap://x',
    'http://idp.acme.test/slo',
    'javascript:alert(1)',
    'https://user:pass@idp.acme.test/slo',
    'https://',
  ])('F26 a sign-out address %j is left out, and said to be', (location) => {
    expect(read(withSlo(location))).toMatchObject({
      sloUrl: null,
      warnings: [{ code: 'slo_unusable', detail: location }],
    })
  })

  it('F26 one that can be used beside one that cannot is used; another binding alone is said', () => {
    const [service = ''] = /<md:SingleLogoutService[^>]*\/>/.exec(good) ?? []
    const both = good.replace(service, service.replace(/Location="[^"]*"/, 'Location="/slo"') + service)
    expect(read(both)).toMatchObject({
      sloUrl: 'https://idp.acme.test/slo',
      warnings: [{ code: 'slo_unusable' }],
    })
    const byPost = service.replace('HTTP-Redirect', 'HTTP-POST').replace('/slo', '/slo-post')
    expect(read(good.replace(service, byPost))).toMatchObject({
      sloUrl: 'https://idp.acme.test/slo-post',
      sloBinding: 'post',
      warnings: [],
    })
    expect(read(good.replace(service, byPost + service))).toMatchObject({
      sloUrl: 'https://idp.acme.test/slo',
      sloBinding: null,
    })
    const bySoap = good.replace(service, service.replace('HTTP-Redirect', 'SOAP'))
    expect(read(bySoap)).toMatchObject({ sloUrl: null, warnings: [{ code: 'slo_binding', detail: 'SOAP' }] })
  })

  it('F34 reads where answers to a sign-out go, and leaves out what is no address', () => {
    const elsewhere = withSlo(
      'https://idp.acme.test/slo',
      ' ResponseLocation="https://idp.acme.test/answers"',
    )
    expect(read(elsewhere)).toMatchObject({ sloResponseUrl: 'https://idp.acme.test/answers', warnings: [] })
    expect(read(withSlo('https://idp.acme.test/slo', ' ResponseLocation="none"'))).toMatchObject({
      sloUrl: 'https://idp.acme.test/slo',
      sloBinding: null,
      sloResponseUrl: null,
      warnings: [{ code: 'slo_unusable', detail: 'none' }],
    })
  })

  it('F27 an address for HTTP-Redirect that cannot be used leaves the one for HTTP-POST', () => {
    const post = (service: string) => service.replace('HTTP-Redirect', 'HTTP-POST')
    const broken = (service: string) => service.replace(/Location="[^"]*"/, 'Location="/sso"')
    expect(read(withSso((service) => broken(service) + post(service)))).toMatchObject({
      ssoBinding: 'post',
      warnings: [{ code: 'sso_redirect_unusable', detail: '/sso' }],
    })
    expect(read(withSso((service) => broken(service) + service)).ssoBinding).toBe('redirect')
    expect(why(() => read(withSso(broken)))).toContain('https address')
    expect(why(() => read(withSso(() => '')))).toContain('no SingleSignOnService')
  })

  it.each(['', 'MIIBgarbage', 'paste it here', '{{certificate}}', bare(one).slice(0, -40), 'AAAA'])(
    'F28 a certificate %j beside a good one is left out, and said to be',
    (text) => {
      expect(read(withKey(text))).toMatchObject({
        certificates: [one],
        warnings: [{ code: 'certificate_unreadable', detail: '1' }],
      })
      expect(why(() => read(good.replace(bare(one), text)))).toMatch(/cannot be read/)
    },
  )

  it('F28 of a chain in one element the first counts, and those that issued it sign for nobody', () => {
    for (const text of [bare(two) + bare(one), `${two}\n${one}`, `${bare(two)}\n\n${bare(one)}`]) {
      const found = read(withKey(text))
      expect(found.certificates).toEqual([two, one])
      expect(found.warnings).toEqual([{ code: 'certificate_chain', detail: '1' }])
    }
    const alone = read(good.replace(bare(one), bare(two) + bare(one)))
    expect(alone.certificates).toEqual([two])
  })

  it('F28 more than ten are taken to ten', () => {
    const small = Array.from({ length: 11 }, () => createSamlKey({ bits: 1_024 }).certificatePem)
    const many = small.reduce((text, pem) => addKey(text, bare(pem)), good)
    const found = read(many)
    expect(found.certificates).toHaveLength(10)
    // The one that can sign is among them, wherever it stood.
    expect(found.certificates).toContain(one)
    expect(found.warnings).toEqual([{ code: 'certificates_extra', detail: '2' }])
  })

  it('F30 of several roles the one is taken that speaks SAML 2.0 and can be asked', () => {
    const [role = ''] = /<md:IDPSSODescriptor[\s\S]*<\/md:IDPSSODescriptor>/.exec(good) ?? []
    const speaks = (protocol: string) =>
      role.replace(/protocolSupportEnumeration="[^"]*"/, `protocolSupportEnumeration="${protocol}"`)
    const old = speaks('urn:oasis:names:tc:SAML:1.1:protocol').replace(
      'https://idp.acme.test/sso',
      'https://old.acme.test/sso',
    )
    expect(read(good.replace(role, old + role))).toMatchObject({
      ssoUrl: 'https://idp.acme.test/sso',
      warnings: [{ code: 'several_roles', detail: '2' }],
    })
    expect(why(() => read(good.replace(role, old)))).toContain('no SAML 2.0')
    const both = speaks('urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol')
    expect(codesOf(good.replace(role, both))).toEqual([])
    const deaf = role.replace(/<md:SingleSignOnService[^>]*\/>/g, '')
    expect(read(good.replace(role, deaf + role)).ssoUrl).toBe('https://idp.acme.test/sso')
  })

  it('F32 CDATA, instructions and comments do no harm; a document type is refused', () => {
    const dressed = good
      .replace(bare(one), `<![CDATA[${bare(one)}]]>`)
      .replace('<md:IDPSSODescriptor', '<?pi x?><!-- y --><md:IDPSSODescriptor')
    const styled = dressed.replace(/^(<\?xml[^>]*\?>)?/, '$1<?xml-stylesheet type="text/xsl" href="x.xsl"?>')
    expect(read(styled)).toMatchObject({ certificates: [one], warnings: [] })
    expect(why(() => read(`<!DOCTYPE x [<!ENTITY a "b">]>${good}`))).toContain('document type')
  })

  it.each([
    'https://sts.windows.net/{tenantid}/',
    'https://login.microsoftonline.com/%7Btenantid%7D/',
    'https://acme.test/{realm}',
  ])('F33 the entity ID %s is of nobody: it says what to take instead', (entityId) => {
    const text = good.replace(/entityID="[^"]*"/, `entityID="${entityId}"`)
    expect(why(() => read(text))).toContain('App Federation Metadata Url')
    const fields = { entityId, ssoUrl: 'https://idp.acme.test/sso', certificates: [one] }
    expect(why(() => toIdentityProviderMetadata(fields, false))).toContain('placeholder')
  })

  it('a signature and an end of validity are looked at and said', () => {
    const entity = /<md:EntityDescriptor[^>]*>/
    const until = (time: string) => good.replace(entity, (tag) => tag.replace('>', ` validUntil="${time}">`))
    expect(read(until('2031-01-01T00:00:00Z'))).toMatchObject({
      validUntil: Date.UTC(2031, 0, 1),
      warnings: [],
    })
    expect(codesOf(until('2029-01-01T00:00:00Z'))).toEqual(['expired'])
    expect(read(until('soon')).validUntil).toBe(null)
    const signed = good.replace(entity, '$&<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>')
    expect(codesOf(signed)).toEqual(['signature_unchecked'])
  })
})

describe('F29 a certificate as it is pasted', () => {
  const paste = (...certificates: string[]) =>
    toIdentityProviderMetadata({ entityId: 'x', ssoUrl: 'https://x.test/sso', certificates }, false)
      .certificates

  it.each([
    ['as PEM', one, [one]],
    ['as base64', bare(one), [one]],
    [
      'with bag attributes',
      `Bag Attributes\n    localKeyID: 01 02\nsubject=CN = x\nissuer=CN = x\n${one}\n`,
      [one],
    ],
    ["with openssl's reading", `Certificate:\n    Data:\n        Version: 3 (0x2)\n${one}\n`, [one]],
    ['two in one', `${one}\n${two}\n`, [one, two]],
    ['two without a line between', `${one}${two}`, [one, two]],
    ['with literal line breaks', one.replace(/\n/g, '\\n'), [one]],
    ['with those of Windows', one.replace(/\n/g, '\r\n'), [one]],
    ['with their letters', one.replace(/\n/g, '\\r\\n'), [one]],
    ['on one line', one.replace(/\n/g, ' '), [one]],
    ['as JSON', JSON.stringify(one), [one]],
    ['as JSON of two lists', `${JSON.stringify(one)},`, [one]],
    ['as X509', one.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'), [one]],
    ['without its end', one.replace(/-----END.*/, ''), [one]],
    ['as a link', `data:application/x-x509-ca-cert;base64,${bare(one)}`, [one]],
    ['in single quotes', `'${one}'`, [one]],
    ['with XML line breaks', bare(one).replace(/(.{64})/g, '$1&#13;\n'), [one]],
    ['twice', `${one}\n${one}`, [one]],
  ])('%s', (_, text, wanted) => {
    expect(paste(text)).toEqual(wanted)
  })

  it.each([
    ['nothing', '', 'cannot be read'],
    ['a word', 'abc', 'cannot be read'],
    ['half of one', bare(one).slice(0, 400), 'cannot be read'],
    [
      'a good one and a bad one',
      `${one}\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----`,
      'cannot be read',
    ],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', 'private key'],
    [
      'a private key beside it',
      `${one}\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----`,
      'private key',
    ],
    [
      'a request',
      '-----BEGIN CERTIFICATE REQUEST-----\nMIIE\n-----END CERTIFICATE REQUEST-----',
      'CERTIFICATE REQUEST',
    ],
    ['a public key', '-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----', 'PUBLIC KEY'],
  ])('%s is refused in words', (_, text, words) => {
    expect(why(() => paste(text))).toContain(words)
  })

  it('takes no time for what only begins like certificates', () => {
    for (const text of ['-----BEGIN A-----'.repeat(50_000), `${'A'.repeat(90_000)}!`, '='.repeat(99_000)])
      expect(findCertificates(text).certificates).toEqual([])
  })
})

describe('F31 what is pasted in place of metadata', () => {
  it.each([
    ['an address', 'https://idp.acme.test/metadata', /URL/],
    ['a page', '<!doctype html><html><body>Sign in</body></html>', /HTML/],
    ['a page of XML', '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>', /HTML/],
    ['escaped text', good.replace(/</g, '&lt;').replace(/>/g, '&gt;'), /&lt;/],
    ['escaped text in a page', `<pre>${good.replace(/</g, '&lt;')}</pre`, /&lt;/],
    [
      "a browser's sentence",
      `This XML file does not appear to have any style information.\n${good}`,
      /before/,
    ],
    ['the sign to fold it', `- ${good.replace(/^<\?xml[^>]*\?>\s*/, '')}`, /before/],
    ['a sentence behind it', `${good}\nThe end`, /behind/],
    ['JSON', '{"issuer":"https://idp.acme.test"}', /JSON/],
    ['a certificate', one, /certificate/],
    ['base64', Buffer.from(`<?xml version="1.0"?>${good}`).toString('base64'), /base64/],
    ['nothing', ' \n ', /no text/],
    ['half of it', good.slice(0, -60), /not well-formed|behind/],
    ['another document', '<a/>', /no EntityDescriptor/],
  ])('%s is named', (_, text, words) => {
    const said = why(() => read(text))
    expect(said).toMatch(words)
    expect(said).not.toContain('Sign in')
  })

  it('what looks like XML is not judged', () => {
    expect(describeWrongText(good.trim())).toBeUndefined()
  })
})
