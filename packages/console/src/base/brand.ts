// The operator's product, as the page was told when it was loaded. While the console is developed nobody has told it.
import type { Brand } from '@rollcall/api'

type Shown = Pick<
  Brand,
  'productName' | 'color' | 'supportEmail' | 'supportUrl' | 'privacyUrl' | 'termsUrl' | 'images'
>

const unsaid: Shown = {
  productName: null,
  color: null,
  supportEmail: null,
  supportUrl: null,
  privacyUrl: null,
  termsUrl: null,
  images: { logo: null, logo_dark: null, icon: null },
}

function read(): Shown {
  const said = document.querySelector<HTMLMetaElement>('meta[name=brand]')?.content ?? ''
  return said.startsWith('{') ? { ...unsaid, ...JSON.parse(said) } : unsaid
}

/** What customers see of the operator's product. */
export const brand: Shown = read()

/** Whether the operator gave the product a name; otherwise the service goes by its own. */
export const isBranded: boolean = brand.productName !== null

/** The product's name. */
export const productName: string = brand.productName ?? 'Rollcall'

/** Below the host that the page came from: a proxy may have others than the public URL. */
export function pathOfImage(url: string): string {
  return new URL(url).pathname
}

/** Names the window. */
export function nameWindow(title: string): void {
  document.title = `${title} · ${productName}`
}

/** Puts the product's icon on the tab. */
export function showIcon(): void {
  const { icon } = brand.images
  if (icon === null && !isBranded) return
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  if (icon === null) link?.remove()
  else link?.setAttribute('href', pathOfImage(icon.url))
  if (icon !== null) link?.setAttribute('type', icon.mediaType)
}
