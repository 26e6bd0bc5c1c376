// Colours that can be read, made of one that somebody chose. Pure, and shared by the service's pages and the console.

/** Red, green and blue, each from 0 to 1. */
type Rgb = readonly [number, number, number]

/** An accent and what is written on it, each as `#rrggbb`. */
export interface Accent {
  /** On the ground of its scheme it has a contrast of 4.5 or more (WCAG 2.2, 1.4.3). */
  readonly accent: string
  /** On the accent it has a contrast of 4.5 or more. */
  readonly onAccent: string
}

/** The darkest ground of the light scheme, and the lightest of the dark one, that an accent stands on. */
const grounds = { light: '#f1f3f5', dark: '#242a31' } as const
const ink = '#0b0d10'
const paper = '#ffffff'
/** A little over 4.5, so that rounding to whole numbers never falls below. */
const wanted = 4.55

/** What a chosen colour becomes in both schemes: as near to it as can be read. `color` is `#rrggbb`. */
export function accentsOf(color: string): { readonly light: Accent; readonly dark: Accent } {
  return { light: toAccent(color, 'light'), dark: toAccent(color, 'dark') }
}

/** Ten shades, from the lightest to the darkest, as the console's theme wants them; white can be read on the last two. */
export function shadesOf(color: string): readonly string[] {
  const { accent } = accentsOf(color).light
  const lighter = [0.92, 0.84, 0.72, 0.58, 0.44, 0.3, 0.18, 0.08].map((share) => mix(accent, paper, share))
  return [...lighter, accent, mix(accent, ink, 0.2)]
}

/** How far two colours stand apart, from 1 to 21 (WCAG 2.2, contrast ratio). */
export function contrastOf(one: string, other: string): number {
  const [a, b] = [luminanceOf(one), luminanceOf(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

function toAccent(color: string, scheme: keyof typeof grounds): Accent {
  const towards = scheme === 'light' ? ink : paper
  let accent = color.toLowerCase()
  for (let share = 0; contrastOf(accent, grounds[scheme]) < wanted && share <= 1; share += 0.02)
    accent = mix(color, towards, share)
  const onAccent = contrastOf(paper, accent) >= wanted ? paper : ink
  return { accent, onAccent }
}

function mix(color: string, towards: string, share: number): string {
  const [from, to] = [toRgb(color), toRgb(towards)]
  const mixed = from.map((value, at) => value + ((to[at] ?? 0) - value) * share)
  return `#${mixed
    .map((value) =>
      Math.round(value * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

function luminanceOf(color: string): number {
  const [red, green, blue] = toRgb(color).map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
}

function toRgb(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16)
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}
