// Markup that is safe to send. Whatever a template is given as text is escaped by the template, so that no page can forget to.

const markup = Symbol('markup')

/** Made by `html` and `trust` alone. */
export interface Html {
  readonly [markup]: string
}

/** What may stand in a template: text, which is escaped, or markup. */
export type Part = string | number | Html | readonly Html[]

/** A template of markup. Values in attributes stand between double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return trust(texts.reduce((all, text, at) => all + render(parts[at - 1] ?? '') + text))
}

/** Of markup that somebody made who escapes as we do. */
export function trust(text: string): Html {
  return { [markup]: text }
}

/** As it is sent. */
export function toMarkup(part: Html): string {
  return part[markup]
}

const rightToLeft = /\p{Script=Arabic}|\p{Script=Hebrew}|\p{Script=Syriac}|\p{Script=Thaana}/u

/**
 * As the title of a window, which has no markup: what is isolated stands between U+2068 and U+2069, where any of it runs from right to
 * left.
 */
export function toTitle(part: Html): string {
  const [open, close] = rightToLeft.test(part[markup]) ? ['\u2068', '\u2069'] : ['', '']
  return part[markup]
    .replaceAll('<bdi>', open)
    .replaceAll('</bdi>', close)
    .replace(/<[^>]*>/g, '')
}

function render(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return markup in part ? part[markup] : part.map(toMarkup).join('')
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
