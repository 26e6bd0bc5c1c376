// The brand of which nothing was said, for whoever loads no schema.
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
