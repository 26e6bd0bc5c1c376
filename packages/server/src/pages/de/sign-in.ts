// German: every page, signing in and out, refusals, and requests that come to nothing.
import type { signIn as english } from '../en/sign-in.ts'
import type { WordsLike } from '../words.ts'

/** In German. */
export const signIn: WordsLike<typeof english> = {
  reference: 'Referenz {reference}',
  codeAndReference: 'Code {code}, Referenz {reference}',
  continue: 'Weiter',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  needsScript: 'Diese Seite braucht JavaScript.',
  tryAgain: 'Bitte versuchen Sie es gleich noch einmal.',
  settings: 'Einstellungen der Organisation',

  'brand.support': 'Hilfe',
  'brand.privacy': 'Datenschutz',
  'brand.terms': 'Nutzungsbedingungen',

  'tooMany.title': 'Zu viele Anfragen',
  'tooMany.heading': 'Zu viele Anfragen auf einmal',
  'tooMany.text':
    'Aus diesem Netz oder von überall wurden mehr Anmeldungen begonnen als erwartet. Bitte versuchen Sie es gleich noch einmal.',

  'tooLong.title': 'Zu lang',
  'tooLong.heading': 'Die Anfrage ist zu lang',

  'wrongMethod.title': 'Methode nicht erlaubt',
  'wrongMethod.heading': 'Diese Adresse nimmt {methods}',

  'unreadable.title': 'Nicht lesbar',
  'unreadable.heading': 'Das ist nicht lesbar',
  'unreadable.text':
    'Ein Text enthält das Zeichen U+0000 oder ein halbes Zeichen, das nirgends gespeichert werden kann.',

  'away.title': 'Die Anmeldung ist im Moment nicht möglich',

  'failed.title': 'Hier ist etwas schiefgegangen',

  'notFramed.title': 'Öffnet sich im Produkt',
  'notFramed.heading': 'Diese Einstellungen öffnen sich im Produkt',
  'notFramed.text':
    'Diese Adresse ist keine eigene Seite. Gehen Sie zurück zum Produkt und öffnen Sie die Einstellungen dort.',
  'notBuilt.title': 'Nicht da',
  'notBuilt.heading': 'Die Einstellungen sind nicht da',
  'notBuilt.text':
    'Dieser Dienst wurde ohne seine Einstellungsseiten gestartet. Sein Betreiber findet in seinem Protokoll, was zu tun ist.',
  'unknown.title': 'Unter dieser Adresse gibt es nichts',
  'unknown.text': 'Prüfen Sie die Adresse, oder gehen Sie dorthin zurück, woher Sie kamen.',
  'unknown.signIn': 'Zur Anmeldung',
  'nothing.title': 'Unter dieser Adresse gibt es keine Anmeldung',
  'nothing.heading': 'Unter dieser Adresse gibt es keine {signIn}',
  'nothing.signIn': 'Anmeldung',
  'nothing.text': 'Prüfen Sie den Link, oder fragen Sie Ihre Administration danach.',

  'recover.offer': 'Sie sind hier für eine Organisation verantwortlich?',
  'recover.offerHere': 'Sie sind hier für diese Organisation verantwortlich?',
  'recover.title': 'Anmeldung nicht möglich?',
  'recover.text':
    'Eigentümer und Administratoren können sich einen Link schicken lassen, mit dem sie die Anmeldung ihrer Organisation reparieren. Alle anderen fragen sie.',
  'recover.where': 'Wo können Sie sich nicht anmelden?',
  'recover.label': 'Geschäftliche E-Mail-Adresse oder Kurzname Ihrer Organisation',

  'question.label': 'Geschäftliche E-Mail-Adresse',

  'question.ended':
    'Ihre Sitzung ist abgelaufen oder wurde beendet. Melden Sie sich neu an; werden Sie abgewiesen, sagt die Seite, warum.',
  'question.unknown':
    'Für diese Adresse gibt es keine Anmeldung. Prüfen Sie sie, oder fragen Sie Ihre Administration.',
  'choice.title': 'Wo möchten Sie sich anmelden?',

  'action.otherAccount': 'Anderes Konto benutzen',
  'action.again': 'Noch einmal versuchen',
  'action.back': 'Zurück zu {product}',
  'action.continue': 'Weiter zu {product}',
  'action.support': 'Um Hilfe bitten',
  'action.copy': 'Referenz kopieren',
  'action.copied': 'Kopiert',
  'refused.title': 'Sie konnten nicht angemeldet werden',
  'refused.text': 'Bitten Sie Ihre Administration um Hilfe, und nennen Sie diese Referenz.',
  'refused.blocked.title': 'Ihr Zugang wurde abgeschaltet',
  'refused.blocked':
    'Ihre Organisation hat Ihren Zugang abgeschaltet oder beendet. Nur Ihre Administration kann ihn zurückgeben.',
  'refused.misconfigured.title': 'Die Anmeldung Ihres Unternehmens ist nicht richtig eingerichtet',
  'refused.misconfigured':
    'Was von seinem Identitätsanbieter kam, konnte nicht angenommen werden. Das können Sie nicht selbst beheben: Sagen Sie es Ihrer Administration, und nennen Sie diese Referenz.',
  'refused.wrongAccount.title': 'Sie brauchen ein anderes Konto',
  'refused.wrongAccount':
    'Das Konto, mit dem Sie sich angemeldet haben, gehört nicht zu dieser Organisation. Benutzen Sie das, welches Ihre Organisation Ihnen gegeben hat.',
  'refused.again.title': 'Diese Anmeldung kann nicht weitergehen',
  'refused.again':
    'Sie hat zu lange gedauert, wurde in einem anderen Browser begonnen oder ist schon abgeschlossen. Beginnen Sie von vorn.',
  'refused.provider.title': 'Ihr Identitätsanbieter hat Sie nicht angemeldet',
  'refused.provider':
    'Oft heißt das, dass Ihnen diese Anwendung dort nicht zugewiesen ist. Fragen Sie Ihre Administration, oder benutzen Sie ein anderes Konto.',
  'refused.away.title': 'Ihr Identitätsanbieter ist nicht erreichbar',
  'refused.away':
    'Er hat uns nicht geantwortet, und bis er es tut, meldet er niemanden an. Versuchen Sie es in einigen Minuten noch einmal.',
  'refused.away.operator':
    'Wenn es andauert, bittet ein Eigentümer oder Administrator Ihrer Organisation den Betreiber dieses Dienstes um einen Link in die Einstellungen, der keinen Identitätsanbieter braucht.',
  'refused.away.product':
    'Wenn es andauert, bittet ein Eigentümer oder Administrator Ihrer Organisation das Team von {product} um einen Link in die Einstellungen, der keinen Identitätsanbieter braucht.',
  'refused.notProvisioned.title': 'Ihr Konto ist noch nicht bereit',
  'refused.notProvisioned':
    'Ihr Konto wurde noch nicht eingerichtet. Bitten Sie Ihre Administration, Sie dieser Anwendung zuzuweisen.',
  'refused.notAskedAgain':
    'Es wurde eine neue Anmeldung verlangt, und Ihr Identitätsanbieter hat Sie nicht noch einmal gefragt. Melden Sie sich dort ab und versuchen Sie es erneut, oder bitten Sie Ihre Administration um Hilfe und nennen Sie diese Referenz.',
  'refused.proofOver':
    'Ihre Sitzungen oder die dieses Anmeldewegs wurden beendet, nachdem Sie sich ausgewiesen hatten. Aus dem, was davor begonnen wurde, ist nichts geworden: Melden Sie sich neu an.',
  'refused.anchorChanged':
    'Die Anmeldung Ihrer Organisation wurde inzwischen geändert. Aus dem, was davor begonnen wurde, ist nichts geworden: Beginnen Sie von vorn.',

  'notSignedOut.byProvider': 'Ihr Identitätsanbieter hat Sie hier nicht abgemeldet',
  'notSignedOut.byProviderText':
    'Er hat dazu eine Nachricht geschickt, die nicht angenommen werden konnte. Falls Sie hier angemeldet sind, können Sie sich selbst abmelden.',
  'notSignedOut.title': 'Nicht abgemeldet',
  'notSignedOut.text': 'Die Anfrage kam nicht von unserer eigenen Seite.',

  'going.heading': 'Weiter zu Ihrem Identitätsanbieter',

  'me.title': 'Angemeldet',
  'me.heading': 'Sie sind angemeldet',
  'me.as': 'Angemeldet als',
  'me.organization': 'Organisation',
  'me.role': 'Rolle',
  'me.role.owner': 'Eigentümer',
  'me.role.admin': 'Administrator',
  'me.role.member': 'Mitglied',
  'me.until': 'Bis',
  'me.everywhere': 'Überall abmelden',

  'signedOut.title': 'Abgemeldet',
  'signedOut.heading': 'Sie sind abgemeldet',
  'signedOut.here': 'Sie sind hier abgemeldet',
  'signedOut.hereText':
    'Ihr Identitätsanbieter hat nicht mitgeteilt, dass er Sie ebenfalls abgemeldet hat. Schließen Sie den Browser, oder melden Sie sich dort ab, wenn andere ihn benutzen.',
  'signedOut.again': 'Neu anmelden',
  'signedOut.still': 'Sie sind hier noch angemeldet',

  'application.over': 'Diese Anmeldung ist vorbei',
  'application.overText':
    'Sie wurde vor zu langer Zeit oder in einem anderen Browser begonnen, oder sie ist schon abgeschlossen. Gehen Sie zur Anwendung zurück, und melden Sie sich neu an.',
  'application.stale': 'Sie wurden nicht noch einmal gefragt',
  'application.staleText':
    'Die Anwendung hat eine neue Anmeldung verlangt, und diese war keine. Gehen Sie zur Anwendung zurück, und melden Sie sich neu an.',
  'application.refused': 'Sie können diese Anwendung nicht benutzen',
  'application.refusedText':
    'Ihre Organisation hat diese Anwendung nicht erhalten, oder Sie haben sich für eine andere Organisation angemeldet. Fragen Sie Ihre Administration.',
  'application.wrong': 'Die Anwendung hat etwas verlangt, das ihr nicht zusteht. Ihr Team liest hier, warum:',
  'application.redirectUri':
    'Die Weiterleitungs-URI, die kam; sie wird Buchstabe für Buchstabe verglichen: {uri}',
  'application.nobody': 'An dieser Anwendung kann sich noch niemand anmelden. Fragen Sie ihr Team.',
  'application.unknown':
    'Die Anwendung hat {what} verlangt. Geben Sie stattdessen Ihre geschäftliche E-Mail-Adresse ein, oder sagen Sie es ihrem Team.',
  'application.unknown.connection': 'eine Anmeldung, die es nicht oder nicht für sie gibt: „{value}“',
  'application.unknown.organization':
    'eine Organisation, die es nicht gibt, die keine Anmeldung hat oder die diese Anwendung nicht erhalten hat: „{value}“',
  'application.unknown.domain_hint': 'eine Domain ohne Anmeldung: „{value}“',
  'application.unknown.login_hint': 'eine Adresse ohne Anmeldung: „{value}“',
}
