// Seals what must be read again: private keys. AES-256-GCM, bound to the row that holds it. Secrets that are only ever
// compared are hashed instead (secret.ts).
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

export interface Envelope {
  /** `place` names the row; the same place opens it. */
  seal(plain: string, place: string): string
  /** Throws when the text was changed, moved to another place, or sealed with a key that is not known. */
  open(sealed: string, place: string): string
  /** Secrets for one purpose, the current one first: the same on every node that has the same keys. */
  derive(purpose: string): readonly string[]
}

const version = 'v1'

/** `secrets`: the first one seals, each opens; so a key is rotated by putting the new one in front. */
export function createEnvelope(secrets: readonly string[]): Envelope {
  const keys = secrets.map(deriveKey)
  const [current] = keys
  if (current === undefined) throw new Error('an envelope needs a key')
  return {
    derive: (purpose) =>
      secrets.map((secret) =>
        Buffer.from(hkdfSync('sha256', secret, '', `rollcall ${purpose}`, 32)).toString('base64url'),
      ),
    seal(plain, place) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return [version, current.id, nonce.toString('base64url'), sealed.toString('base64url')].join('.')
    },
    open(text, place) {
      const [found, id, nonce = '', body = ''] = text.split('.')
      const known = keys.find((one) => one.id === id)
      if (found !== version || known === undefined) throw new Error('sealed with a key that is not known')
      const sealed = Buffer.from(body, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', known.key, Buffer.from(nonce, 'base64url'))
      decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-16))
      return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8')
    },
  }
}

// The id says which key to open with and nothing about it.
function deriveKey(secret: string): { readonly id: string; readonly key: Buffer } {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'rollcall envelope v1', 32))
  return { id: createHash('sha256').update(key).update('id').digest('hex').slice(0, 8), key }
}
