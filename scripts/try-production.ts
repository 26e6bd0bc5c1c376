// `npm run production:try`, as root on Debian: runs what docs/production.md says, block after block, in a copy of this machine that is
// thrown away afterwards: an overlay over its disk, in namespaces of its own. Only the first block, which installs, has a network.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { splitFences } from '../docs/site/make/markdown.ts'

const root = resolve(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as {
  version: string
}
const folder = mkdtempSync(join(tmpdir(), 'rollcall-production-'))

function run(command: string, ...words: readonly string[]): void {
  const { status } = spawnSync(command, words, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} ended with ${status}`)
}

const text = readFileSync(join(root, 'docs/production.md'), 'utf8')
const [before = ''] = text.split('\n## After that\n')
const blocks = splitFences(before)
  .filter(({ isCode }) => isCode)
  .map(({ text: block }) => block.split('\n').slice(1, -1).join('\n'))

/** In place of systemd: what a unit's program is given, without what it is forbidden. */
const systemctl = `#!/bin/sh
set -e
case "$*" in
  daemon-reload) ;;
  'reload nginx') nginx -s reload 2> /dev/null || nginx ;;
  'enable --now rollcall')
    unit=/etc/systemd/system/rollcall.service
    given=/run/credentials/rollcall.service
    mkdir -p /var/lib/rollcall "$given"
    sed -n 's/^LoadCredential=\\([^:]*\\):\\(.*\\)/\\1 \\2/p' "$unit" | while read -r name file; do cp "$file" "$given/$name"; done
    chown -R 64999:64999 /var/lib/rollcall "$given"
    {
      sed -n 's/^Environment=//p' "$unit" | tr ' ' '\\n' | sed "s#%S#/var/lib#; s#%d#$given#"
      cat /etc/rollcall/rollcall.env
    } > /run/rollcall.env
    start=$(sed -n 's/^ExecStart=//p' "$unit")
    cd /var/lib/rollcall
    setsid env -i $(cat /run/rollcall.env) setpriv --reuid 64999 --regid 64999 --clear-groups $start > /run/rollcall.log 2>&1 &
    ;;
  *) echo "no such thing here: $*" >&2; exit 1 ;;
esac
`

const ready = 'for try in $(seq 300); do curl -sf localhost:4000/readyz > /dev/null && break; sleep 0.1; done'
/** systemd starts what is installed, and waits for nothing. */
const between = ['pg_ctlcluster 15 main start', '', '', `${ready}; cat /run/rollcall.log`, '']

try {
  run('npm', 'run', '--silent', 'pack:all', '--', folder)
  const deploy = `rollcall-deploy-${version}`
  run('git', 'archive', `--prefix=${deploy}/`, `--output=${join(folder, `${deploy}.tar.gz`)}`, 'HEAD:deploy')
  writeFileSync(join(folder, 'systemctl'), systemctl, { mode: 0o755 })
  const [first = '', ...others] = blocks
  const rest = others.flatMap((block, at) => [between[at] ?? '', block])
  writeFileSync(join(folder, 'first.sh'), `set -eu\n${first}\n`)
  writeFileSync(join(folder, 'rest.sh'), `set -eu\nip link set lo up\n${rest.join('\n')}\nsleep 1\n`)
  writeFileSync(
    join(folder, 'all.sh'),
    `set -eu
copy=${join(folder, 'copy')}
mkdir "$copy"
mount -t tmpfs none "$copy"
mkdir "$copy/upper" "$copy/work" "$copy/system"
cd "$copy"
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work system
mount --rbind /dev system/dev
mount -t proc proc system/proc
mount -t tmpfs none system/run
mkdir -p system/srv/fresh system/run/postgresql
chown postgres system/run/postgresql
cp ${folder}/*.tgz ${folder}/*.gz ${folder}/*.sh system/srv/fresh
cp ${folder}/systemctl system/usr/local/bin/systemctl
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
begun=$(date +%s)
chroot system sh -c 'cd /srv/fresh && exec bash first.sh'
unshare --net chroot system sh -c 'cd /srv/fresh && exec bash rest.sh'
echo "Serving over TLS after $(($(date +%s) - begun)) s."
`,
  )
  run('unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', join(folder, 'all.sh'))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
