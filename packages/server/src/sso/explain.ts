// A refusal in words that tell an administrator what to change, and where: in the field names of their own console.
import type { Connection } from '@rollcall/api'
import { toTime } from '../base/clock.ts'
import { isPrivileged, type Rung } from '../base/rung.ts'
import type { AnchorWord } from '../connections/anchor.ts'
import type { SignInDenial } from '../provisioning/decide-sign-in.ts'
import type { Mismatch, SamlCode } from '../saml/saml-error.ts'
import type { Refusal } from '../sign-ins/sign-ins.ts'
import type { ConnectionTable } from '../store/schema.ts'

type Vendor = Connection['identityProvider']

interface Fields {
  readonly name: string
  readonly acs: string
  readonly audience: string
  /** How to send a stable, non-empty NameID. */
  readonly nameId: string
  /** How to choose signature algorithms. */
  readonly signing: string
}

/** Field names as each console writes them. */
export const vendorFields: Readonly<Record<Vendor, Fields>> = {
  okta: {
    name: 'Okta',
    acs: 'Single sign on URL',
    audience: 'Audience URI (SP Entity ID)',
    nameId: 'Name ID format and Application username',
    signing: 'Show Advanced Settings > Signature Algorithm and Digest Algorithm',
  },
  entra: {
    name: 'Entra ID',
    acs: 'Reply URL (Assertion Consumer Service URL)',
    audience: 'Identifier (Entity ID)',
    nameId: 'Attributes & Claims > Unique User Identifier (Name ID)',
    signing: 'SAML Signing Certificate > Signing Option and Signing Algorithm',
  },
  google: {
    name: 'Google Workspace',
    acs: 'ACS URL',
    audience: 'Entity ID',
    nameId: 'Service provider details > Name ID',
    signing: 'Service provider details > Signed response',
  },
  onelogin: {
    name: 'OneLogin',
    acs: 'ACS (Consumer) URL and its Validator',
    audience: 'Audience (EntityID)',
    nameId: 'Configuration > SAML nameID format',
    signing: 'SSO > SAML Signature Algorithm (SHA-256)',
  },
  jumpcloud: {
    name: 'JumpCloud',
    acs: 'ACS URLs',
    audience: 'SP Entity ID',
    nameId: 'SAMLSubject NameID',
    signing: 'Sign (Assertion or Response) and Signature Algorithm',
  },
  ping: {
    name: 'Ping',
    acs: 'ACS URLs',
    audience: 'Entity ID',
    nameId: 'Attribute Mappings > saml_subject',
    signing: 'Signing Algorithm',
  },
  adfs: {
    name: 'AD FS',
    acs: 'Endpoints > SAML Assertion Consumer',
    audience: 'Identifiers > Relying party identifiers',
    nameId: 'Claim Issuance Policy > a rule that gives the Name ID',
    signing: 'Advanced > Secure hash algorithm, and Set-AdfsRelyingPartyTrust -SamlResponseSignature',
  },
  keycloak: {
    name: 'Keycloak',
    acs: 'Valid redirect URIs and Master SAML Processing URL',
    audience: 'Client ID',
    nameId: 'Name ID format',
    signing: 'Signature algorithm, Sign documents and Sign assertions',
  },
  generic: {
    name: 'The identity provider',
    acs: 'assertion consumer service (ACS) URL',
    audience: 'audience (service provider entity ID)',
    nameId: 'NameID',
    signing: 'signature algorithm',
  },
}

type Advice = (fields: Fields, mismatch: Mismatch | undefined) => string

const sameSettings: Advice = (fields) => `Compare ${fields.name}'s settings with the connection's.`

const advice: Partial<Record<SamlCode, Advice>> = {
  audience_mismatch: (fields, found) =>
    `${fields.name} sent audience ${quote(found?.found)}; set "${fields.audience}" to ${quote(found?.expected)}.`,
  audience_missing: (fields) => `Set "${fields.audience}" in ${fields.name}.`,
  recipient_mismatch: (fields, found) =>
    `${fields.name} sent recipient ${quote(found?.found)}; set "${fields.acs}" to ${quote(found?.expected)}.`,
  destination_mismatch: (fields, found) =>
    `${fields.name} sent destination ${quote(found?.found)}; set "${fields.acs}" to ${quote(found?.expected)}.`,
  issuer_mismatch: (fields, found) =>
    `The response came from issuer ${quote(found?.found)}, the connection trusts ${quote(found?.expected)}. Import ${fields.name}'s metadata again if it changed.`,
  signature_invalid: (fields) =>
    `It was not signed with a certificate of this connection. If ${fields.name} has a new signing certificate, refresh or paste its metadata.`,
  signature_missing: (fields) => `Nothing is signed. In ${fields.name} turn on signing: ${fields.signing}.`,
  algorithm_refused: (fields, found) =>
    `It uses ${quote(found?.found)}, which is not accepted. In ${fields.name} choose RSA-SHA256: ${fields.signing}.`,
  key_too_small: (fields) =>
    `Give ${fields.name} a signing certificate with an RSA key of at least 2048 bits.`,
  name_id_missing: (fields) => `In ${fields.name} set "${fields.nameId}".`,
  name_id_transient: (fields) =>
    `In ${fields.name} set "${fields.nameId}" to a persistent value, or name a stable-id attribute in the connection.`,
  name_id_spaces: (fields) => `Remove the white space in ${fields.name}: "${fields.nameId}".`,
  stable_id_missing: (fields) =>
    `Let ${fields.name} send it, or change the stable-id attribute of the connection.`,
  aes_cbc_refused: (fields) => `Let ${fields.name} encrypt with AES-GCM, or allow AES-CBC in the connection.`,
  encryption_missing: (fields) => `Turn on assertion encryption in ${fields.name} with our certificate.`,
  encrypted_unsigned: (fields) => `In ${fields.name} sign the response and the assertion: ${fields.signing}.`,
  decryption_failed: (fields) => `Give ${fields.name} our current encryption certificate from the metadata.`,
  conditions_early: () => "Check both clocks, or raise the connection's clock skew.",
  conditions_expired: () => "Check both clocks, or raise the connection's clock skew.",
  confirmation_expired: () => "Check both clocks, or raise the connection's clock skew.",
  status_not_success: (fields) => `${fields.name}'s own log says why.`,
}

