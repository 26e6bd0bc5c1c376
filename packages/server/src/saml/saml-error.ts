// The one refusal of this room: a closed list of codes, and what was expected and found, for the administrator.

import type { Sentence } from '@rollcall/api/sentences'
import { toEnglish } from '../base/english.ts'

/** Why a message is not believed. */
export type SamlCode =
  | 'malformed'
  | 'too_large'
  | 'too_deep'
  | 'forbidden_xml'
  | 'not_a_response'
  | 'duplicate_id'
  | 'assertion_count'
  | 'signature_misplaced'
  | 'signature_missing'
  | 'algorithm_refused'
  | 'key_too_small'
  | 'key_unusable'
  | 'signature_invalid'
  | 'status_not_success'
  | 'issuer_mismatch'
  | 'name_id_missing'
  | 'name_id_transient'
  | 'name_id_spaces'
  | 'confirmation_missing'
  | 'recipient_mismatch'
  | 'confirmation_expired'
  | 'conditions_early'
  | 'conditions_expired'
  | 'audience_missing'
  | 'audience_mismatch'
  | 'authn_statement_missing'
  | 'session_expired'
  | 'destination_mismatch'
  | 'in_response_to_mismatch'
  | 'response_too_old'
  | 'aes_cbc_refused'
  | 'decryption_failed'
  | 'encrypted_unsigned'
  | 'stable_id_missing'
  | 'encryption_missing'

/** What was found and what was expected, where a comparison failed; both are cut to 200 characters. */
export interface Mismatch {
  readonly found: string
  readonly expected: string
}

/** Thrown for every response that is not accepted. `found` names the rule; it goes to activity, never to the person. */
export class SamlError extends Error {
  readonly code: SamlCode
  readonly found: Sentence
  readonly mismatch: Mismatch | undefined
  /** Keys that were tried, and none had made the signature: what it cost to find that out. */
  readonly tried: number
  /** `message` is what was found in English, without its full stop. */
  constructor(code: SamlCode, found: Sentence, mismatch?: Mismatch, tried = 0) {
    super(toEnglish([found]).replace(/\.$/, ''))
    this.name = 'SamlError'
    this.code = code
    this.found = found
    this.tried = tried
    this.mismatch =
      mismatch === undefined ? undefined : { found: cut(mismatch.found), expected: cut(mismatch.expected) }
  }
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
