// German: what was done for a provisioning client.
import type { scimAnswers as english } from '../en/scim-answers.ts'

const holder =
  '{state?active:aktiv|blocked:von einem Administrator gesperrt|deactivated:deaktiviert} ist, {origin?invited:eingeladen wurde|sso:durch Anmeldung kam|imported:importiert wurde|scim:von einem Verzeichnis angelegt wurde} und {owner?directory:vom Verzeichnis verwaltet|none:noch von keinem Verzeichnis beansprucht} wird'

/** What became of a request that was not refused, and what is to be known of it. */
export const scimAnswers: Readonly<Record<keyof typeof english, string>> = {
  user_created: '„{name}“ wurde angelegt.',
  user_updated: '„{name}“ wurde geändert.',
  user_deactivated: '„{name}“ wurde deaktiviert.',
  user_reactivated: '„{name}“ wurde reaktiviert.',
  user_removed: '„{name}“ wurde entfernt.',
  user_unchanged: 'An „{name}“ war nichts zu ändern.',
  user_linked: 'Der vorhandene Benutzer „{name}“ wurde verknüpft.',
  user_linked_as: 'Der vorhandene Benutzer wurde verknüpft und heißt jetzt „{name}“.',
  user_was: 'Er hieß „{name}“ und hat dieselbe {same?id:externalId|address:E-Mail-Adresse}.',
  user_read: '„{name}“ wurde gelesen.',
  user_read_same: '„{name}“ wurde gelesen: unverändert.',
  user_read_who: 'Gelesen wurde, wer „{name}“ ist.',
  user_deactivated_instead:
    '„{name}“ {was?active:wurde deaktiviert|out:blieb deaktiviert}; das Verzeichnis wollte das Konto entfernen. Von jetzt an verwaltet es das Verzeichnis und entfernt es mit einem weiteren Löschen.',
  switched_on: 'Das Konto war deaktiviert und ist wieder aktiv.',
  switched_off: 'Das Konto war aktiv und ist deaktiviert: Die Anfrage sagt „active“: false.',
  block_stands:
    'Ein Administrator hat diese Person gesperrt, und das gilt weiter: Sie bleibt draußen, bis die Sperre in der Konsole aufgehoben wird.',
  kept_block:
    'Es ist gesperrt: Ein Administrator hat ein anderes Konto dieser Person gesperrt, entfernt oder noch da, und kein Konto daneben beendet eine Sperre. Ein Administrator hebt sie unter „Benutzer“ auf.',
  kept_role:
    'Seine Rolle ist {role}, was Regeln auch sagen: Ein Administrator hat sie einem anderen Konto dieser Person von Hand gegeben, entfernt oder noch da.',
  kept_withheld:
    'Es gehört einem Eigentümer und ist nicht gesperrt: Ein Administrator hat ein anderes Konto gesperrt, das so heißt, und kein Administrator sperrt einen Eigentümer. Das tut ein Eigentümer oder der Betreiber unter „Benutzer“.',
  block_passed_on:
    'Es ist nicht mehr gesperrt: Die Sperre galt einem anderen Konto und ging über Namen weiter, die ein Schlüssel schrieb, bevor ihn jemand bestätigt hat. Das Verzeichnis sagt jetzt, wer die Person ist.',
  alike: `Ein anderes Konto hat dieselbe {same?id:externalId|address:E-Mail-Adresse}: „{name}“ ({id}), das ${holder}.`,
  alike_unclaimed:
    'Sind beide eine Person, lassen Sie das Verzeichnis den userName des früheren Kontos schicken, oder lassen Sie gleiche Adressen verknüpfen (Benutzerbereitstellung, „Personen von früher“).',
  alike_claimed: 'Sind beide eine Person, entfernen Sie eine davon im Verzeichnis.',

  group_created: 'Die Gruppe „{name}“ wurde angelegt.',
  group_updated: 'Die Gruppe „{name}“ wurde geändert.',
  group_removed: 'Die Gruppe „{name}“ wurde entfernt.',
  group_unchanged: 'An der Gruppe „{name}“ war nichts zu ändern.',
  group_linked: 'Die vorhandene Gruppe „{name}“ wurde verknüpft.',
  group_read: 'Die Gruppe „{name}“ wurde gelesen.',
  group_read_same: 'Die Gruppe „{name}“ wurde gelesen: unverändert.',
  group_read_which: 'Gelesen wurde, welche Gruppe „{name}“ ist.',
  roles_follow: 'Die Rollen von {count?one:1 Person|other:# Personen} folgen in Teilen.',
  members_left_out:
    'Kein Benutzer und keine Gruppe hat diese ids, also wurden sie nicht aufgenommen: {ids[]}.',

  read_endpoint: '{endpoint} wurde gelesen.',
  listed_users: 'Benutzer wurden aufgelistet: {found?one:1 Benutzer|other:# Benutzer}.',
  listed_groups: 'Gruppen wurden aufgelistet: {found?one:1 Gruppe|other:# Gruppen}.',
  listed_resources: 'Ressourcen wurden aufgelistet: {found?one:1 Ressource|other:# Ressourcen}.',
  looked_for_users: 'Gesucht wurden Benutzer mit {filter}: gefunden {found?one:1 Benutzer|other:# Benutzer}.',
  looked_for_groups: 'Gesucht wurden Gruppen mit {filter}: gefunden {found?one:1 Gruppe|other:# Gruppen}.',
  looked_for_resources:
    'Gesucht wurden Ressourcen mit {filter}: gefunden {found?one:1 Ressource|other:# Ressourcen}.',

  bulk: 'Bulk-Anfrage mit {operations?one:1 Operation|other:# Operationen}: {done} ausgeführt, {failed} abgewiesen.',
  bulk_stopped:
    'Bulk-Anfrage mit {operations?one:1 Operation|other:# Operationen}: {done} ausgeführt, {failed} abgewiesen, {untried} nicht versucht (failOnErrors).',
  bulk_operation: 'Operation {number} ({method} {path}):',
  bulk_operation_named: 'Operation {number} ({method} {path}, bulkId „{bulkId}“):',
  bulk_operations: 'Operation {number} ({method} {path}) und {more} weitere:',
  bulk_operations_named: 'Operation {number} ({method} {path}, bulkId „{bulkId}“) und {more} weitere:',
  bulk_more: 'Die Antwort hat {count?one:1 weiteren Grund|other:# weitere Gründe}.',

  client_named:
    'Dieser Client ist {client}: Von jetzt an werden seine Anfragen beantwortet, wie er es erwartet.',
  client_named_plain: 'Dieser Client ist {client}: Er wird weiter beantwortet wie jeder Client.',
  client_formed:
    'Die Anfragen dieses Clients haben die Form derer von {client}: Von jetzt an werden sie beantwortet wie diese.',
  client_formed_plain:
    'Die Anfragen dieses Clients haben die Form derer von {client}: Er wird weiter beantwortet wie jeder Client.',
}
