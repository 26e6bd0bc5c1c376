// What Prometheus reads: requests by route and status, latency, store timings, connections, event-loop delay.
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Database, ObserveStore, ObserveWait, StoreWait } from '../store/database.ts'

/** Everything that is measured. */
export interface Metrics {
  /** `route` is a template, never a path with ids in it. */
  observeRequest(method: string, route: string, status: number, seconds: number): void
  readonly observeStore: ObserveStore
  readonly observeWait: ObserveWait
  /** An attempt at a delivery: a kind of target, and what became of it. */
  observeDelivery(kind: string, outcome: 'delivered' | 'pending' | 'failed'): void
  /** One run of a job: how long it took, and whether it came to its end; `seconds` is undefined where there was nothing to do. */
  observeJob(job: string, seconds: number | undefined, isDone: boolean): void
  /** The end of a sign-in, or the refusal of what should have become one; `code` is null where a session began. */
  observeSignIn(code: string | null): void
  /** Somebody was told to come back later. */
  observeRefusal(cause: RefusalCause): void
  watchStore(database: Pick<Database, 'kind' | 'stats'>): void
  /** Asked once a scrape; where it fails its series are missing from that scrape. */
  watchStanding(read: () => Promise<Standing>): void
  /** How many workers serve, and how many have died and were replaced; where there are any. */
  watchWorkers(read: () => { readonly serving: number; readonly died: number }): void
  /** What one thread of several has counted, for `mergeSnapshots`. */
  snapshot(): Promise<MetricsSnapshot>
  render(): Promise<RenderedMetrics>
}

/** The metrics as text, with its media type. */
export interface RenderedMetrics {
  readonly type: string
  readonly text: string
}

/** What one worker has measured, to be added to the others'. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** What was used up: an organization's rate or its queue, a network's anonymous acts, its wrong credentials or its connections. */
export type RefusalCause =
  | 'scim_rate'
  | 'organization_queue'
  | 'anonymous_acts'
  | 'wrong_credentials'
  | 'connections'

/** How what goes out and what follows the feed stand. */
export interface Standing {
  readonly targets: readonly {
    readonly kind: 'webhook' | 'logout' | 'mail'
    readonly state: 'enabled' | 'failing' | 'disabled'
    /** At most 10,000. */
    readonly waiting: number
    /** For how long the one that is due first has been due; 0 where none is. */
    readonly overdueSeconds: number
  }[]
  /** Since when a committed event has had no number; 0 where none waits. */
  readonly feedLagSeconds: number
  readonly unsealedEvents: number
  /** By the follower of the feed that put them off. */
  readonly putOff: Readonly<Record<string, number>>
}

const waitsOf: Readonly<Record<Database['kind'], readonly StoreWait[]>> = {
  embedded: ['turn', 'writer'],
  postgres: ['turn', 'connection', 'job_connection', 'shared_connection'],
}
const targetKinds = ['webhook', 'logout', 'mail']
const targetStates = ['enabled', 'failing', 'disabled'] as const
/** One reading serves all series of a scrape. */
const standingHoldsMs = 1_000
/** Gauges whose names end like counters: `nodejs_active_resources` says the same. */
const misnamed = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
]
const jobBuckets = [0.01, 0.1, 1, 10, 60, 600]

const latencyBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const storeBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

/** What a thread has for itself of what Node tells; the rest is the process's, and the main thread tells it. */
const ofThread = /^nodejs_(?:eventloop_lag|heap|gc)_/

/** What counts and measures, in the registry. */
function createInstruments(registry: Registry) {
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
  const waits = new Histogram({
    name: 'rollcall_store_wait_seconds',
    help: 'Time that units of work of the store waited before they began, by what they waited for; of those that had to',
    labelNames: ['for'],
    buckets: storeBuckets,
    registers: [registry],
  })
  const deliveries = new Counter({
    name: 'rollcall_deliveries_total',
    help: 'Attempts to deliver webhooks, sign-outs and mails',
    labelNames: ['kind', 'outcome'],
    registers: [registry],
  })
  const refusals = new Counter({
    name: 'rollcall_refusals_total',
    help: 'Requests and connections that were told to come back later, by what was used up',
    labelNames: ['cause'],
    registers: [registry],
  })
  const signIns = new Counter({
    name: 'rollcall_sign_ins_total',
    help: 'Sign-ins by what became of them, with the code of a refusal',
    labelNames: ['outcome', 'code'],
    registers: [registry],
  })
  return { requests, latency, store, waits, deliveries, refusals, signIns, ...createJobInstruments(registry) }
}

