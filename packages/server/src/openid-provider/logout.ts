// Telling applications that somebody is out: OpenID Connect Back-Channel Logout 1.0. The queue of deliveries carries it; here a
// row of it becomes a signed logout token.
import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { findBackchannelLogout } from '../applications/applications.ts'
import type { Envelope } from '../base/envelope.ts'
import { createId } from '../base/id.ts'
import { currentTrace } from '../base/tracing.ts'
import { queueLogoutOf } from '../deliveries/enqueue.ts'
import type { LeasedDelivery } from '../deliveries/queue.ts'
import type { OutboundRequest } from '../outbound/outbound.ts'
import type { Database } from '../store/database.ts'
import { listKeyRows, openKey } from './signing-keys.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'
/** §2.4: short, so that a token that leaks is soon of no use. */
const tokenSeconds = 120

/** One application, one session: what RP-initiated logout tells the others. */
export async function queueLogout(
  database: Database,
  wanted: { readonly targetId: string; readonly userId: string; readonly sid: string },
  at: number,
): Promise<void> {
  await database.inInstallation('deliveries', async (tx) =>
    tx.write(queueLogoutOf, { ...wanted, eventId: createId('evt', at), at, trace: currentTrace() }),
  )
}

/** §2.5: a form with the token. `payload` names the session, or is empty: all sessions of the person. */
export async function renderLogout(
  context: {
    readonly database: Database
    readonly envelope: Envelope
    readonly issuer: string
  },
  delivery: LeasedDelivery,
  now: number,
): Promise<OutboundRequest | undefined> {
  const { database, envelope, issuer } = context
  const url = await findBackchannelLogout(database, delivery.target_id)
  const [row] = await listKeyRows(database, envelope, now)
  if (url === null || row === undefined) return undefined
  const key = openKey(envelope, row)
  const seconds = Math.floor(now / 1_000)
  const sid = delivery.payload === null || delivery.payload === '' ? {} : { sid: delivery.payload }
  const token = await new SignJWT({ events: { [logoutEvent]: {} }, ...sid })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'logout+jwt' })
    .setIssuer(issuer)
    .setAudience(delivery.target_id)
    .setSubject(delivery.subject_id)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + tokenSeconds)
    .setJti(randomUUID())
    .sign(await importJWK(key, key.alg))
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: '*/*' },
    body: new URLSearchParams({ logout_token: token }).toString(),
  }
}
