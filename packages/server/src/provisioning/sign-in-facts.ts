// What is known of somebody who signs in: gathered inside the transaction, by exact matches, for decide to judge.

import { readAddress, spellingsOf } from '../base/address.ts'
import { readJson } from '../base/json.ts'
import { isAtLeast, rungOfRole } from '../base/rung.ts'
import { parseOptions } from '../connections/parse.ts'
import { findOpenInvitation } from '../invitations/open-invitations.ts'
import { type AttributeMapping, type MappedProfile, mapAttributes } from '../mapping/attribute-rules.ts'
import { isIndexable } from '../mapping/bounds.ts'
import { toEmailKey, toUserNameKey } from '../mapping/user-columns.ts'
import type { VerifiedAssertion } from '../saml/verify-response.ts'
import type { OrganizationTx } from '../store/database.ts'
import type { ConnectionTable, InvitationTable } from '../store/schema.ts'
import { findIdentity, holdsIdentity, isPurged, selectIdentitiesOfUser } from '../users/identities.ts'
import type { IdentityKey, KnownIdentity } from '../users/identity-row.ts'
import { findWords } from '../users/kept.ts'
import { toIdentityName } from '../users/kept-names.ts'
import { lockUser } from '../users/lock-users.ts'
import {
  type FoundUser,
  findByAddress,
  findByExternalId,
  findByName,
  isAsGiven,
  isBySoft,
  isConfirmedAs,
  isUnclaimed,
  isUnconfirmed,
  leaveBest,
  listHolders,
  lockMet,
  type MetBy,
} from '../users/met.ts'
import { wasSomebodys } from '../users/removed-addresses.ts'
import { type KeptWord, namesOf } from '../users/said.ts'
import type { UserRow } from '../users/user-row.ts'
import type { KnownPerson, SignInFacts } from './decide-sign-in.ts'
import { chooseAddress, isProvedAddress, type ProvedAddress } from './sign-in-address.ts'
import type { SignInVisit } from './sign-in-visit.ts'

/** What was found out about the person before anything is decided. */
export interface Known {
  readonly facts: SignInFacts
  readonly key: IdentityKey
  readonly profile: MappedProfile
  readonly email: string | null
  readonly newName: string | null
  readonly rows: ReadonlyMap<string, UserRow>
  /** Of exactly this key. */
  readonly identity: KnownIdentity | undefined
  readonly invitation: InvitationTable | undefined
  /** What an administrator said of an account of somebody of these names, removed or still there. */
  readonly kept: KeptWord | undefined
  /** Names of accounts that have the address as well, and have less of a claim to it than whom it finds. */
  readonly outranked: readonly string[]
}

/** Facts for decide, and what carrying it out will need. */
export async function gather(tx: OrganizationTx, visit: SignInVisit, now: number): Promise<Known> {
  const { organization, connection, assertion } = visit
  const mapping = readJson<AttributeMapping>(organization.attribute_mapping)
  const profile = mapAttributes(assertion, mapping)
  const { email, address } = await chooseAddress(tx, visit, profile, now)
  const gathering: Gathering = {
    tx,
    visit,
    now,
    mapping,
    profile,
    email,
    key: keyOf(connection, assertion),
    address,
    rows: new Map(),
  }
  const known = await findKnown(gathering)
  if (known !== undefined) return known
  const stranger = await describeStranger(gathering)
  // Between the two looks somebody else may have signed in as the same person: whoever sees the user sees the identity.
  return (await findKnown(gathering)) ?? stranger
}

interface Gathering {
  readonly tx: OrganizationTx
  readonly visit: SignInVisit
  readonly now: number
  readonly mapping: AttributeMapping
  readonly profile: MappedProfile
  readonly email: string | null
  readonly key: IdentityKey
  readonly address: ProvedAddress | undefined
  /** Every user met, by id. */
  readonly rows: Map<string, UserRow>
}

type Common =
  | 'asked'
  | 'isConnectionActive'
  | 'anchorRung'
  | 'followsDirectory'
  | 'mode'
  | 'unknownSignIns'
  | 'address'

