// Encrypted assertions: unsigned, altered, by what is not allowed, or holding what should not be there.

import { createSamlKey, type SamlKey } from '@rollcall/simulator'
import { change, forge, type HostileEntry, mallory, render, victim } from './context.ts'
import { beforeEnd, encryptChanged, encryptText, takeApart, toEvil } from './forge.ts'

let other: SamlKey | undefined
const otherServiceKey = (): SamlKey => (other ??= createSamlKey())

/** Flips one bit of the last CipherValue, which is the assertion's. */
function tamper(xml: string, at: (length: number) => number): string {
  const from = xml.lastIndexOf('<xenc:CipherValue>') + '<xenc:CipherValue>'.length
  const to = xml.indexOf('<', from)
  const bytes = Buffer.from(xml.slice(from, to), 'base64')
  const index = at(bytes.length)
  bytes[index] = (bytes[index] ?? 0) ^ 1
  return xml.slice(0, from) + bytes.toString('base64') + xml.slice(to)
}

const encrypted = { sign: 'assertion' as const }
const allowsCbc: HostileEntry['trust'] = (trust) => ({ ...trust, allowsAesCbc: true })

const ciphers: readonly HostileEntry[] = [
  change('encrypted and signed by nobody', 'encrypted_unsigned', (context) => ({
    sign: 'none',
    encryptFor: context.spCertificate,
  })),
  change('encrypted and signed by nobody, about the owner', 'encrypted_unsigned', (context) => ({
    sign: 'none',
    nameId: victim,
    encryptFor: context.spCertificate,
  })),
  change('encrypted, the Signature of the Response stripped', 'encrypted_unsigned', (context) => ({
    sign: 'response',
    encryptFor: context.spCertificate,
    mutateAfterSigning: (xml) => xml.replace(/<ds:Signature .*?<\/ds:Signature>/s, ''),
  })),
  change("encrypted, with the attacker's signature inside", 'signature_invalid', (context) => ({
    ...encrypted,
    nameId: victim,
    key: context.attackerKey,
    encryptFor: context.spCertificate,
  })),
  change("encrypted, inside a Response of the attacker's", 'signature_invalid', (context) => ({
    sign: 'response',
    key: context.attackerKey,
    encryptFor: context.spCertificate,
  })),
  ...(['aes256-cbc', 'aes128-cbc'] as const).map((encryption) =>
    change(
      `encrypted by ${encryption}, which the connection does not allow`,
      'aes_cbc_refused',
      (context) => ({
        sign: 'both',
        encryptFor: context.spCertificate,
        encryption,
      }),
    ),
  ),
  change(
    'encrypted by AES-CBC as allowed, signed by nobody',
    'encrypted_unsigned',
    (context) => ({ sign: 'none', encryptFor: context.spCertificate, encryption: 'aes256-cbc' }),
    allowsCbc,
  ),
  change(
    'encrypted by AES-CBC as allowed, the assertion signed and the Response not',
    'encrypted_unsigned',
    (context) => ({ ...encrypted, encryptFor: context.spCertificate, encryption: 'aes256-cbc' }),
    allowsCbc,
  ),
  ...(
    [
      ['one bit of its text changed', (length: number) => Math.floor(length * 0.9)],
      ['its padding changed', (length: number) => length - 17],
      ['its last block changed', (length: number) => length - 1],
      ['its first byte changed', () => 0],
    ] as const
  ).flatMap(([name, at]) =>
    (['response', 'both'] as const).map((sign) =>
      change(
        `encrypted by AES-CBC as allowed, ${name} (signed: ${sign})`,
        'decryption_failed',
        (context) => ({
          sign,
          encryptFor: context.spCertificate,
          encryption: 'aes256-cbc',
          mutateAfterSigning: (xml) => tamper(xml, at),
        }),
        allowsCbc,
      ),
    ),
  ),
  change(
    'encrypted by AES-CBC as allowed, for another service provider',
    'decryption_failed',
    () => ({
      sign: 'response',
      encryptFor: otherServiceKey().certificatePem,
      encryption: 'aes256-cbc',
    }),
    allowsCbc,
  ),
  ...(
    [
      ['its first byte', () => 0],
      ['a byte of its text', (length: number) => Math.floor(length / 2)],
      ['its tag', (length: number) => length - 1],
    ] as const
  ).map(([name, at]) =>
    change(`encrypted by AES-GCM, one bit changed in ${name}`, 'decryption_failed', (context) => ({
      ...encrypted,
      encryptFor: context.spCertificate,
      mutateAfterSigning: (xml) => tamper(xml, at),
    })),
  ),
  change('encrypted, cut to its first block', 'decryption_failed', (context) => ({
    ...encrypted,
    encryptFor: context.spCertificate,
    mutateAfterSigning: (xml) =>
      xml.replace(
        /(<xenc:CipherValue>)([^<]*)(<\/xenc:CipherValue>)/,
        (_, open, value, close) => open + value.slice(0, 20) + close,
      ),
  })),
  change(
    'encrypted, one bit changed in a signed Response',
    ['decryption_failed', 'signature_invalid'],
    (context) => ({
      sign: 'response',
      encryptFor: context.spCertificate,
      mutateAfterSigning: (xml) => tamper(xml, (length) => length - 1),
    }),
  ),
  change('encrypted for another service provider', 'decryption_failed', () => ({
    ...encrypted,
    encryptFor: otherServiceKey().certificatePem,
  })),
  change(
    'encrypted, and the connection has no key for it',
    'decryption_failed',
    (context) => ({ ...encrypted, encryptFor: context.spCertificate }),
    (trust) => ({ ...trust, decryptionKeys: [] }),
  ),
]

