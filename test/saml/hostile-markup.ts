// Markup that a signature survives, and roots that are no Response (SAML core §3.2.2; advisories of xml-crypto and xmldom).

import { change, forge, type HostileEntry, mallory, victim } from './context.ts'
import { takeApart } from './forge.ts'

const longName = `${victim}.evil.test`

const afterSigning = (edit: (xml: string) => string) => ({ mutateAfterSigning: edit })

const withDoctype = (subset: string, nameId = mallory) => ({
  sign: 'assertion' as const,
  mutateAfterSigning: (xml: string) =>
    `<!DOCTYPE samlp:Response ${subset}>${xml.replace(`>${mallory}<`, `>${nameId}<`)}`,
})

const laughs = Array.from({ length: 9 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join(
  '',
)

const hidden: readonly HostileEntry[] = [
  change('a comment in the NameID, which canonicalization drops', 'forbidden_xml', {
    nameId: longName,
    sign: 'both',
    mutateAfterSigning: (xml) => xml.replace(longName, `${victim}<!---->.evil.test`),
  }),
  change('a comment in an attribute value', 'forbidden_xml', {
    attributes: { email: [longName] },
    mutateAfterSigning: (xml) => xml.replace(longName, `${victim}<!-- x -->.evil.test`),
  }),
  change(
    'a comment in the Issuer',
    'forbidden_xml',
    afterSigning((xml) => xml.replace('</saml:Issuer>', '<!---->$&')),
  ),
  change(
    'a comment before the root',
    'forbidden_xml',
    afterSigning((xml) => `<!-- -->${xml}`),
  ),
  change(
    'a comment after the root',
    'forbidden_xml',
    afterSigning((xml) => `${xml}<!-- -->`),
  ),
  change('a comment in the DigestValue (CVE-2025-29775)', 'forbidden_xml', {
    sign: 'assertion',
    mutateAfterSigning: (xml) =>
      xml.replaceAll(mallory, victim).replace('<ds:DigestValue>', '<ds:DigestValue><!--Zm9yZ2Vk-->'),
  }),
  change(
    'a comment in the SignatureValue',
    'forbidden_xml',
    afterSigning((xml) => xml.replace('<ds:SignatureValue>', '$&<!---->')),
  ),
  change('a processing instruction in the NameID', 'forbidden_xml', {
    nameId: longName,
    mutateBeforeSigning: (xml) => xml.replace(longName, `${victim}<?x y?>.evil.test`),
  }),
  change(
    'a stylesheet before the root',
    'forbidden_xml',
    afterSigning((xml) => `<?xml-stylesheet href="http://127.0.0.1:9/"?>${xml}`),
  ),
  change('CDATA in the NameID, which canonicalization turns into text', 'forbidden_xml', {
    nameId: longName,
    mutateAfterSigning: (xml) => xml.replace(longName, `${victim}<![CDATA[.evil.test]]>`),
  }),
  change('an empty DTD', 'forbidden_xml', withDoctype('')),
  change(
    'an entity of a DTD in the NameID',
    'forbidden_xml',
    withDoctype(`[<!ENTITY e "${victim}">]`, '&e;'),
  ),
  change(
    'an entity that is a file',
    'forbidden_xml',
    withDoctype('[<!ENTITY e SYSTEM "file:///etc/passwd">]', '&e;'),
  ),
  change('a DTD at an address', 'forbidden_xml', withDoctype('SYSTEM "http://127.0.0.1:9/evil.dtd"')),
  change(
    'a parameter entity at an address',
    'forbidden_xml',
    withDoctype('[<!ENTITY % e SYSTEM "http://127.0.0.1:9/evil.dtd"> %e;]'),
  ),
  change('a billion laughs', 'forbidden_xml', withDoctype(`[<!ENTITY l0 "ha">${laughs}]`, '&l9;')),
  change(
    'a quadratic blow-up',
    'forbidden_xml',
    withDoctype(`[<!ENTITY q "${'a'.repeat(20_000)}">]`, '&q;'.repeat(5_000)),
  ),
  change(
    'a DTD that makes another attribute the id',
    'forbidden_xml',
    withDoctype('[<!ATTLIST saml:Assertion Name ID #IMPLIED>]'),
  ),
  change(
    'a DTD that gives a namespace by default',
    'forbidden_xml',
    withDoctype('[<!ATTLIST samlp:Response xmlns:ds CDATA #FIXED "http://www.w3.org/2000/09/xmldsig#">]'),
  ),
]

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'

const roots: readonly HostileEntry[] = [
  change('a Response of SAML 1.1', 'not_a_response', {
    sign: 'assertion',
    mutateAfterSigning: (xml) => xml.replace(protocol, 'urn:oasis:names:tc:SAML:1.0:protocol'),
  }),
  change('a Response of Version 1.1', 'not_a_response', {
    mutateBeforeSigning: (xml) => xml.replace('Version="2.0"', 'Version="1.1"'),
  }),
  change('a Response without a Version', 'not_a_response', {
    mutateBeforeSigning: (xml) => xml.replace(' Version="2.0"', ''),
  }),
  change('an Assertion of Version 1.1', 'not_a_response', {
    mutateBeforeSigning: (xml) => xml.replace(/(<saml:Assertion [^>]*)Version="2.0"/, '$1Version="1.1"'),
  }),
  ...(['LogoutResponse', 'ArtifactResponse', 'LogoutRequest', 'response'] as const).map((name) =>
    change(`a ${name} with a signed Assertion`, 'not_a_response', {
      sign: 'assertion',
      mutateAfterSigning: (xml) => xml.replaceAll('samlp:Response', `samlp:${name}`),
    }),
  ),
  change('a Response of no namespace', 'not_a_response', {
    sign: 'assertion',
    mutateAfterSigning: (xml) =>
      xml.replace(/samlp:Response/g, 'Response').replace('<Response ', '<Response xmlns="" '),
  }),
  change('a Response in a SOAP envelope', 'not_a_response', {
    mutateAfterSigning: (xml) =>
      `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${xml}</soap:Body></soap:Envelope>`,
  }),
  forge(
    'a bare signed Assertion',
    'not_a_response',
    async (context) => (await takeApart(context, 'assertion')).element,
  ),
]

/** What a parser would make into something else than was signed. */
export const markup: readonly HostileEntry[] = [...hidden, ...roots]
