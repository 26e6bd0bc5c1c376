// oidc-provider (npm), which our own provider is made with as well: here it is somebody else's, in oidc-provider/op.mjs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../harness/ports.ts'
import { openIdPeer } from './openid.ts'
import type { Form, Page } from './person.ts'
import { type PeerProcess, startServer } from './process.ts'

const manifest = join(import.meta.dirname, '../../node_modules/oidc-provider/package.json')

/** Consents, and means it where the page asks whether to sign out. */
function press(_page: Page, forms: readonly Form[]): Form | undefined {
  const consent = forms.find(({ fields }) => fields.prompt === 'consent')
  const leave = forms.find(({ markup }) => markup.includes('op.logoutForm'))
  return (
    consent ?? (leave === undefined ? undefined : { ...leave, fields: { ...leave.fields, logout: 'yes' } })
  )
}

export const oidcProvider = openIdPeer({
  name: 'oidc-provider',
  needs: [],
  logout: { fromHere: true, fromThere: true },
  async start(_stage, domain) {
    const url = `http://127.0.0.1:${await freePort()}`
    const clientSecret = 'a secret/with + signs, and an = sign'
    let clients: readonly unknown[] = []
    let keys = 0
    let server: PeerProcess | undefined
    // What is in memory alone is made anew, its key as well.
    const begin = async (): Promise<void> => {
      await server?.stop()
      keys += 1
      server = await startServer(
        [process.execPath, join(import.meta.dirname, 'oidc-provider/op.mjs')],
        `${url}/.well-known/openid-configuration`,
        { env: { BASE: url, CLIENT: JSON.stringify(clients), EMAIL: `ann@${domain}`, KEY: `key-${keys}` } },
      )
    }
    await begin()
    return {
      version: (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version,
      issuer: url,
      clientId: 'rollcall',
      clientSecret,
      person: { name: 'ann', password: 'any', press },
      register({ redirectUri }, backchannelLogoutUri) {
        clients = [
          {
            client_id: 'rollcall',
            client_secret: clientSecret,
            redirect_uris: [redirectUri],
            backchannel_logout_uri: backchannelLogoutUri,
            backchannel_logout_session_required: true,
          },
        ]
        return begin()
      },
      signOut: (one) => one.open(`${url}/session/end`),
      rollKey: begin,
      output: () => server?.output() ?? '',
      stop: async () => server?.stop(),
    }
  },
})
