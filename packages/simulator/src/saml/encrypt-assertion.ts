// Turns a finished Assertion into an EncryptedAssertion (SAML core §2.3.4); the key travels by RSA-OAEP with MGF1 and SHA-1.

import { X509Certificate } from 'node:crypto'
import { type EncryptOptions, encrypt } from 'xml-encryption'
import type { ContentEncryption } from './response-options.ts'

const algorithms = {
  'aes256-gcm': 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'aes128-gcm': 'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'aes256-cbc': 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  'aes128-cbc': 'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
} as const satisfies Readonly<Record<ContentEncryption, string>>

/** The EncryptedData element; rejects when the certificate cannot be read. */
export function encryptAssertion(
  assertionXml: string,
  certificatePem: string,
  encryption: ContentEncryption,
): Promise<string> {
  const options: EncryptOptions = {
    rsa_pub: new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    pem: certificatePem,
    encryptionAlgorithm: algorithms[encryption],
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  }
  return new Promise((resolve, reject) => {
    encrypt(assertionXml, options, (error, xml) => {
      if (error === null) resolve(xml.trim())
      else reject(error)
    })
  })
}
