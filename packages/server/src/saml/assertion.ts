// Reads an assertion from the bytes that a signature covers, and holds it against what this connection expects
// (SAML core §2.3 to §2.7, profiles §4.1.4.3). Pure; the clock is an argument.
import { type Sentence, say } from '@rollcall/api/sentences'
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
    throw new SamlError('not_a_response', say('assertion_signed_other'))
  const skewMs = Math.min(trust.clockSkewSeconds, 300) * 1_000
  const issuer = listChildren(assertion, saml, 'Issuer')
  const entityId = trust.identityProvider.entityId
  const found = issuer[0] === undefined ? undefined : collapse(issuer[0].text)
  if (issuer.length !== 1 || found !== entityId)
    throw new SamlError('issuer_mismatch', say('assertion_issuer'), {
      found: found ?? 'none',
      expected: entityId,
    })
  const subject = only(assertion, 'Subject') ?? fail('name_id_missing', say('assertion_subject_missing'))
  const attributes = readAttributes(assertion)
  const { nameId, format, qualifiers } = readNameId(subject, trust)
  const confirmation = findConfirmation(subject, trust, now, skewMs)
  const conditionsEnd = assertConditions(assertion, trust, now, skewMs)
  const session = readAuthnStatement(assertion, now, skewMs)
  const issueInstant =
    readTime(assertion.attributes.get('IssueInstant')) ?? fail('malformed', say('assertion_undated'))
  if (issueInstant - skewMs > now)
    fail('conditions_early', say('assertion_issued_later', toTimes(issueInstant, now)))
  // Whatever it says of its own validity, it answers a request of this hour; longer it need not be remembered either.
  const usableUntil = issueInstant + maxUseMs
  if (usableUntil + skewMs <= now)
    fail('conditions_expired', say('assertion_hour_over', toTimes(usableUntil, now)))
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

function fail(code: SamlError['code'], found: Sentence): never {
  throw new SamlError(code, found)
}

function only(parent: XmlElement, name: string): XmlElement | undefined {
  const found = listChildren(parent, saml, name)
  if (found.length > 1) fail('malformed', say('assertion_elements', { name }))
  return found[0]
}

function readId(assertion: XmlElement): string {
  const id = assertion.attributes.get('ID') ?? ''
  if (id === '' || id.length > 512) fail('malformed', say('assertion_id'))
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
    fail('name_id_missing', say('assertion_name_missing'))
  if (nameId.length > maxNameIdCharacters) fail('name_id_missing', say('name_id_long'))
  assertNoSpaces(nameId, say('name_id_spaced'))
  const format = found[0]?.attributes.get('Format') ?? null
  if (format === transient && trust.stableIdAttribute === null)
    fail('name_id_transient', say('name_id_changing'))
  return { nameId, format, qualifiers: readQualifiers(found[0]) }
}

// A name with a space in front is another name, and looks like the same: whoever may choose it could pass for somebody else.
function assertNoSpaces(value: string, found: Sentence): void {
  if (hasSpaceAtAnEnd(value)) fail('name_id_spaces', found)
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
  throw refusal ?? new SamlError('confirmation_missing', say('assertion_bearer_missing'))
}

function judgeConfirmation(
  data: XmlElement | undefined,
  trust: Trust,
  now: number,
  skewMs: number,
): Confirmation | SamlError {
  const recipient = data?.attributes.get('Recipient')
  if (recipient !== trust.acsUrl)
    return new SamlError('recipient_mismatch', say('assertion_recipient'), {
      found: recipient ?? 'none',
      expected: trust.acsUrl,
    })
  const notOnOrAfter = readTime(data?.attributes.get('NotOnOrAfter'))
  if (notOnOrAfter === null || notOnOrAfter + skewMs <= now)
    return new SamlError(
      'confirmation_expired',
      notOnOrAfter === null
        ? say('assertion_over_unstated')
        : say('assertion_over', toTimes(notOnOrAfter, now)),
    )
  const notBefore = readTime(data?.attributes.get('NotBefore'))
  if (notBefore !== null && notBefore - skewMs > now)
    return new SamlError('conditions_early', say('assertion_usable_later', toTimes(notBefore, now)))
  return { inResponseTo: data?.attributes.get('InResponseTo') ?? null, notOnOrAfter }
}

const knownConditions = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'])

/** The end of validity, if one is given (core §2.5.1). */
function assertConditions(assertion: XmlElement, trust: Trust, now: number, skewMs: number): number | null {
  const conditions = only(assertion, 'Conditions')
  const notBefore = readTime(conditions?.attributes.get('NotBefore'))
  const notOnOrAfter = readTime(conditions?.attributes.get('NotOnOrAfter'))
  if (notBefore !== null && notBefore - skewMs > now)
    fail('conditions_early', say('assertion_valid_later', toTimes(notBefore, now)))
  if (notOnOrAfter !== null && notOnOrAfter + skewMs <= now)
    fail('conditions_expired', say('assertion_valid_over', toTimes(notOnOrAfter, now)))
  // Core §2.5.1: whoever does not understand a condition cannot say that it is met.
  const isUnknown = conditions?.children.some(
    ({ namespace, name }) => namespace !== saml || !knownConditions.has(name),
  )
  if (isUnknown === true) fail('malformed', say('assertion_condition'))
  const restrictions = conditions === undefined ? [] : listChildren(conditions, saml, 'AudienceRestriction')
  if (restrictions.length === 0) fail('audience_missing', say('assertion_audience_missing'))
  for (const restriction of restrictions) {
    const audiences = listChildren(restriction, saml, 'Audience').map(({ text }) => collapse(text))
    if (!audiences.includes(trust.entityId))
      throw new SamlError('audience_mismatch', say('assertion_audience'), {
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
  if (first === undefined) fail('authn_statement_missing', say('assertion_sign_in_missing'))
  const ends = statements.flatMap((one) => readTime(one.attributes.get('SessionNotOnOrAfter')) ?? [])
  const sessionNotOnOrAfter = ends.length === 0 ? null : Math.min(...ends)
  if (sessionNotOnOrAfter !== null && sessionNotOnOrAfter + skewMs <= now)
    fail('session_expired', say('assertion_session_over', toTimes(sessionNotOnOrAfter, now)))
  const instants = statements.flatMap((one) => readTime(one.attributes.get('AuthnInstant')) ?? [])
  const authnInstant = instants.length === 0 ? null : Math.max(...instants)
  if (authnInstant !== null && authnInstant - skewMs > now)
    fail('conditions_early', say('assertion_signed_in_later', toTimes(authnInstant, now)))
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
    fail('too_deep', say('assertion_attributes'))
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
    fail('stable_id_missing', say('stable_id_values', { name: trust.stableIdAttribute }))
  assertNoSpaces(value, say('stable_id_spaced', { name: trust.stableIdAttribute }))
  return value
}

// xs:dateTime in UTC (core §1.3.3); one that cannot be read is a fault, not an absence.
function readTime(text: string | undefined): number | null {
  if (text === undefined) return null
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)
  const time = isTime ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? fail('malformed', say('assertion_time')) : time
}

function toTimes(time: number, now: number): { readonly time: string; readonly now: string } {
  return { time: new Date(time).toISOString(), now: new Date(now).toISOString() }
}
