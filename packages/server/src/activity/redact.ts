// What activity keeps of a request: no password, nothing that proves who calls, and not more than a bounded part. An attribute of the
// operator's own schema that is named like a secret is none of it either: who reads activity cannot tell the two apart.
import {
  cutProofs,
  cutSecrets,
  holdsSecretName,
  isSecretName,
  mayHoldSecret,
  namesSecret,
} from '../base/secret-names.ts'

/** Characters kept of one body. */
export const maxKeptCharacters = 16_384
const maxPathCharacters = 2_048

const redacted = '[redacted]'

// A name may be written with escapes, which only a parser reads.
function mayHold(body: string): boolean {
  return body.includes('\\u') || mayHoldSecret(body)
}

/** A response as activity keeps it, before its secrets are taken out. A copy, so that the whole is not held. */
export function keepResponse(body: string | undefined): string | null {
  if (body === undefined) return null
  if (body.length <= maxKeptCharacters) return body
  return `${Buffer.from(body.slice(0, maxKeptCharacters)).toString()}… (${body.length} characters)`
}

/** The body as text with the values of secrets replaced; a long one is cut and says so. Never throws. */
export function redactBody(body: string | null): string | null {
  if (body === null || body === '') return null
  if (!mayHold(body)) return cut(body, body.length)
  const safe = redactJson(body)
  return cut(safe, body.length > maxTextRedacted ? body.length : safe.length)
}

/** What goes whole through the search for secrets. Of a longer body, only what is kept. */
const maxTextRedacted = 4 * maxKeptCharacters

function cut(text: string, length: number): string {
  return length > maxKeptCharacters ? `${text.slice(0, maxKeptCharacters)}… (${length} characters)` : text
}

function redactJson(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    const kept = body.length > maxTextRedacted ? shorten(parsed, { left: maxKeptCharacters }) : parsed
    return JSON.stringify(kept, redactMember)
  } catch {
    return '(not JSON, and not kept because it may hold a secret)'
  }
}

/**
 * The beginning of a value: lists end where so many characters are reached. The members of an object all stay, for the name of a secret
 * may stand behind it.
 */
function shorten(value: unknown, room: { left: number }): unknown {
  if (typeof value === 'string') room.left -= value.length
  if (typeof value !== 'object' || value === null) return value
  if (!Array.isArray(value))
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shorten(member, room)]))
  const kept: unknown[] = []
  for (const one of value) {
    if (room.left <= 0) break
    kept.push(shorten(one, room))
    room.left -= 1
  }
  return kept
}

/**
 * What keepResponse left: our own JSON, perhaps cut, in which an attribute of the operator's schema may be a secret, and what was asked is
 * named again.
 */
export function redactResponse(body: string | null): string | null {
  if (body === null || !mayHold(body)) return body
  try {
    return JSON.stringify(JSON.parse(body), redactMember)
  } catch {
    return redactCut(body)
  }
}

// A text of JSON, to its end or to that of the body, so that none is looked for inside of another: a body of quotation marks would be read
// once for each. Behind it what it is the name of: a text, or more than a text.
const members = /"((?:[^"\\]|\\.)*)(?:"(?:(:"(?:[^"\\]|\\.)*(?:"|\\?$))|(:(?=[[{\d-])))?|\\?$)/gs

// Behind the first name of a secret that has more than a text, nothing is kept.
function redactCut(body: string): string {
  const safe = body.replace(members, (member, name: string, text: string | undefined) => {
    if (text === undefined) return member
    if (isSecretName(name)) return `"${name}":"${redacted}"`
    return cutProofs(isLocation(name) ? cutSecrets(member) : member)
  })
  for (const { 0: member, 1: name = '', 3: more, index } of safe.matchAll(members))
    if (more !== undefined && isSecretName(name))
      return `${safe.slice(0, index + member.length)}"${redacted}"`
  return safe
}

/** The request's target with nothing in its path or query that is a password or proves who calls, and not longer than is kept. */
export function redactTarget(target: string): string {
  if (holdsNothing(target)) return target.slice(0, maxPathCharacters)
  const at = target.indexOf('?')
  if (at < 0) return redactPath(target).slice(0, maxPathCharacters)
  const query = target
    .slice(at + 1)
    .split('&')
    .map(redactParameter)
    .join('&')
  return `${redactPath(target.slice(0, at))}?${query}`.slice(0, maxPathCharacters)
}

// Most targets: none of the words that any part of one is looked through for, and nothing that is escaped twice.
function holdsNothing(target: string): boolean {
  const text = target.includes('%') ? decode(target) : target
  return text !== undefined && !text.includes('%') && !mayHoldSecret(text)
}

function redactPath(path: string): string {
  if (!path.includes('%')) return cutProofs(path)
  return path.split('/').map(redactSegment).join('/')
}

function redactSegment(segment: string): string {
  const text = decode(segment)
  if (text === undefined) return redacted
  const safe = cutProofs(text)
  return safe === text ? segment : encodeURIComponent(safe)
}

function redactParameter(parameter: string): string {
  const [name = '', ...rest] = parameter.split('=')
  const [key, value] = [decode(name), decode(rest.join('='))]
  if (key === undefined || value === undefined) return redacted
  if (isSecretName(key)) return `${name}=${redacted}`
  const [safeKey, safe] = [cutProofs(key), cutProofs(cutSecrets(value))]
  // Of an address inside an address, encoded once more.
  const inner = decode(value)
  if (safeKey !== key || (inner !== undefined && cutProofs(inner) !== inner && safe === value))
    return redacted
  return safe === value ? parameter : `${name}=${encodeURIComponent(safe)}`
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

// A PATCH operation, and any pair of a name and a value, carries the name in one member and the secret in another.
function redactMember(this: unknown, name: string, value: unknown): unknown {
  if (isSecretName(name) || (isBesideSecret(this, name) && value !== null)) return redacted
  if (typeof value !== 'string' || !mayHoldSecret(value)) return value
  if (isPath(name) || isLocation(name)) return cutProofs(cutSecrets(value))
  // JSON in a text, however often it is quoted.
  const isJson = /^\s*[[{"]/.test(value)
  return isJson && holdsSecretName(value.replaceAll(/[\\"]/g, ' ')) ? redacted : cutProofs(value)
}

function isBesideSecret(owner: unknown, name: string): boolean {
  if (Array.isArray(owner) || typeof owner !== 'object' || owner === null) return false
  const { all, inPaths } = findNamed(owner)
  if (all.size === 0 || isPath(name) || /^(?:op|method)$/i.test(name)) return false
  return /^(?:value|data)$/i.test(name) ? all.size > (all.has(name) ? 1 : 0) : inPaths
}

/** The members of an object whose text is the name of a secret: looked for once, however many members there are. */
const named = new WeakMap<object, { readonly all: ReadonlySet<string>; readonly inPaths: boolean }>()

function findNamed(owner: object): { readonly all: ReadonlySet<string>; readonly inPaths: boolean } {
  let found = named.get(owner)
  if (found === undefined) {
    const entries = Object.entries(owner).filter(
      ([name, text]) =>
        typeof text === 'string' &&
        mayHoldSecret(text) &&
        (isPath(name) ? holdsSecretName(text) : namesSecret(text)),
    )
    const all = new Set(entries.map(([name]) => name))
    found = { all, inPaths: [...all].some(isPath) }
    named.set(owner, found)
  }
  return found
}

function isPath(name: string): boolean {
  return /^(?:path|filter)$/i.test(name)
}

/** Of an operation of a bulk request: an answer names its path again. */
function isLocation(name: string): boolean {
  return name === 'location'
}
