// What must sign nobody out: messages of single logout that are forged, old, meant for others, or wrapped around others.
import { createHmac } from 'node:crypto'
import type { Carried } from '../../packages/server/src/saml/logout-message.ts'
import type { SamlCode } from '../../packages/server/src/saml/saml-error.ts'
import {
  byPost,
  byRedirect,
  bySoap,
  type LogoutContext,
  rsaSha256,
  signed,
  type Words,
  wrapSoap,
  write,
} from './logout-forge.ts'

export interface HostileLogout {
  readonly name: string
  /** Any of these is right. */
  readonly codes: readonly SamlCode[]
  make(context: LogoutContext): Carried
}

type Binding = 'post' | 'soap'

const entry = (
  name: string,
  codes: SamlCode | readonly SamlCode[],
  make: (context: LogoutContext) => Carried,
): HostileLogout => ({ name, codes: [codes].flat() as readonly SamlCode[], make })

const addressOf = (context: LogoutContext, binding: Binding): string =>
  binding === 'soap' ? context.soapAddress : context.address

const carry = (binding: Binding, xml: string): Carried =>
  binding === 'soap' ? bySoap(wrapSoap(xml)) : byPost(xml)

/** By both bindings that have the signature inside; `edit` after it. */
const both = (
  name: string,
  codes: SamlCode | readonly SamlCode[],
  words: Words | ((context: LogoutContext, address: string) => Words),
  edit: (xml: string, context: LogoutContext, address: string) => string = (xml) => xml,
): readonly HostileLogout[] =>
  (['post', 'soap'] as const).map((binding) =>
    entry(`${name} (by ${binding})`, codes, (context) => {
      const address = addressOf(context, binding)
      const said = typeof words === 'function' ? words(context, address) : words
      const xml = signed(write(context, { destination: address, ...said }), context.idpKey)
      return carry(binding, edit(xml, context, address))
    }),
  )

const minute = 60_000
const signatureOf = (xml: string): string => /<ds:Signature.*<\/ds:Signature>/s.exec(xml)?.[0] ?? ''
const without = (xml: string): string => xml.replace(/<ds:Signature.*<\/ds:Signature>/s, '')

const forged: readonly HostileLogout[] = [
  ...both('signed by nobody', 'signature_missing', {}, without),
  ...both("signed with the attacker's key", 'signature_invalid', {}, (xml, { attackerKey }) =>
    signed(without(xml), attackerKey),
  ),
  ...both('signed by RSA-SHA1', 'algorithm_refused', {}, (xml, { idpKey }) =>
    signed(without(xml), idpKey, 'rsa-sha1'),
  ),
  ...both(
    'about another person than was signed',
    'signature_invalid',
    { nameId: 'somebody@else.test' },
    (xml, { victim }) => xml.replace('somebody@else.test', victim),
  ),
  ...both(
    'of one SessionIndex that was cut out after signing',
    'signature_invalid',
    ({ victim }) => ({
      inner: `<saml:NameID>${victim}</saml:NameID><samlp:SessionIndex>one</samlp:SessionIndex>`,
    }),
    (xml) => xml.replace('<samlp:SessionIndex>one</samlp:SessionIndex>', ''),
  ),
  ...both('with the signature of another message', 'signature_misplaced', {}, (xml, context, address) =>
    xml.replace(signatureOf(xml), () =>
      signatureOf(signed(write(context, { destination: address }), context.idpKey)),
    ),
  ),
  ...both('with two signatures', 'signature_misplaced', {}, (xml) =>
    xml.replace(signatureOf(xml), (found) => found + found),
  ),
  ...both('with an HMAC of our certificate as signature', 'algorithm_refused', {}, (xml, { idpKey }) =>
    xml
      .replace(rsaSha256, 'http://www.w3.org/2000/09/xmldsig#hmac-sha1')
      .replace(
        /(<ds:SignatureValue>)[^<]*/,
        `$1${createHmac('sha1', idpKey.certificatePem).update(xml).digest('base64')}`,
      ),
  ),
]

