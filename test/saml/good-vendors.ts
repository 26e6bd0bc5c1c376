// As each vendor writes, signs and encrypts it.

import {
  createSamlKey,
  type SamlKey,
  type SamlShape,
  toVendorAttributes,
  vendorShapes,
} from '@rollcall/simulator'
import type { Trust } from '../../packages/server/src/saml/verify-response.ts'
import type { GoodEntry } from './context.ts'
import { accept, person } from './good-entry.ts'

// Made once, when first asked for.
function once(options: Parameters<typeof createSamlKey>[0]): () => SamlKey {
  let key: SamlKey | undefined
  return () => {
    key ??= createSamlKey(options)
    return key
  }
}

const spare = once({})
const weak = once({ bits: 1024 })
const large = once({ bits: 3072 })
const expired = once({ notAfter: new Date('2020-01-01') })

const dana = {
  id: ['00u1'],
  email: [person],
  firstName: ['Dana'],
  lastName: ['Sample & Söhne'],
  displayName: ['Dana Sample'],
  groups: ['Engineering', 'On <call>'],
}

const shapes: readonly GoodEntry[] = (Object.keys(vendorShapes) as SamlShape[]).map((shape) => {
  const attributes = toVendorAttributes(shape, dana)
  return accept(
    `as ${vendorShapes[shape].title} sends it`,
    { shape, attributes, sessionIndex: 's1' },
    {
      attributes,
      nameIdFormat: vendorShapes[shape].nameIdFormat ?? null,
      stableId: person,
      sessionIndex: 's1',
    },
  )
})

const allowsCbc = (trust: Trust): Trust => ({ ...trust, allowsAesCbc: true })

const encrypted: readonly GoodEntry[] = [
  accept('AES-256-GCM inside a signed Response', (context) => ({
    sign: 'response',
    encryptFor: context.spCertificate,
  })),
  accept('signed inside AES-256-GCM', (context) => ({
    sign: 'assertion',
    encryptFor: context.spCertificate,
  })),
  accept('AES-128-GCM, both signed', (context) => ({
    sign: 'both',
    encryptFor: context.spCertificate,
    encryption: 'aes128-gcm',
  })),
  ...(['okta', 'onelogin', 'adfs', 'ping', 'entra'] as const).map((shape) =>
    accept(
      `AES-256-CBC as ${vendorShapes[shape].title} sends it, the response signed, where allowed`,
      (context) => ({
        shape,
        sign: 'both' as const,
        encryptFor: context.spCertificate,
        encryption: 'aes256-cbc' as const,
      }),
      {},
      allowsCbc,
    ),
  ),
  accept(
    'AES-128-CBC inside a signed Response, where allowed',
    (context) => ({ sign: 'response', encryptFor: context.spCertificate, encryption: 'aes128-cbc' }),
    {},
    allowsCbc,
  ),
  accept(
    'encrypted for the second of two keys of ours, during a rotation',
    (context) => ({ sign: 'both', encryptFor: context.spCertificate }),
    {},
    (trust) => ({ ...trust, decryptionKeys: [spare().privateKeyPem, ...trust.decryptionKeys] }),
  ),
  accept(
    'encrypted by AES-CBC for the second of two keys of ours, whose certificate KeyInfo names',
    (context) => ({ sign: 'both', encryptFor: context.spCertificate, encryption: 'aes256-cbc' }),
    {},
    (trust) => allowsCbc({ ...trust, decryptionKeys: [spare().privateKeyPem, ...trust.decryptionKeys] }),
  ),
]

const withCertificates = (change: (own: readonly string[]) => readonly string[]) => (trust: Trust) => ({
  ...trust,
  identityProvider: {
    ...trust.identityProvider,
    certificates: change(trust.identityProvider.certificates),
  },
})

const signed: readonly GoodEntry[] = [
  ...(['response', 'assertion', 'both'] as const).map((sign) => accept(`signed: ${sign}`, { sign })),
  ...(['response', 'assertion'] as const).map((sign) =>
    accept(`RSA-SHA512 with SHA-512 (${sign})`, {
      sign,
      signatureAlgorithm: 'rsa-sha512',
      digestAlgorithm: 'sha512',
    }),
  ),
  ...(['response', 'assertion'] as const).flatMap((sign) =>
    (['generic', 'okta', 'entra'] as const).map((shape) =>
      accept(`inclusive canonicalization, as ${vendorShapes[shape].title} would (${sign})`, {
        sign,
        shape,
        canonicalization: 'inclusive',
      }),
    ),
  ),
  accept('inclusive canonicalization, both signed', { sign: 'both', canonicalization: 'inclusive' }),
  accept('without KeyInfo', { omit: ['KeyInfo'] }),
  accept(
    'signed with the second certificate of two',
    () => ({ key: spare() }),
    {},
    withCertificates((own) => [...own, spare().certificatePem]),
  ),
  accept(
    'signed with the first certificate of two',
    {},
    {},
    withCertificates((own) => [...own, spare().certificatePem]),
  ),
  accept(
    'signed with an expired certificate, which warns and never refuses',
    () => ({ key: expired() }),
    {},
    withCertificates(() => [expired().certificatePem]),
  ),
  accept(
    'an RSA key of 3072 bits',
    () => ({ key: large() }),
    {},
    withCertificates(() => [large().certificatePem]),
  ),
  accept(
    'certificates that are beside a weak one',
    {},
    {},
    withCertificates((own) => [weak().certificatePem, ...own]),
  ),
]

/** Every vendor, signature, certificate and encryption that must work. */
export const vendors: readonly GoodEntry[] = [...shapes, ...signed, ...encrypted]
