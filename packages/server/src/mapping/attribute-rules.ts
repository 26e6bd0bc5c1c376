// The room `server/mapping`: what one form of a person or a group is in another, as pure functions. It reads no row and writes none.
//
// An assertion: `attribute-rules` finds a value for each target, `assertion-user` lays the values over the SCIM resource.
// Groups: `roles` goes through the rules of the organization and says which role they give.
// Columns: `user-columns` and `group-columns` are the only places where the name of a SCIM attribute meets a column.
// Sizes: `bounds` says how much of all that is kept. For events and screens, `user-state` makes a few plain fields of a resource.
//
// From the attributes of an assertion to a profile: which names are tried, in which order. Pure; both the sign-in and the
// preview use it. Names are compared exactly as sent; where none of them came, one that plainly means the same is taken, and said to be such.
import { mappingTargets } from '@rollcall/api'
import { readAddress } from '../base/address.ts'
import { hasSpaceAtAnEnd, strip } from '../base/spaces.ts'
import { type AlikeNames, listAlike, listAlikeWhole } from './alike-names.ts'

/** A field that attributes can fill. */
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
    'http://schemas.auth0.com/groups',
    // eduPersonAffiliation.
    'urn:oid:1.3.6.1.4.1.5923.1.1.1.1',
    'eduPersonAffiliation',
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

/** What a sign-in brought of somebody. */
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
  /**
   * What was found under a name that only looks like one of those that count, or in white space: good for nobody who is known already.
   * Further values of an address are the same.
   */
  readonly soft?: readonly MappingTarget[]
  /** Where several came: all values of the address, as readAddress spells them. */
  readonly addresses?: readonly string[]
}

const maxCharacters = 512

/** `rules` replace the defaults target by target. An e-mail address must be one to be taken, and is given as readAddress spells it. */
export function mapAttributes(sent: SentAttributes, rules: AttributeMapping): MappedProfile {
  const values: Partial<Record<Exclude<MappingTarget, 'groups'>, string>> = {}
  const sources: Partial<Record<MappingTarget, string>> = {}
  const tooLong: MappingTarget[] = []
  const soft: MappingTarget[] = []
  let addresses: readonly string[] = []
  for (const target of mappingTargets) {
    if (target === 'groups') continue
    // Whose issuer does not vouch for their address has none by default: what else looks like one is the same address.
    const isUnvouched = target === 'email' && isAddressUnvouched(sent.attributes)
    const names = rules[target] ?? (isUnvouched ? [] : defaultMapping[target])
    const found =
      findValue(sent, names, target) ??
      (isUnvouched ? undefined : findAlike(sent, target, rules[target], (text) => readValue(text, target)))
    if (found === undefined) {
      if (names.some((name) => isTooLong(sent.attributes[name]?.[0]))) tooLong.push(target)
      continue
    }
    values[target] = found.value
    sources[target] = found.name
    if (found.isSoft) soft.push(target)
    if (target === 'email') addresses = listAddresses(sent.attributes[found.name] ?? [])
  }
  const groups = findGroups(sent, rules.groups)
  if (groups !== undefined) sources.groups = groups.name
  if (groups?.isSoft === true) soft.push('groups')
  return {
    values,
    groups: groups?.values ?? null,
    sources,
    ...(tooLong.length === 0 ? {} : { tooLong }),
    ...(soft.length === 0 ? {} : { soft }),
    ...(addresses.length < 2 ? {} : { addresses }),
  }
}

/** The groups alone of the same profile. */
export function mapGroups(
  sent: SentAttributes,
  rules: AttributeMapping,
): Pick<MappedProfile, 'groups' | 'soft'> {
  const groups = findGroups(sent, rules.groups)
  return { groups: groups?.values ?? null, ...(groups?.isSoft === true ? { soft: ['groups'] } : {}) }
}

/** Whether whoever sent it says that the person's address is nothing to go by. */
export function isAddressUnvouched(attributes: SentAttributes['attributes']): boolean {
  return attributes.email_verified?.[0] === 'false'
}

function isTooLong(value: string | undefined): boolean {
  return value !== undefined && value.length > maxCharacters
}

interface Found {
  readonly name: string
  readonly value: string
  readonly isSoft: boolean
}

function findValue(sent: SentAttributes, names: readonly string[], target: MappingTarget): Found | undefined {
  for (const name of names) {
    const texts = name === 'NameID' ? [sent.nameId] : (sent.attributes[name] ?? [])
    // Of what is shown, the first value; of an address, the first that is one.
    const read = target === 'email' ? readFirstAddress(texts) : readExactly(texts[0], target)
    if (read !== undefined) return { name, ...read }
  }
  return undefined
}

function readExactly(text: string | undefined, target: MappingTarget): Omit<Found, 'name'> | undefined {
  const value = text === undefined || isTooLong(text) ? undefined : readValue(text, target)
  return value === undefined || value === '' ? undefined : { value, isSoft: false }
}

// White space as XML has it stands round an address where somebody wrapped a line, and is no part of it.
function readFirstAddress(texts: readonly string[]): Omit<Found, 'name'> | undefined {
  for (const [at, text] of texts.entries()) {
    if (isTooLong(text)) continue
    const exact = readAddress(text)?.address
    const value = exact ?? readBare(text)
    if (value !== undefined) return { value, isSoft: at > 0 || exact === undefined }
  }
  return undefined
}

function readBare(text: string): string | undefined {
  return readAddress(strip(text))?.address
}

function listAddresses(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => (isTooLong(text) ? [] : (readBare(text) ?? []))))]
}

// What is shown is tidied; what is compared is taken exactly, or not at all.
function readValue(text: string, target: MappingTarget): string | undefined {
  if (target === 'email') return readBare(text)
  if (target === 'userName') return hasSpaceAtAnEnd(text) ? undefined : text
  return text.trim()
}

// Two names that mean the same and say different things mean nothing.
function findAlike(
  sent: SentAttributes,
  target: MappingTarget,
  rule: readonly string[] | undefined,
  read: (text: string) => string | undefined,
): Found | undefined {
  for (const names of listCandidates(sent, target, rule)) {
    const found = names.flatMap((name) => {
      const text = sent.attributes[name]?.[0]
      const value = text === undefined || isTooLong(text) ? undefined : read(text)
      return value === undefined || value === '' ? [] : [{ name, value, isSoft: true }]
    })
    const isPlain = new Set(found.map(({ value }) => value.toLowerCase())).size === 1
    if (found.length > 0) return isPlain ? found[0] : undefined
  }
  return undefined
}

// A rule of the organization is meant whole; of what vendors send, the last part says what it is.
function listCandidates(
  { attributes }: SentAttributes,
  target: MappingTarget,
  rule: readonly string[] | undefined,
): AlikeNames {
  const names = Object.keys(attributes)
  return rule === undefined ? listAlike(names, target) : listAlikeWhole(names, rule)
}

function findGroups(
  sent: SentAttributes,
  rule: readonly string[] | undefined,
): { readonly name: string; readonly values: readonly string[]; readonly isSoft: boolean } | undefined {
  if (areGroupsElsewhere(sent.attributes)) return undefined
  const name = (rule ?? defaultMapping.groups).find((one) => sent.attributes[one] !== undefined)
  if (name !== undefined) return { name, values: sent.attributes[name] ?? [], isSoft: false }
  const [alike, another] = listCandidates(sent, 'groups', rule).flat()
  if (alike === undefined || another !== undefined) return undefined
  return { name: alike, values: sent.attributes[alike] ?? [], isSoft: true }
}
