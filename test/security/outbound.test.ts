// The way out, attacked: whatever a customer types as a metadata URL, no connection reaches an address that is not public.
// A canary listens on loopback, on a port that the calls may use: only the check of addresses stands between.
// Advisories: CVE-2026-53513, CVE-2025-67494, CVE-2026-5469, CVE-2024-46990, GHSA-c2fv-2fmj-9xrx, GHSA-9h3q-32c7-r533,
// open-ace#1796, PortOS#1900.
// Judges: server/outbound.
import { generateKeyPairSync } from 'node:crypto'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib'
import forge from 'node-forge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAddressGuard } from '../../packages/server/src/outbound/addresses.ts'
import { createOutbound, OutboundError } from '../../packages/server/src/outbound/outbound.ts'

type Options = Partial<Parameters<typeof createOutbound>[0]>
type Resolve = NonNullable<Options['resolve']>

const strict = createAddressGuard({ allow: [], isLoopbackAllowed: false })
const publicAddress = '8.8.8.8'
/** Stands for the public network where a connection is wanted: loopback too, but not where the canary sits. */
const outside = '127.0.0.2'
const outsideGuard = createAddressGuard({ allow: [outside], isLoopbackAllowed: false })

const toResolved = (address: string) => ({ address, family: address.includes(':') ? 6 : 4 })
const resolveTo =
  (...addresses: readonly string[]): Resolve =>
  async () =>
    addresses.map(toResolved)

/** The names of these tests, as an attacker's DNS would answer. */
const zone: Readonly<Record<string, readonly string[]>> = {
  'loopback.evil.test': ['127.0.0.1'],
  'loopback6.evil.test': ['::1'],
  'mapped.evil.test': ['::ffff:127.0.0.1'],
  'nat64.evil.test': ['64:ff9b::7f00:1'],
  'metadata.evil.test': ['169.254.169.254'],
  'any.evil.test': ['0.0.0.0'],
  'mixed.evil.test': [publicAddress, '127.0.0.1'],
  'mixed6.evil.test': ['2606:4700::1111', '::1'],
  'zone.evil.test': ['fe80::1%lo'],
  'nonsense.evil.test': ['not an address'],
  localhost: ['127.0.0.1'],
  'app.localhost': ['127.0.0.1'],
  'liar.localhost': [publicAddress],
}
const resolveZone: Resolve = async (host) => (zone[host] ?? []).map(toResolved)

const sockets = new Set<Socket>()
const servers: NetServer[] = []

async function listen<Listener extends NetServer>(
  server: Listener,
  address: string,
  port = 0,
): Promise<number> {
  servers.push(server)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve))
  return (server.address() as AddressInfo).port
}

let canaryPort = 0
const canaryPorts: number[] = []
let seen = 0
let ca = ''
let pki: { key: string; cert: string }

beforeAll(async () => {
  canaryPort = await startCanary('::')
  pki = createCertificate('idp.test')
  ca = pki.cert
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  for (const server of servers) server.close()
})

/** A listener that counts and answers nothing; on the port of a server outside, it is where a second answer of DNS would lead. */
async function startCanary(address: string, port = 0): Promise<number> {
  const canary = createServer((socket) => {
    seen += 1
    socket.destroy()
  })
  canaryPorts.push(await listen(canary, address, port))
  return canaryPorts.at(-1)!
}

/** How many connections the canary had since the last count; a connection of our own proves that it has counted all. */
async function countSeen(): Promise<number> {
  for (const port of canaryPorts)
    await new Promise<void>((resolve) => {
      const knock = connect(port, '127.0.0.1').on('error', () => undefined)
      knock.on('close', () => resolve())
    })
  const count = seen - canaryPorts.length
  seen = 0
  return count
}

/** The code that a GET is refused with; anything but an OutboundError, or an answer, fails the test. */
async function refusalOf(url: string, options: Options = {}): Promise<OutboundError> {
  const outbound = createOutbound({ guard: strict, resolve: resolveZone, timeoutMs: 5_000, ...options })
  const thrown = await outbound.get(url, { accept: '*/*' }).then(
    (answer) => answer,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(OutboundError)
  return thrown as OutboundError
}

function createCertificate(host: string): { key: string; cert: string } {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const key = forge.pki.privateKeyFromPem(privateKey)
  const cert = forge.pki.createCertificate()
  cert.publicKey = forge.pki.setRsaPublicKey(key.n, key.e)
  cert.serialNumber = '01'
  cert.validity.notBefore = new Date(Date.now() - 3_600_000)
  cert.validity.notAfter = new Date(Date.now() + 3_600_000)
  const name = [{ name: 'commonName', value: host }]
  cert.setSubject(name)
  cert.setIssuer(name)
  cert.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
  ])
  cert.sign(key, forge.md.sha256.create())
  return { key: privateKey, cert: forge.pki.certificateToPem(cert) }
}

