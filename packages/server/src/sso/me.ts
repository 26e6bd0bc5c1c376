// The small page of somebody who is signed in: who they are here, and the way out.

import { sessionCookie } from '../http/cookies.ts'
import { redirect } from '../http/redirect.ts'
import { renderPage } from '../pages/frame.ts'
import { toDay } from '../pages/pending.ts'
import { mePage } from '../pages/sessions.ts'
import { findSession } from '../sessions/sessions.ts'
import { organizationStatement } from '../store/statement.ts'
import type { SsoOptions, Visit } from './visit.ts'

const selectName = organizationStatement('organization_name')(({ db, organizationId }) =>
  db.selectFrom('organization').select(['name', 'slug']).where('id', '=', organizationId),
)

/** GET /me. */
export async function renderMe(options: SsoOptions, visit: Visit): Promise<Response> {
  const session = await findSession(options.database, visit.cookies.get(sessionCookie), visit.at)
  if (session === undefined) return redirect(`${options.url}/sso`)
  options.anonymous.giveBack(visit.context.ip, 1)
  const [organization] = await options.database.readOrganization(session.scope, selectName, {})
  const me = {
    label: session.label,
    organization: organization?.name ?? '',
    role: session.role ?? '',
    until: toDay(session.expiresAt),
    slug: session.kind === 'person' ? null : (organization?.slug ?? ''),
  }
  return renderPage(mePage(visit.look, me), visit.look)
}
