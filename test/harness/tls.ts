// PostgreSQL with TLS: what answers the request for it, with a certificate of its own, and hands the rest to a server without.
import { generateKeyPairSync } from 'node:crypto'
import { connect, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import forge from 'node-forge'

export interface TlsDoor {
  readonly port: number
  /** Of the authority, which is the certificate itself. */
  readonly certificate: string
  /** Connections that came with TLS. */
  secured(): number
  close(): Promise<void>
}

/** The certificate is for `name`. */
export async function startTlsDoor(target: string, name: string): Promise<TlsDoor> {
  const { hostname, port } = new URL(target)
  const { key, cert } = createCertificate(name)
  const context = createSecureContext({ key, cert })
  const sockets = new Set<Socket>()
  let secured = 0
  const listener = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', (request: Buffer) => {
      const isForTls = request.length === 8 && request.readInt32BE(4) === 80_877_103
      if (!isForTls) return void socket.destroy()
      socket.write('S')
      const secure = new TLSSocket(socket, { isServer: true, secureContext: context })
      secure.on('secure', () => {
        secured += 1
      })
      const server = connect(Number(port), hostname)
      sockets.add(server)
      for (const one of [secure, server]) one.on('error', () => undefined)
      secure.pipe(server).pipe(secure)
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    certificate: cert,
    secured: () => secured,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

/** A certificate of its own authority, and its key, as PEM. */
export function createCertificate(name: string): { key: string; cert: string } {
  const { privateKey: key } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const pair = forge.pki.privateKeyFromPem(key)
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.setRsaPublicKey(pair.n, pair.e)
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date(Date.now() - 3_600_000)
  certificate.validity.notAfter = new Date(Date.now() + 3_600_000)
  certificate.setSubject([{ name: 'commonName', value: name }])
  certificate.setIssuer([{ name: 'commonName', value: name }])
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
  ])
  certificate.sign(pair, forge.md.sha256.create())
  return { key, cert: forge.pki.certificateToPem(certificate) }
}
