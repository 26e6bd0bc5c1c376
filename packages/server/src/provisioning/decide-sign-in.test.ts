import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import type { KnownPerson, SignInDecision, SignInFacts } from './decide-sign-in.ts'

function person(changes: Partial<KnownPerson> = {}): KnownPerson {
  return {
    id: 'usr_1',
    isActive: true,
    isBlocked: false,
    rung: 'person',
    managedBy: null,
    holdsIdentity: false,
    isAsGiven: true,
    isUnconfirmed: false,
    isRecoveredBy: false,
    ...changes,
  }
}

const scim = person({ managedBy: 'scim' })
const other = person({ id: 'usr_2', managedBy: 'scim' })
const unconfirmed = person({ id: 'usr_2', managedBy: 'scim', isUnconfirmed: true })
const moved = person({ rung: 'administrator', managedBy: 'scim', isAsGiven: false })
const proved = { isProved: true, isTied: true }
const nobody: SignInFacts = {
  asked: 'sign-in',
  isConnectionActive: true,
  anchorRung: 'owner',
  followsDirectory: true,
  mode: 'manual',
  unknownSignIns: 'create',
  identity: undefined,
  byExternalId: [],
  byUserName: undefined,
  byAddress: [],
  byNewName: undefined,
  address: proved,
  invitation: undefined,
}
const foreign = { address: { isProved: false, isTied: false } }
const untied = { address: { isProved: true, isTied: false } }
const invited = { invitation: { rung: 'person', createdAt: 5 } } as const
const create: SignInDecision = { kind: 'create-person', isInvited: false, isRenamed: false, isBlocked: false }
const signIn: SignInDecision = { kind: 'sign-in', userId: 'usr_1' }
const link = (reason: 'external_id' | 'user_name' | 'address', userId = 'usr_1'): SignInDecision => ({
  kind: 'link-identity',
  userId,
  reason,
})
const deny = (
  reason: Extract<SignInDecision, { kind: 'deny-sign-in' }>['reason'],
  userId: string | null = null,
) => ({
  kind: 'deny-sign-in',
  reason,
  userId,
})
const inScim = { mode: 'scim', unknownSignIns: 'refuse' } as const

