// Who waits inside one organization. Each rung has turns by its weight, so that what stands below waits longer and never for ever; and those
// of one rung take turns maker by maker, so that many requests of one keep nobody waiting for more than one of them.
import { isAtLeast } from '../base/rung.ts'
import type { Comer } from './comer.ts'

/** Who waits inside one organization. */
export interface Waiting<T> {
  size(): number
  /** Returns what takes it out again. */
  add(comer: Comer, one: T): () => void
  take(): T | undefined
}

/** Turns that a band has for one of the lowest, the highest band first. */
const weights = [16, 8, 4, 2, 1] as const

/** The operator is asked to end what an owner does, and there are few of either. */
function bandOf({ rung }: Comer): number {
  if (isAtLeast(rung, 'owner')) return 0
  if (rung === 'administrator') return 1
  if (rung === 'contact') return 2
  return rung === 'directory' ? 3 : 4
}

interface Band<T> {
  readonly weight: number
  /** When its next turn ends, in turns of the lowest band: whose ends first is served. */
  next: number
  /** By maker, the next one first. */
  readonly makers: Map<string, T[]>
}

/** Nobody waits yet. */
export function createWaiting<T>(): Waiting<T> {
  const bands = weights.map((weight): Band<T> => ({ weight, next: 0, makers: new Map() }))
  let size = 0
  /** The end of the latest turn: who was not there has saved no turns up. */
  let now = 0

  const remove = ({ makers }: Band<T>, by: string, one: T): void => {
    const own = makers.get(by) ?? []
    const at = own.indexOf(one)
    if (at < 0) return
    own.splice(at, 1)
    if (own.length === 0) makers.delete(by)
    size -= 1
  }
  return {
    size: () => size,
    add(comer, one) {
      const band = bands[bandOf(comer)]!
      if (band.makers.size === 0) band.next = Math.max(band.next, now + 1 / band.weight)
      const own = band.makers.get(comer.by)
      if (own === undefined) band.makers.set(comer.by, [one])
      else own.push(one)
      size += 1
      return () => remove(band, comer.by, one)
    },
    take() {
      let band: Band<T> | undefined
      for (const one of bands)
        if (one.makers.size > 0 && (band === undefined || one.next < band.next)) band = one
      if (band === undefined) return undefined
      now = band.next
      band.next += 1 / band.weight
      const [first] = band.makers
      if (first === undefined) return undefined
      const [by, own] = first
      band.makers.delete(by)
      const one = own.shift()
      // Behind the others.
      if (own.length > 0) band.makers.set(by, own)
      size -= 1
      return one
    },
  }
}

/** Organizations in the order in which they came, and of each, when it is its turn, whoever is next inside it. */
export interface WaitingOfAll<T> {
  size(): number
  add(organizationId: string, comer: Comer, one: T): () => void
  take(): T | undefined
}

/** Nobody waits yet, of any organization. */
export function createWaitingOfAll<T>(): WaitingOfAll<T> {
  const places: string[] = []
  const lines = new Map<string, Waiting<T>>()
  const tidy = (organizationId: string, line: Waiting<T>): void => {
    if (line.size() === 0) lines.delete(organizationId)
  }
  return {
    size: () => places.length,
    add(organizationId, comer, one) {
      const line = lines.get(organizationId) ?? createWaiting<T>()
      lines.set(organizationId, line)
      places.push(organizationId)
      const leave = line.add(comer, one)
      return () => {
        const before = line.size()
        leave()
        if (line.size() === before) return
        places.splice(places.lastIndexOf(organizationId), 1)
        tidy(organizationId, line)
      }
    },
    take() {
      const organizationId = places.shift()
      if (organizationId === undefined) return undefined
      const line = lines.get(organizationId)!
      const one = line.take()
      tidy(organizationId, line)
      return one
    },
  }
}