function toCommon({ visit, address }: Gathering): Pick<SignInFacts, Common> {
  const { organization, connection } = visit
  return {
    asked: 'sign-in',
    isConnectionActive: connection.active === 1,
    anchorRung: connection.anchor_rung,
    followsDirectory: connection.follows_directory === 1,
    mode: organization.provisioning_mode,
    unknownSignIns: organization.unknown_sign_ins,
    address,
  }
}

/** Whoever has exactly this identity. */
async function findKnown(gathering: Gathering): Promise<Known | undefined> {
  const { tx, key, profile, email, rows } = gathering
  const found = await findIdentity(tx, key)
  if (found === undefined) return undefined
  const row = await lockUser(tx, found.user_id)
  // Looked at again under the lock: an administrator may have unlinked it meanwhile.
  const again = await findIdentity(tx, key)
  if (again?.user_id !== found.user_id) return findKnown(gathering)
  if (row === undefined && (await isPurged(tx, found.user_id))) return undefined
  const identity = row === undefined ? ('deleted' as const) : await toPerson(gathering, row)
  const nobody = { byExternalId: [], byUserName: undefined, byAddress: [], byNewName: undefined }
  const facts = { ...toCommon(gathering), ...nobody, identity, invitation: undefined }
  return {
    facts,
    key,
    profile,
    email,
    newName: null,
    rows,
    identity: again,
    invitation: undefined,
    kept: undefined,
    outranked: [],
  }
}

async function describeStranger(gathering: Gathering): Promise<Known> {
  const { tx, now, key, profile, email, address, rows, visit } = gathering
  const emailKey = email === null ? null : toEmailKey(email)
  const [, invitation] = await Promise.all([
    lockMet(tx, toMetBy(gathering)),
    emailKey === null ? undefined : findOpenInvitation(tx, emailKey, now),
  ])
  const newName = email === null ? null : await chooseName(gathering, email)
  const holders = emailKey === null ? [] : await listHolders(tx, emailKey)
  const meant = emailKey === null ? [] : leaveBest(holders, emailKey)
  const externalId = visit.assertion.stableId
  const kept = await findKeptOf(gathering, newName)
  const byAddress = await toPeople(gathering, meant, {})
  const byNewName = newName === null ? undefined : await findByAnySpelling(gathering, newName)
  const facts: SignInFacts = {
    ...toCommon(gathering),
    identity: undefined,
    // What findKnown saw and passed over.
    wasPurged: (await findIdentity(tx, key)) !== undefined,
    byExternalId: await toPeople(gathering, await findByExternalId(tx, externalId), {
      externalId,
    }),
    byUserName: await findOfName(gathering, visit.assertion.nameId),
    byAddress,
    byNewName,
    invitation:
      invitation === undefined
        ? undefined
        : { rung: rungOfRole(invitation.role), createdAt: Number(invitation.created_at) },
    keptOutSince: kept?.blockedAt ?? undefined,
    ...(address?.isSoft === true && emailKey !== null
      ? { isHeld: invitation !== undefined || holders.length > 0 || (await isCalled(gathering, emailKey)) }
      : {}),
  }
  const outranked = holders.filter(({ id }) => meant.every((one) => one.id !== id))
  return {
    facts,
    key,
    profile,
    email,
    newName,
    rows,
    identity: undefined,
    invitation,
    kept,
    outranked: outranked.map((row) => row.user_name),
  }
}

// Everything by which a stranger may turn out to be somebody.
function toMetBy({ email, profile, visit }: Gathering): MetBy {
  const { nameId, stableId } = visit.assertion
  const wanted = profile.values.userName
  const address = wanted === undefined ? undefined : readAddress(wanted)?.address
  const addresses = [email, address].filter((one) => one !== null && one !== undefined).map(toEmailKey)
  const names = [nameId, ...(email === null ? [] : [email]), ...(wanted === undefined ? [] : [wanted])]
  const keys = [...names.map(toUserNameKey), ...addresses.map(toUserNameKey)]
  return {
    names: [...new Set(keys.flatMap((key) => [key, ...spellingsOf(key)]))],
    addresses: [...new Set(addresses.flatMap((one) => spellingsOf(one)))],
    externalId: stableId,
  }
}

