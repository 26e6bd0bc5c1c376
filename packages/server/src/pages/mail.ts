// A mail as a page: the same words as its text, in the product's name and colour. Made of the text, so that neither says more than the
// other.
import { accentsOf, type LanguageCode, type ShownBrand, toHelpUrl } from '@rollcall/api'
import { type Html, html, toMarkup, trust } from './html.ts'
import { languageOf } from './mail-words.ts'

/** What a mail is made of. */
export interface MailWords {
  /** English where it is left out. */
  readonly language?: LanguageCode
  readonly subject: string
  /** Plain text: paragraphs between empty lines. A line that is an address of ours is a link; no other address is. */
  readonly text: string
  /** The last lines; null where the operator said none. */
  readonly footer: string | null
}

const ours = '#364fc7'

/** The HTML part. Mail programs know few rules: what matters stands in each element, and the dark scheme is left to them. */
export function renderMail(
  { language, subject, text, footer }: MailWords,
  brand: ShownBrand,
  ownUrl: string,
): string {
  const { accent, onAccent } = accentsOf(brand.color ?? ours).light
  const rule = `.go { display: inline-block; margin: 8px 0 0; padding: 10px 18px; border-radius: 8px; background: ${accent}; color: ${onAccent} }`
  const help = toHelpUrl(brand)
  const { code, direction } = languageOf(language ?? 'en')
  const parts = text.trim().split(/\n{2,}/)
  const title = brand.productName ?? ''
  return toMarkup(html`${trust('<!doctype html>')}
<html lang="${code}" dir="${direction}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${subject}</title><style>${trust(rule)}</style></head>
<body style="margin: 0; padding: 24px 16px; font: 16px/1.5 system-ui, sans-serif">
<div style="max-width: 560px; margin: 0 auto; text-align: start">
${title === '' ? '' : html`<p style="margin: 0 0 24px; font-weight: 700; font-size: 18px"><bdi>${title}</bdi></p>`}
${parts.map((part) => renderParagraph(part, ownUrl))}
${footer === null ? '' : html`<hr style="border: 0; border-top: 1px solid #8888"><p style="font-size: 14px">${breakLines(footer)}</p>`}
${help === null ? '' : html`<p style="font-size: 14px"><a href="${help}"><bdi>${brand.supportEmail ?? help}</bdi></a></p>`}
</div></body></html>`)
}

function renderParagraph(text: string, ownUrl: string): Html {
  const parts = text.split('\n').map((line, at) => {
    const isLink = line.startsWith(`${ownUrl}/`) && !/[\s"<>]/.test(line)
    return html`${at === 0 ? '' : trust('<br>')}${isLink ? renderLink(line) : renderIsolated(line)}`
  })
  return html`<p style="margin: 0 0 16px; overflow-wrap: anywhere">${parts}</p>`
}

// The secret behind the address is in the link alone: what is shown is where it leads.
function renderLink(address: string): Html {
  const { host, pathname } = new URL(address)
  return html`<a class="go" dir="ltr" href="${address}">${`${host}${pathname}`}</a>`
}

// What the text isolates by characters, a page isolates by an element: not every program knows the former.
function renderIsolated(line: string): readonly Html[] {
  return line
    .split(/\u2068([^\u2068\u2069]*)\u2069/)
    .map((piece, at) => (at % 2 === 1 ? html`<bdi>${piece}</bdi>` : html`${piece}`))
}

function breakLines(text: string): readonly Html[] {
  return text.split(/\r?\n/).map((line, at) => html`${at === 0 ? '' : trust('<br>')}<bdi>${line}</bdi>`)
}
