// The launcher `rollcall`: what npm links before anything is built, and what hands over to the pinned Node.
// Judges: cli.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-launcher-'))
  mkdirSync(join(folder, 'bin'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  copyFileSync(join(root, 'packages/cli/bin/rollcall.js'), join(folder, 'bin/rollcall.js'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Puts a built command there. */
function build(main: string): void {
  mkdirSync(join(folder, 'dist'))
  writeFileSync(join(folder, 'dist/main.js'), main)
}

/** Pins a Node of another version than the one that runs the launcher; it leaves a word in the environment. */
function pin(): void {
  const platform = process.platform === 'darwin' && process.arch === 'arm64' ? 'bin-darwin' : process.platform
  const place = join(folder, `node_modules/node-${platform}-${process.arch}`)
  mkdirSync(join(place, 'bin'), { recursive: true })
  writeFileSync(join(place, 'package.json'), '{"version":"99.0.0","bin":{"node":"bin/node"}}')
  const file = join(place, 'bin/node')
  writeFileSync(file, `#!/bin/sh\nBY=pinned exec '${process.execPath}' "$@"\n`)
  chmodSync(file, 0o755)
}

function launch(words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(folder, 'bin/rollcall.js'), ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

async function readEnd(child: ChildProcess, told?: (out: string) => void): Promise<End> {
  let [out, err] = ['', '']
  child.stdout?.on('data', (part: Buffer) => {
    out += part.toString()
    told?.(out)
  })
  child.stderr?.on('data', (part: Buffer) => {
    err += part.toString()
  })
  return new Promise((done) => child.once('close', (code, signal) => done({ code, signal, out, err })))
}

const tells = 'console.log(JSON.stringify([process.env.BY ?? "own", process.argv.slice(2)]))'

describe('the launcher', () => {
  it('is linked by npm, and runs the command', async () => {
    const end = await readEnd(spawn('npx', ['--no-install', 'rollcall', '--help'], { cwd: root }))
    expect(end).toMatchObject({ code: 0, out: expect.stringContaining('rollcall serve') })
  }, 60_000)

  it('runs on the pinned Node, with the arguments as they came, what comes in, and the exit code', async () => {
    pin()
    build(
      `${tells}; process.stdin.pipe(process.stderr); process.stdin.on('end', () => (process.exitCode = 7))`,
    )
    const child = launch(['organization', 'create', 'a b', '--name=""'])
    child.stdin?.end('typed')
    expect(await readEnd(child)).toEqual({
      code: 7,
      signal: null,
      out: '["pinned",["organization","create","a b","--name=\\"\\""]]\n',
      err: 'typed',
    })
  })

  it('runs on its own Node where none is pinned', async () => {
    build(tells)
    expect(await readEnd(launch(['help']))).toMatchObject({ code: 0, out: '["own",["help"]]\n' })
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on, once, and waits for the command to stop',
    async (signal) => {
      pin()
      build(`let count = 0; const wait = setInterval(() => {}, 1000)
const stop = () => { clearInterval(wait); console.log('signals', count) }
process.on('${signal}', () => { if (++count === 1) { console.log('stopping'); setImmediate(stop) } })
console.log('up')`)
      const child = launch([])
      const end = await readEnd(child, (out) => out === 'up\n' && child.kill(signal))
      expect(end).toMatchObject({ code: 0, signal: null, out: 'up\nstopping\nsignals 1\n' })
    },
  )

  it('ends by the signal that ended the command', async () => {
    pin()
    build(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000)`)
    expect(await readEnd(launch([]))).toMatchObject({ code: null, signal: 'SIGTERM' })
  })

  it('says what to run where nothing is built', async () => {
    const end = await readEnd(launch(['serve']))
    expect(end).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^rollcall: .*"npm ci".*\n$/) })
  })
})

describe('the preparation after an installation', () => {
  it('without a compiler ends well, says what builds, and frees the lockfile of engines', async () => {
    const lock = join(folder, 'package-lock.json')
    const own = { name: 'own', engines: { node: '>=20' } }
    const other = { version: '1.0.0', engines: { node: '>=99' } }
    mkdirSync(join(folder, 'scripts'))
    copyFileSync(join(root, 'scripts/prepare.js'), join(folder, 'scripts/prepare.js'))
    writeFileSync(lock, JSON.stringify({ packages: { '': own, 'node_modules/other': other } }))
    const end = await readEnd(spawn(process.execPath, [join(folder, 'scripts/prepare.js')]))
    expect(end).toMatchObject({ code: 0, out: expect.stringMatching(/"npm ci" builds\.\n$/), err: '' })
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual({
      packages: { '': own, 'node_modules/other': { version: '1.0.0' } },
    })
  })
})
