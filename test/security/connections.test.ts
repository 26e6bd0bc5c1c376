// Connections: so many for one network or one credential, by count and by the order in which they are given up.
// Judges: server/http.
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPlaces, type Place } from '../../packages/server/src/http/places.ts'
import { type Installation, startInstallation } from '../harness/product.ts'

describe('places', () => {
  const make = (perOwner: number, all: number) => {
    const places = createPlaces({ perOwner, perOrganization: all, all })
    const dropped: string[] = []
    const enter = (ip: string, name = ip) => places.enter(ip, () => void dropped.push(name))
    const enterMany = (ip: string, count: number): (Place | undefined)[] =>
      Array.from({ length: count }, (_, at) => enter(ip, `${ip} ${at}`))
    return { places, dropped, enter, enterMany }
  }
  const owed = () => 'owed' as const
  const whole = () => 'worked' as const

  it('M22 one-address-all-connections: one network has its share, and its oldest idle ones make room', () => {
    const { places, dropped, enterMany, enter } = make(3, 100)
    enterMany('192.0.2.1', 5)
    expect(dropped).toEqual(['192.0.2.1 0', '192.0.2.1 1'])
    expect(places.count()).toBe(3)
    expect(enter('192.0.2.2')).toBeDefined()
    expect(enter('::ffff:192.0.2.1')).toBeDefined()
    expect(dropped).toEqual(['192.0.2.1 0', '192.0.2.1 1', '192.0.2.1 2'])
  })

  it('a /64 of IPv6 is one network, the next one another', () => {
    const { places, enter } = make(2, 100)
    for (let at = 1; at < 9; at += 1) enter(`2001:db8:0:1::${at}`)
    expect(places.count()).toBe(2)
    enter('2001:db8:0:2::1')
    expect(places.count()).toBe(3)
  })

  it('idle ones go first, by last use; then who is slow to send; who waits for an answer stays', () => {
    const { dropped, enterMany, enter } = make(4, 100)
    const [busy, slow, used, idle] = enterMany('192.0.2.1', 4)
    busy?.begin(whole)
    slow?.begin(owed)
    used?.begin(whole)()
    expect(idle).toBeDefined()
    const names: (Place | undefined)[] = []
    for (let at = 0; at < 3; at += 1) {
      names.push(enter('192.0.2.1', `later ${at}`))
      names.at(-1)?.begin(whole)
    }
    expect(dropped).toEqual(['192.0.2.1 3', '192.0.2.1 2', '192.0.2.1 1'])
    expect(enter('192.0.2.1')).toBeUndefined()
    busy?.leave()
    expect(enter('192.0.2.1')).toBeDefined()
  })

  it('with a credential the key counts, not the network', () => {
    const { places, dropped, enterMany } = make(3, 100)
    const [first, second, third] = enterMany('192.0.2.1', 3)
    for (const place of [first, second, third]) place?.hold({ credential: 'key a' })
    enterMany('192.0.2.1', 3)
    expect(dropped).toEqual([])
    expect(places.count()).toBe(6)
    // For a fourth of the same key its oldest idle one makes room.
    const [more] = enterMany('192.0.2.2', 1)
    more?.hold({ credential: 'key a' })
    enterMany('192.0.2.2', 3)
    expect(dropped).toEqual(['192.0.2.1 0'])
  })

  it('when all are taken, the idle ones of whoever has the most make room; a busy one never', () => {
    const { places, dropped, enterMany, enter } = make(50, 100)
    enterMany('192.0.2.1', 20)
    // Neighbours with one owner, each with a few: together they have the most.
    for (let at = 0; at < 20; at += 1) enterMany(`2001:db8:1:${at.toString(16)}::1`, 4)
    expect(places.count()).toBe(100)
    for (const name of ['203.0.113.1', '203.0.113.2']) expect(enter(name)).toBeDefined()
    expect(dropped.length).toBeGreaterThan(0)
    expect(dropped.every((name) => name.startsWith('2001:db8:1:') || name.startsWith('192.0.2.1'))).toBe(true)
    expect(dropped[0]).toBe('2001:db8:1:0::1 0')
    const full = make(50, 2)
    for (const ip of ['192.0.2.1', '192.0.2.2']) full.enter(ip)?.begin(whole)
    expect(full.enter('192.0.2.3')).toBeUndefined()
    expect(full.dropped).toEqual([])
  })

  it("a proxy's connections are not counted, its clients are, each by what is under way", () => {
    const { places, dropped } = make(2, 100)
    for (let at = 0; at < 10; at += 1) expect(places.enterProxy(() => dropped.push('proxy'))).toBeDefined()
    const behind = (ip: string) => places.enterBehindProxy(ip, () => dropped.push(ip))
    const held = [behind('192.0.2.1'), behind('192.0.2.1')]
    for (const place of held) place?.begin(whole)
    expect(behind('192.0.2.1')).toBeUndefined()
    expect(behind('192.0.2.2')).toBeDefined()
    held[0]?.leave()
    expect(behind('192.0.2.1')).toBeDefined()
    expect(dropped).toEqual([])
    expect(places.count()).toBe(10)
  })
})

/** A socket that tells what it got. */
interface Line {
  readonly socket: Socket
  readonly received: () => string
  readonly isOpen: () => boolean
  readonly opened: Promise<void>
}

function open(url: string): Line {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let text = ''
  let isOpen = true
  socket.on('data', (part) => (text += part.toString('latin1')))
  socket.on('error', () => undefined)
  socket.on('close', () => (isOpen = false))
  const opened = new Promise<void>((done) => socket.once('connect', done))
  return { socket, received: () => text, isOpen: () => isOpen, opened }
}

