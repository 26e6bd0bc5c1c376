// Which ports a demo takes: the usual ones, or free ones near them where somebody else has those. Whoever names a port gets that one.
import { createServer } from 'node:net'

/** For the service, the identity provider and the product, one after the other. */
const together = 3
/** To the first of the next ones. */
const stride = 10
const maxTries = 50

/** Whether nobody listens there; also false where this process may not. */
const isFree = (port: number, host: string): Promise<boolean> =>
  new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(false))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => done(true)))
  })

/** The first of as many free ones as a demo needs, from `usual` on; undefined where there are none near. */
export async function findDemoPort(usual: number, host: string): Promise<number | undefined> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const first = usual + tries * stride
    const ports = Array.from({ length: together }, (_, index) => first + index)
    if ((await Promise.all(ports.map((port) => isFree(port, host)))).every(Boolean)) return first
  }
  return undefined
}