/** An https server "outside" under the name idp.test, and the options that find it. */
async function startOutside(
  listener: RequestListener,
): Promise<{ url: string; options: Options; server: Server }> {
  const server = createHttpsServer({ key: pki.key, cert: pki.cert }, listener) as unknown as Server
  const port = await listen(server, outside)
  return {
    url: `https://idp.test:${port}/metadata`,
    options: { guard: outsideGuard, resolve: resolveTo(outside), ca },
    server,
  }
}

/** Forms of loopback that this machine would connect to the canary, were they let through. */
const loopbackHosts = [
  ...['127.0.0.1', '2130706433', '0x7f000001', '0x7f.1', '0x7f.0.0.1', '0177.0.0.1', '017700000001', '127.1'],
  ...[
    '127.0.1',
    '127.0.0.1.',
    '127.255.255.254',
    '0',
    '0.0.0.0',
    '0x0',
    '127。0。0。1',
    '127．0．0．1',
    '１２７.0.0.1',
  ],
  ...[
    '127%2e0%2e0%2e1',
    '①②⑦.0.0.1',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
  ],
  ...[
    '[0:0:0:0:0:ffff:7f00:0001]',
    'localhost',
    'localhost.',
    'LOCALHOST',
    'app.localhost',
    'loopback.evil.test',
  ],
  ...['loopback6.evil.test', 'mapped.evil.test', 'any.evil.test', 'LOOPBACK.evil.test.', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ'],
]

/** Forms of addresses that are not public and that no route leads to from here. */
const otherHosts = [
  ...['[::7f00:1]', '[::127.0.0.1]', '[::ffff:0:7f00:1]', '[64:ff9b::7f00:1]', '[64:ff9b::127.0.0.1]'],
  ...[
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::]',
    '[2001:0:4136:e378:8000:63bf:80ff:fffe]',
  ],
  ...['169.254.169.254', '2852039166', '0xa9fea9fe', '0251.0376.0251.0376', '[::ffff:169.254.169.254]'],
  ...['[fd00:ec2::254]', '[fd00::1]', '[fe80::1]', '[fec0::1]', '[100::1]', '[ff02::1]', '[2001:db8::1]'],
  ...[
    '10.0.0.5',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
  ],
  ...['198.18.0.1', '203.0.113.1', '224.0.0.1', '240.0.0.1', '255.255.255.255', 'nat64.evil.test'],
  ...['metadata.evil.test', 'mixed.evil.test', 'mixed6.evil.test', 'zone.evil.test', 'nonsense.evil.test'],
  ...['liar.localhost'],
]

