// `npm run pack:try`: installs the packed archives into empty folders, as strangers do, and uses them. It asks npm's registry
// for what they depend on. Libraries run on the Node that `TRY_NODE` names as well, else on the machine's own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../test/harness/ports.ts'

const root = resolve(import.meta.dirname, '..')
const archives = resolve(process.argv[2] ?? join(root, 'dist/packages'))
const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as {
  version: string
}
const place = mkdtempSync(join(tmpdir(), 'rollcall-try-'))

/** The machine as it is without this workspace: npm scripts put its commands first. */
const strangers = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((one) => !one.includes('node_modules'))
  .join(delimiter)
const env = { ...process.env, PATH: strangers, NODE_OPTIONS: '' }

function run(
  folder: string,
  command: string,
  words: readonly string[],
  more: Readonly<Record<string, string>> = {},
): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, {
    ...{ cwd: folder, encoding: 'utf8' },
    env: { ...env, ...more },
  })
  if (status !== 0)
    throw new Error(
      `${command} ${words.join(' ')} ended with ${status}: ${error?.message ?? ''}${stdout}${stderr}`,
    )
  return stdout
}

function install(name: string, packages: readonly string[]): string {
  const folder = join(place, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}')
  const files = packages.map((one) => join(archives, `${one}-${version}.tgz`))
  run(folder, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...files])
  return folder
}

/** The first piece of code in a package's own README. */
function readSample(folder: string, name: string): string {
  const text = readFileSync(join(folder, 'node_modules', name, 'README.md'), 'utf8')
  const sample = /```[jt]s\n([\s\S]*?)```/.exec(text)?.[1]
  if (sample === undefined) throw new Error(`the README of ${name} has no sample`)
  return sample
}

function tryLibraries(): void {
  const folder = install('libraries', [
    'rollcall-api',
    'rollcall-client',
    'rollcall-elements',
    'rollcall-scim',
  ])
  const node = process.env.TRY_NODE ?? 'node'
  for (const name of ['api', 'scim']) {
    writeFileSync(join(folder, `${name}.js`), readSample(folder, `@rollcall/${name}`))
    run(folder, node, [`${name}.js`])
  }
  run(folder, node, [
    '--input-type=module',
    '-e',
    "import { verifyWebhook } from '@rollcall/client'; import '@rollcall/elements'; verifyWebhook.name",
  ])
  const settings =
    '{"compilerOptions":{"strict":true,"module":"nodenext","target":"es2024","lib":["es2024","dom"],"types":[]}}'
  writeFileSync(join(folder, 'tsconfig.json'), settings)
  const declared = 'declare const process: { env: Record<string, string | undefined> }\n'
  writeFileSync(join(folder, 'client.ts'), `${declared}${readSample(folder, '@rollcall/client')}`)
  run(folder, process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '-p', folder])
  console.log(
    `The libraries run on Node ${run(folder, node, ['-p', 'process.version']).trim()}, and their types hold.`,
  )
}

function trySimulator(): void {
  const folder = install('simulator', ['rollcall-scim', 'rollcall-simulator'])
  writeFileSync(join(folder, 'sample.js'), readSample(folder, '@rollcall/simulator'))
  run(folder, process.execPath, ['sample.js'])
  console.log('The simulator signs in.')
}

async function waitFor(child: ChildProcess, sentence: string): Promise<void> {
  for await (const part of child.stdout ?? []) if (String(part).includes(sentence)) return
  throw new Error(`the demo ended and never said "${sentence}"`)
}

const customer = `rollcall: 1
organizations:
  - slug: globex
    name: Globex
    requireSso: false
    provisioning: { mode: scim }
`

/** From the archive to the first person whom a simulated directory provisioned. */
async function tryCommand(): Promise<void> {
  const folder = install('command', ['rollcall', 'rollcall-client', 'rollcall-api'])
  const begun = performance.now()
  const port = await freePort(3)
  const operatorKey = 'k'.repeat(40)
  const command = join(folder, 'node_modules/.bin/rollcall')
  const child = spawn(command, ['demo'], {
    ...{ cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
    env: { ...env, PORT: String(port), ROLLCALL_OPERATOR_KEY: operatorKey },
  })
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  try {
    await waitFor(child, 'Ctrl-C stops it')
    const url = `http://localhost:${port}`
    for (const [address, word] of [
      [`${url}/`, '<script'],
      [`http://127.0.0.1:${port + 2}/`, 'html'],
    ] as const)
      if (!(await (await fetch(address)).text()).includes(word)) throw new Error(`${address} is no page`)
    const reach = { ROLLCALL_URL: url, ROLLCALL_OPERATOR_KEY: operatorKey }
    writeFileSync(join(folder, 'rollcall.yaml'), customer)
    const applied = run(folder, command, ['apply', 'rollcall.yaml'], reach)
    if (!applied.includes('Done: 2.')) throw new Error(`the file was not applied:\n${applied}`)
    if (!run(folder, command, ['export', 'globex'], reach).includes('mode: scim'))
      throw new Error('the export lacks what was applied')
    const key = await connectDirectory(folder, url, operatorKey)
    // Without a connection, and so that it says what is missing.
    if (!run(folder, command, ['doctor', 'globex'], reach).includes('warn  connections'))
      throw new Error('the doctor finds nothing')
    const base = `${url}/scim/v2`
    const played = run(folder, command, ['simulate', 'okta', '--url', base, '--key', key, '--users', '1'])
    if (!played.includes('Okta')) throw new Error(`the simulation told nothing:\n${played}`)
    console.log(
      `The demo had its first provisioned person after ${((performance.now() - begun) / 1000).toFixed(1)} s.`,
    )
  } finally {
    child.kill('SIGTERM')
    await Promise.race([ended, sleep(20_000, undefined, { ref: false })])
  }
  if ((await ended) !== 0) throw new Error('the demo did not end well')
}

/** With the client, as a product would; resolves with the key of a directory. */
async function connectDirectory(folder: string, url: string, operatorKey: string): Promise<string> {
  const text = `import { createRollcall } from '@rollcall/client'
const rollcall = createRollcall({ url: '${url}', operatorKey: '${operatorKey}' })
const params = { slug: 'globex' }
const made = await rollcall.call('createKey', { params, body: { name: 'Okta', profile: 'okta' } })
console.log(made.token)
`
  writeFileSync(join(folder, 'connect.js'), text)
  return run(folder, 'node', ['connect.js']).trim()
}

/** The archive unpacked, with the very bytes of its lockfile: what the image and the unit do. */
function tryPinned(): void {
  const folder = join(place, 'pinned')
  mkdirSync(folder)
  run(folder, 'tar', ['xzf', join(archives, `rollcall-${version}.tgz`), '--strip-components=1'])
  run(folder, 'npm', ['ci', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline'])
  run(folder, 'node', ['bin/rollcall.js', 'help'])
  console.log('The unpacked archive runs with what its lockfile pins.')
}

if (!existsSync(archives)) throw new Error(`there is no ${archives}: run "npm run pack:all"`)
try {
  tryLibraries()
  trySimulator()
  await tryCommand()
  tryPinned()
} finally {
  rmSync(place, { recursive: true, force: true })
}
