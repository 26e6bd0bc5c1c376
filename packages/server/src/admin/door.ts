// What every handler of the management API is given, and how a request is admitted: who asks, whether they may, and only
// then the body.
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { OpenApiDocument, OperationId, Page, SigningKey } from '@rollcall/api'
import { parsePlainJson } from '@rollcall/scim'
import type { Context, MiddlewareHandler, Schema } from 'hono'
import type { Clock } from '../base/clock.ts'
import type { Envelope } from '../base/envelope.ts'
import type { Log } from '../base/log.ts'
import { hashSecret } from '../base/secret.ts'
import type { CurrentBrand } from '../brand/current.ts'
import type { ConnectionRules } from '../connections/metadata-source.ts'
import type { SendMail } from '../deliveries/mail.ts'
import type { Act, OrganizationAct } from '../events/record.ts'
import type { Hold } from '../http/admission.ts'
import type { AnonymousLimit } from '../http/anonymous-limit.ts'
import { BodyError, type BodyFault, readBody, readText } from '../http/body.ts'
import { type CookieRules, readShown, type Shown } from '../http/cookies.ts'
import { maxBodyBytes, maxJsonDepth, maxOpenBodyBytes, type Oversize } from '../http/limits.ts'
import type { Metrics } from '../http/metrics.ts'
import type { Holder } from '../http/places.ts'
import { Problem, tooManyRequests } from '../http/problem.ts'
import { requestIdOf } from '../http/request-id.ts'
import type { Spending } from '../http/spending.ts'
import { isUnkeepableForm, isUnkeepableJson, unkeepable } from '../http/unkeepable.ts'
import { readUserAgent } from '../http/user-agent.ts'
import { type FoundOrganization, findOrganization } from '../organizations/organizations.ts'
import type { Dns } from '../outbound/dns.ts'
import { findFrame } from '../sessions/frames.ts'
import { holderOf } from '../sessions/holder.ts'
import { findOperatorSession, isOperatorSecret } from '../sessions/operator.ts'
import type { OperatorKey } from '../sessions/operator-key.ts'
import { findSession } from '../sessions/sessions.ts'
import { type Standing, standingOfSession } from '../sessions/standing.ts'
import { type Comer, withComer } from '../store/comer.ts'
import type { Database } from '../store/database.ts'
import type { WebhookRules } from '../webhooks/endpoints.ts'
import { type Course, onCourse } from './act.ts'
import { answerFormerFields, readFormerBody, readFormerQuery } from './former-fields.ts'
import { assertIntended } from './intents.ts'
import {
  accessOf,
  assertMayCall,
  authenticate,
  type Caller,
  rungOfCaller,
  toActor,
  unauthorized,
} from './permissions.ts'
import type { StreamPlaces } from './stream-places.ts'

/** What the management API is made of. */
export interface AdminOptions {
  /** As lent to handlers: act.ts. */
  readonly database: Database
  readonly operatorKey: OperatorKey
  readonly metrics: Metrics
  readonly log: Log
  readonly clock: Clock
  readonly envelope: Envelope
  readonly cookies: CookieRules
  readonly dns: Dns
  readonly connectionRules: ConnectionRules
  /** Undefined where no mail is configured. */
  readonly sendMail: SendMail | undefined
  /** Mails an hour that the administrators of one organization may have sent. */
  readonly mailRate: number
  /** Public base URL, without a slash at the end. */
  readonly url: string
  /** `{ROLLCALL_URL}/scim/v2`. */
  readonly scimBaseUrl: string
  readonly openApi: () => OpenApiDocument
  /** The page of frames at this origin, which a link's secret is put behind. */
  readonly embedUrl: (origin: string) => string
  /** What pages of this process show, to be asked for anew after a change. */
  readonly brand: CurrentBrand
  readonly version: string
  /** How the operator runs the command. */
  readonly command: string
  readonly webhookRules: WebhookRules
  /** For whoever comes without a credential. */
  readonly anonymous: AnonymousLimit
  /** Aborts when the service begins to stop: answers that wait end. */
  readonly stopping: AbortSignal
  readonly streams: StreamPlaces
  readonly spending: Spending
  /** The keys that sign for applications. */
  readonly signingKeys: {
    list(database: Database, now: number): Promise<SigningKey[]>
    rotate(database: Database, act: Act, delaySeconds: number): Promise<SigningKey>
  }
}

