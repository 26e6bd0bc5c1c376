// The small page of somebody who is signed in: who they are here, and the way out.

import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { sessionCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { selectOwnName } from '../organizations/own.ts'
import { renderPage } from '../pages/frame.ts'
import { findLanguage, listOfRecord } from '../pages/language.ts'
import { type Look, lookFor } from '../pages/look.ts'
import { mePage } from '../pages/sessions.ts'
import { findSession, type Session } from '../sessions/sessions.ts'
import { selectResource } from '../users/asked.ts'
import { findProduct, lookAt } from './product-link.ts'
import type { SsoOptions, Visit } from './visit.ts'

// Where the browser wants nothing that we speak, what the directory says of the person counts (RFC 7643 §4.1.1).
async function lookOfPerson(
  { database }: SsoOptions,
  { look, wanted }: Visit,
  { scope, userId }: Session,
): Promise<Look> {
  if (userId === null || findLanguage(look.spoken, wanted) !== undefined) return look
  const [person] = await database.readOrganization(scope, selectResource, { id: userId })
  return person === undefined ? look : lookFor(look, listOfRecord(readJson(person.resource)))
}

/** GET /me. */
export async function renderMe(options: SsoOptions, visit: Visit): Promise<Response> {
  const session = await findSession(options.database, visit.cookies.get(sessionCookie), visit.at)
  if (session === undefined)
    return redirect(`${options.url}/sso${visit.cookies.has(sessionCookie) ? '?ended=1' : ''}`)
  options.anonymous.giveBack(visit.context.ip, 1)
  const [organization] = await options.database.readOrganization(session.scope, selectOwnName, {})
  const me = {
    label: session.label,
    organization: organization?.name ?? '',
    role: session.role,
    until: toTime(session.expiresAt),
    product: organization === undefined ? null : await findProduct(options, organization, null),
    slug: session.kind === 'person' ? null : (organization?.slug ?? ''),
  }
  const own = await lookOfPerson(options, visit, session)
  const look = organization === undefined ? own : await lookAt(options, own, organization, null)
  return renderPage(mePage(look, me), look)
}
