// Reads an assertion from the bytes that a signature covers, and holds it against what this connection expects
// (SAML core §2.3 to §2.7, profiles §4.1.4.3). Pure; the clock is an argument.
import { hourMs } from '../base/clock.ts'
import { hasSpaceAtAnEnd } from '../base/spaces.ts'
import { readSessionId } from '../base/texts.ts'
import { SamlError } from './saml-error.ts'
import type { Trust } from './trust.ts'
import { collapse, findChild, listChildren, namespaces, readXml, type XmlElement } from './xml.ts'

const saml = namespaces.assertion
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const transient = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const maxNameIdCharacters = 512

/** What an assertion says. Times are milliseconds since 1970. */
export interface AssertionFacts {
  readonly assertionId: string
  readonly identityProviderEntityId: string
  readonly nameId: string
  readonly nameIdFormat: string | null
  /** What qualifies the NameID, for a logout to name the person by. */
  readonly nameQualifiers?: NameQualifiers
  /** What names the person for good at this identity provider. */
  readonly stableId: string
  /** By name as sent; no prototype, so that no name means anything. */
  readonly attributes: Readonly<Record<string, readonly string[]>>
  readonly sessionIndex: string | null
  readonly sessionNotOnOrAfter: number | null
  /** When the person was asked to prove who they are (core §2.7.2), as the identity provider says; null where it does not say. */
  readonly authnInstant: number | null
  /** Of the signed confirmation. */
  readonly inResponseTo: string | null
  readonly issueInstant: number
  /** From here on the same assertion is refused for its age alone. */
  readonly expiresAt: number
}

/** From when it was issued on, an assertion counts for as long as a request waits for its answer. */
const maxUseMs = hourMs

/** Throws SamlError. */
export function readAssertion(xml: string, trust: Trust, now: number): AssertionFacts {
  const assertion = readXml(xml)
  if (
    assertion.namespace !== saml ||
    assertion.name !== 'Assertion' ||
    assertion.attributes.get('Version') !== '2.0'
  )
    throw new SamlError('not_a_response', 'What is signed is not a SAML 2.0 assertion')
  const skewMs = Math.min(trust.clockSkewSeconds, 300) * 1_000
  const issuer = listChildren(assertion, saml, 'Issuer')
  const entityId = trust.identityProvider.entityId
  const found = issuer[0] === undefined ? undefined : collapse(issuer[0].text)
  if (issuer.length !== 1 || found !== entityId)
    throw new SamlError('issuer_mismatch', 'The assertion comes from another identity provider', {
      found: found ?? 'none',
      expected: entityId,
    })
  const subject = only(assertion, 'Subject') ?? fail('name_id_missing', 'The assertion has no subject')
  const attributes = readAttributes(assertion)
  const { nameId, format, qualifiers } = readNameId(subject, trust)
  const confirmation = findConfirmation(subject, trust, now, skewMs)
  const conditionsEnd = assertConditions(assertion, trust, now, skewMs)
  const session = readAuthnStatement(assertion, now, skewMs)
  const issueInstant =
    readTime(assertion.attributes.get('IssueInstant')) ??
    fail('malformed', 'The assertion has no IssueInstant')
  if (issueInstant - skewMs > now)
    fail('conditions_early', describeTime('The assertion was issued at', issueInstant, now))
  // Whatever it says of its own validity, it answers a request of this hour; longer it need not be remembered either.
  const usableUntil = issueInstant + maxUseMs
  if (usableUntil + skewMs <= now)
    fail('conditions_expired', describeTime('The assertion counts for an hour, until', usableUntil, now))
  const saidUntil = Math.max(confirmation.notOnOrAfter, conditionsEnd ?? 0)
  const expiresAt = Math.min(saidUntil, usableUntil) + skewMs
  return {
    assertionId: readId(assertion),
    identityProviderEntityId: entityId,
    nameId,
    nameIdFormat: format,
    ...(qualifiers === undefined ? {} : { nameQualifiers: qualifiers }),
    stableId: readStableId(nameId, attributes, trust),
    attributes,
    ...session,
    inResponseTo: confirmation.inResponseTo,
    issueInstant,
    expiresAt,
  }
}

function fail(code: SamlError['code'], message: string): never {
  throw new SamlError(code, message)
}

function only(parent: XmlElement, name: string): XmlElement | undefined {
  const found = listChildren(parent, saml, name)
  if (found.length > 1) fail('malformed', `The assertion has several elements ${name}`)
  return found[0]
}

function readId(assertion: XmlElement): string {
  const id = assertion.attributes.get('ID') ?? ''
  if (id === '' || id.length > 512) fail('malformed', 'The assertion has no usable ID')
  return id
}

