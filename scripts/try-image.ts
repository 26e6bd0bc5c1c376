// `npm run image:try`: looks into the image's archive, and starts what is for this machine, as root and without a container engine:
// read-only, as the image's user, twice on the same data, each time ended by SIGTERM. Other architectures are looked at and not run.
import { spawn } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../test/harness/ports.ts'
import { run } from './run.ts'

const root = resolve(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as {
  version: string
}
const place = mkdtempSync(join(tmpdir(), 'rollcall-image-'))
const user = 65_532
const largestMb = 250
const machine = { x64: 'amd64', arm64: 'arm64' }[process.arch as string]

interface Descriptor {
  readonly digest: string
  readonly platform?: { readonly architecture: string }
}
interface ImageConfig {
  readonly User?: string
  readonly Entrypoint?: readonly string[]
  readonly Env?: readonly string[]
  readonly StopSignal?: string
}

const readBlob = <T>({ digest }: Descriptor): T => JSON.parse(readFileSync(blobOf(digest), 'utf8')) as T
const blobOf = (digest: string): string => join(place, 'archive/blobs', digest.replace(':', '/'))

function demand(isSo: boolean, sentence: string): void {
  if (!isSo) throw new Error(`the image: ${sentence}`)
}

/** Unpacks the archive and gives the image of each architecture. */
function openArchive(): Map<string, Descriptor> {
  mkdirSync(join(place, 'archive'))
  run('tar', ['xf', join(root, `dist/image/rollcall-${version}.tar`), '-C', join(place, 'archive')])
  const { manifests } = JSON.parse(readFileSync(join(place, 'archive/index.json'), 'utf8')) as {
    manifests: [Descriptor]
  }
  const list = readBlob<{ manifests: Descriptor[] }>(manifests[0])
  return new Map(list.manifests.map((one) => [one.platform?.architecture ?? '', one]))
}

/** Looks at one architecture's settings and files; gives the folder with them. */
function look(architecture: string, image: Descriptor): string {
  const { config, layers } = readBlob<{ config: Descriptor; layers: Descriptor[] }>(image)
  const told = readBlob<{ config: ImageConfig }>(config).config
  demand(told.User === `${user}:${user}`, `runs as ${told.User}`)
  demand(told.Entrypoint?.join(' ') === '/usr/bin/rollcall', `starts ${told.Entrypoint}`)
  demand(told.StopSignal === 'SIGTERM', `is stopped by ${told.StopSignal}`)
  demand(
    !told.Env?.some((one) => /KEY|SECRET|PASSWORD|DATABASE_URL/.test(one)),
    'has a secret in its settings',
  )
  const folder = join(place, architecture)
  mkdirSync(folder)
  for (const { digest } of layers) run('tar', ['xzf', blobOf(digest), '-C', folder])
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (one) => !one.isDirectory(),
  )
  const paths = files.map((one) => join(one.parentPath, one.name).slice(folder.length))
  const shells = paths.filter((path) => /\/(sh|bash|dash|busybox|apt|dpkg)$/.test(path))
  demand(shells.length === 0, `has ${shells}`)
  const telling = /(^|\/)(\.npmrc|\.env|\.git|id_[a-z0-9]+|secret\.key|rollcall\.db)$/
  demand(!paths.some((path) => telling.test(path)), 'has what is nobody’s business in a layer')
  const size = Number(run('du', ['-sm', folder]).split('\t')[0])
  demand(size <= largestMb, `takes ${size} MB`)
  const header = readFileSync(join(folder, 'usr/bin/node')).subarray(18, 20).readUInt16LE()
  demand(header === { amd64: 0x3e, arm64: 0xb7 }[architecture], 'has the Node of another architecture')
  console.log(`${architecture}: ${paths.length} files, ${size} MB, no shell, as ${told.User}.`)
  return folder
}

/** From the start until it is ready, and to its end. */
async function serveOnce(folder: string, data: string): Promise<void> {
  const port = await freePort()
  const begun = performance.now()
  const words = [
    '--mount',
    '--propagation',
    'private',
    join(root, 'deploy/image/try.sh'),
    folder,
    data,
    String(port),
  ]
  const child = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  const asks = async (path: string): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ ok }) => ok,
      () => false,
    )
  while (!(await asks('/readyz'))) {
    demand(!isOver, 'ended before it served')
    await sleep(20)
  }
  const ms = Math.round(performance.now() - begun)
  demand(await asks('/'), 'has no console')
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  demand(/^Uid:\s+65532\s+65532/m.test(status), 'serves as somebody else')
  run('chroot', [`--userspec=${user}:${user}`, folder, '/usr/bin/rollcall-health'], {
    env: { PORT: String(port) },
  })
  child.kill('SIGTERM')
  demand((await ended) === 0, 'did not end well')
  console.log(`It was ready after ${ms} ms, read-only and as ${user}, and ended by SIGTERM.`)
}

try {
  for (const [architecture, image] of openArchive()) {
    const folder = look(architecture, image)
    if (architecture !== machine) continue
    const data = join(place, 'data')
    mkdirSync(data)
    writeFileSync(join(data, 'operator-key'), 'k'.repeat(40))
    chownSync(data, user, user)
    await serveOnce(folder, data)
    await serveOnce(folder, data)
  }
} finally {
  rmSync(place, { recursive: true, force: true })
}
