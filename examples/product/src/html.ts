// Markup that is safe to send: whatever a template is given as text is escaped by the template.

export interface Html {
  readonly markup: string
}

type Part = string | Html | readonly Html[] | undefined

export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { markup: texts.reduce((all, text, at) => all + render(parts[at - 1]) + text) }
}

function render(part: Part): string {
  if (part === undefined) return ''
  if (typeof part === 'string')
    return part.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}
