// What stands in a JWT of somebody else, read by its type before anything is made of it: a signature says who wrote it, and nothing of
// what it is. Pure.
import { type Sentence, say } from '@rollcall/api/sentences'
import type { JWTPayload } from 'jose'
import { hasNul, hasText, isKeepableText } from '../base/texts.ts'

/** In seconds: the end of the year 9999, behind which no clock writes a date. */
const lastDate = 253_402_300_799
const maxName = 255

/** A NumericDate (RFC 7519 §2), which may have a fraction, in whole milliseconds; undefined for what is none since 1970. */
export function readDate(value: unknown): number | undefined {
  const isDate = typeof value === 'number' && value >= 0 && value <= lastDate
  return isDate ? Math.floor(value * 1_000) : undefined
}

/** A name that can be kept and compared: a text that is not empty, of at most 255 characters. */
export function readName(value: unknown): string | undefined {
  const isName = typeof value === 'string' && value !== '' && value.length <= maxName
  return isName && isKeepableText(value) ? value : undefined
}

/** Which token it is that is told of. */
export type TokenKind = 'id' | 'logout' | 'userinfo'

/** A date that is none, by its name; or a text that is none. */
export type ClaimFault = 'iat' | 'exp' | 'nbf' | 'text'

/** What is wrong with the dates and texts of a token, whichever it is; undefined for nothing. */
export function faultOfClaims(payload: JWTPayload): ClaimFault | undefined {
  const wrong = (['iat', 'exp', 'nbf'] as const).find(
    (name) => payload[name] !== undefined && readDate(payload[name]) === undefined,
  )
  if (wrong !== undefined) return wrong
  return hasText(payload, hasNul) ? 'text' : undefined
}

/** The same as what was found. */
export function sayFault(token: TokenKind, fault: ClaimFault): Sentence {
  return fault === 'text' ? say('token_text', { token }) : say('token_date', { token, claim: fault })
}
