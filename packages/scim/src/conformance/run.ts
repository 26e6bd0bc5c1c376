// Runs the catalogue against a server: reads its configuration, asks what applies, judges, and removes what was made.

import type { JsonObject } from '../json.ts'
import { isJsonObject } from '../json.ts'
import { pick } from './answer.ts'
import { catalogue } from './catalogue.ts'
import { type Connection, createConnection, Exhausted, type Send, type StartTimer } from './connection.ts'
import { hasEnterprise, hasGroups } from './discovered.ts'
import { Inapplicable, Mismatch } from './expectation.ts'
import {
  type ConformanceReport,
  countOutcomes,
  type Outcome,
  type Result,
  toEvidence,
  toResult,
} from './report.ts'
import type { Feature, Requirement } from './requirement.ts'
import { createServer, type Server } from './server.ts'

export interface ConformanceOptions {
  /** Such as `https://example.com/scim/v2`. */
  readonly baseUrl: string
  /** Sent as a bearer token. */
  readonly key: string
  /** `fetch` is one. */
  readonly send: Send
  readonly startTimer: StartTimer
  /** What names of this run begin with: letters, digits and "-", unlike that of any other run. */
  readonly prefix: string
  /** `auto` lets go what identity providers need servers to depart from. */
  readonly profile?: 'strict' | 'auto'
  /** Ids of requirements, or beginnings of ids; the whole catalogue otherwise. */
  readonly only?: readonly string[]
  /** 5,000 unless said; what is not asked then is skipped. */
  readonly maxRequests?: number
  /** Instead of the catalogue. */
  readonly requirements?: readonly Requirement[]
  readonly onProgress?: (done: number, total: number) => void
}

/** The server cannot be judged at all: it does not answer, or not to this key. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
}

/** Throws ConformanceError when no requirement can be asked; a server that fails them all is a report. */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  const connection = createConnection({ ...options, baseUrl, maxRequests: options.maxRequests ?? 5_000 })
  const config = await meet(connection, baseUrl)
  const server = createServer(connection, baseUrl, config, options.prefix)
  const wanted = (options.requirements ?? catalogue).filter(({ id }) => isWanted(id, options.only))
  const results: Result[] = []
  let leftovers: readonly string[] = []
  try {
    for (const requirement of wanted) {
      results.push(toResult(requirement, await judge(requirement, server, options.profile ?? 'strict')))
      options.onProgress?.(results.length, wanted.length)
    }
  } finally {
    leftovers = await removeMade(connection, options, baseUrl)
  }
  const profile = options.profile ?? 'strict'
  return {
    baseUrl,
    profile,
    requests: connection.count(),
    totals: countOutcomes(results),
    results,
    leftovers,
  }
}

function isWanted(id: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((one) => id.startsWith(one))
}

async function meet({ ask }: Connection, baseUrl: string): Promise<JsonObject> {
  try {
    const { body } = await ask('GET', '/ServiceProviderConfig')
    const { status } = await ask('GET', '/Users?count=1')
    if (status === 401 || status === 403) throw new ConformanceError(`${baseUrl} refuses the key (${status})`)
    return isJsonObject(body) ? body : {}
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error
    throw new ConformanceError(`${baseUrl} does not answer: ${error.came}`, { cause: error })
  }
}

async function judge(requirement: Requirement, server: Server, profile: 'strict' | 'auto'): Promise<Outcome> {
  if (requirement.check === undefined) return { kind: 'unjudged', why: requirement.unjudged ?? '' }
  try {
    const missing = await findMissing(requirement.features, server)
    if (missing !== undefined) return { kind: 'skip', why: `the server does not support ${missing}` }
    await requirement.check(server)
    return { kind: 'pass' }
  } catch (error) {
    if (error instanceof Inapplicable) return { kind: 'skip', why: error.message }
    if (error instanceof Exhausted) return { kind: 'skip', why: `the run may ask no more: ${error.message}` }
    if (error instanceof Mismatch) return toBreach(requirement, error, profile)
    throw error
  }
}

function toBreach({ level, tolerated }: Requirement, error: Mismatch, profile: 'strict' | 'auto'): Outcome {
  const isMust = level === 'MUST' || level === 'MUST NOT'
  const { expected, came, answer } = error
  const isLetGo = profile === 'auto' && tolerated !== undefined
  const evidence = answer && toEvidence(answer.asked, answer.status, answer.text)
  return { kind: isMust && !isLetGo ? 'fail' : 'warn', expected, came, evidence }
}

/** Where the configuration names a feature. */
const options: Partial<Record<Feature, readonly [string, string]>> = {
  patch: ['patch', 'supported'],
  bulk: ['bulk', 'supported'],
  filter: ['filter', 'supported'],
  sort: ['sort', 'supported'],
  etag: ['etag', 'supported'],
  password: ['changePassword', 'supported'],
  cursor: ['pagination', 'cursor'],
}

// What a configuration does not name counts as supported, so that it is judged; only cursors came later than RFC 7643.
async function findMissing(features: readonly Feature[], server: Server): Promise<Feature | undefined> {
  for (const feature of features) {
    const option = options[feature]
    const value = option && pick(server.config, ...option)
    if (value === false || (feature === 'cursor' && value !== true)) return feature
    if (feature === 'groups' && !(await hasGroups(server))) return feature
    if (feature === 'enterprise' && !(await hasEnterprise(server))) return feature
  }
  return undefined
}

/** Newest first, so that groups go before their members; resolves with what stayed. Not bounded by maxRequests. */
async function removeMade(
  { made }: Connection,
  options: ConformanceOptions,
  baseUrl: string,
): Promise<readonly string[]> {
  const { ask } = createConnection({ ...options, baseUrl, maxRequests: Number.POSITIVE_INFINITY })
  const stayed: string[] = []
  for (const path of [...made].reverse()) {
    const status = await ask('DELETE', path).then(
      (answer) => answer.status,
      () => 0,
    )
    if (![200, 202, 204, 404, 410].includes(status)) stayed.push(path)
  }
  return stayed
}