const withAlgorithm = (name: string, from: string, to: string): HostileEntry =>
  change(`encrypted by ${name}`, 'algorithm_refused', (context) => ({
    ...encrypted,
    encryptFor: context.spCertificate,
    mutateAfterSigning: (xml) => xml.replace(from, to),
  }))

const xenc = 'http://www.w3.org/2001/04/xmlenc#'

const algorithms: readonly HostileEntry[] = [
  withAlgorithm('triple DES', 'http://www.w3.org/2009/xmlenc11#aes256-gcm', `${xenc}tripledes-cbc`),
  withAlgorithm('nothing that has a name', 'http://www.w3.org/2009/xmlenc11#aes256-gcm', ''),
  withAlgorithm('RSA with the padding of PKCS #1 1.5', `${xenc}rsa-oaep-mgf1p`, `${xenc}rsa-1_5`),
  withAlgorithm('a key wrapped by a shared one', `${xenc}rsa-oaep-mgf1p`, `${xenc}kw-aes256`),
]

const contents: readonly HostileEntry[] = [
  forge('encrypted, with a comment in the NameID', 'forbidden_xml', (context) =>
    encryptChanged(context, (assertion) => assertion.replace(`>${mallory}<`, `>${mallory}<!----><`)),
  ),
  forge('encrypted, with a DTD', 'forbidden_xml', (context) =>
    encryptChanged(context, (assertion) => `<!DOCTYPE a [<!ENTITY e "${victim}">]>${assertion}`),
  ),
  forge('encrypted, 10,000 levels', 'too_deep', (context) =>
    encryptChanged(context, () => '<a>'.repeat(10_000) + '</a>'.repeat(10_000)),
  ),
  forge('encrypted, two Assertions', ['malformed', 'assertion_count'], (context) =>
    encryptChanged(context, (assertion) => toEvil(assertion) + assertion),
  ),
  forge('encrypted, the signed Assertion inside a forged one', 'assertion_count', async (context) => {
    const { whole, element, evil } = await takeApart(context, 'assertion')
    const data = await encryptText(context, beforeEnd(evil, 'saml:Assertion', element))
    return whole.replace(element, () => data)
  }),
  forge('encrypted, a forged Assertion with a Signature of another', 'signature_misplaced', (context) =>
    encryptChanged(context, (assertion) => toEvil(assertion)),
  ),
  forge('encrypted, changed after signing', 'signature_invalid', (context) =>
    encryptChanged(context, (assertion) => assertion.replaceAll(mallory, victim)),
  ),
  forge('encrypted, and it is not an Assertion', 'assertion_count', (context) =>
    encryptChanged(
      context,
      () => `<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${victim}</saml:NameID>`,
    ),
  ),
  forge('encrypted, and it is text', ['malformed', 'assertion_count'], (context) =>
    encryptChanged(context, () => victim),
  ),
  forge('encrypted twice', ['assertion_count', 'decryption_failed'], async (context) => {
    const { whole, element } = await takeApart(context, 'assertion')
    const twice = await encryptText(context, await encryptText(context, element))
    return whole.replace(element, () => twice)
  }),
  forge('a plain Assertion within the EncryptedAssertion', 'assertion_count', async (context) => {
    const { whole, element, evil } = await takeApart(context, 'assertion')
    const data = await encryptText(context, element)
    return whole.replace(element, () => beforeEnd(data, 'saml:EncryptedAssertion', evil))
  }),
  forge('two EncryptedKeys', 'decryption_failed', async (context) => {
    const xml = await render(context, { ...encrypted, encryptFor: context.spCertificate })
    return xml.replace(/<e:EncryptedKey .*<\/e:EncryptedKey>/s, '$&$&')
  }),
  forge('two EncryptedData', 'decryption_failed', async (context) => {
    const xml = await render(context, { ...encrypted, encryptFor: context.spCertificate })
    return xml.replace(/<xenc:EncryptedData .*<\/xenc:EncryptedData>/s, '$&$&')
  }),
  forge('an EncryptedAssertion with nothing in it', 'decryption_failed', async (context) => {
    const xml = await render(context, { ...encrypted, encryptFor: context.spCertificate })
    return xml.replace(/<xenc:EncryptedData .*<\/xenc:EncryptedData>/s, '')
  }),
  forge('ciphertext at an address', ['decryption_failed', 'malformed'], async (context) => {
    const xml = await render(context, { ...encrypted, encryptFor: context.spCertificate })
    return xml.replace(
      /<xenc:CipherValue>.*?<\/xenc:CipherValue>/s,
      '<xenc:CipherReference URI="http://127.0.0.1:9/secret"/>',
    )
  }),
  change('encrypted and signed, for another audience', 'audience_mismatch', (context) => ({
    sign: 'both',
    encryptFor: context.spCertificate,
    audience: 'https://other.test/saml',
  })),
  change('encrypted and signed, over', 'confirmation_expired', (context) => ({
    ...encrypted,
    encryptFor: context.spCertificate,
    confirmationNotOnOrAfter: context.now - 600_000,
  })),
]

/** Everything that hides in an EncryptedAssertion. */
export const encryption: readonly HostileEntry[] = [...ciphers, ...algorithms, ...contents]
