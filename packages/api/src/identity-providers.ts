// The one table of identity providers: whoever is known by name has a row here. What the contract offers, the console shows and the command
// plays is made of it; guides, profiles and simulations are held against it. Imports nothing, so that a screen and a command load it alone.

interface IdentityProvider {
  /** As its maker calls it. */
  readonly name: string
  /** People sign in by it: it can be chosen for a connection, and has guides. */
  readonly mayConnect: boolean
  /** SCIM keys have a profile of its name (`packages/scim/src/tolerance.ts`). */
  readonly hasProfile: boolean
  /** `rollcall simulate` plays its provisioning (`packages/simulator/src/vendors/vendors.ts`). */
  readonly isPlayed: boolean
}

export const identityProviders = {
  okta: { name: 'Okta', mayConnect: true, hasProfile: true, isPlayed: true },
  entra: { name: 'Microsoft Entra ID', mayConnect: true, hasProfile: true, isPlayed: true },
  google: { name: 'Google Workspace', mayConnect: true, hasProfile: false, isPlayed: true },
  onelogin: { name: 'OneLogin', mayConnect: true, hasProfile: true, isPlayed: true },
  jumpcloud: { name: 'JumpCloud', mayConnect: true, hasProfile: true, isPlayed: true },
  ping: { name: 'PingOne', mayConnect: true, hasProfile: true, isPlayed: true },
  adfs: { name: 'AD FS', mayConnect: true, hasProfile: false, isPlayed: false },
  keycloak: { name: 'Keycloak', mayConnect: true, hasProfile: false, isPlayed: true },
  rippling: { name: 'Rippling', mayConnect: false, hasProfile: false, isPlayed: true },
  cyberark: { name: 'CyberArk', mayConnect: false, hasProfile: false, isPlayed: true },
  authentik: { name: 'authentik', mayConnect: false, hasProfile: false, isPlayed: true },
  /** Whoever has no row. */
  generic: { name: 'Another identity provider', mayConnect: true, hasProfile: false, isPlayed: false },
} as const satisfies Readonly<Record<string, IdentityProvider>>

/** A row of the table. */
export type IdentityProviderName = keyof typeof identityProviders

type With<F extends keyof IdentityProvider> = {
  [N in IdentityProviderName]: (typeof identityProviders)[N][F] extends true ? N : never
}[IdentityProviderName]

const names = Object.keys(identityProviders) as IdentityProviderName[]
const listWith = <F extends 'mayConnect' | 'hasProfile' | 'isPlayed'>(field: F): readonly With<F>[] =>
  names.filter((name): name is With<F> => identityProviders[name][field])

/** Whom a connection can be made with. */
export const connectable = listWith('mayConnect')

/** Who has a SCIM profile of its own. */
export const profiled = listWith('hasProfile')

/** Whom `rollcall simulate` plays. */
export const played = listWith('isPlayed')
