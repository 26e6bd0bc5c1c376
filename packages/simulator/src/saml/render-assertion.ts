// Writes the Assertion, as the chosen vendor writes it; unsigned (SAML core §2).

import { escapeMarkup, renderAttribute } from '../web/markup.ts'
import { toInstant, urns } from './names.ts'
import type { Omittable, ResponseOptions } from './response-options.ts'
import { type VendorShape, vendorShapes } from './vendor-shapes.ts'

const xs = 'http://www.w3.org/2001/XMLSchema'
const xsi = 'http://www.w3.org/2001/XMLSchema-instance'

/** The qualified name of an assertion's element in this vendor's prefix. */
export function toTag(shape: VendorShape, name: string): string {
  return shape.assertionPrefix === '' ? name : `${shape.assertionPrefix}:${name}`
}

/** ` xmlns…="…assertion"` with its leading space, for the vendor's prefix. */
export function declareAssertionNamespace(shape: VendorShape): string {
  const name = shape.assertionPrefix === '' ? 'xmlns' : `xmlns:${shape.assertionPrefix}`
  return renderAttribute(name, urns.assertion)
}

/** Declares every namespace that it uses, so that it can be taken out and encrypted. */
export function renderAssertion(options: ResponseOptions, assertionId: string): string {
  const shape = vendorShapes[options.shape ?? 'generic']
  const tag = toTag(shape, 'Assertion')
  const types = shape.valueType === undefined ? '' : ` xmlns:xs="${xs}" xmlns:xsi="${xsi}"`
  const isLeftOut = leftOut(options)
  const id = renderAttribute('ID', isLeftOut('AssertionId') ? undefined : assertionId)
  const instant = toInstant(options.issueInstant ?? options.now)
  const authn = renderAuthnStatement(options, shape, assertionId)
  const statements = shape.isAuthnStatementLast
    ? renderAttributes(options, shape) + authn
    : authn + renderAttributes(options, shape)
  return `<${tag}${declareAssertionNamespace(shape)}${types}${id} IssueInstant="${instant}" Version="2.0">${
    isLeftOut('AssertionIssuer')
      ? ''
      : renderIssuer(shape, options.assertionIssuer ?? options.idpEntityId, false)
  }${renderSubject(options, shape)}${renderConditions(options, shape)}${
    options.extraXml?.afterConditions ?? ''
  }${statements}${options.extraXml?.assertionEnd ?? ''}</${tag}>`
}

/** `declares`: whether the element stands outside the assertion and must declare the namespace itself. */
export function renderIssuer(shape: VendorShape, entityId: string, declares: boolean): string {
  const tag = toTag(shape, 'Issuer')
  const namespace = declares ? declareAssertionNamespace(shape) : ''
  return `<${tag}${namespace}${renderAttribute('Format', shape.issuerFormat)}>${escapeMarkup(entityId)}</${tag}>`
}

/** Asks the options whether something is to be left out. */
export function leftOut(options: ResponseOptions): (what: Omittable) => boolean {
  const omitted = new Set(options.omit)
  return (what) => omitted.has(what)
}

function renderSubject(options: ResponseOptions, shape: VendorShape): string {
  const isLeftOut = leftOut(options)
  if (isLeftOut('Subject')) return ''
  const format = options.nameIdFormat ?? shape.nameIdFormat
  const nameIdTag = toTag(shape, 'NameID')
  const nameId = isLeftOut('NameID')
    ? ''
    : `<${nameIdTag}${renderAttribute('Format', format)}>${escapeMarkup(options.nameId)}</${nameIdTag}>`
  const confirmation = isLeftOut('SubjectConfirmation') ? '' : renderConfirmation(options, shape)
  const tag = toTag(shape, 'Subject')
  return `<${tag}>${nameId}${confirmation}${options.extraXml?.subject ?? ''}</${tag}>`
}

