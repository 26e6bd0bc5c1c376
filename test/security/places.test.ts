// Who stands behind connections and streams: whatever credentials, sessions and addresses an organization has, it holds its share,
// and somebody else's fresh request is served. By count and by order.
// Judges: server/http.
import type { Server } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStreamPlaces } from '../../packages/server/src/admin/stream-places.ts'
import { createPlaces, type Holder, type Place, type Stage } from '../../packages/server/src/http/places.ts'
import { createReaders, type Readers } from '../../packages/server/src/http/readers.ts'
import { createHttpServer, listen } from '../../packages/server/src/node.ts'
import { type Browser, createBrowser } from '../harness/browser.ts'
import { type Directory, forEachStore, type Service } from '../harness/service.ts'

describe('F2 places: who stands behind a credential', () => {
  const make = () => {
    const places = createPlaces({ perOwner: 4, perOrganization: 6, all: 12 })
    const dropped: string[] = []
    let addresses = 0
    const open = (holder: Holder, stage: Stage | 'idle', name: string): Place | undefined => {
      addresses += 1
      const place = places.enter(`198.51.${addresses}.1`, () => void dropped.push(name))
      if (stage !== 'idle') place?.begin(() => stage)
      place?.hold(holder)
      return place
    }
    return { places, dropped, open }
  }
  const key = (name: string, organizationId = 'org_a', parent?: string): Holder => ({
    credential: `key ${name}`,
    organizationId,
    parent,
  })

  it('an organization has its share, whatever its keys and addresses; another one and anybody is let in', () => {
    const { places, dropped, open } = make()
    for (let at = 0; at < 30; at += 1) open(key(String(at)), 'answered', `a ${at}`)
    expect(places.count()).toBe(6)
    expect(dropped).toHaveLength(24)
    for (let at = 0; at < 3; at += 1) expect(open(key(`b${at}`, 'org_b'), 'worked', 'b')).toBeDefined()
    for (let at = 0; at < 3; at += 1)
      expect(places.enter(`203.0.113.${at}`, () => dropped.push('anybody'))).toBeDefined()
    expect(dropped).toHaveLength(24)
  })

  it('one link, or one person, has no more than one credential has, in however many sessions', () => {
    const { places, open } = make()
    for (let at = 0; at < 9; at += 1) open(key(String(at), 'org_a', 'link_1'), 'answered', `a ${at}`)
    expect(places.count()).toBe(4)
  })

  it('who makes room: the idle, then the slow to send, then answers that go on or are not read; never who waits for us', () => {
    const { dropped, open } = make()
    const stages: (Stage | 'idle')[] = ['worked', 'answered', 'owed', 'idle', 'worked', 'worked']
    for (const [at, stage] of stages.entries()) open(key(String(at)), stage, stage)
    for (let at = 10; at < 15; at += 1) open(key(String(at)), 'worked', `later ${at}`)
    expect(dropped).toEqual(['idle', 'owed', 'answered'])
  })

  it('within an organization whoever has the most gives one up: a link for an administrator', () => {
    const { dropped, open } = make()
    open(key('admin', 'org_a', 'usr_admin'), 'answered', 'admin')
    for (let at = 0; at < 3; at += 1) open(key(`s${at}`, 'org_a', 'link_1'), 'answered', `link ${at}`)
    for (let at = 0; at < 3; at += 1) open(key(`k${at}`), 'answered', `key ${at}`)
    expect(dropped).toEqual(['link 0'])
  })

  it('when all are taken, an answer that is not read is given up as well, of whoever has the most', () => {
    const { places, dropped, open } = make()
    for (let at = 0; at < 6; at += 1) open(key(String(at)), 'answered', 'a')
    for (let at = 0; at < 4; at += 1) open(key(String(at), 'org_b'), 'worked', 'b')
    for (let at = 0; at < 2; at += 1) open(key(String(at), 'org_c'), 'answered', 'c')
    expect(places.enter('203.0.113.9', () => undefined)).toBeDefined()
    expect(dropped).toEqual(['a'])
    // What is behind a proxy gives its connection up with it.
    const behind = createPlaces({ perOwner: 4, perOrganization: 6, all: 1 })
    const proxy = behind.enterProxy(() => dropped.push('proxy'))
    behind
      .enterBehindProxy('203.0.113.1', () => {
        proxy?.leave()
        dropped.push('behind')
      })
      ?.begin(() => 'answered')
    expect(behind.enterProxy(() => undefined)).toBeDefined()
    expect(dropped).toEqual(['a', 'behind'])
  })
})

