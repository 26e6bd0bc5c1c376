// Which failures are tried again, and when. Nothing is repeated that may have been carried out twice.

const maxWaitMs = 60_000

/** What went wrong, as the client sees it. */
export type Failure =
  | { readonly kind: 'network' }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter: string | null }

/** A POST is repeated only where the service says that it did nothing: 429 and 503. */
export function mayRetry(method: string, failure: Failure): boolean {
  if (failure.kind === 'status' && (failure.status === 429 || failure.status === 503)) return true
  const isSafe = method.toUpperCase() !== 'POST'
  return isSafe && (failure.kind === 'network' || failure.status === 502 || failure.status === 504)
}

/** Milliseconds before attempt `attempt` (1 is the first repetition): what the service asks for, else 0.25, 0.5, 1 … seconds, half of it chance. */
export function toWaitMs(failure: Failure, attempt: number, random: number, now: number): number {
  const asked = failure.kind === 'status' ? readRetryAfter(failure.retryAfter, now) : null
  if (asked !== null) return Math.min(asked, maxWaitMs)
  return Math.min(maxWaitMs, 250 * 2 ** (attempt - 1)) * (0.5 + random / 2)
}

function readRetryAfter(text: string | null, now: number): number | null {
  if (text === null) return null
  if (/^\d{1,7}$/.test(text.trim())) return Number(text) * 1_000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
