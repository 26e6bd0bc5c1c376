// An OpenID provider on oidc-provider, with its own pages of development: they take any name and password.
import { generateKeyPairSync } from 'node:crypto'
import process from 'node:process'
import Provider from 'oidc-provider'

const { BASE: base = '', CLIENT: client = '[]', EMAIL: email = '', KEY: kid = '' } = process.env
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const provider = new Provider(base, {
  clients: JSON.parse(client),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
  claims: { email: ['email', 'email_verified'], profile: ['name', 'given_name', 'family_name'] },
  features: { backchannelLogout: { enabled: true } },
  // By itself it calls no address of this machine.
  fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
  cookies: { keys: ['of a test'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email,
      email_verified: true,
      name: 'Ann Person',
      given_name: 'Ann',
      family_name: 'Person',
    }),
  }),
})
provider.on('backchannel.error', (_context, error) => console.error(error))
provider.on('server_error', (_context, error) => console.error(error))
provider.listen(Number(new URL(base).port), '127.0.0.1')
