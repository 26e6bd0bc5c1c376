// What an identity keeps of the attributes of its latest sign-in, for previews of the mapping and for relinking. Pure.
import { type AttributeMapping, defaultMapping, type SentAttributes } from './attribute-rules.ts'

/** Bytes of UTF-8 of one text, and of all together as JSON. */
export const maxKeptText = 8_192
/** The most characters of JSON that are kept of them. */
export const maxKeptAttributes = 65_536

/**
 * As JSON: those that a rule or a default names first, then the others, the smallest first, as far as they fit. Texts that are too long
 * are left out.
 */
export function toKeptAttributes(attributes: SentAttributes['attributes'], rules: AttributeMapping): string {
  const named = new Set(Object.values({ ...defaultMapping, ...rules }).flat())
  const sent = Object.entries(attributes).map(([name, all]) => {
    const values = all.filter((text) => Buffer.byteLength(text) <= maxKeptText)
    // With the colon and a comma.
    const size = Buffer.byteLength(JSON.stringify(name)) + Buffer.byteLength(JSON.stringify(values)) + 2
    return { name, values, size, isNamed: named.has(name) }
  })
  const others = sent.filter(({ isNamed }) => !isNamed).sort((left, right) => left.size - right.size)
  const kept: Record<string, readonly string[]> = Object.create(null)
  let bytes = 2
  for (const { name, values, size } of [...sent.filter(({ isNamed }) => isNamed), ...others]) {
    if (bytes + size > maxKeptAttributes) continue
    bytes += size
    kept[name] = values
  }
  return JSON.stringify(kept)
}