// Whether somebody is called like an address, or was while they were here.
async function isCalled(gathering: Gathering, emailKey: string): Promise<boolean> {
  const namesake = await findByAnySpelling(gathering, toUserNameKey(emailKey))
  return namesake !== undefined || wasSomebodys(gathering.tx, emailKey)
}

// `names`: as compared.
function areNamesOf(
  names: readonly string[],
  { connection, assertion }: SignInVisit,
  email: string | null,
): boolean {
  const spellings = email === null ? [] : spellingsOf(toEmailKey(email))
  const called = new Set([
    toUserNameKey(assertion.nameId),
    ...spellings,
    ...spellings.map((one) => toUserNameKey(one)),
    toIdentityName(connection.id, assertion.stableId),
  ])
  return names.some((one) => called.has(one))
}

// What an identity provider calls them is the directory's externalId only where it speaks for the directory. An account that counts for
// less is passed over, or yields its name; what an administrator has said of it is no less a word on whoever is called so. Nor does it
// end by bringing no address: whoever is kept out could change theirs, or have it called unverified.
async function findKeptOf(
  { tx, visit, email }: Gathering,
  newName: string | null,
): Promise<KeptWord | undefined> {
  const { follows_directory: follows, anchor_rung: rung } = visit.connection
  const isDirectory = follows === 1 && isAtLeast(rung, 'administrator')
  const { stableId, nameId } = visit.assertion
  const emailKeys = [
    ...(email === null ? [] : [toEmailKey(email)]),
    toUserNameKey(nameId),
    toIdentityName(visit.connection.id, stableId),
  ]
  const userNameKey = toUserNameKey(newName ?? email ?? nameId)
  const names = { externalId: null, userNameKey, emailKeys, isKnownByName: true }
  const [kept] = await findWords(tx, [{ ...names, ...(isDirectory ? { stableId } : {}) }])
  return kept
}

/** By what somebody is found, besides the address that they prove. */
type Called = Pick<Parameters<typeof isAsGiven>[1], 'externalId' | 'userNameKey'>

// `found`: by what they are called, with who made them.
async function toPerson(
  { tx, visit, rows, email, address }: Gathering,
  row: UserRow,
  found?: FoundUser,
  called: Called = {},
): Promise<KnownPerson> {
  rows.set(row.id, row)
  const emailKey = email === null ? null : toEmailKey(email)
  const provedKey = address?.isTied === true && address.isSoft !== true ? emailKey : null
  return {
    id: row.id,
    isActive: row.active === 1,
    isBlocked: row.blocked_at !== null,
    rung: rungOfRole(row.role),
    managedBy: found !== undefined && isUnclaimed(found) ? null : row.managed_by,
    isUnconfirmed: found !== undefined && isUnconfirmed(found),
    ...(found !== undefined && isUnconfirmed(found) ? await judgeWritten(tx, row, visit, email) : {}),
    isAsGiven: found === undefined || isAsGiven(found, { ...called, provedKey }),
    isRecoveredBy: found !== undefined && emailKey !== null && isConfirmedAs(found, emailKey),
    isBySoft: found !== undefined && emailKey !== null && isBySoft(found, emailKey),
    holdsIdentity: await holdsIdentity(tx, row.id, visit.connection.id),
    ...(mayBeRespelled(visit) && (await findRespelled(tx, visit, row.id)) !== undefined
      ? { isRespelled: true }
      : {}),
  }
}

