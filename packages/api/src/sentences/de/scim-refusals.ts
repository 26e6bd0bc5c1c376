// German: why the service refuses a request of a provisioning client, beside what the SCIM engine refuses (`engine.ts`).
import type { scimRefusals as english } from '../en/scim-refusals.ts'

const provisional =
  'provisional_limit: Ein Einrichtungskontakt hat diesen Schlüssel gemacht, und bis ein Administrator ihn bestätigt,'

/** Refusals of the SCIM door. */
export const scimRefusals: Readonly<Record<keyof typeof english, string>> = {
  refused: 'Abgewiesen:',
  about: 'Es ging um „{name}“.',

  key_wrapped:
    'Um den Schlüssel stand noch etwas, etwa ein zweites „Bearer“ oder Anführungszeichen, oder das Wort „Bearer“ fehlte. Fügen Sie den Schlüssel allein ein und schicken Sie ihn als „Authorization: Bearer <key>“.',
  key_missing: 'Schicken Sie den API-Schlüssel der Organisation als „Authorization: Bearer <key>“.',
  key_unknown: 'Dieser API-Schlüssel ist nicht bekannt. Prüfen Sie, ob der ganze Schlüssel eingefügt wurde.',
  key_revoked: 'Dieser API-Schlüssel wurde widerrufen.',
  key_expired: 'Dieser API-Schlüssel ist abgelaufen.',
  scim_disabled: 'Die Bereitstellung mit SCIM ist für diese Organisation nicht freigegeben.',
  mode_manual:
    'Diese Organisation ist im Modus der manuellen Bereitstellung: Wählen Sie SCIM unter Sicherheit > Benutzerbereitstellung.',
  rate_exceeded: 'Zu viele Anfragen für diese Organisation; warten Sie, wie Retry-After sagt.',
  queue_full:
    'Zu viele Anfragen dieser Organisation warten; versuchen Sie es noch einmal, wie Retry-After sagt.',

  url_too_long: 'Die URL ist länger als 8 KB; POST /.search nimmt lange Filter.',
  headers_too_large: 'Die Kopfzeilen sind größer als 16 KB.',
  endpoint_not_offered:
    'Diesen Endpunkt bietet der Dienst nicht an; /ServiceProviderConfig sagt, was er anbietet.',
  endpoint_unknown: 'Unter der Basis-URL {url} gibt es keinen solchen Endpunkt.',
  endpoint_of_bulk_unknown: 'Unter /scim/v2 gibt es keinen solchen Endpunkt.',
  address_misplaced:
    'Unter dieser Adresse gibt es kein SCIM. Die Basis-URL ist {url}: Tragen Sie sie beim Identitätsanbieter genau so ein.',
  method_refused: 'Dieser Endpunkt beantwortet {methods}.',
  entry_unknown: 'In {endpoint} gibt es keinen solchen Eintrag.',
  endpoint_unfiltered: '{endpoint} kann nicht gefiltert werden.',

  media_type_refused: 'Schicken Sie application/scim+json oder application/json.',
  media_type_was: 'Der Content-Type war „{type}“.',
  body_missing: 'Die Anfrage hat keinen Inhalt.',
  body_too_large: 'Der Inhalt ist{packed?no:|yes:, ausgepackt,} größer als {megabytes} MB.',
  body_coding_refused:
    'Der Inhalt ist auf eine Weise gepackt, die hier nicht gelesen wird: Schicken Sie ihn ungepackt oder als gzip oder deflate.',
  body_coding_was: 'Sein Content-Encoding war „{coding}“.',
  body_coding_broken: 'Der Inhalt ist nicht so gepackt, wie sein Content-Encoding sagt.',
  body_coding_came: 'Der Inhalt kam gepackt ({coding}) und wurde ausgepackt.',
  body_slow: 'Der Inhalt kam nicht innerhalb von {seconds} Sekunden.',
  body_cut:
    'Die Verbindung brach mitten im Inhalt ab: Nichts wurde getan. Der Client oder ein Proxy dazwischen hat sie beendet.',
  body_cut_at:
    'Die Verbindung brach mitten im Inhalt von {bytes} Byte ab: Nichts wurde getan. Der Client oder ein Proxy dazwischen hat sie beendet.',
  body_not_utf8: 'Der Inhalt ist nicht UTF-8.',
  text_unkeepable:
    'Ein Text enthält das Zeichen U+0000 oder ein halbes Zeichen, das nirgends gespeichert werden kann.',
  store_away: 'Der Dienst erreicht seinen Speicher nicht; versuchen Sie es gleich noch einmal.',
  internal: 'Interner Fehler; der Betreiber findet ihn unter {reference}.',

  query_written_otherwise: 'Der Parameter „{name}“ der Anfrage wird „{known}“ geschrieben.',
  query_repeated: 'Der Parameter „{name}“ der Anfrage kommt mehr als einmal.',
  query_contradicts: 'Der Parameter „{name}“ der Anfrage kommt mehr als einmal und nicht jedes Mal gleich.',
  query_filter_of_write: 'Nur GET hat einen Filter in seiner URL.',
  filter_of_members: 'Mitglieder werden nur nach „value“ oder „type“ gefiltert.',
  sort_by_members: 'Gruppen werden nicht nach ihren Mitgliedern sortiert.',
  sort_too_deep:
    'In der Reihenfolge eines Attributs, das kein Index hält, wird eine Seite so weit vom Anfang mit `startIndex` nicht gefunden: Verlangen Sie einen Cursor, oder sortieren Sie nach `userName`.',
  name_of_no_resource: 'Keine Ressource hat „{name}“.',
  cursor_expired: 'Dieser Cursor ist abgelaufen: Beginnen Sie ohne ihn von vorn.',
  cursor_unknown: 'Das ist kein Cursor dieser Anfrage: Beginnen Sie ohne ihn von vorn.',
  cursor_of_one_type: 'Cursor gibt es für eine Ressourcenart: Benutzen Sie /Users oder /Groups.',
  operation_orphaned: 'Die Operation verweist auf eine dieser Anfrage, die nicht ausgeführt wurde.',

  user_not_found: 'Es gibt keinen Benutzer mit dieser id.',
  user_changed: 'Der Benutzer hat sich seit der Version geändert, die If-Match nennt.',
  user_name_held: 'Ein anderer Benutzer dieser Organisation hat diesen userName.',
  holder:
    'Es ist „{name}“ ({id}), {state?active:aktiv|blocked:von einem Administrator gesperrt|deactivated:deaktiviert}, {origin?invited:eingeladen|sso:durch Anmeldung gekommen|imported:importiert|scim:von einem Verzeichnis angelegt} und {owner?directory:vom Verzeichnis verwaltet|none:noch von keinem Verzeichnis beansprucht}.',
  advise_take_over:
    'Sind beide eine Person, lassen Sie das Verzeichnis das Konto entfernen, das es angelegt hat, und die Person neu anlegen: Das übernimmt das frühere Konto. Sind es zwei Personen, geben Sie einer einen anderen userName.',
  advise_bring_back:
    'Um diese Person zurückzubringen, schicken Sie die externalId, die das Konto hat. Ist es eine andere Person, lassen Sie das Verzeichnis das deaktivierte Konto entfernen, was seinen Namen freigibt, oder geben Sie einer einen anderen userName.',
  advise_one_person:
    'Sind beide eine Person, entfernen Sie eine davon im Verzeichnis; sind es zwei, geben Sie einer einen anderen userName.',
  name_recycled:
    'name_recycled: Dieser deaktivierte Benutzer ist Eigentümer oder Administrator, und eine andere externalId würde das Konto jemand anderem geben. Nehmen Sie zuerst die Rolle weg.',
  user_unclaimed:
    'Dieser Benutzer wurde nicht mit SCIM bereitgestellt und von keiner Änderung beansprucht; er wird nicht entfernt.',
  unclaimed_has_access: 'Das Konto hat weiterhin Zugang.',
  advise_people_from_before:
    'Unter „Benutzerbereitstellung“ sagt „Personen von früher“, dass ein solches Löschen abgewiesen wird: Lassen Sie es stattdessen deaktivieren, oder sperren Sie die Person unter „Benutzer“.',
  advise_people_undecided:
    'Unter „Benutzerbereitstellung“ sagt „Personen von früher“, dass ein solches Löschen abgewiesen wird, wie es war, bevor es diese Einstellung gab: Lassen Sie es stattdessen deaktivieren, oder sperren Sie die Person unter „Benutzer“.',
  advise_other_profile:
    'Das Profil {profile} deaktiviert nie bei einem Löschen: Geben Sie dem Schlüssel ein anderes, oder sperren Sie die Person unter „Benutzer“.',

  group_not_found: 'Es gibt keine Gruppe mit dieser id.',
  group_hidden:
    'Es ist „{name}“, von einem Schlüssel angelegt, den niemand bestätigt hat: Andere Schlüssel sehen sie nicht. Bestätigen Sie jenen Schlüssel, oder lassen Sie das Verzeichnis eine eigene Gruppe anlegen.',
  group_changed: 'Die Gruppe hat sich seit der Version geändert, die If-Match nennt.',
  group_name_held: 'Eine andere Gruppe dieser Organisation hat diesen displayName.',
  group_holder:
    'Es ist „{name}“ ({id}), externalId „{externalId}“. Benennen Sie eine der beiden im Verzeichnis um, oder entfernen Sie sie.',
  group_holder_bare:
    'Es ist „{name}“ ({id}), ohne externalId. Benennen Sie eine der beiden im Verzeichnis um, oder entfernen Sie sie.',
  group_in_itself: 'Eine Gruppe kann nicht in sich selbst sein.',
  group_inside: 'Die Gruppe „{name}“ ({id}) ist in dem, was in sie hineinkommen sollte: {ids}.',
  nested_too_many: 'Gruppen einer Organisation haben höchstens {most} Gruppen als Mitglieder.',
  nested_counted:
    'Alle zusammen hätten mehr als {most} Gruppen als Mitglieder. Mitglieder, die Personen sind, zählen nicht.',
  members_unknown:
    '{count?one:Ein Mitglied ist|other:# Mitglieder sind} weder Benutzer noch Gruppe dieser Organisation.',
  members_unknown_are: 'Kein Benutzer und keine Gruppe hat {ids[]}.',
  member_sub_attributes: 'Die Teilattribute eines Mitglieds können nicht geändert werden.',
  members_not_chosen: 'Kein Mitglied erfüllt den Filter des Pfades.',

  provisional:
    'provisional: Ein Einrichtungskontakt hat diesen Schlüssel gemacht, und kein Administrator hat ihn bisher bestätigt; bis dahin {bound?no_privileged:ändert er keinen Administrator und keinen Eigentümer|only_own:ändert er nur, wen er angelegt oder beansprucht hat|no_names:ändert er userName, externalId und Adresse von niemandem, den er nicht angelegt hat|no_rename:benennt er niemanden um, den ein Administrator gesperrt oder dem einer eine Rolle gegeben hat|no_such_names:nennt er niemanden so, den er nicht angelegt hat|no_switch:deaktiviert und reaktiviert er nur, wen er angelegt hat|no_removal:entfernt er nur, wen er angelegt hat|no_claim:beansprucht er niemanden, dessen Name von anderen belegt ist, und keinen Administrator|own_groups:ändert er nur Gruppen, die er angelegt hat|own_members:nimmt er nur die in Gruppen auf, die er angelegt oder beansprucht hat, und keinen Administrator|keeps_privileged:nimmt er keinen Administrator und keinen Eigentümer aus einer Gruppe}.',
  provisional_limit_names: `${provisional} haben höchstens {most} Konten seiner Art, vorhanden oder entfernt, {what?name:userName oder Adresse|id:die externalId} „{value}“.`,
  provisional_limit_addresses: `${provisional} hat niemand durch ihn mehr als {most} Adressen.`,
  provisional_limit_people: `${provisional} hat er höchstens {most} Personen und ebenso viele, die er innerhalb von 30 Tagen entfernt hat.`,
  provisional_limit_groups: `${provisional} hat er höchstens {most} Gruppen.`,
  provisional_limit_nested: `${provisional} sind höchstens {most} Gruppen Mitglieder seiner Gruppen.`,
  provisional_limit_memberships: `${provisional} ist niemand in mehr als {most} seiner Gruppen.`,
  advise_confirm_key:
    'Ein Administrator bestätigt den Schlüssel daneben unter „Benutzerbereitstellung“; was abgewiesen wurde, kommt mit dem nächsten Abgleich.',
}
