import { describe, expect, it } from 'vitest'
import { toEnglish } from '../base/english.ts'
import { expectedTransport } from '../saml/encryption.ts'
import type { SamlCode } from '../saml/saml-error.ts'
import { explainSaml } from './explain-saml.ts'
import { fieldsOf, vendors } from './testing/places.ts'

/** Every code with the sentence that the verifier says; the compiler holds the list against the codes. */
const sentences: Readonly<Record<SamlCode, string>> = {
  malformed: 'The response is not base64',
  too_large: 'The response is larger than 128 KB',
  too_deep: 'The assertion has too many attributes',
  forbidden_xml: 'The XML holds a comment',
  not_a_response: 'The message is not a SAML 2.0 Response',
  duplicate_id: 'Two elements have the same identifier',
  assertion_count: 'The response holds 2 assertions instead of one',
  signature_misplaced: 'A signature stands where none belongs',
  signature_missing: 'Neither the response nor the assertion is signed',
  algorithm_refused: 'The signature uses an algorithm that is not accepted',
  key_too_small: "None of the connection's certificates has an RSA key of at least 2048 bits",
  key_unusable:
    "None of the connection's certificates has an RSA key of 2048 to 8192 bits with an odd public exponent of at most 65537",
  signature_invalid: 'The signature of the response was not made with a certificate of this connection',
  status_not_success: 'The identity provider answered Responder',
  issuer_mismatch: 'The response comes from another identity provider',
  name_id_missing: 'The assertion does not name the person: it has no NameID, an empty one, or several',
  name_id_transient: 'The NameID is transient and no stable-id attribute is set',
  name_id_spaces: 'The NameID begins or ends with white space',
  confirmation_missing: 'The assertion has no bearer SubjectConfirmation',
  recipient_mismatch: 'The assertion is for another recipient',
  confirmation_expired: 'The assertion was usable until no stated time',
  conditions_early: 'The assertion is valid from no stated time',
  conditions_expired: 'The assertion was valid until no stated time',
  audience_missing: 'The assertion has no AudienceRestriction',
  audience_mismatch: 'The assertion is for another audience',
  authn_statement_missing: 'The assertion does not say that the person signed in',
  session_expired: "The identity provider's session ended at no stated time",
  destination_mismatch: 'The response was sent to another address',
  in_response_to_mismatch: 'The response and its signed confirmation answer different requests',
  response_too_old: 'The response was issued too long ago',
  aes_cbc_refused: 'The assertion is encrypted with AES-CBC, which this connection does not allow',
  decryption_failed: 'The assertion cannot be decrypted with a key of this organization',
  encrypted_unsigned: 'The encrypted assertion is not signed, and neither is the response',
  stable_id_missing: 'The assertion does not carry exactly one value of the stable-id attribute x',
  encryption_missing: 'The assertion is not encrypted, and this connection asks for that',
}
const codes = Object.keys(sentences) as SamlCode[]
const mismatch = { found: 'urn:found', expected: 'urn:expected' }

describe.each(vendors)('a refusal of %s', (vendor) => {
  it.each(codes)('%s names a field of its console, in sentences that say nothing twice', (code) => {
    const text = toEnglish(explainSaml(vendor, code, sentences[code], mismatch))
    const { name, ...fields } = fieldsOf('saml', vendor)
    expect(Object.values(fields).some((field) => text.includes(field))).toBe(true)
    expect(text).toContain(sentences[code])
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
      explainSaml('keycloak', 'algorithm_refused', 'It is not accepted', { found, expected }),
    )
    expect(text).toContain(found)
    expect(text).toContain(words)
    expect(text).toContain(field)
  })
})

it('m3: a format of the NameID that is not given is told as that, with both fields', () => {
  const said = 'The identity provider answered Requester / InvalidNameIDPolicy'
  const text = toEnglish(explainSaml('keycloak', 'status_not_success', said, undefined))
  expect(text).toContain('"Name ID format" in Keycloak')
  expect(text).toContain('(nameIdFormat)')
  expect(
    toEnglish(
      explainSaml('keycloak', 'status_not_success', 'The identity provider answered Responder', undefined),
    ),
  ).toContain('The log of Keycloak')
})

describe('F40 the name of a vendor', () => {
  it('has a small letter inside a sentence and a capital one at its beginning', () => {
    const text = toEnglish(
      explainSaml('generic', 'audience_mismatch', 'The assertion is for another audience', mismatch),
    )
    expect(text).toContain('. The identity provider sent audience "urn:found"')
    expect(
      toEnglish(explainSaml('generic', 'signature_invalid', 'The signature is another one', undefined)),
    ).toContain('If the identity provider has a new signing certificate')
    expect(toEnglish(explainSaml('okta', 'audience_missing', 'There is none', undefined))).toContain(
      'in Okta.',
    )
  })
})
