// What activity keeps of a body: no password, and not more than a bounded part.

/** Characters kept of one body. */
export const maxKeptCharacters = 16_384

const mayHoldPassword = /pass|\\u/i

/** A response as activity keeps it: our own words, which never hold a secret. A copy, so that the whole is not held. */
export function keepResponse(body: string | undefined): string | null {
  if (body === undefined) return null
  if (body.length <= maxKeptCharacters) return body
  return `${Buffer.from(body.slice(0, maxKeptCharacters)).toString()}… (${body.length} characters)`
}

/** The body as text with the values of passwords replaced; a long one is cut and says so. Never throws. */
export function redactBody(body: string | null): string | null {
  if (body === null || body === '') return null
  const safe = mayHoldPassword.test(body) ? redactJson(body) : body
  return safe.length > maxKeptCharacters
    ? `${safe.slice(0, maxKeptCharacters)}… (${safe.length} characters)`
    : safe
}

function redactJson(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), redactMember)
  } catch {
    return '(not JSON, and not kept because it may hold a password)'
  }
}

// A PATCH operation carries the name in `path` and the secret in `value`.
function redactMember(this: unknown, name: string, value: unknown): unknown {
  if (/password/i.test(name)) return '[redacted]'
  const owner = this as { path?: unknown } | undefined
  if (name === 'value' && typeof owner?.path === 'string' && /password/i.test(owner.path)) return '[redacted]'
  return value
}
