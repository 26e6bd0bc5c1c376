// Portal links and the sessions of administrators, bound to their operations.
import { type NewPortalLink, operations, type SessionView } from '@rollcall/api'
import type { Context } from 'hono'
import { toTime } from '../base/clock.ts'
import { readCookies, renderCookie, sessionCookie } from '../http/cookies.ts'
import { createPortalLink, listPortalLinks, openPortalLink, revokePortalLink } from '../sessions/links.ts'
import { endSession, findSession, type Session } from '../sessions/sessions.ts'
import { organizationStatement } from '../store/statement.ts'
import { type AdminOptions, type App, type Env, gated } from './door.ts'
import { unauthorized } from './permissions.ts'

const selectOwn = organizationStatement('organization_of_session')(({ db, organizationId }) =>
  db.selectFrom('organization').select(['name', 'slug']).where('id', '=', organizationId),
)

export function bindPortalLinks(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.createPortalLink, options), async (context) => {
    const { scope } = context.get('organization')
    const input = context.req.valid('json') as NewPortalLink
    return context.json(await createPortalLink(database, scope, context.get('act'), input, options.url), 201)
  })
  app.openapi(gated(operations.listPortalLinks, options), async (context) =>
    context.json({ items: await listPortalLinks(database, context.get('organization').scope) }, 200),
  )
  app.openapi(gated(operations.revokePortalLink, options), async (context) => {
    const { scope } = context.get('organization')
    await revokePortalLink(database, scope, context.get('act'), context.req.valid('param').id)
    return context.body(null, 204)
  })
}

export function bindSessions(app: App, options: AdminOptions): void {
  const { database, cookies } = options
  app.openapi(gated(operations.openPortalSession, options), async (context) => {
    const { at, context: about } = context.get('act')
    const opened = await openPortalLink(database, context.req.valid('json').token, at, about)
    // A session that this browser had before does not live on beside the new one.
    const old = cookieOf(context, options)
    if (old !== undefined) await endSession(database, old)
    const session = await findSession(database, opened.token, at)
    if (session === undefined) throw unauthorized()
    const seconds = (opened.expiresAt - at) / 1_000
    context.header('set-cookie', renderCookie(cookies, sessionCookie, opened.token, seconds))
    return context.json(await toView(options, session, opened.returnUrl), 200)
  })
  app.openapi(gated(operations.getSession, options), async (context) => {
    const caller = context.get('caller')
    if (caller.kind !== 'session') throw unauthorized()
    return context.json(await toView(options, caller.session, null), 200)
  })
  app.openapi(gated(operations.endSession, options), async (context) => {
    const token = cookieOf(context, options)
    if (token !== undefined) await endSession(database, token)
    context.header('set-cookie', renderCookie(cookies, sessionCookie, '', 0))
    return context.body(null, 204)
  })
}

function cookieOf(context: Context<Env>, { cookies }: AdminOptions): string | undefined {
  return readCookies(context.req.raw.headers, cookies).get(sessionCookie)
}

async function toView(
  { database }: AdminOptions,
  session: Session,
  returnUrl: string | null,
): Promise<SessionView> {
  const [own] = await database.readOrganization(session.scope, selectOwn, {})
  return {
    kind: session.kind,
    role: session.role,
    label: session.label,
    userId: session.userId,
    organization: { slug: own?.slug ?? '', name: own?.name ?? '' },
    returnUrl,
    expiresAt: toTime(session.expiresAt),
  }
}
