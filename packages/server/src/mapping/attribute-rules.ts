// From the attributes of an assertion to a profile: which names are tried, in which order. Pure; both the sign-in and the
// preview use it. Names are compared exactly as sent.
import { mappingTargets } from '@rollcall/api'
import { readAddress } from '../base/address.ts'
import { hasSpaceAtAnEnd } from '../base/spaces.ts'

export type MappingTarget = (typeof mappingTargets)[number]

/** Names of attributes to try, in order; `NameID` stands for the NameID itself. What is not named keeps its default. */
export type AttributeMapping = Readonly<Partial<Record<MappingTarget, readonly string[]>>>

const ws2005 = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/'
const microsoft = 'http://schemas.microsoft.com/identity/claims/'
/** Entra in SAML: sent instead of the groups above 150. */
export const groupsLink = 'http://schemas.microsoft.com/claims/groups.link'

/** Whether the groups lie elsewhere, because there were too many to be sent: what was sent says nothing of them. */
export function areGroupsElsewhere(attributes: SentAttributes['attributes']): boolean {
  return (
    attributes[groupsLink] !== undefined ||
    // Entra by OpenID Connect, above 200 (Core §5.6.2), and what it puts in their place in a shorter token.
    attributes._claim_names?.includes('groups') === true ||
    attributes.hasgroups?.[0] === 'true' ||
    Object.keys(attributes).some((name) => /^groups:src\d+$/.test(name))
  )
}

/** What each vendor sends unasked, or is told to send by our guides: plain names, claim URIs, then object identifiers. */
export const defaultMapping: Readonly<Record<MappingTarget, readonly string[]>> = {
  userName: ['userName', 'username', 'NameID'],
  email: [
    'email',
    'mail',
    'User.email',
    'Email',
    `${ws2005}emailaddress`,
    'urn:oid:0.9.2342.19200300.100.1.3',
    // Keycloak's own mapper.
    'urn:oid:1.2.840.113549.1.9.1',
    'urn:oid:1.3.6.1.4.1.5923.1.1.1.6',
    `${ws2005}upn`,
    `${ws2005}name`,
    'NameID',
  ],
  givenName: [
    'firstName',
    'givenName',
    'firstname',
    'User.FirstName',
    `${ws2005}givenname`,
    'urn:oid:2.5.4.42',
    'given_name',
  ],
  familyName: [
    'lastName',
    'familyName',
    'lastname',
    'sn',
    'User.LastName',
    `${ws2005}surname`,
    'urn:oid:2.5.4.4',
    'family_name',
  ],
  displayName: [
    'displayName',
    `${microsoft}displayname`,
    'urn:oid:2.16.840.1.113730.3.1.241',
    'cn',
    'urn:oid:2.5.4.3',
    'name',
  ],
  groups: [
    'groups',
    'memberOf',
    'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
    'http://schemas.xmlsoap.org/claims/Group',
    'urn:oid:1.3.6.1.4.1.5923.1.5.1.1',
  ],
  title: ['title', 'jobTitle'],
  nickName: ['nickName'],
  preferredLanguage: ['preferredLanguage'],
  locale: ['locale'],
  timezone: ['timezone'],
  employeeNumber: ['employeeNumber', 'employeeId'],
  department: ['department'],
  division: ['division'],
  organization: ['organization'],
  costCenter: ['costCenter'],
}

export interface SentAttributes {
  readonly nameId: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

/** What a person is, as far as the assertion says; absent means that nothing was sent. */
export interface MappedProfile {
  readonly values: Readonly<Partial<Record<Exclude<MappingTarget, 'groups'>, string>>>
  /** Null: no groups claim at all, or Entra's link in its place. */
  readonly groups: readonly string[] | null
  /** Which name gave each value. */
  readonly sources: Readonly<Partial<Record<MappingTarget, string>>>
  /** What was sent, but longer than is taken from an assertion. */
  readonly tooLong?: readonly MappingTarget[]
}

const maxCharacters = 512

/** `rules` replace the defaults target by target. An e-mail address must be one to be taken, and is given as readAddress spells it. */
export function mapAttributes(sent: SentAttributes, rules: AttributeMapping): MappedProfile {
  const values: Partial<Record<Exclude<MappingTarget, 'groups'>, string>> = {}
  const sources: Partial<Record<MappingTarget, string>> = {}
  const tooLong: MappingTarget[] = []
  for (const target of mappingTargets) {
    if (target === 'groups') continue
    // Whose issuer does not vouch for their address has none by default: what else looks like one is the same address.
    const isUnvouched = target === 'email' && sent.attributes.email_verified?.[0] === 'false'
    const names = rules[target] ?? (isUnvouched ? [] : defaultMapping[target])
    const found = findValue(sent, names, target)
    if (found === undefined) {
      if (names.some((name) => isTooLong(sent.attributes[name]?.[0]))) tooLong.push(target)
      continue
    }
    values[target] = found.value
    sources[target] = found.name
  }
  const groups = findGroups(sent, rules.groups ?? defaultMapping.groups)
  if (groups !== undefined) sources.groups = groups.name
  const found = { values, groups: groups?.values ?? null, sources }
  return tooLong.length === 0 ? found : { ...found, tooLong }
}

function isTooLong(value: string | undefined): boolean {
  return value !== undefined && value.length > maxCharacters
}

function findValue(
  sent: SentAttributes,
  names: readonly string[],
  target: MappingTarget,
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const text = name === 'NameID' ? sent.nameId : sent.attributes[name]?.[0]
    const value = text === undefined || isTooLong(text) ? undefined : readValue(text, target)
    if (value !== undefined && value !== '') return { name, value }
  }
  return undefined
}

// What is shown is tidied; what is compared is taken exactly, or not at all.
function readValue(text: string, target: MappingTarget): string | undefined {
  if (target === 'email') return readAddress(text)?.address
  if (target === 'userName') return hasSpaceAtAnEnd(text) ? undefined : text
  return text.trim()
}

function findGroups(
  sent: SentAttributes,
  names: readonly string[],
): { readonly name: string; readonly values: readonly string[] } | undefined {
  if (areGroupsElsewhere(sent.attributes)) return undefined
  const name = names.find((one) => sent.attributes[one] !== undefined)
  return name === undefined ? undefined : { name, values: sent.attributes[name] ?? [] }
}
