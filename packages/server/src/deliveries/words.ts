// Words of customers in mails that carry the operator's name: readable, and nothing that a mail program makes a link of. Pure.

const maxCharacters = 80

/**
 * A name that somebody chose, in quotation marks that it cannot end. What looks like an address loses what makes it one: the
 * dots inside words become middle dots, slashes, colons and at signs spaces.
 */
export function quoteName(name: string): string {
  const plain = name
    .normalize('NFKC')
    .replace(/[\p{C}\p{Z}/\\:@]+/gu, ' ')
    .replace(/["\u201c-\u201f\u00ab\u00bb\u2033\u2036]/g, "'")
    .replace(/[.\u3002\uff61](?=[^\s.])/gu, '\u00b7')
    .trim()
  const characters = [...plain]
  const shown =
    characters.length > maxCharacters ? `${characters.slice(0, maxCharacters).join('')}\u2026` : plain
  return `\u201c${shown}\u201d`
}
