// The proxies of deploy/proxy as they stand there, but for names and ports, with TLS and the service behind: those that the machine has.
// Judges: server/http.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Agent, fetch } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../harness/ports.ts'
import { operatorKey, type ServiceProcess, startProcess } from '../harness/process.ts'
import { createCertificate } from '../harness/tls.ts'

const deploy = resolve(import.meta.dirname, '../../deploy')
const folder = mkdtempSync(join(tmpdir(), 'rollcall-deploy-'))
const authorization = `Bearer ${operatorKey}`
let service: ServiceProcess

/** Another value for what stands there; it must stand there. */
function exchange(text: string, pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs).reduce((all, [from, to]) => {
    expect(all).toContain(from)
    return all.replaceAll(from, to)
  }, text)
}

function startNginx(port: number): ChildProcess {
  const place = join(folder, 'nginx')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  for (const name of temporary) mkdirSync(join(place, name), { recursive: true })
  const { key, cert } = createCertificate('id.acme.test')
  writeFileSync(join(place, 'cert.pem'), cert)
  writeFileSync(join(place, 'key.pem'), key)
  const site = exchange(readFileSync(join(deploy, 'proxy/nginx.conf'), 'utf8'), {
    '127.0.0.1:4000': new URL(service.url).host,
    'listen 80;': `listen unix:${join(place, 'plain.sock')};`,
    'listen 443 ': `listen 127.0.0.1:${port} `,
    '/etc/ssl/id.acme.test.pem': join(place, 'cert.pem'),
    '/etc/ssl/id.acme.test.key': join(place, 'key.pem'),
  })
  const paths = temporary.map((name) => `${name}_temp_path ${join(place, name)};`).join('\n')
  // As root it would take another user for its workers, who may write nothing here.
  const user = process.getuid?.() === 0 ? 'user root;\n' : ''
  const around = `${user}daemon off;\nerror_log stderr warn;\npid ${join(place, 'pid')};\nevents {}\n`
  writeFileSync(join(place, 'nginx.conf'), `${around}http {\naccess_log off;\n${paths}\n${site}}\n`)
  return spawn('nginx', ['-c', join(place, 'nginx.conf'), '-p', place, '-e', 'stderr'], { stdio: 'pipe' })
}

function startCaddy(port: number): ChildProcess {
  const place = join(folder, 'caddy')
  mkdirSync(place)
  const own = '{\nadmin off\nskip_install_trust\nlocal_certs\nauto_https disable_redirects\n}\n'
  writeFileSync(join(place, 'Caddyfile'), own + readFileSync(join(deploy, 'proxy/Caddyfile'), 'utf8'))
  const words = ['run', '--adapter', 'caddyfile', '--config', join(place, 'Caddyfile')]
  const env = { PATH: process.env.PATH, HOME: place, XDG_DATA_HOME: place, XDG_CONFIG_HOME: place }
  const settings = { DOMAIN: `https://127.0.0.1:${port}`, ROLLCALL: new URL(service.url).host }
  return spawn('caddy', words, { stdio: 'pipe', env: { ...env, ...settings } })
}

const isThere = (command: string, word: string): boolean => spawnSync(command, [word]).status === 0
const fronts = [
  ...(isThere('nginx', '-v') ? [['nginx', startNginx] as const] : []),
  ...(isThere('caddy', 'version') ? [['Caddy', startCaddy] as const] : []),
]
if (fronts.length < 2)
  console.log('Not on this machine: nginx, Caddy or both. Get them with: apt-get install nginx-light caddy')

describe.runIf(fronts.length > 0)('A2: the proxies of deploy/proxy', () => {
  beforeAll(async () => {
    service = await startProcess({
      ROLLCALL_DATA: folder,
      ROLLCALL_URL: 'https://id.acme.test',
      ROLLCALL_TRUSTED_PROXIES: '127.0.0.1/32',
      ROLLCALL_REQUEST_LOG: 'all',
      ROLLCALL_LOG_LEVEL: 'info',
    })
    await service.admin.call('createOrganization', { body: { name: 'Acme', slug: 'acme' } })
  })
  afterAll(async () => {
    await service?.end('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  })

  describe.each(fronts)('%s', (name, start) => {
    const dispatcher = new Agent({ allowH2: false, connect: { rejectUnauthorized: false } })
    let child: ChildProcess
    let url: string
    beforeAll(async () => {
      const port = await freePort()
      url = `https://127.0.0.1:${port}`
      child = start(port)
      let said = ''
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (said += part))
      const isReady = async (): Promise<boolean> =>
        fetch(`${url}/readyz`, { dispatcher }).then(
          ({ ok }) => ok,
          () => false,
        )
      for (let round = 0; !(await isReady()); round += 1) {
        if (round === 400 || child.exitCode !== null) throw new Error(`${name} did not start:\n${said}`)
        await new Promise((done) => setTimeout(done, 25))
      }
    })
    afterAll(async () => {
      const ended = new Promise((done) => child.once('exit', done))
      if (child.kill('SIGTERM')) await ended
      await dispatcher.destroy()
    })

    it('hand on the console, bodies of many megabytes and long addresses', async () => {
      const page = await fetch(`${url}/`, { dispatcher })
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('<script')
      const rows = { dryRun: true, format: 'csv', csv: 'email\nada@acme.test' }
      const imported = await fetch(`${url}/api/v1/organizations/acme/users/import`, {
        method: 'POST',
        body: JSON.stringify(rows) + ' '.repeat(8 * 1024 * 1024),
        headers: { authorization, 'content-type': 'application/json' },
        dispatcher,
      })
      expect([imported.status, await imported.json()]).toEqual([
        200,
        expect.objectContaining({ dryRun: true }),
      ])
      const long = await fetch(`${url}/sso?email=${'a'.repeat(7_900)}`, { dispatcher })
      expect([name, long.status < 500 && long.status !== 414]).toEqual([name, true])
    })

    it('hand on server-sent events as they come', async () => {
      const address = `${url}/api/v1/organizations/acme/provisioning/stream`
      const stream = await fetch(address, { headers: { authorization }, dispatcher })
      expect(stream.headers.get('content-type')).toContain('text/event-stream')
      const reader = stream.body?.getReader()
      const first = await reader?.read()
      expect(first?.value?.length).toBeGreaterThan(0)
      await reader?.cancel()
    })

    it('say who asks, and let nobody say it for himself', async () => {
      const requestId = `who-asks-${name}`
      const headers = { 'x-forwarded-for': '203.0.113.9', 'x-request-id': requestId }
      await fetch(`${url}/sso`, { headers, dispatcher })
      const find = () =>
        service
          .output()
          .split('\n')
          .find((line) => line.includes(requestId))
      await expect.poll(find).toBeDefined()
      expect(JSON.parse(find() ?? '{}')).toMatchObject({ ip: '127.0.0.1' })
    })
  })
})
