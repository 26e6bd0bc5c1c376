import { encodeResponse } from '@rollcall/simulator'
import { type Context, forge, type HostileEntry, render } from './context.ts'
import {
  afterIssuer,
  beforeEnd,
  encryptText,
  extensions,
  inSignature,
  onAssertion,
  type Parts,
  takeApart,
  toEvil,
} from './forge.ts'

const onResponse = (edit: (parts: Parts) => string) => async (context: Context) =>
  edit(await takeApart(context, 'response'))

const classics: readonly HostileEntry[] = [
  forge(
    'XSW1: a forged Response, the signed one inside its Signature',
    'assertion_count',
    onResponse(({ evil, signature, unsigned }) => afterIssuer(evil, inSignature(signature, unsigned))),
  ),
  forge(
    'XSW2: a forged Response, the signed one before its detached Signature',
    'assertion_count',
    onResponse(({ evil, signature, unsigned }) => afterIssuer(evil, unsigned + signature)),
  ),
  forge(
    'XSW3: a forged Assertion before the signed one',
    'assertion_count',
    onAssertion(({ evil, element }) => evil + element),
  ),
  forge(
    'XSW3, reversed: a forged Assertion after the signed one',
    'assertion_count',
    onAssertion(({ evil, element }) => element + evil),
  ),
  forge(
    'XSW4: a forged Assertion around the signed one',
    'assertion_count',
    onAssertion(({ evil, element }) => beforeEnd(evil, 'saml:Assertion', element)),
  ),
  forge(
    'XSW5: a forged Assertion with the Signature, the signed one after it',
    'assertion_count',
    onAssertion(({ evil, signature, unsigned }) => afterIssuer(evil, signature) + unsigned),
  ),
  forge(
    'XSW6: a forged Assertion, the signed one inside its Signature',
    'assertion_count',
    onAssertion(({ evil, signature, unsigned }) => afterIssuer(evil, inSignature(signature, unsigned))),
  ),
  forge(
    'XSW7: a forged Assertion in Extensions before the signed one',
    'assertion_count',
    onAssertion(({ evil, element }) => extensions(evil) + element),
  ),
  forge(
    'XSW8: a forged Assertion, the signed one in an Object of its Signature',
    'assertion_count',
    onAssertion(({ evil, signature, unsigned }) =>
      afterIssuer(evil, inSignature(signature, `<ds:Object>${unsigned}</ds:Object>`)),
    ),
  ),
]

const variants: readonly HostileEntry[] = [
  forge(
    'the signed Assertion in Extensions, a forged one in its place',
    'assertion_count',
    onAssertion(({ evil, element }) => extensions(element) + evil),
  ),
  forge(
    'the signed Assertion in the Advice of a forged one',
    'assertion_count',
    onAssertion(({ evil, element }) =>
      evil.replace('</saml:Conditions>', `</saml:Conditions><saml:Advice>${element}</saml:Advice>`),
    ),
  ),
  forge('a forged Assertion in StatusDetail', 'assertion_count', async (context) => {
    const { whole, evil } = await takeApart(context, 'assertion')
    return whole.replace('</samlp:Status>', `<samlp:StatusDetail>${evil}</samlp:StatusDetail></samlp:Status>`)
  }),
  forge(
    'a forged Assertion with the id of the signed one',
    'duplicate_id',
    onAssertion(({ evil, element }) => evil.replaceAll('-evil"', '"') + element),
  ),
  forge(
    'a forged Assertion with the id of the signed one, written Id',
    'duplicate_id',
    onAssertion(({ evil, element }) => evil.replace(/ ID="([^"]*)-evil"/, ' Id="$1"') + element),
  ),
  forge(
    'a forged Assertion with the id of the signed one, written id, and another ID',
    'duplicate_id',
    onAssertion(({ evil, element }) => evil.replace(/ ID="([^"]*)-evil"/, ' ID="$1-evil" id="$1"') + element),
  ),
  forge(
    'a signed Response inside a forged Response',
    ['assertion_count', 'not_a_response'],
    onResponse(({ evil, element }) => beforeEnd(evil, 'samlp:Response', element)),
  ),
  forge(
    'the signed Response in an Object of a Signature that a forged one carries',
    'assertion_count',
    onResponse(({ evil, signature, unsigned }) =>
      afterIssuer(evil, inSignature(signature, `<ds:Object>${unsigned}</ds:Object>`)),
    ),
  ),
  forge('two Assertions, each well signed', 'assertion_count', async (context) => {
    const { element } = await takeApart(context, 'assertion')
    const other = await render(context, {
      sign: 'assertion',
      nameId: 'other@acme.test',
      assertionId: '_other',
    })
    return other.replace('<saml:Assertion', () => `${element}<saml:Assertion`)
  }),
  forge('a forged plain Assertion beside a signed and encrypted one', 'assertion_count', async (context) => {
    const { whole, element, evil } = await takeApart(context, 'assertion')
    const encrypted = await encryptText(context, element)
    return whole.replace(element, () => evil + encrypted)
  }),
  forge('a signed plain Assertion beside a forged and encrypted one', 'assertion_count', async (context) => {
    const { whole, element, evil } = await takeApart(context, 'assertion')
    const encrypted = await encryptText(context, evil)
    return whole.replace(element, () => element + encrypted)
  }),
  forge('two encrypted Assertions', 'assertion_count', async (context) => {
    const { whole, element, evil } = await takeApart(context, 'assertion')
    const both = (await encryptText(context, evil)) + (await encryptText(context, element))
    return whole.replace(element, () => both)
  }),
  forge('a signed Assertion that holds another in its Advice', 'assertion_count', async (context) => {
    const { unsigned } = await takeApart(context, 'assertion')
    const afterConditions = `<saml:Advice>${toEvil(unsigned)}</saml:Advice>`
    return render(context, { sign: 'both', extraXml: { afterConditions } })
  }),
  forge('a signed Response without an Assertion', 'assertion_count', (context) =>
    render(context, {
      sign: 'response',
      mutateBeforeSigning: (xml) => xml.replace(/<saml:Assertion .*<\/saml:Assertion>/s, ''),
    }),
  ),
  forge(
    'the only Assertion stands in Extensions',
    'assertion_count',
    onAssertion(({ element }) => extensions(element)),
  ),
]

/** Every way known to us of standing beside what is signed. */
export const wrapping: readonly HostileEntry[] = [
  ...classics,
  ...variants,
  {
    name: 'two Responses in one document',
    codes: ['malformed'],
    make: async (context) => {
      const { whole, evil } = await takeApart(context, 'response')
      return encodeResponse(evil + whole)
    },
  },
]
