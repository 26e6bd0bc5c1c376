// Who holds the service's connections: so many for one network, or for one credential, for whoever stands behind credentials and for
// their organization. When places run short, those of whoever has the most go first: the idle ones, then those whose sender is
// slow, then answers that go on or are not read. Knows no socket: a place is given up by calling what it was entered with.
import { listNetworks } from './networks.ts'

/** How far a request is: its sender still owes a part of it; we work on it; its answer has begun, and somebody reads it or not. */
export type Stage = 'owed' | 'worked' | 'answered'

/** Who showed a credential, and who stands behind it. */
export interface Holder {
  readonly credential: string
  /** The person or the link that may have several credentials. */
  readonly parent?: string | undefined
  readonly organizationId?: string | undefined
}

/** The place of one connection. */
export interface Place {
  /** A request came, until what is returned is called. */
  begin(stageOf: () => Stage): () => void
  /** A credential was shown: from now on it counts, with who stands behind it, and not the network. */
  hold(holder: Holder): void
  leave(): void
}

/** All places of connections. */
export interface Places {
  /** A connection from this address; undefined: there is no room for it. */
  enter(ip: string | null, drop: () => void): Place | undefined
  /** A connection of a trusted proxy: it is no sender, those behind it are. */
  enterProxy(drop: () => void): Place | undefined
  /**
   * A request that came through one, from this address; undefined: there is no room for it. `drop` gives up the connection with it, and
   * its place.
   */
  enterBehindProxy(ip: string | null, drop: () => void): Place | undefined
  /** For tests and metrics. */
  count(): number
}

/** How many connections one sender holds. */
export interface PlaceLimits {
  /** Of one network, or of one credential, or of one person or link. */
  readonly perOwner: number
  readonly perOrganization: number
  readonly all: number
}

/** A name that counts places; a neighbourhood of networks, or an organization, may have more than one of them. */
interface Owner {
  readonly name: string
  readonly weight: number
  /** Undefined: it is only looked at when there is no place left at all. */
  readonly limit: number | undefined
}

interface Entry {
  owners: readonly Owner[]
  /** Whether it is one of the connections that there may be so many of. */
  readonly isConnection: boolean
  readonly isProxy: boolean
  readonly drop: () => void
  readonly requests: Set<() => Stage>
  /** The larger, the later it was used. */
  usedAt: number
  /** Who showed a credential last. */
  holder?: Holder
}

/** Places that are made free at once when all are taken. */
const sweptAtOnce = 32
/** An organization is weighed as a neighbourhood is. */
const organizationWeight = 4

/** Who is there, and how much each owner has. */
class Register {
  readonly entries = new Set<Entry>()
  readonly #own = new Map<string, Set<Entry>>()
  connections = 0
  #uses = 0

  add(entry: Entry): void {
    this.use(entry)
    this.entries.add(entry)
    if (entry.isConnection) this.connections += 1
    for (const { name } of entry.owners) this.#own.set(name, (this.#own.get(name) ?? new Set()).add(entry))
  }

  remove(entry: Entry): boolean {
    if (!this.entries.delete(entry)) return false
    if (entry.isConnection) this.connections -= 1
    for (const { name } of entry.owners) {
      const group = this.#own.get(name)
      group?.delete(entry)
      if (group?.size === 0) this.#own.delete(name)
    }
    return true
  }

  use(entry: Entry): void {
    this.#uses += 1
    entry.usedAt = this.#uses
  }

  giveUp(entry: Entry | undefined): boolean {
    if (entry === undefined) return false
    this.remove(entry)
    entry.drop()
    return true
  }

  ofOwner(name: string): ReadonlySet<Entry> {
    return this.#own.get(name) ?? nobody
  }

  // Of those who have the most, the one that was used the longest ago.
  findHeaviest(
    among: Iterable<Entry>,
    isWanted: (entry: Entry) => boolean,
    except?: string,
  ): Entry | undefined {
    let found: Entry | undefined
    let most = -1
    for (const entry of among) {
      if (entry.isProxy || !isWanted(entry)) continue
      const weight = this.#weigh(entry, except)
      const isOlder = weight === most && found !== undefined && entry.usedAt < found.usedAt
      if (weight > most || isOlder) [found, most] = [entry, weight]
    }
    return found
  }