const wrapped: readonly HostileLogout[] = [
  ...both(
    'a signed one inside a forged one (XSW)',
    ['assertion_count', 'signature_misplaced'],
    { nameId: 'somebody@else.test' },
    (xml, context, address) =>
      write(context, { destination: address }).replace(
        '<saml:NameID>',
        `<samlp:Extensions>${xml}</samlp:Extensions><saml:NameID>`,
      ),
  ),
  ...both(
    'the signature of one that stands inside a forged one (XSW)',
    ['assertion_count', 'signature_misplaced'],
    { nameId: 'somebody@else.test' },
    (xml, context, address) =>
      write(context, { destination: address }).replace(
        '<saml:NameID>',
        () =>
          `${signatureOf(xml).replace('</ds:Signature>', `<ds:Object>${without(xml)}</ds:Object></ds:Signature>`)}<saml:NameID>`,
      ),
  ),
  ...both(
    'the same ID twice (XSW)',
    ['duplicate_id', 'assertion_count'],
    { id: '_same', nameId: 'somebody@else.test' },
    (xml, context, address) =>
      write(context, { id: '_same', destination: address }).replace(
        '<saml:NameID>',
        `<samlp:Extensions>${xml}</samlp:Extensions><saml:NameID>`,
      ),
  ),
  entry('a signed one in the header of a forged one', ['assertion_count', 'not_a_response'], (context) => {
    const own = signed(
      write(context, { destination: context.soapAddress, nameId: 'x@x.test' }),
      context.idpKey,
    )
    return bySoap(
      wrapSoap(write(context, { destination: context.soapAddress }), `<soap:Header>${own}</soap:Header>`),
    )
  }),
  entry('a signed one behind a forged one in one body', 'not_a_response', (context) => {
    const own = signed(
      write(context, { destination: context.soapAddress, nameId: 'x@x.test' }),
      context.idpKey,
    )
    return bySoap(wrapSoap(write(context, { destination: context.soapAddress }) + own))
  }),
  entry('two bodies', 'not_a_response', (context) => {
    const own = signed(
      write(context, { destination: context.soapAddress, nameId: 'x@x.test' }),
      context.idpKey,
    )
    const body = `<soap:Body>${own}</soap:Body>`
    return bySoap(
      wrapSoap(write(context, { destination: context.soapAddress })).replace('</soap:Body>', `$&${body}`),
    )
  }),
  entry('an empty body', 'not_a_response', () => bySoap(wrapSoap(''))),
  entry('a header that must be understood', 'not_a_response', (context) =>
    bySoap(
      wrapSoap(
        signed(write(context, { destination: context.soapAddress }), context.idpKey),
        '<soap:Header><x:y xmlns:x="urn:x" soap:mustUnderstand="1"/></soap:Header>',
      ),
    ),
  ),
  entry('an envelope of SOAP 1.2', 'not_a_response', (context) =>
    bySoap(
      wrapSoap(signed(write(context, { destination: context.soapAddress }), context.idpKey)).replaceAll(
        'http://schemas.xmlsoap.org/soap/envelope/',
        'http://www.w3.org/2003/05/soap-envelope',
      ),
    ),
  ),
  entry('no envelope where one belongs', 'not_a_response', (context) =>
    bySoap(signed(write(context, { destination: context.soapAddress }), context.idpKey)),
  ),
  entry('an envelope where none belongs', 'not_a_response', (context) =>
    byPost(wrapSoap(signed(write(context), context.idpKey))),
  ),
  entry('an answer in an envelope', 'not_a_response', (context) =>
    bySoap(
      wrapSoap(
        signed(write(context, { name: 'LogoutResponse', destination: context.soapAddress }), context.idpKey),
      ),
    ),
  ),
  ...both('with an assertion in it', 'assertion_count', {
    inner: '<saml:Assertion ID="_a"/><saml:NameID>x</saml:NameID>',
  }),
]

