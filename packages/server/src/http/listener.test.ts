// The way between Node's HTTP and the doors, over a socket: what goes straight and what goes by way of the web's classes look alike
// from outside.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, request as send } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Answer, type Asked, toResponse } from './asked.ts'
import { readBody } from './body.ts'
import { createListener } from './listener.ts'

const json = { 'content-type': 'application/scim+json; charset=utf-8', etag: 'W/"1"' }
const long = `{"text":"${'ä'.repeat(40_000)}"}`
let returned = 0
let isOver = Promise.withResolvers<void>()

async function* endless(): AsyncGenerator<string> {
  try {
    for (;;) {
      await new Promise(setImmediate)
      yield 'x'.repeat(65_536)
    }
  } finally {
    returned += 1
    isOver.resolve()
  }
}

async function* failing(): AsyncGenerator<string> {
  yield 'begun'
  throw new Error('lost')
}

async function* parts(): AsyncGenerator<string> {
  yield '{"a":'
  yield '"ö"}'
}

const bodies: Readonly<Record<string, () => Answer>> = {
  text: () => new Answer(200, { ...json }, '{"name":"Zoë"}'),
  long: () => new Answer(200, { ...json }, long),
  none: () => new Answer(204, { etag: 'W/"2"' }, undefined),
  unchanged: () => new Answer(304, { etag: 'W/"2"' }, undefined),
  parts: () => new Answer(200, { ...json }, parts()),
  endless: () => new Answer(200, { ...json }, endless()),
  failing: () => new Answer(200, { ...json }, failing()),
  unfit: () => new Answer(200, { location: 'https://acme.test/\u6f22' }, '{}'),
}

async function answer(asked: Asked): Promise<Answer> {
  const name = new URL(asked.url).pathname.split('/').at(-1) ?? ''
  if (name === 'echo') {
    const read = await readBody(asked, 1_000)
    return new Answer('text' in read ? 200 : 413, { ...json }, JSON.stringify(read))
  }
  if (name === 'who') {
    const { headers } = asked
    return new Answer(
      200,
      {},
      JSON.stringify([headers.get('authorization'), headers.has('cookie'), asked.url]),
    )
  }
  if (name === 'refused') return new Answer(401, {}, '{}')
  return (bodies[name] ?? (() => new Answer(404, {}, undefined)))()
}

let server: Server
let port = 0
const ways: string[] = []

