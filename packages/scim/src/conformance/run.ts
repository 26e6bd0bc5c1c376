// The room `scim/conformance`: a catalogue of what the RFCs require, and its judgement of any SCIM server. It speaks to a server only
// through the function it is given.
//
// 1. `meeting` sees whether there is a server; `discovered` and `offered` what it says of itself.
// 2. The tables (`rfc7643-*`, `rfc7644-*`, `rfc9865-*`) hold a row for each requirement, with the check that asks it.
// 3. `samples` and `shape` make the users and groups that checks need; `run` removes them at the end.
// 4. `judging` asks each once; what rests on something broken is not asked (`rests`, `foundations`).
// 5. `report` is the result as data; `render-report` and `render-html` show it.
//
// Runs the catalogue against a server: reads its configuration, asks what applies, judges, and removes what was made.

import type { JsonObject } from '../json.ts'
import { catalogue } from './catalogue.ts'
import { type Connection, createConnection, type Send, type StartTimer } from './connection.ts'
import { createJudging } from './judging.ts'
import { ConformanceError, meet, writeNotes } from './meeting.ts'
import { type ConformanceReport, countOutcomes, type Result } from './report.ts'
import type { Requirement } from './requirement.ts'
import { createServer } from './server.ts'

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
  /** What every user is made with, for servers that require more than their schemas say; "{unique}" stands for a fresh word. */
  readonly user?: JsonObject
  /** Ids of requirements, or beginnings of ids; the whole catalogue otherwise. */
  readonly only?: readonly string[]
  /** 5,000 unless said; what is not asked then is skipped. */
  readonly maxRequests?: number
  /** Also tries what would only repeat a finding, to see that every check sees something. */
  readonly repeats?: boolean
  /** Instead of the catalogue. */
  readonly requirements?: readonly Requirement[]
  readonly onProgress?: (done: number, total: number) => void
}

export { ConformanceError }

/** Throws ConformanceError when no requirement can be asked; a server that fails them all is a report. */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  const connection = createConnection({ ...options, baseUrl, maxRequests: options.maxRequests ?? 5_000 })
  const config = await meet(connection, baseUrl)
  const server = createServer(connection, baseUrl, config ?? {}, options.prefix, options.user)
  const wanted = (options.requirements ?? catalogue).filter(({ id }) => isWanted(id, options.only))
  const judging = createJudging(options, connection, server)
  let results: readonly Result[] = []
  let leftovers: readonly string[] = []
  let notes: readonly string[] = []
  try {
    for (const [index, requirement] of wanted.entries()) {
      await judging.judge(requirement)
      options.onProgress?.(index + 1, wanted.length)
    }
    results = await judging.settle(wanted)
    notes = await writeNotes(server, config)
  } finally {
    leftovers = await removeMade(connection, options, baseUrl)
  }
  return {
    baseUrl: toShownUrl(baseUrl),
    profile: options.profile ?? 'strict',
    requests: connection.count(),
    totals: countOutcomes(results),
    results,
    leftovers,
    notes,
  }
}

function isWanted(id: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((one) => id.startsWith(one))
}

/** Without a name and password that the caller may have put into it. */
function toShownUrl(baseUrl: string): string {
  return baseUrl.replace(/^(https?:\/\/)[^/@]*@/i, '$1')
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
