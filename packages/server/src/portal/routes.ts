// Pages for administrators that need no application: where portal links and invitations are redeemed, and an overview of
// an organization's sign-in. Owns no rule: everything it does passes the rooms that own it.
import { createId } from '../base/id.ts'
import { isSameOrigin, readCookies, sessionCookie } from '../http/cookies.ts'
import { escapeHtml, redirect, renderPage } from '../http/page.ts'
import { Problem } from '../http/problem.ts'
import { type FoundOrganization, getOrganization } from '../organizations/organizations.ts'
import { deactivateUser, reactivateUser } from '../provisioning/manage-user.ts'
import { findSession, type Session } from '../sessions/sessions.ts'
import type { PortalOptions } from './options.ts'
import { invitationPage, portalPage } from './redeem.ts'
import { renderSettings } from './settings.ts'

export type PortalDoor = (request: Request, peer: { readonly ip: string | null }) => Promise<Response>

interface Visit {
  readonly request: Request
  readonly path: readonly string[]
  readonly at: number
  readonly requestId: string
  readonly ip: string | null
}

/** Answers /portal, /invitation and everything under /organizations. Never throws. */
export function createPortalDoor(options: PortalOptions): PortalDoor {
  return async (request, { ip }) => {
    const at = options.clock()
    const path = new URL(request.url).pathname.split('/').slice(1)
    const visit = { request, path, at, requestId: createId('req', at), ip }
    try {
      return await route(options, visit)
    } catch (error) {
      return renderFailure(error, options, visit)
    }
  }
}

function route(options: PortalOptions, visit: Visit): Promise<Response> | Response {
  const { isSecure } = options.cookies
  const isGet = ['GET', 'HEAD'].includes(visit.request.method)
  const [area, slug = '', settings, section, id = '', act] = visit.path
  if (area === 'portal' && slug === '' && isGet) return renderPage(portalPage, isSecure)
  if (area === 'invitation' && slug === '' && isGet) return renderPage(invitationPage, isSecure)
  if (area !== 'organizations' || settings !== 'settings') return renderMissing(isSecure)
  if (isGet) return showSettings(options, visit, slug)
  const isAct =
    section === 'users' && (act === 'deactivate' || act === 'reactivate') && visit.path.length === 6
  return isAct && visit.request.method === 'POST'
    ? changeUser(options, visit, slug, id, act)
    : renderMissing(isSecure)
}

interface Entered {
  readonly session: Session
  readonly found: FoundOrganization
}

/** Throws 404 for an organization that is not the session's own; undefined where nobody is signed in. */
async function enter(options: PortalOptions, visit: Visit, slug: string): Promise<Entered | undefined> {
  const token = readCookies(visit.request.headers, options.cookies).get(sessionCookie)
  const session = await findSession(options.database, token, visit.at)
  if (session === undefined) return undefined
  const found = await getOrganization(options.database, slug)
  if (found.row.id !== session.scope.organizationId)
    throw new Problem(404, 'not_found', 'There is no such organization')
  if (session.kind === 'person') throw new Problem(403, 'forbidden', 'Only administrators open the settings')
  return { session, found }
}

async function showSettings(options: PortalOptions, visit: Visit, slug: string): Promise<Response> {
  const entered = await enter(options, visit, slug)
  if (entered === undefined) return redirect(`${options.url}/sso`)
  return renderSettings(options, entered.found, entered.session, visit.at)
}

async function changeUser(
  options: PortalOptions,
  visit: Visit,
  slug: string,
  id: string,
  act: 'deactivate' | 'reactivate',
): Promise<Response> {
  if (!isSameOrigin(visit.request.headers, options.url))
    throw new Problem(403, 'cross_site', 'The request did not come from our own page')
  const entered = await enter(options, visit, slug)
  if (entered === undefined) return redirect(`${options.url}/sso`)
  const { session, found } = entered
  if (session.kind !== 'administrator')
    throw new Problem(403, 'forbidden', 'A set-up link does not manage people')
  const actor =
    session.userId === null
      ? ({ kind: 'portal_link', linkId: session.linkId ?? '' } as const)
      : ({ kind: 'user', userId: session.userId } as const)
  const userAgent = visit.request.headers.get('user-agent')
  const done = { actor, at: visit.at, context: { requestId: visit.requestId, ip: visit.ip, userAgent } }
  const manager = { actor, isOwner: session.role === 'owner' }
  if (act === 'deactivate') await deactivateUser(options.database, found.scope, done, manager, id)
  else await reactivateUser(options.database, found.scope, done, id)
  return redirect(`${options.url}/organizations/${slug}/settings`)
}

function renderMissing(isSecure: boolean): Response {
  const body = '<div class="panel"><h1>There is no such page</h1></div>'
  return renderPage({ title: 'Not found', body, status: 404 }, isSecure)
}

function renderFailure(error: unknown, options: PortalOptions, visit: Visit): Response {
  const { isSecure } = options.cookies
  if (error instanceof Problem) {
    if (error.status === 404) return renderMissing(isSecure)
    const body = `<div class="panel"><h1>That was not done</h1><p>${escapeHtml(error.message)}.</p></div>`
    return renderPage({ title: 'Not done', body, status: error.status }, isSecure)
  }
  options.log.error({ err: error, requestId: visit.requestId }, 'a request failed')
  const body = `<div class="panel"><h1>Something went wrong here</h1><p>Please try again in a moment.</p><p class="soft">Reference <code>${visit.requestId}</code></p></div>`
  return renderPage({ title: 'Failed', body, status: 500 }, isSecure)
}
