// crewjam/saml (Go): its samlidp as it is, in crewjam/main.go.
import { freePort } from '../harness/ports.ts'
import { installed, placeOf } from './installed.ts'
import { go } from './needs.ts'
import { startServer } from './process.ts'
import { samlPeer } from './saml.ts'

const version = '0.6.3'

export const crewjam = samlPeer({
  name: 'crewjam',
  needs: [go, installed('crewjam', `crewjam/saml ${version}`)],
  encryptions: ['AES-GCM', 'AES-CBC'],
  // The one that it gives to whoever has an address; it has no persistent one.
  options: { nameIdFormat: null },
  async start(_stage, domain) {
    const url = `http://127.0.0.1:${await freePort()}`
    const person = { name: 'ann', password: 'secret of ann' }
    const server = await startServer([`${placeOf('crewjam')}/peer`], `${url}/metadata`, {
      env: { BASE: url },
    })
    const tell = async (method: string, path: string, body: string): Promise<void> => {
      const told = await fetch(`${url}${path}`, { method, body })
      if (!told.ok) throw new Error(`${path}: ${await told.text()}\n${server.output()}`)
    }
    const ann = {
      ...person,
      email: `ann@${domain}`,
      given_name: 'Ann',
      surname: 'Person',
      common_name: 'Ann Person',
    }
    await tell('PUT', '/users/ann', JSON.stringify(ann))
    return {
      version,
      metadataUrl: `${url}/metadata`,
      person,
      async register(_connection, metadata, encryption) {
        // It encrypts wherever metadata has a key for that.
        const plain = metadata.replace(/<md:KeyDescriptor use="encryption">[\s\S]*?<\/md:KeyDescriptor>/g, '')
        await tell('PUT', '/services/rollcall', encryption === undefined ? plain : metadata)
        await tell('PUT', '/admin/encryption', encryption ?? '')
      },
      signOut: (one) => one.open(`${url}/logout`),
      rollKey: () => tell('PUT', '/admin/roll', ''),
      output: () => server.output(),
      stop: () => server.stop(),
    }
  },
})
