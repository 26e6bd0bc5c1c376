// English: what an administrator does about a sign-in that was refused, in the field names of the identity provider's own console, which
// are `places`.

/** Where it is mended. */
export const signInAdvice = {
  advise_broken_message:
    'No setting of {name()} is known to do that: see whether anything between changes the message, and compare {app()} with the connection.',
  advise_clocks_saml:
    "Check the clocks of {name()} and of this service, or raise the connection's clock skew. How long an assertion holds is set at {app()}.",
  advise_too_large: 'Have {name()} send less of the person, fewer groups above all: {attributes()}.',
  advise_too_deep: 'Have {name()} send fewer values: {attributes()}.',
  advise_not_a_response:
    'Let {name()} answer by SAML 2.0 and by HTTP-POST: {acs()}. Messages of single logout go to another address: {logout()}.',
  advise_one_assertion: 'Let {name()} send one assertion in each response: {app()}.',
  advise_audience: '{name()} sent audience "{found}"; set {audience()} to "{expected}".',
  advise_audience_missing: 'Set {audience()} in {name()}.',
  advise_recipient: '{name()} sent recipient "{found}"; set {acs()} to "{expected}".',
  advise_destination: '{name()} sent destination "{found}"; set {acs()} to "{expected}".',
  advise_bearer: 'Let {name()} confirm the subject by bearer, as its browser profile does: {app()}.',
  advise_issuer_saml:
    'The response came from issuer "{found}", the connection trusts "{expected}". Import the metadata of {name()} again if it changed; it is had at {app()}.',
  advise_certificate:
    'If {name()} has a new signing certificate, refresh or paste its metadata, which is had at {app()}.',
  advise_sign: 'In {name()} turn on signing: {signing()}.',
  advise_key_size: 'Give {name()} a signing certificate with an RSA key of at least 2048 bits: {signing()}.',
  advise_key_usable: 'Give {name()} a signing certificate with {needed}: {signing()}.',
  advise_name_id:
    'In {name()} set {nameId()} to what every person has; this one may have no value for what is set there.',
  advise_name_id_transient:
    'A transient name is another one at each sign-in. Have the connection ask for another (Name ID format, nameIdFormat: persistent), set {nameId()} in {name()} to a persistent value, or name a stable-id attribute in the connection.',
  advise_name_id_policy:
    'It does not give the NameID format that the connection asks for. Set {nameId()} in {name()} to that format, or let the connection ask for another one or for none (nameIdFormat).',
  advise_spaces: 'Remove the white space in {name()}: {nameId()}.',
  advise_stable_id:
    'Let {name()} send it ({attributes()}), or change the stable-id attribute of the connection.',
  advise_aes_gcm: 'Let {name()} encrypt with AES-GCM ({encryption()}), or allow AES-CBC in the connection.',
  advise_encrypt:
    'Turn on assertion encryption in {name()} with our certificate ({encryption()}), or let the connection take what comes in the clear (wantEncryptedAssertions).',
  advise_sign_both: 'In {name()} sign the response and the assertion: {signing()}.',
  advise_encryption_certificate:
    'Give {name()} our current encryption certificate from the metadata, if it has another one: {encryption()}.',
  advise_session_saml:
    'The person signs in to {name()} anew. How long its sessions last is set there, beside {app()}.',
  advise_authn_statement: 'Let {name()} include it (AuthnStatement): {authnStatement()}.',
  advise_assignment:
    'The log of {name()} says why. Often the person is not assigned to the application: {assignment()}.',
  algorithm_came: '"{found}" came.',
  advise_cipher: 'In {name()} choose AES-GCM with {transport}, or do not encrypt: {encryption()}.',
  advise_canonicalization:
    'In {name()} choose exclusive canonicalization without comments: {canonicalization()}.',
  advise_signature_algorithm: 'In {name()} choose RSA-SHA256: {signing()}.',
  advise_sign_logout:
    'Have {name()} sign messages of single logout with RSA-SHA256: {signing()} (SimpleSAMLphp: sign.logout).',
  advise_logout: "Compare {logout()} in {name()} with the connection's.",

  advise_broken_answer:
    'No setting of {name()} is known to do that: see whether anything between changes the answer, and compare {app()} with the connection.',
  advise_clocks_openid:
    "Check the clocks of {name()} and of this service, or raise the connection's clock skew. How long a token holds is set in {name()}: {tokens()}.",
  advise_issuer_reach:
    'See whether {name()} can be reached from here, and whether the issuer of the connection is still its own: {issuer()}.',
  advise_issuer: 'Compare the issuer of the connection with that of {name()}: {issuer()}.',
  advise_issuer_letters:
    'Compare the issuer of the connection with that of {name()}, letter by letter: {issuer()}.',
  advise_provider_log:
    'The log of {name()} says why. Often the person is not assigned to the application ({assignment()}), or the redirect URI is another ({redirectUri()}).',
  advise_token_form: 'Let {name()} send tokens that are signed, not encrypted, and whole: {tokens()}.',
  advise_token_algorithm:
    'Let {name()} sign with RS256 (PS256, ES256 and EdDSA are taken as well): {tokens()}.',
  advise_token_keys:
    'If {name()} has new keys, the person can start again: its key set is looked at once more. Otherwise compare the issuer of the connection with its own: {issuer()}.',
  advise_client_id:
    'The client id of the connection must be that of this client in {name()}: {credentials()}.',
  advise_nonce:
    'The person can start again. If it comes back, another sign-in ends at our address: {redirectUri()} in {name()}.',
  advise_azp:
    'Let {name()} make the ID token for this client alone ({credentials()}), and add no other audience: {attributes()}.',
  advise_subject: 'Let {name()} name the person: {nameId()}. What it sends is set there: {attributes()}.',
  advise_hosted_domain:
    'The person signs in with their account of the organization. Let {name()} give the client to nobody else: {assignment()}.',
  advise_userinfo:
    'Let the userinfo endpoint of {name()} answer this client with the sub of the ID token, in JSON or as a signed JWT, or have the address put into the ID token: {attributes()}.',
  advise_claims:
    'Let the client ask for fewer scopes, or have {name()} send less of the person, fewer groups above all: {attributes()}.',
  advise_credentials:
    'Check the client id and the client secret of the connection against {name()}: {credentials()}.',
  advise_code:
    'It does not take the code: it was used, is too old, or was asked for by another redirect URI than {name()} knows: {redirectUri()}. The person can start again.',
  advise_token_server:
    'It fails by itself: try again, and see the log of {name()}. The client is at {app()}.',
  advise_no_id_token:
    'That holds no ID token: let the client in {name()} use OpenID Connect (scope openid): {attributes()}.',
  advise_token_request:
    'Compare the client in {name()} with the connection (grant type authorization_code, redirect URI, scopes): {app()}.',
} as const
