// OpenTelemetry, where OTEL_* asks for it: only then is its package loaded, and only then is anything wrapped. Each span says by which
// route, with which status, by which kind of work; never an address, a name, a query or a body.
//
// A request is a span. So is each unit of work of the store inside one, and each attempt at a delivery: that goes on from the unit that
// queued it, however long it waited and whichever node makes it, since the row of the delivery names it.
import type { Span, SpanAttributes, Telemetry } from '@rollcall/opentelemetry'
import type { App } from './app.ts'
import { readJson } from './base/json.ts'
import type { Log } from './base/log.ts'
import { setTelemetry } from './base/tracing.ts'
import { codeOf } from './base/unknown.ts'
import { type Config, ConfigError } from './config.ts'
import type { DelivererOptions } from './deliveries/deliver.ts'
import type { LeasedDelivery } from './deliveries/queue.ts'
import type { Attempt, Sender } from './deliveries/sender.ts'
import type { Answered, Asked } from './http/asked.ts'
import { createClientAddress } from './http/client-address.ts'
import type { Metrics } from './http/metrics.ts'
import { requestIdOf } from './http/request-id.ts'
import { templateOf } from './http/request-log.ts'
import { findRoute } from './http/routes.ts'
import { openIdRoutes } from './openid-provider/handler.ts'
import type { OutboundAnswer, OutboundRequest } from './outbound/outbound.ts'
import type { Connection } from './places.ts'
import type { Database } from './store/database.ts'

export type { Telemetry } from '@rollcall/opentelemetry'

/** A fault of the way out is told so often at most. */
const tellAgainMs = 60_000

/** What telemetry is opened with. */
export interface TelemetryOptions {
  readonly config: Pick<Config, 'telemetry'>
  readonly version: string
  readonly log: Log
  /** Whose counts are sent; undefined for a thread whose counts another one sends. */
  readonly metrics: Pick<Metrics, 'snapshot'> | undefined
}

/** Undefined where the settings ask for none. Throws ConfigError where they do and its package is not installed. */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry | undefined> {
  const { config, version, log, metrics } = options
  if (config.telemetry === undefined) return undefined
  const { traces, metrics: hasMetrics } = config.telemetry
  let toldAt = Number.NEGATIVE_INFINITY
  const { startTelemetry } = await loadPackage()
  const telemetry = startTelemetry({
    environment: process.env,
    version,
    hasTraces: traces,
    measure: hasMetrics && metrics !== undefined ? () => metrics.snapshot() : undefined,
    onFault(message) {
      if (performance.now() - toldAt < tellAgainMs) return
      toldAt = performance.now()
      log.warn({ fault: message }, 'telemetry could not be sent')
    },
  })
  if (traces) setTelemetry(telemetry)
  return {
    ...telemetry,
    async close() {
      setTelemetry(undefined)
      await telemetry.close()
    },
  }
}

async function loadPackage(): Promise<typeof import('@rollcall/opentelemetry')> {
  try {
    return await import('@rollcall/opentelemetry')
  } catch (error) {
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ConfigError([
      'OTEL_EXPORTER_OTLP_… asks for telemetry, and its packages are not installed: install the optional dependencies, or take the setting away',
    ])
  }
}

const probes = /^\/(?:healthz|readyz|metrics)$/

/** The app with a span around each request but for probes. A trace is gone on with where a trusted proxy says so. */
export function traceApp(
  app: App,
  telemetry: Telemetry,
  { trustedProxies }: Pick<Config, 'trustedProxies'>,
): App {
  const addresses = createClientAddress(trustedProxies)
  const toParent = (address: string | undefined, header: string | null | undefined): string | null =>
    address !== undefined && addresses.isProxy(address) ? (header ?? null) : null
  const trace = <A extends Answered>(
    { method, headers }: Asked,
    { address }: Connection,
    answering: () => Promise<A>,
  ): Promise<A> => {
    const parent = toParent(address, headers.get('traceparent'))
    return telemetry.span(method, serverSpan(method, parent), async (span) => {
      const answer = await answering()
      const requestId = answer.headers.get('x-request-id') ?? ''
      finish(span, { method, route: templateOf(answer), status: answer.status, requestId })
      return answer
    })
  }
  return {
    ...app,
    fetch: (request, connection) =>
      probes.test(new URL(request.url).pathname)
        ? app.fetch(request, connection)
        : trace(request, connection, () => app.fetch(request, connection)),
    answerScim: (asked, connection) => trace(asked, connection, () => app.answerScim(asked, connection)),
    oidc: Object.assign(traceOpenId(app.oidc, telemetry, toParent), { routes: app.oidc.routes }),
  }
}

