// German: single sign-on and domains.
import type { signIn as english } from '../en/sign-in.ts'
import type { WordsLike } from '../words.ts'

/** The words of `en/sign-in.ts` in German. */
export const signIn = {
  'sso.about': 'Personen melden sich mit Ihrem Identitätsanbieter an, über SAML 2.0 oder OpenID Connect.',
  'sso.connect': 'Identitätsanbieter verbinden',
  'sso.connectHint':
    'Öffnen Sie neben dieser Seite die Konsole Ihres Identitätsanbieters: Werte gehen von hier nach dort und zurück.',
  'sso.which': 'Welchen Identitätsanbieter benutzen Sie?',
  'sso.generic': 'Ein anderer, über {protocol}',
  'sso.protocol': 'Protokoll',
  'sso.protocolHint': 'Beide funktionieren gleich. Es kann später nicht geändert werden.',
  'sso.none': 'Kein Identitätsanbieter ist verbunden',
  'sso.noneHint':
    'Verbinden Sie Ihren, versuchen Sie eine Anmeldung, die nichts ändert, und aktivieren Sie die Verbindung dann.',
  'sso.name': 'Name',
  'sso.nameHint': 'Personen sehen ihn, wo es eine Wahl gibt.',
  'sso.provider': 'Identitätsanbieter',
  'sso.state': 'Zustand',
  'sso.active': 'Aktiv',
  'sso.ready': 'Bereit zum Aktivieren',
  'sso.incomplete': 'Einrichtung unvollständig',
  'sso.next': 'Weiter',
  'sso.setUp': 'Einrichtung',
  'sso.step1': 'Geben Sie Ihrem Identitätsanbieter diese Werte',
  'sso.step1Hint': 'Legen Sie bei {provider} eine SAML-Anwendung an, und fügen Sie sie dort ein.',
  'sso.yourProvider': 'Ihrem Identitätsanbieter',
  'sso.acsUrl': 'Single-Sign-on-URL (ACS-URL, Antwort-URL)',
  'sso.entityId': 'Audience-URI (SP-Entity-ID, Bezeichner)',
  'sso.ourMetadata': 'Unsere Metadaten, für Anbieter, die sie lesen',
  'sso.step2': 'Übernehmen Sie dessen Metadaten',
  'sso.step3': 'Testen Sie eine Anmeldung',
  'sso.step3Hint':
    'Ein neues Fenster meldet Sie bei Ihrem Identitätsanbieter an und zeigt jeden Claim und jede Prüfung. Niemand wird angelegt.',
  'sso.tested': 'Getestet',
  'sso.testedRefused':
    'Die Verbindung funktioniert, aber die Person, die sie getestet hat, würde abgewiesen. Getestet',
  'sso.enableTitle': '{name} trotzdem aktivieren?',
  'sso.enableAnyway': 'Trotzdem aktivieren',
  'sso.doubt.untested':
    'Niemand hat getestet, wem sie jetzt vertraut: Ist etwas davon falsch, kann sich niemand anmelden.',
  'sso.doubt.refused':
    'Die Person, die zuletzt getestet hat, würde abgewiesen: Die Seite des Tests sagt, warum.',
  'sso.doubt.noDomain':
    'Keine Domain ist verifiziert: Niemand bekommt darüber ein neues Konto, und niemand wird an einer E-Mail-Adresse erkannt.',
  'sso.step3Wait': 'Übernehmen Sie zuerst die Metadaten.',
  'sso.step4': 'Aktivieren',
  'sso.step4Hint': 'Von da an können sich Personen damit anmelden.',
  'sso.step4Done': 'Personen können sich damit anmelden.',
  'sso.way': 'Wie Sie sie übernehmen',
  'sso.wayUrl': 'Metadaten-URL',
  'sso.wayXml': 'XML',
  'sso.wayHand': 'Von Hand',
  'sso.metadataUrl': 'Metadaten-URL',
  'sso.metadataUrlHint': 'Am besten: Neue Zertifikate werden dann von selbst übernommen.',
  'sso.metadataXml': 'Metadaten als XML',
  'sso.certificate': 'Zertifikate',
  'sso.certificateHint': 'PEM; mehrere untereinander, während eines das andere ersetzt.',
  'sso.readIt': 'Lesen',
  'sso.read': 'Das wurde gelesen',
  'sso.readHint':
    'Noch ist nichts gespeichert. Vergleichen Sie es mit Ihrem Identitätsanbieter, und speichern Sie es dann.',
  'sso.keep': 'Speichern',
  'sso.replace': 'Metadaten ersetzen',
  'sso.refresh': 'Erneut abrufen',
  'sso.fetched': 'Abgerufen',
  'sso.metadataFailed': 'Der letzte Abruf ist fehlgeschlagen: {reason}',
  'sso.theirEntityId': 'Entity-ID des Identitätsanbieters',
  'sso.theirSsoUrl': 'Anmeldeadresse dort',
  'sso.theirSloUrl': 'Abmeldeadresse dort',
  'sso.certificates': 'Zertifikate',
  'sso.certificateEnded':
    'Anmeldungen gehen mit einem abgelaufenen Zertifikat weiter: Es zählt, dass es dieses ist. Lassen Sie sich trotzdem das nächste geben, und setzen Sie es ein, bevor es dort gewechselt wird.',
  'sso.validUntil': 'Die Metadaten gelten',
  'sso.notUsed': 'Aus den Metadaten, nicht benutzt',
  'sso.warning.sso_redirect_unusable':
    'Die Anmeldeadresse für HTTP-Redirect ist nicht verwendbar: „{detail}“. Anmeldungen gehen über HTTP-POST.',
  'sso.warning.slo_unusable':
    'Eine Abmeldeadresse ist nicht verwendbar und wird ausgelassen: „{detail}“. Sie muss eine https-Adresse sein.',
  'sso.warning.slo_binding':
    'Das Abmelden wird nur über {detail} angeboten. Dieser Dienst benutzt HTTP-Redirect und HTTP-POST; ein Abmelden hier beendet also die Sitzung dort nicht.',
  'sso.warning.certificate_unreadable': 'Zertifikat {detail} ist nicht lesbar und wird ausgelassen.',
  'sso.warning.certificate_unusable':
    'Zertifikat {detail} wird ausgelassen: Sein Schlüssel ist zu lang oder hat einen ungewöhnlichen Exponenten. Schlüssel mit 2048 bis 8192 Bit und dem Exponenten 65537 werden angenommen.',
  'sso.warning.certificate_chain':
    'Hinter einem Signaturzertifikat stehen {detail}, die es ausgestellt haben. Sie werden ausgelassen: Nur das signierende zählt.',
  'sso.warning.certificates_extra':
    '{detail} Zertifikate werden ausgelassen: Höchstens zehn werden angenommen.',
  'sso.warning.several_roles':
    'Der Identitätsanbieter wird darin {detail}-mal beschrieben. Der erste verwendbare wird genommen.',
  'sso.warning.signature_unchecked':
    'Sie sind signiert. Die Signatur wird nicht geprüft: Es zählt, woher die Metadaten kamen.',
  'sso.warning.expired':
    'Nach eigener Angabe galten sie bis {detail}. Sie werden trotzdem benutzt; lassen Sie sich die aktuellen geben.',
  'sso.test': 'Testanmeldung',
  'sso.testOpened': 'Der Test läuft in einem neuen Fenster.',
  'sso.testAgain': 'Noch einmal öffnen',
  'sso.enable': 'Diese Verbindung aktivieren',
  'sso.enableWait': 'Übernehmen Sie zuerst die Metadaten Ihres Identitätsanbieters.',
  'sso.disable': 'Deaktivieren',
  'sso.disableTitle': '{name} deaktivieren?',
  'sso.disableBody':
    'Niemand kann sich mit dieser Verbindung anmelden, bis sie wieder aktiviert wird. Wer angemeldet ist, bleibt es.',
  'oidc.step1': 'Registrieren Sie diese Weiterleitungs-URI bei Ihrem Identitätsanbieter',
  'oidc.step1Hint':
    'Legen Sie bei {provider} eine Webanwendung für OpenID Connect an, und fügen Sie sie dort ein.',
  'oidc.logoutUri': 'Back-Channel-Logout-URI (optional)',
  'oidc.redirectUri': 'Weiterleitungs-URI (Redirect-URI, Callback-URL)',
  'oidc.step2': 'Übernehmen Sie dessen Client-ID',
  'oidc.source': 'Wo er ist',
  'oidc.okta': 'Okta',
  'oidc.entra': 'Microsoft Entra ID',
  'oidc.google': 'Google',
  'oidc.other': 'Ein anderer Issuer',
  'oidc.oktaDomain': 'Okta-Domain',
  'oidc.oktaDomainHint': 'Zum Beispiel acme.okta.com.',
  'oidc.entraTenant': 'Mandanten-ID',
  'oidc.entraTenantHint': 'Die „Directory (tenant) ID“ der Übersichtsseite.',
  'oidc.issuer': 'Issuer',
  'oidc.issuerHint': 'Die Adresse vor /.well-known/openid-configuration.',
  'oidc.clientId': 'Client-ID',
  'oidc.clientSecret': 'Client-Secret',
  'oidc.clientSecretHint': 'Es wird versiegelt gespeichert und nie wieder gezeigt.',
  'oidc.clientSecretKept': 'Leer: Das vorhandene bleibt.',
  'oidc.showSecret': 'Eingabe anzeigen',
  'oidc.hasSecret': 'Gespeichert, versiegelt',
  'oidc.noSecret': 'Keines',
  'oidc.scopes': 'Scopes',
  'oidc.keep': 'Speichern',
  'oidc.replace': 'Diese Werte ersetzen',
  'oidc.wait': 'Übernehmen Sie zuerst die Client-ID.',
  'sso.recent': 'Neueste Anmeldungen',
  'sso.recentNone': 'Noch keine Anmeldung',
  'sso.options': 'Optionen',
  'sso.delete': 'Diese Verbindung löschen',
  'sso.deleteHint': 'Konten bleiben; wie diese Verbindung Personen nennt, wird vergessen.',
  'sso.deleteTitle': '{name} löschen?',
  'sso.deleteBody': 'Personen, die damit angemeldet sind, werden sofort abgemeldet. Ihre Konten bleiben.',
  'option.signRequests': 'Unsere Anfragen signieren',
  'option.signRequestsHint': 'RSA-SHA256, mit unserem Zertifikat oben.',
  'option.wantEncryptedAssertions': 'Nur verschlüsselte Assertions',
  'option.wantEncryptedAssertionsHint': 'Was unverschlüsselt kommt, wird abgewiesen.',
  'option.allowAesCbc': 'AES-CBC erlauben',
  'option.allowAesCbcHint':
    'Okta, OneLogin, AD FS, Ping und Entra verschlüsseln noch damit. Nur in einer signierten Antwort.',
  'option.forceAuthn': 'Jedes Mal nach dem Passwort fragen',
  'option.forceAuthnHint': 'ForceAuthn in der Anfrage.',
  'option.allowUnsolicited': 'Unverlangte Antworten annehmen',
  'option.allowUnsolicitedHint':
    'Aus ist sicherer: Ein Klick auf eine Kachel beginnt dann eine Anmeldung von uns.',
  'option.ignoreNameIdCase': 'Groß- und Kleinschreibung einer NameID gilt als gleich',
  'option.ignoreNameIdCaseHint':
    'Für eine E-Mail-Adresse als NameID. Nie bei Eigentümern und Administratoren.',
  'option.nameIdFormat': 'NameID-Format, das verlangt wird',
  'option.nameIdFormatHint': 'Leer: Keines wird verlangt.',
  'option.clockSkew': 'Erlaubte Abweichung der Uhren, in Sekunden',
  'option.stableId':
    'Personen werden erkannt an: {attribute}. Das zu ändern, ist ein eigener Vorgang der Management-API; es wartet oben wie jede andere Änderung dessen, wem vertraut wird.',
  'certificates.title': 'Unsere Zertifikate',
  'certificates.about':
    'Sie signieren unsere Anfragen und was wir zum Abmelden sagen, und entschlüsseln Assertions. So ersetzen Sie eines: Veröffentlichen Sie das nächste, lassen Sie Ihren Identitätsanbieter unsere Metadaten neu lesen, und verwenden Sie es dann.',
  'certificates.unused':
    'Ihr Identitätsanbieter braucht eines nur, wenn er prüft, was wir zum Abmelden sagen, oder Assertions verschlüsselt: Anmeldeanfragen dieser Verbindung sind nicht signiert.',
  'certificates.create': 'Das nächste veröffentlichen',
  'certificates.none': 'Noch keines: Eines wird angelegt, wenn es zum ersten Mal gebraucht wird.',
  'certificates.state': 'Zustand',
  'certificates.current': 'In Gebrauch',
  'certificates.next': 'Veröffentlicht, das nächste',
  'certificates.retiring': 'Läuft aus',
  'certificates.fingerprint': 'Fingerabdruck (SHA-256)',
  'certificates.expires': 'Endet',
  'certificates.activate': 'Verwenden',
  'certificates.activateTitle': 'Mit dem nächsten Zertifikat signieren?',
  'certificates.activateBody':
    'Ihr Identitätsanbieter muss es bis dahin kennen. Das alte entschlüsselt noch 30 Tage.',
  'certificates.ownersOnly':
    'Ein Eigentümer meldet sich über eine Verbindung an, die ihre Anfragen signiert, oder würde es nach seiner Rückkehr tun: Nur ein Eigentümer oder der Betreiber lässt sie mit einem anderen Zertifikat signieren.',
  'expiry.until': 'bis {day}',
  'expiry.ended': 'abgelaufen am {day}',
  'sso.followsDirectory': 'Die Personen des Verzeichnisses melden sich hier an',
  'sso.followsDirectoryHint':
    'Personen, die SCIM bereitgestellt hat, werden an ihrer externalId oder ihrem Benutzernamen erkannt, gleich welche Adresse sie haben. Das gilt, sobald ein Administrator diese Verbindung bestätigt hat.',
  'anchor.title': 'Wem sie vertraut',
  'anchor.about':
    'Darauf beruht jede Anmeldung: der Identitätsanbieter, seine Zertifikate, und was eine Person benennt. Neues wartet daneben, wenn jemand für das Geltende bürgt oder Personen sich damit anmelden.',
  'anchor.rung.owner': 'Gilt für alle: Ein Eigentümer oder der Betreiber bürgt dafür',
  'anchor.rung.administrator': 'Gilt für Administratoren und Personen: Ein Administrator bürgt dafür',
  'anchor.rung.contact': 'Gilt nur für Personen: Kein Administrator hat es bestätigt',
  'anchor.host': 'Identitätsanbieter',
  'anchor.put': 'Eingesetzt von',
  'anchor.before': 'Jemand, bevor dies aufgezeichnet wurde',
  'anchor.confirmed': 'Bestätigt von',
  'anchor.url': 'Metadaten-URL',
  'anchor.url.owner': 'Eingegeben von einem Eigentümer oder dem Betreiber',
  'anchor.url.administrator': 'Eingegeben von einem Administrator',
  'anchor.url.contact': 'Eingegeben über einen Einrichtungslink',
  'anchor.digest': 'Prüfsumme (SHA-256)',
  'anchor.confirm': 'Bestätigen',
  'anchor.confirmTitle': 'Ist {host} Ihr Identitätsanbieter?',
  'anchor.confirmBody':
    'Wer ihn betreibt, kann sich als jede Person anmelden, für die Ihr Wort gilt. Bestätigen Sie nur, was sicher Ihres ist.',
  'anchor.asleep#one':
    '{count} Eigentümer oder Administrator wird hier abgewiesen, bis jemand mit dieser Rolle es bestätigt:',
  'anchor.asleep#other':
    '{count} Eigentümer und Administratoren werden hier abgewiesen, bis jemand mit ihrer Rolle es bestätigt:',
  'anchor.wouldSleep#one':
    'Von Ihnen eingesetzt, würde es {count} Eigentümer oder Administrator abweisen, bis jemand mit dieser Rolle es bestätigt:',
  'anchor.wouldSleep#other':
    'Von Ihnen eingesetzt, würde es {count} Eigentümer und Administratoren abweisen, bis jemand mit ihrer Rolle es bestätigt:',
  'anchor.staged': 'Eine Änderung wartet',
  'anchor.stagedBy': 'Vorbereitet von',
  'anchor.stagedNow':
    'Sie wartet neben dem, was gilt. Nichts, womit Personen sich anmelden, hat sich geändert.',
  'anchor.changes': 'Was sich unterscheidet',
  'anchor.tested': 'Getestet',
  'anchor.untested': 'Noch nicht',
  'anchor.test': 'Vorbereitetes testen',
  'anchor.relink':
    'Personen heißen dort anders. Mitgenommen: {relinked}. Bei der nächsten Anmeldung neu verknüpft: {dropped}. Eigentümer und Administratoren, die sich selbst ausweisen: {kept}. Die Sitzungen aller über diese Verbindung enden.',
  'anchor.waits': 'Ein Administrator oder Eigentümer setzt es ein.',
  'anchor.discard': 'Vorbereitetes verwerfen',
  'anchor.apply': 'Einsetzen',
  'anchor.applyTitle': 'Ab jetzt darauf vertrauen?',
  'anchor.applyBody':
    'Von da an beruhen Anmeldungen über diese Verbindung auf {host}. Was jetzt gilt, kann 7 Tage lang zurückgeholt werden.',
  'anchor.applyUntested':
    'Noch hat es niemand getestet. Ist es falsch, kann sich niemand mit dieser Verbindung anmelden.',
  'anchor.testFirst':
    'Ein Eigentümer meldet sich hier an: Testen Sie zuerst, was wartet. Ist ein Test gelungen, kann es eingesetzt werden.',
  'anchor.replaceTitle': 'Ab jetzt verwenden?',
  'anchor.replaceBody':
    'Von da an benutzen Anmeldungen über diese Verbindung das Neue. Wem vertraut wird, bleibt: {host}. Was jetzt da ist, wird nicht aufbewahrt.',
  'anchor.compromised': 'Was jetzt gilt, ist in fremden Händen',
  'anchor.compromisedHint': 'Nur jemand über Ihnen kann es dann zurückholen.',
  'anchor.earlier': 'Was vorher galt',
  'anchor.replacedBy': 'Ersetzt von',
  'anchor.wouldChange': 'Das Zurückholen würde ändern',
  'anchor.until': 'Es kann bis {time} zurückgeholt werden.',
  'anchor.isCompromised': 'Es wurde als kompromittiert ersetzt und wird nicht zurückgeholt.',
  'anchor.calledCompromised':
    'Jemand unter Ihnen hat es kompromittiert genannt. Sie können es zurückholen, wenn Sie wissen, dass es das nicht ist.',
  'anchor.restore': 'Zurückholen',
  'anchor.restoreTitle': 'Zurückholen, was vorher galt?',
  'anchor.restoreBody':
    'Anmeldungen beruhen wieder auf {host}, und Personen heißen wieder wie zuvor. Sitzungen, die inzwischen begannen, enden.',
  'anchor.came': 'Das kam inzwischen. Sehen Sie nach, ob es bleiben soll.',
  'anchor.cameNothing': 'Zurückgeholt. Inzwischen kam kein Konto, keine Verknüpfung, kein Schlüssel.',
  'anchor.came.accounts': 'Konten: {count}.',
  'anchor.came.links': 'Verknüpfte Konten: {count}.',
  'anchor.came.keys': 'Schlüssel von Bereitstellungsclients: {count}.',
  'anchor.who.operator': 'der Betreiber',
  'anchor.who.owner': 'ein Eigentümer',
  'anchor.who.administrator': 'ein Administrator',
  'anchor.who.contact': 'jemand mit einem Einrichtungslink',
  'anchor.who.directory': 'das Verzeichnis',
  'anchor.who.connection': 'die Aktualisierung der Metadaten',
  'anchor.who.person': 'eine Person',
  'domains.about': 'Ihr Identitätsanbieter darf nur für Personen dieser Domains bürgen.',
  'domains.add': 'Domain hinzufügen',
  'domains.name': 'Domain',
  'domains.none': 'Noch keine Domain',
  'domains.noneHint':
    'Fügen Sie den Teil nach dem @ Ihrer E-Mail-Adressen hinzu, und legen Sie dann in dessen DNS einen TXT-Eintrag an.',
  'domains.pending': 'Wartet auf den Eintrag',
  'domains.verified': 'Verifiziert',
  'domains.lost': 'Eintrag fehlt',
  'domains.lostHint':
    'Der TXT-Eintrag ist nicht mehr da. Fehlt er 14 Tage lang, zählt die Domain nirgends mehr; legen Sie den Eintrag wieder an, damit sie Ihre bleibt.',
  'domains.ties': 'Verbindungen, die für diese Domain sprechen',
  'domains.tiesHint':
    'Nur diese dürfen Personen mit einer Adresse dieser Domain anmelden und Konten für sie anlegen.',
  'domains.tiedToNone':
    'Keine Verbindung spricht für diese Domain: Personen mit ihren Adressen bekommen kein neues Konto und werden nicht an ihrer Adresse erkannt. Wer sich schon angemeldet hat, kommt weiterhin hinein.',
  'domains.tiedToMany':
    'Mehrere Verbindungen sprechen für diese Domain: Jede darf jede Person mit einer ihrer Adressen anmelden. Lassen Sie nur die, deren Personen das sind.',
  'domains.tie': 'Ändern, wer für sie spricht',
  'domains.tieTitle': 'Wer spricht für {name}?',
  'domains.tieBody':
    'Die gewählten Verbindungen dürfen dann jede Person mit einer Adresse von {name} anmelden und Konten für sie anlegen. Adressen von Personen hier, die das betrifft: {count}.',
  'domains.untieBody':
    'Keine Verbindung spricht mehr für {name}: keine neuen Konten, und niemand wird an einer Adresse dieser Domain erkannt. Adressen von Personen hier, die das betrifft: {count}. Schon verknüpfte Identitäten gelten weiter.',
  'domains.byDns': 'Durch DNS verifiziert',
  'domains.byOperator': 'Vom Betreiber zugesichert',
  'domains.record': 'Legen Sie diesen TXT-Eintrag im DNS der Domain an:',
  'domains.recordName': 'Name',
  'domains.recordValue': 'Wert',
  'domains.check': 'Jetzt prüfen',
  'domains.assert': 'Als Betreiber zusichern',
  'domains.patience':
    'Ein neuer Eintrag ist meist nach Minuten zu sehen; es kann bis zu zwei Tage dauern. Wir suchen ihn von selbst: Sie müssen hier nicht warten.',
  'domains.daily': 'Wir suchen ihn einmal am Tag von selbst. Ist er wieder da, prüfen Sie jetzt.',
  'domains.hostHint':
    'Viele DNS-Konsolen fügen die Domain selbst an: Geben Sie dort {host} als Namen ein, ohne {zone}.',
  'domains.providerHint':
    '{provider} betreibt das DNS von {zone}. Die Konsole fügt die Domain selbst an: Geben Sie {host} als Namen ein, ohne {zone}.',
  'domains.found.not_looked': 'Wir haben den Eintrag noch nicht gesucht.',
  'domains.found.nothing': 'Unter {name} gibt es noch keinen TXT-Eintrag.',
  'domains.found.other_values':
    'Unter {name} gibt es einen TXT-Eintrag, aber er sagt nicht, was er soll. Er sagt:',
  'domains.found.doubled_name':
    'Der Eintrag ist da, aber die Domain steht zweimal in seinem Namen: Die DNS-Konsole hat sie angefügt. Nehmen Sie die Domain aus dem Feld für den Namen.',
  'domains.found.at_domain':
    'Der Eintrag steht bei {domain} selbst. Er muss unter {name} stehen: Geben Sie das in das Feld für den Namen ein.',
  'domains.found.no_answer': 'Die Nameserver von {domain} haben nicht geantwortet.',
  'domains.lookedFor': 'Zuletzt gesucht:',
  'domains.next': 'Nächste Suche, von selbst:',
  'domains.noLonger': 'Wir suchen nicht mehr von selbst: Ist der Eintrag da, prüfen Sie jetzt.',
  'domains.remove': 'Entfernen',
  'domains.removeTitle': '{name} entfernen?',
  'domains.removeBody':
    'Neue Personen dieser Domain bekommen durch eine Anmeldung kein Konto mehr. Vorhandene Konten bleiben.',
  'guide.show': 'Anleitung zeigen',
  'guide.hide': 'Anleitung ausblenden',
  'guide.where': 'Wo:',
  'guide.notes': 'Gut zu wissen',
  'guide.sources': 'So stehen die Bezeichnungen des Anbieters auf diesen Seiten, gelesen am Tag daneben:',
  'guide.none': 'Für diesen Identitätsanbieter gibt es keine Anleitung. Benutzen Sie die Werte oben.',
  'guide.apiKey': 'der API-Schlüssel, den Sie oben erstellt haben (nur einmal gezeigt)',
  'guide.later': 'von Ihrem Identitätsanbieter',
} as const satisfies WordsLike<typeof english>
