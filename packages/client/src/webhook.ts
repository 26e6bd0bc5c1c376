// Verifies webhooks by the Standard Webhooks specification, with nothing but the runtime's Web Crypto. The comparison is
// crypto.subtle.verify's, whose time does not depend on the signature.
import type { FeedEvent } from './types.ts'

export type WebhookCode =
  | 'missing_header'
  | 'timestamp_invalid'
  | 'too_old'
  | 'too_new'
  | 'secret_invalid'
  | 'signature_mismatch'
  | 'body_invalid'

/** Why a request is not one of Rollcall's: answer 400 and use nothing of it. */
export class WebhookVerificationError extends Error {
  readonly code: WebhookCode
  constructor(code: WebhookCode, message: string) {
    super(message)
    this.name = 'WebhookVerificationError'
    this.code = code
  }
}

export interface WebhookInput {
  /** As it came, before any parser. */
  readonly body: string
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** `whsec_…`, or `whpk_…` of an ed25519 endpoint; several during a rotation. */
  readonly secret: string | readonly string[]
  /** How old, or how far ahead, a message may be; 300 unless told. */
  readonly toleranceSeconds?: number
  /** Milliseconds since 1970. */
  readonly now?: number
}

/** The event, once one signature is that of one secret. Throws WebhookVerificationError. */
export async function verifyWebhook(input: WebhookInput): Promise<FeedEvent> {
  const id = readHeader(input.headers, 'webhook-id')
  const timestamp = readHeader(input.headers, 'webhook-timestamp')
  const signatures = readHeader(input.headers, 'webhook-signature')
  assertTime(timestamp, input)
  const content = new TextEncoder().encode(`${id}.${timestamp}.${input.body}`)
  const secrets = typeof input.secret === 'string' ? [input.secret] : input.secret
  for (const secret of secrets)
    for (const signature of signatures.split(' '))
      if (await isSignature(secret, signature, content)) return readEvent(input.body, id)
  throw new WebhookVerificationError('signature_mismatch', 'No signature is that of a known secret')
}

function readHeader(headers: WebhookInput['headers'], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name]
  if (typeof value !== 'string' || value === '')
    throw new WebhookVerificationError('missing_header', `There is no ${name} header`)
  return value
}

function assertTime(text: string, { toleranceSeconds = 300, now = Date.now() }: WebhookInput): void {
  if (!/^\d{1,12}$/.test(text))
    throw new WebhookVerificationError('timestamp_invalid', 'webhook-timestamp is not a number of seconds')
  const age = now / 1_000 - Number(text)
  if (age > toleranceSeconds) throw new WebhookVerificationError('too_old', 'The message is too old')
  if (age < -toleranceSeconds) throw new WebhookVerificationError('too_new', 'The message is from the future')
}

async function isSignature(
  secret: string,
  signature: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const [version, value = ''] = signature.split(',', 2)
  const isPair = secret.startsWith('whpk_')
  if (version !== (isPair ? 'v1a' : 'v1')) return false
  const key = await importSecret(secret, isPair)
  const bytes = decode(value)
  return bytes !== undefined && crypto.subtle.verify(isPair ? 'Ed25519' : 'HMAC', key, bytes, content)
}

function importSecret(secret: string, isPair: boolean): Promise<CryptoKey> {
  const bytes = decode(secret.replace(/^whsec_|^whpk_/, ''))
  if (bytes === undefined || bytes.length === 0 || (isPair && bytes.length !== 32))
    throw new WebhookVerificationError('secret_invalid', 'The secret is not whsec_ or whpk_ with base64')
  return isPair
    ? crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify'])
    : crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

// The id of the message is that of the event: signed, and the same in a repetition.
function readEvent(body: string, id: string): FeedEvent {
  let event: unknown
  try {
    event = JSON.parse(body)
  } catch {
    event = undefined
  }
  if (typeof event !== 'object' || event === null || (event as { id?: unknown }).id !== id)
    throw new WebhookVerificationError('body_invalid', 'The body is not the event that the headers name')
  return event as FeedEvent
}
