// The small page of somebody who is signed in: who they are here, and the way out.

import { sessionCookie } from '../http/cookies.ts'
import { escapeHtml, redirect, renderPage } from '../http/page.ts'
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
  const settings =
    session.kind === 'person'
      ? ''
      : `<p><a href="/organizations/${escapeHtml(organization?.slug ?? '')}/settings">Organization settings</a></p>`
  const rows = [
    ['Signed in as', session.label],
    ['Organization', organization?.name ?? ''],
    ['Role', session.role],
    ['Until', new Date(session.expiresAt).toISOString().replace('T', ' ').slice(0, 16).concat(' UTC')],
  ].map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value ?? '')}</dd>`)
  const body = `<div class="panel"><h1>You are signed in</h1><dl>${rows.join('')}</dl>${settings}<form class="inline" method="post" action="/sign-out"><button>Sign out</button></form> <form class="inline" method="post" action="/sign-out?everywhere=1"><button class="quiet">Sign out everywhere</button></form></div>`
  return renderPage({ title: 'Signed in', body, mayLeave: true }, options.cookies)
}
