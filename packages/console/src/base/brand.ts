// The operator's product, as the page was told when it was loaded. While the console is developed nobody has told it.
import { type ShownBrand, unbranded } from '@rollcall/api'

function read(): ShownBrand {
  const said = document.querySelector<HTMLMetaElement>('meta[name=brand]')?.content ?? ''
  return said.startsWith('{') ? { ...unbranded, ...JSON.parse(said) } : unbranded
}

/** What customers see of the operator's product. */
export const brand: ShownBrand = read()

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
