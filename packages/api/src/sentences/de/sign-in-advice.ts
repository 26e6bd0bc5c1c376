// German: where what is wrong with an answer is mended. `{name()}` is a dative: „bei Okta“.
import type { signInAdvice as english } from '../en/sign-in-advice.ts'

/** Where it is mended. */
export const signInAdvice: Readonly<Record<keyof typeof english, string>> = {
  advise_broken_message:
    'Bei {name()} ist keine Einstellung bekannt, die das tut: Sehen Sie nach, ob etwas dazwischen die Nachricht verändert, und vergleichen Sie mit der Verbindung: {app()}.',
  advise_clocks_saml:
    'Prüfen Sie die Uhren bei {name()} und hier, oder erhöhen Sie die erlaubte Abweichung der Verbindung. Wie lange eine Assertion gilt, wird dort eingestellt: {app()}.',
  advise_too_large:
    'Lassen Sie bei {name()} weniger über die Person schicken, vor allem weniger Gruppen: {attributes()}.',
  advise_too_deep: 'Lassen Sie bei {name()} weniger Werte schicken: {attributes()}.',
  advise_not_a_response:
    'Lassen Sie bei {name()} mit SAML 2.0 und HTTP-POST antworten: {acs()}. Nachrichten zur gemeinsamen Abmeldung gehen an eine andere Adresse: {logout()}.',
  advise_one_assertion: 'Lassen Sie bei {name()} in jeder Antwort eine Assertion schicken: {app()}.',
  advise_audience: 'Von {name()} kam die Audience „{found}“; stellen Sie sie auf „{expected}“: {audience()}.',
  advise_audience_missing: 'Stellen Sie bei {name()} die Audience ein: {audience()}.',
  advise_recipient: 'Von {name()} kam der Recipient „{found}“; stellen Sie ihn auf „{expected}“: {acs()}.',
  advise_destination:
    'Von {name()} kam die Destination „{found}“; stellen Sie sie auf „{expected}“: {acs()}.',
  advise_bearer:
    'Lassen Sie bei {name()} das Subject mit bearer bestätigen, wie das Browser-Profil es tut: {app()}.',
  advise_issuer_saml:
    'Die Antwort kam vom Issuer „{found}“, die Verbindung vertraut „{expected}“. Lesen Sie die Metadaten von {name()} neu ein, falls sie sich geändert haben; es gibt sie hier: {app()}.',
  advise_certificate:
    'Gibt es bei {name()} ein neues Signaturzertifikat, frischen Sie die Metadaten auf oder fügen Sie sie ein; es gibt sie hier: {app()}.',
  advise_sign: 'Schalten Sie bei {name()} das Signieren ein: {signing()}.',
  advise_key_size:
    'Geben Sie bei {name()} ein Signaturzertifikat mit einem RSA-Schlüssel von mindestens 2048 Bit an: {signing()}.',
  advise_key_usable: 'Geben Sie bei {name()} ein anderes Signaturzertifikat an ({needed}): {signing()}.',
  advise_name_id:
    'Stellen Sie bei {name()} ein, was jede Person hat: {nameId()}; diese hat für das, was dort eingestellt ist, vielleicht keinen Wert.',
  advise_name_id_transient:
    'Ein transienter Name ist bei jeder Anmeldung ein anderer. Lassen Sie die Verbindung einen anderen verlangen (Name ID format, nameIdFormat: persistent), stellen Sie bei {name()} einen dauerhaften Wert ein ({nameId()}), oder nennen Sie in der Verbindung ein Attribut für eine dauerhafte Kennung.',
  advise_name_id_policy:
    'Das verlangte Format der NameID gibt es dort nicht. Stellen Sie bei {name()} dieses Format ein ({nameId()}), oder lassen Sie die Verbindung ein anderes oder keines verlangen (nameIdFormat).',
  advise_spaces: 'Entfernen Sie bei {name()} den Leerraum: {nameId()}.',
  advise_stable_id:
    'Lassen Sie es bei {name()} schicken ({attributes()}), oder ändern Sie das Attribut der dauerhaften Kennung in der Verbindung.',
  advise_aes_gcm:
    'Lassen Sie bei {name()} mit AES-GCM verschlüsseln ({encryption()}), oder erlauben Sie in der Verbindung AES-CBC.',
  advise_encrypt:
    'Schalten Sie bei {name()} die Verschlüsselung von Assertions mit unserem Zertifikat ein ({encryption()}), oder lassen Sie die Verbindung nehmen, was unverschlüsselt kommt (wantEncryptedAssertions).',
  advise_sign_both: 'Signieren Sie bei {name()} die Antwort und die Assertion: {signing()}.',
  advise_encryption_certificate:
    'Geben Sie bei {name()} unser jetziges Verschlüsselungszertifikat aus den Metadaten an, falls dort ein anderes steht: {encryption()}.',
  advise_session_saml:
    'Die Person meldet sich bei {name()} neu an. Wie lange Sitzungen dauern, wird dort eingestellt, neben: {app()}.',
  advise_authn_statement: 'Lassen Sie es bei {name()} mitschicken (AuthnStatement): {authnStatement()}.',
  advise_assignment:
    'Das Protokoll von {name()} sagt, warum. Oft ist die Person der Anwendung nicht zugewiesen: {assignment()}.',
  algorithm_came: '„{found}“ kam.',
  advise_cipher:
    'Wählen Sie bei {name()} AES-GCM mit {transport}, oder verschlüsseln Sie nicht: {encryption()}.',
  advise_canonicalization:
    'Wählen Sie bei {name()} die exklusive Kanonisierung ohne Kommentare: {canonicalization()}.',
  advise_signature_algorithm: 'Wählen Sie bei {name()} RSA-SHA256: {signing()}.',
  advise_sign_logout:
    'Lassen Sie bei {name()} Nachrichten zur gemeinsamen Abmeldung mit RSA-SHA256 signieren: {signing()} (SimpleSAMLphp: sign.logout).',
  advise_logout: 'Vergleichen Sie, was bei {name()} steht, mit der Verbindung: {logout()}.',

  advise_broken_answer:
    'Bei {name()} ist keine Einstellung bekannt, die das tut: Sehen Sie nach, ob etwas dazwischen die Antwort verändert, und vergleichen Sie mit der Verbindung: {app()}.',
  advise_clocks_openid:
    'Prüfen Sie die Uhren bei {name()} und hier, oder erhöhen Sie die erlaubte Abweichung der Verbindung. Wie lange ein Token gilt, wird bei {name()} eingestellt: {tokens()}.',
  advise_issuer_reach:
    'Sehen Sie nach, ob die Verbindung zu {name()} von hier aus steht und ob der Issuer der Verbindung noch der richtige ist: {issuer()}.',
  advise_issuer: 'Vergleichen Sie den Issuer der Verbindung mit dem von {name()}: {issuer()}.',
  advise_issuer_letters:
    'Vergleichen Sie den Issuer der Verbindung Buchstabe für Buchstabe mit dem von {name()}: {issuer()}.',
  advise_provider_log:
    'Das Protokoll von {name()} sagt, warum. Oft ist die Person der Anwendung nicht zugewiesen ({assignment()}), oder die Weiterleitungs-URI ist eine andere ({redirectUri()}).',
  advise_token_form:
    'Lassen Sie bei {name()} Tokens schicken, die signiert, unverschlüsselt und vollständig sind: {tokens()}.',
  advise_token_algorithm:
    'Lassen Sie bei {name()} mit RS256 signieren (PS256, ES256 und EdDSA gehen auch): {tokens()}.',
  advise_token_keys:
    'Gibt es bei {name()} neue Schlüssel, kann die Person neu beginnen: Der Schlüsselsatz wird noch einmal angesehen. Sonst vergleichen Sie den Issuer der Verbindung: {issuer()}.',
  advise_client_id:
    'Die Client-ID der Verbindung muss die dieses Clients bei {name()} sein: {credentials()}.',
  advise_nonce:
    'Die Person kann neu beginnen. Kommt es wieder, endet eine andere Anmeldung an unserer Adresse: {redirectUri()} bei {name()}.',
  advise_azp:
    'Lassen Sie bei {name()} das ID-Token für diesen Client allein machen ({credentials()}), ohne weitere Audience: {attributes()}.',
  advise_subject:
    'Lassen Sie bei {name()} die Person benennen: {nameId()}. Was geschickt wird, wird dort eingestellt: {attributes()}.',
  advise_hosted_domain:
    'Die Person meldet sich mit ihrem Konto der Organisation an. Geben Sie den Client bei {name()} sonst niemandem: {assignment()}.',
  advise_userinfo:
    'Lassen Sie den Userinfo-Endpunkt von {name()} diesem Client mit dem sub des ID-Tokens antworten, in JSON oder als signiertes JWT, oder lassen Sie die Adresse in das ID-Token schreiben: {attributes()}.',
  advise_claims:
    'Lassen Sie den Client weniger Scopes verlangen oder bei {name()} weniger über die Person schicken, vor allem weniger Gruppen: {attributes()}.',
  advise_credentials:
    'Vergleichen Sie Client-ID und Client-Secret der Verbindung mit denen von {name()}: {credentials()}.',
  advise_code:
    'Der Code wird nicht angenommen: Er wurde benutzt, ist zu alt oder wurde mit einer anderen Weiterleitungs-URI verlangt als der bei {name()}: {redirectUri()}. Die Person kann neu beginnen.',
  advise_token_server:
    'Der Fehler liegt dort: Versuchen Sie es noch einmal, und sehen Sie ins Protokoll von {name()}. Der Client steht hier: {app()}.',
  advise_no_id_token:
    'Darin ist kein ID-Token: Lassen Sie den Client bei {name()} OpenID Connect benutzen (Scope openid): {attributes()}.',
  advise_token_request:
    'Vergleichen Sie den Client bei {name()} mit der Verbindung (Grant-Typ authorization_code, Weiterleitungs-URI, Scopes): {app()}.',
}
