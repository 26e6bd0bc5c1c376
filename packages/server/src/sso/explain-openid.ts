// A sign-in or a logout by OpenID Connect that was refused, in words that tell an administrator what was found and where it is set: in the
// field names of their own console.
import type { OpenIdCode, OpenIdError, TokenFault } from '../id-tokens/openid-error.ts'
import { type OpenIdFields, openIdFields, toSentences, type Vendor } from './vendor-fields.ts'

type Advice = (fields: OpenIdFields, fault: TokenFault | undefined) => string

const brokenAnswer: Advice = (fields) =>
  `No setting of ${fields.name} is known to do that: see whether anything between changes the answer, and compare ${fields.app} with the connection.`

const clocks: Advice = (fields) =>
  `Check the clocks of ${fields.name} and of this service, or raise the connection's clock skew. How long a token holds is set in ${fields.name}: ${fields.tokens}.`

const advice: Readonly<Record<OpenIdCode, Advice>> = {
  issuer_unreachable: (fields) =>
    `See whether ${fields.name} can be reached from here, and whether the issuer of the connection is still its own: ${fields.issuer}.`,
  issuer_invalid: (fields) =>
    `Compare the issuer of the connection with that of ${fields.name}: ${fields.issuer}.`,
  provider_error: (fields) =>
    `The log of ${fields.name} says why. Often the person is not assigned to the application (${fields.assignment}), or the redirect URI is another (${fields.redirectUri}).`,
  token_refused: (fields, fault) => tokenAdvice[fault ?? 'request'](fields),
  token_malformed: (fields) =>
    `Let ${fields.name} send tokens that are signed, not encrypted, and whole: ${fields.tokens}.`,
  token_algorithm_refused: (fields) =>
    `Let ${fields.name} sign with RS256 (PS256, ES256 and EdDSA are taken as well): ${fields.tokens}.`,
  token_signature_invalid: (fields) =>
    `If ${fields.name} has new keys, the person can start again: its key set is looked at once more. Otherwise compare the issuer of the connection with its own: ${fields.issuer}.`,
  token_issuer_mismatch: (fields) =>
    `Compare the issuer of the connection with that of ${fields.name}, letter by letter: ${fields.issuer}.`,
  token_audience_mismatch: (fields) =>
    `The client id of the connection must be that of this client in ${fields.name}: ${fields.credentials}.`,
  token_expired: clocks,
  token_from_the_future: clocks,
  token_nonce_mismatch: (fields) =>
    `The person can start again. If it comes back, another sign-in ends at our address: ${fields.redirectUri} in ${fields.name}.`,
  token_azp_mismatch: (fields) =>
    `Let ${fields.name} make the ID token for this client alone (${fields.credentials}), and add no other audience: ${fields.attributes}.`,
  token_at_hash_mismatch: brokenAnswer,
  token_subject_missing: (fields) =>
    `Let ${fields.name} name the person: ${fields.nameId}. What it sends is set there: ${fields.attributes}.`,
  name_id_spaces: (fields) => `Remove the white space in ${fields.name}: ${fields.nameId}.`,
  hosted_domain_missing: (fields) =>
    `The person signs in with their account of the organization. Let ${fields.name} give the client to nobody else: ${fields.assignment}.`,
  userinfo_mismatch: (fields) =>
    `Let the userinfo endpoint of ${fields.name} answer this client with the sub of the ID token, in JSON or as a signed JWT, or have the address put into the ID token: ${fields.attributes}.`,
  claims_too_many: (fields) =>
    `Let the client ask for fewer scopes, or have ${fields.name} send less of the person, fewer groups above all: ${fields.attributes}.`,
}

const tokenAdvice: Readonly<Record<TokenFault, (fields: OpenIdFields) => string>> = {
  client: (fields) =>
    `Check the client id and the client secret of the connection against ${fields.name}: ${fields.credentials}.`,
  code: (fields) =>
    `It does not take the code: it was used, is too old, or was asked for by another redirect URI than ${fields.name} knows: ${fields.redirectUri}. The person can start again.`,
  server: (fields) =>
    `It fails by itself: try again, and see the log of ${fields.name}. The client is at ${fields.app}.`,
  no_id_token: (fields) =>
    `That holds no ID token: let the client in ${fields.name} use OpenID Connect (scope openid): ${fields.attributes}.`,
  request: (fields) =>
    `Compare the client in ${fields.name} with the connection (grant type authorization_code, redirect URI, scopes): ${fields.app}.`,
}

interface Of {
  readonly identity_provider: Vendor
}

/** One or two sentences: what was found, then what to do. */
export function explainOpenId({ identity_provider: vendor }: Of, error: OpenIdError): string {
  return toSentences(`${error.message}. ${advise(vendor, error)}`)
}

/** The same of a logout token. */
export function explainLogoutToken({ identity_provider: vendor }: Of, error: OpenIdError): string {
  return toSentences(
    `Back-channel logout: ${error.message}, so nobody was signed out by it. ${advise(vendor, error)}`,
  )
}

function advise(vendor: Vendor, { code, fault }: OpenIdError): string {
  return advice[code](openIdFields[vendor], fault)
}
