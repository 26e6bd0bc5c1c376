// Who does not read what is sent to them: a connection that takes no byte of what waits for it, for so long, is ended, so that nobody
// holds a place, or what waits in memory, by standing still.
import type { Socket } from 'node:net'

/** Watches who does not read what is sent to them. */
export interface Readers {
  /** From now until it closes. */
  watch(socket: Socket): void
  /** Ends those that have taken nothing for too long, and the longest standing of too many; returns how many. */
  look(now: number): number
}

/** How long, and how many, may stand still. */
export interface ReaderLimits {
  /** Milliseconds. */
  readonly stallMs: number
  /** So many may stand still between two looks: what waits for each is in memory. */
  readonly standing: number
}

interface Stall {
  readonly owed: string
  readonly since: number
}

/** Watches nobody yet. */
export function createReaders({ stallMs, standing }: ReaderLimits): Readers {
  const sockets = new Map<Socket, Stall | undefined>()
  /** Since when it has taken nothing; undefined for who has since the last look, or owes us nothing. */
  const findStall = (socket: Socket, before: Stall | undefined, now: number): number | undefined => {
    if (!isOwed(socket)) {
      if (before !== undefined) sockets.set(socket, undefined)
      return undefined
    }
    const owed = describeOwed(socket)
    if (before?.owed === owed) return before.since
    sockets.set(socket, { owed, since: now })
    return undefined
  }
  return {
    watch(socket) {
      sockets.set(socket, undefined)
      socket.once('close', () => sockets.delete(socket))
    },
    look(now) {
      const stalled = [...sockets]
        .map(([socket, before]) => ({ socket, since: findStall(socket, before, now) }))
        .filter((one): one is { socket: Socket; since: number } => one.since !== undefined)
        .sort((left, right) => left.since - right.since)
      const surplus = stalled.length - standing
      const ended = stalled.filter(({ since }, at) => at < surplus || now - since >= stallMs)
      for (const { socket } of ended) {
        sockets.delete(socket)
        socket.destroy()
      }
      return ended.length
    },
  }
}

/** Whether something waits to be taken by the other end. */
export function isOwed(socket: Socket): boolean {
  return socket.writableLength > 0
}

// What Node counts goes down with each part that is written whole; what the system has taken of that part its handle says.
function describeOwed(socket: Socket): string {
  const { _handle: handle } = socket as unknown as { _handle?: { writeQueueSize?: number } | null }
  return `${socket.bytesWritten} ${socket.writableLength} ${handle?.writeQueueSize ?? ''}`
}
