// The management API: each operation of the contract bound to the room that does it. Permission first, then the body.

import { OpenAPIHono } from '@hono/zod-openapi'
import {
  type NewApiKey,
  type OpenApiDocument,
  type OrganizationChange,
  operations,
  type Page,
} from '@rollcall/api'
import { assertJsonDepth, ScimError } from '@rollcall/scim'
import type { Context, Schema } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { listActivity } from '../activity/query.ts'
import type { Clock } from '../base/clock.ts'
import { createId } from '../base/id.ts'
import type { Log } from '../base/log.ts'
import { createKey, renameKey, revokeKey, rotateKey } from '../directory/keys.ts'
import type { OperatorKey } from '../directory/operator-key.ts'
import { changeMode, getProvisioning } from '../directory/provisioning.ts'
import { listEvents } from '../events/query.ts'
import type { Act } from '../events/record.ts'
import { readBody } from '../http/body.ts'
import { maxBodyBytes, maxJsonDepth, type Oversize } from '../http/limits.ts'
import type { Metrics } from '../http/metrics.ts'
import { Problem, renderProblem } from '../http/problem.ts'
import {
  createOrganization,
  deleteOrganization,
  getOrganization,
  listOrganizations,
  toOrganization,
  updateOrganization,
} from '../organizations/organizations.ts'
import type { Database } from '../store/database.ts'
import { StoreUnavailable } from '../store/errors.ts'
import { docsPageHeaders, renderDocsPage } from './docs-page.ts'
import { authenticateOperator } from './permissions.ts'
import { streamActivity } from './stream.ts'

export interface AdminOptions {
  readonly database: Database
  readonly operatorKey: OperatorKey
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  /** `{ROLLCALL_URL}/scim/v2`. */
  readonly scimBaseUrl: string
  readonly openApi: OpenApiDocument
}

/** What app.ts knows of a caller. */
export interface AdminPeer {
  readonly ip: string | null
  readonly isControlSocket: boolean
  readonly oversize: Oversize | undefined
}

interface Env {
  Bindings: AdminPeer
  Variables: { act: Act; requestId: string; startedAt: number }
}

export type AdminDoor = (request: Request, peer: AdminPeer) => Promise<Response>

/** Answers everything under /api/v1, refusals as application/problem+json. */
export function createAdminDoor(options: AdminOptions): AdminDoor {
  const app = new OpenAPIHono<Env>({ defaultHook: (result) => void assertValid(result) }).basePath('/api/v1')
  app.onError((error, context) => renderFailure(error, context, options.log))
  app.notFound((context) =>
    renderProblem(
      new Problem(404, 'not_found', 'There is no such route under /api/v1'),
      requestIdOf(context),
    ),
  )
  app.get('/openapi.json', (context) => context.json(options.openApi))
  app.get('/docs', (context) => context.body(renderDocsPage(options.openApi), 200, docsPageHeaders))
  app.use('*', async (context, next) => {
    const startedAt = performance.now()
    await admit(context, options)
    await next()
    const route = context.req.routePath
    options.metrics.observeRequest(
      context.req.method,
      route,
      context.res.status,
      (performance.now() - startedAt) / 1_000,
    )
  })
  bindOrganizations(app, options)
  bindProvisioning(app, options)
  bindRecord(app, options)
  return async (request, peer) => app.fetch(request, peer)
}

type App = OpenAPIHono<Env, Schema, '/api/v1'>

async function admit(context: Context<Env>, { operatorKey, clock }: AdminOptions): Promise<void> {
  const at = clock()
  const requestId = createId('req', at)
  context.set('requestId', requestId)
  context.header('x-request-id', requestId)
  context.header('cache-control', 'no-store')
  const { headers } = context.req.raw
  const caller = { authorization: headers.get('authorization'), isControlSocket: context.env.isControlSocket }
  const actor = authenticateOperator(caller, operatorKey)
  context.set('act', {
    actor,
    at,
    context: { requestId, ip: context.env.ip, userAgent: headers.get('user-agent') },
  })
  assertSize(context.env.oversize)
  if (!['GET', 'HEAD'].includes(context.req.method)) await admitBody(context)
}

function assertSize(oversize: Oversize | undefined): void {
  if (oversize === 'url') throw new Problem(414, 'uri_too_long', 'The URL is longer than 8 KB')
  if (oversize === 'headers') throw new Problem(431, 'headers_too_large', 'The headers are larger than 16 KB')
}

