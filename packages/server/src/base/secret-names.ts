// Which names of attributes say that what stands beside them is a password, whoever sends them and however they are
// capitalised; and texts that name them (paths, filters), cut so that the secret is gone. Pure.

const secret =
  /^(?:.*(?:pass[_-]?(?:w(?:or)?d|phrase|code)|pwd|secret(?!ar)).*|(?:user|login|initial|temp)?[_-]?pass)$/i
const token = /[\p{L}\p{N}_-]+/gu
const mayHold = /pass|pwd|secret/i

// Of a query: beside passwords whatever proves who calls. A word of its own, or with others: access_token, apiKey, x-api-key, auth.
const proof =
  /token|(?:api|access|auth|private|shared|session|subscription)[^a-z0-9]?key|authorization|bearer|credential|cookie|jwt|assertion|signature|samlre|^(?:.*[^a-z0-9])?(?:keys?|auth|sig|code|otp|pin|sid|session|pass|pw)$/i
// What callers show us is told by its form, wherever it stands.
const shown = /rc_[a-z]{2,10}_[0-9A-Za-z]{20,}(?:_[0-9A-Za-z]{6})?/g
const bearer = /(bearer)\s+[^\s"']+/gi
const between = /([\s?#&;/"']+)/

/** Whether a parameter of a query, or of a path, carries what proves who calls. */
export function isSecretParameter(name: string): boolean {
  return proof.test(name) || isSecretName(name)
}

/** A path, or the value of a parameter, without what proves who calls: pairs of a name and a value, and tokens of ours. */
export function cutProofs(text: string): string {
  const rest = text.replace(bearer, '$1 [redacted]').replace(shown, '[redacted]')
  return rest.includes('=') ? rest.split(between).map(cutPair).join('') : rest
}

function cutPair(text: string): string {
  const parts = text.split('=')
  const at = parts.slice(0, -1).findIndex(isSecretParameter)
  return at < 0 ? text : `${parts.slice(0, at + 1).join('=')}=[redacted]`
}

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