describe('CVE-2026-53513, CVE-2025-67494, CVE-2026-5469: a URL that a customer gives leads to no inner address', () => {
  it.each([...loopbackHosts, ...otherHosts])('refuses https://%s on a port that is allowed', async (host) => {
    const error = await refusalOf(`https://${host}:${canaryPort}/`, { ports: [canaryPort] })
    expect(error.code).toBe('address_refused')
    expect(await countSeen()).toBe(0)
  })

  // The control of the test above: without the check, each of these does reach the canary.
  it.each(loopbackHosts)(
    'would reach the canary by https://%s if the operator had allowed it',
    async (host) => {
      const allow = ['0.0.0.0/0', '::/0']
      const guard = createAddressGuard({ allow, isLoopbackAllowed: false })
      const error = await refusalOf(`https://${host}:${canaryPort}/`, { guard })
      expect(error.code).toBe('unreachable')
      expect(await countSeen()).toBe(1)
    },
  )

  it.each([
    ['https://127.0.0.1@127.0.0.1:PORT/', 'url_invalid'],
    ['https://user:secret@idp.test:PORT/', 'url_invalid'],
    ['https://idp.example.com@127.0.0.1:PORT/', 'url_invalid'],
    ['https://idp.example.com:443@127.0.0.1:PORT/', 'url_invalid'],
    ['https://127.0.0.1:PORT\\@idp.example.com/', 'address_refused'],
    ['https:\\\\127.0.0.1:PORT/', 'address_refused'],
    ['https:127.0.0.1:PORT/', 'address_refused'],
    ['https://127.0.0.1\t:PORT/', 'address_refused'],
    [' https://127.0.0.1:PORT/', 'address_refused'],
    ['https://loopback.evil.test..:PORT/', 'url_invalid'],
    ['https://[::1%25lo]:PORT/', 'url_invalid'],
    ['https://[127.0.0.1]:PORT/', 'url_invalid'],
    ['https://256.0.0.1:PORT/', 'url_invalid'],
    ['https://127.0.0.1:PORT:443/', 'url_invalid'],
    ['//127.0.0.1:PORT/', 'url_invalid'],
    ['127.0.0.1:PORT', 'url_invalid'],
    ['', 'url_invalid'],
    ['https://', 'url_invalid'],
    ['http://127.0.0.1:PORT/', 'address_refused'],
    ['ws://127.0.0.1:PORT/', 'scheme_refused'],
    ['file:///etc/passwd', 'scheme_refused'],
    ['file://127.0.0.1:PORT/etc/passwd', 'url_invalid'],
    ['gopher://127.0.0.1:PORT/_x', 'scheme_refused'],
    ['ftp://127.0.0.1:PORT/', 'scheme_refused'],
    ['data:text/xml,<a/>', 'scheme_refused'],
    ['javascript:alert(1)', 'scheme_refused'],
    ['unix:/run/docker.sock', 'scheme_refused'],
    ['https://unknown.evil.test:PORT/', 'not_resolved'],
  ])('refuses %j as %s', async (url, code) => {
    const error = await refusalOf(url.replace('PORT', String(canaryPort)), { ports: [canaryPort] })
    expect(error.code).toBe(code)
    expect(await countSeen()).toBe(0)
  })

  it.each([22, 25, 80, 5432, 6379, 8080, 8443])('refuses port %i of a public host', async (port) => {
    const error = await refusalOf(`https://idp.test:${port}/`, { resolve: resolveTo(publicAddress) })
    expect(error.code).toBe('port_refused')
  })

  it('refuses http to a public host, under development too', async () => {
    const resolve = resolveTo(publicAddress)
    expect((await refusalOf('http://idp.test/', { resolve })).code).toBe('scheme_refused')
    const guard = createAddressGuard({ allow: ['10.0.0.0/8', 'other.test'], isLoopbackAllowed: true })
    expect((await refusalOf('http://idp.test/', { resolve, guard })).code).toBe('scheme_refused')
  })

  it('asks the real resolver for localhost, and refuses what it says', async () => {
    const outbound = createOutbound({ guard: strict, ports: [canaryPort] })
    const got = outbound.get(`https://localhost:${canaryPort}/`, { accept: '*/*' })
    await expect(got).rejects.toMatchObject({ code: 'address_refused' })
    expect(await countSeen()).toBe(0)
  })

  it('never tells the address that a name resolved to', async () => {
    const error = await refusalOf('https://idp.test/', { resolve: resolveTo('10.20.30.40') })
    expect(error.message).toContain('idp.test resolves to an address that is not public')
    expect(error.message).not.toContain('10.20')
    const closed = await shutPort()
    const options = { guard: outsideGuard, resolve: resolveTo(outside) }
    const unreachable = await refusalOf(`https://idp.test:${closed}/`, options)
    expect(unreachable.code).toBe('unreachable')
    expect(unreachable.message).not.toContain(outside)
  })

  it('does not use the proxy of the environment', async () => {
    const { url, options } = await startOutside((_request, response) => response.end('direct'))
    const names = ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'] as const
    for (const name of names) process.env[name] = `http://127.0.0.1:${canaryPort}`
    try {
      const answer = await createOutbound({ guard: strict, ...options }).get(url, { accept: '*/*' })
      expect(answer.text).toBe('direct')
    } finally {
      for (const name of names) delete process.env[name]
    }
    expect(await countSeen()).toBe(0)
  })
})

