// From the attributes of an assertion to a profile: which names are tried, in which order. Pure; both the sign-in and the
// preview use it. Names are compared exactly as sent.
import { mappingTargets } from '@rollcall/api'

export type MappingTarget = (typeof mappingTargets)[number]

/** Names of attributes to try, in order; `NameID` stands for the NameID itself. What is not named keeps its default. */
export type AttributeMapping = Readonly<Partial<Record<MappingTarget, readonly string[]>>>

const ws2005 = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/'
const microsoft = 'http://schemas.microsoft.com/identity/claims/'
/** Entra: sent instead of the groups above 150. */
export const groupsLink = 'http://schemas.microsoft.com/claims/groups.link'

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
const looksLikeAddress = /^[^\s@<>"]+@[^\s@<>"]+$/

/** `rules` replace the defaults target by target. An e-mail address must look like one to be taken. */
export function mapAttributes(sent: SentAttributes, rules: AttributeMapping): MappedProfile {
  const values: Partial<Record<Exclude<MappingTarget, 'groups'>, string>> = {}
  const sources: Partial<Record<MappingTarget, string>> = {}
  const tooLong: MappingTarget[] = []
  for (const target of mappingTargets) {
    if (target === 'groups') continue
    const names = rules[target] ?? defaultMapping[target]
    const found = findValue(sent, names, target === 'email')
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
  isAddress: boolean,
): { readonly name: string; readonly value: string } | undefined {
  for (const name of names) {
    const value = name === 'NameID' ? sent.nameId : sent.attributes[name]?.[0]
    if (value === undefined || value === '' || isTooLong(value)) continue
    if (isAddress && !looksLikeAddress.test(value)) continue
    return { name, value }
  }
  return undefined
}

function findGroups(
  sent: SentAttributes,
  names: readonly string[],
): { readonly name: string; readonly values: readonly string[] } | undefined {
  if (sent.attributes[groupsLink] !== undefined) return undefined
  const name = names.find((one) => sent.attributes[one] !== undefined)
  return name === undefined ? undefined : { name, values: sent.attributes[name] ?? [] }
}
