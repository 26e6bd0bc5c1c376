// German: what became of a sign-in, of a logout and of a link, and why a person was refused. `{name()}` is a dative: „bei Okta“.
import type { signIns as english } from '../en/sign-ins.ts'

const rungs =
  '{rung?person:einer Person|connection:dem Identitätsanbieter|directory:dem Verzeichnis|contact:einem Einrichtungskontakt|administrator:einem Administrator|owner:einem Eigentümer|operator:dem Betreiber}'

/** Sign-ins, beside what is wrong with an answer. */
export const signIns: Readonly<Record<keyof typeof english, string>> = {
  denied_connection_inactive: 'Die Verbindung ist nicht aktiv. Aktivieren Sie sie unter Single Sign-on.',
  denied_user_deleted:
    'Die Person wurde entfernt; eine Anmeldung bringt niemanden zurück. Weisen Sie sie bei {name()} neu zu: {assignment()}.',
  denied_user_deactivated:
    'Die Person ist deaktiviert; eine Anmeldung bringt niemanden zurück. Reaktivieren Sie sie dort, wo sie verwaltet wird.',
  denied_user_blocked:
    'Ein Administrator hat diese Person gesperrt. Heben Sie die Sperre unter „Benutzer“ auf.',
  denied_user_blocked_anew:
    'Ein Administrator hat diese Person gesperrt, bevor das Verzeichnis sie entfernt hat, und ein neues Konto beendet keine Sperre: Das Konto, das diese Anmeldung angelegt hat, ist gesperrt. Heben Sie die Sperre unter „Benutzer“ auf.',
  denied_owner_must_link:
    'Ein Eigentümer wird nie über Adresse, externalId oder userName verknüpft: Er öffnet die Einstellungen über einen Portal-Link des Betreibers und macht eine Testanmeldung.',
  denied_administrator_must_link:
    'Jemand hat dieser Person die Rolle eines Administrators von Hand gegeben, und was diese Anmeldung bringt (Adresse, externalId, userName), kam erst danach an das Konto; es beweist also nichts. Ist sie es, nimmt ein Eigentümer oder Administrator die Rolle unter „Benutzer“ weg und gibt sie neu, was bestätigt, was das Konto jetzt sagt; oder der Betreiber trägt ihre Wiederherstellungsadresse ein oder macht einen Portal-Link der Rolle admin, der ihre Adresse nennt. Ist sie es nicht, berichtigen Sie das Verzeichnis.',
  denied_not_followed:
    'Das Verzeichnis hat eine Person mit dieser externalId oder diesem userName bereitgestellt, aber diese Verbindung folgt dem Verzeichnis nicht; was sie schickt, gilt also nicht als dessen Wort. Sind ihre Personen die des Verzeichnisses, setzt ein Administrator followsDirectory der Verbindung.',
  denied_address_ambiguous:
    'Mehrere Benutzer haben diese Adresse, also verknüpft sie niemanden. Berichtigen Sie die Adressen.',
  denied_address_unverified:
    'Von {name()} kommt, dass die Adresse dieser Person nicht geprüft ist (email_verified ist nicht true), also wird sie nicht benutzt. Lassen Sie sie dort prüfen ({person()}).',
  denied_address_missing_saml:
    'In dem, was kam, ist keine brauchbare E-Mail-Adresse. Lassen Sie sie bei {name()} als Attribut „email“ schicken ({attributes()}), oder nennen Sie in der Attributzuordnung das Attribut, das sie trägt.',
  denied_address_missing_openid:
    'In dem, was kam, ist keine brauchbare E-Mail-Adresse. Lassen Sie sie bei {name()} als Claim (Scope email) „email“ schicken ({attributes()}), oder nennen Sie in der Attributzuordnung, was sie trägt.',
  inexact_privileged:
    'Die Adresse führt zu jemandem, der verwaltet, und sie wurde dort gefunden, wo nur eine zu stehen scheint: unter einem Namen, der anders geschrieben zählt, in dem, wie jemand dort heißt (upn, preferred_username), hinter anderen Werten oder zwischen Leerraum. Wer verwaltet, ist daran nicht zu erkennen.',
  inexact_known:
    'Die Adresse oder ein Name wie sie gehört zu einem Konto, einer offenen Einladung oder jemandem, der entfernt wurde, und sie wurde dort gefunden, wo nur eine zu stehen scheint: unter einem Namen, der anders geschrieben zählt, in dem, wie jemand dort heißt (upn, preferred_username), hinter anderen Werten oder zwischen Leerraum. Das schreiben Menschen oft selbst, also gilt niemand daran als jemand anderes.',
  advise_exact_address:
    'Lassen Sie die Adresse bei {name()} als „email“ schicken ({attributes()}), oder nennen Sie ihr Attribut in der Attributzuordnung genau.',
  advise_exact_address_or_link:
    'Lassen Sie die Adresse bei {name()} als „email“ schicken ({attributes()}), oder nennen Sie ihr Attribut in der Attributzuordnung genau, oder die Person verknüpft die Identität in einer eigenen Sitzung.',
  denied_domain_not_verified:
    'Die Adresse ist in keiner Domain, die diese Organisation verifiziert hat. Fügen Sie die Domain hinzu und verifizieren Sie sie, oder berichtigen Sie die Adresse der Person.',
  denied_domain_not_tied:
    'Die Adresse ist in einer verifizierten Domain dieser Organisation, aber die Domain ist nicht an diese Verbindung gebunden. Spricht die Verbindung für sie, bindet ein Administrator sie unter „Verifizierte Domains“ (connectionIds in der API).',
  denied_user_name_taken:
    'Ein anderer Benutzer hat diesen userName. Berichtigen Sie ihn, oder ordnen Sie einen anderen userName zu.',
  denied_not_provisioned:
    'SCIM-Modus: Die Person wurde nicht bereitgestellt. Weisen Sie sie bei {name()} der Anwendung zu: {assignment()}.',
  denied_identity_changed: 'Die Person ist unter einer anderen Identität dieser Verbindung bekannt.',
  denied_identity_respelled:
    'Die Person ist unter einer anderen Schreibung dieses Namens bekannt: „{known}“ und was kam unterscheiden sich nur in Groß- und Kleinschreibung, und Namen werden genau verglichen. Lassen Sie bei {name()} schicken, was sich nicht ändert ({nameId()}), oder lassen Sie die Verbindung beide für einen Namen nehmen, bei Personen, die nichts verwalten (ignoreNameIdCase).',
  advise_unlink:
    'Ist es dieselbe Person, löst {who?owner:ein Eigentümer oder der Betreiber|administrator:ein Administrator} die alte Identität unter „Benutzer“, oder die Person verknüpft die neue in einer eigenen Sitzung.',
  anchor_entered: 'Wem diese Verbindung vertraut, wurde beim Anlegen der Verbindung eingegeben, am {day}.',
  anchor_put: `Wem diese Verbindung vertraut, wurde am {day} von ${rungs} eingesetzt.`,
  anchor_put_by: `Wem diese Verbindung vertraut, wurde am {day} von ${rungs} ({by}) eingesetzt.`,
  unconfirmed_directory:
    'Und kein Administrator hat es bestätigt: externalId und userName des Verzeichnisses zählen hier bis dahin nicht. Ein Administrator, ein Eigentümer oder der Betreiber vergleicht es mit dem Identitätsanbieter und bestätigt es unter Single Sign-on.',
  unconfirmed_administrator:
    'Und kein Administrator hat es bestätigt, also meldet es niemanden an, der Administrator ist. Ein Administrator, ein Eigentümer oder der Betreiber vergleicht es mit dem Identitätsanbieter und bestätigt es unter Single Sign-on. Bis dahin meldet sich die Person über eine andere Verbindung an oder öffnet die Einstellungen über einen Portal-Link des Betreibers.',
  unconfirmed_owner:
    'Und kein Eigentümer hat es bestätigt, also meldet es niemanden an, der Eigentümer ist. Ein Eigentümer oder der Betreiber vergleicht es mit dem Identitätsanbieter und bestätigt es unter Single Sign-on. Bis dahin meldet sich die Person über eine andere Verbindung an oder öffnet die Einstellungen über einen Portal-Link des Betreibers.',
  came_by_saml: 'Was kam: NameID{names[], }.',
  came_by_openid: 'Was kam: {names[]}.',

  state_request_unknown:
    'Die Antwort gilt einer Anfrage, die hier für diese Verbindung nicht gestellt wurde. Dazu führt ein altes Lesezeichen auf eine Seite von {name()}; die Person kann neu beginnen.',
  advise_tile_openid:
    'Führt eine Kachel dazu, lassen Sie sie die Anmeldeadresse der Verbindung öffnen und nicht die Weiterleitungs-URI ({redirectUri()}).',
  advise_tile_saml:
    'Führt jeder Klick auf eine Kachel dazu, nennen deren Antworten eigene Anfragen: siehe {app()}, oder erlauben Sie in der Verbindung unverlangte Antworten (allowUnsolicited).',
  state_request_expired:
    'Die Anmeldung wurde vor mehr als einer Stunde begonnen oder nicht rechtzeitig beendet. Die Person kann neu beginnen.',
  state_request_spent:
    'Die Anfrage hinter dieser Antwort wurde schon beantwortet. Die Person kann neu beginnen.',
  state_replayed:
    'Diese Nachricht wurde schon benutzt. Ist niemand im Browser zurückgegangen, hat jemand sie wiederholt.',
  state_other_browser:
    'Die Antwort kam in einem anderen Browser an als dem, der begonnen hat, oder Cookies sind gesperrt.',
  state_anchor_changed:
    'Der gefragte Vertrauensanker ist nicht der, der jetzt da ist: Er wurde inzwischen ersetzt oder verworfen. Die Person kann neu beginnen; ein Test wird von der Verbindung aus neu begonnen.',
  state_answer_before_request:
    'Die Antwort wurde vor der Anfrage ausgestellt, die sie beantwortet; sie gehört also zu einer anderen Anmeldung, oder die Uhren gehen verschieden. Prüfen Sie die Uhren bei {name()} und hier, oder erhöhen Sie die erlaubte Abweichung der Verbindung.',
  state_proof_over:
    'Die Sitzungen dieser Person oder dieser Verbindung endeten, nachdem diese Anmeldung bewiesen war; sie öffnet also nichts. Die Person kann sich neu anmelden.',
  state_not_asked_again_openid:
    'Die Anwendung oder die Verbindung hat eine neue Anmeldung verlangt, und von {name()} wurde die Person nicht neu gefragt, oder es wird nicht gesagt, wann (auth_time). prompt=login und max_age müssen dort gelten, und diese Zeit muss mitkommen ({attributes()}). Die Option forceAuthn der Verbindung verlangt dasselbe.',
  state_not_asked_again_saml:
    'Die Anwendung oder die Verbindung hat eine neue Anmeldung verlangt, und von {name()} wurde die Person nicht neu gefragt, oder es wird nicht gesagt, wann (AuthnInstant). ForceAuthn muss dort gelten, und diese Zeit muss mitkommen ({freshness()}). Die Option forceAuthn der Verbindung verlangt dasselbe.',
  state_loop:
    'Von {name()} kommen auf unsere Anfragen unverlangte Antworten. Lassen Sie dort die Anfrage beantworten (InResponseTo; {app()}), oder erlauben Sie in der Verbindung unverlangte Antworten.',

  sign_in_created: 'Ein Konto für „{name}“ wurde angelegt.',
  sign_in_done: '„{name}“ wurde angemeldet.',
  values_withheld: 'Nicht behalten, weil es zu groß ist: {names}.',
  address_outranked:
    '{names[]} {count?one:hat|other:haben} dieselbe Adresse, die dort weniger zählt: Berichtigen Sie sie da, woher diese Konten kommen.',
  address_soft:
    'Die Adresse wurde in „{attribute}“ gefunden, das sie nicht deutlich sagt (ein anderer Name als die, welche zählen, ein weiterer Wert oder Leerraum): Anwendungen erfahren, dass sie nicht geprüft ist, und sie führt zu niemandem, der verwaltet. Lassen Sie sie als „email“ schicken, oder nennen Sie das Attribut in der Attributzuordnung.',
  identity_respelled:
    'Die NameID kam in anderer Groß- und Kleinschreibung als zuvor („{before}“); die Verbindung nimmt beide für einen Namen (ignoreNameIdCase).',
  groups_missing:
    'Regeln für Rollen nennen Gruppen, und es kamen keine: Lassen Sie sie bei {name()} als „groups“ schicken ({attributes()}), oder nennen Sie das Attribut in der Attributzuordnung.',
  test_succeeded: 'Eine Testanmeldung ist gelungen.',
  test_would_refuse: 'Eine Testanmeldung: Die Verbindung funktioniert, und die Person würde abgewiesen.',
  staged_test_succeeded:
    'Eine Testanmeldung gegen den vorbereiteten Anker ist gelungen. Sie hat niemanden angemeldet und niemanden verknüpft.',
  mended_test_succeeded:
    'Eine Testanmeldung gegen den vorbereiteten Anker, begonnen über einen zugeschickten Link, ist gelungen. Sie hat niemanden angemeldet und niemanden verknüpft.',
  identity_linked: '„{name}“ wurde mit der Identität verknüpft, die die Person bewiesen hat.',
  unsolicited:
    'Eine unverlangte Antwort (ein Klick auf eine Kachel) wurde nicht benutzt; die Anmeldung wurde von hier aus begonnen.',
  mending_staged:
    'Über einen zugeschickten Link wurde eine Änderung vorbereitet: {changes}. Nichts, womit Menschen sich anmelden, hat sich geändert.',
  mending_refused: 'Über einen zugeschickten Link wurde nichts vorbereitet: {detail}.',

  connection_incomplete:
    'Die Verbindung hat noch keinen Identitätsanbieter. Schließen Sie ihre Einrichtung ab.',
  test_without_session:
    'Eine Testanmeldung beginnt in den Einstellungen der Organisation, mit der Schaltfläche der Verbindung.',
  return_to_too_long:
    'return_to ist länger als {most} Byte. Behalten Sie die lange Adresse im Produkt, und schicken Sie eine kurze.',
  return_to_unknown:
    'return_to „{address}“ liegt unter keinem Ursprung, der für diese Organisation eingetragen ist. Tragen Sie ihn in den Einstellungen der Organisation ein.',
  form_from_elsewhere: 'Das Formular kam von einer anderen Seite, und nichts wurde getan.',
  form_unreadable: 'Das Formular ist nicht lesbar.',
  pending_gone:
    'Was zu bestätigen war, ist vorbei, wurde benutzt oder in einem anderen Browser begonnen. Die Person kann neu beginnen.',
  pending_changed:
    'Die Verbindung wurde geändert, nachdem diese Anmeldung bewiesen war. Die Person kann neu beginnen und sieht, was jetzt gilt.',
  identity_taken:
    'Die Identität gehört zu einem anderen Konto dieser Organisation. Lösen Sie zuerst dort die Verknüpfung.',
  mending_changed:
    'Was mit diesem Link vorbereitet war, wurde von jemand anderem ersetzt, verworfen oder eingesetzt. Sehen Sie nach, was jetzt da ist.',
  mending_gone:
    'In diesem Browser ist kein Link offen, der diese Verbindung repariert: Er wurde benutzt, ist vorbei oder gilt nicht mehr. Bitten Sie um einen neuen.',
  mending_inactive:
    'Die Verbindung wurde abgeschaltet. Jemand, der angemeldet ist, oder der Betreiber schaltet sie ein.',
  mending_overtaken:
    'Die Verbindung wurde geändert, nachdem dieser Link verschickt war. Bitten Sie um einen neuen, und sehen Sie, was jetzt gilt.',
  mending_failed: '{detail}.',
  mending_other_test:
    'Dieser Test wurde nicht über den Link begonnen, der in diesem Browser offen ist, oder danach wurde ein anderer begonnen. Beginnen Sie ihn neu.',
  mending_other_identity:
    'Die Testanmeldung ergab „{name}“, was nicht die Identität des Kontos ist, für das der Link verschickt wurde. Melden Sie sich dort als Sie selbst an.',

  logout_done:
    'Der Identitätsanbieter hat {people?one:1 Inhaber einer Sitzung|other:# Inhaber von Sitzungen} abgemeldet.',
  logout_spared:
    'Was {people?one:1 davon hat|other:# davon haben}, geht weiter: Es begann unter einem anderen Vertrauensanker, und wer für jenen bürgt, steht über dem, der für den jetzigen bürgt. Ein Eigentümer oder der Betreiber bestätigt den Vertrauensanker oder beendet ihre Sitzungen unter „Benutzer“.',
  logout_denied: 'Geantwortet wurde, dass niemand abgemeldet wurde.',
  logout_misplaced:
    'Eine Nachricht zur gemeinsamen Abmeldung kam an die ACS, wo nur Anmeldungen angenommen werden: Niemand wurde durch sie abgemeldet. Sie gehört an {url}, einzustellen bei {name()}: {logout()}.',
  logout_without_address:
    'Gemeinsame Abmeldung: Die Metadaten des Identitätsanbieters haben keinen SingleLogoutService mit dem Binding HTTP-Redirect oder HTTP-POST.',
  logout_too_large: 'Gemeinsame Abmeldung: Die Nachricht ist größer als 128 KB.',
  logout_broken: 'Gemeinsame Abmeldung: Die Nachricht ist nicht vollständig oder nicht UTF-8.',
  logout_unreadable:
    'Gemeinsame Abmeldung: Die Nachricht war nicht lesbar, oder die Verbindung hat keinen Identitätsanbieter.',
  logout_replayed: 'Gemeinsame Abmeldung:',
}
