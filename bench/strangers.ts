// What one response that nobody knows costs the event loop: CPU of the main thread, with ten certificates in the connection.
// `valued`: its signature value holds, so that only the digest shows that it was changed.
import { createSign } from 'node:crypto'
import { createSamlKey } from '@rollcall/simulator'
import { verifyResponse } from '../packages/server/src/saml/verify-response.ts'

const acsUrl = 'https://rollcall.example.com/saml/conn_x/acs'
const entityId = 'https://rollcall.example.com/saml/conn_x/metadata'
const idpEntityId = 'https://idp.example.com/metadata'
const turns = 20
const keys = Array.from({ length: 10 }, createSamlKey)
const trust = {
  organizationId: 'org',
  entityId,
  acsUrl,
  identityProvider: { entityId: idpEntityId, certificates: keys.map(({ certificatePem }) => certificatePem) },
  decryptionKeys: [],
  allowsAesCbc: false,
  clockSkewSeconds: 120,
  stableIdAttribute: null,
}
const ds = 'http://www.w3.org/2000/09/xmldsig#'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

function renderSignedInfo(declared: string): string {
  const one = (name: string, algorithm: string): string =>
    `<ds:${name} Algorithm="${algorithm}"></ds:${name}>`
  const transforms = `<ds:Transforms>${one('Transform', `${ds}enveloped-signature`)}${one('Transform', exclusive)}</ds:Transforms>`
  const digest = `${one('DigestMethod', 'http://www.w3.org/2001/04/xmlenc#sha256')}<ds:DigestValue>AAAA</ds:DigestValue>`
  const method = one('SignatureMethod', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256')
  return `<ds:SignedInfo${declared}>${one('CanonicalizationMethod', exclusive)}${method}<ds:Reference URI="#_a">${transforms}${digest}</ds:Reference></ds:SignedInfo>`
}

function renderResponse(content: string, isValued: boolean): string {
  const last = keys.at(-1)?.privateKeyPem ?? ''
  const value = isValued
    ? createSign('RSA-SHA256')
        .update(renderSignedInfo(` xmlns:ds="${ds}"`))
        .sign(last, 'base64')
    : 'AAAA'
  const signature = `<ds:Signature xmlns:ds="${ds}">${renderSignedInfo('')}<ds:SignatureValue>${value}</ds:SignatureValue></ds:Signature>`
  const status =
    '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r" Version="2.0" Destination="${acsUrl}"><saml:Issuer>${idpEntityId}</saml:Issuer>${status}<saml:Assertion ID="_a" Version="2.0"><saml:Issuer>${idpEntityId}</saml:Issuer>${signature}${content}</saml:Assertion></samlp:Response>`
}

const many = (count: number, one: string): string =>
  Array.from(
    { length: Math.ceil(count / 1_900) },
    () => `<saml:y>${one.repeat(Math.min(count, 1_900))}</saml:y>`,
  ).join('')

async function measure(name: string, xml: string): Promise<void> {
  const samlResponse = Buffer.from(xml).toString('base64')
  let code = ''
  const before = process.threadCpuUsage()
  for (let turn = 0; turn < turns; turn += 1) {
    await verifyResponse(samlResponse, trust, Date.now()).catch((error: { code: string }) => {
      code = error.code
    })
  }
  const { user, system } = process.threadCpuUsage(before)
  const each = (user + system) / 1_000 / turns
  console.log(`${name}, ${xml.length} bytes: ${each.toFixed(1)} ms of the event loop, ${code}`)
}

const shapes: readonly (readonly [string, string])[] = [
  ['3,880 elements with 3 attributes and text', many(3_800, 'x<saml:x a="" b="" c=""/>')],
  ['1,550 elements with 3 attributes and text', many(1_550, 'x<saml:x a="" b="" c=""/>')],
  ['3,800 elements with text', many(3_800, 'x<saml:x/>')],
  ['96 elements with 3 attributes and text', many(96, 'x<saml:x a="" b="" c=""/>')],
  ['120 KB of text', `<saml:y>${'&lt;'.repeat(30_000)}</saml:y>`],
  ['120 KB in one attribute', `<saml:y a="${'&lt;'.repeat(30_000)}"/>`],
]
// What is loaded with the first response of each size is not counted.
for (const [, content] of shapes)
  await verifyResponse(Buffer.from(renderResponse(content, true)).toString('base64'), trust, 0).catch(
    () => undefined,
  )
for (const isValued of [false, true])
  for (const [name, content] of shapes)
    await measure(`${isValued ? 'valued' : 'unsigned'}: ${name}`, renderResponse(content, isValued))