/** What app.ts knows of a caller. */
export interface AdminPeer {
  readonly ip: string | null
  readonly isControlSocket: boolean
  readonly hold: Hold | undefined
  readonly oversize: Oversize | undefined
}

/** What a handler finds in its context: who asks, on whose act, and which organization. */
export interface Env {
  Bindings: AdminPeer
  Variables: { act: Act; requestId: string; caller: Caller; organization: FoundOrganization }
}

/** The routes of the management API, below `/api/v1`. */
export type App = OpenAPIHono<Env, Schema, '/api/v1'>

/** What one sign-in may bring is tried: no more than that. */
const maxPreviewBodyBytes = 128 * 1_024
const maxImportBytes = 32 * 1_024 * 1_024

/** Before any route: a request id, and who it is. Throws 401 for a credential that is wrong. */
export async function admit(context: Context<Env>, options: AdminOptions): Promise<void> {
  const at = options.clock()
  const requestId = requestIdOf(context.req.raw, at)
  context.set('requestId', requestId)
  context.header('x-request-id', requestId)
  context.header('cache-control', 'no-store')
  const { headers } = context.req.raw
  const credential = {
    authorization: headers.get('authorization'),
    isControlSocket: context.env.isControlSocket,
  }
  const shown = readShown(headers, options.cookies)
  const caller = await authenticate(credential, options.operatorKey, () => findCaller(options, shown, at))
  if (caller.kind === 'nobody') takeAnonymous(options.anonymous, context.env.ip)
  else context.env.hold?.(toHolder(caller))
  context.set('caller', caller)
  const about = { requestId, ip: context.env.ip, userAgent: readUserAgent(headers) }
  context.set('act', { actor: toActor(caller), rung: rungOfCaller(caller), at, context: about })
  if (isUnkeepableForm(context.req.raw.url)) throw new Problem('invalid_request', unkeepable)
}

/** Who shows the credential, and who stands behind it: a person or a link may have many sessions. */
export function toHolder(caller: Exclude<Caller, { readonly kind: 'nobody' }>): Holder {
  if (caller.kind === 'operator') return { credential: 'operator' }
  const { id, scope } = caller.session
  const { organizationId } = scope
  return { credential: `session ${id}`, parent: holderOf(caller.session)?.id, organizationId }
}

/** What the caller does in the organization that the path names. */
export function actIn(context: Context<Env>, database: Database): OrganizationAct {
  return { database, scope: context.get('organization').scope, act: context.get('act') }
}

/** Throws 429 when this network has done too much without a credential. */
export function takeAnonymous(limit: AnonymousLimit, ip: string | null): void {
  const waitSeconds = limit.take(ip)
  if (waitSeconds > 0)
    throw new Problem('too_many_requests', tooManyRequests, { retryAfterSeconds: waitSeconds })
}

/** Who it is by what their browser shows; undefined for what does not hold. `isQuiet` is a look that does not count as use. */
export async function findCaller(
  { database, operatorKey }: Pick<AdminOptions, 'database' | 'operatorKey'>,
  shown: Shown,
  at: number,
  isQuiet = false,
): Promise<Exclude<Caller, { kind: 'nobody' }> | undefined> {
  if ('secret' in shown) {
    const session = await findFrame(database, shown, at, isQuiet)
    return session === undefined ? undefined : { kind: 'session', session }
  }
  const { token } = shown
  if (isOperatorSecret(token)) {
    const session = await findOperatorSession(database, token, operatorKey.hash, at, isQuiet)
    return session === undefined ? undefined : { kind: 'operator', session }
  }
  const session = await findSession(database, token, at, isQuiet)
  return session === undefined ? undefined : { kind: 'session', session }
}

/** The route with its gate in front: permission, then size, then the body, then the validators. */
export function gated<O extends { readonly operationId?: string }>(operation: O, options: AdminOptions): O {
  const id = operation.operationId as OperationId
  const gate: MiddlewareHandler<Env> = async (context, next) => {
    await pass(context, id, options)
    answerFormerFields(context, id)
    const leave = enter(context, options)
    const course = courseOf(context, id, options)
    try {
      await withComer(comerOf(context.get('caller')), async () => {
        await onCourse(course, next)
        // Where nothing was to be written, nobody has looked at it since the door.
        if (course.kind === 'act' && !course.isKept && context.error === undefined)
          await onCourse(course, () => writeNothing(context, options))
      })
    } finally {
      leave()
    }
  }
  return { ...operation, middleware: gate }
}

