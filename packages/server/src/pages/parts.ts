// What many pages have: a panel, facts by name, a reference to name to whoever helps.
import { type Html, html, type Part } from './html.ts'
import { isolate, type Look, textOf, wordsOf } from './look.ts'

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

/** The same with a button that copies it, where the browser lets a page do that. */
export function copyableReference(look: Look, requestId: string): Html {
  const texts = [textOf(look, 'action.copy'), textOf(look, 'action.copied')] as const
  return html`${reference(look, requestId)}<p><button class="quiet" type="button" hidden id="copy"
data-value="${requestId}" data-copied="${texts[1]}">${texts[0]}</button><span class="hidden" role="status" id="copied"></span></p>`
}

/** What the button does: it is shown where there is a clipboard, which only secure origins have. */
export const copyScript = `const copy = document.getElementById('copy')
if (navigator.clipboard) {
  copy.hidden = false
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(copy.dataset.value)
    copy.textContent = document.getElementById('copied').textContent = copy.dataset.copied
  })
}`

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
