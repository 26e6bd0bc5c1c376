// Well signed, but it does not say who the person is (SAML core §2.2, §2.4).

import { change, type HostileEntry, mallory, victim } from './context.ts'

const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'

const names: readonly HostileEntry[] = [
  change('NameID: none', 'name_id_missing', { omit: ['NameID'] }),
  change('NameID: no Subject', 'name_id_missing', { omit: ['Subject'] }),
  change('NameID: empty', 'name_id_missing', { nameId: '' }),
  change('NameID: white space', 'name_id_missing', { nameId: ' \t\n ' }),
  change('NameID: no-break spaces', 'name_id_missing', { nameId: '\u00a0\u00a0' }),
  ...[
    ' ',
    '\t',
    '\n',
    '\u00a0',
    '\u0085',
    '\u1680',
    '\u2003',
    '\u200b',
    '\u2028',
    '\u2060',
    '\u3000',
    '\ufeff',
  ].flatMap((space) => [
    change(`NameID: ${JSON.stringify(space)} before it`, 'name_id_spaces', { nameId: space + victim }),
    change(`NameID: ${JSON.stringify(space)} after it`, 'name_id_spaces', { nameId: victim + space }),
  ]),
  change('NameID: two', 'name_id_missing', { extraXml: { subject: `<saml:NameID>${victim}</saml:NameID>` } }),
  change('NameID: longer than 512 characters', 'name_id_missing', { nameId: `${'a'.repeat(600)}@acme.test` }),
  change('NameID: with an element inside', 'name_id_missing', {
    mutateBeforeSigning: (xml) =>
      xml.replace(`>${mallory}</saml:NameID>`, `>${victim}<x/>.evil.test</saml:NameID>`),
  }),
  change('NameID: encrypted', 'name_id_missing', {
    mutateBeforeSigning: (xml) =>
      xml.replace(/<saml:NameID .*?<\/saml:NameID>/, '<saml:EncryptedID><x/></saml:EncryptedID>'),
  }),
  change('NameID: a BaseID', 'name_id_missing', {
    mutateBeforeSigning: (xml) => xml.replace(/<saml:NameID .*?<\/saml:NameID>/, '<saml:BaseID/>'),
  }),
  change('NameID: transient, and no attribute that names the person', 'name_id_transient', {
    nameIdFormat: transient,
  }),
  change('two Subjects', ['malformed', 'name_id_missing'], {
    mutateBeforeSigning: (xml) =>
      xml.replace('<saml:Conditions ', `<saml:Subject><saml:NameID>${victim}</saml:NameID></saml:Subject>$&`),
  }),
]

const stableId: HostileEntry['trust'] = (trust) => ({ ...trust, stableIdAttribute: 'id' })

const stableIds: readonly HostileEntry[] = [
  change('stable id: not sent', 'stable_id_missing', {}, stableId),
  change('stable id: two values', 'stable_id_missing', { attributes: { id: ['1', '2'] } }, stableId),
  change('stable id: empty', 'stable_id_missing', { attributes: { id: [''] } }, stableId),
  change(
    'stable id: two attributes of its name',
    'stable_id_missing',
    {
      attributes: { id: ['1'] },
      extraXml: {
        attributes: '<saml:Attribute Name="id"><saml:AttributeValue>2</saml:AttributeValue></saml:Attribute>',
      },
    },
    stableId,
  ),
  change(
    'stable id: with an element inside',
    ['stable_id_missing', 'malformed'],
    {
      attributes: { id: ['00u1-evil'] },
      mutateBeforeSigning: (xml) => xml.replace('00u1-evil', '00u1<x>-evil</x>'),
    },
    stableId,
  ),
  change('stable id: a space before it', 'name_id_spaces', { attributes: { id: ['\u00a000u1'] } }, stableId),
  change('stable id: sent in another case', 'stable_id_missing', { attributes: { ID: ['1'] } }, stableId),
  ...['__proto__', 'constructor', 'toString'].map((name) =>
    change(`stable id: ${name}, not sent`, 'stable_id_missing', {}, (trust) => ({
      ...trust,
      stableIdAttribute: name,
    })),
  ),
]

/** Right key, nobody named, or several. */
export const subjects: readonly HostileEntry[] = [...names, ...stableIds]
