// What the site and the tests need to know of Markdown: headings, links, and what is code and neither.

/** Code within a line, or a link or picture: what stands before its target, its text, the target, and what follows. */
const codeOrLink =
  /(`+)(?:(?!\n\s*\n)[\s\S])*?\1|(!?)\[((?:[^[\]]|\[[^[\]]*\])*)\]\(([^()\s]+)((?:\s+"[^"]*")?)\)/g

export interface Link {
  readonly isPicture: boolean
  readonly text: string
  readonly target: string
}

/** Pieces of a text in turn, each with whether it is a fenced block of code. */
export function splitFences(text: string): readonly { readonly isCode: boolean; readonly text: string }[] {
  const pieces: { isCode: boolean; text: string }[] = []
  let fence: string | undefined
  for (const line of text.split('\n')) {
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? []
    const opens = fence === undefined && mark !== undefined
    const isCode = fence !== undefined || opens
    const last = pieces.at(-1)
    if (last === undefined || last.isCode !== isCode || opens) pieces.push({ isCode, text: line })
    else last.text += `\n${line}`
    if (opens) fence = mark
    else if (fence !== undefined && mark?.startsWith(fence)) fence = undefined
  }
  return pieces
}

/** The text with each link and picture replaced. */
export function mapLinks(text: string, change: (link: Link) => Pick<Link, 'text' | 'target'>): string {
  return splitFences(text)
    .map((piece) =>
      piece.isCode
        ? piece.text
        : piece.text.replaceAll(
            codeOrLink,
            (whole, _code, mark = '', words?: string, aim?: string, behind = '') => {
              if (words === undefined || aim === undefined) return whole
              const { text: shown, target } = change({ isPicture: mark === '!', text: words, target: aim })
              return `${mark}[${shown}](${target}${behind})`
            },
          ),
    )
    .join('\n')
}

/** Targets of all links and pictures. */
export function listLinks(text: string): readonly string[] {
  const targets: string[] = []
  mapLinks(text, (link) => {
    targets.push(link.target)
    return link
  })
  return targets
}

/** Names that `#name` may ask for, as GitHub and Starlight make them of headings. */
export function listAnchors(text: string): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { isCode, text: piece } of splitFences(text)) {
    if (isCode) continue
    for (const [, heading = ''] of piece.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
      const name = readText(heading)
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
        .replaceAll(' ', '-')
      for (let more = 0; ; more++) {
        const free = more === 0 ? name : `${name}-${more}`
        if (names.has(free)) continue
        names.add(free)
        break
      }
    }
  }
  return names
}

/** A line as it is read: without code marks, emphasis and addresses of links. */
export function readText(line: string): string {
  return line
    .replaceAll(/!?\[((?:[^[\]]|\[[^[\]]*\])*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*|`|(?<!\w)[*_]|[*_](?!\w)/g, '')
}

/** The first heading, and what stands behind it. */
export function splitTitle(text: string): { readonly title: string; readonly body: string } {
  const [, title, body] = /^(?:<!--[\s\S]*?-->\s*)?# (.+)\n([\s\S]*)$/.exec(text) ?? []
  if (title === undefined || body === undefined) throw new Error('a document begins with "# Title"')
  return { title: readText(title), body: body.trim() }
}

/** The first sentence or two of a text, for search engines and lists. */
export function readDescription(body: string): string {
  const paragraphs = splitFences(body)
    .filter(({ isCode }) => !isCode)
    .flatMap(({ text }) => text.split(/\n\s*\n/).map((one) => one.trim()))
  const first = paragraphs.find((one) => /^[^\s#|<\-*!0-9]/.test(one) || /^\*\*/.test(one)) ?? ''
  const plain = readText(first).replaceAll(/\s+/g, ' ').trim()
  const sentence = /^.{30,200}?[.:](?= |$)/.exec(plain)?.[0] ?? plain.slice(0, 200)
  return sentence.replace(/:$/, '.')
}
