// Which names say that what stands beside them is a password, or proves who calls: of parameters, of parts of a path, of members of JSON, of
// attributes, whoever sends them and however they are capitalised. One list for all of these. And texts that hold such names (paths,
// filters), cut so that the secret is gone. Pure.

const password =
  /^(?:.*(?:pass[_-]?(?:w(?:or)?d|phrase|code)|pwd|secret(?!ar)).*|(?:user|login|initial|temp)?[_-]?pass)$/i
// Whatever proves who calls. A word of its own, or with others: access_token, apiKey, x-api-key, auth.
const proof =
  /token|(?:api|access|auth|private|shared|session|subscription)[^a-z0-9]?key|authorization|bearer|credential|cookie|jwt|assertion|signature|samlre|^(?:.*[^a-z0-9])?(?:keys?|auth|sig|code|otp|pin|sid|session|pass|pw)$/i
/** What the next one finds has one of these in it. Told by the first letter, they are looked for in half the time. */
const mayBe =
  /p(?:ass|wd|in|w)|s(?:ecret|ig|amlre|id|ession)|token|key|a(?:uth|ssertion)|bearer|c(?:redential|ookie|ode)|jwt|otp|rc_[a-z]/i
const isOne =
  /pass|pwd|secret|token|(?:api|access|auth|private|shared|session|subscription)[^a-z0-9]?key|authorization|bearer|credential|cookie|jwt|assertion|signature|samlre|(?<![a-z0-9])(?:keys?|auth|sig|code|otp|pin|sid|session|pw)(?![a-z0-9])|rc_[a-z]/i

/** Whether a text may hold a secret: most hold none, and are not looked through. */
export function mayHoldSecret(text: string): boolean {
  return mayBe.test(text) && isOne.test(text)
}

// What callers show us is told by its form, wherever it stands.
const shown = /rc_[a-z]{2,10}_[0-9A-Za-z]{20,}(?:_[0-9A-Za-z]{6})?/g
const bearer = /(bearer)\s+[^\s"']+/gi
const between = /([\s?#&;/"']+)/
const word = /[\p{L}\p{N}_-]+/gu
// A text between quotes, closed or not, or a word outside of them.
const part = /"((?:[^"\\]|\\.)*)(?:"|\\?$)|[\p{L}\p{N}_-]+/gsu
const identifier = /^[\p{L}\p{N}_.:$-]+$/u

/** Whether it is the name of a secret: a parameter, a member of JSON, an attribute, with or without its URN. */
export function isSecretName(name: string): boolean {
  return mayHoldSecret(name) && (proof.test(name) || findPassword(name) !== undefined)
}

/** Whether a text names a secret whose value stands beside it: what is no name by its form must name a password. */
export function namesSecret(text: string): boolean {
  if (!mayHoldSecret(text)) return false
  return findPassword(text) !== undefined || (identifier.test(text) && proof.test(text))
}

/** A path, or the value of a parameter, without what proves who calls: pairs of a name and a value, and tokens of ours. */
export function cutProofs(text: string): string {
  if (!mayHoldSecret(text)) return text
  const rest = text.replace(bearer, '$1 [redacted]').replace(shown, '[redacted]')
  return rest.includes('=') ? rest.split(between).map(cutPair).join('') : rest
}

function cutPair(text: string): string {
  const parts = text.split('=')
  const at = parts.slice(0, -1).findIndex(isSecretName)
  return at < 0 ? text : `${parts.slice(0, at + 1).join('=')}=[redacted]`
}

/** A filter or a path up to the first name of a secret: what follows may be its value. */
export function cutSecrets(text: string): string {
  const end = findSecretEnd(text)
  if (end === undefined || end === text.length) return text
  return `${text.slice(0, end)} [redacted]`
}

/** Whether a path or a filter names a secret. */
export function holdsSecretName(text: string): boolean {
  return findSecretEnd(text) !== undefined
}

// Outside of quotes stand names; inside, values, of which only a password's name, or what is nothing but a name, says what follows.
function findSecretEnd(text: string): number | undefined {
  if (!mayHoldSecret(text)) return undefined
  for (const { 0: whole, 1: quoted, index } of text.matchAll(part)) {
    if (quoted === undefined) {
      if (password.test(whole) || proof.test(whole)) return index + whole.length
      continue
    }
    const end = findPassword(quoted)
    if (end !== undefined) return index + 1 + end
    if (namesSecret(quoted)) return index + 1 + quoted.length
  }
  return undefined
}

function findPassword(text: string): number | undefined {
  for (const { 0: one, index } of text.matchAll(word)) if (password.test(one)) return index + one.length
  return undefined
}
