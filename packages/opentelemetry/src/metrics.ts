// What the service counts anyway, in the form of OTLP: read once an interval, so that nothing is counted twice and counting costs nothing.
import { type HrTime, ValueType } from '@opentelemetry/api'
import { millisToHrTime } from '@opentelemetry/core'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import type { Resource } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type Histogram,
  MeterProvider,
  type MetricData,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'

/** One series of Prometheus, as its client for Node tells it. */
export interface Measured {
  readonly name: string
  readonly help: string
  readonly type: unknown
  readonly values: readonly {
    readonly value: number
    readonly labels: Readonly<Record<string, string | number | undefined>>
    /** Of a histogram: which of its series this is. */
    readonly metricName?: string | undefined
  }[]
}

/** What metrics are made of. */
export interface MetricsOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly resource: Resource
  readonly version: string
  readonly measure: () => Promise<readonly Measured[]>
}

const defaultIntervalMs = 60_000
const leastIntervalMs = 1_000

/** Reads and sends from now on. */
export function startMetrics({ environment, resource, version, measure }: MetricsOptions): {
  close(): Promise<void>
} {
  const startedAt = millisToHrTime(Date.now())
  const producer: MetricProducer = {
    async collect() {
      const now = millisToHrTime(Date.now())
      const metrics = (await measure()).map((one) => toMetric(one, startedAt, now))
      return {
        resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'rollcall', version }, metrics }] },
        errors: [],
      }
    },
  }
  const asked = Number(environment.OTEL_METRIC_EXPORT_INTERVAL?.trim() || defaultIntervalMs)
  const exportIntervalMillis = asked >= leastIntervalMs ? asked : defaultIntervalMs
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis,
    exportTimeoutMillis: Math.min(exportIntervalMillis, 10_000),
    metricProducers: [producer],
  })
  const provider = new MeterProvider({ resource, readers: [reader] })
  return { close: () => provider.shutdown() }
}

/** A counter is a sum since the start, a histogram has the buckets that it has there, everything else is a gauge. */
export function toMetric(measured: Measured, startTime: HrTime, endTime: HrTime): MetricData {
  const { name, help, type, values } = measured
  const frame = {
    descriptor: { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  }
  if (type === 'histogram')
    return {
      ...frame,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: toHistograms(measured).map(([attributes, value]) => ({
        startTime,
        endTime,
        attributes,
        value,
      })),
    }
  const dataPoints: DataPoint<number>[] = values.map(({ value, labels }) => ({
    startTime,
    endTime,
    attributes: toAttributes(labels),
    value,
  }))
  return type === 'counter'
    ? { ...frame, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...frame, dataPointType: DataPointType.GAUGE, dataPoints }
}

type Attributes = Record<string, string>

function toAttributes(labels: Measured['values'][number]['labels']): Attributes {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]))
}

/** Prometheus counts what lies below a bound, OTLP what lies between two. */
function toHistograms({ name, values }: Measured): readonly (readonly [Attributes, Histogram])[] {
  const groups = Map.groupBy(values, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels))
  return [...groups.values()].map((group) => {
    const { le: _, ...labels } = group[0]?.labels ?? {}
    const below = group
      .filter(({ metricName }) => metricName === `${name}_bucket`)
      .map(({ labels: own, value }) => ({ bound: toBound(own.le), value }))
      .toSorted((a, b) => a.bound - b.bound)
    const find = (part: string): number =>
      group.find(({ metricName }) => metricName === `${name}_${part}`)?.value ?? 0
    const boundaries = below.map(({ bound }) => bound).filter(Number.isFinite)
    const counts = below.map(({ value }, at) => value - (below[at - 1]?.value ?? 0))
    const histogram = { buckets: { boundaries, counts }, sum: find('sum'), count: find('count') }
    return [toAttributes(labels), histogram] as const
  })
}

const toBound = (text: string | number | undefined): number =>
  text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text)

function unitOf(name: string): string {
  if (/_seconds(?:_total)?$/.test(name)) return 's'
  return /_bytes$/.test(name) ? 'By' : ''
}
