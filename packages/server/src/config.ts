// Every setting: read from the environment once, all faults reported at once. Owns no default that a room decides.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import ipaddr from 'ipaddr.js'
import type { RequestLog } from './base/log.ts'
import {
  readAddress,
  readChoice,
  readContacts,
  readInteger,
  readSwitch,
  readUrl,
} from './base/read-settings.ts'
import { messageOf } from './base/unknown.ts'
import { type PostgresAddress, readPostgresUrl } from './store/postgres-url.ts'

/** Every setting, read and checked. */
export interface Config {
  readonly port: number
  readonly host: string
  /** Public base URL without a slash at the end: the only source of URLs that we tell others. */
  readonly url: string
  readonly databaseUrl: string | undefined
  /** PostgreSQL: as whom requests are served, and as whom migrations run where that is somebody else. */
  readonly postgres:
    | { readonly serve: PostgresAddress; readonly migrate: PostgresAddress | undefined }
    | undefined
  readonly dataFolder: string
  readonly operatorKey: string | undefined
  /** CIDRs whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly logLevel: string
  /** Sustained SCIM requests a second for one organization; the burst is four times that. */
  readonly scimRate: number
  /** Mails an hour that the administrators of one organization may have sent. */
  readonly mailRate: number
  /** Anonymous acts a second for one network; the burst is twenty times that, all together have ten networks' worth. */
  readonly anonymousRate: number
  readonly isMigrating: boolean
  /** The first one seals, each opens. Empty: made in the data folder, with the embedded store only. */
  readonly secretKeys: readonly string[]
  readonly mail: { readonly smtpUrl: string; readonly from: string } | undefined
  /** Where notices to the operator go. */
  readonly operatorMail: string | undefined
  /** Whom /.well-known/security.txt names, as URIs; empty where nobody said. */
  readonly securityContacts: readonly string[]
  /** Opens /metrics, as the operator key does, and nothing else. */
  readonly metricsKey: string | undefined
  /** A port that shows /metrics to whoever reaches it. */
  readonly metricsPort: number | undefined
  /** CIDRs and hosts beyond public addresses that outbound calls may reach. */
  readonly outboundAllow: readonly string[]
  /** Plain-HTTP cookies, and outbound calls to this machine. */
  readonly isDev: boolean
  /** Between SIGTERM, from which on it says that it is not ready, and the end of listening. */
  readonly drainSeconds: number
  readonly requestLog: RequestLog
  /** How the operator runs this installation's command: told to whoever needs a new link into the operator's side. */
  readonly command: string
  /** Threads that answer requests; 1: the process itself. */
  readonly workers: number
  /** What OTEL_* wants to have sent; undefined: nothing, and no package of it is loaded. */
  readonly telemetry: { readonly traces: boolean; readonly metrics: boolean } | undefined
}

