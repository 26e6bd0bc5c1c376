// What a client calls itself, cut to what is kept.
import type { HeaderReader } from './asked.ts'

/** Bytes of UTF-8, wherever it is stored. */
export const maxUserAgentBytes = 512

/** The `User-Agent` of a request, cut to what is kept; null where there is none. */
export function readUserAgent(headers: HeaderReader): string | null {
  const text = headers.get('user-agent')
  if (text === null || text.length * 3 <= maxUserAgentBytes) return text
  // As a stream: a character that was cut in two at the end is left out.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxUserAgentBytes), { stream: true })
}
