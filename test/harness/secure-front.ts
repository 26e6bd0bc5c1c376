// Several hosts by TLS on one port, each with a server of plain HTTP behind it: what a browser meets as sites of their own.
import { Agent, request as ask } from 'node:http'
import { createServer } from 'node:https'
import { freePort } from './ports.ts'
import { createCertificate } from './tls.ts'

export interface SecureFront {
  readonly port: number
  urlOf(host: string): string
  close(): Promise<void>
}

/** `targets`: host -> where it is served; may be filled later. Any name is believed: browsers of tests ignore faults of certificates. */
export async function startSecureFront(targets: ReadonlyMap<string, string>): Promise<SecureFront> {
  const agent = new Agent({ keepAlive: true })
  const server = createServer(createCertificate('test'), (request, response) => {
    const [host = ''] = (request.headers.host ?? '').split(':')
    const target = targets.get(host)
    if (target === undefined) return void response.writeHead(404).end('no such host')
    const headers = { ...request.headers, 'x-forwarded-proto': 'https' }
    const onward = ask(
      `${target}${request.url ?? '/'}`,
      { method: request.method, headers, agent },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(response)
      },
    )
    onward.once('error', () => response.destroy())
    response.once('close', () => onward.destroy())
    request.pipe(onward)
  })
  const port = await freePort()
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  return {
    port,
    urlOf: (host) => `https://${host}:${port}`,
    close: () =>
      new Promise((done) => {
        agent.destroy()
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}
