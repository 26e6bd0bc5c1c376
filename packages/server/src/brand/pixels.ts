// How large the image is that a browser makes of a file: 256 KB can say a billion pixels, at four bytes each. Only what says so is read,
// and where that is not understood, nothing is guessed. Pure.
import { maxBrandImagePixels } from '@rollcall/api'

/** Scans of a JPEG: each is drawn over the whole image, of a few bytes. A camera writes ten. */
const maxScans = 100

/** Width and height. */
interface Size {
  readonly width: number
  readonly height: number
}

/** Why an image is not taken. */
export class ImageFault extends Error {}

/** How many pixels a PNG, JPEG or WebP has. Throws ImageFault for what is of another type, or too large to be shown to everybody. */
export function countPixels(bytes: Buffer, mediaType: string): number {
  const type = typeOf(bytes)
  if (type !== mediaType) throw new ImageFault(`Its bytes are not those of ${mediaType}`)
  const sizes = readers[type](bytes) ?? []
  if (sizes.length === 0 || sizes.some(({ width, height }) => width * height === 0))
    throw new ImageFault('How wide and high it is cannot be read')
  const wide = sizes.find(({ width, height }) => Math.max(width, height) > maxBrandImagePixels)
  if (wide !== undefined) {
    const most = `${maxBrandImagePixels} x ${maxBrandImagePixels}`
    throw new ImageFault(`It has ${wide.width} x ${wide.height} pixels; at most ${most} are shown`)
  }
  if (type === 'image/jpeg' && hasManyScans(bytes)) throw new ImageFault(`It has more than ${maxScans} scans`)
  return sizes.reduce((most, { width, height }) => Math.max(most, width * height), 0)
}

// By its bytes: browsers, too, look at nothing else.
function typeOf(bytes: Buffer): keyof typeof readers | undefined {
  if (bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png'
  if (bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return 'image/jpeg'
  return textAt(bytes, 0) === 'RIFF' && textAt(bytes, 8) === 'WEBP' ? 'image/webp' : undefined
}

/** Of each type: the sizes that a file says; undefined where it is not understood. */
const readers = { 'image/png': readPng, 'image/jpeg': readJpeg, 'image/webp': readWebp }

// PNG §5.6: IHDR is the first chunk, of 13 bytes.
function readPng(bytes: Buffer): readonly Size[] | undefined {
  if (bytes.length < 33 || bytes.readUInt32BE(8) !== 13 || textAt(bytes, 12) !== 'IHDR') return undefined
  return [{ width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }]
}

// ITU T.81 §B.1: segments with their lengths, up to the one that says the size (SOF).
function readJpeg(bytes: Buffer): readonly Size[] | undefined {
  let at = 2
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0
    // One more 0xff before a marker fills a gap (§B.1.1.2).
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return [{ width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) }]
    const isSegment = marker >= 0xc4 && (marker < 0xd0 || marker > 0xda)
    const length = bytes.readUInt16BE(at + 2)
    if (!isSegment || length < 2) return undefined
    at += 2 + length
  }
  return undefined
}

function hasManyScans(bytes: Buffer): boolean {
  let at = 0
  for (let scans = 0; scans <= maxScans; scans += 1) {
    at = bytes.indexOf('ffda', at, 'hex') + 2
    if (at === 1) return false
  }
  return true
}

// RFC 9649 §2.3: chunks, each filled up to an even length. The canvas and each image in it say their sizes.
function readWebp(bytes: Buffer): readonly Size[] | undefined {
  const sizes: Size[] = []
  for (let at = 12; at + 18 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4)
    const size = readWebpChunk(textAt(bytes, at), bytes, at + 8)
    if (size === null) return undefined
    if (size !== undefined) sizes.push(size)
    at += 8 + length + (length % 2)
  }
  return sizes
}

// Undefined for a chunk that says no size; null for one that should.
function readWebpChunk(name: string, bytes: Buffer, at: number): Size | undefined | null {
  if (name === 'VP8X')
    return { width: bytes.readUIntLE(at + 4, 3) + 1, height: bytes.readUIntLE(at + 7, 3) + 1 }
  if (name === 'VP8 ')
    return { width: bytes.readUInt16LE(at + 6) & 0x3fff, height: bytes.readUInt16LE(at + 8) & 0x3fff }
  if (name !== 'VP8L') return undefined
  if (bytes[at] !== 0x2f) return null
  const said = bytes.readUInt32LE(at + 1)
  return { width: (said & 0x3fff) + 1, height: ((said >>> 14) & 0x3fff) + 1 }
}

function textAt(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at, at + 4)
}
