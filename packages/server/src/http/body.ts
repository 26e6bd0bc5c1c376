// Reads a request's body up to a limit, as text that is really UTF-8. Knows no protocol: it says what is wrong by kind.
import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Asked } from './asked.ts'
import { type Coding, findCoding, unpack } from './codings.ts'
import { isSlow } from './slow.ts'

/** `aborted`: the sender went away before the end; `slow`: it was cut off; `coding`: compressed in a way that is not read; `packed`: badly so. */
export type BodyFault = 'too_large' | 'not_utf8' | 'aborted' | 'slow' | 'coding' | 'packed'

/** Whether all of it came with the head, as far as can be told: nobody can hold back what is there. */
export function isWhole(request: Asked): boolean {
  return 'incoming' in request && request.incoming.complete
}

/** The text; or the fault, with nothing more than `maxBytes` ever held, as it came or unpacked. An absent body is an empty text. */
export async function readBody(
  request: Asked,
  maxBytes: number,
): Promise<{ readonly text: string } | { readonly fault: BodyFault }> {
  const coding = findCoding(request.headers.get('content-encoding'))
  if (coding === undefined) return { fault: 'coding' }
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > maxBytes) return { fault: 'too_large' }
  const bytes =
    'incoming' in request
      ? await readIncoming(request.incoming, maxBytes)
      : await readBytes(request, length === null ? maxBytes : undefined)
  if (bytes === 'aborted')
    return { fault: 'incoming' in request && isSlow(request.incoming.socket) ? 'slow' : 'aborted' }
  if (bytes === undefined || bytes.length > maxBytes) return { fault: 'too_large' }
  return coding === 'identity' ? toText(bytes) : readPacked(bytes, coding, maxBytes)
}

function toText(bytes: Buffer): { readonly text: string } | { readonly fault: 'not_utf8' } {
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { fault: 'not_utf8' }
}

async function readPacked(
  bytes: Buffer,
  coding: Coding,
  maxBytes: number,
): Promise<{ readonly text: string } | { readonly fault: BodyFault }> {
  const unpacked = await unpack(bytes, coding, maxBytes)
  return typeof unpacked === 'string' ? { fault: unpacked } : toText(unpacked)
}

// What fails here is the sender: nothing of ours takes part in it. A length that was announced is kept by the listener.
async function readBytes(
  request: Request,
  maxBytes: number | undefined,
): Promise<Buffer | undefined | 'aborted'> {
  try {
    return maxBytes === undefined
      ? Buffer.from(await request.arrayBuffer())
      : await readStream(request, maxBytes)
  } catch {
    return 'aborted'
  }
}

// The length that was announced is kept by Node; without one the rest is not kept once there is too much.
function readIncoming(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | undefined | 'aborted'> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let size = 0
    const end = (result: Buffer | undefined | 'aborted'): void => {
      incoming.off('data', take).off('end', whole).off('error', abort).off('close', abort)
      resolve(result)
    }
    const take = (part: Buffer): void => {
      size += part.length
      if (size > maxBytes) end(undefined)
      else parts.push(part)
    }
    const whole = (): void => end(parts.length === 1 ? parts[0] : Buffer.concat(parts, size))
    const abort = (): void => end('aborted')
    incoming.on('data', take).on('end', whole).on('error', abort).on('close', abort)
    if (incoming.destroyed) abort()
  })
}

async function readStream(request: Request, maxBytes: number): Promise<Buffer | undefined> {
  if (request.body === null) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of partsOf(request.body)) {
    size += part.length
    if (size > maxBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The text as it comes in, decoded, with nothing of it kept; throws the fault where it is met. */
export async function* readText(request: Request, maxBytes: number): AsyncGenerator<string> {
  // What comes in parts is not unpacked: whoever sends so much is told to send it plain.
  if (findCoding(request.headers.get('content-encoding')) !== 'identity') throw new BodyError('coding')
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw new BodyError('too_large')
  if (request.body === null) return
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const decode = (part?: Uint8Array): string => {
    try {
      return part === undefined ? decoder.decode() : decoder.decode(part, { stream: true })
    } catch {
      throw new BodyError('not_utf8')
    }
  }
  let size = 0
  const parts = partsOf(request.body)[Symbol.asyncIterator]()
  for (;;) {
    const next = await parts.next().catch(() => {
      throw new BodyError('aborted')
    })
    if (next.done === true) break
    size += next.value.length
    if (size > maxBytes) throw new BodyError('too_large')
    yield decode(next.value)
  }
  yield decode()
}

/** Thrown while a body is read as it comes in. */
export class BodyError extends Error {
  readonly fault: BodyFault
  constructor(fault: BodyFault) {
    super(fault)
    this.name = 'BodyError'
    this.fault = fault
  }
}

/** A body part by part: the types of the web's streams do not say that they can be iterated. */
function partsOf(body: object): AsyncIterable<Uint8Array> {
  return body as AsyncIterable<Uint8Array>
}