async function writeNothing(context: Context<Env>, { database }: AdminOptions): Promise<void> {
  const found: FoundOrganization | undefined = context.get('organization')
  if (found === undefined) await database.inInstallation('operator', async () => undefined)
  else await database.inOrganization(found.scope, async () => undefined)
}

function courseOf(context: Context<Env>, id: OperationId, options: AdminOptions): Course {
  if (accessOf(id) === 'open') return { kind: 'open' }
  const kind = ['GET', 'HEAD'].includes(context.req.method) ? 'look' : 'act'
  return { kind, standing: standingOf(context, options), act: context.get('act'), isKept: false }
}

function standingOf(context: Context<Env>, { cookies, operatorKey }: AdminOptions): Standing {
  const caller = context.get('caller')
  const { token = '' } = readShown(context.req.raw.headers, cookies)
  if (caller.kind === 'session') return standingOfSession(caller.session, token)
  const keyHash = operatorKey.hash
  if (idOfSession(caller) !== undefined) return { kind: 'operator_session', hash: hashSecret(token), keyHash }
  return context.env.isControlSocket ? { kind: 'control_socket' } : { kind: 'operator_key', keyHash }
}

async function pass(context: Context<Env>, id: OperationId, options: AdminOptions): Promise<void> {
  const slug = context.req.param('slug')
  const caller = context.get('caller')
  const found =
    slug === undefined || caller.kind === 'nobody'
      ? undefined
      : await findOrganization(options.database, slug)
  const { method } = context.req
  const subjectId = context.req.param('id')
  const request = { method, headers: context.req.raw.headers, url: options.url, subjectId }
  assertMayCall(accessOf(id), caller, { isNamed: slug !== undefined, id: found?.row.id }, request)
  assertIntended(id, caller, { url: context.req.raw.url, subjectId })
  if (found !== undefined) context.set('organization', found)
  assertSize(context.env.oversize)
  // An import is read by its handler, as it comes in.
  if (['GET', 'HEAD'].includes(method)) readFormerQuery(context, id)
  if (['GET', 'HEAD'].includes(method) || id === 'importUsers') return
  await admitBody(context, id)
  await assertOutlasted(context, id, options)
}

/** Whoever holds a body back does nothing with a session that ended meanwhile: throws 401. */
async function assertOutlasted(context: Context<Env>, id: OperationId, options: AdminOptions): Promise<void> {
  if (accessOf(id) === 'open' || idOfSession(context.get('caller')) === undefined) return
  await assertStillAllowed(context, id, options)
}

/** The id of the caller's session; undefined where there is none. */
export function idOfSession(caller: Caller): string | undefined {
  return caller.kind === 'nobody' ? undefined : caller.session?.id
}

/** After a wait: throws 401 where the session did not outlast it, so that nothing of what came is shown, or done. */
export async function assertStillAllowed(
  context: Context<Env>,
  id: OperationId,
  options: AdminOptions,
): Promise<void> {
  if (!(await isStillAllowed(context, id, options))) throw unauthorized()
}

export async function isStillAllowed(
  context: Context<Env>,
  id: OperationId,
  options: AdminOptions,
): Promise<boolean> {
  const before = context.get('caller')
  const { headers } = context.req.raw
  const shown = readShown(headers, options.cookies)
  const isBySession = idOfSession(before) !== undefined
  const caller = isBySession ? await findCaller(options, shown, options.clock(), true) : before
  if (caller === undefined || idOfSession(caller) !== idOfSession(before)) return false
  const slug = context.req.param('slug')
  const found = slug === undefined ? undefined : await findOrganization(options.database, slug)
  if (slug !== undefined && found?.row.id !== context.get('organization').row.id) return false
  const subjectId = context.req.param('id')
  const request = { method: 'GET', headers, url: options.url, subjectId }
  try {
    assertMayCall(accessOf(id), caller, { isNamed: slug !== undefined, id: found?.row.id }, request)
    assertIntended(id, caller, { url: context.req.raw.url, subjectId })
    return true
  } catch {
    return false
  }
}

