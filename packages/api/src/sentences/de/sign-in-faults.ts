// German: what a verifier found in an answer of an identity provider that is not believed.
import type { signInFaults as english } from '../en/sign-in-faults.ts'

/** What was found. */
export const signInFaults: Readonly<Record<keyof typeof english, string>> = {
  // An XML document, whichever it is.
  xml_malformed: 'Das XML ist nicht wohlgeformt.',
  xml_encoding: 'Das XML ist nicht XML 1.0 in UTF-8.',
  xml_doctype: 'Das XML enthält eine Dokumenttyp-Deklaration.',
  xml_comment: 'Das XML enthält einen Kommentar.',
  xml_processing: 'Das XML enthält eine Verarbeitungsanweisung.',
  xml_cdata: 'Das XML enthält einen CDATA-Abschnitt.',
  xml_too_large: 'Das XML ist größer als {bytes} Byte.',
  xml_too_many_nodes: 'Das XML hat mehr als {most} Elemente, Attribute und Texte.',
  xml_too_many_attributes: 'Ein Element hat mehr als {most} Attribute.',
  xml_too_deep: 'Das XML ist tiefer als {most} verschachtelt.',
  xml_too_many_elements: 'Das XML hat mehr als {most} Elemente.',
  xml_too_many_children: 'Ein Element hat mehr als {most} Kinder.',
  xml_rootless: 'Das XML hat kein Wurzelelement.',
  xml_namespace_relative: 'Das XML erklärt einen relativen Namensraum.',
  xml_namespace_foreign: '{name} steht in einem fremden Namensraum.',
  xml_id_twice: 'Zwei Elemente haben dieselbe Kennung.',

  // A SAML response, and what is around its assertion.
  response_too_large: 'Die Antwort ist größer als 128 KB.',
  response_not_base64: 'Die Antwort ist nicht base64.',
  response_not_utf8: 'Die Antwort ist nicht UTF-8.',
  response_cut: 'Die Antwort ist nicht vollständig oder nicht UTF-8.',
  response_not_saml: 'Die Nachricht ist keine SAML-2.0-Response.',
  response_assertions: 'Die Antwort enthält {count} statt einer Assertion.',
  response_unsigned: 'Weder die Antwort noch die Assertion ist signiert.',
  response_encrypted_unsigned: 'Die verschlüsselte Assertion ist nicht signiert, und die Antwort auch nicht.',
  response_cbc_unsigned:
    'Die Assertion ist mit AES-CBC verschlüsselt, und die Antwort darum ist nicht signiert: Sie wurde nicht geöffnet.',
  response_destination: 'Die Antwort ging an eine andere Adresse.',
  response_issuer: 'Die Antwort kommt von einem anderen Identitätsanbieter.',
  response_confirmations: 'Die Antwort und ihre signierte Bestätigung beantworten verschiedene Anfragen.',
  response_signed_by_other:
    'Die Signatur der {part?response:Antwort|assertion:Assertion} wurde nicht mit einem Zertifikat dieser Verbindung gemacht.',
  response_unasked_old: 'Die unverlangte Antwort wurde vor mehr als fünf Minuten ausgestellt.',
  response_status: 'Der Identitätsanbieter antwortete {status}.',
  response_status_said: 'Der Identitätsanbieter antwortete {status}: {message}.',
  response_status_missing: 'Der Identitätsanbieter antwortete ohne Status.',
  response_status_missing_said: 'Der Identitätsanbieter antwortete ohne Status: {message}.',

  // An assertion.
  assertion_undecryptable: 'Die Assertion lässt sich mit keinem Schlüssel dieser Organisation entschlüsseln.',
  assertion_key_recipient: 'Der Schlüssel der verschlüsselten Assertion ist für einen anderen Empfänger.',
  assertion_encrypted_pieces:
    'Die verschlüsselte Assertion besteht nicht aus einem Stück Daten und einem Schlüssel.',
  assertion_encrypted_base64: 'Die verschlüsselte Assertion oder ihr Schlüssel ist nicht base64.',
  assertion_cbc: 'Die Assertion ist mit AES-CBC verschlüsselt, was diese Verbindung nicht erlaubt.',
  assertion_cipher: 'Die Assertion ist mit einem Algorithmus verschlüsselt, der nicht angenommen wird.',
  assertion_key_transport:
    'Der Schlüssel der Verschlüsselung wird mit einem Algorithmus übertragen, der nicht angenommen wird.',
  assertion_in_clear: 'Die Assertion ist nicht verschlüsselt, und diese Verbindung verlangt das.',
  assertion_decrypted_other: 'Was verschlüsselt war, ist keine Assertion.',
  assertion_decrypted_several: 'Die verschlüsselte Assertion enthält weitere.',
  assertion_signed_container: 'Was signiert ist, enthält nicht genau eine verschlüsselte Assertion.',
  assertion_signed_other: 'Was signiert ist, ist keine SAML-2.0-Assertion.',
  assertion_issuer: 'Die Assertion kommt von einem anderen Identitätsanbieter.',
  assertion_subject_missing: 'Die Assertion hat kein Subject.',
  assertion_undated: 'Die Assertion hat kein IssueInstant.',
  assertion_issued_later: 'Die Assertion wurde um {time} ausgestellt; hier ist es {now}.',
  assertion_hour_over: 'Die Assertion gilt eine Stunde, bis {time}; hier ist es {now}.',
  assertion_elements: 'Die Assertion hat mehrere Elemente {name}.',
  assertion_id: 'Die Assertion hat keine brauchbare ID.',
  assertion_name_missing:
    'Die Assertion benennt die Person nicht: Sie hat keine NameID, eine leere oder mehrere.',
  name_id_long: 'Die NameID ist länger als 512 Zeichen.',
  name_id_spaced: 'Die NameID beginnt oder endet mit Leerraum.',
  name_id_changing:
    'Die NameID ist transient, und es ist kein Attribut für eine dauerhafte Kennung eingestellt.',
  stable_id_spaced: 'Das Attribut der dauerhaften Kennung, {name}, beginnt oder endet mit Leerraum.',
  stable_id_values: 'Die Assertion trägt nicht genau einen Wert im Attribut der dauerhaften Kennung, {name}.',
  assertion_bearer_missing: 'Die Assertion hat keine SubjectConfirmation der Art bearer.',
  assertion_recipient: 'Die Assertion ist für einen anderen Empfänger.',
  assertion_over: 'Die Assertion war brauchbar bis {time}; hier ist es {now}.',
  assertion_over_unstated: 'Die Assertion sagt nicht, bis wann sie brauchbar war.',
  assertion_usable_later: 'Die Assertion ist brauchbar ab {time}; hier ist es {now}.',
  assertion_valid_later: 'Die Assertion gilt ab {time}; hier ist es {now}.',
  assertion_valid_over: 'Die Assertion galt bis {time}; hier ist es {now}.',
  assertion_condition: 'Die Assertion hat eine Bedingung, die hier unbekannt ist.',
  assertion_audience_missing: 'Die Assertion hat keine AudienceRestriction.',
  assertion_audience: 'Die Assertion ist für eine andere Audience.',
  assertion_sign_in_missing: 'Die Assertion sagt nicht, dass die Person sich angemeldet hat.',
  assertion_session_over: 'Die Sitzung beim Identitätsanbieter endete um {time}; hier ist es {now}.',
  assertion_signed_in_later: 'Die Person hat sich um {time} angemeldet; hier ist es {now}.',
  assertion_attributes: 'Die Assertion hat zu viele Attribute.',
  assertion_time: 'Die Assertion hat eine Zeit, die kein xs:dateTime in UTC ist.',

  // A signature, and the certificates by which it is verified.
  signature_place: 'Eine Signatur steht, wo keine hingehört.',
  signature_references: 'Die Signatur ist nicht ein Verweis und sonst nichts.',
  signature_of_other: 'Die Signatur verweist auf etwas anderes als ihr Elternelement.',
  signature_algorithm: 'Die Signatur benutzt einen Algorithmus, der nicht angenommen wird.',
  signature_transforms: 'Die Signatur hat zu viele Transformationen.',
  signature_parameters: 'Eine Transformation hat Parameter, die nicht angenommen werden.',
  signature_digest: 'Der Digest ist nicht ein einzelner Wert.',
  signature_attribute_long:
    'Was signiert oder verschlüsselt ist, wird durch ein zu langes Attribut beschrieben.',
  signature_elements: 'Was signiert oder verschlüsselt ist, wird durch zu viele Elemente beschrieben.',
  certificates_unusable:
    'Kein Zertifikat der Verbindung hat einen RSA-Schlüssel von 2048 bis 8192 Bit mit einem ungeraden öffentlichen Exponenten von höchstens 65537.',
  certificates_small: 'Kein Zertifikat der Verbindung hat einen RSA-Schlüssel von mindestens 2048 Bit.',

  // A message of single logout.
  message_unsigned: 'Die Nachricht ist nicht signiert.',
  message_algorithm: 'Die Nachricht ist mit einem Algorithmus signiert, der nicht angenommen wird.',
  message_signed_by_other: 'Die Nachricht wurde nicht mit einem Zertifikat dieser Verbindung signiert.',
  message_issuer: 'Die Nachricht kommt von einem anderen Identitätsanbieter.',
  message_destination: 'Die Nachricht ging an eine andere Adresse.',
  message_kind: 'Die Nachricht ist kein {name}.',
  message_not_logout: 'Die Nachricht ist weder ein LogoutRequest noch eine LogoutResponse.',
  message_holds_others:
    'Eine Nachricht zur gemeinsamen Abmeldung enthält keine Assertion und keine andere Nachricht.',
  message_not_deflated: 'Die Nachricht ist nicht mit deflate gepackt oder zu groß.',
  query_message: 'Die Anfrage hat keine SAML-Nachricht oder zwei.',
  query_twice: 'Die Anfrage hat {name} zweimal.',
  query_encoding: 'Die Anfrage ist nicht URL-kodiert.',
  form_message: 'Das Formular hat keine SAML-Nachricht oder zwei.',
  relay_state_long: 'Der RelayState ist länger als 1.024 Zeichen.',
  soap_envelope: 'Die Nachricht ist nicht eine Nachricht in einem Umschlag von SOAP 1.1.',
  soap_header: 'Der SOAP-Umschlag hat einen Kopf, der verstanden werden müsste.',
  logout_request_old: 'Die Abmeldeanfrage ist zu alt.',
  logout_request_nobody: 'Die Abmeldeanfrage benennt niemanden.',
  logout_request_id: 'Die Abmeldeanfrage hat keine brauchbare ID.',
  logout_answer_old: 'Die Antwort wurde nicht gerade eben ausgestellt.',
  logout_answer_unasked:
    'Die Antwort beantwortet keine Anfrage der letzten Stunde, die hier gestellt wurde (InResponseTo).',
  logout_ineffective: 'Die gemeinsame Abmeldung wurde abgewiesen, also wurde niemand durch sie abgemeldet.',
  logout_token_ineffective:
    'Die Abmeldung über den Rückkanal wurde abgewiesen, also wurde niemand durch sie abgemeldet.',

  // An issuer, as it answers.
  issuer_away: 'Der Issuer ist nicht erreichbar: {why}.',
  issuer_keys_none: 'Die Schlüssel des Issuers sind nicht lesbar: jwks_uri gibt keinen Schlüsselsatz.',
  answer_issuer: 'Die Antwort kam von einem anderen Issuer als dem gefragten (iss).',
  provider_said: 'Der Identitätsanbieter lehnte mit „{error}“ ab.',
  provider_no_code: 'Der Identitätsanbieter schickte keinen Code.',
  token_endpoint_answered: 'Der Token-Endpunkt antwortete {status}.',
  token_endpoint_said: 'Der Token-Endpunkt antwortete {status} mit „{error}“.',
  token_method_late:
    '{method} wurde für diesen Code zu spät versucht und kommt zuerst, wenn die Person neu beginnt.',
  userinfo_answered: 'Der Userinfo-Endpunkt antwortete {status}.',
  userinfo_said: 'Der Userinfo-Endpunkt antwortete {status} mit „{error}“.',
  userinfo_large: 'Der Userinfo-Endpunkt antwortete mit mehr als 128 KB.',
  userinfo_text: 'Der Userinfo-Endpunkt antwortete mit einem Text, der keiner ist (U+0000).',
  userinfo_nobody: 'Der Userinfo-Endpunkt benannte niemanden (sub).',
  userinfo_other: 'Der Userinfo-Endpunkt sprach von jemand anderem als das ID-Token (sub).',
  userinfo_for_other: 'Der Userinfo-Endpunkt antwortete mit einem JWT für jemand anderen.',
  userinfo_unsigned: 'Der Userinfo-Endpunkt antwortete mit einem JWT, das nicht signiert ist.',
  claims_counted:
    'Der Issuer beschreibt die Person in {claims} Claims mit {values} Werten; höchstens {mostClaims} und {mostValues} werden genommen.',
  connection_not_openid: 'Die Verbindung ist keine über OpenID Connect.',

  // A token, whichever it is.
  token_not_jwt:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} ist kein signiertes JWT.',
  token_over:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} ist abgelaufen.',
  token_issuer:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} ist von einem anderen Issuer.',
  token_audience:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} ist für einen anderen Client.',
  token_nonce_none:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} hat keine Nonce.',
  token_later:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} gilt erst später.',
  token_lacks:
    'In {token?id:dem ID-Token|logout:dem Logout-Token|userinfo:der Antwort des Userinfo-Endpunkts} fehlt {claim}.',
  token_algorithm:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} ist mit „{algorithm}“ signiert, was nicht angenommen wird.',
  token_header:
    '{token?id:Der Kopf des ID-Tokens|logout:Der Kopf des Logout-Tokens|userinfo:Der Kopf der Antwort des Userinfo-Endpunkts} verlangt, was nicht unterstützt wird.',
  token_key_unnamed:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} ist nicht mit einem Schlüssel des Issuers signiert: Sein Schlüsselsatz (jwks_uri) hat keinen Schlüssel dieses Namens (kid) und dieser Art.',
  token_key_cut:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} ist nicht mit einem der ersten {most} Schlüssel des Issuers signiert, die es mit seiner Angabe (kid) meinen kann.',
  token_key_foreign:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} ist nicht mit einem Schlüssel des Issuers signiert.',
  token_key_unusable:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} nennt einen Schlüssel des Issuers, der nicht brauchbar ist: Er ist nicht lesbar, hat weniger als 2048 oder mehr als 8192 Bit oder einen Exponenten über 65537.',
  token_date:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} hat ein Datum, das keines ist ({claim}).',
  token_text:
    '{token?id:Das ID-Token|logout:Das Logout-Token|userinfo:Die Antwort des Userinfo-Endpunkts} enthält einen Text, der keiner ist (U+0000).',

  // An ID token.
  id_token_nonce: 'Das ID-Token beantwortet eine andere Anmeldung (nonce).',
  id_token_azp: 'Das ID-Token wurde für eine andere Partei gemacht (azp).',
  id_token_future: 'Das ID-Token ist aus der Zukunft.',
  id_token_old: 'Das ID-Token wurde vor zu langer Zeit gemacht.',
  id_token_access: 'Das Access-Token ist nicht das, welches das ID-Token nennt.',
  id_token_nobody: 'Das ID-Token benennt niemanden (sub).',
  id_token_spaced: 'Das Subject des ID-Tokens beginnt oder endet mit Leerraum.',
  id_token_private:
    'Google bürgt für keine Organisation dieser Person (hd): ein privates Konto, das eine Anstellung überdauert.',
  id_token_tenant: 'Entra ID schickte kein oid und tid seines Mandanten.',

  // A logout token.
  logout_token_missing: 'Die Anfrage hat kein logout_token oder ein zu großes.',
  logout_token_kind: 'Das Logout-Token ist ein Token anderer Art (typ).',
  logout_token_event: 'Im Logout-Token fehlt das Ereignis einer Abmeldung.',
  logout_token_nonce: 'Das Logout-Token hat eine Nonce.',
  logout_token_id: 'Dem Logout-Token fehlt eine eigene Kennung (jti).',
  logout_token_future: 'Das Logout-Token ist aus der Zukunft.',
  logout_token_old: 'Das Logout-Token wurde vor zu langer Zeit gemacht.',
  logout_token_nobody: 'Das Logout-Token benennt niemanden (sub) und keine Sitzung (sid).',
  logout_token_name: 'Das Logout-Token hat ein {name}, das kein Name ist.',
}
