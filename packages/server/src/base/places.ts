// Places of an organization that several rungs fill: connections, keys, domains, certificates, invitations, requests that wait. Whoever stands below never
// fills the last ones, so that nobody has to take something away before they can help themselves.
import { isAtLeast, type Rung } from './rung.ts'

/** How many of `all` may be taken for somebody of this rung to take one more. */
export function placesFor(rung: Rung, all: number): number {
  const tenths = rung === 'operator' ? 10 : rung === 'owner' ? 9 : isAtLeast(rung, 'administrator') ? 8 : 7
  return Math.floor((all * tenths) / 10)
}

/** How many of those one person, link or key may have: no more than half, so that nobody alone shuts out others of their rung. */
export function shareOfOne(places: number): number {
  return Math.max(1, Math.floor(places / 2))
}

/** The end of a refusal: how many there are, and for whom the rest is. */
export function describePlaces(rung: Rung, all: number, what: string): string {
  const own = placesFor(rung, all)
  const rest = own === all ? '' : `; ${all - own} more are kept for whoever stands above`
  return `An organization has at most ${own} ${what}${rest}. Remove one that nobody needs`
}