/** Lists every fault of the settings, one a line, for the operator. */
export class ConfigError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(
      `The settings have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.faults = faults
  }
}

type Environment = Readonly<Record<string, string | undefined>>

const known = new Set([
  'ROLLCALL_URL',
  'ROLLCALL_DATA',
  'ROLLCALL_OPERATOR_KEY',
  'ROLLCALL_TRUSTED_PROXIES',
  'ROLLCALL_LOG_LEVEL',
  'ROLLCALL_SCIM_RATE',
  'ROLLCALL_ANONYMOUS_RATE',
  'ROLLCALL_MIGRATE',
  'ROLLCALL_MIGRATE_URL',
  'ROLLCALL_SECRET_KEY',
  'ROLLCALL_SMTP_URL',
  'ROLLCALL_MAIL_FROM',
  'ROLLCALL_MAIL_RATE',
  'ROLLCALL_OPERATOR_MAIL',
  'ROLLCALL_SECURITY_CONTACT',
  'ROLLCALL_METRICS_KEY',
  'ROLLCALL_METRICS_PORT',
  'ROLLCALL_OUTBOUND_ALLOW',
  'ROLLCALL_DEV',
  'ROLLCALL_DRAIN',
  'ROLLCALL_REQUEST_LOG',
  'ROLLCALL_WORKERS',
])

/** What may stand in a file instead, named by the same variable with `_FILE` behind it. */
export const secretSettings = [
  'DATABASE_URL',
  'ROLLCALL_MIGRATE_URL',
  'ROLLCALL_OPERATOR_KEY',
  'ROLLCALL_SECRET_KEY',
  'ROLLCALL_SMTP_URL',
  'ROLLCALL_METRICS_KEY',
] as const

const fileSettings = new Set(secretSettings.map((name) => `${name}_FILE`))

/**
 * What Kubernetes tells every container of Services whose names begin with ours (one named rollcall: ROLLCALL_PORT=tcp://…,
 * ROLLCALL_SERVICE_HOST).
 */
const ofKubernetes = /^ROLLCALL_(?:.+_)?(?:SERVICE_(?:HOST|PORT.*)|PORT_\d+_(?:TCP|UDP|SCTP).*)$/

const kubernetesPort = /^(?:tcp|udp|sctp):\/\//

const isOfKubernetes = (name: string, value = ''): boolean =>
  ofKubernetes.test(name) || (name.endsWith('_PORT') && kubernetesPort.test(value.trim()))

const maxDrainSeconds = 600

const maxWorkers = 64

const maxSecretBytes = 65_536

const requestLogs: readonly RequestLog[] = ['off', 'errors', 'all']

const logLevels: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** A fault for every name that begins like ours and is none of ours. */
function listUnknown(environment: Environment): string[] {
  const isOurs = (name: string): boolean =>
    known.has(name) || fileSettings.has(name) || isOfKubernetes(name, environment[name])
  return Object.keys(environment)
    .filter((name) => name.startsWith('ROLLCALL_') && !isOurs(name))
    .map(
      (name) =>
        `${name} is not a setting of this version${name === 'ROLLCALL_PORT' ? ': the port is PORT' : ''}`,
    )
}

type SecretSetting = (typeof secretSettings)[number]

/** Reads settings one by one; what cannot be read is a fault. */
function createGetters(
  environment: Environment,
  faults: string[],
): {
  get(name: string): string | undefined
  getSecret(name: SecretSetting): string | undefined
} {
  return {
    get(name) {
      const value = environment[name]?.trim() || undefined
      // A Service named rollcall-metrics has the name of a setting of ours.
      return isOfKubernetes(name, value) ? undefined : value
    },
    getSecret(name) {
      try {
        return readSecret(environment, name)
      } catch (error) {
        faults.push(messageOf(error))
        return undefined
      }
    },
  }
}

/** Throws ConfigError with every fault; an empty variable counts as unset. `opensSecrets`: false for what never opens or seals one. */
export function readConfig(
  environment: Environment,
  { opensSecrets = true }: { readonly opensSecrets?: boolean } = {},
): Config {
  const faults = listUnknown(environment)
  const { get, getSecret } = createGetters(environment, faults)
  const port = readInteger(get('PORT'), 4000, 0, 65_535, 'PORT', faults)
  const databaseUrl = getSecret('DATABASE_URL')
  const trustedProxies = readCidrs(get('ROLLCALL_TRUSTED_PROXIES'), faults)
  const config: Config = {
    port,
    host: get('HOST') ?? '127.0.0.1',
    url: readUrl(get('ROLLCALL_URL') ?? `http://localhost:${port}`, faults),
    databaseUrl,
    postgres: readPostgres(databaseUrl, getSecret('ROLLCALL_MIGRATE_URL'), environment, faults),
    dataFolder: resolve(get('ROLLCALL_DATA') ?? './data'),
    operatorKey: readOperatorKey(getSecret('ROLLCALL_OPERATOR_KEY'), faults),
    trustedProxies,
    logLevel: readChoice(get('ROLLCALL_LOG_LEVEL'), 'info', logLevels, 'ROLLCALL_LOG_LEVEL', faults),
    scimRate: readInteger(get('ROLLCALL_SCIM_RATE'), 100, 1, 1_000_000, 'ROLLCALL_SCIM_RATE', faults),
    mailRate: readInteger(get('ROLLCALL_MAIL_RATE'), 100, 1, 1_000_000, 'ROLLCALL_MAIL_RATE', faults),
    anonymousRate: readInteger(
      get('ROLLCALL_ANONYMOUS_RATE'),
      20,
      1,
      1_000_000,
      'ROLLCALL_ANONYMOUS_RATE',
      faults,
    ),
    isMigrating: readSwitch(get('ROLLCALL_MIGRATE'), true, 'ROLLCALL_MIGRATE', faults),
    secretKeys: readSecretKeys(
      getSecret('ROLLCALL_SECRET_KEY'),
      opensSecrets && databaseUrl !== undefined,
      faults,
    ),
    mail: readMail(getSecret('ROLLCALL_SMTP_URL'), get('ROLLCALL_MAIL_FROM'), faults),
    operatorMail: readAddress(get('ROLLCALL_OPERATOR_MAIL'), faults),
    securityContacts: readContacts(get('ROLLCALL_SECURITY_CONTACT'), faults),
    metricsKey: readMetricsKey(getSecret('ROLLCALL_METRICS_KEY'), faults),
    metricsPort: readMetricsPort(get('ROLLCALL_METRICS_PORT'), port, faults),
    outboundAllow: readOutbound(get('ROLLCALL_OUTBOUND_ALLOW'), faults),
    isDev: readSwitch(get('ROLLCALL_DEV'), false, 'ROLLCALL_DEV', faults),
    // A proxy goes on sending until it has asked whether this node is ready.
    drainSeconds: readInteger(
      get('ROLLCALL_DRAIN'),
      trustedProxies.length > 0 ? 5 : 0,
      0,
      maxDrainSeconds,
      'ROLLCALL_DRAIN',
      faults,
    ),
    requestLog: readChoice(
      get('ROLLCALL_REQUEST_LOG'),
      'errors',
      requestLogs,
      'ROLLCALL_REQUEST_LOG',
      faults,
    ),
    command: 'rollcall',
    workers: readWorkers(get('ROLLCALL_WORKERS'), databaseUrl !== undefined, faults),
    telemetry: readTelemetry(get, faults),
  }
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

