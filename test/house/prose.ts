// Markdown whose prose is wrapped: the paragraphs and list items that are too wide, put into lines anew. All else stays to the letter.

export const proseWidth = 120

/** What a line may not begin with by being wrapped: Markdown would take it for something else. */
const begins = /^(?:[-+*>#|]|\d+[.)])(?:\s|$)|^[-=]+$/

/** Tables, headings, comments, and references: as they are. */
const isFixed = (line: string): boolean => /^\s*(?:[|#<>]|\[[^\]]+\]: |-{3,}$|={3,}$)/.test(line)

/** How far what belongs to a list item stands in; undefined where the line begins none. */
const markOf = (line: string): string | undefined => /^\s*(?:[-*+]|\d+[.)])\s+/.exec(line)?.[0]

/** Lines that belong together, and what they begin with. */
interface Block {
  readonly lines: string[]
  readonly isProse: boolean
}

function toBlocks(text: string): Block[] {
  const blocks: Block[] = []
  let isCode = false
  let isOpen = false
  for (const line of text.split('\n')) {
    const isFence = /^\s*(?:```|~~~)/.test(line)
    const isProse = !isCode && !isFence && !isFixed(line) && line.trim() !== ''
    if (isFence) isCode = !isCode
    const last = blocks.at(-1)
    // A line that stands as far in as a list item is the item's; Markdown joins a lazy one, too.
    if (isProse && isOpen && last !== undefined && markOf(line) === undefined) last.lines.push(line)
    else blocks.push({ lines: [line], isProse })
    isOpen = isProse && !line.endsWith('  ')
  }
  return blocks
}

/** Words of a text; what stands between backticks is one. */
const wordsOf = (text: string): string[] => text.match(/(?:[^\s`]|`[^`]*`|`)+/g) ?? []

function wrap(lines: readonly string[]): string[] {
  const [first = ''] = lines
  const mark = markOf(first) ?? /^\s*/.exec(first)?.[0] ?? ''
  const indent = ' '.repeat(mark.length)
  const wrapped: string[] = []
  let line = mark
  let isEmpty = true
  for (const word of wordsOf(lines.join(' ').slice(mark.length))) {
    if (!isEmpty && line.length + 1 + word.length > proseWidth && !begins.test(word)) {
      wrapped.push(line)
      line = indent
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...wrapped, line]
}

/** Whether a line is too wide and could be narrower. */
const isWide = (line: string): boolean => line.length > proseWidth && wordsOf(line.trim()).length > 1

/** The same text with its wide paragraphs wrapped. */
export function wrapProse(text: string): string {
  return toBlocks(text)
    .flatMap(({ lines, isProse }) => (isProse && lines.some(isWide) ? wrap(lines) : lines))
    .join('\n')
}
