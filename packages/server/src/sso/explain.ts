// A refusal in words that tell an administrator what to change, and where: in the field names of their own console.

import { toTime } from '../base/clock.ts'
import { readJson } from '../base/json.ts'
import { isPrivileged, type Rung } from '../base/rung.ts'
import type { AnchorWord } from '../connections/anchor.ts'
import type { FoundConnection } from '../connections/find.ts'
import { isAddressUnvouched } from '../mapping/attribute-rules.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import type { AssertionFacts } from '../saml/assertion.ts'
import type { ConnectionTable } from '../store/schema.ts'
import { proofOver } from './explain-state.ts'
import { commonFields, openIdFields, toSentences } from './vendor-fields.ts'

/** A refusal as it is explained: whom it met, by which connection. */
export interface Denied {
  readonly reason: SignInDenial
  /** As the identity provider names the person; null in a preview. */
  readonly who: string | null
  /** Of the account that the sign-in met, if any. */
  readonly role: string | undefined
  /** That account was made by this very sign-in. */
  readonly isNew?: boolean
  readonly connection: Pick<ConnectionTable, 'anchor_put' | 'created_at' | 'identity_provider' | 'protocol'>
  /** What came of the person. */
  readonly sent: Pick<AssertionFacts, 'stableId' | 'attributes'>
  /** The stable id by which the connection knows the account that was met. */
  readonly knownAs?: string | undefined
}

type Denial = string | ((denied: Denied) => string)

const denials: Readonly<Record<SignInDenial, Denial>> = {
  connection_inactive: 'The connection is not active. Enable it under Single Sign-On',
  user_deleted: (denied) =>
    `The person was deprovisioned; a sign-in brings nobody back. ${assign(denied, 'again')}`,
  user_deactivated:
    'The person is deactivated; a sign-in brings nobody back. Reactivate them where they are managed',
  user_blocked: ({ isNew }) =>
    isNew === true
      ? 'An administrator blocked this person before the directory removed them, and a new account ends no block: the one that this sign-in made is blocked. Lift the block under Users'
      : 'An administrator has blocked this person. Lift the block under Users',
  anchor_unconfirmed: explainUnconfirmed,
  identity_changed: explainChanged,
  owner_must_link:
    'An owner is never linked by address, externalId or userName: the owner opens the settings through a portal link that the operator makes, and makes a test sign-in',
  administrator_must_link:
    'Somebody gave this person the role of an administrator by hand, and what this sign-in brings (address, externalId, userName) came to the account since then, so it proves nothing of them. If it is they, an owner or administrator takes the role away under Users and gives it again, which confirms what the account says now; or the operator writes their recovery address, or makes a portal link of role admin that names their address. If it is not, correct the directory',
  not_followed:
    "The directory provisioned a person of this externalId or userName, but this connection does not follow the directory, so what it sends is not taken for the directory's. If its people are the directory's, an administrator sets followsDirectory of the connection",
  address_ambiguous: 'Several users have this address, so it links nobody. Correct the addresses',
  address_missing: explainAddress,
  address_inexact: explainInexact,
  domain_not_verified:
    "The address is in no domain that this organization has proved. Add and verify the domain, or correct the person's address",
  domain_not_tied:
    'The address is in a domain that this organization has proved, but the domain is not tied to this connection. If the connection speaks for it, an administrator ties it under Verified Domains (connectionIds in the API)',
  user_name_taken: 'Another user has this userName. Correct it, or map another userName',
  not_provisioned: (denied) =>
    `SCIM mode: the person has not been provisioned. ${assign(denied, 'to the application')}`,
  proof_over: proofOver,
}

/** One or two sentences: why, then who does what. */
export function explainDenial(denied: Denied): string {
  const words = denials[denied.reason]
  const text = typeof words === 'string' ? words : words(denied)
  return toSentences(`${text}${denied.who === null ? '' : ` (${denied.who})`}.`)
}

function assign({ connection }: Denied, how: string): string {
  const { name, assignment } = commonFields(connection)
  return `Assign them ${how} in ${name}: ${assignment}`
}

function explainAddress({ sent, connection }: Denied): string {
  const { name, attributes } = commonFields(connection)
  const came = `What came: ${listNames(sent.attributes, connection.protocol)}`
  if (isAddressUnvouched(sent.attributes)) {
    const { person: where } = openIdFields[connection.identity_provider]
    return `${name} calls the address of this person unverified (email_verified is not true), so it is not used. Have it verified there (${where}). ${came}`
  }
  const what = connection.protocol === 'oidc' ? 'claim (scope email)' : 'attribute'
  return `There is no usable e-mail address in what came. Let ${name} send one as the ${what} "email" (${attributes}), or name the one that bears it in the attribute mapping. ${came}`
}

// Whose it is is said as far as it is known: of an administrator, or of anybody who is here, is awaited or was removed.
function explainInexact({ role, connection }: Denied): string {
  const { name, attributes } = commonFields(connection)
  const where =
    'it was found where an address only seems to be: under a name that counts in other letters, in what somebody is called there (upn, preferred_username), behind other values, or in white space'
  const why =
    role !== undefined && isPrivileged(role)
      ? `The address leads to somebody who administers, and ${where}. Nobody who administers is known by that`
      : `The address, or a name like it, is that of an account, an open invitation or somebody who was removed, and ${where}. People may often write that themselves, so nobody is taken for another by it`
  const own = role === undefined ? '' : ', or let the person link the identity in a session of their own'
  return `${why}. Have ${name} send the address as "email" (${attributes}), or name its attribute exactly in the attribute mapping${own}`
}

