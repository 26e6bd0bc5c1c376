// A collector on a loopback port: keeps the spans and the names of metrics that come by OTLP over HTTP, in Protobuf.
import { createServer } from 'node:http'
import { freePort } from './ports.ts'

export interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  /** Empty: it began the trace. */
  readonly parentSpanId: string
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
}

export interface Collector {
  readonly url: string
  readonly spans: readonly SentSpan[]
  readonly metrics: ReadonlySet<string>
  /** Everything that came, as text: what must not be in it is looked for here. */
  text(): string
  close(): Promise<void>
}

export async function startCollector(): Promise<Collector> {
  const spans: SentSpan[] = []
  const metrics = new Set<string>()
  const bodies: Buffer[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      bodies.push(body)
      if (request.url === '/v1/traces') spans.push(...readSpans(body))
      if (request.url === '/v1/metrics') for (const name of readMetricNames(body)) metrics.add(name)
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  const port = await freePort()
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    text: () => Buffer.concat(bodies).toString('latin1'),
    close: () => new Promise((done) => server.close(() => done())),
  }
}

/** Fields of one message by their numbers; what is no length-delimited field is its number, of eight bytes or fewer. */
type Fields = ReadonlyMap<number, readonly Buffer[]>

function readFields(message: Buffer): Fields {
  const fields = new Map<number, Buffer[]>()
  let at = 0
  const readNumber = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (at < message.length) {
    const tag = Number(readNumber())
    const field = tag >> 3
    const kind = tag & 7
    let value: Buffer
    if (kind === 0) {
      value = Buffer.alloc(8)
      value.writeBigUInt64LE(BigInt.asUintN(64, readNumber()))
    } else {
      const length = kind === 2 ? Number(readNumber()) : kind === 1 ? 8 : 4
      value = message.subarray(at, at + length)
      at += length
    }
    fields.set(field, [...(fields.get(field) ?? []), value])
  }
  return fields
}

const inside = (messages: readonly Buffer[], ...path: readonly number[]): readonly Buffer[] =>
  path.reduce((found, field) => found.flatMap((one) => readFields(one).get(field) ?? []), messages)

function readSpans(request: Buffer): SentSpan[] {
  return inside([request], 1, 2, 2).map((span) => {
    const fields = readFields(span)
    const read = (field: number, as: 'hex' | 'utf8'): string => fields.get(field)?.[0]?.toString(as) ?? ''
    return {
      traceId: read(1, 'hex'),
      spanId: read(2, 'hex'),
      parentSpanId: read(4, 'hex'),
      name: read(5, 'utf8'),
      attributes: Object.fromEntries((fields.get(9) ?? []).map(readAttribute)),
    }
  })
}

function readAttribute(attribute: Buffer): [string, string | number | boolean] {
  const fields = readFields(attribute)
  const value = readFields(fields.get(2)?.[0] ?? Buffer.alloc(0))
  const [text, flag, whole] = [1, 2, 3].map((field) => value.get(field)?.[0])
  const name = fields.get(1)?.[0]?.toString() ?? ''
  if (text !== undefined) return [name, text.toString()]
  return [name, flag === undefined ? Number(whole?.readBigInt64LE() ?? 0n) : flag[0] === 1]
}

const readMetricNames = (request: Buffer): string[] =>
  inside([request], 1, 2, 2, 1).map((name) => name.toString())
