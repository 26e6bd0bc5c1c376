// The ids of our LogoutRequests: an answer names the one that it answers, and each says by itself that it was made here, for which
// connection and when. Nothing of them is kept.

import { createHmac, randomBytes } from 'node:crypto'
import { hourMs } from '../base/clock.ts'
import type { Envelope } from '../base/envelope.ts'
import { isSameHash } from '../base/secret.ts'

const purpose = 'saml logout'
/** For as long the person may be asked at the identity provider. */
const lifeMs = hourMs

/** An NCName (core §1.3.4). */
export function createLogoutId(envelope: Envelope, connectionId: string, now: number): string {
  const body = `_${now.toString(36)}.${randomBytes(16).toString('hex')}`
  return `${body}.${sign(envelope.derive(purpose)[0] ?? '', connectionId, body)}`
}

/** Whether it was made here for this connection, within the last hour. */
export function isLogoutId(envelope: Envelope, connectionId: string, id: string, now: number): boolean {
  const cut = id.lastIndexOf('.')
  const [body, signature] = [id.slice(0, cut), id.slice(cut + 1)]
  const isOurs = envelope.derive(purpose).some((key) => isSameHash(sign(key, connectionId, body), signature))
  const at = Number.parseInt(body.slice(1), 36)
  return isOurs && Math.abs(now - at) <= lifeMs
}

function sign(key: string, connectionId: string, body: string): string {
  return createHmac('sha256', key).update(`${connectionId}.${body}`).digest('hex')
}
