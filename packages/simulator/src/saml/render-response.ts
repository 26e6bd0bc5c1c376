// Writes a whole Response, signs and encrypts it as asked. Owns the order of these acts; knows no transport.

import { randomUUID } from 'node:crypto'
import { renderAttribute } from '../web/markup.ts'
import { encryptAssertion } from './encrypt-assertion.ts'
import { toInstant, urns } from './names.ts'
import {
  declareAssertionNamespace,
  leftOut,
  renderAssertion,
  renderIssuer,
  toTag,
} from './render-assertion.ts'
import type { ResponseOptions } from './response-options.ts'
import { type SignOptions, signXml } from './sign-xml.ts'
import { type VendorShape, vendorShapes } from './vendor-shapes.ts'

/** XML; an encrypted assertion is signed before it is encrypted, and the Response after that. */
export async function renderSamlResponse(options: ResponseOptions): Promise<string> {
  const shape = vendorShapes[options.shape ?? 'generic']
  const assertionId = options.assertionId ?? createId(shape)
  let xml = renderUnsigned(options, shape, renderAssertion(options, assertionId))
  xml = options.mutateBeforeSigning?.(xml) ?? xml
  const sign = options.sign ?? shape.sign
  const how = readSignOptions(options, shape)
  const signsAssertion = sign === 'assertion' || sign === 'both'
  if (options.encryptFor !== undefined) {
    const plain = findAssertion(xml, shape)
    const signed = signsAssertion ? signXml(plain, 'Assertion', how) : plain
    const named = await encryptAssertion(signed, options.encryptFor, options.encryption ?? 'aes256-gcm')
    const isNamed = options.namesEncryptionCertificate ?? true
    const data = isNamed ? named : named.replace(/<X509Data>.*?<\/X509Data>/s, '')
    const tag = toTag(shape, 'EncryptedAssertion')
    const encrypted = `<${tag}${declareAssertionNamespace(shape)}>${data}</${tag}>`
    xml = xml.replace(plain, () => encrypted)
  } else if (signsAssertion) xml = signXml(xml, 'Assertion', how)
  if (sign === 'response' || sign === 'both') xml = signXml(xml, 'Response', how)
  return options.mutateAfterSigning?.(xml) ?? xml
}

/** Base64, as the HTTP-POST binding carries it (SAML bindings §3.5.4). */
export function encodeResponse(xml: string): string {
  return Buffer.from(xml).toString('base64')
}

function renderUnsigned(options: ResponseOptions, shape: VendorShape, assertion: string): string {
  const isLeftOut = leftOut(options)
  const prefix = shape.protocolPrefix
  const attributes = [
    renderAttribute(`xmlns:${prefix}`, urns.protocol),
    shape.keptPrefixes.includes('xs') ? ' xmlns:xs="http://www.w3.org/2001/XMLSchema"' : '',
    renderAttribute(
      'Destination',
      isLeftOut('Destination') ? undefined : (options.destination ?? options.acsUrl),
    ),
    renderAttribute('ID', isLeftOut('ResponseId') ? undefined : (options.responseId ?? createId(shape))),
    renderAttribute('InResponseTo', isLeftOut('ResponseInResponseTo') ? undefined : options.inResponseTo),
    renderAttribute('IssueInstant', toInstant(options.issueInstant ?? options.now)),
    ' Version="2.0"',
  ].join('')
  const issuer = isLeftOut('ResponseIssuer')
    ? ''
    : renderIssuer(shape, options.responseIssuer ?? options.idpEntityId, true)
  const code = renderAttribute('Value', options.status ?? urns.success)
  const status = isLeftOut('Status')
    ? ''
    : `<${prefix}:Status><${prefix}:StatusCode${code}/></${prefix}:Status>`
  const { afterStatus = '', responseEnd = '' } = options.extraXml ?? {}
  return `<${prefix}:Response${attributes}>${issuer}${status}${afterStatus}${assertion}${responseEnd}</${prefix}:Response>`
}

function readSignOptions(options: ResponseOptions, shape: VendorShape): SignOptions {
  return {
    key: options.key,
    prefix: shape.signaturePrefix,
    signatureAlgorithm: options.signatureAlgorithm ?? 'rsa-sha256',
    digestAlgorithm: options.digestAlgorithm ?? 'sha256',
    canonicalization: options.canonicalization ?? 'exclusive',
    keptPrefixes: options.canonicalization === 'inclusive' ? [] : shape.keptPrefixes,
    hasKeyInfo: !leftOut(options)('KeyInfo'),
  }
}

function findAssertion(xml: string, shape: VendorShape): string {
  const tag = toTag(shape, 'Assertion')
  const from = xml.indexOf(`<${tag} `)
  return xml.slice(from, xml.indexOf(`</${tag}>`, from) + `</${tag}>`.length)
}

const createId = (shape: VendorShape): string => `${shape.idPrefix}${randomUUID().replaceAll('-', '')}`