/** Core §2.2.2: who gave the name, and to whom. */
export interface NameQualifiers {
  readonly nameQualifier?: string
  readonly spNameQualifier?: string
}

// Longer than an entity ID is none.
function readQualifiers(nameId: XmlElement | undefined): NameQualifiers | undefined {
  const read = (name: string): string | undefined => {
    const value = nameId?.attributes.get(name)
    return value === undefined || value === '' || value.length > 1_024 ? undefined : value
  }
  const [own, ours] = [read('NameQualifier'), read('SPNameQualifier')]
  if (own === undefined && ours === undefined) return undefined
  return {
    ...(own === undefined ? {} : { nameQualifier: own }),
    ...(ours === undefined ? {} : { spNameQualifier: ours }),
  }
}

function readNameId(
  subject: XmlElement,
  trust: Trust,
): { nameId: string; format: string | null; qualifiers: NameQualifiers | undefined } {
  const found = listChildren(subject, saml, 'NameID')
  const nameId = found[0]?.text ?? ''
  if (found.length !== 1 || /^\s*$/.test(nameId) || found[0]?.children.length !== 0)
    fail(
      'name_id_missing',
      'The assertion does not name the person: it has no NameID, an empty one, or several',
    )
  if (nameId.length > maxNameIdCharacters) fail('name_id_missing', 'The NameID is longer than 512 characters')
  assertNoSpaces('NameID', nameId)
  const format = found[0]?.attributes.get('Format') ?? null
  if (format === transient && trust.stableIdAttribute === null)
    fail('name_id_transient', 'The NameID is transient and no stable-id attribute is set')
  return { nameId, format, qualifiers: readQualifiers(found[0]) }
}

// A name with a space in front is another name, and looks like the same: whoever may choose it could pass for somebody else.
function assertNoSpaces(what: string, value: string): void {
  if (hasSpaceAtAnEnd(value)) fail('name_id_spaces', `The ${what} begins or ends with white space`)
}

interface Confirmation {
  readonly inResponseTo: string | null
  readonly notOnOrAfter: number
}

// Profiles §4.1.4.2: one bearer confirmation that is for this ACS, in time; others do no harm. The assertion is usable, and
// must be remembered, until the last of those that are.
function findConfirmation(subject: XmlElement, trust: Trust, now: number, skewMs: number): Confirmation {
  let refusal: SamlError | undefined
  let found: Confirmation | undefined
  for (const confirmation of listChildren(subject, saml, 'SubjectConfirmation')) {
    if (confirmation.attributes.get('Method') !== bearer) continue
    const data = findChild(confirmation, saml, 'SubjectConfirmationData')
    const judged = judgeConfirmation(data, trust, now, skewMs)
    if (judged instanceof SamlError) refusal ??= judged
    else
      found = { ...(found ?? judged), notOnOrAfter: Math.max(judged.notOnOrAfter, found?.notOnOrAfter ?? 0) }
  }
  if (found !== undefined) return found
  throw refusal ?? new SamlError('confirmation_missing', 'The assertion has no bearer SubjectConfirmation')
}

function judgeConfirmation(
  data: XmlElement | undefined,
  trust: Trust,
  now: number,
  skewMs: number,
): Confirmation | SamlError {
  const recipient = data?.attributes.get('Recipient')
  if (recipient !== trust.acsUrl)
    return new SamlError('recipient_mismatch', 'The assertion is for another recipient', {
      found: recipient ?? 'none',
      expected: trust.acsUrl,
    })
  const notOnOrAfter = readTime(data?.attributes.get('NotOnOrAfter'))
  if (notOnOrAfter === null || notOnOrAfter + skewMs <= now)
    return new SamlError(
      'confirmation_expired',
      describeTime('The assertion was usable until', notOnOrAfter, now),
    )
  const notBefore = readTime(data?.attributes.get('NotBefore'))
  if (notBefore !== null && notBefore - skewMs > now)
    return new SamlError('conditions_early', describeTime('The assertion is usable from', notBefore, now))
  return { inResponseTo: data?.attributes.get('InResponseTo') ?? null, notOnOrAfter }
}

const knownConditions = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'])

