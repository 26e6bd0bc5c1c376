// `npm run bench:peers`: sends the same requests to this service and to the libraries that teams build on instead, in one run.
// Installs each library into a folder of its own; one that cannot be installed or started is said, and not counted.
import { execFile } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { startPostgres } from '../test/postgres/server.ts'
import { describeMachine, keepPeers, type PeerColumn, type PeersRun, watchMachine } from './figures.ts'
import { type Ask, costOf, type Figures, measure, quietest, send } from './measure.ts'
import { createAsk, type Scenario, scenarios } from './requests.ts'
import {
  createDirectory,
  createDirectoryAt,
  type Directory,
  load,
  loadEveryone,
  serviceSettings,
} from './service.ts'
import { startTarget, type Target } from './target.ts'

const root = resolve(import.meta.dirname, '..')
const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    /** Where the libraries are, or are put: an installation that is there is used again. */
    folder: { type: 'string', default: join(tmpdir(), 'rollcall-bench-peers') },
    'dry-run': { type: 'boolean', default: false },
  },
})
const [people, seconds, rounds] = [Number(values.people), Number(values.seconds), Number(values.rounds)]
const run = promisify(execFile)

interface Peer {
  readonly name: string
  /** Its file in bench/peers, and the folder that it is installed into. */
  readonly file: string
  /** Exact versions, as the registry has them. */
  readonly packages: Readonly<Record<string, string>>
  /** The package whose version is told. */
  readonly main: string
  readonly store: 'memory' | 'postgres'
}

const scimmy = { express: '5.1.0', pg: '8.20.0', scimmy: '1.3.5', 'scimmy-routers': '1.3.2' }
const peers: readonly Peer[] = [
  {
    name: 'Polis core, PostgreSQL',
    file: 'polis',
    packages: { '@boxyhq/saml-jackson': '26.2.0' },
    main: '@boxyhq/saml-jackson',
    store: 'postgres',
  },
  {
    name: 'better-auth SCIM, PostgreSQL',
    file: 'better-auth',
    packages: {
      '@better-auth/core': '1.7.5',
      '@better-auth/scim': '1.7.5',
      '@better-auth/utils': '0.4.2',
      'better-auth': '1.7.5',
      'better-call': '1.4.0',
      pg: '8.20.0',
    },
    main: '@better-auth/scim',
    store: 'postgres',
  },
  { name: 'SCIMMY, in memory', file: 'scimmy', packages: scimmy, main: 'scimmy', store: 'memory' },
  { name: 'SCIMMY, PostgreSQL', file: 'scimmy', packages: scimmy, main: 'scimmy', store: 'postgres' },
]
/** What none of them offers, or what is not about one request. */
const apart: ReadonlySet<Scenario> = new Set([
  'filter by e-mail',
  'list at 90 %',
  'cursor of 100',
  'bulk of 100',
])
const lines = scenarios.filter((one) => !apart.has(one))

/** What all of them take in one request. */
const membersOfPatch = 100

interface Contender {
  readonly name: string
  readonly version: string
  readonly target: Target
  readonly directory: Directory
  readonly stop: () => Promise<void>
}

const isWanted = (name: string): boolean => name.toLowerCase().includes(values.only.toLowerCase())
const others = watchMachine()
const faults: PeerColumn[] = []
const contenders: Contender[] = []
const seen = new Map<Contender, Map<Scenario, Figures[]>>()
try {
  for (const store of ['embedded', 'postgres'] as const) {
    const name = store === 'embedded' ? 'Rollcall, embedded' : 'Rollcall, PostgreSQL'
    if (isWanted('rollcall') || isWanted(name)) contenders.push(await startOwn(name, store))
  }
  for (const peer of peers) {
    if (!isWanted(peer.name)) continue
    const version = peer.packages[peer.main] as string
    try {
      contenders.push(await startPeer(peer, version))
    } catch (error) {
      const fault = String(error).split('\n')[0] ?? ''
      console.error(`${peer.name}: ${fault}`)
      faults.push({ name: peer.name, version, fault, lines: {} })
    }
  }
  for (const contender of contenders) seen.set(contender, new Map())
  for (let round = 1; round <= rounds; round += 1) {
    for (const line of lines) for (const contender of contenders) await measureLine(contender, line)
    // What a round has shown stays, also where the next one is cut off.
    if (!values['dry-run']) keepPeers(await summarize(round))
  }
} finally {
  for (const { stop } of contenders) await stop()
}

