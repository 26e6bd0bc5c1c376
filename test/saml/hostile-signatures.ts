// Signatures that are missing, broken, foreign, or of a weak key (XML Signature §3.2).

import { createPublicKey } from 'node:crypto'
import { createSamlKey, type SamlKey } from '@rollcall/simulator'
import { change, forge, type HostileEntry, mallory, render, victim } from './context.ts'
import { digest, takeApart } from './forge.ts'

let weak: SamlKey | undefined
const weakKey = (): SamlKey => (weak ??= createSamlKey({ bits: 1024 }))

const missing: readonly HostileEntry[] = [
  change('never signed', 'signature_missing', { sign: 'none' }),
  change('never signed, about the owner', 'signature_missing', { sign: 'none', nameId: victim }),
  forge('the Signature of the Response stripped', 'signature_missing', async (context) =>
    (await takeApart(context, 'response')).unsigned.replaceAll(mallory, victim),
  ),
  forge('the Signature of the Assertion stripped', 'signature_missing', async (context) => {
    const { whole, signature } = await takeApart(context, 'assertion')
    return whole.replace(signature, '').replaceAll(mallory, victim)
  }),
  forge('an empty Signature', 'signature_misplaced', async (context) => {
    const { whole, signature } = await takeApart(context, 'assertion')
    return whole.replace(signature, '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>')
  }),
  change('an empty SignatureValue', 'signature_invalid', {
    sign: 'assertion',
    mutateAfterSigning: (xml) => xml.replace(/(<ds:SignatureValue>)[^<]*/, '$1'),
  }),
  change('a SignatureValue with another first byte', 'signature_invalid', {
    sign: 'assertion',
    mutateAfterSigning: (xml) =>
      xml.replace(/(<ds:SignatureValue>)(.)/, (_, open, first) => open + (first === 'A' ? 'B' : 'A')),
  }),
]

const altered: readonly HostileEntry[] = [
  ...(['response', 'assertion', 'both'] as const).map((sign) =>
    change(`the NameID changed after signing (${sign})`, 'signature_invalid', {
      sign,
      mutateAfterSigning: (xml) => xml.replaceAll(mallory, victim),
    }),
  ),
  change('an attribute added after signing', 'signature_invalid', {
    sign: 'assertion',
    mutateAfterSigning: (xml) =>
      xml.replace(
        '</saml:AttributeStatement>',
        '<saml:Attribute Name="groups"><saml:AttributeValue>owners</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>',
      ),
  }),
  change('one space added to the NameID after signing', 'signature_invalid', {
    sign: 'assertion',
    mutateAfterSigning: (xml) => xml.replace(`>${mallory}<`, `> ${mallory}<`),
  }),
  change('content changed and its digest made right, not its signature', 'signature_invalid', {
    sign: 'assertion',
    mutateAfterSigning: (xml) => {
      const evil = xml.replaceAll(mallory, victim)
      const value = digest(evil, 'Assertion', 'sha256')
      return evil.replace(/(<ds:DigestValue>)[^<]*/, `$1${value}`)
    },
  }),
  change('a broken signature of the Response around a sound one of the Assertion', 'signature_invalid', {
    sign: 'both',
    mutateAfterSigning: (xml) => xml.replace(/(<samlp:Response [^>]*IssueInstant=")2026/, '$12025'),
  }),
  forge(
    'a broken signature of the Assertion in a soundly signed Response (SAML core §2.3.3)',
    'signature_invalid',
    async (context) => {
      const inner = await render(context, {
        sign: 'assertion',
        mutateAfterSigning: (xml) => xml.replaceAll(mallory, victim),
      })
      const [assertion = ''] = /<saml:Assertion .*<\/saml:Assertion>/s.exec(inner) ?? []
      return render(context, {
        sign: 'response',
        mutateBeforeSigning: (xml) => xml.replace(/<saml:Assertion .*<\/saml:Assertion>/s, () => assertion),
      })
    },
  ),
  forge(
    "the attacker's signature on the Response around a sound Assertion",
    'signature_invalid',
    async (context) => {
      const inner = await render(context, { sign: 'assertion' })
      const [assertion = ''] = /<saml:Assertion .*<\/saml:Assertion>/s.exec(inner) ?? []
      return render(context, {
        sign: 'response',
        key: context.attackerKey,
        mutateBeforeSigning: (xml) => xml.replace(/<saml:Assertion .*<\/saml:Assertion>/s, () => assertion),
      })
    },
  ),
]

const foreign: readonly HostileEntry[] = [
  ...(['response', 'assertion', 'both'] as const).map((sign) =>
    change(
      `signed by the attacker, whose certificate is in KeyInfo (${sign})`,
      'signature_invalid',
      (context) => ({
        sign,
        nameId: victim,
        key: context.attackerKey,
      }),
    ),
  ),
  change('signed by the attacker, without KeyInfo', 'signature_invalid', (context) => ({
    key: context.attackerKey,
    omit: ['KeyInfo'],
  })),
  change(
    "signed by the attacker, the identity provider's certificate in KeyInfo",
    'signature_invalid',
    (context) => ({
      key: { ...context.attackerKey, certificatePem: context.idpKey.certificatePem },
    }),
  ),
  forge(
    "signed by the attacker, only the attacker's KeyValue in KeyInfo",
    'signature_invalid',
    async (context) => {
      const { n, e } = createPublicKey(context.attackerKey.privateKeyPem).export({ format: 'jwk' })
      const toBase64 = (text?: string) => Buffer.from(text ?? '', 'base64url').toString('base64')
      const value = `<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${toBase64(n)}</ds:Modulus><ds:Exponent>${toBase64(e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>`
      const xml = await render(context, { sign: 'assertion', key: context.attackerKey })
      return xml.replace(/<ds:X509Data>.*<\/ds:X509Data>/s, value)
    },
  ),
  forge('signed by the attacker, KeyInfo points to a key elsewhere', 'signature_invalid', async (context) => {
    const xml = await render(context, { sign: 'assertion', key: context.attackerKey })
    return xml.replace(
      /<ds:X509Data>.*<\/ds:X509Data>/s,
      '<ds:RetrievalMethod URI="http://127.0.0.1:9/key" Type="http://www.w3.org/2000/09/xmldsig#X509Data"/>',
    )
  }),
  change(
    'signed with an RSA key of 1024 bits that the connection names',
    'key_too_small',
    () => ({ key: weakKey() }),
    (trust) => ({
      ...trust,
      identityProvider: { ...trust.identityProvider, certificates: [weakKey().certificatePem] },
    }),
  ),
  change(
    'signed with an RSA key of 1024 bits that stands beside a sound one',
    ['key_too_small', 'signature_invalid'],
    () => ({ key: weakKey() }),
    (trust) => ({
      ...trust,
      identityProvider: {
        ...trust.identityProvider,
        certificates: [...trust.identityProvider.certificates, weakKey().certificatePem],
      },
    }),
  ),
]

/** No sound signature of the identity provider is on these. */
export const signatures: readonly HostileEntry[] = [...missing, ...altered, ...foreign]
