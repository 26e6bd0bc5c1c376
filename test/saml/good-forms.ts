// What the specification allows beside the usual: times, forms, names.

import { encodeResponse } from '@rollcall/simulator'
import { type GoodEntry, mallory, render, send, victim } from './context.ts'
import { byPss, withAlgorithm } from './forge.ts'
import { about, accept, hour, person, skew } from './good-entry.ts'

const times: readonly GoodEntry[] = [
  accept('the confirmation just within the skew', ({ now }) => ({
    confirmationNotOnOrAfter: now - skew + 1,
  })),
  accept('the conditions just within the skew at their end', ({ now }) => ({ notOnOrAfter: now - skew + 1 })),
  accept('the conditions just within the skew at their beginning', ({ now }) => ({ notBefore: now + skew })),
  accept(
    'a skew of 300 s, where the connection allows it',
    ({ now }) => ({ confirmationNotOnOrAfter: now - 299_000 }),
    {},
    (trust) => ({ ...trust, clockSkewSeconds: 300 }),
  ),
  accept('conditions without times', { omit: ['ConditionsNotBefore', 'ConditionsNotOnOrAfter'] }),
  accept(
    'a session that ends in an hour',
    ({ now }) => ({ sessionNotOnOrAfter: now + hour }),
    ({ now }) => ({ sessionNotOnOrAfter: now + hour }),
  ),
  accept(
    'times without fractions of a second',
    {
      mutateBeforeSigning: (xml) => xml.replace(/\.\d{3}Z"/g, 'Z"'),
    },
    ({ now }) => ({ issueInstant: Math.floor(now / 1_000) * 1_000 }),
  ),
  accept('times with seven digits after the point, as .NET writes them', {
    mutateBeforeSigning: (xml) => xml.replace(/(\.\d{3})Z"/g, '$10000Z"'),
  }),
]

const shapes: readonly GoodEntry[] = [
  accept('unsolicited', { inResponseTo: undefined }, { inResponseTo: null }),
  accept('several audiences in one restriction, ours last', ({ entityId }) => ({
    audiences: [['https://other.test/saml', 'urn:other', entityId]],
  })),
  accept('two restrictions that both name us', ({ entityId }) => ({
    audiences: [[entityId, 'urn:a'], [entityId]],
  })),
  accept('OneTimeUse and ProxyRestriction (SAML core §2.5.1.5, §2.5.1.6)', {
    extraXml: { conditions: '<saml:OneTimeUse/><saml:ProxyRestriction Count="0"/>' },
  }),
  accept('no Issuer on the Response', { omit: ['ResponseIssuer'] }),
  accept('no Destination, only the Assertion signed', { sign: 'assertion', omit: ['Destination'] }),
  accept('no SessionIndex', { omit: ['SessionIndex'] }, { sessionIndex: null }),
  accept('no attributes', { attributes: {} }, { attributes: {} }),
  accept(
    'several values of one attribute',
    { attributes: { groups: ['a', 'b', 'c'] } },
    {
      attributes: { groups: ['a', 'b', 'c'] },
    },
  ),
  accept('200 groups', { attributes: { groups: hundreds() } }, { attributes: { groups: hundreds() } }),
  accept('line breaks between all elements', {
    mutateBeforeSigning: (xml) => xml.replace(/></g, '>\r\n\t<'),
  }),
  accept('white space around the audience and the issuer', ({ entityId }) => ({
    mutateBeforeSigning: (xml) =>
      xml
        .replace(`>${entityId}<`, `>\n  ${entityId}\n<`)
        .replace(/(<saml:Issuer[^>]*>)([^<]*)</g, '$1\n  $2\n<'),
  })),
  accept('an XML declaration', {
    mutateAfterSigning: (xml) => `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`,
  }),
  accept('a byte order mark (XML 1.0 §4.3.3)', { mutateAfterSigning: (xml) => `\ufeff${xml}` }),
  accept('Extensions that say nothing to us', {
    mutateBeforeSigning: (xml) =>
      xml.replace(
        '<samlp:Status>',
        '<samlp:Extensions><x:a xmlns:x="https://x.test/"/></samlp:Extensions>$&',
      ),
  }),
  accept('a StatusMessage', {
    mutateBeforeSigning: (xml) =>
      xml.replace('</samlp:Status>', '<samlp:StatusMessage>OK</samlp:StatusMessage>$&'),
  }),
  accept('a holder-of-key confirmation before the bearer', {
    mutateBeforeSigning: (xml) =>
      xml.replace(
        '<saml:SubjectConfirmation ',
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"/>$&',
      ),
  }),
  accept('a NameID inside the SubjectConfirmation, which names who may confirm (SAML core §2.4.1.1)', {
    mutateBeforeSigning: (xml) =>
      xml.replace('<saml:SubjectConfirmationData ', `<saml:NameID>${victim}</saml:NameID>$&`),
  }),
  accept(
    'two bearer confirmations: it can be used, and must be remembered, until the later ends',
    (context) => ({
      omit: ['ConditionsNotOnOrAfter'],
      extraXml: {
        subject: `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData Recipient="${context.acsUrl}" NotOnOrAfter="${new Date(context.now + hour).toISOString()}" InResponseTo="${context.inResponseTo}"/></saml:SubjectConfirmation>`,
      },
    }),
    ({ now }) => ({ expiresAt: now + hour + skew }),
  ),
  accept('a NameID beyond ASCII', { nameId: 'Ünïcødé-用户@acme.test' }, { nameId: 'Ünïcødé-用户@acme.test' }),
  accept(
    'a NameID with markup, escaped',
    { nameId: 'a&b<c>"d"@acme.test' },
    { nameId: 'a&b<c>"d"@acme.test' },
  ),
  {
    name: 'base64 in lines of 76 characters',
    make: async (context) => (await send(context, about)).replace(/.{76}/g, '$&\r\n'),
    expect: () => ({ nameId: person }),
  },
]

const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const named = (name: string): GoodEntry =>
  accept(
    `an attribute called ${name}, which changes nobody`,
    { attributes: { [name]: [victim], email: [person] } },
    { attributes: { [name]: [victim], email: [person] }, stableId: person },
  )

const names: readonly GoodEntry[] = [
  accept(
    'a transient NameID, where an attribute names the person',
    { nameIdFormat: transient, nameId: '_7f', attributes: { id: ['00u1'] } },
    { nameId: '_7f', stableId: '00u1', nameIdFormat: transient },
    (trust) => ({ ...trust, stableIdAttribute: 'id' }),
  ),
  ...['nameID', 'NameID', 'nameId', 'issuer', 'sessionIndex', 'inResponseTo', 'stableId'].map((name) =>
    named(name),
  ),
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'].map((name) => named(name)),
  {
    name: 'an Assertion of one response in another, which only the Response does not sign',
    make: async (context) => {
      const first = await render(context, { ...about, sign: 'assertion' })
      const second = await render(context, { nameId: mallory, sign: 'none' })
      const [assertion = ''] = /<saml:Assertion .*<\/saml:Assertion>/s.exec(first) ?? []
      return encodeResponse(second.replace(/<saml:Assertion .*<\/saml:Assertion>/s, () => assertion))
    },
    expect: () => ({ nameId: person }),
  },
]

function hundreds(): readonly string[] {
  return Array.from({ length: 200 }, (_, at) => `group-${at}`)
}

const signatures: readonly GoodEntry[] = [
  {
    name: 'signed by RSA-PSS with SHA-256',
    make: async (context) =>
      encodeResponse(
        await withAlgorithm(
          context,
          'SignatureMethod',
          'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
          { sign: byPss(context, 32) },
        ),
      ),
    expect: () => ({ nameId: mallory }),
  },
]

/** Unusual, and right. */
export const forms: readonly GoodEntry[] = [...times, ...shapes, ...names, ...signatures]
