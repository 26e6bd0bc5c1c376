// What a client calls itself, cut to what is kept.

/** Bytes of UTF-8, wherever it is stored. */
export const maxUserAgentBytes = 512

export function readUserAgent(headers: Headers): string | null {
  const text = headers.get('user-agent')
  if (text === null || text.length * 3 <= maxUserAgentBytes) return text
  // As a stream: a character that was cut in two at the end is left out.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxUserAgentBytes), { stream: true })
}
