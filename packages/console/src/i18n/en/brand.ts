// English: the operator's product as customers see it.
/** The operator's product. */
export const brand = {
  'brand.about':
    'What your customers and their people see instead of the name of this service: in their settings, on the pages they sign in through, and in mails.',
  'brand.preview': 'How it looks',
  'brand.previewHint':
    'A page that people sign in through, light and dark. Settings show it from the next time they are loaded.',
  'brand.sampleTitle': 'Where do you want to sign in?',
  'brand.sampleText': 'Acme',
  'brand.sampleAct': 'Continue',
  'brand.help': 'Help',
  'brand.privacy': 'Privacy',
  'brand.terms': 'Terms',
  'brand.words': 'Words, colour and links',
  'brand.saved': 'Saved. Pages show it within a second.',
  'brand.productName': 'Product',
  'brand.productNameHint': 'As customers know it. Without it this service goes by its own name.',
  'brand.color': 'Colour',
  'brand.colorHint': 'Of buttons and links. It is darkened or lightened where it could not be read.',
  'brand.supportEmail': 'Support address',
  'brand.supportHint':
    'Linked as Help where people cannot come in. The page below goes first, where there is one.',
  'brand.supportUrl': 'Support page',
  'brand.privacyUrl': 'Privacy notice',
  'brand.termsUrl': 'Terms',
  'brand.mailFooter': 'Last lines of mails',
  'brand.mailFooterHint': 'Below every mail, such as the address of your company.',
  'brand.images': 'Images',
  'brand.imagesHint':
    'PNG, JPEG, WebP or SVG, at most 256 KB and 4,096 × 4,096 pixels each. An SVG is kept without scripts and without what it would load.',
  'brand.logo': 'Logo',
  'brand.logoHint': 'On light grounds, shown up to 40 pixels high.',
  'brand.logo_dark': 'Logo on dark grounds',
  'brand.logo_darkHint': 'Without it, the other one is shown there too.',
  'brand.icon': 'Icon',
  'brand.iconHint': 'On the tab of the browser; square.',
  'brand.choose': 'Choose a file',
  'brand.replace': 'Replace',
  'brand.take': 'Remove',
  'applications.brand': 'Brand of its sign-ins',
  'applications.brandHint':
    'Replaces the installation’s brand on the pages on which people sign in to this application. An empty field shows the installation’s.',
  'general.logo': 'Logo of the organization',
  'general.logoHint':
    'Beside the product’s on the pages that people of this organization sign in through. PNG, JPEG, WebP or SVG, at most 256 KB and 4,096 × 4,096 pixels each.',
  'brand.record': 'TXT record of domains',
  'brand.recordHint':
    'How customers prove a domain that they add from now on. Domains that are there keep their record.',
  'brand.recordHost': 'Name below the domain',
  'brand.recordPrefix': 'Text before the equals sign',
} as const
