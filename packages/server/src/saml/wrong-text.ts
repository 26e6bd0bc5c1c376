// What was pasted in place of metadata, by how it looks. Pure.

/** What is said of a web page. */
export const webPage =
  'This is a web page (HTML), not metadata: the address may ask for a sign-in, or show a page about it. Take the link that downloads the metadata'

const kinds: readonly (readonly [looks: RegExp, says: string])[] = [
  [/^$/, 'There is no text'],
  [
    /^https?:\/\/\S+$/i,
    'This is an address (URL), not metadata: enter it as the metadata URL, or paste the text that stands behind it',
  ],
  [/^<(?:!doctype\s+html|html|head|body)\b/i, webPage],
  [
    /^(?:&lt;|&amp;lt;)|&lt;(?:\w+:)?Entit(?:y|ies)Descriptor/i,
    'This is escaped: it has &lt; where metadata has <. Take the file itself, or the raw text of the page',
  ],
  [
    /^[{[]/,
    'This is JSON, not SAML metadata: a discovery document belongs to a connection by OpenID Connect',
  ],
  [
    /^-----BEGIN /,
    'This is a certificate or a key, not metadata: enter it with entity ID and SSO URL, by hand',
  ],
  [/^(?:PD94|PG1k|PEVu|77u\/PD)[A-Za-z0-9+/=\s]+$/, 'This is base64, not XML: decode it first'],
  [/^(?:.\0|\0.|\uFFFD)/, 'This is not UTF-8: save the file as UTF-8 first'],
  // Browsers write a sentence above what they show, and signs to fold it.
  [
    /^[^<]+</,
    'There is text before the XML: it must begin with < as the file does. Take the file itself, not what a browser shows of it',
  ],
  [/>[^<>]+$/, 'There is text behind the XML: it must end with > as the file does'],
]

/** Undefined where it looks like XML. Nothing of the text is repeated. */
export function describeWrongText(text: string): string | undefined {
  return kinds.find(([looks]) => looks.test(text))?.[1]
}
