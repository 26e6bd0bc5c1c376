// The languages that somebody reads, as a browser sends them (Accept-Language) or an application asks for them (ui_locales): ranges, the
// most wanted first. Which of them are spoken here is said elsewhere.

/** More of them say no more of anybody. */
const maxRanges = 100

const range = /^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)$/i
const weight = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/

/** RFC 9110 §12.5.4: in lower case; what weighs nothing, or is no range, is left out. Of the same weight the first comes first. */
export function readAcceptLanguage(field: string): string[] {
  return field
    .split(',', maxRanges)
    .flatMap((part) => {
      const [text = '', ...parameters] = part.split(';').map((one) => one.trim())
      const wanted = readWeight(parameters)
      return range.test(text) && wanted > 0 ? [{ text: text.toLowerCase(), wanted }] : []
    })
    .toSorted((one, other) => other.wanted - one.wanted)
    .map(({ text }) => text)
}

// §12.4.2: without one it is 1; one that is none leaves its range out.
function readWeight(parameters: readonly string[]): number {
  const said = parameters.map((one) => /^q\s*=\s*(.*)$/i.exec(one)?.[1]).find((one) => one !== undefined)
  if (said === undefined) return 1
  return weight.test(said) ? Number(said) : 0
}

/** Whether a page is asked for by name, as browsers do (RFC 9110 §12.5.1). */
export function wantsPage(headers: { get(name: string): string | null }): boolean {
  return /\btext\/html\b/i.test(headers.get('accept') ?? '')
}

/** What a browser is asked to remember of `ui_locales`, for the pages at which the identity provider brings it back. */
export const languageCookie = 'rollcall_language'

/** What a request says of the languages wanted, in the order in which it counts: asked for, asked for before, and of the browser. */
export function listWanted(
  asked: { readonly url: URL; readonly headers: { get(name: string): string | null } },
  cookies: ReadonlyMap<string, string>,
): readonly string[] {
  return [
    ...readUiLocales(asked.url.searchParams.get('ui_locales') ?? ''),
    ...readUiLocales(cookies.get(languageCookie) ?? ''),
    ...readAcceptLanguage(asked.headers.get('accept-language') ?? ''),
  ]
}

/** OpenID Connect Core §3.1.2.1: tags between spaces, the most wanted first. */
export function readUiLocales(text: string): string[] {
  return text
    .split(' ', maxRanges)
    .filter((one) => range.test(one))
    .map((one) => one.toLowerCase())
}
