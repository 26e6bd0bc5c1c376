// When an application's sign-in left for the identity provider, in the address that it comes back to: signed, for a browser could say
// anything of how fresh its session is. Nodes' clocks differ: a node that is behind takes the time that another one has signed, so that
// what follows is never earlier than what it follows.
import { createHmac } from 'node:crypto'
import type { Envelope } from '../base/envelope.ts'
import { isSameHash } from '../base/secret.ts'

const purpose = 'oidc interaction'
/** Below the path of the public URL. */
const returnPath = /\/oidc\/interaction\/([\w-]{1,64})$/

/** The time, signed for this sign-in. */
export function renderLeftAt(envelope: Envelope, uid: string, now: number): string {
  const at = String(now)
  return `${at}.${sign(envelope.derive(purpose)[0] ?? '', uid, at)}`
}

/** Undefined where we did not sign it for this sign-in. */
export function readLeftAt(envelope: Envelope, uid: string, text: string | null): number | undefined {
  const [at = '', signature = ''] = (text ?? '').split('.')
  const isOurs = envelope.derive(purpose).some((key) => isSameHash(sign(key, uid, at), signature))
  return isOurs ? Number(at) : undefined
}

/** The time by this node, or the one at which the sign-in behind `returnTo` left, where that is later. */
export function noEarlierThanLeft(envelope: Envelope, returnTo: string | null, now: number): number {
  const url = returnTo === null ? null : URL.parse(returnTo)
  const uid = returnPath.exec(url?.pathname ?? '')?.[1]
  if (url === null || uid === undefined) return now
  return Math.max(now, readLeftAt(envelope, uid, url.searchParams.get('after')) ?? now)
}

function sign(key: string, uid: string, at: string): string {
  return createHmac('sha256', key).update(`${uid}.${at}`).digest('base64url')
}
