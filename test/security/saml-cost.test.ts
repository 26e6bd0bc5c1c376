// What a response costs before it is known who sent it: bounds by count, and the order of the checks.
// Judges: server/saml.
import crypto from 'node:crypto'
import { createSamlKey, encodeResponse, renderSamlResponse } from '@rollcall/simulator'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { TurnQueue } from '../../packages/server/src/saml/elsewhere.ts'
import { cutOut, findSigner } from '../../packages/server/src/saml/signature-value.ts'
import { type Trust, verifyResponse } from '../../packages/server/src/saml/verify-response.ts'
import {
  findChild,
  maxNodes,
  namespaces,
  readXml,
  type XmlElement,
} from '../../packages/server/src/saml/xml.ts'
import { forOneStore } from '../harness/service.ts'
import { createCompany } from '../harness/sso.ts'

const acsUrl = 'https://rollcall.example.com/saml/conn_x/acs'
const entityId = 'https://rollcall.example.com/saml/conn_x/metadata'
const idpEntityId = 'https://idp.example.com/metadata'
const keys = Array.from({ length: 10 }, createSamlKey)
const now = Date.parse('2026-03-01T12:00:00Z')

const trustIn = (certificates: readonly string[]): Trust => ({
  organizationId: 'org',
  entityId,
  acsUrl,
  identityProvider: { entityId: idpEntityId, certificates },
  decryptionKeys: [],
  allowsAesCbc: false,
  clockSkewSeconds: 120,
  stableIdAttribute: null,
})
const trust = trustIn(keys.map(({ certificatePem }) => certificatePem))
const render = (groups: number, sign: 'assertion' | 'response' | 'both' = 'assertion', key = keys[9]) =>
  renderSamlResponse({
    idpEntityId,
    acsUrl,
    audience: entityId,
    inResponseTo: '_request',
    nameId: 'alice@example.com',
    attributes: {
      email: ['alice@example.com'],
      groups: Array.from({ length: groups }, (_, at) => `Group ${at}`),
    },
    now,
    key: key as never,
    sign,
  })
const verify = (xml: string, by = trust) =>
  verifyResponse(encodeResponse(xml), by, now).then(
    ({ nameId }) => nameId,
    (error: { code?: string }) => error.code ?? String(error),
  )
const spoil = (xml: string): string =>
  xml.replace(
    /(SignatureValue>)([^<]+)/g,
    (_all, tag: string, value: string) => `${tag}${value.split('').reverse().join('')}`,
  )
/** Changed after it was signed; the signature's value still holds. */
const change = (xml: string): string => xml.replace('alice@example.com', 'mallory@example.com')

