// Signatures taken from elsewhere, and elements that pretend to be others by id, prefix or namespace (PortSwigger, 2025).

import { type Context, forge, type HostileEntry, render } from './context.ts'
import { afterIssuer, extensions, inSignature, onAssertion, resign, takeApart } from './forge.ts'

const ds = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'

/** A LogoutResponse that the identity provider really signed: anyone can have one. */
async function takeSignedLogout(context: Context, id: string): Promise<string> {
  return render(context, {
    sign: 'response',
    responseId: id,
    mutateBeforeSigning: (xml) => xml.replace(/<saml:Assertion .*<\/saml:Assertion>/s, ''),
  })
}

/** Nothing is wrapped here; something is mistaken. */
export const confusion: readonly HostileEntry[] = [
  forge(
    'a forged Response with the id and the Signature of a signed one that it carries',
    'duplicate_id',
    async (context) => {
      const logout = await takeSignedLogout(context, '_response')
      const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(logout) ?? []
      const { evil } = await takeApart(context, 'response')
      const carried = extensions(logout.replace(signature, ''))
      return afterIssuer(evil.replace('"_response-evil"', '"_response"'), signature).replace(
        '<samlp:Status>',
        () => `${carried}<samlp:Status>`,
      )
    },
  ),
  forge(
    'a Signature of another document of the same identity provider, same id',
    'signature_invalid',
    async (context) => {
      const logout = await takeSignedLogout(context, '_response')
      const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(logout) ?? []
      const { evil } = await takeApart(context, 'response')
      return afterIssuer(evil.replace('"_response-evil"', '"_response"'), signature)
    },
  ),
  forge(
    'a Signature of another Assertion, its Reference turned to the forged one',
    'signature_invalid',
    onAssertion(({ evil, signature }) =>
      afterIssuer(evil, signature.replace('#_assertion', '#_assertion-evil')),
    ),
  ),
  forge(
    'a Signature that still refers to the Assertion it was taken from',
    'signature_misplaced',
    onAssertion(({ evil, signature }) => afterIssuer(evil, signature)),
  ),
  forge('the Signature of the Assertion moved up to the Response', 'signature_misplaced', async (context) => {
    const { whole, element, signature, unsigned } = await takeApart(context, 'assertion')
    return afterIssuer(
      whole.replace(element, () => unsigned),
      signature,
    )
  }),
  forge(
    'a Reference with an empty URI: the whole document, whatever it is',
    'signature_misplaced',
    async (context) => {
      const { whole } = await takeApart(context, 'response')
      return resign(context, whole, (info) => info.replace('URI="#_response"', 'URI=""'))
    },
  ),
  forge(
    'a Reference with an empty URI, the signed Response moved into Extensions',
    ['assertion_count', 'signature_misplaced'],
    async (context) => {
      const { whole, evil, signature } = await takeApart(context, 'response')
      const emptied = resign(context, whole, (info) => info.replace('URI="#_response"', 'URI=""'))
      return afterIssuer(evil, extensions(emptied) + signature)
    },
  ),
  forge(
    'namespace confusion: the Signature has no namespace',
    ['malformed', 'signature_missing', 'signature_misplaced'],
    onAssertion(({ element }) =>
      element.replaceAll('<ds:', '<').replaceAll('</ds:', '</').replace(` ${ds}`, ''),
    ),
  ),
  forge(
    'namespace confusion: the Signature is of a foreign namespace',
    ['malformed', 'signature_missing', 'signature_misplaced'],
    onAssertion(({ element }) => element.replace(ds, 'xmlns:ds="https://evil.test/xmldsig"')),
  ),
  forge(
    'namespace confusion: a forged Assertion of a foreign namespace beside the signed one',
    ['malformed', 'assertion_count'],
    onAssertion(
      ({ evil, element }) =>
        evil.replace('urn:oasis:names:tc:SAML:2.0:assertion', 'https://evil.test/assertion') + element,
    ),
  ),
  forge(
    'namespace confusion: a forged SAML 1.1 Assertion beside the signed one',
    ['malformed', 'assertion_count'],
    onAssertion(
      ({ evil, element }) =>
        evil.replace('urn:oasis:names:tc:SAML:2.0:assertion', 'urn:oasis:names:tc:SAML:1.0:assertion') +
        element,
    ),
  ),
  forge(
    'attribute pollution: the forged Assertion carries the signed id in a namespaced attribute',
    ['assertion_count', 'signature_misplaced'],
    onAssertion(({ evil, signature, unsigned }) =>
      afterIssuer(evil.replace(' ID=', ' saml:ID="_assertion" ID='), inSignature(signature, unsigned)),
    ),
  ),
  forge(
    'attribute pollution: the Response carries the signed id in a namespaced attribute',
    'signature_misplaced',
    async (context) => {
      const { evil, signature } = await takeApart(context, 'response')
      return afterIssuer(evil.replace(' ID=', ' samlp:ID="_response" ID='), signature)
    },
  ),
]
