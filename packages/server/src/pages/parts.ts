// What many pages have: a panel, facts by name, a reference to name to whoever helps.
import { type Html, html, type Part } from './html.ts'
import { isolate, type Look, wordsOf } from './look.ts'

/** A name and a value. */
export type Fact = readonly [name: Part, value: Part]

/** A list of facts. */
export function facts(rows: readonly Fact[]): Html {
  return html`<dl>${rows.map(([name, value]) => html`<dt>${isolate(name)}</dt><dd>${isolate(value)}</dd>`)}</dl>`
}

/** By which a request is found in activity and in the log. */
export function reference(look: Look, requestId: string): Html {
  return html`<p class="soft">${wordsOf(look)('reference', { reference: code(requestId) })}</p>`
}

/** The same with the code of a refusal. */
export function codeAndReference(look: Look, refusal: string, requestId: string): Html {
  const places = { code: code(refusal), reference: code(requestId) }
  return html`<p class="soft">${wordsOf(look)('codeAndReference', places)}</p>`
}

/** Text that is compared letter by letter. */
export function code(text: string): Html {
  return html`<code>${text}</code>`
}

/** Text that is not of the catalogue, for whoever knows the words of a protocol or of the management API. */
export function inEnglish(text: string): Html {
  return html`<bdi lang="en">${text}</bdi>`
}

/** Fields that a form sends beside what the person enters. */
export function hidden(fields: Readonly<Record<string, string>>): Html {
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return html`${inputs}`
}
