// Every peer, in the order of the table.
import { authlib } from './authlib.ts'
import { crewjam } from './crewjam.ts'
import { dex } from './dex.ts'
import { goOidc } from './go-oidc.ts'
import type { Peer } from './peer.ts'
import { pysaml2 } from './pysaml2.ts'

export const peers: readonly Peer[] = [pysaml2, crewjam, dex, authlib, goOidc]