function renderConfirmation(options: ResponseOptions, shape: VendorShape): string {
  const isLeftOut = leftOut(options)
  const method = renderAttribute('Method', options.confirmationMethod ?? urns.bearer)
  const inResponseTo =
    'confirmationInResponseTo' in options ? options.confirmationInResponseTo : options.inResponseTo
  const until = options.confirmationNotOnOrAfter ?? options.now + shape.validForSeconds * 1_000
  const data = [
    renderAttribute('InResponseTo', isLeftOut('ConfirmationInResponseTo') ? undefined : inResponseTo),
    renderAttribute('NotOnOrAfter', isLeftOut('ConfirmationNotOnOrAfter') ? undefined : toInstant(until)),
    renderAttribute('Recipient', isLeftOut('Recipient') ? undefined : (options.recipient ?? options.acsUrl)),
  ].join('')
  const inner = isLeftOut('SubjectConfirmationData')
    ? ''
    : `<${toTag(shape, 'SubjectConfirmationData')}${data}/>`
  const tag = toTag(shape, 'SubjectConfirmation')
  return `<${tag}${method}>${inner}</${tag}>`
}

function renderConditions(options: ResponseOptions, shape: VendorShape): string {
  const isLeftOut = leftOut(options)
  if (isLeftOut('Conditions')) return ''
  const from = options.notBefore ?? options.now - shape.validBeforeSeconds * 1_000
  const until = options.notOnOrAfter ?? options.now + shape.validForSeconds * 1_000
  const times =
    renderAttribute('NotBefore', isLeftOut('ConditionsNotBefore') ? undefined : toInstant(from)) +
    renderAttribute('NotOnOrAfter', isLeftOut('ConditionsNotOnOrAfter') ? undefined : toInstant(until))
  const restriction = toTag(shape, 'AudienceRestriction')
  const audience = toTag(shape, 'Audience')
  const restrictions = (isLeftOut('AudienceRestriction') ? [] : (options.audiences ?? [[options.audience]]))
    .map((names) => names.map((name) => `<${audience}>${escapeMarkup(name)}</${audience}>`).join(''))
    .map((inner) => `<${restriction}>${inner}</${restriction}>`)
  const tag = toTag(shape, 'Conditions')
  return `<${tag}${times}>${restrictions.join('')}${options.extraXml?.conditions ?? ''}</${tag}>`
}

function renderAuthnStatement(options: ResponseOptions, shape: VendorShape, assertionId: string): string {
  const isLeftOut = leftOut(options)
  if (isLeftOut('AuthnStatement')) return ''
  const ownEnd = shape.sessionSeconds === undefined ? undefined : options.now + shape.sessionSeconds * 1_000
  const end = options.sessionNotOnOrAfter ?? ownEnd
  const attributes =
    renderAttribute('AuthnInstant', toInstant(options.issueInstant ?? options.now)) +
    renderAttribute(
      'SessionIndex',
      isLeftOut('SessionIndex') ? undefined : (options.sessionIndex ?? assertionId),
    ) +
    renderAttribute('SessionNotOnOrAfter', end === undefined ? undefined : toInstant(end))
  const tag = toTag(shape, 'AuthnStatement')
  const context = toTag(shape, 'AuthnContext')
  const reference = toTag(shape, 'AuthnContextClassRef')
  return `<${tag}${attributes}><${context}><${reference}>${urns.password}</${reference}></${context}></${tag}>`
}

function renderAttributes(options: ResponseOptions, shape: VendorShape): string {
  const entries = Object.entries(options.attributes ?? {})
  const extra = options.extraXml?.attributes ?? ''
  if (leftOut(options)('AttributeStatement') || (entries.length === 0 && extra === '')) return ''
  const rows = entries.flatMap(([name, values]) =>
    shape.repeatsAttributes ? values.map((value) => [name, [value]] as const) : [[name, values] as const],
  )
  const tag = toTag(shape, 'AttributeStatement')
  return `<${tag}>${rows.map(([name, values]) => renderOne(shape, name, values)).join('')}${extra}</${tag}>`
}

function renderOne(shape: VendorShape, name: string, values: readonly string[]): string {
  const tag = toTag(shape, 'Attribute')
  const value = toTag(shape, 'AttributeValue')
  const type = renderAttribute('xsi:type', shape.valueType)
  const inner = values.map((text) => `<${value}${type}>${escapeMarkup(text)}</${value}>`).join('')
  return `<${tag}${renderAttribute('Name', name)}${renderAttribute('NameFormat', shape.attributeNameFormat)}>${inner}</${tag}>`
}