/** One or two sentences: what was wrong, then what to do. */
export function explainSaml(
  vendor: Vendor,
  code: SamlCode,
  message: string,
  mismatch: Mismatch | undefined,
): string {
  return `${message}. ${(advice[code] ?? sameSettings)(vendorFields[vendor], mismatch)}`
}

/** A refusal as it is explained: whom it met, by which connection. */
export interface Denied {
  readonly reason: SignInDenial
  /** As the identity provider names the person; null in a preview. */
  readonly who: string | null
  /** Of the account that the sign-in met, if any. */
  readonly role: string | undefined
  /** That account was made by this very sign-in. */
  readonly isNew?: boolean
  readonly connection: Pick<ConnectionTable, 'anchor_put' | 'created_at'>
}

type Denial = string | ((denied: Denied) => string)

const proofOver =
  'The sessions of this person, or of this connection, ended after this sign-in was proven, so it opens nothing. The person can sign in again'

const denials: Readonly<Record<SignInDenial, Denial>> = {
  connection_inactive: 'The connection is not active. Enable it under Single Sign-On',
  user_deleted:
    'The person was deprovisioned; a sign-in brings nobody back. Assign them again in the identity provider',
  user_deactivated:
    'The person is deactivated; a sign-in brings nobody back. Reactivate them where they are managed',
  user_blocked: ({ isNew }) =>
    isNew === true
      ? 'An administrator blocked this person before the directory removed them, and a new account ends no block: the one that this sign-in made is blocked. Lift the block under Users'
      : 'An administrator has blocked this person. Lift the block under Users',
  anchor_unconfirmed: explainUnconfirmed,
  identity_changed: ({ role }) =>
    `The person is known by another identity of this connection. If it is the same person, ${
      role === 'owner' ? 'an owner or the operator unlinks' : 'unlink'
    } the old identity under Users`,
  owner_must_link:
    'An owner is never linked by address, externalId or userName: the owner opens the settings through a portal link that the operator makes, and makes a test sign-in',
  not_followed:
    "The directory provisioned a person of this externalId or userName, but this connection does not follow the directory, so what it sends is not taken for the directory's. If its people are the directory's, an administrator sets followsDirectory of the connection",
  address_ambiguous: 'Several users have this address, so it links nobody. Correct the addresses',
  address_missing:
    'The assertion has no usable e-mail address. Send one, or name its attribute in the attribute mapping',
  domain_not_verified:
    "The address is in no domain that this organization has proved (linking rule 4). Add and verify the domain, or correct the person's address",
  domain_not_tied:
    'The address is in a domain that this organization has proved, but the domain is not tied to this connection. If the connection speaks for it, an administrator ties it under Domains (connectionIds)',
  user_name_taken: 'Another user has this userName. Correct it, or map another userName',
  not_provisioned:
    'SCIM mode: the person has not been provisioned. Assign them to the application in the identity provider',
  proof_over: proofOver,
}

/** One or two sentences: why, then who does what. */
export function explainDenial(denied: Denied): string {
  const words = denials[denied.reason]
  const text = typeof words === 'string' ? words : words(denied)
  return `${text}${denied.who === null ? '' : ` (${denied.who})`}.`
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
  const { kind, id, rung, at } = JSON.parse(text) as AnchorWord
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

const refusals: Readonly<Record<Refusal, string>> = {
  request_unknown: 'The response answers a request that was not made here for this connection.',
  request_expired:
    'The sign-in was begun more than an hour ago, or not finished in time. The person can start again.',
  request_spent: 'The request behind this response has been answered before. The person can start again.',
  replayed: 'This message was used before. If nobody went back in their browser, somebody replayed it.',
  other_browser:
    'The response was finished in another browser than the one that began, or cookies are blocked.',
  anchor_changed:
    'The trust anchor that was asked is not the one that is there now: it was replaced or discarded meanwhile. The person can start again; a test is begun anew from the connection.',
  proof_over: `${proofOver}.`,
  not_asked_again:
    'The application asked for a fresh sign-in, and this identity provider did not ask the person again, or does not say when it did (SAML: AuthnInstant; OpenID Connect: auth_time). Let it honour ForceAuthn, or prompt=login and max_age, and send that time.',
}

export function explainState(refusal: Refusal): string {
  return refusals[refusal]
}

function quote(text: string | undefined): string {
  return JSON.stringify(text ?? '')
}
