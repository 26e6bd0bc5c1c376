// What the contract says of names and defaults, for whoever loads no schema, such as a screen. Each stands here alone.
import { profiled } from './identity-providers.ts'

/** The named sets of SCIM tolerances that a key's requests can be read with. */
export const profileNames = ['auto', ...profiled, 'strict', 'interop'] as const

/** Of a key that nobody chose a profile for. */
export const defaultProfile = 'auto'

/** When the deprovision guard of a new organization speaks, and what a change that leaves one out means. */
export const defaultDeprovisionGuard = { people: 50, percent: 10, windowSeconds: 3_600 } as const

/**
 * What the keys and OAuth clients of one set-up link may hold until an administrator confirms them; all of an organization together hold
 * twice as much.
 */
export const unconfirmedBounds = {
  /** Whom they made or claimed and who are there, and as many who were removed and are not gone for good. */
  people: 20_000,
  groups: 500,
  /** Groups that are members of groups. */
  nested: 100,
  /** Accounts, there or removed, under one userName or address, and under one externalId. */
  ofOneName: 20,
  /** Addresses of one account. */
  addresses: 50,
  /** Of their groups one person, or group, is directly in. Of all together: a person is one key's. */
  groupsOfOne: 100,
} as const
