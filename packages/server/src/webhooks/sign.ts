// Signatures of the Standard Webhooks specification: HMAC-SHA256 with a shared secret (v1), or Ed25519 with a key pair of ours
// (v1a). Pure but for randomness; where secrets are kept is endpoints.ts's.
import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** What signs: `whsec_` and base64, or a private key in PKCS 8 as base64 after `whsk_`. */
export interface WebhookSecret {
  readonly secret: string
  /** Milliseconds since 1970: until then an earlier secret signs beside the new one. */
  readonly endsAt: number | null
}

/** 32 random bytes (the specification asks for 24 to 64). */
export function createWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** `publicKey` is `whpk_` and the 32 bytes of the key as base64. */
export function createWebhookKeyPair(): { readonly secret: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
  return { secret: `whsk_${secret}`, publicKey: `whpk_${raw.toString('base64')}` }
}

/** The three headers of a message; one signature for each secret that holds. */
export function signWebhook(
  message: { readonly id: string; readonly at: number; readonly body: string },
  secrets: readonly WebhookSecret[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(message.at / 1_000))
  const content = `${message.id}.${timestamp}.${message.body}`
  const signatures = secrets
    .filter(({ endsAt }) => endsAt === null || endsAt > message.at)
    .map(({ secret }) => signContent(content, secret))
  return {
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}

function signContent(content: string, secret: string): string {
  const [kind, value = ''] = secret.split('_', 2)
  const bytes = Buffer.from(value, 'base64')
  if (kind === 'whsec') return `v1,${createHmac('sha256', bytes).update(content).digest('base64')}`
  const key = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
  return `v1a,${sign(null, Buffer.from(content), key).toString('base64')}`
}
