// German: of mails.
import type { mails as english } from '../en/mails.ts'
import type { WordsLike } from '../words.ts'

/** In German. */
export const mails: WordsLike<typeof english> = {
  'mail.about': 'Es geht um die Organisation {organization}:\n{url}',
  'mail.item': '- {text}',
  'mail.asWritten': '{text}',
  'mail.between': ', ',

  'mail.setUp.subject': 'Single Sign-on und Benutzerbereitstellung einrichten',
  'mail.setUp.text': `Sie werden gebeten, Single Sign-on und Benutzerbereitstellung für die Organisation einzurichten, die sich {organization} nennt.

Beginnen Sie hier. Sie können unterbrechen und zurückkommen, bis {until}:
{url}

Wer diesen Link hat, kann diese Einstellungen bis dahin ändern. Falls Sie das nicht erwartet haben, tun Sie nichts.
`,
  'mail.invitation.subject': 'Sie haben eine Einladung',
  'mail.invitation.text': `Sie sind eingeladen, der Organisation beizutreten, die sich {organization} nennt.

Nehmen Sie hier an, bis {until}:
{url}

Falls Sie das nicht erwartet haben, tun Sie nichts.
`,

  'mail.confirm.subject': 'Ein Link, um Ihre Anmeldung zu bestätigen',
  'mail.confirm.text': `Es wurde ein Link angefordert, mit dem ein Eigentümer oder Administrator bestätigt oder repariert, wie die Organisation, die sich {organization} nennt, Menschen anmeldet.

Er gilt einmal, 30 Minuten lang. Er zeigt, was geändert wurde oder geändert würde, bevor etwas geschieht:
{url}

Falls Sie ihn nicht angefordert haben, tun Sie nichts: Ohne diesen Link ändert sich nichts.
`,
  'mail.recovery.subject': 'Bestätigen Sie Ihre Wiederherstellungsadresse',
  'mail.recovery.text': `Jemand, der in der Organisation angemeldet ist, die sich {organization} nennt, möchte über diese Adresse wiederhergestellt werden.

Bestätigen Sie das innerhalb einer Stunde:
{url}

Falls Sie das nicht waren, tun Sie nichts.
`,
  'mail.recoveryChanged.subject': 'Ihre Wiederherstellungsadresse wurde geändert',
  'mail.recoveryChanged.text': `{actor} hat die Adresse geändert, über die Sie in der Organisation wiederhergestellt werden, die sich {organization} nennt. Diese Adresse erfährt es zum letzten Mal.

Falls Sie das nicht waren, sagen Sie es einem Eigentümer der Organisation oder dem Betreiber des Dienstes.
`,
  'mail.recoveryChanged.operator': 'Der Betreiber des Dienstes',
  'mail.recoveryChanged.person': 'Jemand, der als Sie angemeldet ist,',

  'mail.ask.subject': 'Bitte bestätigen Sie die Einrichtung von Anmeldung und Benutzerbereitstellung',
  'mail.ask.text':
    '{actor} bittet darum, dass ein Eigentümer oder Administrator der Organisation ansieht und bestätigt, was eingerichtet wurde. Bis dahin gilt es nur eingeschränkt.',
  'mail.ask.list': 'Was auf eine Bestätigung wartet:',
  'mail.ask.connection': 'die Verbindung {name}, die dem Identitätsanbieter unter {host} vertraut',
  'mail.ask.sync': 'die erste Synchronisierung: Von da an kommen nur Personen aus dem Verzeichnis herein',
  'mail.ask.more': '{count?one:und # mehr|other:und # mehr}',
  'mail.ask.advice':
    'Melden Sie sich an wie immer, sehen Sie sich jedes davon an, und bestätigen Sie nur, was Sie kennen. Diese E-Mail bestätigt nichts und kommt höchstens einmal am Tag. Falls Sie sie nicht erwartet haben, sagen Sie es dem Betreiber des Dienstes.',

  'mail.actor.operator': 'Der Betreiber',
  'mail.actor.owner': 'Ein Eigentümer',
  'mail.actor.administrator': 'Ein Administrator',
  'mail.actor.contact': 'Jemand mit einem Einrichtungslink',
  'mail.actor.refresh': 'Die Auffrischung ihrer Metadaten',
  'mail.actor.named': '{actor} ({name})',
  'mail.actor.byLink': '{actor} mit einem zugeschickten Link',

  'mail.secret.set': 'Client-Secret (gesetzt)',
  'mail.secret.replaced': 'Client-Secret (ersetzt)',
  'mail.secret.taken': 'Client-Secret (entfernt)',

  'mail.anchor.subject': 'Worauf Anmeldungen beruhen, hat sich geändert',
  'mail.anchor.applied':
    '{actor} hat am {at} für die Verbindung {connection} einen neuen Vertrauensanker eingesetzt.',
  'mail.anchor.refreshed': '{actor} hat am {at} neue Zertifikate für die Verbindung {connection} übernommen.',
  'mail.anchor.restored':
    '{actor} hat am {at} den früheren Vertrauensanker der Verbindung {connection} zurückgeholt.',
  'mail.anchor.now': 'Sie vertraut dem Identitätsanbieter unter {host}. Geändert: {changes}.',
  'mail.anchor.asleep':
    '{count?one:Ein Eigentümer oder Administrator wird dort abgewiesen, bis jemand mit seiner Rolle oder der Betreiber ihn bestätigt.|other:# Eigentümer und Administratoren werden dort abgewiesen, bis jemand mit ihrer Rolle oder der Betreiber ihn bestätigt.}',
  'mail.anchor.back':
    'Falls niemand von Ihnen das wollte, sehen Sie sich die Verbindung an: Was vorher galt, lässt sich bis {until} zurückholen.',

  'mail.client.subject': 'Wie eine Verbindung Menschen anmeldet, hat sich geändert',
  'mail.client.changed': '{actor} hat am {at} die Verbindung {connection} geändert: {changes}.',
  'mail.client.asBefore':
    'Sie vertraut wie zuvor dem Identitätsanbieter unter {host}. Falls niemand von Ihnen das wollte, sehen Sie sich die Verbindung an.',

  'mail.staged.anchor': 'Ein neuer Vertrauensanker wartet auf einen Administrator',
  'mail.staged.client': 'Eine Änderung des Clients wartet auf einen Administrator',
  'mail.staged.anchorByLink': 'Mit einem zugeschickten Link wurde ein neuer Vertrauensanker vorbereitet',
  'mail.staged.clientByLink': 'Mit einem zugeschickten Link wurde eine Änderung des Clients vorbereitet',
  'mail.staged.anchorText':
    '{actor} hat einen neuen Vertrauensanker für die Verbindung {connection} vorbereitet: den Identitätsanbieter unter {host}. Was sich ändern würde: {changes}.',
  'mail.staged.clientText':
    '{actor} hat eine Änderung des Clients für die Verbindung {connection} vorbereitet: zum Identitätsanbieter unter {host}. Was sich ändern würde: {changes}.',
  'mail.staged.advice':
    'Nichts, womit Menschen sich anmelden, hat sich geändert. Sehen Sie sich den Unterschied an, testen Sie ihn, und setzen Sie ihn ein oder verwerfen Sie ihn.',

  'mail.days': '{days?one:einem Tag|other:# Tagen}',
  'mail.key.one': 'Ein API-Schlüssel läuft in {days} ab',
  'mail.key.many':
    '{count?one:# API-Schlüssel läuft ab, der erste in|other:# API-Schlüssel laufen ab, der erste in} {days}',
  'mail.key.item': 'der API-Schlüssel {name} am {on}',
  'mail.key.text': 'Der API-Schlüssel {name} Ihres Bereitstellungs-Clients läuft am {on} ab.',
  'mail.key.advice':
    'Rotieren Sie ihn und fügen Sie das neue Token bei Ihrem Identitätsanbieter ein: Mit einer Überlappung geht nichts verloren.',
  'mail.certificate.one': 'Ein Signaturzertifikat läuft in {days} ab',
  'mail.certificate.many':
    '{count?one:# Signaturzertifikat läuft ab, das erste in|other:# Signaturzertifikate laufen ab, das erste in} {days}',
  'mail.certificate.item': 'das Zertifikat der Verbindung {name} am {on}',
  'mail.certificate.text': 'Das Signaturzertifikat der Verbindung {name} läuft am {on} ab.',
  'mail.certificate.advice':
    'Fügen Sie vorher das neue Ihres Identitätsanbieters hinzu: Danach kann sich niemand mehr darüber anmelden.',
  'mail.ending.all': 'Bald läuft ab:',
  'mail.ending.some': 'Bald läuft ab, und {count?one:# weiteres|other:# weitere}:',

  'mail.failing.subject': 'Die Bereitstellung schlägt seit einer Stunde fehl',
  'mail.failing.text':
    'Von {judged?one:# neuesten Anfrage|other:den # neuesten Anfragen} Ihres Bereitstellungs-Clients {refused?one:wurde # abgewiesen|other:wurden # abgewiesen}. Die Aktivität zeigt jede davon, mit dem, was zu ändern ist.',

  'mail.makers.subject': 'Jemand, der Schlüssel oder Verbindungen kennen kann, ist ausgeschieden',
  'mail.makers.line':
    'Jemand ist ausgeschieden, von dem {count?one:ein Schlüssel, Client oder eine Verbindung stammt, die weiter gilt|other:# Schlüssel, Clients oder Verbindungen stammen, die weiter gelten}.',
  'mail.makers.text': 'Sie gelten weiter, bis jemand sie ändert:',
  'mail.makers.connection': 'die Verbindung {name}',
  'mail.makers.key': 'der API-Schlüssel {name}',
  'mail.makers.client': 'der OAuth-Client {name}',
  'mail.makers.keyBy': 'der API-Schlüssel {name}, angelegt von {maker}',
  'mail.makers.clientBy': 'der OAuth-Client {name}, angelegt von {maker}',
  'mail.makers.advice':
    'Rotieren Sie Schlüssel und sehen Sie sich Verbindungen an, die diese Person kennen kann.',

  'mail.ownership.subject': 'Jemand ist zurück und nicht mehr Eigentümer',
  'mail.ownership.text': '{user} war Eigentümer und ist mit der Rolle {role} zurück. {way}',
  'mail.ownership.claimed': 'Das Verzeichnis hat das Konto übernommen und aktiviert.',
  'mail.ownership.reactivated':
    'Das Verzeichnis hat das Konto mehr als 7 Tage nach der Deaktivierung aktiviert, oder auf anderem Weg als dem eigenen.',
  'mail.ownership.unblocked': 'Ein Administrator hat die Sperre aufgehoben.',
  'mail.ownership.restored': 'Ein Administrator hat die Personen eines Alarms wiederhergestellt.',
  'mail.ownership.advice':
    'Die Eigentümerschaft zurückzugeben heißt, sie zu geben: Soll die Person Eigentümer sein, macht ein anderer Eigentümer oder der Betreiber sie dazu. Falls niemand sie erwartet hat, sperren Sie das Konto.',
  'mail.role.owner': 'Eigentümer',
  'mail.role.admin': 'Administrator',
  'mail.role.member': 'Mitglied',

  'mail.guard.subject': '{people?one:# Person wurde|other:# Personen wurden} deaktiviert',
  'mail.guard.text':
    '{people?one:# Person|other:# Personen} ({percent} %) wurden innerhalb von {minutes?one:# Minute|other:# Minuten} deaktiviert oder gelöscht. Sie sind abgemeldet und können sich nicht anmelden.',
  'mail.guard.advice':
    'Nichts davon wird endgültig entfernt, bevor Sie es sagen: Stellen Sie alle auf einmal wieder her, oder bestätigen Sie, dass sie ausscheiden sollten.',

  'mail.gathered.subject': '{count?one:Noch ein Hinweis|other:Noch # Hinweise}',
  'mail.gathered.text':
    'Hinweise, die aufeinander folgen, werden gesammelt und in einer E-Mail gesagt. Seit den letzten:',
  'mail.gathered.many': '{count?one:#-mal|other:#-mal}, zuletzt: {line}',
  'mail.gathered.more': 'und Hinweise zu {count?one:# weiteren Sache|other:# weiteren Dingen}',
  'mail.gathered.log':
    'Jeder steht im Audit-Protokoll der Organisation, mit der Zeit und damit, auf wessen Wort er zurückgeht.',

  'mail.damage.subject': 'Der Speicher ist beschädigt',
  'mail.damage.text': 'Ein Blick in den Speicher dieses Dienstes hat Schäden gefunden:',
  'mail.damage.advice':
    'Der Dienst läuft weiter. Sicherungen werden von jetzt an verweigert; behalten Sie die vorhandenen, und stellen Sie eine davon in einem anderen Ordner wieder her.',

  'mail.endpoint.off': 'Ein Webhook-Endpunkt wurde abgeschaltet',
  'mail.endpoint.offGone': 'An {url} gehen keine Webhooks mehr. Der Endpunkt hat mit 410 Gone geantwortet.',
  'mail.endpoint.offFailing':
    'An {url} gehen keine Webhooks mehr. Der Endpunkt hat drei Tage lang nichts angenommen.',
  'mail.endpoint.offAdvice':
    'Schalten Sie ihn in der Konsole unter Webhooks wieder ein; was wartet, geht dann hinaus, und was gefehlt hat, lässt sich nach seiner Zeit noch einmal senden.',
  'mail.endpoint.trouble': 'Ein Webhook-Endpunkt nimmt nichts an',
  'mail.endpoint.troubleText': 'Der Webhook-Endpunkt {url} hat seit {since} nichts angenommen. {how}',
  'mail.endpoint.refused':
    'Er weist ab: Die letzte Antwort war {status}. Sein Secret, seine Adresse oder seine eigenen Regeln haben sich vielleicht geändert.',
  'mail.endpoint.silent': 'Er antwortet nicht.',
  'mail.endpoint.fails': 'Er schlägt fehl: Die letzte Antwort war {status}.',
  'mail.endpoint.troubleAdvice':
    'Ereignisse warten bis zu drei Tage auf ihn; eines nach dem anderen wird versucht. Das erste, das er annimmt, lässt die anderen folgen.',
}
