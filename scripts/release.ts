// `npm run release [-- --dry-run] [--no-tests] [--no-image] [--no-chart]`: all that a release consists of, in dist/release. It publishes
// nothing: the workflow does, from this folder. A dry run takes a working copy as it is, and leaves out nothing that it is not told to.
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from './run.ts'

const root = resolve(import.meta.dirname, '..')
const to = join(root, 'dist/release')
const switches = {
  'dry-run': { type: 'boolean' },
  'no-tests': { type: 'boolean' },
  'no-image': { type: 'boolean' },
  'no-chart': { type: 'boolean' },
} as const
const { values: told } = parseArgs({ options: switches })
const readJson = <T>(file: string): T => JSON.parse(readFileSync(join(root, file), 'utf8')) as T
const { version } = readJson<{ version: string }>('packages/cli/package.json')
const git = (...words: string[]): string => run('git', words, { cwd: root }).trim()

/** A release is of one commit, named by its tag, and of one version everywhere. */
function assertReady(): void {
  const folders = readdirSync(join(root, 'packages')).map((name) => `packages/${name}/package.json`)
  const others = folders.filter((file) => readJson<{ version: string }>(file).version !== version)
  if (others.length > 0) throw new Error(`not at version ${version}: ${others.join(', ')}`)
  if (told['dry-run']) return
  if (git('status', '--porcelain') !== '') throw new Error('the working copy has changes')
  if (!git('tag', '--points-at', 'HEAD').split('\n').includes(`v${version}`))
    throw new Error(`this commit has no tag v${version}`)
  const heading = new RegExp(`^## ${version.replaceAll('.', '\\.')}, \\d{4}-\\d{2}-\\d{2}$`, 'm')
  if (!heading.test(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')))
    throw new Error(`CHANGELOG.md has no heading "## ${version}, YYYY-MM-DD"`)
}

function step(name: string, words: readonly string[]): void {
  console.log(`\n== ${name}`)
  run('npm', ['run', '--silent', ...words], { cwd: root, isShown: true })
}

/** What `rollcall` consists of where it is installed by its lockfile, as CycloneDX. */
function writeBill(): void {
  const place = mkdtempSync(join(tmpdir(), 'rollcall-bill-'))
  try {
    const archive = join(root, `dist/packages/rollcall-${version}.tgz`)
    run('tar', ['xzf', archive, '--strip-components=1'], { cwd: place })
    const words = [
      'sbom',
      '--package-lock-only',
      '--omit=dev',
      '--sbom-format=cyclonedx',
      '--sbom-type=application',
    ]
    const bill = JSON.parse(run('npm', words, { cwd: place })) as {
      metadata: { component: { name: string } }
    }
    bill.metadata.component.name = 'rollcall'
    writeFileSync(join(to, `rollcall-${version}.cdx.json`), `${JSON.stringify(bill, null, 2)}\n`)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

const sha256 = (file: string): string =>
  createHash('sha256')
    .update(readFileSync(join(to, file)))
    .digest('hex')

/** Of which commit, by whom: an in-toto statement with SLSA's provenance. It is not signed here. */
function writeProvenance(files: readonly string[]): void {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_RUN_ID: runId } = process.env
  const source = server === undefined || name === undefined ? 'local' : `${server}/${name}`
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: files.map((file) => ({ name: file, digest: { sha256: sha256(file) } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://slsa.dev/provenance/v1#npm-run-release',
        externalParameters: { source, ref: `v${version}`, dryRun: told['dry-run'] === true },
        resolvedDependencies: [
          { uri: `git+${source}`, digest: { gitCommit: git('rev-parse', 'HEAD') } },
          {
            uri: 'package-lock.json',
            digest: {
              sha256: createHash('sha256')
                .update(readFileSync(join(root, 'package-lock.json')))
                .digest('hex'),
            },
          },
        ],
      },
      runDetails: {
        builder: { id: runId === undefined ? 'local' : `${source}/actions/runs/${runId}` },
        metadata: { finishedOn: new Date().toISOString() },
      },
    },
  }
  writeFileSync(join(to, `rollcall-${version}.intoto.json`), `${JSON.stringify(statement, null, 2)}\n`)
}

assertReady()
rmSync(to, { recursive: true, force: true })
mkdirSync(to, { recursive: true })
if (told['no-tests']) step('Build', ['build'])
else step('Checks, build and tests', ['test'])
step('Packages', ['pack:all'])
step('Packages, tried', ['pack:try'])
const folders = ['dist/packages']
if (!told['no-image']) {
  step('Image', ['image'])
  step('Image, tried', ['image:try'])
  folders.push('dist/image')
}
if (!told['no-chart']) {
  step('Chart, tried and packed', ['chart:try'])
  folders.push('dist/chart')
}
for (const folder of folders)
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true }))
    if (entry.isFile()) copyFileSync(join(root, folder, entry.name), join(to, entry.name))
const deploy = `rollcall-deploy-${version}`
run('git', ['archive', `--prefix=${deploy}/`, `--output=${join(to, `${deploy}.tar.gz`)}`, 'HEAD:deploy'], {
  cwd: root,
})
writeBill()
const files = readdirSync(to).toSorted()
writeProvenance(files)
const all = readdirSync(to).toSorted()
writeFileSync(join(to, 'SHA256SUMS'), all.map((file) => `${sha256(file)}  ${file}\n`).join(''))
if (!existsSync(join(to, `rollcall-${version}.tgz`))) throw new Error('the release has no package')
console.log(
  `\n${told['dry-run'] ? 'A dry run of' : 'The'} release ${version}: ${all.length + 1} files in ${to}`,
)
