// Images of the brand: what is taken, and how one is handed out. An image is looked at by its bytes, whatever its name says.
import { createHash } from 'node:crypto'
import { type BrandImageKind, brandImageKinds, maxBrandImageBytes, type NewBrandImage } from '@rollcall/api'
import { Problem } from '../http/problem.ts'
import { countPixels, ImageFault } from './pixels.ts'
import { sanitizeSvg } from './svg.ts'

/** Where images are, before the kind and the beginning of their digest. */
export const brandFilesPath = '/brand'

/** An image as it is kept. */
export interface BrandImage {
  readonly kind: BrandImageKind
  readonly mediaType: NewBrandImage['mediaType']
  /** SHA-256, in hexadecimal. */
  readonly digest: string
  readonly content: Uint8Array<ArrayBuffer>
}

/** Reads an upload. Throws 400 `image_refused`. */
export function readBrandImage(kind: BrandImageKind, { mediaType, data }: NewBrandImage): BrandImage {
  const bytes = Buffer.from(data, 'base64')
  assertSmall(bytes)
  try {
    const content = mediaType === 'image/svg+xml' ? readSvg(bytes) : readRaster(bytes, mediaType)
    return { kind, mediaType, digest: createHash('sha256').update(content).digest('hex'), content }
  } catch (error) {
    if (error instanceof ImageFault) throw refused(error.message)
    throw error
  }
}

function assertSmall<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  if (bytes.byteLength > maxBrandImageBytes)
    throw refused(`It has ${bytes.byteLength} bytes; at most ${maxBrandImageBytes} are kept`)
  return bytes
}

function readSvg(bytes: Buffer): Uint8Array<ArrayBuffer> {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refused('An SVG is read in UTF-8')
  }
  return assertSmall(new Uint8Array(Buffer.from(sanitizeSvg(text))))
}

function readRaster(bytes: Buffer, mediaType: string): Uint8Array<ArrayBuffer> {
  countPixels(bytes, mediaType)
  return new Uint8Array(bytes)
}

function refused(why: string): Problem {
  return new Problem('image_refused', `The image was not taken. ${why}`)
}

/** The path of an image: another content has another path. */
export function pathOfImage(kind: BrandImageKind, digest: string): string {
  return `${brandFilesPath}/${kind}-${digest.slice(0, 16)}`
}

/** Whose image it may be beside the installation's: an application's, or an organization's. */
export interface OwnedImage {
  readonly owner: string
  readonly kind: BrandImageKind
  readonly digest: string
}

/** The path of an image of an application or an organization. */
export function pathOfOwned({ owner, kind, digest }: OwnedImage): string {
  return `${brandFilesPath}/${owner}/${kind}-${digest}`
}

/** The same, read; undefined for a path of nothing of the kind. */
export function readOwnedPath(path: string): OwnedImage | undefined {
  const found = /^\/brand\/((?:app|org)_[0-9a-z]{26})\/([a-z_]+)-([0-9a-f]{64})$/.exec(path)
  const [, owner = '', name, digest = ''] = found ?? []
  const kind = brandImageKinds.find((one) => one === name)
  return kind === undefined ? undefined : { owner, kind, digest }
}

/** Which image a path asks for. */
export function readImagePath(
  path: string,
): { readonly kind: BrandImageKind; readonly digest: string } | undefined {
  const found = /^\/brand\/([a-z_]+)-([0-9a-f]{16})$/.exec(path)
  const kind = brandImageKinds.find((one) => one === found?.[1])
  return kind === undefined || found?.[2] === undefined ? undefined : { kind, digest: found[2] }
}
