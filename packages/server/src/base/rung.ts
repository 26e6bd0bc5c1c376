// The ladder: who stands above whom. No act of a lower rung gives anybody the powers of a higher one, takes them away, or
// changes what a higher rung's sign-in rests on, unless somebody of that rung has confirmed that very change.

/** From the lowest to the highest. `contact` is whoever holds a set-up link, `connection` whatever an identity provider asserts. */
export const rungs = [
  'person',
  'connection',
  'directory',
  'contact',
  'administrator',
  'owner',
  'operator',
] as const

/** A step of the ladder. */
export type Rung = (typeof rungs)[number]

/** What somebody is in their organization. */
export type Role = 'owner' | 'admin' | 'member'

/** Who put a trust anchor in place or confirmed it; the operator counts as an owner. */
export type AnchorRung = 'contact' | 'administrator' | 'owner'

/** Whether `rung` is `wanted` or stands above it. */
export function isAtLeast(rung: Rung, wanted: Rung): boolean {
  return rungs.indexOf(rung) >= rungs.indexOf(wanted)
}

/** Whether the first rung stands above the second. */
export function isAbove(rung: Rung, other: Rung): boolean {
  return rungs.indexOf(rung) > rungs.indexOf(other)
}

/** The lower of two rungs. */
export function lowerOf<R extends Rung>(one: R, other: R): R {
  return isAbove(one, other) ? other : one
}

/** The higher of two rungs. */
export function higherOf<R extends Rung>(one: R, other: R): R {
  return isAbove(one, other) ? one : other
}

/** What a caller's word on a trust anchor is worth: nobody below an administrator counts as more than a contact. */
export function toAnchorRung(rung: Rung): AnchorRung {
  if (isAtLeast(rung, 'owner')) return 'owner'
  return rung === 'administrator' ? 'administrator' : 'contact'
}

/** Where a person stands by their role: owners and whoever opens the console are privileged, everybody else is a person. */
export function rungOfRole(role: string): Extract<Rung, 'person' | 'administrator' | 'owner'> {
  if (role === 'owner') return 'owner'
  return role === 'admin' ? 'administrator' : 'person'
}

/** Whether this role opens the console, or more: its holder's sign-in rests on what somebody of that rung confirmed. */
export function isPrivileged(role: string): boolean {
  return rungOfRole(role) !== 'person'
}
