// The identity providers by the names that their makers use.
import type { Connection } from '@rollcall/api'

/** An identity provider by the name that the contract has for it. */
export type Provider = Connection['identityProvider']

/** What the makers call each identity provider. */
export const providerNames: Readonly<Record<Provider, string>> = {
  okta: 'Okta',
  entra: 'Microsoft Entra ID',
  google: 'Google Workspace',
  onelogin: 'OneLogin',
  jumpcloud: 'JumpCloud',
  ping: 'PingOne',
  adfs: 'AD FS',
  keycloak: 'Keycloak',
  generic: 'SAML 2.0',
}
/** What the two protocols are called. */
export const protocolNames: Readonly<Record<Connection['protocol'], string>> = {
  saml: 'SAML 2.0',
  oidc: 'OpenID Connect',
}
/** Every identity provider, in the order in which they are offered. */
export const providers = Object.keys(providerNames) as Provider[]

/** A provider that has no name here goes by its protocol. */
export function providerName(connection: Pick<Connection, 'identityProvider' | 'protocol'>): string {
  const { identityProvider, protocol } = connection
  return identityProvider === 'generic' ? protocolNames[protocol] : providerNames[identityProvider]
}
