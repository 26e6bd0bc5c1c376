// Connections that ask one thing for a while: how often a second, how long, and what it costs the server and its database.
import type { Target } from './target.ts'

export interface Figures {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** CPU of the server for one request, in milliseconds. */
  readonly serverMs: number
  /** CPU of the database's processes for one request; 0 without one. */
  readonly databaseMs: number
  /** Written for one request, as `Usage` has it; null where it was not measured. */
  readonly writtenKb: number | null
  /** The longest that the event loop was blocked. */
  readonly blockMs: number
  readonly residentMb: number
  readonly refused: number
}

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

/** Requests under way at any time. */
export const callers = 8
const warmUpShare = 0.25
/** So that what is measured has been compiled, also where the machine is busy. */
const warmUpRequests = 400

/** `ask` makes the next request; it is called once for each. */
export async function measure(target: Target, seconds: number, ask: () => Ask): Promise<Figures> {
  await runFor(target, seconds * 1_000 * warmUpShare, ask, warmUpRequests)
  await target.longestBlockMs()
  const before = await target.usage()
  const startedAt = performance.now()
  const { times, refused } = await runFor(target, seconds * 1_000, ask)
  const elapsedMs = performance.now() - startedAt
  const after = await target.usage()
  times.sort((left, right) => left - right)
  const at = (part: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))] as number
  return {
    perSecond: (times.length / elapsedMs) * 1_000,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    serverMs: (after.serverMs - before.serverMs) / times.length,
    databaseMs: (after.databaseMs - before.databaseMs) / times.length,
    writtenKb: (after.writtenBytes - before.writtenBytes) / 1_024 / times.length,
    blockMs: await target.longestBlockMs(),
    residentMb: target.residentMb(),
    refused,
  }
}

/** CPU of server and database together for one request, in milliseconds. */
export function costOf({ serverMs, databaseMs }: Pick<Figures, 'serverMs' | 'databaseMs'>): number {
  return serverMs + databaseMs
}

/** The round in which a request took the least CPU: what else runs on the machine only ever adds to it. */
export function quietest(rounds: readonly Figures[]): Figures {
  return rounds.toSorted((one, two) => costOf(one) - costOf(two))[0] as Figures
}

async function runFor(
  target: Target,
  milliseconds: number,
  ask: () => Ask,
  atLeast = 0,
): Promise<{ times: number[]; refused: number }> {
  const times: number[] = []
  const startedAt = performance.now()
  const isOver = (): boolean => {
    const elapsedMs = performance.now() - startedAt
    return elapsedMs > milliseconds && (times.length >= atLeast || elapsedMs > 4 * milliseconds)
  }
  let refused = 0
  const caller = async (): Promise<void> => {
    while (!isOver()) {
      const begun = performance.now()
      const status = await send(target, ask())
      times.push(performance.now() - begun)
      if (status >= 300) refused += 1
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return { times, refused }
}

export async function send(target: Target, ask: Ask): Promise<number> {
  const { statusCode, body } = await target.pool.request({
    method: ask.method,
    path: ask.path,
    headers: ask.headers ?? {},
    body: ask.body ?? null,
  })
  await body.dump()
  return statusCode
}
