// A page that posts itself to another site, with a button where scripts are off: the HTTP-POST binding on the way out.
import { escapeHtml, renderPage, type Site } from '../http/page.ts'

export interface PostForm {
  readonly url: string
  readonly fields: Readonly<Record<string, string>>
}

export function renderPostForm(
  { url, fields }: PostForm,
  titles: { readonly title: string; readonly heading: string },
  site: Site,
  headers: readonly (readonly [string, string])[],
): Response {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  const form = `<form method="post" action="${escapeHtml(url)}">${inputs.join('')}<button>Continue</button></form>`
  const body = `<div class="panel"><h1>${titles.heading}</h1>${form}</div>`
  const script = 'document.forms[0].submit()'
  return renderPage({ title: titles.title, body, script, mayLeave: true, headers }, site)
}
