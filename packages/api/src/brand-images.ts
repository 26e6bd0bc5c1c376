// What the contract says of the brand's images, for whoever loads no schema. Imports nothing.

/** The images of a brand: a logo for light grounds, one for dark grounds, and the icon of a browser's tab. */
export const brandImageKinds = ['logo', 'logo_dark', 'icon'] as const

/** The most bytes that an image of a brand may have. */
export const maxBrandImageBytes = 262_144

/** The most pixels that an image of a brand may be wide or high. An SVG has none. */
export const maxBrandImagePixels = 4096
