// What the contract says of names and defaults, for whoever loads no schema, such as a screen. Each stands here alone.
import { profiled } from './identity-providers.ts'

/** The named sets of SCIM tolerances that a key's requests can be read with. */
export const profileNames = ['auto', ...profiled, 'strict', 'interop'] as const

/** Of a key that nobody chose a profile for. */
export const defaultProfile = 'auto'

/** When the deprovision guard of a new organization speaks, and what a change that leaves one out means. */
export const defaultDeprovisionGuard = { people: 50, percent: 10, windowSeconds: 3_600 } as const
