// Well signed, but from or for somebody else: audience, recipient, destination, issuer (SAML core §2.5.1.4, profiles §4.1.4.3).

import { change, type HostileEntry, victim } from './context.ts'

const audience = (name: string, names: (entityId: string) => readonly (readonly string[])[]): HostileEntry =>
  change(`audience: ${name}`, 'audience_mismatch', (context) => ({ audiences: names(context.entityId) }))

const audiences: readonly HostileEntry[] = [
  audience('another', () => [['https://other.test/saml']]),
  audience('a prefix of ours', (ours) => [[ours.slice(0, -1)]]),
  audience('ours and more', (ours) => [[`${ours}0`]]),
  audience('ours with a slash at its end', (ours) => [[`${ours}/`]]),
  audience('ours in upper case', (ours) => [[ours.toUpperCase()]]),
  audience('ours, percent-encoded', (ours) => [[ours.replace('conn', '%63onn')]]),
  audience('ours and another in one text', (ours) => [[`${ours} https://other.test`]]),
  audience('two restrictions, the second wrong', (ours) => [[ours], ['https://other.test/saml']]),
  audience('two restrictions, the first wrong', (ours) => [['https://other.test/saml'], [ours]]),
  audience('a restriction without an Audience', () => [[]]),
  audience('an empty Audience', () => [['']]),
  change('no AudienceRestriction', 'audience_missing', { omit: ['AudienceRestriction'] }),
  change('no Conditions', 'audience_missing', { omit: ['Conditions'] }),
  change('two Conditions, ours second', 'malformed', (context) => ({
    audiences: [['https://other.test/saml']],
    extraXml: {
      afterConditions: `<saml:Conditions><saml:AudienceRestriction><saml:Audience>${context.entityId}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    },
  })),
]

const parties: readonly HostileEntry[] = [
  change('recipient: another', 'recipient_mismatch', { recipient: 'https://other.test/acs' }),
  change('recipient: ours and more', 'recipient_mismatch', ({ acsUrl }) => ({ recipient: `${acsUrl}/` })),
  change('recipient: a prefix of ours', 'recipient_mismatch', ({ acsUrl }) => ({
    recipient: acsUrl.slice(0, -1),
  })),
  change('recipient: ours in upper case', 'recipient_mismatch', ({ acsUrl }) => ({
    recipient: acsUrl.toUpperCase(),
  })),
  change('recipient: none', 'recipient_mismatch', { omit: ['Recipient'] }),
  change('no SubjectConfirmationData', ['recipient_mismatch', 'confirmation_missing'], {
    omit: ['SubjectConfirmationData'],
  }),
  change('destination: another', 'destination_mismatch', { destination: 'https://other.test/acs' }),
  change('destination: another, only the Assertion signed', 'destination_mismatch', {
    sign: 'assertion',
    destination: 'https://other.test/acs',
  }),
  change('destination: ours with a query', 'destination_mismatch', ({ acsUrl }) => ({
    destination: `${acsUrl}?a`,
  })),
  change('destination: empty', 'destination_mismatch', { destination: '' }),
  change('destination: none in a signed Response', 'destination_mismatch', {
    sign: 'response',
    omit: ['Destination'],
  }),
  change('issuer of the Response: another', 'issuer_mismatch', { responseIssuer: 'https://evil.test/saml' }),
  change('issuer of the Response: another, only the Assertion signed', 'issuer_mismatch', {
    sign: 'assertion',
    responseIssuer: 'https://evil.test/saml',
  }),
  change('issuer of the Assertion: another', 'issuer_mismatch', {
    assertionIssuer: 'https://evil.test/saml',
  }),
  change('issuer of both: another', 'issuer_mismatch', { idpEntityId: 'https://evil.test/saml' }),
  change('issuer of the Assertion: ours with a slash', 'issuer_mismatch', (context) => ({
    assertionIssuer: `${context.idpEntityId}/`,
  })),
  change('issuer of the Assertion: in upper case', 'issuer_mismatch', (context) => ({
    assertionIssuer: context.idpEntityId.toUpperCase(),
  })),
  change('issuer of the Assertion: none', 'issuer_mismatch', { sign: 'response', omit: ['AssertionIssuer'] }),
  change('issuer of the Assertion: empty', 'issuer_mismatch', { assertionIssuer: '' }),
  change("the other organization's identity provider, under its own name", 'issuer_mismatch', (context) => ({
    key: context.attackerKey,
    idpEntityId: 'https://idp.other.test/saml',
    nameId: victim,
  })),
  change("the other organization's identity provider, under ours", 'signature_invalid', (context) => ({
    key: context.attackerKey,
    nameId: victim,
  })),
  change('made for another connection of ours', 'destination_mismatch', (context) => ({
    acsUrl: context.acsUrl.replace(/conn_\w+/, 'conn_b2'),
    audience: context.entityId.replace(/conn_\w+/, 'conn_b2'),
  })),
  change('made for another connection, the unsigned Response sent here', 'recipient_mismatch', (context) => ({
    sign: 'assertion',
    acsUrl: context.acsUrl.replace(/conn_\w+/, 'conn_b2'),
    audience: context.entityId.replace(/conn_\w+/, 'conn_b2'),
    destination: context.acsUrl,
  })),
  change('sent here, for the audience of another connection', 'audience_mismatch', (context) => ({
    audience: context.entityId.replace(/conn_\w+/, 'conn_b2'),
  })),
]

/** Right key, wrong party. */
export const addressees: readonly HostileEntry[] = [...audiences, ...parties]