describe('M21 saml-cpu: a response that nobody signed', () => {
  afterEach(() => vi.restoreAllMocks())
  // Node's own: how often content was digested.
  const watch = () => ({ digests: vi.spyOn(crypto, 'createHash') })

  it.each(['assertion', 'response', 'both'] as const)(
    'is not digested at all, with ten certificates (%s)',
    async (sign) => {
      const xml = await render(5, sign)
      expect(await verify(xml)).toBe('alice@example.com')
      const { digests } = watch()
      expect(await verify(spoil(xml))).toBe('signature_invalid')
      expect(digests).not.toHaveBeenCalled()
    },
  )

  it('is digested once where the value holds, whatever the number of certificates', async () => {
    const xml = await render(5)
    const { digests } = watch()
    expect(await verify(change(xml))).toBe('signature_invalid')
    expect(digests).toHaveBeenCalledTimes(1)
    digests.mockClear()
    expect(await verify(xml)).toBe('alice@example.com')
    expect(digests).toHaveBeenCalledTimes(1)
  })

  it('is held against each certificate, the one that KeyInfo names first', async () => {
    for (const key of [keys[0], keys[9]]) {
      const xml = await render(1, 'assertion', key)
      const root = readXml(xml)
      const assertion = findChild(root, namespaces.assertion, 'Assertion') as XmlElement
      const path = [root, assertion]
      expect(xml).toContain('X509Certificate')
      expect(await findSigner(xml, path, trust.identityProvider.certificates)).toBe(key?.certificatePem)
    }
    const unnamed = (await render(1)).replace(/<(?:\w+:)?KeyInfo.*<\/(?:\w+:)?KeyInfo>/, '')
    expect(await verify(unnamed)).toBe('alice@example.com')
    const others = trust.identityProvider.certificates.slice(0, 9)
    expect(await verify(unnamed, trustIn(others))).toBe('signature_invalid')
  })

  it('is canonicalized in its SignedInfo alone, whatever else it holds', async () => {
    const xml = await render(500)
    const root = readXml(xml)
    const assertion = findChild(root, namespaces.assertion, 'Assertion') as XmlElement
    const signature = findChild(assertion, namespaces.signature, 'Signature') as XmlElement
    const signedInfo = findChild(signature, namespaces.signature, 'SignedInfo') as XmlElement
    const cut = cutOut(xml, [root, assertion, signature], [signedInfo])
    expect(xml.length).toBeGreaterThan(20_000)
    expect(cut.length).toBeLessThan(3_000)
    expect(cut.startsWith('<') && cut.endsWith('>')).toBe(true)
    expect(readXml(cut).nodes).toBeLessThan(60)
  })

  it('is read once through, however much white space stands inside of its issuer', async () => {
    const issuer = `a${' '.repeat(110_000)}a`
    const xml = spoil(await render(1)).replace(`>${idpEntityId}<`, `>${issuer}<`)
    expect(await verify(xml)).toBe('issuer_mismatch')
  })

  it('is refused where its elements, attributes and texts together are too many', () => {
    const make = (count: number) => `<a>${'x<b c="" d=""/>'.repeat(count)}</a>`
    // One for the root, and four for each: text, element and two attributes.
    const most = Math.floor((maxNodes - 1) / 4)
    expect(readXml(make(most)).nodes).toBe(1 + 4 * most)
    expect(() => readXml(make(most + 1))).toThrow(expect.objectContaining({ code: 'too_deep' }))
    expect(() =>
      readXml(`<a>${'<b xmlns:c="urn:c" xmlns:d="urn:d" xmlns:e="urn:e"/>'.repeat(1_999)}</a>`),
    ).not.toThrow()
    const declared = '<b xmlns:c="u:" xmlns:d="u:" xmlns:e="u:" xmlns:f="u:"/>'
    expect(() => readXml(`<a>${declared.repeat(1_999)}</a>`)).toThrow(
      expect.objectContaining({ code: 'too_deep' }),
    )
  })

  it('is refused where what is signed is described by more than a signature needs', async () => {
    const xml = await render(1)
    const listed = xml.replace(
      /(<(?:\w+:)?CanonicalizationMethod Algorithm="[^"]+")\/?>(?:<\/(?:\w+:)?CanonicalizationMethod>)?/,
      `$1><e:InclusiveNamespaces xmlns:e="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="${'a '.repeat(600)}"/></ds:CanonicalizationMethod>`,
    )
    expect(listed).not.toBe(xml)
    expect(await verify(listed.replace('</ds:CanonicalizationMethod>', endOf(xml)))).toBe('too_deep')
  })
})

const endOf = (xml: string): string => {
  const prefix = /<(\w+:)?CanonicalizationMethod/.exec(xml)?.[1] ?? ''
  return `</${prefix}CanonicalizationMethod>`
}

describe('M21: large responses', () => {
  it('are verified on a thread of their own, with the same answers', async () => {
    const xml = await render(500)
    const digests = vi.spyOn(crypto, 'createHash')
    expect(await verify(xml)).toBe('alice@example.com')
    expect(await verify(change(xml))).toBe('signature_invalid')
    expect(digests).not.toHaveBeenCalled()
    digests.mockRestore()
    const many = Array.from({ length: 8 }, () => verify(xml))
    expect(new Set(await Promise.all(many))).toEqual(new Set(['alice@example.com']))
  })

  it('wait by connection; organizations take turns, whatever connections they have, and connections inside one', () => {
    const queue = new TurnQueue<string>()
    const add = (organizationId: string, part: string, job: string) =>
      queue.add({ organizationId, part }, job, 3)
    for (let at = 0; at < 3; at += 1) expect(add('flooding', 'one', `one ${at}`)).toBe(true)
    expect(add('flooding', 'one', 'one too many')).toBe(false)
    expect(add('flooding', 'two', 'two')).toBe(true)
    expect(add('flooding', 'three', 'three')).toBe(true)
    for (const name of ['ada', 'bob']) {
      expect(add(name, 'only', `${name} 0`)).toBe(true)
      expect(add(name, 'only', `${name} 1`)).toBe(true)
    }
    const taken = Array.from({ length: 10 }, () => queue.take())
    const [first, second] = [
      ['one 0', 'ada 0', 'bob 0'],
      ['two', 'ada 1', 'bob 1'],
    ]
    expect(taken).toEqual([...first, ...second, 'three', 'one 1', 'one 2', undefined])
  })

  forOneStore(import.meta.filename, (start) => {
    it('sign their person in', async () => {
      const service = await start()
      const company = await createCompany(service)
      const groups = Array.from({ length: 400 }, (_, at) => `Group ${at}`)
      const landed = await company.signIn(company.person('ada', { groups }))
      expect(landed.url).toBe(`${service.url}/me`)
    })
  })
})
