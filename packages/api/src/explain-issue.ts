// What a schema of the contract refuses, in our own words; a schema's own sentence goes before them.

/** What is read of an issue of zod. */
interface RawIssue {
  readonly code?: string
  readonly input?: unknown
  readonly expected?: unknown
  readonly origin?: unknown
  readonly minimum?: unknown
  readonly maximum?: unknown
  readonly format?: unknown
}

/** The same for one and for many: `at most 1 entry`. */
const counted = (origin: unknown, count: unknown): string => {
  if (origin === 'string') return `${count} character${count === 1 ? '' : 's'}`
  if (origin === 'array' || origin === 'set') return `${count} ${count === 1 ? 'entry' : 'entries'}`
  return String(count)
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
}

/** For zod's `error` and `customError`; undefined leaves it to zod. */
export function explainIssue(issue: RawIssue): string | undefined {
  const { code, input, expected, origin, minimum, maximum, format } = issue
  if (code === 'invalid_type') {
    const kind = kinds[String(expected)]
    if (input === undefined) return kind === undefined ? 'is missing' : `is missing: ${kind}`
    return kind === undefined ? undefined : `must be ${kind}`
  }
  if (code === 'too_small')
    return origin === 'string' && minimum === 1 ? 'must not be empty' : `at least ${counted(origin, minimum)}`
  if (code === 'too_big') return `at most ${counted(origin, maximum)}`
  return code === 'invalid_format' && format === 'url' ? 'is no URL' : undefined
}