describe('F2 streams: who stands behind a session', () => {
  const streamer = (sessionId: string, parent: string, isPerson = false, organizationId = 'org_a') => ({
    sessionId,
    parent: { id: parent, isPerson },
    organizationId,
  })

  it('a link holds ten in however many sessions, a person twenty', () => {
    const places = createStreamPlaces()
    const take = (parent: string, isPerson: boolean): number =>
      Array.from({ length: 60 }, (_, at) =>
        places.take(streamer(`${parent} ${at % 12}`, parent, isPerson), () => undefined),
      ).filter((release) => release !== undefined).length
    expect([take('link_1', false), take('usr_1', true)]).toEqual([10, 20])
  })

  it('of an organization whoever has the most gives one up, and nobody to whoever has as many', () => {
    const places = createStreamPlaces()
    const dropped: string[] = []
    const take = (parent: string): boolean => {
      const release = places.take(streamer(`ses ${parent}`, parent), () => {
        dropped.push(parent)
        release?.()
      })
      return release !== undefined
    }
    for (let link = 0; link < 20; link += 1)
      for (let at = 0; at < 10; at += 1) expect(take(`link_${link}`)).toBe(true)
    expect(take('usr_late')).toBe(true)
    expect(dropped).toEqual(['link_0'])
    for (let at = 0; at < 20; at += 1) take('usr_late')
    // It ends where both have as many, within one.
    expect(dropped.length).toBeLessThanOrEqual(10)
    expect(places.take(streamer('ses b', 'link_b', false, 'org_b'), () => undefined)).toBeDefined()
  })
})

/** A socket that tells what it got. */
interface Line {
  readonly socket: Socket
  readonly received: () => string
  readonly isOpen: () => boolean
}

const until = async (isTrue: () => boolean): Promise<void> =>
  void (await expect.poll(isTrue, { timeout: 20_000, interval: 20 }).toBe(true))

/** Until the system takes no more of what was written to it: five looks in a row that say the same. */
async function untilStill(socket: Socket): Promise<void> {
  const { _handle: handle } = socket as unknown as { _handle: { writeQueueSize: number } }
  let [before, same] = [-1, 0]
  await until(() => {
    same = handle.writeQueueSize === before ? same + 1 : 0
    before = handle.writeQueueSize
    return same >= 5
  })
}

