// What a process and those that it started have used so far, as Linux counts it.
import { readdirSync, readFileSync } from 'node:fs'

/** Linux counts CPU in ticks of 10 ms. */
const msPerTick = 10

/** User and system CPU of one process, its threads included, in milliseconds. */
export function readCpuMs(pid: number): number {
  return sum(readStat(pid).slice(0, 2)) * msPerTick
}

/** CPU of a process and of those that it started, also of those that have ended, in milliseconds. */
export function readFamilyCpuMs(pid: number): number {
  const ofChildren = listChildren(pid).map((child) => sum(readStat(child).slice(0, 2)))
  return (sum(readStat(pid)) + sum(ofChildren)) * msPerTick
}

/** Bytes that a process has sent to the disk. */
export function readWrittenBytes(pid: number): number {
  return Number(/^write_bytes: (\d+)/m.exec(read(`/proc/${pid}/io`))?.[1] ?? 0)
}

/** Resident memory in MB. */
export function readResidentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024
}

function listChildren(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).trim().split(' ').filter(Boolean).map(Number),
  )
}

/** Ticks in user and system mode, its own and of the children that it has waited for. */
function readStat(pid: number): number[] {
  const fields = read(`/proc/${pid}/stat`).split(') ')[1]?.split(' ') ?? []
  return fields.slice(11, 15).map(Number)
}

// A process may end between being named and being read.
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
