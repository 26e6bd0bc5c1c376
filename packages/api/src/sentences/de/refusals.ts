// German: why the management API refuses something, and what to do.
import type { Refusals } from '../refusals.ts'

/** By the code of the refusal. */
export const refusals: Refusals = {
  invalid_request: 'Etwas davon wird so nicht angenommen. Berichtigen Sie, was unten steht.',
  unauthorized: 'Sie sind nicht angemeldet, oder Ihre Sitzung ist zu Ende. Melden Sie sich neu an.',
  forbidden: 'Das dürfen Sie nicht. Fragen Sie jemanden, der es darf.',
  administrator_required:
    'Das darf nur ein Administrator der Organisation oder jemand darüber: ein Einrichtungslink nicht oder nicht mehr. Fragen Sie einen Administrator, einen Eigentümer oder den Betreiber.',
  owner_required:
    'Das darf nur ein Eigentümer der Organisation oder der Betreiber. Fragen Sie einen von ihnen.',
  cross_site:
    'Die Anfrage kommt nicht von einer Seite dieses Dienstes. Öffnen Sie die Einstellungen neu und versuchen Sie es dort.',
  not_found: 'Das gibt es nicht, oder nicht mehr. Laden Sie die Seite neu.',
  payload_too_large: 'Das ist zu groß. Senden Sie weniger auf einmal.',
  uri_too_long: 'Die Adresse ist zu lang. Kürzen Sie, wonach Sie suchen.',
  unsupported_media_type: 'Diese Art von Daten wird nicht gelesen.',
  headers_too_large: 'Ihr Browser hat zu viel mitgesendet. Löschen Sie die Cookies dieser Adresse.',
  too_many_attempts: 'Aus diesem Netz kamen zu viele falsche Anmeldedaten. Warten Sie ein wenig.',
  too_many_requests: 'Es kam zu viel auf einmal. Warten Sie einen Moment und versuchen Sie es noch einmal.',
  internal_error: 'Der Dienst hat einen Fehler gemacht. Nennen Sie dem Betreiber die Referenz.',
  store_unavailable: 'Der Dienst erreicht seinen Speicher nicht. Versuchen Sie es gleich noch einmal.',
  slug_taken: 'Eine andere Organisation hat diesen Kurznamen. Wählen Sie einen anderen.',
  confirmation_mismatch: 'Der Kurzname zur Bestätigung stimmt nicht. Geben Sie ihn genau so ein.',
  organization_unknown: 'Eine der genannten Organisationen gibt es nicht. Berichtigen Sie ihren Kurznamen.',
  image_refused:
    'Das Bild ist zu groß, ist nicht, was es zu sein vorgibt, oder lädt etwas nach. Laden Sie ein PNG, JPEG, WebP oder einfaches SVG von höchstens 256 KB hoch.',
  scim_not_enabled:
    'Die Bereitstellung mit SCIM ist für diese Organisation nicht freigeschaltet. Das tut der Betreiber.',
  sso_required:
    'Für SCIM braucht es eine eingerichtete, aktivierte Verbindung für Single Sign-on. Richten Sie zuerst eine ein.',
  alert_closed: 'Dieser Alarm wurde schon erledigt. Hier ist nichts mehr zu tun.',
  invalid_schema: 'Diese Erweiterung ist kein SCIM-Schema, das sich verwenden lässt.',
  key_revoked: 'Der API-Schlüssel ist widerrufen oder abgelaufen. Erstellen Sie einen neuen.',
  too_many_keys:
    'Alle Plätze sind belegt. Widerrufen Sie einen Schlüssel, den niemand braucht; bei Zertifikaten warten Sie, bis eines ausgelaufen ist.',
  too_many_made:
    'In der letzten Stunde wurden für die Organisation zu viele Schlüssel oder Clients erstellt. Warten Sie ein wenig.',
  expiry_in_the_past: 'Das Ablaufdatum liegt in der Vergangenheit. Wählen Sie ein späteres oder keines.',
  client_revoked:
    'Der OAuth-Client ist widerrufen oder abgelaufen, oder er weist sich ohne Secret aus. Registrieren Sie einen neuen.',
  too_many_clients: 'Alle Plätze für OAuth-Clients sind belegt. Widerrufen Sie einen, den niemand braucht.',
  domain_taken: 'Die Organisation hat diese Domain schon. Verwenden Sie die vorhandene.',
  domain_public:
    'Diese Domain gehört einem öffentlichen E-Mail-Dienst. Fügen Sie eine Domain hinzu, die Ihrer Organisation gehört.',
  domain_record_missing:
    'Der TXT-Eintrag, der die Domain belegt, ist noch nicht da. Legen Sie ihn an; DNS braucht bis zu zwei Tage.',
  domain_not_verified:
    'Die Domain ist noch nicht verifiziert und lässt sich an keine Verbindung binden. Verifizieren Sie sie zuerst.',
  too_many_domains:
    'Sie können hier höchstens {limit?one:# Domain|other:# Domains} haben. Entfernen Sie eine, die niemand braucht.',
  dns_unavailable: 'DNS antwortet nicht. Versuchen Sie es gleich noch einmal.',
  connection_incomplete:
    'Die Verbindung hat noch keinen Identitätsanbieter. Ergänzen Sie zuerst, was ihr fehlt.',
  too_many_connections:
    'Sie können hier höchstens {limit?one:# Verbindung|other:# Verbindungen} haben. Löschen Sie eine, die niemand braucht.',
  acs_path_taken: 'Eine andere Verbindung hat diesen Pfad schon. Wählen Sie einen anderen.',
  metadata_invalid:
    'Diese Metadaten lassen sich nicht lesen, oder es fehlt etwas für eine Anmeldung. Holen Sie sie neu vom Identitätsanbieter.',
  metadata_unreachable:
    'Die Adresse der Metadaten lässt sich nicht abrufen. Prüfen Sie die Adresse, oder fügen Sie das XML selbst ein.',
  no_metadata_url: 'Zu dieser Verbindung gehört keine Adresse von Metadaten. Geben Sie eine an.',
  issuer_unreachable:
    'Das Discovery-Dokument des Issuers lässt sich nicht abrufen. Prüfen Sie den Issuer und sein Netz.',
  issuer_invalid:
    'Der Issuer oder sein Discovery-Dokument ist nicht so, wie OpenID Connect es verlangt. Prüfen Sie den Issuer Zeichen für Zeichen.',
  relink_required:
    'Daran sind Personen erkannt. Bereiten Sie die Änderung vor: Dann sehen Sie zuerst, wen sie betrifft.',
  staged_changed: 'Was vorbereitet war, hat sich inzwischen geändert. Sehen Sie es sich neu an.',
  staged_exists: 'Jemand über Ihnen hat schon etwas vorbereitet. Es wird zuerst eingesetzt oder verworfen.',
  not_tested:
    'Über diese Verbindung meldet sich ein Eigentümer an. Bestehen Sie zuerst eine Testanmeldung mit genau dieser Änderung, oder fragen Sie einen Eigentümer oder den Betreiber.',
  anchor_changed: 'Inzwischen gilt ein anderer Vertrauensanker als der gezeigte. Sehen Sie ihn sich neu an.',
  restore_forbidden:
    'Der frühere Vertrauensanker wurde als kompromittiert ersetzt. Nur ein Eigentümer oder der Betreiber holt ihn zurück.',
  restore_ended:
    'Es gibt keinen früheren Vertrauensanker mehr, der sich zurückholen lässt. Bereiten Sie ihn neu vor.',
  too_many_stagings:
    'Für diese Verbindung wurde in der letzten Stunde zu oft etwas vorbereitet. Sehen Sie sich an, was vorbereitet ist, und warten Sie ein wenig.',
  key_waiting: 'Ein neueres Zertifikat ist schon veröffentlicht und wartet. Aktivieren Sie es zuerst.',
  key_not_waiting: 'Dieses Zertifikat wurde schon aktiviert. Laden Sie die Seite neu.',
  link_gone: 'Der Link wurde schon benutzt, ist abgelaufen oder widerrufen. Bitten Sie um einen neuen.',
  session_exists: 'In diesem Browser ist schon eine andere Sitzung offen, die der Link beenden würde.',
  mail_off: 'Von hier gehen keine E-Mails hinaus. Fragen Sie den Betreiber.',
  nobody_to_ask: 'Hier lässt sich noch niemand per E-Mail bitten. Senden Sie den Text selbst.',
  nothing_to_confirm: 'Nichts wartet auf eine Bestätigung.',
  mail_not_sent: 'Der E-Mail-Server hat die Nachricht nicht angenommen. Senden Sie sie noch einmal.',
  link_closed: 'Dieser Link ist zu Ende und wird nicht noch einmal gesendet. Erstellen Sie einen neuen.',
  origin_not_listed: 'Diese Herkunft ist nicht für Einbettungen eingetragen. Tragen Sie sie zuerst ein.',
  person_below_role: 'Die Person hat diese Rolle nicht, oder sie ist ausgeschieden.',
  too_many_links:
    'Von diesen Links können höchstens {limit?one:# offen|other:# offen} sein. Widerrufen Sie einen, den niemand braucht.',
  too_many_mails:
    'Für die Organisation, oder an diese Adresse, gingen zu viele E-Mails hinaus. Warten Sie, und versuchen Sie es dann noch einmal.',
  too_many_streams: 'Zu viele Seiten sehen hier gleichzeitig zu. Schließen Sie eine.',
  last_owner: 'Diese Person ist der letzte Eigentümer. Machen Sie zuerst jemand anderen dazu.',
  own_account: 'Das eigene Konto kann niemand deaktivieren. Bitten Sie einen anderen Administrator.',
  managed_by_scim: 'Diese Person gehört dem Verzeichnis. Ändern Sie sie dort.',
  user_exists: 'In der Organisation gibt es schon jemanden mit dieser Adresse oder diesem Namen.',
  not_privileged: 'Nur Eigentümer und Administratoren haben eine Wiederherstellungsadresse.',
  import_stopped:
    'Die Sitzung, die den Import begann, ist zu Ende. Was bis dahin angelegt wurde, bleibt. Beginnen Sie ihn noch einmal: Er geht weiter.',
  invitation_closed: 'Die Einladung wurde schon angenommen oder widerrufen. Laden Sie die Adresse neu ein.',
  not_provisioned:
    'Konten dieser Organisation kommen nur aus ihrem Verzeichnis. Weisen Sie die Person dort zu.',
  too_many_invitations:
    'Es können höchstens {limit?one:# Einladung|other:# Einladungen} offen sein. Widerrufen Sie eine, die niemand braucht.',
  too_young:
    'Ereignisse werden erst archiviert, wenn sie alt genug sind. Nennen Sie einen früheren Zeitpunkt.',
  archive_mismatch:
    'Das Audit-Protokoll hat keinen Eintrag mit dieser Nummer und diesem Hash. Nichts wurde entfernt.',
  archive_refused:
    'Die Datenbank behält die Ereignisse, wohl weil eine Uhr falsch geht. Nichts wurde entfernt.',
  url_refused: 'Diese Adresse ruft der Dienst nicht auf. Geben Sie eine an, die von außen erreichbar ist.',
  too_many_endpoints:
    'Alle Plätze für Webhook-Endpunkte sind belegt. Löschen Sie einen, den niemand braucht.',
  endpoint_disabled: 'Der Webhook-Endpunkt ist abgeschaltet. Schalten Sie ihn zuerst ein.',
  cursor_expired: 'Was nach dieser Stelle geschah, ist nicht mehr aufbewahrt.',
  too_many_applications: 'Alle Plätze für Anwendungen sind belegt. Löschen Sie eine, die niemand braucht.',
  keys_missing: 'Die Schlüssel passen nicht dazu, wie die Anwendung sich ausweist.',
  addresses_mixed:
    'Die Anwendung hat ein eigenes Schema und eine https-Adresse auf dem Gerät selbst. Verwenden Sie http für Adressen auf dem Gerät.',
  pkce_required: 'Ein öffentlicher Client braucht PKCE. Lassen Sie es eingeschaltet.',
  no_client_secret: 'Diese Anwendung hat kein Client-Secret. Ersetzen Sie ihre Schlüssel, wo sie welche hat.',
}
