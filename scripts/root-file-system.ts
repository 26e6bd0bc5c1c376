// The root file system of the image: named packages of Debian, without a shell and without a package manager; the Node that the
// packed `rollcall` pins; and `rollcall` with what its lockfile pins. Every architecture is put together on any other.
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from './run.ts'

export type Architecture = 'amd64' | 'arm64'

/** As npm calls them. */
const cpus: Readonly<Record<Architecture, string>> = { amd64: 'x64', arm64: 'arm64' }

/** What Node is linked against, certificates of public authorities, and zones. */
const debianPackages = ['libc6', 'libgcc-s1', 'libstdc++6', 'libatomic1', 'ca-certificates', 'tzdata']
const suite = 'bookworm'
const user = 65_532

/** Of a package's files what a program needs that speaks UTF-8 and has a Node with all languages in it. */
const isOfNoUse = (path: string): boolean =>
  /^\/usr\/(sbin|bin|lib\/[^/]+\/(gconv|audit)|share\/(man|doc-base|lintian|gdb|i18n|locale|gcc|zoneinfo\/(right|posix)\/))/.test(
    path,
  ) ||
  /^\/(sbin|etc\/ld\.so)/.test(path) ||
  /^\/usr\/share\/doc\/[^/]+\/(?!copyright$)./.test(path)

/** Downloads and checks the packages as apt does, by lists of its own, so that the machine's are left alone. */
function downloadPackages(architecture: Architecture): string[] {
  const place = mkdtempSync(join(tmpdir(), 'rollcall-apt-'))
  const signed = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'etc/preferences.d', 'got'])
    mkdirSync(join(place, folder), { recursive: true })
  chmodSync(place, 0o755)
  writeFileSync(join(place, 'state/status'), '')
  writeFileSync(
    join(place, 'etc/sources.list'),
    `deb ${signed} http://deb.debian.org/debian ${suite} main
deb ${signed} http://deb.debian.org/debian ${suite}-updates main
deb ${signed} http://deb.debian.org/debian-security ${suite}-security main
`,
  )
  const settings = [
    ...[`APT::Architecture=${architecture}`, `APT::Architectures=${architecture}`, 'APT::Sandbox::User=root'],
    ...[`Dir::State=${place}/state`, `Dir::State::status=${place}/state/status`, `Dir::Cache=${place}/cache`],
    ...[
      `Dir::Etc::sourcelist=${place}/etc/sources.list`,
      `Dir::Etc::sourceparts=-`,
      'Acquire::Languages=none',
    ],
  ].flatMap((one) => ['-o', one])
  run('apt-get', [...settings, 'update'])
  run('apt-get', [...settings, 'download', ...debianPackages], { cwd: join(place, 'got') })
  return readdirSync(join(place, 'got')).map((name) => join(place, 'got', name))
}

function listPaths(folder: string, under = ''): string[] {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = `${under}/${entry.name}`
    return entry.isDirectory() ? [path, ...listPaths(folder, path)] : [path]
  })
}

/** Debian's packages, and a word on each where programs that look for known faults read it. */
function addDebian(root: string, architecture: Architecture): void {
  const archives = downloadPackages(architecture)
  for (const archive of archives) {
    run('dpkg-deb', ['--extract', archive, root])
    const name = run('dpkg-deb', ['--field', archive, 'Package']).trim()
    writeText(root, `/var/lib/dpkg/status.d/${name}`, run('dpkg-deb', ['--field', archive]))
  }
  rmSync(dirname(archives[0]?.slice(0, archives[0].lastIndexOf('/')) ?? ''), { recursive: true, force: true })
  for (const path of listPaths(root).toReversed()) if (isOfNoUse(path)) remove(root, path)
  const authorities = join(root, 'usr/share/ca-certificates/mozilla')
  const bundle = readdirSync(authorities)
    .toSorted()
    .map((name) => readFileSync(join(authorities, name), 'utf8'))
  writeText(root, '/etc/ssl/certs/ca-certificates.crt', bundle.join(''))
  rmSync(join(root, 'usr/share/ca-certificates'), { recursive: true })
}

function remove(root: string, path: string): void {
  const file = join(root, path)
  if (!lstatSync(file).isDirectory()) rmSync(file)
  else if (readdirSync(file).length === 0) rmSync(file, { recursive: true })
}

function writeText(root: string, path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  chmodSync(join(root, path), mode)
}

/** `rollcall` from its archive with what the lockfile in it pins; its Node goes to /usr/bin. */
function addCommand(root: string, architecture: Architecture, archive: string): void {
  const app = join(root, 'app')
  mkdirSync(app, { recursive: true })
  run('tar', ['xzf', archive, '--strip-components=1', '--no-same-owner'], { cwd: app })
  const target = ['--os=linux', `--cpu=${cpus[architecture]}`, '--libc=glibc']
  run(
    'npm',
    ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...target],
    {
      cwd: app,
    },
  )
  const node = join(app, 'node_modules', `node-linux-${cpus[architecture]}`)
  if (!existsSync(node)) throw new Error(`npm brought no Node for ${architecture}`)
  mkdirSync(join(root, 'usr/bin'), { recursive: true })
  copyFileSync(join(node, 'bin/node'), join(root, 'usr/bin/node'))
  chmodSync(join(root, 'usr/bin/node'), 0o755)
  writeText(root, '/usr/share/doc/node/copyright', readFileSync(join(node, 'LICENSE'), 'utf8'))
  for (const one of [node, join(app, 'node_modules/.bin')]) rmSync(one, { recursive: true })
  // Types, and maps to sources that are not there: 31 MB.
  for (const path of listPaths(join(app, 'node_modules')))
    if (/\.(?:map|d\.[cm]?ts)$/.test(path)) rmSync(join(app, 'node_modules', path))
  for (const name of ['rollcall', 'rollcall-health']) {
    copyFileSync(join(import.meta.dirname, '../deploy/image', `${name}.js`), join(root, 'usr/bin', name))
    chmodSync(join(root, 'usr/bin', name), 0o755)
  }
}

/** Puts it together in `root`, which is empty or not there. Root may give files to the image's user; others need `fakeroot`. */
export function makeRoot(root: string, architecture: Architecture, archive: string): void {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  addDebian(root, architecture)
  addCommand(root, architecture, archive)
  writeText(root, '/etc/passwd', `root:x:0:0:root:/:/none\nrollcall:x:${user}:${user}:rollcall:/data:/none\n`)
  writeText(root, '/etc/group', `root:x:0:\nrollcall:x:${user}:\n`)
  writeText(root, '/etc/nsswitch.conf', 'hosts: files dns\n')
  // Where a file system is read-only, nobody could make the places of what is mounted.
  for (const name of ['proc', 'sys', 'dev', 'run', 'tmp']) mkdirSync(join(root, name))
  chmodSync(join(root, 'tmp'), 0o1777)
  mkdirSync(join(root, 'data'))
  chownSync(join(root, 'data'), user, user)
  chmodSync(join(root, 'data'), 0o750)
  cpSync(join(root, 'app/LICENSE'), join(root, 'usr/share/doc/rollcall/copyright'))
}
