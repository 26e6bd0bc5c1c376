// What is known of somebody who signs in: gathered inside the transaction, by exact matches, for decide to judge.
import { domainOfAddress, readAddress, spellingsOf } from '../base/address.ts'
import { type AttributeMapping, type MappedProfile, mapAttributes } from '../mapping/attribute-rules.ts'
import { isIndexable } from '../mapping/bounds.ts'
import { toEmailKey, toUserNameKey } from '../mapping/user-columns.ts'
import { selectVerifiedDomain } from '../organizations/domains.ts'
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable, InvitationTable, OrganizationTable } from '../store/schema.ts'
import { organizationStatement } from '../store/statement.ts'
import {
  findByAddress,
  findByExternalId,
  findIdentity,
  holdsIdentity,
  type IdentityKey,
  isPurged,
} from '../users/identities.ts'
import { selectUserByNameForUpdate, selectUserForUpdate, type UserRow } from '../users/users.ts'
import type { KnownPerson, SignInFacts } from './decide-sign-in.ts'

/** Who comes, by which connection of which organization. */
export interface SignInVisit {
  readonly organization: OrganizationTable
  readonly connection: ConnectionTable
  readonly assertion: VerifiedAssertion
}

const selectInvitation = organizationStatement<{ emailKey: string; now: number }>('open_invitation')(
  ({ db, place, organizationId }) =>
    db
      .selectFrom('invitation')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .where('email_key', '=', place('emailKey'))
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', place('now'))
      .orderBy('id', 'desc')
      .limit(1),
)

/** What was found out about the person before anything is decided. */
export interface Known {
  readonly facts: SignInFacts
  readonly key: IdentityKey
  readonly profile: MappedProfile
  readonly email: string | null
  readonly newName: string | null
  readonly rows: ReadonlyMap<string, UserRow>
  readonly invitation: InvitationTable | undefined
}

/** Facts for decide, and what carrying it out will need. */
export async function gather(tx: OrganizationTx, visit: SignInVisit, now: number): Promise<Known> {
  const { organization, connection, assertion } = visit
  const mapping = JSON.parse(organization.attribute_mapping) as AttributeMapping
  const profile = mapAttributes(assertion, mapping)
  const email = toUsableAddress(profile.values.email)
  const gathering: Gathering = {
    tx,
    visit,
    mapping,
    profile,
    email,
    key: keyOf(connection, assertion),
    isProved: email !== null && (await isProvedAddress(tx, email)),
    rows: new Map(),
  }
  const known = await findKnown(gathering)
  if (known !== undefined) return known
  const stranger = await describeStranger(gathering, now)
  // Between the two looks somebody else may have signed in as the same person: whoever sees the user sees the identity.
  return (await findKnown(gathering)) ?? stranger
}

interface Gathering {
  readonly tx: OrganizationTx
  readonly visit: SignInVisit
  readonly mapping: AttributeMapping
  readonly profile: MappedProfile
  readonly email: string | null
  readonly key: IdentityKey
  readonly isProved: boolean
  /** Every user met, by id. */
  readonly rows: Map<string, UserRow>
}

type Common = 'asked' | 'isConnectionActive' | 'mode' | 'unknownSignIns' | 'address'

function toCommon({ visit, email, isProved }: Gathering): Pick<SignInFacts, Common> {
  const { organization, connection } = visit
  return {
    asked: 'sign-in',
    isConnectionActive: connection.active === 1,
    mode: organization.provisioning_mode as 'manual' | 'scim',
    unknownSignIns: organization.unknown_sign_ins as 'create' | 'refuse',
    address: email === null ? undefined : { isProved },
  }
}

