// Against a name server on loopback that answers as each test tells it.
import { createSocket, type Socket } from 'node:dgram'
import { afterEach, describe, expect, it } from 'vitest'
import { createDns, DnsUnavailable } from './dns.ts'

const noError = 0
const serverFailure = 2
const nameError = 3
const sockets: Socket[] = []
afterEach(() => sockets.splice(0).forEach((socket) => void socket.close()))

/** A reply of RFC 1035 §4: the question again, then one TXT record for each list of chunks. */
function toReply(query: Buffer, code: number, records: readonly (readonly string[])[]): Buffer {
  const questionEnd = query.indexOf(0, 12) + 5
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180 | code, 2)
  header.writeUInt16BE(records.length, 6)
  header.writeUInt32BE(0, 8)
  const answers = records.map((chunks) => {
    const data = Buffer.concat(chunks.flatMap((chunk) => [Buffer.from([chunk.length]), Buffer.from(chunk)]))
    const head = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 0, data.length >> 8, data.length & 0xff])
    return Buffer.concat([head, data])
  })
  return Buffer.concat([header, query.subarray(12, questionEnd), ...answers])
}

async function startNameServer(answer: (query: Buffer) => Buffer | undefined): Promise<readonly string[]> {
  const socket = createSocket('udp4')
  sockets.push(socket)
  socket.on('message', (query, from) => {
    const reply = answer(query)
    if (reply !== undefined) socket.send(reply, from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return [`127.0.0.1:${socket.address().port}`]
}

describe('createDns', () => {
  it('joins the chunks of a record, RFC 7208 §3.3, and keeps records apart', async () => {
    const records = [['rollcall-', 'verification=', 'abc'], ['v=spf1 -all']]
    const servers = await startNameServer((query) => toReply(query, noError, records))
    const resolve = createDns({ timeoutMs: 5_000, servers }).txt
    expect(await resolve('_rollcall.acme.test')).toEqual(['rollcall-verification=abc', 'v=spf1 -all'])
  })

  it.each([
    ['a name that does not exist', nameError],
    ['a name without TXT records', noError],
  ])('has an empty list for %s', async (_what, code) => {
    const servers = await startNameServer((query) => toReply(query, code, []))
    expect(await createDns({ timeoutMs: 5_000, servers }).txt('acme.test')).toEqual([])
  })

  it('throws DnsUnavailable when the server fails: that is no proof that the record is gone', async () => {
    const servers = await startNameServer((query) => toReply(query, serverFailure, []))
    const resolve = createDns({ timeoutMs: 5_000, servers }).txt
    await expect(resolve('acme.test')).rejects.toBeInstanceOf(DnsUnavailable)
  })

  it('throws DnsUnavailable in the given time when nobody answers', async () => {
    const servers = await startNameServer(() => undefined)
    const startedAt = performance.now()
    const resolve = createDns({ timeoutMs: 300, servers }).txt
    await expect(resolve('acme.test')).rejects.toBeInstanceOf(DnsUnavailable)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})