function createJobInstruments(registry: Registry) {
  const jobs = new Histogram({
    name: 'rollcall_job_seconds',
    help: 'Time of one run of a job on this node',
    labelNames: ['job'],
    buckets: jobBuckets,
    registers: [registry],
  })
  const jobSuccess = new Gauge({
    name: 'rollcall_job_last_success_timestamp_seconds',
    help: 'When a job last came to its end on this node, or found nothing to do',
    labelNames: ['job'],
    registers: [registry],
  })
  const jobFailures = new Counter({
    name: 'rollcall_job_failures_total',
    help: 'Runs of a job that failed on this node',
    labelNames: ['job'],
    registers: [registry],
  })
  return { jobs, jobSuccess, jobFailures }
}

function watchStore(registry: Registry, stats: Database['stats']): void {
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
}

/** `isWorker`: for a thread that answers requests beside others; the main thread tells what is the process's, or the store's. */
export function createMetrics({ isWorker = false }: { readonly isWorker?: boolean } = {}): Metrics {
  const registry = new Registry()
  // The loop's delay is measured in steps of 50 ms: finer ones wake an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 })
  for (const name of misnamed) registry.removeSingleMetric(name)
  if (isWorker)
    for (const { name } of registry.getMetricsAsArray())
      if (!ofThread.test(name)) registry.removeSingleMetric(name)
  const { requests, latency, store, waits, deliveries, jobs, jobSuccess, jobFailures, refusals, signIns } =
    createInstruments(registry)
  // Children with fixed labels are kept: looking them up by label costs more than counting.
  const latencyOf = new Map<string, ReturnType<typeof latency.labels>>()
  const requestsOf = new Map<string, ReturnType<typeof requests.labels>>()
  const waitsFor = new Map<StoreWait, ReturnType<typeof waits.labels>>()
  const storeOf = { read: store.labels('read'), write: store.labels('write') }
  return {
    observeRequest(method, route, status, seconds) {
      remembered(requestsOf, `${method} ${route} ${status}`, () =>
        requests.labels(method, route, String(status)),
      ).inc()
      remembered(latencyOf, route, () => latency.labels(route)).observe(seconds)
    },
    observeStore: (kind, durationMs) => storeOf[kind].observe(durationMs / 1_000),
    observeWait: (what, durationMs) =>
      remembered(waitsFor, what, () => waits.labels(what)).observe(durationMs / 1_000),
    observeDelivery: (kind, outcome) => deliveries.labels(kind, outcome).inc(),
    observeJob(job, seconds, isDone) {
      if (seconds !== undefined) jobs.labels(job).observe(seconds)
      if (isDone) jobSuccess.labels(job).setToCurrentTime()
      else jobFailures.labels(job).inc()
    },
    observeSignIn: (code) => signIns.labels(code === null ? 'signed_in' : 'refused', code ?? '').inc(),
    observeRefusal: (cause) => refusals.labels(cause).inc(),
    watchStanding(read) {
      if (!isWorker) watchStanding(registry, read)
    },
    watchWorkers: (read) => watchWorkers(registry, read),
    snapshot: () => registry.getMetricsAsJSON(),
    watchStore({ kind, stats }) {
      for (const what of waitsOf[kind]) waits.zero({ for: what })
      watchStore(registry, stats)
    },
    render: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}

/** Sums what threads have counted; of delays of the event loop it shows the longest, and of other averages the mean. */
export async function mergeSnapshots(snapshots: readonly MetricsSnapshot[]): Promise<RenderedMetrics> {
  const registry = aggregate(snapshots)
  return { type: registry.contentType, text: await registry.metrics() }
}

/** What stays of a thread that has ended: what it counted, and nothing of how it stood. */
export function countedOf(snapshot: MetricsSnapshot): MetricsSnapshot {
  return snapshot.filter(({ type }) => ['counter', 'histogram'].includes(String(type)))
}

/** The same of several, as one. */
export function keepCounted(counted: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> {
  return aggregate(counted).getMetricsAsJSON()
}

function aggregate(snapshots: readonly MetricsSnapshot[]): Registry {
  const told = snapshots.map((snapshot) =>
    snapshot.map((metric): MetricsSnapshot[number] => {
      if (metric.name === 'nodejs_eventloop_lag_max_seconds') return { ...metric, aggregator: 'max' }
      // What makes no sense for several processes, such as when they began, is the main thread's alone here.
      return metric.aggregator === 'omit' ? { ...metric, aggregator: 'first' } : metric
    }),
  )
  return AggregatorRegistry.aggregate(told)
}

function watchWorkers(
  registry: Registry,
  read: () => { readonly serving: number; readonly died: number },
): void {
  new Gauge({
    name: 'rollcall_workers_serving',
    help: 'Threads that answer requests',
    registers: [registry],
    collect() {
      this.set(read().serving)
    },
  })
  new Counter({
    name: 'rollcall_workers_died_total',
    help: 'Threads that ended without being told to, and were replaced',
    registers: [registry],
    collect() {
      this.reset()
      this.inc(read().died)
    },
  })
}

type StandingGauge = (
  name: string,
  help: string,
  labelNames: readonly string[],
  set: (gauge: Gauge, standing: Standing) => void,
) => void

/** Makes gauges of what is read; those that are collected together read once. */
function createStandingGauges(registry: Registry, read: () => Promise<Standing>): StandingGauge {
  let asked: { readonly at: number; readonly answer: Promise<Standing | undefined> } | undefined
  const ask = (): Promise<Standing | undefined> => {
    const at = performance.now()
    if (asked === undefined || at - asked.at > standingHoldsMs)
      asked = { at, answer: read().catch(() => undefined) }
    return asked.answer
  }
  return (name, help, labelNames, set) => {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      async collect() {
        const standing = await ask()
        this.reset()
        if (standing === undefined) this.remove()
        else set(this, standing)
      },
    })
  }
}