const until = async (isTrue: () => boolean): Promise<void> =>
  void (await expect.poll(isTrue, { timeout: 20_000, interval: 20 }).toBe(true))

describe('M22 one-address-all-connections: the sockets of a service', () => {
  let installation: Installation
  const lines: Line[] = []
  beforeAll(async () => {
    installation = await startInstallation('embedded')
  })
  afterAll(async () => {
    for (const { socket } of lines) socket.destroy()
    await installation.stop()
  })
  const openMany = async (count: number, text: string, url = installation.url): Promise<Line[]> => {
    const opened = Array.from({ length: count }, () => open(url))
    lines.push(...opened)
    for (const line of opened) {
      await line.opened
      line.socket.write(text)
    }
    return opened
  }
  const get = (path: string, headers: Record<string, string> = {}): string => {
    const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    return `GET ${path} HTTP/1.1\r\nhost: x\r\n${more.join('')}\r\n`
  }

  it('600 idle ones of one address leave 200, and fresh requests of the same address are served', async () => {
    const opened = await openMany(600, get('/healthz'))
    await until(() => opened.filter(({ isOpen }) => isOpen()).length <= 200)
    for (let turn = 0; turn < 5; turn += 1) {
      const [fresh] = await openMany(1, get('/healthz', { connection: 'close' }))
      await until(() => fresh?.received().startsWith('HTTP/1.1 200') === true)
    }
  })

  it('whoever showed a key keeps its connection while its own address floods', async () => {
    const { admin } = installation
    const slug = 'acme'
    await admin.call('createOrganization', { body: { name: 'Acme', slug, requireSso: false } })
    await admin.call('updateProvisioning', { params: { slug }, body: { mode: 'scim' } })
    const { token } = await admin.call('createKey', { params: { slug }, body: { name: 'x' } })
    const scim = get('/scim/v2/Users', { authorization: `Bearer ${token}` })
    const operator = get('/api/v1/organizations', {
      authorization: `Bearer ${installation.service.operatorKey}`,
    })
    const held = [...(await openMany(1, scim)), ...(await openMany(1, operator))]
    await until(() => held.every(({ received }) => received().startsWith('HTTP/1.1 200')))
    const flood = await openMany(450, get('/healthz'))
    await until(() => flood.filter(({ isOpen }) => isOpen()).length <= 200)
    expect(held.every(({ isOpen }) => isOpen())).toBe(true)
    held[0]?.socket.write(scim)
    await until(() => held[0]?.received().match(/HTTP\/1.1 200/g)?.length === 2)
  })

  it('M27: 400 slow bodies of one address hold 200 places, and give way to a fresh request', async () => {
    const head = `POST /api/v1/portal-sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n`
    const slow = await openMany(400, `${head}{"token":"${'a'.repeat(1_000)}`)
    await until(() => slow.filter(({ isOpen }) => isOpen()).length <= 200)
    const [fresh] = await openMany(1, get('/healthz', { connection: 'close' }))
    await until(() => fresh?.received().startsWith('HTTP/1.1 200') === true)
    expect(slow.filter(({ isOpen }) => isOpen()).length).toBeGreaterThan(150)
    for (const { socket } of slow) socket.destroy()
  })

  it('behind a trusted proxy its sockets are not counted, its clients are', async () => {
    const behind = await startInstallation('embedded', { ROLLCALL_TRUSTED_PROXIES: '127.0.0.0/8' })
    try {
      const opened = await openMany(260, get('/healthz', { 'x-forwarded-for': '203.0.113.1' }), behind.url)
      await until(() => opened.every(({ received }) => received().startsWith('HTTP/1.1 200')))
      expect(opened.every(({ isOpen }) => isOpen())).toBe(true)
      const head = (ip: string) =>
        `POST /api/v1/portal-sessions HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${ip}\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n{`
      const slow = await openMany(230, head('203.0.113.2'), behind.url)
      await until(() => slow.filter(({ isOpen }) => isOpen()).length <= 200)
      expect(slow.slice(-150).every(({ isOpen }) => isOpen())).toBe(true)
      expect(opened.every(({ isOpen }) => isOpen())).toBe(true)
    } finally {
      for (const { socket } of lines) socket.destroy()
      await behind.stop()
    }
  })

  it('a sender that goes away, at any door, leaves no line in the log', async () => {
    const quiet = await startInstallation('embedded')
    const paths = [
      '/oidc/token',
      '/oidc/request',
      '/api/v1/portal-sessions',
      '/saml/conn_x/acs',
      '/scim/oauth/token',
      '/old/acs',
    ]
    const head =
      'host: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\nabc'
    // Twice: the library of the first door is loaded with its first request.
    for (const path of [...paths, ...paths]) {
      const [line] = await openMany(1, `POST ${path} HTTP/1.1\r\n${head}`, quiet.url)
      await fetch(`${quiet.url}/oidc/jwks`)
      line?.socket.destroy()
    }
    await quiet.stop()
    expect(quiet.process.output()).not.toMatch(/failed|Error/)
  })

  it('behind a proxy that nobody named, the first refusal says what to set, once', async () => {
    const unnamed = await startInstallation('embedded', { ROLLCALL_ANONYMOUS_RATE: '1' })
    const ask = (): Promise<Response> =>
      fetch(`${unnamed.url}/sso/nobody`, { headers: { 'x-forwarded-for': '203.0.113.1' } })
    const statuses: number[] = []
    for (let turn = 0; turn < 60; turn += 1) statuses.push((await ask()).status)
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(1)
    await unnamed.stop()
    expect(unnamed.process.output().match(/ROLLCALL_TRUSTED_PROXIES/g)).toHaveLength(1)
  })
})