const meant: readonly HostileLogout[] = [
  ...both("of another organization's issuer", 'issuer_mismatch', { issuer: 'https://idp.globex.test' }),
  ...both('of nobody', 'issuer_mismatch', { issuer: '' }),
  ...both('for another address', 'destination_mismatch', { destination: 'https://other.test/slo' }),
  ...both('for no address', 'destination_mismatch', { destination: null }),
  entry('by SOAP, for the address of browsers', 'destination_mismatch', (context) =>
    bySoap(wrapSoap(signed(write(context), context.idpKey))),
  ),
  entry('by POST, for the address of SOAP', 'destination_mismatch', (context) =>
    byPost(signed(write(context, { destination: context.soapAddress }), context.idpKey)),
  ),
  ...both('of an hour ago', 'response_too_old', ({ now }) => ({ issuedAt: now - 60 * minute })),
  ...both('of tomorrow', 'response_too_old', ({ now }) => ({ issuedAt: now + 1_440 * minute })),
  ...both('that was over', 'response_too_old', ({ now }) => ({ notOnOrAfter: now - 10 * minute })),
  ...both('without a time', ['response_too_old', 'signature_invalid'], {}, (xml, { idpKey }) =>
    signed(without(xml).replace(/ IssueInstant="[^"]*"/, ''), idpKey),
  ),
  ...both('about nobody', 'name_id_missing', { inner: '' }),
  ...both('about two', 'name_id_missing', ({ victim }) => ({
    inner: `<saml:NameID>x</saml:NameID><saml:NameID>${victim}</saml:NameID>`,
  })),
  ...both('about an encrypted name', 'name_id_missing', { inner: '<saml:EncryptedID/>' }),
  ...both('about a name between spaces', 'name_id_spaces', ({ victim }) => ({ nameId: ` ${victim} ` })),
  ...both('of SAML 1.1', 'not_a_response', {}, (xml, { idpKey }) =>
    signed(without(xml).replace('Version="2.0"', 'Version="1.1"'), idpKey),
  ),
]

const shaped: readonly HostileLogout[] = [
  ...both(
    'with a document type',
    'forbidden_xml',
    {},
    (xml) => `<!DOCTYPE x [<!ENTITY e "x">]>${xml}`,
  ).filter(({ name }) => name.includes('post')),
  entry('an envelope with a document type', 'forbidden_xml', (context) =>
    bySoap(`<!DOCTYPE x [<!ENTITY e "${context.victim}">]>${wrapSoap(write(context, { nameId: '&e;' }))}`),
  ),
  ...both('with a comment in the name', 'forbidden_xml', {}, (xml, { victim }) =>
    xml.replace(`>${victim}<`, `>${victim}<!----><`),
  ),
  ...both('with a processing instruction', 'forbidden_xml', {}, (xml) =>
    xml.replace('<saml:NameID>', '<?x y?><saml:NameID>'),
  ),
  ...both('with CDATA', 'forbidden_xml', {}, (xml, { victim }) =>
    xml.replace(`>${victim}<`, `><![CDATA[${victim}]]><`),
  ),
  ...both('ten thousand levels deep', 'too_deep', {}, (xml) =>
    xml.replace('<saml:NameID>', `${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}<saml:NameID>`),
  ),
  ...both('of 5,000 SessionIndexes', ['too_deep', 'too_large'], ({ victim }) => ({
    inner: `<saml:NameID>${victim}</saml:NameID>${'<samlp:SessionIndex>x</samlp:SessionIndex>'.repeat(5_000)}`,
  })).filter(({ name }) => name.includes('post')),
  ...both('of 200 KB', 'too_large', {}, (xml) =>
    xml.replace('<saml:Issuer>', `${' '.repeat(200_000)}<saml:Issuer>`),
  ),
  entry('by POST, not base64', 'malformed', () => ({
    binding: 'post',
    form: new URLSearchParams({ SAMLRequest: '<LogoutRequest/>' }),
  })),
  entry('by POST, twice', 'malformed', (context) => {
    const carried = byPost(signed(write(context), context.idpKey)) as Extract<Carried, { binding: 'post' }>
    carried.form.append('SAMLRequest', 'AAAA')
    return carried
  }),
  entry('by POST, a request and an answer', 'malformed', (context) =>
    byPost(signed(write(context), context.idpKey), 'SAMLRequest', { SAMLResponse: 'AAAA' }),
  ),
  entry('by POST, with a RelayState of 2,000 characters', 'too_large', (context) =>
    byPost(signed(write(context), context.idpKey), 'SAMLRequest', { RelayState: 'x'.repeat(2_000) }),
  ),
  entry('by POST, signed as a query and not inside', 'signature_missing', (context) =>
    byPost(write(context), 'SAMLRequest', { SigAlg: rsaSha256, Signature: 'AAAA' }),
  ),
]

const queries: readonly HostileLogout[] = [
  entry('by redirect, signed inside and not over the query', 'signature_missing', (context) => {
    const carried = byRedirect(signed(write(context), context.idpKey), context.idpKey)
    return {
      binding: 'redirect',
      rawQuery: (carried as { rawQuery: string }).rawQuery.replace(/&SigAlg=.*/, ''),
    }
  }),
  ...[
    ['none', 'none'],
    ['an HMAC', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'],
    ['RSA-SHA1', 'http://www.w3.org/2000/09/xmldsig#rsa-sha1'],
    ['nothing', ''],
    ['__proto__', '__proto__'],
  ].map(([name, algorithm = '']) =>
    entry(`by redirect, with ${name} as SigAlg`, 'algorithm_refused', (context) =>
      byRedirect(write(context), context.idpKey, { algorithm }),
    ),
  ),
  entry('by redirect, RSA-SHA256 under the name of RSA-SHA512', 'signature_invalid', (context) =>
    byRedirect(write(context), context.idpKey, {
      algorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    }),
  ),
  entry('by redirect, RSA-SHA256 under the name of RSA-PSS', 'signature_invalid', (context) =>
    byRedirect(write(context), context.idpKey, {
      algorithm: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
    }),
  ),
  entry('by redirect, SigAlg twice', 'malformed', (context) =>
    byRedirect(write(context), context.idpKey, { more: '&SigAlg=none' }),
  ),
  entry('by redirect, with a RelayState that was put in afterwards', 'signature_invalid', (context) =>
    byRedirect(write(context), context.idpKey, { more: '&RelayState=https%3A%2F%2Fevil.test' }),
  ),
  entry('by redirect, an answer beside the request', 'malformed', (context) =>
    byRedirect(write(context), context.idpKey, { more: '&SAMLResponse=AAAA' }),
  ),
]

const answers: readonly HostileLogout[] = [
  ...(
    [
      ['to no request', 'in_response_to_mismatch', {}],
      ['to a request of nobody', 'in_response_to_mismatch', { inResponseTo: '_x' }],
      ['of another issuer', 'issuer_mismatch', { issuer: 'https://idp.globex.test' }],
      ['for another address', 'destination_mismatch', { destination: 'https://other.test/slo' }],
    ] as const
  ).map(([name, code, words]) =>
    entry(`an answer ${name}`, code, (context) =>
      byPost(signed(write(context, { name: 'LogoutResponse', ...words }), context.idpKey), 'SAMLResponse'),
    ),
  ),
  entry('an answer of 25 years ago', 'response_too_old', (context) =>
    byPost(signed(write(context, { name: 'LogoutResponse', issuedAt: 1 }), context.idpKey), 'SAMLResponse'),
  ),
  entry('a request under the name of an answer', 'not_a_response', (context) =>
    byPost(signed(write(context), context.idpKey), 'SAMLResponse'),
  ),
  entry('an answer under the name of a request', 'not_a_response', (context) =>
    byPost(signed(write(context, { name: 'LogoutResponse' }), context.idpKey)),
  ),
]

export const hostileLogouts: readonly HostileLogout[] = [
  ...forged,
  ...wrapped,
  ...meant,
  ...shaped,
  ...queries,
  ...answers,
]
