// A file of configuration as it was written: read strictly, every fault told with its line, and nothing of what stands in it repeated,
// since somebody may have written a secret there.
import {
  type Configuration,
  configurationSchema,
  explainIssue,
  readFormerNames,
} from '@rollcall/api/configuration'
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

export type Place = readonly (string | number)[]

export interface Fault {
  /** Where in the file. */
  readonly place: Place
  readonly message: string
  /** Of what the service has there by now, which others change: it holds up that organization, and no other. */
  readonly isOfPresent?: boolean
}

/** The file cannot be carried out; the message says where and why, a line for each fault. */
export class ConfigurationFault extends Error {
  override readonly name = 'ConfigurationFault'
}

export interface ConfigurationFile {
  readonly configuration: Configuration
  /** Throws what was found wrong, by line; returns where there is nothing. */
  refuse(faults: readonly Fault[]): void
  /** With its line. */
  describe(fault: Fault): string
}

const maxCharacters = 20_000_000
const maxToldFaults = 50

/** YAML 1.2, and so JSON as well. `name` is how the file is called in what is told. Throws ConfigurationFault. */
export function readConfiguration(text: string, name: string): ConfigurationFile {
  if (text.length > maxCharacters)
    throw new ConfigurationFault(`${name} is longer than ${maxCharacters} characters`)
  const lines = new LineCounter()
  // Its own messages quote the text that they are about.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const [wrong] = document.errors
  if (wrong !== undefined) {
    const what = wrong.code.toLowerCase().replaceAll('_', ' ')
    throw new ConfigurationFault(`${name}:${lines.linePos(wrong.pos[0]).line}: this is no YAML: ${what}`)
  }
  const raw = toPlain(document, name)
  const describe = ({ place, message }: Fault): string => {
    const path = toPath(raw, place)
    return `${name}:${lineOf(document, lines, place)}: ${path === '' ? '' : `${path}: `}${message}`
  }
  const refuse = (faults: readonly Fault[]): void => {
    if (faults.length === 0) return
    const told = faults.slice(0, maxToldFaults).map(describe)
    const more = faults.length - told.length
    throw new ConfigurationFault([...told, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'))
  }
  const conflicts: Fault[] = []
  const present = readFormerNames(raw, ({ path, message }) => conflicts.push({ place: path, message }))
  refuse(conflicts)
  const parsed = configurationSchema.safeParse(present, { error: explainIssue })
  if (!parsed.success) {
    refuse(parsed.error.issues.flatMap((issue) => toFaults(issue as Issue)))
    throw new ConfigurationFault(`${name} has another form than docs/configuration.schema.json`)
  }
  return { configuration: parsed.data, refuse, describe }
}

function toPlain(document: Document.Parsed, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 1_000 })
  } catch {
    throw new ConfigurationFault(`${name} has aliases that cannot be followed, or too many of them`)
  }
}

interface Issue {
  readonly code: string
  readonly path: PropertyKey[]
  readonly message: string
  readonly keys?: readonly string[]
}

function toFaults({ code, path, message, keys = [] }: Issue): Fault[] {
  const place = path.map((part) => (typeof part === 'symbol' ? String(part) : part))
  // Of several forms, zod says only that it is none of them.
  if (code === 'invalid_union') return [{ place, message: 'this cannot stand here' }]
  if (code !== 'unrecognized_keys') return [{ place, message }]
  return keys.map((key) => ({ place: [...place, key], message: 'there is no such key here' }))
}

/** The line of the deepest part of a place that is in the file. */
function lineOf(document: Document.Parsed, lines: LineCounter, place: Place): number {
  let node: Node | null | undefined = document.contents
  let offset = node?.range?.[0] ?? 0
  for (const part of place) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
      if (pair === undefined) break
      offset = (pair.key as Node).range?.[0] ?? offset
      node = pair.value as Node | null
    } else if (isSeq(node)) {
      node = node.items[Number(part)] as Node | undefined
      offset = node?.range?.[0] ?? offset
    } else break
  }
  return lines.linePos(offset).line
}

/** A place as people read it: `organizations/acme/connections/Okta/options`. */
function toPath(raw: unknown, place: Place): string {
  let value = raw
  const words = place.map((part) => {
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[part]
    return typeof part === 'number' ? nameOf(value, part) : part
  })
  return words.map(show).join('/')
}

function nameOf(value: unknown, at: number): string {
  if (typeof value !== 'object' || value === null) return String(at + 1)
  const { slug, name, url } = value as Readonly<Record<string, unknown>>
  return [slug, name, url].find((one) => typeof one === 'string') ?? String(at + 1)
}

/** Text from elsewhere on one line of a terminal. */
export function show(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