beforeAll(async () => {
  server = createServer(
    createListener({
      straight: (asked) => {
        ways.push('straight')
        return answer(asked)
      },
      async fetch(request) {
        ways.push('fetch')
        if (request.url.endsWith('/cookies')) {
          const headers = new Headers()
          headers.append('set-cookie', 'a=1')
          headers.append('set-cookie', 'b=2')
          return new Response(null, { status: 303, headers })
        }
        return toResponse(await answer(request))
      },
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

interface Got {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

function get(path: string, options: { method?: string; body?: string; headers?: object } = {}): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<Got>()
  const { method = 'GET', headers = {} } = options
  const asking = send(
    { port, path, method, headers: headers as Record<string, string>, agent: false },
    (got) => {
      const chunks: Buffer[] = []
      got.on('data', (chunk: Buffer) => chunks.push(chunk))
      got.on('error', reject)
      got.on('end', () => {
        const { date: _, ...kept } = got.headers
        resolve({ status: got.statusCode ?? 0, headers: kept, text: Buffer.concat(chunks).toString() })
      })
    },
  )
  asking.on('error', reject)
  asking.end(options.body)
  return promise
}

/** Bytes as they are, and the whole answer until the connection ends. */
function raw(text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1')
  let got = ''
  socket.on('data', (chunk) => {
    got += chunk.toString()
  })
  socket.on('close', () => resolve(got))
  socket.write(text)
  return promise
}

describe('the two ways', () => {
  it.each(['text', 'long', 'none', 'unchanged', 'parts', 'missing'])(
    'answer %s alike, HEAD too',
    async (name) => {
      for (const method of ['GET', 'HEAD']) {
        const straight = await get(`/scim/v2/${name}`, { method })
        expect(ways.at(-1)).toBe('straight')
        const other = await get(`/other/${name}`, { method })
        expect(ways.at(-1)).toBe('fetch')
        expect(straight).toEqual(other)
      }
    },
  )

  it('give an answer without a body no type and no length, and text its length in bytes', async () => {
    const none = await get('/scim/v2/none')
    expect(none.headers).not.toHaveProperty('content-type')
    expect(none.headers).not.toHaveProperty('content-length')
    const text = await get('/scim/v2/text', { method: 'HEAD' })
    expect(text.headers['content-length']).toBe(String(Buffer.byteLength('{"name":"Zoë"}')))
    expect(text.text).toBe('')
  })

  it('read a body to its bound, with and without an announced length', async () => {
    for (const prefix of ['/scim/v2', '/other']) {
      expect((await get(`${prefix}/echo`, { method: 'POST', body: 'Zoë' })).text).toBe('{"text":"Zoë"}')
      expect((await get(`${prefix}/echo`, { method: 'POST' })).text).toBe('{"text":""}')
      const headers = { 'transfer-encoding': 'chunked' }
      const chunked = { method: 'POST', body: 'y'.repeat(1_001), headers }
      expect((await get(`${prefix}/echo`, chunked)).text).toBe('{"fault":"too_large"}')
      expect((await get(`${prefix}/echo`, { ...chunked, headers: {} })).text).toBe('{"fault":"too_large"}')
    }
  })

  it('take no one of two credentials', async () => {
    const head =
      'Host: acme.test\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n'
    for (const prefix of ['/scim/v2', '/other'])
      expect(await raw(`GET ${prefix}/who HTTP/1.1\r\n${head}`)).toContain(
        `["Bearer a, Bearer b",false,"http://acme.test${prefix}/who"]`,
      )
  })
})

describe('a listener', () => {
  it('leaves addresses that are to be put in order to the adapter, and answers a request without a host', async () => {
    const at = (path: string) => raw(`GET ${path} HTTP/1.1\r\nHost: acme.test\r\nConnection: close\r\n\r\n`)
    expect(await at('/scim/v2/../../other/who')).toContain('"http://acme.test/other/who"')
    expect(ways.at(-1)).toBe('fetch')
    expect(await at('/scim/v2/who?filter=a|b"c"')).toContain('filter=a|b%22c%22')
    expect(ways.at(-1)).toBe('fetch')
    expect(await at('/scim/v20/who')).toContain('"http://acme.test/scim/v20/who"')
    expect(ways.at(-1)).toBe('fetch')
    expect(await raw('GET /scim/v2/who HTTP/1.0\r\n\r\n')).toContain('"http://localhost/scim/v2/who"')
    expect(ways.at(-1)).toBe('straight')
  })

  it('sends each cookie as a header of its own', async () => {
    const { status, headers } = await get('/other/cookies')
    expect(status).toBe(303)
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2'])
  })

  it('answers 500 where a header cannot be sent, and goes on', async () => {
    expect((await get('/scim/v2/unfit')).status).toBe(500)
    expect((await get('/scim/v2/text')).status).toBe(200)
  })

  it('ends the making of a stream whose reader is gone, and makes none for HEAD', async () => {
    for (const method of ['GET', 'HEAD']) {
      returned = 0
      isOver = Promise.withResolvers()
      const asking = send({ port, path: '/scim/v2/endless', method, agent: false })
      asking.on('error', () => undefined)
      asking.end()
      const [got] = (await once(asking, 'response')) as [IncomingMessage]
      if (method === 'GET') await once(got, 'data')
      else got.resume()
      asking.destroy()
      await isOver.promise
      expect(returned).toBe(1)
    }
  })

  it('cuts the connection where the rest cannot be made, so that nobody takes a part for the whole', async () => {
    await expect(get('/scim/v2/failing')).rejects.toThrow()
  })

  it('answers before the end of a body that nobody wants, and the connection ends soon after', async () => {
    const got = await raw(
      'POST /scim/v2/refused HTTP/1.1\r\nHost: acme.test\r\nContent-Length: 100000\r\n\r\n{',
    )
    expect(got).toContain(' 401 ')
  })
})
