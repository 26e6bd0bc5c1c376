// German: the result of a test sign-in.
import type { test as english } from '../en/test.ts'
import type { WordsLike } from '../words.ts'

/** In German. */
export const test: WordsLike<typeof english> = {
  'test.title': 'Testanmeldung',
  'test.heading': 'Die Testanmeldung ist gelungen',
  'test.headingRefused': 'Die Verbindung funktioniert; diese Person würde abgewiesen',
  'test.toDomains': 'Zu den verifizierten Domains',
  'test.toProvisioning': 'Zur Benutzerbereitstellung',
  'test.toUsers': 'Zu den Benutzern',
  'test.close': 'Dieses Fenster kann geschlossen werden: Die Einstellungen wissen von dem Test.',
  'test.staged':
    'Sie ging gegen den vorbereiteten Vertrauensanker. Niemand wurde angemeldet, niemand verknüpft; der geltende Anker ist, wie er war.',
  'test.checks': 'Prüfungen',
  'test.sent': 'Was geschickt wurde',
  'test.read': 'Was daraus gelesen wurde',
  'test.may': 'Die Person darf sich anmelden',
  'test.mayNot': 'Die Person darf sich nicht anmelden: siehe oben',
  'test.nameId': 'NameID',
  'test.nameIdFormat': 'Format der NameID',
  'test.notStated': 'nicht angegeben',
  'test.stableId': 'Dauerhafte Kennung',
  'test.saml.signed': 'Signiert mit einem Zertifikat dieser Verbindung; keine Signatur darin schlägt fehl',
  'test.saml.issued': 'Ausgestellt vom Identitätsanbieter dieser Verbindung',
  'test.saml.meant': 'Für diese Verbindung bestimmt: Audience, Recipient und Destination',
  'test.saml.inTime': 'Rechtzeitig: nicht davor, nicht danach, Sitzung',
  'test.saml.answers': 'Beantwortet die Anfrage, die dieses Fenster geschickt hat',
  'test.openid.signed': 'Signiert mit einem Schlüssel aus dem Schlüsselsatz des Issuers',
  'test.openid.issued': 'Ausgestellt vom Issuer dieser Verbindung',
  'test.openid.meant': 'Für diese Verbindung bestimmt: Audience und Authorized Party',
  'test.openid.inTime': 'Rechtzeitig: gerade ausgestellt, nicht abgelaufen',
  'test.openid.answers': 'Beantwortet die Anfrage, die dieses Fenster geschickt hat: State, Nonce und PKCE',
  'test.once': 'Noch nicht verwendet',
  'test.signsIn': 'Diese Person hat ein Konto und würde angemeldet.',
  'test.links': 'Diese Person hat ein Konto; die erste Anmeldung würde es mit dieser Identität verknüpfen.',
  'test.respells':
    'Diese Person hat ein Konto, ist unter diesem Namen in anderer Groß- und Kleinschreibung bekannt und würde angemeldet.',
  'test.creates': 'Die erste Anmeldung würde ein Konto für diese Person anlegen.',
  'test.createsBlocked':
    'Die erste Anmeldung würde ein Konto für diese Person anlegen, das gesperrt wäre: Ein Administrator hat sie gesperrt, bevor das Verzeichnis sie entfernt hat.',
  'test.refusesUnnamed':
    'Diese Person würde abgewiesen, und zwar wegen ihres Kontos hier: Ein Test durch einen Administrator zeigt, warum.',
  'test.refuses': '{why}',
}
