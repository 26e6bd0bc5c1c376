import { change, forge, type HostileEntry, mallory, render } from './context.ts'
import { takeApart } from './forge.ts'

const afterSigning = (edit: (xml: string) => string) => ({ mutateAfterSigning: edit })

const nest = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth)
const intoExtensions = (inner: string) =>
  afterSigning((xml) =>
    xml.replace('<samlp:Status>', () => `<samlp:Extensions>${inner}</samlp:Extensions><samlp:Status>`),
  )
const attributes = (count: number): string => Array.from({ length: count }, (_, at) => ` a${at}=""`).join('')

const bounded: readonly HostileEntry[] = [
  change(
    '5 MB in one attribute value',
    'too_large',
    afterSigning((xml) => xml.replace(mallory, 'a'.repeat(5_000_000))),
  ),
  change(
    '5 MB of white space',
    'too_large',
    afterSigning((xml) => `${' '.repeat(5_000_000)}${xml}`),
  ),
  change('one byte more than 128 KB', 'too_large', {
    sign: 'assertion',
    mutateAfterSigning: (xml) => xml.padEnd(128 * 1_024 + 1, '\n'),
  }),
  change('10,000 levels', 'too_deep', intoExtensions(nest(10_000))),
  change(
    '10,000 levels that never close',
    ['too_deep', 'malformed'],
    afterSigning(() => '<a>'.repeat(10_000)),
  ),
  change('41 levels', 'too_deep', intoExtensions(nest(39))),
  change(
    '100,000 attributes on one element',
    ['too_large', 'too_deep'],
    intoExtensions(`<a${attributes(100_000)}/>`),
  ),
  change('10,000 attributes on one element', 'too_deep', intoExtensions(`<a${attributes(10_000)}/>`)),
  change('5,000 elements', 'too_deep', intoExtensions('<a/>'.repeat(5_000))),
  change('5,000 values of one SAML attribute, signed', 'too_deep', {
    sign: 'response',
    attributes: { groups: Array.from({ length: 5_000 }, () => '') },
  }),
  change(
    '3,000 namespace declarations on one element',
    ['too_deep', 'too_large'],
    intoExtensions(`<a${Array.from({ length: 3_000 }, (_, at) => ` xmlns:n${at}="urn:n${at}"`).join('')}/>`),
  ),
]

const costly: readonly HostileEntry[] = [
  forge('a broken Signature over 3,900 elements', ['signature_invalid', 'too_deep'], async (context) => {
    const { whole } = await takeApart(context, 'response')
    return fill(whole, '<a/>'.repeat(3_900))
  }),
  forge(
    'a broken Signature over 3,900 elements below 60 namespaces',
    ['signature_invalid', 'too_deep'],
    async (context) => {
      const { whole } = await takeApart(context, 'response')
      const declared = Array.from({ length: 60 }, (_, at) => ` xmlns:n${at}="urn:n${at}"`).join('')
      return fill(whole, `<a${declared}>${'<b/>'.repeat(3_900)}</a>`)
    },
  ),
  forge(
    'a broken Signature over 3,000 elements that each declare a namespace',
    ['signature_invalid', 'too_deep'],
    async (context) => {
      const { whole } = await takeApart(context, 'response')
      return fill(
        whole,
        Array.from({ length: 3_000 }, (_, at) => `<n${at}:a xmlns:n${at}="urn:n"/>`).join(''),
      )
    },
  ),
  forge(
    'a list of 10,000 prefixes to keep, over 2,500 declarations',
    ['signature_invalid', 'algorithm_refused', 'too_deep'],
    async (context) => {
      const { whole } = await takeApart(context, 'response')
      const list = Array.from({ length: 10_000 }, (_, at) => `p${at}`).join(' ')
      const kept = `<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="${list}"/>`
      const xml = whole.replace(
        '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
        `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">${kept}</ds:Transform>`,
      )
      return fill(xml, '<q:a xmlns:q="u:"/>'.repeat(2_500))
    },
  ),
  forge(
    'inclusive canonicalization of 3,000 elements, each below 38 others',
    ['signature_invalid', 'too_deep'],
    async (context) => {
      const whole = await render(context, { sign: 'response', canonicalization: 'inclusive' })
      const deep = '<a xmlns:n="urn:n">'.repeat(30) + '<b/>'.repeat(3_000) + '</a>'.repeat(30)
      return fill(whole, deep)
    },
  ),
  forge('1,000 certificates in KeyInfo', 'signature_invalid', async (context) => {
    const whole = await render(context, { sign: 'response', key: context.attackerKey })
    return whole.replace(
      '</ds:X509Data>',
      `${'<ds:X509Certificate>MIIB</ds:X509Certificate>'.repeat(1_000)}$&`,
    )
  }),
  forge('a SignatureValue of 100 KB', 'signature_invalid', async (context) => {
    const { whole } = await takeApart(context, 'response')
    return whole.replace('<ds:SignatureValue>', `$&${'A'.repeat(100_000)}`)
  }),
  forge('a NameID of 100 KB, signed', 'name_id_missing', (context) =>
    render(context, { nameId: ' a'.repeat(50_000) }),
  ),
]

function fill(whole: string, inner: string): string {
  const xml = whole.replace(
    '<samlp:Status>',
    () => `<samlp:Extensions>${inner}</samlp:Extensions><samlp:Status>`,
  )
  if (xml.length > 128 * 1_024) throw new Error(`${xml.length} bytes are refused before they cost anything`)
  return xml
}

/** Each must be refused within the same bound as any other. */
export const sizes: readonly HostileEntry[] = [...bounded, ...costly]
