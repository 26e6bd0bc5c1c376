import { change, type HostileEntry, send } from './context.ts'

const minute = 60_000
const skew = 120_000

const moments: readonly HostileEntry[] = [
  change('confirmation: over, at the very bound of the skew', 'confirmation_expired', ({ now }) => ({
    confirmationNotOnOrAfter: now - skew,
  })),
  change('confirmation: over for a year', 'confirmation_expired', ({ now }) => ({
    confirmationNotOnOrAfter: now - 365 * 1_440 * minute,
  })),
  change('confirmation: without an end', 'confirmation_expired', { omit: ['ConfirmationNotOnOrAfter'] }),
  change('conditions: over, at the very bound of the skew', 'conditions_expired', ({ now }) => ({
    notOnOrAfter: now - skew,
  })),
  change('conditions: one millisecond too early', 'conditions_early', ({ now }) => ({
    notBefore: now + skew + 1,
  })),
  change(
    'a connection cannot allow more than 300 s of skew',
    'confirmation_expired',
    ({ now }) => ({ confirmationNotOnOrAfter: now - 301_000 }),
    (trust) => ({ ...trust, clockSkewSeconds: 86_400 }),
  ),
  change('confirmation: begins in an hour', ['conditions_early', 'confirmation_missing'], ({ now }) => ({
    mutateBeforeSigning: (xml) =>
      xml.replace(
        '<saml:SubjectConfirmationData ',
        `$&NotBefore="${new Date(now + 60 * minute).toISOString()}" `,
      ),
  })),
  ...(
    ['tomorrow', '', '2999-13-45T00:00:00Z', '99999999999999', '2999', '+275760-09-13T00:00:00.001Z'] as const
  ).map((time) =>
    change(`an end that is no time: ${time || 'empty'}`, 'malformed', {
      mutateBeforeSigning: (xml) =>
        xml.replace(/(<saml:SubjectConfirmationData [^>]*NotOnOrAfter=")[^"]*/, `$1${time}`),
    }),
  ),
  change('conditions: an end that is no time', 'malformed', {
    mutateBeforeSigning: (xml) => xml.replace(/(<saml:Conditions [^>]*NotOnOrAfter=")[^"]*/, '$1never'),
  }),
  change('a session that ended, at the very bound of the skew', 'session_expired', ({ now }) => ({
    sessionNotOnOrAfter: now - skew,
  })),
  change('two AuthnStatements, the second over', ['session_expired', 'malformed'], ({ now }) => ({
    extraXml: {
      assertionEnd: `<saml:AuthnStatement AuthnInstant="${new Date(now).toISOString()}" SessionNotOnOrAfter="${new Date(now - 60 * minute).toISOString()}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
    },
  })),
  change('no AuthnStatement', 'authn_statement_missing', { omit: ['AuthnStatement'] }),
]

const method = (name: string): string => `urn:oasis:names:tc:SAML:2.0:cm:${name}`

const confirmations: readonly HostileEntry[] = [
  change('confirmation: holder-of-key only', 'confirmation_missing', {
    confirmationMethod: method('holder-of-key'),
  }),
  change('confirmation: sender-vouches only', 'confirmation_missing', {
    confirmationMethod: method('sender-vouches'),
  }),
  change('confirmation: bearer in upper case', 'confirmation_missing', {
    confirmationMethod: method('BEARER'),
  }),
  change('confirmation: none', 'confirmation_missing', { omit: ['SubjectConfirmation'] }),
  change('a bearer for another recipient, a holder-of-key for us', 'recipient_mismatch', (context) => ({
    recipient: 'https://other.test/acs',
    extraXml: {
      subject: `<saml:SubjectConfirmation Method="${method('holder-of-key')}"><saml:SubjectConfirmationData Recipient="${context.acsUrl}" NotOnOrAfter="2999-01-01T00:00:00Z" InResponseTo="${context.inResponseTo}"/></saml:SubjectConfirmation>`,
    },
  })),
  change('the Response answers another request than the confirmation', 'in_response_to_mismatch', {
    confirmationInResponseTo: '_request-2',
  }),
  change('the unsigned Response answers our request, the confirmation none', 'in_response_to_mismatch', {
    sign: 'assertion',
    confirmationInResponseTo: undefined,
  }),
  change('the signed Response answers our request, the confirmation none', 'in_response_to_mismatch', {
    sign: 'response',
    omit: ['ConfirmationInResponseTo'],
  }),
  change('the confirmation answers our request, the Response none', 'in_response_to_mismatch', {
    omit: ['ResponseInResponseTo'],
  }),
  change('an unsolicited assertion in a Response that claims our request', 'in_response_to_mismatch', {
    sign: 'assertion',
    inResponseTo: undefined,
    mutateAfterSigning: (xml) =>
      xml.replace('<samlp:Response ', '<samlp:Response InResponseTo="_request-1" '),
  }),
]

const status = (name: string): string => `urn:oasis:names:tc:SAML:2.0:status:${name}`

const statuses: readonly HostileEntry[] = [
  change('status: Responder, with a sound Assertion', 'status_not_success', { status: status('Responder') }),
  change('status: AuthnFailed', 'status_not_success', { status: status('AuthnFailed') }),
  change('status: success in lower case', 'status_not_success', { status: status('success') }),
  change('status: none', 'status_not_success', { omit: ['Status'] }),
  change('status: Success inside Responder', 'status_not_success', {
    mutateBeforeSigning: (xml) =>
      xml.replace(
        /<samlp:StatusCode [^>]*>/,
        `<samlp:StatusCode Value="${status('Responder')}"><samlp:StatusCode Value="${status('Success')}"/></samlp:StatusCode>`,
      ),
  }),
  ...['Responder', 'AuthnFailed', 'PartialLogout', 'Success'].map((inner) =>
    change(`status: ${inner} inside Success`, 'status_not_success', {
      mutateBeforeSigning: (xml) =>
        xml.replace(
          /<samlp:StatusCode [^>]*\/>/,
          `<samlp:StatusCode Value="${status('Success')}"><samlp:StatusCode Value="${status(inner)}"/></samlp:StatusCode>`,
        ),
    }),
  ),
  change('status: two, the second a failure', 'status_not_success', {
    extraXml: {
      afterStatus: `<samlp:Status><samlp:StatusCode Value="${status('Responder')}"/></samlp:Status>`,
    },
  }),
]

const conditions: readonly HostileEntry[] = [
  change('a Condition that nobody knows (SAML core §2.5.1)', 'malformed', {
    extraXml: {
      conditions:
        '<saml:Condition xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:e="https://e.test/" xsi:type="e:OnlyOnTuesdays"/>',
    },
  }),
  {
    name: 'an Assertion without an ID',
    codes: ['malformed', 'signature_misplaced'],
    make: (context) => send(context, { sign: 'response', omit: ['AssertionId'] }),
  },
  change('a Response without an ID, signed', ['malformed', 'signature_misplaced', 'signature_invalid'], {
    sign: 'response',
    responseId: '_r',
    mutateAfterSigning: (xml) => xml.replace(' ID="_r"', ''),
  }),
]

/** Right key, wrong moment or request. */
export const times: readonly HostileEntry[] = [...moments, ...confirmations, ...statuses, ...conditions]
