// The small page of somebody who is signed in: who they are here, and the way out.

import { sessionCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { selectOwnName } from '../organizations/own.ts'
import { renderPage } from '../pages/frame.ts'
import { toDay } from '../pages/pending.ts'
import { mePage } from '../pages/sessions.ts'
import { findSession } from '../sessions/sessions.ts'
import type { SsoOptions, Visit } from './visit.ts'

/** GET /me. */
export async function renderMe(options: SsoOptions, visit: Visit): Promise<Response> {
  const session = await findSession(options.database, visit.cookies.get(sessionCookie), visit.at)
  if (session === undefined) return redirect(`${options.url}/sso`)
  options.anonymous.giveBack(visit.context.ip, 1)
  const [organization] = await options.database.readOrganization(session.scope, selectOwnName, {})
  const me = {
    label: session.label,
    organization: organization?.name ?? '',
    role: session.role ?? '',
    until: toDay(session.expiresAt),
    slug: session.kind === 'person' ? null : (organization?.slug ?? ''),
  }
  return renderPage(mePage(visit.look, me), visit.look)
}
