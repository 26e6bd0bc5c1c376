// Hands out the images of the brand to anybody. An address belongs to one content for good, so browsers keep it.
import type { BrandImageKind } from '@rollcall/api'
import type { Clock } from '../base/clock.ts'
import { type AnonymousLimit, givenBack } from '../http/anonymous-limit.ts'
import { type WithRoutes, withRoutes } from '../http/routes.ts'
import type { Site } from '../http/site.ts'
import type { Database } from '../store/database.ts'
import { findApplicationImage } from './application-brand.ts'
import { findBrandImage } from './brand.ts'
import type { CurrentBrand } from './current.ts'
import { type BrandImage, brandFilesPath, type OwnedImage, readImagePath, readOwnedPath } from './images.ts'
import { findOrganizationLogo } from './organization-logo.ts'

/** Answers the images of the brand. */
export type BrandFilesDoor = WithRoutes<
  (request: Request, peer: { readonly ip: string | null }) => Promise<Response>
>

/** So many of those of applications and organizations are kept, of 256 KB at most. */
const maxOwned = 20
/** So long: one that was taken away is gone from here, too. */
const ownedMs = 60_000

/** What images are found with. */
export interface BrandFilesOptions {
  readonly database: Database
  readonly brand: CurrentBrand
  readonly anonymous: AnonymousLimit
  readonly clock: Clock
}

/** An image; undefined where there is none; for whoever asked too much, the seconds to wait. */
type FindOwned = (
  path: string,
  asked: OwnedImage,
  ip: string | null,
) => Promise<BrandImage | number | undefined>

// Of applications and organizations a few are kept. Any other is asked of the store, in the turns of the organization that the address
// names: so whoever asks does it in the budget of their network.
function createFindOwned({ database, anonymous, clock }: BrandFilesOptions): FindOwned {
  const kept = new Map<string, { readonly image: BrandImage; readonly at: number }>()
  return async (path, asked, ip) => {
    const at = clock()
    const known = kept.get(path)
    if (known !== undefined && at >= known.at && at - known.at < ownedMs) return known.image
    kept.delete(path)
    const waitSeconds = anonymous.take(ip)
    if (waitSeconds > 0) return waitSeconds
    const find = asked.owner.startsWith('app_') ? findApplicationImage : findOrganizationLogo
    const image = await find(database, asked)
    if (image === undefined) return undefined
    anonymous.giveBack(ip, givenBack)
    const [oldest] = kept.keys()
    if (kept.size >= maxOwned && oldest !== undefined) kept.delete(oldest)
    kept.set(path, { image, at })
    return image
  }
}

/** Answers `GET /brand/{kind}-{digest}`; 404 for an image that the brand does not have now. */
export function createBrandFilesDoor(options: BrandFilesOptions, { isSecure }: Site): BrandFilesDoor {
  const { database, brand } = options
  // Of each kind the newest that was asked for: anybody may ask, and an image has up to 256 KB.
  const kept = new Map<BrandImageKind, BrandImage>()
  const findOwned = createFindOwned(options)
  const find = async (path: string, ip: string | null): Promise<BrandImage | number | undefined> => {
    const beside = readOwnedPath(path)
    if (beside !== undefined) return findOwned(path, beside, ip)
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
  const answer = async (request: Request, { ip }: { readonly ip: string | null }): Promise<Response> => {
    if (!['GET', 'HEAD'].includes(request.method))
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } })
    const image = await find(new URL(request.url).pathname, ip)
    if (typeof image === 'number')
      return say(429, 'Too many images were asked for', { 'retry-after': String(image) })
    if (image === undefined) return say(404, 'There is no such image')
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

function say(status: number, text: string, more: Readonly<Record<string, string>> = {}): Response {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...more }
  return new Response(`${text}\n`, { status, headers })
}
