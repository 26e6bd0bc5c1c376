// Characters that can be kept nowhere, refused before anything looks for what they name: in addresses, forms and bodies of JSON. Costs a
// look through the text; what was read of JSON is walked through only where that has such an escape.
import { hasNul, hasText, isKeepableText } from '../base/texts.ts'

/** In words that every door says. */
export const unkeepable =
  'A text holds the character U+0000, or half of a character, which can be kept nowhere'

/** Of an address, or of a form as it came. A form that is posted as it is may have the character itself. */
export function isUnkeepableForm(text: string): boolean {
  return text.includes('%00') || hasNul(text)
}

/** Of JSON, which writes both as escapes alone, and what was read of it. */
export function isUnkeepableJson(text: string, read: unknown): boolean {
  return /\\u(?:0000|d[89a-f])/i.test(text) && hasText(read, (one) => !isKeepableText(one))
}
