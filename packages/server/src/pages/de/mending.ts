// German: linking an identity, confirming a connection and mending one.
import type { mending as english } from '../en/mending.ts'
import type { WordsLike } from '../words.ts'

/** In German. */
export const mending: WordsLike<typeof english> = {
  'unchanged.title': 'Nichts wurde geändert',
  'unchanged.again': 'Von vorn beginnen',

  'connection.name': 'Verbindung',
  'connection.host': 'Identitätsanbieter',
  'connection.put': 'Eingesetzt von',
  'connection.notRecorded': 'nicht aufgezeichnet',
  'connection.at': 'Am',
  'connection.changes': 'Was sich geändert hat',

  'account.here': 'Ihr Konto hier',
  'account.there': 'Beim Identitätsanbieter',
  'account.address': 'Die Adresse dort',
  'account.insteadOf': 'Anstelle von',
  'account.takenFrom': 'Übernommen von',
  'account.removed': 'einem Konto, das entfernt wurde',
  'account.recovery': 'Wiederherstellungsadresse',

  'offer.title': 'Diese Identität verknüpfen',
  'offer.heading': 'Sind Sie das?',
  'offer.nothing': 'Von da an ist, wer sich mit dieser Identität anmeldet, Sie.',
  'offer.account':
    'Für diese Adresse wird das Konto eines Eigentümers angelegt. Von da an ist, wer sich mit dieser Identität anmeldet, dieser Eigentümer.',
  'offer.ownership':
    'Das Konto wird Eigentümer dieser Organisation, und jede andere Identität davon fällt weg. Von da an ist, wer sich mit dieser Identität anmeldet, dieser Eigentümer.',
  'offer.recovery':
    'Wo Links verschickt werden, mit denen ein Eigentümer wiederhergestellt wird, gehen sie an die Wiederherstellungsadresse: Wer dieses Postfach liest, gilt als dieser Eigentümer.',
  'offer.confirms': 'Sie sagen damit auch, dass dies der Identitätsanbieter Ihrer Organisation ist:',
  'offer.unconfirmed': 'Niemand mit Ihren Rechten hat ihn bisher bestätigt.',
  'offer.button': 'Mit meinem Konto verknüpfen',

  'linked.title': 'Verknüpft',
  'linked.heading': 'Die Identität ist verknüpft',
  'linked.text': '„{account}“ ist jetzt mit dieser Identität verknüpft.',
  'linked.over':
    'Sie waren mit der Identität angemeldet, die sie ersetzt, und alles, was über jene kam, ist beendet: Melden Sie sich neu an.',

  'asleep.title': 'Wartet auf eine Bestätigung',
  'asleep.heading': 'Ihre Anmeldung wartet auf eine Bestätigung',
  'asleep.text':
    'Die Verbindung „{connection}“ wurde eingerichtet oder geändert, und seitdem hat sie niemand mit Ihren Rechten bestätigt. Bis dahin meldet sie niemanden an, der die Organisation besitzt oder verwaltet.',
  'asleep.ask':
    'Bitten Sie den Betreiber dieses Dienstes um einen Link in die Einstellungen Ihrer Organisation: Er bestätigt die Verbindung.',
  'asleep.mail':
    'Wir können Ihnen einen Link schicken, mit dem Sie sie bestätigen. Er geht an die Adresse, die Ihr Konto hatte, als Sie Ihre Rechte bekamen.',
  'asleep.others':
    'Auch ein Eigentümer oder Administrator, der angemeldet ist, kann sie unter Single Sign-on bestätigen. Referenz {reference}',

  'mail.button': 'Link zuschicken',

  'mailed.title': 'Sehen Sie in Ihr Postfach',
  'mailed.text':
    'Wenn dies das Konto eines Eigentümers oder Administrators hier ist und E-Mails dorthin gehen, ist ein Link unterwegs. Er gilt einmal, 30 Minuten lang.',
  'mailed.limit':
    'Höchstens drei gehen in einer Stunde hinaus und fünf am Tag. Es kommt nichts? Fragen Sie den Betreiber dieses Dienstes.',

  'mail.heading': 'Für Eigentümer und Administratoren',
  'mail.text':
    'Wenn der Identitätsanbieter Ihrer Organisation Sie nicht mehr anmeldet, können wir Ihnen einen Link schicken, mit dem Sie seine Verbindung reparieren.',
  'mail.label': 'Ihre Wiederherstellungsadresse',
  'mail.hint':
    'Die Adresse, die Ihr Konto hatte, als Sie Ihre Rechte bekamen, sofern Sie sie nicht geändert haben.',

  'mail.away':
    'Auch seine Metadaten sind im Moment nicht lesbar: Vielleicht ist der Identitätsanbieter selbst nicht erreichbar. Versuchen Sie es zuerst in einigen Minuten noch einmal.',

  'noMail.title': 'Wen Sie fragen',
  'noMail.text':
    'Für diese Organisation werden keine Links verschickt. Wenn Ihr Identitätsanbieter Sie nicht mehr anmeldet, bitten Sie den Betreiber dieses Dienstes um einen Link in die Einstellungen Ihrer Organisation: Dort reparieren Sie die Verbindung.',
  'noMail.others':
    'Auch ein Eigentümer oder Administrator, der angemeldet ist, kann sie unter Single Sign-on reparieren.',

  'anchor.confirm.title': 'Verbindung bestätigen',
  'anchor.confirm.heading': 'Ist das der Identitätsanbieter Ihrer Organisation?',
  'anchor.confirm.text': 'Die Bestätigung meldet Sie an und erlaubt ihm, alle mit Ihren Rechten anzumelden.',
  'anchor.confirm.button': 'Bestätigen und anmelden',
  'anchor.confirm.unknown':
    'Wenn Sie ihn nicht erkennen, schließen Sie diese Seite und sagen Sie es dem Betreiber dieses Dienstes.',
  'anchor.confirm.unknownOrMend':
    'Wenn Sie ihn nicht erkennen, schließen Sie diese Seite und sagen Sie es dem Betreiber dieses Dienstes, oder {mend}.',
  'anchor.confirm.mend': 'sagen Sie, was Ihr Identitätsanbieter stattdessen ist',

  'mend.title': 'Anmeldung reparieren',
  'mend.heading': 'Können Sie sich noch anmelden?',
  'mend.text':
    'Wenn Ihr Identitätsanbieter Sie noch anmeldet, tun Sie das jetzt. Wartet die Verbindung auf eine Bestätigung durch jemanden mit Ihrer Rolle, werden Sie danach gefragt.',
  'mend.changed': 'Unser Identitätsanbieter hat sich geändert',
  'mend.secretEnded':
    'Das Client-Secret ist abgelaufen oder wurde ersetzt, oder Sie sind zu einem anderen gewechselt. Sagen Sie, wie es jetzt ist. Nichts, womit Menschen sich anmelden, ändert sich, bevor Sie den Unterschied gesehen, sich dort selbst angemeldet und zugestimmt haben.',
  'mend.certificateReplaced':
    'Sein Zertifikat wurde ersetzt, oder Sie sind zu einem anderen gewechselt. Sagen Sie, wie es jetzt ist. Nichts, womit Menschen sich anmelden, ändert sich, bevor Sie den Unterschied gesehen, sich dort selbst angemeldet und zugestimmt haben.',
  'mend.show': 'Zeigen, was sich ändern würde',
  'mend.redirectUri': 'Unsere Weiterleitungs-URI',
  'mend.acsUrl': 'Unsere ACS-URL',
  'mend.entityId': 'Unsere Entity-ID',
  'mend.issuer': 'Issuer',
  'mend.clientId': 'Client-ID',
  'mend.clientSecret': 'Client-Secret',
  'mend.clientSecretHint': 'Leer: das vorhandene, sofern Issuer und Client-ID gleich bleiben.',
  'mend.scopes': 'Scopes',
  'mend.metadataUrl': 'Adresse der Metadaten',
  'mend.metadataXml': 'oder Metadaten als XML',
  'mend.stableId': 'Attribut, das eine Person dauerhaft benennt',
  'mend.stableIdHint': 'Leer: die NameID.',
  'mend.nothing': 'nichts',
  'mend.now': 'jetzt',
  'mend.then': 'dann',
  'mend.secretTaken': 'Das Client-Secret wird entfernt.',
  'mend.secretSet': 'Ein Client-Secret wird gesetzt.',
  'mend.secretReplaced': 'Das Client-Secret wird ersetzt.',
  'mend.unconfirmed':
    'Den Identitätsanbieter unter {host} hat noch niemand mit Ihrer Rolle bestätigt.{put} Wer dies einsetzt, bestätigt ihn.',
  'mend.putBy': ' Eingesetzt wurde er von {who} am {at}.',
  'mend.quoted': '„{name}“',
  'mend.rung.operator': 'dem Betreiber dieses Dienstes',
  'mend.rung.owner': 'einem Eigentümer',
  'mend.rung.administrator': 'einem Administrator',
  'mend.rung.contact': 'jemandem mit einem Einrichtungslink',
  'mend.rung.directory': 'dem Verzeichnis',
  'mend.rung.connection': 'der Auffrischung seiner Metadaten',
  'mend.rung.person': 'jemandem',
  'mend.changes': 'Was sich ändern würde',
  'mend.asleep':
    '{count?one:Eine Person über Ihrer Rolle wird dort abgewiesen, bis sie oder der Betreiber dieses Dienstes es bestätigt.|other:# Personen über Ihrer Rolle werden dort abgewiesen, bis eine von ihnen oder der Betreiber dieses Dienstes es bestätigt.}',
  'mend.more': '{count?one:und noch eine|other:und noch #}',
  'mend.moved':
    'Menschen heißen dort anders, und jede Sitzung über diese Verbindung endet. Von denen, die verknüpft sind:',
  'mend.relinked': 'Mitgenommen',
  'mend.dropped': 'Verknüpfung gelöst',
  'mend.kept': 'Eigentümer und Administratoren, die sich neu ausweisen',
  'mend.staged.heading': 'Ist das jetzt Ihr Identitätsanbieter?',
  'mend.staged.text':
    'Wenn ja, melden Sie sich dort als Sie selbst an. Das öffnet keine Sitzung und ändert nichts: Es zeigt, dass Sie dort bekannt sind.',
  'mend.staged.button': 'Zum Test dort anmelden',
  'mend.staged.again': 'Etwas anderes eingeben',
  'mend.hostThen': 'Identitätsanbieter dann',
  'mend.nameIdThen': 'Dort heißen Sie',
  'mend.addressThen': 'Ihre Adresse dort',
  'mend.own': 'Sie kamen als Sie selbst: Diese Identität ist mit Ihrem Konto verknüpft.',
  'mend.isYou': 'Sind Sie das?',
  'mend.isYouText': 'Von da an ist, wer sich mit dieser Identität anmeldet, Sie.',
  'mend.place': 'Einsetzen?',
  'mend.placeTitle': 'Einsetzen',
  'mend.placeText': 'Von da an melden sich alle in der Organisation dort an.',
  'mend.placeBack':
    'Von da an melden sich alle in der Organisation dort an. Was jetzt gilt, kann sieben Tage lang unter Single Sign-on zurückgeholt werden.',
  'mend.placeButton': 'Einsetzen und anmelden',

  'part.entityId': 'Entity-ID',
  'part.ssoUrl': 'Anmeldeadresse',
  'part.ssoBinding': 'Binding',
  'part.sloUrl': 'Abmeldeadresse',
  'part.endSessionEndpoint': 'Abmeldeadresse',
  'part.sloBinding': 'Binding einer Abmeldung',
  'part.sloResponseUrl': 'Adresse für Antworten auf eine Abmeldung',
  'part.certificates': 'Zertifikate (SHA-256)',
  'part.metadataUrl': 'Adresse der Metadaten',
  'part.metadataXml': 'Metadaten als XML',
  'part.issuer': 'Issuer',
  'part.clientId': 'Client-ID',
  'part.clientSecret': 'Client-Secret',
  'part.authorizationEndpoint': 'Authorization-Endpunkt',
  'part.tokenEndpoint': 'Token-Endpunkt',
  'part.userinfoEndpoint': 'Userinfo-Endpunkt',
  'part.jwksUri': 'Schlüsselsatz',
  'part.sendsIssuer': 'Nennt sich in Antworten',
  'part.stableIdAttribute': 'Attribut, das eine Person benennt',
  'part.nameIdFormat': 'Format der NameID',
  'part.scopes': 'Scopes',
  'part.authentication': 'Wie wir uns ausweisen',
}