/** The end of validity, if one is given (core §2.5.1). */
function assertConditions(assertion: XmlElement, trust: Trust, now: number, skewMs: number): number | null {
  const conditions = only(assertion, 'Conditions')
  const notBefore = readTime(conditions?.attributes.get('NotBefore'))
  const notOnOrAfter = readTime(conditions?.attributes.get('NotOnOrAfter'))
  if (notBefore !== null && notBefore - skewMs > now)
    fail('conditions_early', describeTime('The assertion is valid from', notBefore, now))
  if (notOnOrAfter !== null && notOnOrAfter + skewMs <= now)
    fail('conditions_expired', describeTime('The assertion was valid until', notOnOrAfter, now))
  // Core §2.5.1: whoever does not understand a condition cannot say that it is met.
  const isUnknown = conditions?.children.some(
    ({ namespace, name }) => namespace !== saml || !knownConditions.has(name),
  )
  if (isUnknown === true) fail('malformed', 'The assertion has a condition that is not known here')
  const restrictions = conditions === undefined ? [] : listChildren(conditions, saml, 'AudienceRestriction')
  if (restrictions.length === 0) fail('audience_missing', 'The assertion has no AudienceRestriction')
  for (const restriction of restrictions) {
    const audiences = listChildren(restriction, saml, 'Audience').map(({ text }) => collapse(text))
    if (!audiences.includes(trust.entityId))
      throw new SamlError('audience_mismatch', 'The assertion is for another audience', {
        found: audiences.join(', ') || 'none',
        expected: trust.entityId,
      })
  }
  return notOnOrAfter
}

function readAuthnStatement(
  assertion: XmlElement,
  now: number,
  skewMs: number,
): Pick<AssertionFacts, 'sessionIndex' | 'sessionNotOnOrAfter' | 'authnInstant'> {
  const statements = listChildren(assertion, saml, 'AuthnStatement')
  const [first] = statements
  if (first === undefined)
    fail('authn_statement_missing', 'The assertion does not say that the person signed in')
  const ends = statements.flatMap((one) => readTime(one.attributes.get('SessionNotOnOrAfter')) ?? [])
  const sessionNotOnOrAfter = ends.length === 0 ? null : Math.min(...ends)
  if (sessionNotOnOrAfter !== null && sessionNotOnOrAfter + skewMs <= now)
    fail(
      'session_expired',
      describeTime("The identity provider's session ended at", sessionNotOnOrAfter, now),
    )
  const instants = statements.flatMap((one) => readTime(one.attributes.get('AuthnInstant')) ?? [])
  const authnInstant = instants.length === 0 ? null : Math.max(...instants)
  if (authnInstant !== null && authnInstant - skewMs > now)
    fail('conditions_early', describeTime('The person signed in at', authnInstant, now))
  return {
    sessionIndex: readSessionId(first.attributes.get('SessionIndex')),
    sessionNotOnOrAfter,
    authnInstant,
  }
}

const maxAttributes = 200
const maxValues = 2_000

function readAttributes(assertion: XmlElement): Record<string, readonly string[]> {
  const attributes: Record<string, string[]> = Object.create(null)
  let values = 0
  for (const statement of listChildren(assertion, saml, 'AttributeStatement')) {
    for (const attribute of listChildren(statement, saml, 'Attribute')) {
      const name = attribute.attributes.get('Name')
      if (name === undefined || name === '') continue
      // A value with elements inside is no text: half of it would be read.
      const own = listChildren(attribute, saml, 'AttributeValue')
        .filter(({ children }) => children.length === 0)
        .map(({ text }) => text)
      values += own.length
      attributes[name] = [...(attributes[name] ?? []), ...own.filter((value) => collapse(value) !== '')]
    }
  }
  if (Object.keys(attributes).length > maxAttributes || values > maxValues)
    fail('too_deep', 'The assertion has too many attributes')
  return attributes
}

function readStableId(
  nameId: string,
  attributes: Readonly<Record<string, readonly string[]>>,
  trust: Trust,
): string {
  if (trust.stableIdAttribute === null) return nameId
  const values = attributes[trust.stableIdAttribute] ?? []
  const [value] = values
  if (values.length !== 1 || value === undefined || value.length > maxNameIdCharacters)
    fail(
      'stable_id_missing',
      `The assertion does not carry exactly one value of the stable-id attribute ${trust.stableIdAttribute}`,
    )
  assertNoSpaces(`stable-id attribute ${trust.stableIdAttribute}`, value)
  return value
}

// xs:dateTime in UTC (core §1.3.3); one that cannot be read is a fault, not an absence.
function readTime(text: string | undefined): number | null {
  if (text === undefined) return null
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
  const time = isTime ? Date.parse(text) : Number.NaN
  return Number.isNaN(time)
    ? fail('malformed', 'The assertion has a time that is not an xs:dateTime in UTC')
    : time
}

function describeTime(sentence: string, time: number | null, now: number): string {
  if (time === null) return `${sentence} no stated time`
  return `${sentence} ${new Date(time).toISOString()}; it is ${new Date(now).toISOString()} here`
}