function traceOpenId(
  oidc: App['oidc'],
  telemetry: Telemetry,
  toParent: (address: string | undefined, header: string | undefined) => string | null,
): (...asked: Parameters<App['oidc']>) => Promise<void> {
  return (request, response, hold) => {
    const { method = '', url = '' } = request
    const route = findRoute(openIdRoutes, method, url.split('?')[0] ?? '')
    const parent = toParent(request.socket.remoteAddress, String(request.headers.traceparent ?? ''))
    return telemetry.span(method, serverSpan(method, parent), async (span) => {
      await oidc(request, response, hold)
      finish(span, {
        method,
        route,
        status: response.statusCode,
        requestId: requestIdOf(request, Date.now()),
      })
    })
  }
}

function serverSpan(method: string, parent: string | null) {
  return { kind: 'server', attributes: { 'http.request.method': method }, parent } as const
}

interface Finished {
  readonly method: string
  readonly route: string | undefined
  readonly status: number
  readonly requestId: string
}

function finish(span: Span, { method, route, status, requestId }: Finished): void {
  if (route !== undefined) span.rename(`${method} ${route}`)
  span.set({
    ...(route === undefined ? {} : { 'http.route': route }),
    'http.response.status_code': status,
    'rollcall.request_id': requestId,
  })
  if (status >= 500) span.fail(`answered ${status}`)
}

/** The store with a span around each unit of work that is part of another span; jobs and looks for what is due have none. */
export function traceDatabase(database: Database, telemetry: Telemetry): Database {
  const system = database.kind === 'embedded' ? 'sqlite' : 'postgresql'
  const within = <T>(name: string, more: SpanAttributes, work: () => Promise<T>): Promise<T> =>
    telemetry.traceparent() === null
      ? work()
      : telemetry.span(name, { kind: 'internal', attributes: { 'db.system.name': system, ...more } }, work)
  return {
    ...database,
    // Units that wait for each other are called from elsewhere.
    inOrganization: (scope, work) =>
      within('store unit', { 'rollcall.organization_id': scope.organizationId }, () =>
        database.inOrganization(scope, telemetry.bind(work)),
      ),
    inInstallation: (purpose, work) =>
      within('store unit', { 'rollcall.purpose': purpose }, () =>
        database.inInstallation(purpose, telemetry.bind(work)),
      ),
    readOrganization: (scope, statement, args) =>
      within(
        'store read',
        { 'rollcall.organization_id': scope.organizationId, 'db.query.summary': statement.name },
        () => database.readOrganization(scope, statement, args),
      ),
    readInstallation: (purpose, statement, args) =>
      within('store read', { 'rollcall.purpose': purpose, 'db.query.summary': statement.name }, () =>
        database.readInstallation(purpose, statement, args),
      ),
  }
}

/** What makes deliveries, with a span around each attempt. */
export function traceSenders(
  senders: DelivererOptions['senders'],
  telemetry: Telemetry,
): DelivererOptions['senders'] {
  const { webhook, logout, mail } = senders
  const trace = (kind: string, sender: Sender): Sender => ({
    ...sender,
    send: (delivery) =>
      telemetry.span(
        `${kind} delivery`,
        { kind: 'client', attributes: describeDelivery(kind, delivery), parent: delivery.trace },
        async (span) => {
          const attempt = await sender.send(delivery)
          if (attempt !== undefined) finishAttempt(span, kind, attempt)
          return attempt
        },
      ),
  })
  return { webhook: trace('webhook', webhook), logout: trace('logout', logout), mail: trace('mail', mail) }
}

// What went wrong may name an address.
function finishAttempt(span: Span, kind: string, { status }: Attempt): void {
  if (status !== null && kind !== 'mail') span.set({ 'http.response.status_code': status })
  if (status === null) span.fail('nobody answered')
  else if (status >= 400) span.fail(`answered ${status}`)
}

function describeDelivery(kind: string, delivery: LeasedDelivery): SpanAttributes {
  const told = kind === 'webhook' ? (delivery.event ?? delivery.payload) : null
  const requestId = told === null ? null : readJson<{ readonly requestId?: string | null }>(told).requestId
  return {
    'rollcall.delivery.kind': kind,
    'rollcall.delivery.attempt': delivery.attempts + 1,
    'rollcall.event.type': delivery.event_type,
    'rollcall.event.id': delivery.event_id,
    ...(typeof requestId === 'string' ? { 'rollcall.request_id': requestId } : {}),
  }
}

/** A call to a receiver of the operator's that names the span it is part of (W3C Trace Context). */
export function traceCall(
  send: (request: OutboundRequest) => Promise<OutboundAnswer>,
  telemetry: Telemetry,
): (request: OutboundRequest) => Promise<OutboundAnswer> {
  return (request) => {
    const traceparent = telemetry.traceparent()
    return send(traceparent === null ? request : { ...request, headers: { ...request.headers, traceparent } })
  }
}
