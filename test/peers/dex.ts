// Dex (Go): its server with the memory storage and one local password, in dex/main.go.
import { freePort } from '../harness/ports.ts'
import { installed, placeOf } from './installed.ts'
import { go } from './needs.ts'
import { openIdPeer } from './openid.ts'
import { startServer } from './process.ts'

const version = '2.13.0'

export const dex = openIdPeer({
  name: 'dex',
  needs: [go, installed('dex', `Dex ${version}`)],
  logout: { fromHere: false, fromThere: false },
  async start(_stage, domain) {
    const url = `http://127.0.0.1:${await freePort()}`
    const person = { name: `ann@${domain}`, password: 'secret of ann' }
    const place = placeOf('dex')
    const env = { BASE: url, EMAIL: person.name, PASSWORD: person.password, WEB: `${place}/web` }
    const begin = () => startServer([`${place}/peer`], `${url}/.well-known/openid-configuration`, { env })
    let server = await begin()
    let client: unknown
    const register = async (): Promise<void> => {
      const told = await fetch(`${url}/admin/register`, { method: 'POST', body: JSON.stringify(client) })
      if (!told.ok) throw new Error(`${await told.text()}\n${server.output()}`)
    }
    return {
      version,
      issuer: url,
      clientId: 'rollcall',
      clientSecret: 'a secret/with + signs',
      person,
      register({ redirectUri }) {
        client = {
          ID: 'rollcall',
          Secret: 'a secret/with + signs',
          Name: 'Rollcall',
          RedirectURIs: [redirectUri],
        }
        return register()
      },
      // What is in memory alone is made anew, its keys as well.
      async rollKey() {
        await server.stop()
        server = await begin()
        await register()
      },
      output: () => server.output(),
      stop: () => server.stop(),
    }
  },
})
