// `npm run peers:install`: brings what the peers are made of from the public registries, in the versions of the lock files beside this
// one, into node_modules/.cache/rollcall-peers or ROLLCALL_PEERS. `npm run peers:install -- dex` brings one alone. Debian's packages are
// named and not installed: that is for whoever owns the machine.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { cache, isInstalled, markInstalled, placeOf } from './installed.ts'
import { cargo, go, java, javac, maven, python } from './needs.ts'
import type { Need } from './peer.ts'

interface Step {
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

interface Recipe {
  readonly needs: readonly Need[]
  /** Run in its place in the cache, where a copy of its folder is. */
  readonly steps: readonly Step[]
}

/** What the lock file says, and the Go that is here. */
const goSettings = { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local' }

const inVenv: Recipe = {
  needs: [python],
  steps: [
    { words: ['python3', '-m', 'venv', 'venv'] },
    { words: ['venv/bin/pip', 'install', '-r', 'requirements.txt'] },
  ],
}

const inGo: Recipe = { needs: [go], steps: [{ words: ['go', 'build', '-o', 'peer', '.'], env: goSettings }] }

const recipes: Readonly<Record<string, Recipe>> = {
  keycloak: {
    needs: [java, maven],
    steps: [
      { words: ['mvn', '-q', '-B', 'package'] },
      { words: ['sh', '-c', 'sh keycloak-*/bin/kc.sh build --db=dev-mem --cache=local'] },
    ],
  },
  pysaml2: inVenv,
  crewjam: inGo,
  dex: {
    needs: [go],
    steps: [
      ...inGo.steps,
      // Its pages stand beside its code.
      {
        words: [
          'sh',
          '-c',
          'cp -R "$(go list -m -f {{.Dir}} github.com/dexidp/dex)/web" web && chmod -R u+w web',
        ],
      },
    ],
  },
  samlp: {
    needs: [],
    steps: [{ words: ['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'] }],
  },
  authlib: inVenv,
  'go-oidc': inGo,
  nimbus: { needs: [javac, maven], steps: [{ words: ['mvn', '-q', '-B', 'package'] }] },
  openidconnect: { needs: [cargo], steps: [{ words: ['cargo', 'build', '--locked'] }] },
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { again: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !Object.hasOwn(recipes, name))
if (unknown.length > 0) {
  console.error(
    `There is no recipe for ${unknown.join(', ')}. There are: ${Object.keys(recipes).join(', ')}.`,
  )
  process.exit(2)
}

function install(name: string, { needs, steps }: Recipe): boolean {
  if (isInstalled(name) && !values.again) {
    console.log(`${name}: is there`)
    return true
  }
  const missing = needs.filter((need) => !need.isThere())
  for (const need of missing) console.log(`${name}: needs ${need.name}: ${need.get}`)
  if (missing.length > 0) return false
  const place = placeOf(name)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(place, { recursive: true })
  cpSync(join(import.meta.dirname, name), place, { recursive: true })
  for (const { words, env } of steps) {
    const [command = '', ...rest] = words
    console.log(`${name}: ${words.join(' ')}`)
    const { status, error } = spawnSync(command, rest, {
      cwd: place,
      env: { ...process.env, ...env },
      stdio: 'inherit',
      timeout: 1_800_000,
    })
    if (status === 0) continue
    console.log(`${name}: failed${error === undefined ? '' : `: ${error.message}`}`)
    return false
  }
  markInstalled(name)
  return true
}

console.log(`into ${cache}`)
const failed = Object.entries(recipes)
  .filter(([name]) => positionals.length === 0 || positionals.includes(name))
  .filter(([name, recipe]) => !install(name, recipe))
  .map(([name]) => name)
if (failed.length > 0) console.log(`not installed: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)
