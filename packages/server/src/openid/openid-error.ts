// The one refusal of this room: a closed list of codes, and words for the administrator.

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

/** Thrown by this room; `message` may leave the house. */
export class OpenIdError extends Error {
  readonly code: OpenIdCode
  constructor(code: OpenIdCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'OpenIdError'
    this.code = code
  }
}
