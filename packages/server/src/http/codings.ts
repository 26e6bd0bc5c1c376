// Bodies that were compressed on their way (RFC 9110 §8.4): read up to the limit that holds for plain ones.

import { promisify } from 'node:util'
import { gunzip, inflate, inflateRaw } from 'node:zlib'
import { codeOf } from '../base/unknown.ts'

/** How a body was compressed. */
export type Coding = 'identity' | 'gzip' | 'deflate'

/** What is read, as the header Accept-Encoding says it with a 415. */
export const acceptedCodings = 'gzip, deflate, identity'

const codings: Readonly<Record<string, Coding>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' }

/** From Content-Encoding; undefined for one that is not read, and for more than one on top of another. */
export function findCoding(sent: string | null): Coding | undefined {
  if (sent === null) return 'identity'
  const names = sent
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length > 1) return undefined
  const [name] = names
  return name === undefined ? 'identity' : codings[name]
}

const unpackers = {
  gzip: promisify<Buffer, object, Buffer>(gunzip),
  zlib: promisify<Buffer, object, Buffer>(inflate),
  raw: promisify<Buffer, object, Buffer>(inflateRaw),
}

/** Never makes more than `maxBytes` of it, however little was sent. */
export async function unpack(
  bytes: Buffer,
  coding: Coding,
  maxBytes: number,
): Promise<Buffer | 'too_large' | 'packed'> {
  if (bytes.length === 0 || coding === 'identity') return bytes
  const unpacker = coding === 'gzip' ? unpackers.gzip : isZlib(bytes) ? unpackers.zlib : unpackers.raw
  try {
    return await unpacker(bytes, { maxOutputLength: maxBytes, chunkSize: 65_536 })
  } catch (error) {
    return codeOf(error) === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'packed'
  }
}

// "deflate" is the format of RFC 1950; some send RFC 1951 alone, without its two bytes in front.
function isZlib(bytes: Buffer): boolean {
  return bytes.length > 1 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0
}
