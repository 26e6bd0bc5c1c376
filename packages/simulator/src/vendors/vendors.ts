// The room `simulator/vendors`: what each vendor's client asks, in order, and what it wants to hear. Sending it is left to `run/`.
//
// 1. `vendor.ts` says what a conversation is; `vendors.ts` has a line for each.
// 2. `from-habits` makes one from habits, and `plain-vendors` are those that need no more; `okta` and `entra` are written out.
// 3. `step` and `group-steps` are the steps that all have; `check` says whether the vendor would accept an answer.
//
// The one table of vendors: another identity provider is one more line here.

import { entra } from './entra.ts'
import { okta } from './okta.ts'
import {
  authentikVendor,
  cyberark,
  googleWorkspace,
  jumpcloud,
  keycloakVendor,
  onelogin,
  pingFederate,
  ripplingVendor,
} from './plain-vendors.ts'
import type { Vendor } from './vendor.ts'

/** Every vendor whose conversation can be played, by the name that the command line takes. */
export const vendors = {
  okta,
  entra,
  onelogin,
  jumpcloud,
  google: googleWorkspace,
  ping: pingFederate,
  rippling: ripplingVendor,
  cyberark,
  keycloak: keycloakVendor,
  authentik: authentikVendor,
} as const satisfies Readonly<Record<string, Vendor>>

/** A key of `vendors`. */
export type VendorName = keyof typeof vendors

/** In the order in which help texts list them. */
export const vendorNames: readonly VendorName[] = Object.keys(vendors) as VendorName[]
