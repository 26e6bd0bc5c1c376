// A SAML response that was refused, in sentences that tell an administrator what came, what was expected and where it is set: in the
// field names of their own console.
import { type Sentence, say } from '@rollcall/api/sentences'
import { toEnglish } from '../base/english.ts'
import { usableRsa } from '../base/public-keys.ts'
import { expectedCipher, expectedTransport } from '../saml/encryption.ts'
import type { Mismatch, SamlCode, SamlError } from '../saml/saml-error.ts'
import { samlPlacesOf, type Vendor } from './vendor-fields.ts'

type SamlPlaces = ReturnType<typeof samlPlacesOf>
type Advice = (at: SamlPlaces, mismatch: Mismatch) => Sentence | readonly Sentence[]

const clocks: Advice = (at) => say('advise_clocks_saml', at)
// What no setting is known for: something is between the two, or the software is at fault.
const brokenMessage: Advice = (at) => say('advise_broken_message', at)

const advice: Readonly<Record<SamlCode, Advice>> = {
  malformed: brokenMessage,
  too_large: (at) => say('advise_too_large', at),
  too_deep: (at) => say('advise_too_deep', at),
  forbidden_xml: brokenMessage,
  not_a_response: (at) => say('advise_not_a_response', at),
  duplicate_id: brokenMessage,
  assertion_count: (at) => say('advise_one_assertion', at),
  signature_misplaced: brokenMessage,
  audience_mismatch: (at, mismatch) => say('advise_audience', { ...at, ...mismatch }),
  audience_missing: (at) => say('advise_audience_missing', at),
  recipient_mismatch: (at, mismatch) => say('advise_recipient', { ...at, ...mismatch }),
  destination_mismatch: (at, mismatch) => say('advise_destination', { ...at, ...mismatch }),
  confirmation_missing: (at) => say('advise_bearer', at),
  in_response_to_mismatch: brokenMessage,
  issuer_mismatch: (at, mismatch) => say('advise_issuer_saml', { ...at, ...mismatch }),
  signature_invalid: (at) => say('advise_certificate', at),
  signature_missing: (at) => say('advise_sign', at),
  algorithm_refused: explainAlgorithm,
  key_too_small: (at) => say('advise_key_size', at),
  key_unusable: (at) => say('advise_key_usable', { ...at, needed: usableRsa }),
  name_id_missing: (at) => say('advise_name_id', at),
  name_id_transient: (at) => say('advise_name_id_transient', at),
  name_id_spaces: (at) => say('advise_spaces', at),
  stable_id_missing: (at) => say('advise_stable_id', at),
  aes_cbc_refused: (at) => say('advise_aes_gcm', at),
  encryption_missing: (at) => say('advise_encrypt', at),
  encrypted_unsigned: (at) => say('advise_sign_both', at),
  decryption_failed: (at) => say('advise_encryption_certificate', at),
  conditions_early: clocks,
  conditions_expired: clocks,
  confirmation_expired: clocks,
  response_too_old: clocks,
  session_expired: (at) => say('advise_session_saml', at),
  authn_statement_missing: (at) => say('advise_authn_statement', at),
  status_not_success: (at) => say('advise_assignment', at),
}

// Four kinds of algorithm are set in four places: of the signature, of what is put in order before it, of encryption and of its key.
function explainAlgorithm(at: SamlPlaces, { found, expected }: Mismatch): readonly Sentence[] {
  const came = found === '' ? [] : [say('algorithm_came', { found })]
  if (expected === expectedCipher || expected === expectedTransport)
    return [...came, say('advise_cipher', { ...at, transport: expectedTransport })]
  if (/c14n/.test(found)) return [...came, say('advise_canonicalization', at)]
  return [...came, say('advise_signature_algorithm', at)]
}

/** What was wrong, then what to do. */
export function explainSaml(
  vendor: Vendor,
  { code, found, mismatch = { found: '', expected: '' } }: Pick<SamlError, 'code' | 'found' | 'mismatch'>,
): readonly Sentence[] {
  const at = samlPlacesOf(vendor)
  const advised = /\bInvalidNameIDPolicy\b/.test(toEnglish([found]))
    ? say('advise_name_id_policy', at)
    : advice[code](at, mismatch)
  return [found, advised].flat()
}
