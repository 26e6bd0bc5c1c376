// The few connections that everybody's reads and flushes share, pipelined: which one is taken next, and which are held up by a statement
// that takes long.
import type { Connection } from './postgres-dial.ts'

/** Looks after which a shared connection is taken for held up: 75 ms. */
const heldLooks = 3

/** Whether a statement on it takes long. */
export const isHeld = (connection: Connection | undefined): boolean =>
  connection !== undefined && connection.looks >= heldLooks

// One that is still to be connected takes longer than one that is free.
const owedBy = (connection: Connection | undefined): number => connection?.owed ?? 0.5

/** A fixed number of places, each filled when it is first asked for. */
export class SharedConnections {
  readonly #opening: (Promise<Connection> | undefined)[]
  readonly #connected: (Connection | undefined)[]
  readonly #connect: (onLost: () => void) => Promise<Connection>
  #turn = 0

  constructor(count: number, connect: (onLost: () => void) => Promise<Connection>) {
    this.#opening = Array.from({ length: count })
    this.#connected = Array.from({ length: count })
    this.#connect = connect
  }

  /** The next place in turn; one that is not held up where there is one. */
  pick(): number {
    const count = this.#connected.length
    for (let step = 1; step <= count; step += 1) {
      const place = (this.#turn + step) % count
      if (isHeld(this.#connected[place])) continue
      this.#turn = place
      return place
    }
    this.#turn = (this.#turn + 1) % count
    return this.#turn
  }

  /** One that owes the least: whoever has waited behind a statement once should not come to stand behind the next. */
  pickFreest(): number {
    let best = this.pick()
    for (const [place, one] of this.#connected.entries())
      if (!isHeld(one) && owedBy(one) < owedBy(this.#connected[best])) best = place
    return best
  }

  at(place: number): Promise<Connection> {
    return this.#opening[place] ?? this.#fill(place)
  }

  /** The same where it is there already. */
  connectedAt(place: number): Connection | undefined {
    return this.#connected[place]
  }

  areAllHeld(): boolean {
    return this.#connected.every(isHeld)
  }

  /** Makes its place free for another connection. */
  leave(connection: Connection): void {
    const place = this.#connected.indexOf(connection)
    if (place >= 0) this.#clear(place)
  }

  #fill(place: number): Promise<Connection> {
    const forget = (): void => {
      if (this.#opening[place] === opening) this.#clear(place)
    }
    const opening = this.#connect(() => forget())
    this.#opening[place] = opening
    opening.then((connection) => {
      if (this.#opening[place] === opening) this.#connected[place] = connection
    }, forget)
    return opening
  }

  #clear(place: number): void {
    this.#opening[place] = undefined
    this.#connected[place] = undefined
  }
}
