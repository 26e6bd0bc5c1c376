// The identity providers by the names that their makers use.
import { type Connection, connectable, identityProviders } from '@rollcall/api'

/** An identity provider by the name that the contract has for it. */
export type Provider = Connection['identityProvider']

/** Whom a connection can be made with. */
export const providers: readonly Provider[] = connectable

/** By its maker's name; whoever has none goes by the protocol. */
export const providerNames: Readonly<Record<Provider, string>> = {
  ...(Object.fromEntries(connectable.map((name) => [name, identityProviders[name].name])) as Record<
    Provider,
    string
  >),
  generic: 'SAML 2.0',
}
/** What the two protocols are called. */
export const protocolNames: Readonly<Record<Connection['protocol'], string>> = {
  saml: 'SAML 2.0',
  oidc: 'OpenID Connect',
}

/** A provider that has no name here goes by its protocol. */
export function providerName(connection: Pick<Connection, 'identityProvider' | 'protocol'>): string {
  const { identityProvider, protocol } = connection
  return identityProvider === 'generic' ? protocolNames[protocol] : providerNames[identityProvider]
}
