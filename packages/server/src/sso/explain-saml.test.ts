import { type Sentence, say } from '@rollcall/api/sentences'
import { describe, expect, it } from 'vitest'
import { toEnglish } from '../base/english.ts'
import { expectedTransport } from '../saml/encryption.ts'
import type { SamlCode } from '../saml/saml-error.ts'
import { explainSaml } from './explain-saml.ts'
import { fieldsOf, vendors } from './testing/places.ts'

const times = { time: '2026-11-30T12:00:00.000Z', now: '2026-11-30T13:00:00.000Z' }

/** Every code with the sentence that the verifier says; the compiler holds the list against the codes. */
const sentences: Readonly<Record<SamlCode, Sentence>> = {
  malformed: say('response_not_base64'),
  too_large: say('response_too_large'),
  too_deep: say('assertion_attributes'),
  forbidden_xml: say('xml_comment'),
  not_a_response: say('response_not_saml'),
  duplicate_id: say('xml_id_twice'),
  assertion_count: say('response_assertions', { count: 2 }),
  signature_misplaced: say('signature_place'),
  signature_missing: say('response_unsigned'),
  algorithm_refused: say('signature_algorithm'),
  key_too_small: say('certificates_small'),
  key_unusable: say('certificates_unusable'),
  signature_invalid: say('response_signed_by_other', { part: 'response' }),
  status_not_success: say('response_status', { status: 'Responder' }),
  issuer_mismatch: say('response_issuer'),
  name_id_missing: say('assertion_name_missing'),
  name_id_transient: say('name_id_changing'),
  name_id_spaces: say('name_id_spaced'),
  confirmation_missing: say('assertion_bearer_missing'),
  recipient_mismatch: say('assertion_recipient'),
  confirmation_expired: say('assertion_over_unstated'),
  conditions_early: say('assertion_valid_later', times),
  conditions_expired: say('assertion_valid_over', times),
  audience_missing: say('assertion_audience_missing'),
  audience_mismatch: say('assertion_audience'),
  authn_statement_missing: say('assertion_sign_in_missing'),
  session_expired: say('assertion_session_over', times),
  destination_mismatch: say('response_destination'),
  in_response_to_mismatch: say('response_confirmations'),
  response_too_old: say('response_unasked_old'),
  aes_cbc_refused: say('assertion_cbc'),
  decryption_failed: say('assertion_undecryptable'),
  encrypted_unsigned: say('response_encrypted_unsigned'),
  stable_id_missing: say('stable_id_values', { name: 'x' }),
  encryption_missing: say('assertion_in_clear'),
}
const codes = Object.keys(sentences) as SamlCode[]
const mismatch = { found: 'urn:found', expected: 'urn:expected' }

describe.each(vendors)('a refusal of %s', (vendor) => {
  it.each(codes)('%s names a field of its console, in sentences that say nothing twice', (code) => {
    const text = toEnglish(explainSaml(vendor, { code, found: sentences[code], mismatch }))
    const { name, ...fields } = fieldsOf('saml', vendor)
    expect(Object.values(fields).some((field) => text.includes(field))).toBe(true)
    expect(text).toContain(toEnglish([sentences[code]]))
    expect(text).not.toMatch(/\.\.|[a-z,;"] The identity provider|\. the identity provider/)
    const said = text.split(/(?<=\.) /)
    expect(new Set(said).size).toBe(said.length)
  })
})

describe('an algorithm that is refused', () => {
  it.each([
    ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'x', 'choose RSA-SHA256', 'Signature algorithm'],
    [
      'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
      'x',
      'exclusive canonicalization',
      'Canonicalization method',
    ],
    [
      'http://www.w3.org/2001/04/xmlenc#tripledes-cbc',
      'AES-GCM',
      'AES-GCM with RSA-OAEP',
      'Encrypt assertions',
    ],
    [
      'http://www.w3.org/2001/04/xmlenc#rsa-1_5',
      expectedTransport,
      'AES-GCM with RSA-OAEP',
      'Encrypt assertions',
    ],
  ])('%s is set where that kind is set', (found, expected, words, field) => {
    const text = toEnglish(
      explainSaml('keycloak', {
        code: 'algorithm_refused',
        found: say('signature_algorithm'),
        mismatch: { found, expected },
      }),
    )
    expect(text).toContain(found)
    expect(text).toContain(words)
    expect(text).toContain(field)
  })
})

it('m3: a format of the NameID that is not given is told as that, with both fields', () => {
  const said = say('response_status', { status: 'Requester / InvalidNameIDPolicy' })
  const text = toEnglish(
    explainSaml('keycloak', { code: 'status_not_success', found: said, mismatch: undefined }),
  )
  expect(text).toContain('"Name ID format" in Keycloak')
  expect(text).toContain('(nameIdFormat)')
  expect(
    toEnglish(
      explainSaml('keycloak', {
        code: 'status_not_success',
        found: say('response_status', { status: 'Responder' }),
        mismatch: undefined,
      }),
    ),
  ).toContain('The log of Keycloak')
})

describe('F40 the name of a vendor', () => {
  it('has a small letter inside a sentence and a capital one at its beginning', () => {
    const text = toEnglish(
      explainSaml('generic', {
        code: 'audience_mismatch',
        found: say('assertion_audience'),
        mismatch: mismatch,
      }),
    )
    expect(text).toContain('. The identity provider sent audience "urn:found"')
    expect(
      toEnglish(
        explainSaml('generic', {
          code: 'signature_invalid',
          found: say('response_signed_by_other', { part: 'assertion' }),
          mismatch: undefined,
        }),
      ),
    ).toContain('If the identity provider has a new signing certificate')
    expect(
      toEnglish(
        explainSaml('okta', {
          code: 'audience_missing',
          found: say('assertion_audience_missing'),
          mismatch: undefined,
        }),
      ),
    ).toContain('in Okta.')
  })
})
