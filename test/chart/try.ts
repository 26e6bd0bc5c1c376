// `npm run chart:try`: deploy/helm/rollcall by Helm, without a cluster. It lints the chart, renders it with each file of `ci`, holds what
// comes out against schemas, asks for what must be refused, and packs it into dist/chart. What it needs it says, and builds or installs
// into node_modules/.cache/rollcall-chart: Helm by Go, the schemas by npm.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { run } from '../../scripts/run.ts'
import { findFaults, type Manifest } from './schemas.ts'

const root = resolve(import.meta.dirname, '../..')
const chart = join(root, 'deploy/helm/rollcall')
const cache = join(root, 'node_modules/.cache/rollcall-chart')
/** What is built where there is none. Another Helm 4 does; Helm 3 says what it refuses in other words. */
const helmVersion = 'v4.3.1'

/** What a release must not be installed with, and the words that say so. */
const refused: readonly (readonly [file: string, settings: readonly string[], words: string])[] = [
  ['embedded', ['replicas=2'], 'one process writes the embedded store'],
  ['embedded', ['autoscaling.enabled=true'], 'one process writes the embedded store'],
  ['embedded', ['workers=2'], 'one thread writes the embedded store'],
  ['embedded', ['migrations.by=hook'], 'nothing but its one process opens the embedded store'],
  ['embedded', ['url='], 'name the https address'],
  ['embedded', ['url=ftp://acme.test'], "at '/url'"],
  ['embedded', ['image.repository='], 'no image is published yet'],
  ['embedded', ['replica=1'], "'replica' not allowed"],
  ['embedded', ['settings.ROLLCALL_OPERATOR_KEY=secret'], "invalid propertyName 'ROLLCALL_OPERATOR_KEY'"],
  ['embedded', ['settings.ROLLCALL_URL=https://acme.test'], "invalid propertyName 'ROLLCALL_URL'"],
  ['embedded', ['metrics.serviceMonitor.enabled=true'], 'set metrics.enabled as well'],
  ['production', ['secrets.values=null'], 'with PostgreSQL database-url is needed'],
  ['production', ['secrets.existing=mine'], 'not both'],
  ['production', ['trustedProxies=null'], "name the network of the ingress controller's pods"],
  ['production', ['migrations.by=hook'], "the job runs before the chart's own Secret is there"],
  ['strict', ['secrets.keys={operator-key,database-url}'], 'with PostgreSQL secret-key is needed'],
  ['strict', ['secrets.keys={secret-key,database-url}'], 'with PostgreSQL operator-key is needed'],
  ['strict', ['networkPolicy.database.to=null'], 'say where PostgreSQL is'],
  ['strict', ['networkPolicy.from=null'], 'say who may reach the service'],
  ['strict', ['networkPolicy.metricsFrom=null'], 'say who may reach the metrics'],
]

function findHelm(): string {
  const known = [process.env.HELM ?? 'helm', join(cache, 'bin/helm')]
  const found = known.find((one) => {
    const { status, stdout } = spawnSync(one, ['version', '--short'], { encoding: 'utf8', timeout: 60_000 })
    return status === 0 && stdout.startsWith('v4.')
  })
  if (found !== undefined) return found
  if (spawnSync('go', ['version']).status !== 0)
    throw new Error(
      'Helm 4 is needed: name it in HELM, or install Go (apt-get install golang-go, 1.26 or newer), which builds it',
    )
  console.log(`Helm ${helmVersion} is built by Go, once`)
  const env = { GOBIN: join(cache, 'bin'), GOTOOLCHAIN: 'local', CGO_ENABLED: '0' }
  run('go', ['install', `helm.sh/helm/v4/cmd/helm@${helmVersion}`], { env })
  return join(cache, 'bin/helm')
}

/** Where the schemas are, installed as the lockfile beside this file says. */
function installSchemas(): string {
  const place = join(cache, 'schemas')
  const lock = join(import.meta.dirname, 'package-lock.json')
  const installed = join(place, 'installed-lock.json')
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== readFileSync(lock, 'utf8')) {
    mkdirSync(place, { recursive: true })
    for (const name of ['package.json', 'package-lock.json'])
      copyFileSync(join(import.meta.dirname, name), join(place, name))
    run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: place })
    copyFileSync(lock, installed)
  }
  return join(place, 'node_modules')
}

function main(): Promise<void> {
  mkdirSync(cache, { recursive: true })
  return tryAll(findHelm(), installSchemas())
}

async function tryAll(helm: string, modules: string): Promise<void> {
  const names = readdirSync(join(chart, 'ci')).map((file) => file.replace('-values.yaml', ''))
  const faults: string[] = []
  for (const name of names) {
    const values = join(chart, `ci/${name}-values.yaml`)
    run(helm, ['lint', '--strict', '--values', values, chart])
    const documents = render(helm, values)
    for (const document of documents)
      for (const fault of await findFaults(document, modules))
        faults.push(`${name}: ${document.kind} ${document.metadata.name}: ${fault}`)
    console.log(
      `${name}: linted, ${documents.length} documents: ${documents.map(({ kind }) => kind).join(', ')}`,
    )
  }
  if (names.length < 3) faults.push('there are fewer than three files of values')
  for (const [name, settings, words] of refused) {
    const said = explainRefusal(helm, name, settings)
    if (said === undefined) faults.push(`${name} with ${settings.join(' ')} was not refused`)
    else if (!said.includes(words)) faults.push(`${name} with ${settings.join(' ')} says: ${said}`)
  }
  console.log(`${refused.length} faulty settings were asked for`)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  pack(helm)
}

function render(helm: string, values: string): readonly Manifest[] {
  const words = ['template', 'rollcall', chart, '--namespace', 'identity', '--values', values]
  // Kubernetes reads YAML 1.1, where 0440 is octal.
  return parseAllDocuments(run(helm, words), { version: '1.1' }).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0]
    return document.toJS()
  })
}

/** What Helm says; undefined where it renders all the same. */
function explainRefusal(helm: string, name: string, settings: readonly string[]): string | undefined {
  const words = ['template', 'rollcall', chart, '--values', join(chart, `ci/${name}-values.yaml`)]
  const set = settings.flatMap((one) => ['--set', one])
  const { status, stderr } = spawnSync(helm, [...words, ...set], { encoding: 'utf8' })
  return status === 0 ? undefined : stderr
}

/** Under a name of its own: npm's archive of the service is rollcall-VERSION.tgz. */
function pack(helm: string): void {
  const to = join(root, 'dist/chart')
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  run(helm, ['package', chart, '--destination', to])
  for (const file of readdirSync(to)) {
    const own = join(to, file.replace('rollcall-', 'rollcall-chart-'))
    renameSync(join(to, file), own)
    console.log(`Packed into ${own}`)
  }
}

await main()
