// Sixteen connections that ask one thing for a while: how often a second, how long, and what it costs the server.
import type { Target } from './target.ts'

export interface Figures {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Server CPU for one request, in milliseconds. */
  readonly cpuMs: number
  readonly residentMb: number
  readonly refused: number
}

export interface Ask {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  readonly headers?: Record<string, string>
  readonly body?: string
}

const callers = 16
const warmUpMs = 500

/** `ask` makes the next request; it is called once for each. */
export async function measure(target: Target, seconds: number, ask: () => Ask): Promise<Figures> {
  await runFor(target, warmUpMs, ask)
  const cpuBefore = target.cpuMs()
  const startedAt = performance.now()
  const { times, refused } = await runFor(target, seconds * 1_000, ask)
  const elapsedMs = performance.now() - startedAt
  const cpuMs = (target.cpuMs() - cpuBefore) / times.length
  times.sort((left, right) => left - right)
  const at = (part: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))] as number
  const perSecond = (times.length / elapsedMs) * 1_000
  return { perSecond, p50Ms: at(0.5), p99Ms: at(0.99), cpuMs, residentMb: target.residentMb(), refused }
}

async function runFor(
  target: Target,
  milliseconds: number,
  ask: () => Ask,
): Promise<{ times: number[]; refused: number }> {
  const times: number[] = []
  const until = performance.now() + milliseconds
  let refused = 0
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
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
