// German: the operator's product as customers see it.
import type { brand as english } from '../en/brand.ts'
import type { WordsLike } from '../words.ts'

/** The words of `en/brand.ts` in German. */
export const brand = {
  'brand.about':
    'Was Ihre Kunden und deren Personen statt des Namens dieses Dienstes sehen: in ihren Einstellungen, auf den Anmeldeseiten und in E-Mails.',
  'brand.preview': 'So sieht es aus',
  'brand.previewHint':
    'Eine Anmeldeseite, hell und dunkel. Die Einstellungen zeigen es, sobald sie neu geladen werden.',
  'brand.sampleTitle': 'Wo möchten Sie sich anmelden?',
  'brand.sampleText': 'Acme',
  'brand.sampleAct': 'Weiter',
  'brand.help': 'Hilfe',
  'brand.privacy': 'Datenschutz',
  'brand.terms': 'Nutzungsbedingungen',
  'brand.words': 'Texte, Farbe und Links',
  'brand.saved': 'Gespeichert. Die Seiten zeigen es innerhalb einer Sekunde.',
  'brand.productName': 'Produkt',
  'brand.productNameHint': 'Wie Ihre Kunden es kennen. Ohne Angabe zeigt dieser Dienst seinen eigenen Namen.',
  'brand.color': 'Farbe',
  'brand.colorHint':
    'Von Schaltflächen und Links. Wo sie nicht lesbar wäre, wird sie dunkler oder heller gemacht.',
  'brand.supportEmail': 'Support-Adresse',
  'brand.supportHint':
    'Verlinkt als „Hilfe“, wo jemand nicht hineinkommt. Gibt es die Seite darunter, geht sie vor.',
  'brand.supportUrl': 'Support-Seite',
  'brand.privacyUrl': 'Datenschutzerklärung',
  'brand.termsUrl': 'Nutzungsbedingungen',
  'brand.mailFooter': 'Letzte Zeilen von E-Mails',
  'brand.mailFooterHint': 'Unter jeder E-Mail, zum Beispiel die Anschrift Ihres Unternehmens.',
  'brand.images': 'Bilder',
  'brand.imagesHint':
    'PNG, JPEG, WebP oder SVG, je höchstens 256 KB und 4096 × 4096 Pixel. Ein SVG wird ohne Skripte gespeichert und ohne das, was es nachladen würde.',
  'brand.logo': 'Logo',
  'brand.logoHint': 'Auf hellem Grund, bis zu 40 Pixel hoch.',
  'brand.logo_dark': 'Logo auf dunklem Grund',
  'brand.logo_darkHint': 'Ohne dieses wird dort ebenfalls das andere gezeigt.',
  'brand.icon': 'Symbol',
  'brand.iconHint': 'Auf dem Tab des Browsers; quadratisch.',
  'brand.choose': 'Datei auswählen',
  'brand.replace': 'Ersetzen',
  'brand.take': 'Entfernen',
  'applications.brand': 'Marke der Anmeldeseiten',
  'applications.brandHint':
    'Ersetzt die Marke der Installation auf den Seiten, auf denen sich Personen bei dieser Anwendung anmelden. Ein leeres Feld zeigt die der Installation.',
  'general.logo': 'Logo der Organisation',
  'general.logoHint':
    'Steht neben dem Logo des Produkts auf den Seiten, auf denen sich Personen dieser Organisation anmelden. PNG, JPEG, WebP oder SVG, je höchstens 256 KB und 4096 × 4096 Pixel.',
  'brand.record': 'TXT-Eintrag von Domains',
  'brand.recordHint':
    'Womit Kunden eine Domain verifizieren, die sie ab jetzt hinzufügen. Vorhandene Domains behalten ihren Eintrag.',
  'brand.recordHost': 'Name unterhalb der Domain',
  'brand.recordPrefix': 'Text vor dem Gleichheitszeichen',
} as const satisfies WordsLike<typeof english>
