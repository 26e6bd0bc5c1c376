// The one refusal of this package, and its body (RFC 7644 §3.12). It does not know which route answers it.

import type { JsonObject } from './json.ts'
import { errorUrn } from './urn.ts'

/** The closed list of RFC 7644 §3.12, Table 9, and the three of RFC 9865 §3. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'
  | 'invalidVers'
  | 'sensitive'
  | 'invalidCursor'
  | 'expiredCursor'
  | 'invalidCount'

/** What a sentence is filled with: names and numbers, never a value of the input. */
export type Filling = Readonly<Record<string, string | number>>

/** One sentence of a refusal: its code and parameters for whoever shows it otherwise, and its words in English. */
export interface RefusalSentence {
  readonly code: string
  readonly parameters: Filling
  readonly text: string
}

/** `{name}` is the value of that name, escaped behind a quotation mark; `{name?a:…|b:…}` the text of the branch that the value names. */
export function fill(text: string, values: Filling): string {
  return text.replace(/("?)\{(\w+)(?:\?([^}]*))?\}/g, (_, quote: string, name: string, choice?: string) => {
    const value = String(values[name] ?? '')
    if (choice !== undefined)
      return (
        quote +
        (choice.split('|').find((one) => one.startsWith(`${value}:`)) ?? value).slice(value.length + 1)
      )
    return quote + escapeUnseen(quote === '' ? value : JSON.stringify(value).slice(1, -1))
  })
}

// What is not seen, or would turn the sentence about.
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu
const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
const escapeUnseen = (text: string): string =>
  text.replace(unseen, (one) => one.split('').map(escapeUnit).join(''))

/** A refusal to a SCIM client: `detail` leaves the house and echoes names at most, no value of the input; `cause` never leaves. */
export class ScimError extends Error {
  readonly status: number
  readonly scimType: ScimType | undefined
  readonly sentences: readonly RefusalSentence[]
  readonly detail: string

  constructor(
    status: number,
    scimType: ScimType | undefined,
    sentences: readonly RefusalSentence[],
    options?: { readonly cause?: unknown },
  ) {
    const detail = sentences.map(({ text }) => text).join(' ')
    super(detail, options)
    this.name = 'ScimError'
    this.status = status
    this.scimType = scimType
    this.sentences = sentences
    this.detail = detail
  }

  /** The same said with another scimType, where the RFC names one by what was read. */
  withType(scimType: ScimType): ScimError {
    return new ScimError(this.status, scimType, this.sentences, { cause: this })
  }
}

/** The body of RFC 7644 §3.12; `status` is a string there, and Okta: its test asserts that. */
export function renderError(error: ScimError): JsonObject {
  const body = { schemas: [errorUrn], status: String(error.status), detail: error.detail }
  return error.scimType === undefined ? body : { ...body, scimType: error.scimType }
}
