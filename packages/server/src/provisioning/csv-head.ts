// The head of a CSV text as spreadsheets write it: a byte order mark, a line that names the separator, and the names of the columns
// in whatever letters. Pure.
import type { UserState } from '@rollcall/api'
import { strip } from '../base/spaces.ts'
import type { MappingTarget } from '../mapping/attribute-rules.ts'

/**
 * Which fields of a person an import has as columns. `mapped`: filled as an attribute of a sign-in fills it. `own`: read by `import-users`
 * itself. `none`: no column. A field without a row does not compile.
 */
const fields = {
  userName: 'own',
  email: 'own',
  givenName: 'mapped',
  familyName: 'mapped',
  displayName: 'mapped',
  externalId: 'own',
  active: 'own',
  role: 'none',
} as const satisfies {
  readonly [Field in keyof UserState]: 'own' | 'none' | (Field extends MappingTarget ? 'mapped' : never)
}
const listOf = (...kinds: readonly string[]): readonly string[] =>
  Object.entries(fields).flatMap(([name, kind]) => (kinds.includes(kind) ? [name] : []))

/** The columns of an import, as its rows name them. */
const columns = listOf('own', 'mapped')

/** Those that are filled as attributes of a sign-in are. */
export const mappedColumns = listOf('mapped')
const byFolded = new Map<string, string>([
  ...columns.map((name) => [name.toLowerCase(), name] as const),
  ['firstname', 'givenName'],
  ['lastname', 'familyName'],
  ['surname', 'familyName'],
  ['mail', 'email'],
  ['emailaddress', 'email'],
])
const separators = [',', ';', '\t', '|'] as const

/** What the head of a CSV text says. */
export interface Head {
  readonly separator: string
  /** What stands behind the line that names the separator. */
  readonly rest: string
}

/** Undefined while its first line is not whole; with `isEnd` there is no more of it, and so it is. */
export function readHead(text: string, isEnd: true): Head
export function readHead(text: string, isEnd: boolean): Head | undefined
export function readHead(text: string, isEnd: boolean): Head | undefined {
  const bare = text.replace(/^\uFEFF+/, '')
  const named = /^"?sep=(.)"?[ \t,;]*(?:\r\n|\r(?!\n)|\n)/i.exec(bare)
  // A line that names the separator may be under way, or end with half of a line break.
  if (!isEnd && named === null && /^"?(?:s(?:e(?:p(?:=.?"?[ \t,;]*\r?)?)?)?)?$/i.test(bare)) return undefined
  if (!isEnd && named !== null && named[0].endsWith('\r') && named[0].length === bare.length) return undefined
  const rest = named === null ? bare : bare.slice(named[0].length)
  const line = /^[^\r\n]*(?=[\r\n])/.exec(rest)?.[0] ?? (isEnd ? rest : undefined)
  if (line === undefined) return undefined
  return { separator: named?.[1] ?? guessSeparator(line), rest }
}

// The one that gives most names that are known; a comma where none does.
function guessSeparator(line: string): string {
  const known = (separator: string): number =>
    line.split(separator).filter((name) => byFolded.has(fold(name))).length
  return separators.reduce((best, one) => (known(one) > known(best) ? one : best), ',')
}

/** As rows are read; a name that is not known stays. */
export function toColumn(name: string): string {
  return byFolded.get(fold(name)) ?? name
}

function fold(name: string): string {
  return strip(name, /[\s"]/)
    .toLowerCase()
    .replace(/[\s_-]/g, '')
}

/** What is wrong with the names of the columns; undefined: nothing. */
export function findHeadFault(names: readonly string[], separator: string): string | undefined {
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at)
  if (twice !== undefined) return `csv: two columns are named ${quote(twice)}`
  if (names.includes('userName') || names.includes('email')) return undefined
  const shown = names.slice(0, 10).map((name) => quote(name.slice(0, 60)))
  return (
    `csv: the first line names neither userName nor email; it was read as ${shown.join(', ')} with the separator ${quote(separator)}. ` +
    `The columns are ${columns.join(', ')}, separated by a comma, a semicolon or a tab`
  )
}

function quote(text: string): string {
  return JSON.stringify(text)
}