/** Whoever has exactly this identity. */
async function findKnown(gathering: Gathering): Promise<Known | undefined> {
  const { tx, key, profile, email, rows } = gathering
  const found = await findIdentity(tx, key)
  if (found === undefined) return undefined
  const row = await tx.first(selectUserForUpdate, { id: found.user_id })
  // Looked at again under the lock: an administrator may have unlinked it meanwhile.
  if ((await findIdentity(tx, key))?.user_id !== found.user_id) return findKnown(gathering)
  if (row === undefined && (await isPurged(tx, found.user_id))) return undefined
  const identity = row === undefined ? ('deleted' as const) : await toPerson(gathering, row)
  const nobody = { byExternalId: [], byUserName: undefined, byAddress: [], byNewName: undefined }
  const facts = { ...toCommon(gathering), ...nobody, identity, hasInvitation: false }
  return { facts, key, profile, email, newName: null, rows, invitation: undefined }
}

async function describeStranger(gathering: Gathering, now: number): Promise<Known> {
  const { tx, key, profile, email, rows, visit } = gathering
  const emailKey = email === null ? null : toEmailKey(email)
  const newName = email === null ? null : await chooseName(gathering, email)
  const invitation = emailKey === null ? undefined : await tx.first(selectInvitation, { emailKey, now })
  const facts: SignInFacts = {
    ...toCommon(gathering),
    identity: undefined,
    // What findKnown saw and passed over.
    wasPurged: (await findIdentity(tx, key)) !== undefined,
    byExternalId: await toPeople(gathering, await findByExternalId(tx, visit.assertion.stableId)),
    byUserName: await findByName(gathering, visit.assertion.nameId),
    byAddress: emailKey === null ? [] : await toPeople(gathering, await findByAddress(tx, emailKey)),
    byNewName: newName === null ? undefined : await findByAnySpelling(gathering, newName),
    hasInvitation: invitation !== undefined,
  }
  return { facts, key, profile, email, newName, rows, invitation }
}

async function toPerson({ tx, visit, rows }: Gathering, row: UserRow): Promise<KnownPerson> {
  rows.set(row.id, row)
  return {
    id: row.id,
    isActive: row.active === 1,
    isBlocked: row.blocked_at !== null,
    isOwner: row.role === 'owner',
    managedBy: row.managed_by,
    holdsIdentity: await holdsIdentity(tx, row.id, visit.connection.id),
  }
}

async function toPeople(gathering: Gathering, found: readonly UserRow[]): Promise<KnownPerson[]> {
  const people: KnownPerson[] = []
  for (const row of found) people.push(await toPerson(gathering, row))
  return people
}

async function findByName(gathering: Gathering, name: string): Promise<KnownPerson | undefined> {
  const row = await gathering.tx.first(selectUserByNameForUpdate, { userNameKey: toUserNameKey(name) })
  return row === undefined ? undefined : toPerson(gathering, row)
}

async function findByAnySpelling(gathering: Gathering, name: string): Promise<KnownPerson | undefined> {
  const [ascii, own] = spellingsOf(name)
  const found = await findByName(gathering, ascii)
  return found !== undefined || own === ascii ? found : findByName(gathering, own)
}

export function keyOf(connection: ConnectionTable, assertion: VerifiedAssertion): IdentityKey {
  return {
    connectionId: connection.id,
    idpEntityId: assertion.identityProviderEntityId,
    stableId: assertion.stableId,
  }
}

async function isProvedAddress(tx: OrganizationTx, address: string): Promise<boolean> {
  const name = domainOfAddress(address)
  return name !== undefined && (await tx.first(selectVerifiedDomain, { name })) !== undefined
}

// One that is longer than an address can be is none.
function toUsableAddress(value: string | undefined): string | null {
  return value !== undefined && isIndexable(toEmailKey(value)) && isIndexable(toUserNameKey(value))
    ? value
    : null
}

// A NameID is often opaque: it becomes the userName only when it is an address that this organization proved, or when an
// administrator's rule says so. Okta's SCIM then finds the same name.
async function chooseName({ tx, profile, mapping }: Gathering, email: string): Promise<string> {
  const name = profile.values.userName
  if (name === undefined || !isIndexable(toUserNameKey(name))) return email
  if (mapping.userName !== undefined) return name
  return (await isProvedAddress(tx, name)) ? (readAddress(name)?.address ?? email) : email
}