describe('F2 readers: who takes nothing of what is sent', () => {
  it('is cut off once nothing was taken for so long; who reads slowly, and an answer that has nothing to say, stay', async () => {
    const readers: Readers = createReaders({ stallMs: 1_000, standing: 10 })
    const served: Socket[] = []
    const server = createServer((socket) => {
      served.push(socket)
      socket.on('error', () => undefined)
      readers.watch(socket)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const reading = connect(port, '127.0.0.1').on('error', () => undefined)
    const [standing, silent] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
    for (const one of [standing, silent]) one.on('error', () => undefined)
    await until(() => served.length === 3)
    const of = (client: Socket): Socket =>
      served.find(({ remotePort }) => remotePort === client.localPort) as Socket
    const much = Buffer.alloc(24 * 1_048_576)
    for (const client of [reading, standing]) of(client).write(much)
    let taken = 0
    reading.on('data', (part) => {
      taken += part.length
      reading.pause()
    })
    await untilStill(of(standing))
    expect(readers.look(0)).toBe(0)
    for (let look = 1; look < 4; look += 1) {
      // So many bytes more that the system must have asked for others of them.
      const wanted = taken + 6 * 1_048_576
      while (taken < wanted) {
        reading.resume()
        await new Promise(setImmediate)
      }
      const ended = readers.look(look * 1_000)
      expect(ended).toBe(look === 1 ? 1 : 0)
    }
    expect([reading, standing, silent].map((client) => of(client).destroyed)).toEqual([false, true, false])
    for (const one of [reading, standing, silent]) one.destroy()
    server.close()
  })
})

describe('F2 readers: too many who stand still', () => {
  it('the longest standing are cut off at once, and only those beyond the number', async () => {
    const readers = createReaders({ stallMs: 1_000_000, standing: 2 })
    const served: Socket[] = []
    const server = createServer((socket) => {
      served.push(socket)
      socket.on('error', () => undefined)
      readers.watch(socket)
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const clients: Socket[] = []
    for (let at = 0; at < 4; at += 1) {
      clients.push(connect(port, '127.0.0.1').on('error', () => undefined))
      await until(() => served.length === at + 1)
      served[at]?.write(Buffer.alloc(24 * 1_048_576))
      await untilStill(served[at] as Socket)
      readers.look(at)
    }
    readers.look(9)
    expect(served.map(({ destroyed }) => destroyed)).toEqual([true, true, false, false])
    for (const one of clients) one.destroy()
    server.close()
  })
})

forEachStore(
  (start) => {
    describe('F2: while one organization opens as much as it can', () => {
      let service: Service
      let server: Server
      let port: number
      const lines: Line[] = []
      const limits = { perOwner: 12, perOrganization: 10, all: 30 }
      beforeAll(async () => {
        service = await start()
        server = createHttpServer(service, { trustedProxies: [], url: service.url }, { limits }).server
        await listen(server, { port: 0, host: '0.0.0.0' })
        port = (server.address() as AddressInfo).port
      })
      afterAll(async () => {
        for (const { socket } of lines) socket.destroy()
        await new Promise((done) => server.close(done))
      })
      const ask = (from: string, path: string, headers: Record<string, string>, reads = true): Line => {
        const socket = connect({ port, host: '127.0.0.1', localAddress: from })
        let text = ''
        let isOpen = true
        socket.on('error', () => undefined)
        socket.on('close', () => (isOpen = false))
        socket.on('data', (part) => {
          text += part.toString('latin1')
          if (!reads) socket.pause()
        })
        const more = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
        socket.write(`GET ${path} HTTP/1.1\r\n${more.join('')}\r\n`)
        const line = { socket, received: () => text, isOpen: () => isOpen }
        lines.push(line)
        return line
      }
      const isServed = async (from: string, path: string, headers: Record<string, string> = {}) => {
        const line = ask(from, path, { connection: 'close', ...headers })
        await until(() => line.received() !== '' || !line.isOpen())
        return line.received().startsWith('HTTP/1.1 200')
      }
      const openSessions = async (slug: string, count: number): Promise<string[]> => {
        const params = { slug }
        const link = await service.admin.call('createPortalLink', {
          params,
          body: { role: 'admin', days: 3 },
        })
        const cookies: string[] = []
        for (let at = 0; at < count; at += 1) {
          const browser: Browser = createBrowser(service.url, service.send)
          await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
          cookies.push([...browser.cookies].map((pair) => pair.join('=')).join('; '))
        }
        return cookies
      }
      const bearer = ({ key }: Directory) => ({ authorization: `Bearer ${key}` })

      it('by any number of links, sessions, keys and addresses, everybody else is served', async () => {
        const [a, b] = [await service.createOrganization(), await service.createOrganization()]
        const cookies = [
          ...(await openSessions(a.organization.slug, 5)),
          ...(await openSessions(a.organization.slug, 5)),
        ]
        const path = `/api/v1/organizations/${a.organization.slug}/provisioning/stream`
        const held: Line[] = []
        for (let turn = 0; turn < 6; turn += 1) {
          const from = `127.0.0.${1 + (turn % 3)}`
          for (const cookie of cookies) held.push(ask(from, path, { cookie }))
          const key = await a.createKey('auto')
          for (let at = 0; at < 4; at += 1)
            held.push(ask(from, '/scim/v2/Users', { authorization: `Bearer ${key}` }, false))
          await until(() => held.every(({ received, isOpen }) => received() !== '' || !isOpen()))
          // From an address of its own, and from one of theirs.
          for (const own of ['127.0.0.9', from]) {
            expect(await isServed(own, '/healthz')).toBe(true)
            expect(await isServed(own, '/readyz')).toBe(true)
            expect(await isServed(own, '/scim/v2/Users', bearer(b))).toBe(true)
          }
        }
        await until(() => held.filter(({ isOpen }) => isOpen()).length <= limits.perOrganization)
        // Their own key is served as well.
        expect(await isServed('127.0.0.1', '/scim/v2/Users', bearer(a))).toBe(true)
      })
    })
  },
  ['embedded'],
)

forEachStore((start) => {
  it('F2: a link has twenty sessions open; for one more the one that was quiet the longest ends', async () => {
    const service = await start()
    const { organization } = await service.createOrganization()
    const params = { slug: organization.slug }
    const link = await service.admin.call('createPortalLink', { params, body: { role: 'admin', days: 3 } })
    const open = async (): Promise<Browser> => {
      const browser = createBrowser(service.url, service.send)
      await browser.call('POST', '/portal-sessions', { token: link.url.split('#token=')[1] })
      service.advance(1_000)
      return browser
    }
    const isIn = async (browser: Browser): Promise<boolean> =>
      (await browser.call('GET', '/session')).status === 200
    const browsers: Browser[] = []
    for (let at = 0; at < 20; at += 1) browsers.push(await open())
    // The first one is used again: it is not quiet.
    service.advance(61_000)
    expect(await isIn(browsers[0] as Browser)).toBe(true)
    const late = [await open(), await open()]
    expect(await Promise.all([...browsers.slice(0, 4), ...late].map(isIn))).toEqual([
      true,
      false,
      false,
      true,
      true,
      true,
    ])
  })
})
