// Hands out the images of the brand to anybody. An address belongs to one content for good, so browsers keep it.
import type { BrandImageKind } from '@rollcall/api'
import { type WithRoutes, withRoutes } from '../http/routes.ts'
import type { Site } from '../http/site.ts'
import type { Database } from '../store/database.ts'
import { findApplicationImage } from './application-brand.ts'
import { findBrandImage } from './brand.ts'
import type { CurrentBrand } from './current.ts'
import { type BrandImage, brandFilesPath, type OwnedImage, readImagePath, readOwnedPath } from './images.ts'
import { findOrganizationLogo } from './organization-logo.ts'

/** Answers the images of the brand. */
export type BrandFilesDoor = WithRoutes<(request: Request) => Promise<Response>>

/** So many of those of applications and organizations are kept, of 256 KB at most. */
const maxOwned = 20

/** Answers `GET /brand/{kind}-{digest}`; 404 for an image that the brand does not have now. */
export function createBrandFilesDoor(
  database: Database,
  brand: CurrentBrand,
  { isSecure }: Site,
): BrandFilesDoor {
  // Of each kind the newest that was asked for: anybody may ask, and an image has up to 256 KB.
  const kept = new Map<BrandImageKind, BrandImage>()
  // Of applications and organizations a few: the address has all of the digest, so a wrong one finds no row.
  const owned = new Map<string, BrandImage>()
  const findOwned = async (path: string, asked: OwnedImage): Promise<BrandImage | undefined> => {
    const known = owned.get(path)
    if (known !== undefined) return known
    const find = asked.owner.startsWith('app_') ? findApplicationImage : findOrganizationLogo
    const found = await find(database, asked)
    if (found === undefined) return undefined
    const [oldest] = owned.keys()
    if (owned.size >= maxOwned && oldest !== undefined) owned.delete(oldest)
    owned.set(path, found)
    return found
  }
  const find = async (path: string): Promise<BrandImage | undefined> => {
    const beside = readOwnedPath(path)
    if (beside !== undefined) return findOwned(path, beside)
    const asked = readImagePath(path)
    if (asked === undefined) return undefined
    await brand.refresh()
    // What nobody could know of the brand is asked of no store.
    if (brand.now.images[asked.kind]?.url.endsWith(path) !== true) return undefined
    const known = kept.get(asked.kind)
    if (known?.digest.startsWith(asked.digest) === true) return known
    const found = await findBrandImage(database, asked.kind)
    if (found === undefined || !found.digest.startsWith(asked.digest)) return undefined
    kept.set(asked.kind, found)
    return found
  }
  const answer = async (request: Request): Promise<Response> => {
    if (!['GET', 'HEAD'].includes(request.method))
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const image = await find(new URL(request.url).pathname)
    if (image === undefined)
      return new Response('There is no such image\n', {
        status: 404,
        headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
      })
    return new Response(request.method === 'HEAD' ? null : image.content, {
      headers: {
        'content-type': image.mediaType,
        'content-length': String(image.content.byteLength),
        // An SVG that is opened by itself is a document: it may draw, and nothing else.
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        // Mails show the logo too, and other origins may: it is on every page of the product.
        'cross-origin-resource-policy': 'cross-origin',
        ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
        'cache-control': 'public, max-age=31536000, immutable',
      },
    })
  }
  return withRoutes(answer, [`GET ${brandFilesPath}/{image}`, `GET ${brandFilesPath}/{owner}/{image}`])
}
