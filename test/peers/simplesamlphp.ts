// SimpleSAMLphp (Debian), on PHP's own server.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../harness/ports.ts'
import { file } from './installed.ts'
import { openssl, php } from './needs.ts'
import type { Person } from './person.ts'
import { startServer } from './process.ts'
import { samlPeer } from './saml.ts'

const home = '/usr/share/simplesamlphp'
const source = `${home}/lib/SimpleSAML/Configuration.php`

export const simplesamlphp = samlPeer({
  name: 'simplesamlphp',
  needs: [php, openssl, file('simplesamlphp', source, 'simplesamlphp')],
  encryptions: ['AES-CBC'],
  async start(stage, domain) {
    const version = /VERSION = '([^']+)'/.exec(readFileSync(source, 'utf8'))?.[1] ?? ''
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const folder = join(stage.folder, 'simplesamlphp')
    for (const one of ['cert', 'log', 'data', 'tmp', 'sessions'])
      mkdirSync(join(folder, one), { recursive: true })
    const rollKey = (): void => {
      const [key, certificate] = [join(folder, 'cert/server.key'), join(folder, 'cert/server.crt')]
      const words = [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '30',
        '-subj',
        '/CN=simplesamlphp',
      ]
      const { status, stderr } = spawnSync('openssl', [...words, '-keyout', key, '-out', certificate])
      if (status !== 0) throw new Error(stderr.toString())
    }
    rollKey()
    const person = { name: 'ann', password: 'secret of ann' }
    const metadataUrl = `${url}/saml2/idp/metadata.php`
    const server = await startServer(['php', '-S', `127.0.0.1:${port}`, '-t', `${home}/www`], metadataUrl, {
      cwd: folder,
      env: {
        SIMPLESAMLPHP_CONFIG_DIR: join(import.meta.dirname, 'simplesamlphp'),
        PHP_CLI_SERVER_WORKERS: '4',
        BASE: url,
        FOLDER: folder,
        EMAIL: `ann@${domain}`,
        PASSWORD: person.password,
      },
    })
    return {
      version,
      metadataUrl,
      person,
      async register(_connection, metadata, encryption) {
        writeFileSync(join(folder, 'sp.xml'), metadata)
        const mark = join(folder, 'encrypt')
        if (encryption === undefined) rmSync(mark, { force: true })
        else writeFileSync(mark, '')
      },
      signOut: (one: Person) =>
        one.open(`${url}/saml2/idp/initSLO.php?RelayState=${encodeURIComponent(`${url}/logout.php`)}`),
      rollKey: async () => rollKey(),
      output() {
        const log = join(folder, 'log/simplesamlphp.log')
        return `${server.output()}\n${existsSync(log) ? readFileSync(log, 'utf8').slice(-3_000) : ''}`
      },
      stop: () => server.stop(),
    }
  },
})
