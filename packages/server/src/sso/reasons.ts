// What a person is told of why they were refused: of each code one of the few reasons that the page has words for. Whoever comes has proved
// nothing but what an identity provider says of them, and that may be run by whoever set it up: so nothing here tells of an account that
// was met by a name or an address alone.
import type { Reason } from '../pages/refusals.ts'
import type { SsoCode } from './codes.ts'

const reasons: Readonly<Record<SsoCode, Reason>> = {
  // What came cannot be believed: nothing that the person does changes that.
  malformed: 'misconfigured',
  too_large: 'misconfigured',
  too_deep: 'misconfigured',
  forbidden_xml: 'misconfigured',
  not_a_response: 'misconfigured',
  duplicate_id: 'misconfigured',
  assertion_count: 'misconfigured',
  signature_misplaced: 'misconfigured',
  signature_missing: 'misconfigured',
  algorithm_refused: 'misconfigured',
  key_too_small: 'misconfigured',
  key_unusable: 'misconfigured',
  signature_invalid: 'misconfigured',
  issuer_mismatch: 'misconfigured',
  name_id_missing: 'misconfigured',
  name_id_transient: 'misconfigured',
  name_id_spaces: 'misconfigured',
  confirmation_missing: 'misconfigured',
  recipient_mismatch: 'misconfigured',
  audience_missing: 'misconfigured',
  audience_mismatch: 'misconfigured',
  authn_statement_missing: 'misconfigured',
  destination_mismatch: 'misconfigured',
  in_response_to_mismatch: 'misconfigured',
  aes_cbc_refused: 'misconfigured',
  decryption_failed: 'misconfigured',
  encrypted_unsigned: 'misconfigured',
  stable_id_missing: 'misconfigured',
  encryption_missing: 'misconfigured',
  issuer_invalid: 'misconfigured',
  token_refused: 'misconfigured',
  token_malformed: 'misconfigured',
  token_algorithm_refused: 'misconfigured',
  token_signature_invalid: 'misconfigured',
  token_issuer_mismatch: 'misconfigured',
  token_audience_mismatch: 'misconfigured',
  token_azp_mismatch: 'misconfigured',
  token_at_hash_mismatch: 'misconfigured',
  token_subject_missing: 'misconfigured',
  userinfo_mismatch: 'misconfigured',
  claims_too_many: 'misconfigured',
  unsolicited: 'misconfigured',
  unsolicited_loop: 'misconfigured',
  connection_incomplete: 'misconfigured',
  connection_inactive: 'misconfigured',
  address_missing: 'misconfigured',
  domain_not_tied: 'misconfigured',

  // It came too late or to the wrong place: another try may do.
  confirmation_expired: 'again',
  conditions_early: 'again',
  conditions_expired: 'again',
  session_expired: 'again',
  response_too_old: 'again',
  token_expired: 'again',
  token_from_the_future: 'again',
  token_nonce_mismatch: 'again',
  request_unknown: 'again',
  request_expired: 'again',
  request_spent: 'again',
  replayed: 'again',
  other_browser: 'again',
  answer_before_request: 'again',
  pending_gone: 'again',

  status_not_success: 'provider',
  provider_error: 'provider',
  issuer_unreachable: 'away',
  not_asked_again: 'notAskedAgain',
  proof_over: 'proofOver',
  anchor_changed: 'anchorChanged',
  staged_changed: 'anchorChanged',

  // Said of what the person brought, whether there is such an account or not.
  not_provisioned: 'notProvisioned',
  domain_not_verified: 'wrongAccount',
  hosted_domain_missing: 'wrongAccount',

  // Of an account that somebody has: to be told of it takes more than its name (reasonOf).
  user_deleted: 'other',
  user_deactivated: 'other',
  user_blocked: 'other',
  anchor_unconfirmed: 'other',
  identity_changed: 'other',
  owner_must_link: 'other',
  administrator_must_link: 'other',
  not_followed: 'other',
  address_ambiguous: 'other',
  address_inexact: 'other',
  user_name_taken: 'other',
  return_to_refused: 'other',
  test_without_session: 'other',
  cross_site: 'other',
  identity_taken: 'other',
  other_identity: 'other',
}

const ended = new Set<SsoCode>(['user_deleted', 'user_deactivated', 'user_blocked'])

/** `isOwn`: the account was met by an identity that is linked to it, by a connection that may sign it in. */
export function reasonOf(code: SsoCode, isOwn: boolean): Reason {
  return isOwn && ended.has(code) ? 'blocked' : reasons[code]
}
