// Which names of attributes say that what stands beside them is a password, whoever sends them and however they are
// capitalised; and texts that name them (paths, filters), cut so that the secret is gone. Pure.

const secret =
  /^(?:.*(?:pass[_-]?(?:w(?:or)?d|phrase|code)|pwd|secret(?!ar)).*|(?:user|login|initial|temp)?[_-]?pass)$/i
const token = /[\p{L}\p{N}_-]+/gu
const mayHold = /pass|pwd|secret/i

/** Whether a name, a path or a URN names a password. */
export function isSecretName(name: string): boolean {
  return findSecretEnd(name) !== undefined
}

/** A filter or a path up to the first name of a password: what follows may be its value. */
export function cutSecrets(text: string): string {
  const end = findSecretEnd(text)
  if (end === undefined || end === text.length) return text
  return `${text.slice(0, end)} [redacted]`
}

function findSecretEnd(text: string): number | undefined {
  if (!mayHold.test(text)) return undefined
  for (const { 0: word, index } of text.matchAll(token)) if (secret.test(word)) return index + word.length
  return undefined
}
