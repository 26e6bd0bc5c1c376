// Reads the body of an answer: decoded, counted while it comes, and dropped at the first byte too many.
import type { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { OutboundError } from './outbound-error.ts'

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** As UTF-8. Throws OutboundError `too_large` above `maxBytes`, as sent or as decoded, and `not_ok` on a broken coding. */
export async function readAnswerBody(body: Readable, encoding: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  const limit = (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> => takeUpTo(maxBytes, source)
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of limit(source)) chunks.push(chunk)
  }
  const coding = encoding.trim().toLowerCase()
  if (coding === '' || coding === 'identity') await pipeline(body, collect)
  else await pipeline(body, limit, createDecoder(coding), collect)
  return new TextDecoder().decode(Buffer.concat(chunks))
}

// One coding only: each further one would multiply what a small answer can unfold to.
function createDecoder(coding: string): Transform {
  const create = Object.hasOwn(decoders, coding) ? decoders[coding] : undefined
  if (create === undefined)
    throw new OutboundError('not_ok', 'The answer is encoded in a way that is not understood.')
  return create().on('error', () => undefined)
}

async function* takeUpTo(maxBytes: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of source) {
    size += chunk.length
    if (size > maxBytes) throw new OutboundError('too_large', `The answer is larger than ${maxBytes} bytes.`)
    yield chunk
  }
}