// The body is bounded in size and depth before the validators parse it; they are handed what was read.
async function admitBody(context: Context<Env>): Promise<void> {
  const type = context.req.header('content-type')
  const { raw } = context.req
  const read = await readBody(raw, maxBodyBytes)
  if ('fault' in read) {
    if (read.fault === 'too_large')
      throw new Problem(413, 'payload_too_large', 'The body is larger than 1 MB')
    throw new Problem(400, 'invalid_request', 'The body is not UTF-8')
  }
  if (read.text === '') return
  if (!/^application\/json\s*(?:;.*)?$/i.test(type ?? ''))
    throw new Problem(415, 'unsupported_media_type', 'Send application/json')
  assertJsonDepth(read.text, maxJsonDepth)
  context.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, body: read.text })
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
  throw new Problem(400, 'invalid_request', detail, errors)
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
    log.warn({ err: error, requestId }, 'the store is not available')
    const problem = new Problem(
      503,
      'store_unavailable',
      'The service cannot reach its store; try again shortly',
    )
    return renderProblem(problem, requestId, { 'retry-after': String(error.retryAfterSeconds) })
  }
  const isMalformed = (error instanceof HTTPException && error.status === 400) || error instanceof ScimError
  if (isMalformed)
    return renderProblem(
      new Problem(400, 'invalid_request', 'The body is not JSON, or is nested too deeply'),
      requestId,
    )
  log.error({ err: error, requestId, method: context.req.method }, 'a request failed')
  return renderProblem(
    new Problem(500, 'internal_error', `Internal error; the log has it under ${requestId}`),
    requestId,
  )
}

function bindOrganizations(app: App, { database }: AdminOptions): void {
  app.openapi(operations.createOrganization, async (context) =>
    context.json(await createOrganization(database, context.get('act'), context.req.valid('json')), 201),
  )
  app.openapi(operations.listOrganizations, async (context) =>
    context.json(toMutablePage(await listOrganizations(database, context.req.valid('query'))), 200),
  )
  app.openapi(operations.getOrganization, async (context) => {
    const { row } = await getOrganization(database, context.req.valid('param').slug)
    return context.json(toOrganization(row), 200)
  })
  app.openapi(operations.updateOrganization, async (context) => {
    const { scope } = await getOrganization(database, context.req.valid('param').slug)
    const change = context.req.valid('json') as OrganizationChange
    return context.json(await updateOrganization(database, scope, context.get('act'), change), 200)
  })
  app.openapi(operations.deleteOrganization, async (context) => {
    const { scope } = await getOrganization(database, context.req.valid('param').slug)
    await deleteOrganization(database, scope, context.get('act'), context.req.valid('json').confirm)
    return context.body(null, 204)
  })
}

function bindProvisioning(app: App, { database, scimBaseUrl }: AdminOptions): void {
  app.openapi(operations.getProvisioning, async (context) => {
    const found = await getOrganization(database, context.req.valid('param').slug)
    return context.json(await getProvisioning(database, found, scimBaseUrl, context.get('act').at), 200)
  })
  app.openapi(operations.updateProvisioning, async (context) => {
    const { scope, row } = await getOrganization(database, context.req.valid('param').slug)
    const { mode } = context.req.valid('json')
    const act = context.get('act')
    const changed = mode === undefined ? row : await changeMode(database, scope, act, mode)
    return context.json(await getProvisioning(database, { scope, row: changed }, scimBaseUrl, act.at), 200)
  })
  app.openapi(operations.createKey, async (context) => {
    const { scope } = await getOrganization(database, context.req.valid('param').slug)
    const input = context.req.valid('json') as NewApiKey
    return context.json(await createKey(database, scope, context.get('act'), input), 201)
  })
  app.openapi(operations.renameKey, async (context) => {
    const { slug, id } = context.req.valid('param')
    const { scope } = await getOrganization(database, slug)
    return context.json(
      await renameKey(database, scope, context.get('act'), id, context.req.valid('json').name),
      200,
    )
  })
  app.openapi(operations.rotateKey, async (context) => {
    const { slug, id } = context.req.valid('param')
    const { scope } = await getOrganization(database, slug)
    const { overlapSeconds } = context.req.valid('json')
    return context.json(await rotateKey(database, scope, context.get('act'), id, overlapSeconds), 200)
  })
  app.openapi(operations.revokeKey, async (context) => {
    const { slug, id } = context.req.valid('param')
    const { scope } = await getOrganization(database, slug)
    await revokeKey(database, scope, context.get('act'), id)
    return context.body(null, 204)
  })
}

function bindRecord(app: App, { database, clock }: AdminOptions): void {
  app.openapi(operations.listEvents, async (context) => {
    const { scope } = await getOrganization(database, context.req.valid('param').slug)
    return context.json(toMutablePage(await listEvents(database, scope, context.req.valid('query'))), 200)
  })
  app.openapi(operations.listActivity, async (context) => {
    const { scope } = await getOrganization(database, context.req.valid('param').slug)
    const query = context.req.valid('query')
    if (query.follow === '1') {
      return streamActivity(database, scope, {
        clock,
        signal: context.req.raw.signal,
        outcome: query.outcome,
      }) as never
    }
    return context.json(toMutablePage(await listActivity(database, scope, query)), 200)
  })
}

function toMutablePage<T>(page: Page<T>): { items: T[]; nextCursor: string | null } {
  return { items: [...page.items], nextCursor: page.nextCursor }
}