// Of an account that an unconfirmed key made: whether they are meant by it, or by what the key wrote beside its name alone. Whoever has
// signed in to it, and proved the address, is meant.
async function judgeWritten(
  tx: OrganizationTx,
  row: UserRow,
  visit: SignInVisit,
  email: string | null,
): Promise<Pick<KnownPerson, 'isBlockedUnseen' | 'isWrittenBeside'>> {
  const now = [toUserNameKey(row.user_name)]
  if (areNamesOf(row.blocked_at === null ? now : namesOf(row.blocked_as, now), visit, email)) return {}
  const spellings: readonly string[] = email === null ? [] : spellingsOf(toEmailKey(email))
  const identities = await tx.all(selectIdentitiesOfUser, { userId: row.id })
  if (identities.some(({ proved_key: proved }) => proved !== null && spellings.includes(proved))) return {}
  return row.blocked_at === null ? { isWrittenBeside: true } : { isBlockedUnseen: true }
}

// A stable id is no address, and its letters are its own.
function mayBeRespelled({ connection, assertion }: SignInVisit): boolean {
  const { ignoreNameIdCase, stableIdAttribute } = parseOptions(connection)
  return (
    ignoreNameIdCase &&
    connection.protocol === 'saml' &&
    stableIdAttribute === null &&
    isAsciiAddress(assertion.stableId)
  )
}

const isAsciiAddress = (name: string): boolean => /^[!-~]+@[!-~]+$/.test(name)

/** The stable id under which this connection knows the user, where it is what came in other letters. */
export async function findRespelled(
  tx: OrganizationTx,
  { connection, assertion }: SignInVisit,
  userId: string,
): Promise<string | undefined> {
  const own = (await tx.all(selectIdentitiesOfUser, { userId })).find(
    (one) => one.connection_id === connection.id && one.idp_entity_id === assertion.identityProviderEntityId,
  )
  const isSame =
    own !== undefined && isAsciiAddress(own.stable_id) && sameLetters(own.stable_id, assertion.stableId)
  return isSame ? own.stable_id : undefined
}

const sameLetters = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

async function toPeople(
  gathering: Gathering,
  found: readonly FoundUser[],
  called: Called,
): Promise<KnownPerson[]> {
  const people: KnownPerson[] = []
  for (const row of found) people.push(await toPerson(gathering, row, row, called))
  return people
}

async function findOfName(gathering: Gathering, name: string): Promise<KnownPerson | undefined> {
  const userNameKey = toUserNameKey(name)
  const row = await findByName(gathering.tx, userNameKey)
  return row === undefined ? undefined : toPerson(gathering, row, row, { userNameKey })
}

async function findByAnySpelling(gathering: Gathering, name: string): Promise<KnownPerson | undefined> {
  const [ascii, own] = spellingsOf(name)
  const found = await findOfName(gathering, ascii)
  return found !== undefined || own === ascii ? found : findOfName(gathering, own)
}

/** The key of the identity that an assertion names. */
export function keyOf(connection: ConnectionTable, assertion: VerifiedAssertion): IdentityKey {
  return {
    connectionId: connection.id,
    idpEntityId: assertion.identityProviderEntityId,
    stableId: assertion.stableId,
  }
}

/** The address, as compared, that this sign-in proves; empty: none. */
export function provedKeyOf({ email, facts }: Known): string {
  const isProved = facts.address?.isTied === true && facts.address.isSoft !== true
  return email !== null && isProved ? toEmailKey(email) : ''
}

// Whoever comes is named by the address that they proved. An administrator's rule gives another name, but none that looks like
// somebody's address: that counts only where somebody of their rung vouches for the connection, and nobody else has it.
async function chooseName(gathering: Gathering, email: string): Promise<string> {
  const { tx, now, profile, mapping, visit } = gathering
  const name = profile.values.userName
  if (name === undefined || mapping.userName === undefined) return email
  // As compared: a wide @ is one too.
  const key = toUserNameKey(name)
  if (!isIndexable(key)) return email
  if (!key.includes('@') || key === toUserNameKey(email)) return name
  const { connection } = visit
  const address = readAddress(name)?.address
  if (address === undefined || !isAtLeast(connection.anchor_rung, 'administrator')) return email
  if (!(await isProvedAddress(tx, connection, address, now)).isTied) return email
  const isTaken =
    (await findByAnySpelling(gathering, toUserNameKey(address))) !== undefined ||
    (await findByAddress(tx, toEmailKey(address))).length > 0
  return isTaken ? email : address
}
