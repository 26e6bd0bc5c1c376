// Portal links, the operator's links, and the sessions that they open, bound to their operations.
import { type NewPortalLink, operations, type SessionView } from '@rollcall/api'
import type { Context } from 'hono'
import { toTime } from '../base/clock.ts'
import { record } from '../events/record.ts'
import { readCookies, renderCookie, sessionCookie } from '../http/cookies.ts'
import { Problem } from '../http/problem.ts'
import { createPortalLink, listPortalLinks, openPortalLink, revokePortalLink } from '../sessions/links.ts'
import {
  createOperatorLink,
  endOperatorSession,
  isOperatorSecret,
  type OperatorSession,
  openOperatorLink,
} from '../sessions/operator.ts'
import { endSession, findSession, type Session } from '../sessions/sessions.ts'
import { organizationStatement } from '../store/statement.ts'
import { type AdminOptions, type App, type Env, gated } from './door.ts'
import { type Caller, unauthorized } from './permissions.ts'

const selectOwn = organizationStatement('organization_of_session')(({ db, organizationId }) =>
  db.selectFrom('organization').select(['name', 'slug']).where('id', '=', organizationId),
)

export function bindPortalLinks(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.createOperatorLink, options), async (context) =>
    context.json(await createOperatorLink(database, context.get('act').at, options.url), 201),
  )
  app.openapi(gated(operations.createPortalLink, options), async (context) => {
    const { scope } = context.get('organization')
    const input = context.req.valid('json') as NewPortalLink
    assertSetUpLink(input, context.get('caller'))
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

/** An administrator hands over the set-up; who may open the whole settings is for the operator and for sign-ins to say. */
function assertSetUpLink(input: NewPortalLink, caller: Caller): void {
  if (caller.kind === 'operator' || (input.days !== undefined && input.role === 'admin')) return
  throw new Problem(
    403,
    'forbidden',
    "An administrator makes set-up links: role admin, and days; other links are the operator's",
  )
}

export function bindSessions(app: App, options: AdminOptions): void {
  const { database } = options
  app.openapi(gated(operations.openPortalSession, options), async (context) => {
    const { token } = context.req.valid('json')
    const view = isOperatorSecret(token)
      ? await openAsOperator(context, options, token)
      : await openAsGuest(context, options, token)
    return context.json(view, 200)
  })
  app.openapi(gated(operations.getSession, options), async (context) => {
    const caller = context.get('caller')
    if (caller.kind === 'session') return context.json(await toView(options, caller.session, null), 200)
    if (caller.kind === 'operator' && caller.session !== undefined)
      return context.json(toOperatorView(caller.session), 200)
    throw unauthorized()
  })
  app.openapi(gated(operations.endSession, options), async (context) => {
    await endOld(context, options)
    context.header('set-cookie', renderCookie(options.cookies, sessionCookie, '', 0))
    return context.body(null, 204)
  })
  app.openapi(gated(operations.recordOperatorVisit, options), async (context) => {
    const { scope } = context.get('organization')
    const subject = { type: 'organization', id: scope.organizationId } as const
    await database.inOrganization(scope, async (tx) =>
      record(tx, context.get('act'), { type: 'organization.opened_by_operator', subject, data: {} }),
    )
    return context.body(null, 204)
  })
}

async function openAsOperator(
  context: Context<Env>,
  options: AdminOptions,
  token: string,
): Promise<SessionView> {
  const { at } = context.get('act')
  const session = await openOperatorLink(options.database, token, at)
  await enter(context, options, session.token, session.expiresAt)
  return toOperatorView(session)
}

async function openAsGuest(
  context: Context<Env>,
  options: AdminOptions,
  token: string,
): Promise<SessionView> {
  const { at, context: about } = context.get('act')
  const opened = await openPortalLink(options.database, token, at, about)
  const session = await findSession(options.database, opened.token, at)
  if (session === undefined) throw unauthorized()
  await enter(context, options, opened.token, opened.expiresAt)
  return toView(options, session, opened.returnUrl)
}

/** A session that this browser had before does not live on beside the new one. */
async function enter(
  context: Context<Env>,
  options: AdminOptions,
  token: string,
  expiresAt: number,
): Promise<void> {
  await endOld(context, options)
  const seconds = (expiresAt - context.get('act').at) / 1_000
  context.header('set-cookie', renderCookie(options.cookies, sessionCookie, token, seconds))
}

async function endOld(context: Context<Env>, { cookies, database }: AdminOptions): Promise<void> {
  const token = readCookies(context.req.raw.headers, cookies).get(sessionCookie)
  if (isOperatorSecret(token)) await endOperatorSession(database, token)
  else if (token !== undefined) await endSession(database, token)
}

function toOperatorView({ expiresAt }: OperatorSession): SessionView {
  return {
    kind: 'operator',
    role: 'operator',
    label: 'operator',
    userId: null,
    organization: null,
    returnUrl: null,
    expiresAt: toTime(expiresAt),
  }
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
