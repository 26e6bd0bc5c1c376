// Seals what must be read again: private keys. AES-256-GCM, bound to the row that holds it. Secrets that are only ever
// compared are hashed instead (secret.ts).
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'

/** Seals texts and opens them again. */
export interface Envelope {
  /** `place` names the row; the same place opens it. */
  seal(plain: string, place: string): string
  /** Throws when the text was changed, moved to another place, or sealed with a key that is not known. */
  open(sealed: string, place: string): string
  /** Secrets for one purpose, that of the key that seals first: the same on every node that has the same keys. */
  derive(purpose: string): readonly string[]
  /** Ids of the keys, the one that seals first: what was derived holds for as long as this says the same. */
  readonly keyIds: readonly string[]
}

/** An envelope whose keys change while it is used. */
export interface Keyring extends Envelope {
  /** The key that is to seal in the end: the first of those that were given. */
  readonly wanted: string
  knows(id: string): boolean
  /** From now on this key seals. */
  sealWith(id: string): void
  /** As `seal`, with a key that does not seal yet. */
  sealAs(id: string, plain: string, place: string): string
  /** Puts a key in front; it seals only when it is told to. Returns its id. */
  add(secret: string): string
  /** Asked before each seal: throws where this process may not seal now. */
  guard: () => void
}

const version = 'v1'

interface Key {
  readonly id: string
  readonly secret: string
  readonly key: Buffer
}

/** `secrets`: the first one seals, each opens; so a key is rotated by putting the new one in front. */
export function createEnvelope(secrets: readonly string[]): Keyring {
  let keys = secrets.map(deriveKey)
  let current = keys[0]!
  if (current === undefined) throw new Error('an envelope needs a key')
  const find = (id: string): Key => {
    const found = keys.find((one) => one.id === id)
    if (found === undefined) throw new Error('a key that is not known cannot seal')
    return found
  }
  const inOrder = (): readonly Key[] => [current, ...keys.filter((one) => one !== current)]
  const ring: Keyring = {
    guard: () => undefined,
    get wanted() {
      return keys[0]!.id
    },
    get keyIds() {
      return inOrder().map(({ id }) => id)
    },
    knows: (id) => keys.some((one) => one.id === id),
    sealWith(id) {
      current = find(id)
    },
    add(secret) {
      const fresh = deriveKey(secret)
      keys = [fresh, ...keys.filter(({ id }) => id !== fresh.id)]
      return fresh.id
    },
    derive: (purpose) =>
      inOrder().map(({ secret }) =>
        Buffer.from(hkdfSync('sha256', secret, '', `rollcall ${purpose}`, 32)).toString('base64url'),
      ),
    seal(plain, place) {
      ring.guard()
      return sealWithKey(current, plain, place)
    },
    sealAs: (id, plain, place) => sealWithKey(find(id), plain, place),
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
  return ring
}

function sealWithKey({ id, key }: Key, plain: string, place: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return [version, id, nonce.toString('base64url'), sealed.toString('base64url')].join('.')
}

/** How every text begins that the key of this id sealed. */
export function sealedPrefix(id: string): string {
  return `${version}.${id}.`
}

/** Which key sealed a text; empty where it is no sealed text. */
export function readKeyId(sealed: string): string {
  return /^v1\.([0-9a-f]{8})\./.exec(sealed)?.[1] ?? ''
}

// The id says which key to open with and nothing about it.
function deriveKey(secret: string): Key {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'rollcall envelope v1', 32))
  return { id: createHash('sha256').update(key).update('id').digest('hex').slice(0, 8), secret, key }
}
