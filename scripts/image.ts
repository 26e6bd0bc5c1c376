// `npm run image [-- --arch amd64,arm64] [--only-root]`: the image from the packed `rollcall`, by Debian's buildah, as root. It
// becomes dist/image/rollcall-VERSION.tar, an OCI archive with each architecture.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Architecture, makeRoot } from './root-file-system.ts'
import { run } from './run.ts'

const root = resolve(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as {
  version: string
}
const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: 'amd64,arm64' },
    'only-root': { type: 'boolean', default: false },
  },
})
const architectures = values.arch.split(',') as Architecture[]
const archive = join(root, `dist/packages/rollcall-${version}.tgz`)
const place = join(root, 'dist/image')
const name = `localhost/rollcall:${version}`

if (!existsSync(archive)) throw new Error(`there is no ${archive}: run "npm run pack:all"`)
mkdirSync(place, { recursive: true })
for (const architecture of architectures) {
  makeRoot(join(place, architecture), architecture, archive)
  const size = run('du', ['-sm', join(place, architecture)]).split('\t')[0]
  console.log(`The root file system for ${architecture} is put together: ${size} MB.`)
}
if (!values['only-root']) build()

function build(): void {
  // The time of the commit, so that the same commit makes the same layers.
  const time = run('git', ['log', '-1', '--format=%ct'], { cwd: root }).trim()
  const file = join(place, `rollcall-${version}.tar`)
  rmSync(file, { force: true })
  // To a list of before it would be added.
  if (run('buildah', ['images', '--format', '{{.Name}}:{{.Tag}}']).split('\n').includes(name))
    run('buildah', ['manifest', 'rm', name])
  run('buildah', ['manifest', 'create', name])
  for (const architecture of architectures)
    run('buildah', [
      ...['build', '--isolation', 'chroot', '--format', 'docker', '--timestamp', time, '--layers=false'],
      ...['--arch', architecture, '--os', 'linux', '--manifest', name, '--build-arg', `VERSION=${version}`],
      ...['--file', join(root, 'deploy/image/Containerfile'), place],
    ])
  run('buildah', ['manifest', 'push', '--all', name, `oci-archive:${file}:${version}`])
  console.log(`The image for ${architectures.join(' and ')} is in ${file}.`)
}
