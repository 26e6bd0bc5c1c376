// auth0's samlp (npm), in samlp/idp.mjs.
import { createPublicKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { createSamlKey } from '@rollcall/simulator'
import { freePort } from '../harness/ports.ts'
import { installed, placeOf } from './installed.ts'
import { startServer } from './process.ts'
import { type Encryption, samlPeer } from './saml.ts'

const version = '8.0.0'

const algorithms: Readonly<Record<Encryption, string>> = {
  'AES-GCM': 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'AES-CBC': 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
}

/** The first certificate of our metadata: it signs and decrypts. */
function readCertificate(metadata: string): string {
  const bare = /<ds:X509Certificate>([^<]+)</.exec(metadata)?.[1] ?? ''
  return new X509Certificate(Buffer.from(bare, 'base64')).toString()
}

export const samlp = samlPeer({
  name: 'samlp',
  needs: [installed('samlp', `samlp ${version}`)],
  encryptions: ['AES-GCM', 'AES-CBC'],
  async start(_stage, domain) {
    const url = `http://127.0.0.1:${await freePort()}`
    const person = { name: 'ann', password: 'secret of ann' }
    const server = await startServer(
      [process.execPath, join(import.meta.dirname, 'samlp/idp.mjs')],
      `${url}/ping`,
      {
        env: { BASE: url, PLACE: placeOf('samlp'), EMAIL: `ann@${domain}`, PASSWORD: person.password },
      },
    )
    const tell = async (body: unknown): Promise<void> => {
      const headers = { 'content-type': 'application/json' }
      const told = await fetch(`${url}/admin`, { method: 'POST', headers, body: JSON.stringify(body) })
      if (!told.ok) throw new Error(`${await told.text()}\n${server.output()}`)
    }
    const rollKey = (): Promise<void> => {
      const { privateKeyPem, certificatePem } = createSamlKey()
      return tell({ key: privateKeyPem, cert: certificatePem })
    }
    await rollKey()
    return {
      version,
      metadataUrl: `${url}/metadata`,
      person,
      register({ entityId, acsUrl }, metadata, encryption) {
        const cert = readCertificate(metadata)
        return tell({
          sp: { entityId, acsUrl, sloUrl: acsUrl.replace(/acs$/, 'slo'), cert },
          encryptionCert: encryption === undefined ? null : cert,
          encryptionKey: createPublicKey(cert).export({ type: 'spki', format: 'pem' }),
          encryptionAlgorithm: encryption === undefined ? null : algorithms[encryption],
        })
      },
      signOut: (one) => one.open(`${url}/logout`),
      rollKey,
      output: () => server.output(),
      stop: () => server.stop(),
    }
  },
})
