// What is decrypted, when, and what becomes known of it: the order of signature and decryption, and one answer for every failure.
// Judges: server/saml, server/sso.
import crypto from 'node:crypto'
import { encodeResponse } from '@rollcall/simulator'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { unpadOaep } from '../../packages/server/src/saml/decrypt.ts'
import { renderServiceProviderMetadata } from '../../packages/server/src/saml/sp-metadata.ts'
import { type Trust, verifyResponse } from '../../packages/server/src/saml/verify-response.ts'
import { createContext, createTrust, mallory, render } from '../saml/context.ts'
import {
  type Cipher,
  cipherNames,
  method,
  padOaep,
  type Seal,
  sealed,
  sealedInside,
  xenc,
  xenc11,
} from '../saml/seal.ts'

const context = createContext()
const trust = createTrust(context)
const judge = (xml: string, by: Trust = trust): Promise<string> =>
  verifyResponse(encodeResponse(xml), by, context.now).then(
    ({ nameId }) => nameId,
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  )

describe('F2: what is decrypted', () => {
  let unwrapped: MockInstance
  let opened: MockInstance
  beforeEach(() => {
    unwrapped = vi.spyOn(crypto, 'privateDecrypt')
    opened = vi.spyOn(crypto, 'createDecipheriv')
  })
  afterEach(() => vi.restoreAllMocks())

  it('is decrypted after the signature of the response around it has held whole, and not before', async () => {
    expect(await judge(await sealedInside(context, {}))).toBe(mallory)
    expect(unwrapped).toHaveBeenCalledTimes(1)
    const strange = await render(context, {
      sign: 'response',
      encryptFor: context.spCertificate,
      key: context.attackerKey,
    })
    const changed = (await sealedInside(context, {})).replace('<samlp:Status>', '<samlp:Status >')
    const spoilt = (await sealedInside(context, {})).replace(
      /(CipherValue>)(.)/,
      (_all, tag, one) => `${tag}${one === 'A' ? 'B' : 'A'}`,
    )
    expect(await judge(changed)).toBe(mallory)
    unwrapped.mockClear()
    for (const xml of [strange, spoilt]) expect(await judge(xml)).toMatch(/^signature_invalid: /)
    expect(unwrapped).not.toHaveBeenCalled()
  })

  it('is nothing of what is refused by its algorithm, its recipient or its form', async () => {
    const refused: readonly Seal[] = [
      { keyMethod: method(`${xenc}rsa-1_5`), padding: 'pkcs1' },
      { dataMethod: method(`${xenc}tripledes-cbc`) },
      { cipher: 'aes-256-cbc' },
      { recipient: 'https://other.test/saml' },
      { edit: ({ whole, key }) => whole + key.replace('_k', '_l') },
    ]
    for (const how of refused) expect(await judge(await sealed(context, how))).toMatch(/^[a-z_]+: /)
    expect(unwrapped).not.toHaveBeenCalled()
    expect(opened).not.toHaveBeenCalled()
  })

  it('fails with one answer and the same steps, whichever of them it was that failed', async () => {
    const failures: readonly Seal[] = [
      { editKey: (key) => crypto.randomBytes(key.length).fill(0, 0, 1) },
      { mask: 'sha1', editKey: (key) => crypto.randomBytes(key.length).fill(0, 0, 1) },
      { label: 'another' },
      { keyBytes: 16 },
      { editContent: (text) => Buffer.from(text.map((byte) => byte ^ 1)) },
    ]
    const answers = new Set<string>()
    for (const how of failures) {
      opened.mockClear()
      answers.add(await judge(await sealed(context, how)))
      // The text is gone through by a key that nobody has, where there is none.
      expect(opened).toHaveBeenCalledTimes(1)
    }
    expect([...answers]).toEqual([
      'decryption_failed: The assertion cannot be decrypted with a key of this organization',
    ])
  })
})

describe('F2: OAEP whose hashes differ', () => {
  const message = Buffer.from('a key of some bytes')
  it('is read as it is written, for each pair', () => {
    for (const digest of ['sha1', 'sha256', 'sha384', 'sha512'] as const)
      for (const mask of ['sha1', 'sha256', 'sha384', 'sha512'] as const)
        for (const text of [message, Buffer.alloc(0), Buffer.alloc(20), Buffer.alloc(20, 1)])
          expect(unpadOaep(padOaep(text, 256, digest, mask), digest, mask)).toEqual(text)
  })

  it('is refused with any bit of it changed, with other hashes, and without the byte before the message', () => {
    const good = padOaep(message, 256, 'sha256', 'sha1')
    for (let at = 0; at < good.length; at += 1) {
      const changed = Buffer.from(good)
      changed[at] = (changed[at] ?? 0) ^ 0x80
      // A bit of the message itself is the message's own matter.
      if (at < good.length - message.length) expect(unpadOaep(changed, 'sha256', 'sha1')).toBeUndefined()
    }
    expect(unpadOaep(good, 'sha1', 'sha1')).toBeUndefined()
    expect(unpadOaep(good, 'sha256', 'sha256')).toBeUndefined()
    expect(unpadOaep(padOaep(message, 256, 'sha256', 'sha1', 'label'), 'sha256', 'sha1')).toBeUndefined()
    expect(unpadOaep(good.subarray(0, 60), 'sha256', 'sha1')).toBeUndefined()
  })
})

describe('F2: our metadata', () => {
  const publish = (allowsAesCbc: boolean): string[] => {
    const xml = renderServiceProviderMetadata({
      entityId: context.entityId,
      acsUrl: context.acsUrl,
      sloUrl: null,
      sloSoapUrl: `${context.entityId}/slo-soap`,
      certificates: [context.spCertificate],
      signsRequests: false,
      allowsAesCbc,
      nameIdFormat: null,
    })
    return [...xml.matchAll(/EncryptionMethod Algorithm="([^"]+)"/g)].map(([, uri = '']) => uri)
  }
  const transports = [`${xenc11}rsa-oaep`, `${xenc}rsa-oaep-mgf1p`]
  const ciphers = Object.entries(cipherNames) as [Cipher, string][]

  it.each([false, true])(
    'names what is read, and nothing else (AES-CBC allowed: %s)',
    async (allowsAesCbc) => {
      const published = publish(allowsAesCbc)
      const readable: string[] = []
      for (const [cipher, uri] of ciphers) {
        const outcome = await judge(await sealedInside(context, { cipher }), { ...trust, allowsAesCbc })
        if (outcome === mallory) readable.push(uri)
      }
      for (const uri of [...transports, `${xenc}rsa-1_5`, `${xenc}kw-aes256`]) {
        const how: Seal = { digest: 'sha1', keyMethod: method(uri) }
        if ((await judge(await sealed(context, how))) === mallory) readable.push(uri)
      }
      expect(published.toSorted()).toEqual(readable.toSorted())
      expect(published[0]).toBe(cipherNames['aes-256-gcm'])
    },
  )
})
