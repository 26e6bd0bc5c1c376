import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics'
import { describe, expect, it } from 'vitest'
import { type Measured, toMetric } from './metrics.ts'

const [start, end] = [[1, 0] as [number, number], [2, 0] as [number, number]]

describe('what Prometheus would read, as OTLP', () => {
  it('counters are sums since the start', () => {
    const requests: Measured = {
      name: 'rollcall_http_requests_total',
      help: 'Requests',
      type: 'counter',
      values: [{ value: 3, labels: { method: 'GET', status: 200 } }],
    }
    expect(toMetric(requests, start, end)).toEqual({
      descriptor: { name: requests.name, description: 'Requests', unit: '', valueType: 1 },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.SUM,
      isMonotonic: true,
      dataPoints: [
        { startTime: start, endTime: end, attributes: { method: 'GET', status: '200' }, value: 3 },
      ],
    })
  })

  it('gauges are gauges, in seconds or bytes by their names', () => {
    const lag: Measured = {
      name: 'rollcall_feed_lag_seconds',
      help: '',
      type: 'gauge',
      values: [{ value: 0.5, labels: {} }],
    }
    expect(toMetric(lag, start, end)).toMatchObject({
      dataPointType: DataPointType.GAUGE,
      descriptor: { unit: 's' },
      dataPoints: [{ value: 0.5 }],
    })
    expect(toMetric({ ...lag, name: 'process_heap_bytes' }, start, end).descriptor.unit).toBe('By')
  })

  it('histograms count between bounds what was counted below them, apart for each label', () => {
    const bucket = (route: string, le: number | string, value: number) => ({
      metricName: 'x_seconds_bucket',
      labels: { route, le },
      value,
    })
    const seconds: Measured = {
      name: 'x_seconds',
      help: '',
      type: 'histogram',
      values: [
        bucket('/a', 0.1, 2),
        bucket('/a', 1, 5),
        bucket('/a', '+Inf', 6),
        { metricName: 'x_seconds_sum', labels: { route: '/a' }, value: 4.5 },
        { metricName: 'x_seconds_count', labels: { route: '/a' }, value: 6 },
        bucket('/b', 0.1, 0),
        bucket('/b', 1, 0),
        bucket('/b', '+Inf', 1),
        { metricName: 'x_seconds_sum', labels: { route: '/b' }, value: 2 },
        { metricName: 'x_seconds_count', labels: { route: '/b' }, value: 1 },
      ],
    }
    expect(
      toMetric(seconds, start, end).dataPoints.map(({ attributes, value }) => [attributes, value]),
    ).toEqual([
      [{ route: '/a' }, { buckets: { boundaries: [0.1, 1], counts: [2, 3, 1] }, sum: 4.5, count: 6 }],
      [{ route: '/b' }, { buckets: { boundaries: [0.1, 1], counts: [0, 0, 1] }, sum: 2, count: 1 }],
    ])
  })
})