const maxNames = 20

// Names alone: values are the person's.
function listNames(attributes: AssertionFacts['attributes'], protocol: string): string {
  const names = Object.keys(attributes)
  const shown = names
    .slice(0, maxNames)
    .map((name) => quote(name.length > 100 ? `${name.slice(0, 100)}…` : name))
  const more = names.length > maxNames ? [`${names.length - maxNames} more`] : []
  return [...(protocol === 'oidc' ? [] : ['NameID']), ...shown, ...more].join(', ')
}

function explainChanged({ role, sent, knownAs, connection }: Denied): string {
  const who = role === 'owner' ? 'an owner or the operator unlinks' : 'an administrator unlinks'
  const mend = `If it is the same person, ${who} the old identity under Users, or the person links the new one in a session of their own`
  const isCase =
    knownAs !== undefined &&
    knownAs !== sent.stableId &&
    knownAs.toLowerCase() === sent.stableId.toLowerCase()
  if (!isCase) return `The person is known by another identity of this connection. ${mend}`
  const { name, nameId } = commonFields(connection)
  return `The person is known by another spelling of this name: ${quote(knownAs)} and what came differ in upper and lower case alone, and names are compared exactly. Have ${name} send what does not change (${nameId}), or let the connection take both for one name, of people who administer nothing (ignoreNameIdCase). ${mend}`
}

// Who changed what the sign-in rests on, who confirms it, and what the person does now.
function explainUnconfirmed({ role, connection }: Denied): string {
  const put = `What this connection trusts was ${describePut(connection)}`
  if (role === undefined || !isPrivileged(role))
    return `${put}, and no administrator has confirmed it: externalId and userName of the directory do not count here until then. An administrator, an owner or the operator compares it with the identity provider and confirms it under Single Sign-On`
  const isOwner = role === 'owner'
  const [person, whoConfirms] = isOwner
    ? ['an owner', 'An owner or the operator']
    : ['an administrator', 'An administrator, an owner or the operator']
  const confirmed = isOwner ? 'no owner has confirmed it' : 'no administrator has confirmed it'
  return `${put}, and ${confirmed}, so it signs in nobody who is ${person}. ${whoConfirms} compares it with the identity provider and confirms it under Single Sign-On. Until then the person signs in by another connection, or opens the settings through a portal link that the operator makes`
}

function describePut({ anchor_put: text, created_at: createdAt }: Denied['connection']): string {
  if (text === null) return `entered when the connection was made, on ${toTime(createdAt).slice(0, 10)}`
  const { kind, id, rung, at } = readJson<AnchorWord>(text)
  const by = id === null ? rungWords[rung] : `${rungWords[rung]} (${kind.replaceAll('_', ' ')} ${id})`
  return `put in place by ${by} on ${toTime(at).slice(0, 10)}`
}

const rungWords: Readonly<Record<Rung, string>> = {
  person: 'a person',
  connection: 'the identity provider',
  directory: 'the directory',
  contact: 'a set-up contact',
  administrator: 'an administrator',
  owner: 'an owner',
  operator: 'the operator',
}

/** After a sign-in: what the identity provider sent and was not kept. */
export function explainWithheld(names: readonly string[]): string {
  return names.length === 0 ? '' : ` Not kept, because it is too large: ${names.join(', ')}.`
}

/** After a first sign-in: which other accounts say that the address is theirs. */
export function explainOutranked(names: readonly string[]): string {
  if (names.length === 0) return ''
  const shown = names.slice(0, 3).map(quote).join(', ')
  const rest = names.length > 3 ? ' and others' : ''
  return ` ${shown}${rest} ${names.length === 1 ? 'has' : 'have'} the same address, which counts for less there: correct it where these accounts come from.`
}

/** After a first sign-in: the address came under a name that is none of those that count. */
export function explainSoft(name: string | undefined): string {
  return name === undefined
    ? ''
    : ` The address was found in ${quote(name)}, which does not plainly say it (another name than those that count, a further value, or white space): applications are told that it is unverified, and it leads to nobody who administers. Have it sent as "email", or name the attribute in the attribute mapping.`
}

/** After a sign-in by another spelling of a NameID. */
export function explainRespelled(before: string | undefined): string {
  return before === undefined
    ? ''
    : ` The NameID came in other upper and lower case than before (${quote(before)}); the connection takes both for one name (ignoreNameIdCase).`
}

/** Rules for roles that had nothing to go by. */
export function explainGroups(
  { row }: Pick<FoundConnection, 'row'>,
  { attributes }: Pick<AssertionFacts, 'attributes'>,
): string {
  const { name, attributes: field } = commonFields(row)
  return ` Rules for roles name groups, and no groups came: have ${name} send them as "groups" (${field}), or name the attribute in the attribute mapping. What came: ${listNames(attributes, row.protocol)}.`
}

function quote(text: string | undefined): string {
  return JSON.stringify(text ?? '')
}
