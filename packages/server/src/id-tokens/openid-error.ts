// The one refusal of this room: a closed list of codes, and words for the administrator.

import type { Sentence } from '@rollcall/api/sentences'
import { toEnglish } from '../base/english.ts'

/** Why an answer of an issuer is not believed. */
export type OpenIdCode =
  | 'issuer_unreachable'
  | 'issuer_invalid'
  | 'provider_error'
  | 'token_refused'
  | 'token_malformed'
  | 'token_algorithm_refused'
  | 'token_signature_invalid'
  | 'token_issuer_mismatch'
  | 'token_audience_mismatch'
  | 'token_expired'
  | 'token_from_the_future'
  | 'token_nonce_mismatch'
  | 'token_azp_mismatch'
  | 'token_at_hash_mismatch'
  | 'token_subject_missing'
  | 'name_id_spaces'
  | 'hosted_domain_missing'
  | 'userinfo_mismatch'
  | 'claims_too_many'

/** Why a token endpoint gave no ID token: it did not know the client, did not take the code, fails by itself, or was asked in another way. */
export type TokenFault = 'client' | 'code' | 'server' | 'no_id_token' | 'request'

/** Thrown by this room; what was found may leave the house. */
export class OpenIdError extends Error {
  readonly code: OpenIdCode
  readonly found: readonly Sentence[]
  /** Of `token_refused`. */
  readonly fault: TokenFault | undefined
  /** Keys that were tried, and none had made the signature: what it cost to find that out. */
  readonly tried: number
  /** `message` is what was found in English, without its full stop. */
  constructor(
    code: OpenIdCode,
    found: Sentence | readonly Sentence[],
    cause?: unknown,
    more: { readonly fault?: TokenFault | undefined; readonly tried?: number } = {},
  ) {
    const all = [found].flat()
    super(toEnglish(all).replace(/\.$/, ''), { cause })
    this.name = 'OpenIdError'
    this.code = code
    this.found = all
    this.fault = more.fault
    this.tried = more.tried ?? 0
  }
}
