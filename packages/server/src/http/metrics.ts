// What Prometheus reads: requests by route and status, latency, store timings, connections, event-loop delay.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ObserveStore, StoreStats } from '../store/database.ts'

export interface Metrics {
  /** `route` is a template, never a path with ids in it. */
  observeRequest(method: string, route: string, status: number, seconds: number): void
  readonly observeStore: ObserveStore
  /** An attempt at a delivery: a kind of target, and what became of it. */
  observeDelivery(kind: string, outcome: 'delivered' | 'pending' | 'failed'): void
  watchStore(stats: () => StoreStats): void
  render(): Promise<{ readonly type: string; readonly text: string }>
}

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const storeBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'rollcall_http_requests_total',
    help: 'Requests by route and status',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  })
  const latency = new Histogram({
    name: 'rollcall_http_request_seconds',
    help: 'Time from the request to its answer',
    labelNames: ['route'],
    buckets: latencyBuckets,
    registers: [registry],
  })
  const store = new Histogram({
    name: 'rollcall_store_unit_seconds',
    help: 'Time of one unit of work of the store, waiting included',
    labelNames: ['kind'],
    buckets: storeBuckets,
    registers: [registry],
  })
  const deliveries = new Counter({
    name: 'rollcall_deliveries_total',
    help: 'Attempts to deliver webhooks, sign-outs and mails',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  })
  // Children with fixed labels are kept: looking them up by label costs more than counting.
  const latencyOf = new Map<string, ReturnType<typeof latency.labels>>()
  const requestsOf = new Map<string, ReturnType<typeof requests.labels>>()
  const storeOf = { read: store.labels('read'), write: store.labels('write') }
  return {
    observeRequest(method, route, status, seconds) {
      remembered(requestsOf, `${method} ${route} ${status}`, () =>
        requests.labels(method, route, String(status)),
      ).inc()
      remembered(latencyOf, route, () => latency.labels(route)).observe(seconds)
    },
    observeStore: (kind, durationMs) => storeOf[kind].observe(durationMs / 1_000),
    observeDelivery: (kind, outcome) => deliveries.labels(kind, outcome).inc(),
    watchStore(stats) {
      new Gauge({
        name: 'rollcall_store_waiting',
        help: 'Units of work that wait',
        registers: [registry],
        collect() {
          this.set(stats().waiting)
        },
      })
      new Gauge({
        name: 'rollcall_store_connections',
        help: 'Connections to the store',
        registers: [registry],
        collect() {
          this.set(stats().connections)
        },
      })
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let found = known.get(key)
  if (found === undefined) {
    found = make()
    known.set(key, found)
  }
  return found
}