/**
 * A setting that is a secret: its own value, or what the file holds that NAME_FILE names. Throws where both are set, or the file
 * cannot be read. The value is in no message.
 */
export function readSecret(
  environment: Environment,
  name: (typeof secretSettings)[number],
): string | undefined {
  const value = environment[name]?.trim() || undefined
  const file = environment[`${name}_FILE`]?.trim() || undefined
  if (file === undefined) return value
  if (value !== undefined) throw new Error(`${name} and ${name}_FILE are both set: set one of them`)
  let text: Buffer
  try {
    text = readFileSync(file)
  } catch (error) {
    throw new Error(`${name}_FILE: ${messageOf(error)}`)
  }
  if (text.length > maxSecretBytes) throw new Error(`${name}_FILE: ${file} is larger than 64 KB`)
  const secret = text.toString('utf8').trim()
  if (secret === '') throw new Error(`${name}_FILE: ${file} is empty`)
  return secret
}

function readWorkers(text: string | undefined, isShared: boolean, faults: string[]): number {
  const workers = readInteger(text, 1, 1, maxWorkers, 'ROLLCALL_WORKERS (--workers)', faults)
  if (workers > 1 && !isShared)
    faults.push(
      'ROLLCALL_WORKERS (--workers) above 1 goes with PostgreSQL (DATABASE_URL): the embedded store is written by one thread',
    )
  return workers
}

