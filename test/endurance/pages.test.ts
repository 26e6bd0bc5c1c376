// The commands of docs/configuration.md, docs/doctor.md, docs/branding.md and docs/embedding.md, as they stand there, in a folder of their own. The
// example's identity providers are nobody's: the plan is made with them, and what is applied names a simulated one.
// Judges: cli/configuration, cli/doctor.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createSamlKey, createSamlProvider } from '@rollcall/simulator'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { readBlocks } from '../harness/page.ts'
import { freePort } from '../harness/ports.ts'
import { operatorKey, type ServiceProcess, startProcess } from '../harness/process.ts'

const root = resolve(import.meta.dirname, '../..')
let folder: string
let service: ServiceProcess
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-pages-'))
  // What a clone has after npm ci: the commands of a page are looked for here.
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  service = await startProcess({ ROLLCALL_DATA: join(folder, 'data'), ROLLCALL_DEV: '1' })
})
afterAll(async () => {
  await service.end('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

/** Runs lines of a page beside the data folder, as somebody who has set nothing; gives the exit code and what was printed. */
function run(...lines: readonly string[]): { status: number | null; output: string } {
  const clean = Object.entries(process.env).filter(
    ([name]) => !/^(ROLLCALL_|DATABASE_URL$|PORT$|HOST$|VITEST)/.test(name),
  )
  const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', lines.join('\n')], {
    ...{ cwd: folder, encoding: 'utf8' },
    env: Object.fromEntries(clean),
  })
  return { status, output: stdout + stderr }
}

it('docs/configuration.md: the example is planned and applied, and what is exported is a plan of nothing', () => {
  const [use = '', exported = '', ...more] = readBlocks('docs/configuration.md')
  const [example = ''] = readBlocks('docs/configuration.md', 'yaml')
  expect(more).toEqual([])
  const file = join(folder, 'rollcall.yaml')
  const [secret = '', plan = '', apply = ''] = use.split('\n')
  writeFileSync(file, example)
  expect(run(plan)).toMatchObject({
    status: 1,
    output: expect.stringContaining('ACME_LOGIN_SECRET is not set'),
  })
  expect(run(secret, plan)).toMatchObject({ status: 0, output: expect.stringContaining('Plan: ') })
  const stopped = run(secret, apply)
  expect(stopped).toMatchObject({ status: 1, output: expect.stringMatching(/refused .*metadata URL/) })

  const configuration = parse(example)
  const [okta] = configuration.organizations[0].connections
  const provider = createSamlProvider({ baseUrl: 'https://acme.okta.com', key: createSamlKey() })
  writeFileSync(join(folder, 'okta.xml'), provider.metadata())
  const { metadataUrl: _, ...others } = okta
  configuration.organizations[0].connections = [{ ...others, metadataXml: 'file:okta.xml' }]
  configuration.applications[0].redirectUris = [`${service.url}/callback`]
  configuration.webhookEndpoints[0].url = `${service.url}/webhooks`
  writeFileSync(file, stringify(configuration))
  expect(run(secret, apply)).toMatchObject({ status: 0, output: expect.stringContaining('Done: ') })
  // Beside the file, for its owner alone, as the page says.
  for (const name of ['product', 'webhooks'])
    expect(statSync(join(folder, 'secrets', name)).mode & 0o077).toBe(0)

  expect(run(exported)).toMatchObject({ status: 0 })
  for (const name of ['rollcall.yaml', 'acme.yaml']) {
    expect(readFileSync(join(folder, name), 'utf8')).toContain('slug: acme')
    writeFileSync(file, readFileSync(join(folder, name), 'utf8'))
    const again = run(plan)
    expect(again).toMatchObject({ status: 0, output: expect.stringContaining('0 to create, 0 to change') })
  }
})

it('docs/doctor.md: each command looks, and says as a whole how it is', () => {
  const [block = ''] = readBlocks('docs/doctor.md')
  const lines = block.split('\n')
  expect(lines).toHaveLength(3)
  const [installation, organization, json] = lines.map((line) => run(line))
  expect(installation).toMatchObject({ status: 0, output: expect.stringMatching(/ 0 wrong\.\n$/) })
  for (const one of [organization, json]) expect([0, 1]).toContain(one?.status)
  expect(organization?.output).toMatch(/^ok {4}domain acme\.test/m)
  expect(JSON.parse(json?.output ?? '')).toMatchObject({ findings: expect.any(Array) })
})

it('docs/branding.md: the brand is said, and gets a logo', async () => {
  const blocks = readBlocks('docs/branding.md')
  writeFileSync(join(folder, 'logo.svg'), '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>')
  const lines = blocks.map((block) =>
    block.replaceAll('localhost:4000', new URL(service.url).host).replaceAll('$OPERATOR_KEY', operatorKey),
  )
  for (const line of lines) expect(run(line).status, line).toBe(0)
  const brand = await service.admin.call('getBrand', {})
  expect(brand).toMatchObject({ productName: 'Acme Docs', images: { logo: { mediaType: 'image/svg+xml' } } })
})

it('docs/embedding.md: the origins are said, and the backend shows the page and asks for a frame', async () => {
  const port = await freePort()
  const toOurs = (block: string): string =>
    block
      .replaceAll('localhost:4000', new URL(service.url).host)
      .replaceAll('localhost:3000', `localhost:${port}`)
      .replaceAll('$OPERATOR_KEY', operatorKey)
      .replace('listen(3000)', `listen(${port}, () => console.log('listens'))`)
  // What the archives are, and that they are installed as the page says, is tried by scripts/try-packages.ts.
  for (const block of readBlocks('docs/embedding.md').filter((text) => !text.startsWith('npm install ')))
    expect(run(toOurs(block)).status, block).toBe(0)
  const { origins } = await service.admin.call('getEmbedding', {})
  expect(origins).toEqual(['https://app.example.com', `http://localhost:${port}`])

  const [backend = ''] = readBlocks('docs/embedding.md', 'js')
  const [page = ''] = readBlocks('docs/embedding.md', 'html')
  mkdirSync(join(folder, 'public'))
  writeFileSync(join(folder, 'public/index.html'), page)
  writeFileSync(join(folder, 'server.mjs'), toOurs(backend))
  const child = spawn(process.execPath, ['server.mjs'], {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
    env: { ...process.env, OPERATOR_KEY: operatorKey },
  })
  try {
    await once(child.stdout, 'data')
    const url = `http://localhost:${port}`
    expect(await (await fetch(url)).text()).toContain('<rollcall-settings session-url="/settings/session">')
    const element = await fetch(`${url}${/src="([^"]+)"/.exec(page)?.[1]}`)
    expect(element.headers.get('content-type')).toContain('javascript')
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ intents: ['settings'] })
    const answer = await fetch(`${url}/settings/session`, { method: 'POST', headers, body })
    expect(await answer.json()).toEqual({ url: expect.stringMatching(/^http:\/\/localhost:\d+\/embed\//) })
  } finally {
    child.kill()
  }
})
