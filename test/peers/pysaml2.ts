// pysaml2 (PyPI) with xmlsec1: an identity provider on its Server, in pysaml2/idp.py.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../harness/ports.ts'
import { installed, placeOf } from './installed.ts'
import { openssl, python, xmlsec1 } from './needs.ts'
import { startServer } from './process.ts'
import { samlPeer } from './saml.ts'

const version = '7.5.5'

export const pysaml2 = samlPeer({
  name: 'pysaml2',
  needs: [python, xmlsec1, openssl, installed('pysaml2', `pysaml2 ${version}`)],
  encryptions: ['AES-GCM', 'AES-CBC'],
  async start(stage, domain) {
    const url = `http://127.0.0.1:${await freePort()}`
    const folder = join(stage.folder, 'pysaml2')
    mkdirSync(folder)
    const server = await startServer(
      [join(placeOf('pysaml2'), 'venv/bin/python'), join(import.meta.dirname, 'pysaml2/idp.py')],
      `${url}/version`,
      { env: { BASE: url, FOLDER: folder, EMAIL: `ann@${domain}`, PASSWORD: 'secret of ann' } },
    )
    const tell = async (path: string, body: unknown): Promise<void> => {
      const told = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
      if (!told.ok) throw new Error(`${path}: ${await told.text()}\n${server.output()}`)
    }
    return {
      version,
      metadataUrl: `${url}/metadata`,
      person: { name: 'ann', password: 'secret of ann' },
      register: (_connection, metadata, encryption) =>
        tell('/admin/register', { metadata, encryption: encryption ?? null }),
      signOut: (person) => person.open(`${url}/logout`),
      rollKey: () => tell('/admin/roll', {}),
      output: () => server.output(),
      stop: () => server.stop(),
    }
  },
})
