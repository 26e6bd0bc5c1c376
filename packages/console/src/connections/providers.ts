// The identity providers by the names that their makers use.
import type { Connection } from '@rollcall/api'

export type Provider = Connection['identityProvider']

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
export const providers = Object.keys(providerNames) as Provider[]
