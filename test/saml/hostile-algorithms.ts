// Signatures that verify under what they name, and name what is not on the list (XML Signature §6).

import { createHmac, createPublicKey } from 'node:crypto'
import { change, forge, type HostileEntry, render } from './context.ts'
import { byPss, digest, resign, withAlgorithm, withTransforms } from './forge.ts'

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const envelopedTransform = '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
const exclusiveTransform = `<ds:Transform Algorithm="${exclusive}"/>`

const hmac =
  (algorithm: string, secret: (pem: string) => string) =>
  (pem: string) =>
  (bytes: string): string =>
    createHmac(algorithm, secret(pem)).update(bytes).digest('base64')
const byCertificate = hmac('sha1', (pem) => pem)
const byBareCertificate = hmac('sha256', (pem) => pem.replace(/-----[^-]+-----|\s/g, ''))
const byPublicKey = hmac('sha256', (pem) =>
  createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString(),
)

const more = 'http://www.w3.org/2001/04/xmldsig-more'
const dsig = 'http://www.w3.org/2000/09/xmldsig'
const pss = 'http://www.w3.org/2007/05/xmldsig-more'

const methods: readonly HostileEntry[] = [
  change('RSA-SHA1', 'algorithm_refused', { signatureAlgorithm: 'rsa-sha1' }),
  change('a digest by SHA-1', 'algorithm_refused', { digestAlgorithm: 'sha1' }),
  change('RSA-SHA1 with a digest by SHA-1', 'algorithm_refused', {
    signatureAlgorithm: 'rsa-sha1',
    digestAlgorithm: 'sha1',
  }),
  forge('RSA-MD5', 'algorithm_refused', (context) =>
    withAlgorithm(context, 'SignatureMethod', `${more}#rsa-md5`, { hash: 'md5' }),
  ),
  forge('a digest by MD5', 'algorithm_refused', async (context) => {
    const xml = await render(context, { sign: 'assertion' })
    return resign(context, xml, (info) =>
      info
        .replace(/(<ds:DigestMethod Algorithm=")[^"]*/, `$1${more}#md5`)
        .replace(/(<ds:DigestValue>)[^<]*/, `$1${digest(xml, 'Assertion', 'md5')}`),
    )
  }),
  ...(
    [
      ['HMAC-SHA1 keyed by the certificate', `${dsig}#hmac-sha1`, byCertificate],
      ['HMAC-SHA256 keyed by the bare certificate', `${more}#hmac-sha256`, byBareCertificate],
      ['HMAC-SHA256 keyed by the public key', `${more}#hmac-sha256`, byPublicKey],
    ] as const
  ).map(([name, algorithm, sign]) =>
    forge(name, 'algorithm_refused', (context) =>
      withAlgorithm(context, 'SignatureMethod', algorithm, { sign: sign(context.idpKey.certificatePem) }),
    ),
  ),
  forge('HMAC bytes under the name RSA-SHA256', 'signature_invalid', (context) =>
    withAlgorithm(context, 'SignatureMethod', `${more}#rsa-sha256`, {
      sign: byCertificate(context.idpKey.certificatePem),
    }),
  ),
  forge('signed by RSA-SHA256 under the name of RSA-PSS', 'signature_invalid', (context) =>
    withAlgorithm(context, 'SignatureMethod', `${pss}#sha256-rsa-MGF1`),
  ),
  forge('signed by RSA-PSS under the name of RSA-SHA256', 'signature_invalid', async (context) =>
    resign(context, await render(context, { sign: 'assertion' }), (info) => info, {
      sign: byPss(context, 32),
    }),
  ),
  forge('signed by RSA-PSS with a salt of another length', 'signature_invalid', (context) =>
    withAlgorithm(context, 'SignatureMethod', `${pss}#sha256-rsa-MGF1`, { sign: byPss(context, 20) }),
  ),
  forge("signed by RSA-PSS with the attacker's key", 'signature_invalid', (context) =>
    withAlgorithm(context, 'SignatureMethod', `${pss}#sha256-rsa-MGF1`, {
      sign: byPss({ idpKey: context.attackerKey }, 32),
    }),
  ),
  ...[
    [`${dsig}#dsa-sha1`, 'DSA'],
    [`${more}#ecdsa-sha256`, 'ECDSA'],
    [`${pss}#sha1-rsa-MGF1`, 'RSA-PSS with SHA-1'],
    [`${pss}#sha512-rsa-MGF1`, 'RSA-PSS with SHA-512, which the verifier does not know'],
    [`${pss}#rsa-pss`, 'RSA-PSS with parameters'],
    ['none', 'the algorithm none'],
    ['', 'an algorithm without a name'],
    ['__proto__', 'the algorithm __proto__'],
    ['constructor', 'the algorithm constructor'],
  ].map(([algorithm, name]) =>
    forge(`signed by ${name}`, 'algorithm_refused', (context) =>
      withAlgorithm(context, 'SignatureMethod', algorithm!),
    ),
  ),
  ...[
    [`${exclusive}WithComments`, 'that keeps comments'],
    ['http://www.w3.org/2006/12/xml-c14n11', '1.1'],
    ['https://evil.test/c14n', 'nobody knows'],
  ].map(([algorithm, name]) =>
    forge(`a canonicalization ${name}`, 'algorithm_refused', (context) =>
      withAlgorithm(context, 'CanonicalizationMethod', algorithm!),
    ),
  ),
]

const transforms: readonly HostileEntry[] = [
  ...(
    [
      [
        'XSLT',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><xsl:value-of select="document(\'http://127.0.0.1:9/\')"/></xsl:template></xsl:stylesheet></ds:Transform>',
      ],
      [
        'XPath',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::saml:NameID)</ds:XPath></ds:Transform>',
      ],
      [
        'XPath filter',
        '<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"><f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="subtract">//*</f:XPath></ds:Transform>',
      ],
      ['base64', '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#base64"/>'],
    ] as const
  ).map(([name, transform]) =>
    forge(`the transform ${name}`, 'algorithm_refused', (context) =>
      withTransforms(
        context,
        `<ds:Transforms>${envelopedTransform}${transform}${exclusiveTransform}</ds:Transforms>`,
      ),
    ),
  ),
  forge('three transforms', 'algorithm_refused', (context) =>
    withTransforms(
      context,
      `<ds:Transforms>${envelopedTransform}${exclusiveTransform}${exclusiveTransform}</ds:Transforms>`,
    ),
  ),
  forge('an XPath as the parameter of an allowed transform', 'algorithm_refused', (context) =>
    withTransforms(
      context,
      `<ds:Transforms>${envelopedTransform}<ds:Transform Algorithm="${exclusive}"><ds:XPath>1</ds:XPath></ds:Transform></ds:Transforms>`,
    ),
  ),
]

/** Each is well signed under the algorithm that it names, so that only the list refuses it. */
export const algorithms: readonly HostileEntry[] = [...methods, ...transforms]
