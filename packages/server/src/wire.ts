// How the parts that answer and send are put together, once: for the process (`node.ts`, `main.ts`) and for whoever plays the service
// without one. What lies outside the house is an argument: the clock, the network, mail.
import { fileURLToPath } from 'node:url'
import { type App, createApp } from './app.ts'
import type { Config } from './config.ts'
import { openConsoleFiles } from './console/files.ts'
import { type Deliverer, type DelivererOptions, startDeliverer } from './deliveries/deliver.ts'
import { openMailTarget } from './deliveries/mail.ts'
import type { AppOptions } from './doors.ts'
import { sequenceEvents } from './events/feed.ts'
import type { Database } from './store/database.ts'
import { type Telemetry, traceApp, traceCall, traceDatabase, traceSenders } from './telemetry.ts'

/** What lies outside: a process has the machine's, a test its own. */
export type World = Pick<
  AppOptions,
  'clock' | 'dns' | 'fetchMetadata' | 'fetchKeys' | 'checkUrl' | 'send' | 'deliver' | 'sendMail' | 'languages'
>

/** What was opened before. */
type Opened = Pick<
  AppOptions,
  | 'database'
  | 'operatorKey'
  | 'metrics'
  | 'log'
  | 'version'
  | 'envelope'
  | 'amounts'
  | 'isLeaving'
  | 'stopping'
>

/** All that a service is wired of. */
export interface WireOptions extends Opened {
  readonly config: Config
  readonly world: World
  readonly telemetry?: Telemetry | undefined
}

/** The app, and what works beside it. */
export interface Wired {
  readonly app: App
  /** Says whether mails can be queued; before anything is sent. */
  openMail(database?: Database): Promise<void>
  /** Sends what waits until it is stopped; `database` is the app's where none is named. */
  startDeliveries(options: Pick<DelivererOptions, 'owner' | 'onNews'>, database?: Database): Deliverer
}

/** Settings and world to a service that answers, and does not listen. */
export function wire({ telemetry, ...options }: WireOptions): Wired {
  if (telemetry === undefined) return wireParts(options)
  const { config, world, database } = options
  const wired = wireParts({
    ...options,
    database: traceDatabase(database, telemetry),
    world: { ...world, deliver: traceCall(world.deliver, telemetry) },
    decorate: (senders) => traceSenders(senders, telemetry),
  })
  return { ...wired, app: traceApp(wired.app, telemetry, config) }
}

function wireParts({
  config,
  world,
  decorate = (senders) => senders,
  ...opened
}: Omit<WireOptions, 'telemetry'> & {
  readonly decorate?: (senders: App['senders']) => App['senders']
}): Wired {
  const { database, log, metrics } = opened
  const { clock, sendMail } = world
  const app = createApp({
    ...opened,
    ...world,
    url: config.url,
    scimRate: config.scimRate,
    anonymousRate: config.anonymousRate,
    mailRate: config.mailRate,
    trustedProxies: config.trustedProxies,
    operatorMail: config.operatorMail,
    metricsKey: config.metricsKey,
    securityContacts: config.securityContacts,
    isDev: config.isDev,
    requestLog: config.requestLog,
    command: config.command,
    consoleFiles: openConsoleFiles(consoleFolder()),
  })
  return {
    app,
    openMail: (over = database) => openMailTarget(over, sendMail !== undefined, clock()),
    startDeliveries: (options, over = database) =>
      startDeliverer({
        ...options,
        database: over,
        clock,
        log,
        senders: decorate(app.senders),
        observe(kind, outcome, organizationId) {
          metrics.observeDelivery(kind, outcome)
          if (kind === 'webhook' && organizationId !== '')
            app.activity.noteDelivery(organizationId, clock(), outcome === 'delivered')
        },
        sequence: () => sequenceEvents(over),
      }),
  }
}

// Where the build of the console is.
function consoleFolder(): string {
  return fileURLToPath(new URL('dist/', import.meta.resolve('@rollcall/console/package.json')))
}