// Counted apart from the directory's: a flood of its requests shuts no administrator out. And by rung: whoever sends a flood here is
// stopped by those who stand above, so the operator is not counted at all.
function enter(context: Context<Env>, { database }: AdminOptions): () => void {
  const found: FoundOrganization | undefined = context.get('organization')
  const caller = context.get('caller')
  if (found === undefined || caller.kind !== 'session') return () => undefined
  const leave = database.enter({ organizationId: found.row.id, name: 'console' }, comerOf(caller))
  if (leave === undefined)
    throw new Problem('too_many_requests', 'Too many requests of this organization wait', {
      retryAfterSeconds: 1,
    })
  return leave
}

/** Who waits for whom: a person is one with all their sessions, and so is a link, and the operator. */
function comerOf(caller: Caller): Comer {
  if (caller.kind === 'nobody') return { rung: 'person', by: '' }
  const { credential, parent } = toHolder(caller)
  return { rung: rungOfCaller(caller), by: parent ?? credential }
}

function maxBytesOf(id: OperationId): number {
  if (id === 'previewAttributeMapping') return maxPreviewBodyBytes
  return accessOf(id) === 'open' ? maxOpenBodyBytes : maxBodyBytes
}

function assertSize(oversize: Oversize | undefined): void {
  if (oversize === 'url') throw new Problem('uri_too_long', 'The URL is longer than 8 KB')
  if (oversize === 'headers') throw new Problem('headers_too_large', 'The headers are larger than 16 KB')
}

// The body is bounded in size and depth before it is parsed, and has no name twice; the validators are handed what was read.
async function admitBody(context: Context<Env>, id: OperationId): Promise<void> {
  const maxBytes = maxBytesOf(id)
  const type = context.req.header('content-type')
  const { raw } = context.req
  const read = await readBody(raw, maxBytes)
  if ('fault' in read) throw refuseBody(read.fault, maxBytes)
  if (read.text === '') {
    // Whoever asks whether there is a body must be able to look once more; of nothing there is no type.
    const headers = new Headers(raw.headers)
    headers.delete('content-type')
    context.req.raw = new Request(raw.url, { method: raw.method, headers })
    return
  }
  assertJson(type)
  const parsed = parsePlainJson(read.text, maxJsonDepth)
  if (isUnkeepableJson(read.text, parsed)) throw new Problem('invalid_request', unkeepable)
  const body = readFormerBody(id, parsed)
  // Parsed once: what was judged is what is used.
  context.req.json = <T>() => Promise.resolve(body as T)
}

function assertJson(type: string | undefined): void {
  if (!/^application\/json\s*(?:;.*)?$/i.test(type ?? ''))
    throw new Problem('unsupported_media_type', 'Send application/json')
}

function refuseBody(fault: BodyFault, maxBytes: number): Problem {
  if (fault === 'too_large')
    return new Problem('payload_too_large', `The body is larger than ${describeSize(maxBytes)}`)
  if (fault === 'coding')
    return new Problem('unsupported_media_type', 'Send the body plain, or compressed with gzip or deflate')
  if (fault === 'packed')
    return new Problem('invalid_request', 'The body is not compressed as its Content-Encoding says')
  if (fault === 'aborted' || fault === 'slow')
    return new Problem('invalid_request', 'The body ended before its end')
  return new Problem('invalid_request', 'The body is not UTF-8')
}

/** The body of an import, handed over as it comes in. */
export async function readImportBody<T>(
  context: Context<Env>,
  options: AdminOptions,
  read: (text: AsyncIterable<string>) => Promise<T>,
): Promise<T> {
  assertJson(context.req.header('content-type'))
  const input = await readImportText(context, read)
  await assertOutlasted(context, 'importUsers', options)
  return input
}

async function readImportText<T>(
  context: Context<Env>,
  read: (text: AsyncIterable<string>) => Promise<T>,
): Promise<T> {
  try {
    return await read(readText(context.req.raw, maxImportBytes))
  } catch (error) {
    throw error instanceof BodyError ? refuseBody(error.fault, maxImportBytes) : error
  }
}

function describeSize(bytes: number): string {
  return bytes < 1_048_576 ? `${bytes / 1_024} KB` : `${bytes / 1_048_576} MB`
}

/** A list that is answered whole. */
export function toList<T>(items: T[]): { items: T[]; nextCursor: null } {
  return { items, nextCursor: null }
}

/** A page as the answer's type wants it. */
export function toMutablePage<T>(page: Page<T>): { items: T[]; nextCursor: string | null } {
  return { items: [...page.items], nextCursor: page.nextCursor }
}
