// Reads a request's body up to a limit, as text that is really UTF-8. Knows no protocol: it says what is wrong by kind.
import { isUtf8 } from 'node:buffer'

export type BodyFault = 'too_large' | 'not_utf8'

/** The text; or the fault, with nothing more than `maxBytes` ever held. An absent body is an empty text. */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<{ readonly text: string } | { readonly fault: BodyFault }> {
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > maxBytes) return { fault: 'too_large' }
  const bytes =
    length === null ? await readStream(request, maxBytes) : Buffer.from(await request.arrayBuffer())
  if (bytes === undefined || bytes.length > maxBytes) return { fault: 'too_large' }
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { fault: 'not_utf8' }
}

async function readStream(request: Request, maxBytes: number): Promise<Buffer | undefined> {
  if (request.body === null) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > maxBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
