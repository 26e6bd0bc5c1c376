// How text becomes part of XML and HTML.

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Safe in text and in quoted attributes, of XML and of HTML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!)
}

/** ` name="value"` with its leading space; nothing for undefined. */
export function renderAttribute(name: string, value: string | undefined): string {
  return value === undefined ? '' : ` ${name}="${escapeMarkup(value)}"`
}
