// German: the pages where the secret of a link is redeemed.
import type { links as english } from '../en/links.ts'
import type { WordsLike } from '../words.ts'

/** In German. */
export const links: WordsLike<typeof english> = {
  'link.needsSecret': 'Diese Adresse braucht den Link, den Sie erhalten haben.',
  'link.unreachable': 'Der Dienst ist nicht erreichbar. Versuchen Sie es gleich noch einmal.',

  'link.gone':
    'Dieser Link wurde schon benutzt, ist abgelaufen oder wurde widerrufen. Bitten Sie um einen neuen.',
  'link.sessionExists': 'Dieser Browser hat eine andere Sitzung, die der Link beenden würde.',
  'link.ask': 'Um einen neuen Link bitten',
  'portal.title': 'Einstellungen öffnen',
  'portal.text': 'Öffnen Sie diesen Link nur, wenn Sie ihn verlangt oder vom Absender erwartet haben.',
  'portal.button': 'Link öffnen',
  'portal.replace': 'Jene Sitzung beenden und den Link öffnen',

  'invitation.title': 'Einladung',
  'invitation.heading': 'Sie sind eingeladen',
  'invitation.text': 'Nehmen Sie an, damit für Ihre Adresse ein Konto angelegt wird.',
  'invitation.textFor': 'Nehmen Sie an, damit für Ihre Adresse ein Konto bei {product} angelegt wird.',
  'invitation.button': 'Einladung annehmen',
  'invitation.done': 'Ihr Konto bei {organization} ist bereit.',

  'confirm.title': 'Bestätigen Sie, wie Sie sich anmelden',
  'confirm.text':
    'Zuerst melden Sie sich an. Dann sehen Sie, was geändert wurde, von wem und wann, bevor etwas geschieht.',
  'confirm.button': 'Weiter',

  'recoveryAddress.title': 'Bestätigen Sie Ihre Wiederherstellungsadresse',
  'recoveryAddress.text':
    'Wer dieses Postfach liest, kann Ihr Konto wiederherstellen. Bestätigen Sie es nur, wenn es Ihres ist.',
  'recoveryAddress.button': 'Es ist meines',
  'recoveryAddress.done': 'Von jetzt an wird Ihr Konto über diese Adresse wiederhergestellt.',
}