/** What is not here lives in the facts or in what is done with the decision, and is tested in test/sso and test/management. */
const rows: readonly (readonly [sentence: string, facts: Partial<SignInFacts>, decision: unknown])[] = [
  ['1: a known identity signs in, whatever the address is now', { identity: person(), ...foreign }, signIn],
  ['1: a known identity signs in without any address', { identity: person(), address: undefined }, signIn],
  [
    '3: a connection that is not active lets nobody in',
    { isConnectionActive: false, identity: person() },
    deny('connection_inactive'),
  ],
  ['3: nor does it create', { isConnectionActive: false }, deny('connection_inactive')],
  ['4: an unknown person of a proved domain is created', {}, create],
  ['4: one of another domain is not', foreign, deny('domain_not_verified')],
  ['4: nor one without an address', { address: undefined }, deny('address_missing')],
  [
    '4: a person of SCIM is found by stable id whatever the domain',
    { ...foreign, byExternalId: [scim] },
    link('external_id'),
  ],
  ['4: and by userName', { ...foreign, byUserName: scim }, link('user_name')],
  [
    '4: but not one whom no provisioning client manages',
    { ...foreign, byExternalId: [person()], byUserName: person() },
    deny('domain_not_verified'),
  ],
  ['5: the same proved address is linked', { byAddress: [person()] }, link('address')],
  [
    '5: not when the domain is not proved',
    { ...foreign, byAddress: [person()] },
    deny('domain_not_verified'),
  ],
  ['5: never an owner', { byAddress: [person({ rung: 'owner' })] }, deny('owner_must_link', 'usr_1')],
  [
    '5: an address of two people links nobody',
    { byAddress: [person(), person({ id: 'usr_2' })] },
    deny('address_ambiguous'),
  ],
  [
    '7: an invitation is consumed with a proved address',
    { ...invited },
    { kind: 'create-person', isInvited: true, isRenamed: false, isBlocked: false },
  ],
  ['7: and not without', { ...invited, ...foreign }, deny('domain_not_verified')],
  ['9: mode scim creates nobody', inScim, deny('not_provisioned')],
  ['9: also with an invitation', { ...inScim, ...invited }, deny('not_provisioned')],
  ['9: while the set-up is connecting it does', { mode: 'scim', unknownSignIns: 'create' }, create],
  [
    '9: the stable id comes before the userName',
    { ...inScim, byExternalId: [scim], byUserName: person({ id: 'usr_2', managedBy: 'scim' }) },
    link('external_id'),
  ],
  [
    '9: the userName before the address',
    { ...inScim, byUserName: scim, byAddress: [person({ id: 'usr_2' })] },
    link('user_name'),
  ],
  ['9: the address last, in a proved domain', { ...inScim, byAddress: [scim] }, link('address')],
  ['9: not in another', { ...inScim, ...foreign, byAddress: [scim] }, deny('not_provisioned')],
  [
    '9: two people with one externalId link nobody',
    { ...inScim, byExternalId: [scim, person({ id: 'usr_2', managedBy: 'scim' })] },
    deny('not_provisioned'),
  ],
  [
    '10: a deactivated person is denied',
    { identity: person({ isActive: false }) },
    deny('user_deactivated', 'usr_1'),
  ],
  ['10: a blocked one too', { identity: person({ isBlocked: true }) }, deny('user_blocked', 'usr_1')],
  ['10: a deleted one is not made anew', { identity: 'deleted' }, deny('user_deleted')],
  [
    '10: a first sign-in revives nobody either',
    { byAddress: [person({ isActive: false })] },
    deny('user_deactivated', 'usr_1'),
  ],
  [
    '10: nor by stable id',
    { ...inScim, byExternalId: [person({ managedBy: 'scim', isActive: false })] },
    deny('user_deactivated', 'usr_1'),
  ],
  [
    '11: a changed NameID is a stranger, by address',
    { byAddress: [person({ holdsIdentity: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    '11: by stable id',
    { byExternalId: [person({ managedBy: 'scim', holdsIdentity: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    '11: an owner too',
    { byAddress: [person({ rung: 'owner', holdsIdentity: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    'F38: a NameID in other letters is the same person’s, where the connection says so',
    { byAddress: [person({ holdsIdentity: true, isRespelled: true })] },
    { kind: 'respell-identity', userId: 'usr_1' },
  ],
  [
    'F38: never an administrator’s',
    { byAddress: [person({ rung: 'administrator', holdsIdentity: true, isRespelled: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    'F38: never an owner’s',
    { byAddress: [person({ rung: 'owner', holdsIdentity: true, isRespelled: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    'F38: nor by an address that was only found',
    {
      address: { ...proved, isSoft: true, isGoverned: true },
      byAddress: [person({ rung: 'administrator', holdsIdentity: true, isRespelled: true })],
    },
    deny('identity_changed', 'usr_1'),
  ],
  [
    'F38: it revives nobody',
    { byAddress: [person({ isActive: false, holdsIdentity: true, isRespelled: true })] },
    deny('user_deactivated', 'usr_1'),
  ],
  [
    'F38: nobody in a domain that is not the connection’s',
    { ...untied, byAddress: [person({ holdsIdentity: true, isRespelled: true })] },
    deny('domain_not_tied'),
  ],
  [
    '14: somebody else who has the userName is never taken for the person',
    { byNewName: person() },
    deny('user_name_taken', 'usr_1'),
  ],
]

const soft = { address: { isProved: true, isTied: true, isSoft: true } } as const
const governed = { address: { ...soft.address, isGoverned: true } } as const
const madeSoftly = person({ isBySoft: true })
const scimManaged = { managedBy: 'scim' } as const

/** An address that was found where one only seems to be: good for whom nobody else has named. */
const softly: typeof rows = [
  ['F36 makes an account', soft, create],
  ['D5: links nobody', { ...soft, byAddress: [person()] }, deny('address_inexact', 'usr_1')],
  [
    'D5: nor is it said of somebody who has come that their identity changed',
    { ...soft, byAddress: [person({ holdsIdentity: true })] },
    deny('address_inexact', 'usr_1'),
  ],
  [
    'D5: nor whom the directory provisioned',
    { ...inScim, ...soft, byAddress: [scim] },
    deny('address_inexact', 'usr_1'),
  ],
  [
    'D5: takes the name of nobody who was here, is here or is awaited',
    { ...soft, isHeld: true },
    deny('address_inexact'),
  ],
  ['D5: one that a directory writes links', { ...governed, byAddress: [person()] }, link('address')],
  ['D5: and makes an account of whoever was removed', { ...governed, isHeld: true }, create],
  [
    'D5: and leads to no administrator',
    { ...governed, byAddress: [person({ rung: 'administrator' })] },
    deny('address_inexact', 'usr_1'),
  ],
  [
    'D5: whoever proves the address has it, and the name, from an account that was made of one that was found',
    { byAddress: [madeSoftly], byNewName: madeSoftly },
    { ...create, takesFrom: ['usr_1'] },
  ],
  [
    'D5: and is the person whom the directory provisioned, if there is one',
    { byAddress: [madeSoftly, other] },
    link('address', 'usr_2'),
  ],
  [
    'D5: not whoever comes with one that was found as well',
    { ...soft, isHeld: true, byAddress: [madeSoftly], byNewName: madeSoftly },
    deny('address_inexact', 'usr_1'),
  ],
  [
    'D5: nor a connection that does not speak for the domain',
    { ...untied, byAddress: [madeSoftly], byNewName: madeSoftly },
    deny('domain_not_tied'),
  ],
  [
    'F36 leads to no administrator',
    { ...soft, byAddress: [person({ rung: 'administrator' })] },
    deny('address_inexact', 'usr_1'),
  ],
  [
    'F36 nor to an owner',
    { ...soft, byAddress: [person({ rung: 'owner' })] },
    deny('owner_must_link', 'usr_1'),
  ],
  [
    'F36 whoever is out is said to be out',
    { ...soft, byAddress: [person({ rung: 'administrator', isBlocked: true })] },
    deny('user_blocked', 'usr_1'),
  ],
  ['D5: consumes no invitation', { ...soft, ...invited, isHeld: true }, deny('address_inexact')],
  [
    'F36 one that a directory writes consumes the invitation of a member',
    { ...governed, ...invited },
    { ...create, isInvited: true },
  ],
  [
    'F36 and none to administer',
    { ...governed, invitation: { rung: 'administrator', createdAt: 5 } },
    create,
  ],
  [
    'F36 nor takes a name for one',
    { ...governed, invitation: { rung: 'administrator', createdAt: 5 }, byNewName: person() },
    deny('user_name_taken', 'usr_1'),
  ],
  [
    'F36 a known identity signs in whatever its address',
    { ...soft, identity: person({ rung: 'administrator' }) },
    signIn,
  ],
  [
    'F36 does not outrank whom the directory names',
    {
      ...soft,
      byExternalId: [person({ id: 'usr_2', ...scimManaged })],
      byAddress: [person({ rung: 'administrator', isRecoveredBy: true })],
    },
    link('external_id', 'usr_2'),
  ],
]

/** Who may speak for whom: what vouches for the connection, and which part of the directory and of the domains is its own. */
const apart = { followsDirectory: false } as const
const authority: typeof rows = [
  [
    'an address in a proved domain that is not tied to the connection makes no account',
    untied,
    deny('domain_not_tied'),
  ],
  ['nor does it link', { ...untied, byAddress: [person()] }, deny('domain_not_tied')],
  ['nor in mode scim', { ...inScim, ...untied, byAddress: [scim] }, deny('domain_not_tied')],
  [
    'in mode scim a stranger of such a domain is not provisioned',
    { ...inScim, ...untied },
    deny('not_provisioned'),
  ],
  ['an identity that is linked goes on without a tie', { ...untied, identity: person() }, signIn],
  [
    'a connection that does not follow the directory matches no externalId',
    { ...inScim, ...apart, byExternalId: [scim] },
    deny('not_followed', 'usr_1'),
  ],
  ['nor a userName', { ...inScim, ...apart, byUserName: scim }, deny('not_followed', 'usr_1')],
  [
    'it still links by a tied address',
    { ...inScim, ...apart, byUserName: scim, byAddress: [scim] },
    link('address'),
  ],
  [
    'it makes an account where its id is by chance an externalId of somebody else',
    { ...apart, byExternalId: [scim] },
    create,
  ],
  [
    'but none under the name of whom the directory provisioned',
    { ...apart, byUserName: scim, byNewName: scim },
    deny('not_followed', 'usr_1'),
  ],
  [
    'another identity of the connection is said first',
    { ...inScim, ...apart, byExternalId: [person({ managedBy: 'scim', holdsIdentity: true })] },
    deny('identity_changed', 'usr_1'),
  ],
  [
    'a contact alone does not make a connection speak for the directory',
    { ...inScim, anchorRung: 'contact', byExternalId: [scim] },
    deny('anchor_unconfirmed', 'usr_1'),
  ],
  [
    'an invitation to a role above what vouches is not consumed',
    { anchorRung: 'contact', invitation: { rung: 'administrator', createdAt: 5 } },
    create,
  ],
  [
    'one to a role that opens nothing is',
    { anchorRung: 'contact', invitation: { rung: 'person', createdAt: 5 } },
    { kind: 'create-person', isInvited: true, isRenamed: false, isBlocked: false },
  ],
  [
    'one to the role of who vouches is',
    { anchorRung: 'administrator', invitation: { rung: 'administrator', createdAt: 5 } },
    { kind: 'create-person', isInvited: true, isRenamed: false, isBlocked: false },
  ],
  ['whom an administrator had blocked is made blocked', { keptOutSince: 5 }, { ...create, isBlocked: true }],
  [
    'also where an invitation of before is open',
    { ...invited, keptOutSince: 5 },
    { ...create, isInvited: true, isBlocked: true },
  ],
  ['not where one has been sent since', { ...invited, keptOutSince: 4 }, { ...create, isInvited: true }],
  [
    'but for one above what vouches, which is nobody’s word yet',
    { anchorRung: 'contact', invitation: { rung: 'administrator', createdAt: 5 }, keptOutSince: 4 },
    { ...create, isBlocked: true },
  ],
  [
    'no administrator by what was written since',
    { byAddress: [moved] },
    deny('administrator_must_link', 'usr_1'),
  ],
  ['nor by an id', { byExternalId: [moved] }, deny('administrator_must_link', 'usr_1')],
  ['nor by a name', { byUserName: moved }, deny('administrator_must_link', 'usr_1')],
  [
    'a connection for which nobody vouches is said first',
    { byAddress: [moved], anchorRung: 'contact' },
    deny('anchor_unconfirmed', 'usr_1'),
  ],
  ['that they are out, too', { byAddress: [{ ...moved, isBlocked: true }] }, deny('user_blocked', 'usr_1')],
  [
    'an id that was moved to them keeps nobody from an address',
    { byExternalId: [moved], byAddress: [other] },
    link('address', 'usr_2'),
  ],
  [
    'nor from a name',
    { byExternalId: [moved], byUserName: other, address: undefined },
    link('user_name', 'usr_2'),
  ],
  [
    'what an unconfirmed key says of an id keeps nobody from their own account',
    { byExternalId: [unconfirmed], byAddress: [person()] },
    link('address'),
  ],
  [
    'nor of a name, where the directory says it of an id',
    { byExternalId: [unconfirmed], byUserName: scim, address: undefined },
    link('user_name'),
  ],
  [
    'what the directory says of an id keeps no administrator from the account whose address was confirmed',
    { byExternalId: [other], byAddress: [person({ rung: 'administrator', isRecoveredBy: true })] },
    link('address'),
  ],
  [
    'and no owner from hearing what to do',
    { byExternalId: [other], byAddress: [person({ rung: 'owner', isRecoveredBy: true })] },
    deny('owner_must_link', 'usr_1'),
  ],
  [
    'an address that nobody confirmed is no more than an id',
    { byExternalId: [scim], byAddress: [person({ id: 'usr_2', rung: 'administrator' })] },
    link('external_id'),
  ],
  [
    'whoever is invited passes an account of an unconfirmed key, and its name',
    { byAddress: [unconfirmed], byExternalId: [unconfirmed], byNewName: unconfirmed, ...invited },
    { ...create, isInvited: true, isRenamed: true, isBlocked: false },
  ],
  ['without an invitation it is theirs', { byAddress: [unconfirmed] }, link('address', 'usr_2')],
  ['its name keeps nobody out', { byNewName: unconfirmed }, { ...create, isRenamed: true, isBlocked: false }],
  [
    "nor does anybody's whoever is invited to administer",
    { byNewName: person(), invitation: { rung: 'administrator', createdAt: 5 } },
    { ...create, isInvited: true, isRenamed: true, isBlocked: false },
  ],
  [
    'where the connection may not give that role it does',
    { byNewName: person(), invitation: { rung: 'administrator', createdAt: 5 }, anchorRung: 'contact' },
    deny('user_name_taken', 'usr_1'),
  ],
]

const people = ['person', 'administrator', 'owner'] as const
const anchors = ['contact', 'administrator', 'owner'] as const
type Kind = 'identity' | 'externalId' | 'userName' | 'address'

function meet(kind: Kind, rung: (typeof people)[number]): Partial<SignInFacts> {
  const one = person({ rung, managedBy: kind === 'address' ? null : 'scim' })
  switch (kind) {
    case 'identity':
      return { identity: one, ...foreign }
    case 'externalId':
      return { byExternalId: [one], ...foreign }
    case 'userName':
      return { byUserName: one, ...foreign }
    case 'address':
      return { byAddress: [one] }
  }
}

/** What comes of each: `in` signs in or links. Columns: an anchor of a contact, an administrator, an owner. */
const table: Readonly<
  Record<Kind, Readonly<Record<(typeof people)[number], readonly [string, string, string]>>>
> = {
  identity: {
    person: ['in', 'in', 'in'],
    administrator: ['anchor_unconfirmed', 'in', 'in'],
    owner: ['anchor_unconfirmed', 'anchor_unconfirmed', 'in'],
  },
  externalId: {
    person: ['anchor_unconfirmed', 'in', 'in'],
    administrator: ['anchor_unconfirmed', 'in', 'in'],
    owner: ['owner_must_link', 'owner_must_link', 'owner_must_link'],
  },
  userName: {
    person: ['anchor_unconfirmed', 'in', 'in'],
    administrator: ['anchor_unconfirmed', 'in', 'in'],
    owner: ['owner_must_link', 'owner_must_link', 'owner_must_link'],
  },
  address: {
    person: ['in', 'in', 'in'],
    administrator: ['anchor_unconfirmed', 'in', 'in'],
    owner: ['owner_must_link', 'owner_must_link', 'owner_must_link'],
  },
}

const crossed = (Object.keys(table) as Kind[]).flatMap((kind) =>
  people.flatMap((rung) =>
    anchors.map((anchorRung, at) => [rung, kind, anchorRung, table[kind][rung][at]] as const),
  ),
)

describe('decide, for a sign-in: the rung of a person against what vouches for the connection', () => {
  it.each(crossed)('%s by %s at an anchor of %s rung: %s', (rung, kind, anchorRung, wanted) => {
    const decision = decide({ ...nobody, ...inScim, ...meet(kind, rung), anchorRung })
    const got = decision.kind === 'deny-sign-in' ? decision.reason : 'in'
    expect(got).toBe(wanted)
  })

  it.each(crossed)('%s by %s at an anchor of %s rung: never in when out', (rung, kind, anchorRung) => {
    for (const out of [{ isActive: false }, { isBlocked: true }]) {
      const facts = { ...nobody, ...inScim, ...meet(kind, rung), anchorRung }
      const off = (one: KnownPerson) => ({ ...one, ...out })
      const decision = decide({
        ...facts,
        identity: typeof facts.identity === 'object' ? off(facts.identity) : facts.identity,
        byExternalId: facts.byExternalId.map(off),
        byUserName: facts.byUserName && off(facts.byUserName),
        byAddress: facts.byAddress.map(off),
      })
      const reason = 'isActive' in out ? 'user_deactivated' : 'user_blocked'
      expect(decision).toEqual(deny(reason, 'usr_1'))
    }
  })

  it.each(authority)('%s', (_sentence, facts, decision) => {
    expect(decide({ ...nobody, ...facts })).toEqual(decision)
  })
})

describe('decide, for a sign-in: linking rule', () => {
  it.each([...rows, ...softly])('%s', (_sentence, facts, decision) => {
    expect(decide({ ...nobody, ...facts })).toEqual(decision)
  })
})