async function summarize(round: number): Promise<PeersRun> {
  const usages = await Promise.all(contenders.map(({ target }) => target.usage()))
  const otherLoad = others(usages.reduce((sum, usage) => sum + costOf(usage), 0))
  const columns = contenders.map((contender) => ({
    name: contender.name,
    version: contender.version,
    lines: Object.fromEntries(
      [...(seen.get(contender) ?? [])].map(([line, figures]) => [line, quietest(figures)]),
    ),
  }))
  return { ...describeMachine(), rounds: round, seconds, otherLoad, people, columns: [...columns, ...faults] }
}

async function measureLine(contender: Contender, line: Scenario): Promise<void> {
  const { name, target, directory } = contender
  const found = seen.get(contender) as Map<Scenario, Figures[]>
  if (directory.everyone === undefined && line === 'member') return
  const figures = await measure(target, seconds, createAsk(line, directory))
  found.set(line, [...(found.get(line) ?? []), figures])
  const { serverMs, databaseMs, perSecond, refused } = figures
  console.error(
    `${name.padEnd(30)} ${line.padEnd(14)} ${perSecond.toFixed(0).padStart(6)}/s  CPU ${serverMs.toFixed(3)} + ${databaseMs.toFixed(3)} ms${refused > 0 ? `  ${refused} refused` : ''}`,
  )
}

async function startOwn(name: string, store: 'embedded' | 'postgres'): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const words = ['--max-semi-space-size=8', join(root, 'packages/cli/dist/main.js'), 'serve']
  const settings = { ...serviceSettings, ROLLCALL_DATA: folder }
  const started = await startOn(words, settings, '/readyz', store === 'postgres')
  const directory = await createDirectory(started.target)
  await fill(started.target, directory)
  const stop = async (): Promise<void> => {
    await started.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { name, version: '', target: started.target, directory, stop }
}

async function startPeer(peer: Peer, version: string): Promise<Contender> {
  const file = await install(peer)
  const started = await startOn([file], { NODE_ENV: 'production' }, '/ready', peer.store === 'postgres')
  try {
    const ready = await fetch(`${started.target.url}/ready`)
    const { base, headers } = (await ready.json()) as { base: string; headers: Record<string, string> }
    const directory = createDirectoryAt(base, headers)
    await fill(started.target, directory)
    return { name: peer.name, version, target: started.target, directory, stop: started.stop }
  } catch (error) {
    await started.stop()
    throw error
  }
}

async function install({ file, packages }: Peer): Promise<string> {
  const folder = join(values.folder, file)
  mkdirSync(folder, { recursive: true })
  const server = join(folder, 'server.js')
  copyFileSync(join(root, 'bench/peers', `${file}.js`), server)
  if (Object.entries(packages).every(([name, version]) => readVersion(folder, name) === version))
    return server
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies: packages }),
  )
  console.error(`installing ${Object.keys(packages).join(', ')} into ${folder}`)
  // Nothing of theirs runs before it is asked for.
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
  await run('npm', words, { cwd: folder, timeout: 600_000 })
  return server
}

function readVersion(folder: string, name: string): string | undefined {
  const file = join(folder, 'node_modules', name, 'package.json')
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
    : undefined
}

/** Each has a PostgreSQL of its own, so that its processes are nobody else's. */
async function startOn(
  words: readonly string[],
  settings: Record<string, string>,
  path: string,
  withPostgres: boolean,
): Promise<{ readonly target: Target; readonly stop: () => Promise<void> }> {
  const postgres = withPostgres ? await startPostgres() : undefined
  try {
    const database = postgres === undefined ? {} : { DATABASE_URL: await postgres.createDatabase() }
    const target = await startTarget(words, { ...settings, ...database }, path, postgres)
    const stop = async (): Promise<void> => {
      await target.stop()
      await postgres?.stop()
    }
    return { target, stop }
  } catch (error) {
    await postgres?.stop()
    throw error
  }
}

/** People, and the group of everybody where there are groups and it takes that many. */
async function fill(target: Target, directory: Directory): Promise<void> {
  await load(target, directory, people)
  await loadEveryone(target, directory, membersOfPatch).catch((error: unknown) => {
    console.error(`no group of everybody: ${String(error).slice(0, 300)}`)
  })
  const first: Ask = {
    method: 'GET',
    path: `${directory.base}/Users/${directory.ids[0]}`,
    headers: directory.headers,
  }
  if ((await send(target, first)) !== 200) throw new Error('the first person cannot be read')
}