describe('GHSA-c2fv-2fmj-9xrx, GHSA-9h3q-32c7-r533, open-ace#1796, PortOS#1900: a name that changes its mind', () => {
  it('is asked once and pinned: a second answer of loopback is never heard', async () => {
    let asked = 0
    const resolve: Resolve = async () => {
      asked += 1
      return [toResolved(asked === 1 ? outside : '127.0.0.1')]
    }
    const { url, options } = await startOutside((_request, response) => response.end('outside'))
    await startCanary('127.0.0.1', Number(new URL(url).port))
    const outbound = createOutbound({ guard: outsideGuard, ...options, resolve })
    expect((await outbound.get(url, { accept: '*/*' })).text).toBe('outside')
    expect(asked).toBe(1)
    // The next call asks anew, and judges anew.
    await expect(outbound.get(url, { accept: '*/*' })).rejects.toMatchObject({ code: 'address_refused' })
    expect(asked).toBe(2)
    expect(await countSeen()).toBe(0)
  })

  it('is not asked again when the pinned address does not answer', async () => {
    let asked = 0
    const resolve: Resolve = async () => {
      asked += 1
      return [toResolved(asked === 1 ? outside : '127.0.0.1')]
    }
    const port = await shutPort()
    await startCanary('127.0.0.1', port)
    const probe = await refusalOf(`https://idp.test:${port}/`, { guard: outsideGuard, resolve })
    expect(probe.code).toBe('unreachable')
    expect(asked).toBe(1)
    expect(await countSeen()).toBe(0)
  })

  it('is refused when but one of its addresses is inner, wherever it stands in the list', async () => {
    const addresses = [publicAddress, '2606:4700::1111', '127.0.0.1']
    const lists = [addresses, [...addresses].reverse(), [publicAddress, '127.0.0.1', publicAddress]]
    for (const list of lists) {
      const error = await refusalOf(`https://idp.test:${canaryPort}/`, {
        ports: [canaryPort],
        resolve: resolveTo(...list),
      })
      expect(error.code).toBe('address_refused')
    }
    expect(await countSeen()).toBe(0)
  })
})

