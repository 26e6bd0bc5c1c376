// The room `server/admin`: the management API, one handler for each operation of the contract. It says who may, and calls the room that
// does it.
//
// 1. `door` finds out who asks: the operator's key, a session, a link's session.
// 2. The contract's row says who may call the operation (`permissions`); only then is the body read.
// 3. `act` lends the handler a store that looks, in each transaction, whether the caller still may.
// 4. The handler, in the `bind-*` file of its noun, calls one function of a room below and renders its value.
// 5. A refusal is a `Problem` with a code of the contract's table. Answers that go on are in `stream`, `hold` and `progress`.
//
// The management API: every operation of the contract bound to the room that does it, and one place that renders refusals.
import { OpenAPIHono, z } from '@hono/zod-openapi'
import { explainIssue } from '@rollcall/api'
import { RepeatedNameError, ScimError } from '@rollcall/scim'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import { createId } from '../base/id.ts'
import type { Log } from '../base/log.ts'
import { Problem, renderProblem } from '../http/problem.ts'
import { traceOf } from '../http/request-id.ts'
import { noteRoute } from '../http/request-log.ts'
import { type WithRoutes, withRoutes } from '../http/routes.ts'
import { unkeepable } from '../http/unkeepable.ts'
import { MailError } from '../outbound/mail.ts'
import { docsPageHeaders, renderDocsPage } from '../pages/api-docs.ts'
import { StoreUnavailable, StoreUnkeepable } from '../store/errors.ts'
import { lendStore } from './act.ts'
import { bindApplications } from './bind-applications.ts'
import { bindBrand } from './bind-brand.ts'
import { bindEmbedding } from './bind-embedding.ts'
import { bindGroups } from './bind-groups.ts'
import { bindInstallation } from './bind-installation.ts'
import { bindOAuthClients } from './bind-oauth-clients.ts'
import { bindOrganizations, bindRecord } from './bind-organizations.ts'
import { bindInvitations, bindMapping, bindRecovery, bindUsers } from './bind-people.ts'
import { bindProvisioning } from './bind-provisioning.ts'
import { bindOperatorSessions, bindPortalLinks, bindSessions } from './bind-sessions.ts'
import { bindAnchors, bindConnections, bindDomains, bindServiceKeys } from './bind-sign-in.ts'
import { bindFeed, bindWebhooks } from './bind-webhooks.ts'
import { type AdminOptions, type AdminPeer, type App, admit, type Env, takeAnonymous } from './door.ts'
import { withFormerRoutes } from './former.ts'
import { unauthorized } from './permissions.ts'

/** Answers what is under `/api/v1`. */
export type AdminDoor = WithRoutes<(request: Request, peer: AdminPeer) => Promise<Response>>

const bindings = [
  bindOrganizations,
  bindProvisioning,
  bindOAuthClients,
  bindDomains,
  bindConnections,
  bindAnchors,
  bindServiceKeys,
  bindPortalLinks,
  bindOperatorSessions,
  bindSessions,
  bindUsers,
  bindRecovery,
  bindGroups,
  bindInvitations,
  bindMapping,
  bindRecord,
  bindInstallation,
  bindWebhooks,
  bindFeed,
  bindApplications,
  bindBrand,
  bindEmbedding,
]

// For all schemas of this process: what they refuse is told to people.
z.config({ customError: explainIssue })

/** Answers everything under /api/v1, refusals as application/problem+json. */
export function createAdminDoor(options: AdminOptions): AdminDoor {
  const app = new OpenAPIHono<Env>({ defaultHook: (result) => void assertValid(result) }).basePath('/api/v1')
  app.onError((error, context) => renderFailure(error, context, options.log))
  // Whoever has no credential learns of no route.
  app.notFound((context) => {
    if (context.get('caller')?.kind === 'nobody') return renderFailure(unauthorized(), context, options.log)
    const problem = new Problem('not_found', 'There is no such route under /api/v1')
    return renderProblem(problem, requestIdOf(context))
  })
  for (const path of ['/openapi.json', '/docs'])
    app.use(path, (context, next) => {
      takeAnonymous(options.anonymous, context.env.ip)
      return next()
    })
  app.get('/openapi.json', (context) => context.json(options.openApi()))
  // A megabyte that is the same for everybody.
  let docsPage: string | undefined
  app.get('/docs', (context) => {
    docsPage ??= renderDocsPage(options.openApi())
    return context.body(docsPage, 200, docsPageHeaders)
  })
  app.use('*', async (context, next) => {
    const startedAt = performance.now()
    await admit(context, options)
    await next()
    const route = context.req.routePath
    noteRoute(context.res, route)
    options.metrics.observeRequest(
      context.req.method,
      route,
      context.res.status,
      (performance.now() - startedAt) / 1_000,
    )
  })
  const database = lendStore(options.database, options.clock)
  const lent = { ...options, database, webhookRules: { ...options.webhookRules, database } }
  const answering = withFormerRoutes(app, options.url)
  for (const bind of bindings) bind(answering, lent)
  return withRoutes(async (request: Request, peer: AdminPeer) => app.fetch(request, peer), routesOf(app))
}

// As the router has them: with an operation's own gate each is there more than once, and what is for any method is a gate, too.
function routesOf(app: App): string[] {
  const registered = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
  return [...new Set(registered)]
}

function assertValid(result: {
  success: boolean
  error?: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }
}): void {
  if (result.success) return
  const errors = (result.error?.issues ?? []).map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message,
  }))
  const first = errors[0]
  const detail =
    first === undefined
      ? 'The request is not valid'
      : `${first.path === '' ? 'The body' : first.path}: ${first.message}`
  throw new Problem('invalid_request', detail, { errors })
}

function requestIdOf(context: Context<Env>): string {
  return context.get('requestId') ?? createId('req', 0)
}

function renderFailure(error: Error, context: Context<Env>, log: Log): Response {
  const requestId = requestIdOf(context)
  if (error instanceof Problem) {
    return renderProblem(
      error,
      requestId,
      error.status === 401 ? { 'www-authenticate': 'Bearer realm="management API"' } : {},
    )
  }
  if (error instanceof StoreUnavailable) {
    log.debug({ err: error, requestId }, 'the store is not available')
    const problem = new Problem('store_unavailable', 'The service cannot reach its store; try again shortly')
    return renderProblem(problem, requestId, { 'retry-after': String(error.retryAfterSeconds) })
  }
  if (error instanceof StoreUnkeepable) {
    log.debug({ err: error, requestId }, 'a text cannot be kept')
    return renderProblem(new Problem('invalid_request', unkeepable), requestId)
  }
  if (error instanceof MailError) {
    log.warn({ err: error.cause ?? error, requestId }, 'a mail could not be sent')
    const problem = new Problem('mail_not_sent', `${error.message} The link can be sent again`)
    return renderProblem(problem, requestId)
  }
  if (error instanceof RepeatedNameError || (error instanceof ScimError && error.scimType === 'invalidValue'))
    return renderProblem(new Problem('invalid_request', error.detail), requestId)
  const isMalformed = (error instanceof HTTPException && error.status === 400) || error instanceof ScimError
  if (isMalformed)
    return renderProblem(
      new Problem('invalid_request', 'The body is not JSON, or is nested too deeply'),
      requestId,
    )
  const { method, raw } = context.req
  log.error(
    { err: error, requestId, method, route: routePath(context, -1), ...traceOf(raw) },
    'a request failed',
  )
  return renderProblem(
    new Problem('internal_error', `Internal error; the log has it under ${requestId}`),
    requestId,
  )
}
