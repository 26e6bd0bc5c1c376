// How many streams and waiting answers are held at once on this node: by a session, by whoever stands behind it, by an organization. Few,
// so that nobody holds the places of others.
import type { SessionHolder } from '../sessions/holder.ts'

/** Of one session, or of one link whatever its sessions. */
export const maxStreams = 10
/** Of one person in all their sessions. */
export const maxStreamsOfPerson = 20
/** Of one organization: beyond it whoever has the most gives one up. */
export const maxStreamsOfOrganization = 200

/** In whose name a stream is held. */
export interface Streamer {
  readonly sessionId: string
  /** None behind a session of the operator. */
  readonly parent: SessionHolder | undefined
  readonly organizationId: string | undefined
}

/** The places of streams on this node. */
export interface StreamPlaces {
  /**
   * Gives the place back; undefined where there is none left. `drop` ends it in favour of somebody of the same organization who has
   * fewer.
   */
  take(streamer: Streamer, drop: () => void): (() => void) | undefined
}

interface Taken {
  readonly owner: string
  readonly drop: () => void
}

/** All places free. */
export function createStreamPlaces(): StreamPlaces {
  const counts = new Map<string, number>()
  const ofOrganization = new Map<string, Set<Taken>>()
  const countOf = (name: string): number => counts.get(name) ?? 0
  const move = (names: readonly string[], by: number): void => {
    for (const name of names) {
      const count = countOf(name) + by
      if (count > 0) counts.set(name, count)
      else counts.delete(name)
    }
  }
  /** Whether one was given up by whoever has the most, and more than this one would have. */
  const makeRoom = (organization: ReadonlySet<Taken>, owner: string): boolean => {
    let heaviest: Taken | undefined
    for (const taken of organization)
      if (heaviest === undefined || countOf(taken.owner) > countOf(heaviest.owner)) heaviest = taken
    if (heaviest === undefined || countOf(heaviest.owner) <= countOf(owner) + 1) return false
    heaviest.drop()
    return true
  }
  return {
    take({ sessionId, parent, organizationId = '' }, drop) {
      const owner = parent?.id ?? sessionId
      const limit = parent?.isPerson === true ? maxStreamsOfPerson : maxStreams
      if (countOf(sessionId) >= maxStreams || countOf(owner) >= limit) return undefined
      const organization = ofOrganization.get(organizationId) ?? new Set<Taken>()
      if (organization.size >= maxStreamsOfOrganization && !makeRoom(organization, owner)) return undefined
      const names = [...new Set([sessionId, owner])]
      const taken = { owner, drop }
      move(names, 1)
      ofOrganization.set(organizationId, organization.add(taken))
      return () => {
        if (!organization.delete(taken)) return
        move(names, -1)
        if (organization.size === 0 && ofOrganization.get(organizationId) === organization)
          ofOrganization.delete(organizationId)
      }
    },
  }
}
