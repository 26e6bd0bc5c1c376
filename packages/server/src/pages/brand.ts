// What of a page is the operator's product: its logo or name above, its links below, its colour, and the icon and name of the tab. A
// service whose operator said nothing shows nothing of it.
import { accentsOf, type OrganizationLogo, type ShownBrand, toHelpUrl } from '@rollcall/api'
import { type Html, html } from './html.ts'
import { isolate, type Look, wordsOf } from './look.ts'

/** The title of the window: the page's own, and the product's name behind it. */
export function titleOf({ title }: { readonly title: Html }, { brand }: Look): Html {
  return brand.productName === null ? title : html`${title} · ${isolate(brand.productName)}`
}

/** Above every page: the logo, or the name where there is none, and beside it the organization's own logo. */
export function brandHeader({ brand, beside }: Look): Html {
  const { images, productName } = brand
  const named = productName === null ? null : html`${isolate(productName)}`
  const product = renderLogo(images, productName ?? '') ?? named
  const organization = beside === null ? null : renderLogo(beside.logo, beside.name)
  const parts = [product, organization].filter((part) => part !== null)
  return parts.length === 0 ? html`` : html`<header>${parts}</header>`
}

function renderLogo({ logo, logo_dark }: OrganizationLogo, name: string): Html | null {
  const light = logo ?? logo_dark
  if (light === null) return null
  const dark =
    logo_dark === null
      ? ''
      : html`<source media="(prefers-color-scheme: dark)" srcset="${pathOf(logo_dark.url)}">`
  return html`<picture>${dark}<img src="${pathOf(light.url)}" alt="${name}"></picture>`
}

/** Below every page: where help is, and what must be readable before somebody signs in. */
export function brandFooter(look: Look): Html {
  const say = wordsOf(look)
  const { privacyUrl, termsUrl } = look.brand
  const help = toHelpUrl(look.brand)
  const links = [
    help === null ? [] : [html`<a href="${help}">${say('brand.support')}</a>`],
    privacyUrl === null ? [] : [html`<a href="${privacyUrl}">${say('brand.privacy')}</a>`],
    termsUrl === null ? [] : [html`<a href="${termsUrl}">${say('brand.terms')}</a>`],
  ].flat()
  return links.length === 0 ? html`` : html`<footer>${links}</footer>`
}

/** The icon of the tab. */
export function iconOf({ brand: { images } }: Look): Html {
  return images.icon === null ? html`` : html`<link rel="icon" href="${pathOf(images.icon.url)}">`
}

/** Rules that put the product's colour in the place of ours; empty where none was chosen. */
export function renderAccents({ color }: ShownBrand): string {
  if (color === null) return ''
  const { light, dark } = accentsOf(color)
  return `:root { --accent: light-dark(${light.accent}, ${dark.accent}); --on-accent: light-dark(${light.onAccent}, ${dark.onAccent}) }`
}

// Below the host that the page came from: a proxy may have others than the public URL.
function pathOf(url: string): string {
  return new URL(url).pathname
}
