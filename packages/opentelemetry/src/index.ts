// The room `opentelemetry`: spans and metrics by OTLP, over the packages of OpenTelemetry. It knows nothing of the service: what a span is
// called, and what it says, comes from there.
//
// 1. A start makes a provider of spans, with a context of its own for what is awaited.
// 2. Work runs inside a span; which it is, is told as a W3C traceparent to whoever goes on elsewhere.
// 3. `metrics.ts` brings what the service counts anyway into the form of OTLP, once an interval.
// 4. Both go out in batches, behind the work; what cannot be sent is dropped and told.
import { randomUUID } from 'node:crypto'
import {
  type Span as ApiSpan,
  type Attributes,
  type Context,
  context,
  type DiagLogFunction,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { parseTraceParent } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector, type Resource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { type Measured, startMetrics } from './metrics.ts'
import { toSampler } from './sampler.ts'

export type { Measured } from './metrics.ts'

/** What a span says of itself. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** One span, while its work runs. */
export interface Span {
  rename(name: string): void
  set(attributes: SpanAttributes): void
  /** It went wrong: how, in words without secrets. */
  fail(how: string): void
}

/** How a span begins. */
export interface SpanOptions {
  readonly kind: 'server' | 'client' | 'internal'
  readonly attributes: SpanAttributes
  /** A W3C traceparent that it goes on from; null: it begins a trace; absent: it is part of the span around it. */
  readonly parent?: string | null
}

/** Spans and metrics of this process. */
export interface Telemetry {
  /** Runs the work in a span, which ends with it; an error is thrown on. */
  span<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T>
  /** The same work, in the span around this call, wherever it is called back from. */
  bind<A extends unknown[], T>(work: (...args: A) => T): (...args: A) => T
  /** The span around this call as a W3C traceparent; null where there is none. */
  traceparent(): string | null
  /** Sends what waits. */
  close(): Promise<void>
}

/** What telemetry is made of. */
export interface TelemetryOptions {
  /** Where OTEL_* stands; the exporters read their own from the process's. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly version: string
  readonly hasTraces: boolean
  /** What was counted, asked once an interval; undefined: metrics are not sent. */
  readonly measure: (() => Promise<readonly Measured[]>) | undefined
  /** Told when something cannot be sent, in the words of OpenTelemetry. */
  readonly onFault: (message: string) => void
}

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const

/** Begins to send what it is given; nothing of the network is waited for. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { environment, version, hasTraces, measure, onFault } = options
  const tell: DiagLogFunction = (message) => onFault(message.slice(0, 300))
  const ignore: DiagLogFunction = () => undefined
  diag.setLogger(
    { error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  const resource = describe(version)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const provider = new TracerProvider({
    resource,
    sampler: toSampler(environment),
    spanProcessors: hasTraces ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] : [],
  })
  const tracer = provider.getTracer('rollcall', version)
  const metrics =
    measure === undefined ? undefined : startMetrics({ environment, resource, version, measure })
  return {
    async span(name, { kind, attributes, parent }, work) {
      const around = parent === undefined ? context.active() : toContext(parent)
      const span = tracer.startSpan(name, { kind: kinds[kind], attributes: attributes as Attributes }, around)
      try {
        return await context.with(trace.setSpan(around, span), () => work(toSpan(span)))
      } catch (error) {
        span.setStatus({
          code: SpanStatusCode.ERROR,
          message: error instanceof Error ? error.name : 'thrown',
        })
        throw error
      } finally {
        span.end()
      }
    },
    bind: (work) => context.bind(context.active(), work),
    traceparent() {
      const own = trace.getSpanContext(context.active())
      return own === undefined
        ? null
        : `00-${own.traceId}-${own.spanId}-${own.traceFlags.toString(16).padStart(2, '0')}`
    },
    async close() {
      await Promise.allSettled([provider.shutdown(), metrics?.close()])
      context.disable()
      diag.disable()
    },
  }
}

function toSpan(span: ApiSpan): Span {
  return {
    rename: (name) => void span.updateName(name),
    set: (attributes) => void span.setAttributes(attributes as Attributes),
    fail: (message) => void span.setStatus({ code: SpanStatusCode.ERROR, message }),
  }
}

/** One that cannot be read begins a trace. */
function toContext(parent: string | null): Context {
  const read = parent === null ? null : parseTraceParent(parent)
  return read === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...read, isRemote: true })
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before what we say. */
function describe(version: string): Resource {
  return resourceFromAttributes({
    'service.name': 'rollcall',
    'service.version': version,
    'service.instance.id': randomUUID(),
  }).merge(detectResources({ detectors: [envDetector] }))
}
