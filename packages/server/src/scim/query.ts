// The parameters of a request as this service knows them (RFC 7644 §3.4.2, §3.9): in any case, lists that were sent in parts, and without
// what says nothing. Pure.
import { isDemanded, mayTolerate, note, type Reading, toName } from '@rollcall/scim'
import { refuse } from '../resources/refusals.ts'

const ofAnswers = ['attributes', 'excludedAttributes'] as const
const ofLists = ['filter', 'sortBy', 'sortOrder', 'startIndex', 'count', 'cursor', ...ofAnswers] as const

function indexNames(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]))
}

const names = { list: indexNames(ofLists), one: indexNames(ofAnswers), write: indexNames(ofAnswers) }
const lists: ReadonlySet<string> = new Set(ofAnswers)

/**
 * `kind`: whether the request lists, reads one or writes. Throws ScimError 400 invalidValue for what contradicts itself, and in `strict` for
 * other spellings; in `interop` invalidFilter for the filter of a write.
 */
export function readQuery(
  sent: URLSearchParams,
  kind: keyof typeof names,
  reading: Reading,
): URLSearchParams {
  if (sent.size === 0) return sent
  const read = new URLSearchParams()
  for (const [name, value] of sent) {
    const known = names[kind].get(name.toLowerCase())
    if (known === undefined) {
      if (kind === 'write' && name.toLowerCase() === 'filter' && isDemanded(reading, 'filters-of-reads'))
        throw refuse('query_filter_of_write')
      if (name !== '') note(reading, 'unknown-parameters', name)
      continue
    }
    if (known !== name && !mayTolerate(reading, 'query-names', name))
      throw refuse('query_written_otherwise', { name: toName(name), known })
    // An empty cursor asks for the first page (RFC 9865 §2.1).
    if (value === '' && known !== 'cursor' && mayTolerate(reading, 'query-names', name)) continue
    set(read, known, known === 'filter' ? withSpaces(value) : value, reading)
  }
  return read
}

function set(read: URLSearchParams, name: string, value: string, reading: Reading): void {
  const before = read.get(name)
  if (before === null) read.set(name, value)
  else if (lists.has(name)) {
    if (!mayTolerate(reading, 'query-names', name)) throw refuse('query_repeated', { name: toName(name) })
    read.set(name, `${before},${value}`)
  } else if (before !== value) throw refuse('query_contradicts', { name: toName(name) })
}

// Beside %20 a plus is itself, but between the words of a filter it can only be a space, unless it stands before the zone of a time.
function withSpaces(filter: string): string {
  if (!filter.includes('+')) return filter
  return filter.replace(/"(?:[^"\\]|\\.)*(?:"|\\?$)|T[\d:.]+\+\d\d:\d\d|\+/gis, (part) =>
    part === '+' ? ' ' : part,
  )
}
