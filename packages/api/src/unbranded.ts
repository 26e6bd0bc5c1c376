// The brand of which nothing was said, and where help is, for whoever loads no schema.
import type { ShownBrand } from './brand.ts'

/** What pages show of an installation whose operator said nothing of the product. */
export const unbranded: ShownBrand = {
  productName: null,
  color: null,
  supportEmail: null,
  supportUrl: null,
  privacyUrl: null,
  termsUrl: null,
  images: { logo: null, logo_dark: null, icon: null },
}

/** Where people find help: the address of a page, else of a mailbox as a link (RFC 6068 §2); null where nobody said. */
export function toHelpUrl({
  supportUrl,
  supportEmail,
}: Pick<ShownBrand, 'supportUrl' | 'supportEmail'>): string | null {
  if (supportUrl !== null || supportEmail === null) return supportUrl
  // What is allowed in an address may be more in a link: `?` would begin what is sent with it.
  const at = supportEmail.lastIndexOf('@')
  return `mailto:${encodeURIComponent(supportEmail.slice(0, at))}${supportEmail.slice(at)}`
}