async function shutPort(): Promise<number> {
  const server = createServer()
  const port = await listen(server, outside)
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('CVE-2024-46990: an answer leads nowhere else', () => {
  it.each([300, 301, 302, 303, 307, 308])('does not follow a %i to loopback', async (status) => {
    const location = `https://127.0.0.1:${canaryPort}/inner?token=secret`
    const { url, options } = await startOutside((_request, response) =>
      response.writeHead(status, { location, refresh: `0;url=${location}` }).end('moved'),
    )
    const error = await refusalOf(url, options)
    expect(error.code).toBe('redirected')
    expect(error.message).toContain(`idp.test answered ${status}`)
    expect(error.message).not.toContain('secret')
    const posted = createOutbound({ guard: strict, ...options }).send({
      method: 'POST',
      url,
      headers: {},
      body: '{}',
    })
    await expect(posted).rejects.toMatchObject({ code: 'redirected' })
    expect(await countSeen()).toBe(0)
  })

  it('does not go to an alternative service that the answer names, RFC 7838', async () => {
    const { url, options } = await startOutside((_request, response) =>
      response.setHeader('alt-svc', `h2="127.0.0.1:${canaryPort}"`).end('ok'),
    )
    const outbound = createOutbound({ guard: strict, ...options })
    await outbound.get(url, { accept: '*/*' })
    expect((await outbound.get(url, { accept: '*/*' })).text).toBe('ok')
    expect(await countSeen()).toBe(0)
  })
})

describe('an answer that does not end', () => {
  const block = Buffer.alloc(65_536, 'a')

  it('is dropped after 1 MB, when it never ends', async () => {
    let sent = 0
    const { url, options } = await startOutside((_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(block)) sent += block.length
      }
      response.on('drain', write)
      write()
    })
    expect((await refusalOf(url, options)).code).toBe('too_large')
    expect(sent).toBeLessThan(32 * 1_048_576)
  })

  it('is dropped after 1 MB, when it announces 1 GB', async () => {
    const closed = Promise.withResolvers<void>()
    const { url, options } = await startOutside((_request, response) => {
      response.setHeader('content-length', 1_073_741_824)
      const write = (): void => {
        while (!response.destroyed && response.write(block));
      }
      response.on('drain', write).on('close', closed.resolve)
      write()
    })
    expect((await refusalOf(url, options)).code).toBe('too_large')
    await closed.promise
  })

  it('is read up to the last byte of 1 MB, and not one further', async () => {
    const { url, options } = await startOutside((request, response) =>
      response.end('a'.repeat(Number(request.url!.slice(1)))),
    )
    const outbound = createOutbound({ guard: strict, ...options })
    const answer = await outbound.get(new URL('/1048576', url).href, { accept: '*/*' })
    expect(answer.text.length).toBe(1_048_576)
    expect((await refusalOf(new URL('/1048577', url).href, options)).code).toBe('too_large')
  })

  const zeros = Buffer.alloc(64 * 1_048_576)
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
  it.each([
    ['gzip', gzipSync(zeros), 'too_large'],
    ['deflate', deflateSync(zeros), 'too_large'],
    ['br', brotliCompressSync(zeros, quick), 'too_large'],
    ['gzip, gzip', gzipSync(gzipSync(zeros)), 'not_ok'],
    ['zstd', Buffer.from('x'), 'not_ok'],
    ['constructor', Buffer.from('x'), 'not_ok'],
    ['gzip', Buffer.from('this is not gzip'), 'not_ok'],
    ['gzip', gzipSync('cut short').subarray(0, 12), 'not_ok'],
  ])('and a bomb in %s (case %#) is not unfolded: %s', async (encoding, body, code) => {
    expect(body.length).toBeLessThan(1_048_576)
    const { url, options } = await startOutside((_request, response) =>
      response.setHeader('content-encoding', encoding).end(body),
    )
    expect((await refusalOf(url, options)).code).toBe(code)
  })

  it('is counted as sent too: gzip without end that unfolds to nothing', async () => {
    const nothing = gzipSync('')
    const many = Buffer.concat(Array.from({ length: 4_096 }, () => nothing))
    const { url, options } = await startOutside((_request, response) => {
      response.setHeader('content-encoding', 'gzip')
      const write = (): void => {
        while (!response.destroyed && response.write(many));
      }
      response.on('drain', write)
      write()
    })
    expect((await refusalOf(url, options)).code).toBe('too_large')
  })

  it('has its headers counted too', async () => {
    const { url, options } = await startOutside((_request, response) =>
      response.setHeader('x-long', 'a'.repeat(40_000)).end(),
    )
    expect((await refusalOf(url, options)).code).toBe('too_large')
  })

  it.each<[string, RequestListener]>([
    ['no headers', () => undefined],
    ['headers and no body', (_request, response) => void response.writeHead(200).flushHeaders()],
    [
      'a byte now and then',
      (_request, response) => {
        const timer = setInterval(() => response.write('a'), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
    [
      'informational answers without end',
      (_request, response) => {
        const timer = setInterval(() => response.writeProcessing(), 20)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('is left when the time is over: %s', async (_what, listener) => {
    const { url, options } = await startOutside(listener)
    const startedAt = performance.now()
    expect((await refusalOf(url, { ...options, timeoutMs: 400 })).code).toBe('timed_out')
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })

  it('is left when the time is over: a server that never begins TLS, and a resolver that never answers', async () => {
    const port = await listen(createServer(), outside)
    const options = { guard: outsideGuard, resolve: resolveTo(outside), timeoutMs: 400 }
    expect((await refusalOf(`https://idp.test:${port}/`, options)).code).toBe('timed_out')
    const mute = { ...options, resolve: () => new Promise<never>(() => undefined) }
    expect((await refusalOf(`https://idp.test:${port}/`, mute)).code).toBe('timed_out')
  })

  it('is ended by close, and nothing is asked after it', async () => {
    const begun = Promise.withResolvers<void>()
    const { url, options } = await startOutside(() => begun.resolve())
    const outbound = createOutbound({ guard: strict, ...options })
    const call = outbound.get(url, { accept: '*/*' })
    const ended = expect(call).rejects.toMatchObject({ code: 'unreachable' })
    await begun.promise
    outbound.close()
    await ended
    await expect(outbound.get(url, { accept: '*/*' })).rejects.toMatchObject({ code: 'unreachable' })
  })
})

describe('the good way', () => {
  it('reaches an allowed host by https, under its own name, asking DNS once', async () => {
    let request: IncomingMessage | undefined
    const { url, options } = await startOutside((incoming, response) => {
      request = incoming
      response.setHeader('content-type', 'Application/samlmetadata+XML; charset=utf-8')
      response.setHeader('content-encoding', 'gzip')
      response.setHeader('set-cookie', ['a=1', 'b=2']).end(gzipSync('<é/>'))
    })
    let asked = 0
    const resolve: Resolve = async () => {
      asked += 1
      return [toResolved(outside)]
    }
    const guard = createAddressGuard({ allow: ['idp.test'], isLoopbackAllowed: false })
    const outbound = createOutbound({ ...options, guard, resolve })
    const answer = await outbound.get(`${url.replace('idp.test', 'IDP.test.')}?a=1#part`, {
      accept: 'text/xml',
    })
    expect(answer).toMatchObject({ status: 200, text: '<é/>', contentType: 'application/samlmetadata+xml' })
    expect(answer.headers['set-cookie']).toBe('a=1, b=2')
    expect(asked).toBe(1)
    expect(request!.url).toBe('/metadata?a=1')
    expect((request!.socket as TLSSocket & { servername?: string }).servername).toBe('idp.test')
    expect(request!.headers).toMatchObject({
      'user-agent': 'Rollcall',
      accept: 'text/xml',
      host: new URL(url).host,
    })
    // A cookie that was set is not sent back.
    await outbound.get(url, { accept: 'text/xml' })
    expect(request!.headers.cookie).toBeUndefined()
  })

  it('sends a body, and lets the caller set neither host nor cookie nor user agent', async () => {
    const received = Promise.withResolvers<{ headers: IncomingMessage['headers']; body: string }>()
    const { url, options } = await startOutside(async (request, response) => {
      const body = (await request.toArray()).join('')
      received.resolve({ headers: request.headers, body })
      response.writeHead(410).end('gone')
    })
    const headers = {
      'Content-Type': 'application/json',
      Host: 'evil.test',
      Cookie: 'a=1',
      'User-Agent': 'x',
      'X-Id': '7',
    }
    const answer = await createOutbound({ guard: strict, ...options }).send({
      method: 'POST',
      url,
      headers,
      body: '{"a":1}',
    })
    expect(answer).toMatchObject({ status: 410, text: 'gone' })
    const { headers: sent, body } = await received.promise
    expect(body).toBe('{"a":1}')
    expect(sent).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Rollcall', 'x-id': '7' })
    expect([sent.host, sent.cookie]).toEqual([new URL(url).host, undefined])
  })

  it('refuses a header that would begin a second one', async () => {
    const { url, options } = await startOutside((_request, response) => response.end('reached'))
    const headers = { 'x-a': '1\r\nX-B: 2' }
    const sent = createOutbound({ guard: strict, ...options }).send({ method: 'POST', url, headers })
    await expect(sent).rejects.toBeInstanceOf(OutboundError)
  })

  it.each([400, 404, 500])(
    'tells of a status %i that a GET has, without waiting for its body',
    async (status) => {
      const { url, options } = await startOutside((_request, response) =>
        response.writeHead(status).write('the rest never comes'),
      )
      const error = await refusalOf(url, options)
      expect(error.code).toBe('not_ok')
      expect(error.message).toContain(String(status))
    },
  )

  it('refuses a certificate of an unknown authority or another name, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const { url, options } = await startOutside((_request, response) => response.end('reached'))
    const { ca: _known, ...withoutAuthority } = options
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const unknown = await refusalOf(url, withoutAuthority)
      expect([unknown.code, unknown.message]).toEqual(['unreachable', expect.stringContaining('not trusted')])
      const otherName = await refusalOf(url.replace('idp.test', 'other.test'), options)
      expect([otherName.code, otherName.message]).toEqual([
        'unreachable',
        expect.stringContaining('not trusted'),
      ])
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    }
  })

  it('reaches loopback by http under development, and an inner host by http where it is listed', async () => {
    const port = await listen(
      createHttpServer((_request, response) => response.end('inner')),
      '127.0.0.1',
    )
    const dev = createAddressGuard({ allow: [], isLoopbackAllowed: true })
    const get = (guard: typeof dev, host: string) =>
      createOutbound({ guard, resolve: resolveTo('127.0.0.1') }).get(`http://${host}:${port}/`, {
        accept: '*/*',
      })
    expect((await get(dev, '127.0.0.1')).text).toBe('inner')
    expect((await get(dev, 'localhost')).text).toBe('inner')
    const listed = createAddressGuard({ allow: ['idp.internal'], isLoopbackAllowed: false })
    expect((await get(listed, 'idp.internal')).text).toBe('inner')
    await expect(get(listed, 'other.internal')).rejects.toMatchObject({ code: 'address_refused' })
  })
})
