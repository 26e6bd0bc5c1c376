// `npm run check`: the linter, the compiler and the build, beside each other; what each says is printed when it ends.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Each row is one after another, as the tests are compiled against what is built. */
const rows = [
  [['biome', 'check', '.']],
  [
    ['npm', 'run', 'build'],
    ['tsc', '-p', 'tsconfig.test.json'],
  ],
  [['tsc', '-p', 'packages/console']],
]

function run([command, ...words]) {
  return new Promise((done) => {
    const child = spawn(command, words, { cwd: root, shell: process.platform === 'win32' })
    const said = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => said.push(part))
    child.once('error', (error) => said.push(Buffer.from(`${error}\n`)))
    child.once('close', (code) => {
      console.log(`> ${[command, ...words].join(' ')}`)
      process.stdout.write(Buffer.concat(said))
      done(code === 0)
    })
  })
}

async function runRow(row) {
  for (const words of row) if (!(await run(words))) return false
  return true
}

const ends = await Promise.all(rows.map(runRow))
if (ends.includes(false)) process.exitCode = 1