  // Whoever waits for us stays.
  findDroppable(among: Iterable<Entry>, except?: string): Entry | undefined {
    return (
      this.findHeaviest(among, isIdle, except) ??
      this.findHeaviest(among, isWaiting, except) ??
      this.findHeaviest(among, isAnswering, except)
    )
  }

  #weigh({ owners }: Entry, except: string | undefined): number {
    const weightOf = ({ name, weight }: Owner): number =>
      name === except ? 0 : this.ofOwner(name).size / weight
    return Math.max(0, ...owners.map(weightOf))
  }
}

const nobody: ReadonlySet<Entry> = new Set()

/** All places free. */
export function createPlaces(limits: PlaceLimits): Places {
  const register = new Register()
  const makeRoomFor = ({ name, limit }: Owner): boolean => {
    if (limit === undefined) return true
    while (register.ofOwner(name).size >= limit)
      if (!register.giveUp(register.findDroppable(register.ofOwner(name), name))) return false
    return true
  }
  const makeRoom = (): boolean => {
    const { entries } = register
    for (let swept = 0; swept < sweptAtOnce; swept += 1) {
      const found = swept === 0 ? register.findDroppable(entries) : register.findHeaviest(entries, isIdle)
      if (!register.giveUp(found)) break
    }
    return register.connections < limits.all
  }
  const open = (entry: Entry): Place => openPlace(register, entry, limits, makeRoomFor)
  const hasRoom = (): boolean => register.connections < limits.all || makeRoom()
  const listOwners = (ip: string | null): readonly Owner[] =>
    listNetworks(ip).map(({ name, weight }, at) => ({
      name,
      weight,
      limit: at === 0 ? limits.perOwner : undefined,
    }))
  const hasRoomFor = (owners: readonly Owner[]): boolean => owners.every(makeRoomFor)

  return {
    enter(ip, drop) {
      const owners = listOwners(ip)
      if (!hasRoomFor(owners) || !hasRoom()) return undefined
      return open({ owners, isConnection: true, isProxy: false, drop, requests: new Set(), usedAt: 0 })
    },
    enterProxy(drop) {
      if (!hasRoom()) return undefined
      return open({ owners: [], isConnection: true, isProxy: true, drop, requests: new Set(), usedAt: 0 })
    },
    enterBehindProxy(ip, drop) {
      const owners = listOwners(ip)
      if (!hasRoomFor(owners)) return undefined
      return open({ owners, isConnection: false, isProxy: false, drop, requests: new Set(), usedAt: 0 })
    },
    count: () => register.connections,
  }
}

function openPlace(
  register: Register,
  entry: Entry,
  limits: PlaceLimits,
  makeRoomFor: (owner: Owner) => boolean,
): Place {
  register.add(entry)
  return {
    begin(stageOf) {
      entry.requests.add(stageOf)
      register.use(entry)
      return () => {
        entry.requests.delete(stageOf)
        register.use(entry)
      }
    },
    hold(holder) {
      // Most show the same again and again.
      if (entry.holder === holder || entry.isProxy || !register.entries.has(entry)) return
      entry.holder = holder
      const owners = toOwners(holder, limits)
      if (owners.every(({ name }, at) => entry.owners[at]?.name === name)) return
      register.remove(entry)
      for (const owner of owners) makeRoomFor(owner)
      entry.owners = owners
      register.add(entry)
    },
    leave: () => void register.remove(entry),
  }
}

function toOwners(
  { credential, parent, organizationId }: Holder,
  { perOwner, perOrganization }: PlaceLimits,
): readonly Owner[] {
  const owners: Owner[] = [{ name: credential, weight: 1, limit: perOwner }]
  if (parent !== undefined) owners.push({ name: parent, weight: 1, limit: perOwner })
  if (organizationId !== undefined)
    owners.push({ name: organizationId, weight: organizationWeight, limit: perOrganization })
  return owners
}

function isIdle({ requests }: Entry): boolean {
  return requests.size === 0
}

function isWaiting({ requests }: Entry): boolean {
  return requests.size > 0 && [...requests].every((stageOf) => stageOf() === 'owed')
}

function isAnswering({ requests }: Entry): boolean {
  return requests.size > 0 && [...requests].every((stageOf) => stageOf() !== 'worked')
}
