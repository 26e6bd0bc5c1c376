// A SAML response that was refused, in words that tell an administrator what came, what was expected and where it is set: in the
// field names of their own console.
import { usableRsa } from '../base/public-keys.ts'
import { expectedCipher, expectedTransport } from '../saml/encryption.ts'
import type { Mismatch, SamlCode } from '../saml/saml-error.ts'
import { type Fields, toSentences, type Vendor, vendorFields } from './vendor-fields.ts'

type Advice = (fields: Fields, mismatch: Mismatch | undefined) => string

// What no setting is known for: something is between the two, or the software is at fault.
const brokenMessage: Advice = (fields) =>
  `No setting of ${fields.name} is known to do that: see whether anything between changes the message, and compare ${fields.app} with the connection.`

const clocks: Advice = (fields) =>
  `Check the clocks of ${fields.name} and of this service, or raise the connection's clock skew. How long an assertion holds is set at ${fields.app}.`

const differentAddress =
  (what: string): Advice =>
  (fields, found) =>
    `${fields.name} sent ${what} ${quote(found?.found)}; set ${fields.acs} to ${quote(found?.expected)}.`

const advice: Readonly<Record<SamlCode, Advice>> = {
  malformed: brokenMessage,
  too_large: (fields) =>
    `Have ${fields.name} send less of the person, fewer groups above all: ${fields.attributes}.`,
  too_deep: (fields) => `Have ${fields.name} send fewer values: ${fields.attributes}.`,
  forbidden_xml: brokenMessage,
  not_a_response: (fields) =>
    `Let ${fields.name} answer by SAML 2.0 and by HTTP-POST: ${fields.acs}. Messages of single logout go to another address: ${fields.logout}.`,
  duplicate_id: brokenMessage,
  assertion_count: (fields) => `Let ${fields.name} send one assertion in each response: ${fields.app}.`,
  signature_misplaced: brokenMessage,
  audience_mismatch: (fields, found) =>
    `${fields.name} sent audience ${quote(found?.found)}; set ${fields.audience} to ${quote(found?.expected)}.`,
  audience_missing: (fields) => `Set ${fields.audience} in ${fields.name}.`,
  recipient_mismatch: differentAddress('recipient'),
  destination_mismatch: differentAddress('destination'),
  confirmation_missing: (fields) =>
    `Let ${fields.name} confirm the subject by bearer, as its browser profile does: ${fields.app}.`,
  in_response_to_mismatch: brokenMessage,
  issuer_mismatch: (fields, found) =>
    `The response came from issuer ${quote(found?.found)}, the connection trusts ${quote(found?.expected)}. Import the metadata of ${fields.name} again if it changed; it is had at ${fields.app}.`,
  signature_invalid: (fields) =>
    `If ${fields.name} has a new signing certificate, refresh or paste its metadata, which is had at ${fields.app}.`,
  signature_missing: (fields) => `In ${fields.name} turn on signing: ${fields.signing}.`,
  algorithm_refused: explainAlgorithm,
  key_too_small: (fields) =>
    `Give ${fields.name} a signing certificate with an RSA key of at least 2048 bits: ${fields.signing}.`,
  key_unusable: (fields) => `Give ${fields.name} a signing certificate with ${usableRsa}: ${fields.signing}.`,
  name_id_missing: (fields) =>
    `In ${fields.name} set ${fields.nameId} to what every person has; this one may have no value for what is set there.`,
  name_id_transient: (fields) =>
    `A transient name is another one at each sign-in. Have the connection ask for another (Name ID format, nameIdFormat: persistent), set ${fields.nameId} in ${fields.name} to a persistent value, or name a stable-id attribute in the connection.`,
  name_id_spaces: (fields) => `Remove the white space in ${fields.name}: ${fields.nameId}.`,
  stable_id_missing: (fields) =>
    `Let ${fields.name} send it (${fields.attributes}), or change the stable-id attribute of the connection.`,
  aes_cbc_refused: (fields) =>
    `Let ${fields.name} encrypt with AES-GCM (${fields.encryption}), or allow AES-CBC in the connection.`,
  encryption_missing: (fields) =>
    `Turn on assertion encryption in ${fields.name} with our certificate (${fields.encryption}), or let the connection take what comes in the clear (wantEncryptedAssertions).`,
  encrypted_unsigned: (fields) => `In ${fields.name} sign the response and the assertion: ${fields.signing}.`,
  decryption_failed: (fields) =>
    `Give ${fields.name} our current encryption certificate from the metadata, if it has another one: ${fields.encryption}.`,
  conditions_early: clocks,
  conditions_expired: clocks,
  confirmation_expired: clocks,
  response_too_old: clocks,
  session_expired: (fields) =>
    `The person signs in to ${fields.name} anew. How long its sessions last is set there, beside ${fields.app}.`,
  authn_statement_missing: (fields) =>
    `Let ${fields.name} include it (AuthnStatement): ${fields.authnStatement}.`,
  status_not_success: (fields) =>
    `The log of ${fields.name} says why. Often the person is not assigned to the application: ${fields.assignment}.`,
}

// Four kinds of algorithm are set in four places: of the signature, of what is put in order before it, of encryption and of its key.
function explainAlgorithm(fields: Fields, mismatch: Mismatch | undefined): string {
  const { found = '', expected = '' } = mismatch ?? {}
  const came = found === '' ? '' : `${quote(found)} came. `
  if (expected === expectedCipher || expected === expectedTransport)
    return `${came}In ${fields.name} choose AES-GCM with ${expectedTransport}, or do not encrypt: ${fields.encryption}.`
  if (/c14n/.test(found))
    return `${came}In ${fields.name} choose exclusive canonicalization without comments: ${fields.canonicalization}.`
  return `${came}In ${fields.name} choose RSA-SHA256: ${fields.signing}.`
}

/** One or two sentences: what was wrong, then what to do. */
export function explainSaml(
  vendor: Vendor,
  code: SamlCode,
  message: string,
  mismatch: Mismatch | undefined,
): string {
  const fields = vendorFields[vendor]
  const advised = /\bInvalidNameIDPolicy\b/.test(message)
    ? `It does not give the NameID format that the connection asks for. Set ${fields.nameId} in ${fields.name} to that format, or let the connection ask for another one or for none (nameIdFormat).`
    : advice[code](fields, mismatch)
  return toSentences(`${message}. ${advised}`)
}

function quote(text: string | undefined): string {
  return JSON.stringify(text ?? '')
}
