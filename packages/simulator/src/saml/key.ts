// Key pairs with self-signed certificates, as identity providers have them. Owns no storage: a key lives as long as its holder.

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import forge from 'node-forge'

/** An RSA key and its certificate, both PEM; the private key is PKCS #8. */
export interface SamlKey {
  readonly privateKeyPem: string
  readonly certificatePem: string
}

export interface SamlKeyOptions {
  /** 2048 unless told; 1024 is for tests of what must be refused. */
  readonly bits?: 1024 | 2048 | 3072
  readonly commonName?: string
  readonly notBefore?: Date
  readonly notAfter?: Date
}

const dayMs = 86_400_000
const yearMs = 365 * dayMs

/** Makes a key pair (about 0.1 s); the certificate is signed with SHA-256 and valid from yesterday for ten years. */
export function createSamlKey(options: SamlKeyOptions = {}): SamlKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: options.bits ?? 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  // A first byte of 01 keeps the number positive and without a zero too many (RFC 5280 §4.1.2.2).
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = options.notBefore ?? new Date(Date.now() - dayMs)
  certificate.validity.notAfter = options.notAfter ?? new Date(Date.now() + 10 * yearMs)
  const name = [{ name: 'commonName', value: options.commonName ?? 'Rollcall simulator' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create())
  return { privateKeyPem: privateKey, certificatePem: forge.pki.certificateToPem(certificate) }
}

/** The base64 of a PEM block in one line, as XML carries it. */
export function toBareCertificate(pem: string): string {
  return pem.replace(/-----[^-]+-----/g, '').replace(/\s+/g, '')
}
