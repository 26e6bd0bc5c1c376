// What stands in front of the service at a path of a host: a small proxy of Node's own, and nginx where the machine has it.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request as ask, createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from './ports.ts'

/** Whether the proxy takes the path off before it hands a request on. */
export type Form = 'takes the path off' | 'leaves the path on'
export const forms: readonly Form[] = ['takes the path off', 'leaves the path on']

export interface Front {
  /** Without a path. */
  readonly url: string
  close(): Promise<void>
}

/** Hands on what is below `path`, and /.well-known/security.txt, to the service at `target`. */
export async function startFront(target: string, path: string, form: Form, own?: number): Promise<Front> {
  const agent = new Agent({ keepAlive: true })
  const server = createServer((request, response) => {
    const url = request.url ?? '/'
    const isOurs = url === path || [`${path}/`, `${path}?`].some((start) => url.startsWith(start))
    if (!isOurs && url !== '/.well-known/security.txt') return void response.writeHead(404).end('elsewhere')
    const below = isOurs && form === 'takes the path off' ? url.slice(path.length) : url
    const headers = { ...request.headers, 'x-forwarded-for': request.socket.remoteAddress ?? '' }
    const onward = ask(
      `${target}${below.startsWith('/') ? below : `/${below}`}`,
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
  const port = own ?? (await freePort())
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        agent.destroy()
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

/** Whether there is an nginx to be had. */
export const hasNginx = spawnSync('nginx', ['-v']).status === 0

/** The configuration that docs/proxy.md shows for this form. */
export function readNginxConfig(form: Form): string {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/proxy.md'), 'utf8')
  const found = page.split(`<!-- nginx: ${form} -->\n\`\`\`nginx\n`)[1]?.split('\n```\n')[0]
  if (found === undefined) throw new Error(`docs/proxy.md shows no configuration of an nginx that ${form}`)
  return found
}

const exchange = (text: string, from: string | RegExp, to: string): string => {
  if (text.search(from) === -1) throw new Error(`the configuration has no ${from}`)
  return text.replace(from, to)
}

/** nginx as a process of our own user, with the configuration of docs/proxy.md: on a loopback port without TLS, and with our service behind it. */
export async function startNginx(target: string, form: Form): Promise<Front> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-nginx-'))
  const port = await freePort()
  let shown = readNginxConfig(form)
  shown = exchange(shown, 'server 127.0.0.1:4000;', `server ${new URL(target).host};`)
  shown = exchange(shown, 'listen 443 ssl;', `listen 127.0.0.1:${port};`)
  shown = exchange(shown, /\n +ssl_certificate .*;\n +ssl_certificate_key .*;/, '')
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  for (const name of folders) mkdirSync(join(folder, name))
  writeFileSync(
    join(folder, 'nginx.conf'),
    [
      'daemon off;',
      'worker_processes 1;',
      `pid ${join(folder, 'nginx.pid')};`,
      'error_log stderr warn;',
      'events { worker_connections 256; }',
      'http {',
      'access_log off;',
      ...folders.map((name) => `${name}_temp_path ${join(folder, name)};`),
      shown,
      '}',
    ].join('\n'),
  )
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  if (process.getuid?.() === 0) spawnSync('chown', ['-R', '65534:65534', folder])
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-p', folder, '-e', 'stderr'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part))
  const url = `http://127.0.0.1:${port}`
  for (let round = 0; ; round += 1) {
    const isUp = await fetch(url).then(
      () => true,
      () => false,
    )
    if (isUp) break
    if (round === 200 || child.exitCode !== null) throw new Error(`nginx did not start:\n${said}`)
    await new Promise((done) => setTimeout(done, 25))
  }
  return {
    url,
    async close() {
      const ended = new Promise((done) => child.once('exit', done))
      if (child.exitCode === null && child.kill('SIGTERM')) await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
