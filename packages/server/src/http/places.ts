// Who holds the service's connections: so many for one network, or for one credential, and when places run short the idle ones of
// whoever has the most go first. Knows no socket: a place is given up by calling what it was entered with.
import { listNetworks } from './networks.ts'

export interface Place {
  /** A request came, until what is returned is called. `isOwed`: whether its sender still owes a part of it. */
  begin(isOwed: () => boolean): () => void
  /** A credential was shown: from now on it counts, not the network, as far as it has room. */
  hold(credential: string): void
  leave(): void
}

export interface Places {
  /** A connection from this address; undefined: there is no room for it. */
  enter(ip: string | null, drop: () => void): Place | undefined
  /** A connection of a trusted proxy: it is no sender, those behind it are. */
  enterProxy(drop: () => void): Place | undefined
  /** A request that came through one, from this address; undefined: there is no room for it. */
  enterBehindProxy(ip: string | null, drop: () => void): Place | undefined
  /** For tests and metrics. */
  count(): number
}

/** A name that counts places; a neighbourhood of networks may have more than one of them. */
interface Owner {
  readonly name: string
  readonly weight: number
}

interface Entry {
  /** The first one is who it counts for; the others are looked at when there is no place left at all. */
  owners: readonly Owner[]
  /** Whether it is one of the connections that there may be so many of. */
  readonly isConnection: boolean
  readonly isProxy: boolean
  readonly drop: () => void
  readonly requests: Set<() => boolean>
}

/** Places that are made free at once when all are taken. */
const sweptAtOnce = 32

export function createPlaces(limits: { readonly perOwner: number; readonly all: number }): Places {
  // In order of last use.
  const entries = new Set<Entry>()
  const own = new Map<string, Set<Entry>>()
  const counts = new Map<string, number>()
  let connections = 0

  const toOwner = ({ owners }: Entry): string => owners[0]?.name ?? ''
  const add = (entry: Entry): void => {
    entries.add(entry)
    if (entry.isConnection) connections += 1
    const group = own.get(toOwner(entry)) ?? new Set()
    own.set(toOwner(entry), group.add(entry))
    for (const { name } of entry.owners) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const remove = (entry: Entry): boolean => {
    if (!entries.delete(entry)) return false
    if (entry.isConnection) connections -= 1
    const group = own.get(toOwner(entry))
    group?.delete(entry)
    if (group?.size === 0) own.delete(toOwner(entry))
    for (const { name } of entry.owners) {
      const count = (counts.get(name) ?? 0) - 1
      if (count > 0) counts.set(name, count)
      else counts.delete(name)
    }
    return true
  }
  const touch = (entry: Entry): void => {
    if (remove(entry)) add(entry)
  }
  const giveUp = (entry: Entry | undefined): boolean => {
    if (entry === undefined) return false
    remove(entry)
    entry.drop()
    return true
  }
  const weigh = ({ owners }: Entry): number =>
    Math.max(...owners.map(({ name, weight }) => (counts.get(name) ?? 0) / weight))
  const findHeaviest = (isWanted: (entry: Entry) => boolean): Entry | undefined => {
    let found: Entry | undefined
    let most = 0
    for (const entry of entries) {
      if (!entry.isConnection || entry.isProxy || !isWanted(entry)) continue
      const weight = weigh(entry)
      if (weight > most) [found, most] = [entry, weight]
    }
    return found
  }
  // Idle ones first, then those whose sender takes its time; whoever waits for us stays.
  const makeRoomFor = (owner: string): boolean => {
    const group = [...(own.get(owner) ?? [])]
    return group.length < limits.perOwner || giveUp(group.find(isIdle) ?? group.find(isWaiting))
  }
  const makeRoom = (): boolean => {
    for (let swept = 0; swept < sweptAtOnce; swept += 1)
      if (!giveUp(findHeaviest(isIdle) ?? (swept === 0 ? findHeaviest(isWaiting) : undefined))) break
    return connections < limits.all
  }
  const open = (entry: Entry): Place => {
    add(entry)
    return {
      begin(isOwed) {
        entry.requests.add(isOwed)
        touch(entry)
        return () => {
          entry.requests.delete(isOwed)
          touch(entry)
        }
      },
      hold(credential) {
        if (toOwner(entry) === credential || entry.isProxy || !entries.has(entry)) return
        if ((own.get(credential)?.size ?? 0) >= limits.perOwner) return
        remove(entry)
        entry.owners = [{ name: credential, weight: 1 }]
        add(entry)
      },
      leave: () => void remove(entry),
    }
  }
  const hasRoom = (): boolean => connections < limits.all || makeRoom()

  return {
    enter(ip, drop) {
      const owners = listNetworks(ip)
      if (!makeRoomFor(owners[0]?.name ?? '') || !hasRoom()) return undefined
      return open({ owners, isConnection: true, isProxy: false, drop, requests: new Set() })
    },
    enterProxy(drop) {
      if (!hasRoom()) return undefined
      return open({ owners: [], isConnection: true, isProxy: true, drop, requests: new Set() })
    },
    enterBehindProxy(ip, drop) {
      const owners = listNetworks(ip)
      if (!makeRoomFor(owners[0]?.name ?? '')) return undefined
      return open({ owners, isConnection: false, isProxy: false, drop, requests: new Set() })
    },
    count: () => connections,
  }
}

function isIdle({ requests }: Entry): boolean {
  return requests.size === 0
}

function isWaiting({ requests }: Entry): boolean {
  return requests.size > 0 && [...requests].every((isOwed) => isOwed())
}
