import { forge, type HostileEntry, mallory, render, victim } from './context.ts'
import { afterIssuer, digest, resign, takeApart } from './forge.ts'

const withReference = (name: string, from: string | RegExp, to: string): HostileEntry =>
  forge(name, 'signature_misplaced', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    return resign(context, whole, (info) => info.replace(from, to))
  })

/** Well signed where a verifier could still be led to believe something else. */
export const structure: readonly HostileEntry[] = [
  withReference('a Reference by XPointer to the root', 'URI="#_assertion"', 'URI="#xpointer(/)"'),
  withReference(
    'a Reference by XPointer to an id',
    'URI="#_assertion"',
    'URI="#xpointer(id(\'_assertion\'))"',
  ),
  withReference('a Reference to an address', 'URI="#_assertion"', 'URI="http://127.0.0.1:9/a.xml"'),
  withReference('a Reference to a bare id', 'URI="#_assertion"', 'URI="_assertion"'),
  withReference('a Reference to nothing', 'URI="#_assertion"', 'URI="#"'),
  withReference('a Reference without a URI', / URI="#_assertion"/, ''),
  withReference('a Reference to the Response around', 'URI="#_assertion"', 'URI="#_response"'),
  withReference('no Reference', /<ds:Reference .*<\/ds:Reference>/s, ''),
  withReference('two References to the same element', /<ds:Reference .*<\/ds:Reference>/s, '$&$&'),
  withReference(
    'two References, the second to the Response',
    /(<ds:Reference )(URI="#_assertion")(.*<\/ds:Reference>)/s,
    '$&$1URI="#_response"$3',
  ),
  forge('only the Subject is signed', 'signature_misplaced', async (context) => {
    const xml = await render(context, {
      sign: 'assertion',
      assertionId: '_assertion',
      mutateBeforeSigning: (text) => text.replace('<saml:Subject>', '<saml:Subject ID="_subject">'),
    })
    return resign(context, xml, (info) =>
      info
        .replace('#_assertion', '#_subject')
        .replace(/(<ds:DigestValue>)[^<]*/, `$1${digest(xml, 'Subject', 'sha256')}`),
    )
  }),
  forge('two SignedInfo, the forged one first (CVE-2025-29774)', 'signature_misplaced', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    const evil = whole.replaceAll(mallory, victim)
    const value = digest(evil, 'Assertion', 'sha256')
    return evil.replace(
      /<ds:SignedInfo>.*<\/ds:SignedInfo>/s,
      (info) => info.replace(/(<ds:DigestValue>)[^<]*/, `$1${value}`) + info,
    )
  }),
  forge('two SignedInfo, the forged one last (CVE-2025-29774)', 'signature_misplaced', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    const evil = whole.replaceAll(mallory, victim)
    const value = digest(evil, 'Assertion', 'sha256')
    return evil.replace(
      /<ds:SignedInfo>.*<\/ds:SignedInfo>/s,
      (info) => info + info.replace(/(<ds:DigestValue>)[^<]*/, `$1${value}`),
    )
  }),
  forge('a second SignedInfo of a foreign namespace', 'signature_misplaced', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    return whole.replace('<ds:SignedInfo>', '<x:SignedInfo xmlns:x="https://evil.test/"/><ds:SignedInfo>')
  }),
  forge('a SignedInfo in an Object', 'signature_misplaced', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    return whole.replace(/<ds:SignedInfo>.*<\/ds:SignedInfo>/s, '$&<ds:Object>$&</ds:Object>')
  }),
  forge('an Object with a Manifest', 'signature_misplaced', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    return whole.replace(
      '</ds:Signature>',
      '<ds:Object><ds:Manifest><ds:Reference URI="#_response"/></ds:Manifest></ds:Object></ds:Signature>',
    )
  }),
  forge('a DigestValue of two elements', 'signature_misplaced', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    return whole.replace(/(<ds:DigestValue>)([^<]*)/, '$1$2<ds:DigestValue>AAAA</ds:DigestValue>')
  }),
  forge('two Signatures in one Assertion, the second sound', 'signature_misplaced', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    const { signature } = await takeApart({ ...context, idpKey: context.attackerKey }, 'assertion')
    return whole.replace('<ds:Signature ', () => `${signature}<ds:Signature `)
  }),
  ...(['saml:Subject', 'saml:Conditions', 'samlp:Status'] as const).map((tag) =>
    forge(`the Signature stands in ${tag}`, 'signature_misplaced', async (context) => {
      const { whole, signature } = await takeApart(context, 'assertion')
      return whole.replace(signature, '').replace(`</${tag}>`, () => `${signature}</${tag}>`)
    }),
  ),
  forge('a Signature in Extensions beside a sound one', 'signature_misplaced', async (context) => {
    const { whole, signature } = await takeApart(context, 'assertion')
    return whole.replace(
      '<samlp:Status>',
      () => `<samlp:Extensions>${signature}</samlp:Extensions><samlp:Status>`,
    )
  }),
  forge(
    'a digest of nothing, signed once for all (void canonicalization)',
    'signature_invalid',
    async (context) => {
      const { whole } = await takeApart(context, 'assertion')
      const golden = resign(context, whole, (info) =>
        info.replace(/(<ds:DigestValue>)[^<]*/, '$147DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='),
      )
      return golden.replaceAll(mallory, victim)
    },
  ),
  ...(['1', '../relative', 'relative/path'] as const).map((uri) =>
    forge(`a relative namespace ${uri}, which cannot be canonicalized`, 'forbidden_xml', async (context) => {
      const { whole } = await takeApart(context, 'assertion')
      return whole.replace('<samlp:Response ', `<samlp:Response xmlns:void="${uri}" `)
    }),
  ),
  forge('a relative namespace inside SignedInfo', 'forbidden_xml', async (context) => {
    const { whole } = await takeApart(context, 'assertion')
    return whole.replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:void="1">').replaceAll(mallory, victim)
  }),
  forge(
    "a Signature of the attacker's after the Issuer of the Response",
    'signature_invalid',
    async (context) => {
      const { whole, evil } = await takeApart(context, 'response')
      const [signature = ''] =
        /<ds:Signature .*<\/ds:Signature>/s.exec(
          resign(context, whole, (info) => info, { key: context.attackerKey }),
        ) ?? []
      return afterIssuer(evil.replace('"_response-evil"', '"_response"'), signature)
    },
  ),
]
