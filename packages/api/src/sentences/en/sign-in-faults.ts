// English: what a verifier found in an answer of an identity provider that is not believed, by SAML and by OpenID Connect. The words are
// those of the specifications.

/** What was found. */
export const signInFaults = {
  // An XML document, whichever it is.
  xml_malformed: 'The XML is not well-formed.',
  xml_encoding: 'The XML is not XML 1.0 in UTF-8.',
  xml_doctype: 'The XML holds a document type declaration.',
  xml_comment: 'The XML holds a comment.',
  xml_processing: 'The XML holds a processing instruction.',
  xml_cdata: 'The XML holds a CDATA section.',
  xml_too_large: 'The XML is larger than {bytes} bytes.',
  xml_too_many_nodes: 'The XML has more than {most} elements, attributes and texts.',
  xml_too_many_attributes: 'An element has more than {most} attributes.',
  xml_too_deep: 'The XML is nested deeper than {most}.',
  xml_too_many_elements: 'The XML has more than {most} elements.',
  xml_too_many_children: 'An element has more than {most} children.',
  xml_rootless: 'The XML has no root element.',
  xml_namespace_relative: 'The XML declares a relative namespace.',
  xml_namespace_foreign: '{name} stands in a foreign namespace.',
  xml_id_twice: 'Two elements have the same identifier.',

  // A SAML response, and what is around its assertion.
  response_too_large: 'The response is larger than 128 KB.',
  response_not_base64: 'The response is not base64.',
  response_not_utf8: 'The response is not UTF-8.',
  response_cut: 'The response is not whole, or not UTF-8.',
  response_not_saml: 'The message is not a SAML 2.0 Response.',
  response_assertions: 'The response holds {count} assertions instead of one.',
  response_unsigned: 'Neither the response nor the assertion is signed.',
  response_encrypted_unsigned: 'The encrypted assertion is not signed, and neither is the response.',
  response_cbc_unsigned:
    'The assertion is encrypted with AES-CBC, and the response around it is not signed: it was not opened.',
  response_destination: 'The response was sent to another address.',
  response_issuer: 'The response comes from another identity provider.',
  response_confirmations: 'The response and its signed confirmation answer different requests.',
  response_signed_by_other:
    'The signature of the {part?response:response|assertion:assertion} was not made with a certificate of this connection.',
  response_unasked_old: 'The unsolicited response was issued more than five minutes ago.',
  response_status: 'The identity provider answered {status}.',
  response_status_said: 'The identity provider answered {status}: {message}.',
  response_status_missing: 'The identity provider answered without a status.',
  response_status_missing_said: 'The identity provider answered without a status: {message}.',

  // An assertion.
  assertion_undecryptable: 'The assertion cannot be decrypted with a key of this organization.',
  assertion_key_recipient: 'The key of the encrypted assertion is for another recipient.',
  assertion_encrypted_pieces: 'The encrypted assertion is not one piece of data and one key.',
  assertion_encrypted_base64: 'The encrypted assertion or its key is not base64.',
  assertion_cbc: 'The assertion is encrypted with AES-CBC, which this connection does not allow.',
  assertion_cipher: 'The assertion is encrypted with an algorithm that is not accepted.',
  assertion_key_transport: 'The encryption key is transported by an algorithm that is not accepted.',
  assertion_in_clear: 'The assertion is not encrypted, and this connection asks for that.',
  assertion_decrypted_other: 'What was encrypted is not an assertion.',
  assertion_decrypted_several: 'The encrypted assertion holds others.',
  assertion_signed_container: 'What is signed does not hold one encrypted assertion.',
  assertion_signed_other: 'What is signed is not a SAML 2.0 assertion.',
  assertion_issuer: 'The assertion comes from another identity provider.',
  assertion_subject_missing: 'The assertion has no subject.',
  assertion_undated: 'The assertion has no IssueInstant.',
  assertion_issued_later: 'The assertion was issued at {time}; it is {now} here.',
  assertion_hour_over: 'The assertion counts for an hour, until {time}; it is {now} here.',
  assertion_elements: 'The assertion has several elements {name}.',
  assertion_id: 'The assertion has no usable ID.',
  assertion_name_missing:
    'The assertion does not name the person: it has no NameID, an empty one, or several.',
  name_id_long: 'The NameID is longer than 512 characters.',
  name_id_spaced: 'The NameID begins or ends with white space.',
  name_id_changing: 'The NameID is transient and no stable-id attribute is set.',
  stable_id_spaced: 'The stable-id attribute {name} begins or ends with white space.',
  stable_id_values: 'The assertion does not carry exactly one value of the stable-id attribute {name}.',
  assertion_bearer_missing: 'The assertion has no bearer SubjectConfirmation.',
  assertion_recipient: 'The assertion is for another recipient.',
  assertion_over: 'The assertion was usable until {time}; it is {now} here.',
  assertion_over_unstated: 'The assertion was usable until no stated time.',
  assertion_usable_later: 'The assertion is usable from {time}; it is {now} here.',
  assertion_valid_later: 'The assertion is valid from {time}; it is {now} here.',
  assertion_valid_over: 'The assertion was valid until {time}; it is {now} here.',
  assertion_condition: 'The assertion has a condition that is not known here.',
  assertion_audience_missing: 'The assertion has no AudienceRestriction.',
  assertion_audience: 'The assertion is for another audience.',
  assertion_sign_in_missing: 'The assertion does not say that the person signed in.',
  assertion_session_over: "The identity provider's session ended at {time}; it is {now} here.",
  assertion_signed_in_later: 'The person signed in at {time}; it is {now} here.',
  assertion_attributes: 'The assertion has too many attributes.',
  assertion_time: 'The assertion has a time that is not an xs:dateTime in UTC.',

  // A signature, and the certificates by which it is verified.
  signature_place: 'A signature stands where none belongs.',
  signature_references: 'The signature is not one reference and nothing else.',
  signature_of_other: 'The signature refers to something other than its parent.',
  signature_algorithm: 'The signature uses an algorithm that is not accepted.',
  signature_transforms: 'The signature has too many transforms.',
  signature_parameters: 'A transform has parameters that are not accepted.',
  signature_digest: 'The digest is not a single value.',
  signature_attribute_long: 'What is signed, or encrypted, is described by an attribute that is too long.',
  signature_elements: 'What is signed, or encrypted, is described by too many elements.',
  certificates_unusable:
    "None of the connection's certificates has an RSA key of 2048 to 8192 bits with an odd public exponent of at most 65537.",
  certificates_small: "None of the connection's certificates has an RSA key of at least 2048 bits.",

  // A message of single logout.
  message_unsigned: 'The message is not signed.',
  message_algorithm: 'The message is signed with an algorithm that is not accepted.',
  message_signed_by_other: 'The message was not signed with a certificate of this connection.',
  message_issuer: 'The message comes from another identity provider.',
  message_destination: 'The message was sent to another address.',
  message_kind: 'The message is not a {name}.',
  message_not_logout: 'The message is not a LogoutRequest or a LogoutResponse.',
  message_holds_others: 'A message of single logout holds no assertion and no other message.',
  message_not_deflated: 'The message is not deflated, or is too large.',
  query_message: 'The query has no SAML message, or two.',
  query_twice: 'The query has {name} twice.',
  query_encoding: 'The query is not URL-encoded.',
  form_message: 'The form has no SAML message, or two.',
  relay_state_long: 'The RelayState is longer than 1,024 characters.',
  soap_envelope: 'The message is not one message in a SOAP 1.1 envelope.',
  soap_header: 'The SOAP envelope has a header that would have to be understood.',
  logout_request_old: 'The logout request is too old.',
  logout_request_nobody: 'The logout request names nobody.',
  logout_request_id: 'The logout request has no usable ID.',
  logout_answer_old: 'The answer was not issued just now.',
  logout_answer_unasked: 'The answer answers no request of the last hour that was made here (InResponseTo).',
  logout_ineffective: 'Single logout was refused, so nobody was signed out by it.',
  logout_token_ineffective: 'Back-channel logout was refused, so nobody was signed out by it.',

  // An issuer, as it answers.
  issuer_away: 'The issuer cannot be reached: {why}.',
  issuer_keys_none: "The issuer's keys cannot be read: jwks_uri gives no key set.",
  answer_issuer: 'The answer came from another issuer than was asked (iss).',
  provider_said: 'The identity provider refused with "{error}".',
  provider_no_code: 'The identity provider sent no code.',
  token_endpoint_answered: 'The token endpoint answered {status}.',
  token_endpoint_said: 'The token endpoint answered {status} with "{error}".',
  token_method_late:
    '{method} was tried too late for this code, and comes first when the person starts again.',
  userinfo_answered: 'The userinfo endpoint answered {status}.',
  userinfo_said: 'The userinfo endpoint answered {status} with "{error}".',
  userinfo_large: 'The userinfo endpoint answered with more than 128 KB.',
  userinfo_text: 'The userinfo endpoint answered with a text that is none (U+0000).',
  userinfo_nobody: 'The userinfo endpoint named nobody (sub).',
  userinfo_other: 'The userinfo endpoint told of somebody else than the ID token (sub).',
  userinfo_for_other: 'The userinfo endpoint answered with a JWT for somebody else.',
  userinfo_unsigned: 'The userinfo endpoint answered with a JWT that is not signed.',
  claims_counted:
    'The issuer tells of the person in {claims} claims with {values} values; at most {mostClaims} and {mostValues} are taken.',
  connection_not_openid: 'The connection is none by OpenID Connect.',

  // A token, whichever it is.
  token_not_jwt:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} is not a signed JWT.',
  token_over:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} has expired.',
  token_issuer:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} is of another issuer.',
  token_audience:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} is for another client.',
  token_nonce_none:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} has no nonce.',
  token_later:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} holds only later.',
  token_lacks:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} lacks {claim}.',
  token_algorithm:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} is signed with "{algorithm}", which is not accepted.',
  token_header:
    '{token?id:The header of the ID token|logout:The header of the logout token|userinfo:The header of the answer of the userinfo endpoint} asks for what is not supported.',
  token_key_unnamed:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} is not signed with a key of the issuer: its key set (jwks_uri) has no key of that name (kid) and kind.',
  token_key_cut:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} is not signed with one of the first {most} keys of the issuer that it may mean by what it says of its key (kid).',
  token_key_foreign:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} is not signed with a key of the issuer.',
  token_key_unusable:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} names a key of the issuer that cannot be used: it cannot be read, has fewer than 2048 or more than 8192 bits, or an exponent above 65537.',
  token_date:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} has a date that is none ({claim}).',
  token_text:
    '{token?id:The ID token|logout:The logout token|userinfo:The answer of the userinfo endpoint} holds a text that is none (U+0000).',

  // An ID token.
  id_token_nonce: 'The ID token answers another sign-in (nonce).',
  id_token_azp: 'The ID token was made for another party (azp).',
  id_token_future: 'The ID token is of the future.',
  id_token_old: 'The ID token was made too long ago.',
  id_token_access: 'The access token is not the one that the ID token names.',
  id_token_nobody: 'The ID token names nobody (sub).',
  id_token_spaced: 'The subject of the ID token begins or ends with white space.',
  id_token_private:
    'Google vouches for no organization of this person (hd): a private account, which outlives an employment.',
  id_token_tenant: 'Entra ID sent no oid and tid of its tenant.',

  // A logout token.
  logout_token_missing: 'The request has no logout_token, or too large a one.',
  logout_token_kind: 'The logout token is a token of another kind (typ).',
  logout_token_event: 'The logout token lacks the event of a logout.',
  logout_token_nonce: 'The logout token has a nonce.',
  logout_token_id: 'The logout token lacks an id of its own (jti).',
  logout_token_future: 'The logout token is of the future.',
  logout_token_old: 'The logout token was made too long ago.',
  logout_token_nobody: 'The logout token names nobody (sub) and no session (sid).',
  logout_token_name: 'The logout token has a {name} that is no name.',
} as const