function watchStanding(registry: Registry, read: () => Promise<Standing>): void {
  const gauge = createStandingGauges(registry, read)
  const ofKind = (standing: Standing, kind: string) => standing.targets.filter((one) => one.kind === kind)
  gauge(
    'rollcall_deliveries_waiting',
    'Deliveries that wait; of one target at most 10,000 are counted',
    ['kind'],
    (to, now) => {
      for (const kind of targetKinds)
        to.labels(kind).set(ofKind(now, kind).reduce((sum, { waiting }) => sum + waiting, 0))
    },
  )
  gauge(
    'rollcall_deliveries_overdue_seconds',
    'For how long the delivery that is due first has been due',
    ['kind'],
    (to, now) => {
      for (const kind of targetKinds)
        to.labels(kind).set(Math.max(0, ...ofKind(now, kind).map((one) => one.overdueSeconds)))
    },
  )
  gauge(
    'rollcall_delivery_targets',
    'Endpoints, applications and the mail relay by how they take deliveries',
    ['kind', 'state'],
    (to, now) => {
      for (const kind of targetKinds)
        for (const state of targetStates)
          to.labels(kind, state).set(ofKind(now, kind).filter((one) => one.state === state).length)
    },
  )
  gauge(
    'rollcall_feed_lag_seconds',
    'Since when a committed event has had no number in the feed',
    [],
    (to, now) => to.set(now.feedLagSeconds),
  )
  gauge(
    'rollcall_events_unsealed',
    'Events of the feed that the seal of the audit log has not passed',
    [],
    (to, now) => to.set(now.unsealedEvents),
  )
  gauge(
    'rollcall_organizations_put_off',
    'Organizations where a job that follows the feed failed, and is to look again',
    ['follower'],
    (to, now) => {
      for (const [follower, count] of Object.entries(now.putOff)) to.labels(follower).set(count)
    },
  )
}

function remembered<K, T>(known: Map<K, T>, key: K, make: () => T): T {
  let found = known.get(key)
  if (found === undefined) {
    found = make()
    known.set(key, found)
  }
  return found
}
