// Every peer, in the order of the table.
import { authlib } from './authlib.ts'
import { crewjam } from './crewjam.ts'
import { dex } from './dex.ts'
import { goOidc } from './go-oidc.ts'
import { keycloakOpenId, keycloakSaml } from './keycloak.ts'
import { nimbus } from './nimbus.ts'
import { openidconnect } from './openidconnect.ts'
import type { Peer } from './peer.ts'
import { pysaml2 } from './pysaml2.ts'
import { simplesamlphp } from './simplesamlphp.ts'

export const peers: readonly Peer[] = [
  keycloakSaml,
  simplesamlphp,
  pysaml2,
  crewjam,
  keycloakOpenId,
  dex,
  authlib,
  goOidc,
  nimbus,
  openidconnect,
]
