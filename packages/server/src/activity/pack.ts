// Entries of one class as bytes, and back. Heads are apart from the bodies' texts: a page, a search and a stream read heads, and the
// texts of the few that they show. The first byte says how the rest is to be read. Pure.

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { hourMs } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import type { Entry } from './entry.ts'

/** Entries whose times lie further apart never lie together: a page knows from where on nothing of its time can be. */
export const maxSpanMs = hourMs
/** Packing or unpacking that many takes about a millisecond. */
export const maxEntries = 256
/** Of the bodies that lie together. */
export const maxTextCharacters = 262_144
/** Packing less takes longer than it gains: it is packed with its neighbours later. */
export const minPackedBytes = 4_096
const [plain, zstd] = [1, 2]
// Higher levels take longer and gain nothing: what repeats lies close together.
const packing = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const unpacking = { chunkSize: 131_072 }

/** The bodies of one request and its answer; null where none is kept. */
export interface Texts {
  readonly request: string | null
  readonly response: string | null
}

/** What counts for how much is packed together. */
interface Sized {
  readonly at: number
  readonly requestBody: string | null
  readonly responseBody: string | null
}

/** Splits what is in the order of ids into stretches that are packed together. */
export function* listStretches<T extends Sized>(all: readonly T[]): Generator<readonly T[]> {
  let stretch: T[] = []
  let characters = 0
  for (const one of all) {
    const more = (one.requestBody?.length ?? 0) + (one.responseBody?.length ?? 0)
    const isFull =
      stretch.length >= maxEntries ||
      characters + more > maxTextCharacters ||
      one.at - (stretch[0]?.at ?? one.at) > maxSpanMs
    if (isFull && stretch.length > 0) {
      yield stretch
      stretch = []
      characters = 0
    }
    stretch.push(one)
    characters += more
  }
  if (stretch.length > 0) yield stretch
}

/** The heads of lines as compressed bytes. */
export function packHeads(entries: readonly Entry[]): Uint8Array {
  return pack(JSON.stringify(entries.map(toRow)))
}

/** The lines that compressed heads hold, without the texts of bodies. */
export function unpackHeads(bytes: Uint8Array): readonly Entry[] {
  return readHeads(unpack(bytes))
}

/** As text, which a search looks through before it reads the entries. */
export function unpackHeadsText(bytes: Uint8Array): string {
  return unpack(bytes)
}

/** The lines that heads hold once they are plain text. */
export function readHeads(text: string): readonly Entry[] {
  return readJson<Row[]>(text).map(toEntry)
}

/** Undefined where there is none. The lengths come first, so that the texts need no quoting. */
export function packTexts(all: readonly Texts[]): Uint8Array | undefined {
  const texts = all.flatMap(({ request, response }) => [request, response])
  if (texts.every((text) => text === null)) return undefined
  return pack(`${JSON.stringify(texts.map((text) => text?.length ?? -1))}\n${texts.join('')}`)
}

/** In the order of the entries. */
export function unpackTexts(bytes: Uint8Array): readonly Texts[] {
  const whole = unpack(bytes)
  const end = whole.indexOf('\n')
  const lengths = readJson<number[]>(whole.slice(0, end))
  let from = end + 1
  const texts = lengths.map((length) => {
    if (length < 0) return null
    from += length
    return whole.slice(from - length, from)
  })
  return Array.from({ length: texts.length / 2 }, (_, at) => ({
    request: texts[2 * at] ?? null,
    response: texts[2 * at + 1] ?? null,
  }))
}

/** How many have one. */
export function countBodies(all: readonly Texts[]): number {
  return all.filter(({ request, response }) => request !== null || response !== null).length
}

function pack(text: string): Uint8Array {
  const bytes = Buffer.from(text)
  return bytes.length < minPackedBytes
    ? Buffer.concat([Buffer.of(plain), bytes])
    : Buffer.concat([Buffer.of(zstd), zstdCompressSync(bytes, packing)])
}

function unpack(bytes: Uint8Array): string {
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.byteLength - 1)
  if (bytes[0] === plain) return rest.toString()
  if (bytes[0] === zstd) return zstdDecompressSync(rest, unpacking).toString()
  throw new Error(`activity is packed in a way that this version does not know: ${bytes[0]}`)
}

/** In the order in which they lie in a row: what was written stays readable, so that a new one goes to the end. */
const fields = [
  'id',
  'method',
  'path',
  'status',
  'durationUs',
  'explanation',
  'requestId',
  'keyId',
  'ip',
  'userAgent',
  'code',
  'connectionId',
  'sentences',
] as const satisfies readonly (keyof Entry)[]
type Row = readonly Entry[(typeof fields)[number]][]

function toRow(entry: Entry): Row {
  return [
    entry.id,
    entry.method,
    entry.path,
    entry.status,
    entry.durationUs,
    entry.explanation,
    entry.requestId,
    entry.keyId,
    entry.ip,
    entry.userAgent,
    entry.code,
    entry.connectionId,
    entry.sentences,
  ]
}

// Entries of before have fewer fields.
function toEntry(row: Row): Entry {
  const entry = Object.fromEntries(fields.map((name, at) => [name, row[at]])) as unknown as Entry
  return { ...entry, sentences: entry.sentences ?? [] }
}
