// A sign-in or a logout by OpenID Connect that was refused, in sentences that tell an administrator what was found and where it is set: in
// the field names of their own console.
import { type Sentence, say } from '@rollcall/api/sentences'
import type { OpenIdCode, OpenIdError, TokenFault } from '../id-tokens/openid-error.ts'
import { openIdPlacesOf, type Vendor } from './vendor-fields.ts'

type OpenIdPlaces = ReturnType<typeof openIdPlacesOf>
type Advice = (at: OpenIdPlaces, fault: TokenFault | undefined) => Sentence

const advice: Readonly<Record<OpenIdCode, Advice>> = {
  issuer_unreachable: (at) => say('advise_issuer_reach', at),
  issuer_invalid: (at) => say('advise_issuer', at),
  provider_error: (at) => say('advise_provider_log', at),
  token_refused: (at, fault) => tokenAdvice[fault ?? 'request'](at),
  token_malformed: (at) => say('advise_token_form', at),
  token_algorithm_refused: (at) => say('advise_token_algorithm', at),
  token_signature_invalid: (at) => say('advise_token_keys', at),
  token_issuer_mismatch: (at) => say('advise_issuer_letters', at),
  token_audience_mismatch: (at) => say('advise_client_id', at),
  token_expired: (at) => say('advise_clocks_openid', at),
  token_from_the_future: (at) => say('advise_clocks_openid', at),
  token_nonce_mismatch: (at) => say('advise_nonce', at),
  token_azp_mismatch: (at) => say('advise_azp', at),
  token_at_hash_mismatch: (at) => say('advise_broken_answer', at),
  token_subject_missing: (at) => say('advise_subject', at),
  name_id_spaces: (at) => say('advise_spaces', at),
  hosted_domain_missing: (at) => say('advise_hosted_domain', at),
  userinfo_mismatch: (at) => say('advise_userinfo', at),
  claims_too_many: (at) => say('advise_claims', at),
}

const tokenAdvice: Readonly<Record<TokenFault, (at: OpenIdPlaces) => Sentence>> = {
  client: (at) => say('advise_credentials', at),
  code: (at) => say('advise_code', at),
  server: (at) => say('advise_token_server', at),
  no_id_token: (at) => say('advise_no_id_token', at),
  request: (at) => say('advise_token_request', at),
}

interface Of {
  readonly identity_provider: Vendor
}

/** What was found, then what to do. */
export function explainOpenId({ identity_provider: vendor }: Of, error: OpenIdError): readonly Sentence[] {
  return [...error.found, advise(vendor, error)]
}

/** The same of a logout token. */
export function explainLogoutToken(
  { identity_provider: vendor }: Of,
  error: OpenIdError,
): readonly Sentence[] {
  return [say('logout_token_ineffective'), ...error.found, advise(vendor, error)]
}

function advise(vendor: Vendor, { code, fault }: OpenIdError): Sentence {
  return advice[code](openIdPlacesOf(vendor), fault)
}
