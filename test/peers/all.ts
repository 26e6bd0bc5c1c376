// Every peer, in the order of the table.
import { authlib } from './authlib.ts'
import { crewjam } from './crewjam.ts'
import { dex } from './dex.ts'
import { goOidc } from './go-oidc.ts'
import { keycloakOpenId, keycloakSaml } from './keycloak.ts'
import { lemonldapOpenId, lemonldapSaml } from './lemonldap.ts'
import { nimbus } from './nimbus.ts'
import { oidcProvider } from './oidc-provider.ts'
import { openidconnect } from './openidconnect.ts'
import type { Peer } from './peer.ts'
import { pysaml2 } from './pysaml2.ts'
import { samlp } from './samlp.ts'
import { simplesamlphp } from './simplesamlphp.ts'

export const peers: readonly Peer[] = [
  keycloakSaml,
  simplesamlphp,
  lemonldapSaml,
  pysaml2,
  crewjam,
  samlp,
  keycloakOpenId,
  dex,
  lemonldapOpenId,
  oidcProvider,
  authlib,
  goOidc,
  nimbus,
  openidconnect,
]
