// AES-CBC without a signature around it tells whoever sends changed ciphertexts how far each came: a padding oracle. So what the
// identity provider did not sign as it came is not decrypted at all.
// Judges: server/saml.
import crypto from 'node:crypto'
import { createSamlKey, encodeResponse } from '@rollcall/simulator'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { type Trust, verifyResponse } from '../../packages/server/src/saml/verify-response.ts'
import { type Change, createContext, createTrust, mallory, render } from '../saml/context.ts'

const context = createContext()
const trust: Trust = { ...createTrust(context), allowsAesCbc: true }
const other = createSamlKey().privateKeyPem

/** Spoils one byte of the assertion's ciphertext: in its last block or in the one before, which the padding follows from. */
function spoil(xml: string, fromEnd: number): string {
  const start = xml.lastIndexOf('<xenc:CipherValue>') + '<xenc:CipherValue>'.length
  const end = xml.indexOf('<', start)
  const bytes = Buffer.from(xml.slice(start, end), 'base64')
  const at = bytes.length - fromEnd
  bytes[at] = (bytes[at] ?? 0) ^ 0x40
  return xml.slice(0, start) + bytes.toString('base64') + xml.slice(end)
}

const make = (change: Change) =>
  render(context, { encryptFor: context.spCertificate, encryption: 'aes256-cbc', ...change })
const judge = async (xml: string, by = trust): Promise<string> =>
  verifyResponse(encodeResponse(xml), by, context.now).then(
    ({ nameId }) => nameId,
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  )

describe('AES-CBC', () => {
  let unwrapped: MockInstance
  beforeEach(() => {
    unwrapped = vi.spyOn(crypto, 'privateDecrypt')
  })
  afterEach(() => vi.restoreAllMocks())

  it('is opened where the response around it is signed', async () => {
    for (const sign of ['response', 'both'] as const) expect(await judge(await make({ sign }))).toBe(mallory)
    expect(unwrapped).toHaveBeenCalled()
  })

  it('oracle: nothing is decrypted of a response that is not signed, changed or not, with one answer', async () => {
    const good = await make({ sign: 'assertion' })
    const answers = new Set<string>()
    for (const xml of [good, ...[1, 16, 17, 32, 64].map((fromEnd) => spoil(good, fromEnd))])
      answers.add(await judge(xml))
    expect([...answers]).toEqual([expect.stringMatching(/^encrypted_unsigned: /)])
    expect(unwrapped).not.toHaveBeenCalled()
  })

  it('oracle: nothing is decrypted of a signed response that was changed, with one answer', async () => {
    const answers = new Set<string>()
    for (const sign of ['response', 'both'] as const) {
      const good = await make({ sign })
      for (const fromEnd of [1, 16, 17, 32, 64]) answers.add(await judge(spoil(good, fromEnd)))
      const stranger = await make({ sign, key: context.attackerKey })
      answers.add(await judge(stranger))
    }
    expect([...answers]).toEqual([expect.stringMatching(/^decryption_failed: /)])
    expect(unwrapped).not.toHaveBeenCalled()
  })

  it('two service keys: the one whose certificate KeyInfo names, else the first, and no other', async () => {
    const xml = await make({ sign: 'response' })
    const keys = [other, ...trust.decryptionKeys]
    expect(await judge(xml, { ...trust, decryptionKeys: keys })).toBe(mallory)
    const nameless = await make({
      sign: 'response',
      namesEncryptionCertificate: false,
    })
    expect(await judge(nameless)).toBe(mallory)
    const used = unwrapped.mock.calls.length
    expect(await judge(nameless, { ...trust, decryptionKeys: keys })).toMatch(/^decryption_failed: /)
    const tried = unwrapped.mock.calls.slice(used).map(([options]) => (options as { key: unknown }).key)
    expect(tried).not.toContain(trust.decryptionKeys[0])
  })

  it('AES-GCM, which knows whether a key was right, is tried with the others', async () => {
    const nameless = await make({
      sign: 'response',
      encryption: 'aes256-gcm',
      namesEncryptionCertificate: false,
    })
    expect(await judge(nameless, { ...trust, decryptionKeys: [other, ...trust.decryptionKeys] })).toBe(
      mallory,
    )
  })
})
