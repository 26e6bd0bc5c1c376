// A mail server on loopback that keeps what it is told, byte for byte.
import { createServer, type Server } from 'node:net'
import { afterAll } from 'vitest'

export interface Letterbox {
  readonly url: string
  /** SMTP commands before the messages. */
  readonly commands: string[]
  readonly messages: string[]
}

/** Mail servers that end with the file; `reply` answers each command outside of a message. */
export function createLetterboxes(): (reply?: (command: string) => string) => Promise<Letterbox> {
  const servers: Server[] = []
  afterAll(() => servers.forEach((server) => void server.close()))
  return async (reply = () => '250 ok') => {
    const box = { commands: [] as string[], messages: [] as string[] }
    const server = createLetterbox(box, reply)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return { ...box, url: `smtp://127.0.0.1:${(server.address() as { port: number }).port}` }
  }
}

function createLetterbox(box: Omit<Letterbox, 'url'>, reply: (command: string) => string): Server {
  return createServer((socket) => {
    let buffer = ''
    let isData = false
    socket.write('220 letterbox\r\n')
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        buffer += bytes.toString()
        for (let end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n'); end >= 0; ) {
          const part = buffer.slice(0, end)
          buffer = buffer.slice(end + (isData ? 5 : 2))
          const isDataNext = !isData && part === 'DATA'
          const answer = isData ? '250 ok' : isDataNext ? '354 go on' : reply(part)
          ;(isData ? box.messages : box.commands).push(part)
          socket.write(`${answer}\r\n`)
          isData = isDataNext
          end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n')
        }
      })
  })
}