/** Each of the two goes to an endpoint that is named for it, or for both, unless its exporter is `none`. */
function readTelemetry(get: (name: string) => string | undefined, all: string[]): Config['telemetry'] {
  // What both go by is said once.
  const faults = { push: (fault: string) => void (all.includes(fault) || all.push(fault)) }
  if (get('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined
  const isAsked = (signal: 'TRACES' | 'METRICS'): boolean => {
    const names = [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`, 'OTEL_EXPORTER_OTLP_ENDPOINT']
    const named = names.find((name) => get(name) !== undefined)
    const exporter = get(`OTEL_${signal}_EXPORTER`) ?? 'otlp'
    if (named === undefined || exporter === 'none') return false
    if (exporter !== 'otlp') faults.push(`OTEL_${signal}_EXPORTER must be otlp or none`)
    if (!['http:', 'https:'].includes(URL.parse(get(named) ?? '')?.protocol ?? ''))
      faults.push(`${named} must be an http or https URL, such as http://localhost:4318`)
    const protocols = [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL']
    const protocol = protocols.find((name) => get(name) !== undefined)
    if (protocol !== undefined && get(protocol) !== 'http/protobuf')
      faults.push(
        `${protocol} must be http/protobuf, which is spoken here alone; collectors take it on port 4318`,
      )
    return true
  }
  const [traces, metrics] = [isAsked('TRACES'), isAsked('METRICS')]
  return traces || metrics ? { traces, metrics } : undefined
}

// The values are not echoed: they may hold a password.
function readPostgres(
  serveUrl: string | undefined,
  migrateUrl: string | undefined,
  environment: Environment,
  faults: string[],
): Config['postgres'] {
  const read = (name: string, text: string | undefined): PostgresAddress | undefined => {
    if (text === undefined) return undefined
    const address = readPostgresUrl(text, environment)
    if (typeof address !== 'string') return address
    faults.push(`${name} ${address}`)
    return undefined
  }
  if (migrateUrl !== undefined && serveUrl === undefined)
    faults.push('ROLLCALL_MIGRATE_URL goes with DATABASE_URL: it names who migrates that database')
  const serve = read('DATABASE_URL', serveUrl)
  const migrate = read('ROLLCALL_MIGRATE_URL', migrateUrl)
  return serve === undefined ? undefined : { serve, migrate }
}

function readOperatorKey(text: string | undefined, faults: string[]): string | undefined {
  if (text !== undefined && text.length < 32)
    faults.push('ROLLCALL_OPERATOR_KEY must have at least 32 characters')
  if (text !== undefined && !/^[\x21-\x7e]+$/.test(text))
    faults.push('ROLLCALL_OPERATOR_KEY must be printable ASCII without spaces')
  return text
}

function readCidrs(text: string | undefined, faults: string[]): readonly string[] {
  const cidrs = (text ?? '').split(/[\s,]+/).filter((part) => part !== '')
  for (const cidr of cidrs) {
    if (!ipaddr.isValidCIDR(cidr))
      faults.push(`ROLLCALL_TRUSTED_PROXIES: ${JSON.stringify(cidr)} is not a CIDR such as 10.0.0.0/8`)
  }
  return cidrs
}

// Several, separated by commas: the new one in front, until everything is sealed with it.
function readSecretKeys(text: string | undefined, isRequired: boolean, faults: string[]): readonly string[] {
  const keys = (text ?? '').split(/[,\n]/).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
  if (keys.length === 0 && isRequired)
    faults.push(
      'ROLLCALL_SECRET_KEY is needed with PostgreSQL: every node must have the same; make one with: openssl rand -base64 32',
    )
  if (keys.some((key) => key.length < 32 || new Set(key).size < 10))
    faults.push(
      'ROLLCALL_SECRET_KEY must have at least 32 characters, and be random: openssl rand -base64 32',
    )
  return keys
}

// The value is not echoed: it may hold a password.
function readMail(smtpUrl: string | undefined, from: string | undefined, faults: string[]): Config['mail'] {
  if (smtpUrl === undefined && from === undefined) return undefined
  if (smtpUrl === undefined || from === undefined) {
    faults.push('ROLLCALL_SMTP_URL and ROLLCALL_MAIL_FROM are needed together')
    return undefined
  }
  const url = URL.parse(smtpUrl)
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol))
    faults.push('ROLLCALL_SMTP_URL must begin with smtp:// or smtps://')
  if (!/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/.test(from))
    faults.push('ROLLCALL_MAIL_FROM must be an address such as Acme <no-reply@acme.com>')
  return { smtpUrl, from }
}

function readMetricsKey(text: string | undefined, faults: string[]): string | undefined {
  if (text !== undefined && text.length < 16)
    faults.push('ROLLCALL_METRICS_KEY must have at least 16 characters')
  return text
}

function readMetricsPort(text: string | undefined, port: number, faults: string[]): number | undefined {
  if (text === undefined) return undefined
  const own = readInteger(text, 0, 1, 65_535, 'ROLLCALL_METRICS_PORT', faults)
  if (own === port) faults.push('ROLLCALL_METRICS_PORT must be another port than PORT')
  return own
}

function readOutbound(text: string | undefined, faults: string[]): readonly string[] {
  const entries = (text ?? '').split(/[\s,]+/).filter((part) => part !== '')
  for (const entry of entries) {
    const isHost = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i.test(entry) || ipaddr.isValid(entry)
    if (!isHost && !ipaddr.isValidCIDR(entry))
      faults.push(`ROLLCALL_OUTBOUND_ALLOW: ${JSON.stringify(entry)} is neither a CIDR nor a host name`)
  }
  return entries
}
