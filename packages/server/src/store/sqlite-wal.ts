// What the write-ahead log holds before SQLite recovers it. SQLite takes what it can read and drops the rest without a word
// (sqlite.org/fileformat2.html, section 4): here it is counted, so that it can be said.
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'

/** What a log holds. */
export interface WalState {
  /** Whether there is a log at all: whoever ends cleanly leaves none. */
  readonly isLeft: boolean
  /** Transactions whose end stands in the log behind a place that cannot be read. */
  readonly dropped: number
  /** Whether the log's own header cannot be read, so that SQLite takes nothing of it. */
  readonly isHeaderBroken: boolean
}

const headerBytes = 32
const frameHeaderBytes = 24
const none: WalState = { isLeft: false, dropped: 0, isHeaderBroken: false }

/** Looks at the log beside a store; changes nothing. */
export function readWal(file: string): WalState {
  if (!existsSync(file)) return none
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    if (size === 0) return none
    return { isLeft: true, ...readFrames(handle, size) }
  } finally {
    closeSync(handle)
  }
}

function readFrames(handle: number, size: number): Omit<WalState, 'isLeft'> {
  const header = Buffer.alloc(headerBytes)
  readSync(handle, header, 0, headerBytes, 0)
  const magic = header.readUInt32BE(0)
  const isBigEndian = magic === 0x377f0683
  const pageBytes = header.readUInt32BE(8)
  let sum = addChecksum([0, 0], header.subarray(0, 24), isBigEndian)
  const isWhole =
    (isBigEndian || magic === 0x377f0682) && pageBytes >= 512 && pageBytes <= 65_536 && isSum(sum, header, 24)
  if (!isWhole) return { dropped: 0, isHeaderBroken: size > headerBytes }
  const salts = header.subarray(16, 24)
  const frame = Buffer.alloc(frameHeaderBytes + pageBytes)
  let isReadable = true
  let dropped = 0
  for (let at = headerBytes; at + frame.length <= size; at += frame.length) {
    readSync(handle, frame, 0, frame.length, at)
    // What an earlier round of the log left behind has other salts.
    const isOfThisRound = frame.subarray(8, 16).equals(salts)
    if (isReadable && isOfThisRound) {
      sum = addChecksum(sum, frame.subarray(0, 8), isBigEndian)
      sum = addChecksum(sum, frame.subarray(frameHeaderBytes), isBigEndian)
    }
    isReadable &&= isOfThisRound && isSum(sum, frame, 16)
    if (!isReadable && isOfThisRound && frame.readUInt32BE(4) !== 0) dropped += 1
  }
  return { dropped, isHeaderBroken: false }
}

type Sum = readonly [number, number]

function addChecksum([first, second]: Sum, bytes: Buffer, isBigEndian: boolean): Sum {
  let [a, b] = [first, second]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    a = (a + view.getUint32(at, !isBigEndian) + b) >>> 0
    b = (b + view.getUint32(at + 4, !isBigEndian) + a) >>> 0
  }
  return [a, b]
}

function isSum([a, b]: Sum, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === a && bytes.readUInt32BE(at + 4) === b
}
