// Ports for what is started later, by a number that has to be known before.
import { createServer } from 'node:net'

/**
 * Below what systems give to outgoing connections and to servers that ask for any port (32768 on Linux, 49152 elsewhere): a port of
 * those may go to somebody else between the question and its use, and tests side by side make thousands of connections.
 */
const first = 15_000
const last = 32_000

/** What this process named before is not named again. */
const named = new Set<number>()

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => done(true)))
  })

/** A port of 127.0.0.1 where nothing listens, with as many free ones behind it as are asked for. */
export async function freePort(together = 1): Promise<number> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const port = first + Math.floor(Math.random() * (last - first - together))
    const ports = Array.from({ length: together }, (_, index) => port + index)
    if (ports.some((one) => named.has(one))) continue
    for (const one of ports) named.add(one)
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return port
  }
  throw new Error(`no ${together} free ports in ${first} to ${last}`)
}
